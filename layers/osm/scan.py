"""One pass over an OpenStreetMap extract: the tagged things in it, each with its geometry.

Shared by the features (`layers.osm.features`) and the basemap (`layers.osm.basemap`). Extracts are often
cut with scissors: ways lack nodes, multipolygons lack ways. What is left of such a thing is kept,
closed by a straight line where its outline is broken, rather than dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium import BaseFilter
from osmium.filter import EntityFilter, IdFilter, KeyFilter
from osmium.osm.types import OSMEntity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import Fault, InputError, because
from geo.text import Text

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml")
"""Names of the extracts that are read."""

_AREAS = ("multipolygon", "boundary")
_WKB = osmium.geom.WKBFactory()


@dataclass(frozen=True, slots=True)
class Element:
    """A tagged node, way or area.

    Attributes
    ----------
    osm_id
        ``n123``, ``w45`` or ``r6``: the letter says node, way or relation.
    tags
        All of its tags.
    shape
        Hexadecimal WKB in degrees of WGS84, or a geometry where it had to be repaired.
    closed
        Whether it encloses an area; whether that area is meant is for the reader of the tags to say.
    """

    osm_id: str
    tags: dict[str, str]
    shape: str | BaseGeometry
    closed: bool


@dataclass(slots=True)
class _Pending:
    """What cannot be yielded until the end of the file: broken outlines."""

    ways: dict[int, Element] = field(default_factory=dict)
    relations: dict[int, tuple[dict[str, str], dict[int, str]]] = field(default_factory=dict)


def scan(extract: Path, keys: Collection[str] | BaseFilter) -> Iterator[Element]:
    """Yield everything in an extract that carries one of the keys, or passes a filter of osmium.

    Closed ways come once, as areas (also streets that are loops: ask `as_line` for those); relations come
    where they are multipolygons or boundaries. Memory grows with the nodes of the extract (16 bytes each)
    and the open multipolygons.

    Raises
    ------
    InputError
        Where the file is absent, empty, of another kind, or breaks off.
    """
    with readable(extract):
        pending = _Pending()
        yield from _once(_elements(extract, keys, pending))


def _elements(extract: Path, keys: Collection[str] | BaseFilter, pending: _Pending) -> Iterator[Element]:
    for thing in _things(extract, keys):
        element = _element(thing, pending)
        if element is not None:
            yield element
    yield from pending.ways.values()
    yield from _repaired(extract, pending.relations)


def _once(elements: Iterable[Element]) -> Iterator[Element]:
    """Leave out elements that come again.

    An extract may hold one twice, and osmium may hand over the area of a relation before the relation.
    """
    seen: set[int] = set()
    for element in elements:
        key = int(element.osm_id[1:]) * 3 + "nwr".index(element.osm_id[0])
        if key not in seen:
            seen.add(key)
            yield element


@contextmanager
def readable(extract: Path) -> Iterator[None]:
    """Turn what goes wrong while an extract is read into one `InputError` in the user's words."""
    _check_name(extract)
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        # The border of the reader: osmium has errors of its own for each part of a broken file.
        raise InputError([_broken(extract, error)]) from error


def _things(extract: Path, keys: Collection[str] | BaseFilter) -> Iterable[OSMEntity]:
    wanted = keys if isinstance(keys, BaseFilter) else KeyFilter(*keys)
    return osmium.FileProcessor(str(extract)).with_areas(wanted).with_filter(wanted)


def _element(thing: OSMEntity, pending: _Pending) -> Element | None:
    if isinstance(thing, osmium.osm.Area):
        return _from_area(thing, pending)
    tags = dict(thing.tags)
    if isinstance(thing, osmium.osm.Node):
        return Element(f"n{thing.id}", tags, _WKB.create_point(thing), closed=False)
    if isinstance(thing, osmium.osm.Way):
        return _from_way(thing, tags, pending)
    if isinstance(thing, osmium.osm.Relation) and tags.get("type") == "multipolygon":
        members = {member.ref: member.role for member in thing.members if member.type == "w"}
        pending.relations[thing.id] = tags, members
    return None


def _from_area(area: osmium.osm.Area, pending: _Pending) -> Element | None:
    """Return an area; None where its outline could not be assembled, so that it stays pending."""
    try:
        shape = _WKB.create_multipolygon(area)
    except (osmium.InvalidLocationError, RuntimeError):
        return None
    number, letter = area.orig_id(), "w" if area.from_way() else "r"
    if area.from_way():
        pending.ways.pop(number, None)
    else:
        pending.relations.pop(number, None)
    return Element(f"{letter}{number}", dict(area.tags), shape, closed=True)


