"""Compiled kernel that tells what a straight walk crosses."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geo.types import Array

_CORNER: Final = 0.7072
"""How far the corner of a square is from its middle, in sides, and a little more."""

ENDS_METRES: Final = 0.1
"""What is left out at both ends of a walk: a street along a wall or a bank is reached without crossing it."""


class BarrierGrid(NamedTuple):
    """Straight pieces of barriers by the square cells they lie in, in a metric system.

    The pieces of cell (column, row) are ``piece[start[c]:start[c + 1]]`` with ``c = row * columns + column``;
    piece ``i`` runs from ``ends[i, :2]`` to ``ends[i, 2:]``, and is open within `open_metres` of
    ``opening[open_start[i]:open_start[i + 1]]``.
    """

    west: float
    south: float
    cell: float
    columns: int
    rows: int
    start: Array
    piece: Array
    ends: Array
    kind: Array
    open_start: Array
    opening: Array
    open_metres: float


@njit(cache=True, nogil=True, error_model="numpy")
def crossed(grid: BarrierGrid, ax: float, ay: float, bx: float, by: float, enough: int) -> int:
    """Return the kinds of barrier between two points, as bits; 0 where the way is free.

    It is not looked further once the bits make `enough`.
    """
    dx, dy = bx - ax, by - ay
    length = np.sqrt(dx * dx + dy * dy)
    if grid.piece.size == 0 or length <= 2 * ENDS_METRES:
        return 0
    share = ENDS_METRES / length
    ax, ay, bx, by = ax + share * dx, ay + share * dy, bx - share * dx, by - share * dy
    first_column, last_column = cell(ax, grid.west, grid), cell(bx, grid.west, grid)
    first_row, last_row = cell(ay, grid.south, grid), cell(by, grid.south, grid)
    right, up = (1 if first_column <= last_column else -1), (1 if first_row <= last_row else -1)
    found = 0
    # From the near end on: what is nearest is most often what stands in the way.
    for row in range(first_row, last_row + up, up):
        if row < 0 or row >= grid.rows:
            continue
        for column in range(first_column, last_column + right, right):
            if column < 0 or column >= grid.columns:
                continue
            east = grid.west + (column + 0.5) * grid.cell - ax
            north = grid.south + (row + 0.5) * grid.cell - ay
            if abs(dx * north - dy * east) > _CORNER * grid.cell * length:
                # The line passes by this cell.
                continue
            c = row * grid.columns + column
            for i in range(grid.start[c], grid.start[c + 1]):
                p = grid.piece[i]
                if found & grid.kind[p] == grid.kind[p]:
                    continue
                c0, c1, d0, d1 = grid.ends[p, 0], grid.ends[p, 1], grid.ends[p, 2], grid.ends[p, 3]
                at = met_at(ax, ay, bx, by, c0, c1, d0, d1)
                if at >= 0 and not _open(grid, p, ax + at * (bx - ax), ay + at * (by - ay)):
                    found = int(found | grid.kind[p])
                    if found >= enough:
                        return found
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _open(grid: BarrierGrid, p: int, x: float, y: float) -> bool:
    """Tell whether a place on a piece of barrier lies in one of its openings."""
    for i in range(grid.open_start[p], grid.open_start[p + 1]):
        if np.hypot(grid.opening[i, 0] - x, grid.opening[i, 1] - y) <= grid.open_metres:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def cell(at: float, origin: float, grid: BarrierGrid) -> int:
    """Return the column of an easting, or the row of a northing, counted from the origin of the grid."""
    return int(np.floor((at - origin) / grid.cell))


@njit(cache=True, nogil=True, error_model="numpy")
def met_at(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> float:
    """Return at which share of the walk from a to b the line from c to d is met, -1 if nowhere.

    A line along which the walk runs is not met. Numbers only: compiled code counts a reference for
    each array that a function with several ends is given, which takes longer than the answer.
    """
    c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    if (c > 0 and d > 0) or (c < 0 and d < 0) or (a > 0 and b > 0) or (a < 0 and b < 0) or a == b:
        return -1.0
    return a / (a - b)
