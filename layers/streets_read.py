"""Streets from an OpenStreetMap extract, as arrays, in one pass over the file."""

from __future__ import annotations

import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from geo.errors import Fault, InputError
from geo.streets import StreetGraph
from geo.text import Text

_FIRST_KEYS = ("highway", "barrier", "crossing", "route", "man_made", "public_transport", "railway")
_WAY_KEYS = frozenset(
    {
        "highway", "route", "man_made", "public_transport", "railway", "access", "foot", "bicycle",
        "vehicle", "wheelchair", "sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right",
        "oneway", "oneway:bicycle", "oneway:foot", "junction", "cycleway", "cycleway:left",
        "cycleway:right", "cycleway:both", "surface", "incline", "motorroad",
        "bridge", "tunnel",
    }
)  # fmt: skip
_NODE_KEYS = frozenset(
    {"highway", "barrier", "crossing", "access", "foot", "bicycle", "vehicle", "wheelchair"}
)

_WALKABLE_WITHOUT_HIGHWAY = frozenset(
    {("route", "ferry"), ("man_made", "pier"), ("railway", "platform"), ("public_transport", "platform")}
)
_Pairs = tuple[tuple[str, str], ...]
_HALF_TURN = 180 * 10**7
"""In osmium's units, ten millionths of a degree; a node that is not in the extract lies beyond it."""


def read_streets(extract: Path) -> StreetGraph:
    """Read every way of an extract that some traveller may use.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.

    Raises
    ------
    InputError
        When the file is missing, is no readable extract, or holds no streets.
    """
    ways = _Ways()
    try:
        for thing in _things(extract):
            if thing.is_node():
                ways.add_node(thing.id, _kept(thing.tags, _NODE_KEYS))
            else:
                ways.add_way(thing.id, _kept(thing.tags, _WAY_KEYS), thing.nodes)
        _add_area_outlines(extract, ways)
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as error:
        raise InputError([_unreadable(extract, error)]) from error
    graph = ways.graph()
    if not graph.way_id.size:
        raise InputError([_no_streets(extract)])
    return graph


def _things(extract: Path) -> Iterable[Any]:
    if not extract.is_file():
        raise FileNotFoundError(f"no such file: {extract.name}")
    return (
        osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter(*_FIRST_KEYS))
    )


class _Ways:
    """Growing arrays of ways; one tuple a distinct set of tags."""

    def __init__(self) -> None:
        self.ids = array.array("q")
        self.starts = array.array("q")
        self.refs = array.array("q")
        self.x = array.array("q")
        self.y = array.array("q")
        self.way_tags = array.array("i")
        self.node_refs = array.array("q")
        self.node_tags = array.array("i")
        self.tag_sets: dict[_Pairs, int] = {}

    def _code(self, tags: _Pairs) -> int:
        return self.tag_sets.setdefault(tags, len(self.tag_sets))

    def add_node(self, node_id: int, tags: _Pairs) -> None:
        if tags:
            self.node_refs.append(node_id)
            self.node_tags.append(self._code(tags))

    def add_way(self, way_id: int, tags: _Pairs, nodes: osmium.osm.WayNodeList) -> None:
        located = [(node.ref, node.x, node.y) for node in nodes]
        if not located or not _carries_people(tags):
            return
        refs, x, y = zip(*located, strict=True)
        self.ids.append(way_id)
        self.starts.append(len(self.refs))
        self.way_tags.append(self._code(tags))
        self.refs.extend(refs)
        self.x.extend(x)
        self.y.extend(y)

    def _located(self) -> np.ndarray[Any, Any]:
        """Tell which nodes are in the extract, and somewhere on the globe."""
        x, y = _numbers(self.x, np.int64), _numbers(self.y, np.int64)
        return (np.abs(x) <= _HALF_TURN) & (np.abs(y) <= _HALF_TURN // 2)

    def graph(self) -> StreetGraph:
        kept, way, way_start = _located_runs(self.starts, self._located())
        refs = _numbers(self.refs, np.int64)[kept]
        node_id, first, inverse = np.unique(refs, return_index=True, return_inverse=True)
        tagged = _numbers(self.node_refs, np.int64)
        place, known = np.searchsorted(node_id, tagged), np.isin(tagged, node_id)
        return StreetGraph(
            node_id=node_id,
            node_lon=_numbers(self.x, np.int64)[kept][first] / 1e7,
            node_lat=_numbers(self.y, np.int64)[kept][first] / 1e7,
            way_id=_numbers(self.ids, np.int64)[way],
            way_start=way_start,
            way_node=inverse.astype(np.int32),
            way_tags=_numbers(self.way_tags, np.int32)[way],
            tagged_node=place[known].astype(np.int32),
            tagged_node_tags=_numbers(self.node_tags, np.int32)[known],
            tag_sets=tuple(dict(tags) for tags in self.tag_sets),
        )


def _numbers(values: array.array[int], kind: type[np.integer[Any]]) -> np.ndarray[Any, Any]:
    return np.frombuffer(values, kind) if values else np.empty(0, kind)


def _located_runs(
    starts: array.array[int], located: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the nodes to keep, and for each stretch of street its way and where it starts among them.

    A way that leaves the extract and comes back must not become a street straight across the gap: it
    is cut where nodes are missing, and what is left of it as a single node is no street.
    """
    begins = np.zeros(located.size, bool)
    begins[_numbers(starts, np.int64)] = True
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


def _kept(tags: osmium.osm.TagList, keys: frozenset[str]) -> _Pairs:
    return tuple((key, value) for key, value in tags if key in keys)


def _carries_people(tags: _Pairs) -> bool:
    return any(key == "highway" or (key, value) in _WALKABLE_WITHOUT_HIGHWAY for key, value in tags)


def _unreadable(extract: Path, error: Exception) -> Fault:
    return Fault(
        Text("the extract cannot be read", "无法读取该路网文件"),
        Text(
            "Give an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) that opens elsewhere; "
            "download it again if it was cut short",
            "请提供可正常打开的 OpenStreetMap 数据 (.osm.pbf、.osm、.osm.gz、.osm.bz2); "
            "若下载不完整请重新下载",
        ),
        source=extract.name,
        value=str(error)[:200],
        code="extract-unreadable",
    )


def _no_streets(extract: Path) -> Fault:
    return Fault(
        Text("the extract holds no streets", "该文件中没有道路"),
        Text("Give an extract that contains ways tagged highway", "请提供含有 highway 道路的数据"),
        source=extract.name,
        code="extract-no-streets",
    )


def _add_area_outlines(extract: Path, ways: _Ways) -> None:
    """Add the edges of squares mapped as multipolygons, whose ways carry no tags of their own."""
    relations: Iterable[Any] = osmium.FileProcessor(str(extract), osmium.osm.RELATION).with_filter(
        osmium.filter.KeyFilter("highway", "public_transport", "railway", "man_made")
    )
    members: dict[int, _Pairs] = {}
    for relation in relations:
        if relation.tags.get("type") == "multipolygon":
            tags = _kept(relation.tags, _WAY_KEYS)
            members.update((member.ref, tags) for member in relation.members if member.type == "w")
    missing = members.keys() - set(ways.ids)
    if not missing:
        return
    outlines: Iterable[Any] = (
        osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.IdFilter(missing))
    )
    for way in outlines:
        ways.add_way(way.id, members[way.id], way.nodes)
