"""Compiled kernels for isochrones: which stretches of street are reached, and how far cells lie from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.network.arrays import (
    NO_TIME,
    Arcs,
    Places,
    Scratch,
    Way,
)
from geo.search._places import enter_estates
from geo.search._within import search_within
from geo.types import Array


class Shapes(NamedTuple):
    """Where edges run, and how long it takes to get from their ends to each vertex.

    For searches towards a place the times are those from the vertex to the ends.
    """

    start: Array
    x: Array
    y: Array
    metres: Array
    source_ms: Array
    target_ms: Array
    source_open: Array
    target_open: Array


class Pieces(NamedTuple):
    """Room for straight stretches of street: both ends, and the band of the limit they lie in."""

    ends: Array
    band: Array


@njit(cache=True, nogil=True)
def _trace(
    shapes: Shapes,
    e: int,
    ahead: bool,
    begun: float,
    metres: float,
    stop_ms: float,
    limits: Array,
    pieces: Pieces,
    count: int,
) -> int:
    """Follow edge `e` from a place, one way, and cut it where a limit is met.

    `begun` plus the time from the end behind is the time at a vertex; `metres` is where the
    place lies along the edge, and the trace ends where the time along the edge exceeds `stop_ms`.
    """
    first, last = shapes.start[e], shapes.start[e + 1] - 1
    ms = shapes.source_ms if ahead else shapes.target_ms
    step = 1 if ahead else -1
    i = first if ahead else last
    end = last if ahead else first
    band = 0
    while i != end:
        j = i + step
        if (shapes.metres[j] - metres) * step <= 0 and shapes.metres[j] != shapes.metres[i]:
            i = j
            continue
        low, high = float(ms[i]), min(float(ms[j]), stop_ms)
        span = float(ms[j]) - low
        if low > stop_ms:
            break
        share = 0.0
        if (shapes.metres[i] - metres) * step < 0:
            share = (metres - shapes.metres[i]) / (shapes.metres[j] - shapes.metres[i])
        here = low + share * span
        while band < limits.size:
            to = min(high, float(limits[band]) - begun)
            if to >= here:
                until = 1.0 if span <= 0 else (to - low) / span
                if count < pieces.band.size:
                    dx, dy = shapes.x[j] - shapes.x[i], shapes.y[j] - shapes.y[i]
                    pieces.ends[count, 0] = shapes.x[i] + share * dx
                    pieces.ends[count, 1] = shapes.y[i] + share * dy
                    pieces.ends[count, 2] = shapes.x[i] + until * dx
                    pieces.ends[count, 3] = shapes.y[i] + until * dy
                    pieces.band[count] = band
                count += 1
                share, here = until, to
            if to >= high:
                break
            band += 1
        if band == limits.size or high < float(ms[j]):
            break
        i = j
    return count


@njit(cache=True, nogil=True)
def _trace_edge(
    shapes: Shapes,
    e: int,
    at_source: int,
    at_target: int,
    origins: Places,
    order: Array,
    begin: int,
    end: int,
    limits: Array,
    pieces: Pieces,
    count: int,
) -> int:
    """List what is reached of edge `e`, from its ends and from the origins on it.

    These are ``order[begin:end]``, by place along the edge. Between two neighbouring stops, each
    covers the part that is reached sooner from it.
    """
    stops = end - begin + 2
    first, last = shapes.start[e], shapes.start[e + 1] - 1
    metres, time = np.zeros(stops), np.full(stops, np.inf)
    ahead, back = np.zeros(stops), np.zeros(stops)
    metres[stops - 1] = shapes.metres[last]
    ahead[stops - 1], back[0] = shapes.source_ms[last], shapes.target_ms[first]
    if at_source != NO_TIME:
        time[0] = at_source
    if at_target != NO_TIME:
        time[stops - 1] = at_target
    for i in range(1, stops - 1):
        p = order[begin + i - 1]
        metres[i], time[i] = origins.metres[p], origins.access[p]
        ahead[i] = origins.from_source[p] if origins.from_source[p] != NO_TIME else 0
        back[i] = origins.from_target[p] if origins.from_target[p] != NO_TIME else 0
    for i in range(1, stops):
        if shapes.source_open[e]:
            time[i] = min(time[i], time[i - 1] + ahead[i] - ahead[i - 1])
    for i in range(stops - 2, -1, -1):
        if shapes.target_open[e]:
            time[i] = min(time[i], time[i + 1] + back[i] - back[i + 1])
    even = shapes.source_open[e] and shapes.target_open[e] and ahead[stops - 1] == back[0]
    for i in range(stops - 1):
        stop_ahead, stop_back = ahead[i + 1], back[i]
        if even and np.isfinite(time[i]) and np.isfinite(time[i + 1]):
            middle = (time[i + 1] - time[i] + ahead[i] + ahead[i + 1]) / 2
            middle = min(max(middle, ahead[i]), ahead[i + 1])
            stop_ahead, stop_back = middle, back[0] - middle
        if shapes.source_open[e] and np.isfinite(time[i]):
            begun = time[i] - ahead[i]
            count = _trace(shapes, e, True, begun, metres[i], stop_ahead, limits, pieces, count)
        if shapes.target_open[e] and np.isfinite(time[i + 1]):
            begun = time[i + 1] - back[i + 1]
            count = _trace(shapes, e, False, begun, metres[i + 1], stop_back, limits, pieces, count)
    return count


@njit(cache=True, nogil=True)
def reached_pieces(
    way: Way,
    arcs: Arcs,
    against: Arcs,
    shapes: Shapes,
    origins: Places,
    order: Array,
    limits: Array,
    shift: int,
    scratch: Scratch,
    edge_seen: Array,
    pieces: Pieces,
) -> int:
    """Search from the origins in `order` together and list the stretches reached, each by its band.

    `order` is sorted by edge and place along it. Returns how many stretches there are; when that is
    more than the room given, call again with more. The times stay in `scratch` for the caller.
    """
    limit_ms = limits[-1]
    reached = _search_from(way, arcs, origins, order, limit_ms, shift, scratch)
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
            at_source, at_target = time[arcs.source[e]], time[arcs.target[e]]
            count = _trace_edge(
                shapes, e, at_source, at_target, origins, order, begin, end, limits, pieces, count
            )
        begin = end
    for t in range(reached):
        n = scratch.found[t]
        for side in range(2):
            near = arcs if side == 0 else against
            for a in range(near.start[n], near.start[n + 1]):
                e = near.edge[a]
                if not edge_seen[e]:
                    edge_seen[e] = True
                    at_source, at_target = time[arcs.source[e]], time[arcs.target[e]]
                    count = _trace_edge(
                        shapes, e, at_source, at_target, origins, order, 0, 0, limits, pieces, count
                    )
    for t in range(reached):
        n = scratch.found[t]
        for a in range(arcs.start[n], arcs.start[n + 1]):
            edge_seen[arcs.edge[a]] = False
        for a in range(against.start[n], against.start[n + 1]):
            edge_seen[against.edge[a]] = False
    for p in order:
        if origins.edge[p] >= 0:
            edge_seen[origins.edge[p]] = False
    return count


@njit(cache=True, nogil=True)
def _search_from(
    way: Way, arcs: Arcs, origins: Places, order: Array, limit_ms: int, shift: int, scratch: Scratch
) -> int:
    """Search from the origins in `order` together, into ``node_time`` and ``found``; returns how many."""
    time, found, found_ms = scratch.node_time, scratch.found, scratch.found_ms
    seeds = 0
    for p in order:
        e = origins.edge[p]
        for side in range(2):
            along = NO_TIME if e < 0 else (origins.to_source[p] if side == 0 else origins.to_target[p])
            if along == NO_TIME or np.int64(along) + origins.access[p] > limit_ms:
                continue
            n = arcs.source[e] if side == 0 else arcs.target[e]
            if time[n] == NO_TIME:
                found[seeds] = n
                seeds += 1
            time[n] = min(time[n], along + origins.access[p])
            for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
                through = np.int64(along) + origins.access[p] + arcs.gate_ahead[g]
                if through <= limit_ms:
                    m = arcs.gate[g]
                    if time[m] == NO_TIME:
                        found[seeds] = m
                        seeds += 1
                    time[m] = min(np.int64(time[m]), through)
    for i in range(seeds):
        found_ms[i] = time[found[i]]
        time[found[i]] = NO_TIME
    count = search_within(way, scratch, seeds, limit_ms, shift)
    reached = enter_estates(arcs, arcs.gate_behind, scratch, count, limit_ms)
    for i in range(reached):
        time[found[i]] = found_ms[i]
    return reached


@njit(cache=True, nogil=True)
def squared_distance_field(
    ends: Array, band: Array, count: int, west: float, south: float, cell: float, radius: float, field: Array
) -> None:
    """Lower `field` (bands, rows, columns) to the squared distance of each cell from the stretches.

    Right up to `radius`, no matter what beyond. Cells are points ``cell`` apart from (west, south).
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
                # Only the slanted strip that the stretch passes at this height, widened by the reach.
                length = np.sqrt(square)
                wide = reach * length / abs(dy)
                at = x1 + (r - y1) * dx / dy
                left, right = max(left, at - wide), min(right, at + wide)
            for c in range(max(0, int(left) + (left > 0)), min(columns - 1, int(right)) + 1):
                along = ((c - x1) * dx + (r - y1) * dy) * inverse
                along = min(max(along, 0.0), 1.0)
                gx, gy = x1 + along * dx - c, y1 + along * dy - r
                near = (gx * gx + gy * gy) * cell * cell
                if near < field[band[s], r, c]:
                    field[band[s], r, c] = near
