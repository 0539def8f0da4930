"""Streets from an OpenStreetMap extract, as arrays, in one pass over the file."""

from __future__ import annotations

import array
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from osmium.filter import IdFilter, KeyFilter, TagFilter

from geo.errors import Fault, InputError, because
from geo.network.profiles import way_class
from geo.network.streets import StreetGraph
from geo.squares.surfaces import Surfaces, with_surfaces
from geo.text import Text
from layers.osm.rings import Ring, assemble, polygons, sound_ring
from layers.osm.way_lines import NoRoomError, Pairs, WayBatch, WayNodes, pairs, read_ways, write_ways

_AREA_KEYS = ("highway", "public_transport", "railway", "man_made")
_FIRST_WAY_KEYS = (*_AREA_KEYS, "route")
_FIRST_NODE_KEYS = (*_FIRST_WAY_KEYS, "barrier", "crossing")
_ACCESS = ("access", "foot", "bicycle", "vehicle", "wheelchair")
_CONDITIONS = frozenset({*(f"{key}:conditional" for key in _ACCESS), "opening_hours"})
_LIFE = ("disused", "abandoned", "demolished", "razed", "removed", "destroyed", "dismantled",
         "construction", "proposed", "planned")  # fmt: skip
_WAY_KEYS = _CONDITIONS | {
    "highway", "route", "man_made", "public_transport", "railway", "area", "place", *_ACCESS, *_LIFE,
    "sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right",
    "oneway", "oneway:bicycle", "oneway:foot", "junction", "cycleway", "cycleway:left",
    "cycleway:right", "cycleway:both", "surface", "incline", "motorroad", "conveying",
    "foot:forward", "foot:backward", "bicycle:forward", "bicycle:backward", "bridge", "tunnel",
    "layer", "level", "location",
}  # fmt: skip
_NODE_KEYS = _CONDITIONS | {"highway", "barrier", "crossing", "locked", *_ACCESS, *_LIFE}

_WALKABLE_WITHOUT_HIGHWAY = frozenset(
    {("route", "ferry"), ("man_made", "pier"), ("railway", "platform"), ("public_transport", "platform")}
)
_SURFACES = frozenset({"platform", "pier", "elevator", "services", "rest_area"})
"""Classes of way that are surfaces where they are closed, unless ``area=no``; others with ``area=yes``."""

_NOT_CARRYING = -1


def read_streets(extract: Path) -> StreetGraph:
    """Read every way of an extract that some traveller may use.

    The ways are kept as text beside the system's other temporary files until they are arrays.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.

    Raises
    ------
    InputError
        When the file is missing, is no readable extract, or holds no streets; or when there is no room
        for temporary files.
    """
    try:
        if not extract.is_file():
            raise FileNotFoundError(f"no such file: {extract.name}")
        with _temporary_folder() as folder:
            try:
                graph = _read(extract, Path(folder))
            except osmium.InvalidLocationError:
                graph = _read(extract, Path(folder), check_places=True)
    except NoRoomError as error:
        raise InputError([_no_room(extract, error)]) from error
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as error:
        raise InputError([_unreadable(extract, error)]) from error
    if not graph.way_id.size:
        raise InputError([_no_streets(extract)])
    return graph


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="lifecircle-")
    except OSError as error:
        raise NoRoomError(str(error)) from error


def _read(extract: Path, folder: Path, *, check_places: bool = False) -> StreetGraph:
    tag_sets: dict[Pairs, int] = {}
    others = _NodesAndSquares(tag_sets)
    write_ways(
        extract,
        folder / "streets.opl",
        KeyFilter(*_FIRST_WAY_KEYS),
        others.handlers(),
        check_places=check_places,
    )
    ways = [_streets(batch, tag_sets) for batch in read_ways(folder / "streets.opl")]
    outlines: list[WayBatch] = []
    edges = others.edges() - set(itertools.chain.from_iterable(way.way_id.tolist() for way in ways))
    if edges:
        write_ways(extract, folder / "squares.opl", IdFilter(edges), check_places=check_places)
        outlines = list(read_ways(folder / "squares.opl"))
    return _graph(ways, outlines, others, tag_sets)


@dataclass(frozen=True, slots=True)
class _Relation:
    """A square mapped as a relation: its tags, and its ways with whether each is the edge of a hole."""

    tags: Pairs
    members: tuple[tuple[int, bool], ...]


