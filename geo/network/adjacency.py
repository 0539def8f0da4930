"""Arcs in compressed rows by the node they leave, and read-only arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.types import Index, Index32


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
