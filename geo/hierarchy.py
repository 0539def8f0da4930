"""A street network with most of its junctions taken out, for searching: a core, and cells hanging on it.

Searches climb from their seeds to the core, spread over the core alone, and come down into the cells
they reached, where every junction takes the least time of a few neighbours, in an order in which
these are known. No queue is needed outside the core, and times stay exact to the millisecond.

The pieces are known: junctions contracted with shortcuts and swept in order [1]_, nodes eliminated by
the structure of the graph alone, so that no search is needed to prepare [2]_.

References
----------
.. [1] Delling, Goldberg, Nowatzyk, Werneck (2011), PHAST: hardware-accelerated shortest path trees.
.. [2] Dibbelt, Strasser, Wagner (2016), Customizable contraction hierarchies, JEA 21, 1.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import _eliminate
from geo._arrays import FAR, Array, Way

if TYPE_CHECKING:
    from geo.network import Adjacency

MOST_NEIGHBOURS: Final = 8
"""Junctions with more neighbours stay in the core: 4 makes searches slower, 12 no faster (BENCHMARKS.md)."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Both directions of travel over one elimination.

    Attributes
    ----------
    forward
        Away from a seed.
    backward
        Towards a seed; the same object where every edge takes equally long both ways.
    largest_core_ms
        Travel time of the longest arc of the core.
    mean_core_ms
        Mean travel time of its arcs.
    """

    forward: Way
    backward: Way
    largest_core_ms: int
    mean_core_ms: float

    @property
    def core_count(self) -> int:
        """Number of junctions in the core."""
        return int(self.forward.near_start.size - 1)


def hierarchy_of(outward: Adjacency, inward: Adjacency) -> Hierarchy:
    """Eliminate what can be eliminated of a network, given its arcs as travelled and turned round.

    Examples
    --------
    >>> from geo.toys import grid
    >>> network = grid(30, 30, metres=100)
    >>> found = hierarchy_of(network.outward, network.inward)
    >>> found.core_count < network.node_count / 4
    True
    """
    start, head, out, back = _both_ways(outward, inward)
    room = 4 * head.size + 8 * start.size
    state, fits = _eliminate.eliminate(start, head, out, back, MOST_NEIGHBOURS, room)
    while not fits:
        room *= 2
        state, fits = _eliminate.eliminate(start, head, out, back, MOST_NEIGHBOURS, room)
    order, cell_start, cell = _eliminate.order_by_cell(state.when, state.first, state.degree, state.head)
    position = np.empty_like(order)
    position[order] = np.arange(order.size, dtype=np.int32)
    arcs, climb = _eliminate.pack_arcs(order, position, state, False)
    drop = climb if outward is inward else _eliminate.pack_arcs(order, position, state, True)[1]
    near_start, near = _cells_at_core(cell_start, cell, arcs, climb)
    shared = (order, position, cell, cell_start, near_start, near)
    for array in (arcs, climb, drop, *shared):
        array.flags.writeable = False
    times = np.concatenate([link[: arcs[cell_start[0]], 1] for link in (climb, drop)])
    times = times[times < FAR]
    forward = Way(arcs, climb, drop, *shared)
    return Hierarchy(
        forward=forward,
        backward=forward if outward is inward else Way(arcs, drop, climb, *shared),
        largest_core_ms=int(times.max(initial=1)),
        mean_core_ms=float(times.mean()) if times.size else 1.0,
    )


def _both_ways(outward: Adjacency, inward: Adjacency) -> tuple[Array, Array, Array, Array]:
    """Return arcs by their tail with the time there and the time back; `FAR` where one is not allowed."""
    if outward is inward:
        times = np.minimum(outward.milliseconds, FAR)
        return outward.start, outward.head, times, times
    node_count = outward.start.size - 1
    tails = [np.repeat(np.arange(node_count), np.diff(way.start)) for way in (outward, inward)]
    tail, head = np.concatenate(tails), np.concatenate([outward.head, inward.head])
    out = np.concatenate([outward.milliseconds, np.full(inward.head.size, FAR, np.int32)])
    back = np.concatenate([np.full(outward.head.size, FAR, np.int32), inward.milliseconds])
    order = np.argsort(tail, kind="stable")
    start = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=start[1:])
    return start, head[order], np.minimum(out, FAR)[order], np.minimum(back, FAR)[order]


def _cells_at_core(cell_start: Array, cell: Array, start: Array, link: Array) -> tuple[Array, Array]:
    """Return the cells that border each core node, in compressed rows."""
    core, cells = int(cell_start[0]), cell_start.size - 1
    arc_cell = np.repeat(cell[core:], np.diff(start[core:]))
    head = link[start[core] :, 0]
    pair = np.unique(head[head < core].astype(np.int64) * cells + arc_cell[head < core])
    near_start = np.searchsorted(pair, np.arange(core + 1) * cells)
    return near_start.astype(np.int32), (pair % max(cells, 1)).astype(np.int32)
