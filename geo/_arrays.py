"""Bundles of arrays that travel together into compiled kernels."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

UNREACHED: Final = int(np.iinfo(np.int64).max)
"""The label of a node that no seed reaches."""

NO_TIME: Final = int(np.iinfo(np.int32).max)
"""The travel time of what cannot be reached, or of a direction that is not allowed."""


class Arcs(NamedTuple):
    """Arcs by the node they leave (``start`` has a row more than there are nodes)."""

    start: Array
    head: Array
    cost: Array
    edge: Array
    source: Array
    target: Array


class Places(NamedTuple):
    """Places on edges, as `geo.snap.AccessPoints` holds them."""

    edge: Array
    metres: Array
    access: Array
    from_source: Array
    from_target: Array
    to_source: Array
    to_target: Array


class OnEdges(NamedTuple):
    """The places of each edge: those of edge ``e`` are ``place[start[e]:start[e + 1]]``."""

    start: Array
    place: Array


class Scratch(NamedTuple):
    """Working arrays of one thread, clean between searches: `time` all `NO_TIME`, `before` all -1."""

    time: Array
    touched: Array
    first: Array
    after: Array
    before: Array


def make_scratch(node_count: int, buckets: int) -> Scratch:
    """Allocate the working arrays of one thread."""
    return Scratch(
        time=np.full(node_count, NO_TIME, np.int32),
        touched=np.empty(node_count, np.int32),
        first=np.full(buckets, -1, np.int32),
        after=np.empty(node_count, np.int32),
        before=np.full(node_count, -1, np.int32),
    )
