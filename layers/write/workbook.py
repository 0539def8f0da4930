"""Tables as offices hand them in: one XLSX with a title, units and frozen panes a sheet.

No cell is ever a formula or a link: user text is written as text, whatever it begins with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from geo.day import noon_today
from geo.errors import OutputError
from geo.text import Language, Text
from layers.write.cells import LINE_POINTS, doubts_of, height_of, in_words, is_missing, number_in, values_of
from layers.write.chart import Place, put_chart, range_of
from layers.write.layout import PageLayout, page_layout, row_heights
from layers.write.printing import print_setup
from layers.write.sheet_picture import LEGEND_POINTS, put_picture, write_legend
from layers.write.staging import cannot_write, replace_file
from layers.write.styles import FONT, MOST_CHARACTERS, Styles, write_merged
from layers.write.table import NONE, TABLE_NAME, TOTAL, Column, Properties, Sheet, Table

MOST_ROWS = 1_048_576
_BAD_SHEET = re.compile(r"[\[\]:*?/\\']")
SIGN_POINTS = 24.0
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
        rows = (0 if sheet.table is None else len(sheet.table.frame)) + 8 + len(sheet.remarks)
        if rows > MOST_ROWS:
            raise OutputError(
                Text(
                    f"{path.name}: sheet {sheet.name.en} would need {rows:,} rows; XLSX holds {MOST_ROWS:,}",
                    f"{path.name}：工作表“{sheet.name.zh}”需要 {rows:,} 行，XLSX 最多 {MOST_ROWS:,} 行",
                )
            )
    try:
        content = _written(sheets, language, properties or Properties())
    except xlsxwriter.exceptions.FileCreateError as error:
        # The library keeps parts of a book in files, too.
        (met,) = error.args
        raise cannot_write(path, met) from error
    return replace_file(path, content)


def _written(sheets: list[Sheet], language: Language, properties: Properties) -> bytes:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10},
    }
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, options) as book:
        run = Text(f"Run {properties.run}", f"运行编号 {properties.run}") if properties.run else Text("", "")
        book.set_properties({
            "title": properties.title,
            "author": properties.author,
            "company": properties.author,
            "comments": run.to(language),
            "created": noon_today(),
        })  # fmt: skip
        styles = Styles.of(book)
        for name, sheet in zip(tab_names(sheets, language), sheets, strict=True):
            page, layout = book.add_worksheet(name), page_layout(sheet, language)
            place = _write_sheet(book, page, sheet, layout, styles, language)
            if place is not None and sheet.table is not None:
                book.define_name(f"{TABLE_NAME}{sheet.table.key}", f"={range_of(name, place)}")
            print_setup(page, language, paper=layout.paper, run=run.to(language), one_page=sheet.one_page)
    return packed.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    sheet: Sheet,
    layout: PageLayout,
    styles: Styles,
    language: Language,
) -> Place | None:
    """Write a sheet; return where the header and the rows of its table lie."""
    widths, across = layout.widths, len(layout.widths) - 1
    for position, width in enumerate(widths):
        page.set_column(position, position, width)
    height = 0.0

    def set_height(row: int, points: float) -> None:
        nonlocal height
        page.set_row(row, points)
        height += points

    def write_lines(row: int, lines: Iterable[Text]) -> int:
        for line in lines:
            text = line.to(language)
            write_merged(page, row, across, text, styles.line)
            set_height(row, height_of([text], [sum(widths)]))
            row += 1
        return row

    write_merged(page, 0, across, sheet.title.to(language), styles.title)
    write_merged(page, 1, across, sheet.unit.to(language), styles.unit)
    # A character of the title is 1.6 times as wide as one of the cells.
    set_height(0, 2 * height_of([sheet.title.to(language)], [sum(widths) / 1.7]))
    set_height(1, max(32.0, height_of([sheet.unit.to(language)], [sum(widths)])))
    header = row = write_lines(2, sheet.remarks)
    place = None
    if sheet.table is not None:
        heights = row_heights(sheet.table, widths, language)
        row = _write_table(page, header, sheet.table, styles, language, heights) + 1
        height += sum(heights) + LINE_POINTS
        if sheet.table.key and sheet.table.columns and len(sheet.table.frame):
            place = Place(header, header + len(sheet.table.frame), len(sheet.table.columns) - 1)
        if sheet.table.chart is not None and place is not None:
            row = put_chart(book, page, row, sheet.table, place, widths, language)
    row = write_lines(row, sheet.after)
    if sheet.picture is not None:
        below = LEGEND_POINTS * bool(sheet.picture.legend) + SIGN_POINTS * len(sheet.signed)
        row = put_picture(page, row, sheet.picture, widths, most_points=layout.height - height - below)
        if sheet.picture.legend:
            write_legend(page, row, across, sheet.picture, styles, language)
            row += 1
    row = _write_signed(page, row, across, sheet, styles, language)
    if sheet.one_page:
        page.print_area(0, 0, max(row - 1, 0), across)
    elif sheet.table is None:
        page.freeze_panes(2, 0)
    else:
        _freeze(page, header, sheet.table)
    return place


def _write_signed(
    page: Worksheet, row: int, across: int, sheet: Sheet, styles: Styles, language: Language
) -> int:
    """Write the fields that are filled in by hand; return the row after them."""
    for number, field in enumerate(sheet.signed):
        write_merged(page, row + number, across, field.to(language), styles.sign)
        page.set_row(row + number, SIGN_POINTS)
    return row + len(sheet.signed)


def _freeze(page: Worksheet, header: int, table: Table) -> None:
    """Keep the header in sight and on every page, and let its columns be filtered."""
    page.freeze_panes(header + 1, 0)
    # Remarks are read once; the title is repeated where it stands directly above the header.
    page.repeat_rows(0 if header <= _MOST_REPEATED else header, header)
    if len(table.frame) and table.columns:
        page.autofilter(header, 0, header + len(table.frame), len(table.columns) - 1)
    for position, column in enumerate(table.columns):
        if column.kind == "share" and len(table.frame) > 1 and len(table.columns) > 1:
            page.conditional_format(header + 1, position, header + len(table.frame), position, _COLOUR_SCALE)


def _write_table(
    page: Worksheet, row: int, table: Table, styles: Styles, language: Language, heights: list[float]
) -> int:
    """Write header and rows, each of its height in points; return the row after them."""
    for position, column in enumerate(table.columns):
        page.write_string(row, position, column.header.to(language), styles.header)
    for below, height in enumerate(heights):
        if height > LINE_POINTS:
            page.set_row(row + below, height)
    if not len(table.frame):
        page.write_string(row + 1, 0, NONE.to(language), styles.cells["text", False])
        return row + 2
    doubts = doubts_of(table)
    for position, column in enumerate(table.columns):
        for below, value in enumerate(values_of(table, column)):
            _write_cell(page, (row + 1 + below, position), value, column, styles, doubts[below], language)
    below = row + 1 + len(table.frame)
    if table.total and len(table.frame) > 1:
        _write_total(page, below, table, styles, language)
        return below + 1
    return below


def _write_total(page: Worksheet, row: int, table: Table, styles: Styles, language: Language) -> None:
    """Write the sums of a table below it: numbers, not formulas, for no cell is one."""
    for position, column in enumerate(table.columns):
        style = styles.total[column.kind]
        values = [value for value in values_of(table, column) if not is_missing(value)]
        if column.key in table.total and values:
            page.write_number(row, position, float(sum(float(str(value)) for value in values)), style)
        elif position == 0:
            page.write_string(row, position, TOTAL.to(language), styles.total["text"])
        else:
            page.write_blank(row, position, None, style)


def _write_cell(
    page: Worksheet,
    place: tuple[int, int],
    value: object,
    column: Column,
    styles: Styles,
    doubt: bool,
    language: Language,
) -> None:
    style = styles.cells[column.kind, doubt]
    if is_missing(value) and column.missing is not None:
        page.write_string(*place, column.missing.to(language), style)
    elif is_missing(value):
        page.write_blank(*place, None, style)
    elif (number := number_in(value, column)) is not None:
        page.write_number(*place, number, style)
    else:
        page.write_string(*place, in_words(value, language)[:MOST_CHARACTERS], style)


def tab_names(sheets: list[Sheet], language: Language) -> list[str]:
    """Return tabs that Excel accepts: at most 31 characters, none of its own signs, each once."""
    names: list[str] = []
    for sheet in sheets:
        clean = _BAD_SHEET.sub(" ", sheet.name.to(language)).strip()[:28] or "-"
        taken = sum(name.lower().startswith(clean.lower()) for name in names)
        names.append(f"{clean} {taken + 1}" if taken else clean)
    return names
