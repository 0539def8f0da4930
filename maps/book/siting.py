"""The sheets of ``siting.xlsx``: the plan, its sites, who gains, the curve, near-equal plans, assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.load import words_of
from layers.write.workbook import Column, Sheet, Table
from maps.book.siting_tables import by_group, by_polygon, chosen_table, curve_table, near_table
from maps.result import SitingResult
from maps.words.siting import Note, asked, assumed, found, insisted, proof, value_words

_WHAT = Column("what", Text("What", "项目"))
_SAID = Column("said", Text("Said", "内容"))
# One header for all tables of a sheet is repeated on every page.
_WHO = Column("name", Text("Group or place", "人群或分区"))
_GAINED = (
    Column("people", Text("People", "人口（人）"), "count"),
    Column("before", Text("Covered today", "现状覆盖（人）"), "count"),
    Column("after", Text("Covered with the plan", "规划后覆盖（人）"), "count"),
    Column("gained", Text("Gained", "新增覆盖（人）"), "count"),
    Column("share_before", Text("Share today", "现状覆盖率"), "share"),
    Column("share_after", Text("Share with the plan", "规划后覆盖率"), "share"),
    Column("left_out", Text("Still left out", "仍未覆盖（人）"), "count"),
)
_CHOSEN = (
    Column("number", Text("No.", "序号"), "count"),
    Column("name", Text("Site", "点位")),
    Column("id", Text("Id", "编号")),
    Column("place", Text("Lies in", "所在片区")),
    Column("lon", Text("Longitude", "经度")),
    Column("lat", Text("Latitude", "纬度")),
    Column("served", Text("Nearest for (people)", "服务人口（人）"), "count"),
    Column("added", Text("Covered only by it (people)", "仅由其覆盖（人）"), "count"),
    Column("alone", Text("By itself it would add (people)", "单独可新增（人）"), "count"),
    Column("minutes_saved", Text("Person-minutes it saves", "节省出行时间（人·分钟）"), "count"),
    Column("cost", Text("Cost", "费用"), "amount"),
    Column("kept", Text("Insisted on", "必选"), "yes"),
)


def site_sheets(result: SitingResult) -> tuple[Sheet, ...]:
    """Return the sheets in the order in which an office reads them."""
    sheets = (_plan(result), _sites(result), _gains(result), _curve(result), _near(result), _method(result))
    return tuple(sheet for sheet in sheets if sheet is not None)


def _plan(result: SitingResult) -> Sheet:
    return Sheet(
        Text("Plan", "方案"),
        _titled(result, Text("Where the next sites go", "新增站点选址方案")),
        _unit(result),
        (_notes([*found(result), *asked(result)], Text("Answer", "结论")),),
    )


def _sites(result: SitingResult) -> Sheet:
    table = chosen_table(result)
    table = table.assign(lon=[f"{x:.6f}" for x in table["lon"]], lat=[f"{y:.6f}" for y in table["lat"]])
    columns = tuple(column for column in _CHOSEN if _says_something(table, column))
    said = Text(
        "Nearest for: people within the minutes whose nearest site it is. Covered only by it: people left "
        "out if it alone were not built. By itself: people it would add today without the other new sites",
        "服务人口：限定时间内以其为最近站点的人口；仅由其覆盖：若只缺它则未覆盖的人口；"
        "单独开设：不建其他新站点时可新增的人口",
    )
    return Sheet(
        Text("Chosen sites", "入选点位"),
        _titled(result, Text("Chosen sites", "入选点位")),
        said,
        (Table(columns, pd.DataFrame(table.drop(columns="geometry"))),),
    )


def _says_something(table: pd.DataFrame, column: Column) -> bool:
    """Whether a column is worth its width: cost, minutes and what was insisted on may all be empty."""
    if column.key == "kept":
        return bool(table["kept"].any())
    return column.key not in ("cost", "minutes_saved") or bool(table[column.key].notna().any())


def _gains(result: SitingResult) -> Sheet:
    terms = words_of(result.study).groups.terms
    groups = by_group(result)
    named = [_group(value, {term.id: term.name for term in terms.values()}) for value in groups["group"]]
    whole = groups[["people", "before", "after", "gained", "left_out"]].sum().to_frame().T
    some = whole["people"].where(whole["people"] > 0)
    whole = whole.assign(share_before=whole["before"] / some, share_after=whole["after"] / some)
    total = whole.assign(name=_texts([Text("Everybody", "合计")]))
    people = pd.concat([total, groups.assign(name=_texts(named))], ignore_index=True)
    polygons = by_polygon(result)
    outside = Text("outside every polygon", "不在任何分区内")
    places: list[str | Text] = [
        outside if key == OUTSIDE else name
        for key, name in zip(polygons["id"], polygons["name"], strict=True)
    ]
    tables = [Table((_WHO, *_GAINED), people, Text("By group", "按人群"))]
    for kind, caption in (("grid", Text("By grid cell", "按网格")), ("area", Text("By area", "按片区"))):
        part = polygons.assign(name=_texts(places))[(polygons["kind"] == kind).to_numpy()]
        if len(part):
            tables.append(Table((_WHO, *_GAINED), part, caption))
    return Sheet(
        Text("People gained", "新增覆盖人口"),
        _titled(result, Text("People gained", "新增覆盖人口")),
        _unit(result),
        tuple(tables),
    )


def _curve(result: SitingResult) -> Sheet | None:
    if not result.curve:
        return None
    table = curve_table(result)
    table = table.assign(
        value=_texts([value_words(result, value) for value in table["value"]]),
        gap=np.where(np.isfinite(table["gap"]), table["gap"], np.nan),
    )
    columns = (
        Column("new", Text("New sites", "新增站点数"), "count"),
        Column("people", Text("Covered by the best plan", "最优方案覆盖（人）"), "count"),
        Column("share", Text("Share", "覆盖率"), "share"),
        Column("more", Text("More than with one fewer", "比少一个站点多（人）"), "count"),
        Column("nested_people", Text("Covered adding one at a time", "逐个增加时覆盖（人）"), "count"),
        Column("nested_share", Text("Share", "覆盖率"), "share"),
        *((Column("value", Text("Value of the goal", "目标值")),) if result.question.aim != "cover" else ()),
        Column("gap", Text("Unproven gap", "未证明差距"), "share"),
    )
    said = Text(
        "Best: the optimum for each number by itself. One at a time: each step keeps the sites before it. "
        "Without the sites insisted on and without fairness",
        "最优方案：各数量下单独求最优；逐个增加：每一步保留之前的站点。不含必选点位与公平要求",
    )
    title = _titled(result, Text("What each further site brings", "边际效益曲线"))
    return Sheet(Text("Curve", "边际曲线"), title, said, (Table(columns, table),))


def _near(result: SitingResult) -> Sheet:
    table = near_table(result)
    table = table.assign(value=_texts([value_words(result, value) for value in table["value"]]))
    columns = (
        Column("rank", Text("Rank", "名次"), "count"),
        Column("value", Text("Value of the goal", "目标值")),
        Column("people", Text("People covered", "覆盖人口（人）"), "count"),
        Column("instead", Text("Instead", "替换为")),
        Column("sites", Text("All new sites", "全部新站点")),
    )
    said = Text(
        "Plans at most 1 % worse than the best that leave out at least one of its sites",
        "比最优方案差不超过 1%、且至少替换一个点位的方案",
    )
    tables = [Table(columns, table, Text("Near-equal plans", "近似最优方案"))]
    if result.insisted is not None:
        note = (Text("Price of the sites insisted on", "必选点位的代价"), insisted(result))
        tables.append(_notes([note], note[0]))
    title = _titled(result, Text("Near-equal plans", "替代方案"))
    return Sheet(Text("Alternatives", "替代方案"), title, said, tuple(tables))


def _method(result: SitingResult) -> Sheet:
    return Sheet(
        Text("Assumptions", "依据与假设"),
        _titled(result, Text("What the plan rests on", "依据与假设")),
        proof(result),
        (_notes(assumed(result), Text("Assumptions", "依据与假设")),),
    )


def _notes(notes: Iterable[Note], caption: Text) -> Table:
    rows = pd.DataFrame(list(notes), columns=["what", "said"], dtype=object)
    return Table((_WHAT, _SAID), rows, caption)


def _group(value: object, names: dict[str, Text]) -> Text:
    if not isinstance(value, str):
        return Text("not said", "未注明")
    return names.get(value, Text(value, value))


def _texts(words: Sequence[str | Text]) -> pd.Series:
    """Return words as a column; pandas would take a list of them for rows of two cells."""
    column = np.empty(len(words), dtype=object)
    for row, text in enumerate(words):
        column[row] = text
    return pd.Series(column)


def _titled(result: SitingResult, title: Text) -> Text:
    name = result.study.name
    return Text(f"{name}: {title.en}", f"{name}：{title.zh}")


def _unit(result: SitingResult) -> Text:
    profile, minutes = result.case.profile.name, f"{result.minutes:g}"
    hour, office = result.case.hour, result.study.office
    made = Text(f"; {office}", f"；{office}") if office else Text("", "")
    return Text(
        f"People who reach {result.name.en} within {minutes} minutes; {profile.en}, {hour.en}{made.en}",
        f"{minutes} 分钟内可到达{result.name.zh}的人口；{profile.zh}，{hour.zh}{made.zh}",
    )
