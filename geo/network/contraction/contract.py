"""Compiled kernels that join street segments into edges between junctions (degree-2 contraction)."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array


@njit(cache=True, nogil=True)
def half_edges(node_count: int, source: Array, target: Array) -> tuple[Array, Array]:
    """Return the segments at each node, each self-loop twice, as CSR (start, segment)."""
    start = np.zeros(node_count + 1, np.int64)
    for i in range(source.size):
        start[source[i] + 1] += 1
        start[target[i] + 1] += 1
    for n in range(node_count):
        start[n + 1] += start[n]
    fill = start[:-1].copy()
    segment = np.empty(2 * source.size, np.int32)
    for i in range(source.size):
        segment[fill[source[i]]] = i
        fill[source[i]] += 1
        segment[fill[target[i]]] = i
        fill[target[i]] += 1
    return start, segment


@njit(cache=True, nogil=True)
def mark_junctions(start: Array, segment: Array, target: Array, forward: Array, backward: Array) -> Array:
    """Return which nodes stay: dead ends, forks, and nodes where the permitted directions change.

    A node with two segments is contracted only when, in both directions, whoever may enter by one
    segment may leave by the other. `forward` and `backward` are the costs of each segment, ``inf``
    where a direction is not allowed.
    """
    count = start.size - 1
    junction = np.zeros(count, np.bool_)
    for n in range(count):
        if start[n + 1] - start[n] != 2:
            junction[n] = start[n + 1] > start[n]
            continue
        a, b = segment[start[n]], segment[start[n] + 1]
        if a == b:
            junction[n] = True
            continue
        a_in = np.isfinite(forward[a]) if target[a] == n else np.isfinite(backward[a])
        a_out = np.isfinite(backward[a]) if target[a] == n else np.isfinite(forward[a])
        b_in = np.isfinite(forward[b]) if target[b] == n else np.isfinite(backward[b])
        b_out = np.isfinite(backward[b]) if target[b] == n else np.isfinite(forward[b])
        junction[n] = a_in != b_out or b_in != a_out
    return junction


@njit(cache=True, nogil=True)
def walk_chains(
    start: Array, segment: Array, source: Array, target: Array, junction: Array, ring_order: Array
) -> tuple[Array, Array, Array]:
    """Return every chain between junctions as (chain start, vertices, entering segments), CSR.

    Vertex ``i`` of a chain was entered by segment ``entering[i]``; the first has -1. Rings without a
    junction are opened at the first of their nodes in `ring_order`, which becomes a junction.
    """
    count = start.size - 1
    seen = np.zeros(source.size, np.bool_)
    # Every segment adds one vertex and every chain, of at least one segment, another.
    chain_start = np.empty(source.size + 1, np.int64)
    vertices = np.empty(2 * source.size, np.int32)
    entering = np.empty(2 * source.size, np.int32)
    chains = 0
    filled = 0
    # First the chains between junctions; what no chain has covered after that lies on rings.
    for rings in range(2):
        for position in range(count):
            n = ring_order[position] if rings else position
            if rings:
                if junction[n] or start[n + 1] == start[n] or seen[segment[start[n]]]:
                    continue
                junction[n] = True
            elif not junction[n]:
                continue
            for h in range(start[n], start[n + 1]):
                s = segment[h]
                if seen[s]:
                    continue
                chain_start[chains] = filled
                chains += 1
                vertices[filled] = n
                entering[filled] = -1
                filled += 1
                here = n
                while True:
                    seen[s] = True
                    here = target[s] if source[s] == here else source[s]
                    vertices[filled] = here
                    entering[filled] = s
                    filled += 1
                    if junction[here]:
                        break
                    a, b = segment[start[here]], segment[start[here] + 1]
                    s = b if a == s else a
    chain_start[chains] = filled
    return chain_start[: chains + 1].copy(), vertices[:filled].copy(), entering[:filled].copy()


@njit(cache=True, nogil=True)
def reorder_chains(
    chain_start: Array, vertices: Array, entering: Array, order: Array, flip: Array
) -> tuple[Array, Array, Array]:
    """Return the chains in another order, those marked in `flip` (by old number) turned round."""
    new_start = np.empty_like(chain_start)
    new_vertices = np.empty_like(vertices)
    new_entering = np.empty_like(entering)
    filled = 0
    for position in range(order.size):
        chain = order[position]
        first, end = chain_start[chain], chain_start[chain + 1]
        new_start[position] = filled
        for i in range(end - first):
            if flip[chain]:
                new_vertices[filled + i] = vertices[end - 1 - i]
                new_entering[filled + i] = entering[end - i] if i else -1
            else:
                new_vertices[filled + i] = vertices[first + i]
                new_entering[filled + i] = entering[first + i]
        filled += end - first
    new_start[order.size] = filled
    return new_start, new_vertices, new_entering


@njit(cache=True, nogil=True)
def chain_costs(
    chain_start: Array, vertices: Array, entering: Array, source: Array, cost: Array, reverse_cost: Array
) -> Array:
    """Return the running sum along each chain of `cost`, or of `reverse_cost` where a segment is reversed.

    Costs may be seconds or metres; the first vertex of a chain has 0.
    """
    total = np.zeros(vertices.size, np.float64)
    for c in range(chain_start.size - 1):
        running = 0.0
        for i in range(chain_start[c] + 1, chain_start[c + 1]):
            s = entering[i]
            running += cost[s] if source[s] == vertices[i - 1] else reverse_cost[s]
            total[i] = running
    return total


@njit(cache=True, nogil=True)
def connected_pieces(start: Array, heads: Array, back_start: Array, back_heads: Array) -> Array:
    """Return the connected component of each node, whatever the direction of the edges between them."""
    count = start.size - 1
    piece = np.full(count, -1, np.int32)
    stack = np.empty(count, np.int32)
    pieces = 0
    for root in range(count):
        if piece[root] >= 0:
            continue
        piece[root] = pieces
        stack[0] = root
        top = 1
        while top:
            top -= 1
            n = stack[top]
            for inward in range(2):
                s, h = (back_start, back_heads) if inward else (start, heads)
                for i in range(s[n], s[n + 1]):
                    m = h[i]
                    if piece[m] < 0:
                        piece[m] = pieces
                        stack[top] = m
                        top += 1
        pieces += 1
    return piece


@njit(cache=True, nogil=True)
def hilbert_index(x: Array, y: Array, bits: int) -> Array:
    """Return the position of integer cells along a Hilbert curve of ``2**bits`` cells a side.

    Source: H. S. Warren (2012), Hacker's Delight, second edition, section 16-2.
    """
    out = np.empty(x.size, np.int64)
    mask = (np.int64(1) << bits) - 1
    for i in range(x.size):
        a, b = x[i], y[i]
        index = np.int64(0)
        for bit in range(bits - 1, -1, -1):
            right, up = (a >> bit) & 1, (b >> bit) & 1
            index = (index << 2) | ((3 * right) ^ up)
            # Without branches, which are unpredictable here: three times as fast.
            turned = mask & -(right & (1 - up))
            a ^= turned
            b ^= turned
            swapped = (a ^ b) & (up - 1)
            a ^= swapped
            b ^= swapped
        out[i] = index
    return out
