"""Squares, platforms and piers as surfaces: the straight ways that people walk across them.

A shortest way inside a polygon with holes bends at reflex corners only, so the straight lines between the
places where streets meet its outline, and those corners, hold every shortest way from street to street
(M. de Berg et al. (2008), Computational Geometry, 3rd edition, chapter 15, visibility graphs). A line
that ends at a corner without a street is needed only where it touches that corner in passing.

Whoever stands on a surface or at its edge joins the network at the nearest line. For them a large surface
has stops along its sides and inside, with straight lines of their own.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from geo.kernels import is_on_disk
from geo.network.streets import StreetGraph
from geo.squares import _visibility
from geo.types import Bools, Floats, Index, Index32

MOST_ENTRANCES = 60
"""Entrances of one surface that are joined by straight lines; the others are reached along the outline."""

MOST_CORNERS = 140
"""Reflex corners of one surface at which ways bend; where there are more, every second or third is taken."""

STOPS_FROM_SQUARE_METRES = 500.0
"""Surfaces smaller than this have no stops: what one would save is at most half their outline."""

SPARE_METRES = _visibility.SPARE_METRES
SPARE_AT_STOPS_METRES = _visibility.SPARE_AT_STOPS_METRES
"""A straight way that saves no more than this over the outline and shorter ones is left out."""

STOP_METRES = 20.0
MOST_SIDE_STOPS = 20
"""Stops on the sides are this far apart, or farther where there would be more than this many."""

FIRST_ADDED_ID = 1 << 62
"""Identifiers of stops begin here, above all that a source gives."""

_DEGREE_METRES = 111_320.0
_STRAIGHT = 1e-3
_NONE, _ENTRANCE, _CORNER, _STOP = range(-1, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """Polygons that people walk on, each an outer ring and the rings of its holes.

    Attributes
    ----------
    surface_start
        The rings of surface ``s`` are ``surface_start[s]:surface_start[s + 1]``, the outer one first.
    ring_start, node
        The nodes of ring ``r`` are ``node[ring_start[r]:ring_start[r + 1]]``, each once, as positions
        among the nodes of the streets.
    way_id, tags
        Identifier of each surface, and the position of its tags in the sets of tags of the streets.
    """

    surface_start: Index
    ring_start: Index
    node: Index32
    way_id: Index
    tags: Index32

    def __len__(self) -> int:
        return int(self.way_id.size)


def with_surfaces(streets: StreetGraph, surfaces: Surfaces) -> StreetGraph:
    """Return the streets with the outlines of surfaces and the straight ways across them.

    Parameters
    ----------
    streets
        Ways without the outlines of the surfaces, over nodes that hold those of the outlines.
    surfaces
        The polygons. The sides of a hole become streets only where a way across leads to them.

    Notes
    -----
    Lines along the outline are left to the outline, and a line through a third corner to the two lines
    that meet there. With more than `MOST_ENTRANCES` entrances or `MOST_CORNERS` corners some are left
    out. A way may so be longer than it need be, and is never shorter.
    """
    if not len(surfaces):
        return streets
    rings = _with_side_stops(_rings(surfaces, streets), surfaces)
    ends, across_surface, inner = _across(rings, len(surfaces))
    kept_ring, kept_across = _connected(rings, ends, across_surface, inner.size)
    return _joined(streets, surfaces, rings, kept_ring, ends[kept_across], across_surface[kept_across], inner)


def compile_crossings() -> None:
    """Run the kernel once on a triangle; compiled code is kept on disk."""
    corners = np.array([0, 1, 2])
    _visibility.ways_across(
        np.array([0, 3]), np.roll(corners, -1), np.array([0.0, 9.0, 0.0]), np.array([0.0, 0.0, 9.0]),
        corners, corners * 0, np.array([40.5]), 3, STOPS_FROM_SQUARE_METRES, MOST_ENTRANCES, MOST_CORNERS,
    )  # fmt: skip


def crossings_are_compiled() -> bool:
    """Whether the kernel was compiled before and is kept on disk."""
    return is_on_disk(_visibility.ways_across)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rings:
    """Rings as points in metres, end to end; the added ones have numbers above those of the streets.

    The metres are those of a flat map whose scale holds at the latitude of each surface: straight lines
    are straight on it.
    """

    start: Index
    surface: Index
    is_hole: Bools
    x: Floats
    y: Floats
    node: Index
    is_entrance: Bools
    is_stop: Bools
    scale: Floats
    square_metres: Floats
    node_count: int

    @property
    def ring(self) -> Index:
        """The ring of each point."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    @property
    def following(self) -> Index:
        """The next point on the ring of each point."""
        after = np.arange(1, self.x.size + 1)
        after[self.start[1:] - 1] = self.start[:-1]
        return after


