"""The layers of ``siting.gpkg`` and ``compare.gpkg``, with the words for their columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.limits import minutes_to_seconds, within
from geo.measures.point_state import point_states
from geo.text import Text
from geo.types import Floats
from layers.study.model import Study
from layers.write.geodata.features import FeatureTable, Field, FileNotes, LayerStyle
from maps import style
from maps.book.siting_tables import by_polygon, candidate_table, chosen_table
from maps.compared import ComparedPlans, compared_layers, headline
from maps.geodata import qml
from maps.geodata.fields import METRES as _METRES
from maps.geodata.fields import MINUTES, PEOPLE, SHARE
from maps.result import SitingResult
from maps.siting_loads import load_table, way_lines
from maps.small_groups import without_small_groups
from maps.words.siting import answer, proof

_DEGREES = Text("degrees", "度")
_PERSON_MINUTES = Text("person minutes", "人·分钟")
_YES = Text("1 or 0", "1 是，0 否")
_STATES = Text(
    "covered, covered_in_part or left_out", "covered 已覆盖，covered_in_part 部分覆盖，left_out 未覆盖"
)

SITING_FIELDS: Final = {
    field.key: field
    for field in (
        Field(key="number", name=Text("No.", "序号")),
        Field(key="id", name=Text("Id", "编号")),
        Field(key="name", name=Text("Name", "名称")),
        Field(key="kind", name=Text("Kind of polygon", "单元种类")),
        Field(key="place", name=Text("Where", "位置")),
        Field(key="category", name=Text("Category", "设施类别")),
        Field(key="lon", name=Text("Longitude", "经度"), unit=_DEGREES, how=Text("WGS 84", "WGS 84")),
        Field(key="lat", name=Text("Latitude", "纬度"), unit=_DEGREES, how=Text("WGS 84", "WGS 84")),
        Field(
            key="cost",
            name=Text("Cost", "费用"),
            how=Text("in the unit of the candidates", "按备选点位所用单位"),
        ),
        Field(key="capacity", name=Text("Capacity", "容量"), unit=PEOPLE),
        Field(
            key="served",
            name=Text("Served", "服务人口"),
            unit=PEOPLE,
            how=Text("who go there with the plan", "方案中前往该处的人口"),
        ),
        Field(
            key="added",
            name=Text("Covered only by it", "仅由其覆盖"),
            unit=PEOPLE,
            how=Text(
                "left out without it while the other sites stand", "其余点位不变时，无此点位即不可达的人口"
            ),
        ),
        Field(
            key="alone",
            name=Text("Added by itself", "单独新增"),
            unit=PEOPLE,
            how=Text("what it would add today if it alone were opened", "仅新增此点位时增加的覆盖人口"),
        ),
        Field(
            key="beyond",
            name=Text("Added to the plan", "方案之外再增"),
            unit=PEOPLE,
            how=Text("what it would add to the plan", "在方案基础上再增加的覆盖人口"),
        ),
        Field(
            key="minutes_saved",
            name=Text("Time saved", "节省时间"),
            unit=_PERSON_MINUTES,
            how=Text(
                "what all people together would walk longer without it", "无此点位时全部人口多走的时间之和"
            ),
        ),
        Field(key="kept", name=Text("Insisted on", "指定点位"), unit=_YES),
        Field(key="year", name=Text("Year", "年次"), how=Text("of the plan, from 1", "方案第几年，自 1 起")),
        Field(
            key="equal",
            name=Text("Equally good in its place", "等效点位"),
            unit=Text("JSON list", "JSON 列表"),
        ),
        Field(key="chosen", name=Text("Chosen", "推荐"), unit=_YES),
        Field(key="forbidden", name=Text("Forbidden", "禁用"), unit=_YES),
        Field(key="reason", name=Text("Why passed over", "未推荐原因")),
        Field(key="group", name=Text("Group", "人群")),
        Field(key="people", name=Text("People", "人口"), unit=PEOPLE),
        Field(key="before", name=Text("Covered today", "现状覆盖"), unit=PEOPLE),
        Field(key="after", name=Text("Covered with the plan", "方案覆盖"), unit=PEOPLE),
        Field(key="gained", name=Text("Gained", "新增覆盖"), unit=PEOPLE),
        Field(key="share_before", name=Text("Share today", "现状覆盖率"), unit=SHARE),
        Field(key="share_after", name=Text("Share with the plan", "方案覆盖率"), unit=SHARE),
        Field(key="left_out", name=Text("Left out with the plan", "方案未覆盖"), unit=PEOPLE),
        Field(key="minutes_before", name=Text("To the nearest today", "现状最近时间"), unit=MINUTES),
        Field(key="minutes_after", name=Text("To the nearest with the plan", "方案最近时间"), unit=MINUTES),
        Field(key="served_by", name=Text("Goes to", "前往点位")),
        Field(
            key="people_covered_before",
            name=Text("Covered today", "现状覆盖"),
            unit=PEOPLE,
            how=Text("room and backups as asked", "按所设容量与备份要求"),
        ),
        Field(
            key="people_covered_after",
            name=Text("Covered with the plan", "方案覆盖"),
            unit=PEOPLE,
            how=Text("room and backups as asked", "按所设容量与备份要求"),
        ),
        Field(key="state_before", name=Text("State today", "现状覆盖情况"), how=_STATES),
        Field(key="state_after", name=Text("State with the plan", "方案覆盖情况"), how=_STATES),
        Field(key="new", name=Text("New", "新增"), unit=_YES),
        Field(key="in_reach", name=Text("Within reach of it", "时限内人口"), unit=PEOPLE),
        Field(key="mean_minutes", name=Text("Mean way there", "平均到达时间"), unit=MINUTES),
        Field(key="farthest_minutes", name=Text("Longest way there", "最远到达时间"), unit=MINUTES),
        Field(key="use", name=Text("Capacity taken", "容量使用率"), unit=SHARE),
        Field(key="demand_id", name=Text("Demand point", "人口点编号")),
        Field(key="site_id", name=Text("Site", "点位编号")),
        Field(key="facility_id", name=Text("Site", "点位编号")),
        Field(key="minutes", name=Text("On the way", "出行时间"), unit=MINUTES),
        Field(key="minutes_first", name=Text("To the nearest, first plan", "方案一最近时间"), unit=MINUTES),
        Field(key="minutes_second", name=Text("To the nearest, second plan", "方案二最近时间"), unit=MINUTES),
        Field(key="first", name=Text("Covered by the first plan", "方案一覆盖"), unit=PEOPLE),
        Field(key="second", name=Text("Covered by the second plan", "方案二覆盖"), unit=PEOPLE),
        Field(key="gain", name=Text("Gain it with the second", "采用方案二新获覆盖"), unit=PEOPLE),
        Field(key="lose", name=Text("Lose it with the second", "采用方案二失去覆盖"), unit=PEOPLE),
        Field(key="nearer", name=Text("Nearer with the second", "采用方案二更近"), unit=PEOPLE),
        Field(key="farther", name=Text("Farther with the second", "采用方案二更远"), unit=PEOPLE),
        Field(key="same", name=Text("The same with both", "两方案相同"), unit=PEOPLE),
        Field(
            key="plan",
            name=Text("Of which plan", "所属方案"),
            how=Text("both, first or second", "both 两者，first 方案一，second 方案二"),
        ),
        Field(key="metres", name=Text("Distance", "距离"), unit=_METRES),
    )
}
"""Every column of a plan's layers, by its name."""

