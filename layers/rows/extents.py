"""The box around places, also where they lie on both sides of the 180th meridian."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.crs import WGS84, metric_crs, transformer

Box = tuple[float, float, float, float]


def box_of(places: gpd.GeoSeries) -> Box:
    """Return west, south, east, north in degrees; west is greater than east across the 180th meridian.

    That meridian is taken to be crossed where the places span more than half the earth and the box over it
    is narrower.

    Parameters
    ----------
    places
        In EPSG:4326; missing ones do not count.

    Examples
    --------
    >>> box_of(gpd.GeoSeries.from_xy([179.9, -179.8], [-17.0, -16.5], crs=4326))
    (179.9, -17.0, -179.8, -16.5)
    """
    west, south, east, north = (float(value) for value in places.total_bounds)
    if not east - west > 180:
        return west, south, east, north
    bounds = shapely.bounds(np.asarray(places.array, dtype=object))
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    right = bounds[:, 0] >= 0
    over_west, over_east = float(bounds[right, 0].min()), float(bounds[~right, 2].max())
    if over_east + 360 - over_west < east - west:
        return over_west, south, over_east, north
    return west, south, east, north


def widened(box: Sequence[float], metres: float) -> Box:
    """Return a box in degrees that is wider by so many metres on every side, or a little more.

    Examples
    --------
    >>> west, south, east, north = widened((24.9, 60.1, 24.9, 60.1), 200)
    >>> round((north - south) / 2, 4), round((east - west) / 2, 4)
    (0.0018, 0.0036)
    """
    west, south, east, north = box
    crs = metric_crs((west, south, east, north))
    to_metres, to_degrees = transformer(WGS84, crs), transformer(crs, WGS84)
    x, y = to_metres.transform([west, east, west, east], [south, south, north, north])
    sides = [min(x) - metres, max(x) + metres, min(y) - metres, max(y) + metres]
    lon, lat = to_degrees.transform(
        [sides[0], sides[1], sides[0], sides[1]], [sides[2], sides[2], sides[3], sides[3]]
    )
    return min(lon[0], lon[2]), min(lat[:2]), max(lon[1], lon[3]), max(lat[2:])
