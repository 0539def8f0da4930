"""Metric coordinate systems made for one place, and the length of short segments on the ellipsoid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion

if TYPE_CHECKING:
    # For types alone: geopandas takes as long to import as all that is needed of the rest.
    import geopandas as gpd

WGS84: Final = pyproj.CRS.from_epsg(4326)
"""Longitude and latitude in degrees: the CRS of every frame of the project."""

# WGS84: semi-major axis in metres, first eccentricity squared (EPSG:7030).
_SEMI_MAJOR = 6378137.0
_ECCENTRICITY_SQUARED = 0.0066943799901413165

Bounds = Sequence[float]


@lru_cache(maxsize=32)
def transformer(source: pyproj.CRS | str, target: pyproj.CRS | str) -> pyproj.Transformer:
    """Return the transformer of (x, y) from one CRS to another; kept, as making one takes milliseconds.

    Examples
    --------
    >>> transformer(WGS84, "EPSG:3857").transform(0, 0)[0]
    0.0
    """
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def box_to_degrees(box: tuple[float, float, float, float], system: str) -> tuple[float, float, float, float]:
    """Return the box in degrees of WGS84 around a box of a system, easting first.

    Examples
    --------
    >>> west, south, east, north = box_to_degrees((500_000, 3_000_000, 501_000, 3_001_000), "EPSG:4549")
    >>> round(west, 3), round(north, 3)
    (120.0, 27.121)
    """
    west, south, east, north = transformer(system, WGS84).transform_bounds(*box)
    return float(west), float(south), float(east), float(north)


def metric_crs(place: gpd.GeoDataFrame | gpd.GeoSeries | Bounds) -> pyproj.CRS:
    """Return a coordinate system in metres, made for one place.

    It is a transverse Mercator projection whose meridian runs through the middle of the place, with true
    scale there. Lengths are right to 4 parts in 100,000 within 50 km of it and to 5 in 10,000 within 200 km:
    good for a city and its region, not for a country. There is no zone edge such as 121.5 E, which cuts
    Shanghai in two. The middle is rounded to 0.1 degree, so frames of one small place mostly share it; use
    one result for all that is compared.

    Parameters
    ----------
    place
        A frame or series with a CRS, or west, south, east, north in degrees of WGS84. West may be greater
        than east where the place lies across the 180th meridian.

    Returns
    -------
    pyproj.CRS
        Axes east and north, in metres, on WGS84.

    Raises
    ------
    ValueError
        Where the place is empty, has no CRS, or its bounds are not degrees.

    Examples
    --------
    >>> metric_crs((121.0, 31.1, 121.9, 31.5)).name
    'Local metres at 121.4E 31.3N'
    """
    west, south, east, north = _bounds(place)
    if not all(map(math.isfinite, (west, south, east, north))):
        msg = "a metric CRS needs a place that is not empty"
        raise ValueError(msg)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        msg = f"bounds must be degrees in the order west, south, east, north, got {west, south, east, north}"
        raise ValueError(msg)
    width = (east - west) % 360 if east < west else east - west
    lon = (west + width / 2 + 180) % 360 - 180
    return _local(round(lon, 1), round((south + north) / 2, 1))


def _bounds(place: gpd.GeoDataFrame | gpd.GeoSeries | Bounds) -> tuple[float, float, float, float]:
    if isinstance(place, Sequence | np.ndarray):
        west, south, east, north = (float(value) for value in place)
        return west, south, east, north
    if place.crs is None:
        msg = "a metric CRS needs a frame with a CRS"
        raise ValueError(msg)
    west, south, east, north = (float(value) for value in place.total_bounds)
    if place.crs.is_geographic or math.isnan(west):
        return west, south, east, north
    to_degrees = pyproj.Transformer.from_crs(place.crs, WGS84, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(west, south, east, north)
    return west, south, east, north


@lru_cache(maxsize=64)
def _local(lon: float, lat: float) -> pyproj.CRS:
    name = f"Local metres at {abs(lon):.1f}{'EW'[lon < 0]} {abs(lat):.1f}{'NS'[lat < 0]}"
    conversion = TransverseMercatorConversion(
        latitude_natural_origin=lat, longitude_natural_origin=lon, scale_factor_natural_origin=1.0
    )
    return pyproj.CRS(ProjectedCRS(conversion, name=name, geodetic_crs=WGS84))


def segment_metres(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> NDArray[np.float64]:
    """Return the lengths of short segments on the WGS84 ellipsoid.

    The mid-latitude formula with the radii of curvature at the middle of the segment: no projection, no
    iteration. The relative error is below 1e-6 for segments under 5 km at latitudes up to 75 degrees;
    longer segments are what `pyproj.Geod` is for.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        Ends of the segments, degrees of WGS84, of one shape or broadcastable.

    Returns
    -------
    numpy.ndarray
        Metres.

    Notes
    -----
    R. H. Rapp, *Geometric Geodesy, Part I*, Ohio State University 1991, section 3 for the radii M and N;
    Gauss's mid-latitude formula to its first term, ``s**2 = (M dlat)**2 + (N cos(lat) dlon)**2``.

    Examples
    --------
    >>> segment_metres(121.50, 31.20, 121.51, 31.21).round(1)
    np.float64(1462.0)
    """
    lon1, lat1, lon2, lat2 = (np.asarray(value, dtype=np.float64) for value in (lon1, lat1, lon2, lat2))
    turn = lon2 - lon1
    d_lon = np.radians(turn - 360.0 * np.round(turn / 360.0))
    d_lat = np.radians(lat2 - lat1)
    middle = np.radians((lat1 + lat2) / 2)
    w_squared = 1.0 - _ECCENTRICITY_SQUARED * np.sin(middle) ** 2
    prime_vertical = _SEMI_MAJOR / np.sqrt(w_squared)
    meridian = prime_vertical * (1.0 - _ECCENTRICITY_SQUARED) / w_squared
    metres: NDArray[np.float64] = np.hypot(meridian * d_lat, prime_vertical * np.cos(middle) * d_lon)
    return metres