SITING_NAMES: Final = {
    "coverage": (
        Text("coverage", "覆盖变化"),
        Text("People covered by polygon, today and with the plan", "各单元现状与方案覆盖人口"),
    ),
    "reach": (
        Text("reach", "新增点位等时圈"),
        Text("Ground within reach of the new sites", "新增点位时限内可达的范围"),
    ),
    "ways": (
        Text("ways", "前往关系"),
        Text("A straight line from people to the site they go to", "人口点至其前往点位的连线"),
    ),
    "people": (
        Text("people", "人口点"),
        Text("Minutes of every demand point today and with the plan", "各人口点现状与方案出行时间"),
    ),
    "candidates": (
        Text("candidates", "备选点位"),
        Text(
            "Every candidate with what it would add, and why it was passed over",
            "全部备选点位、增益与未推荐的原因",
        ),
    ),
    "today": (Text("today", "现有点位"), Text("Places of the service that count today", "计入的现有设施")),
    "loads": (Text("loads", "点位负荷"), Text("What each open site does", "各启用点位的服务人口与负荷")),
    "chosen": (Text("chosen", "推荐点位"), Text("The sites of the plan", "方案推荐的点位")),
}
"""What each layer of a plan is called and holds, in the order in which they are drawn."""

COMPARE_NAMES: Final = {
    "polygons": (
        Text("polygons", "单元变化"),
        Text("Who gains and who loses, by polygon", "各单元新获覆盖与失去覆盖的人口"),
    ),
    "people": (
        Text("people", "人口点"),
        Text("Minutes of every demand point under both plans", "各人口点在两方案下的出行时间"),
    ),
    "places": (Text("places", "两方案点位"), Text("Places of both plans", "两方案的点位")),
}


