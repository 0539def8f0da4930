"""Tables as offices hand them in: one XLSX with a title, units and frozen panes a sheet, and CSV.

No cell is ever a formula or a link: user text is written as text, whatever it begins with.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable
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
    "minutes": "0",
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
    """One column of a table: which column of the frame, what it is called, how it is written.

    `missing` stands in cells without a value; without it these are empty.
    """

    key: str
    header: Text
    kind: Kind = "text"
    missing: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A frame with a caption.

    Attributes
    ----------
    doubt
        A boolean column whose false rows are marked.
    total
        Columns that are summed in a last row, where there is more than one row.
    annex
        Whether the table belongs behind all others.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    caption: Text = NONE
    doubt: str = ""
    total: tuple[str, ...] = ()
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture below the tables: a PNG, its size in pixels, and a legend of colours with their words."""

    png: bytes
    width: int
    height: int
    legend: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its tab, title, a line on units and what is counted, remarks, and its tables.

    Attributes
    ----------
    picture
        Stands below the tables.
    signed
        Fields at the foot that are filled in by hand.
    one_page
        Whether the sheet is one upright page of A4, shrunk until it fits.
    """

    name: Text
    title: Text
    unit: Text
    tables: tuple[Table, ...]
    remarks: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    picture: Picture | None = None
    signed: tuple[Text, ...] = ()
    one_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What the file says of itself: title, author, and the short id of the run it was made by."""

    title: str = ""
    author: str = ""
    run: str = ""


