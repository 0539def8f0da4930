"""The sheets of ``siting.xlsx``: the plan, its sites, who gains, the curve, near-equal plans, assumptions."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.load import words_of
from layers.write.workbook import Column
from maps.book.siting_tables import by_group, by_polygon, chosen_table, curve_table, near_table
from maps.book.spec import Edition, SheetSpec, TableSpec, notes_frame, texts, titled, whole
from maps.result import SitingResult
from maps.words.siting import (
    answer_notes,
    assumption_notes,
    caveat_notes,
    insisting_words,
    proof,
    question_notes,
    value_words,
)

PlanEdition = Edition[SitingResult]

_NOTES = (Column("what", Text("What", "项目")), Column("note", Text("Said", "内容")))
# One header for all tables of a sheet is repeated on every page.
_GAINED = (
    Column("name", Text("Group or place", "人群或分区")),
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
    Column("kept", Text("Insisted on", "指定"), "yes"),
)
_NEAR = (
    Column("rank", Text("Rank", "名次"), "count"),
    Column("value", Text("Value of the goal", "目标值")),
    Column("people", Text("People covered", "覆盖人口（人）"), "count"),
    Column("instead", Text("Instead", "替换为")),
    Column("sites", Text("All new sites", "全部新点位")),
)
_CHOSEN_UNIT = Text(
    "Nearest for: people within the minutes whose nearest site it is. Covered only by it: people left "
    "out if it alone were not built. By itself: people it would add today without the other new sites",
    "服务人口：限定时间内以其为最近点位的人口；仅由其覆盖：若只缺它则未覆盖的人口；"
    "单独开设：不建其他新点位时可新增的人口",
)
_CURVE_UNIT = Text(
    "Best: the optimum for each number by itself. One at a time: each step keeps the sites before it. "
    "Without the sites insisted on and without fairness",
    "最优方案：各数量下单独求最优；逐个增加：每一步保留之前的点位。不含指定点位与公平要求",
)
_NEAR_UNIT = Text(
    "Plans at most 1 % worse than the best that leave out at least one of its sites",
    "比最优方案差不超过 1%、且至少替换一个点位的方案",
)
_PRICE = Text("Price of the sites insisted on", "指定点位的效益损失")


def siting_edition(result: SitingResult) -> PlanEdition:
    """Return a plan as it is written."""
    return Edition(result=result, sheets=SITING_SHEETS, language=result.study.language)


def _counted(edition: PlanEdition) -> Text:
    """Return the line under a title: who is counted, how they travel and when, and the office."""
    result = edition.result
    profile, minutes = result.case.profile.name, f"{result.minutes:g}"
    hour, office = result.case.hour, result.study.office
    made = Text(f"; {office}", f"；{office}") if office else Text("", "")
    return Text(
        f"People who reach {result.name.en} within {minutes} minutes; {profile.en}, {hour.en}{made.en}",
        f"{minutes} 分钟内可达{result.name.zh}的人口；{profile.zh}，{hour.zh}{made.zh}",
    )


def _answer(result: SitingResult) -> pd.DataFrame:
    return notes_frame([*answer_notes(result), *question_notes(result)])


def _chosen(result: SitingResult) -> pd.DataFrame:
    table = chosen_table(result)
    table = table.assign(lon=[f"{x:.6f}" for x in table["lon"]], lat=[f"{y:.6f}" for y in table["lat"]])
    return pd.DataFrame(table.drop(columns="geometry"))


def _chosen_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns worth their width: cost, minutes and what was insisted on may all be empty."""
    del result
    empty = {name for name in ("cost", "minutes_saved") if not table[name].notna().any()}
    empty |= {"kept"} if not table["kept"].any() else set()
    return tuple(column for column in _CHOSEN if column.key not in empty)


def _gained_by_group(result: SitingResult) -> pd.DataFrame:
    """Return who gains, everybody first, then each group of people."""
    terms = {term.id: term.name for term in words_of(result.study).groups.terms.values()}
    groups = by_group(result)
    total = groups[["people", "before", "after", "gained", "left_out"]].sum().to_frame().T
    counted = total["people"].where(total["people"] > 0)
    total = total.assign(share_before=total["before"] / counted, share_after=total["after"] / counted)
    total = total.assign(name=texts([Text("Everybody", "合计")]))
    named = groups.assign(name=texts(_group_name(value, terms) for value in groups["group"]))
    return pd.concat([total, named], ignore_index=True)


def _group_name(group: object, terms: dict[str, Text]) -> Text:
    if not isinstance(group, str):
        return Text("not said", "未注明")
    return terms.get(group, Text(group, group))


