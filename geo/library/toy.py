"""A street, two homes and two clinics for the examples of the verbs, walked at one metre a second.

Metres from the west end: home ``a`` at 0, clinic ``old`` at 60, clinic ``new`` at 180, home ``b`` at 300.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.network.network import StreetNetwork
from geo.network.toys import line

_METRES_PER_DEGREE = 111_319.49079327358
"""Of longitude, at the equator of WGS84."""


def streets() -> StreetNetwork:
    """Return a street of 300 m along the equator."""
    return line([60.0, 60.0, 60.0, 60.0, 60.0])


def homes() -> gpd.GeoDataFrame:
    """Return home ``a`` with 30 people and home ``b`` with 10."""
    return _at([0.0, 300.0], people=[30, 10]).set_index(pd.Index(["a", "b"], name="home"))


def clinics() -> gpd.GeoDataFrame:
    """Return clinic ``old`` with 3 doctors and clinic ``new`` with 2."""
    return _at([60.0, 180.0], doctors=[3, 2]).set_index(pd.Index(["old", "new"], name="clinic"))


def _at(metres: list[float], **columns: list[int]) -> gpd.GeoDataFrame:
    lon = [each / _METRES_PER_DEGREE for each in metres]
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, [0.0] * len(lon)), crs=4326)
