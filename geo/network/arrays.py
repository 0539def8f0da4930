"""Arrays of a network: arcs in compressed rows, the sweep graph of one direction, constants of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.types import Array, Index, Index32

NO_TIME: Final = int(np.iinfo(np.int32).max)
"""Milliseconds: the travel time of what cannot be reached, or of a direction that is not allowed."""

INFINITE_MS: Final = (1 << 30) - 1
"""Milliseconds: `NO_TIME` inside searches, chosen so that the sum of two fits an int32.

It is 12.4 days; every limit lies below it (`LONGEST_MS`).
"""

LONGEST_MS: Final = INFINITE_MS - 1
"""Milliseconds: the longest travel time a search can find; a search without a limit runs up to it."""


class SweepGraph(NamedTuple):
    """A contraction hierarchy in one direction of travel, as the sweeps and the core search read it.

    Nodes are numbered by position: first the core, then the eliminated nodes, cell after cell. All
    arrays are uint32 (`geo.search._bounded_search` says why); times are in milliseconds.

    Attributes
    ----------
    start
        The arcs of position ``p`` are rows ``start[p]:start[p + 1]`` of `up` and `down`.
    up, down
        Rows of (other position, time): from ``p`` to it in `up`, from it to ``p`` in `down`;
        `INFINITE_MS` where that direction is not allowed. A core node has its arcs to all core
        neighbours, in `up` the shortest first. An eliminated node has arcs only to lower positions,
        in its own cell or in the core; this is what makes one pass over a cell enough.
    node, position
        The node of each position, and the position of each node.
    cell
        The cell of each position; of no meaning in the core.
    cell_start
        The positions of cell ``c`` are ``cell_start[c]:cell_start[c + 1]``.
    border_start, border_cell
        Core position ``p`` has arcs from the cells ``border_cell[border_start[p]:border_start[p + 1]]``.
    """

    start: Array
    up: Array
    down: Array
    node: Array
    position: Array
    cell: Array
    cell_start: Array
    border_start: Array
    border_cell: Array


@dataclass(frozen=True, eq=False, kw_only=True)
class Adjacency:
    """Arcs by the node they leave, in compressed rows.

    Attributes
    ----------
    start
        The arcs of node ``n`` are ``start[n]:start[n + 1]``.
    head, milliseconds, edge
        The node each arc leads to, its travel time, and the edge it runs along.
    """

    start: Index
    head: Index32
    milliseconds: Index32
    edge: Index32

    @cached_property
    def start32(self) -> Index32:
        """`start` as int32 for searches: half the memory, and a network has fewer than 2**31 arcs."""
        return freeze(self.start.astype(np.int32))


def freeze(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the same array, made read-only, so that what is shared cannot be changed by accident.

    Read-only arrays are a type of their own to numba: with memory-mapped and built networks alike
    read-only, every kernel is compiled once.
    """
    array.flags.writeable = False
    return array
