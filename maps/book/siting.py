"""The sheets of ``siting.xlsx``: the plan, its sites, who gains, the curve, near-equal plans, assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geo.text import Text
from layers.write.table import Column, Table
from maps.book.charts import CURVE, with_curve_chart
from maps.book.gaps import PROJECTS
from maps.book.plans import NOTES, counted_line, plan_sheet, rows_by_group, rows_by_polygon
from maps.book.siting_tables import (
    LISTED_REJECTED,
    by_group,
    by_polygon,
    chosen_table,
    curve_table,
    near_table,
    plan_projects,
    rejected_table,
)
from maps.book.spec import Edition, SheetSpec, TableSpec, as_it_is, notes_frame, sheet_of_one, titled
from maps.result import SitingResult
from maps.siting_loads import case_table, load_table, site_names, stage_table
from maps.siting_projects import cost_header
from maps.values import texts
from maps.words.siting import (
    answer_notes,
    assumption_notes,
    caveat_notes,
    goal_words,
    insisting_words,
    proof,
    question_notes,
    value_words,
)
from maps.words.siting_notes import left_out_words

PlanEdition = Edition[SitingResult]

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
    Column("lon", Text("Longitude", "经度"), "degrees"),
    Column("lat", Text("Latitude", "纬度"), "degrees"),
    Column("served", Text("Nearest for (people)", "服务人口（人）"), "count"),
    Column("added", Text("Covered only by it (people)", "仅由其覆盖（人）"), "count"),
    Column("alone", Text("By itself it would add (people)", "单独可新增（人）"), "count"),
    Column("minutes_saved", Text("Person-minutes it saves", "节省出行时间（人·分钟）"), "count"),
    Column("cost", Text("Cost", "费用"), "amount"),
    Column("kept", Text("Insisted on", "指定"), "yes"),
    Column("year", Text("Year", "年次"), "count"),
    Column("equal", Text("Equally good in its place", "等效点位")),
)
_LOADS = (
    Column("name", Text("Site", "点位")),
    Column("id", Text("Id", "编号")),
    Column("new", Text("New", "新增"), "yes"),
    Column("in_reach", Text("People within the minutes", "限定时间内人口（人）"), "count"),
    Column("served", Text("Nearest for (people)", "服务人口（人）"), "count"),
    Column("capacity", Text("Capacity (people)", "容量（人）"), "count"),
    Column("use", Text("Load", "负荷率"), "share", scaled=False),
    Column("mean_minutes", Text("Mean minutes", "平均时间（分钟）"), "minutes"),
    Column("farthest_minutes", Text("Farthest minutes", "最远时间（分钟）"), "minutes"),
)
_PASSED = (
    Column("name", Text("Site", "点位")),
    Column("id", Text("Id", "编号")),
    Column("reason", Text("Why it was passed over", "未推荐原因")),
    Column("alone", Text("By itself it would add (people)", "单独可新增（人）"), "count"),
    Column("beyond", Text("Would add to the plan (people)", "方案之外可新增（人）"), "count"),
    Column("cost", Text("Cost", "费用"), "amount"),
)
_STAGES = (
    Column("year", Text("Year", "年次"), "count"),
    Column("new", Text("New sites", "新增点位数"), "count"),
    Column("opened", Text("Opened", "当年开设")),
    Column("cost", Text("Cost", "费用"), "amount"),
    Column("people", Text("Covered at its end", "年末覆盖（人）"), "count"),
    Column("share", Text("Share", "覆盖率"), "share"),
    Column("best_people", Text("Covered by the year's own best", "单独最优覆盖（人）"), "count"),
    Column(
        "price",
        Text("Price of nesting (share of the gain)", "分期的效益损失（占增益）"),
        "share",
        scaled=False,
    ),
)
_CURVE = (
    *CURVE[:2],
    Column("share", Text("Share", "覆盖率"), "share"),
    Column("more", Text("More than with one fewer", "比少一个点位多（人）"), "count"),
    CURVE[2],
    Column("nested_share", Text("Share", "覆盖率"), "share"),
    Column("value", Text("Value of the goal", "目标值")),
    Column("gap", Text("The best may be better by, at most", "最优方案至多再优"), "share", scaled=False),
)
_CASES = (
    Column("name", Text("Case", "情景")),
    Column("people", Text("People", "人口（人）"), "count"),
    Column("before", Text("Within the minutes today", "现状可达（人）"), "count"),
    Column("after", Text("Within the minutes with the plan", "规划后可达（人）"), "count"),
    Column("gained", Text("Gained", "新增（人）"), "count"),
    Column("share_before", Text("Share today", "现状比例"), "share"),
    Column("share_after", Text("Share with the plan", "规划后比例"), "share"),
)
_STAGES_UNIT = Text(
    "Each year keeps the sites of the years before. The price is what that costs against the best plan for "
    "the year alone, as a share of what that plan gains over today",
    "每年保留之前各年的点位；分期的效益损失为比当年单独最优方案少的部分，占其相对现状增益的比例",
)
_PASSED_UNIT = Text(
    f"Those that would add most to the plan first, {LISTED_REJECTED} at most; all are in siting.gpkg",
    f"按方案之外可新增人口排序，最多列出 {LISTED_REJECTED} 个；全部见 siting.gpkg",
)
_NEAR = (
    Column("rank", Text("Rank", "名次"), "count"),
    Column("value", Text("Value of the goal", "目标值")),
    Column("people", Text("People covered", "覆盖人口（人）"), "count"),
    Column("instead", Text("Instead", "替换为")),
    Column("sites", Text("All new sites", "全部新增点位")),
)
_CHOSEN_UNIT = Text(
    "Nearest for: people within the minutes whose nearest site it is, each once however many services they "
    "use there. Covered only by it: people left out if it alone were not built. By itself: people it would "
    "add today without the other new sites",
    "服务人口：限定时间内以其为最近点位的人口，使用多类设施的只计一次；仅由其覆盖：若只缺它则未覆盖的人口；"
    "单独开设：不建其他新增点位时可新增的人口",
)
_CURVE_UNIT = Text(
    "Best: the optimum for each number by itself. One at a time: each step keeps the sites before it. "
    "Without the sites insisted on and without fairness",
    "最优方案：各数量下单独求最优；逐个增加：每一步保留之前的点位。不含指定点位与公平要求",
)
_NEAR_UNIT = Text(
    "Plans that lose at most 1 % of the best one's gain over today and leave out one of its sites or more",
    "增益损失不超过最优方案相对现状增益的 1%、且至少替换一个点位的方案",
)
_PRICE = Text("Price of the sites insisted on", "指定点位的效益损失")


def siting_edition(result: SitingResult) -> PlanEdition:
    """Return a plan as it is written."""
    return Edition(result=result, sheets=SITING_SHEETS, language=result.study.language)


def _counted(edition: PlanEdition) -> Text:
    """Return the line under a title: who is counted, how they travel and when, and the office."""
    line, office = counted_line(edition.result), edition.result.study.office
    return Text(f"{line.en}; {office}", f"{line.zh}；{office}") if office else line


def _answer(result: SitingResult) -> pd.DataFrame:
    return notes_frame([*answer_notes(result), *question_notes(result)])


def _chosen(result: SitingResult) -> pd.DataFrame:
    table, names = chosen_table(result), site_names(result)
    table = table.assign(equal=_listed(table["equal"], names))
    return pd.DataFrame(table.drop(columns="geometry"))


def _joined(names: Sequence[str]) -> Text:
    return Text(", ".join(names), "、".join(names))


def _listed(sites: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Return lists of sites in words."""
    return texts((_joined([names[key] for key in ids]) for ids in sites), sites.index)


