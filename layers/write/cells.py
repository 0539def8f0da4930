"""The values of a table as cells: what is missing, what a value is in words, how much room it takes."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo.text import Language, Text
from layers.write.table import NUMBER_FORMATS, Column, Table

YES, NO = Text("yes", "是"), Text("no", "否")
LINE_POINTS = 15.0
# More columns than this are printed on A3; fewer than that leave room for long texts.
_WIDE, _FEW = 14, 3
_MOST_WIDTH, _MOST_WIDTH_OF_FEW = 46.0, 90.0


def values_of(table: Table, column: Column) -> list[object]:
    """Return the values of a column; none where the frame has no such column."""
    if column.key not in table.frame:
        return [None] * len(table.frame)
    return list(table.frame[column.key].astype(object))


def doubts_of(table: Table) -> list[bool]:
    """Return which rows are marked."""
    if not table.doubt or table.doubt not in table.frame:
        return [False] * len(table.frame)
    return [not bool(value) for value in table.frame[table.doubt]]


def is_missing(value: object) -> bool:
    """Return whether nothing is there; an infinite number is nothing that a cell can hold."""
    if isinstance(value, float | np.floating):
        return not math.isfinite(value)
    return value is None or value is pd.NA or value is pd.NaT


def in_words(value: object, language: Language) -> str:
    """Return a value as it is written in a cell of text."""
    if isinstance(value, bool | np.bool_):
        return (YES if value else NO).to(language)
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, tuple | list):
        return "、".join(map(str, value)) if language == "zh" else ", ".join(map(str, value))
    return str(value)


def height_of(texts: Iterable[str], widths: list[float]) -> float:
    """Return the height in points of a row of wrapped texts; programs differ in guessing it."""
    lines = [-(-width_of(text) // max(width - 2.0, 1.0)) for text, width in zip(texts, widths, strict=False)]
    return min(max(lines, default=1.0), 25) * LINE_POINTS


def is_wide(columns: tuple[Column, ...]) -> bool:
    """Return whether a table of such columns is printed on A3."""
    return len(columns) > _WIDE


def widths_of(table: Table, language: Language) -> list[float]:
    """Return column widths that show the longest of header and first values, within bounds."""
    # On a page of many columns a header takes more lines, so that the numbers can be read.
    lines = 2.2 if is_wide(table.columns) else 1.6
    most = _MOST_WIDTH_OF_FEW if len(table.columns) <= _FEW else _MOST_WIDTH
    longest = (
        max([width_of(column.header.to(language)) / lines, *_shown(table, column, language)])
        for column in table.columns
    )
    return [min(max(each + 3.0, 9.0), most) for each in longest]


def _shown(table: Table, column: Column, language: Language) -> list[float]:
    values = values_of(table, column)[:500]
    if column.kind in NUMBER_FORMATS:
        largest = max((abs(float(str(v))) for v in values if not is_missing(v)), default=0.0)
        return [len(f"{largest:,.1f}")]
    return [width_of(in_words(value, language)) for value in values if not is_missing(value)]


def width_of(text: str) -> int:
    """Return the width of a text in characters, a Chinese one counting as two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
