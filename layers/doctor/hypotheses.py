"""Hypotheses on a layer's coordinates (undeclared shift, swapped axes ...), and how each is reversed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84, inside_box, wgs84_to_bd09, wgs84_to_gcj02
from geo.coordinates.crs import WGS84
from geo.text import Text
from geo.types import Floats

Move = Callable[[Floats, Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What may have happened to a layer's coordinates.

    Attributes
    ----------
    id
        Such as ``gcj02`` or ``swapped gcj02``.
    what, fix
        The hypothesis in words, and what to do if it is true.
    declare
        The `crs` that a study should declare for the layer; None where no declaration corrects it.
    """

    id: str
    what: Text
    fix: Text
    declare: str | None


def _move(*steps: Move) -> Move:
    def moved(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        for step in steps:
            lon, lat = step(lon, lat)
        return lon, lat

    return moved


def _shift(name: str, what: Text, fix: Text, declare: str | None, *steps: Move) -> tuple[Hypothesis, Move]:
    return Hypothesis(name, what, fix, declare), _move(*steps)


_BACK_TO_SOURCE = Text(
    "Go back to the data before that conversion: no declaration undoes it",
    "请找回转换之前的数据：声明坐标系无法消除该错误",
)
_SHIFTS: Final = (
    _shift(
        "wgs84",
        Text("WGS84 (or CGCS2000) as it stands", "现状即为 WGS84（或 CGCS2000）"),
        Text('Declare crs = "EPSG:4326"', '请声明 crs = "EPSG:4326"'),
        "EPSG:4326",
    ),
    _shift(
        "gcj02",
        Text("GCJ-02, as Amap and Tencent publish it", "GCJ-02（高德、腾讯坐标）"),
        Text('Declare crs = "gcj02"', '请声明 crs = "gcj02"'),
        "gcj02",
        gcj02_to_wgs84,
    ),
    _shift(
        "bd09",
        Text("BD-09, as Baidu publishes it", "BD-09（百度坐标）"),
        Text('Declare crs = "bd09"', '请声明 crs = "bd09"'),
        "bd09",
        bd09_to_wgs84,
    ),
    _shift(
        "undone gcj02",
        Text(
            "WGS84 from which a GCJ-02 shift was taken off once too often", "WGS84 被多做了一次 GCJ-02 反算"
        ),
        _BACK_TO_SOURCE,
        None,
        wgs84_to_gcj02,
    ),
    _shift(
        "undone bd09",
        Text("WGS84 from which a BD-09 shift was taken off once too often", "WGS84 被多做了一次 BD-09 反算"),
        _BACK_TO_SOURCE,
        None,
        wgs84_to_bd09,
    ),
    _shift(
        "double gcj02",
        Text("Shifted to GCJ-02 twice", "被重复加偏两次 GCJ-02"),
        _BACK_TO_SOURCE,
        None,
        gcj02_to_wgs84,
        gcj02_to_wgs84,
    ),
    _shift(
        "gcj02 over bd09",
        Text("BD-09 that was shifted to GCJ-02 again", "BD-09 又被加偏一次 GCJ-02"),
        _BACK_TO_SOURCE,
        None,
        gcj02_to_wgs84,
        bd09_to_wgs84,
    ),
)


def hypotheses_for(xy: Floats, around: float) -> Sequence[tuple[Hypothesis, Move]]:
    """Return what is worth trying on coordinates, each with its way to WGS84.

    Numbers beyond degrees are tried as metres: the CGCS2000 3-degree zones and the UTM zones about the
    longitude `around` (of the streets), and Web Mercator. Degrees inside the box of GCJ-02 are tried as its
    shifts and their mishaps, other degrees only as they stand.
    """
    if np.median(np.abs(xy).max(axis=1)) > 360:
        return [_projected(code) for code in _zones(around)]
    return _SHIFTS if inside_box(xy[:, 0], xy[:, 1]).any() else _SHIFTS[:1]


def _zones(lon: float) -> list[int]:
    """Return the EPSG codes of the zones whose meridian is within a zone's width of a longitude."""
    gauss = [n for n in range(21) if abs(75 + 3 * n - lon) <= 3]
    utm = [32600 + n for n in range(1, 61) if abs(6 * n - 183 - lon) <= 6]
    return [*(4534 + n for n in gauss), *(4513 + n for n in gauss), *utm, 3857]


@lru_cache(maxsize=64)
def _projected(code: int) -> tuple[Hypothesis, Move]:
    source = pyproj.CRS.from_epsg(code)
    transformer = pyproj.Transformer.from_crs(source, WGS84, always_xy=True)
    name = f"EPSG:{code}"
    fix = Text(f'Declare crs = "{name}"', f'请声明 crs = "{name}"')
    return Hypothesis(name, Text(source.name, source.name), fix, name), transformer.transform


def swapped(hypothesis: Hypothesis) -> Hypothesis:
    """Return the hypothesis that the two axes are exchanged besides."""
    what = Text(
        f"The axes are swapped; then {hypothesis.what.en}", f"坐标轴颠倒；调换后：{hypothesis.what.zh}"
    )
    fix = Text(
        f"Exchange the columns of longitude and latitude. {hypothesis.fix.en}",
        f"请调换经度与纬度两列。{hypothesis.fix.zh}",
    )
    return Hypothesis(f"swapped {hypothesis.id}", what, fix, hypothesis.declare)