def _chosen_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns worth their width: cost, minutes and what was insisted on may all be empty."""
    optional = ("cost", "minutes_saved", "year", "equal")
    empty = {name for name in optional if not table[name].notna().any()}
    empty |= {"equal"} if not any(each.en for each in table["equal"]) else set()
    empty |= {"kept"} if not table["kept"].any() else set()
    empty |= _ids_nobody_needs(table)
    return _with_unit(result, (column for column in _CHOSEN if column.key not in empty))


def _ids_nobody_needs(table: pd.DataFrame) -> set[str]:
    """Return the column of ids where the names of sites tell them apart."""
    return {"id"} if table["name"].notna().all() and table["name"].is_unique else set()


def _gained_by_group(result: SitingResult) -> pd.DataFrame:
    """Return who gains, everybody first, then each group of people."""
    sums = ("people", "before", "after", "gained", "left_out")
    rows = rows_by_group(result.study, by_group(result), sums)
    people = rows["people"].where(rows["people"] > 0)
    return rows.assign(share_before=rows["before"] / people, share_after=rows["after"] / people)


def _curve(result: SitingResult) -> pd.DataFrame:
    table = curve_table(result)
    return table.assign(
        value=texts(goal_words(result, value) for value in table["value"]),
        gap=table["gap"].astype(np.float64).replace(np.inf, np.nan),
    )


def _curve_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of the curve; where sites are counted their number is the value already."""
    del table
    known = {"value"} if result.question.aim == "cover" else set()
    return tuple(column for column in _CURVE if column.key not in known)


