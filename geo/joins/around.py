"""Compiled kernels that list the barriers around one point by direction, for many walks that begin there."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geo.joins.crossing import ENDS_METRES, BarrierGrid, cell, met_at
from geo.types import Array

_SECTORS: Final = 64
_PER_UNIT: Final = _SECTORS / 4.0
_PAD: Final = 1e-6
"""By how much the directions of a piece are widened, of a full turn of 4: far more than rounding."""

_HERE_METRES: Final = 2 * ENDS_METRES
"""A piece nearer than this lies in all directions."""


class Around(NamedTuple):
    """The pieces of barriers near a point, by the sectors of the directions in which they lie.

    Those of sector ``s`` are ``piece[s, :held[s]]``. `seen` holds, of each piece of the grid, the number of
    the point for which it was met last, so that one that lies in several cells is listed once.
    """

    held: Array
    piece: Array
    seen: Array


@njit(cache=True, nogil=True, error_model="numpy")
def nothing_around(grid: BarrierGrid) -> Around:
    """Return lists to be filled by `look_around`."""
    count = np.zeros(_SECTORS, np.int64)
    return Around(count, np.empty((_SECTORS, 32), np.int32), np.full(grid.kind.size, -1, np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def look_around(grid: BarrierGrid, around: Around, number: int, x: float, y: float, radius: float) -> Around:
    """List the pieces of barriers within `radius` of a point.

    Parameters
    ----------
    around
        Lists of another point; they are written over.
    number
        Of the point; another for each.
    """
    around.held[:] = 0
    first_column, last_column = cell(x - radius, grid.west, grid), cell(x + radius, grid.west, grid)
    first_row, last_row = cell(y - radius, grid.south, grid), cell(y + radius, grid.south, grid)
    for row in range(max(first_row, 0), min(last_row, grid.rows - 1) + 1):
        for column in range(max(first_column, 0), min(last_column, grid.columns - 1) + 1):
            c = row * grid.columns + column
            for i in range(grid.start[c], grid.start[c + 1]):
                p = grid.piece[i]
                if around.seen[p] != number:
                    around.seen[p] = number
                    around = _listed(grid, around, p, x, y, radius)
    return around


@njit(cache=True, nogil=True, error_model="numpy")
def _listed(grid: BarrierGrid, around: Around, p: int, x: float, y: float, radius: float) -> Around:
    """List a piece in the sectors in which it lies, if it is near enough."""
    cx, cy, dx, dy = grid.ends[p, 0] - x, grid.ends[p, 1] - y, grid.ends[p, 2] - x, grid.ends[p, 3] - y
    along_x, along_y = dx - cx, dy - cy
    square = along_x * along_x + along_y * along_y
    share = 0.0
    if square > 0:
        share = min(max(-(cx * along_x + cy * along_y) / square, 0.0), 1.0)
    metres = np.hypot(cx + share * along_x, cy + share * along_y)
    if metres > radius:
        return around
    first, sectors = 0, _SECTORS
    if metres > _HERE_METRES:
        begin, end = _direction(cx, cy), _direction(dx, dy)
        if cx * dy - cy * dx < 0:
            begin, end = end, begin
        if end < begin:
            end += 4.0
        first = int(np.floor((begin - _PAD) * _PER_UNIT))
        sectors = min(int(np.floor((end + _PAD) * _PER_UNIT)) - first + 1, _SECTORS)
    for s in range(first, first + sectors):
        here = s % _SECTORS
        if around.held[here] == around.piece.shape[1]:
            around = _with_room(around)
        around.piece[here, around.held[here]] = p
        around.held[here] += 1
    return around


@njit(cache=True, nogil=True, error_model="numpy")
def _with_room(around: Around) -> Around:
    """Return the lists with twice the room."""
    most = around.piece.shape[1]
    piece = np.empty((_SECTORS, 2 * most), np.int32)
    piece[:, :most] = around.piece
    return Around(around.held, piece, around.seen)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _direction(dx: float, dy: float) -> float:
    """Return a number from 0 to 4 that grows counterclockwise with the direction; cheaper than an angle."""
    total = abs(dx) + abs(dy)
    if total == 0:
        return 0.0
    if dx < 0:
        return 2.0 - dy / total
    return dy / total if dy >= 0 else 4.0 + dy / total


@njit(cache=True, nogil=True, error_model="numpy")
def crossed_from(
    held: Array,
    piece: Array,
    ends: Array,
    kind: Array,
    open_start: Array,
    opening: Array,
    open_metres: float,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    enough: int,
) -> int:
    """Return what `geo.joins.crossing.crossed` does, for a walk from the point looked around from.

    The first two arrays are those of `Around`, the others those of a `BarrierGrid`, one by one: each look
    into a tuple counts a reference, which takes longer than the answer.
    """
    dx, dy = bx - ax, by - ay
    length = max(np.sqrt(dx * dx + dy * dy), 2 * ENDS_METRES)
    share = ENDS_METRES / length
    ax, ay, bx, by = ax + share * dx, ay + share * dy, bx - share * dx, by - share * dy
    s = int(_direction(dx, dy) * _PER_UNIT) % _SECTORS
    found, i = 0, 0
    while found < enough and i < held[s]:
        p = piece[s, i]
        i += 1
        at = -1.0
        if found & kind[p] != kind[p]:
            at = met_at(ax, ay, bx, by, ends[p, 0], ends[p, 1], ends[p, 2], ends[p, 3])
        if at >= 0:
            x, y, closed = ax + at * (bx - ax), ay + at * (by - ay), True
            for k in range(open_start[p], open_start[p + 1]):
                closed = closed and np.hypot(opening[k, 0] - x, opening[k, 1] - y) > open_metres
            if closed:
                found = int(found | kind[p])
    return found if length > 2 * ENDS_METRES else 0
