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
from layers.catalogue.units import factor
from layers.read.raw_table import MAX_CELL

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
        "nil",
    ]
) | {""}
_PLAIN_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_NUMBER = re.compile(
    r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ '’]\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+) ?([^\d\s].*)?$"
)
_POINTED = re.compile(r"^[+-]?\d{1,3}(?:\.\d{3})+$")
_SEPARATORS = re.compile(r"[;；、，,|/\n\r\t]+")
_TRUE = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓", "✔", "对", "共享", "t"})
_FALSE = frozenset({"否", "无", "没有", "n", "no", "false", "0", "×", "x", "✗", "不", "不共享", "f"})

MAX_VALUE = 80
"""Characters of a number, a date or a coordinate; what is longer is none, and no pattern is tried on it."""

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!")
"""What a workbook shows where a formula failed."""

DITTO = frozenset(
    ["同上", "上同", "同上行", "同前", "同上格", "〃", "″", '"', "''", "”", "“", "〞", "ditto", "do.", "same"]
)  # fmt: skip
"""What stands for the cell above."""


def plain_text(text: str) -> str:
    """Return a text with full-width letters, digits and spaces made plain, and trimmed.

    Examples
    --------
    >>> plain_text("　１２３．５　")
    '123.5'
    """
    return unicodedata.normalize("NFKC", text).strip()


