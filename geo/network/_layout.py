"""The order of a network's arrays: nodes along a Hilbert curve, edges and arcs by their nodes.

The result does not depend on the order of the input: ties are broken by position and cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.joins.estates import GateRows
from geo.network.arrays import Adjacency, freeze
from geo.network.contraction import contract
from geo.types import Floats, Index, Index32

_HILBERT_BITS = 20
"""Cells a side are 2**20: a decimetre in a city of 100 km."""


def hilbert_order(node_id: Index, lon: Floats, lat: Floats) -> Index:
    """Order nodes along a Hilbert curve; ties by position, then by identifier."""
    side = float(max(np.ptp(lon), np.ptp(lat), 1e-9))
    scale = ((1 << _HILBERT_BITS) - 1) / side
    x = ((lon - lon.min()) * scale).astype(np.int64)
    y = ((lat - lat.min()) * scale).astype(np.int64)
    return _ordered(contract.hilbert_index(x, y, _HILBERT_BITS), (node_id, lat, lon))


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
    """Turn each chain and order all of them by position and cost, whatever the order of the input.

    A chain runs from its end of lower rank to that of higher rank. A loop is turned by its second
    vertices, then by its costs, then by the cost of its first segment.
    """
    chain_start, vertices, entering = chains
    first, last = rank[vertices[chain_start[:-1]]], rank[vertices[chain_start[1:] - 1]]
    second_vertex, second_to_last_vertex = (
        rank[vertices[chain_start[:-1] + 1]],
        rank[vertices[chain_start[1:] - 2]],
    )
    ends = chain_start[1:] - 1
    along, reverse = running_costs(chain_start, vertices, entering, source, costs)
    ahead, back = along[ends], reverse[ends]
    flip = first > last
    undecided = first == last
    with np.errstate(invalid="ignore"):
        last_step = reverse[ends] - reverse[ends - 1]
    for first_key, last_key in (
        (second_vertex, second_to_last_vertex),
        (ahead, back),
        (along[chain_start[:-1] + 1], last_step),
    ):
        flip |= undecided & (first_key > last_key)
        undecided &= first_key == last_key
    keys = (
        np.where(flip, ahead, back),
        np.where(flip, back, ahead),
        np.where(flip, second_to_last_vertex, second_vertex),
    )
    order = _ordered(np.minimum(first, last) * rank.size + np.maximum(first, last), keys)
    start, vertices, entering = contract.reorder_chains(chain_start, vertices, entering, order, flip)
    return start, vertices, entering


def running_costs(
    chain_start: Index, vertices: Index32, entering: Index32, source: Index32, costs: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return the cost of every vertex from the start of its chain, and back to the start.

    `costs` are those of each segment, forward and backward; one array comes twice where they are equal.
    """
    forward, backward = costs
    along = contract.chain_costs(chain_start, vertices, entering, source, forward, backward)
    if np.array_equal(forward, backward):
        return along, along
    return along, contract.chain_costs(chain_start, vertices, entering, source, backward, forward)


def adjacency(
    node_count: int, source: Index32, target: Index32, forward: Index32, backward: Index32
) -> tuple[Adjacency, Adjacency]:
    """Return the arcs by the node they leave and by the node they enter; one object where both agree.

    `forward` and `backward` are the milliseconds of each edge, -1 where a direction is not allowed.
    """
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
    return Adjacency(
        start=freeze(start),
        head=freeze(head[order]),
        milliseconds=freeze(cost[order]),
        edge=freeze(edge[order]),
    )


def pieces(outward: Adjacency, inward: Adjacency, gates: GateRows) -> Index32:
    """Return the connected component of each node, the largest numbered 0.

    An estate belongs to the component on which most of the nodes lie that its gates open to.
    """
    piece = contract.connected_pieces(outward.start, outward.head, inward.start, inward.head)
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
