"""Compiled kernels that find the place of a street at which a point is joined."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geo.joins.crossing import BarrierGrid, crossed
from geo.joins.doubt import Doubt
from geo.types import Array

_PRIVATE: Final = int(Doubt.PRIVATE)
_ABOVE: Final = int(Doubt.ABOVE)
_BELOW: Final = int(Doubt.BELOW)
_SCRAP: Final = int(Doubt.SCRAP)

_STEP_METRES: Final = 10.0
"""How far apart places along a street are tried where the nearest of it lies behind a barrier."""

_OWN_SHARE: Final = 0.5
"""A private way is one's own when it is nearer than this share of the way to the nearest other street."""

_NONE: Final = 1 << 30


class Streets(NamedTuple):
    """Shapes of edges in metres, and what of them matters for a join."""

    vertex_start: Array
    x: Array
    y: Array
    level: Array
    scrap: Array
    private: Array


@njit(cache=True, nogil=True)
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

    Of places equally near, that on the edge with the lowest number is taken, then the first along
    it, so that the answer does not depend on the order of the candidates. The place lies `out_share`
    of the way from vertex `out_vertex` to the next.
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


@njit(cache=True, nogil=True, inline="always")
def _foot(x: Array, y: Array, v: int, px: float, py: float) -> tuple[float, float]:
    """Return the place of a piece of street nearest to a point, as a share of it, and how far it is."""
    dx, dy = x[v + 1] - x[v], y[v + 1] - y[v]
    square = dx * dx + dy * dy
    share = 0.0
    if square > 0:
        share = ((px - x[v]) * dx + (py - y[v]) * dy) / square
        share = min(max(share, 0.0), 1.0)
    return share, np.hypot(x[v] + share * dx - px, y[v] + share * dy - py)


@njit(cache=True, nogil=True)
def _standing(streets: Streets, e: int, v: int, level: int) -> int:
    """Return the rank of a street for a place of some level, whatever lies between.

    A rank is twice the doubt, and one more for the ground where the place itself is below or above: nothing
    speaks against it, yet its own level comes first.
    """
    rank = 2 * _SCRAP if streets.scrap[e] else 0
    here = streets.level[v]
    if here < 0 and level >= 0:
        rank += 2 * _BELOW
    elif here > 0 and level <= 0:
        rank += 2 * _ABOVE
    elif here == 0 and level != 0:
        rank += 1
    return rank


@njit(cache=True, nogil=True)
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
        if streets.private[e] or _standing(streets, e, v, level[p]) > 0:
            found[p] = True
            continue
        x = streets.x[v] + share[p] * (streets.x[v + 1] - streets.x[v])
        y = streets.y[v] + share[p] * (streets.y[v + 1] - streets.y[v])
        found[p] = crossed(grid, px[p], py[p], x, y, 1) > 0
    return found


@njit(cache=True, nogil=True)
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
    share: Array,
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
    # Rank, edge, vertex, and distance and share, of the best open and the best private street.
    where = np.empty((2, 3), np.int64)
    place = np.empty((2, 2), np.float64)
    for i in range(points.size):
        p = points[i]
        where[:] = _NONE
        place[:] = np.inf
        mine = candidate[start[i] : start[i + 1]]
        free = np.inf
        for behind in range(2):
            # First the nearest place of each piece of street; then, round barriers, the places beside it.
            for e in mine:
                kind = 1 if streets.private[e] else 0
                for v in range(streets.vertex_start[e], streets.vertex_start[e + 1] - 1):
                    at, gap = _foot(streets.x, streets.y, v, px[p], py[p])
                    if gap > radius:
                        continue
                    rank = _standing(streets, e, v, level[p])
                    if behind:
                        free = _look_beside(
                            streets, grid, e, v, at, rank, px[p], py[p], radius, kind, where, place, free
                        )
                    elif _better(rank, gap, e, v, where[kind], place[kind]) or (kind == 0 and gap < free):
                        free = _try(
                            streets, grid, e, v, at, rank, gap, px[p], py[p], kind, where, place, free
                        )
            if grid.piece.size == 0:
                break
        kind = _chosen(where, place, free)
        sure = where[kind, 0] == 0 and (kind == 0 or place[1, 0] < _OWN_SHARE * radius or free < np.inf)
        settled[p] = last or sure
        if settled[p] and where[kind, 0] < _NONE:
            edge[p], vertex[p] = where[kind, 1], where[kind, 2]
            metres[p], share[p] = place[kind, 0], place[kind, 1]
            doubt[p] = where[kind, 0] >> 1


