"""Streets from an OpenStreetMap extract, as arrays, in one pass over the file."""

from __future__ import annotations

import array
from collections.abc import Iterable, Iterator
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
    }
)  # fmt: skip
_NODE_KEYS = frozenset(
    {"highway", "barrier", "crossing", "access", "foot", "bicycle", "vehicle", "wheelchair"}
)

_WALKABLE_WITHOUT_HIGHWAY = frozenset(
    {("route", "ferry"), ("man_made", "pier"), ("railway", "platform"), ("public_transport", "platform")}
)
_Pairs = tuple[tuple[str, str], ...]


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
    if not ways.starts:
        raise InputError([_no_streets(extract)])
    return ways.graph()


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
        if not _carries_people(tags):
            return
        for run in _located_runs(nodes):
            self.ids.append(way_id)
            self.starts.append(len(self.refs))
            self.way_tags.append(self._code(tags))
            for ref, x, y in run:
                self.refs.append(ref)
                self.x.append(x)
                self.y.append(y)

    def graph(self) -> StreetGraph:
        refs = np.frombuffer(self.refs, np.int64)
        node_id, first, inverse = np.unique(refs, return_index=True, return_inverse=True)
        tagged = np.frombuffer(self.node_refs, np.int64) if self.node_refs else np.empty(0, np.int64)
        place = np.minimum(np.searchsorted(node_id, tagged), node_id.size - 1)
        known = node_id[place] == tagged
        return StreetGraph(
            node_id=node_id,
            node_lon=np.frombuffer(self.x, np.int64)[first] / 1e7,
            node_lat=np.frombuffer(self.y, np.int64)[first] / 1e7,
            way_id=np.frombuffer(self.ids, np.int64),
            way_start=np.append(np.frombuffer(self.starts, np.int64), refs.size),
            way_node=inverse.astype(np.int32),
            way_tags=np.frombuffer(self.way_tags, np.int32),
            tagged_node=place[known].astype(np.int32),
            tagged_node_tags=np.frombuffer(self.node_tags, np.int32)[known]
            if self.node_tags
            else np.empty(0, np.int32),
            tag_sets=tuple(dict(tags) for tags in self.tag_sets),
        )


def _kept(tags: osmium.osm.TagList, keys: frozenset[str]) -> _Pairs:
    return tuple((key, value) for key, value in tags if key in keys)


def _located_runs(nodes: osmium.osm.WayNodeList) -> Iterator[list[tuple[int, int, int]]]:
    """Yield the stretches of a way whose nodes are in the extract.

    A way that leaves the extract and comes back must not become a street straight across the gap.
    """
    run: list[tuple[int, int, int]] = []
    for node in nodes:
        if node.location.valid():
            run.append((node.ref, node.x, node.y))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


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