def siting_tables(result: SitingResult) -> tuple[FeatureTable, ...]:
    """Return the layers of ``siting.gpkg``; empty ones are left out."""
    standing = result.sites[result.sites["existing"]]
    polygons = result.polygons[["id", "geometry"]]
    chosen = chosen_table(result)
    frames: dict[str, gpd.GeoDataFrame] = {
        "coverage": polygons.merge(by_polygon(result), on="id", how="inner"),
        "reach": result.isochrones,
        "ways": way_lines(result),
        "people": _people_of_plan(result),
        "candidates": candidate_table(result),
        "today": standing[["id", "name", "geometry"]],
        "loads": load_table(result),
        "chosen": chosen[[name for name in chosen.columns if name in (*SITING_FIELDS, "geometry")]],
    }
    styles = {
        "coverage": _drawn(qml.fill(style.GREEN, share=0.25, edge=style.QUIET_INK), "fill"),
        "reach": _drawn(qml.fill(style.ACCENT, share=0.08, edge=style.ACCENT, wide=0.3), "fill"),
        "ways": _drawn(qml.line(style.QUIET_INK, wide=0.1), "line"),
        "candidates": (_signs("rejected"),),
        "chosen": (_signs("chosen"),),
    }
    return _tables(frames, SITING_NAMES, styles)


def compared_tables(result: ComparedPlans) -> tuple[FeatureTable, ...]:
    """Return the layers of ``compare.gpkg``; empty ones are left out."""
    return _tables(compared_layers(result), COMPARE_NAMES, {})


def siting_file_notes(result: SitingResult, made_on: date) -> FileNotes:
    """Return what ``siting.gpkg`` says of itself: answer, proof, and what was asked."""
    language = result.study.language
    abstract = "\n".join(text.to(language) for text in (answer(result), proof(result)))
    asked = result.question.model_dump(mode="json", exclude_unset=True)
    return _notes(result.study, abstract, made_on, {"run_id": result.run_id, "question": asked})


def compared_file_notes(result: ComparedPlans, made_on: date) -> FileNotes:
    """Return what ``compare.gpkg`` says of itself."""
    abstract = headline(result).to(result.study.language)
    return _notes(result.study, abstract, made_on, {"run_id": result.run_id})


def _notes(study: Study, abstract: str, made_on: date, facts: dict[str, object]) -> FileNotes:
    return FileNotes(
        title=study.name,
        abstract=abstract,
        made_on=made_on.isoformat(),
        rights=study.attributions,
        facts={**facts, "office": study.office, "review_number": study.review_number},
    )


def _tables(
    frames: Mapping[str, gpd.GeoDataFrame],
    names: Mapping[str, tuple[Text, Text]],
    styles: Mapping[str, tuple[LayerStyle, ...]],
) -> tuple[FeatureTable, ...]:
    return tuple(
        FeatureTable(
            key=key,
            name=name,
            about=about,
            frame=frames[key],
            fields=tuple(
                SITING_FIELDS.get(str(column), Field(key=str(column), name=Text(str(column), str(column))))
                for column in frames[key].columns
                if column != "geometry"
            ),
            styles=styles.get(key, ()),
        )
        for key, (name, about) in names.items()
        if len(frames.get(key, ()))
    )


def _drawn(symbol: qml.SymbolLayer, shape: str) -> tuple[LayerStyle, ...]:
    rule = qml.Rule(words="", where="", layers=(symbol,))
    return (LayerStyle(name=Text("plain", "常规"), qml=qml.qml([rule], shape=shape)),)


def _signs(kind: str) -> LayerStyle:
    symbol = style.SYMBOLS[kind]
    drawn = qml.sign(symbol.outline, symbol.glyph, symbol.colour, size=symbol.size * 0.2)
    labels = qml.Labels(expression='"name"') if kind == "chosen" else None
    rule = qml.Rule(words="", where="", layers=(drawn,))
    return LayerStyle(name=Text("plain", "常规"), qml=qml.qml([rule], shape="marker", labels=labels))


def _people_of_plan(result: SitingResult) -> gpd.GeoDataFrame:
    demand = result.layers.demand[["id", "group", "geometry"]]
    ids = np.array([*result.sites["id"], None], dtype=object)
    people = demand.assign(
        people=result.people,
        minutes_before=_minutes(result.before),
        minutes_after=_minutes(result.after),
        served_by=ids[np.asarray(result.plan.served_by)[: len(demand)]],
        people_covered_before=result.covered(result.before),
        people_covered_after=result.covered(result.after),
        state_before=_states(result, result.before),
        state_after=_states(result, result.after),
    )
    return without_small_groups(people, result.polygons)


def _states(result: SitingResult, seconds: Floats) -> npt.NDArray[np.object_]:
    """Return the state of each demand point of a plan."""
    near = within(seconds, minutes_to_seconds(result.minutes))
    return point_states(result.people, result.covered(seconds), near)


def _minutes(seconds: Floats) -> Floats:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds / 60.0, np.nan)
