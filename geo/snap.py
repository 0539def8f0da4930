"""Points joined to the nearest place of the nearest street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo._arrays import NO_TIME
from geo._blocks import run_blocks
from geo.network import Floats, Ints, StreetNetwork, freeze

NOT_SNAPPED = -1
"""Stands for the edge of a point that is too far from any street."""


@dataclass(frozen=True)
class AccessPoints:
    """Places on edges at which points join the street network.

    Attributes
    ----------
    edge
        The edge each point is joined to; -1 where no street lies near enough.
    edge_metres
        Where along the edge, from its source.
    access_ms
        The walk between the point and its street.
    snap_metres
        Length of that walk; to the nearest street also where the point was not joined, and
        ``inf`` where nothing lies within ten times the limit.
    from_source_ms, from_target_ms
        Travel time from the ends of the edge to the place, without the access walk.
    to_source_ms, to_target_ms
        Travel time from the place to the ends. `NO_TIME` where that direction is not allowed.
    lon, lat
        The place on the street, WGS84 degrees; missing where the point was not joined.
    """

    edge: Ints
    edge_metres: Floats
    access_ms: Ints
    snap_metres: Floats
    from_source_ms: Ints
    from_target_ms: Ints
    to_source_ms: Ints
    to_target_ms: Ints
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return int(self.edge.size)

    @property
    def snapped(self) -> npt.NDArray[np.bool_]:
        """Which points are joined to a street."""
        return self.edge != NOT_SNAPPED

    def take(self, positions: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> AccessPoints:
        """Return some of the points, by position or by mask."""
        return AccessPoints(
            **{name: freeze(getattr(self, name)[positions]) for name in self.__dataclass_fields__}
        )


def snap(
    network: StreetNetwork,
    points: gpd.GeoSeries | gpd.GeoDataFrame | tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    max_snap_metres: float = 200.0,
) -> AccessPoints:
    """Join each point to the nearest place of the nearest edge.

    Parameters
    ----------
    points
        Points with a CRS, or longitudes and latitudes in degrees of WGS84.
    max_snap_metres
        A point farther than this from every street is not joined, and reported as such.

    Raises
    ------
    ValueError
        When the points have no CRS or are no points.
    """
    xy = _metric(network, points)
    edge, distance = _nearest_edges(network, xy, max_snap_metres)
    return _on_edges(network, edge, xy, distance)


def at_nodes(network: StreetNetwork, nodes: npt.ArrayLike) -> AccessPoints:
    """Return junctions, given by their position in the network, as places on one of their edges.

    Examples
    --------
    >>> from geo.toys import square
    >>> at_nodes(square(side_metres=100), [0]).snap_metres.tolist()
    [0.0]
    """
    wanted = np.asarray(nodes, np.int64)
    count = network.node_count
    any_edge = np.empty(count, np.int32)
    any_edge[network.edge_target] = np.arange(network.edge_count, dtype=np.int32)
    any_edge[network.edge_source] = np.arange(network.edge_count, dtype=np.int32)
    edge = any_edge[wanted]
    vertex = np.where(
        network.edge_source[edge] == wanted, network.vertex_start[edge], network.vertex_start[edge + 1] - 1
    )
    return _places(network, edge, vertex, np.zeros(wanted.size), np.zeros(wanted.size))


def _metric(
    network: StreetNetwork, points: gpd.GeoSeries | gpd.GeoDataFrame | tuple[npt.ArrayLike, npt.ArrayLike]
) -> Floats:
    if isinstance(points, tuple):
        lon, lat = (np.asarray(axis, np.float64) for axis in points)
        x, y = _to_metric("EPSG:4326", network.metric_crs).transform(lon, lat)
    else:
        if points.crs is None:
            msg = "points need a CRS: set it with points.set_crs(...)"
            raise ValueError(msg)
        geometry = points.geometry
        if not (geometry.isna() | (geometry.geom_type == "Point")).all():
            msg = "only points can be joined to streets; give representative points of lines and areas"
            raise ValueError(msg)
        x, y = _to_metric(points.crs.to_wkt(), network.metric_crs).transform(geometry.x, geometry.y)
    return np.column_stack([np.atleast_1d(x), np.atleast_1d(y)]).astype(np.float64)


@lru_cache(maxsize=32)
def _to_metric(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _nearest_edges(network: StreetNetwork, xy: Floats, max_snap_metres: float) -> tuple[Ints, Floats]:
    """Find the nearest edge of each point, looking near first: that is several times as fast."""
    edge = np.full(len(xy), NOT_SNAPPED, np.int32)
    distance = np.full(len(xy), np.inf)
    for radius in (max_snap_metres / 8, max_snap_metres, 10 * max_snap_metres):
        open_points = np.flatnonzero(np.isinf(distance) & np.isfinite(xy).all(axis=1))
        for point, nearest, metres in _nearest_within(network, xy, open_points, radius):
            distance[point] = metres
            near = metres <= max_snap_metres
            edge[point[near]] = nearest[near]
    return edge, distance


def _nearest_within(
    network: StreetNetwork, xy: Floats, points: npt.NDArray[np.intp], radius: float
) -> Iterator[tuple[npt.NDArray[np.intp], Ints, Floats]]:
    """Yield points with a street within `radius`, the edge, and how far it is."""
    tree = network.edge_tree

    def work(first: int, last: int) -> tuple[npt.NDArray[np.intp], Ints, Floats]:
        some = points[first:last]
        pairs, metres = tree.query_nearest(
            shapely.points(xy[some]), max_distance=radius, return_distance=True, all_matches=True
        )
        # Equally near edges meet at a junction; the first of them is taken, so that the answer
        # does not depend on the shape of the index.
        order = np.lexsort((pairs[1], pairs[0]))
        point, first_match = np.unique(pairs[0][order], return_index=True)
        chosen = order[first_match]
        return some[point], pairs[1][chosen].astype(np.int32), metres[chosen]

    return run_blocks(points.size, 8192, work)


def _on_edges(network: StreetNetwork, edge: Ints, xy: Floats, distance: Floats) -> AccessPoints:
    """Find the nearest place of each point on its edge: the vertex before it and how far beyond."""
    joined = np.flatnonzero(edge != NOT_SNAPPED)
    on = edge[joined]
    count = np.diff(network.vertex_start)[on] - 1
    owner = np.repeat(np.arange(joined.size), count)
    within = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    a = network.vertex_start[on][owner] + within
    ax, ay = network.vertex_x[a], network.vertex_y[a]
    dx, dy = network.vertex_x[a + 1] - ax, network.vertex_y[a + 1] - ay
    px, py = xy[joined, 0][owner], xy[joined, 1][owner]
    square = dx * dx + dy * dy
    share = ((px - ax) * dx + (py - ay) * dy) / np.where(square > 0, square, 1.0)
    share = np.clip(np.where(square > 0, share, 0.0), 0.0, 1.0)
    gap = np.hypot(ax + share * dx - px, ay + share * dy - py)
    order = np.lexsort((within, gap, owner))
    best = order[np.searchsorted(owner[order], np.arange(joined.size))]
    vertex = np.full(edge.size, -1, np.int64)
    fraction = np.zeros(edge.size)
    vertex[joined], fraction[joined] = a[best], share[best]
    return _places(network, edge, vertex, fraction, distance)


def _places(
    network: StreetNetwork, edge: Ints, vertex: npt.NDArray[np.int64], fraction: Floats, distance: Floats
) -> AccessPoints:
    joined = edge != NOT_SNAPPED
    last = network.vertex_start[np.where(joined, edge, 0) + 1] - 1
    a = np.where(joined, vertex, 0)
    b = np.minimum(a + 1, last)

    def between(values: Floats | Ints) -> Floats:
        low = values[a].astype(np.float64)
        along: Floats = low + fraction * (values[b] - low)
        return along

    def blank(values: Floats, missing: float) -> Floats:
        return np.where(joined, values, missing)

    def allowed(milliseconds: Floats, whole: Ints, at_end: npt.NDArray[np.bool_]) -> Ints:
        """Blank what the direction of the edge forbids; whoever stands at an end is there already."""
        possible = joined & ((whole >= 0) | at_end)
        return freeze(np.where(possible, np.where(at_end, 0, milliseconds), NO_TIME).astype(np.int32))

    on = np.where(joined, edge, 0)
    ahead, back = np.rint(between(network.vertex_forward_ms)), np.rint(between(network.vertex_backward_ms))
    whole_ahead, whole_back = network.edge_forward_ms[on], network.edge_backward_ms[on]
    at_source = (a == network.vertex_start[on]) & (fraction == 0)
    at_target = (a == last) | ((b == last) & (fraction == 1))
    access = np.where(joined, np.rint(distance / network.metres_per_second * 1000.0), 0)
    return AccessPoints(
        edge=freeze(edge),
        edge_metres=freeze(blank(between(network.vertex_metres), np.nan)),
        access_ms=freeze(access.astype(np.int32)),
        snap_metres=freeze(distance),
        from_source_ms=allowed(ahead, whole_ahead, at_source),
        from_target_ms=allowed(whole_back - back, whole_back, at_target),
        to_source_ms=allowed(back, whole_back, at_source),
        to_target_ms=allowed(whole_ahead - ahead, whole_ahead, at_target),
        lon=freeze(blank(between(network.vertex_lon), np.nan)),
        lat=freeze(blank(between(network.vertex_lat), np.nan)),
    )