def _from_way(way: osmium.osm.Way, tags: dict[str, str], pending: _Pending) -> Element | None:
    """Return an open way; keep a closed one back, as its area follows unless its outline is broken."""
    if not way.is_closed():
        shape = _wkb_line(way) or _line(way)
        return Element(f"w{way.id}", tags, shape, closed=False) if shape is not None else None
    line = _line(way)
    if line is None:
        return None
    area = None if tags.get("area") == "no" else _enclosed(line)
    pending.ways[way.id] = Element(f"w{way.id}", tags, area or line, closed=area is not None)
    return None


def _enclosed(line: shapely.LineString) -> BaseGeometry | None:
    """Return the area inside a line closed by a straight one, repaired where it crosses itself."""
    if shapely.get_num_coordinates(line) < 3:
        return None
    area = shapely.make_valid(Polygon(line.coords), method="structure", keep_collapsed=False)
    return area if area.area > 0 else None


def _repaired(
    extract: Path, relations: Mapping[int, tuple[dict[str, str], dict[int, str]]]
) -> Iterator[Element]:
    """Yield the multipolygons whose outline is broken, from what is left of it."""
    wanted = {way for _, members in relations.values() for way in members}
    lines = dict(_lines(extract, wanted)) if wanted else {}
    for number, (tags, members) in relations.items():
        rings = {role: [lines[way] for way in members if way in lines and (members[way] == "inner") == inner]
                 for role, inner in (("outer", False), ("inner", True))}  # fmt: skip
        area = shapely.difference(_filled(rings["outer"]), _filled(rings["inner"]))
        if area.area > 0:
            yield Element(f"r{number}", tags, area, closed=True)


def _lines(extract: Path, ways: set[int]) -> Iterator[tuple[int, shapely.LineString]]:
    things = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for thing in things.with_filter(EntityFilter(osmium.osm.WAY)).with_filter(IdFilter(ways)):
        if isinstance(thing, osmium.osm.Way) and (line := _line(thing)) is not None:
            yield thing.id, line


def _wkb_line(way: osmium.osm.Way) -> str | None:
    """Return the line of a way whose nodes are all there; several times faster than going through them."""
    try:
        return str(_WKB.create_linestring(way))
    except (osmium.InvalidLocationError, RuntimeError):
        return None


def _line(way: osmium.osm.Way) -> shapely.LineString | None:
    """Return what the extract holds of a way; None where fewer than two places of it."""
    points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    points = [*points[:1], *(after for before, after in pairwise(points) if after != before)]
    return shapely.LineString(points) if len(points) > 1 else None


def _filled(lines: list[shapely.LineString]) -> BaseGeometry:
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(lines))) if lines else []
    return shapely.union_all([area for line in merged if (area := _enclosed(line)) is not None])


def geometries(encoded: Sequence[str | BaseGeometry]) -> NDArray[np.object_]:
    """Return the shapely geometries of elements' shapes; a multipolygon of one part is a polygon."""
    shapes = np.array(encoded, dtype=object)
    coded = np.array([isinstance(shape, str) for shape in shapes], dtype=bool)
    shapes[coded] = shapely.from_wkb(shapes[coded])
    single = (shapely.get_type_id(shapes) == 6) & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes


def as_line(shape: BaseGeometry) -> BaseGeometry:
    """Return the outline of a closed way that is meant as a line, such as a street that is a loop."""
    if isinstance(shape, Polygon):
        return shapely.LineString(shape.exterior.coords)
    return shape.boundary if shapely.get_dimensions(shape) == 2 else shape


def pick_name(tags: Mapping[str, str], language: str = "") -> str | None:
    """Return the name in a language, else the name on the spot.

    Examples
    --------
    >>> pick_name({"name": "南京东路", "name:en": "East Nanjing Road"}, "en")
    'East Nanjing Road'
    """
    keys = ("name:zh-Hans", "name:zh-CN", "name:zh") if language == "zh" else (f"name:{language}",)
    return next((tags[key] for key in (*keys, "name") if tags.get(key)), None)


def _check_name(extract: Path) -> None:
    if not extract.is_file():
        what = Text("The extract does not exist", "数据文件不存在")
        fix = Text("Check the path, or download the extract", "请检查路径或下载该数据")
        raise InputError([Fault(what, fix, source=str(extract), code="extract-absent")])
    if not extract.name.lower().endswith(SUFFIXES):
        what = Text("This is no name of an OpenStreetMap extract", "文件名不是 OpenStreetMap 数据")
        names = ", ".join(SUFFIXES)
        fix = Text(f"Give a file named {names}", f"请提供扩展名为 {names} 的文件")
        raise InputError([Fault(what, fix, source=str(extract), code="extract-name")])
    if extract.stat().st_size == 0:
        raise InputError([_broken(extract, "0 bytes")])


def _broken(extract: Path, error: Exception | str) -> Fault:
    return Fault(
        because(
            Text(
                "The extract cannot be read, it is damaged or cut short", "数据文件无法读取，已损坏或不完整"
            ),
            error,
        ),
        Text("Download or cut it again", "请重新下载或重新裁剪"),
        source=str(extract),
        code="extract-broken",
    )
