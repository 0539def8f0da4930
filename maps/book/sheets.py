"""The sheets of a run: ``assessment.xlsx``, its short form ``coverage.xlsx``, and the CSV files.

Each sheet is one entry of `SHEETS`, in the order in which an office reads them: what it is called, which
tables stand on it with their columns and notes, whether it stands in the short workbook, and which CSV files
are written of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pandas as pd

from geo.text import Text
from layers.load import words_of
from layers.write.table import Column, Table
from maps.book import columns, units
from maps.book.conclusion import conclusion_sheet
from maps.book.gaps import (
    CLAUSES,
    GAPS_LIST,
    OPTIONAL,
    PROJECTS,
    clause_columns,
    clauses,
    optional_services,
    project_columns,
    project_title,
    projects,
    with_cause,
)
from maps.book.layouts import (
    HOUR,
    RunEdition,
    RunTable,
    apart,
    by_case,
    by_cause,
    by_hour,
    by_polygon,
    by_shift,
    in_words,
    listed,
    one_table,
    ranked,
)
from maps.book.ledgers.firms import FIRM_SHEETS
from maps.book.ledgers.functions import FUNCTION_SHEETS
from maps.book.ledgers.matching import MATCH_SHEETS
from maps.book.ledgers.needs import NEED_SHEETS
from maps.book.ledgers.places import PLACE_SHEETS
from maps.book.named.facts import fact_rows
from maps.book.notes import SOURCES, access_notes, general_notes, land_notes, source_rows, trust_notes
from maps.book.points import POINT_COLUMNS, access_columns, access_points
from maps.book.rows import limited, numbered, rows_of
from maps.book.spec import (
    Edition,
    SheetSpec,
    TableSpec,
    csv_names,
    notes_frame,
    notes_of,
    sheet_of_one,
    titled,
)
from maps.result import StudyResult
from maps.words.caveats import caveats
from maps.words.overall import overall_rows
from maps.words.summary import no_gaps

FACTS: Final = (
    Column("name", Text("Figure", "指标")),
    Column("value", Text("Value", "数值")),
    Column("unit", Text("Unit", "单位")),
)
NOTES: Final = (Column("what", Text("Item", "项目")), Column("note", Text("Note", "说明")))


def edition_of(result: StudyResult, *, short: bool = False) -> RunEdition:
    """Return a run as it is written: every sheet, or a few with the rows of the first case alone."""
    case = result.first.case.id if short else None
    return Edition(
        result=result,
        sheets=SHEETS,
        language=result.study.language,
        short=short,
        case=case,
        first=conclusion_sheet,
    )


def _quotas(result: StudyResult) -> pd.DataFrame:
    """Return what there should be per thousand residents, once: they are the same in every case."""
    table = result.tables.quotas
    if "case" not in table or not len(table):
        return table
    cases = [table[table["case"] == case.case.id] for case in result.cases]
    known = [rows for rows in cases if rows["required_min"].notna().any()]
    return (known or cases)[0].drop(columns=["case", "case_en", "case_zh"])


def _coverage_columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of coverage; room and what is not known have theirs where somebody is concerned."""
    del result
    doubtful = (columns.WITHOUT_ROOM, columns.ROOM_UNKNOWN, *columns.UNKNOWN)
    if not len(rows):
        return columns.COVERAGE
    concerned = {each for each in doubtful if each.key in rows and (rows[each.key] > 0).any()}
    return tuple(each for each in columns.COVERAGE if each not in doubtful or each in concerned)


