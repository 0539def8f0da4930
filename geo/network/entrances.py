"""Where areas, such as parks and campuses, meet the streets: at entrances, paths, or along their outline.

An area that is a service is reached at its edge. People who live in one, and places inside one, are as far
from that edge as a straight line inside is long, unless a street inside leads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84, transformer
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.types import Bools, Floats, Index

if TYPE_CHECKING:
    # Imported for types alone: geopandas would double the time it takes to import the engine.
    import geopandas as gpd

ON_OUTLINE_METRES = 3.0
"""How far from an outline an entrance, or the end of a path, still lies on it."""

SHOP_FRONT_METRES = 10.0
"""A service so near to the wall of its building is taken to have a door of its own there, mapped or not."""

OUTLINE_STEP_METRES = 25.0
"""Distance between the points of an outline that are joined to streets."""


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
    private
        Which are for those alone who live inside.
    """

    points: npt.NDArray[np.object_]
    name: npt.NDArray[np.object_]
    owner: npt.NDArray[np.object_]
    private: Bools

    def for_visitors(self) -> Entrances:
        """Return the entrances by which anybody may come in."""
        free = ~self.private
        return Entrances(
            points=self.points[free], name=self.name[free], owner=self.owner[free], private=self.private[free]
        )


def no_entrances() -> Entrances:
    """Return entrances of which there are none."""
    none = np.empty(0, dtype=object)
    return Entrances(points=none, name=none, owner=none, private=np.empty(0, np.bool_))


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
    holding
        Names by the ids of those outlines that hold other places: parks and campuses, not plots to build on.
    buildings
        Polygons in WGS84 of buildings whose doors are known.
    """

    outlines: gpd.GeoSeries
    entrances: Entrances
    at_point: frozenset[str] = frozenset()
    holding: Mapping[str, str | None] = field(default_factory=dict)
    buildings: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))

    def without(self, ids: Iterable[str]) -> Approaches:
        """Return the approaches of all but some places, which are then reached at their points alone."""
        gone = self.at_point | set(ids)
        left = self.outlines[~self.outlines.index.isin(list(gone))]
        return replace(self, outlines=left, at_point=gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Points, in metres, at which one place may be entered or left, and how far it is to them from inside."""

    x: Floats
    y: Floats
    name: npt.NDArray[np.object_]
    walk_metres: Floats
    outline: bool = False


def entrances_of(
    network: StreetNetwork, places: gpd.GeoDataFrame, approaches: Approaches
) -> Iterator[tuple[int, Spots]]:
    """Yield the position of each place that is entered elsewhere than at its point, and where."""
    outlines, entrances = approaches.outlines, approaches.entrances
    position = {key: number for number, key in enumerate(places["id"])}
    known = [key in position for key in outlines.index]
    shapes = in_metres(network, outlines.to_numpy()[known])
    owner = np.array([position[key] for key in outlines.index[known]], np.int64)
    gates = in_metres(network, entrances.points)
    mine = gates_of(places, shapes, owner, entrances, gates)
    outline_of = dict(zip(owner.tolist(), shapes, strict=True))
    moved = {position[key] for key in approaches.at_point if key in position}
    for number in sorted({*outline_of, *mine} - moved):
        if number in mine:
            yield number, spots_at(gates[mine[number]], entrances.name[mine[number]])
            continue
        outline = shapely.boundary(outline_of[number])
        met = where_streets_meet(network, outline)
        yield number, spots_at(met) if met.size else spots_at(_along(outline), outline=True)


