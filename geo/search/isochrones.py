"""Isochrones: the streets within a time of a place, and the ground along them.

An isochrone is cut exactly: each street is followed to the point where the time is up. The
polygon is the ground within `buffer_metres` of those stretches, less what lies nearer to a
street that cannot be reached in time, so that it does not spill over a river or a railway. A
longer time has all stretches of a shorter one, so isochrones are nested.
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
from geo.limits import limit_milliseconds, minutes_to_seconds
from geo.network.arrays import NO_TIME, Arcs, Places, Way, make_scratch
from geo.network.network import (
    StreetNetwork,
)
from geo.network.snap import AccessPoints
from geo.search import _isochrone
from geo.search._engine import arcs_of, bounded_shift, places_of
from geo.search._isochrone import Pieces, Shapes
from geo.types import Floats, Index32

if TYPE_CHECKING:
    # Imported when a frame is made: geopandas would double the time it takes to import the engine.
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Outline:
    """How ground is drawn along the streets that are reached.

    Attributes
    ----------
    method
        ``fast`` draws the outline of a distance field on cells of `cell_metres`; ``exact`` dissolves
        a buffer around every stretch and does not clip, which takes some fifty times as long.
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


_FAR = np.float32(1e12)
_FIRST_ROOM = 1 << 14