def _gained_by_polygon(result: SitingResult, kind: str) -> pd.DataFrame:
    """Return who gains in each polygon of a kind: ``grid`` or ``area``."""
    polygons = by_polygon(result)
    outside = Text("outside every polygon", "不在任何分区内")
    names = zip(polygons["id"], polygons["name"], strict=True)
    polygons = polygons.assign(name=texts(outside if key == OUTSIDE else name for key, name in names))
    return polygons[(polygons["kind"] == kind).to_numpy()]


def _curve(result: SitingResult) -> pd.DataFrame:
    table = curve_table(result)
    return table.assign(
        value=texts(value_words(result, value) for value in table["value"]),
        gap=table["gap"].astype(np.float64).replace(np.inf, np.nan),
    )


def _curve_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of the curve; where sites are counted their number is the value already."""
    del table
    value = (Column("value", Text("Value of the goal", "目标值")),) if result.question.aim != "cover" else ()
    return (
        Column("new", Text("New sites", "新增点位数"), "count"),
        Column("people", Text("Covered by the best plan", "最优方案覆盖（人）"), "count"),
        Column("share", Text("Share", "覆盖率"), "share"),
        Column("more", Text("More than with one fewer", "比少一个点位多（人）"), "count"),
        Column("nested_people", Text("Covered adding one at a time", "逐个增加时覆盖（人）"), "count"),
        Column("nested_share", Text("Share", "覆盖率"), "share"),
        *value,
        Column("gap", Text("Unproven gap", "未证明差距"), "share"),
    )


def _near(result: SitingResult) -> pd.DataFrame:
    table = near_table(result)
    return table.assign(value=texts(value_words(result, value) for value in table["value"]))


def _price(result: SitingResult) -> pd.DataFrame:
    return notes_frame([] if result.insisted is None else [(_PRICE, insisting_words(result))])


SITING_SHEETS: Final[tuple[SheetSpec[SitingResult], ...]] = (
    SheetSpec(
        key="plan",
        name=Text("Plan", "方案"),
        title=titled("Where the next sites go", "新增点位选址方案", colon="："),
        unit=_counted,
        tables=(
            TableSpec(key="answer", caption=Text("Answer", "结论"), frame=_answer, columns=_NOTES),
            TableSpec(
                key="caveats",
                caption=Text("What changes these figures", "影响结果的事项"),
                frame=lambda result: notes_frame(caveat_notes(result)),
                columns=_NOTES,
            ),
        ),
    ),
    SheetSpec(
        key="chosen",
        name=Text("Chosen sites", "推荐点位"),
        title=titled("Chosen sites", "推荐点位", colon="："),
        unit=lambda _: _CHOSEN_UNIT,
        tables=(
            TableSpec(
                key="chosen",
                caption=Text("Chosen sites", "推荐点位"),
                frame=_chosen,
                columns=_chosen_columns,
                layout=whole,
            ),
        ),
    ),
    SheetSpec(
        key="gained",
        name=Text("People gained", "新增覆盖人口"),
        title=titled("People gained", "新增覆盖人口", colon="："),
        unit=_counted,
        tables=(
            TableSpec(
                key="by_group",
                caption=Text("By group", "按人群"),
                frame=_gained_by_group,
                columns=_GAINED,
                layout=whole,
            ),
            TableSpec(
                key="by_grid",
                caption=Text("By grid cell", "按网格"),
                frame=lambda result: _gained_by_polygon(result, "grid"),
                columns=_GAINED,
            ),
            TableSpec(
                key="by_area",
                caption=Text("By area", "按片区"),
                frame=lambda result: _gained_by_polygon(result, "area"),
                columns=_GAINED,
            ),
        ),
    ),
    SheetSpec(
        key="curve",
        name=Text("Curve", "边际曲线"),
        title=titled("What each further site brings", "边际效益曲线", colon="："),
        unit=lambda _: _CURVE_UNIT,
        optional=True,
        tables=(
            TableSpec(key="curve", caption=Text("Curve", "边际曲线"), frame=_curve, columns=_curve_columns),
        ),
    ),
    SheetSpec(
        key="alternatives",
        name=Text("Alternatives", "替代方案"),
        title=titled("Near-equal plans", "替代方案", colon="："),
        unit=lambda _: _NEAR_UNIT,
        tables=(
            TableSpec(
                key="near",
                caption=Text("Near-equal plans", "近似最优方案"),
                frame=_near,
                columns=_NEAR,
                layout=whole,
            ),
            TableSpec(key="price", caption=_PRICE, frame=_price, columns=_NOTES),
        ),
    ),
    SheetSpec(
        key="assumptions",
        name=Text("Assumptions", "依据与假设"),
        title=titled("What the plan rests on", "依据与假设", colon="："),
        unit=lambda edition: proof(edition.result),
        tables=(
            TableSpec(
                key="assumptions",
                caption=Text("Assumptions", "依据与假设"),
                frame=lambda result: notes_frame(assumption_notes(result)),
                columns=_NOTES,
            ),
        ),
    ),
)
