"""The tables of an assessment as files: the whole workbook, its short form, and CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.text import Language
from layers.write.workbook import Table, write_csv, write_workbook
from maps.book import columns as columns
from maps.book.content import AssessmentBook, first_case
from maps.book.sheets import assessment_sheets, short_sheets
from maps.book.table import numbered, table_of


def write_assessment(path: Path, book: AssessmentBook, *, language: Language = "zh") -> Path:
    """Write ``assessment.xlsx``.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    return write_workbook(path, assessment_sheets(book, language=language), language=language)


def write_short(path: Path, book: AssessmentBook, *, language: Language = "zh") -> Path:
    """Write ``coverage.xlsx``: coverage, gaps, grids and method of the first case, for a first reading.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    return write_workbook(path, short_sheets(first_case(book), language=language), language=language)


def write_assessment_csv(
    folder: Path, book: AssessmentBook, *, language: Language = "zh"
) -> tuple[Path, ...]:
    """Write ``coverage.csv``, ``gaps.csv`` and ``by_area.csv`` in UTF-8 with a byte order mark."""
    tables = assessment_tables_csv(book, language=language)
    return tuple(write_csv(folder / f"{name}.csv", t, language=language) for name, t in tables.items())


def assessment_tables_csv(book: AssessmentBook, *, language: Language = "zh") -> dict[str, Table]:
    """Return the tables that are written as CSV, by the name of the file."""
    return {
        "coverage": table_of(
            (columns.DENOMINATOR, *columns.COVERAGE, *columns.METRES), _all(book, *_COVERAGE), book, language
        ),
        "gaps": table_of(columns.GAPS, numbered(book.gaps, language), book, language),
        "by_area": table_of(columns.AREA_LONG, _all(book, *_BY_AREA), book, language),
    }


_COVERAGE = ("coverage", "denominators")
_BY_AREA = ("by_area", "land_by_area")


def _all(book: AssessmentBook, *names: str) -> pd.DataFrame:
    """Return tables below each other, those without rows left out; each row says what it counts."""
    tables = [getattr(book, name) for name in names]
    return pd.concat([tables[0], *(table for table in tables[1:] if len(table))], ignore_index=True)
