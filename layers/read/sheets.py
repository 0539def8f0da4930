"""Sheets of a workbook as an office writes them: title rows, merged and hidden cells, dates, percents."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter

from geo.errors import Fault, InputError, because
from geo.text import Text
from geo.types import Bools
from layers.catalogue.headers import SEARCHED_ROWS, find_headers, title_units
from layers.catalogue.schema import nearest_names
from layers.catalogue.units import families, is_multiplier
from layers.read.archive import check_bomb
from layers.read.calamine_sheets import CALAMINE_SUFFIXES, read_sheets
from layers.read.raw_table import MAX_CELL, RawTable, duplicate_header_notes, input_error, unique_headers
from layers.read.sheet_marks import Merge, SheetMarks, read_marks

BOOK_SUFFIXES = (".xlsx", ".xlsm", *CALAMINE_SUFFIXES)
MAX_BOOK_COLUMNS = 500
MAX_EMPTY_ROWS = 5_000
"""Empty rows in a run after which a sheet is over: a stray cell in the last row must not cost a million."""
MAX_SPREAD = 5_000_000
"""Cells that merged ranges of one sheet may cover."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIX = re.compile(r'[0#?.]+(?:"([^"]{1,8})"|\\(.)|([\u4e00-\u9fff]{1,4}))\s*$')


@dataclass(frozen=True, slots=True)
class _Grid:
    """One sheet as text, a list a row, with what its cells do not show."""

    title: str
    rows: list[list[str]]
    marks: SheetMarks
    notes: tuple[Fault, ...] = ()


def read_workbook(
    path: Path,
    *,
    sheet: str | int | None = None,
    header_row: int | None = None,
    mapped: tuple[str, ...] = (),
    source: str = "",
) -> RawTable:
    """Read one sheet of a workbook (XLSX, XLS, ODS, XLSB); every cell becomes text.

    A merged cell counts for all the cells it covers (a street written once beside its ten stations), and
    the table says which cells were so filled: a number that adds up counts once. Hidden rows are read and
    said; hidden sheets are left out unless the study names them. Formulas count by the value last computed;
    one that was never computed stands as its own text. A cell in percent reads ``82.7%``.

    Parameters
    ----------
    path
        The workbook.
    sheet
        Its name, or its number from 1; the only visible sheet with cells, or a question, where left out.
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
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions it leaves out; none of them holds a value.
            warnings.simplefilter("ignore", UserWarning)
            other = path.suffix.lower() in CALAMINE_SUFFIXES
            grid = (_open_other if other else _open)(path, sheet, source)
    except InputError:
        raise
    except Exception as error:
        # The libraries raise what they like of a broken file: BadZipFile, KeyError, XML and zlib errors.
        raise _unreadable(source, error) from None
    return _table(grid, header_row, mapped, source)


def _open(path: Path, sheet: str | int | None, source: str) -> _Grid:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        sheets = [(str(each.title), each.sheet_state != "visible", each) for each in book.worksheets]
        title, hidden, worksheet = _choose_sheet(sheets, sheet, source, _has_cells)
        marks = read_marks(path, str(worksheet._worksheet_path).lstrip("/"))
        rows = [*_rows(worksheet, _formats(book), marks)]
    finally:
        book.close()
    return _Grid(title, rows, marks, _sheet_notes(sheets, title, hidden, source))


def _open_other(path: Path, sheet: str | int | None, source: str) -> _Grid:
    sheets = [(each.title, each.hidden, each) for each in read_sheets(path)]
    title, hidden, chosen = _choose_sheet(
        sheets, sheet, source, lambda each: any(any(v is not None for v in row) for row in each.values[:50])
    )
    rows = []
    for number, row in enumerate(chosen.values, start=1):
        values = row[:MAX_BOOK_COLUMNS]
        cells = [
            _percent(value) if (number, column) in chosen.percents else cell_text(value)
            for column, value in enumerate(values, start=1)
        ]
        rows.append(cells if any(cells) else [])
    notes = _sheet_notes(sheets, title, hidden, source)
    return _Grid(title, rows, chosen.marks, notes)


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


def _percent(value: object) -> str:
    """Return a number of a cell in percent as it is shown: 0.827 is 82.7 %."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return cell_text(value)
    return f"{float(f'{value * 100:.12g}'):.12g}%"


def _formats(book: Any) -> dict[int, str]:
    """Return what the number formats of a workbook say of a value, by style: ``%``, or a unit behind it."""
    said: dict[int, str] = {}
    for number, style in enumerate(book._cell_styles):
        code = _format_code(book, int(style.numFmtId))
        first = code.split(";")[0]
        if "%" in re.sub(r'"[^"]*"', "", first):
            said[number] = "%"
        elif (match := _SUFFIX.search(first)) and ',"' not in first and "!" not in first:
            suffix = (match[1] or match[2] or match[3]).strip()
            if suffix and families(suffix) and (is_multiplier(suffix) or len(suffix) > 1):
                said[number] = suffix
    return said


def _format_code(book: Any, number: int) -> str:
    custom = book._number_formats
    if number >= 164:
        return str(custom[number - 164]) if number - 164 < len(custom) else ""
    return {9: "0%", 10: "0.00%"}.get(number, "")


def _check_archive(path: Path, source: str) -> None:
    """Refuse what is no workbook by its content, a locked one, and a bomb."""
    old = path.suffix.lower() == ".xls"
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if old and head == _OLE:
            return
        if head == _OLE:
            what = Text("an old .xls or a workbook with a password", "旧版 .xls 或已加密的工作簿")
            fix = Text("Save it as .xlsx without a password", "请另存为未加密的 .xlsx")
            raise input_error(source, what, fix, code="unreadable")
        with zipfile.ZipFile(path) as archive:
            check_bomb(archive, archive.infolist(), source)
    except zipfile.BadZipFile:
        name = path.suffix.lower().removeprefix(".").upper()
        what = Text(f"not a workbook ({name}) by its content", f"内容不是 {name} 工作簿")
        fix = Text("Open it and save it as .xlsx", "请打开后另存为 .xlsx")
        raise input_error(source, what, fix, code="unreadable") from None
    except OSError as error:
        raise _unreadable(source, error) from None
    if old:
        what = Text("not an .xls by its content", "内容不是 .xls 工作簿")
        fix = Text("Give it the ending of what it is", "请使用与内容一致的扩展名")
        raise input_error(source, what, fix, code="wrong_format")


def _choose_sheet(
    sheets: Sequence[tuple[str, bool, Any]], sheet: str | int | None, source: str, has_cells: Any
) -> tuple[str, bool, Any]:
    names = [name for name, _, _ in sheets]
    if isinstance(sheet, int):
        if sheet > len(names):
            what = Text(f"the workbook has {len(names)} sheets", f"工作簿只有 {len(names)} 个工作表")
            raise input_error(
                source, what, Text("Mend 'sheet'", "请修改 sheet"), code="sheet", value=str(sheet)
            )
        return sheets[sheet - 1]
    if sheet is not None:
        if sheet not in names:
            near = nearest_names(sheet, names) or tuple(names[:10])
            what = Text("the workbook has no such sheet", "没有该工作表")
            fix = Text(f"There are: {', '.join(near)}", f"现有：{'、'.join(near)}")
            raise input_error(source, what, fix, code="sheet", value=sheet)
        return sheets[names.index(sheet)]
    return _only_sheet(sheets, source, has_cells)


def _only_sheet(
    sheets: Sequence[tuple[str, bool, Any]], source: str, has_cells: Any
) -> tuple[str, bool, Any]:
    """Return the one visible sheet that holds cells; where there are several or none, ask."""
    filled = [(name, hidden, each) for name, hidden, each in sheets if has_cells(each)]
    visible = [entry for entry in filled if not entry[1]]
    if len(visible) == 1:
        return visible[0]
    if not filled:
        what = Text("the workbook is empty", "工作簿为空")
        fix = Text(
            "Save the table into it, or name another file as source", "请将表格存入该文件，或改填 source"
        )
        raise input_error(source, what, fix, code="sheet")
    titles = [name for name, _, _ in (visible or filled)][:20]
    what = (
        Text("the workbook has several sheets", "工作簿有多个工作表")
        if visible
        else Text("every sheet with cells is hidden", "有内容的工作表均已隐藏")
    )
    fix = Text(f'Add sheet = "...": {", ".join(titles)}', f'请添加 sheet = "..."：{"、".join(titles)}')
    raise input_error(source, what, fix, code="sheet")


def _sheet_notes(
    sheets: Sequence[tuple[str, bool, Any]], title: str, hidden: bool, source: str
) -> tuple[Fault, ...]:
    others = [name for name, is_hidden, _ in sheets if is_hidden and name != title]
    notes = []
    if hidden:
        what = Text("this sheet is hidden in the workbook", "该工作表在工作簿中为隐藏状态")
        fix = Text("Check that it is the one that counts", "请确认应采用此表")
        notes.append(Fault(what, fix, source=source, sheet=title, code="hidden_sheet"))
    if others:
        named = others[:5]
        what = Text(
            f"hidden sheets are left out: {', '.join(named)}", f"隐藏的工作表未读取：{'、'.join(named)}"
        )
        fix = Text("Name one as 'sheet' if it counts", "如需采用请用 sheet 指明")
        notes.append(Fault(what, fix, source=source, code="hidden_sheet"))
    return tuple(notes)


def _has_cells(worksheet: Any) -> bool:
    worksheet.reset_dimensions()
    rows = islice(worksheet.iter_rows(values_only=True), 50)
    return any(any(value is not None for value in row) for row in rows)


def _rows(worksheet: Any, formats: dict[int, str], marks: SheetMarks) -> Iterator[list[str]]:
    worksheet.reset_dimensions()
    empty = 0
    unfinished: dict[int, dict[int, str]] = {}
    for (row, column), formula in marks.unfinished.items():
        unfinished.setdefault(row, {})[column] = formula
    for number, row in enumerate(worksheet.iter_rows(max_col=MAX_BOOK_COLUMNS), start=1):
        cells = [_shown(cell, formats) for cell in row]
        for column, formula in unfinished.get(number, {}).items():
            if column <= len(cells) and not cells[column - 1]:
                cells[column - 1] = formula
        empty = 0 if any(cells) else empty + 1
        if empty > MAX_EMPTY_ROWS:
            return
        yield cells if any(cells) else []


def _shown(cell: Any, formats: dict[int, str]) -> str:
    value = cell.value
    if formats and isinstance(value, int | float) and not isinstance(value, bool):
        said = formats.get(cell._style_id, "")
        if said:
            return _percent(value) if said == "%" else f"{cell_text(value)}{said}"
    return cell_text(value)


def _spread(rows: list[list[str]], merges: list[Merge], after: int) -> dict[int, set[int]]:
    """Write the value of each merged cell below the headers into all the cells it covers.

    Returns the cells so filled, row numbers from 1 by column number from 1.
    """
    filled: dict[int, set[int]] = {}
    left_over = MAX_SPREAD
    for left, top, right, bottom in merges:
        if top <= after or right > MAX_BOOK_COLUMNS or top > len(rows):
            continue
        value = rows[top - 1][left - 1] if left <= len(rows[top - 1]) else ""
        last = min(bottom, len(rows))
        left_over -= (last - top + 1) * (right - left + 1)
        if not value or left_over < 0:
            continue
        for number in range(top, last + 1):
            row = rows[number - 1]
            row.extend([""] * (right - len(row)))
            row[left - 1 : right] = [value] * (right - left + 1)
            for column in range(left, right + 1):
                if (number, column) != (top, left):
                    filled.setdefault(column, set()).add(number)
    return filled


def _table(grid: _Grid, header_row: int | None, mapped: tuple[str, ...], source: str) -> RawTable:
    rows, title = grid.rows, grid.title
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
    units = title_units(top, index, mapped, rows[at:])
    filled = _spread(rows, grid.marks.merges, at)
    width = max(len(found_headers), *(len(row) for row in rows[at - 1 :]))
    headers, repeated = unique_headers(found_headers + [""] * (width - len(found_headers)))
    body = [row + [""] * (width - len(row)) for row in rows[at:]]
    cells = pd.DataFrame(body, columns=headers, dtype=object)
    used = [name for name in headers if not name.startswith("column ") or (cells[name] != "").any()]
    details = {"sheet": title, "header row": str(at)}
    if filled:
        details["merged cells spread"] = str(sum(map(len, filled.values())))
    numbers = np.arange(at + 1, at + 1 + len(body), dtype=np.int64)
    notes = (
        *grid.notes,
        *duplicate_header_notes(repeated, source, title),
        *_hidden_notes(grid, rows, headers, at, source),
    )
    spread = {headers[column - 1]: _mask(numbers, where) for column, where in filled.items()}
    return RawTable(
        cells[used],
        numbers,
        source=source,
        sheet=title,
        details=details,
        notes=notes,
        units=units,
        spread={name: mask for name, mask in spread.items() if name in used},
        hidden=_mask(numbers, grid.marks.hidden_rows),
    )


def _mask(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], where: set[int]) -> Bools:
    mask: Bools = np.isin(numbers, np.fromiter(where, dtype=np.int64, count=len(where)))
    return mask


