"""Arcs by the node they leave, in compressed rows, and arrays that nobody can change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.types import Index, Index32


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Arcs by the node they leave, in compressed rows.

    Attributes
    ----------
    start
        The arcs of node ``n`` are ``start[n]:start[n + 1]``.
    head, milliseconds, edge
        Where each arc leads, how long it takes, and which edge it runs along.
    """

    start: Index
    head: Index32
    milliseconds: Index32
    edge: Index32

    @cached_property
    def start32(self) -> Index32:
        """`start` in half the memory, as searches want it; a network has fewer than 2**31 arcs."""
        return freeze(self.start.astype(np.int32))


def freeze(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `array` made read-only, so that what is shared cannot be changed by accident.

    Kernels are compiled once for read-only arrays: memory-mapped ones are of that kind anyway.
    """
    array.flags.writeable = False
    return array
