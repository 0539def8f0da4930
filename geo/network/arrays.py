"""Bundles of arrays that travel together into compiled kernels."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from geo.types import Array

UNREACHED: Final = 1 << 62
"""The label of a node that no seed reaches; room above it for one more arc."""

NO_TIME: Final = int(np.iinfo(np.int32).max)
"""The travel time of what cannot be reached, or of a direction that is not allowed."""

FAR: Final = (1 << 30) - 1
"""As `NO_TIME` inside searches: two of them can be added. No limit reaches it; it is twelve days."""

NOT_QUEUED: Final = -1
HEAD: Final = -2
"""Less the number of its bucket: what stands before the foremost node of a bucket."""

UNSEEN: Final = -1

ONE: Final = np.uint64(1)
"""Added to an unsigned index: a plain 1 would make it signed, or a float."""

TIME: Final = 0
AFTER: Final = 1
BEFORE: Final = 2
START: Final = 3


class Arcs(NamedTuple):
    """Arcs by the node they leave, and the ends of the edges they run along.

    The arcs of node ``n`` are ``start[n]:start[n + 1]``; ``edge`` is the edge each runs along. A node ``n``
    of an estate meets the open streets at ``gate[gate_start[n]:gate_start[n + 1]]``; ``gate_ahead`` is the
    time to there in the direction of the arcs, ``gate_behind`` that from there.
    """

    start: Array
    edge: Array
    source: Array
    target: Array
    gate_start: Array
    gate: Array
    gate_ahead: Array
    gate_behind: Array


class Way(NamedTuple):
    """A hierarchy in one direction of travel, its nodes by position: the core, then cell after cell.

    The arcs of position ``p`` are ``start[p]:start[p + 1]`` of ``climb`` and ``drop``, rows of another
    position and a time: from ``p`` to it, and from it to ``p``. In the core those of ``climb`` lead to
    all neighbours, the nearest first; elsewhere arcs lead to positions before ``p``, in its cell or in
    the core. The positions of cell ``c`` are ``cell_start[c]:cell_start[c + 1]``; core node ``n``
    borders the cells ``near[near_start[n]:near_start[n + 1]]``. ``node`` and ``position`` translate.
    All are uint32, as indices that never are negative (see `geo.search._within`).
    """

    start: Array
    climb: Array
    drop: Array
    node: Array
    position: Array
    cell: Array
    cell_start: Array
    near_start: Array
    near: Array


class Places(NamedTuple):
    """Places on edges, as `geo.network.snap.AccessPoints` holds them."""

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


class AtNodes(NamedTuple):
    """The places next to each node: ``place[start[n]:start[n + 1]]``, and the time to them in ``ms``."""

    start: Array
    place: Array
    ms: Array


class Goals(NamedTuple):
    """Places to be reached, by the node and by the edge at which a search meets them."""

    places: Places
    at_nodes: AtNodes
    on_edges: OnEdges


class Scratch(NamedTuple):
    """Working arrays of one thread, clean between searches.

    ``time`` is by position, ``core`` has a row a core node: `TIME`, the neighbours in its bucket (`AFTER`,
    `BEFORE`) and the `START` of its arcs. A search touches a core node in all four ways at once; in one
    row they share a cache line. ``entry`` holds for each cell in hand the last position at which it was
    entered. ``cells`` and ``settled`` list what was touched; ``found`` and ``found_ms`` hold the
    answer, with room for both ends of a loop; ``node_time`` has room for it by node.
    """

    time: Array
    core: Array
    first: Array
    entry: Array
    cells: Array
    settled: Array
    found: Array
    found_ms: Array
    node_time: Array


class Line(NamedTuple):
    """The queue of a search over the whole core: each node's neighbours in its bucket, and the bucket.

    It reads labels far more often than it moves nodes, so here three arrays beat one of rows.
    """

    after: Array
    before: Array
    due: Array


def make_line(core_count: int) -> Line:
    """Return a queue in which nobody waits."""
    return Line(
        after=np.empty(core_count, np.int32),
        before=np.full(core_count, NOT_QUEUED, np.int32),
        due=np.empty(core_count, np.int32),
    )


def make_scratch(way: Way, buckets: int) -> Scratch:
    """Allocate the working arrays of one thread."""
    core_count, cell_count, node_count = way.near_start.size - 1, way.cell_start.size - 1, way.node.size
    core = np.empty((core_count + 1, 4), np.int32)
    core[:, TIME] = FAR
    core[:, AFTER] = NOT_QUEUED
    core[:, BEFORE] = NOT_QUEUED
    core[:, START] = way.start[: core_count + 1]
    return Scratch(
        time=np.full(node_count, FAR, np.int32),
        core=core,
        first=np.full(buckets, -1, np.int32),
        entry=np.full(cell_count, UNSEEN, np.int32),
        cells=np.empty(cell_count, np.uint32),
        settled=np.empty(core_count, np.uint32),
        found=np.empty(node_count + 1, np.uint32),
        found_ms=np.empty(node_count + 1, np.int32),
        node_time=np.full(node_count, NO_TIME, np.int32),
    )
