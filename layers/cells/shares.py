"""Shares as offices write them: occupancy in percent or as a fraction, satisfaction in stars, points, words.

A column has one scale. What could be read on two scales is not read: 0.8 under a header in percent, 4 where
nothing says of how many.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.text import Text
from geo.types import Bools, Floats
from layers.catalogue.traditional import simplified
from layers.catalogue.units import factor
from layers.cells.values import by_distinct, short_text

_NUMBER = re.compile(r"^(\d{1,6}(?:\.\d{1,12})?|\.\d{1,12}) ?(\S{0,8})$")
_OF = re.compile(r"^(\d{1,4}(?:\.\d{1,6})?) ?分?(?:/|of|out of|／) ?(\d{1,4})分?$", re.IGNORECASE)
_STARS = re.compile(r"^([★⭐*✮✯]{1,10})([☆✩✰]{0,10})$")
_STARS_SAID = re.compile(r"^([1-5](?:\.\d)?|[一二三四五])(?:颗)?星级?$")
_NUMERALS = {"一": 1.0, "二": 2.0, "三": 3.0, "四": 4.0, "五": 5.0}
_SCALE = re.compile(r"(?:满分|总分)?(\d{1,4}|百|十|五)分?制?$|^(?:满分|总分)(\d{1,4}|百|十|五)")
_FIVE = ("非常不满意", "不满意", "基本满意", "满意", "非常满意")
_WORDS = {
    "非常满意": 4, "很满意": 4, "十分满意": 4, "very satisfied": 4,
    "满意": 3, "比较满意": 3, "较满意": 3, "satisfied": 3,
    "基本满意": 2, "一般": 2, "尚可": 2, "neutral": 2,
    "不满意": 1, "不太满意": 1, "较不满意": 1, "dissatisfied": 1,
    "非常不满意": 0, "很不满意": 0, "very dissatisfied": 0,
}  # fmt: skip
"""The five steps of 好差评; three are used where nobody writes the outer two."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares from 0 to 1, the cells not understood, and the scale they were read on, in words."""

    values: Floats
    bad: Bools
    scale: Text


def occupancies(column: pd.Series[Any], *, header_unit: str = "") -> Shares:
    """Return the share of dwellings lived in.

    ``82.7%`` is itself. A plain number is percent where the header says so; otherwise the column decides: up
    to 1 a share, all over 1 percent. A number both could mean (0.8 under 入住率(%), 1 beside 80) is not.

    Examples
    --------
    >>> occupancies(pd.Series(["82.7%", "0.8", "八成"])).values.round(3).tolist()
    [0.827, 0.8, nan]
    >>> occupancies(pd.Series(["80", "95"])).values.tolist()
    [0.8, 0.95]
    """
    scale = factor(header_unit, "share") if header_unit else None
    plain = _plain_numbers(column)
    least_sure = bool(plain.size) and 0 < plain.max() <= 1
    signed = bool(column.astype(str).str.contains("[%％]").any())

    def read(text: str) -> float | None:
        match = _NUMBER.match(short_text(text) or "")
        if match is None:
            return None
        value = float(match[1])
        if match[2]:
            share = None if (times := factor(match[2], "share")) is None else value * times
        elif scale is not None:
            # 0.827 without a sign under a header in percent is 82.7 % or a slip: both occur.
            share = None if value and (value < 1 or least_sure) else value * scale
        else:
            share = _by_column(value, plain, signed=signed)
        return share if share is not None and 0 <= share <= 1 else None

    values, bad = by_distinct(column, read)
    return Shares(_floats(values), bad, Text("share lived in", "入住率"))


def _by_column(value: float, plain: Floats, *, signed: bool) -> float | None:
    """Return a number without a sign as the column has it; 1 is not told where others are percent."""
    fractions = bool(((plain > 0) & (plain < 1)).any())
    if value == 0 or 0 < value < 1:
        return value
    if value == 1:
        return 1.0 if plain.max() <= 1 and not signed else None
    return value / 100 if value >= (10 if fractions else 2) else None


