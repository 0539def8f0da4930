"""Compiled kernels that carry times at junctions to places on edges.

Searches run over junctions; a place is entered from the two ends of its edge, or directly from a place on
the same edge. Times are in whole milliseconds.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import INFINITE_MS, NO_TIME, SweepGraph
from geo.search._arrays import (
    CORE_TIME,
    NOT_ENTERED,
    ONE,
    UNREACHED,
    Arcs,
    EdgePlaces,
    Goals,
    Places,
    Scratch,
)
from geo.search._bounded_search import search_core, search_within, sweep_up
from geo.search._label_search import insert_label
from geo.types import Array


@njit(cache=True, nogil=True)
def group_by_edge(edge_count: int, edge: Array) -> EdgePlaces:
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
    return EdgePlaces(start, place)


@njit(cache=True, nogil=True)
def time_along_edge(origins: Places, p: int, places: Places, f: int) -> int:
    """Return the time between two places of one edge without leaving it; `NO_TIME` if not allowed.

    Both walks between the point and its street are included.
    """
    best = NO_TIME
    here, there = origins.from_source_ms[p], places.from_source_ms[f]
    if origins.edge_metres[p] <= places.edge_metres[f] and here != NO_TIME and there != NO_TIME:
        best = there - here
    here, there = origins.to_source_ms[p], places.to_source_ms[f]
    if origins.edge_metres[p] >= places.edge_metres[f] and here != NO_TIME and there != NO_TIME:
        best = min(best, here - there)
    if best == NO_TIME:
        return NO_TIME
    return best + origins.access_ms[p] + places.access_ms[f]


@njit(cache=True, nogil=True)
def nearest_at_points(
    label: Array,
    k: int,
    arcs: Arcs,
    points: Places,
    places: Places,
    on_edges: EdgePlaces,
    limit_ms: int,
    first: int,
    last: int,
    out_ms: Array,
    out_place: Array,
) -> None:
    """Write the `k` nearest places of points `first` to `last`, from labels at the junctions.

    A label is ``milliseconds << 32 | place << 1``, the access walk of the place included.
    """
    best = np.empty(k, np.int64)
    for p in range(first, last):
        best[:] = UNREACHED
        for q in range(points.first[p], points.first[p + 1]):
            e = points.edge[q]
            if e < 0:
                continue
            for side in range(2):
                to_end = points.to_source_ms[q] if side == 0 else points.to_target_ms[q]
                if to_end == NO_TIME:
                    continue
                n = arcs.source[e] if side == 0 else arcs.target[e]
                for i in range(n * k, n * k + k):
                    if label[i] == UNREACHED:
                        break
                    insert_label(best, 0, k, label[i] + (np.int64(to_end + points.access_ms[q]) << 32))
            for i in range(on_edges.start[e], on_edges.start[e + 1]):
                f = on_edges.place[i]
                time = time_along_edge(points, q, places, f)
                if time != NO_TIME:
                    insert_label(best, 0, k, (np.int64(time) << 32) | (np.int64(places.owner[f]) << 1))
        for j in range(k):
            if best[j] != UNREACHED and best[j] >> 32 <= limit_ms:
                out_ms[p * k + j] = best[j] >> 32
                out_place[p * k + j] = (best[j] & 0xFFFFFFFF) >> 1


@njit(cache=True, nogil=True)
def seed_edge_ends(
    arcs: Arcs, gate_ms: Array, places: Places, end_ms: tuple[Array, Array], p: int, scratch: Scratch
) -> int:
    """List the ends of the edges of point `p`, and the gates of its estates, as seeds; returns how many.

    `end_ms` holds the times between a place and the source and target of its edge: to them for a
    search away from the place, from them for a search towards it; so does `gate_ms` between nodes and gates.
    """
    seeds = 0
    for q in range(places.first[p], places.first[p + 1]):
        e = places.edge[q]
        if e < 0:
            continue
        for side in range(2):
            time = end_ms[side][q]
            if time != NO_TIME:
                n = arcs.source[e] if side == 0 else arcs.target[e]
                seeds = add_seed(scratch, seeds, n, np.int64(time) + places.access_ms[q])
                for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
                    through = np.int64(time) + places.access_ms[q] + gate_ms[g]
                    seeds = add_seed(scratch, seeds, arcs.gate[g], through)
    return seeds


@njit(cache=True, nogil=True)
def add_seed(scratch: Scratch, seeds: int, n: int, ms: int) -> int:
    """Add a node to the first `seeds` of the lists, or lower its time; returns how many there are then."""
    ms = min(ms, INFINITE_MS)
    for i in range(seeds):
        if scratch.reached_node[i] == n:
            scratch.reached_ms[i] = min(np.int64(scratch.reached_ms[i]), ms)
            return seeds
    scratch.reached_node[seeds] = n
    scratch.reached_ms[seeds] = ms
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
def enter_estates(arcs: Arcs, gate_ms: Array, scratch: Scratch, count: int, limit_ms: int) -> np.int64:
    """Add to the `count` nodes reached those of estates that are entered from them; returns how many.

    `gate_ms` holds the times between nodes and gates in the direction of the search.
    """
    if arcs.gate.size == 0:
        return np.int64(count)
    time, reached_node, reached_ms = scratch.node_time, scratch.reached_node, scratch.reached_ms
    reached = np.int64(count)
    for i in range(reached):
        time[reached_node[i]] = reached_ms[i]
    for n in range(arcs.gate_start.size - 1):
        least = np.int64(time[n])
        for g in range(arcs.gate_start[n], arcs.gate_start[n + 1]):
            if time[arcs.gate[g]] != NO_TIME:
                least = min(least, np.int64(time[arcs.gate[g]]) + gate_ms[g])
        if least < time[n] and least <= limit_ms:
            if time[n] == NO_TIME:
                reached_node[reached] = n
                reached += 1
            time[n] = least
    for i in range(reached):
        reached_ms[i] = time[reached_node[i]]
        time[reached_node[i]] = NO_TIME
    return reached


@njit(cache=True, nogil=True)
def _lower_place(f: int, time: int, limit_ms: int, place_time: Array, reached: Array, count: int) -> int:
    """Lower the time of place `f` if it is within the limit; returns how many places are in `reached`."""
    if time <= limit_ms and time < place_time[f]:
        if place_time[f] == NO_TIME:
            reached[count] = f
            count += 1
        place_time[f] = time
    return count


@njit(cache=True, nogil=True)
def _search_places(
    graph: SweepGraph,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limit_ms: int,
    shift: int,
    origin: int,
    scratch: Scratch,
    place_time: Array,
    reached: Array,
) -> int:
    """List the places within the limit of an origin in `reached`, their times in `place_time`.

    Returns how many there are. The caller puts their `place_time` back to `NO_TIME`.
    """
    end_ms = (origins.to_source_ms, origins.to_target_ms)
    at_nodes, on_edges = goals.at_nodes, goals.on_edges
    gate_ms = arcs.gate_ahead_ms
    seeds = seed_edge_ends(arcs, gate_ms, origins, end_ms, origin, scratch)
    node_count = search_within(graph, scratch, seeds, limit_ms, shift)
    count = 0
    for i in range(node_count):
        n, node_ms = scratch.reached_node[i], scratch.reached_ms[i]
        for j in range(at_nodes.start[n], at_nodes.start[n + ONE]):
            time = np.int64(node_ms) + at_nodes.ms[j]
            count = _lower_place(at_nodes.place[j], time, limit_ms, place_time, reached, count)
    for q in range(origins.first[origin], origins.first[origin + 1]):
        e = origins.edge[q]
        if e < 0:
            continue
        for j in range(on_edges.start[e], on_edges.start[e + 1]):
            f = on_edges.place[j]
            time = time_along_edge(origins, q, goals.places, f)
            here = np.uint32(goals.places.owner[f])
            count = _lower_place(here, time, limit_ms, place_time, reached, count)
    return count


@njit(cache=True, nogil=True)
def reach_places(
    graph: SweepGraph,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limit_ms: int,
    shift: int,
    origin: int,
    last: int,
    scratch: Scratch,
    place_time: Array,
    reached: Array,
    out_count: Array,
    out_place: Array,
    out_ms: Array,
) -> tuple[int, int]:
    """Write which places each origin reaches, until the origins or the room in `out_place` run out.

    Returns the first origin not done and the number of pairs written.
    """
    written = 0
    while origin < last:
        count = _search_places(
            graph, arcs, origins, goals, limit_ms, shift, origin, scratch, place_time, reached
        )
        # An origin that does not fit is searched again with an empty buffer, but cleaned up after here.
        fits = written + count <= out_place.size
        for i in range(count):
            if fits:
                out_place[written + i] = reached[i]
                out_ms[written + i] = place_time[reached[i]]
            place_time[reached[i]] = NO_TIME
        if not fits:
            break
        out_count[origin] = count
        written += count
        origin += 1
    return origin, written


@njit(cache=True, nogil=True)
def sum_places(
    graph: SweepGraph,
    arcs: Arcs,
    origins: Places,
    goals: Goals,
    limits_ms: Array,
    shift: int,
    first: int,
    last: int,
    scratch: Scratch,
    place_time: Array,
    reached: Array,
    weight_start: Array,
    column: Array,
    weight: Array,
    out: Array,
) -> None:
    """Add up the weights that origins `first` to `last` reach, each column within its own limit.

    The weights of place ``f`` are ``weight[weight_start[f]:weight_start[f + 1]]``, one for each of the
    columns in `column`; weights of zero are not stored.
    """
    limit_ms = limits_ms.max()
    for origin in range(first, last):
        count = _search_places(
            graph, arcs, origins, goals, limit_ms, shift, origin, scratch, place_time, reached
        )
        for i in range(count):
            f = reached[i]
            time = place_time[f]
            place_time[f] = NO_TIME
            for j in range(weight_start[f], weight_start[f + ONE]):
                if time <= limits_ms[column[j]]:
                    out[origin, column[j]] += weight[j]


@njit(cache=True, nogil=True)
def reach_nodes(
    graph: SweepGraph,
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
    """Write which junctions each origin junction reaches, as `reach_places` does for places."""
    written = 0
    while origin < last:
        seeds = add_seed(scratch, 0, origins[origin], 0)
        for g in range(arcs.gate_start[origins[origin]], arcs.gate_start[origins[origin] + 1]):
            seeds = add_seed(scratch, seeds, arcs.gate[g], arcs.gate_ahead_ms[g])
        node_count = search_within(graph, scratch, seeds, limit_ms, shift)
        count = enter_estates(arcs, arcs.gate_behind_ms, scratch, node_count, limit_ms)
        if written + count > out_node.size:
            break
        out_node[written : written + count] = scratch.reached_node[:count]
        out_ms[written : written + count] = scratch.reached_ms[:count]
        out_count[origin] = count
        written += count
        origin += 1
    return origin, written


@njit(cache=True, nogil=True)
def pair_times(
    forward: SweepGraph,
    backward: SweepGraph,
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
    """Write the travel time of pairs `first` to `last`.

    Both ends sweep up, and the core is searched from the origin. Every shortest path over the hierarchy
    goes up, through the core or a highest node of one cell, and down; so its time is the least sum at a
    node that both ends have reached: one of a cell that both touched, or one of the core.
    """
    to_ends = (origins.to_source_ms, origins.to_target_ms)
    from_ends = (destinations.from_source_ms, destinations.from_target_ms)
    for p in range(first, last):
        best = NO_TIME
        for a in range(origins.first[p], origins.first[p + 1]):
            for b in range(destinations.first[p], destinations.first[p + 1]):
                if origins.edge[a] >= 0 and origins.edge[a] == destinations.edge[b]:
                    best = min(best, time_along_edge(origins, a, destinations, b))
        to_gates, from_gates = arcs.gate_ahead_ms, arcs.gate_behind_ms
        seeds = seed_edge_ends(arcs, to_gates, origins, to_ends, p, ahead)
        cells, core_nodes = sweep_up(forward, ahead, seeds, limit_ms)
        seeds = seed_edge_ends(arcs, from_gates, destinations, from_ends, p, behind)
        cells_behind, core_behind = sweep_up(backward, behind, seeds, limit_ms)
        for i in range(cells_behind):
            c = behind.touched_cell[i]
            for n in range(forward.cell_start[c], forward.cell_start[c + 1]):
                if ahead.time[n] < INFINITE_MS and behind.time[n] < INFINITE_MS:
                    best = min(best, ahead.time[n] + behind.time[n])
        # Nothing farther than the best meeting so far can improve it.
        core_nodes = search_core(forward, ahead, core_nodes, min(limit_ms, best), shift)
        for i in range(core_behind):
            n = behind.touched_core[i]
            if ahead.core[n, CORE_TIME] < INFINITE_MS:
                best = min(best, ahead.core[n, CORE_TIME] + behind.core[n, CORE_TIME])
        _clean_up(forward, ahead, cells, core_nodes)
        _clean_up(backward, behind, cells_behind, core_behind)
        if best <= limit_ms:
            out_ms[p] = best


@njit(cache=True, nogil=True)
def _clean_up(graph: SweepGraph, scratch: Scratch, cells: int, core_nodes: int) -> None:
    """Clean the working arrays after a search without a sweep down."""
    for i in range(cells):
        c = scratch.touched_cell[i]
        scratch.entry[c] = NOT_ENTERED
        scratch.time[graph.cell_start[c] : graph.cell_start[c + 1]] = INFINITE_MS
    for i in range(core_nodes):
        scratch.core[scratch.touched_core[i], CORE_TIME] = INFINITE_MS


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
        # Each pair is counted in the first limit that holds it; the running sum gives the rest.
        for j in range(row_start[r] - row_start[first], row_start[r + 1] - row_start[first]):
            i = 0
            while i < count and limits_ms[i] < ms[j]:
                i += 1
            if i < count:
                out[r, i] += weight[place[j]]
        for i in range(1, count):
            out[r, i] += out[r, i - 1]