def short_text(text: str) -> str | None:
    """Return a plain text with runs of spaces and invisible signs made one; None where it is no value.

    Examples
    --------
    >>> short_text(" 121   30 \u200b"), short_text(" " * 10_000), short_text("9" * 10_000)
    ('121 30', '', None)
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[: 4 * MAX_CELL]).translate(_INVISIBLE).split())
    return plain if len(plain) <= MAX_VALUE else None


_INVISIBLE = dict.fromkeys((8203, 8204, 8205, 8288, 65279, 8206, 8207))


def is_error(text: str) -> bool:
    """Return whether a cell shows that its formula failed, or a formula that was never computed."""
    return text.startswith("#") and text.strip().upper() in ERRORS


def with_ditto(cells: pd.Series[Any]) -> tuple[pd.Series[Any], Bools, Bools]:
    """Return the cells with 同上 and 〃 as what stands above them, where they stood, and the empty cells.

    Empty cells are told only of a column that has such marks: there they may well mean the same.

    Examples
    --------
    >>> filled, marks, empty = with_ditto(pd.Series(["社区", "〃", "同上", ""]))
    >>> filled.tolist(), marks.tolist(), empty.tolist()
    (['社区', '社区', '社区', ''], [False, True, True, False], [False, False, False, True])
    """
    texts_of = as_arrow(cells)
    coded = texts_of.dictionary_encode()
    marks = np.array([t.strip().lower() in DITTO for t in coded.dictionary.to_pylist()], dtype=bool)
    nothing = np.zeros(len(cells), dtype=bool)
    if not marks.any():
        return cells, nothing, nothing
    codes = coded.indices.to_numpy(zero_copy_only=False)
    is_mark = marks[codes]
    values = texts_of.to_pylist()
    for index in np.flatnonzero(is_mark):
        values[index] = values[index - 1] if index else ""
    empty = np.array([not value.strip() for value in values], dtype=bool)
    return pd.Series(values, dtype=object), is_mark, empty


def points_between_thousands(column: pd.Series[Any]) -> bool:
    """Return whether counts look like 1.234: every one that is not whole has a point before three digits.

    Such a column holds thousands with a point between, or fractions of people; its cells do not say which.

    Examples
    --------
    >>> points_between_thousands(pd.Series(["1.234", "2.500", "987"]))
    True
    >>> points_between_thousands(pd.Series(["1.2", "2.500"])), points_between_thousands(pd.Series(["5"]))
    (False, False)
    """
    plain = [short_text(text) or "" for text in as_arrow(column).unique().to_pylist()]
    pointed = [text for text in plain if "." in text]
    return bool(pointed) and all(_POINTED.match(text) for text in pointed)


def without_points(column: pd.Series[Any]) -> tuple[pd.Series[Any], Bools]:
    """Return counts without the points between their thousands, and which hold any other point.

    Examples
    --------
    >>> cells, bad = without_points(pd.Series(["1.234", "2.500.000", "987", "1.5"]))
    >>> cells.tolist(), bad.tolist()
    (['1234', '2500000', '987', '1.5'], [False, False, False, True])
    """
    coded = as_arrow(column).dictionary_encode()
    distinct = [short_text(text) or text for text in coded.dictionary.to_pylist()]
    grouped = [bool(_POINTED.match(text)) for text in distinct]
    plain = [text.replace(".", "") if whole else text for text, whole in zip(distinct, grouped, strict=True)]
    other = ["." in text for text in plain]
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return (
        pd.Series(np.array(plain, dtype=object)[codes], dtype=object),
        np.array(other, dtype=bool)[codes],
    )


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
        plain = plain_text(text[: 2 * MAX_CELL])
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
    scale = (factor(header_unit, unit) if header_unit else 1.0) or 1.0
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
        read, wrong = by_distinct(rest, lambda text: _number(text, unit, scale))
        values[others] = [np.nan if value is None else value for value in read]
        bad[others] = wrong
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values), bad | infinite


def _number(text: str, unit: str, scale: float) -> float | None:
    plain = short_text(text)
    match = _NUMBER.match(plain) if plain else None
    if match is None:
        return None
    value = float(re.sub(r"[, '’]", "", match[1]))
    written = (match[2] or "").strip()
    if not written:
        return value * scale
    times = factor(written, unit) if written[0].isalpha() or written[0] in "%‰" else None
    return None if times is None else value * times


def dates(column: pd.Series[Any]) -> tuple[NDArray[np.object_], Bools]:
    """Return the days of a column; a month alone is its first day.

    ``2026.1`` is no date: a number cannot hold the last nought of 2026.10, so that it may mean either.

    Examples
    --------
    >>> dates(pd.Series(["2024年5月1日", "2024/5", "20240501", "soon"]))[0].tolist()[:3]
    [datetime.date(2024, 5, 1), datetime.date(2024, 5, 1), datetime.date(2024, 5, 1)]
    """
    return by_distinct(column, day_of)


_DATE = re.compile(r"^(\d{4}) ?[-/.年] ?(\d{1,2})(?: ?[-/.月] ?(\d{1,2})?)? ?日?(?:[ T].*)?$")
_AMBIGUOUS_MONTH = re.compile(r"^(19|20)\d{2}\.1$")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def day_of(text: str) -> date | None:
    """Return the day a text names; a month alone is its first day, and None is what names none for sure.

    Examples
    --------
    >>> str(day_of("2026年6月")), str(day_of("二〇二五年九月三十日")), day_of("2026.1"), day_of("年底")
    ('2026-06-01', '2025-09-30', None, None)
    """
    plain = short_text(text)
    if plain is None or _AMBIGUOUS_MONTH.match(plain):
        return None
    plain = _arabic(plain)
    match = _DATE.match(plain)
    if match is not None:
        parts = int(match[1]), int(match[2]), int(match[3] or 1)
    elif re.fullmatch(r"(19|20)\d{6}", plain):
        parts = int(plain[:4]), int(plain[4:6]), int(plain[6:])
    elif re.fullmatch(r"[34]\d{4}", plain):
        # A day of a spreadsheet, counted from 30 December 1899: 30,000 is 1982, 49,999 is 2036.
        return date(1899, 12, 30) + timedelta(days=int(plain))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _arabic(text: str) -> str:
    """Return a date in Chinese numerals in digits: 二〇二五年九月三十日."""
    if not re.search("[一二三四五六七八九〇零○]", text):
        return text
    tens = re.sub("([一二三]?)十([一二三四五六七八九]?)", lambda m: f"{m[1] or '一'}{m[2] or '〇'}", text)
    return tens.translate(_DIGITS)


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
