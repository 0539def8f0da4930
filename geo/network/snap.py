"""Access points: places on edges at which points join the street network.

A point is joined to the nearest place of those against which least speaks.

What speaks against a join is its doubt (`geo.joins.doubt.Doubt`): a tunnel below or a bridge above, an
isolated piece, water, a railway, a wall or a motorway between, somebody else's private way. Of all places
within the limit the one with the least doubt is taken, of those the nearest. What the nearest place of all
would have been stands beside it, so that both can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.blocks import run_blocks
from geo.coordinates.crs import transformer
from geo.joins.barriers import Barriers, no_barriers
from geo.joins.doubt import Doubt, Doubts
from geo.joins.gates import best_gates, near_gates
from geo.limits import MILLISECONDS_PER_SECOND
from geo.network import _snap
from geo.network._surface_joins import choose_ways_across
from geo.network.arrays import NO_TIME, freeze
from geo.network.network import StreetNetwork
from geo.types import Floats, Index32

if TYPE_CHECKING:
    # Imported for types alone: geopandas would double the time it takes to import the engine.
    import geopandas as gpd

NOT_SNAPPED = -1
"""The edge of a point that is too far from every street."""


@dataclass(frozen=True, kw_only=True)
class AccessPoints:
    """Places on edges at which points join the street network.

    Attributes
    ----------
    edge
        The edge each point is joined to; -1 where no street lies near enough.
    edge_metres
        Distance of the place from the source, along the edge.
    access_ms
        Time of the walk between the point and its street.
    snap_metres
        Length of that walk, through a gate where a wall stands in the straight way; to the nearest street
        also where the point was not joined, and ``inf`` where nothing lies within ten times the limit.
    doubt
        What speaks against the join, as bits of `geo.joins.doubt.Doubt`; 0 where nothing does.
    nearest_edge, nearest_metres
        The edge that is nearest whatever speaks against it, and how far it is; -1 where none is near enough.
    from_source_ms, from_target_ms
        Travel time from the ends of the edge to the place, without the access walk.
    to_source_ms, to_target_ms
        Travel time from the place to the ends. `NO_TIME` where that direction is not allowed.
    lon, lat
        The place on the street, WGS84 degrees; missing where the point was not joined.
    name
        What each place is called, such as a gate of a park; None where nothing is.
    further, further_of
        Where a point, such as a park with several gates, is reached at more places than one: the others, and
        the position of the point each belongs to. None where every point has one place.
    network
        The fingerprint of the network they are joined to (`StreetNetwork.fingerprint`); None is not checked.
    """

    edge: Index32
    edge_metres: Floats
    access_ms: Index32
    snap_metres: Floats
    doubt: Doubts
    nearest_edge: Index32
    nearest_metres: Floats
    from_source_ms: Index32
    from_target_ms: Index32
    to_source_ms: Index32
    to_target_ms: Index32
    lon: Floats
    lat: Floats
    name: npt.NDArray[np.object_] | None = None
    further: AccessPoints | None = None
    further_of: Index32 | None = None
    network: int | None = None

    def __len__(self) -> int:
        return int(self.edge.size)

    @property
    def snapped(self) -> npt.NDArray[np.bool_]:
        """Which points are joined to a street."""
        return self.edge != NOT_SNAPPED

    def take(self, positions: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> AccessPoints:
        """Return some of the points, by position or by mask, with all of their places."""
        columns: dict[str, Any] = {column: freeze(getattr(self, column)[positions]) for column in _COLUMNS}
        name = None if self.name is None else self.name[positions]
        first = AccessPoints(**columns, name=name, network=self.network)
        if self.further is None or self.further_of is None:
            return first
        chosen = np.arange(len(self))[positions]
        order = np.argsort(self.further_of, kind="stable")
        begin, end = (np.searchsorted(self.further_of[order], chosen, side) for side in ("left", "right"))
        count = end - begin
        number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows = order[np.repeat(begin, count) + number]
        owner = np.repeat(np.arange(chosen.size), count).astype(np.int32)
        return first if not rows.size else first.with_further(self.further.take(rows), owner)

    def with_further(self, further: AccessPoints, further_of: Index32) -> AccessPoints:
        """Return the points with further places, each at the position of its point; those there are go."""
        return replace(self, further=further, further_of=freeze(further_of.astype(np.int32)))

    def named(self, name: npt.NDArray[np.object_]) -> AccessPoints:
        """Return the points with names of their places."""
        return replace(self, name=name)

    def farther(self, metres: Floats, metres_per_second: float) -> AccessPoints:
        """Return the points so many metres farther from their streets; none has further places."""
        walk = np.where(self.snapped, metres, 0.0)
        more = np.rint(walk / metres_per_second * MILLISECONDS_PER_SECOND).astype(np.int32)
        return replace(
            self, snap_metres=freeze(self.snap_metres + walk), access_ms=freeze(self.access_ms + more)
        )

    def followed_by(self, others: AccessPoints) -> AccessPoints:
        """Return these points and others after them; neither has further places."""
        joined: dict[str, Any] = {
            column: freeze(np.concatenate([getattr(self, column), getattr(others, column)]))
            for column in _COLUMNS
        }
        names = np.concatenate([_names(self), _names(others)])
        return AccessPoints(**joined, name=names, network=self.network)

    def every_place(self) -> tuple[AccessPoints, Index32]:
        """Return all places, those of a point beside one another, and the position of the point of each."""
        if self.further is None or self.further_of is None:
            return self, np.arange(len(self), dtype=np.int32)
        owner = np.concatenate([np.arange(len(self), dtype=np.int32), self.further_of])
        order = np.argsort(owner, kind="stable")
        return self.followed_by(self.further).take(order), owner[order]


_COLUMNS = tuple(
    field
    for field in AccessPoints.__dataclass_fields__
    if field not in ("name", "further", "further_of", "network")
)
"""What is known of every place."""


def _names(points: AccessPoints) -> npt.NDArray[np.object_]:
    return np.full(len(points), None, dtype=object) if points.name is None else points.name


def snap(
    network: StreetNetwork,
    points: gpd.GeoSeries | gpd.GeoDataFrame | tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    max_snap_metres: float = 200.0,
    barriers: Barriers | None = None,
    level: npt.ArrayLike | None = None,
) -> AccessPoints:
    """Join each point to the nearest place of the nearest edge.

    A point that a wall parts from every street near it is joined through a gate of the wall, where one can be
    walked to, with the length of that walk.

    Parameters
    ----------
    points
        Points with a CRS, or longitudes and latitudes in degrees of WGS84.
    max_snap_metres
        A point farther than this from every street is not joined (`NOT_SNAPPED`).
    barriers
        What is not walked across; nothing where left out.
    level
        Of each point: 0 on the ground, negative where it lies below it, positive above
        (`geo.joins.level.place_level`); all on the ground where left out.

    Raises
    ------
    ValueError
        When the points have no CRS or are no points, or there is not one level a point.
    """
    xy = _metric(network, points)
    levels = _levels(level, len(xy))
    walls = barriers or no_barriers()
    joined = _snap_straight(network, xy, levels, max_snap_metres, walls)
    return _through_gates(network, xy, joined, max_snap_metres, walls)


def near_streets(
    network: StreetNetwork, shapes: npt.NDArray[np.object_], *, metres: float
) -> npt.NDArray[np.bool_]:
    """Tell which shapes, in degrees of WGS84, lie within some metres of a street."""
    to_metres = transformer("EPSG:4326", network.metric_crs)
    moved = shapely.transform(shapes, to_metres.transform, interleaved=False)
    near = np.zeros(shapes.size, np.bool_)
    sound = np.flatnonzero(np.isfinite(shapely.bounds(moved)).all(axis=1))
    found, _ = network.edge_tree.query_nearest(moved[sound], max_distance=metres, all_matches=False)
    near[sound[found]] = True
    return near


def _snap_straight(
    network: StreetNetwork,
    xy: Floats,
    levels: npt.NDArray[np.int8],
    max_snap_metres: float,
    barriers: Barriers,
) -> AccessPoints:
    """Join points, in metres, along straight lines."""
    places = _nearest_places(network, xy, max_snap_metres=max_snap_metres)
    choose_ways_across(network, xy, places.edge, places.vertex, places.share, places.metres)
    near = places.metres <= max_snap_metres
    nearest = np.where(near, places.edge, NOT_SNAPPED).astype(np.int32), places.metres.copy()
    doubt = _with_least_doubt(network, xy, levels, places, max_snap_metres, barriers)
    edge = np.where(near, places.edge, NOT_SNAPPED).astype(np.int32)
    return _access_points(network, edge, places, doubt=doubt, nearest=nearest)


def _through_gates(
    network: StreetNetwork, xy: Floats, joined: AccessPoints, max_snap_metres: float, barriers: Barriers
) -> AccessPoints:
    """Join points that are behind a wall by the gate from which the walk to a street is the shortest.

    The walk is straight to the gate, and from there to the street to which the gate itself is joined.
    """
    # Where a farther street was taken, it may be because it is seen through a gate.
    passed_over = joined.snapped & (joined.doubt == 0) & (joined.snap_metres > joined.nearest_metres)
    walled = np.flatnonzero(((joined.doubt & np.uint16(Doubt.WALL)) > 0) | passed_over)
    if not walled.size or not len(barriers.openings):
        return joined
    lon, lat = barriers.openings.T
    gates = np.column_stack(transformer("EPSG:4326", network.metric_crs).transform(lon, lat))
    gates = gates[np.isfinite(gates).all(axis=1)]
    pairs = near_gates(xy[walled], gates, max_snap_metres)
    some, number = np.unique(pairs.gate, return_inverse=True)
    gates = gates[some]
    ground = np.zeros(some.size, np.int8)
    beyond = _snap_straight(network, gates, ground, max_snap_metres, barriers)
    onward = np.where(beyond.snapped & (beyond.doubt == 0), beyond.snap_metres, np.inf)
    grid = barriers.grid(network.metric_crs, network.vertex_lon, network.vertex_lat)
    pairs = pairs._replace(gate=number)
    point, gate, metres = best_gates(grid, xy[walled], gates, pairs, onward, max_snap_metres)
    sooner = (joined.doubt[walled[point]] > 0) | (metres < joined.snap_metres[walled[point]])
    point, gate, metres = point[sooner], gate[sooner], metres[sooner]
    columns: dict[str, Any] = {column: getattr(joined, column).copy() for column in _COLUMNS}
    for column in _COLUMNS:
        if not column.startswith("nearest_"):
            columns[column][walled[point]] = getattr(beyond, column)[gate]
    walk_ms = np.rint(metres / network.metres_per_second * MILLISECONDS_PER_SECOND)
    columns["snap_metres"][walled[point]] = metres
    columns["access_ms"][walled[point]] = walk_ms.astype(np.int32)
    frozen: dict[str, Any] = {column: freeze(values) for column, values in columns.items()}
    return AccessPoints(**frozen, network=network.fingerprint)


def plain_nearest(
    network: StreetNetwork,
    points: gpd.GeoSeries | gpd.GeoDataFrame | tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    max_snap_metres: float = 200.0,
) -> AccessPoints:
    """Join each point to the nearest place of the nearest edge, whatever speaks against it; no doubt is kept.

    Parameters
    ----------
    points
        Points with a CRS, or longitudes and latitudes in degrees of WGS84.
    """
    xy = _metric(network, points)
    places = _nearest_places(network, xy, max_snap_metres=max_snap_metres)
    choose_ways_across(network, xy, places.edge, places.vertex, places.share, places.metres)
    edge = np.where(places.metres <= max_snap_metres, places.edge, NOT_SNAPPED).astype(np.int32)
    none = np.zeros(edge.size, np.uint16)
    return _access_points(network, edge, places, doubt=none, nearest=(edge.copy(), places.metres.copy()))


def _levels(level: npt.ArrayLike | None, count: int) -> npt.NDArray[np.int8]:
    if level is None:
        return np.zeros(count, np.int8)
    levels = np.asarray(level)
    if levels.shape != (count,):
        msg = f"there are {count} points, but levels of shape {levels.shape}"
        raise ValueError(msg)
    return np.sign(levels).astype(np.int8)


def at_nodes(network: StreetNetwork, nodes: npt.ArrayLike) -> AccessPoints:
    """Return access points at junctions, given by position; each lies on one of the junction's edges.

    Examples
    --------
    >>> from geo.network.toys import square
    >>> at_nodes(square(side_metres=100), [0]).snap_metres.tolist()
    [0.0]
    """
    node = np.asarray(nodes, np.int64)
    count = network.node_count
    any_edge = np.empty(count, np.int32)
    any_edge[network.edge_target] = np.arange(network.edge_count, dtype=np.int32)
    any_edge[network.edge_source] = np.arange(network.edge_count, dtype=np.int32)
    edge = any_edge[node]
    vertex = np.where(
        network.edge_source[edge] == node, network.vertex_start[edge], network.vertex_start[edge + 1] - 1
    )
    here = np.zeros(node.size)
    places = _NearestPlaces(edge=edge, vertex=vertex, share=here, metres=here.copy())
    none = np.zeros(node.size, np.uint16)
    return _access_points(network, edge, places, doubt=none, nearest=(edge.copy(), here.copy()))


def _metric(
    network: StreetNetwork, points: gpd.GeoSeries | gpd.GeoDataFrame | tuple[npt.ArrayLike, npt.ArrayLike]
) -> Floats:
    if isinstance(points, tuple):
        lon, lat = (np.asarray(axis, np.float64) for axis in points)
        x, y = transformer("EPSG:4326", network.metric_crs).transform(lon, lat)
    else:
        if points.crs is None:
            msg = "points need a CRS: set it with points.set_crs(...)"
            raise ValueError(msg)
        geometry = points.geometry
        if not (geometry.isna() | (geometry.geom_type == "Point")).all():
            msg = "only points can be joined to streets; give representative points of lines and areas"
            raise ValueError(msg)
        x, y = transformer(points.crs.to_wkt(), network.metric_crs).transform(geometry.x, geometry.y)
    return np.column_stack([np.atleast_1d(x), np.atleast_1d(y)]).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NearestPlaces:
    """The nearest place of each point: edge, vertex before it, share of the segment after that, metres."""

    edge: Index32
    vertex: npt.NDArray[np.int64]
    share: Floats
    metres: Floats


def _nearest_places(network: StreetNetwork, xy: Floats, *, max_snap_metres: float) -> _NearestPlaces:
    """Return the nearest place of each point, from growing squares around it: few candidates make it fast.

    The last square, ten times `max_snap_metres`, only tells how far the street of a point not joined is.
    """
    count = len(xy)
    nearest = _NearestPlaces(
        edge=np.full(count, NOT_SNAPPED, np.int32),
        vertex=np.full(count, -1, np.int64),
        share=np.zeros(count),
        metres=np.full(count, np.inf),
    )
    located = np.isfinite(xy).all(axis=1)
    for radius in (max_snap_metres / 8, max_snap_metres / 3, max_snap_metres, 10 * max_snap_metres):
        # What was found beyond the last radius may not be the nearest: edges out there were no candidates.
        open_points = np.flatnonzero(located & ~(nearest.metres <= radius))
        nearest.metres[open_points] = np.inf
        _lower_within(network, xy, open_points, radius, nearest)
        nearest.metres[nearest.metres > radius] = np.inf
    return nearest


def _lower_within(
    network: StreetNetwork, xy: Floats, points: npt.NDArray[np.intp], radius: float, nearest: _NearestPlaces
) -> None:
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    shape = (network.vertex_start, network.vertex_x, network.vertex_y)
    outputs = (nearest.edge, nearest.vertex, nearest.share, nearest.metres)

    def work(first: int, last: int) -> None:
        chosen = points[first:last]
        squares = shapely.box(x[chosen] - radius, y[chosen] - radius, x[chosen] + radius, y[chosen] + radius)
        point, candidate = network.edge_tree.query(squares)
        _snap.nearest_places(chosen[point], candidate, x, y, *shape, *outputs)

    for _ in run_blocks(points.size, 8192, work):
        pass


def _with_least_doubt(
    network: StreetNetwork,
    xy: Floats,
    level: npt.NDArray[np.int8],
    found: _NearestPlaces,
    max_snap_metres: float,
    barriers: Barriers,
) -> Doubts:
    """Move points from the nearest place to one with less doubt, where there is one; return the doubts."""
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    grid = barriers.grid(network.metric_crs, network.vertex_lon, network.vertex_lat)
    streets = _snap.Streets(
        network.vertex_start, network.vertex_x, network.vertex_y, network.vertex_level,
        network.edge_scrap, network.edge_private,
    )  # fmt: skip
    outputs = (found.edge, found.vertex, found.share, found.metres)
    doubt = np.zeros(x.size, np.uint16)
    open_points = np.flatnonzero(_snap.doubted(streets, grid, x, y, level, max_snap_metres, *outputs))

    settled = np.zeros(x.size, np.bool_)

    def work(radius: float, first: int, last: int) -> None:
        some = open_points[first:last]
        squares = shapely.box(*(at[some] + sign * radius for sign in (-1, 1) for at in (x, y)))
        point, candidate = network.edge_tree.query(squares)
        start = np.searchsorted(point, np.arange(some.size + 1))
        _snap.least_doubt(
            streets, grid, some, start, candidate, x, y, level, radius, radius == max_snap_metres,
            *outputs, doubt, settled,
        )  # fmt: skip

    for radius in (max_snap_metres / 8, max_snap_metres / 3, max_snap_metres):
        for _ in run_blocks(open_points.size, 1024, partial(work, radius)):
            pass
        open_points = open_points[~settled[open_points]]
    return doubt


def _access_points(
    network: StreetNetwork,
    edge: Index32,
    places: _NearestPlaces,
    *,
    doubt: Doubts,
    nearest: tuple[Index32, Floats],
) -> AccessPoints:
    vertex, share, metres = places.vertex, places.share, places.metres
    joined = edge != NOT_SNAPPED
    last = network.vertex_start[np.where(joined, edge, 0) + 1] - 1
    a = np.where(joined, vertex, 0)
    b = np.minimum(a + 1, last)

    def between(values: Floats | Index32) -> Floats:
        low = values[a].astype(np.float64)
        along: Floats = low + share * (values[b] - low)
        return along

    def or_missing(values: Floats, missing: float) -> Floats:
        return np.where(joined, values, missing)

    def allowed(milliseconds: Floats | Index32, edge_ms: Index32, at_end: npt.NDArray[np.bool_]) -> Index32:
        """Return `NO_TIME` where a direction is not allowed, but 0 at the end itself in any case."""
        possible = joined & ((edge_ms >= 0) | at_end)
        return freeze(np.where(possible, np.where(at_end, 0, milliseconds), NO_TIME).astype(np.int32))

    on = np.where(joined, edge, 0)
    from_source, to_source = (
        np.rint(between(network.vertex_forward_ms)),
        np.rint(between(network.vertex_backward_ms)),
    )
    edge_forward, edge_backward = network.edge_forward_ms[on], network.edge_backward_ms[on]
    at_source = (a == network.vertex_start[on]) & (share == 0)
    at_target = (a == last) | ((b == last) & (share == 1))
    access = np.where(joined, np.rint(metres / network.metres_per_second * MILLISECONDS_PER_SECOND), 0)
    return AccessPoints(
        edge=freeze(edge),
        edge_metres=freeze(or_missing(between(network.vertex_metres), np.nan)),
        access_ms=freeze(access.astype(np.int32)),
        snap_metres=freeze(metres),
        doubt=freeze(doubt),
        nearest_edge=freeze(nearest[0]),
        nearest_metres=freeze(nearest[1]),
        from_source_ms=allowed(from_source, edge_forward, at_source),
        from_target_ms=allowed(edge_backward - to_source, edge_backward, at_target),
        to_source_ms=allowed(to_source, edge_backward, at_source),
        to_target_ms=allowed(edge_forward - from_source, edge_forward, at_target),
        lon=freeze(or_missing(between(network.vertex_lon), np.nan)),
        lat=freeze(or_missing(between(network.vertex_lat), np.nan)),
        network=network.fingerprint,
    )
