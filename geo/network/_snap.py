"""Compiled kernel that finds the nearest place on the edges near a point."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array


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

    Pair ``i`` asks for the distance from point ``point[i]`` to edge ``candidate[i]``; coordinates are
    metres. Of places equally near, that on the edge with the lowest number is taken, then the first along
    it, so that the result does not depend on the order of the pairs. The place lies at the share
    `out_share` of the segment from vertex `out_vertex` to the next.
    """
    for i in range(point.size):
        p, e = point[i], candidate[i]
        for v in range(vertex_start[e], vertex_start[e + 1] - 1):
            dx, dy = x[v + 1] - x[v], y[v + 1] - y[v]
            square = dx * dx + dy * dy
            share = 0.0
            if square > 0:
                share = ((px[p] - x[v]) * dx + (py[p] - y[v]) * dy) / square
                share = min(max(share, 0.0), 1.0)
            gap = np.hypot(x[v] + share * dx - px[p], y[v] + share * dy - py[p])
            if gap < out_metres[p] or (gap == out_metres[p] and e < out_edge[p]):
                out_edge[p] = e
                out_vertex[p] = v
                out_share[p] = share
                out_metres[p] = gap
