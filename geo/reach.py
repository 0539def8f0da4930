"""How long it takes from points to places along the streets.

Every function takes places made by `geo.snap.snap` (or `at_nodes`), counts the walk between a
point and its street, and goes from the first argument to the second. Times come out in seconds,
``inf`` where there is no way.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo import _emit, _search
from geo._arrays import NO_TIME, UNREACHED, Arcs, Array, Places, make_scratch, node_rows
from geo._blocks import Progress, run_blocks
from geo.network import Adjacency, Floats, Ints, Offsets, StreetNetwork
from geo.snap import AccessPoints

if TYPE_CHECKING:
    # scipy is imported when it is asked for: it costs half as much time as the engine itself.
    from scipy import sparse

NOBODY = -1
"""Stands for the facility of a point that reaches none."""

_FOREVER_MS = NO_TIME - 1
_BLOCK = 256
_FIRST_ROOM = 1 << 16
_ROWS_IN_MEMORY = 8192


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest facilities of each point.

    Attributes
    ----------
    seconds
        Travel time to the 1st, 2nd, ... k-th nearest, one row a point; ``inf`` where there are fewer.
    index
        Which facility that is, by position; -1 where there are fewer.
    """

    seconds: Floats
    index: Ints


@dataclass(frozen=True, slots=True)
class Reachable:
    """Which places lie within a limit of each origin, in compressed rows of 8 bytes a pair.

    Attributes
    ----------
    start
        The places of origin ``i`` are ``place[start[i]:start[i + 1]]``.
    place, milliseconds
        Position of each place, and the travel time to it.
    places
        Number of places there were to reach.
    """

    start: Offsets
    place: Ints
    milliseconds: Ints
    places: int

    def to_scipy(self) -> sparse.csr_array:
        """Return the travel times in seconds, one row an origin; a stored zero is a time of zero."""
        from scipy import sparse

        shape = (self.start.size - 1, self.places)
        return sparse.csr_array((self.milliseconds / 1000.0, self.place, self.start), shape=shape)

    def sums(self, weights: npt.ArrayLike, *, limits_seconds: npt.ArrayLike) -> Floats:
        """Return the sum of the weights within each limit, one row an origin, one column a limit.

        Limits are inclusive; beyond the limit that this was searched with nothing is known.
        """
        limits, order = _limits_ms(limits_seconds)
        out = np.zeros((self.start.size - 1, limits.size))
        weight = np.array(weights, np.float64)

        def work(first: int, last: int) -> None:
            pairs = slice(self.start[first], self.start[last])
            _emit.sum_within(
                self.start, self.place[pairs], self.milliseconds[pairs], weight, limits, first, last, out
            )

        for _ in run_blocks(out.shape[0], 4096, work):
            pass
        return out[:, order]


def nearest(
    network: StreetNetwork,
    points: AccessPoints,
    facilities: AccessPoints,
    *,
    k: int = 1,
    max_seconds: float = math.inf,
) -> Nearest:
    """Return the `k` nearest facilities of each point, in travel time from the point.

    One search runs backwards from all facilities at once, so its cost does not depend on the
    number of points. Of facilities equally near, the one that stands first is taken.

    Parameters
    ----------
    max_seconds
        Facilities farther than this count as not reached. Inclusive, in whole milliseconds.

    Examples
    --------
    >>> from geo.toys import line
    >>> from geo.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> nearest(street, west, east).seconds.tolist()
    [[400.0]]
    """
    if k < 1:
        msg = f"k must be at least 1, got {k}"
        raise ValueError(msg)
    limit_ms = _milliseconds(max_seconds)
    towards = arcs_of(network, network.inward)
    places = places_of(facilities)
    label = _labels(network, towards, facilities, k, limit_ms)
    on_edges = _emit.group_by_edge(network.edge_count, facilities.edge)
    out_ms = np.full(len(points) * k, NO_TIME, np.int32)
    out_place = np.full(len(points) * k, NOBODY, np.int32)
    from_points = places_of(points)
    _emit.nearest_at_points(
        label, k, towards, from_points, places, on_edges, limit_ms, 0, len(points), out_ms, out_place
    )
    return Nearest(_seconds(out_ms).reshape(-1, k), out_place.reshape(-1, k))


