"""Compiled kernels that take nodes out of a graph and keep every shortest time between those that stay.

Where a node is taken out, its neighbours are joined to each other by arcs as long as the ways through
it: Gaussian elimination over (min, +). Nodes with few neighbours go first, so that the graph that is
left, the core, has fewer arcs than before and not more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.network.arrays import (
    FAR,
)
from geo.types import Array

_STAYS = -1


class Elimination(NamedTuple):
    """Who was taken out when (-1: never), and the arcs each node had then, or has in the core.

    The arcs of node ``n`` are ``first[n]:first[n] + degree[n]`` of `head`, `out` (time there) and
    ``back`` (time from there); `FAR` where there is no way.
    """

    when: Array
    first: Array
    degree: Array
    head: Array
    out: Array
    back: Array


@njit(cache=True, nogil=True)
def eliminate(
    start: Array, head: Array, out: Array, back: Array, most_neighbours: int, room: int
) -> tuple[Elimination, bool]:
    """Take out nodes of up to `most_neighbours` neighbours; False when `room` arcs were not enough.

    `back` holds the time of each arc turned round. In one round no two neighbours are taken out, which
    keeps the chains of nodes that depend on each other short. The degree is raised when a round takes
    out less than a twentieth, and no further once arcs become more.
    """
    node_count = start.size - 1
    state = _lay_out(start, head, out, back, room)
    when, first, degree = state.when, state.first, state.degree
    if first[node_count] > room:
        return state, False
    capacity = np.diff(first).astype(np.int32)
    used = first[node_count]
    slot = np.full(node_count, -1, np.int64)
    touched = np.full(node_count, -1, np.int32)
    waiting = np.arange(node_count).astype(np.int32)
    clock = 0
    turn = 0
    limit = 1
    arcs = degree.sum()
    while limit <= most_neighbours:
        done = 0
        kept = 0
        for v in waiting:
            if degree[v] > limit or touched[v] == turn:
                waiting[kept] = v
                kept += 1
                continue
            when[v] = clock
            clock += 1
            done += 1
            used = _take_out(v, state, capacity, used, slot, touched, turn)
            if used > room:
                return state, False
        waiting = waiting[:kept]
        turn += 1
        if done * 20 <= kept:
            left = 0
            for v in waiting:
                left += degree[v]
            if left > arcs:
                break
            arcs = left
            limit += 1
    return state, True


@njit(cache=True, nogil=True)
def _lay_out(start: Array, head: Array, out: Array, back: Array, room: int) -> Elimination:
    """Return the graph with room to grow, loops left out and parallel arcs merged."""
    node_count = start.size - 1
    first = np.zeros(node_count + 1, np.int64)
    for v in range(node_count):
        first[v + 1] = first[v] + start[v + 1] - start[v] + 2
    degree = np.zeros(node_count, np.int32)
    state = Elimination(
        np.full(node_count, _STAYS, np.int32),
        first,
        degree,
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
    )
    if first[node_count] > room:
        return state
    for v in range(node_count):
        for a in range(start[v], start[v + 1]):
            if head[a] == v:
                continue
            at = first[v] + degree[v]
            for i in range(first[v], at):
                if state.head[i] == head[a]:
                    at = i
                    break
            if at == first[v] + degree[v]:
                degree[v] += 1
                state.head[at], state.out[at], state.back[at] = head[a], FAR, FAR
            state.out[at] = min(state.out[at], out[a])
            state.back[at] = min(state.back[at], back[a])
    return state


@njit(cache=True, nogil=True)
def _take_out(
    v: int, state: Elimination, capacity: Array, used: int, slot: Array, touched: Array, turn: int
) -> int:
    """Take node `v` out and join its neighbours; returns how many arcs are in use, moved ones twice."""
    first, degree, head, out, back = state.first, state.degree, state.head, state.out, state.back
    begin, end = first[v], first[v] + degree[v]
    for i in range(begin, end):
        u = head[i]
        touched[u] = turn
        last = first[u] + degree[u] - 1
        for j in range(first[u], last):
            if head[j] == v:
                head[j], out[j], back[j] = head[last], out[last], back[last]
                break
        degree[u] -= 1
    for i in range(begin, end):
        u = head[i]
        if degree[u] + end - begin > capacity[u]:
            wanted = 2 * (degree[u] + end - begin)
            if used + wanted > head.size:
                return head.size + 1
            for j in range(degree[u]):
                old = first[u] + j
                head[used + j], out[used + j], back[used + j] = head[old], out[old], back[old]
            first[u] = used
            capacity[u] = wanted
            used += wanted
        begun = first[u]
        for j in range(begun, begun + degree[u]):
            slot[head[j]] = j
        for j in range(begin, end):
            if i == j:
                continue
            there = min(FAR, back[i] + out[j])
            again = min(FAR, back[j] + out[i])
            at = slot[head[j]]
            if at < 0:
                at = begun + degree[u]
                degree[u] += 1
                head[at], out[at], back[at] = head[j], there, again
            else:
                out[at] = min(out[at], there)
                back[at] = min(back[at], again)
        for j in range(begun, begun + degree[u]):
            slot[head[j]] = -1
    return used


@njit(cache=True, nogil=True)
def drop_longer(state: Elimination) -> None:
    """Leave out arcs that take longer than the way over a neighbour of both ends; no shortest way has them.

    What elimination puts in are the ways through nodes that went before; most are longer than another.
    In the literature on customizable contraction hierarchies this is perfect customization, of which one
    round of triangles is done.
    """
    first, degree, head, out, back = state.first, state.degree, state.head, state.out, state.back
    longer_out = np.zeros(head.size, np.bool_)
    longer_back = np.zeros(head.size, np.bool_)
    slot = np.full(degree.size, -1, np.int64)
    for n in range(degree.size):
        begin, end = first[n], first[n] + degree[n]
        for i in range(begin, end):
            slot[head[i]] = i
        for i in range(begin, end):
            v = head[i]
            for j in range(first[v], first[v] + degree[v]):
                x = slot[head[j]]
                if x < 0:
                    continue
                longer_out[x] |= out[i] + out[j] < out[x]
                longer_back[x] |= back[i] + back[j] < back[x]
                longer_out[i] |= out[x] + back[j] < out[i]
                longer_back[i] |= back[x] + out[j] < back[i]
        for i in range(begin, end):
            slot[head[i]] = -1
    for n in range(degree.size):
        kept = first[n]
        for i in range(first[n], first[n] + degree[n]):
            if not (longer_out[i] and longer_back[i]):
                head[kept] = head[i]
                out[kept] = FAR if longer_out[i] else out[i]
                back[kept] = FAR if longer_back[i] else back[i]
                kept += 1
        degree[n] = kept - first[n]


@njit(cache=True, nogil=True)
def order_by_cell(when: Array, first: Array, degree: Array, head: Array) -> tuple[Array, Array, Array]:
    """Return nodes in search order, where each cell starts in it, and the cell of each (-1: core).

    The core stands first. A cell is what hangs together of the nodes taken out; in it, every node stands
    after all the neighbours that it had when it was taken out.
    """
    node_count = when.size
    taken = np.empty(node_count, np.int32)
    out = 0
    for v in range(node_count):
        if when[v] >= 0:
            taken[when[v]] = v
            out += 1
    root = np.full(node_count, -1, np.int32)
    cell = np.full(node_count, -1, np.int32)
    for i in range(out - 1, -1, -1):
        v = taken[i]
        root[v] = v
        for a in range(first[v], first[v] + degree[v]):
            if when[head[a]] >= 0:
                root[v] = root[head[a]]
                break
    cells = 0
    for v in range(node_count):
        if root[v] == v:
            cell[v] = cells
            cells += 1
    start = np.zeros(cells + 1, np.int32)
    for v in range(node_count):
        if root[v] >= 0:
            cell[v] = cell[root[v]]
            start[cell[v] + 1] += 1
    start[0] = node_count - out
    for c in range(cells):
        start[c + 1] += start[c]
    order = np.empty(node_count, np.int32)
    fill = start[:-1].copy()
    core = 0
    for v in range(node_count):
        if when[v] < 0:
            order[core] = v
            core += 1
    for i in range(out - 1, -1, -1):
        v = taken[i]
        order[fill[cell[v]]] = v
        fill[cell[v]] += 1
    return order, start, cell[order]


@njit(cache=True, nogil=True)
def pack_arcs(order: Array, position: Array, state: Elimination, backward: bool) -> tuple[Array, Array]:
    """Return arcs by search order as rows of head and time; those of core nodes by time."""
    start = np.zeros(order.size + 1, np.int32)
    for p in range(order.size):
        start[p + 1] = start[p] + state.degree[order[p]]
    link = np.empty((start[-1], 2), np.int32)
    for p in range(order.size):
        v = order[p]
        in_core = state.when[v] < 0
        for i in range(state.degree[v]):
            a = state.first[v] + i
            time = state.back[a] if backward else state.out[a]
            at = start[p] + i
            while in_core and at > start[p] and link[at - 1, 1] > time:
                link[at, 0], link[at, 1] = link[at - 1, 0], link[at - 1, 1]
                at -= 1
            link[at, 0], link[at, 1] = position[state.head[a]], time
    return start, link
