"""Compiled kernels for isochrones: which stretches of street are reached, and how far cells lie from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo._arrays import NO_TIME, Arcs, Array, Places, Scratch
from geo._search import search_within


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
    begun: int,
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
def _meeting(shapes: Shapes, e: int, at_source: int, at_target: int) -> tuple[float, float]:
    """Return how far along the edge it pays to come from each end, in ms from that end."""
    whole = float(shapes.source_ms[shapes.start[e + 1] - 1])
    if at_source == NO_TIME or at_target == NO_TIME or not (shapes.source_open[e] and shapes.target_open[e]):
        return np.inf, np.inf
    if whole != float(shapes.target_ms[shapes.start[e]]):
        return np.inf, np.inf
    middle = min(max((whole + at_target - at_source) / 2, 0.0), whole)
    return middle, whole - middle


@njit(cache=True, nogil=True)
def reached_pieces(
    arcs: Arcs, incident: Arcs, shapes: Shapes, origins: Places, first: int, last: int, limits: Array, shift: int,
    scratch: Scratch, edge_seen: Array, pieces: Pieces,
) -> int:
    """Search from origins `first` to `last` together and list the stretches reached, each by its band.

    Returns how many stretches there are; when more than the room given, call again with more.
    `origins` hold, as times to the ends of their edge, the way a search begins.
    """
    limit_ms = limits[-1]
    seeds = 0
    for p in range(first, last):
        e = origins.edge[p]
        for side in range(2):
            way = NO_TIME if e < 0 else (origins.to_source[p] if side == 0 else origins.to_target[p])
            if way == NO_TIME or way + origins.access[p] > limit_ms:
                continue
            n = arcs.source[e] if side == 0 else arcs.target[e]
            if scratch.time[n] == NO_TIME:
                scratch.touched[seeds] = n
                seeds += 1
            scratch.time[n] = min(scratch.time[n], way + origins.access[p])
    touched = search_within(arcs, scratch, seeds, limit_ms, shift)
    count = 0
    for t in range(touched):
        n = scratch.touched[t]
        for side in range(2):
            near = arcs if side == 0 else incident
            for a in range(near.start[n], near.start[n + 1]):
                e = near.edge[a]
                if edge_seen[e]:
                    continue
                edge_seen[e] = True
                at_source, at_target = scratch.time[arcs.source[e]], scratch.time[arcs.target[e]]
                stop_ahead, stop_back = _meeting(shapes, e, at_source, at_target)
                length = shapes.metres[shapes.start[e + 1] - 1]
                if at_source != NO_TIME and shapes.source_open[e]:
                    count = _trace(shapes, e, True, at_source, 0.0, stop_ahead, limits, pieces, count)
                if at_target != NO_TIME and shapes.target_open[e]:
                    count = _trace(shapes, e, False, at_target, length, stop_back, limits, pieces, count)
    for p in range(first, last):
        e = origins.edge[p]
        if e < 0:
            continue
        # Along the edge the place lies on, times count from the place itself.
        if shapes.source_open[e] and origins.from_source[p] != NO_TIME:
            begun = origins.access[p] - origins.from_source[p]
            count = _trace(shapes, e, True, begun, origins.metres[p], np.inf, limits, pieces, count)
        if shapes.target_open[e] and origins.from_target[p] != NO_TIME:
            begun = origins.access[p] - origins.from_target[p]
            count = _trace(shapes, e, False, begun, origins.metres[p], np.inf, limits, pieces, count)
    for t in range(touched):
        n = scratch.touched[t]
        for side in range(2):
            near = arcs if side == 0 else incident
            for a in range(near.start[n], near.start[n + 1]):
                edge_seen[near.edge[a]] = False
    return count


@njit(cache=True, nogil=True)
def clear(scratch: Scratch, touched: int) -> None:
    """Make the scratch of a search clean again."""
    for t in range(touched):
        scratch.time[scratch.touched[t]] = NO_TIME


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