class _NodesAndSquares:
    """Takes from an extract the nodes with tags that matter, and the squares mapped as relations."""

    def __init__(self, tag_sets: dict[Pairs, int]) -> None:
        self.tag_sets = tag_sets
        self.node_id = array.array("q")
        self.node_tags = array.array("i")
        self.relations: dict[int, _Relation] = {}

    def handlers(self) -> list[object]:
        """Return what osmium is to call, after filters that keep it from calling at everything."""
        nodes = [KeyFilter(*_FIRST_NODE_KEYS), KeyFilter(*_NODE_KEYS)]
        squares = [KeyFilter(*_AREA_KEYS), TagFilter(("type", "multipolygon"))]
        for node_filter in nodes:
            node_filter.enable_for(osmium.osm.NODE)
        for square_filter in squares:
            square_filter.enable_for(osmium.osm.RELATION)
        return [*nodes, *squares, self]

    def node(self, node: osmium.osm.Node) -> None:
        """Keep a node that may delay or stop a traveller."""
        self.node_id.append(node.id)
        self.node_tags.append(_code(_kept(node.tags, _NODE_KEYS), self.tag_sets))

    def relation(self, relation: osmium.osm.Relation) -> None:
        """Keep a square; one that the extract yields twice is one all the same."""
        tags = _kept(relation.tags, _WAY_KEYS)
        if _carries_people(tags):
            members = ((way.ref, way.role == "inner") for way in relation.members if way.type == "w")
            self.relations[relation.id] = _Relation(tags, tuple(dict(members).items()))

    def edges(self, *, of_holes: bool = True) -> set[int]:
        """Return the ways that are edges of squares, those of holes too."""
        relations = self.relations.values()
        return {way for relation in relations for way, of_hole in relation.members if of_holes or not of_hole}


@dataclass(frozen=True, slots=True)
class _Ways:
    """Some ways, their tags and nodes."""

    way_id: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int32]
    nodes: WayNodes


def _code(tags: Pairs, tag_sets: dict[Pairs, int]) -> int:
    return tag_sets.setdefault(tags, len(tag_sets))


def _way_code(tags: Pairs, tag_sets: dict[Pairs, int]) -> int:
    return _code(tags, tag_sets) if _carries_people(tags) else _NOT_CARRYING


def _streets(batch: WayBatch, tag_sets: dict[Pairs, int]) -> _Ways:
    codes = np.array([_way_code(pairs(tags, _WAY_KEYS), tag_sets) for tags in batch.tags], np.int32)
    tags = codes[batch.way_tags]
    kept = tags != _NOT_CARRYING
    return _Ways(batch.way_id[kept], tags[kept], batch.nodes(kept))


def _graph(
    ways: list[_Ways], outlines: list[WayBatch], others: _NodesAndSquares, tag_sets: dict[Pairs, int]
) -> StreetGraph:
    """Put ways over shared nodes, and squares across them."""
    read = _read_ways(ways, outlines)
    found = [*_closed_ways(read, others, tag_sets), *_relations(read, others, tag_sets)]
    kept, way, way_start = _located_runs(read.start[:-1], read.located & read.is_line[read.way])
    held = kept | (read.located & read.is_outline[read.way])
    node_id, first, inverse = np.unique(read.refs[held], return_index=True, return_inverse=True)
    tagged = _numbers(others.node_id, np.int64)
    place = np.searchsorted(node_id, tagged)
    known = np.append(node_id, -1)[place] == tagged
    streets = StreetGraph(
        node_id=node_id,
        node_lon=read.lon[held][first],
        node_lat=read.lat[held][first],
        way_id=read.way_id[way],
        way_start=way_start,
        way_node=inverse[kept[held]].astype(np.int32),
        way_tags=read.tags[way],
        tagged_node=place[known].astype(np.int32),
        tagged_node_tags=_numbers(others.node_tags, np.int32)[known],
        tag_sets=tuple(dict(tags) for tags in tag_sets),
    )
    return with_surfaces(streets, _surfaces(found, node_id))


