"""Writing extracts: a box cut out of a larger extract, or elements written from memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.filter import EmptyTagFilter

from geo.errors import Fault, InputError
from geo.text import Text
from layers.osm.scan import readable

Bounds = tuple[float, float, float, float]

_WKB = osmium.geom.WKBFactory()


def cut_extract(extract: Path, target: Path, bounds: Bounds) -> Path:
    """Write what lies in a box to an extract of its own.

    Ways that reach into the box are kept whole, multipolygons with them; other relations (routes,
    administrative boundaries) are left out, as they reach far.

    Parameters
    ----------
    extract, target
        What is read, and the ``.osm.pbf`` that is written.
    bounds
        West, south, east, north in degrees.

    Raises
    ------
    InputError
        Where the extract cannot be read, or holds no street in the box.
    """
    tracker = osmium.IdTracker()
    with readable(extract):
        if not _choose(extract, bounds, tracker):
            raise InputError([_nothing(extract, bounds)])
        tracker.complete_backward_references(str(extract), relation_depth=0)
        with osmium.SimpleWriter(str(target), header=_header(bounds)) as writer:
            for thing in osmium.FileProcessor(str(extract)).with_filter(tracker.id_filter()):
                writer.add(thing)
    return target


def _choose(extract: Path, bounds: Bounds, tracker: osmium.IdTracker) -> int:
    """Put what belongs to the box into the tracker; return how many streets that is."""
    streets = 0
    ways: set[int] = set()
    tagged_nodes = EmptyTagFilter()
    tagged_nodes.enable_for(osmium.osm.NODE)
    for thing in osmium.FileProcessor(str(extract)).with_locations().with_filter(tagged_nodes):
        if isinstance(thing, osmium.osm.Node):
            if _meets((thing.lon, thing.lat, thing.lon, thing.lat), bounds):
                tracker.add_node(thing.id)
        elif isinstance(thing, osmium.osm.Way):
            if _meets(_way_bounds(thing), bounds):
                tracker.add_way(thing.id)
                ways.add(thing.id)
                streets += "highway" in thing.tags
        elif isinstance(thing, osmium.osm.Relation) and _is_area_of(thing, ways):
            tracker.add_relation(thing.id)
    return streets


def _is_area_of(relation: osmium.osm.Relation, ways: set[int]) -> bool:
    if relation.tags.get("type") != "multipolygon":
        return False
    return any(member.type == "w" and member.ref in ways for member in relation.members)


def _way_bounds(way: osmium.osm.Way) -> Bounds | None:
    try:
        line = bytes.fromhex(_WKB.create_linestring(way))
    except (osmium.InvalidLocationError, RuntimeError):
        places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        xy = np.array(places, dtype=np.float64).reshape(-1, 2)
    else:
        xy = np.frombuffer(line, dtype="<f8", offset=9).reshape(-1, 2)
    if len(xy) == 0:
        return None
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _meets(box: Bounds | None, other: Bounds) -> bool:
    if box is None:
        return False
    return box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]


@dataclass(slots=True)
class Elements:
    """Nodes, ways and relations as an Overpass server answers them, each once."""

    nodes: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    ways: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    relations: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, element: Mapping[str, Any]) -> None:
        """Keep an element; of two with one id, the one with tags."""
        kept = {"node": self.nodes, "way": self.ways, "relation": self.relations}.get(
            str(element.get("type"))
        )
        if kept is not None and not (element["id"] in kept and not element.get("tags")):
            kept[element["id"]] = element


def write_elements(target: Path, elements: Elements, bounds: Bounds) -> Path:
    """Write elements as an extract, in the order that extracts have, with the box in its header."""
    with osmium.SimpleWriter(str(target), header=_header(bounds)) as writer:
        for number, node in sorted(elements.nodes.items()):
            place = (float(node["lon"]), float(node["lat"]))
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=place, tags=_tags(node)))
        for number, way in sorted(elements.ways.items()):
            nodes = [int(each) for each in way.get("nodes", ())]
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=_tags(way)))
        for number, relation in sorted(elements.relations.items()):
            members = [
                (str(m["type"])[0], int(m["ref"]), str(m.get("role", "")))
                for m in relation.get("members", ())
            ]
            writer.add_relation(
                osmium.osm.mutable.Relation(id=number, version=1, members=members, tags=_tags(relation))
            )
    return target


def _tags(element: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in (element.get("tags") or {}).items()}


def _header(bounds: Bounds) -> osmium.io.Header:
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(*bounds))
    header.set("generator", "lifecircle")
    return header


def _nothing(extract: Path, bounds: Bounds) -> Fault:
    box = ", ".join(f"{value:g}" for value in bounds)
    return Fault(
        Text("The extract holds no street in this box", "该范围内没有道路"),
        Text(
            "Give west,south,east,north in degrees, of a place in it",
            "请按西、南、东、北（度）给出数据范围内的区域",
        ),
        source=str(extract),
        value=box,
        code="box-empty",
    )