@njit(cache=True, nogil=True)
def _better(rank: int, gap: float, e: int, v: int, where: Array, place: Array) -> bool:
    """Tell whether a place comes before the best so far."""
    if rank != where[0]:
        return rank < where[0]
    if gap != place[0]:
        return gap < place[0]
    return e < where[1] or (e == where[1] and v < where[2])


@njit(cache=True, nogil=True)
def _try(
    streets: Streets,
    grid: BarrierGrid,
    e: int,
    v: int,
    share: float,
    rank: int,
    gap: float,
    px: float,
    py: float,
    kind: int,
    where: Array,
    place: Array,
    free: float,
) -> float:
    """Take a place if it is the best of its kind, what lies between considered.

    Returns the distance of the nearest open street without a barrier between, `free` before.
    """
    x = streets.x[v] + share * (streets.x[v + 1] - streets.x[v])
    y = streets.y[v] + share * (streets.y[v + 1] - streets.y[v])
    # So many bits that the place would not be better: equal doubt will do where it is nearer.
    enough = ((where[kind, 0] - rank) >> 1) + (1 if gap <= place[kind, 0] else 0)
    across = crossed(grid, px, py, x, y, max(enough, 1))
    if kind == 0 and across == 0 and rank < 2 * _SCRAP:
        free = min(free, gap)
    rank += 2 * across
    if _better(rank, gap, e, v, where[kind], place[kind]):
        where[kind, 0], where[kind, 1], where[kind, 2] = rank, e, v
        place[kind, 0], place[kind, 1] = gap, share
    return free


@njit(cache=True, nogil=True)
def _look_beside(
    streets: Streets,
    grid: BarrierGrid,
    e: int,
    v: int,
    foot: float,
    rank: int,
    px: float,
    py: float,
    radius: float,
    kind: int,
    where: Array,
    place: Array,
    free: float,
) -> float:
    """Try places along a piece of street to both sides of the nearest, while they may be better."""
    dx, dy = streets.x[v + 1] - streets.x[v], streets.y[v + 1] - streets.y[v]
    length = np.hypot(dx, dy)
    if length == 0:
        return free
    for side in range(2):
        share = foot
        end = 1.0 if side else 0.0
        while share != end:
            share += _STEP_METRES / length if side else -_STEP_METRES / length
            share = min(share, 1.0) if side else max(share, 0.0)
            gap = np.hypot(streets.x[v] + share * dx - px, streets.y[v] + share * dy - py)
            worse = not _better(rank, gap, e, v, where[kind], place[kind])
            if gap > radius or (worse and (kind == 1 or gap >= free)):
                break
            free = _try(streets, grid, e, v, share, rank, gap, px, py, kind, where, place, free)
    return free


@njit(cache=True, nogil=True)
def _chosen(where: Array, place: Array, free: float) -> int:
    """Return which is taken, the open street (0) or the private one (1); doubt what is not one's own."""
    if where[1, 0] == _NONE:
        return 0
    own = place[1, 0] < _OWN_SHARE * free
    if not own:
        where[1, 0] += 2 * _PRIVATE
    if where[0, 0] != where[1, 0]:
        return 0 if where[0, 0] < where[1, 0] else 1
    return 0 if place[0, 0] <= place[1, 0] else 1
