"""Compiled kernels that find the place of a street at which a point is joined."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geo.joins.around import Around, crossed_from, look_around, nothing_around
from geo.joins.crossing import BarrierGrid, crossed
from geo.joins.doubt import Doubt
from geo.types import Array

_PRIVATE: Final = int(Doubt.PRIVATE)
_ABOVE: Final = int(Doubt.ABOVE)
_BELOW: Final = int(Doubt.BELOW)
_SCRAP: Final = int(Doubt.SCRAP)

_STEP_METRES: Final = 10.0
_STEP_SHARE: Final = 0.2
"""How far apart places along a street are tried where the nearest of it lies behind a barrier: at least so
many metres, and this share of the distance from the point."""

_OWN_SHARE: Final = 0.5
"""A private way is one's own when it is nearer than this share of the way to the nearest other street."""

_TO_THE_GROUND: Final = 2.0
"""A place below or above the ground is joined to a street of its own level up to so many times as far."""

_NONE: Final = 1 << 30


class Streets(NamedTuple):
    """Shapes of edges in metres, and what of them matters for a join."""

    vertex_start: Array
    x: Array
    y: Array
    level: Array
    scrap: Array
    private: Array


class _Point(NamedTuple):
    """A point to be joined, its level, and how far it is looked."""

    x: float
    y: float
    level: int
    radius: float


class _Best(NamedTuple):
    """The best place so far on an open street (row 0) and on a private one (row 1).

    `street` holds doubt, edge and vertex; `place` the weighed distance, the share of the piece of street, and
    the distance.
    """

    street: Array
    place: Array


@njit(cache=True, nogil=True, error_model="numpy")
def nearest_places(
    point: Array,
    candidate: Array,
    px: Array,
    py: Array,
    vertex_start: Array,
    x: Array,
    y: Array,
    out_edge: Array,
    out_vertex: Array,
    out_share: Array,
    out_metres: Array,
) -> None:
    """Lower the outputs to the nearest place of each point on its candidate edges.

    Pair ``i`` asks for the distance from point ``point[i]`` to edge ``candidate[i]``; coordinates are
    metres. Of places equally near, that on the edge with the lowest number is taken, then the first along
    it, so that the result does not depend on the order of the pairs. The place lies at the share
    `out_share` of the segment from vertex `out_vertex` to the next.
    """
    for i in range(point.size):
        p, e = point[i], candidate[i]
        for v in range(vertex_start[e], vertex_start[e + 1] - 1):
            share, gap = _foot(x, y, v, px[p], py[p])
            if gap < out_metres[p] or (gap == out_metres[p] and e < out_edge[p]):
                out_edge[p] = e
                out_vertex[p] = v
                out_share[p] = share
                out_metres[p] = gap


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _foot(x: Array, y: Array, v: int, px: float, py: float) -> tuple[float, float]:
    """Return the place of a piece of street nearest to a point, as a share of it, and how far it is."""
    dx, dy = x[v + 1] - x[v], y[v + 1] - y[v]
    square = dx * dx + dy * dy
    share = 0.0
    if square > 0:
        share = ((px - x[v]) * dx + (py - y[v]) * dy) / square
        share = min(max(share, 0.0), 1.0)
    return share, _away(x[v] + share * dx - px, y[v] + share * dy - py)


@njit(cache=True, nogil=True, inline="always")
def _away(dx: float, dy: float) -> float:
    """Return the length of a line, several times as fast as `np.hypot`, which minds sizes not met here."""
    return np.sqrt(dx * dx + dy * dy)


@njit(cache=True, nogil=True, error_model="numpy")
def _standing(scrap: bool, street_level: int, level: int) -> int:
    """Return the doubt of a street for a place of some level, whatever lies between."""
    doubt = _SCRAP if scrap else 0
    if street_level < 0 and level >= 0:
        doubt |= _BELOW
    elif street_level > 0 and level <= 0:
        doubt |= _ABOVE
    return doubt


@njit(cache=True, nogil=True, error_model="numpy")
def _times(street_level: int, level: int) -> float:
    """Return how often a distance counts: more to the ground, for a place that is below or above it."""
    return _TO_THE_GROUND if level != 0 and street_level == 0 else 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def doubted(
    streets: Streets,
    grid: BarrierGrid,
    px: Array,
    py: Array,
    level: Array,
    max_metres: float,
    edge: Array,
    vertex: Array,
    share: Array,
    metres: Array,
) -> Array:
    """Tell for which points something speaks against the place given, so that others must be looked at."""
    found = np.zeros(px.size, np.bool_)
    for p in range(px.size):
        if metres[p] > max_metres:
            continue
        e, v = edge[p], vertex[p]
        if streets.private[e] or level[p] != 0 or _standing(streets.scrap[e], streets.level[v], level[p]) > 0:
            found[p] = True
            continue
        x = streets.x[v] + share[p] * (streets.x[v + 1] - streets.x[v])
        y = streets.y[v] + share[p] * (streets.y[v + 1] - streets.y[v])
        found[p] = crossed(grid, px[p], py[p], x, y, 1) > 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def least_doubt(
    streets: Streets,
    grid: BarrierGrid,
    points: Array,
    start: Array,
    candidate: Array,
    px: Array,
    py: Array,
    level: Array,
    radius: float,
    last: bool,
    edge: Array,
    vertex: Array,
    out_share: Array,
    metres: Array,
    doubt: Array,
    settled: Array,
) -> None:
    """Give each point the place with the least doubt, the nearest of those, on its candidate edges.

    The candidates of ``points[i]`` are ``candidate[start[i]:start[i + 1]]``, all edges within `radius`.
    Unless this is the `last` radius, a point is given a place, and is `settled`, only when nothing speaks
    against it and nothing farther away could change that. The outputs are by point. Ties go by edge, then
    along it, as in `nearest_places`.
    """
    best = _Best(np.empty((2, 3), np.int64), np.empty((2, 3), np.float64))
    around = nothing_around(grid)
    for i in range(points.size):
        p = points[i]
        around = look_around(grid, around, i, px[p], py[p], radius)
        here = _Point(px[p], py[p], level[p], radius)
        best.street[:] = _NONE
        best.place[:] = np.inf
        mine = candidate[start[i] : start[i + 1]]
        # How far the nearest open street is that no barrier parts from the point; asked for private ones.
        free = -1.0
        for e in mine:
            if streets.private[e]:
                free = np.inf
                break
        # First the nearest place of each piece of street; then, round barriers, the places beside it.
        free = _look(streets, grid, around, here, mine, False, best, free)
        if grid.piece.size > 0:
            free = _look(streets, grid, around, here, mine, True, best, free)
        kind = _chosen(best, free)
        # What lies farther away than the radius cannot come before a place that is found within it.
        sure = best.street[kind, 0] == 0 and best.place[kind, 0] <= radius
        sure = sure and (kind == 0 or best.place[1, 0] < _OWN_SHARE * radius or free < np.inf)
        settled[p] = last or sure
        if settled[p] and best.street[kind, 0] < _NONE:
            doubt[p], edge[p], vertex[p] = best.street[kind, 0], best.street[kind, 1], best.street[kind, 2]
            out_share[p], metres[p] = best.place[kind, 1], best.place[kind, 2]


