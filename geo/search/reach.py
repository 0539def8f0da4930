"""How long it takes from points to places along the streets.

Every function takes places made by `geo.network.snap.snap` (or `at_nodes`), counts the walk between a
point and its street, and goes from the first argument to the second. Times come out in seconds,
``inf`` where there is no way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.blocks import Progress, run_blocks
from geo.network.arrays import NO_TIME
from geo.network.network import (
    StreetNetwork,
)
from geo.network.snap import AccessPoints
from geo.search import _places, _whole
from geo.search._engine import (
    Memory,
    arcs_of,
    bounded_shift,
    goals_of,
    labels_towards,
    limits_in_milliseconds,
    places_of,
    search_rows,
    to_milliseconds,
    to_seconds,
    working_memory,
)
from geo.types import Floats, Index, Index32

if TYPE_CHECKING:
    # scipy is imported when it is asked for: it costs half as much time as the engine itself.
    from scipy import sparse

NOBODY = -1
"""Stands for the facility of a point that reaches none."""

_ROWS_IN_MEMORY = 8192
_ORIGINS_IN_BLOCK = 256


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
    index: Index32


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

    start: Index
    place: Index32
    milliseconds: Index32
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
        limits, order = limits_in_milliseconds(limits_seconds)
        out = np.zeros((self.start.size - 1, limits.size))
        weight = np.array(weights, np.float64)

        def work(first: int, last: int) -> None:
            pairs = slice(self.start[first], self.start[last])
            _places.sum_within(
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
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> nearest(street, west, east).seconds.tolist()
    [[400.0]]
    """
    if k < 1:
        msg = f"k must be at least 1, got {k}"
        raise ValueError(msg)
    limit_ms = to_milliseconds(max_seconds)
    towards = arcs_of(network, network.inward)
    places = places_of(facilities)
    label = labels_towards(network, facilities, k, limit_ms)
    on_edges = _places.group_by_edge(network.edge_count, facilities.edge)
    out_ms = np.full(len(points) * k, NO_TIME, np.int32)
    out_place = np.full(len(points) * k, NOBODY, np.int32)
    from_points = places_of(points)
    _places.nearest_at_points(
        label, k, towards, from_points, places, on_edges, limit_ms, 0, len(points), out_ms, out_place
    )
    return Nearest(to_seconds(out_ms).reshape(-1, k), out_place.reshape(-1, k))


