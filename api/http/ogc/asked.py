"""Parameters of OGC API Features: boxes, moments, coordinate systems; what is not understood is refused."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import UTC, datetime, time
from typing import Final

from fastapi import Request

from api.http.faults import invalid
from geo.coordinates.crs import box_to_degrees
from geo.text import Text

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
LATITUDE_FIRST: Final = frozenset({"EPSG:4326", "EPSG:4490"})
CHINESE: Final = tuple(f"EPSG:{code}" for code in range(4534, 4555))
"""CGCS2000, three-degree Gauss-Krueger, central meridians 75 to 135 degrees; northing stands first."""

SYSTEMS: Final = ("EPSG:4326", "EPSG:4490", *CHINESE, "EPSG:3857")
Box = tuple[float, float, float, float]


def known_only(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that a path does not have, as the standard asks.

    Raises
    ------
    InputError
        Naming the first of them.
    """
    for name in request.query_params:
        if name not in known:
            what = Text("there is no such parameter", "没有该参数")
            fix = Text("There are " + ", ".join(sorted(known)), "可用：" + "、".join(sorted(known)))
            raise invalid(name[:80], what, fix)


def uri_of(system: str) -> str:
    """Return the address of a coordinate system."""
    return _EPSG + system.removeprefix("EPSG:")


def uris() -> list[str]:
    """Return the addresses of all systems that features are given in."""
    return [CRS84, *(uri_of(system) for system in SYSTEMS)]


def system_of(uri: str | None, parameter: str) -> str | None:
    """Return the system of an address; None for longitude and latitude in WGS84.

    Raises
    ------
    InputError
        Where it is none of those that are offered.
    """
    if uri in (None, CRS84, f"[{CRS84}]"):
        return None
    assert uri is not None
    system = f"EPSG:{uri.removeprefix(_EPSG)}" if uri.startswith(_EPSG) else uri
    if system not in SYSTEMS:
        what = Text("this coordinate system is not offered", "不提供该坐标系")
        raise invalid(parameter, what, Text("`crs` of the collection lists them", "见图层的 crs 列表"), uri)
    return system


def box_of(text: str | None, system: str | None) -> Box | None:
    """Return west, south, east, north in degrees of WGS84.

    Raises
    ------
    InputError
        Where it is not four numbers (or six, with heights) that make a box.
    """
    if text is None:
        return None
    what = Text("a box is four numbers: west, south, east, north", "范围为四个数：西、南、东、北")
    fix = Text("such as bbox=24.9,60.1,25.0,60.2", "如 bbox=121.4,31.2,121.5,31.3")
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise invalid("bbox", what, fix, text) from None
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise invalid("bbox", what, fix, text)
    west, south, east, north = numbers
    if system is not None:
        west, south, east, north = to_degrees((west, south, east, north), system)
    if south > north or not -90 <= south <= 90 or not -90 <= north <= 90 or max(abs(west), abs(east)) > 180:
        raise invalid("bbox", what, fix, text)
    return west, south, east, north


def to_degrees(box: Box, system: str) -> Box:
    """Return a box of a system, in the order of its own axes, in degrees of WGS84."""
    first, second, third, fourth = box
    swapped = (second, first, fourth, third) if northing_first(system) else box
    return box_to_degrees(swapped, system)


def northing_first(system: str) -> bool:
    """Return whether the first axis of a system points north."""
    return system in LATITUDE_FIRST or system in CHINESE


def moments_of(text: str | None) -> tuple[datetime | None, datetime | None] | None:
    """Return the first and last moment of a date, a date and time, or an interval (``..`` is open).

    Raises
    ------
    InputError
        Where it is not understood, or ends before it begins.
    """
    if text is None:
        return None
    parts = text.split("/")
    what = Text("not a date, a date and time, or two with / between", "不是日期、时间或以 / 分隔的时段")
    fix = Text("such as 2026-01-01/..", "如 2026-01-01/..")
    try:
        if len(parts) == 1:
            return _moment(text, last=False), _moment(text, last=True)
        first, last = (None if part in ("", "..") else part for part in parts)
        begin = None if first is None else _moment(first, last=False)
        end = None if last is None else _moment(last, last=True)
    except ValueError:
        raise invalid("datetime", what, fix, text) from None
    if (begin is None and end is None) or (begin is not None and end is not None and begin > end):
        raise invalid("datetime", what, fix, text)
    return begin, end


def _moment(text: str, *, last: bool) -> datetime:
    if not text[:1].isdigit():
        raise ValueError(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    if "T" not in text.upper():
        moment = datetime.combine(moment.date(), time.max if last else time.min)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
