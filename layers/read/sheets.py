"""Sheets of a workbook as an office writes them: title rows, merged cells, dates, full-width digits."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import InputError
from geo.text import Text
from layers.catalogue.headers import SEARCHED_ROWS, find_headers
from layers.catalogue.schema import nearest_names
from layers.read.archive import check_bomb
from layers.read.raw_table import MAX_CELL, RawTable, duplicate_header_notes, input_error, unique_headers

MAX_BOOK_COLUMNS = 500
MAX_EMPTY_ROWS = 5_000
"""Empty rows in a run after which a sheet is over: a stray cell in the last row must not cost a million."""

Merge = tuple[int, int, int, int]
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    SyntaxError,
    OSError,
)


def read_workbook(
    path: Path,
    *,
    sheet: str | int | None = None,
    header_row: int | None = None,
    mapped: tuple[str, ...] = (),
    source: str = "",
) -> RawTable:
    """Read one sheet of an XLSX workbook; every cell becomes text.

    A merged cell counts for all the cells it covers (a street written once beside its ten stations); how
    many were spread is said. Formulas count by the value last computed.

    Parameters
    ----------
    path
        The workbook.
    sheet
        Its name, or its number from 1; the only sheet with cells, or a question, where left out.
    header_row
        The row of the headers, from 1; found under title rows where left out.
    mapped
        The headers the study names, to find that row by.
    source
        What to call the file in a fault.

    Raises
    ------
    InputError
        Where the workbook is broken, locked or a bomb, or the sheet is not there.
    """
    source = source or path.name
    _check_archive(path, source)
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions it leaves out; none of them holds a value.
        warnings.simplefilter("ignore", UserWarning)
        title, rows, merges = _open(path, sheet, source)
    return _table(rows, merges, title, header_row, mapped, source)


def _open(path: Path, sheet: str | int | None, source: str) -> tuple[str, list[list[str]], list[Merge]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            worksheet = _choose_sheet(book, sheet, source)
            return str(worksheet.title), [*_rows(worksheet)], _merged(path, worksheet)
        finally:
            book.close()
    except InputError:
        raise
    except _BROKEN as error:
        raise _unreadable(source, error) from None


def cell_text(value: object) -> str:
    """Return a cell as the text a person sees.

    Examples
    --------
    >>> cell_text(12.0), cell_text(time(9, 30)), cell_text(datetime(2024, 5, 1)), cell_text(None)
    ('12', '09:30', '2024-05-01', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return str(value)[: MAX_CELL + 1]


def _check_archive(path: Path, source: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            check_bomb(archive, archive.infolist(), source)
    except zipfile.BadZipFile:
        with path.open("rb") as file:
            old = file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        what = (
            Text("an old .xls or a workbook with a password", "旧版 .xls 或已加密的工作簿")
            if old
            else Text("not an XLSX workbook", "不是 XLSX 工作簿")
        )
        fix = Text("Save it as .xlsx without a password", "请另存为未加密的 .xlsx")
        raise input_error(source, what, fix, code="unreadable") from None
    except OSError as error:
        raise _unreadable(source, error) from None


def _choose_sheet(book: Any, sheet: str | int | None, source: str) -> Any:
    names = [worksheet.title for worksheet in book.worksheets]
    if isinstance(sheet, int):
        if sheet > len(names):
            what = Text(f"the workbook has {len(names)} sheets", f"工作簿只有 {len(names)} 个工作表")
            raise input_error(
                source, what, Text("Mend 'sheet'", "请修改 sheet"), code="sheet", value=str(sheet)
            )
        return book.worksheets[sheet - 1]
    if sheet is not None:
        if sheet not in names:
            near = nearest_names(sheet, names) or tuple(names[:10])
            what = Text("the workbook has no such sheet", "没有该工作表")
            fix = Text(f"There are: {', '.join(near)}", f"现有：{'、'.join(near)}")
            raise input_error(source, what, fix, code="sheet", value=sheet)
        return book[sheet]
    return _only_sheet(book, source)


def _only_sheet(book: Any, source: str) -> Any:
    filled = [worksheet for worksheet in book.worksheets if _has_cells(worksheet)]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        what = Text("the workbook is empty", "工作簿为空")
        fix = Text(
            "Save the table into it, or name another file as source", "请将表格存入该文件，或改填 source"
        )
        raise input_error(source, what, fix, code="sheet")
    what = Text("the workbook has several sheets", "工作簿有多个工作表")
    titles = [worksheet.title for worksheet in filled][:20]
    fix = Text(f'Add sheet = "...": {", ".join(titles)}', f'请添加 sheet = "..."：{"、".join(titles)}')
    raise input_error(source, what, fix, code="sheet")


def _has_cells(worksheet: Any) -> bool:
    worksheet.reset_dimensions()
    rows = islice(worksheet.iter_rows(values_only=True), 50)
    return any(any(value is not None for value in row) for row in rows)


def _rows(worksheet: Any) -> Iterator[list[str]]:
    worksheet.reset_dimensions()
    empty = 0
    for row in worksheet.iter_rows(max_col=MAX_BOOK_COLUMNS, values_only=True):
        cells = [cell_text(value) for value in row]
        empty = 0 if any(cells) else empty + 1
        if empty > MAX_EMPTY_ROWS:
            return
        yield cells if any(cells) else []


def _merged(path: Path, worksheet: Any) -> list[Merge]:
    """Return the merged ranges as (first column, first row, last column, last row), from 1."""
    part = str(worksheet._worksheet_path).lstrip("/")
    ranges: list[Merge] = []
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        tail = b""
        while chunk := file.read(1 << 20):
            block = tail + chunk
            ends = 0
            for match in _MERGE.finditer(block):
                ends = match.end()
                left, top, right, bottom = range_boundaries(match[1].decode())
                ranges.append((int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)))
            tail = block[max(ends, len(block) - 256) :]
    return ranges


def _spread(rows: list[list[str]], merges: list[Merge], after: int) -> int:
    """Write the value of each merged cell below the headers into all the cells it covers; return how many."""
    count = 0
    for left, top, right, bottom in merges:
        if top <= after or right > MAX_BOOK_COLUMNS or top > len(rows):
            continue
        value = rows[top - 1][left - 1] if left <= len(rows[top - 1]) else ""
        if not value:
            continue
        count += 1
        for row in rows[top - 1 : min(bottom, len(rows))]:
            row.extend([""] * (right - len(row)))
            row[left - 1 : right] = [value] * (right - left + 1)
    return count


def _table(
    rows: list[list[str]],
    merges: list[Merge],
    title: str,
    header_row: int | None,
    mapped: tuple[str, ...],
    source: str,
) -> RawTable:
    if not any(rows):
        fix = Text("Choose another sheet", "请选择其他工作表")
        raise input_error(source, Text("the sheet is empty", "工作表为空"), fix, code="empty", sheet=title)
    if header_row is not None and header_row > len(rows):
        what = Text(f"there is no row {header_row} to hold headers", f"没有第 {header_row} 行")
        fix = Text("Mend header_row", "请修改 header_row")
        raise input_error(source, what, fix, code="header_row", sheet=title)
    top = rows[: max(SEARCHED_ROWS, header_row or 0)]
    index, found_headers = find_headers(top, mapped, None if header_row is None else header_row - 1)
    at = index + 1
    spread = _spread(rows, merges, at)
    width = max(len(found_headers), *(len(row) for row in rows[at - 1 :]))
    headers, repeated = unique_headers(found_headers + [""] * (width - len(found_headers)))
    body = [row + [""] * (width - len(row)) for row in rows[at:]]
    cells = pd.DataFrame(body, columns=headers, dtype=object)
    used = [name for name in headers if not name.startswith("column ") or (cells[name] != "").any()]
    details = {"sheet": title, "header row": str(at)}
    if spread:
        details["merged cells spread"] = str(spread)
    numbers = np.arange(at + 1, at + 1 + len(body), dtype=np.int64)
    notes = duplicate_header_notes(repeated, source, title)
    return RawTable(cells[used], numbers, source=source, sheet=title, details=details, notes=notes)


def _unreadable(source: str, error: Exception) -> InputError:
    plain = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    what = Text(f"the workbook cannot be read: {plain}", f"无法读取工作簿：{plain}")
    fix = Text("Open it and save it again as .xlsx", "请打开后另存为 .xlsx")
    return input_error(source, what, fix, code="unreadable")
