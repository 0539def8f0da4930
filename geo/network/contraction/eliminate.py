"""Compiled kernels that eliminate nodes of a graph and keep every shortest time between those that stay.

When a node is eliminated, its neighbours are joined to each other by shortcuts that take as long as
the path over it: Gaussian elimination over the (min, +) semiring. Nodes of low degree go first, so that
the graph that is left, the core, has fewer arcs than before and not more. Times are in milliseconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.network.arrays import INFINITE_MS
from geo.types import Array

_IN_CORE = -1


class Elimination(NamedTuple):
    """When each node was eliminated, and the arcs it had at that moment (or has in the core).

    ``rank`` is the order of elimination, -1 in the core. The arcs of node ``n`` are
    ``first[n]:first[n] + degree[n]`` of ``head``, ``out_ms`` (time from ``n`` to the head) and ``in_ms``
    (time from the head to ``n``); `INFINITE_MS` where a direction is not allowed. Every neighbour has the
    arc too, turned round.
    """

    rank: Array
    first: Array
    degree: Array
    head: Array
    out_ms: Array
    in_ms: Array


@njit(cache=True, nogil=True)
def eliminate(
    start: Array, head: Array, out_ms: Array, in_ms: Array, max_degree: int, capacity: int
) -> tuple[Elimination, bool]:
    """Eliminate nodes of up to `max_degree` neighbours; False when `capacity` arcs were not enough.

    In one round no two neighbours are eliminated, which keeps the chains of nodes that depend on each
    other short. The degree is raised when a round eliminates less than a twentieth of the nodes left,
    and no further once the arcs of the nodes left become more.
    """
    node_count = start.size - 1
    state = _growable_arcs(start, head, out_ms, in_ms, capacity)
    rank, first, degree = state.rank, state.first, state.degree
    if first[node_count] > capacity:
        return state, False
    row_capacity = np.diff(first).astype(np.int32)
    used = first[node_count]
    slot = np.full(node_count, -1, np.int64)
    touched_round = np.full(node_count, -1, np.int32)
    remaining = np.arange(node_count).astype(np.int32)
    next_rank = 0
    this_round = 0
    limit = 1
    arc_count = degree.sum()
    while limit <= max_degree:
        eliminated = 0
        kept = 0
        for v in remaining:
            if degree[v] > limit or touched_round[v] == this_round:
                remaining[kept] = v
                kept += 1
                continue
            rank[v] = next_rank
            next_rank += 1
            eliminated += 1
            used = _eliminate_node(v, state, row_capacity, used, slot, touched_round, this_round)
            if used > capacity:
                return state, False
        remaining = remaining[:kept]
        this_round += 1
        if eliminated * 20 <= kept:
            left = 0
            for v in remaining:
                left += degree[v]
            if left > arc_count:
                break
            arc_count = left
            limit += 1
    return state, True


@njit(cache=True, nogil=True)
def _growable_arcs(start: Array, head: Array, out_ms: Array, in_ms: Array, capacity: int) -> Elimination:
    """Return the graph with spare room in each row, loops left out and parallel arcs merged."""
    node_count = start.size - 1
    first = np.zeros(node_count + 1, np.int64)
    for v in range(node_count):
        # Two spare arcs a node, so that the first shortcuts need not move their row.
        first[v + 1] = first[v] + start[v + 1] - start[v] + 2
    degree = np.zeros(node_count, np.int32)
    state = Elimination(
        rank=np.full(node_count, _IN_CORE, np.int32),
        first=first,
        degree=degree,
        head=np.empty(capacity, np.int32),
        out_ms=np.empty(capacity, np.int32),
        in_ms=np.empty(capacity, np.int32),
    )
    if first[node_count] > capacity:
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
                state.head[at], state.out_ms[at], state.in_ms[at] = head[a], INFINITE_MS, INFINITE_MS
            state.out_ms[at] = min(state.out_ms[at], out_ms[a])
            state.in_ms[at] = min(state.in_ms[at], in_ms[a])
    return state


@njit(cache=True, nogil=True)
def _eliminate_node(
    v: int,
    state: Elimination,
    row_capacity: Array,
    used: int,
    slot: Array,
    touched_round: Array,
    this_round: int,
) -> int:
    """Eliminate node `v` and join its neighbours by shortcuts.

    A row that is full moves behind all others with twice the room; its old place is not used again.
    Returns how many arcs of the arrays are taken, more than there are when a row did not fit.
    """
    first, degree, head = state.first, state.degree, state.head
    out_ms, in_ms = state.out_ms, state.in_ms
    begin, end = first[v], first[v] + degree[v]
    # The row of v itself stays as it is: these are the arcs that the sweeps use.
    for i in range(begin, end):
        u = head[i]
        touched_round[u] = this_round
        last = first[u] + degree[u] - 1
        for j in range(first[u], last):
            if head[j] == v:
                head[j], out_ms[j], in_ms[j] = head[last], out_ms[last], in_ms[last]
                break
        degree[u] -= 1
    for i in range(begin, end):
        u = head[i]
        if degree[u] + end - begin > row_capacity[u]:
            wanted = 2 * (degree[u] + end - begin)
            if used + wanted > head.size:
                return head.size + 1
            for j in range(degree[u]):
                old = first[u] + j
                head[used + j], out_ms[used + j], in_ms[used + j] = head[old], out_ms[old], in_ms[old]
            first[u] = used
            row_capacity[u] = wanted
            used += wanted
        row = first[u]
        # slot[x] is where u has its arc to x; it is cleared again below, so that it need not be refilled.
        for j in range(row, row + degree[u]):
            slot[head[j]] = j
        for j in range(begin, end):
            if i == j:
                continue
            shortcut_out = min(INFINITE_MS, in_ms[i] + out_ms[j])
            shortcut_in = min(INFINITE_MS, in_ms[j] + out_ms[i])
            at = slot[head[j]]
            if at < 0:
                at = row + degree[u]
                degree[u] += 1
                head[at], out_ms[at], in_ms[at] = head[j], shortcut_out, shortcut_in
            else:
                out_ms[at] = min(out_ms[at], shortcut_out)
                in_ms[at] = min(in_ms[at], shortcut_in)
        for j in range(row, row + degree[u]):
            slot[head[j]] = -1
    return used


@njit(cache=True, nogil=True)
def prune_dominated_arcs(state: Elimination) -> None:
    """Remove arcs that take longer than the path over a common neighbour; no shortest path uses them.

    Most shortcuts are longer than another path by the time elimination ends. This is one round of the
    triangles of perfect customization (Dibbelt, Strasser and Wagner 2016, section 5). An arc is dropped
    only for a strictly shorter path, so the arcs of that path cannot be dropped for this one in turn.
    """
    first, degree, head = state.first, state.degree, state.head
    out_ms, in_ms = state.out_ms, state.in_ms
    dominated_out = np.zeros(head.size, np.bool_)
    dominated_in = np.zeros(head.size, np.bool_)
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
                # n, v and head[j] form a triangle: each arc of n against the path over the third node.
                dominated_out[x] |= out_ms[i] + out_ms[j] < out_ms[x]
                dominated_in[x] |= in_ms[i] + in_ms[j] < in_ms[x]
                dominated_out[i] |= out_ms[x] + in_ms[j] < out_ms[i]
                dominated_in[i] |= in_ms[x] + out_ms[j] < in_ms[i]
        for i in range(begin, end):
            slot[head[i]] = -1
    for n in range(degree.size):
        kept = first[n]
        for i in range(first[n], first[n] + degree[n]):
            if not (dominated_out[i] and dominated_in[i]):
                head[kept] = head[i]
                out_ms[kept] = INFINITE_MS if dominated_out[i] else out_ms[i]
                in_ms[kept] = INFINITE_MS if dominated_in[i] else in_ms[i]
                kept += 1
        degree[n] = kept - first[n]


@njit(cache=True, nogil=True)
def order_by_cell(rank: Array, first: Array, degree: Array, head: Array) -> tuple[Array, Array, Array]:
    """Return nodes by position, the first position of each cell, and the cell of each position (-1: core).

    The core stands first. A cell is a connected component of the eliminated nodes; inside it nodes stand
    in reverse order of elimination, so that each stands after all neighbours it had when it was eliminated.
    """
    node_count = rank.size
    by_rank = np.empty(node_count, np.int32)
    eliminated = 0
    for v in range(node_count):
        if rank[v] >= 0:
            by_rank[rank[v]] = v
            eliminated += 1
    # The eliminated neighbours a node still had form a clique with it, so any one of them leads to the
    # node of its cell that was eliminated last: the root.
    root = np.full(node_count, -1, np.int32)
    cell = np.full(node_count, -1, np.int32)
    for i in range(eliminated - 1, -1, -1):
        v = by_rank[i]
        root[v] = v
        for a in range(first[v], first[v] + degree[v]):
            if rank[head[a]] >= 0:
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
    start[0] = node_count - eliminated
    for c in range(cells):
        start[c + 1] += start[c]
    order = np.empty(node_count, np.int32)
    fill = start[:-1].copy()
    core = 0
    for v in range(node_count):
        if rank[v] < 0:
            order[core] = v
            core += 1
    for i in range(eliminated - 1, -1, -1):
        v = by_rank[i]
        order[fill[cell[v]]] = v
        fill[cell[v]] += 1
    return order, start, cell[order]


@njit(cache=True, nogil=True)
def pack_arcs(order: Array, position: Array, state: Elimination, inward: bool) -> tuple[Array, Array]:
    """Return arcs by position: row starts, and rows of (other position, time); core rows shortest first.

    A search of the core leaves a row at the first arc that ends beyond its limit, hence the order.
    """
    start = np.zeros(order.size + 1, np.int32)
    for p in range(order.size):
        start[p + 1] = start[p] + state.degree[order[p]]
    arcs = np.empty((start[-1], 2), np.int32)
    for p in range(order.size):
        v = order[p]
        in_core = state.rank[v] < 0
        for i in range(state.degree[v]):
            a = state.first[v] + i
            time = state.in_ms[a] if inward else state.out_ms[a]
            at = start[p] + i
            while in_core and at > start[p] and arcs[at - 1, 1] > time:
                arcs[at, 0], arcs[at, 1] = arcs[at - 1, 0], arcs[at - 1, 1]
                at -= 1
            arcs[at, 0], arcs[at, 1] = position[state.head[a]], time
    return start, arcs
