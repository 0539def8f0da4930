"""Units as sheets write them, in a cell, a header or the line above a table, and the factor of each.

A unit is a base (人, 平方公里, 户), a multiplier (万, 千, thousand, '000) or both (万人). What is not
understood has no factor: it is never taken for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from layers.catalogue.traditional import simplified

MAX_UNIT = 24
"""Characters of a unit; what is longer is a remark."""

_MULTIPLIERS: dict[str, float] = {
    "十": 10.0,
    "百": 100.0,
    "佰": 100.0,
    "千": 1_000.0,
    "仟": 1_000.0,
    "万": 10_000.0,
    "w": 10_000.0,
    "十万": 100_000.0,
    "百万": 1_000_000.0,
    "千万": 10_000_000.0,
    "亿": 100_000_000.0,
    "hundred": 100.0,
    "hundreds": 100.0,
    "k": 1_000.0,
    "thousand": 1_000.0,
    "thousands": 1_000.0,
    "'000": 1_000.0,
    "000": 1_000.0,
    "'000s": 1_000.0,
    "000s": 1_000.0,
    "million": 1_000_000.0,
    "millions": 1_000_000.0,
    "mn": 1_000_000.0,
    "mln": 1_000_000.0,
}
_BASES: dict[str, dict[str, float]] = {
    "people": dict.fromkeys(
        [
            "人",
            "名",
            "位",
            "个",
            "座",
            "张",
            "床",
            "口",
            "人次",
            "个人",
            "people",
            "persons",
            "person",
            "residents",
            "inhabitants",
            "seats",
            "beds",
        ],
        1.0,
    ),
    "m2": {
        **dict.fromkeys(
            [
                "m2",
                "平方米",
                "平米",
                "平",
                "平方",
                "方",
                "sqm",
                "m^2",
                "sq.m",
                "squaremetres",
                "squaremeters",
                "squaremetre",
                "squaremeter",
            ],
            1.0,
        ),
        **dict.fromkeys(
            ["km2", "平方公里", "平方千米", "km^2", "sqkm", "squarekilometres", "squarekilometers"], 1e6
        ),
        **dict.fromkeys(["公顷", "ha", "hm2", "hm^2", "hectare", "hectares"], 1e4),
        "公亩": 100.0,
        "亩": 2000 / 3,
        "市亩": 2000 / 3,
        "顷": 200_000 / 3,
        **dict.fromkeys(("英亩", "acre", "acres"), 4046.8564224),
        "坪": 400 / 121,
        **dict.fromkeys(("平方英尺", "sqft", "ft2", "ft^2", "sq.ft", "squarefeet"), 0.09290304),
    },
    "storeys": dict.fromkeys(["层", "楼", "层楼", "f", "storeys", "stories", "floors", "levels"], 1.0),
    "dwellings": dict.fromkeys(["户", "套", "间", "dwellings", "households", "flats", "units", "homes"], 1.0),
    "rooms": dict.fromkeys(["间", "套", "个", "房", "rooms"], 1.0),
    "enterprises": dict.fromkeys(["家", "个", "户", "enterprises", "firms"], 1.0),
    "share": {
        **dict.fromkeys(("%", "percent", "pct", "per cent", "百分比", "百分数"), 0.01),
        **dict.fromkeys(("‰", "permille"), 0.001),
        "成": 0.1,
    },
    "as written": dict.fromkeys(["元", "圆", "块", "rmb", "cny", "eur", "usd", "yuan", "euro", "euros"], 1.0),
}
"""How many of the unit kept one of the unit written is (亩: 666 2/3 m2, 坪: 400/121 m2)."""

_MULTIPLIED = ("people", "dwellings", "rooms", "enterprises", "as written")
_COUNTED = re.compile(r"^[x×*]?(10{1,8})(?!\d)(.*)$")
_POWER = re.compile(r"(?<!\d)10\^([1-8])(?!\d)")
_RAISED = {ord(raised): f"^{figure}" for figure, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_DECLARED = re.compile(r"^(?:计量)?单位[:为]?|^units?:|^in(?= )", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{【〔<《「]([^()\[\]{}【】〔〕<>《》「」]*)")
_STRANGE = re.compile(r"^[x×*]?\d*[十百佰千仟万亿]+\D{0,2}$|^(?:[x×*]\d+|\d*0{3})\D{0,3}$")
_WORDS = ("thousand", "million", "hundred", "lakh", "crore", "dozen", "billion")
_ORGANISATION = "局街道镇乡办司心委处科区居村会院站所部县市校厂厅室馆团队组府社行店"


def plain_unit(text: str) -> str:
    """Return a unit without width, case, spaces and the word for unit.

    Examples
    --------
    >>> plain_unit("单位：萬人"), plain_unit(" ㎡ "), plain_unit("Unit: Thousand persons")
    ('万人', 'm2', 'thousandpersons')
    """
    text = _plain(text[: 4 * MAX_UNIT]).lower().strip(" .。")
    text = _POWER.sub(lambda power: str(10 ** int(power[1])), text)
    return re.sub(r"[\s_]+|(?<=\d),(?=\d{3})", "", _DECLARED.sub("", text)).strip(":,")


def _plain(text: str) -> str:
    """Return a text in simplified, half-width characters; a raised figure is written with a caret."""
    return simplified(unicodedata.normalize("NFKC", text.translate(_RAISED)))


@lru_cache(maxsize=4096)
def factor(written: str, unit: str) -> float | None:
    """Return how many of the unit kept one of the unit written is; None where that is not understood.

    Parameters
    ----------
    written
        Such as ``万人``, ``㎡``, ``千``; empty for none.
    unit
        The unit a role is kept in: ``people``, ``m2``, ``dwellings`` ...

    Examples
    --------
    >>> factor("万人", "people"), factor("千", "people"), factor("平方公里", "m2"), factor("户", "people")
    (10000.0, 1000.0, 1000000.0, None)
    """
    if len(written) > MAX_UNIT:
        return None
    plain = plain_unit(written)
    bases = _BASES.get(unit, {})
    if plain in bases:
        return bases[plain]
    if unit not in _MULTIPLIED and not (unit == "m2" and plain not in _MULTIPLIERS):
        return None
    return _multiplied(plain, bases)


def _multiplied(plain: str, bases: dict[str, float]) -> float | None:
    for length in range(min(len(plain), 9), 0, -1):
        base = plain[length:]
        if plain[:length] in _MULTIPLIERS and (not base or base in bases):
            return _MULTIPLIERS[plain[:length]] * (bases[base] if base else 1.0)
    counted = _COUNTED.match(plain)
    if counted is not None and (not counted[2] or counted[2] in bases):
        return float(int(counted[1])) * (bases[counted[2]] if counted[2] else 1.0)
    return None


def families(written: str) -> tuple[str, ...]:
    """Return the units a written one may be converted to.

    Examples
    --------
    >>> families("万人"), families("亩"), families("街道")
    (('people',), ('m2',), ())
    """
    return tuple(unit for unit in _BASES if factor(written, unit) is not None)


def is_multiplier(written: str) -> bool:
    """Return whether a unit is a multiplier alone (万, thousand), which says nothing of what is counted."""
    plain = plain_unit(written)
    return plain in _MULTIPLIERS or re.fullmatch("10{1,8}", plain) is not None


def looks_like_unit(text: str) -> bool:
    """Return whether a remark is most likely a unit, whether or not it is understood.

    Examples
    --------
    >>> looks_like_unit("万辆"), looks_like_unit("2020年"), looks_like_unit("in thousands")
    (True, False, True)
    """
    plain = plain_unit(text)
    if not plain or len(plain) > MAX_UNIT:
        return False
    return bool(families(plain) or _STRANGE.match(plain) or any(word in plain for word in _WORDS))


def unit_of(header: str) -> str:
    """Return the unit a header names in brackets, after a slash or at its end; empty where it names none.

    Examples
    --------
    >>> unit_of("建筑面积（㎡）"), unit_of("常住人口（单位：万人）"), unit_of("人口/万人")
    ('m2', '万人', '万人')
    >>> unit_of("人口万人"), unit_of("人口（2020年）"), unit_of("名称")
    ('万人', '', '')
    """
    text = _plain(header[:200])
    for inside in reversed(_BRACKETS.findall(text)):
        if _DECLARED.match(inside.strip().lower()) or looks_like_unit(inside):
            return plain_unit(inside)
    for mark in ("单位:", "单位", "/", ",", "_", "-", ":", " in "):
        _, found, tail = text.rpartition(mark)
        if found and tail.strip() and looks_like_unit(tail) and not tail.strip().isdecimal():
            return plain_unit(tail)
    return _glued(text)


def without_unit(header: str) -> str:
    """Return a header without the unit at its end, which `unit_of` finds; itself where there is none.

    Examples
    --------
    >>> without_unit("人口万人"), without_unit("人口/万人"), without_unit("人口（万人）")
    ('人口', '人口', '人口')
    """
    unit = unit_of(header)
    text = _plain(header[:200]).lower()
    at = text.rfind(unit) if unit else -1
    if at <= 0:
        return header
    return re.sub(r"(?:计量)?单位$| in$", "", text[:at].rstrip("([{【〔<《「/,_-: ")).rstrip(
        "([{【〔<《「/,_-: "
    )


def _glued(text: str) -> str:
    """Return a unit that stands at the end of a header with nothing between: a multiplied or an area one."""
    low = text.lower().rstrip()
    for length in range(min(6, len(low) - 1), 1, -1):
        tail = low[-length:]
        multiplied = tail[0] in "十百千万亿" and bool(families(tail)) and not is_multiplier(tail)
        if multiplied or tail in ("m2", "km2", "平方米", "平方公里", "平方千米", "公顷", "万平方米"):
            return tail
    return ""


def units_above(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the units that title rows name for the table below them.

    ``单位：万人、公顷``, or a multiplied unit in brackets (``各街道人口（万人）``). 填报单位 and the like
    name an office, not a unit.

    Examples
    --------
    >>> units_above(["各小区人口", "单位：万人"]), units_above(["填报单位：某街道办事处"])
    (('万人',), ())
    """
    found: list[str] = []
    for line in lines:
        text = _plain(line[:200])
        for declared in re.findall(
            r"(?<![报制管任设送办用位])(?:计量)?单位\s*[:为]\s*([^()\[\]]{1,60})", text
        ):
            found += [part for part in re.split(r"[、,;/和\s]+", declared) if _may_be_unit(part)]
        for declared in re.findall(r"\bunits?\s*:\s*([^()\[\]]{1,40})", text, re.IGNORECASE):
            found.append(declared)
        for inside in _BRACKETS.findall(text):
            if "单位" not in inside and looks_like_unit(inside) and not _is_plain(inside):
                found.append(inside)
    return tuple(dict.fromkeys(plain_unit(unit) for unit in found if plain_unit(unit)))


def _may_be_unit(part: str) -> bool:
    return bool(part) and (bool(families(part)) or part[-1] not in _ORGANISATION)


def _is_plain(inside: str) -> bool:
    """Return whether a bracket in a title names a base alone, such as (个): most likely a remark."""
    return all(factor(inside, unit) == 1.0 for unit in families(inside)) and bool(families(inside))