@dataclass(frozen=True, slots=True)
class _Read:
    """All ways end to end: those with tags of their own, then those that are edges of relations.

    `is_line` and `is_outline` say which become streets as they are and which are the edges of surfaces;
    both are settled while surfaces are looked for, as are the tags of edges that surround nothing.
    """

    way_id: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int32]
    refs: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    is_line: npt.NDArray[np.bool_]
    is_outline: npt.NDArray[np.bool_]

    @property
    def located(self) -> npt.NDArray[np.bool_]:
        """Which nodes the extract holds."""
        return ~np.isnan(self.lon)

    @property
    def way(self) -> npt.NDArray[np.int64]:
        """The way of each node, by position."""
        return np.repeat(np.arange(self.way_id.size), np.diff(self.start))

    def nodes(self, way: int) -> list[int]:
        """Return the identifiers of a way's nodes."""
        ids: list[int] = self.refs[self.start[way] : self.start[way + 1]].tolist()
        return ids

    @property
    def is_whole(self) -> npt.NDArray[np.bool_]:
        """Of which ways the extract holds every node."""
        return np.asarray(np.bincount(self.way, np.isnan(self.lon), self.way_id.size) == 0)


def _read_ways(ways: list[_Ways], outlines: list[WayBatch]) -> _Read:
    nodes = [way.nodes for way in ways]
    nodes += [batch.nodes(np.ones(batch.way_id.size, bool)) for batch in outlines]
    way_id = _joined([*(way.way_id for way in ways), *(batch.way_id for batch in outlines)], np.int64)
    tags = np.full(way_id.size, _NOT_CARRYING, np.int32)
    tags[: way_id.size - sum(batch.way_id.size for batch in outlines)] = _joined(
        [way.tags for way in ways], np.int32
    )
    return _Read(
        way_id=way_id,
        start=np.append(0, np.cumsum(_joined([part.count for part in nodes], np.int64))),
        tags=tags,
        refs=_joined([part.node_id for part in nodes], np.int64),
        lon=_joined([part.lon for part in nodes], np.float64),
        lat=_joined([part.lat for part in nodes], np.float64),
        is_line=_first_of_each(way_id) & (tags != _NOT_CARRYING),
        is_outline=np.zeros(way_id.size, bool),
    )


