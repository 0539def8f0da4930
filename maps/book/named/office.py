"""What an office's own workbook may ask for by name: the figures of a run, and the tables of its workbook."""

from __future__ import annotations

from collections.abc import Iterable

from geo.text import Text
from layers.write.office_book import Figure
from layers.write.table import TABLE_NAME, Sheet, Table
from maps.book.named.facts import facts
from maps.result import StudyResult


def figures_of(result: StudyResult, *, made_on: str) -> dict[str, Figure]:
    """Return the named figures of a run; a number stays a number."""
    language = result.study.language
    return {
        fact.name.to(language): Figure(
            value=fact.value.to(language) if isinstance(fact.value, Text) else fact.value, kind=fact.kind
        )
        for fact in facts(result, made_on=made_on)
    }


def tables_of(result: StudyResult, sheets: Iterable[Sheet]) -> dict[str, Table]:
    """Return the tables of a workbook by the names of their sheets, and by their own."""
    tables: dict[str, Table] = {}
    for sheet in sheets:
        if sheet.table is not None and sheet.table.key:
            tables.setdefault(sheet.name.to(result.study.language), sheet.table)
            tables[f"{TABLE_NAME}{sheet.table.key}"] = sheet.table
    return tables
