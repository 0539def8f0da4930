"""Compiled kernels for isochrones: the stretches of street reached in time, and a distance field around them.

Times are in milliseconds, coordinates in metres of the network's metric CRS. A band is the index of the
shortest limit, ascending, within which a stretch is reached.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.network.arrays import NO_TIME, SweepGraph
from geo.search._arrays import Arcs, Places, Scratch
from geo.search._bounded_search import search_within
from geo.search._places import enter_estates
from geo.types import Array


class EdgeShapes(NamedTuple):
    """Where edges run, and the time from each end of its edge to every vertex.

    The vertices of edge ``e`` are ``start[e]:start[e + 1]``; ``x`` and ``y`` are their coordinates,
    ``metres`` their distance from the source along the edge. ``source_ms`` and ``target_ms`` are the
    times from the source and from the target (to them, in a search towards a place), which mean nothing
    where ``source_open`` or ``target_open`` (by edge) says that the direction is not allowed.
    """

    start: Array
    x: Array
    y: Array
    metres: Array
    source_ms: Array
    target_ms: Array
    source_open: Array
    target_open: Array


class Stretches(NamedTuple):
    """Room for straight stretches of street: rows of (x, y, x, y) in metres, and the band of each."""

    ends: Array
    band: Array


@njit(cache=True, nogil=True)
def _cut_edge(
    edges: EdgeShapes,
    e: int,
    ahead: bool,
    begin_ms: float,
    metres: float,
    stop_ms: float,
    limits_ms: Array,
    stretches: Stretches,
    count: int,
) -> int:
    """Follow edge `e` from a stop in one direction and cut it where each limit is met.

    The stop lies `metres` from the source. Times along the edge count from the end behind the stop: at a
    vertex they are ``source_ms`` (`ahead`) or ``target_ms``, and `begin_ms` more is the travel time. The
    edge is followed up to the time `stop_ms` along it, where the next stop takes over. Stretches are
    counted beyond the room for them, so that the caller learns how much is needed.
    """
    first, last = edges.start[e], edges.start[e + 1] - 1
    ms = edges.source_ms if ahead else edges.target_ms
    step = 1 if ahead else -1
    i = first if ahead else last
    end = last if ahead else first
    band = 0
    while i != end:
        j = i + step
        # Vertices behind the stop; but a segment of no length may hold it and have a time.
        if (edges.metres[j] - metres) * step <= 0 and edges.metres[j] != edges.metres[i]:
            i = j
            continue
        low, high = float(ms[i]), min(float(ms[j]), stop_ms)
        step_ms = float(ms[j]) - low
        if low > stop_ms:
            break
        from_share = 0.0
        if (edges.metres[i] - metres) * step < 0:
            from_share = (metres - edges.metres[i]) / (edges.metres[j] - edges.metres[i])
        from_ms = low + from_share * step_ms
        while band < limits_ms.size:
            until_ms = min(high, float(limits_ms[band]) - begin_ms)
            if until_ms >= from_ms:
                until_share = 1.0 if step_ms <= 0 else (until_ms - low) / step_ms
                if count < stretches.band.size:
                    dx, dy = edges.x[j] - edges.x[i], edges.y[j] - edges.y[i]
                    stretches.ends[count, 0] = edges.x[i] + from_share * dx
                    stretches.ends[count, 1] = edges.y[i] + from_share * dy
                    stretches.ends[count, 2] = edges.x[i] + until_share * dx
                    stretches.ends[count, 3] = edges.y[i] + until_share * dy
                    stretches.band[count] = band
                count += 1
                from_share, from_ms = until_share, until_ms
            if until_ms >= high:
                break
            band += 1
        if band == limits_ms.size or high < float(ms[j]):
            break
        i = j
    return count


@njit(cache=True, nogil=True)
def _cut_edge_between_stops(
    edges: EdgeShapes,
    e: int,
    source_end_ms: int,
    target_end_ms: int,
    origins: Places,
    order: Array,
    begin: int,
    end: int,
    limits_ms: Array,
    stretches: Stretches,
    count: int,
) -> int:
    """List what is reached of edge `e` from its stops: its two ends and the origins on it.

    The origins are ``order[begin:end]``, by place along the edge. Between two neighbouring stops, each
    covers the part that is reached sooner from it.
    """
    stops = end - begin + 2
    first, last = edges.start[e], edges.start[e + 1] - 1
    metres, time = np.zeros(stops), np.full(stops, np.inf)
    ahead, back = np.zeros(stops), np.zeros(stops)
    metres[stops - 1] = edges.metres[last]
    ahead[stops - 1], back[0] = edges.source_ms[last], edges.target_ms[first]
    if source_end_ms != NO_TIME:
        time[0] = source_end_ms
    if target_end_ms != NO_TIME:
        time[stops - 1] = target_end_ms
    for i in range(1, stops - 1):
        p = order[begin + i - 1]
        metres[i], time[i] = origins.edge_metres[p], origins.access_ms[p]
        ahead[i] = origins.from_source_ms[p] if origins.from_source_ms[p] != NO_TIME else 0
        back[i] = origins.from_target_ms[p] if origins.from_target_ms[p] != NO_TIME else 0
    # A stop may be reached sooner over its neighbour on the edge, in either direction.
    for i in range(1, stops):
        if edges.source_open[e]:
            time[i] = min(time[i], time[i - 1] + ahead[i] - ahead[i - 1])
    for i in range(stops - 2, -1, -1):
        if edges.target_open[e]:
            time[i] = min(time[i], time[i + 1] + back[i] - back[i + 1])
    # Only where both directions take equally long do the two fronts meet at a time known beforehand;
    # elsewhere both follow the whole part, and the band of a point is that of the sooner one.
    even = edges.source_open[e] and edges.target_open[e] and ahead[stops - 1] == back[0]
    for i in range(stops - 1):
        stop_ahead, stop_back = ahead[i + 1], back[i]
        if even and np.isfinite(time[i]) and np.isfinite(time[i + 1]):
            middle = (time[i + 1] - time[i] + ahead[i] + ahead[i + 1]) / 2
            middle = min(max(middle, ahead[i]), ahead[i + 1])
            stop_ahead, stop_back = middle, back[0] - middle
        if edges.source_open[e] and np.isfinite(time[i]):
            begin_ms = time[i] - ahead[i]
            count = _cut_edge(edges, e, True, begin_ms, metres[i], stop_ahead, limits_ms, stretches, count)
        if edges.target_open[e] and np.isfinite(time[i + 1]):
            begin_ms = time[i + 1] - back[i + 1]
            count = _cut_edge(
                edges, e, False, begin_ms, metres[i + 1], stop_back, limits_ms, stretches, count
            )
    return count


@njit(cache=True, nogil=True)
def reached_stretches(
    graph: SweepGraph,
    arcs: Arcs,
    reverse_arcs: Arcs,
    edges: EdgeShapes,
    origins: Places,
    order: Array,
    limits_ms: Array,
    shift: int,
    scratch: Scratch,
    edge_seen: Array,
    stretches: Stretches,
) -> int:
    """Search from the origins in `order` together and list the stretches reached, each with its band.

    `order` is sorted by edge and place along it; `limits_ms` are ascending. Returns how many stretches
    there are; when that is more than the room for them, call again with more. The times by node stay in
    ``scratch.node_time`` for the caller, who cleans them; ``edge_seen`` is all False before and after.
    """
    limit_ms = limits_ms[-1]
    reached_count = _search_together(graph, arcs, origins, order, limit_ms, shift, scratch)
    time = scratch.node_time
    count = 0
    begin = 0
    while begin < order.size:
        e = origins.edge[order[begin]]
        end = begin
        while end < order.size and origins.edge[order[end]] == e:
            end += 1
        if e >= 0:
            edge_seen[e] = True
            source_end_ms, target_end_ms = time[arcs.source[e]], time[arcs.target[e]]
            count = _cut_edge_between_stops(
                edges,
                e,
                source_end_ms,
                target_end_ms,
                origins,
                order,
                begin,
                end,
                limits_ms,
                stretches,
                count,
            )
        begin = end
    for t in range(reached_count):
        n = scratch.reached_node[t]
        for side in range(2):
            squared = arcs if side == 0 else reverse_arcs
            for a in range(squared.start[n], squared.start[n + 1]):
                e = squared.edge[a]
                if not edge_seen[e]:
                    edge_seen[e] = True
                    source_end_ms, target_end_ms = time[arcs.source[e]], time[arcs.target[e]]
                    count = _cut_edge_between_stops(
                        edges,
                        e,
                        source_end_ms,
                        target_end_ms,
                        origins,
                        order,
                        0,
                        0,
                        limits_ms,
                        stretches,
                        count,
                    )
    for t in range(reached_count):
        n = scratch.reached_node[t]
        for a in range(arcs.start[n], arcs.start[n + 1]):
            edge_seen[arcs.edge[a]] = False
        for a in range(reverse_arcs.start[n], reverse_arcs.start[n + 1]):
            edge_seen[reverse_arcs.edge[a]] = False
    for p in order:
        if origins.edge[p] >= 0:
            edge_seen[origins.edge[p]] = False
    return count


@njit(cache=True, nogil=True)
def _search_together(
    graph: SweepGraph, arcs: Arcs, origins: Places, order: Array, limit_ms: int, shift: int, scratch: Scratch
) -> int:
    """Search from all origins in `order` at once, into ``node_time``; returns how many nodes are reached."""
    time, reached_node, reached_ms = scratch.node_time, scratch.reached_node, scratch.reached_ms
    seeds = 0
    for p in order:
        e = origins.edge[p]
        for side in range(2):
            along = NO_TIME if e < 0 else (origins.to_source_ms[p] if side == 0 else origins.to_target_ms[p])
            if along == NO_TIME or np.int64(along) + origins.access_ms[p] > limit_ms:
                continue
            n = arcs.source[e] if side == 0 else arcs.target[e]
            if time[n] == NO_TIME:
                reached_node[seeds] = n
                seeds += 1
            time[n] = min(time[n], along + origins.access_ms[p])
            for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
                through = np.int64(along) + origins.access_ms[p] + arcs.gate_ahead_ms[g]
                if through <= limit_ms:
                    m = arcs.gate[g]
                    if time[m] == NO_TIME:
                        reached_node[seeds] = m
                        seeds += 1
                    time[m] = min(np.int64(time[m]), through)
    for i in range(seeds):
        reached_ms[i] = time[reached_node[i]]
        time[reached_node[i]] = NO_TIME
    node_count = search_within(graph, scratch, seeds, limit_ms, shift)
    reached_count = enter_estates(arcs, arcs.gate_behind_ms, scratch, node_count, limit_ms)
    for i in range(reached_count):
        time[reached_node[i]] = reached_ms[i]
    return reached_count


@njit(cache=True, nogil=True)
def lower_squared_distances(
    ends: Array, band: Array, count: int, west: float, south: float, cell: float, radius: float, field: Array
) -> None:
    """Lower `field` (bands, rows, columns) to the squared distance of each cell from the stretches.

    Square metres, exact up to `radius` metres and too large beyond. Cells are points `cell` metres apart,
    the first at (west, south).
    """
    rows, columns = field.shape[1], field.shape[2]
    for s in range(count):
        x1, y1 = (ends[s, 0] - west) / cell, (ends[s, 1] - south) / cell
        x2, y2 = (ends[s, 2] - west) / cell, (ends[s, 3] - south) / cell
        reach = radius / cell
        dx, dy = x2 - x1, y2 - y1
        square = dx * dx + dy * dy
        inverse = 1.0 / square if square > 0 else 0.0
        top = min(rows - 1, int(max(y1, y2) + reach))
        bottom = max(0, int(min(y1, y2) - reach) + 1)
        for r in range(bottom, top + 1):
            left, right = min(x1, x2) - reach, max(x1, x2) + reach
            if abs(dy) > 1e-9:
                # In this row only the cells within reach of the line through the stretch.
                length = np.sqrt(square)
                wide = reach * length / abs(dy)
                at = x1 + (r - y1) * dx / dy
                left, right = max(left, at - wide), min(right, at + wide)
            for c in range(max(0, int(left) + (left > 0)), min(columns - 1, int(right)) + 1):
                along = ((c - x1) * dx + (r - y1) * dy) * inverse
                along = min(max(along, 0.0), 1.0)
                gx, gy = x1 + along * dx - c, y1 + along * dy - r
                squared = (gx * gx + gy * gy) * cell * cell
                if squared < field[band[s], r, c]:
                    field[band[s], r, c] = squared