def _first_of_each(way_id: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which ways were not read before: an extract may hold one twice."""
    first = np.zeros(way_id.size, bool)
    first[np.unique(way_id, return_index=True)[1]] = True
    return first


@dataclass(frozen=True, slots=True)
class _Surface:
    """A polygon to walk on: the identifier it came by, its tags, its outer ring and those of its holes."""

    way_id: int
    tags: int
    rings: tuple[Ring, ...]


def _closed_ways(read: _Read, others: _NodesAndSquares, tag_sets: dict[Pairs, int]) -> Iterator[_Surface]:
    """Yield the closed ways that are meant as surfaces; they are no lines any more.

    The edge of a relation is left to it: it knows of the holes.
    """
    is_surface = np.array([_is_surface(dict(tags)) for tags in tag_sets], bool)
    closed = read.refs[read.start[:-1]] == read.refs[read.start[1:] - 1]
    of_relations = np.isin(read.way_id, list(others.edges(of_holes=False)))
    wanted = np.flatnonzero(read.is_line & closed & is_surface[read.tags] & ~of_relations & read.is_whole)
    ids, codes = read.way_id[wanted].tolist(), read.tags[wanted].tolist()
    starts, ends = read.start[wanted].tolist(), read.start[wanted + 1].tolist()
    rings = [sound_ring(read.refs[start:end].tolist()) for start, end in zip(starts, ends, strict=True)]
    sound = wanted[[ring is not None for ring in rings]]
    read.is_line[sound], read.is_outline[sound] = False, True
    for way_id, code, ring in zip(ids, codes, rings, strict=True):
        if ring is not None:
            yield _Surface(way_id, code, (ring,))


def _relations(read: _Read, others: _NodesAndSquares, tag_sets: dict[Pairs, int]) -> Iterator[_Surface]:
    """Yield the surfaces of relations; of what is cut off, the outer edges are left as lines."""
    edges = np.flatnonzero(np.isin(read.way_id, list(others.edges())))
    at_way = {int(read.way_id[way]): int(way) for way in edges[::-1]}
    is_whole = read.is_whole
    for relation in others.relations.values():
        code = _code(relation.tags, tag_sets)
        outer_ways, inner_ways = (
            [at_way[way] for way, of_hole in relation.members if of_hole is hole and way in at_way]
            for hole in (False, True)
        )
        whole = [way for way in (*outer_ways, *inner_ways) if is_whole[way]]
        outer = assemble([read.nodes(way) for way in outer_ways if way in whole])
        inner = assemble([read.nodes(way) for way in inner_ways if way in whole])
        enclosing = set(itertools.chain.from_iterable(outer))
        for way in outer_ways:
            if not read.is_line[way] and not enclosing.issuperset(read.nodes(way)):
                read.is_line[way], read.tags[way] = True, code
        if outer:
            read.is_outline[whole] = True
            for rings in polygons(outer, inner, _places(read, whole)):
                yield _Surface(int(read.way_id[outer_ways[0]]), code, rings)


def _places(read: _Read, ways: list[int]) -> dict[int, tuple[float, float]]:
    """Return longitude and latitude of the nodes of some ways."""
    at = np.concatenate([np.arange(read.start[way], read.start[way + 1]) for way in ways])
    return dict(zip(read.refs[at].tolist(), zip(read.lon[at], read.lat[at], strict=True), strict=True))


def _surfaces(found: list[_Surface], node_id: npt.NDArray[np.int64]) -> Surfaces:
    rings = [ring for surface in found for ring in surface.rings]
    nodes = np.fromiter(itertools.chain.from_iterable(rings), np.int64)
    return Surfaces(
        surface_start=np.cumsum([0, *(len(surface.rings) for surface in found)]),
        ring_start=np.cumsum([0, *(len(ring) for ring in rings)]),
        node=np.searchsorted(node_id, nodes).astype(np.int32),
        way_id=np.array([surface.way_id for surface in found], np.int64),
        tags=np.array([surface.tags for surface in found], np.int32),
    )


def _is_surface(tags: Mapping[str, str]) -> bool:
    """Whether a closed way with these tags is walked on, not round.

    Examples
    --------
    >>> _is_surface({"highway": "pedestrian"}), _is_surface({"highway": "pedestrian", "area": "yes"})
    (False, True)
    """
    area = tags.get("area", "")
    square = tags.get("place") == "square" or way_class(tags) in _SURFACES
    return area == "yes" or (square and area != "no")


def _joined(parts: list[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])


def _numbers(values: array.array[int], kind: type[np.integer[Any]]) -> np.ndarray[Any, Any]:
    return np.frombuffer(values, kind) if values else np.empty(0, kind)


def _located_runs(
    starts: np.ndarray[Any, Any], located: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the nodes to keep, and for each stretch of street its way and where it starts among them.

    A way that leaves the extract and comes back must not become a street straight across the gap: it
    is cut where nodes are missing, and what is left of it as a single node is no street.
    """
    begins = np.zeros(located.size, bool)
    begins[starts] = True
    way = np.cumsum(begins) - 1
    follows = located.copy()
    follows[1:] &= located[:-1] & ~begins[1:]
    follows[:1] = False
    run = np.cumsum(located & ~follows) - 1
    long_enough = np.bincount(run[located]) > 1 if located.any() else np.zeros(0, bool)
    kept = located.copy()
    kept[located] = long_enough[run[located]]
    first = np.flatnonzero(np.diff(run[kept], prepend=-1) != 0)
    return kept, way[kept][first], np.append(first, np.count_nonzero(kept)).astype(np.int64)


def _kept(tags: osmium.osm.TagList, keys: frozenset[str]) -> Pairs:
    return tuple((key, value) for key, value in tags if key in keys)


def _carries_people(tags: Pairs) -> bool:
    return any(key == "highway" or (key, value) in _WALKABLE_WITHOUT_HIGHWAY for key, value in tags)


def _unreadable(extract: Path, error: Exception) -> Fault:
    return Fault(
        because(
            Text("the extract cannot be read", "无法读取该路网文件"),
            str(error).replace(str(extract), extract.name),
        ),
        Text(
            "Give an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) that opens elsewhere; "
            "download it again if it was cut short",
            "请提供可正常打开的 OpenStreetMap 数据（.osm.pbf、.osm、.osm.gz、.osm.bz2）；"
            "若下载不完整请重新下载",
        ),
        source=extract.name,
        code="extract-unreadable",
    )


def _no_streets(extract: Path) -> Fault:
    return Fault(
        Text("the extract holds no streets", "该文件中没有道路"),
        Text("Give an extract that contains ways tagged highway", "请提供含有 highway 道路的数据"),
        source=extract.name,
        code="extract-no-streets",
    )


def _no_room(extract: Path, error: Exception) -> Fault:
    return Fault(
        because(Text("no room for the temporary files of reading", "没有空间存放读取时的临时文件"), error),
        Text(
            "Free some six times the size of the extract, or let TMPDIR name a folder with more room",
            "请腾出约为路网文件六倍的空间，或用 TMPDIR 指定空间更大的文件夹",
        ),
        source=extract.name,
        code="no-room",
    )