def _shift_columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of shifts; that of unknown hours only where they may make a difference."""
    del result
    unknown = len(rows) and (rows["covered_mean_if_open"] > rows["covered_mean"]).any()
    return tuple(each for each in columns.SHIFTS if unknown or each.key != "covered_mean_if_open")


def _hours_if_open(result: StudyResult) -> pd.DataFrame:
    """Return coverage by the hour were all places of unknown hours open; no rows where that is the same."""
    hours = result.week.by_hour
    if not len(hours) or not (hours["covered_if_open"] > hours["covered"]).any():
        return pd.DataFrame()
    return hours.assign(covered=hours["covered_if_open"])


def _gap_remarks(result: StudyResult) -> list[Text]:
    none = no_gaps(result)
    if none is None and not len(clauses(result)):
        return [Text("No requirement is below its target.", "各应配要求均未低于目标。")]
    return [] if none is None else [none]


def _test(test: str) -> Callable[[StudyResult], pd.DataFrame]:
    """Return what selects the rows of coverage by one test."""
    return lambda result: rows_of(result.tables.coverage, test)


def _below(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return two tables below each other, the second left out where it has no rows."""
    return pd.concat([first, *([second] if len(second) else [])], ignore_index=True)


def _all_notes(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out the notes on the study, on each table, and on what the figures rest on."""
    del rows
    result = edition.result
    notes = [*general_notes(result), *notes_of(edition), *trust_notes(result)]
    yield Table(spec.columns_of(result, pd.DataFrame()), notes_frame(notes), spec.caption)


def _key_figures(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out the named figures of a run; those that stand on other sheets are there to be quoted alone."""
    del rows
    made_on = edition.made_on.isoformat()
    table = Table(FACTS, fact_rows(edition.result, made_on=made_on), spec.caption)
    yield replace(table, print_rows=len(fact_rows(edition.result, made_on=made_on, findings=False)))


def _of_people(kind: str) -> Callable[[StudyResult], pd.DataFrame]:
    """Return what selects coverage by group or by shift of people: the same people stand in each."""

    def selected(result: StudyResult) -> pd.DataFrame:
        table = limited(result.tables.by_group)
        if "of" not in table:
            return table
        shifts = words_of(result.study).shifts.terms
        return table[table["of"].isin(shifts) == (kind == "shift")]

    return selected


SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = (
    sheet_of_one(
        TableSpec(
            key="clauses",
            caption=GAPS_LIST,
            frame=clauses,
            columns=clause_columns,
            every=CLAUSES,
            layout=in_words,
            doubt="verified",
        ),
        title=titled("gaps, most people first", "短板清单（按未覆盖人口排序）"),
        unit=units.people_of_first,
        short=True,
        remarks=_gap_remarks,
    ),
    sheet_of_one(
        TableSpec(
            key="projects",
            caption=Text("Projects", "项目清单"),
            frame=projects,
            columns=project_columns,
            every=PROJECTS,
            layout=in_words,
        ),
        title=project_title,
        unit=units.of_projects,
        optional=True,
    ),
    SheetSpec(
        key="coverage",
        name=Text("Coverage", "可达与容量"),
        title=titled("coverage by travel time", "设施覆盖率（按出行时间）"),
        unit=units.counted,
        short=True,
        tables=(
            TableSpec(
                key="reach",
                caption=Text("Reach by travel time", "出行时间可达"),
                frame=_test("reach"),
                columns=_coverage_columns,
                every=columns.COVERAGE,
                layout=apart(listed),
                doubt="verified",
            ),
            TableSpec(
                key="overall",
                caption=Text("Over all categories", "各类合计指标"),
                frame=overall_rows,
                columns=columns.OVERALL,
                layout=listed,
            ),
            TableSpec(
                key="causes",
                caption=Text("People by cause", "未覆盖原因（人数）"),
                frame=lambda result: result.tables.causes,
                columns=(columns.NAME, columns.TIER, columns.MINUTES),
                layout=apart(by_cause),
                doubt="verified",
            ),
            TableSpec(
                key="fairness",
                caption=Text("How evenly it is shared", "公平性（平均与最不利人口）"),
                frame=lambda result: result.tables.fairness,
                columns=columns.FAIRNESS,
                layout=apart(listed),
            ),
            TableSpec(
                key="accessibility",
                caption=Text("Accessibility measures", "可达性指标"),
                frame=lambda result: result.access.summary,
                columns=columns.ACCESS,
                layout=apart(listed),
                notes=access_notes,
            ),
            TableSpec(
                key="groups",
                caption=Text("By group", "分人群"),
                frame=_of_people("group"),
                columns=columns.GROUPS,
                layout=apart(listed),
                doubt="verified",
            ),
            TableSpec(
                key="people_by_shift",
                caption=Text("By shift of people", "分班次"),
                frame=_of_people("shift"),
                columns=columns.SHIFTS_OF_PEOPLE,
                layout=apart(listed),
                doubt="verified",
            ),
            TableSpec(
                key="tiers",
                caption=Text("By tier of station", "分服务站点层级（逐级嵌套）"),
                frame=lambda result: result.tables.tiers,
                columns=columns.TIERS,
                layout=apart(listed),
            ),
            TableSpec(
                key="functions",
                caption=Text("Functions within reach", "功能清单"),
                frame=lambda result: result.tables.functions,
                columns=columns.FUNCTIONS,
                layout=apart(listed),
            ),
            TableSpec(
                key="denominators",
                caption=Text("Dwellings, floor area and residential land", "按住宅与居住用地统计"),
                frame=lambda result: limited(result.denominators),
                columns=columns.DENOMINATORS,
                layout=apart(listed),
                doubt="verified",
            ),
        ),
        csv=(
            TableSpec(
                key="coverage",
                caption=Text("Coverage", "覆盖率"),
                frame=lambda result: _below(result.tables.coverage, result.denominators),
                columns=(columns.CASE, columns.DENOMINATOR, *columns.COVERAGE, *columns.METRES),
                layout=one_table,
            ),
            TableSpec(
                key="accessibility",
                caption=Text("Accessibility of every demand point", "各人口点可达性指标"),
                frame=access_points,
                columns=access_columns,
                every=POINT_COLUMNS,
                layout=one_table,
                optional=True,
            ),
        ),
    ),
    sheet_of_one(
        TableSpec(
            key="compliance",
            caption=Text("Compliance", "服务半径覆盖率"),
            frame=_test("compliance"),
            columns=columns.COMPLIANCE,
            layout=apart(listed),
            doubt="verified",
        ),
        title=titled("compliance by distance", "设施服务半径覆盖率"),
        unit=units.people,
        optional=True,
    ),
    sheet_of_one(
        TableSpec(
            key="area_rules",
            caption=Text("In every area", "分片区配置要求"),
            frame=lambda result: result.tables.area_rules,
            columns=columns.AREA_RULES,
            layout=apart(listed),
            doubt="verified",
        ),
        title=titled("what every area is to have", "分片区配置要求"),
        unit=units.places,
        optional=True,
    ),
    sheet_of_one(
        TableSpec(
            key="quotas",
            caption=Text("Per thousand", "千人指标"),
            frame=_quotas,
            columns=columns.QUOTAS,
            layout=listed,
            doubt="verified",
        ),
        title=titled("per thousand residents", "千人指标"),
        unit=units.residents,
        optional=True,
    ),
    sheet_of_one(
        TableSpec(
            key="gaps",
            caption=Text("Gaps by area", "分片区短板"),
            frame=lambda result: with_cause(result.tables.gaps),
            columns=columns.GAPS,
            layout=ranked,
            doubt="verified",
        ),
        title=titled("gaps by area, most people first", "分片区短板（按未覆盖人口排序）"),
        unit=units.people,
        short=True,
        optional=True,
        csv=(
            TableSpec(
                key="gaps",
                caption=Text("Gaps", "短板"),
                frame=lambda result: numbered(with_cause(result.tables.gaps)),
                columns=(columns.CASE, *columns.GAPS),
                layout=one_table,
            ),
        ),
    ),
    sheet_of_one(
        TableSpec(
            key="by_area",
            caption=Text("By grid", "分网格"),
            frame=lambda result: result.tables.by_area,
            columns=columns.AREA,
            layout=by_polygon,
        ),
        optional=True,
        title=titled("share covered by grid", "分网格覆盖率"),
        unit=units.share_of_people,
        short=True,
        csv=(
            TableSpec(
                key="by_area",
                caption=Text("By grid", "按网格"),
                frame=lambda result: _below(result.tables.by_area, result.land.by_polygon),
                columns=(columns.CASE, *columns.AREA_LONG),
                layout=one_table,
            ),
        ),
    ),
    sheet_of_one(
        TableSpec(
            key="land",
            caption=Text("By grid, land", "分网格用地"),
            frame=lambda result: result.land.by_polygon,
            columns=columns.AREA,
            layout=by_polygon,
            notes=land_notes,
        ),
        title=titled("share of residential land by grid", "分网格居住用地覆盖率"),
        unit=units.share_of_land,
        optional=True,
    ),
    sheet_of_one(
        TableSpec(
            key="load",
            caption=Text("Load of grids", "网格负荷"),
            frame=lambda result: result.tables.load,
            columns=columns.LOAD,
            layout=apart(listed),
        ),
        title=titled("load of grids", "网格负荷"),
        unit=units.people,
        optional=True,
    ),
    SheetSpec(
        key="hours",
        name=Text("By hour", "分时段"),
        title=titled("coverage by hour", "分时段覆盖率"),
        unit=units.share_through_week,
        optional=True,
        tables=(
            TableSpec(
                key="cases",
                caption=Text("Share covered, case by case", "各情景覆盖率"),
                frame=_test("reach"),
                columns=(columns.NAME, columns.TIER, columns.MINUTES),
                layout=apart(by_case),
            ),
            TableSpec(
                key="shifts",
                caption=Text("By shift", "8 小时内与 8 小时外"),
                frame=lambda result: result.week.shifts,
                columns=_shift_columns,
                every=columns.SHIFTS,
                layout=apart(by_shift),
            ),
            TableSpec(
                key="hours",
                caption=Text("Share covered at the full hour", "整点覆盖率"),
                tab=Text("Full hours", "整点覆盖率"),
                frame=lambda result: result.week.by_hour,
                columns=(HOUR,),
                layout=apart(by_hour),
            ),
            TableSpec(
                key="hours_if_open",
                caption=Text(
                    "The same, if places of unknown hours are open",
                    "整点覆盖率（开放时间未知的设施如均开放）",
                ),
                tab=Text("Full hours, if open", "整点覆盖率（如均开放）"),
                frame=_hours_if_open,
                columns=(HOUR,),
                layout=apart(by_hour),
            ),
        ),
    ),
    *NEED_SHEETS,
    *PLACE_SHEETS,
    *FUNCTION_SHEETS,
    *MATCH_SHEETS,
    *FIRM_SHEETS,
    sheet_of_one(
        TableSpec(
            key="optional_services",
            caption=Text("Annex: optional", "附表 按需设施"),
            frame=optional_services,
            columns=OPTIONAL,
            layout=in_words,
            doubt="verified",
        ),
        title=titled("annex: services that are optional", "附表：按需配置的设施"),
        unit=units.people_of_first,
        optional=True,
    ),
    sheet_of_one(
        TableSpec(
            key="facts",
            caption=Text("Key figures", "基本情况"),
            frame=lambda _: pd.DataFrame(),
            columns=FACTS,
            layout=_key_figures,
        ),
        title=titled("key figures", "基本情况"),
        unit=units.date_made,
    ),
    sheet_of_one(
        TableSpec(
            key="sources",
            caption=Text("Data used", "数据来源"),
            frame=source_rows,
            columns=SOURCES,
            layout=in_words,
        ),
        title=titled("data used", "数据来源与行数"),
        unit=units.date_made,
        short=True,
    ),
    sheet_of_one(
        TableSpec(
            key="notes",
            caption=Text("Data and method", "数据与说明"),
            frame=lambda _: pd.DataFrame(),
            columns=NOTES,
            layout=_all_notes,
        ),
        title=titled("data and method", "数据与说明"),
        unit=units.date_made,
        short=True,
        csv=(
            TableSpec(
                key="caveats",
                caption=Text("What must be known", "须知"),
                frame=lambda result: notes_frame((each.title, each.text) for each in caveats(result)),
                columns=NOTES,
                layout=one_table,
            ),
        ),
    ),
)

CSV_FILES: Final = csv_names(SHEETS)
OPTIONAL_CSV_FILES: Final = csv_names(SHEETS, optional=True)
