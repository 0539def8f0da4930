"""Bundles of arrays that travel together into compiled kernels."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

UNREACHED: Final = int(np.iinfo(np.int64).max)
"""The label of a node that no seed reaches."""

NO_TIME: Final = int(np.iinfo(np.int32).max)
"""The travel time of what cannot be reached, or of a direction that is not allowed."""

NOT_QUEUED: Final = -1

TIME: Final = 0
AFTER: Final = 1
BEFORE: Final = 2
START: Final = 3


class Arcs(NamedTuple):
    """Arcs by the node they leave, and the ends of the edges they run along.

    The arcs of node ``n`` are ``start[n]:start[n + 1]``; ``link`` holds head and cost side by side,
    as a search of a neighbourhood wants them.
    """

    start: Array
    head: Array
    cost: Array
    link: Array
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
    """Working arrays of one thread, clean between searches.

    ``node`` has a row a node: `TIME`, the neighbours in its bucket (`AFTER`, `BEFORE`), and the
    `START` of its arcs. A search touches a node in all four ways at once; in one row they share a
    cache line, which makes searches twice as fast as four arrays.
    """

    node: Array
    touched: Array
    first: Array


class Line(NamedTuple):
    """The queue of a sweep over the whole network: each node's neighbours in its bucket, and the bucket.

    A sweep reads labels far more often than it moves nodes, so here three arrays beat one of rows.
    """

    after: Array
    before: Array
    due: Array


def make_line(node_count: int) -> Line:
    """Return a queue in which nobody waits."""
    return Line(
        after=np.empty(node_count, np.int32),
        before=np.full(node_count, NOT_QUEUED, np.int32),
        due=np.empty(node_count, np.int32),
    )


def node_rows(start: Array) -> Array:
    """Return a clean row for each node, and a last one that ends the arcs of the last node."""
    rows = np.empty((start.size, 4), np.int32)
    rows[:, TIME] = NO_TIME
    rows[:, AFTER] = -1
    rows[:, BEFORE] = NOT_QUEUED
    rows[:, START] = start
    return rows


def make_scratch(start: Array, buckets: int) -> Scratch:
    """Allocate the working arrays of one thread."""
    return Scratch(
        node=node_rows(start),
        touched=np.empty(start.size, np.int32),
        first=np.full(buckets, -1, np.int32),
    )
