"""A single place in a declared system of Chinese map providers, as WGS84."""

from __future__ import annotations

from typing import Final, Literal

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84, inside_box

System = Literal["wgs84", "gcj02", "bd09"]
"""The systems a place may be declared in."""

SHIFTED: Final[tuple[System, ...]] = ("gcj02", "bd09")

_TO_WGS84: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def place_to_wgs84(lon: float, lat: float, system: System) -> tuple[float, float]:
    """Return longitude and latitude in WGS84.

    Examples
    --------
    >>> place_to_wgs84(121.0, 31.0, "wgs84")
    (121.0, 31.0)
    >>> east, north = place_to_wgs84(121.0, 31.0, "gcj02")
    >>> round(121.0 - east, 3), round(31.0 - north, 3)
    (0.004, -0.002)
    """
    if system == "wgs84":
        return lon, lat
    east, north = _TO_WGS84[system]([lon], [lat])
    return float(east[0]), float(north[0])


def where_providers_shift(lon: float, lat: float) -> bool:
    """Return whether a place lies where Chinese providers give shifted coordinates."""
    return bool(inside_box([lon], [lat])[0])