def _rings(surfaces: Surfaces, streets: StreetGraph) -> _Rings:
    surface = np.repeat(np.arange(len(surfaces)), np.diff(surfaces.surface_start))
    is_hole = np.ones(surface.size, bool)
    is_hole[surfaces.surface_start[:-1]] = False
    owner = np.repeat(surface, np.diff(surfaces.ring_start))
    first = surfaces.node[surfaces.ring_start[surfaces.surface_start[:-1]]]
    scale = np.cos(np.radians(streets.node_lat[first])) * _DEGREE_METRES
    rings = _Rings(
        start=surfaces.ring_start,
        surface=surface,
        is_hole=is_hole,
        x=streets.node_lon[surfaces.node] * scale[owner],
        y=streets.node_lat[surfaces.node] * _DEGREE_METRES,
        node=surfaces.node.astype(np.int64),
        is_entrance=_entrances(surfaces, owner, streets),
        is_stop=np.zeros(owner.size, bool),
        scale=scale,
        square_metres=np.zeros(len(surfaces)),
        node_count=streets.node_id.size,
    )
    size = np.abs(_doubled_areas(rings)) / 2
    square_metres = np.bincount(surface, np.where(is_hole, -size, size), len(surfaces)).astype(np.float64)
    return dataclasses.replace(rings, square_metres=square_metres)


def _entrances(surfaces: Surfaces, owner: Index, streets: StreetGraph) -> Bools:
    """Return which points of rings a street leaves, or another surface shares."""
    after = np.arange(1, owner.size + 1)
    after[surfaces.ring_start[1:] - 1] = surfaces.ring_start[:-1]
    on_ring = np.zeros(streets.node_id.size, bool)
    on_ring[surfaces.node] = True
    begins = np.ones(streets.way_node.size, bool)
    begins[streets.way_start[1:] - 1] = False
    begins = np.flatnonzero(begins)
    a, b = streets.way_node[begins], streets.way_node[begins + 1]
    touching = on_ring[a] | on_ring[b]
    a, b = a[touching], b[touching]
    leaves = ~np.isin(_side_key(a, b), _side_key(surfaces.node, surfaces.node[after]))
    streets_at = np.bincount(np.concatenate([a[leaves], b[leaves]]), minlength=streets.node_id.size)
    pair = np.unique(surfaces.node.astype(np.int64) << 32 | owner)
    surfaces_at = np.bincount(pair >> 32, minlength=streets.node_id.size)
    return np.asarray((streets_at[surfaces.node] > 0) | (surfaces_at[surfaces.node] > 1))


def _side_key(a: Index32, b: Index32) -> Index:
    return np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)


def _doubled_areas(rings: _Rings) -> Floats:
    """Return twice the signed area of each ring, positive where it runs counter-clockwise."""
    after = rings.following
    x, y = rings.x - rings.x[rings.start[rings.ring]], rings.y - rings.y[rings.start[rings.ring]]
    return np.bincount(rings.ring, x * y[after] - x[after] * y, rings.start.size - 1).astype(np.float64)


