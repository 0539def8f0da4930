"""Charts of tables, as a spreadsheet draws them: beside their numbers, and taken over by a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from xlsxwriter.chart import Chart as DrawnChart
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from geo.text import Language
from layers.write.cells import LINE_POINTS, is_missing, values_of
from layers.write.styles import FONT
from layers.write.table import NUMBER_FORMATS, Chart, Column, Table

COLOURS: Final = ("#1F5AA6", "#B5651D", "#2E7D5B", "#7B4397", "#595959", "#C2A000", "#00838F", "#A83250")
_WIDTH_PIXELS, _HEIGHT_PIXELS = 900, 380
_TYPES: Final = {
    "line": {"type": "line"},
    "radar": {"type": "radar", "subtype": "with_markers"},
    "bar": {"type": "bar"},
}
_TICKS = 24
CHART_POINTS: Final = _HEIGHT_PIXELS * 0.75


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table lies on a sheet: the rows of its header and of its last values, its last column."""

    header: int
    last_row: int
    last_column: int


def range_of(sheet: str, place: Place) -> str:
    """Return the range of header and rows, as a formula names it."""
    name = sheet.replace("'", "''")
    return f"'{name}'!{xl_range_abs(place.header, 0, place.last_row, place.last_column)}"


def put_chart(page: Worksheet, row: int, drawn: DrawnChart, widths: list[float], *, column: int = 0) -> int:
    """Place a chart on a sheet, no wider than its columns from one on; return the row after it."""
    width = min(_WIDTH_PIXELS, sum(7 * width + 5 for width in widths[column:]))
    drawn.set_size({"width": width, "height": _HEIGHT_PIXELS})
    page.insert_chart(row, column, drawn)
    return row + int(CHART_POINTS / LINE_POINTS) + 2


def drawn_chart(
    book: xlsxwriter.Workbook, sheet: str, table: Table, place: Place, language: Language
) -> DrawnChart | None:
    """Return the chart of a table that lies at a place of a sheet; None where it has nothing to draw."""
    chart = table.chart
    if chart is None:
        return None
    keys = [column.key for column in table.columns]
    series = [key for key in chart.series if key in keys and _has_numbers(table, key)][: len(COLOURS)]
    if not series or chart.along not in keys:
        return None
    last = min(place.last_row, place.header + chart.most)
    drawn: DrawnChart = book.add_chart(_TYPES[chart.kind])

    def cells(key: str) -> list[Any]:
        return [sheet, place.header + 1, keys.index(key), last, keys.index(key)]

    for number, key in enumerate(series):
        line = {"color": COLOURS[number], "width": 2.0}
        look: dict[str, Any] = {"fill": {"color": COLOURS[number]}} if chart.kind == "bar" else {"line": line}
        drawn.add_series({
            "name": _series_name(table.columns[keys.index(key)], chart, language),
            "categories": cells(chart.along),
            "values": cells(key),
            **look,
        })  # fmt: skip
    kinds = {column.kind for column in table.columns if column.key in series}
    _set_axes(drawn, chart, language, kinds={str(kind) for kind in kinds}, rows=last - place.header)
    drawn.set_title({"name": chart.title.to(language), "name_font": {"name": FONT, "size": 12}})
    drawn.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": {"name": FONT}})
    drawn.show_blanks_as("gap")
    return drawn


def _series_name(column: Column, chart: Chart, language: Language) -> str:
    """Return what a line is called: the header of its column without what the title says already."""
    header = column.header.to(language)
    return header.removesuffix(chart.suffix.to(language)).strip() or header


def _set_axes(drawn: DrawnChart, chart: Chart, language: Language, *, kinds: set[str], rows: int) -> None:
    font = {"name": FONT, "size": 9}
    shares = kinds == {"share"}
    values: dict[str, Any] = {
        "name": chart.y.to(language),
        "num_format": "0%" if shares else "#,##0.##" if "ratio" in kinds else "#,##0",
        "num_font": font,
        "name_font": font,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        **({"min": 0} if chart.from_zero else {}),
        **({"max": 1} if shares else {}),
    }
    along: dict[str, Any] = {
        "name": chart.x.to(language),
        "num_font": font,
        "name_font": font,
        **({"interval_unit": max(rows // _TICKS, 1), "interval_tick": max(rows // _TICKS, 1)}
           if chart.kind == "line" else {}),
        **({"reverse": True} if chart.kind == "bar" else {}),
    }  # fmt: skip
    # The library names the axes of bars by where they lie.
    horizontal, vertical = (values, along) if chart.kind == "bar" else (along, values)
    drawn.set_x_axis(horizontal)
    drawn.set_y_axis(vertical)


def _has_numbers(table: Table, key: str) -> bool:
    (column,) = (each for each in table.columns if each.key == key)
    return column.kind in NUMBER_FORMATS and any(not is_missing(value) for value in values_of(table, column))