@dataclass(frozen=True, slots=True)
class _Question:
    """What every isochrone of one call shares."""

    network: StreetNetwork
    way: Way
    arcs: Arcs
    against: Arcs
    shapes: Shapes
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
        Limits, in any order.
    towards
        From where the place can be reached; False: what can be reached from the place.
    together
        One polygon a limit for all places, instead of one for each place.
    outline
        How the ground along the streets is drawn.

    Returns
    -------
    GeoDataFrame
        Columns ``place`` (position; -1 when together), ``minutes`` and ``geometry`` (MultiPolygon,
        WGS84, empty where the place is not on a street), places in order, shorter limits first.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([1000])
    >>> rings = isochrones(street, at_nodes(street, [0]), minutes=[5, 10])
    >>> rings.geometry.iloc[1].covers(rings.geometry.iloc[0])
    True
    """
    limits = np.sort(np.asarray(minutes, np.float64))
    question = _question(network, places, limits, towards)
    memory = _Memory(question)
    to_degrees = transformer(network.metric_crs, WGS84)

    count = len(places)

    def work(first: int, last: int) -> list[shapely.MultiPolygon]:
        some = np.arange(count) if together else np.arange(first, last)
        pieces = _pieces(question, memory, some)
        polygons = _drawn(question, memory, pieces, outline)
        memory.release()
        return [shapely.transform(p, to_degrees.transform, interleaved=False) for p in polygons]

    turns = 1 if together else count
    shapes = [
        p for polygons in run_blocks(turns, 1, work, threads=threads, progress=progress) for p in polygons
    ]
    place = np.full(limits.size, -1) if together else np.repeat(np.arange(count), limits.size)
    import geopandas as gpd

    return gpd.GeoDataFrame({"place": place, "minutes": np.tile(limits, turns)}, geometry=shapes, crs=WGS84)


def isochrone_lines(
    network: StreetNetwork,
    places: AccessPoints,
    *,
    minutes: Sequence[float] = (5, 10, 15),
    towards: bool = True,
) -> gpd.GeoDataFrame:
    """Return the stretches of street within each limit of each place, as MultiLineStrings in WGS84."""
    limits = np.sort(np.asarray(minutes, np.float64))
    question = _question(network, places, limits, towards)
    memory = _Memory(question)
    to_degrees = transformer(network.metric_crs, WGS84)
    lines = []
    for first in range(len(places)):
        ends, band = _pieces(question, memory, np.array([first]))
        memory.release()
        lon, lat = to_degrees.transform(ends[:, [0, 2]], ends[:, [1, 3]])
        stretches = shapely.linestrings(np.stack([lon, lat], axis=2))
        lines += [shapely.multilinestrings(stretches[band <= i]) for i in range(limits.size)]
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {"place": np.repeat(np.arange(len(places)), limits.size), "minutes": np.tile(limits, len(places))},
        geometry=lines,
        crs=WGS84,
    )


class _Memory(threading.local):
    """Working arrays of a thread."""

    def __init__(self, question: _Question) -> None:
        network = question.network
        self.scratch = make_scratch(question.way, (int(question.limits_ms[-1]) >> question.shift) + 1)
        self.edge_seen = np.zeros(network.edge_count, np.bool_)
        self.pieces = Pieces(np.empty((_FIRST_ROOM, 4)), np.empty(_FIRST_ROOM, np.int32))

    def make_room(self, count: int) -> None:
        self.pieces = Pieces(np.empty((count, 4)), np.empty(count, np.int32))

    def release(self) -> None:
        """Make the times of the last search clean again."""
        self.scratch.node_time[:] = NO_TIME


def _question(network: StreetNetwork, places: AccessPoints, limits: Floats, towards: bool) -> _Question:
    if limits.size == 0 or not (limits > 0).all() or not np.isfinite(limits).all():
        msg = f"limits must be minutes above zero, got {limits.tolist()}"
        raise ValueError(msg)
    limits_ms = np.array([limit_milliseconds(minutes_to_seconds(each)) for each in limits.tolist()], np.int32)
    outward, inward = arcs_of(network, network.outward), arcs_of(network, network.inward)
    seeds = places_of(places)
    if towards:
        # Going towards a place is a search from it with every direction turned round.
        seeds = seeds._replace(
            from_source=seeds.to_source,
            from_target=seeds.to_target,
            to_source=seeds.from_source,
            to_target=seeds.from_target,
        )
    return _Question(
        network=network,
        way=network.hierarchy.backward if towards else network.hierarchy.forward,
        arcs=inward if towards else outward,
        against=outward if towards else inward,
        shapes=_shapes(network, towards),
        origins=seeds,
        limits_ms=limits_ms,
        shift=bounded_shift(network, int(limits_ms[-1])),
    )


def _shapes(network: StreetNetwork, towards: bool) -> Shapes:
    """Return edge shapes with the time between each vertex and the ends, in the direction asked for."""
    forward_open, backward_open = network.edge_forward_ms >= 0, network.edge_backward_ms >= 0
    source_ms, target_ms = (
        (network.vertex_backward_ms, network.vertex_forward_left_ms)
        if towards
        else (network.vertex_forward_ms, network.vertex_backward_left_ms)
    )
    opened = (backward_open, forward_open) if towards else (forward_open, backward_open)
    return Shapes(
        network.vertex_start,
        network.vertex_x,
        network.vertex_y,
        network.vertex_metres,
        source_ms,
        target_ms,
        *opened,
    )


def _pieces(question: _Question, memory: _Memory, places: npt.NDArray[np.intp]) -> tuple[Floats, Index32]:
    """Return the stretches reached from some places together: their ends, and the band of the limit."""
    origins = question.origins
    order = places[np.lexsort((origins.metres[places], origins.edge[places]))]
    while True:
        count = _isochrone.reached_pieces(
            question.way,
            question.arcs,
            question.against,
            question.shapes,
            origins,
            order,
            question.limits_ms,
            question.shift,
            memory.scratch,
            memory.edge_seen,
            memory.pieces,
        )
        if count <= memory.pieces.band.size:
            return memory.pieces.ends[:count].copy(), memory.pieces.band[:count].copy()
        memory.release()
        memory.make_room(2 * count)


def _dissolved(
    pieces: tuple[Floats, Index32], bands: int, buffer_metres: float
) -> list[shapely.MultiPolygon]:
    ends, band = pieces
    stretches = shapely.linestrings(ends.reshape(-1, 2, 2))
    buffers = shapely.buffer(stretches, buffer_metres)
    return [_as_multi(shapely.union_all(buffers[band <= i])) for i in range(bands)]


def _as_multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return (
        shape if isinstance(shape, shapely.MultiPolygon) else shapely.multipolygons(shapely.get_parts(shape))
    )


def _drawn(
    question: _Question, memory: _Memory, pieces: tuple[Floats, Index32], outline: Outline
) -> list[shapely.MultiPolygon]:
    """Draw the ground along the stretches, one polygon a limit."""
    bands = question.limits_ms.size
    if not pieces[1].size:
        return [shapely.MultiPolygon()] * bands
    if outline.method == "exact":
        return _dissolved(pieces, bands, outline.buffer_metres)
    return _contoured(question, memory, pieces, outline)


def _contoured(
    question: _Question, memory: _Memory, pieces: tuple[Floats, Index32], outline: Outline
) -> list[shapely.MultiPolygon]:
    """Outline the ground by distances on a grid of points."""
    ends, band = pieces
    buffer, cell = outline.buffer_metres, outline.cell_metres
    bands = question.limits_ms.size
    margin = buffer + 3 * cell
    low = np.minimum(ends[:, :2].min(axis=0), ends[:, 2:].min(axis=0)) - margin
    high = np.maximum(ends[:, :2].max(axis=0), ends[:, 2:].max(axis=0)) + margin
    columns, rows = (np.ceil((high - low) / cell).astype(int) + 1).tolist()
    field = np.full((bands, rows, columns), _FAR, np.float32)
    _isochrone.squared_distance_field(ends, band, band.size, *low, cell, buffer + 2 * cell, field)
    _lower_each_by_the_last(field)
    inside = np.sqrt(field) - np.float32(buffer)
    if outline.clip:
        unreached = _unreached(question, memory.scratch.node_time, (low, high), outline, field)
        inside = np.maximum(inside, inside + np.float32(buffer) - unreached)
    x, y = np.meshgrid(low[0] + cell * np.arange(columns), low[1] + cell * np.arange(rows))
    return [_outline(x, y, inside[i]) for i in range(bands)]


def _unreached(
    question: _Question,
    time: Index32,
    corners: tuple[Floats, Floats],
    outline: Outline,
    like: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return the distance of each cell from the streets that are not reached at all within each limit."""
    network = question.network
    nearby = network.edge_tree.query(shapely.box(*corners[0], *corners[1]))
    soonest = np.minimum(time[network.edge_source[nearby]], time[network.edge_target[nearby]])
    soonest[np.isin(nearby, question.origins.edge)] = 0
    reached_in = np.searchsorted(question.limits_ms, soonest)
    nearby, reached_in = nearby[reached_in > 0], reached_in[reached_in > 0]
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
    field = np.full(like.shape, _FAR, np.float32)
    last_unreached = (reached_in[owner] - 1).astype(np.int32)
    cell, radius = outline.cell_metres, outline.buffer_metres + 2 * outline.cell_metres
    _isochrone.squared_distance_field(ends, last_unreached, owner.size, *corners[0], cell, radius, field)
    _lower_each_by_the_last(field[::-1])
    return np.sqrt(field)


def _lower_each_by_the_last(field: npt.NDArray[np.float32]) -> None:
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
