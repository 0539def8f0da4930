"""Which of the ways across a surface a point on it joins."""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit

from geo.blocks import run_blocks
from geo.network import _snap
from geo.network.network import StreetNetwork
from geo.types import Array, Floats, Index, Index32

_REACH_METRES = 60.0
"""How far from a point ways across are looked at."""

_SPARE_METRES = 1e-6


def choose_ways_across(
    network: StreetNetwork, xy: Floats, edge: Index32, vertex: Index, share: Floats, metres: Floats
) -> None:
    """Move points that lie on a surface to the way across from which its ends are reached best.

    The nearest of many lines that cross may lead somewhere else altogether. Of the lines no farther from a
    point than the next outline, so that nothing lies between, the one is taken over which the mean walk to
    the ends of all lines of that surface is shortest; between those ends it is reckoned straight.

    Parameters
    ----------
    xy
        The points, metres in the network's own system, shape ``(points, 2)``.
    edge, vertex, share, metres
        Where each point is joined now (as in `geo.network.snap`); changed in place.
    """
    across = network.edge_surface
    on = np.flatnonzero((edge >= 0) & (across[edge] >= 0))
    if not on.size:
        return
    room = np.maximum(_outline_metres(network, xy[on]), metres[on]) + _SPARE_METRES
    lines = np.flatnonzero((across >= 0) & (np.diff(network.vertex_start) == 2))
    lines = lines[np.argsort(across[lines], kind="stable")]
    bounds = np.searchsorted(across[lines], np.arange(across.max() + 2))
    order = np.argsort(across[edge[on]], kind="stable")
    points, surface = on[order], across[edge[on[order]]]
    for number in np.unique(surface):
        ours = lines[bounds[number] : bounds[number + 1]]
        if ours.size:
            these = slice(*np.searchsorted(surface, [number, number + 1]))
            _choose(network, ours, points[these], xy, room[order][these], (edge, vertex, share, metres))


def _choose(
    network: StreetNetwork,
    lines: Index,
    points: Index,
    xy: Floats,
    room: Floats,
    joined: tuple[Index32, Index, Floats, Floats],
) -> None:
    first = network.vertex_start[lines]
    at = np.column_stack([network.vertex_x, network.vertex_y])
    line_ends = np.concatenate([at[first], at[first + 1]])
    _, some, place = np.unique(
        np.concatenate([network.edge_source[lines], network.edge_target[lines]]),
        return_index=True,
        return_inverse=True,
    )
    a, b = place[: lines.size], place[lines.size :]
    _best_lines(points, xy, room, lines, first, a, b, line_ends[some], *joined)


@njit(cache=True, nogil=True)
def _best_lines(
    points: Array,
    xy: Array,
    room: Array,
    lines: Array,
    first: Array,
    a: Array,
    b: Array,
    ends: Array,
    edge: Array,
    vertex: Array,
    share: Array,
    metres: Array,
) -> None:
    """Give each point the line from which all `ends` are reached best; `a` and `b` are those of each line."""
    for i in range(points.size):
        p = points[i]
        best = np.inf
        for k in range(lines.size):
            ax, ay = ends[a[k], 0], ends[a[k], 1]
            dx, dy = ends[b[k], 0] - ax, ends[b[k], 1] - ay
            length = np.hypot(dx, dy)
            along = 0.0
            if length > 0:
                along = ((xy[p, 0] - ax) * dx + (xy[p, 1] - ay) * dy) / (length * length)
                along = min(max(along, 0.0), 1.0)
            gap = np.hypot(ax + along * dx - xy[p, 0], ay + along * dy - xy[p, 1])
            if gap > room[i]:
                continue
            walk = 0.0
            for e in range(ends.shape[0]):
                over_a = along * length + np.hypot(ends[e, 0] - ax, ends[e, 1] - ay)
                over_b = (1 - along) * length + np.hypot(ends[e, 0] - ax - dx, ends[e, 1] - ay - dy)
                walk += gap + min(over_a, over_b)
                if walk >= best:
                    break
            if walk < best:
                best = walk
                edge[p], vertex[p], share[p], metres[p] = lines[k], first[k], along, gap


def _outline_metres(network: StreetNetwork, xy: Floats) -> Floats:
    """Return how far the next street or outline is, at most `_REACH_METRES`."""
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    edge, vertex = np.zeros(x.size, np.int32), np.zeros(x.size, np.int64)
    share, metres = np.zeros(x.size), np.full(x.size, _REACH_METRES)

    def work(first: int, last: int) -> None:
        some = np.arange(first, last)
        squares = shapely.box(*(at[some] + side for side in (-_REACH_METRES, _REACH_METRES) for at in (x, y)))
        point, near = network.edge_tree.query(squares)
        kept = network.edge_surface[near] < 0
        shape = (network.vertex_start, network.vertex_x, network.vertex_y)
        _snap.nearest_places(some[point[kept]], near[kept], x, y, *shape, edge, vertex, share, metres)

    for _ in run_blocks(x.size, 8192, work):
        pass
    return metres
