"""What lies in the straight way between two places."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.coordinates.crs import WGS84, transformer
from geo.joins.barriers import Barriers
from geo.joins.crossing import BarrierGrid, crossed
from geo.joins.doubt import Doubts
from geo.network.network import StreetNetwork
from geo.types import Array, Floats

_ALL_KINDS = 1 << 16


@njit(cache=True, nogil=True)
def _kinds(grid: BarrierGrid, ax: Array, ay: Array, bx: Array, by: Array) -> Array:
    """Return the kinds of barrier that each straight way crosses, as bits."""
    kinds = np.zeros(ax.size, np.uint16)
    for i in range(ax.size):
        kinds[i] = crossed(grid, ax[i], ay[i], bx[i], by[i], _ALL_KINDS)
    return kinds


def barriers_between(network: StreetNetwork, barriers: Barriers, here: Floats, there: Floats) -> Doubts:
    """Return what the straight ways between pairs of places cross, as bits of `geo.joins.doubt.Doubt`.

    Parameters
    ----------
    here, there
        float64 [pairs, 2]: longitude and latitude in degrees of WGS84.
    """
    to_metres = transformer(WGS84, network.metric_crs)
    ends = [
        np.ascontiguousarray(axis, np.float64)
        for place in (here, there)
        for axis in to_metres.transform(place[:, 0], place[:, 1])
    ]
    return np.asarray(
        _kinds(barriers.grid(network.metric_crs, network.vertex_lon, network.vertex_lat), *ends)
    )
