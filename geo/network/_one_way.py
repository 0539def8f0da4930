"""Streets that one-way traffic cuts off: one can get there and not away again, or away and not there."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.joins.estates import GateRows
from geo.network.arrays import NO_TIME, Adjacency
from geo.types import Bools, Floats, Index, Index32


def cut_off(
    ends: tuple[Index32, Index32],
    metres: Floats,
    milliseconds: tuple[Index32, Index32],
    arcs: tuple[Adjacency, Adjacency],
    gates: GateRows,
    *,
    is_short: float,
) -> Bools:
    """Return the edges that cannot be both entered and left.

    That is measured from and to the strongly connected parts, within which one gets from every junction to
    every other. A part shorter than `is_short` metres is none to come from or to go to; where all are,
    nothing is cut off. Estates are entered and left by their gates.

    Parameters
    ----------
    ends, metres, milliseconds
        Source and target of each edge, its length, and its times forward and backward; negative where that
        is not allowed.
    arcs
        By the node they leave, and by the node they enter.
    """
    source, target = ends
    forward, backward = (times >= 0 for times in milliseconds)
    if forward.all() and backward.all():
        return np.zeros(metres.size, np.bool_)
    # scipy is imported when it is asked for: it costs half as much time as the engine itself.
    from scipy.sparse.csgraph import connected_components

    outward, inward = arcs
    count, part = connected_components(_matrix(outward.start, outward.head), connection="strong")
    inside = part[source] == part[target]
    length = np.bincount(part[source[inside]], metres[inside], minlength=count)
    behind_gates = np.diff(gates.start) > 0
    length[part[behind_gates]] = 0.0
    sound = (length >= is_short)[part] & ~behind_gates
    if not sound.any():
        return np.zeros(metres.size, np.bool_)
    entered = _reached(outward, sound, gates, gates.enter_ms)
    left = _reached(inward, sound, gates, gates.leave_ms)
    enters = (forward & entered[source]) | (backward & entered[target])
    leaves = (forward & left[target]) | (backward & left[source])
    return np.asarray(~(enters & leaves), np.bool_)


def _matrix(start: Index, head: Index32) -> Any:
    from scipy.sparse import csr_array

    return csr_array((np.ones(head.size, np.int8), head, start), shape=(start.size - 1,) * 2)


def _reached(arcs: Adjacency, sound: Bools, gates: GateRows, gate_ms: Index32) -> Bools:
    """Return the nodes to which one gets from the sound ones, along arcs and from there through a gate.

    Estates have no arcs to the open streets.
    """
    from scipy.sparse.csgraph import breadth_first_order

    # One node more, from which an arc leads to each of the sound ones.
    head = np.concatenate([arcs.head, np.flatnonzero(sound).astype(np.int32)])
    matrix = _matrix(np.append(arcs.start, head.size), head)
    found = np.zeros(sound.size + 1, np.bool_)
    found[breadth_first_order(matrix, sound.size, return_predecessors=False)] = True
    inner = np.repeat(np.arange(sound.size), np.diff(gates.start))
    found[inner[found[gates.node] & (gate_ms < NO_TIME)]] = True
    return found[:-1]
