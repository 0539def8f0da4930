"""What searches of times and isochrones share: units, buckets, seeds, the memory of threads."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo.blocks import Progress, run_blocks
from geo.limits import limit_milliseconds
from geo.network.adjacency import Adjacency
from geo.network.arrays import (
    FAR,
    NO_TIME,
    UNREACHED,
    Arcs,
    AtNodes,
    Goals,
    Line,
    Places,
    Way,
    make_line,
    make_scratch,
)
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _places, _whole
from geo.search._buffers import Rooms
from geo.types import Floats, Index, Index32

_FOREVER_MS = FAR - 1
_BLOCK = 256


class Memory:
    """Working arrays of one thread."""

    def __init__(self, way: Way, buckets: int, places: int) -> None:
        self.start = way.start
        self.scratch = make_scratch(way, buckets)
        self.place_time = np.full(places, NO_TIME, np.int32)
        self.found = np.empty(places, np.uint32)

    def fits(self, way: Way, buckets: int, places: int) -> bool:
        """Whether a search of this network, in either direction, can work in these arrays."""
        return (
            self.start is way.start and self.scratch.first.size >= buckets and self.place_time.size >= places
        )


class _Kept(threading.local):
    """The memory a thread used last, by what it was for: searches leave it clean, and new pages cost time."""

    def __init__(self) -> None:
        self.memory: dict[str, Memory] = {}


_kept = _Kept()


def working_memory(way: Way, buckets: int, places: int = 0, *, use: str = "ahead") -> Memory:
    """Return clean working arrays of this thread, one set for each `use`."""
    memory = _kept.memory.get(use)
    if memory is None or not memory.fits(way, buckets, places):
        memory = _kept.memory[use] = Memory(way, buckets, places)
    return memory


class _Queue(threading.local):
    """The queue a thread used last: sweeps leave it clean, and a new one costs a good part of a sweep."""

    line: Line | None = None


_queue = _Queue()


def _clean_line(core_count: int) -> Line:
    """Return a queue for so many nodes in which nobody waits, this thread's own."""
    if _queue.line is None or _queue.line.after.size != core_count:
        _queue.line = make_line(core_count)
    return _queue.line


Search = Callable[[int, int, Memory, Index32, Index32, Index32], tuple[int, int]]
"""Fills counts, places and milliseconds; returns at which origin it stopped, and how many pairs it wrote."""


def search_rows(
    origins: int,
    row_pairs: int,
    search: Search,
    memory: Callable[[], Memory],
    threads: int | None,
    progress: Progress | None,
) -> tuple[Index, Index32, Index32]:
    """Search from all origins in blocks; return row starts, places and milliseconds.

    `row_pairs` is the most that one origin can reach.
    """
    count = np.zeros(origins, np.int32)
    rooms = Rooms(row_pairs)

    def work(first: int, last: int) -> list[tuple[Index32, Index32]]:
        pairs = []
        mine, room = memory(), rooms.current()
        while True:
            first, written = search(first, last, mine, count, *room.left)
            pairs.append(room.take(written))
            if first == last:
                return pairs
            room = rooms.renewed()

    blocks = run_blocks(origins, _BLOCK, work, threads=threads, progress=progress)
    pieces = deque(pair for block in blocks for pair in block)
    start = np.zeros(origins + 1, np.int64)
    np.cumsum(count, out=start[1:])
    place, milliseconds = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    filled = 0
    while pieces:
        # Each piece is let go as soon as it is copied, so that many pairs are not held twice.
        these, times = pieces.popleft()
        place[filled : filled + these.size] = these
        milliseconds[filled : filled + these.size] = times
        filled += these.size
    rooms.give_back()
    return start, place, milliseconds


