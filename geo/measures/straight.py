"""Distances as the crow flies, for standards that ask for them and for finding what is cut off."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geo.types import Floats, Index

# Semi-major axis in metres and squared eccentricity of the WGS 84 ellipsoid (NIMA TR8350.2).
_A = 6_378_137.0
_E2 = 6.694_379_990_141_316e-3


def nearest_straight(
    demand_lon: Floats,
    demand_lat: Floats,
    facility_lon: Floats,
    facility_lat: Floats,
    *,
    k: int = 1,
) -> tuple[Floats, Index]:
    """Return metres to the k nearest facilities as the crow flies, and which ones they are.

    Points are compared as straight lines through the ellipsoid, which differ from the distance on
    its surface by less than a millimetre up to 9 km and need no projection.

    Parameters
    ----------
    demand_lon, demand_lat, facility_lon, facility_lat
        Degrees in WGS 84.

    Returns
    -------
    metres, index
        [n, k], ``inf`` and -1 where there are fewer than k facilities.

    Examples
    --------
    >>> here, there = np.array([0.0]), np.array([0.001])
    >>> nearest_straight(here, here, there, here)[0].round(2).tolist()
    [[111.32]]
    """
    shape = (len(demand_lon), k)
    if not len(facility_lon) or not len(demand_lon):
        return np.full(shape, np.inf), np.full(shape, -1, dtype=np.int64)
    tree = cKDTree(_earth(facility_lon, facility_lat))
    metres, index = tree.query(_earth(demand_lon, demand_lat), k=[*range(1, k + 1)])
    known = np.isfinite(metres)
    return np.asarray(metres), np.where(known, index, -1).astype(np.int64)


def _earth(lon: Floats, lat: Floats) -> Floats:
    """Return geocentric x, y, z in metres of points on the ellipsoid."""
    across, up = np.radians(lon), np.radians(lat)
    normal = _A / np.sqrt(1 - _E2 * np.sin(up) ** 2)
    x, y = normal * np.cos(up) * np.cos(across), normal * np.cos(up) * np.sin(across)
    return np.column_stack([x, y, normal * (1 - _E2) * np.sin(up)])
