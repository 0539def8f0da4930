"""What the cells of an XLSX sheet do not show: merged ranges, hidden rows and columns, unfinished formulas.

The XML of the sheet is scanned once, in pieces, by patterns that are linear in its length: the reader of
the values leaves these out.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils.cell import column_index_from_string, range_boundaries

Merge = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1."""

MAX_FORMULA = 9_000
_CHUNK = 1 << 20
_OVERLAP = 3 * MAX_FORMULA
_MERGE = re.compile(rb'<(?:\w{1,9}:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_ROW = re.compile(rb"<(?:\w{1,9}:)?row\s([^<>]{0,2000})>")
_COLUMN = re.compile(rb"<(?:\w{1,9}:)?col\s([^<>]{0,2000})>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_FILTER = re.compile(rb"<(?:\w{1,9}:)?autoFilter\b")
_UNFINISHED = re.compile(
    rb'<(?:\w{1,9}:)?c\s[^<>]{0,300}?\br="([A-Z]{1,3})(\d{1,7})"[^<>]{0,300}>\s{0,9}'
    rb"<(?:\w{1,9}:)?f\b[^<>]{0,500}?(?:/>|>([^<]{0,9000})</(?:\w{1,9}:)?f>)\s{0,9}"
    rb"(?:<(?:\w{1,9}:)?v\s?/>|<(?:\w{1,9}:)?v>\s{0,9}</(?:\w{1,9}:)?v>)?\s{0,9}</(?:\w{1,9}:)?c>"
)


@dataclass(slots=True)
class SheetMarks:
    """What one sheet says beside its values; rows and columns from 1.

    Attributes
    ----------
    merges
        The merged ranges.
    hidden_rows, hidden_columns
        What a person does not see; a filter hides rows too.
    filtered
        Whether the sheet has a filter.
    unfinished
        Formulas without a value, by row and column: never calculated by the program that wrote them.
    """

    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    unfinished: dict[tuple[int, int], str] = field(default_factory=dict)


def read_marks(path: Path, part: str) -> SheetMarks:
    """Return the marks of one sheet.

    Parameters
    ----------
    path
        The workbook.
    part
        The member of the archive that holds the sheet.
    """
    marks = SheetMarks()
    merges: dict[Merge, None] = {}
    row = 0
    for block, fresh in _blocks(path, part):
        for match in _MERGE.finditer(block):
            left, top, right, bottom = range_boundaries(match[1].decode())
            merges[(int(left or 1), int(top or 1), int(right or 1), int(bottom or 1))] = None
        for match in _ROW.finditer(block, fresh):
            number = re.search(rb'\br="(\d{1,7})"', match[1])
            row = int(number[1]) if number else row + 1
            if _HIDDEN.search(match[1]):
                marks.hidden_rows.add(row)
        for match in _COLUMN.finditer(block):
            marks.hidden_columns |= _hidden_columns(match[1])
        for match in _UNFINISHED.finditer(block):
            column = column_index_from_string(match[1].decode())
            formula = (match[3] or b"").decode("utf-8", errors="replace")
            marks.unfinished[int(match[2]), column] = f"={formula}"[:200]
        marks.filtered = marks.filtered or _FILTER.search(block) is not None
    marks.merges = list(merges)
    return marks


def _blocks(path: Path, part: str) -> Iterator[tuple[bytes, int]]:
    """Yield pieces of a member with the end of the one before, and where no row was looked at yet."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        tail, fresh = b"", 0
        while chunk := file.read(_CHUNK):
            block = tail + chunk
            yield block, fresh
            kept = max(0, len(block) - _OVERLAP)
            tail = block[kept:]
            # A row's tag that was cut off at the end is looked at again, a whole one is not.
            last = block.rfind(b"<")
            end = len(block) if block.rfind(b">") > last else last
            fresh = max(0, end - kept)


def _hidden_columns(attributes: bytes) -> set[int]:
    first, last = (re.search(rb"\b" + name + rb'="(\d{1,5})"', attributes) for name in (b"min", b"max"))
    if not _HIDDEN.search(attributes) or first is None or last is None:
        return set()
    return set(range(int(first[1]), min(int(last[1]), 500) + 1))
