"""The base map from an extract: streets, water, green, buildings and rail as frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.coordinates.coastline import sea_in
from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.text import Text
from layers.osm.scan import Element, as_line, geometries, pick_name, readable, scan

Bounds = tuple[float, float, float, float]

STREET_CLASSES: Final = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "service",
    "pedestrian",
    "track",
    "path",
    "steps",
)
"""Classes of the streets, the widest first."""

_STREETS: Final[dict[str, str]] = {
    **{name: name for name in STREET_CLASSES},
    **{f"{name}_link": name for name in STREET_CLASSES[:5]},
    **dict.fromkeys(("unclassified", "living_street", "road"), "residential"),
    **dict.fromkeys(("footway", "cycleway", "bridleway", "corridor", "via_ferrata"), "path"),
    "busway": "service",
}
_RAIL: Final = frozenset({"rail", "subway", "light_rail", "tram", "narrow_gauge", "monorail", "funicular"})
_STREAMS: Final = frozenset({"river", "canal", "stream", "ditch", "drain"})
_WATER: Final[dict[str, frozenset[str]]] = {
    "natural": frozenset({"water"}),
    "landuse": frozenset({"reservoir", "basin"}),
    "waterway": frozenset({"riverbank", "dock"}),
    "water": frozenset({"river", "lake", "pond", "canal", "reservoir", "basin"}),
}
_GREEN: Final[dict[str, frozenset[str]]] = {
    "leisure": frozenset(
        {"park", "garden", "golf_course", "pitch", "playground", "nature_reserve", "common"}
    ),
    "landuse": frozenset(
        {
            "grass",
            "forest",
            "meadow",
            "recreation_ground",
            "village_green",
            "cemetery",
            "allotments",
            "orchard",
        }
    ),
    "natural": frozenset({"wood", "scrub", "grassland", "heath"}),
}
_KEYS: Final = ("highway", "railway", "waterway", "natural", "landuse", "leisure", "building", "water")
_LINES: Final = ("streets", "rail", "waterways", "coastline")
_PARTS: Final = (*_LINES, "squares", "water", "green", "buildings")


@dataclass(frozen=True, slots=True, eq=False)
class Basemap:
    """The parts of a basemap, each a frame in EPSG:4326.

    Their columns are `class`, `name` (or None), `tunnel`, `bridge` and `geometry`.

    Attributes
    ----------
    streets
        Lines; `class` is one of `STREET_CLASSES`.
    squares
        Polygons of pedestrian areas and other streets mapped as areas.
    rail, waterways, coastline
        Lines; rail by kind (rail, subway, tram ...), waterways too (river, canal, stream, ditch, drain).
    water, green, buildings
        Polygons; green by kind (park, forest, grass ...).
    sea
        Polygons of the sea inside the bounds; empty where the extract has no coastline, or one so broken that
        land and sea cannot be told apart.
    bounds
        West, south, east, north of the place: the box the extract was cut by, else that of its streets.
    """

    streets: gpd.GeoDataFrame
    squares: gpd.GeoDataFrame
    rail: gpd.GeoDataFrame
    waterways: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    green: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    coastline: gpd.GeoDataFrame
    sea: gpd.GeoDataFrame
    bounds: Bounds

    def clipped(self, bounds: Bounds) -> Basemap:
        """Return the part of the basemap inside a box, cut along its edge."""
        parts = {
            each.name: _clip(getattr(self, each.name), bounds)
            for each in fields(self)
            if each.name != "bounds"
        }
        return replace(self, **parts, bounds=bounds)


def read_basemap(extract: Path, *, language: str = "") -> Basemap:
    """Read the basemap of an extract in one pass.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    language
        ``zh`` or ``en``: the language of the names where there is a choice.

    Raises
    ------
    InputError
        Where the extract is absent, damaged, or holds no streets.
    """
    rows: dict[str, list[_Row]] = {part: [] for part in _PARTS}
    for element in scan(extract, _KEYS):
        if (place := _place(element)) is not None:
            part, kind = place
            rows[part].append(_row(element, kind, language))
    if not rows["streets"]:
        raise InputError([_no_streets(extract)])
    frames = {part: _frame(shapes, lines=part in _LINES) for part, shapes in rows.items()}
    bounds = _bounds(extract, frames["streets"])
    coastline, streets = frames["coastline"].geometry.to_list(), frames["streets"].geometry.to_list()
    sea = shapely.get_parts(sea_in(bounds, coastline, on_land=streets))
    sea_rows = [_Row(shape, "sea", None, tunnel=False, bridge=False) for shape in sea]
    return Basemap(**frames, sea=_frame(sea_rows, lines=False), bounds=bounds)


def read_named_streets(extract: Path, *, language: str = "") -> gpd.GeoDataFrame:
    """Read the streets of an extract that have a name and run above ground, as rows of the basemap.

    Returns
    -------
    geopandas.GeoDataFrame
        ``class, name, tunnel, bridge, geometry``; lines in EPSG:4326.

    Raises
    ------
    InputError
        Where the extract is absent or damaged.
    """
    rows = []
    for element in scan(extract, ("highway",)):
        place = _place(element)
        if place is not None and place[0] == "streets":
            row = _row(element, place[1], language)
            # Nobody knows a place by the tunnel beneath it.
            if row.name is not None and row.name.strip() and not row.tunnel:
                rows.append(row)
    return _frame(rows, lines=True)


class _Row(NamedTuple):
    shape: str | BaseGeometry
    kind: str
    name: str | None
    tunnel: bool
    bridge: bool


def _place(element: Element) -> tuple[str, str] | None:
    """Return the part of the basemap that an element belongs to, and its class there."""
    tags = element.tags
    if element.osm_id.startswith("n"):
        return None
    if (street := _STREETS.get(tags.get("highway", ""))) is not None:
        as_area = element.closed and (tags.get("area") == "yes" or element.osm_id.startswith("r"))
        return ("squares" if as_area else "streets"), street
    if tags.get("railway") in _RAIL:
        return "rail", tags["railway"]
    if tags.get("natural") == "coastline":
        return "coastline", "coastline"
    return _area_place(tags) if element.closed else _stream(tags)


def _area_place(tags: Mapping[str, str]) -> tuple[str, str] | None:
    if tags.get("building", "no") != "no":
        return "buildings", tags["building"]
    for part, table in (("water", _WATER), ("green", _GREEN)):
        for key, values in table.items():
            if tags.get(key) in values:
                return part, tags[key]
    return None


def _stream(tags: Mapping[str, str]) -> tuple[str, str] | None:
    return ("waterways", tags["waterway"]) if tags.get("waterway") in _STREAMS else None


def _row(element: Element, kind: str, language: str) -> _Row:
    tags = element.tags
    tunnel = tags.get("tunnel", "no") != "no" or tags.get("location") == "underground"
    bridge = tags.get("bridge", "no") != "no"
    return _Row(element.shape, kind, pick_name(tags, language), tunnel=tunnel, bridge=bridge)


def _frame(rows: list[_Row], *, lines: bool) -> gpd.GeoDataFrame:
    shapes = geometries([row.shape for row in rows])
    if lines:
        shapes = np.array([as_line(shape) for shape in shapes], dtype=object)
    columns = {
        "class": pd.Series([row.kind for row in rows], dtype="str"),
        "name": pd.Series([row.name for row in rows], dtype="object"),
        "tunnel": np.array([row.tunnel for row in rows], dtype=bool),
        "bridge": np.array([row.bridge for row in rows], dtype=bool),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WGS84))


def _bounds(extract: Path, streets: gpd.GeoDataFrame) -> Bounds:
    """Return the box of the streets, inside the one the extract was cut by where its header states it."""
    west, south, east, north = (float(value) for value in streets.total_bounds)
    with readable(extract), osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid():
        return west, south, east, north
    west, south = max(west, box.bottom_left.lon), max(south, box.bottom_left.lat)
    east, north = min(east, box.top_right.lon), min(north, box.top_right.lat)
    if west < east and south < north:
        return west, south, east, north
    west, south, east, north = (float(value) for value in streets.total_bounds)
    return west, south, east, north


def _clip(frame: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    """Cut shapes at the box, keeping of each what has the dimension it had."""
    near = frame.iloc[np.sort(frame.sindex.query(shapely.box(*bounds), predicate="intersects"))]
    shapes = shapely.clip_by_rect(near.geometry.to_numpy(), *bounds)
    kept = ~shapely.is_empty(shapes) & (
        shapely.get_dimensions(shapes) == shapely.get_dimensions(near.geometry)
    )
    cut = gpd.GeoSeries(shapes, index=near.index, crs=WGS84)
    return near.set_geometry(cut)[kept].reset_index(drop=True)


def _no_streets(extract: Path) -> Fault:
    return Fault(
        Text("The extract holds no streets", "数据文件中没有道路"),
        Text("Give an extract with ways tagged highway", "请提供含有 highway 道路的数据"),
        source=str(extract),
        code="extract-no-streets",
    )
