"""The box around places, also where they lie on both sides of the 180th meridian."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

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