def in_metres(network: StreetNetwork, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return shapes in degrees of WGS84 in the network's own system."""
    to_metres = transformer(WGS84, network.metric_crs)
    moved: npt.NDArray[np.object_] = shapely.transform(shapes, to_metres.transform, interleaved=False)
    return moved


def spots_at(
    points: npt.NDArray[np.object_],
    name: npt.NDArray[np.object_] | None = None,
    *,
    of: shapely.Point | None = None,
    outline: bool = False,
) -> Spots:
    """Return places at points, by the walk to them from a point inside where there is one."""
    return Spots(
        x=shapely.get_x(points),
        y=shapely.get_y(points),
        name=np.full(points.size, None, dtype=object) if name is None else name,
        walk_metres=np.zeros(points.size) if of is None else shapely.distance(points, of),
        outline=outline,
    )


def gates_of(
    places: pd.DataFrame,
    shapes: npt.NDArray[np.object_],
    owner: Index,
    entrances: Entrances,
    gates: npt.NDArray[np.object_],
) -> dict[int, list[int]]:
    """Return the entrances of each place: those that name it, else those on its outline."""
    named: dict[int, list[int]] = {}
    by_word: dict[str, list[int]] = {}
    said = [(gate, word) for gate, word in enumerate(entrances.owner) if isinstance(word, str)]
    for column in ("id", "name") if said else ():
        for number, word in enumerate(places[column]):
            if isinstance(word, str):
                by_word.setdefault(word, []).append(number)
                if column == "id":
                    by_word.setdefault(word.partition(":")[2], []).append(number)
    for gate, word in said:
        for number in dict.fromkeys(by_word.get(word, ())):
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


def where_streets_meet(network: StreetNetwork, outline: shapely.Geometry) -> npt.NDArray[np.object_]:
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


def ways_out(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    inner: AccessPoints,
    approaches: Approaches,
    *,
    but: Iterable[int] = (),
    lived_in: bool = False,
) -> dict[int, Spots]:
    """Return, by position, where places that lie inside an area leave it, and how far it is to there.

    A place whose street lies inside the area too takes that street. Others walk straight to the entrances or,
    where none is known, to where streets meet the outline. Where nothing of this is known a place keeps its
    own join.

    Parameters
    ----------
    inner
        Where the places are joined by their points.
    but
        Positions of places that are entered otherwise.
    lived_in
        Whether places that are areas lie in themselves, as people do; services are reached at their edge.
    """
    if not (len(approaches.outlines) or len(approaches.buildings) or len(approaches.entrances.points)):
        return {}
    points = in_metres(network, places.geometry.to_numpy(dtype=object))
    gates = in_metres(network, approaches.entrances.points)
    street_x, street_y = transformer(WGS84, network.metric_crs).transform(inner.lon, inner.lat)
    sound = inner.snapped & (inner.doubt == 0)
    left = np.ones(len(places), np.bool_)
    left[list(but)] = False
    left &= ~places["id"].isin(list(approaches.at_point)).to_numpy()
    found: dict[int, Spots] = {}
    kinds = [
        _holding(network, places, points, approaches, gates),
        _buildings(network, points, approaches, gates, deep_metres=0.0 if lived_in else SHOP_FRONT_METRES),
    ]
    for around in ([_own(network, places, approaches, gates)] if lived_in else []) + kinds:
        for number, hull, mine, by_name in around:
            if not left[number]:
                continue
            if sound[number] and not by_name and hull is not None:
                street = shapely.Point(street_x[number], street_y[number])
                if shapely.contains_properly(hull, street):
                    left[number] = False
                    continue
            at, name = gates[mine], approaches.entrances.name[mine]
            if not mine and hull is not None:
                at = where_streets_meet(network, shapely.boundary(hull))
                name = np.full(at.size, None, dtype=object)
            if at.size:
                found[number] = spots_at(at, name, of=points[number])
                left[number] = False
    return found


Around = Iterator[tuple[int, shapely.Geometry | None, list[int], bool]]
"""Position of a place, the area around it, that area's gates, and whether these name it."""


def _own(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    approaches: Approaches,
    gates: npt.NDArray[np.object_],
) -> Around:
    """Yield the places that are areas themselves, where something is known of their edge."""
    position = {key: number for number, key in enumerate(places["id"])}
    outlines = approaches.outlines[[key in position for key in approaches.outlines.index]]
    shapes = in_metres(network, outlines.to_numpy())
    owner = np.array([position[key] for key in outlines.index], np.int64)
    mine = gates_of(places, shapes, owner, approaches.entrances, gates)
    met, _ = network.edge_tree.query(
        shapely.boundary(shapes), predicate="dwithin", distance=ON_OUTLINE_METRES
    )
    hull_of = dict(zip(owner.tolist(), shapes, strict=True))
    words = approaches.entrances.owner
    for number in sorted({*mine, *owner[met].tolist()}):
        own = mine.get(number, [])
        yield number, hull_of.get(number), own, any(words[gate] is not None for gate in own)


def _holding(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    points: npt.NDArray[np.object_],
    approaches: Approaches,
    gates: npt.NDArray[np.object_],
) -> Around:
    """Yield the places that lie in the area of another one, with the smallest of these."""
    outlines = approaches.outlines[approaches.outlines.index.isin(list(approaches.holding))]
    shapes = in_metres(network, outlines.to_numpy())
    ids = outlines.index.to_numpy(dtype=object)
    names = pd.DataFrame({"id": ids, "name": [approaches.holding[key] for key in ids]}, dtype=object)
    mine = gates_of(names, shapes, np.arange(ids.size), approaches.entrances, gates)
    is_area = places["id"].isin(approaches.outlines.index).to_numpy()
    for number, hull in _smallest_around(points, shapes):
        if not (is_area[number] and ids[hull] == places["id"].iloc[number]):
            yield number, shapes[hull], mine.get(hull, []), False


def _buildings(
    network: StreetNetwork,
    points: npt.NDArray[np.object_],
    approaches: Approaches,
    gates: npt.NDArray[np.object_],
    *,
    deep_metres: float,
) -> Around:
    """Yield the places that lie in a building whose doors are known, so deep that they have no own front."""
    shapes = in_metres(network, approaches.buildings)
    none = pd.DataFrame({"id": [], "name": []}, dtype=object)
    mine = gates_of(none, shapes, np.arange(shapes.size), approaches.entrances, gates)
    for number, hull in _smallest_around(points, shapes):
        if hull in mine and shapely.distance(points[number], shapely.boundary(shapes[hull])) >= deep_metres:
            yield number, shapes[hull], mine[hull], False


def _smallest_around(
    points: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_]
) -> Iterator[tuple[int, int]]:
    """Yield each point that lies within shapes, with the smallest of them."""
    inside, around = shapely.STRtree(shapes).query(points, predicate="within")
    order = np.lexsort((shapely.area(shapes[around]), inside))
    inside, around = inside[order], around[order]
    first = np.append(True, inside[1:] != inside[:-1])[: inside.size]
    yield from zip(inside[first].tolist(), around[first].tolist(), strict=True)