def nearest_at_nodes(
    network: StreetNetwork, facilities: AccessPoints, *, k: int = 1, max_seconds: float = math.inf
) -> Nearest:
    """Return the `k` nearest facilities of every junction, as `nearest` does for points."""
    label = labels_towards(network, facilities, k, to_milliseconds(max_seconds))
    seconds = np.full(label.size, np.inf)
    index = np.full(label.size, NOBODY, np.int32)
    _whole.read_labels(label, seconds, index)
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
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    >>> reachable(street, ends, ends, max_seconds=400).to_scipy().toarray().tolist()
    [[0.0, 400.0], [400.0, 0.0]]
    """
    limit_ms = to_milliseconds(max_seconds)
    way, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    start, goals = places_of(origins), goals_of(network, places)
    shift = bounded_shift(network, limit_ms)

    def search(
        origin: int, last: int, mine: Memory, count: Index32, place: Index32, milliseconds: Index32
    ) -> tuple[int, int]:
        return _places.reach_places(
            way, arcs, start, goals, limit_ms, shift, origin, last,
            mine.scratch, mine.place_time, mine.found, count, place, milliseconds,
        )  # fmt: skip

    memory = partial(working_memory, way, (limit_ms >> shift) + 1, len(places))
    rows = search_rows(len(origins), len(places), search, memory, threads, progress)
    return Reachable(*rows, len(places))


def reachable_nodes(
    network: StreetNetwork,
    nodes: npt.ArrayLike,
    *,
    max_seconds: float,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Reachable:
    """Return every junction within `max_seconds` of each of the junctions `nodes`, itself included."""
    limit_ms = to_milliseconds(max_seconds)
    way, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    origins = np.ascontiguousarray(nodes, np.int32)
    shift = bounded_shift(network, limit_ms)

    def search(
        origin: int, last: int, mine: Memory, count: Index32, place: Index32, milliseconds: Index32
    ) -> tuple[int, int]:
        return _places.reach_nodes(
            way, arcs, origins, limit_ms, shift, origin, last, mine.scratch, count, place, milliseconds
        )

    memory = partial(working_memory, way, (limit_ms >> shift) + 1)
    rows = search_rows(origins.size, network.node_count, search, memory, threads, progress)
    return Reachable(*rows, network.node_count)


def reachable_blocks(
    network: StreetNetwork,
    origins: AccessPoints,
    places: AccessPoints,
    *,
    max_seconds: float,
    rows: int = _ROWS_IN_MEMORY,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[int, Reachable]]:
    """Yield what `reachable` returns, `rows` origins at a time, with the position of the first of them.

    No more than one block of pairs is held, however many origins there are.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> every = at_nodes(street, range(street.node_count))
    >>> blocks = reachable_blocks(street, every, every, max_seconds=50, rows=3)
    >>> [(first, found.start.size - 1) for first, found in blocks]
    [(0, 3), (3, 1)]
    """
    for first in range(0, len(origins), rows):
        some = origins.take(np.arange(first, min(first + rows, len(origins))))
        yield first, reachable(network, some, places, max_seconds=max_seconds, threads=threads)
        if progress is not None:
            progress(first + len(some), len(origins))


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

    Nothing is held but the sums. Where the same pairs are summed more than once, `reachable` and its
    `sums` are faster, and `geo.measures.access.gravity` takes its pairs too.

    Parameters
    ----------
    weights
        One a place, summed within every limit; or one row a place with one column a limit. Weights of
        one count the places.
    limits_seconds
        Inclusive, all of them taken in one search.

    Returns
    -------
    float64 [origins, limits]

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    >>> sums(street, ends, ends, [1, 10], limits_seconds=[0, 400]).tolist()
    [[1.0, 11.0], [10.0, 11.0]]
    """
    limits = np.array([to_milliseconds(float(limit)) for limit in np.atleast_1d(limits_seconds)], np.int32)
    weight = np.asarray(weights, np.float64)
    weight = np.repeat(weight[:, None], limits.size, axis=1) if weight.ndim == 1 else weight
    if weight.shape != (len(places), limits.size):
        msg = f"{len(places)} places and {limits.size} limits, but weights of shape {weight.shape}"
        raise ValueError(msg)
    row, column = np.nonzero(weight)
    entries = weight[row, column]
    entry_start = np.searchsorted(row, np.arange(len(places) + 1)).astype(np.int64)
    out = np.zeros((len(origins), limits.size))
    way, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    start, goals = places_of(origins), goals_of(network, places)
    largest = int(limits.max())
    shift = bounded_shift(network, largest)

    def work(first: int, last: int) -> None:
        mine = working_memory(way, (largest >> shift) + 1, len(places))
        _places.sum_places(
            way, arcs, start, goals, limits, shift, first, last,
            mine.scratch, mine.place_time, mine.found, entry_start, column, entries, out,
        )  # fmt: skip

    for _ in run_blocks(len(origins), _ORIGINS_IN_BLOCK, work, threads=threads, progress=progress):
        pass
    return out


def travel_times(
    network: StreetNetwork,
    origins: AccessPoints,
    destinations: AccessPoints,
    *,
    max_seconds: float = math.inf,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Return the travel time of each pair: the first origin to the first destination, and so on.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> travel_times(street, west, east).tolist()
    [400.0]
    """
    if len(origins) != len(destinations):
        msg = f"pairs need as many origins as destinations, got {len(origins)} and {len(destinations)}"
        raise ValueError(msg)
    limit_ms = to_milliseconds(max_seconds)
    out = np.full(len(origins), NO_TIME, np.int32)
    forward, backward = network.hierarchy.forward, network.hierarchy.backward
    arcs = arcs_of(network, network.outward)
    start, goal = places_of(origins), places_of(destinations)
    shift = bounded_shift(network, limit_ms)

    def work(first: int, last: int) -> None:
        ahead = working_memory(forward, (limit_ms >> shift) + 1)
        behind = working_memory(backward, 1, use="behind")
        _places.pair_times(
            forward, backward, arcs, start, goal, limit_ms, shift, ahead.scratch, behind.scratch,
            first, last, out,
        )  # fmt: skip

    for _ in run_blocks(len(origins), _ORIGINS_IN_BLOCK, work, threads=threads, progress=progress):
        pass
    return to_seconds(out)
