"""A contraction hierarchy of a street network: a core, and cells of eliminated junctions around it.

A search sweeps up from its seeds to the core, searches the core with a bucket queue, and sweeps down
into the cells that border what it reached. In a cell every junction takes the least time over a few
neighbours, in an order in which theirs are known already, so no queue is needed outside the core.
Times stay exact to the millisecond.

The method combines PHAST [1]_ (a hierarchy swept in order instead of searched) with customizable
contraction hierarchies [2]_ (nodes eliminated by the structure of the graph alone, so that the
preparation needs no searches).

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

from geo.network.arrays import INFINITE_MS, Adjacency, SweepGraph, freeze
from geo.network.contraction import eliminate
from geo.types import Array

MAX_DEGREE: Final = 8
"""Junctions with more neighbours stay in the core. 4 makes searches slower, 12 no faster (BENCHMARKS.md)."""

UnsignedIndex = npt.NDArray[np.uint32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Hierarchy:
    """One elimination, and its arcs in both directions of travel, by position.

    The attributes are those of `geo.network.arrays.SweepGraph`, except that the arcs are kept by
    direction of travel.

    Attributes
    ----------
    start
        The arcs of position ``p`` are rows ``start[p]:start[p + 1]`` of `outward` and `inward`.
    outward, inward
        Rows of (other position, milliseconds to it) and (other position, milliseconds from it). One
        and the same array where every edge takes equally long both ways.
    node, position
        The junction of each position, and the position of each junction.
    cell, cell_start
        The cell of each position outside the core, and the first position of each cell.
    border_start, border_cell
        The cells that border each core node, in compressed rows.
    """

    start: UnsignedIndex
    outward: UnsignedIndex
    inward: UnsignedIndex
    node: UnsignedIndex
    position: UnsignedIndex
    cell: UnsignedIndex
    cell_start: UnsignedIndex
    border_start: UnsignedIndex
    border_cell: UnsignedIndex

    @property
    def core_count(self) -> int:
        """Number of junctions in the core."""
        return int(self.border_start.size - 1)

    @cached_property
    def forward(self) -> SweepGraph:
        """The graph of searches away from their seeds."""
        return self._sweep_graph(up=self.outward, down=self.inward)

    @cached_property
    def backward(self) -> SweepGraph:
        """The graph of searches towards their seeds."""
        return self._sweep_graph(up=self.inward, down=self.outward)

    def _sweep_graph(self, *, up: UnsignedIndex, down: UnsignedIndex) -> SweepGraph:
        return SweepGraph(
            start=self.start,
            up=up,
            down=down,
            node=self.node,
            position=self.position,
            cell=self.cell,
            cell_start=self.cell_start,
            border_start=self.border_start,
            border_cell=self.border_cell,
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
    def _core_ms(self) -> UnsignedIndex:
        arcs = slice(0, int(self.start[self.core_count]))
        times = np.concatenate([self.outward[arcs, 1], self.inward[arcs, 1]])
        return times[times < INFINITE_MS]


def build_hierarchy(outward: Adjacency, inward: Adjacency) -> Hierarchy:
    """Return the contraction hierarchy of a network.

    Parameters
    ----------
    outward, inward
        The arcs as travelled, and the same arcs turned round; one object where both are the same.

    Examples
    --------
    >>> from geo.network.toys import grid
    >>> network = grid(10, 10, metres=100)
    >>> hierarchy = build_hierarchy(network.outward, network.inward)
    >>> hierarchy.core_count < network.node_count / 2
    True
    """
    start, head, out_ms, in_ms = _arcs_both_ways(outward, inward)
    # Shortcuts outgrow this only on graphs unlike streets; the kernel then says so and is run again.
    capacity = 4 * head.size + 8 * start.size
    state, fits = eliminate.eliminate(start, head, out_ms, in_ms, MAX_DEGREE, capacity)
    while not fits:
        capacity *= 2
        state, fits = eliminate.eliminate(start, head, out_ms, in_ms, MAX_DEGREE, capacity)
    order, cell_start, cell = eliminate.order_by_cell(state.rank, state.first, state.degree, state.head)
    # Cells are the connected components of the eliminated nodes before any arc is pruned.
    eliminate.prune_dominated_arcs(state)
    position = np.empty_like(order)
    position[order] = np.arange(order.size, dtype=np.int32)
    start, outward_arcs = eliminate.pack_arcs(order, position, state, False)
    inward_arcs = outward_arcs
    if outward is not inward:
        inward_arcs = eliminate.pack_arcs(order, position, state, True)[1]
    border_start, border_cell = _border_cells(cell_start, cell, start, outward_arcs)
    return Hierarchy(
        start=_unsigned(start),
        outward=_unsigned(outward_arcs),
        inward=_unsigned(inward_arcs),
        node=_unsigned(order),
        position=_unsigned(position),
        cell=_unsigned(cell),
        cell_start=_unsigned(cell_start),
        border_start=_unsigned(border_start),
        border_cell=_unsigned(border_cell),
    )


def _unsigned(array: Array) -> UnsignedIndex:
    return freeze(array.view(np.uint32))


def _arcs_both_ways(outward: Adjacency, inward: Adjacency) -> tuple[Array, Array, Array, Array]:
    """Return arcs by tail as (start, head, out ms, in ms); `INFINITE_MS` where a direction is not allowed."""
    if outward is inward:
        times = np.minimum(outward.milliseconds, INFINITE_MS)
        return outward.start, outward.head, times, times
    node_count = outward.start.size - 1
    tails = [np.repeat(np.arange(node_count), np.diff(arcs.start)) for arcs in (outward, inward)]
    tail, head = np.concatenate(tails), np.concatenate([outward.head, inward.head])
    out_ms = np.concatenate([outward.milliseconds, np.full(inward.head.size, INFINITE_MS, np.int32)])
    in_ms = np.concatenate([np.full(outward.head.size, INFINITE_MS, np.int32), inward.milliseconds])
    order = np.argsort(tail, kind="stable")
    start = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=start[1:])
    return start, head[order], np.minimum(out_ms, INFINITE_MS)[order], np.minimum(in_ms, INFINITE_MS)[order]


def _border_cells(cell_start: Array, cell: Array, start: Array, arcs: Array) -> tuple[Array, Array]:
    """Return the cells with arcs to each core node, in compressed rows."""
    core, cells = int(cell_start[0]), cell_start.size - 1
    arc_cell = np.repeat(cell[core:], np.diff(start[core:]))
    head = arcs[start[core] :, 0]
    pair = np.unique(head[head < core].astype(np.int64) * cells + arc_cell[head < core])
    border_start = np.searchsorted(pair, np.arange(core + 1) * cells)
    return border_start.astype(np.int32), (pair % max(cells, 1)).astype(np.int32)
