"""What the searches of `geo.reach` and `geo.isochrones` share: units, buckets, seeds, memory of threads."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo import _search
from geo._arrays import NO_TIME, UNREACHED, Arcs, Array, Line, Places, make_line, make_scratch
from geo._blocks import Progress, run_blocks
from geo.network import Adjacency, Floats, Ints, Offsets, StreetNetwork
from geo.snap import AccessPoints

_FOREVER_MS = NO_TIME - 1
_BLOCK = 256
_FIRST_ROOM = 1 << 16
_REGION_NODES = 1 << 17
_REACH_OF_MOST = 2.0


class Memory(threading.local):
    """Working arrays of a thread, and room for the pairs it finds."""

    def __init__(self, start: Array, buckets: int, places: int) -> None:
        self.scratch = make_scratch(start, buckets)
        self.place_time = np.full(places, NO_TIME, np.int32)
        self.found = np.empty(places, np.int32)
        self.make_room(_FIRST_ROOM)

    def make_room(self, pairs: int) -> None:
        """Allocate room for this many pairs."""
        self.place = np.empty(pairs, np.int32)
        self.milliseconds = np.empty(pairs, np.int32)


class _Queue(threading.local):
    """The queue a thread used last: sweeps leave it clean, and a new one costs a good part of a sweep."""

    line: Line | None = None


_queue = _Queue()


def clean_line(node_count: int) -> Line:
    """Return a queue for so many nodes in which nobody waits, this thread's own."""
    if _queue.line is None or _queue.line.after.size != node_count:
        _queue.line = make_line(node_count)
    return _queue.line


def search_rows(
    origins: int,
    search: Callable[[int, int, Memory, Ints], tuple[int, int]],
    memory: Memory,
    threads: int | None,
    progress: Progress | None,
) -> tuple[Offsets, Ints, Ints]:
    """Search from all origins in blocks; return row starts, places and milliseconds."""
    count = np.zeros(origins, np.int32)

    def work(first: int, last: int) -> list[tuple[Ints, Ints]]:
        pairs = []
        while first < last:
            done, written = search(first, last, memory, count)
            pairs.append((memory.place[:written].copy(), memory.milliseconds[:written].copy()))
            if done < last:
                memory.make_room(2 * memory.place.size)
            first = done
        return pairs

    blocks = run_blocks(origins, _BLOCK, work, threads=threads, progress=progress)
    pieces = deque(pair for block in blocks for pair in block)
    start = np.zeros(origins + 1, np.int64)
    np.cumsum(count, out=start[1:])
    place, milliseconds = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    filled = 0
    while pieces:
        # Each piece is let go as soon as it is copied, so that the pairs are never held twice.
        these, times = pieces.popleft()
        place[filled : filled + these.size] = these
        milliseconds[filled : filled + these.size] = times
        filled += these.size
    return start, place, milliseconds


def labels_towards(
    network: StreetNetwork, towards: Arcs, facilities: AccessPoints, k: int, limit_ms: int
) -> npt.NDArray[np.int64]:
    """Return the labels of all junctions, time << 32 | facility << 1, `k` a junction."""
    node, ms, number = facility_seeds(network, facilities)
    if k == 1:
        label = (ms.astype(np.int64) << 32) | (number.astype(np.int64) << 1)
        return _nearest_labels(network, towards, node, label, limit_ms)
    shift = bucket_shift(network)
    buckets = bucket_count(max(network.largest_edge_ms, int(ms.max(initial=0))), shift)
    line = clean_line(network.node_count)
    return _search.nearest_k_labels(towards, line, node, ms, number, k, limit_ms, shift, buckets)


def _nearest_labels(
    network: StreetNetwork, towards: Arcs, node: Ints, seed: npt.NDArray[np.int64], limit_ms: int
) -> npt.NDArray[np.int64]:
    """Spread labels from all seeds; in a large network region by region first.

    Waves from thousands of facilities at once touch a large network all over in every instant, and
    each touch misses the cache. So each region, a stretch of the Hilbert curve, first spreads its own
    seeds as far as most nodes are from theirs; what is left is then spread from wherever a label can
    still lower a neighbour's. Labels only ever fall, so the result is the same.
    """
    label = np.full(network.node_count, UNREACHED, np.int64)
    line = clean_line(network.node_count)
    shift = bucket_shift(network)

    def spread(nodes: Ints, labels: npt.NDArray[np.int64], limit: int) -> None:
        span = int((labels.max() - labels.min()) >> 32) if labels.size else 0
        buckets = bucket_count(max(network.largest_edge_ms, span), shift)
        _search.spread_labels(towards, line, label, nodes, labels, limit, shift, buckets)

    if network.node_count <= _REGION_NODES or node.size * _REGION_NODES <= network.node_count:
        spread(node, seed, limit_ms)
        return label
    mean_ms = float(network.outward.milliseconds.mean())
    near_ms = min(limit_ms, int(mean_ms * math.sqrt(network.node_count / node.size) * _REACH_OF_MOST))
    region = node // _REGION_NODES
    order = np.argsort(region, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(region[order])) + 1):
        spread(node[part], seed[part], near_ms)
    improving = np.empty(network.node_count, np.int32)
    improving = improving[: _search.improving_nodes(towards, label, limit_ms, improving)].copy()
    late = seed > ((near_ms + 1) << 32) - 1
    nodes, labels = np.append(improving, node[late]), np.append(label[improving], seed[late])
    spread(nodes.astype(np.int32), labels, limit_ms)
    return label


def facility_seeds(network: StreetNetwork, facilities: AccessPoints) -> tuple[Ints, Ints, Ints]:
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
    return Arcs(
        way.start32, way.head, way.milliseconds, way.link, way.edge, network.edge_source, network.edge_target
    )


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


def to_milliseconds(seconds: float) -> int:
    if math.isnan(seconds) or seconds < 0:
        msg = f"a limit must not be negative, got {seconds}"
        raise ValueError(msg)
    return _FOREVER_MS if seconds * 1000 >= _FOREVER_MS else round(seconds * 1000)


def limits_in_milliseconds(limits_seconds: npt.ArrayLike) -> tuple[Ints, npt.NDArray[np.intp]]:
    """Return the limits ascending, and where each of the caller's stands among them."""
    limits = np.array([to_milliseconds(float(limit)) for limit in np.atleast_1d(limits_seconds)], np.int32)
    order = np.argsort(limits, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return limits[order], back


def to_seconds(milliseconds: Ints) -> Floats:
    return np.where(milliseconds == NO_TIME, np.inf, milliseconds / 1000.0)


def bucket_shift(network: StreetNetwork) -> int:
    """Return the binary width of a bucket: about a quarter of the mean edge (see BENCHMARKS.md)."""
    mean = max(float(network.outward.milliseconds.mean()) if network.outward.milliseconds.size else 1.0, 4.0)
    widest = max(network.largest_edge_ms, 1)
    return max(int(math.log2(mean / 4)), int(math.log2(widest)) - 16, 0)


def bounded_shift(network: StreetNetwork, limit_ms: int) -> int:
    """Return a bucket width with which a search up to `limit_ms` needs at most 65,536 buckets."""
    return max(bucket_shift(network), limit_ms.bit_length() - 16)


def bucket_count(widest_ms: int, shift: int) -> int:
    """Return a power of two of buckets that a label can never overtake."""
    return 1 << ((widest_ms >> shift) + 2).bit_length()
