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
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.network import _eliminate
from geo.network.adjacency import Adjacency, freeze
from geo.network.arrays import (
    FAR,
    Way,
)
from geo.types import Array

MOST_NEIGHBOURS: Final = 8
"""Junctions with more neighbours stay in the core: 4 makes searches slower, 12 no faster (BENCHMARKS.md)."""


Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Both directions of travel over one elimination, by position: the core, then cell after cell.

    Attributes
    ----------
    start
        The arcs of position ``p`` are ``start[p]:start[p + 1]``.
    outward, inward
        Rows of another position and the time to it, or from it, in milliseconds. One and the same
        array where every edge takes equally long both ways.
    node, position
        The junction at each position, and the position of each junction.
    cell, cell_start
        The cell of each position outside the core, and where each cell starts.
    near_start, near
        The cells that border each node of the core, in compressed rows.
    """

    start: Numbers
    outward: Numbers
    inward: Numbers
    node: Numbers
    position: Numbers
    cell: Numbers
    cell_start: Numbers
    near_start: Numbers
    near: Numbers

    @property
    def core_count(self) -> int:
        """Number of junctions in the core."""
        return int(self.near_start.size - 1)

    @cached_property
    def forward(self) -> Way:
        """Searches away from a seed."""
        return self._way(self.outward, self.inward)

    @cached_property
    def backward(self) -> Way:
        """Searches towards a seed."""
        return self._way(self.inward, self.outward)

    def _way(self, climb: Numbers, drop: Numbers) -> Way:
        return Way(
            start=self.start,
            climb=climb,
            drop=drop,
            node=self.node,
            position=self.position,
            cell=self.cell,
            cell_start=self.cell_start,
            near_start=self.near_start,
            near=self.near,
        )

    @cached_property
    def largest_core_ms(self) -> int:
        """Travel time of the longest arc of the core."""
        return int(self._core_ms.max(initial=1))

    @cached_property
    def mean_core_ms(self) -> float:
        """Mean travel time of the arcs of the core."""
        return float(self._core_ms.mean()) if self._core_ms.size else 1.0

    @cached_property
    def _core_ms(self) -> Numbers:
        arcs = slice(0, int(self.start[self.core_count]))
        times = np.concatenate([self.outward[arcs, 1], self.inward[arcs, 1]])
        return times[times < FAR]


def hierarchy_of(outward: Adjacency, inward: Adjacency) -> Hierarchy:
    """Eliminate what can be eliminated of a network, given its arcs as travelled and turned round.

    Examples
    --------
    >>> from geo.network.toys import grid
    >>> network = grid(10, 10, metres=100)
    >>> found = hierarchy_of(network.outward, network.inward)
    >>> found.core_count < network.node_count / 2
    True
    """
    start, head, out, back = _both_ways(outward, inward)
    room = 4 * head.size + 8 * start.size
    state, fits = _eliminate.eliminate(start, head, out, back, MOST_NEIGHBOURS, room)
    while not fits:
        room *= 2
        state, fits = _eliminate.eliminate(start, head, out, back, MOST_NEIGHBOURS, room)
    order, cell_start, cell = _eliminate.order_by_cell(state.when, state.first, state.degree, state.head)
    # Only after the cells are known: they are what hangs together before arcs are left out.
    _eliminate.drop_longer(state)
    position = np.empty_like(order)
    position[order] = np.arange(order.size, dtype=np.int32)
    start, outward_links = _eliminate.pack_arcs(order, position, state, False)
    inward_links = outward_links
    if outward is not inward:
        inward_links = _eliminate.pack_arcs(order, position, state, True)[1]
    near_start, near = _cells_at_core(cell_start, cell, start, outward_links)
    arrays = (start, outward_links, inward_links, order, position, cell, cell_start, near_start, near)
    return Hierarchy(*(freeze(array.view(np.uint32)) for array in arrays))


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
