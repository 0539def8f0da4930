"""What is short: a row a clause with its cause, the optional services, and what would mend them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from geo.assessment.gaps import SMALLEST_GAP_PEOPLE
from geo.assessment.tables import of_case
from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.load import words_of
from layers.write.table import Column
from maps.book import columns
from maps.book.rows import OUTSIDE_NAME
from maps.book.spec import titled
from maps.book.verdict import ASKED, GAP, NO_TARGET, WALKED, is_short, measured, verdicts
from maps.result import StudyResult
from maps.siting_projects import change_projects, cost_header, cost_of, cost_unit_of, in_language
from maps.values import texts

MOST_PROJECTS: Final = 200
_MOST_AREAS = 3
_WHOLE = Text("the whole study", "全域")
_TOO_FAR = Text("the nearest is farther than the distance asked for", "最近设施超出标准规定的距离")
_TOO_FAR_REMEDY = Text("add a facility here", "在该区域新增设施")

GAPS_LIST: Final = Text("Gaps", "短板清单")
"""What the sheet of all that is short is called, also where nothing is."""
MOST_LEFT_OUT: Final = Text("Most people left out in", "未覆盖人口最多的区域")
_NUMBER = Column("number", Text("No.", "序号"), "count")
_TO_FILL = (
    Column("unit_in_charge", Text("Unit in charge", "责任单位"), to_fill=True),
    Column("until", Text("Until", "完成时限"), to_fill=True),
    Column("remark", Text("Remark", "备注"), to_fill=True),
)
_SHARES = (ASKED, columns.REACH_SHARE, columns.ROOM_SHARE, columns.METRES_SHARE)
CLAUSES: Final = (
    _NUMBER,
    columns.NAME,
    columns.TIER,
    *_SHARES,
    Column("target", Text("Target", "目标"), "share", NO_TARGET),
    GAP,
    Column("left_out", Text("People left out", "未覆盖人口"), "count"),
    Column("cause", Text("Main cause", "主要原因")),
    Column("remedy", Text("Remedy", "建议措施")),
    Column("areas", MOST_LEFT_OUT),
    columns.VERIFIED,
    *_TO_FILL,
)


def clause_columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of what is short; targets have theirs where there is one."""
    del result
    aimed = "target" in rows and rows["target"].notna().any()
    return tuple(column for column in CLAUSES if aimed or column.key not in ("target", GAP.key))


OPTIONAL: Final = (
    _NUMBER,
    columns.NAME,
    columns.TIER,
    *_SHARES,
    Column("left_out", Text("People left out", "未覆盖人口"), "count"),
    columns.VERIFIED,
)
PROJECTS: Final = (
    _NUMBER,
    Column("remedy", Text("Project or remedy", "项目或措施")),
    Column("name", Text("Service", "设施类别")),
    Column("area", Text("Where", "所在区域")),
    Column("people", Text("People who gain", "受益人口（人）"), "count"),
    Column("cost", Text("Cost (10,000 yuan)", "费用（万元）"), "amount", to_fill=True),
    Column("phase", Text("Phase", "建设时序"), to_fill=True),
    *_TO_FILL,
)

_MENDING: Final = titled("projects that would mend the gaps", "补短板项目清单（按受益人口排序）")
_WITH_CHANGE: Final = titled(
    "projects of the change, then what would mend the gaps that are left",
    "项目清单（变化方案的项目在前，其余补短板措施按受益人口排序）",
)


