"""The values of a table as cells: what is missing, what a value is in words, how much room it takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from geo.text import Language, Text
from layers.write.table import NUMBER_FORMATS, Column, Kind, Table

YES, NO = Text("yes", "是"), Text("no", "否")
LINE_POINTS = 15.0
_WIDTH_OF_TEN_POINTS = 0.95
"""Of a letter of ten points, in the characters of seven pixels that the width of a column counts."""
_CELL_MARGIN, _BROKEN = 1.0, 1.1


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


def number_in(value: object, column: Column) -> float | None:
    """Return the number that a cell of a column holds; None where it is a text, a flag or nothing."""
    if column.kind not in NUMBER_FORMATS or isinstance(value, bool) or is_missing(value):
        return None
    return float(value) if isinstance(value, int | float | np.number) else None


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
    lines = [
        _WIDTH_OF_TEN_POINTS * width_of(text) / max(width - _CELL_MARGIN, 1.0)
        for text, width in zip(texts, widths, strict=False)
    ]
    # Words and signs that stay together leave the ends of lines empty.
    most = max([math.ceil(each * _BROKEN if each > 1 else each) for each in lines], default=1)
    return min(max(most, 1), 25) * LINE_POINTS


def width_of(text: str) -> int:
    """Return the width of a text in characters, a Chinese one counting as two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def shown(value: object, column: Column, language: Language) -> str:
    """Return a value as its cell shows it, rounded half up as a spreadsheet rounds; empty where missing.

    Examples
    --------
    >>> shown(0.8125, Column("share", Text("", ""), "share"), "en")
    '81.3%'
    >>> shown(12345.5, Column("people", Text("", ""), "count"), "en")
    '12,346'
    """
    if is_missing(value):
        return "" if column.missing is None else column.missing.to(language)
    found = number_in(value, column)
    if found is None:
        return in_words(value, language)
    number = Decimal(repr(found)) * (100 if column.kind == "share" else 1)
    rounded = number.quantize(Decimal(1).scaleb(-_PLACES[column.kind]), ROUND_HALF_UP)
    return f"{rounded:,}" + ("%" if column.kind == "share" else "")


_PLACES: dict[Kind, int] = {
    "count": 0, "amount": 1, "share": 1, "minutes": 0, "metres": 0, "ratio": 2, "degrees": 6,
}  # fmt: skip
