"""Cells of a sheet as the values they mean: numbers with units, dates, lists, flags; plain or full-width.

Every function takes a column and returns values with a mask of the cells that hold something it does not
understand. An empty cell is missing, not bad. Nothing is filled in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.types import Bools, Floats

T = TypeVar("T")

EMPTY = frozenset(
    [
        "-",
        "--",
        "—",
        "——",
        "－",
        "－－",
        "/",
        "／",
        "\\",
        "无",
        "暂无",
        "空",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "#n/a",
        "nil",
    ]
) | {""}
_PLAIN_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_NUMBER = re.compile(r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)\s*([^\d\s].*)?$")
_SEPARATORS = re.compile(r"[;；、，,|/\n\r\t]+")
_TRUE = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓", "✔", "对", "共享", "t"})
_FALSE = frozenset({"否", "无", "没有", "n", "no", "false", "0", "×", "x", "✗", "不", "不共享", "f"})

UNITS: dict[str, dict[str, float]] = {
    "people": {
        **dict.fromkeys(("人", "名", "位", "个", "座", "张", "床", "人次", "people", "persons"), 1.0),
        "万人": 10_000.0,
        "万": 10_000.0,
        "千人": 1_000.0,
    },
    "m2": {
        **dict.fromkeys(("m2", "㎡", "m²", "平方米", "平米", "平", "sqm"), 1.0),
        **dict.fromkeys(("万平方米", "万㎡", "万m2", "公顷", "ha"), 10_000.0),
        "亩": 2000 / 3,
    },
    "storeys": dict.fromkeys(("层", "楼", "f", "storeys", "floors"), 1.0),
    "dwellings": {**dict.fromkeys(("户", "套", "间", "dwellings", "households"), 1.0), "万户": 10_000.0},
    "rooms": dict.fromkeys(("间", "套", "个", "rooms"), 1.0),
    "enterprises": dict.fromkeys(("家", "个", "户"), 1.0),
    "share": {"%": 0.01, "percent": 0.01, "‰": 0.001, "分": 1.0},
    "as written": {
        **dict.fromkeys(("元", "cny", "rmb", "eur", "usd"), 1.0),
        "万元": 10_000.0,
        "万": 10_000.0,
        "亿元": 100_000_000.0,
    },
}
"""How many of the unit kept one of the unit written is (亩: 666 2/3 m2)."""


def plain_text(text: str) -> str:
    """Return a text with full-width letters, digits and spaces made plain, and trimmed.

    Examples
    --------
    >>> plain_text("　１２３．５　")
    '123.5'
    """
    return unicodedata.normalize("NFKC", text).replace("\u3000", " ").strip()


def as_arrow(column: pd.Series[Any]) -> pa.Array:
    """Return a column as an array of large strings, numbers written the short way, missing as empty."""
    kept = getattr(column.array, "_pa_array", None)
    if isinstance(kept, pa.ChunkedArray) and pa.types.is_large_string(kept.type):
        return pc.fill_null(kept.combine_chunks(), "")
    return pa.array([_as_text(value) for value in column.tolist()], type=pa.large_string())


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return str(value)


def texts(column: pd.Series[Any]) -> NDArray[np.object_]:
    """Return the trimmed texts of a column; what is empty or says 'nothing' is None."""
    trimmed = pc.utf8_trim_whitespace(as_arrow(column))
    low = pc.utf8_lower(trimmed)
    empty = pc.is_in(low, value_set=pa.array(sorted(EMPTY), type=pa.large_string()))
    kept = pc.if_else(empty, pa.scalar(None, pa.large_string()), trimmed)
    result: NDArray[np.object_] = kept.to_numpy(zero_copy_only=False)
    return result


def by_distinct(
    column: pd.Series[Any], convert: Callable[[str], T | None]
) -> tuple[NDArray[np.object_], Bools]:
    """Return what a function makes of each cell, called once for each distinct text.

    Parameters
    ----------
    column
        The cells.
    convert
        Returns None for what it does not understand.

    Returns
    -------
    values, bad
        Values as objects (None where empty or bad), and the mask of bad cells.
    """
    cells = as_arrow(column)
    coded = cells.dictionary_encode()
    values = np.empty(len(coded.dictionary), dtype=object)
    bad = np.zeros(len(coded.dictionary), dtype=bool)
    for index, text in enumerate(coded.dictionary.to_pylist()):
        plain = plain_text(text)
        if plain.lower() not in EMPTY:
            values[index] = convert(plain)
            bad[index] = values[index] is None
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return values[codes], bad[codes]


def numbers(column: pd.Series[Any], *, unit: str = "", header_unit: str = "") -> tuple[Floats, Bools]:
    """Return the numbers of a column and the mask of cells that are none.

    Parameters
    ----------
    column
        Numbers, or texts such as ``1,200人``, ``３５㎡``, ``82.7%``, ``3.5万``.
    unit
        The unit to return; other units in a cell are converted to it.
    header_unit
        The unit named in the header, for cells that name none.

    Examples
    --------
    >>> values, bad = numbers(pd.Series(["1,200人", "３．５万", "", "many"]), unit="people")
    >>> values.tolist(), bad.tolist()
    ([1200.0, 35000.0, nan, nan], [False, False, False, True])
    """
    factors = UNITS.get(unit, {})
    scale = factors.get(header_unit.lower(), 1.0) if header_unit else 1.0
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.isinf(values)
        return np.where(bad, np.nan, values) * scale, bad
    trimmed = pc.utf8_trim_whitespace(as_arrow(column))
    plain = pc.match_substring_regex(trimmed, _PLAIN_NUMBER)
    values = np.full(len(trimmed), np.nan)
    is_plain = plain.to_numpy(zero_copy_only=False)
    values[is_plain] = pc.cast(pc.filter(trimmed, plain), pa.float64()).to_numpy() * scale
    bad = np.zeros(len(trimmed), dtype=bool)
    others = np.flatnonzero(~is_plain)
    if others.size:
        rest = pd.Series(pc.take(trimmed, pa.array(others)).to_pandas(types_mapper=pd.ArrowDtype))
        read, wrong = by_distinct(rest, lambda text: _number(text, factors, scale))
        values[others] = [np.nan if value is None else value for value in read]
        bad[others] = wrong
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values), bad | infinite


def _number(text: str, factors: dict[str, float], scale: float) -> float | None:
    match = _NUMBER.match(text)
    if match is None:
        return None
    value = float(match[1].replace(",", ""))
    written = (match[2] or "").strip().lower()
    if not written:
        return value * scale
    factor = factors.get(written, factors.get(written.replace(" ", "")))
    return None if factor is None else value * factor


def dates(column: pd.Series[Any]) -> tuple[NDArray[np.object_], Bools]:
    """Return the days of a column; a month alone is its first day.

    Examples
    --------
    >>> dates(pd.Series(["2024年5月1日", "2024/5", "20240501", "soon"]))[0].tolist()[:3]
    [datetime.date(2024, 5, 1), datetime.date(2024, 5, 1), datetime.date(2024, 5, 1)]
    """
    return by_distinct(column, _date)


_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})?)?\s*日?(?:[ T].*)?$")


def _date(text: str) -> date | None:
    match = _DATE.match(text)
    if match is not None:
        parts = int(match[1]), int(match[2]), int(match[3] or 1)
    elif re.fullmatch(r"(19|20)\d{6}", text):
        parts = int(text[:4]), int(text[4:6]), int(text[6:])
    elif re.fullmatch(r"[34]\d{4}", text):
        # A day of a spreadsheet, counted from 30 December 1899: 30,000 is 1982, 49,999 is 2036.
        return date(1899, 12, 30) + timedelta(days=int(text))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def flags(column: pd.Series[Any]) -> tuple[NDArray[np.object_], Bools]:
    """Return True, False or None for 是, √, yes, 1 and their opposites.

    Examples
    --------
    >>> flags(pd.Series(["是", "否", "maybe"]))[0].tolist()
    [True, False, None]
    """
    cells = as_arrow(column)
    low = [plain_text(text).lower() for text in cells.to_pylist()]
    values = np.array([True if t in _TRUE else False if t in _FALSE else None for t in low], dtype=object)
    bad = np.array([value is None and text not in EMPTY for value, text in zip(values, low, strict=True)])
    return values, bad.astype(bool)


def split_list(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that lists several things, in order and once each.

    Examples
    --------
    >>> split_list("政务服务、生活服务；文体服务")
    ('政务服务', '生活服务', '文体服务')
    """
    parts = (plain_text(part).strip(" .。") for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def distinct(values: NDArray[Any], mask: Bools, *, most: int = 20) -> list[tuple[Hashable, int]]:
    """Return the values under a mask with their counts, the most frequent first."""
    counts = pd.Series(values[mask], dtype=object).value_counts()
    return [(value, int(count)) for value, count in counts.head(most).items()]
