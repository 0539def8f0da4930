"""Joins through gates: out of a walled estate by the way that is walked, not along the straight line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from numba import njit

from geo.joins.crossing import BarrierGrid, crossed
from geo.types import Array, Bools, Floats, Index


@njit(cache=True, nogil=True)
def _free(grid: BarrierGrid, ax: Array, ay: Array, bx: Array, by: Array) -> Array:
    """Tell which straight walks cross no barrier."""
    free = np.zeros(ax.size, np.bool_)
    for i in range(ax.size):
        free[i] = crossed(grid, ax[i], ay[i], bx[i], by[i], 1) == 0
    return free


class Pairs(NamedTuple):
    """Points and the gates near them, by position, and how far the gate is in metres."""

    point: Index
    gate: Index
    metres: Floats


def near_gates(points: Floats, gates: Floats, within_metres: float) -> Pairs:
    """Return the gates within some metres of each point; both are rows of x and y in metres."""
    tree = shapely.STRtree(shapely.points(gates))
    point, gate = tree.query(shapely.points(points), predicate="dwithin", distance=within_metres)
    return Pairs(point, gate, np.hypot(*(points[point] - gates[gate]).T))


def best_gates(
    grid: BarrierGrid, points: Floats, gates: Floats, pairs: Pairs, onward: Floats, most_metres: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Return the points that leave by a gate, the gate of each, and the length of the walk to the street.

    A gate counts where the walk to it is free, and the whole walk is no longer than `most_metres`.

    Parameters
    ----------
    onward
        Metres from each gate to the street behind it; ``inf`` where it leads to none.
    """
    total = pairs.metres + onward[pairs.gate]
    some: Bools = total <= most_metres
    point, gate, total = pairs.point[some], pairs.gate[some], total[some]
    free = _free(grid, *points[point].T.copy(), *gates[gate].T.copy())
    point, gate, total = point[free], gate[free], total[free]
    order = np.lexsort((gate, total, point))
    point, gate, total = point[order], gate[order], total[order]
    first = np.append(True, point[1:] != point[:-1])[: point.size]
    return point[first], gate[first], total[first]