def _with_side_stops(rings: _Rings, surfaces: Surfaces) -> _Rings:
    """Put stops on the sides of large surfaces that people come to, evenly along each side."""
    after, owner = rings.following, rings.surface[rings.ring]
    length = np.hypot(rings.x[after] - rings.x, rings.y[after] - rings.y)
    outline = np.bincount(owner, length, len(surfaces))
    visited = np.bincount(owner, rings.is_entrance, len(surfaces)) > 0
    large = visited & (rings.square_metres >= STOPS_FROM_SQUARE_METRES)
    apart = np.maximum(STOP_METRES, outline / MOST_SIDE_STOPS)
    stops = np.where(large[owner], length // apart[owner], 0).astype(np.int64)
    side = np.repeat(np.arange(stops.size), stops)
    number = np.arange(side.size) - np.repeat(np.cumsum(stops) - stops, stops) + 1
    share = number / (stops[side] + 1)
    # numpy.insert puts several values at one place in their order.
    x, y = (
        np.insert(axis, side + 1, axis[side] + share * (axis[after[side]] - axis[side]))
        for axis in (rings.x, rings.y)
    )
    added = np.add.reduceat(stops, rings.start[:-1])
    return dataclasses.replace(
        rings,
        start=rings.start + np.concatenate([[0], np.cumsum(added)]),
        x=x,
        y=y,
        node=np.insert(rings.node, side + 1, rings.node_count + np.arange(side.size)),
        is_entrance=np.insert(rings.is_entrance, side + 1, False),
        is_stop=np.insert(rings.is_stop, side + 1, True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inner:
    """Stops inside surfaces."""

    x: Floats
    y: Floats
    surface: Index

    @property
    def size(self) -> int:
        return int(self.x.size)


def _across(rings: _Rings, surface_count: int) -> tuple[Index, Index, _Inner]:
    """Return the ends of the ways across, their surfaces, and the stops inside."""
    kind = np.where(rings.is_stop, _STOP, np.where(_is_reflex(rings), _CORNER, _NONE))
    kind = np.where(rings.is_entrance, _ENTRANCE, kind)
    point_start = np.searchsorted(rings.surface[rings.ring], np.arange(surface_count + 1))
    inner_from = rings.node_count + int(rings.is_stop.sum())
    ends, surface, x, y, inner_surface = _visibility.ways_across(
        point_start, rings.following, rings.x, rings.y, rings.node, kind,
        rings.square_metres, inner_from, STOPS_FROM_SQUARE_METRES, MOST_ENTRANCES, MOST_CORNERS,
    )  # fmt: skip
    return ends, surface, _Inner(x=x, y=y, surface=inner_surface)


def _is_reflex(rings: _Rings) -> Bools:
    """Return at which points the surface takes up more than half of the directions."""
    after = rings.following
    before = np.empty_like(after)
    before[after] = np.arange(after.size)
    ax, ay = rings.x - rings.x[before], rings.y - rings.y[before]
    bx, by = rings.x[after] - rings.x, rings.y[after] - rings.y
    length = np.hypot(ax, ay) * np.hypot(bx, by)
    turn = np.divide(ax * by - ay * bx, length, out=np.zeros_like(length), where=length > 0)
    keeps_left = (_doubled_areas(rings) > 0) != rings.is_hole
    return np.asarray(np.where(keeps_left[rings.ring], -turn, turn) > _STRAIGHT)


def _connected(rings: _Rings, ends: Index, across_surface: Index, inner: int) -> tuple[Bools, Bools]:
    """Return which rings and ways across hang together with the outline of their surface."""
    # scipy is imported when it is asked for: it costs half as much time as the engine itself.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ring_count = rings.start.size - 1
    outer = np.zeros(rings.surface.max() + 1, np.int64)
    outer[rings.surface[~rings.is_hole]] = np.flatnonzero(~rings.is_hole)
    if not rings.is_hole.any():
        return np.ones(ring_count, bool), np.ones(across_surface.size, bool)
    ring, node, owner = rings.ring, rings.node, rings.surface[rings.ring]
    spot = owner * (rings.node_count + rings.is_stop.sum() + inner) + node
    order = np.argsort(spot, kind="stable")
    base = rings.node_count + int(rings.is_stop.sum())

    def place(end: Index) -> Index:
        """Return the ring of each end, or the inner stop numbered after all rings."""
        at = order[
            np.minimum(np.searchsorted(spot[order], across_surface * (base + inner) + end), order.size - 1)
        ]
        return np.where(end >= base, ring_count + end - base, ring[at])

    a, b = place(ends[:, 0]), place(ends[:, 1])
    size = ring_count + inner
    _, part = connected_components(coo_array((np.ones(a.size), (a, b)), shape=(size, size)), directed=False)
    kept_ring = part[:ring_count] == part[outer[rings.surface]]
    return kept_ring, part[a] == part[outer[across_surface]]


def _joined(
    streets: StreetGraph,
    surfaces: Surfaces,
    rings: _Rings,
    kept_ring: Bools,
    ends: Index,
    across_surface: Index,
    inner: _Inner,
) -> StreetGraph:
    """Append stops as nodes, and outlines and ways across as ways."""
    stop = rings.is_stop
    owner = np.concatenate([rings.surface[rings.ring][stop], inner.surface])
    lon = np.concatenate([rings.x[stop], inner.x]) / rings.scale[owner]
    lat = np.concatenate([rings.y[stop], inner.y]) / _DEGREE_METRES
    side_node, side_start = _closed(rings, kept_ring)
    way_start = np.concatenate(
        [
            streets.way_start,
            streets.way_start[-1] + side_start[1:],
            streets.way_start[-1] + side_start[-1] + 2 * np.arange(1, len(ends) + 1),
        ]
    )
    surface = np.concatenate([rings.surface[kept_ring], across_surface])
    return dataclasses.replace(
        streets,
        node_id=np.concatenate([streets.node_id, FIRST_ADDED_ID + np.arange(lon.size)]),
        node_lon=np.concatenate([streets.node_lon, lon]),
        node_lat=np.concatenate([streets.node_lat, lat]),
        way_id=np.concatenate([streets.way_id, surfaces.way_id[surface]]),
        way_start=way_start,
        way_node=np.concatenate([streets.way_node, side_node, ends.ravel()]).astype(np.int32),
        way_tags=np.concatenate([streets.way_tags, surfaces.tags[surface]]).astype(np.int32),
        way_surface=np.concatenate([np.full(streets.way_id.size, -1), surface]).astype(np.int32),
        way_is_across=np.arange(way_start.size - 1) >= streets.way_id.size + np.count_nonzero(kept_ring),
    )


def _closed(rings: _Rings, kept: Bools) -> tuple[Index, Index]:
    """Return the nodes of the kept rings, the first again at the end of each, and where each starts."""
    node = np.insert(rings.node, rings.start[1:], rings.node[rings.start[:-1]])
    count = np.diff(rings.start) + 1
    return node[np.repeat(kept, count)], np.concatenate([[0], np.cumsum(count[kept])])
