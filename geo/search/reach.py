"""Travel times along the streets: to the nearest facilities, to all places within a limit, of single pairs.

Every function takes places made by `geo.network.snap.snap` (or `at_nodes`), includes the walk between a
point and its street, and measures from its first places to its second. Results are in seconds, ``inf``
where no path exists; limits are inclusive and rounded to whole milliseconds (`geo.limits`).
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
from geo.given import Column, amounts
from geo.limits import MILLISECONDS_PER_SECOND
from geo.network.arrays import NO_TIME
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _label_search, _places
from geo.search._engine import (
    ORIGINS_IN_BLOCK,
    Workspace,
    arcs_of,
    bounded_shift,
    facility_labels,
    goals_of,
    places_of,
    search_limit_ms,
    search_limits_ms,
    search_rows,
    thread_workspace,
    to_seconds,
)
from geo.types import Floats, Index, Index32

if TYPE_CHECKING:
    # Imported where it is needed: scipy.sparse takes half as long to import as the engine itself.
    from scipy import sparse

NO_FACILITY = -1
"""The facility of a point that reaches none."""

_ROWS_IN_MEMORY = 8192
"""Origins whose pairs `reachable_blocks` holds at a time."""

_ROWS_IN_BLOCK = 4096
"""Rows a thread adds up before it takes more."""


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return sparse.csr_array(
            (self.milliseconds / float(MILLISECONDS_PER_SECOND), self.place, self.start), shape=shape
        )

    def sums(self, weights: Column, *, limits_seconds: npt.ArrayLike) -> Floats:
        """Return the sum of the weights within each limit, one row an origin, one column a limit.

        There is one weight a place, none negative. Limits are inclusive; beyond the limit that this was
        searched with nothing is known.
        """
        weight = amounts("weights", weights, count=self.places)
        given_limits = search_limits_ms(limits_seconds)
        order = np.argsort(given_limits, kind="stable")
        limits = given_limits[order]
        out = np.zeros((self.start.size - 1, limits.size))

        def work(first: int, last: int) -> None:
            pairs = slice(self.start[first], self.start[last])
            _places.sum_within(
                self.start, self.place[pairs], self.milliseconds[pairs], weight, limits, first, last, out
            )

        for _ in run_blocks(out.shape[0], _ROWS_IN_BLOCK, work):
            pass
        return out[:, np.argsort(order)]


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
    limit_ms = search_limit_ms(max_seconds)
    arcs = arcs_of(network, network.inward)
    origins, goals = places_of(network, points), places_of(network, facilities)
    label = facility_labels(network, facilities, k=k, limit_ms=limit_ms)
    on_edges = _places.group_by_edge(network.edge_count, goals.edge)
    out_ms = np.full(len(points) * k, NO_TIME, np.int32)
    out_place = np.full(len(points) * k, NO_FACILITY, np.int32)
    _places.nearest_at_points(
        label, k, arcs, origins, goals, on_edges, limit_ms, 0, len(points), out_ms, out_place
    )
    return Nearest(seconds=to_seconds(out_ms).reshape(-1, k), index=out_place.reshape(-1, k))


def nearest_at_nodes(
    network: StreetNetwork, facilities: AccessPoints, *, k: int = 1, max_seconds: float = math.inf
) -> Nearest:
    """Return the `k` nearest facilities of every junction, as `nearest` does for points."""
    label = facility_labels(network, facilities, k=k, limit_ms=search_limit_ms(max_seconds))
    seconds = np.full(label.size, np.inf)
    index = np.full(label.size, NO_FACILITY, np.int32)
    _label_search.unpack_labels(label, seconds, index)
    return Nearest(seconds=seconds.reshape(-1, k), index=index.reshape(-1, k))


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

    Within a row, places stand in the order in which the search met them, which does not depend on the
    number of threads.

    Parameters
    ----------
    max_seconds
        Inclusive, in whole milliseconds; ``inf`` for no limit.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    >>> reachable(street, ends, ends, max_seconds=400).to_scipy().toarray().tolist()
    [[0.0, 400.0], [400.0, 0.0]]
    """
    limit_ms = search_limit_ms(max_seconds)
    graph, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    start, goals = places_of(network, origins), goals_of(network, places)
    shift = bounded_shift(network, limit_ms)

    def search(
        origin: int, last: int, own: Workspace, count: Index32, place: Index32, milliseconds: Index32
    ) -> tuple[int, int]:
        return _places.reach_places(
            graph, arcs, start, goals, limit_ms, shift, origin, last,
            own.scratch, own.place_time, own.reached_place, count, place, milliseconds,
        )  # fmt: skip

    workspace = partial(thread_workspace, graph, (limit_ms >> shift) + 1, len(places))
    start_row, place, milliseconds = search_rows(
        len(origins),
        row_pairs=len(places),
        search=search,
        workspace=workspace,
        threads=threads,
        progress=progress,
    )
    return Reachable(start=start_row, place=place, milliseconds=milliseconds, places=len(places))