def satisfactions(column: pd.Series[Any], *, header_unit: str = "", header: str = "") -> Shares:
    """Return satisfaction as a share, with the scale of the column.

    Stars are of five, words are the steps of 好差评, points are of what the header says (10分制) or of what
    the column shows beyond doubt: values up to 1 are shares, some over 10 are of 100.

    Examples
    --------
    >>> satisfactions(pd.Series(["★★★★☆", "4星", "4/5"])).values.tolist()
    [0.8, 0.8, 0.8]
    >>> satisfactions(pd.Series(["满意", "不满意"])).values.tolist()
    [1.0, 0.0]
    >>> satisfactions(pd.Series(["4.5", "3"])).bad.tolist()
    [True, True]
    """
    plain = _plain_numbers(column)
    of = _points(header, plain)
    words, words_scale = _steps(column)

    def read(text: str) -> float | None:
        short = simplified(short_text(text) or "")
        share = _starred(short)
        if share is None and (match := _OF.match(short)):
            share = float(match[1]) / float(match[2]) if float(match[2]) else None
        if share is None and short.lower() in words:
            share = words[short.lower()]
        if share is None and (match := _NUMBER.match(short)):
            share = _pointed(float(match[1]), match[2], of, header_unit)
        return share if share is not None and 0 <= share <= 1 else None

    values, bad = by_distinct(column, read)
    scale = words_scale or (Text(f"of {of:g} points", f"满分 {of:g} 分") if of else Text("", ""))
    return Shares(_floats(values), bad, scale)


def _starred(text: str) -> float | None:
    if match := _STARS.match(text):
        full, hollow = len(match[1]), len(match[2])
        return full / (full + hollow) if hollow else full / 5
    if match := _STARS_SAID.match(text):
        return (_NUMERALS.get(match[1]) or float(match[1])) / 5
    return None


def _pointed(value: float, sign: str, of: float | None, header_unit: str) -> float | None:
    times = factor(sign, "share") if sign else None
    if times is not None:
        return value * times
    if sign not in ("", "分", "points"):
        return None
    if not sign and header_unit and (times := factor(header_unit, "share")) is not None:
        return None if 0 < value < 1 else value * times
    return None if of is None else value / of


def _points(header: str, plain: Floats) -> float | None:
    """Return how many points are full marks: what the header says, else what the values leave no doubt of."""
    inside = re.search(r"[（(\[]([^）)\]]{1,20})", header[:200])
    said = _SCALE.search((inside[1] if inside else header[:40]).strip())
    if said is not None and ("分" in header or "制" in header):
        word = said[1] or said[2]
        return {"百": 100.0, "十": 10.0, "五": 5.0}.get(word) or float(word)
    if plain.size and plain.max() <= 1 and (plain % 1 > 0).any():
        return 1.0
    return 100.0 if plain.size and 10 < plain.max() <= 100 and plain.min() >= 10 else None


def _steps(column: pd.Series[Any]) -> tuple[dict[str, float], Text | None]:
    there = {simplified(text.strip().lower()) for text in column.astype(str).unique()}
    used = {_WORDS[word] for word in there if word in _WORDS}
    if not used:
        return {}, None
    if used & {0, 4}:
        share: Callable[[int], float] = lambda step: step / 4  # noqa: E731
        scale = Text("five words, from 0 to 100 %", "五级评价：" + "、".join(_FIVE) + "，依次为 0 至 100%")
    else:
        share = lambda step: (step - 1) / 2  # noqa: E731
        scale = Text("three words: 0, 50, 100 %", "三级评价：不满意 0、基本满意 50%、满意 100%")
    return {word: share(step) for word, step in _WORDS.items() if 0 <= share(step) <= 1}, scale


def _plain_numbers(column: pd.Series[Any]) -> Floats:
    """Return the numbers of the column that carry no sign of a unit."""
    values = []
    for text in pd.Series(column.astype(str).unique()):
        match = _NUMBER.match(short_text(text) or "")
        if match is not None and match[2] in ("", "分"):
            values.append(float(match[1]))
    return np.array(values, dtype=np.float64)


def _floats(values: Any) -> Floats:
    return np.array([np.nan if value is None else round(value, 12) for value in values], dtype=np.float64)