def _hidden_notes(
    grid: _Grid, rows: list[list[str]], headers: list[str], at: int, source: str
) -> Iterator[Fault]:
    """Yield notes on hidden rows and columns that hold something: both are read."""
    hidden = sorted(row for row in grid.marks.hidden_rows if at < row <= len(rows) and any(rows[row - 1]))
    if hidden:
        first = ", ".join(map(str, hidden[:5])) + (" ..." if len(hidden) > 5 else "")
        by = Text(" by a filter", "（筛选）") if grid.marks.filtered else Text("", "")
        what = Text(
            f"rows hidden{by.en}, read and counted: {len(hidden):,}",
            f"{len(hidden):,} 行在表中被隐藏{by.zh}，已读取并计入",
        )
        fix = Text(
            f"Rows {first}. Delete them in the sheet if they do not count",
            f"第 {first} 行。如不应计入，请在表中删除",
        )
        yield Fault(what, fix, source=source, sheet=grid.title, code="hidden_rows")
    columns = [column for column in sorted(grid.marks.hidden_columns) if column <= len(headers)]
    named = [headers[column - 1] for column in columns if not headers[column - 1].startswith("column ")]
    if named:
        letters = ", ".join(get_column_letter(column) for column in columns[:5])
        what = Text(
            f"hidden columns are read: {', '.join(named[:5])}", f"隐藏的列已读取：{'、'.join(named[:5])}"
        )
        fix = Text(f"Columns {letters}. Check that they count", f"{letters} 列。请核对是否应采用")
        yield Fault(what, fix, source=source, sheet=grid.title, code="hidden_columns")


def _unreadable(source: str, error: Exception) -> InputError:
    what = because(Text("the workbook cannot be read", "无法读取工作簿"), error)
    fix = Text("Open it and save it again as .xlsx", "请打开后另存为 .xlsx")
    return input_error(source, what, fix, code="unreadable")
