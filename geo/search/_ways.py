"""Compiled search for the quickest ways with their lengths, from junction to junction.

Searches on the contraction hierarchy know how long a way takes but not its length: an arc of the hierarchy
stands for streets that were taken out. This one passes every street. Of ways that are equally quick, the
shorter is taken.

Nodes of estates are searched twice: as part of the estate that is entered in the end (state ``n``), and as
part of the one that was left in the beginning (state ``nodes + n``), so that nobody passes through.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit

from geo.network.arrays import NO_TIME
from geo.search._arrays import Places
from geo.search._places import time_along_edge
from geo.types import Array


class InwardArcs(NamedTuple):
    """Arcs by the node they enter, with the node they come from, their time and their length.

    `door` holds the states that are reached by passing the gate of an estate backwards, by state:
    ``door[door_start[s]:door_start[s + 1]]``.
    """

    start: Array
    tail: Array
    ms: Array
    millimetres: Array
    door_start: Array
    door: Array


class Seeds(NamedTuple):
    """The ends of edges from which places are entered: how long it takes, how long it is, and which place."""

    node: Array
    ms: Array
    millimetres: Array
    place: Array


class Labels(NamedTuple):
    """The `k` quickest places of every state, quickest first; ``place`` is -1 where there are fewer."""

    ms: Array
    millimetres: Array
    place: Array


@njit(cache=True, nogil=True)
def quickest_ways(arcs: InwardArcs, seeds: Seeds, k: int) -> Labels:
    """Return the `k` quickest places of every state, searched backwards from the places."""
    nodes = arcs.start.size - 1
    states = 2 * nodes
    ms = np.full((states, k), NO_TIME, np.int64)
    millimetres = np.zeros((states, k), np.int64)
    places = np.full((states, k), -1, np.int64)
    count = np.zeros(states, np.int64)
    # Time and place decide first, in one number: of places equally far the one that stands first is taken.
    queue = [(np.int64(seeds.ms[i]) << 32 | np.int64(seeds.place[i]), np.int64(seeds.millimetres[i]),
              np.int64(seeds.node[i])) for i in range(seeds.node.size)]  # fmt: skip
    heapq.heapify(queue)
    while len(queue) > 0:
        key, length, state = heapq.heappop(queue)
        place = key & 0xFFFFFFFF
        if count[state] == k or _holds(places, state, count[state], place):
            continue
        ms[state, count[state]] = key >> 32
        millimetres[state, count[state]] = length
        places[state, count[state]] = place
        count[state] += 1
        first = nodes if state >= nodes else np.int64(0)
        for a in range(arcs.start[state - first], arcs.start[state - first + 1]):
            onward = first + np.int64(arcs.tail[a])
            if count[onward] < k:
                later = key + (np.int64(arcs.ms[a]) << 32)
                heapq.heappush(queue, (later, length + np.int64(arcs.millimetres[a]), onward))
        for d in range(arcs.door_start[state], arcs.door_start[state + 1]):
            if count[arcs.door[d]] < k:
                heapq.heappush(queue, (key, length, np.int64(arcs.door[d])))
    return Labels(ms, millimetres, places)


@njit(cache=True, nogil=True)
def _holds(places: Array, state: int, count: int, place: int) -> bool:
    return bool((places[state, :count] == place).any())


@njit(cache=True, nogil=True)
def ways_at_points(
    labels: Labels,
    ends: tuple[Array, Array],
    edge_mm: Array,
    points: Places,
    point_walk_mm: Array,
    places: Places,
    place_walk_mm: Array,
    on_edges: tuple[Array, Array],
    out: Labels,
) -> None:
    """Write the `k` quickest places of every point, the walks between points and streets included.

    Parameters
    ----------
    ends
        Source and target of each edge.
    on_edges
        Row starts by edge, and the places on each.
    """
    k, nodes = out.ms.shape[1], labels.ms.shape[0] // 2
    for p in range(points.first.size - 1):
        for q in range(points.first[p], points.first[p + 1]):
            e = points.edge[q]
            if e < 0:
                continue
            along = np.int64(round(points.edge_metres[q] * 1000))
            for side in range(2):
                to_end = points.to_source_ms[q] if side == 0 else points.to_target_ms[q]
                if to_end == NO_TIME:
                    continue
                length = point_walk_mm[q] + (along if side == 0 else edge_mm[e] - along)
                for first in (np.int64(0), nodes):
                    state = first + np.int64(ends[side][e])
                    for j in range(labels.ms.shape[1]):
                        if labels.place[state, j] >= 0:
                            ms = labels.ms[state, j] + to_end + points.access_ms[q]
                            millimetres = labels.millimetres[state, j] + length
                            _insert(out, p, k, ms, millimetres, labels.place[state, j])
            for i in range(on_edges[0][e], on_edges[0][e + 1]):
                f = on_edges[1][i]
                ms = time_along_edge(points, q, places, f)
                if ms != NO_TIME:
                    apart = np.int64(round(abs(points.edge_metres[q] - places.edge_metres[f]) * 1000))
                    millimetres = point_walk_mm[q] + apart + place_walk_mm[f]
                    _insert(out, p, k, np.int64(ms), millimetres, np.int64(places.owner[f]))


@njit(cache=True, nogil=True)
def _insert(out: Labels, p: int, k: int, ms: int, millimetres: int, place: int) -> None:
    """Put a place among the `k` quickest of a point, once and at its best."""
    at = k
    for j in range(k):
        if out.place[p, j] == place:
            if (ms, millimetres) >= (out.ms[p, j], out.millimetres[p, j]):
                return
            at = j
            break
    if at == k:
        at = k - 1
        if out.place[p, at] >= 0 and (ms, place) > (out.ms[p, at], out.place[p, at]):
            return
    while at > 0 and (out.place[p, at - 1] < 0 or (ms, place) < (out.ms[p, at - 1], out.place[p, at - 1])):
        out.ms[p, at] = out.ms[p, at - 1]
        out.millimetres[p, at] = out.millimetres[p, at - 1]
        out.place[p, at] = out.place[p, at - 1]
        at -= 1
    out.ms[p, at], out.millimetres[p, at], out.place[p, at] = ms, millimetres, place