@njit(cache=True, nogil=True, error_model="numpy")
def _look(
    streets: Streets,
    grid: BarrierGrid,
    around: Around,
    here: _Point,
    mine: Array,
    beside: bool,
    best: _Best,
    free: float,
) -> float:
    """Take the best place of some streets, what lies between considered, where it is better than that so far.

    Of each piece of street the nearest place is tried; or, `beside` it, those farther along to both sides,
    while they may be better. Returns how far the nearest open street is that no barrier parts from the
    point, `free` before.
    """
    # Out of the tuples once: each look into one counts a reference, which takes longer than a place.
    start, x, y = streets.vertex_start, streets.x, streets.y
    levels, scrap, private = streets.level, streets.scrap, streets.private
    least, edge, vertex = best.street[:, 0], best.street[:, 1], best.street[:, 2]
    nearest, shares, metres = best.place[:, 0], best.place[:, 1], best.place[:, 2]
    held, piece, ends, kinds = around.held, around.piece, grid.ends, grid.kind
    open_start, opening, open_metres = grid.open_start, grid.opening, grid.open_metres
    px, py, level, radius = here.x, here.y, here.level, here.radius
    for e in mine:
        k = 1 if private[e] else 0
        for v in range(start[e], start[e + 1] - 1):
            foot, away = _foot(x, y, v, px, py)
            standing, times = _standing(scrap[e], levels[v], level), _times(levels[v], level)
            dx, dy = x[v + 1] - x[v], y[v + 1] - y[v]
            length = _away(dx, dy)
            if away > radius or (beside and length <= _STEP_METRES):
                continue
            # The nearest place at once; beside it, towards the start (0) and towards the end (1).
            for side in range(2 if beside else 1):
                share, away = (foot, 0.0) if beside else (foot, away)
                more = not beside or share != side
                while more:
                    if beside:
                        step = max(_STEP_METRES, _STEP_SHARE * away) / length
                        share = min(share + step, 1.0) if side else max(share - step, 0.0)
                        away = _away(x[v] + share * dx - px, y[v] + share * dy - py)
                    more = beside and share != side
                    weighed = times * away
                    opens = k == 0 and weighed < free
                    if away > radius or not (
                        opens or _before(standing, weighed, e, v, least[k], nearest[k], edge[k], vertex[k])
                    ):
                        break
                    # So many bits that the place would not be better: equal doubt will do where it is nearer.
                    enough = least[k] - standing + (1 if weighed <= nearest[k] else 0)
                    across = crossed_from(
                        held, piece, ends, kinds, open_start, opening, open_metres,
                        px, py, x[v] + share * dx, y[v] + share * dy, max(enough, 1),
                    )  # fmt: skip
                    if opens and across == 0 and standing < _SCRAP:
                        free = weighed
                    doubt = standing | across
                    if _before(doubt, weighed, e, v, least[k], nearest[k], edge[k], vertex[k]):
                        least[k], edge[k], vertex[k] = doubt, e, v
                        nearest[k], shares[k], metres[k] = weighed, share, away
    return free


@njit(cache=True, nogil=True, error_model="numpy")
def _before(
    doubt: int, weighed: float, e: int, v: int, least: int, nearest: float, edge: int, vertex: int
) -> bool:
    """Tell whether a place comes before another: by doubt, by distance, by edge, then along it.

    Numbers only: compiled code counts a reference for each array that a function with several ends is
    given, which takes longer than the answer.
    """
    if doubt != least:
        return doubt < least
    if weighed != nearest:
        return weighed < nearest
    return e < edge or (e == edge and v < vertex)


@njit(cache=True, nogil=True, error_model="numpy")
def _chosen(best: _Best, free: float) -> int:
    """Return which is taken, the open street (0) or the private one (1); doubt what is not one's own."""
    if best.street[1, 0] == _NONE:
        return 0
    if best.place[1, 0] >= _OWN_SHARE * free:
        best.street[1, 0] |= _PRIVATE
    if best.street[0, 0] != best.street[1, 0]:
        return 0 if best.street[0, 0] < best.street[1, 0] else 1
    return 0 if best.place[0, 0] <= best.place[1, 0] else 1