def reachable_nodes(
    network: StreetNetwork,
    nodes: npt.ArrayLike,
    *,
    max_seconds: float,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Reachable:
    """Return every junction within `max_seconds` of each of the junctions `nodes`, itself included."""
    limit_ms = search_limit_ms(max_seconds)
    graph, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    origins = np.ascontiguousarray(nodes, np.int32)
    shift = bounded_shift(network, limit_ms)

    def search(
        origin: int, last: int, own: Workspace, count: Index32, place: Index32, milliseconds: Index32
    ) -> tuple[int, int]:
        return _places.reach_nodes(
            graph, arcs, origins, limit_ms, shift, origin, last, own.scratch, count, place, milliseconds
        )

    workspace = partial(thread_workspace, graph, (limit_ms >> shift) + 1)
    start_row, place, milliseconds = search_rows(
        origins.size,
        row_pairs=network.node_count,
        search=search,
        workspace=workspace,
        threads=threads,
        progress=progress,
    )
    return Reachable(start=start_row, place=place, milliseconds=milliseconds, places=network.node_count)


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
    >>> [(first, block.start.size - 1) for first, block in blocks]
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
    weights: Column,
    *,
    limits_seconds: npt.ArrayLike,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Return the sum of the weights of the places within each limit of each origin.

    No pairs are kept in memory. Where the same pairs are summed more than once, `reachable` and its
    `sums` are faster, and `geo.measures.access.gravity` takes its pairs too.

    Parameters
    ----------
    weights
        One a place, summed within every limit; or one row a place with one column a limit. Weights of
        one count the places.
    limits_seconds
        Inclusive, all of them summed in one search.

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
    limits = search_limits_ms(limits_seconds)
    weight = amounts("weights", weights, count=len(places))
    weight = np.repeat(weight[:, None], limits.size, axis=1) if weight.ndim == 1 else weight
    if weight.shape != (len(places), limits.size):
        msg = f"{len(places)} places and {limits.size} limits, but weights of shape {weight.shape}"
        raise ValueError(msg)
    row, column = np.nonzero(weight)
    weight_start = np.searchsorted(row, np.arange(len(places) + 1)).astype(np.int64)
    stored_weight = weight[row, column]
    out = np.zeros((len(origins), limits.size))
    graph, arcs = network.hierarchy.forward, arcs_of(network, network.outward)
    start, goals = places_of(network, origins), goals_of(network, places)
    largest = int(limits.max())
    shift = bounded_shift(network, largest)

    def work(first: int, last: int) -> None:
        own = thread_workspace(graph, (largest >> shift) + 1, len(places))
        _places.sum_places(
            graph, arcs, start, goals, limits, shift, first, last,
            own.scratch, own.place_time, own.reached_place, weight_start, column, stored_weight, out,
        )  # fmt: skip

    for _ in run_blocks(len(origins), ORIGINS_IN_BLOCK, work, threads=threads, progress=progress):
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
    limit_ms = search_limit_ms(max_seconds)
    out = np.full(len(origins), NO_TIME, np.int32)
    forward, backward = network.hierarchy.forward, network.hierarchy.backward
    arcs = arcs_of(network, network.outward)
    start, goal = places_of(network, origins), places_of(network, destinations)
    shift = bounded_shift(network, limit_ms)

    def work(first: int, last: int) -> None:
        ahead = thread_workspace(forward, (limit_ms >> shift) + 1)
        behind = thread_workspace(backward, 1, use="destination")
        _places.pair_times(
            forward, backward, arcs, start, goal, limit_ms, shift, ahead.scratch, behind.scratch,
            first, last, out,
        )  # fmt: skip

    for _ in run_blocks(len(origins), ORIGINS_IN_BLOCK, work, threads=threads, progress=progress):
        pass
    return to_seconds(out)