def _curve_layout(spec: TableSpec[SitingResult], edition: PlanEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay the curve out as one table, drawn below."""
    yield from map(with_curve_chart, as_it_is(spec, edition, rows))


def _near(result: SitingResult) -> pd.DataFrame:
    table = near_table(result)
    return table.assign(value=texts(value_words(result, value) for value in table["value"]))


def _loads(result: SitingResult) -> pd.DataFrame:
    table = load_table(result)
    return pd.DataFrame(table.drop(columns="geometry")).assign(name=_called(table))


def _load_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    del result
    empty = {name for name in ("capacity", "use") if not table[name].notna().any()}
    return tuple(column for column in _LOADS if column.key not in empty | _ids_nobody_needs(table))


def _passed(result: SitingResult) -> pd.DataFrame:
    table = rejected_table(result)
    return pd.DataFrame(table.drop(columns="geometry")).assign(name=_called(table))


def _passed_columns(result: SitingResult, table: pd.DataFrame) -> tuple[Column, ...]:
    empty = _ids_nobody_needs(table) | (set() if table["cost"].notna().any() else {"cost"})
    return _with_unit(result, (column for column in _PASSED if column.key not in empty))


def _called(table: pd.DataFrame) -> pd.Series:
    return table["name"].where(table["name"].notna(), table["id"])


def _stages(result: SitingResult) -> pd.DataFrame:
    table = stage_table(result)
    return table.assign(opened=_listed(table["opened"], site_names(result)))


def _cases(result: SitingResult) -> pd.DataFrame:
    table = case_table(result)
    # One case is what all other tables show.
    return table.assign(name=texts(table["name"]))[: len(table) if len(table) > 1 else 0]


def _left_out(result: SitingResult) -> pd.DataFrame:
    what = Text("Not searched", "未求解")
    return notes_frame([(what, text) for text in left_out_words(result)])


def _price(result: SitingResult) -> pd.DataFrame:
    return notes_frame([] if result.insisted is None else [(_PRICE, insisting_words(result))])


def _with_unit(result: SitingResult, columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return columns with the cost in the study's unit."""
    cost = cost_header(result.study.cost_unit)
    return tuple(replace(column, header=cost) if column.key == "cost" else column for column in columns)


def _project_columns(result: SitingResult) -> tuple[Column, ...]:
    """Return the columns of the projects as those of a run have them."""
    return _with_unit(result, PROJECTS)


def _projects_unit(result: SitingResult) -> Text:
    words = Text(
        "People who gain: newly covered people by their nearest new site, each once",
        "受益人口：新增覆盖人口，按最近的新增点位计，每人只计一次",
    )
    if result.study.cost_unit is not None:
        return words
    return Text(
        f"{words.en}; costs in the unit of the candidates' layer", f"{words.zh}；费用单位同备选点位数据"
    )


SITING_SHEETS: Final[tuple[SheetSpec[SitingResult], ...]] = (
    SheetSpec(
        key="plan",
        name=Text("Plan", "方案"),
        title=titled("Where the next sites go", "新增点位选址方案"),
        unit=_counted,
        tables=(
            TableSpec(key="answer", caption=Text("Answer", "结论"), frame=_answer, columns=NOTES),
            TableSpec(
                key="caveats",
                caption=Text("What changes these figures", "影响结果的事项"),
                frame=lambda result: notes_frame(caveat_notes(result)),
                columns=NOTES,
            ),
        ),
    ),
    plan_sheet(
        "chosen",
        Text("Chosen sites", "推荐点位"),
        ("Chosen sites", "推荐点位"),
        unit=lambda _: _CHOSEN_UNIT,
        frame=_chosen,
        columns=_chosen_columns,
        every=_CHOSEN,
        total=("cost", "added"),
    ),
    plan_sheet(
        "projects",
        Text("Projects", "项目清单"),
        ("Projects", "项目清单"),
        unit=lambda edition: _projects_unit(edition.result),
        frame=plan_projects,
        columns=lambda result, _: _project_columns(result),
        every=PROJECTS,
        total=("people", "cost"),
        optional=True,
    ),
    SheetSpec(
        key="gained",
        name=Text("People gained", "新增覆盖人口"),
        title=titled("People gained", "新增覆盖人口"),
        unit=_counted,
        tables=(
            TableSpec(
                key="by_group",
                caption=Text("Gained by group", "新增覆盖人口（按人群）"),
                frame=_gained_by_group,
                columns=_GAINED,
            ),
            TableSpec(
                key="by_grid",
                caption=Text("Gained by grid cell", "新增覆盖人口（按网格）"),
                frame=lambda result: rows_by_polygon(by_polygon(result), "grid"),
                columns=_GAINED,
            ),
            TableSpec(
                key="by_area",
                caption=Text("Gained by area", "新增覆盖人口（按片区）"),
                frame=lambda result: rows_by_polygon(by_polygon(result), "area"),
                columns=_GAINED,
            ),
        ),
    ),
    sheet_of_one(
        TableSpec(
            key="curve",
            caption=Text("Curve", "边际曲线"),
            frame=_curve,
            columns=_curve_columns,
            every=_CURVE,
            layout=_curve_layout,
        ),
        title=titled("What each further site brings", "边际效益曲线"),
        unit=lambda _: _CURVE_UNIT,
        optional=True,
    ),
    SheetSpec(
        key="alternatives",
        name=Text("Alternatives", "替代方案"),
        title=titled("Near-equal plans", "替代方案"),
        unit=lambda _: _NEAR_UNIT,
        tables=(
            TableSpec(
                key="near",
                caption=Text("Near-equal plans", "近似最优方案"),
                frame=_near,
                columns=_NEAR,
            ),
            TableSpec(key="price", caption=_PRICE, frame=_price, columns=NOTES),
            TableSpec(key="left_out", caption=Text("Not searched", "未求解"), frame=_left_out, columns=NOTES),
        ),
    ),
    plan_sheet(
        "years",
        Text("Years", "分期"),
        ("What is built in which year", "分期建设"),
        unit=lambda _: _STAGES_UNIT,
        frame=_stages,
        columns=lambda result, _: _with_unit(result, _STAGES),
        every=_STAGES,
        optional=True,
    ),
    plan_sheet(
        "cases",
        Text("Cases", "情景"),
        ("One plan in several cases", "同一方案在各情景下的表现"),
        unit=_counted,
        frame=_cases,
        columns=_CASES,
        optional=True,
    ),
    plan_sheet(
        "loads",
        Text("Loads", "服务范围与负荷"),
        ("Catchment and load of each site", "各点位服务范围与负荷"),
        unit=_counted,
        frame=_loads,
        columns=_load_columns,
        every=_LOADS,
        optional=True,
    ),
    plan_sheet(
        "passed",
        Text("Passed over", "未推荐点位"),
        ("Why candidates were passed over", "备选点位未推荐原因"),
        unit=lambda _: _PASSED_UNIT,
        frame=_passed,
        columns=_passed_columns,
        every=_PASSED,
        optional=True,
    ),
    plan_sheet(
        "assumptions",
        Text("Assumptions", "依据与假设"),
        ("What the plan rests on", "依据与假设"),
        unit=lambda edition: proof(edition.result),
        frame=lambda result: notes_frame(assumption_notes(result)),
        columns=NOTES,
    ),
)
