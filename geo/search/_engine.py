"""What searches of times and isochrones share: limits, buckets, seeds, and the memory of each thread."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.blocks import Progress, run_blocks
from geo.errors import Fault, InputError
from geo.limits import MILLISECONDS_PER_SECOND, limit_milliseconds
from geo.network.arrays import LONGEST_MS, NO_TIME, Adjacency, SweepGraph
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _label_search, _places
from geo.search._arrays import (
    UNREACHED,
    Arcs,
    BucketQueue,
    Goals,
    NodePlaces,
    Places,
    clean_scratch,
    empty_queue,
)
from geo.search._buffers import PairBuffers
from geo.text import Text
from geo.types import Floats, Index, Index32

ORIGINS_IN_BLOCK: Final = 256
"""Origins a thread searches before it reports progress."""

_MOST_BUCKET_BITS: Final = 16
"""A search has at most 2**16 buckets, 256 KiB of them."""


class Workspace:
    """Working arrays of one thread: `scratch`, and room for times by place and a list of places."""

    def __init__(self, graph: SweepGraph, buckets: int, places: int) -> None:
        self._graph_start = graph.start
        self.scratch = clean_scratch(graph, buckets)
        self.place_time = np.full(places, NO_TIME, np.int32)
        self.reached_place = np.empty(places, np.uint32)

    def fits(self, graph: SweepGraph, buckets: int, places: int) -> bool:
        """Whether a search of this hierarchy, in either direction, can work in these arrays."""
        return (
            self._graph_start is graph.start
            and self.scratch.bucket_first.size >= buckets
            and self.place_time.size >= places
        )


class _ThreadMemory(threading.local):
    """What a thread used last: searches leave it clean, and fresh memory costs a good part of a search."""

    def __init__(self) -> None:
        self.workspaces: dict[str, Workspace] = {}
        self.queue: BucketQueue | None = None


_memory = _ThreadMemory()


def thread_workspace(graph: SweepGraph, buckets: int, places: int = 0, *, use: str = "origin") -> Workspace:
    """Return clean working arrays of this thread, one set for each `use`."""
    workspace = _memory.workspaces.get(use)
    if workspace is None or not workspace.fits(graph, buckets, places):
        workspace = _memory.workspaces[use] = Workspace(graph, buckets, places)
    return workspace


def _thread_queue(core_count: int) -> BucketQueue:
    """Return an empty queue for so many core nodes, this thread's own."""
    if _memory.queue is None or _memory.queue.next_node.size != core_count:
        _memory.queue = empty_queue(core_count)
    return _memory.queue


Search = Callable[[int, int, Workspace, Index32, Index32, Index32], tuple[int, int]]
"""Called with the first and last origin, a workspace, and arrays of counts, places and milliseconds to
fill; returns the origin at which it stopped, and how many pairs it wrote."""


def search_rows(
    origins: int,
    *,
    row_pairs: int,
    search: Search,
    workspace: Callable[[], Workspace],
    threads: int | None,
    progress: Progress | None,
) -> tuple[Index, Index32, Index32]:
    """Search from all origins in blocks; return row starts, places and milliseconds (CSR).

    `row_pairs` is the most that one origin can reach.
    """
    count = np.zeros(origins, np.int32)
    buffers = PairBuffers(row_pairs)

    def work(first: int, last: int) -> list[tuple[Index32, Index32]]:
        pairs = []
        own, buffer = workspace(), buffers.current()
        while True:
            first, written = search(first, last, own, count, *buffer.free)
            pairs.append(buffer.commit(written))
            if first == last:
                return pairs
            buffer = buffers.fresh()

    blocks = run_blocks(origins, ORIGINS_IN_BLOCK, work, threads=threads, progress=progress)
    parts = deque(pair for block in blocks for pair in block)
    start = np.zeros(origins + 1, np.int64)
    np.cumsum(count, out=start[1:])
    place, milliseconds = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    filled = 0
    while parts:
        # Each part is let go as soon as it is copied, so that many pairs are not held twice.
        part_place, part_ms = parts.popleft()
        place[filled : filled + part_place.size] = part_place
        milliseconds[filled : filled + part_place.size] = part_ms
        filled += part_place.size
    buffers.release()
    return start, place, milliseconds


