"""Isochrones: the ground along the streets within a travel time of a place.

Streets are cut exactly where the limit is met. The polygon is the ground within `Outline.buffer_metres`
of those stretches, less what lies nearer to a street that cannot be reached in time, so that it does not
spill over a river or a railway. A longer limit has all stretches of a shorter one, so isochrones are
nested.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import contourpy
import numpy as np
import numpy.typing as npt
import shapely

from geo.blocks import Progress, run_blocks
from geo.coordinates.crs import WGS84, transformer
from geo.network.arrays import NO_TIME, SweepGraph
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _isochrone
from geo.search._arrays import Arcs, Places, clean_scratch
from geo.search._engine import arcs_of, bounded_shift, places_of, search_limits_ms
from geo.search._isochrone import EdgeShapes, Stretches
from geo.types import Floats, Index32

if TYPE_CHECKING:
    # Imported when a frame is made: geopandas would double the time it takes to import the engine.
    import geopandas as gpd


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """How the ground along the reached streets is drawn.

    Attributes
    ----------
    method
        ``fast`` draws the outline of a distance field on cells of `cell_metres`; ``exact`` dissolves
        a buffer around every stretch and does not clip, which takes some 25 times as long
        (BENCHMARKS.md).
    buffer_metres
        Ground that belongs to a street, to either side.
    cell_metres
        Spacing of the distance field.
    clip
        Leave out ground nearer to a street that is not reached at all.
    """

    method: Literal["fast", "exact"] = "fast"
    buffer_metres: float = 30.0
    cell_metres: float = 10.0
    clip: bool = True


_FAR_SQUARED = np.float32(1e12)
"""Square metres: beyond every distance that the field is read for."""

_FIRST_STRETCHES = 1 << 14
"""Room for stretches at first; doubled where an isochrone has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What all isochrones of one call share; towards places, with every direction turned round."""

    network: StreetNetwork
    graph: SweepGraph
    arcs: Arcs
    reverse_arcs: Arcs
    edges: EdgeShapes
    origins: Places
    limits_ms: Index32
    shift: int


def isochrones(
    network: StreetNetwork,
    places: AccessPoints,
    *,
    minutes: Sequence[float] = (5, 10, 15),
    towards: bool = True,
    together: bool = False,
    outline: Outline = Outline(),
    threads: int | None = None,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground from which (or to which) each place is reached in time.

    Parameters
    ----------
    minutes
        Limits above zero, inclusive, in any order.
    towards
        True: the ground from which the place is reached; False: the ground reached from it.
    together
        One polygon a limit for all places, instead of one for each place.
    outline
        How the ground along the streets is drawn.

    Returns
    -------
    GeoDataFrame
        Columns ``place`` (position; -1 when together), ``minutes`` and ``geometry`` (MultiPolygon,
        WGS84, empty where the place is not on a street), places in order, shorter limits first.

    Raises
    ------
    ValueError
        When a limit is not a number above zero.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([1000])
    >>> rings = isochrones(street, at_nodes(street, [0]), minutes=[5, 10])
    >>> rings.geometry.iloc[1].covers(rings.geometry.iloc[0])
    True
    """
    limits_minutes = np.sort(np.asarray(minutes, np.float64))
    geometry = isochrone_shapes(
        network, places, minutes=minutes, towards=towards, together=together, outline=outline,
        threads=threads, progress=progress,
    )  # fmt: skip
    searches = 1 if together else len(places)
    place = np.full(1, -1) if together else np.arange(len(places))
    import geopandas as gpd

    columns = {
        "place": np.repeat(place, limits_minutes.size),
        "minutes": np.tile(limits_minutes, searches),
    }
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=WGS84)


