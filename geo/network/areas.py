"""Where areas, such as parks and campuses, meet the streets: at entrances, paths, or along their outline.

An area is reached at its entrances; where none is known, where a street or path meets its outline; where none
does, along its outline. So an area is a point with several places (`AccessPoints.further`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from geo.coordinates.crs import WGS84, transformer
from geo.joins.barriers import Barriers
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.types import Bools, Floats, Index

if TYPE_CHECKING:
    # Imported for types alone: geopandas would double the time it takes to import the engine.
    import geopandas as gpd

ON_OUTLINE_METRES = 3.0
"""How far from an outline an entrance, or the end of a path, still lies on it."""

OUTLINE_STEP_METRES = 25.0
"""Distance between the points of an outline that are joined to streets."""

_NEAR_METRES = 30.0
_NEAR_TIMES = 2.0
"""Of the joins of an outline those count that are at most so far, or so many times as far as the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrances:
    """Gates and doors, in WGS84 degrees.

    Attributes
    ----------
    points
        Shapely points.
    name
        What each is called, None where it has no name.
    owner
        Id or name of the place each leads to; None where it leads to the areas on whose outline it lies.
    """

    points: npt.NDArray[np.object_]
    name: npt.NDArray[np.object_]
    owner: npt.NDArray[np.object_]


def no_entrances() -> Entrances:
    """Return entrances of which there are none."""
    none = np.empty(0, dtype=object)
    return Entrances(points=none, name=none, owner=none)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Approaches:
    """Where places are entered that are more than a point.

    Attributes
    ----------
    outlines
        Polygons in WGS84 by the ids of those places that are areas.
    entrances
        Those on outlines, and those that name their place.
    at_point
        Ids of places that are reached at their point alone, whatever names them: they were moved.
    """

    outlines: gpd.GeoSeries
    entrances: Entrances
    at_point: frozenset[str] = frozenset()

    def without(self, ids: Iterable[str]) -> Approaches:
        """Return the approaches of all but some places, which are then reached at their points alone."""
        gone = self.at_point | set(ids)
        left = self.outlines[~self.outlines.index.isin(list(gone))]
        return replace(self, outlines=left, at_point=gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spots:
    """Points, in metres, at which one place may be entered."""

    x: Floats
    y: Floats
    name: npt.NDArray[np.object_]
    outline: bool = False


def join_places(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    *,
    approaches: Approaches,
    max_snap_metres: float,
    barriers: Barriers | None = None,
    level: npt.ArrayLike | None = None,
) -> AccessPoints:
    """Join places to the streets, those that are areas at every place where they are entered.

    Of the joins of an area those with the least doubt are kept. An area of which none lies near enough to a
    street is joined by its inner point, as other places are.

    Parameters
    ----------
    places
        Points in WGS84 with `id` and `name`.
    approaches
        Outlines and entrances; those of other places do no harm.
    max_snap_metres, barriers, level
        As `geo.network.snap.snap` takes them.
    """
    inner = snap(network, places.geometry, max_snap_metres=max_snap_metres, barriers=barriers, level=level)
    spots = dict(_spots_of(network, places, approaches))
    if not spots:
        return inner
    owner = np.repeat(list(spots), [each.x.size for each in spots.values()])
    x, y = (np.concatenate([getattr(each, axis) for each in spots.values()]) for axis in "xy")
    lon, lat = transformer(network.metric_crs, WGS84).transform(x, y)
    levels = None if level is None else np.asarray(level)[owner]
    joined = snap(network, (lon, lat), max_snap_metres=max_snap_metres, barriers=barriers, level=levels)
    names = np.concatenate([each.name for each in spots.values()])
    by_outline = np.repeat([each.outline for each in spots.values()], [s.x.size for s in spots.values()])
    kept = _worth_keeping(joined, owner, by_outline)
    return _with_places(inner, joined, owner, kept, names)


def _worth_keeping(joined: AccessPoints, owner: Index, by_outline: Bools) -> Bools:
    """Return the joins with the least doubt of their place; of an outline, those that are near, each once."""
    kept = joined.snapped.copy()
    worst = int(owner.max()) + 1
    least = np.full(worst, np.iinfo(np.uint16).max, np.uint16)
    np.minimum.at(least, owner[kept], joined.doubt[kept])
    kept &= joined.doubt == least[owner]
    nearest = np.full(worst, np.inf)
    np.minimum.at(nearest, owner[kept], joined.snap_metres[kept])
    near = joined.snap_metres <= np.maximum(_NEAR_METRES, _NEAR_TIMES * nearest[owner])
    kept &= near | ~by_outline
    order = np.lexsort((joined.snap_metres, joined.edge_metres, joined.edge, owner))
    same = np.zeros(order.size, np.bool_)
    keys = np.column_stack([owner, joined.edge, np.round(joined.edge_metres, 1)])[order]
    same[1:] = (keys[1:] == keys[:-1]).all(axis=1) & by_outline[order][1:] & kept[order][:-1]
    kept[order[same]] = False
    return kept


def _with_places(
    inner: AccessPoints, joined: AccessPoints, owner: Index, kept: Bools, names: npt.NDArray[np.object_]
) -> AccessPoints:
    """Return the points with areas at their places: the nearest to its street first, the others further."""
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((rows, joined.snap_metres[rows], owner[rows]))]
    first = np.append(True, owner[rows][1:] != owner[rows][:-1])[: rows.size]
    count = len(inner)
    places = inner.followed_by(joined.named(names))
    at = np.arange(count)
    at[owner[rows[first]]] = count + rows[first]
    others = rows[~first]
    main = places.take(at)
    if not others.size:
        return main
    return main.with_further(places.take(count + others), owner[others].astype(np.int32))


