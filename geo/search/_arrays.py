"""Bundles of arrays that searches hand to their compiled kernels, and the constants they are written with.

Times are in whole milliseconds throughout.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from geo.network.arrays import INFINITE_MS, NO_TIME, SweepGraph
from geo.types import Array

UNREACHED: Final = 1 << 62
"""The label of a node that no seed reaches; adding one more arc to it does not overflow."""

NOT_QUEUED: Final = -1
"""The previous node of a node that is in no bucket."""

BUCKET_HEAD: Final = -2
"""Less the number of its bucket: the previous node of the first node of a bucket."""

NOT_ENTERED: Final = -1
"""The entry of a cell that the search in hand has not touched."""

ONE: Final = np.uint64(1)
"""Added to an unsigned index, which a plain 1 would turn into a signed one or a float."""

CORE_TIME: Final = 0
CORE_NEXT: Final = 1
CORE_PREVIOUS: Final = 2
CORE_ARCS: Final = 3
"""The columns of `Scratch.core`."""


class Arcs(NamedTuple):
    """The edges at each node, and the ends of the edges.

    The arcs of node ``n`` are ``start[n]:start[n + 1]``; ``edge`` is the edge each runs along, from node
    ``source`` to node ``target`` (both by edge). Node ``n`` of an estate (`geo.joins.estates`) meets the open
    streets at the nodes ``gate[gate_start[n]:gate_start[n + 1]]``; ``gate_ahead_ms`` is the time to there in
    the direction of the arcs, ``gate_behind_ms`` that from there.
    """

    start: Array
    edge: Array
    source: Array
    target: Array
    gate_start: Array
    gate: Array
    gate_ahead_ms: Array
    gate_behind_ms: Array


class Places(NamedTuple):
    """Places on edges; the attributes of `geo.network.snap.AccessPoints` that searches read.

    A point may be reached at several places: those of point ``p`` are ``first[p]:first[p + 1]``, and
    `owner` is the point of each.
    """

    edge: Array
    edge_metres: Array
    access_ms: Array
    from_source_ms: Array
    from_target_ms: Array
    to_source_ms: Array
    to_target_ms: Array
    first: Array
    owner: Array


class EdgePlaces(NamedTuple):
    """The places on each edge: those of edge ``e`` are ``place[start[e]:start[e + 1]]``."""

    start: Array
    place: Array


class NodePlaces(NamedTuple):
    """The places entered from each node: ``place[start[n]:start[n + 1]]``, and the time to them in ``ms``."""

    start: Array
    place: Array
    ms: Array


class Goals(NamedTuple):
    """Places to be reached, by the node and by the edge from which a search enters them."""

    places: Places
    at_nodes: NodePlaces
    on_edges: EdgePlaces


class Scratch(NamedTuple):
    """Working arrays of one thread for bounded searches; every search leaves them as it found them.

    Attributes
    ----------
    time
        Tentative time by position; `INFINITE_MS` between searches.
    core
        One row a core position: `CORE_TIME`, the neighbours in its bucket (`CORE_NEXT`, `CORE_PREVIOUS`)
        and the first of its arcs (`CORE_ARCS`). A search reads all four together, so they share a cache
        line.
    bucket_first
        The first node of each bucket, -1 where it is empty.
    entry
        The highest position at which each touched cell was entered by a seed; `NOT_ENTERED` otherwise.
    touched_cell, touched_core
        Lists of the cells and core positions that the search in hand has touched.
    reached_node, reached_ms
        The seeds going in and the answer coming out: nodes and their times. One longer than there are
        nodes, for the two ends of a loop.
    node_time
        Room for times by node; `NO_TIME` between searches.
    """

    time: Array
    core: Array
    bucket_first: Array
    entry: Array
    touched_cell: Array
    touched_core: Array
    reached_node: Array
    reached_ms: Array
    node_time: Array


class BucketQueue(NamedTuple):
    """The queue of a search over the whole core: doubly linked lists through the nodes, one a bucket.

    Such a search reads labels far more often than it moves nodes, so that three arrays are faster here
    than one of rows.
    """

    next_node: Array
    previous_node: Array
    due_bucket: Array


def empty_queue(core_count: int) -> BucketQueue:
    """Return a queue for so many core nodes with none in it."""
    return BucketQueue(
        next_node=np.empty(core_count, np.int32),
        previous_node=np.full(core_count, NOT_QUEUED, np.int32),
        due_bucket=np.empty(core_count, np.int32),
    )


def clean_scratch(graph: SweepGraph, buckets: int) -> Scratch:
    """Allocate the working arrays of one thread."""
    core_count, cell_count = graph.border_start.size - 1, graph.cell_start.size - 1
    node_count = graph.node.size
    core = np.empty((core_count + 1, 4), np.int32)
    core[:, CORE_TIME] = INFINITE_MS
    core[:, CORE_NEXT] = NOT_QUEUED
    core[:, CORE_PREVIOUS] = NOT_QUEUED
    core[:, CORE_ARCS] = graph.start[: core_count + 1]
    return Scratch(
        time=np.full(node_count, INFINITE_MS, np.int32),
        core=core,
        bucket_first=np.full(buckets, -1, np.int32),
        entry=np.full(cell_count, NOT_ENTERED, np.int32),
        touched_cell=np.empty(cell_count, np.uint32),
        touched_core=np.empty(core_count, np.uint32),
        reached_node=np.empty(node_count + 1, np.uint32),
        reached_ms=np.empty(node_count + 1, np.int32),
        node_time=np.full(node_count, NO_TIME, np.int32),
    )
