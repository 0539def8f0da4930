"""Tables as offices hand them in: one XLSX with a title, units and frozen panes a sheet, and CSV.

No cell is ever a formula or a link: user text is written as text, whatever it begins with.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geo.errors import OutputError
from geo.text import Language, Text

Kind = Literal["text", "count", "amount", "share", "minutes", "metres", "ratio", "yes"]
NUMBER_FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "amount": "#,##0.0",
    "share": "0.0%",
    "minutes": "0.0",
    "metres": "#,##0",
    "ratio": "#,##0.00",
}
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
NONE = Text("(none)", "（无）")
YES, NO = Text("yes", "是"), Text("no", "否")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|]")
_BAD_SHEET = re.compile(r"[\[\]:*?/\\']")
_FONT = "Microsoft YaHei"
_LINE_POINTS = 15.0
# More columns than this are printed on A3; fewer than that leave room for long texts.
_WIDE, _FEW = 14, 3
_MOST_WIDTH, _MOST_WIDTH_OF_FEW = 46.0, 90.0
ROWS_OF_A_PAGE = 20
"""As many surely fit on a landscape page of A4 at full size, below title and header."""

_HEAD_FILL, _LINE, _DOUBT = "#DCE6F1", "#BFBFBF", "#9C5700"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: which column of the frame, what it is called, how it is written."""

    key: str
    header: Text
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A frame with a caption; `doubt` names a boolean column whose false rows are marked."""

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    caption: Text = NONE
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its tab, title, a line on units and what is counted, remarks, and its tables."""

    name: Text
    title: Text
    unit: Text
    tables: tuple[Table, ...]
    remarks: tuple[Text, ...] = ()


def write_workbook(path: Path, sheets: Iterable[Sheet], *, language: Language = "zh") -> Path:
    """Write the sheets to `path`, whole or not at all, and return it.

    Raises
    ------
    OutputError
        When the file cannot be written, or a table has more rows than a sheet can hold.
    """
    sheets = list(sheets)
    for sheet in sheets:
        rows = sum(len(table.frame) + 4 for table in sheet.tables) + 4 + len(sheet.remarks)
        if rows > MOST_ROWS:
            msg = f"{path.name}: sheet {sheet.name.en} would need {rows:,} rows; XLSX holds {MOST_ROWS:,}"
            raise OutputError(msg)
    part = path.with_name(f".{path.name}.part")
    try:
        _write(part, sheets, language)
        part.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        msg = f"{path}: cannot be written ({reason}); close it in other programs and check the folder"
        raise OutputError(msg) from error
    return path