def nearest_at_nodes(
    network: StreetNetwork, facilities: AccessPoints, *, k: int = 1, max_seconds: float = math.inf
) -> Nearest:
    """Return the `k` nearest facilities of every junction, as `nearest` does for points."""
    label = _labels(network, arcs_of(network, network.inward), facilities, k, _milliseconds(max_seconds))
    reached = label != UNREACHED
    seconds = np.where(reached, (label >> 32) / 1000.0, np.inf)
    index = np.where(reached, (label & 0xFFFFFFFF) >> 1, NOBODY).astype(np.int32)
    return Nearest(seconds.reshape(-1, k), index.reshape(-1, k))


def reachable(
    network: StreetNetwork,
    origins: AccessPoints,
    places: AccessPoints,
    *,
    max_seconds: float,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Reachable:
    """Return every place within `max_seconds` of each origin, with the travel time to it.

    Within a row, places stand in the order in which the search met them: the same for every
    number of threads.

    Examples
    --------
    >>> from geo.toys import line
    >>> from geo.snap import at_nodes
    >>> street = line([100, 300])
    >>> ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    >>> reachable(street, ends, ends, max_seconds=400).to_scipy().toarray().tolist()
    [[0.0, 400.0], [400.0, 0.0]]
    """
    limit_ms = _milliseconds(max_seconds)
    arcs, against = arcs_of(network, network.outward), arcs_of(network, network.inward)
    start, goal = places_of(origins), places_of(places)
    on_edges = _emit.group_by_edge(network.edge_count, places.edge)
    shift = bounded_shift(network, limit_ms)

    def search(origin: int, last: int, mine: _Memory, count: Ints) -> tuple[int, int]:
        return _emit.reach_places(
            arcs, against, not network.symmetric, start, goal, on_edges, limit_ms, shift, origin, last,
            mine.scratch, mine.place_time, mine.found, count, mine.place, mine.milliseconds,
        )  # fmt: skip

    memory = _Memory(arcs.start, (limit_ms >> shift) + 1, len(places))
    return _rows(len(origins), len(places), search, memory, threads, progress)


def reachable_nodes(
    network: StreetNetwork,
    nodes: npt.ArrayLike,
    *,
    max_seconds: float,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Reachable:
    """Return every junction within `max_seconds` of each of the junctions `nodes`, itself included."""
    limit_ms = _milliseconds(max_seconds)
    arcs = arcs_of(network, network.outward)
    origins = np.ascontiguousarray(nodes, np.int32)
    shift = bounded_shift(network, limit_ms)

    def search(origin: int, last: int, mine: _Memory, count: Ints) -> tuple[int, int]:
        return _emit.reach_nodes(
            arcs, origins, limit_ms, shift, origin, last, mine.scratch, count, mine.place, mine.milliseconds
        )

    memory = _Memory(arcs.start, (limit_ms >> shift) + 1, 0)
    return _rows(origins.size, network.node_count, search, memory, threads, progress)


def sums(
    network: StreetNetwork,
    origins: AccessPoints,
    places: AccessPoints,
    weights: npt.ArrayLike,
    *,
    limits_seconds: npt.ArrayLike,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Return the sum of the weights of the places within each limit of each origin.

    One row an origin, one column a limit; limits are inclusive and taken in one search. No pair
    is kept, so memory does not grow with the number of pairs. Where the same pairs are summed
    more than once, `reachable` and its `sums` are faster.
    """
    limits, order = _limits_ms(limits_seconds)
    weight = np.asarray(weights, np.float64)
    out = np.zeros((len(origins), limits.size))
    done = 0
    for first in range(0, len(origins), _ROWS_IN_MEMORY):
        some = origins.take(np.arange(first, min(first + _ROWS_IN_MEMORY, len(origins))))
        found = reachable(network, some, places, max_seconds=limits[-1] / 1000.0, threads=threads)
        out[first : first + len(some)] = found.sums(weight, limits_seconds=limits / 1000.0)
        done += len(some)
        if progress is not None:
            progress(done, len(origins))
    return out[:, order]


def travel_times(
    network: StreetNetwork,
    origins: AccessPoints,
    destinations: AccessPoints,
    *,
    max_seconds: float = math.inf,
) -> Floats:
    """Return the travel time of each pair: the first origin to the first destination, and so on.

    Examples
    --------
    >>> from geo.toys import line
    >>> from geo.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> travel_times(street, west, east).tolist()
    [400.0]
    """
    if len(origins) != len(destinations):
        msg = f"pairs need as many origins as destinations, got {len(origins)} and {len(destinations)}"
        raise ValueError(msg)
    limit_ms = _milliseconds(max_seconds)
    out = np.full(len(origins), NO_TIME, np.int32)
    arcs = arcs_of(network, network.outward)
    _emit.pair_times(
        arcs,
        node_rows(arcs.start),
        places_of(origins),
        places_of(destinations),
        limit_ms,
        _shift(network),
        _buckets(network.largest_edge_ms, _shift(network)),
        out,
    )
    return _seconds(out)


class _Memory(threading.local):
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


def _rows(
    origins: int,
    places: int,
    search: Callable[[int, int, _Memory, Ints], tuple[int, int]],
    memory: _Memory,
    threads: int | None,
    progress: Progress | None,
) -> Reachable:
    """Search from all origins in blocks and lay the rows one behind the other."""
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
    return Reachable(start, place, milliseconds, places)


def _labels(
    network: StreetNetwork, towards: Arcs, facilities: AccessPoints, k: int, limit_ms: int
) -> npt.NDArray[np.int64]:
    """Return the labels of all junctions, time << 32 | facility << 1, `k` a junction."""
    node, ms, number = _facility_seeds(network, facilities)
    rows = node_rows(towards.start)
    shift = _shift(network)
    buckets = _buckets(max(network.largest_edge_ms, int(ms.max(initial=0))), shift)
    if k > 1:
        return _search.nearest_k_labels(towards, rows, node, ms, number, k, limit_ms, shift, buckets)
    label = (ms.astype(np.int64) << 32) | (number.astype(np.int64) << 1)
    return _search.nearest_labels(towards, rows, node, label, limit_ms, shift, buckets)


def _facility_seeds(network: StreetNetwork, facilities: AccessPoints) -> tuple[Ints, Ints, Ints]:
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
    return Arcs(way.start, way.link, way.edge, network.edge_source, network.edge_target)


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


def _milliseconds(seconds: float) -> int:
    if math.isnan(seconds) or seconds < 0:
        msg = f"a limit must not be negative, got {seconds}"
        raise ValueError(msg)
    return _FOREVER_MS if seconds * 1000 >= _FOREVER_MS else round(seconds * 1000)


def _limits_ms(limits_seconds: npt.ArrayLike) -> tuple[Ints, npt.NDArray[np.intp]]:
    """Return the limits ascending, and where each of the caller's stands among them."""
    limits = np.array([_milliseconds(float(limit)) for limit in np.atleast_1d(limits_seconds)], np.int32)
    order = np.argsort(limits, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return limits[order], back


def _seconds(milliseconds: Ints) -> Floats:
    return np.where(milliseconds == NO_TIME, np.inf, milliseconds / 1000.0)


def _shift(network: StreetNetwork) -> int:
    """Return the binary width of a bucket: about a quarter of the mean edge (see BENCHMARKS.md)."""
    mean = max(float(network.outward.milliseconds.mean()) if network.outward.milliseconds.size else 1.0, 4.0)
    widest = max(network.largest_edge_ms, 1)
    return max(int(math.log2(mean / 4)), int(math.log2(widest)) - 16, 0)


def bounded_shift(network: StreetNetwork, limit_ms: int) -> int:
    """Return a bucket width with which a search up to `limit_ms` needs at most 65,536 buckets."""
    return max(_shift(network), limit_ms.bit_length() - 16)


def _buckets(widest_ms: int, shift: int) -> int:
    """Return a power of two of buckets that a label can never overtake."""
    return 1 << ((widest_ms >> shift) + 2).bit_length()
