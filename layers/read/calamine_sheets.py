"""Workbooks of other programs (.xls, .ods, .xlsb) through calamine, with what ODS hides and formats."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as XmlTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from layers.read.sheet_marks import Merge, SheetMarks

CALAMINE_SUFFIXES = (".xls", ".ods", ".xlsb")
MAX_REPEATED = 2_000_000
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """One sheet: its name, whether it is hidden, its values from the first cell on, and its marks."""

    title: str
    hidden: bool
    values: list[list[object]]
    marks: SheetMarks
    percents: frozenset[tuple[int, int]]


def read_sheets(path: Path) -> list[OtherSheet]:
    """Return the sheets of a workbook, in its order.

    Raises
    ------
    CalamineError, ValueError, OSError
        Where the file is broken; the reader of workbooks says it in the user's words.
    """
    book = CalamineWorkbook.from_path(str(path))
    seen = _ods_marks(path) if path.suffix.lower() == ".ods" else {}
    sheets: list[OtherSheet] = []
    for entry in book.sheets_metadata:
        if entry.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(entry.name)
        marks, percents = seen.get(entry.name, (SheetMarks(), set()))
        marks.merges = [_merge(span) for span in sheet.merged_cell_ranges or ()]
        values = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        hidden = entry.visible != SheetVisibleEnum.Visible
        sheets.append(OtherSheet(entry.name, hidden, values, marks, frozenset(percents)))
    return sheets


def _merge(span: tuple[tuple[int, int], tuple[int, int]]) -> Merge:
    (top, left), (bottom, right) = span
    return left + 1, top + 1, right + 1, bottom + 1


def _plain(value: object) -> object:
    """Return a value as a reader of XLSX would have it: nothing for empty, a time for a span of a day."""
    if value == "":
        return None
    if isinstance(value, timedelta):
        return str(value)
    return value


def _ods_marks(path: Path) -> dict[str, tuple[SheetMarks, set[tuple[int, int]]]]:
    """Return hidden rows and columns and cells in percent of every sheet of an ODS file."""
    found: dict[str, tuple[SheetMarks, set[tuple[int, int]]]] = {}
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        for table in _tables(file):
            marks, percents = SheetMarks(), set[tuple[int, int]]()
            row = 0
            for element in table.iter(f"{_TABLE}table-row"):
                repeated = _repeated(element, "number-rows-repeated")
                cells = list(element)
                if element.get(f"{_TABLE}visibility") in ("collapse", "filter") and repeated < 10_000:
                    marks.hidden_rows |= set(range(row + 1, row + 1 + repeated))
                    marks.filtered |= element.get(f"{_TABLE}visibility") == "filter"
                percents |= {(row + 1, column) for column in _percent_columns(cells)}
                row += repeated
            found[table.get(f"{_TABLE}name", "")] = marks, percents
    return found


def _tables(file: IO[bytes]) -> Iterator[XmlTree.Element]:
    for _, element in XmlTree.iterparse(file, events=("end",)):
        if element.tag == f"{_TABLE}table":
            yield element
            element.clear()


def _repeated(element: XmlTree.Element, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return min(int(written), MAX_REPEATED) if written.isdecimal() else 1


def _percent_columns(cells: list[XmlTree.Element]) -> Iterator[int]:
    column = 0
    for cell in cells:
        repeated = _repeated(cell, "number-columns-repeated")
        if cell.get(f"{_OFFICE}value-type") == "percentage" and repeated <= 500:
            yield from range(column + 1, column + 1 + repeated)
        column += repeated


__all__ = ["CALAMINE_SUFFIXES", "CalamineError", "OtherSheet", "read_sheets"]
