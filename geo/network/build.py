"""Building a street network from mapped streets, or from frames of nodes and edges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo.coordinates.crs import metric_crs, segment_metres
from geo.joins.estates import GateRows, gate_rows, part_estates
from geo.joins.level import level_of
from geo.kernels import is_on_disk
from geo.limits import MILLISECONDS_PER_SECOND
from geo.network import _layout
from geo.network.arrays import INFINITE_MS, Adjacency, freeze
from geo.network.contraction import contract
from geo.network.contraction.hierarchy import build_hierarchy
from geo.network.elevation import on_foot_slopes, rise_metres
from geo.network.junctions import segment_waits
from geo.network.network import IMPASSABLE, StreetNetwork
from geo.network.profiles import (
    Profile,
    node_delay_seconds,
    slope_factor,
    way_speed,
    way_wait_seconds,
)
from geo.network.streets import StreetGraph
from geo.types import Bools, Floats, Index, Index32

if TYPE_CHECKING:
    # For types alone: callers with frames have imported them, and building from an extract needs neither.
    import geopandas as gpd
    import pandas as pd


def contraction_is_compiled() -> bool:
    """Whether the kernels that build a network were compiled before and are kept on disk."""
    return is_on_disk(contract.walk_chains)


_MEETS_METRES = 10.0
"""How far the line of an edge may end from its node: above what rounding and moved junctions do."""

Accesses: TypeAlias = npt.NDArray[np.uint8]
"""Values of `geo.network.profiles.Access`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Straight street segments between two nodes.

    Attributes
    ----------
    node_id, node_lon, node_lat
        Identifiers, and WGS84 degrees.
    source, target
        The ends of each segment, by position among the nodes.
    metres
        Length on the ellipsoid.
    forward_seconds, backward_seconds
        Travel time from source to target and back; ``inf`` where that is not allowed.
    surface
        The square, platform or pier a segment belongs to, -1 for none; None where there are none.
    across
        Whether it leads over the surface rather than along its outline.
    level, private
        Level of each segment (`geo.joins.level`), and whether only those who belong there may use it; on the
        ground and open where left out.
    gates, kept
        As `geo.joins.estates.Parted` has them; none where left out.
    """

    node_id: Index
    node_lon: Floats
    node_lat: Floats
    source: Index32
    target: Index32
    metres: Floats
    forward_seconds: Floats
    backward_seconds: Floats
    surface: Index32 | None = None
    across: Bools | None = None
    level: npt.NDArray[np.int8] | None = None
    private: Bools | None = None
    gates: Index32 | None = None
    kept: Index32 | None = None


def network_from_streets(streets: StreetGraph, profile: Profile) -> StreetNetwork:
    """Build the network that `profile` may use over `streets`.

    Raises
    ------
    ValueError
        When no street may be used by this profile.
    """
    insider = replace(profile, private=True)
    segments = _without_blocked_nodes(_segments(streets, profile, insider), streets, insider)
    segments = _estates_apart(segments, streets, profile)
    return network_from_segments(segments, profile=profile.id, metres_per_second=profile.metres_per_second)


def build_network(
    nodes: gpd.GeoDataFrame,
    edges: pd.DataFrame,
    *,
    speed_kph: float = 3.6,
    profile: str = "given",
) -> StreetNetwork:
    """Build a network from frames of nodes and edges; parallel edges and loops are allowed.

    Parameters
    ----------
    nodes
        Points with a CRS; the index identifies them and must be whole numbers. Optional:
        ``elevation_metres``, by which times that come from `speed_kph` differ uphill and downhill
        (`geo.network.profiles.slope_factor`); an edge rises evenly, and is level where an end is missing.
    edges
        Columns ``source`` and ``target`` name nodes. Optional: ``geometry`` (LineString from source
        to target, in the CRS of `edges`, else of `nodes`), ``metres`` (else measured on the
        ellipsoid), ``seconds`` (else from `speed_kph`), ``seconds_back`` (else as ``seconds``;
        missing or infinite where the way back is not allowed).
    speed_kph
        Speed on edges without ``seconds``, and of the walk between points and streets.
    profile
        A name for results to carry.

    Raises
    ------
    ValueError
        When a node is unknown or placed twice, the line of an edge does not run from its source to its
        target, a time is negative, or there are no edges.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 0.001, 0.002], [0, 0, 0]), crs=4326)
    >>> edges = pd.DataFrame({"source": [0, 1], "target": [1, 2], "metres": [100.0, 50.0]})
    >>> build_network(nodes, edges, speed_kph=3.6).edge_forward_ms.tolist()
    [150000]
    """
    node_id, lon, lat = _node_arrays(nodes)
    source, target = (_positions(node_id, edges[side], side) for side in ("source", "target"))
    lines = _edge_lines(edges, nodes)
    if lines is not None:
        _check_lines(lines, (lon, lat), source, target)
    forward, backward, metres = _edge_costs(
        edges, lines, lon, lat, (source, target), metres_per_second=speed_kph / 3.6
    )
    if "elevation_metres" in nodes and "seconds" not in edges:
        rise = rise_metres(nodes["elevation_metres"].to_numpy(np.float64), source, target, metres)
        forward = forward / slope_factor(rise, metres)
        backward = backward if "seconds_back" in edges else backward / slope_factor(-rise, metres)
    segments = Segments(
        node_id=node_id,
        node_lon=lon,
        node_lat=lat,
        source=source,
        target=target,
        metres=metres,
        forward_seconds=forward,
        backward_seconds=backward,
    )
    if lines is not None:
        segments = _split_at_vertices(segments, lines)
    return network_from_segments(segments, profile=profile, metres_per_second=speed_kph / 3.6)


def network_from_segments(segments: Segments, *, profile: str, metres_per_second: float) -> StreetNetwork:
    """Join segments into edges between junctions and lay them out for search.

    Raises
    ------
    ValueError
        When no segment may be used, or an edge takes longer than a search can count.
    """
    usable = np.isfinite(segments.forward_seconds) | np.isfinite(segments.backward_seconds)
    if not usable.any():
        raise ValueError(_nothing_usable(profile))
    source, target = segments.source[usable], segments.target[usable]
    forward, backward = segments.forward_seconds[usable], segments.backward_seconds[usable]
    metres = segments.metres[usable]
    level, private = _of_usable(segments, usable)

    order = _layout.hilbert_order(segments.node_id, segments.node_lon, segments.node_lat)
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    start, half = contract.half_edges(segments.node_id.size, source, target)
    junction = contract.mark_junctions(start, half, target, forward, backward)
    if segments.kept is not None:
        junction[segments.kept] = True
    chains = contract.walk_chains(start, half, source, target, junction, order)
    chain_start, vertices, entering = _layout.canonical(chains, rank, source, (forward, backward))

    along = contract.chain_costs(chain_start, vertices, entering, source, metres, metres)
    ahead, back = _layout.running_costs(chain_start, vertices, entering, source, (forward, backward))
    vertex_forward, edge_forward = _milliseconds(ahead, chain_start)
    vertex_backward, edge_backward = _milliseconds(back, chain_start)
    if np.array_equal(vertex_forward, vertex_backward) and np.array_equal(edge_forward, edge_backward):
        vertex_backward, edge_backward = vertex_forward, edge_forward

    kept = np.flatnonzero(junction)
    kept = kept[np.argsort(rank[kept], kind="stable")]
    position = np.full(segments.node_id.size, -1, np.int32)
    position[kept] = np.arange(kept.size, dtype=np.int32)
    edge_source = position[vertices[chain_start[:-1]]]
    edge_target = position[vertices[chain_start[1:] - 1]]
    outward, inward = _layout.adjacency(kept.size, edge_source, edge_target, edge_forward, edge_backward)

    gates = _gates(segments, position, outward, inward)
    leaving = np.append(entering[1:], -1)
    lon, lat = segments.node_lon[vertices], segments.node_lat[vertices]
    crs = metric_crs((lon.min(), lat.min(), lon.max(), lat.max()))
    to_metres = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    x, y = to_metres.transform(segments.node_lon, segments.node_lat)
    return StreetNetwork(
        node_id=freeze(segments.node_id[kept]),
        node_lon=freeze(segments.node_lon[kept]),
        node_lat=freeze(segments.node_lat[kept]),
        node_piece=freeze(_layout.pieces(outward, inward, gates)),
        edge_source=freeze(edge_source),
        edge_target=freeze(edge_target),
        edge_metres=freeze(along[chain_start[1:] - 1]),
        edge_forward_ms=freeze(edge_forward),
        edge_backward_ms=freeze(edge_backward),
        edge_private=freeze(private[entering[chain_start[:-1] + 1]]),
        edge_surface=freeze(_crossed(segments, usable)[entering[chain_start[:-1] + 1]]),
        vertex_start=freeze(chain_start),
        vertex_lon=freeze(lon),
        vertex_lat=freeze(lat),
        vertex_x=freeze(x[vertices]),
        vertex_y=freeze(y[vertices]),
        vertex_metres=freeze(along),
        vertex_forward_ms=freeze(vertex_forward),
        vertex_backward_ms=freeze(vertex_backward),
        vertex_level=freeze(np.where(leaving >= 0, level[leaving], 0).astype(np.int8)),
        gate_start=freeze(gates.start),
        gate_node=freeze(gates.node),
        gate_leave_ms=freeze(gates.leave_ms),
        gate_enter_ms=freeze(gates.enter_ms),
        outward=outward,
        inward=inward,
        hierarchy=build_hierarchy(outward, inward),
        metres_per_second=metres_per_second,
        metric_crs=crs.to_wkt(),
        profile=profile,
    )


def _crossed(segments: Segments, usable: Bools) -> Index32:
    """Return the surface that each usable segment leads across, -1 for none."""
    if segments.surface is None or segments.across is None:
        return np.full(np.count_nonzero(usable), -1, np.int32)
    return np.where(segments.across, segments.surface, np.int32(-1))[usable]


def _nothing_usable(profile: str) -> str:
    return f"no street may be used by the profile {profile!r}"


def _of_usable(segments: Segments, usable: Bools) -> tuple[npt.NDArray[np.int8], Bools]:
    """Return level and privacy of the usable segments."""
    count = np.count_nonzero(usable)
    level = np.zeros(count, np.int8) if segments.level is None else segments.level[usable]
    return level, np.zeros(count, bool) if segments.private is None else segments.private[usable]


def _gates(segments: Segments, position: Index32, outward: Adjacency, inward: Adjacency) -> GateRows:
    gates = np.empty((0, 2), np.int32) if segments.gates is None else position[segments.gates]
    ways = ((way.start, way.head, way.milliseconds) for way in (outward, inward))
    return gate_rows(outward.start.size - 1, gates, *ways)


def _estates_apart(segments: Segments, streets: StreetGraph, profile: Profile) -> Segments:
    """Keep the estates apart that could be passed through."""
    assert segments.private is not None
    if segments.private.all():
        raise ValueError(_nothing_usable(profile.id))
    by_tags = np.array([np.isinf(node_delay_seconds(profile, tags)) for tags in streets.tag_sets])
    gate = np.zeros(segments.node_id.size, bool)
    gate[streets.tagged_node] = by_tags[streets.tagged_node_tags]
    parted = part_estates(
        gate.size,
        segments.source,
        segments.target,
        metres=segments.metres,
        private=segments.private,
        gate=gate,
        surface=segments.surface,
    )
    return replace(
        segments,
        node_id=np.append(segments.node_id, segments.node_id[parted.copies]),
        node_lon=np.append(segments.node_lon, segments.node_lon[parted.copies]),
        node_lat=np.append(segments.node_lat, segments.node_lat[parted.copies]),
        source=parted.source,
        target=parted.target,
        private=parted.private,
        gates=parted.gates,
        kept=parted.kept,
    )


def _segments(streets: StreetGraph, profile: Profile, insider: Profile) -> Segments:
    """Return every segment that `insider` may use; those that `profile` itself may not are private."""
    speeds = np.array([way_speed(insider, tags) for tags in streets.tag_sets]).reshape(-1, 2) / 3.6
    closed = np.array([way_speed(profile, tags) == (0.0, 0.0) for tags in streets.tag_sets], bool)
    levels = np.array([level_of(tags) for tags in streets.tag_sets], np.int8)
    node_count = np.diff(streets.way_start)
    way = np.repeat(np.arange(streets.way_id.size), node_count)
    inside = np.ones(way.size, bool)
    inside[streets.way_start[1:] - 1] = False
    first = np.flatnonzero(inside)
    speed = speeds[streets.way_tags[way[first]]]
    used = (speed > 0).any(axis=1) & (streets.way_node[first] != streets.way_node[first + 1])
    first, speed = first[used], speed[used]
    source, target = streets.way_node[first], streets.way_node[first + 1]
    lon, lat = streets.node_lon, streets.node_lat
    metres = segment_metres(lon[source], lat[source], lon[target], lat[target])
    with np.errstate(divide="ignore", invalid="ignore"):
        forward = np.where(speed[:, 0] > 0, metres / speed[:, 0], np.inf)
        backward = np.where(speed[:, 1] > 0, metres / speed[:, 1], np.inf)
    if profile.slope == "tobler" and streets.node_elevation is not None:
        rise = rise_metres(streets.node_elevation, source, target, metres)
        rise *= on_foot_slopes(streets, way[first])
        forward, backward = forward / slope_factor(rise, metres), backward / slope_factor(-rise, metres)
    waits = np.array([way_wait_seconds(profile, tags) for tags in streets.tag_sets])
    if waits.any():
        wait = waits[streets.way_tags[way[first]]]
        forward, backward = forward + wait, backward + wait
    surface, across = (
        None if of_way is None else of_way[way[first]]
        for of_way in (streets.way_surface, streets.way_is_across)
    )
    tags = streets.way_tags[way[first]]
    return Segments(
        node_id=streets.node_id,
        node_lon=lon,
        node_lat=lat,
        source=source,
        target=target,
        metres=metres,
        forward_seconds=forward,
        backward_seconds=backward,
        surface=surface,
        across=across,
        level=levels[tags],
        private=closed[tags],
    )


def _without_blocked_nodes(segments: Segments, streets: StreetGraph, profile: Profile) -> Segments:
    """Add the delays at junctions, each once, and part streets at blocked nodes."""
    by_tags = np.array([node_delay_seconds(profile, tags) for tags in streets.tag_sets])
    delay = np.zeros(streets.node_id.size)
    delay[streets.tagged_node] = by_tags[streets.tagged_node_tags]
    blocked = np.isinf(delay)
    delay[blocked] = 0.0
    wait = segment_waits(delay, segments.source, segments.target, segments.metres)
    source, target, copies = _copies_of(blocked, segments)
    return Segments(
        node_id=np.append(segments.node_id, segments.node_id[copies]),
        node_lon=np.append(segments.node_lon, segments.node_lon[copies]),
        node_lat=np.append(segments.node_lat, segments.node_lat[copies]),
        source=source,
        target=target,
        metres=segments.metres,
        forward_seconds=segments.forward_seconds + wait,
        backward_seconds=segments.backward_seconds + wait,
        surface=segments.surface,
        across=segments.across,
        level=segments.level,
        private=segments.private,
    )


def _copies_of(blocked: npt.NDArray[np.bool_], segments: Segments) -> tuple[Index32, Index32, Index32]:
    """Return new ends, so that no two segments share a blocked node, and the nodes that were copied.

    A gate at the edge of a square does not part the square: its segments keep one end in common.
    """
    source, target = segments.source.copy(), segments.target.copy()
    at_source, at_target = np.flatnonzero(blocked[source]), np.flatnonzero(blocked[target])
    ends = np.concatenate([source[at_source], target[at_target]])
    by = np.concatenate([at_source, at_target])
    owner = -1 - np.arange(ends.size)
    if segments.surface is not None:
        owner = np.where(segments.surface[by] >= 0, segments.surface[by], owner)
    held, copy = np.unique(np.column_stack([ends, owner]), axis=0, return_inverse=True)
    fresh = (blocked.size + copy.ravel()).astype(np.int32)
    source[at_source] = fresh[: at_source.size]
    target[at_target] = fresh[at_source.size :]
    return source, target, held[:, 0].astype(np.int32)


def _milliseconds(seconds: Floats, chain_start: Index) -> tuple[Index32, Index32]:
    """Round running seconds to whole milliseconds; edges that cannot be used get -1."""
    edge = seconds[chain_start[1:] - 1]
    closed = ~np.isfinite(edge)
    vertex_ms = np.rint(np.where(np.isfinite(seconds), seconds, 0.0) * MILLISECONDS_PER_SECOND)
    if vertex_ms.max(initial=0.0) > INFINITE_MS:
        msg = "an edge takes longer than twelve days; check its length and speed"
        raise ValueError(msg)
    vertex = vertex_ms.astype(np.int32)
    edge_ms = vertex[chain_start[1:] - 1]
    edge_ms[closed] = IMPASSABLE
    return vertex, edge_ms


def _node_arrays(nodes: gpd.GeoDataFrame) -> tuple[Index, Floats, Floats]:
    if nodes.crs is None:
        msg = "nodes need a CRS: set it with nodes.set_crs(...)"
        raise ValueError(msg)
    if not nodes.index.is_unique:
        msg = f"nodes must be unique, {nodes.index[nodes.index.duplicated()][0]!r} stands twice"
        raise ValueError(msg)
    points = nodes.geometry.to_crs(4326)
    return nodes.index.to_numpy(np.int64), points.x.to_numpy(), points.y.to_numpy()


def _positions(node_id: Index, wanted: pd.Series, side: str) -> Index32:
    import pandas as pd

    position = pd.Index(node_id).get_indexer(pd.Index(wanted))
    if (position < 0).any():
        msg = f"edges name a {side} that is not among the nodes: {wanted[position < 0].iloc[0]!r}"
        raise ValueError(msg)
    return position.astype(np.int32)


def _edge_lines(edges: pd.DataFrame, nodes: gpd.GeoDataFrame) -> npt.NDArray[np.object_] | None:
    if "geometry" not in edges:
        return None
    import geopandas as gpd

    lines = gpd.GeoSeries(edges["geometry"])
    lines = lines.set_crs(nodes.crs) if lines.crs is None else lines
    return np.asarray(lines.to_crs(4326))


def _check_lines(
    lines: npt.NDArray[np.object_], lon_lat: tuple[Floats, Floats], source: Index32, target: Index32
) -> None:
    """Refuse lines that do not meet the nodes they are said to join."""
    lon, lat = lon_lat
    missing = shapely.is_missing(lines) | shapely.is_empty(lines) | (shapely.get_type_id(lines) != 1)
    if missing.any():
        msg = f"edge {int(np.flatnonzero(missing)[0])} has no single line as its geometry"
        raise ValueError(msg)
    first, last = (shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1))

    def metres(ends: Floats, node: Index32) -> Floats:
        return segment_metres(ends[:, 0], ends[:, 1], lon[node], lat[node])

    off = np.maximum(metres(first, source), metres(last, target))
    apart = np.flatnonzero(~(off <= _MEETS_METRES))
    if not apart.size:
        return
    at = int(apart[0])
    turned = max(metres(first, target)[at], metres(last, source)[at]) <= _MEETS_METRES
    told = (
        "runs from its target to its source: turn it round, or change the two"
        if turned
        else f"ends {off[at]:,.0f} m from its nodes: check source, target and coordinate system"
    )
    msg = f"the lines of {apart.size} edges do not meet their nodes; that of edge {at} {told}"
    raise ValueError(msg)


def _edge_costs(
    edges: pd.DataFrame,
    lines: npt.NDArray[np.object_] | None,
    lon: Floats,
    lat: Floats,
    ends: tuple[Index32, Index32],
    *,
    metres_per_second: float,
) -> tuple[Floats, Floats, Floats]:
    """Return seconds forward, seconds back and metres of each edge."""
    if "metres" in edges:
        metres = edges["metres"].to_numpy(np.float64)
    elif lines is not None:
        metres = _line_metres(lines)
    else:
        source, target = ends
        metres = segment_metres(lon[source], lat[source], lon[target], lat[target])
    forward = edges["seconds"].to_numpy(np.float64) if "seconds" in edges else metres / metres_per_second
    backward = edges["seconds_back"].to_numpy(np.float64) if "seconds_back" in edges else forward
    forward, backward = (np.where(np.isnan(cost), np.inf, cost) for cost in (forward, backward))
    if min(forward.min(initial=0), backward.min(initial=0), metres.min(initial=0)) < 0:
        msg = "edges must not have negative lengths or times"
        raise ValueError(msg)
    return forward, backward, metres


def _line_metres(lines: npt.NDArray[np.object_]) -> Floats:
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    piece = segment_metres(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    return np.bincount(owner[1:][same], weights=piece[same], minlength=lines.size).astype(np.float64)


def _split_at_vertices(segments: Segments, lines: npt.NDArray[np.object_]) -> Segments:
    """Make a node of every vertex of a line; each segment gets its share of time and length by length."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(owner, np.arange(lines.size))
    last = np.append(first[1:], owner.size) - 1
    base = segments.node_id.size
    number = np.full(owner.size, -1, np.int64)
    inner = np.ones(owner.size, bool)
    inner[first] = inner[last] = False
    number[inner] = base + np.arange(inner.sum())
    number[first], number[last] = segments.source, segments.target
    begins = np.flatnonzero(owner[1:] == owner[:-1])
    piece = segment_metres(xy[begins, 0], xy[begins, 1], xy[begins + 1, 0], xy[begins + 1, 1])
    whole = np.bincount(owner[begins], weights=piece, minlength=lines.size)
    count = np.bincount(owner[begins], minlength=lines.size)
    edge = owner[begins]
    share = np.where(whole[edge] > 0, piece / np.where(whole[edge] > 0, whole[edge], 1), 1 / count[edge])
    return Segments(
        node_id=np.append(segments.node_id, np.full(inner.sum(), -1)),
        node_lon=np.append(segments.node_lon, xy[inner, 0]),
        node_lat=np.append(segments.node_lat, xy[inner, 1]),
        source=number[begins].astype(np.int32),
        target=number[begins + 1].astype(np.int32),
        metres=segments.metres[edge] * share,
        forward_seconds=segments.forward_seconds[edge] * share,
        backward_seconds=segments.backward_seconds[edge] * share,
    )
