"""The sheets of ``assessment.xlsx``: which tables an office expects, and in which order."""

from __future__ import annotations

import pandas as pd

from geo.text import Language, Text
from layers.write.workbook import Column, Sheet, Table
from maps.book import columns as columns
from maps.book.content import AssessmentBook
from maps.book.table import (
    Part,
    limited,
    named,
    numbered,
    parts,
    present,
    rows_of,
    titled,
    unit_line,
)
from maps.book.wide import area_sheet, hours_sheet, land_sheet, load_sheet

MOST_GAPS = 100
"""Rows of the sheet of gaps for each case and kind of polygon, some three pages; the CSV holds all."""


def assessment_sheets(book: AssessmentBook, *, language: Language = "zh") -> tuple[Sheet, ...]:
    """Return the six sheets as an office reads them, and those of land and load where there is any."""
    return (
        _coverage_sheet(book, language),
        _compliance_sheet(book, language),
        _gaps_sheet(book, language),
        area_sheet(book, language),
        *([land_sheet(book, language)] if len(book.land_by_area) else []),
        *([load_sheet(book, language)] if len(book.load) else []),
        hours_sheet(book, language),
        _notes_sheet(book),
    )


def short_sheets(book: AssessmentBook, *, language: Language = "zh") -> tuple[Sheet, ...]:
    """Return coverage, gaps, grids and method: a first reading."""
    return (
        _coverage_sheet(book, language),
        _gaps_sheet(book, language),
        area_sheet(book, language),
        _notes_sheet(book),
    )


def _coverage_sheet(book: AssessmentBook, language: Language) -> Sheet:
    reach = Text("Reach by travel time", "出行时间可达")
    rows = rows_of(book.coverage, "reach")
    wanted: list[Part] = [(_coverage_columns(rows), rows, reach, "verified")]
    if len(book.causes):
        wanted.append(_causes_part(book, language))
    further = (
        (columns.FAIRNESS, book.fairness, Text("How evenly it is shared", "公平性(不只看平均)"), ""),
        (columns.ACCESS, book.access, Text("Accessibility measures", "可达性指标"), ""),
        (columns.GROUPS, limited(book.by_group, language), Text("By group", "分人群"), "verified"),
        (columns.TIERS, book.tiers, Text("By tier of station", "分阵地层级(逐级嵌套)"), ""),
        (columns.FUNCTIONS, book.functions, Text("Functions within reach", "功能清单"), ""),
        (
            columns.DENOMINATORS,
            limited(book.denominators, language),
            Text("Dwellings, floor area and residential land", "按住宅与居住用地统计"),
            "verified",
        ),
    )
    tables = present((*wanted, *further), book, language) or [Table(columns.COVERAGE, pd.DataFrame())]
    part = Text("coverage by travel time", "设施覆盖率(按出行时间)")
    name = Text("Coverage", "覆盖率")
    counted = book.denominator
    if len(book.denominators):
        counted = Text(f"{counted.en}, unless a table says otherwise", f"{counted.zh}，表内另有注明的除外")
    return Sheet(name, titled(book, part), unit_line(book, counted), tuple(tables))


def _coverage_columns(rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of coverage; who finds a place full has one where somebody does."""
    full = "without_room" in rows and bool((rows["without_room"] > 0).any())
    return tuple(column for column in columns.COVERAGE if full or column != columns.WITHOUT_ROOM)


def _causes_part(book: AssessmentBook, language: Language) -> Part:
    """Return one row per requirement and one column per cause: they sum to everybody."""
    label = f"cause_{language}"
    keys = ["case", "requirement"] if "case" in book.causes else ["requirement"]
    wide = book.causes.pivot_table(index=keys, columns=label, values="people", sort=False)
    words = [str(word) for word in book.causes[label].drop_duplicates()]
    known = ["requirement", "name_en", "name_zh", "tier", "minutes_limit"]
    names = rows_of(book.coverage, "reach")[known].drop_duplicates("requirement")
    first = book.causes.drop_duplicates(keys).merge(names, on="requirement", how="left").set_index(keys)
    rows = first.join(wide).reset_index()
    counts = (Column(word, Text(word, word), "count") for word in words)
    wanted = (columns.NAME, columns.TIER, columns.MINUTES, *counts)
    return wanted, rows, Text("People by cause", "未覆盖原因(人数)"), "verified"


def _compliance_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Compliance", "达标率"), Text("compliance by distance", "设施达标率(按距离)")
    radius = Text("Distance asked for by the standard", "按标准服务半径")
    wanted = (
        (columns.COMPLIANCE, rows_of(book.coverage, "compliance"), radius, "verified"),
        (columns.QUOTAS, book.quotas, Text("Per thousand people", "千人指标"), "verified"),
        (columns.AREA_RULES, book.area_rules, Text("In every area", "一片区一阵地"), "verified"),
    )
    tables = present(wanted, book, language) or [Table(columns.COMPLIANCE, pd.DataFrame())]
    return Sheet(name, titled(book, part), unit_line(book, book.denominator), tuple(tables))


def _gaps_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Gaps", "短板清单"), Text("gaps, most people first", "短板清单(按影响人数排序)")
    tables = []
    for rows, caption in parts(book.gaps):
        shown = numbered(rows, language).head(MOST_GAPS)
        if len(rows) > MOST_GAPS:
            first = Text(
                f" (first {MOST_GAPS:,} of {len(rows):,}; all in gaps.csv)",
                f"（共 {len(rows):,} 条，列前 {MOST_GAPS:,} 条，全部见 gaps.csv）",
            )
            caption = Text(caption.en + first.en, caption.zh + first.zh)
        tables.append(Table(columns.GAPS, named(shown, book, language), caption, "verified"))
    sheet = tuple(tables) or (Table(columns.GAPS, pd.DataFrame()),)
    return Sheet(name, titled(book, part), unit_line(book, book.denominator), sheet)


def _notes_sheet(book: AssessmentBook) -> Sheet:
    name, part = Text("Data and method", "数据与说明"), Text("data and method", "数据与说明")
    wanted = (
        Column("what", Text("Item", "项目")),
        Column("said", Text("Note", "说明")),
    )
    rows = pd.DataFrame(
        {"what": [what for what, _ in book.notes], "said": [said for _, said in book.notes]}, dtype=object
    )
    made = Text(book.made_on.isoformat(), book.made_on.isoformat())
    return Sheet(name, titled(book, part), made, (Table(wanted, rows),))