def write_workbook(
    path: Path,
    sheets: Iterable[Sheet],
    *,
    language: Language = "zh",
    properties: Properties | None = None,
) -> Path:
    """Write the sheets to `path`, whole or not at all, and return it.

    Parameters
    ----------
    properties
        Title, author and run; the run stands in the footer of every page.

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
        _write(part, sheets, language, properties or Properties())
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


def _write(path: Path, sheets: list[Sheet], language: Language, properties: Properties) -> None:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 10},
    }
    # Put together in memory: a disk that is full is then met by one write, with one error.
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, options) as book:
        run = Text(f"Run {properties.run}", f"运行编号 {properties.run}") if properties.run else Text("", "")
        book.set_properties({
            "title": properties.title,
            "author": properties.author,
            "company": properties.author,
            "comments": run.to(language),
        })  # fmt: skip
        styles = _Styles.of(book)
        for name, sheet in zip(_names(sheets, language), sheets, strict=True):
            page = book.add_worksheet(name)
            _write_sheet(page, sheet, styles, language)
            print_setup(page, language, wide=_is_wide(sheet), run=run.to(language), one_page=sheet.one_page)
    path.write_bytes(packed.getvalue())


@dataclass(frozen=True, slots=True)
class _Styles:
    title: Format
    unit: Format
    line: Format
    sign: Format
    caption: Format
    header: Format
    total: dict[Kind, Format]
    cells: dict[tuple[Kind, bool], Format]
    mark: Callable[[str], Format]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> _Styles:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        line = {"border": 1, "border_color": _LINE}
        head = {"bold": True, "bg_color": _HEAD_FILL, "text_wrap": True, "align": "center"}
        kinds: tuple[Kind, ...] = ("text", "yes", *NUMBER_FORMATS)
        return cls(
            title=book.add_format(
                base | {"bold": True, "font_size": 16, "align": "center", "text_wrap": True}
            ),
            unit=book.add_format(base | {"font_color": "#595959", "text_wrap": True}),
            line=book.add_format(base | {"text_wrap": True}),
            sign=book.add_format(base),
            total={
                kind: book.add_format(base | line | _cell_style(kind, doubt=False) | {"bold": True, "top": 2})
                for kind in kinds
            },
            mark=lambda colour: book.add_format({"font_color": colour, "font_size": 12}),
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


def _is_wide(sheet: Sheet) -> bool:
    return max((len(table.columns) for table in sheet.tables), default=1) > _WIDE


def _write_sheet(page: Worksheet, sheet: Sheet, styles: _Styles, language: Language) -> None:
    across = max((len(table.columns) for table in sheet.tables), default=1) - 1
    widths = _widths(sheet, language)
    # A title must have room: what it does not find is left of the page.
    if sum(widths) < _LEAST_ACROSS:
        widths = [width * _LEAST_ACROSS / sum(widths) for width in widths]
    _merged(page, 0, across, sheet.title.to(language), styles.title)
    _merged(page, 1, across, sheet.unit.to(language), styles.unit)
    # A character of the title is 1.6 times as wide as one of the cells.
    page.set_row(0, 2 * _height([sheet.title.to(language)], [sum(widths) / 1.7]))
    page.set_row(1, max(32.0, _height([sheet.unit.to(language)], [sum(widths)])))
    for position, width in enumerate(widths):
        page.set_column(position, position, width)
    row, headers, heights = 2, [], []

    def write_lines(row: int, lines: Iterable[Text]) -> int:
        for line in lines:
            text = line.to(language)
            _merged(page, row, across, text, styles.line)
            page.set_row(row, _height([text], [sum(widths)]))
            row += 1
        return row

    row = write_lines(row, sheet.remarks)
    for table in sheet.tables:
        if len(sheet.tables) > 1:
            page.write_string(row, 0, table.caption.to(language), styles.caption)
            row += 1
        headers.append(row)
        row, height = _write_table(page, row, table, styles, language, widths)
        row += 1
        heights.append(height + 2 * _LINE_POINTS)
    row = write_lines(row, sheet.after)
    if sheet.picture is not None:
        row = _put_picture(page, row, sheet.picture, widths)
        if sheet.picture.legend:
            _write_legend(page, row, across, sheet.picture, styles, language)
            row += 1
    for number, field in enumerate(sheet.signed):
        text = field.to(language)
        _merged(page, row + number, across, text, styles.sign)
        page.set_row(row + number, 24)
    row += len(sheet.signed)
    if sheet.one_page:
        page.print_area(0, 0, max(row - 1, 0), across)
        return
    _freeze(page, headers, sheet)
    if breaks := page_breaks(heights, points_of_a_page(widths, wide=_is_wide(sheet))):
        page.set_h_pagebreaks([headers[table] - 1 for table in breaks])


_LEAST_ACROSS = 84.0


def _put_picture(page: Worksheet, row: int, picture: Picture, widths: list[float]) -> int:
    """Place a picture as wide as the table, at most as high as a third of a page; return the row below."""
    most = sum(7 * width + 5 for width in widths)
    scale = min(most / picture.width, _MOST_PICTURE_PIXELS / picture.height)
    left = int(max(most - picture.width * scale, 0) / 2)
    place = {"image_data": io.BytesIO(picture.png), "x_scale": scale, "y_scale": scale, "x_offset": left}
    page.insert_image(row, 0, "map.png", place)
    high = math.ceil(picture.height * scale * 0.75 / _LINE_POINTS) + 1
    for each in range(row, row + high):
        page.set_row(each, _LINE_POINTS)
    return row + high


_MOST_PICTURE_PIXELS = 420.0


def _write_legend(
    page: Worksheet, row: int, across: int, picture: Picture, styles: _Styles, language: Language
) -> None:
    """Write the colours of a picture as squares with their words, in one row."""
    parts: list[object] = []
    for colour, words in picture.legend:
        parts += [styles.mark(colour), "■", styles.line, f" {words.to(language)}   "]
    _merged(page, row, across, "", styles.line)
    page.write_rich_string(row, 0, *parts, styles.line)
    page.set_row(row, 2 * _LINE_POINTS)


def _freeze(page: Worksheet, headers: list[int], sheet: Sheet) -> None:
    """Keep the header in sight and on every page, and let its columns be filtered.

    A sheet of several tables keeps its title instead: over another table's numbers the first table's
    header would name them wrongly.
    """
    if len(headers) != 1:
        page.freeze_panes(2, 0)
        page.repeat_rows(0, 1)
        return
    (table,), (header,) = sheet.tables, headers
    page.freeze_panes(header + 1, 0)
    # Remarks are read once; the title is repeated where it stands directly above the header.
    page.repeat_rows(0 if header <= _MOST_REPEATED else header, header)
    if len(table.frame) and table.columns:
        page.autofilter(header, 0, header + len(table.frame), len(table.columns) - 1)
    for position, column in enumerate(table.columns):
        if column.kind == "share" and len(table.frame) > 1 and len(table.columns) > 1:
            page.conditional_format(header + 1, position, header + len(table.frame), position, _COLOUR_SCALE)


_MOST_REPEATED = 3
# Where the map is darkest and warmest: where nobody is served.
_COLOUR_SCALE: dict[str, object] = {
    "type": "2_color_scale",
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
    "min_color": "#E6AD66",
    "max_color": "#FFFFFF",
}


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
    below = row + 1 + len(table.frame)
    if table.total and len(table.frame) > 1:
        _write_total(page, below, table, styles, language)
        return below + 1, whole + _LINE_POINTS
    return below, whole


def _write_total(page: Worksheet, row: int, table: Table, styles: _Styles, language: Language) -> None:
    """Write the sums of a table below it: numbers, not formulas, for no cell is one."""
    for position, column in enumerate(table.columns):
        style = styles.total[column.kind]
        values = [value for value in _values(table, column) if not _missing(value)]
        if column.key in table.total and values:
            page.write_number(row, position, float(sum(float(str(value)) for value in values)), style)
        elif position == 0:
            page.write_string(row, position, TOTAL.to(language), styles.total["text"])
        else:
            page.write_blank(row, position, None, style)


TOTAL = Text("Total", "合计")


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
    if _missing(value) and column.missing is not None:
        page.write_string(*place, column.missing.to(language), style)
    elif _missing(value):
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
    lines = 2.2 if max((len(table.columns) for table in sheet.tables), default=0) > _WIDE else 1.6
    most = _MOST_WIDTH_OF_FEW if few else _MOST_WIDTH
    widths: list[float] = []
    for table in sheet.tables:
        for position, column in enumerate(table.columns):
            longest = max([_width(column.header.to(language)) / lines, *_shown(table, column, language)])
            fit = min(max(longest + 3.0, 9.0), most)
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


def print_setup(
    page: Worksheet, language: Language, *, wide: bool, run: str = "", one_page: bool = False
) -> None:
    """Set the paper, one page across, with page numbers and the id of the run in the footer."""
    if one_page:
        page.set_portrait()
        page.fit_to_pages(1, 1)
        page.center_horizontally()
    else:
        page.set_landscape()
        page.fit_to_pages(1, 0)
    page.set_paper(_A3 if wide and not one_page else _A4)
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=_END_INCHES, bottom=_END_INCHES)
    pages = "&C第 &P 页，共 &N 页" if language == "zh" else "&C&P / &N"
    page.set_footer(f"&L&A{pages}" + (f"&R{run}" if run else ""))
    page.hide_gridlines(2)