def write_csv(path: Path, table: Table, *, language: Language = "zh") -> Path:
    """Write one table as CSV in UTF-8 with a byte order mark, as Excel in Chinese opens it.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, the way Excel itself
    marks text. Shares stay fractions and missing values are empty.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    headers = [column.header.to(language) for column in table.columns]
    values = [
        [_plain(value, column, language) for value in _values(table, column)] for column in table.columns
    ]
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers)
            writer.writerows(zip(*values, strict=True))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        msg = f"{path}: cannot be written ({error}); close it in other programs and check the folder"
        raise OutputError(msg) from error
    return path


def _write(path: Path, sheets: list[Sheet], language: Language) -> None:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 10},
    }
    # Put together in memory: a disk that is full is then met by one write, with one error.
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, options) as book:
        styles = _Styles.of(book)
        for name, sheet in zip(_names(sheets, language), sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, styles, language)
    path.write_bytes(packed.getvalue())


@dataclass(frozen=True, slots=True)
class _Styles:
    title: Format
    unit: Format
    caption: Format
    header: Format
    cells: dict[tuple[Kind, bool], Format]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> _Styles:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        line = {"border": 1, "border_color": _LINE}
        head = {"bold": True, "bg_color": _HEAD_FILL, "text_wrap": True, "align": "center"}
        kinds: tuple[Kind, ...] = ("text", "yes", *NUMBER_FORMATS)
        return cls(
            title=book.add_format(base | {"bold": True, "font_size": 16, "align": "center"}),
            unit=book.add_format(base | {"font_color": "#595959", "text_wrap": True}),
            caption=book.add_format(base | {"bold": True, "font_size": 12}),
            header=book.add_format(base | line | head),
            cells={
                (kind, doubt): book.add_format(base | line | _cell_style(kind, doubt=doubt))
                for kind in kinds
                for doubt in (False, True)
            },
        )


def _cell_style(kind: Kind, *, doubt: bool) -> dict[str, object]:
    style: dict[str, object] = {"font_color": _DOUBT, "italic": True} if doubt else {}
    if kind in NUMBER_FORMATS:
        return style | {"num_format": NUMBER_FORMATS[kind], "align": "right"}
    return style | ({"align": "center"} if kind == "yes" else {"text_wrap": True, "indent": 1})


def _write_sheet(page: Worksheet, sheet: Sheet, styles: _Styles, language: Language) -> None:
    across = max((len(table.columns) for table in sheet.tables), default=1) - 1
    _merged(page, 0, across, sheet.title.to(language), styles.title)
    _merged(page, 1, across, sheet.unit.to(language), styles.unit)
    page.set_row(0, 30)
    page.set_row(1, 32)
    widths = _widths(sheet, language)
    for position, width in enumerate(widths):
        page.set_column(position, position, width)
    row, headers, heights = 2, [], []
    for remark in sheet.remarks:
        text = remark.to(language)
        _merged(page, row, across, text, styles.unit)
        page.set_row(row, _height([text], [sum(widths)]))
        row += 1
    for table in sheet.tables:
        if len(sheet.tables) > 1:
            page.write_string(row, 0, table.caption.to(language), styles.caption)
            row += 1
        headers.append(row)
        row, height = _write_table(page, row, table, styles, language, widths)
        row += 1
        heights.append(height + 2 * _LINE_POINTS)
    _freeze(page, headers, sheet)
    wide = across + 1 > _WIDE
    if breaks := page_breaks(heights, points_of_a_page(widths, wide=wide)):
        page.set_h_pagebreaks([headers[table] - 1 for table in breaks])
    print_setup(page, language, wide=wide)


def _freeze(page: Worksheet, headers: list[int], sheet: Sheet) -> None:
    """Keep the header in sight and on every page, where it is right for all tables of the sheet.

    Over another table's numbers the first table's header would name them wrongly: then the title stays.
    On paper no table is cut that fits a page, and rows are repeated on later pages only: a header is right
    wherever it is repeated if all tables after it have the same. Where one of these fills more than a
    page, that is worth more than the title on the pages before.
    """
    words = [tuple(column.header for column in table.columns) for table in sheet.tables]
    first = next(n for n in range(len(words)) if len(set(words[n:])) == 1)
    page.freeze_panes(2 if first else headers[0] + 1, 0)
    # Tables are as wide as the page and shrunk to it: twice as many rows fit as at full size.
    if not first or any(len(table.frame) > 2 * ROWS_OF_A_PAGE for table in sheet.tables[first:]):
        page.repeat_rows(headers[first])
    else:
        page.repeat_rows(0, 1)


def _merged(page: Worksheet, row: int, across: int, text: str, style: Format) -> None:
    if across:
        page.merge_range(row, 0, row, across, "", style)
    page.write_string(row, 0, text[:MOST_CHARACTERS], style)


def _write_table(
    page: Worksheet, row: int, table: Table, styles: _Styles, language: Language, widths: list[float]
) -> tuple[int, float]:
    """Write header and rows, each as high as its longest text; return the row after them and their height."""
    for position, column in enumerate(table.columns):
        page.write_string(row, position, column.header.to(language), styles.header)
    whole = max(30.0, _height([column.header.to(language) for column in table.columns], widths))
    page.set_row(row, whole)
    if not len(table.frame):
        page.write_string(row + 1, 0, NONE.to(language), styles.cells["text", False])
        return row + 2, whole + _LINE_POINTS
    doubts = _doubts(table)
    texts = [
        [_words(value, language) if column.kind == "text" and not _missing(value) else "" for value in values]
        for column, values in ((column, _values(table, column)) for column in table.columns)
    ]
    for below, line in enumerate(zip(*texts, strict=True)):
        height = _height(line, widths)
        whole += height
        if height > _LINE_POINTS:
            page.set_row(row + 1 + below, height)
    for position, column in enumerate(table.columns):
        for below, value in enumerate(_values(table, column)):
            _write_cell(page, (row + 1 + below, position), value, column, styles, doubts[below], language)
    return row + 1 + len(table.frame), whole


def _height(texts: Iterable[str], widths: list[float]) -> float:
    """Return the height in points of a row of wrapped texts; programs differ in guessing it."""
    lines = [-(-_width(text) // max(width - 2.0, 1.0)) for text, width in zip(texts, widths, strict=False)]
    return min(max(lines, default=1.0), 25) * _LINE_POINTS


def _write_cell(
    page: Worksheet,
    place: tuple[int, int],
    value: object,
    column: Column,
    styles: _Styles,
    doubt: bool,
    language: Language,
) -> None:
    style = styles.cells[column.kind, doubt]
    if _missing(value):
        page.write_blank(*place, None, style)
    elif column.kind in NUMBER_FORMATS and isinstance(value, int | float | np.number):
        page.write_number(*place, float(value), style)
    else:
        page.write_string(*place, _words(value, language)[:MOST_CHARACTERS], style)


def _values(table: Table, column: Column) -> list[object]:
    if column.key not in table.frame:
        return [None] * len(table.frame)
    return list(table.frame[column.key].astype(object))


def _doubts(table: Table) -> list[bool]:
    if not table.doubt or table.doubt not in table.frame:
        return [False] * len(table.frame)
    return [not bool(value) for value in table.frame[table.doubt]]


def _missing(value: object) -> bool:
    """Return whether nothing is there; an infinite number is nothing that a cell can hold."""
    if isinstance(value, float | np.floating):
        return not math.isfinite(value)
    return value is None or value is pd.NA or value is pd.NaT


def _words(value: object, language: Language) -> str:
    if isinstance(value, bool | np.bool_):
        return (YES if value else NO).to(language)
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, tuple | list):
        return "、".join(map(str, value)) if language == "zh" else ", ".join(map(str, value))
    return str(value)


def _plain(value: object, column: Column, language: Language) -> str:
    if _missing(value):
        return ""
    if column.kind in NUMBER_FORMATS and isinstance(value, int | float | np.number):
        return repr(float(value)).removesuffix(".0")
    words = _words(value, language)
    return f"'{words}" if _FORMULA.match(words) else words


def _names(sheets: list[Sheet], language: Language) -> list[str]:
    """Return tabs that Excel accepts: at most 31 characters, none of its own signs, each once."""
    names: list[str] = []
    for sheet in sheets:
        clean = _BAD_SHEET.sub(" ", sheet.name.to(language)).strip()[:28] or "-"
        taken = sum(name.lower().startswith(clean.lower()) for name in names)
        names.append(f"{clean} {taken + 1}" if taken else clean)
    return names


def _widths(sheet: Sheet, language: Language) -> list[float]:
    """Return column widths that show the longest of header and first values, within bounds."""
    few = all(len(table.columns) <= _FEW for table in sheet.tables)
    # On a page of many columns a header takes more lines, so that the numbers can be read.
    lines = 3.0 if max((len(table.columns) for table in sheet.tables), default=0) > _WIDE else 1.6
    most = _MOST_WIDTH_OF_FEW if few else _MOST_WIDTH
    widths: list[float] = []
    for table in sheet.tables:
        for position, column in enumerate(table.columns):
            longest = max([_width(column.header.to(language)) / lines, *_shown(table, column, language)])
            fit = min(max(longest + 2.5, 8.0), most)
            if position < len(widths):
                widths[position] = max(widths[position], fit)
            else:
                widths.append(fit)
    return widths


def _shown(table: Table, column: Column, language: Language) -> list[float]:
    values = _values(table, column)[:500]
    if column.kind in NUMBER_FORMATS:
        largest = max((abs(float(str(v))) for v in values if not _missing(v)), default=0.0)
        return [len(f"{largest:,.1f}")]
    return [_width(_words(value, language)) for value in values if not _missing(value)]


def _width(text: str) -> float:
    """Return the width of a text in characters, a Chinese one counting as two."""
    return sum(2.0 if ord(character) > 0x2E7F else 1.0 for character in text)


_A3, _A4 = 8, 9
_A3_POINTS, _A4_POINTS = (1191.0, 842.0), (842.0, 595.0)
_SIDE_INCHES, _END_INCHES = 0.5, 0.6
_REPEATED_POINTS = 62.0
# Programs differ a little in how high they make a row; a table cut by the end of a page is worse than a gap.
_ROOM = 0.95


def page_breaks(heights: list[float], room: float) -> list[int]:
    """Return which tables begin a page: those that do not fit below the ones before them.

    Examples
    --------
    >>> page_breaks([100, 150, 300, 900, 50], room=400)
    [2, 3, 4]
    """
    breaks, used = [], 0.0
    for table, height in enumerate(heights):
        if table and used + height > room:
            breaks.append(table)
            used = 0.0
        used += height
    return breaks


def points_of_a_page(widths: list[float], *, wide: bool) -> float:
    """Return how high the tables of a page may be in points, below what is repeated on each.

    A sheet is shrunk until it is as wide as the page; a character of the standard font is 7 pixels wide
    and 5 more belong to a column (ECMA-376, 18.3.1.13), at 0.75 points a pixel.
    """
    across, down = _A3_POINTS if wide else _A4_POINTS
    full = sum(0.75 * (7 * width + 5) for width in widths)
    shrunk = min(1.0, (across - 72 * 2 * _SIDE_INCHES) / full)
    return _ROOM * ((down - 72 * 2 * _END_INCHES) / shrunk - _REPEATED_POINTS)


def print_setup(page: Worksheet, language: Language, *, wide: bool) -> None:
    """Set landscape paper, one page across, with page numbers."""
    page.set_landscape()
    page.set_paper(_A3 if wide else _A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=_END_INCHES, bottom=_END_INCHES)
    page.set_footer("&C第 &P 页 / 共 &N 页" if language == "zh" else "&C&P / &N")
    page.hide_gridlines(2)
