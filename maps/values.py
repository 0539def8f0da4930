"""Tables and frames as plain values: rows for JSON, words as columns, layers as GeoJSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.text import Text

EMPTY = Text("", "")
Row = dict[str, Any]
"""A row by column: text, whole and decimal numbers, flags, lists, or None where nothing is known."""


def table_rows(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table without its geometry; missing and infinite numbers become None.

    Examples
    --------
    >>> table_rows(pd.DataFrame({"id": ["a"], "people": [np.inf], "sites": [("x", "y")]}))
    [{'id': 'a', 'people': None, 'sites': ['x', 'y']}]
    """
    columns = [column for column in table.columns if column != "geometry"]
    records = pd.DataFrame(table)[columns].to_dict("records")
    return [{str(key): _plain(value) for key, value in record.items()} for record in records]


def point_rows(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> list[Row]:
    """Return some columns of a frame of points as rows, with ``lon`` and ``lat``."""
    places = frame.geometry
    return table_rows(pd.DataFrame(frame)[list(columns)].assign(lon=places.x, lat=places.y))


def bilingual(name: str, text: Text) -> Row:
    """Return a text in both languages as two values, ``NAME_en`` and ``NAME_zh``.

    Examples
    --------
    >>> bilingual("name", Text("Clinic", "诊所"))
    {'name_en': 'Clinic', 'name_zh': '诊所'}
    """
    return {f"{name}_en": text.en, f"{name}_zh": text.zh}


def finite(value: float) -> float | None:
    """Return a number, None where it is missing or infinite.

    Examples
    --------
    >>> finite(2.5), finite(float("inf"))
    (2.5, None)
    """
    return float(value) if math.isfinite(value) else None


def plain_value(value: Any) -> Any:
    """Return a value as JSON has it: dates as text, lists for tuples, None for what is missing.

    Examples
    --------
    >>> plain_value(pd.Timestamp("2026-11-25")), plain_value((1, np.nan)), plain_value(Text("a", "b"))
    ('2026-11-25', [1, None], 'a')
    """
    if isinstance(value, Text):
        return value.en
    if isinstance(value, tuple | list):
        return [plain_value(each) for each in value]
    value = _plain(value)
    if isinstance(value, datetime) and value == datetime(
        value.year, value.month, value.day, tzinfo=value.tzinfo
    ):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return list(value)
    if value is pd.NA or value is pd.NaT:
        return None
    return finite(value) if isinstance(value, float) else value


def texts(words: Iterable[str | Text], index: pd.Index | None = None) -> pd.Series:
    """Return words as a column; pandas would take a list of `Text` for rows of two cells.

    Parameters
    ----------
    index
        Of the frame that the column is for; rows from 0 where left out.

    Examples
    --------
    >>> texts([Text("all", "全部"), "x"]).tolist()
    [Text(en='all', zh='全部'), 'x']
    """
    listed = list(words)
    column = np.empty(len(listed), dtype=object)
    for row, text in enumerate(listed):
        column[row] = text
    return pd.Series(column, index=index)