def isochrone_shapes(
    network: StreetNetwork,
    places: AccessPoints,
    *,
    minutes: Sequence[float],
    towards: bool,
    together: bool = False,
    outline: Outline = Outline(),
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[shapely.MultiPolygon]:
    """Return the polygons of `isochrones` without a frame, which takes as long as a short one itself."""
    limits_minutes = np.sort(np.asarray(minutes, np.float64))
    request = _request(network, places, limits_minutes=limits_minutes, towards=towards)
    workspace = _Workspace(request)
    to_degrees = transformer(network.metric_crs, "EPSG:4326")
    count = len(places)

    def work(first: int, last: int) -> list[shapely.MultiPolygon]:
        chosen = np.arange(count) if together else np.arange(first, last)
        stretches = _reached_stretches(request, workspace, chosen)
        polygons = _polygons(request, workspace, stretches, outline)
        workspace.release()
        return [shapely.transform(p, to_degrees.transform, interleaved=False) for p in polygons]

    searches = 1 if together else count
    blocks = run_blocks(searches, 1, work, threads=threads, progress=progress)
    return [polygon for polygons in blocks for polygon in polygons]


class _Workspace(threading.local):
    """Working arrays of one thread."""

    def __init__(self, request: _Request) -> None:
        network = request.network
        self.scratch = clean_scratch(request.graph, (int(request.limits_ms[-1]) >> request.shift) + 1)
        self.edge_seen = np.zeros(network.edge_count, np.bool_)
        self.stretches = Stretches(np.empty((_FIRST_STRETCHES, 4)), np.empty(_FIRST_STRETCHES, np.int32))

    def grow(self, count: int) -> None:
        self.stretches = Stretches(np.empty((count, 4)), np.empty(count, np.int32))

    def release(self) -> None:
        """Clean the times of the last search."""
        self.scratch.node_time[:] = NO_TIME


def _request(
    network: StreetNetwork, places: AccessPoints, *, limits_minutes: Floats, towards: bool
) -> _Request:
    if limits_minutes.size == 0 or not (limits_minutes > 0).all() or not np.isfinite(limits_minutes).all():
        msg = f"limits must be minutes above zero, got {limits_minutes.tolist()}"
        raise ValueError(msg)
    limits_ms = search_limits_ms(limits_minutes * 60)
    outward, inward = arcs_of(network, network.outward), arcs_of(network, network.inward)
    seeds = places_of(network, places)
    if towards:
        # Travelling towards a place is searched from it, with every direction turned round.
        seeds = seeds._replace(
            from_source_ms=seeds.to_source_ms,
            from_target_ms=seeds.to_target_ms,
            to_source_ms=seeds.from_source_ms,
            to_target_ms=seeds.from_target_ms,
        )
    return _Request(
        network=network,
        graph=network.hierarchy.backward if towards else network.hierarchy.forward,
        arcs=inward if towards else outward,
        reverse_arcs=outward if towards else inward,
        edges=_edge_shapes(network, towards=towards),
        origins=seeds,
        limits_ms=limits_ms,
        shift=bounded_shift(network, int(limits_ms[-1])),
    )


def _edge_shapes(network: StreetNetwork, *, towards: bool) -> EdgeShapes:
    """Return edge shapes with the times from the ends to each vertex, or to the ends if `towards`."""
    forward_open, backward_open = network.edge_forward_ms >= 0, network.edge_backward_ms >= 0
    return EdgeShapes(
        start=network.vertex_start,
        x=network.vertex_x,
        y=network.vertex_y,
        metres=network.vertex_metres,
        source_ms=network.vertex_backward_ms if towards else network.vertex_forward_ms,
        target_ms=network.vertex_forward_left_ms if towards else network.vertex_backward_left_ms,
        source_open=backward_open if towards else forward_open,
        target_open=forward_open if towards else backward_open,
    )


def _reached_stretches(
    request: _Request, workspace: _Workspace, places: npt.NDArray[np.intp]
) -> tuple[Floats, Index32]:
    """Return the stretches reached from the chosen places together: their ends, and the band of each."""
    origins = request.origins
    mine = np.flatnonzero(np.isin(origins.owner, places))
    order = mine[np.lexsort((origins.edge_metres[mine], origins.edge[mine]))]
    while True:
        count = _isochrone.reached_stretches(
            request.graph,
            request.arcs,
            request.reverse_arcs,
            request.edges,
            origins,
            order,
            request.limits_ms,
            request.shift,
            workspace.scratch,
            workspace.edge_seen,
            workspace.stretches,
        )
        if count <= workspace.stretches.band.size:
            return workspace.stretches.ends[:count].copy(), workspace.stretches.band[:count].copy()
        workspace.release()
        workspace.grow(2 * count)


def _dissolved(
    stretches: tuple[Floats, Index32], bands: int, buffer_metres: float
) -> list[shapely.MultiPolygon]:
    ends, band = stretches
    buffers = shapely.buffer(shapely.linestrings(ends.reshape(-1, 2, 2)), buffer_metres)
    return [_as_multi(shapely.union_all(buffers[band <= i])) for i in range(bands)]


def _as_multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return (
        shape if isinstance(shape, shapely.MultiPolygon) else shapely.multipolygons(shapely.get_parts(shape))
    )


def _polygons(
    request: _Request, workspace: _Workspace, stretches: tuple[Floats, Index32], outline: Outline
) -> list[shapely.MultiPolygon]:
    """Return the ground along the stretches, one polygon a limit."""
    bands = request.limits_ms.size
    if not stretches[1].size:
        return [shapely.MultiPolygon()] * bands
    if outline.method == "exact":
        return _dissolved(stretches, bands, outline.buffer_metres)
    return _contoured(request, workspace, stretches, outline)


def _contoured(
    request: _Request, workspace: _Workspace, stretches: tuple[Floats, Index32], outline: Outline
) -> list[shapely.MultiPolygon]:
    """Return the outlines of the ground, from distances on a grid of points."""
    ends, band = stretches
    buffer, cell = outline.buffer_metres, outline.cell_metres
    bands = request.limits_ms.size
    # One cell beyond the field's radius, so that every outline closes inside the grid.
    margin = buffer + 3 * cell
    low = np.minimum(ends[:, :2].min(axis=0), ends[:, 2:].min(axis=0)) - margin
    high = np.maximum(ends[:, :2].max(axis=0), ends[:, 2:].max(axis=0)) + margin
    columns, rows = (np.ceil((high - low) / cell).astype(int) + 1).tolist()
    field = np.full((bands, rows, columns), _FAR_SQUARED, np.float32)
    _isochrone.lower_squared_distances(ends, band, band.size, *low, cell, buffer + 2 * cell, field)
    _running_minimum(field)
    inside = np.sqrt(field) - np.float32(buffer)
    if outline.clip:
        unreached = _unreached_metres(request, workspace.scratch.node_time, (low, high), outline, field)
        # Negative only where a reached street is both within the buffer and nearer than an unreached one.
        inside = np.maximum(inside, inside + np.float32(buffer) - unreached)
    x, y = np.meshgrid(low[0] + cell * np.arange(columns), low[1] + cell * np.arange(rows))
    return [_outline(x, y, inside[i]) for i in range(bands)]


def _unreached_metres(
    request: _Request,
    time: Index32,
    corners: tuple[Floats, Floats],
    outline: Outline,
    like: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return metres from each cell to the nearest street not reached at all, for each limit."""
    network = request.network
    nearby = network.edge_tree.query(shapely.box(*corners[0], *corners[1]))
    soonest = np.minimum(time[network.edge_source[nearby]], time[network.edge_target[nearby]])
    # An edge with an origin on it is reached however far its ends are.
    soonest[np.isin(nearby, request.origins.edge)] = 0
    first_band = np.searchsorted(request.limits_ms, soonest)
    nearby, first_band = nearby[first_band > 0], first_band[first_band > 0]
    count = np.diff(network.vertex_start)[nearby] - 1
    owner = np.repeat(np.arange(nearby.size), count)
    a = (
        network.vertex_start[nearby][owner]
        + np.arange(owner.size)
        - np.repeat(np.cumsum(count) - count, count)
    )
    ends = np.column_stack(
        [network.vertex_x[a], network.vertex_y[a], network.vertex_x[a + 1], network.vertex_y[a + 1]]
    )
    field = np.full(like.shape, _FAR_SQUARED, np.float32)
    last_unreached = (first_band[owner] - 1).astype(np.int32)
    cell, radius = outline.cell_metres, outline.buffer_metres + 2 * outline.cell_metres
    _isochrone.lower_squared_distances(ends, last_unreached, owner.size, *corners[0], cell, radius, field)
    # What a long limit leaves out, every shorter one does too: the minimum runs backwards.
    _running_minimum(field[::-1])
    return np.sqrt(field)


def _running_minimum(field: npt.NDArray[np.float32]) -> None:
    """Take the running minimum over the bands; numpy's own `accumulate` takes several times as long."""
    for i in range(1, field.shape[0]):
        np.minimum(field[i], field[i - 1], out=field[i])


def _outline(x: Floats, y: Floats, inside: npt.NDArray[np.float32]) -> shapely.MultiPolygon:
    """Return the ground where `inside` is at most zero."""
    lines = contourpy.contour_generator(x, y, inside, fill_type="OuterOffset")
    filled: tuple[list[Floats], list[Index32]] = lines.filled(-np.inf, 0.0)  # type: ignore[assignment]
    points, offsets = filled
    rings = [np.split(p, o[1:-1]) for p, o in zip(points, offsets, strict=True)]
    return shapely.MultiPolygon([(ring[0], ring[1:]) for ring in rings])
