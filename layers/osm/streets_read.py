"""Streets from an OpenStreetMap extract, as arrays, in one pass over the file."""

from __future__ import annotations

import array
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from osmium.filter import IdFilter, KeyFilter, TagFilter

from geo.errors import Fault, InputError
from geo.network.streets import StreetGraph
from geo.text import Text
from layers.osm.way_lines import NoRoomError, Pairs, WayBatch, WayNodes, pairs, read_ways, write_ways

_AREA_KEYS = ("highway", "public_transport", "railway", "man_made")
_FIRST_WAY_KEYS = (*_AREA_KEYS, "route")
_FIRST_NODE_KEYS = (*_FIRST_WAY_KEYS, "barrier", "crossing")
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
    outlines = others.squares.keys() - set(itertools.chain.from_iterable(way.way_id.tolist() for way in ways))
    if outlines:
        write_ways(extract, folder / "squares.opl", IdFilter(outlines), check_places=check_places)
        ways += [_outlines(batch, others.squares, tag_sets) for batch in read_ways(folder / "squares.opl")]
    return _graph(ways, others, tag_sets)


class _NodesAndSquares:
    """Takes from an extract the nodes with tags that matter, and the members of squares."""

    def __init__(self, tag_sets: dict[Pairs, int]) -> None:
        self.tag_sets = tag_sets
        self.node_id = array.array("q")
        self.node_tags = array.array("i")
        self.squares: dict[int, Pairs] = {}

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
        """Keep whose edges the edges of a square are: its ways carry no tags of their own."""
        tags = _kept(relation.tags, _WAY_KEYS)
        self.squares.update((member.ref, tags) for member in relation.members if member.type == "w")


@dataclass(frozen=True, slots=True)
class _Ways:
    """Some ways, their tags and nodes; a square's edges carry the tags of the square."""

    way_id: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int32]
    nodes: WayNodes


def _code(tags: Pairs, tag_sets: dict[Pairs, int]) -> int:
    return tag_sets.setdefault(tags, len(tag_sets))


def _way_code(tags: Pairs, tag_sets: dict[Pairs, int]) -> int:
    return _code(tags, tag_sets) if _carries_people(tags) else _NOT_CARRYING


def _streets(batch: WayBatch, tag_sets: dict[Pairs, int]) -> _Ways:
    codes = np.array([_way_code(pairs(tags, _WAY_KEYS), tag_sets) for tags in batch.tags], np.int32)
    return _usable(batch, codes[batch.way_tags])


def _outlines(batch: WayBatch, squares: dict[int, Pairs], tag_sets: dict[Pairs, int]) -> _Ways:
    return _usable(batch, np.array([_way_code(squares[way], tag_sets) for way in batch.way_id], np.int32))


def _usable(batch: WayBatch, tags: npt.NDArray[np.int32]) -> _Ways:
    kept = tags != _NOT_CARRYING
    return _Ways(batch.way_id[kept], tags[kept], batch.nodes(kept))


def _graph(ways: list[_Ways], others: _NodesAndSquares, tag_sets: dict[Pairs, int]) -> StreetGraph:
    refs, lon, lat = (
        _joined([getattr(way.nodes, name) for way in ways], kind)
        for name, kind in (("node_id", np.int64), ("lon", np.float64), ("lat", np.float64))
    )
    count = _joined([way.nodes.count for way in ways], np.int64)
    kept, way, way_start = _located_runs(np.cumsum(count) - count, ~np.isnan(lon))
    node_id, first, inverse = np.unique(refs[kept], return_index=True, return_inverse=True)
    tagged = _numbers(others.node_id, np.int64)
    place = np.searchsorted(node_id, tagged)
    known = np.append(node_id, -1)[place] == tagged
    return StreetGraph(
        node_id=node_id,
        node_lon=lon[kept][first],
        node_lat=lat[kept][first],
        way_id=_joined([part.way_id for part in ways], np.int64)[way],
        way_start=way_start,
        way_node=inverse.astype(np.int32),
        way_tags=_joined([part.tags for part in ways], np.int32)[way],
        tagged_node=place[known].astype(np.int32),
        tagged_node_tags=_numbers(others.node_tags, np.int32)[known],
        tag_sets=tuple(dict(tags) for tags in tag_sets),
    )


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
        Text("the extract cannot be read", "无法读取该路网文件"),
        Text(
            "Give an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) that opens elsewhere; "
            "download it again if it was cut short",
            "请提供可正常打开的 OpenStreetMap 数据（.osm.pbf、.osm、.osm.gz、.osm.bz2）；"
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


def _no_room(extract: Path, error: Exception) -> Fault:
    return Fault(
        Text("no room for the temporary files of reading", "没有空间存放读取时的临时文件"),
        Text(
            "Free some six times the size of the extract, or let TMPDIR name a folder with more room",
            "请腾出约为路网文件六倍的空间，或用 TMPDIR 指定空间更大的文件夹",
        ),
        source=extract.name,
        value=str(error)[:200],
        code="no-room",
    )