def check_joined(network: StreetNetwork, *points: AccessPoints) -> None:
    """Refuse points that are joined to another network: their edges mean other streets here.

    Raises
    ------
    InputError
        When they are.
    """
    if any(each.network not in (None, network.fingerprint) for each in points):
        raise InputError(
            [
                Fault(
                    Text("they are joined to another street network", "这些点连接到了另一个路网"),
                    Text("Join them to this one with `snap`", "请用 `snap` 将其连接到本路网"),
                    source="points",
                    code="other network",
                )
            ]
        )


def facility_labels(
    network: StreetNetwork, facilities: AccessPoints, *, k: int, limit_ms: int
) -> npt.NDArray[np.int64]:
    """Return the labels of all junctions, ``milliseconds << 32 | facility << 1``, `k` a junction.

    The search runs backwards from the facilities, so the times are those of travelling to them.
    """
    graph = network.hierarchy.backward
    node, ms, number = facility_seeds(network, facilities)
    seeds = (ms.astype(np.int64) << 32) | (number.astype(np.int64) << 1)
    label = np.full(network.node_count * k, UNREACHED, np.int64)
    queue, core = _thread_queue(network.hierarchy.core_count), slice(0, network.hierarchy.core_count * k)
    shift = bucket_shift(network)
    if k == 1:
        np.minimum.at(label, graph.position[node], seeds)
        _label_search.sweep_labels_up(graph, label, limit_ms)
        buckets = _bucket_count(network, label[core], shift)
        _label_search.search_core_labels(graph, queue, label, limit_ms, shift, buckets)
        _label_search.sweep_labels_down(graph, label, limit_ms)
    else:
        _label_search.seed_k_labels(label, k, graph.position[node], seeds, limit_ms)
        _label_search.sweep_k_labels_up(graph, label, k, limit_ms)
        buckets = _bucket_count(network, label[core], shift)
        _label_search.search_core_k_labels(graph, queue, label, k, limit_ms, shift, buckets)
        _label_search.sweep_k_labels_down(graph, label, k, limit_ms)
    label = _label_search.labels_by_node(graph, label, k)
    if network.gate_node.size:
        gates = (network.gate_start, network.gate_node, network.gate_leave_ms)
        _places.leave_estates(label, k, *gates, limit_ms)
    return label


def facility_seeds(network: StreetNetwork, facilities: AccessPoints) -> tuple[Index32, Index32, Index32]:
    """Return the junctions from which facilities are entered, the time from there, and which facility."""
    check_joined(network, facilities)
    facilities, owner = facilities.every_place()
    from_source = np.flatnonzero((facilities.edge >= 0) & (facilities.from_source_ms != NO_TIME))
    from_target = np.flatnonzero((facilities.edge >= 0) & (facilities.from_target_ms != NO_TIME))
    node = np.concatenate(
        [network.edge_source[facilities.edge[from_source]], network.edge_target[facilities.edge[from_target]]]
    )
    ms = np.concatenate([facilities.from_source_ms[from_source], facilities.from_target_ms[from_target]])
    place = np.concatenate([from_source, from_target])
    return _also_from_gates(network, node, ms + facilities.access_ms[place], owner[place])


def _also_from_gates(
    network: StreetNetwork, node: Index32, ms: Index32, number: Index32
) -> tuple[Index32, Index32, Index32]:
    """Add to seeds inside estates those where the estate is entered."""
    rows = np.diff(network.gate_start)[node]
    seed = np.repeat(np.arange(node.size), rows)
    row = network.gate_start[node][seed] + np.arange(seed.size) - np.repeat(np.cumsum(rows) - rows, rows)
    entered = network.gate_enter_ms[row] != NO_TIME
    seed, row = seed[entered], row[entered]
    return (
        np.concatenate([node, network.gate_node[row]]),
        np.concatenate([ms, ms[seed] + network.gate_enter_ms[row]]),
        np.concatenate([number, number[seed]]),
    )


