"""Compiled kernels that carry times at junctions to places on edges."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import (
    FAR,
    NO_TIME,
    ONE,
    TIME,
    UNREACHED,
    UNSEEN,
    Arcs,
    Goals,
    OnEdges,
    Places,
    Scratch,
    Way,
)
from geo.search._whole import insert_label
from geo.search._within import climb, search_within, spread_core
from geo.types import Array


@njit(cache=True, nogil=True)
def group_by_edge(edge_count: int, edge: Array) -> OnEdges:
    """Return the places on each edge; those on no edge are left out."""
    start = np.zeros(edge_count + 1, np.int32)
    for p in range(edge.size):
        if edge[p] >= 0:
            start[edge[p] + 1] += 1
    for e in range(edge_count):
        start[e + 1] += start[e]
    fill = start[:-1].copy()
    place = np.empty(start[edge_count], np.int32)
    for p in range(edge.size):
        if edge[p] >= 0:
            place[fill[edge[p]]] = p
            fill[edge[p]] += 1
    return OnEdges(start, place)


@njit(cache=True, nogil=True)
def time_along(origins: Places, p: int, places: Places, f: int) -> int:
    """Return the time between two places of one edge without leaving it; `NO_TIME` if not allowed."""
    best = NO_TIME
    here, there = origins.from_source[p], places.from_source[f]
    if origins.metres[p] <= places.metres[f] and here != NO_TIME and there != NO_TIME:
        best = there - here
    here, there = origins.to_source[p], places.to_source[f]
    if origins.metres[p] >= places.metres[f] and here != NO_TIME and there != NO_TIME:
        best = min(best, here - there)
    if best == NO_TIME:
        return NO_TIME
    return best + origins.access[p] + places.access[f]


@njit(cache=True, nogil=True)
def nearest_at_points(
    label: Array,
    k: int,
    arcs: Arcs,
    points: Places,
    places: Places,
    on_edges: OnEdges,
    limit_ms: int,
    first: int,
    last: int,
    out_ms: Array,
    out_place: Array,
) -> None:
    """Fill the `k` nearest places of points `first` to `last` from labels at the junctions.

    A label is time << 32 | place << 1, the access walk of the place included.
    """
    best = np.empty(k, np.int64)
    for p in range(first, last):
        e = points.edge[p]
        if e < 0:
            continue
        best[:] = UNREACHED
        for side in range(2):
            way = points.to_source[p] if side == 0 else points.to_target[p]
            if way == NO_TIME:
                continue
            n = arcs.source[e] if side == 0 else arcs.target[e]
            for i in range(n * k, n * k + k):
                if label[i] == UNREACHED:
                    break
                insert_label(best, 0, k, label[i] + (np.int64(way + points.access[p]) << 32))
        for i in range(on_edges.start[e], on_edges.start[e + 1]):
            f = on_edges.place[i]
            time = time_along(points, p, places, f)
            if time != NO_TIME:
                insert_label(best, 0, k, (np.int64(time) << 32) | (np.int64(f) << 1))
        for j in range(k):
            if best[j] != UNREACHED and best[j] >> 32 <= limit_ms:
                out_ms[p * k + j] = best[j] >> 32
                out_place[p * k + j] = (best[j] & 0xFFFFFFFF) >> 1


@njit(cache=True, nogil=True)
def seed_from(
    arcs: Arcs,
    gate_ms: Array,
    edge: Array,
    to_ends: tuple[Array, Array],
    access: Array,
    p: int,
    scratch: Scratch,
) -> int:
    """List the ends of the edge that place `p` lies on, and the gates of its estate, as seeds.

    `to_ends` holds the times to source and target, and `gate_ms` those to the gates, for a search away from
    the place; the times from them, for a search towards it. Returns how many seeds there are.
    """
    e = edge[p]
    seeds = 0
    if e < 0:
        return seeds
    for side in range(2):
        time = to_ends[side][p]
        if time != NO_TIME:
            n = arcs.source[e] if side == 0 else arcs.target[e]
            seeds = add_seed(scratch, seeds, n, np.int64(time) + access[p])
            for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
                through = np.int64(time) + access[p] + gate_ms[g]
                seeds = add_seed(scratch, seeds, arcs.gate[g], through)
    return seeds


@njit(cache=True, nogil=True)
def add_seed(scratch: Scratch, seeds: int, n: int, ms: int) -> int:
    """Add a node to the first `seeds` of the lists, or lower its time; returns how many there are then."""
    ms = min(ms, FAR)
    for i in range(seeds):
        if scratch.found[i] == n:
            scratch.found_ms[i] = min(np.int64(scratch.found_ms[i]), ms)
            return seeds
    scratch.found[seeds] = n
    scratch.found_ms[seeds] = ms
    return seeds + 1


@njit(cache=True, nogil=True)
def leave_estates(
    label: Array, k: int, gate_start: Array, gate: Array, leave_ms: Array, limit_ms: int
) -> None:
    """Give the nodes of estates the labels of the open streets that they lead to."""
    for n in range(gate_start.size - 1):
        for g in range(gate_start[n], gate_start[n + 1]):
            for i in range(gate[g] * k, gate[g] * k + k):
                if label[i] == UNREACHED or (label[i] >> 32) + leave_ms[g] > limit_ms:
                    break
                insert_label(label, n * k, k, label[i] + (np.int64(leave_ms[g]) << 32))


@njit(cache=True, nogil=True)
def _keep(f: int, time: int, limit_ms: int, place_time: Array, found: Array, many: int) -> int:
    """Note that place `f` is reached in `time`, unless it is too late or known to be nearer."""
    if time <= limit_ms and time < place_time[f]:
        if place_time[f] == NO_TIME:
            found[many] = f
            many += 1
        place_time[f] = time
    return many


@njit(cache=True, nogil=True)
def _find_places(
    way: Way,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limit_ms: int,
    shift: int,
    origin: int,
    scratch: Scratch,
    place_time: Array,
    found: Array,
) -> int:
    """List the places within the limit of an origin in `found`, their times in `place_time`."""
    to_ends = (origins.to_source, origins.to_target)
    at_nodes, on_edges = goals.at_nodes, goals.on_edges
    seeds = seed_from(arcs, arcs.gate_ahead, origins.edge, to_ends, origins.access, origin, scratch)
    count = search_within(way, scratch, seeds, limit_ms, shift)
    many = 0
    for i in range(count):
        n, reached = scratch.found[i], scratch.found_ms[i]
        for j in range(at_nodes.start[n], at_nodes.start[n + ONE]):
            time = np.int64(reached) + at_nodes.ms[j]
            many = _keep(at_nodes.place[j], time, limit_ms, place_time, found, many)
    e = origins.edge[origin]
    if e >= 0:
        for j in range(on_edges.start[e], on_edges.start[e + 1]):
            f = np.uint32(on_edges.place[j])
            time = time_along(origins, origin, goals.places, f)
            many = _keep(f, time, limit_ms, place_time, found, many)
    return many


@njit(cache=True, nogil=True)
def reach_places(
    way: Way,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limit_ms: int,
    shift: int,
    origin: int,
    last: int,
    scratch: Scratch,
    place_time: Array,
    found: Array,
    out_count: Array,
    out_place: Array,
    out_ms: Array,
) -> tuple[int, int]:
    """Fill which places each origin reaches, until the origins or the room in `out_place` run out.

    Returns the first origin not done and the number of pairs written.
    """
    written = 0
    while origin < last:
        many = _find_places(way, arcs, origins, goals, limit_ms, shift, origin, scratch, place_time, found)
        fits = written + many <= out_place.size
        for i in range(many):
            if fits:
                out_place[written + i] = found[i]
                out_ms[written + i] = place_time[found[i]]
            place_time[found[i]] = NO_TIME
        if not fits:
            break
        out_count[origin] = many
        written += many
        origin += 1
    return origin, written


@njit(cache=True, nogil=True)
def sum_places(
    way: Way,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limits_ms: Array,
    shift: int,
    first: int,
    last: int,
    scratch: Scratch,
    place_time: Array,
    found: Array,
    entry_start: Array,
    column: Array,
    weight: Array,
    out: Array,
) -> None:
    """Add up the weights that origins `first` to `last` reach, each column within its own limit.

    The weights of place ``f`` are ``weight[entry_start[f]:entry_start[f + 1]]`` of the columns in `column`.
    """
    limit_ms = limits_ms.max()
    for origin in range(first, last):
        many = _find_places(way, arcs, origins, goals, limit_ms, shift, origin, scratch, place_time, found)
        for i in range(many):
            f = found[i]
            time = place_time[f]
            place_time[f] = NO_TIME
            for j in range(entry_start[f], entry_start[f + ONE]):
                if time <= limits_ms[column[j]]:
                    out[origin, column[j]] += weight[j]


@njit(cache=True, nogil=True)
def enter_estates(arcs: Arcs, gate_ms: Array, scratch: Scratch, count: int, limit_ms: int) -> np.int64:
    """Add to the `count` nodes found those of estates that are entered from them; returns how many there are.

    `gate_ms` holds the times between gates and nodes in the direction of the search.
    """
    if arcs.gate.size == 0:
        return np.int64(count)
    time, found, found_ms = scratch.node_time, scratch.found, scratch.found_ms
    reached = np.int64(count)
    for i in range(reached):
        time[found[i]] = found_ms[i]
    for n in range(arcs.gate_start.size - 1):
        least = np.int64(time[n])
        for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
            if time[arcs.gate[g]] != NO_TIME:
                least = min(least, np.int64(time[arcs.gate[g]]) + gate_ms[g])
        if least < time[n] and least <= limit_ms:
            if time[n] == NO_TIME:
                found[reached] = n
                reached += 1
            time[n] = least
    for i in range(reached):
        found_ms[i] = time[found[i]]
        time[found[i]] = NO_TIME
    return reached


@njit(cache=True, nogil=True)
def reach_nodes(
    way: Way,
    arcs: Arcs,
    origins: Array,
    limit_ms: int,
    shift: int,
    origin: int,
    last: int,
    scratch: Scratch,
    out_count: Array,
    out_node: Array,
    out_ms: Array,
) -> tuple[int, int]:
    """Fill which junctions each origin junction reaches, as `reach_places` does for places."""
    written = 0
    while origin < last:
        seeds = add_seed(scratch, 0, origins[origin], 0)
        for g in range(arcs.gate_start[origins[origin]], arcs.gate_start[origins[origin] + 1]):
            seeds = add_seed(scratch, seeds, arcs.gate[g], arcs.gate_ahead[g])
        count = search_within(way, scratch, seeds, limit_ms, shift)
        nodes = enter_estates(arcs, arcs.gate_behind, scratch, count, limit_ms)
        if written + nodes > out_node.size:
            break
        out_node[written : written + nodes] = scratch.found[:nodes]
        out_ms[written : written + nodes] = scratch.found_ms[:nodes]
        out_count[origin] = nodes
        written += nodes
        origin += 1
    return origin, written


@njit(cache=True, nogil=True)
def pair_times(
    forward: Way,
    backward: Way,
    arcs: Arcs,
    origins: Places,
    destinations: Places,
    limit_ms: int,
    shift: int,
    ahead: Scratch,
    behind: Scratch,
    first: int,
    last: int,
    out_ms: Array,
) -> None:
    """Fill the travel time of pairs `first` to `last`.

    Both ends climb to the core, and the core is searched from the origin; the way is where they meet.
    """
    to_ends = (origins.to_source, origins.to_target)
    from_ends = (destinations.from_source, destinations.from_target)
    for p in range(first, last):
        e, g = origins.edge[p], destinations.edge[p]
        if e < 0 or g < 0:
            continue
        best = time_along(origins, p, destinations, p) if e == g else NO_TIME
        seeds = seed_from(arcs, arcs.gate_ahead, origins.edge, to_ends, origins.access, p, ahead)
        cells, settled = climb(forward, ahead, seeds, limit_ms)
        seeds = seed_from(
            arcs, arcs.gate_behind, destinations.edge, from_ends, destinations.access, p, behind
        )
        cells_behind, settled_behind = climb(backward, behind, seeds, limit_ms)
        for i in range(cells_behind):
            c = behind.cells[i]
            for n in range(forward.cell_start[c], forward.cell_start[c + 1]):
                if ahead.time[n] < FAR and behind.time[n] < FAR:
                    best = min(best, ahead.time[n] + behind.time[n])
        settled = spread_core(forward, ahead, settled, min(limit_ms, best), shift)
        for i in range(settled_behind):
            n = behind.settled[i]
            if ahead.core[n, TIME] < FAR:
                best = min(best, ahead.core[n, TIME] + behind.core[n, TIME])
        _clean(forward, ahead, cells, settled)
        _clean(backward, behind, cells_behind, settled_behind)
        if best <= limit_ms:
            out_ms[p] = best


@njit(cache=True, nogil=True)
def _clean(way: Way, scratch: Scratch, cells: int, settled: int) -> None:
    """Put working arrays back in order after a search that does not come down."""
    for i in range(cells):
        c = scratch.cells[i]
        scratch.entry[c] = UNSEEN
        scratch.time[way.cell_start[c] : way.cell_start[c + 1]] = FAR
    for i in range(settled):
        scratch.core[scratch.settled[i], TIME] = FAR


@njit(cache=True, nogil=True)
def sum_within(
    row_start: Array,
    place: Array,
    ms: Array,
    weight: Array,
    limits_ms: Array,
    first: int,
    last: int,
    out: Array,
) -> None:
    """Add up weights within each limit, ascending, for rows `first` to `last` of compressed rows.

    `place` and `ms` begin at row `first`.
    """
    count = limits_ms.size
    for r in range(first, last):
        for j in range(row_start[r] - row_start[first], row_start[r + 1] - row_start[first]):
            i = 0
            while i < count and limits_ms[i] < ms[j]:
                i += 1
            if i < count:
                out[r, i] += weight[place[j]]
        for i in range(1, count):
            out[r, i] += out[r, i - 1]
