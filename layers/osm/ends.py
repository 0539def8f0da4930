"""Where the streets of an extract stop because it was cut there, and not because they end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter

from geo.types import Floats
from layers.osm.scan import readable

_WKB = osmium.geom.WKBFactory()


def read_street_ends(extract: Path) -> Floats:
    """Read where streets go on beyond an extract, in one pass over it.

    A street stops at the node before one that the extract lacks, and where it crosses the box that the
    header of the extract names: beyond the box only the streets that cross it are there. Where neither is
    so, on an island or in a whole country, the streets stop nowhere.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.

    Returns
    -------
    float64 [n, 2]
        Longitude and latitude in degrees of WGS84.

    Raises
    ------
    InputError
        Where the extract is absent, damaged or of another kind.
    """
    with readable(extract):
        places = list(_ends(extract, _box(extract)))
    return np.array(places, np.float64).reshape(-1, 2)


def _box(extract: Path) -> shapely.Polygon | None:
    with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return shapely.box(low.lon, low.lat, high.lon, high.lat)


def _ends(extract: Path, box: shapely.Polygon | None) -> Iterator[tuple[float, float]]:
    things = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    streets = things.with_filter(EntityFilter(osmium.osm.WAY)).with_filter(KeyFilter("highway"))
    west, south, east, north = (-180.0, -90.0, 180.0, 90.0) if box is None else box.bounds
    for way in streets:
        if not isinstance(way, osmium.osm.Way) or len(way.nodes) < 2:
            continue
        # Whatever was cut lacks its first or last node, or has it outside: the others are not looked at.
        outer = [node.location for node in (way.nodes[0], way.nodes[-1])]
        if not all(place.valid() for place in outer):
            yield from _before_missing(way)
        elif not all(west <= place.lon <= east and south <= place.lat <= north for place in outer):
            yield from _crossings(way, box)


def _before_missing(way: osmium.osm.Way) -> Iterator[tuple[float, float]]:
    there = [(node.lon, node.lat) if node.location.valid() else None for node in way.nodes]
    for before, after in pairwise(there):
        if (before is None) != (after is None):
            yield before or after or (np.nan, np.nan)


def _crossings(way: osmium.osm.Way, box: shapely.Polygon | None) -> Iterator[tuple[float, float]]:
    if box is None:
        return
    try:
        line = shapely.from_wkb(_WKB.create_linestring(way))
    except (osmium.InvalidLocationError, RuntimeError):
        yield from _before_missing(way)
        return
    for place in shapely.get_coordinates(shapely.intersection(line, box.exterior)):
        yield float(place[0]), float(place[1])