def arcs_of(network: StreetNetwork, adjacency: Adjacency) -> Arcs:
    """Return the arcs of a network, by the node they leave or enter, in the form that kernels take."""
    ahead, behind = network.gate_leave_ms, network.gate_enter_ms
    if adjacency is not network.outward:
        ahead, behind = behind, ahead
    return Arcs(
        start=adjacency.start32,
        edge=adjacency.edge,
        source=network.edge_source,
        target=network.edge_target,
        gate_start=network.gate_start,
        gate=network.gate_node,
        gate_ahead_ms=ahead,
        gate_behind_ms=behind,
    )


def places_of(network: StreetNetwork, points: AccessPoints) -> Places:
    """Return places in the form that kernels take.

    Raises
    ------
    InputError
        When the points are joined to another network.
    """
    check_joined(network, points)
    every, owner = points.every_place()
    first = np.searchsorted(owner, np.arange(len(points) + 1)).astype(np.int64)
    columns = {name: getattr(every, name) for name in Places._fields if name not in ("first", "owner")}
    return Places(**columns, first=first, owner=owner)


def goals_of(network: StreetNetwork, places: AccessPoints) -> Goals:
    """Return places by the node and by the edge from which a search enters them."""
    node, ms, number = facility_seeds(network, places)
    order = np.argsort(node, kind="stable")
    start = np.searchsorted(node[order], np.arange(network.node_count + 1)).astype(np.uint32)
    every = places_of(network, places)
    return Goals(
        places=every,
        at_nodes=NodePlaces(start=start, place=number[order].astype(np.uint32), ms=ms[order]),
        on_edges=_places.group_by_edge(network.edge_count, every.edge),
    )


def search_limit_ms(seconds: float) -> int:
    """Return a limit in whole milliseconds, at most what a search can find (`LONGEST_MS`)."""
    return min(limit_milliseconds(seconds), LONGEST_MS)


def search_limits_ms(seconds: npt.ArrayLike) -> Index32:
    """Return limits in whole milliseconds, in the order given."""
    limits = np.atleast_1d(np.asarray(seconds, np.float64))
    return np.array([search_limit_ms(limit) for limit in limits.tolist()], np.int32)


def to_seconds(milliseconds: Index32) -> Floats:
    """Return times in seconds, ``inf`` for `NO_TIME`."""
    return np.where(milliseconds == NO_TIME, np.inf, milliseconds / float(MILLISECONDS_PER_SECOND))


def bucket_shift(network: StreetNetwork) -> int:
    """Return the binary width of a bucket: about a quarter of the mean arc of the core (BENCHMARKS.md)."""
    quarter = max(network.hierarchy.mean_core_ms, 4.0) / 4
    longest = int(math.log2(network.hierarchy.largest_core_ms))
    return max(int(math.log2(quarter)), longest - _MOST_BUCKET_BITS, 0)


def bounded_shift(network: StreetNetwork, limit_ms: int) -> int:
    """Return a bucket width with which a search up to `limit_ms` needs at most 65,536 buckets."""
    return max(bucket_shift(network), limit_ms.bit_length() - _MOST_BUCKET_BITS)


def _bucket_count(network: StreetNetwork, label: npt.NDArray[np.int64], shift: int) -> int:
    """Return a power of two of buckets that a circle of core labels cannot overrun."""
    times = label[label < UNREACHED] >> 32
    span = int(times.max() - times.min()) if times.size else 0
    return 1 << ((max(network.hierarchy.largest_core_ms, span) >> shift) + 2).bit_length()
