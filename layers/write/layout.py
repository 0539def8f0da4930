"""How wide the columns of a sheet are, how high its rows, and on which paper it is printed.

The width of a column is in characters, as a spreadsheet counts them: seven pixels each. A sheet is printed
as wide as its paper; what is wider is shrunk, so columns of text give way before the figures become too
small to read. A table that is too wide even so is printed on several pages side by side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from geo.text import Language
from layers.write.cells import height_of, in_words, is_missing, values_of, width_of
from layers.write.table import NUMBER_FORMATS, Column, Kind, Sheet, Table

Paper = Literal["A4", "A3"]

_SMALLEST_PRINT = 0.8
"""Of full size, in which ten points are still read without a glass."""
_SMALLEST_ACROSS = 0.62
"""Of full size; what would be smaller is printed on several pages side by side."""
_ACROSS: dict[Paper, float] = {"A4": 146.0, "A3": 213.0}
"""Characters that a landscape page holds between its margins at full size."""
_UPRIGHT_ACROSS, _UPRIGHT_POINTS = 94.0, 755.0
_LEAST_ACROSS = 84.0
_FEW = 3
_MOST_WIDTH, _MOST_WIDTH_OF_FEW = 46.0, 90.0
_LEAST_TEXT, _LEAST_NUMBER = 11.0, 8.5
_MOST_TEXT_LINES, _MOST_LINES_ON_A4, _MOST_HEADER_LINES = 3, 5, 5
_HEADER_POINTS = 30.0
_PLACES: dict[Kind, int] = {"degrees": 6, "ratio": 2}
"""Decimals of numbers of a kind, where that is not one or none."""
_PAGE_POINTS: dict[Paper, float] = {"A4": 509.0, "A3": 756.0}
"""Height of a landscape page between its margins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayout:
    """How a sheet lies on paper.

    Attributes
    ----------
    widths
        Of its columns, in characters.
    paper
        On which it is printed.
    height
        Of a page, in points of the sheet's own.
    across, repeated
        Pages side by side, and how many of the first columns stand on each of them.
    """

    widths: list[float]
    paper: Paper
    height: float
    across: int = 1
    repeated: int = 0


def page_layout(sheet: Sheet, language: Language) -> PageLayout:
    """Return the layout of a sheet: A4 where its columns can be read there, else A3."""
    widths = [_LEAST_ACROSS] if sheet.table is None else widths_of(sheet.table, language)
    least = widths if sheet.table is None else _least(sheet.table, widths, language)
    if sheet.one_page:
        widths = _stretched(_narrowed(widths, least, _UPRIGHT_ACROSS), _UPRIGHT_ACROSS)
        return PageLayout(widths=widths, paper="A4", height=_UPRIGHT_POINTS)
    paper: Paper = "A4"
    if sum(least) * _SMALLEST_PRINT > _ACROSS["A4"] and sheet.table is not None:
        tight = _least(sheet.table, widths, language, lines=_MOST_LINES_ON_A4)
        paper, least = ("A4", tight) if sum(tight) * _SMALLEST_PRINT <= _ACROSS["A4"] else ("A3", least)
        if sum(least) * _SMALLEST_PRINT > _ACROSS["A3"]:
            # Pages lie side by side: names need not give way.
            wide = zip(sheet.table.columns, widths, least, strict=True)
            least = [width if column.kind == "text" else low for column, width, low in wide]
    widths = _narrowed(widths, least, _ACROSS[paper] / _SMALLEST_PRINT)
    # A title must have room: what it does not find is left of the page.
    if sum(widths) < _LEAST_ACROSS:
        widths = _stretched(widths, _LEAST_ACROSS)
    height = _PAGE_POINTS[paper] * max(sum(widths) / _ACROSS[paper], 1.0)
    layout = PageLayout(widths=widths, paper=paper, height=height)
    return layout if sheet.table is None else _side_by_side(layout, sheet.table)


def _side_by_side(layout: PageLayout, table: Table) -> PageLayout:
    """Return the layout over as many pages side by side as it takes; what names a row is on each."""
    holds = _ACROSS[layout.paper] / _SMALLEST_ACROSS
    first = next((number for number, each in enumerate(table.columns) if each.kind == "share"), 0)
    named = sum(layout.widths[:first])
    if sum(layout.widths) <= holds or not 0 < named < holds / 2:
        return layout
    across = math.ceil((sum(layout.widths) - named) / (holds - named))
    height = _PAGE_POINTS[layout.paper] / _SMALLEST_ACROSS
    return replace(layout, across=across, repeated=first, height=height)


def widths_of(table: Table, language: Language) -> list[float]:
    """Return column widths that show the longest of header and first values, within bounds."""
    most = _MOST_WIDTH_OF_FEW if len(table.columns) <= _FEW else _MOST_WIDTH
    longest = (
        max([width_of(column.header.to(language)) / 1.6, *_shown(table, column, language)])
        for column in table.columns
    )
    return [min(max(each + 3.0, 9.0), most) for each in longest]


def row_heights(table: Table, widths: list[float], language: Language) -> list[float]:
    """Return the height in points of the header and of each row, as high as their longest text."""
    headers = [column.header.to(language) for column in table.columns]
    texts = [
        [
            in_words(value, language) if column.kind == "text" and not is_missing(value) else ""
            for value in values_of(table, column)
        ]
        for column in table.columns
    ]
    rows = [height_of(line, widths) for line in zip(*texts, strict=True)]
    return [max(_HEADER_POINTS, height_of(headers, widths)), *rows]


def _shown(table: Table, column: Column, language: Language) -> list[float]:
    values = values_of(table, column)[:500]
    if column.kind in NUMBER_FORMATS:
        numbers = [float(v) for v in values if isinstance(v, int | float) and not is_missing(v)]
        largest = max(map(abs, numbers), default=0.0) * (100 if column.kind == "share" else 1)
        return [len(f"{largest:,.{_PLACES.get(column.kind, 1)}f}")]
    return [width_of(in_words(value, language)) for value in values if not is_missing(value)]


def _least(
    table: Table, widths: list[float], language: Language, *, lines: int = _MOST_TEXT_LINES
) -> list[float]:
    """Return how narrow each column may become: numbers stay whole, a text takes a few lines."""
    return [
        min(width, _least_of(table, column, language, lines))
        for column, width in zip(table.columns, widths, strict=True)
    ]


def _least_of(table: Table, column: Column, language: Language, lines: int) -> float:
    header = width_of(column.header.to(language)) / _MOST_HEADER_LINES + 2.0
    if column.kind in NUMBER_FORMATS or column.kind == "yes":
        words = _LEAST_NUMBER if column.missing is None else width_of(column.missing.to(language)) + 1.0
        return max(_LEAST_NUMBER, words, header, *(each + 2.0 for each in _shown(table, column, language)))
    longest = max(_shown(table, column, language), default=0.0)
    return max(_LEAST_TEXT, header, longest / lines + 2.0)


def _narrowed(widths: list[float], least: list[float], most: float) -> list[float]:
    """Return widths that add up to `most` at most, each giving way by what it has to spare."""
    spare = sum(widths) - sum(least)
    excess = sum(widths) - most
    if excess <= 0 or spare <= 0:
        return widths
    part = min(excess / spare, 1.0)
    return [width - (width - low) * part for width, low in zip(widths, least, strict=True)]


def _stretched(widths: list[float], across: float) -> list[float]:
    return [width * across / sum(widths) for width in widths]