def labels_towards(
    network: StreetNetwork, facilities: AccessPoints, k: int, limit_ms: int
) -> npt.NDArray[np.int64]:
    """Return the labels of all junctions, time << 32 | facility << 1, `k` a junction."""
    way = network.hierarchy.backward
    node, ms, number = facility_seeds(network, facilities)
    seeds = (ms.astype(np.int64) << 32) | (number.astype(np.int64) << 1)
    label = np.full(network.node_count * k, UNREACHED, np.int64)
    line, core = _clean_line(network.hierarchy.core_count), slice(0, network.hierarchy.core_count * k)
    shift = bucket_shift(network)
    if k == 1:
        np.minimum.at(label, way.position[node], seeds)
        _whole.climb_labels(way, label, limit_ms)
        buckets = _bucket_count(network, label[core], shift)
        _whole.spread_labels(way, line, label, limit_ms, shift, buckets)
        _whole.drop_labels(way, label, limit_ms)
    else:
        _whole.seed_k_labels(label, k, way.position[node], seeds, limit_ms)
        _whole.climb_k_labels(way, label, k, limit_ms)
        buckets = _bucket_count(network, label[core], shift)
        _whole.spread_k_labels(way, line, label, k, limit_ms, shift, buckets)
        _whole.drop_k_labels(way, label, k, limit_ms)
    return _whole.labels_by_node(way, label, k)


def facility_seeds(network: StreetNetwork, facilities: AccessPoints) -> tuple[Index32, Index32, Index32]:
    """Return the junctions from which facilities are entered, how long that takes, and whose it is."""
    from_source = np.flatnonzero((facilities.edge >= 0) & (facilities.from_source_ms != NO_TIME))
    from_target = np.flatnonzero((facilities.edge >= 0) & (facilities.from_target_ms != NO_TIME))
    node = np.concatenate(
        [network.edge_source[facilities.edge[from_source]], network.edge_target[facilities.edge[from_target]]]
    )
    ms = np.concatenate([facilities.from_source_ms[from_source], facilities.from_target_ms[from_target]])
    number = np.concatenate([from_source, from_target]).astype(np.int32)
    return node, ms + facilities.access_ms[number], number


def arcs_of(network: StreetNetwork, way: Adjacency) -> Arcs:
    """Return the arcs of a network in the form that kernels take."""
    return Arcs(way.start32, way.edge, network.edge_source, network.edge_target)


def places_of(points: AccessPoints) -> Places:
    """Return places in the form that kernels take."""
    return Places(
        points.edge,
        points.edge_metres,
        points.access_ms,
        points.from_source_ms,
        points.from_target_ms,
        points.to_source_ms,
        points.to_target_ms,
    )


def goals_of(network: StreetNetwork, places: AccessPoints) -> Goals:
    """Return places in the form in which searches meet them."""
    node, ms, number = facility_seeds(network, places)
    order = np.argsort(node, kind="stable")
    start = np.searchsorted(node[order], np.arange(network.node_count + 1)).astype(np.uint32)
    at_nodes = AtNodes(start, number[order].astype(np.uint32), ms[order])
    return Goals(places_of(places), at_nodes, _places.group_by_edge(network.edge_count, places.edge))


def to_milliseconds(seconds: float) -> int:
    """Return a limit in whole milliseconds, at most the longest time that a search can hold."""
    return min(limit_milliseconds(seconds), _FOREVER_MS)


def limits_in_milliseconds(limits_seconds: npt.ArrayLike) -> tuple[Index32, npt.NDArray[np.intp]]:
    """Return the limits ascending, and where each of the caller's stands among them."""
    limits = np.array([to_milliseconds(float(limit)) for limit in np.atleast_1d(limits_seconds)], np.int32)
    order = np.argsort(limits, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return limits[order], back


def to_seconds(milliseconds: Index32) -> Floats:
    return np.where(milliseconds == NO_TIME, np.inf, milliseconds / 1000.0)


def bucket_shift(network: StreetNetwork) -> int:
    """Return the binary width of a bucket: about a quarter of the mean arc of the core (BENCHMARKS.md)."""
    mean = max(network.hierarchy.mean_core_ms, 4.0)
    return max(int(math.log2(mean / 4)), int(math.log2(network.hierarchy.largest_core_ms)) - 16, 0)


def bounded_shift(network: StreetNetwork, limit_ms: int) -> int:
    """Return a bucket width with which a search up to `limit_ms` needs at most 65,536 buckets."""
    return max(bucket_shift(network), limit_ms.bit_length() - 16)


def _bucket_count(network: StreetNetwork, label: npt.NDArray[np.int64], shift: int) -> int:
    """Return a power of two of buckets in which no label of the core can overtake another."""
    times = label[label < UNREACHED] >> 32
    span = int(times.max() - times.min()) if times.size else 0
    return 1 << ((max(network.hierarchy.largest_core_ms, span) >> shift) + 2).bit_length()
