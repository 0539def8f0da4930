"""Tables as offices hand them in: one XLSX with a title, units and frozen panes a sheet.

No cell is ever a formula or a link: user text is written as text, whatever it begins with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from xlsxwriter.chart import Chart as DrawnChart
from xlsxwriter.worksheet import Worksheet

from geo.day import noon_today
from geo.errors import OutputError
from geo.text import Language, Text
from layers.write.cells import LINE_POINTS, doubts_of, height_of, in_words, is_missing, number_in, values_of
from layers.write.chart import CHART_POINTS, Place, drawn_chart, put_chart, range_of
from layers.write.layout import PageLayout, page_layout, row_heights
from layers.write.printing import print_setup, print_title
from layers.write.sheet_picture import LEGEND_POINTS, put_picture, write_legend
from layers.write.staging import cannot_write, replace_file
from layers.write.styles import FONT, MOST_CHARACTERS, Styles, write_merged
from layers.write.table import NONE, TABLE_NAME, TOTAL, Column, Properties, Sheet, Table

MOST_ROWS = 1_048_576
_BAD_SHEET = re.compile(r"[\[\]:*?/\\']")
SIGN_POINTS = 24.0
_GAP_POINTS = 6.0
_CHART_COLUMN, _CHART_COLUMNS = 10.0, 13
_CHART = Text(", chart", " 图")
_MOST_REPEATED, _MOST_TAB = 3, 31
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
    packed, behind = io.BytesIO(), _CHART.to(language)
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
            place, apart = _write_sheet(book, page, sheet, layout, styles, language)
            if place is not None and sheet.table is not None:
                book.define_name(f"{TABLE_NAME}{sheet.table.key}", f"={range_of(name, place)}")
            print_setup(
                page,
                language,
                paper=layout.paper,
                run=run.to(language),
                one_page=sheet.one_page,
                across=layout.across,
            )
            if layout.across > 1:
                print_title(page, sheet.title.to(language), sheet.unit.to(language))
            if apart is not None:
                drawing = book.add_worksheet(name[: _MOST_TAB - len(behind)] + behind)
                _write_chart_page(drawing, sheet, apart, styles, language)
                print_setup(drawing, language, paper="A4", run=run.to(language))
    return packed.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    sheet: Sheet,
    layout: PageLayout,
    styles: Styles,
    language: Language,
) -> tuple[Place | None, DrawnChart | None]:
    """Write a sheet; return where its table lies, and its chart where the page has no room for it."""
    across = len(layout.widths) - 1
    for position, width in enumerate(layout.widths):
        page.set_column(position, position, width)
    header, height = _write_head(page, sheet, layout.widths, styles, language)
    row, place, apart = header, None, None
    if sheet.table is not None:
        heights = row_heights(sheet.table, layout.widths, language)
        row = _write_table(page, header, sheet.table, styles, language, heights) + 1
        height += sum(heights) + LINE_POINTS * (1 + bool(sheet.table.total))
        if sheet.table.key and sheet.table.columns and len(sheet.table.frame):
            place = Place(header, header + len(sheet.table.frame), len(sheet.table.columns) - 1)
        if sheet.table.chart is not None and place is not None:
            drawn = drawn_chart(book, page.get_name(), sheet.table, place, language)
            if drawn is not None and height + CHART_POINTS <= layout.height:
                row = put_chart(page, row, drawn, layout.widths, column=layout.repeated)
            elif drawn is not None:
                apart = drawn
    row, height = _write_lines(page, row, sheet.after, layout.widths, styles, language, height)
    if sheet.picture is not None:
        below = LEGEND_POINTS * bool(sheet.picture.legend) + SIGN_POINTS * len(sheet.signed)
        room = layout.height - height - below
        row = put_picture(page, row, sheet.picture, layout.widths, most_points=room)
        if sheet.picture.legend:
            write_legend(page, row, across, sheet.picture, styles, language)
            row += 1
    row = _write_signed(page, row, across, sheet, styles, language)
    if sheet.one_page:
        page.print_area(0, 0, max(row - 1, 0), across)
    elif sheet.table is None:
        page.freeze_panes(2, 0)
    else:
        _freeze(page, header, sheet.table, layout)
        _set_print_area(page, header, row, sheet.table, layout)
    return place, apart


def _write_head(
    page: Worksheet, sheet: Sheet, widths: list[float], styles: Styles, language: Language
) -> tuple[int, float]:
    """Write title, unit and remarks; return the row after them, and their height in points."""
    across, title, unit = len(widths) - 1, sheet.title.to(language), sheet.unit.to(language)
    write_merged(page, 0, across, title, styles.title)
    write_merged(page, 1, across, unit, styles.unit)
    # A character of the title is 1.6 times as wide as one of the cells.
    points = [2 * height_of([title], [sum(widths) / 1.7]), max(32.0, height_of([unit], [sum(widths)]))]
    for row, each in enumerate(points):
        page.set_row(row, each)
    row, height = _write_lines(page, 2, sheet.remarks, widths, styles, language, sum(points))
    if sheet.remarks and sheet.one_page:
        page.set_row(row, _GAP_POINTS)
        return row + 1, height + _GAP_POINTS
    return row, height


def _write_lines(
    page: Worksheet,
    row: int,
    lines: Iterable[Text],
    widths: list[float],
    styles: Styles,
    language: Language,
    height: float,
) -> tuple[int, float]:
    """Write texts, each over all columns; return the row after them, and the height with theirs added."""
    for line in lines:
        text = line.to(language)
        write_merged(page, row, len(widths) - 1, text, styles.line)
        points = height_of([text], [sum(widths)])
        page.set_row(row, points)
        row, height = row + 1, height + points
    return row, height


def _set_print_area(page: Worksheet, header: int, row: int, table: Table, layout: PageLayout) -> None:
    """Leave out what is printed above every page, and rows that are there to be quoted alone."""
    if layout.across > 1:
        page.print_area(header, 0, row, len(layout.widths) - 1)
    elif table.print_rows is not None:
        page.print_area(0, 0, header + table.print_rows, len(layout.widths) - 1)


def _write_chart_page(
    page: Worksheet, sheet: Sheet, drawn: DrawnChart, styles: Styles, language: Language
) -> None:
    """Write the chart of a long table on a page of its own."""
    widths = [_CHART_COLUMN] * _CHART_COLUMNS
    page.set_column(0, _CHART_COLUMNS - 1, _CHART_COLUMN)
    row, _ = _write_head(page, sheet, widths, styles, language)
    put_chart(page, row + 1, drawn, widths)
    page.freeze_panes(2, 0)


def _write_signed(
    page: Worksheet, row: int, across: int, sheet: Sheet, styles: Styles, language: Language
) -> int:
    """Write the fields that are filled in by hand; return the row after them."""
    for number, field in enumerate(sheet.signed):
        write_merged(page, row + number, across, field.to(language), styles.sign)
        page.set_row(row + number, SIGN_POINTS)
    return row + len(sheet.signed)


def _freeze(page: Worksheet, header: int, table: Table, layout: PageLayout) -> None:
    """Keep the header in sight and on every page, and let its columns be filtered."""
    page.freeze_panes(header + 1, layout.repeated)
    # Remarks are read once; the title is repeated where it stands directly above the header.
    page.repeat_rows(0 if header <= _MOST_REPEATED and layout.across == 1 else header, header)
    if layout.repeated:
        page.repeat_columns(0, layout.repeated - 1)
    if len(table.frame) and table.columns:
        page.autofilter(header, 0, header + len(table.frame), len(table.columns) - 1)
    for position, column in enumerate(table.columns):
        if column.kind == "share" and column.scaled and len(table.frame) > 1 and len(table.columns) > 1:
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
        # A whole row in another hand is hard to read where most rows are doubtful.
        marked = position == 0 or column.key in (table.doubt, "name")
        for below, value in enumerate(values_of(table, column)):
            doubt = marked and doubts[below]
            _write_cell(page, (row + 1 + below, position), value, column, styles, doubt, language)
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
    names: dict[str, str] = {}
    for sheet in sheets:
        clean = _BAD_SHEET.sub(" ", sheet.name.to(language)).strip()[:_MOST_TAB].strip() or "-"
        name, number = clean, 1
        while name.lower() in names:
            number += 1
            name = f"{clean[: _MOST_TAB - len(str(number)) - 1]} {number}"
        names[name.lower()] = name
    return list(names.values())
