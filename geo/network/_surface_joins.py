"""Which of the ways across a surface a point on it joins."""

from __future__ import annotations

import numpy as np
import shapely

from geo.network.network import StreetNetwork
from geo.types import Floats, Index, Index32

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
    surface = across[edge[on]]
    for number in np.unique(surface):
        lines = np.flatnonzero(across == number)
        lines = lines[np.diff(network.vertex_start)[lines] == 2]
        if lines.size:
            _choose(network, lines, on[surface == number], xy, edge, vertex, share, metres)


def _choose(
    network: StreetNetwork,
    lines: Index,
    points: Index,
    xy: Floats,
    edge: Index32,
    vertex: Index,
    share: Floats,
    metres: Floats,
) -> None:
    first = network.vertex_start[lines]
    at = np.column_stack([network.vertex_x, network.vertex_y])
    a, b = at[first], at[first + 1]
    _, some, place = np.unique(
        np.concatenate([network.edge_source[lines], network.edge_target[lines]]),
        return_index=True,
        return_inverse=True,
    )
    ends = np.concatenate([a, b])[some]
    apart = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1))
    from_a, from_b = apart[place[: lines.size]], apart[place[lines.size :]]
    length = np.hypot(*(b - a).T)
    clear = np.maximum(_outline_metres(network, xy[points]), metres[points])
    for point, room in zip(points.tolist(), clear.tolist(), strict=True):
        along = np.clip(((xy[point] - a) * (b - a)).sum(axis=1) / np.maximum(length, 1e-9) ** 2, 0.0, 1.0)
        gap = np.hypot(*(a + along[:, None] * (b - a) - xy[point]).T)
        near = np.flatnonzero(gap <= room + _SPARE_METRES)
        if not near.size:
            # The way it is on has more than two vertices and is none of the lines: it stays there.
            continue
        to_a, to_b = (gap + along * length)[near, None], (gap + (1 - along) * length)[near, None]
        mean = np.minimum(to_a + from_a[near], to_b + from_b[near]).mean(axis=1)
        best = near[np.argmin(mean)]
        edge[point], vertex[point] = lines[best], first[best]
        share[point], metres[point] = along[best], gap[best]


def _outline_metres(network: StreetNetwork, xy: Floats) -> Floats:
    """Return how far the next street or outline is, at most `_REACH_METRES`."""
    squares = shapely.box(*(xy - _REACH_METRES).T, *(xy + _REACH_METRES).T)
    point, near = network.edge_tree.query(squares)
    kept = network.edge_surface[near] < 0
    point, near = point[kept], near[kept]
    gap = shapely.distance(shapely.points(xy[point]), network.edge_tree.geometries[near])
    found = np.full(len(xy), _REACH_METRES)
    np.minimum.at(found, point, gap)
    return found
