"""Where things lie in a network: nodes along a Hilbert curve, edges and arcs by their nodes.

The order of the input leaves no trace: what is equal is told apart by where it lies and what it costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.joins.estates import GateRows
from geo.network import _contract
from geo.network.adjacency import Adjacency, freeze
from geo.types import Floats, Index, Index32

_HILBERT_BITS = 20


def hilbert_order(node_id: Index, lon: Floats, lat: Floats) -> Index:
    """Order nodes along a Hilbert curve; ties by position, then by identifier."""
    side = float(max(np.ptp(lon), np.ptp(lat), 1e-9))
    scale = ((1 << _HILBERT_BITS) - 1) / side
    x = ((lon - lon.min()) * scale).astype(np.int64)
    y = ((lat - lat.min()) * scale).astype(np.int64)
    return _ordered(_contract.hilbert_index(x, y, _HILBERT_BITS), (node_id, lat, lon))


def _ordered(key: Index, ties: tuple[npt.NDArray[Any], ...]) -> Index:
    """Return ``np.lexsort((*ties, key))``, looking at `ties` only where keys are equal, which is rare."""
    order = np.argsort(key)
    same = key[order[1:]] == key[order[:-1]]
    tied = np.append(same, False) | np.append(False, same)
    among = np.sort(order[tied])
    order[tied] = among[np.lexsort((*(tie[among] for tie in ties), key[among]))]
    return order


def canonical(
    chains: tuple[Index, Index32, Index32], rank: Index, source: Index32, costs: tuple[Floats, Floats]
) -> tuple[Index, Index32, Index32]:
    """Turn and order chains by where they lie and what they cost, whatever the order of the input."""
    chain_start, vertices, by = chains
    first, last = rank[vertices[chain_start[:-1]]], rank[vertices[chain_start[1:] - 1]]
    second, second_last = rank[vertices[chain_start[:-1] + 1]], rank[vertices[chain_start[1:] - 2]]
    ends = chain_start[1:] - 1
    along, against = running_costs(chain_start, vertices, by, source, costs)
    ahead, back = along[ends], against[ends]
    flip = first > last
    undecided = first == last
    with np.errstate(invalid="ignore"):
        last_step = against[ends] - against[ends - 1]
    for one, other in ((second, second_last), (ahead, back), (along[chain_start[:-1] + 1], last_step)):
        flip |= undecided & (one > other)
        undecided &= one == other
    keys = (np.where(flip, ahead, back), np.where(flip, back, ahead), np.where(flip, second_last, second))
    order = _ordered(np.minimum(first, last) * rank.size + np.maximum(first, last), keys)
    start, vertices, by = _contract.reorder_chains(chain_start, vertices, by, order, flip)
    return start, vertices, by


def running_costs(
    chain_start: Index, vertices: Index32, by: Index32, source: Index32, costs: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return the cost of every vertex from the start of its chain, along it and against it."""
    forward, backward = costs
    along = _contract.chain_costs(chain_start, vertices, by, source, forward, backward)
    if np.array_equal(forward, backward):
        return along, along
    return along, _contract.chain_costs(chain_start, vertices, by, source, backward, forward)


def adjacency(
    node_count: int, source: Index32, target: Index32, forward: Index32, backward: Index32
) -> tuple[Adjacency, Adjacency]:
    ahead, back = np.flatnonzero(forward >= 0), np.flatnonzero(backward >= 0)
    tail = np.concatenate([source[ahead], target[back]])
    head = np.concatenate([target[ahead], source[back]])
    cost = np.concatenate([forward[ahead], backward[back]])
    edge = np.concatenate([ahead, back]).astype(np.int32)
    outward = _rows(node_count, tail, head, cost, edge)
    if forward is backward:
        return outward, outward
    return outward, _rows(node_count, head, tail, cost, edge)


def _rows(node_count: int, tail: Index32, head: Index32, cost: Index32, edge: Index32) -> Adjacency:
    order = _ordered(tail.astype(np.int64) * node_count + head, (edge,))
    start = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=start[1:])
    return Adjacency(freeze(start), freeze(head[order]), freeze(cost[order]), freeze(edge[order]))


def pieces(outward: Adjacency, inward: Adjacency, gates: GateRows) -> Index32:
    """Return the connected piece of each node, the piece with most nodes numbered first.

    An estate belongs to the piece on which most of the nodes lie that its gates open to.
    """
    piece = _contract.connected_pieces(outward.start, outward.head, inward.start, inward.head)
    if gates.node.size:
        nodes = np.bincount(piece)
        inside = np.repeat(np.arange(piece.size), np.diff(gates.start))
        outside = piece[gates.node]
        for position in np.lexsort((outside, -nodes[outside]))[::-1]:
            piece[inside[position]] = outside[position]
    _, piece = np.unique(piece, return_inverse=True)
    order = np.argsort(-np.bincount(piece), kind="stable")
    number = np.empty(order.size, np.int32)
    number[order] = np.arange(order.size, dtype=np.int32)
    return number[piece]