def with_cause(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return gaps each with a cause: one of metres is that the nearest is farther than asked for."""
    if "cause_en" not in gaps:
        return gaps
    filled = {}
    for name, words in (("cause", _TOO_FAR), ("remedy", _TOO_FAR_REMEDY)):
        for language in ("en", "zh"):
            column = f"{name}_{language}"
            filled[column] = gaps[column].where(gaps[column].notna(), words.to(language))
    return gaps.assign(**filled)


def clauses(result: StudyResult) -> pd.DataFrame:
    """Return what the standard requires and is short, most people left out first, a row a requirement."""
    rows = verdicts(result)
    if not len(rows):
        return rows
    short = rows[is_short(rows) & rows["required"].astype(bool)]
    why = [_cause(result, str(key)) for key in short["requirement"]]
    return short.assign(
        number=range(1, len(short) + 1),
        cause=texts((cause for cause, _ in why), short.index),
        remedy=texts((remedy for _, remedy in why), short.index),
        areas=texts((_areas(result, str(key)) for key in short["requirement"]), short.index),
    )


def optional_services(result: StudyResult) -> pd.DataFrame:
    """Return what the standard advises and does not require."""
    rows = verdicts(result)
    if not len(rows):
        return rows
    rows = rows[~rows["required"].astype(bool)]
    return rows.assign(number=range(1, len(rows) + 1))


def _cause(result: StudyResult, requirement: str) -> tuple[Text, Text]:
    """Return the cause that leaves most people out, and its remedy."""
    causes = of_case(result.tables.causes, result.first.case.id)
    if len(causes):
        here = (causes["requirement"] == requirement) & (causes["cause"] != "covered")
        rows = causes[here & (causes["people"] >= SMALLEST_GAP_PEOPLE)]
        if len(rows):
            most = rows.sort_values("people", ascending=False, kind="stable").iloc[0]
            return (
                Text(str(most["cause_en"]), str(most["cause_zh"])),
                Text(str(most["remedy_en"]), str(most["remedy_zh"])),
            )
    way = measured(result, requirement)
    along = Text("along streets", "步行距离") if way == WALKED else Text("as the crow flies", "直线距离")
    cause = Text(f"{_TOO_FAR.en} ({along.en})", f"{_TOO_FAR.zh}（{along.zh}）")
    return cause, _TOO_FAR_REMEDY


def _areas(result: StudyResult, requirement: str) -> Text:
    gaps = _gaps_of_first(result)
    if not len(gaps):
        return Text("", "")
    rows = gaps[(gaps["requirement"] == requirement) & (gaps["area_id"] != OUTSIDE)]
    rows = rows.sort_values("left_out", ascending=False, kind="stable").drop_duplicates("area_id")
    named = [
        (str(row["area_name"]), f"{row['left_out']:,.0f}")
        for row in rows.head(_MOST_AREAS).to_dict("records")
    ]
    return Text(
        ", ".join(f"{name} ({people})" for name, people in named),
        "、".join(f"{name}（{people}人）" for name, people in named),
    )


def _gaps_of_first(result: StudyResult) -> pd.DataFrame:
    """Return the gaps of the first case in its first kind of polygon."""
    return _of_first_kind(of_case(result.tables.gaps, result.first.case.id))


def _of_first_kind(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["kind"] == rows["kind"].iloc[0]] if len(rows) and "kind" in rows else rows


def projects(result: StudyResult) -> pd.DataFrame:
    """Return what a change builds, then what would mend the clauses that are short with it.

    Of the latter a row a remedy, service and area: people who gain are those left out by the cause that the
    remedy mends; of a clause in metres alone, all who are left out. The same people may gain by several rows,
    so they are not summed.
    """
    planned = _changed_projects(result)
    rest = _mending(result)
    rows = pd.concat([frame for frame in (planned, rest) if len(frame)] or [rest], ignore_index=True)
    return rows.assign(number=range(1, len(rows) + 1)) if len(rows) else rows


def project_columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of the projects; costs that a change states are in its unit."""
    del rows
    if cost_of(result.change) is None and result.study.cost_unit is None:
        return PROJECTS
    cost = cost_header(cost_unit_of(result.change, result.study))
    return tuple(replace(column, header=cost) if column.key == "cost" else column for column in PROJECTS)


def project_title(result: StudyResult) -> Text:
    """Return the title of the projects."""
    if result.change is None:
        return _MENDING(result)
    return _WITH_CHANGE(result)


def _changed_projects(result: StudyResult) -> pd.DataFrame:
    """Return what the change of a run opens, closes, moves and extends, in the columns of the projects."""
    known = words_of(result.study).categories.by_id
    places = result.layers.facilities
    named = places[places["name"].notna()]
    return in_language(
        change_projects(
            result.change,
            {key: each.name for key, each in known.items()},
            dict(zip(named["id"], named["name"], strict=True)),
        )
    )


def _mending(result: StudyResult) -> pd.DataFrame:
    short = clauses(result)
    if not len(short):
        return pd.DataFrame()
    names = short.set_index("requirement")[["name_en", "name_zh", "count", "combine"]]
    timed = _remedies(result, set(short["requirement"]))
    rest = with_cause(_gaps_of_first(result))
    if len(rest):
        known = set(timed["requirement"]) if len(timed) else set()
        asked = set(short["requirement"]) - known
        rest = rest[rest["requirement"].isin(asked)].assign(people=lambda rows: rows["left_out"])
        timed = pd.concat([timed, rest[[*_REMEDY_COLUMNS]]], ignore_index=True) if len(rest) else timed
    if not len(timed):
        return pd.DataFrame()
    rows = timed.sort_values("people", ascending=False, kind="stable").head(MOST_PROJECTS)
    rows = rows.merge(names, left_on="requirement", right_index=True, how="left")
    places = _names_of_areas(result)
    return rows.assign(
        number=range(1, len(rows) + 1),
        area=texts((places.get(key, str(key)) for key in rows["area_id"]), rows.index),
    )


_REMEDY_COLUMNS = ("requirement", "area_id", "remedy_en", "remedy_zh", "people")


def _remedies(result: StudyResult, keys: set[str]) -> pd.DataFrame:
    """Return the people by remedy, requirement and area; by the whole study where there are no polygons."""
    causes = result.tables.causes_by_area
    if not len(causes):
        causes = result.tables.causes
        if not len(causes):
            return pd.DataFrame()
        causes = causes.assign(area_id=_WHOLE.to(result.study.language))
    causes = _of_first_kind(of_case(causes, result.first.case.id))
    rows = causes[(causes["cause"] != "covered") & causes["requirement"].isin(keys)]
    sums = rows.groupby(["requirement", "area_id", "remedy_en", "remedy_zh"], sort=False)["people"].sum()
    sums = sums[sums >= SMALLEST_GAP_PEOPLE]
    return sums.reset_index()


def _names_of_areas(result: StudyResult) -> dict[object, str | Text]:
    table = result.tables.by_area
    if not len(table):
        return {OUTSIDE: OUTSIDE_NAME}
    named = dict(zip(table["area_id"], table["area_name"].astype(str), strict=True))
    return {**named, OUTSIDE: OUTSIDE_NAME}
