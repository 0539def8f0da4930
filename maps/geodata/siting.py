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
from layers.write.geodata.features import FeatureTable, FileNotes, LayerStyle
from maps import style
from maps.book.siting_tables import by_polygon, candidate_table, chosen_table
from maps.compared import ComparedPlans, compared_layers, headline
from maps.geodata import qml
from maps.geodata.fields import fields_of
from maps.geodata.styles import MILLIMETRES_A_PIXEL
from maps.published import may_be_published
from maps.result import SitingResult
from maps.siting_loads import load_table, way_lines
from maps.small_groups import without_small_groups
from maps.words.siting import answer, proof

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
    hidden = _not_published(result)
    frames: dict[str, gpd.GeoDataFrame] = {
        "coverage": polygons.merge(by_polygon(result), on="id", how="inner"),
        "reach": result.isochrones,
        "ways": _without(way_lines(result), hidden, "site_id", "demand_id"),
        "people": _people_of_plan(result),
        "candidates": candidate_table(result),
        "today": _without(standing[["id", "name", "geometry"]], hidden, "id"),
        "loads": _without(load_table(result), hidden, "id"),
        "chosen": chosen[[name for name in chosen.columns if name in (*fields_of("plan"), "geometry")]],
    }
    styles = {
        "coverage": _drawn(qml.fill(style.GREEN, share=0.25, edge=style.QUIET_INK), "fill"),
        "reach": _drawn(qml.fill(style.ACCENT, share=0.08, edge=style.ACCENT, wide=0.3), "fill"),
        "ways": _drawn(qml.line(style.QUIET_INK, wide=0.1), "line"),
        "candidates": (_signs("rejected"),),
        "chosen": (_signs("chosen"),),
    }
    return _tables(frames, SITING_NAMES, styles)


def _not_published(result: SitingResult) -> set[str]:
    """Return the ids of places of today and of demand points whose layer stays in the house."""
    frames = (result.layers.facilities, result.layers.demand)
    return {key for frame in frames for key in frame["id"][~may_be_published(result.study, frame)]}


def _without(frame: gpd.GeoDataFrame, hidden: set[str], *columns: str) -> gpd.GeoDataFrame:
    for column in columns:
        frame = frame[~frame[column].isin(hidden)]
    return frame


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
    fields = fields_of("plan")
    return tuple(
        FeatureTable(
            key=key,
            name=name,
            about=about,
            frame=frames[key],
            fields=tuple(fields[str(column)] for column in frames[key].columns if column != "geometry"),
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
    drawn = qml.sign(symbol.outline, symbol.glyph, symbol.colour, size=symbol.size * MILLIMETRES_A_PIXEL)
    labels = qml.Labels(expression='"name"') if kind == "chosen" else None
    rule = qml.Rule(words="", where="", layers=(drawn,))
    return LayerStyle(name=Text("plain", "常规"), qml=qml.qml([rule], shape="marker", labels=labels))


def _people_of_plan(result: SitingResult) -> gpd.GeoDataFrame:
    demand = result.layers.demand[["id", "group", "geometry"]]
    shown = may_be_published(result.study, result.layers.demand)
    hidden = _not_published(result)
    ids = np.array([*(None if key in hidden else key for key in result.sites["id"]), None], dtype=object)
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
    return without_small_groups(people[shown], result.polygons)


def _states(result: SitingResult, seconds: Floats) -> npt.NDArray[np.object_]:
    """Return the state of each demand point of a plan."""
    near = within(seconds, minutes_to_seconds(result.minutes))
    return point_states(result.people, result.covered(seconds), near)


def _minutes(seconds: Floats) -> Floats:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds / 60.0, np.nan)