def _spots_of(
    network: StreetNetwork, places: gpd.GeoDataFrame, approaches: Approaches
) -> Iterator[tuple[int, _Spots]]:
    """Yield the position of each place that is entered elsewhere than at its point, and where."""
    outlines, entrances = approaches.outlines, approaches.entrances
    to_metres = transformer(WGS84, network.metric_crs)

    def metric(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        moved: npt.NDArray[np.object_] = shapely.transform(shapes, to_metres.transform, interleaved=False)
        return moved

    position = {key: number for number, key in enumerate(places["id"])}
    known = [key in position for key in outlines.index]
    shapes = metric(outlines.to_numpy()[known])
    owner = np.array([position[key] for key in outlines.index[known]], np.int64)
    gates = metric(entrances.points)
    mine = _gates_of(places, shapes, owner, entrances, gates)
    outline_of = dict(zip(owner.tolist(), shapes, strict=True))
    moved = {position[key] for key in approaches.at_point if key in position}
    for number in sorted({*outline_of, *mine} - moved):
        if number in mine:
            yield number, _at(gates[mine[number]], entrances.name[mine[number]])
            continue
        outline = shapely.boundary(outline_of[number])
        met = _where_streets_meet(network, outline)
        if met.size:
            yield number, _at(met, np.full(met.size, None, dtype=object))
        else:
            along = _along(outline)
            yield number, _at(along, np.full(along.size, None, dtype=object), outline=True)


def _at(points: npt.NDArray[np.object_], name: npt.NDArray[np.object_], *, outline: bool = False) -> _Spots:
    return _Spots(x=shapely.get_x(points), y=shapely.get_y(points), name=name, outline=outline)


def _gates_of(
    places: gpd.GeoDataFrame,
    shapes: npt.NDArray[np.object_],
    owner: Index,
    entrances: Entrances,
    gates: npt.NDArray[np.object_],
) -> dict[int, list[int]]:
    """Return the entrances of each place: those that name it, else those on its outline."""
    named: dict[int, list[int]] = {}
    by_word: dict[str, list[int]] = {}
    for column in ("id", "name"):
        for number, word in enumerate(places[column]):
            if isinstance(word, str):
                by_word.setdefault(word, []).append(number)
                if column == "id":
                    by_word.setdefault(word.partition(":")[2], []).append(number)
    for gate, word in enumerate(entrances.owner):
        for number in dict.fromkeys(by_word.get(word, ()) if isinstance(word, str) else ()):
            named.setdefault(number, []).append(gate)
    if not len(shapes) or not len(gates):
        return named
    free = np.flatnonzero([word is None for word in entrances.owner])
    tree = shapely.STRtree(shapely.boundary(shapes))
    gate, area = tree.query(gates[free], predicate="dwithin", distance=ON_OUTLINE_METRES)
    on: dict[int, list[int]] = {}
    for g, a in zip(free[gate].tolist(), owner[area].tolist(), strict=True):
        on.setdefault(a, []).append(g)
    return on | named


def _where_streets_meet(network: StreetNetwork, outline: shapely.Geometry) -> npt.NDArray[np.object_]:
    """Return where streets on the ground cross an outline, run along it or end at it."""
    edges = network.edge_tree.query(outline, predicate="dwithin", distance=ON_OUTLINE_METRES)
    edges = np.sort(edges[~network.edge_scrap[edges]])
    count = np.diff(network.vertex_start)[edges] - 1
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    a = np.repeat(network.vertex_start[edges], count) + number
    a = a[network.vertex_level[a] == 0]
    ends = [np.column_stack([network.vertex_x[at], network.vertex_y[at]]) for at in (a, a + 1)]
    meets = shapely.intersection(shapely.linestrings(np.stack(ends, axis=1)), outline)
    points = shapely.get_parts(meets)
    points = points[~shapely.is_empty(points)]
    length = shapely.get_dimensions(points) == 1
    along = [_along(line) for line in points[length]]
    nodes = _dead_ends(network, edges)
    nodes = nodes[shapely.dwithin(nodes, outline, ON_OUTLINE_METRES)]
    found = np.concatenate([points[~length], *along, nodes])
    _, once = np.unique(np.round(shapely.get_coordinates(found), 1), axis=0, return_index=True)
    return found[np.sort(once)]


def _dead_ends(network: StreetNetwork, edges: Index) -> npt.NDArray[np.object_]:
    ends = np.concatenate([network.edge_source[edges], network.edge_target[edges]])
    at = np.concatenate([network.vertex_start[edges], network.vertex_start[edges + 1] - 1])
    degree = np.diff(network.outward.start) + np.diff(network.inward.start)
    last = at[(degree[ends] <= 2) & (network.vertex_level[at] == 0)]
    points: npt.NDArray[np.object_] = shapely.points(network.vertex_x[last], network.vertex_y[last])
    return points


def _along(line: shapely.Geometry) -> npt.NDArray[np.object_]:
    """Return points along lines, one every so many metres, the ends among them."""
    parts = shapely.get_parts(line)
    found = []
    for part in parts:
        steps = max(int(np.ceil(part.length / OUTLINE_STEP_METRES)), 1)
        found.append(shapely.line_interpolate_point(part, np.linspace(0, part.length, steps + 1)))
    return np.concatenate(found)
