"""Streets and features of a place from OpenStreetMap's servers, through OSMnx, into an extract of our own.

OSMnx asks Nominatim for the place and Overpass for what is in it: one request at a time, at the pace the
servers ask for, every answer kept in a cache. It is run in its cache-only mode, tile after tile, and the
extract is then written from the cached answers, with every tag. A download that breaks off goes on where it
stopped.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import osmnx as ox
import shapely
from osmnx._errors import CacheOnlyInterruptError, InsufficientResponseError
from shapely.geometry.base import BaseGeometry

from geo.coordinates.crs import segment_metres
from geo.errors import Fault, InputError
from geo.text import Text
from layers.osm.cut import Bounds, Elements, write_elements
from layers.osm.online.service import Progress, Service, cached_answer, no_progress, osmnx_for

FEATURE_TAGS: Final[dict[str, bool | str | list[str]]] = {
    **dict.fromkeys(
        ("amenity", "shop", "healthcare", "social_facility", "office", "leisure", "building"), True
    ),
    **dict.fromkeys(("public_transport", "railway", "waterway", "natural", "landuse", "tourism"), True),
    "highway": ["bus_stop", "pedestrian"],
    "craft": True,
}
"""What is downloaded besides the streets (the nodes of streets come with them, gates and crossings too)."""
STREETS: Final = '["highway"]["highway"!~"^(proposed|planned|abandoned|razed|no)$"]'

MAX_KM2: Final = 2500.0
_TILE_KM2: Final = 64.0
_AROUND_METRES: Final = 2500.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a study is: its name, its area in WGS84, and whether that is its boundary or a box around it."""

    name: str
    area: BaseGeometry
    has_boundary: bool

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in degrees."""
        west, south, east, north = self.area.bounds
        return west, south, east, north


def find_place(name: str, service: Service, *, language: str = "", progress: Progress = no_progress) -> Place:
    """Ask Nominatim where a place is.

    Returns
    -------
    Place
        With its boundary; or, where only a point is known, with a box of 5 km around it.

    Raises
    ------
    InputError
        Where there is no such place, or the server cannot be asked.
    """
    with osmnx_for(service, service.cache_folder / "places", language, progress) as watch:
        try:
            places = watch.patiently(lambda: ox.geocoder.geocode_to_gdf(name))
            return Place(name, places.geometry.iloc[0], has_boundary=True)
        except (InsufficientResponseError, TypeError):
            pass
        try:
            lat, lon = watch.patiently(lambda: ox.geocoder.geocode(name))
        except InsufficientResponseError:
            raise InputError([_unknown_place(name)]) from None
    return Place(name, shapely.box(*_around(lon, lat)), has_boundary=False)


def download_extract(
    target: Path, bounds: Bounds, service: Service, *, progress: Progress = no_progress
) -> Path:
    """Download streets and features of a box and write them as an extract.

    Parameters
    ----------
    target
        The ``.osm.pbf`` to write; it appears when everything is there.
    bounds
        West, south, east, north in degrees; at most 2,500 km2.
    service
        The servers; what they answered is kept in its cache folder, so that a second try goes on.
    progress
        Told of every tile, and of every wait.

    Raises
    ------
    InputError
        Where the box is no box or too large, where the servers cannot be asked, or hold no streets there.
    """
    tiles = _tiles(bounds)
    folder = service.cache_folder / _key(bounds, service)
    jobs = [(tile, kind) for tile in tiles for kind in ("streets", "features")]
    with osmnx_for(service, folder, "", progress) as watch:
        for done, (tile, kind) in enumerate(jobs):
            watch.step = (done, len(jobs))
            watch.tell(Text(f"downloading {kind}", "正在下载道路" if kind == "streets" else "正在下载设施"))
            watch.patiently(partial(_fetch, tile, kind))
        watch.step = (len(jobs), len(jobs))
        watch.tell(Text("writing the extract", "正在写入数据"))
    elements = _answers(folder)
    if not any("highway" in (way.get("tags") or {}) for way in elements.ways.values()):
        raise InputError([_no_streets(bounds)])
    return write_elements(target, elements, bounds)


def _fetch(tile: Bounds, kind: str) -> None:
    """Have OSMnx put the answers for one tile into its cache."""
    area = shapely.box(*tile)
    try:
        if kind == "streets":
            ox.graph.graph_from_polygon(area, custom_filter=STREETS, simplify=False, retain_all=True)
        else:
            ox.features.features_from_polygon(area, FEATURE_TAGS)
    except CacheOnlyInterruptError:
        return


def _answers(folder: Path) -> Elements:
    elements = Elements()
    for answer in sorted(folder.glob("*.json")):
        for element in (cached_answer(answer) or {}).get("elements", ()):
            elements.add(element)
    return elements


def _key(bounds: Bounds, service: Service) -> str:
    what = json.dumps([bounds, service.overpass_url, FEATURE_TAGS, STREETS])
    return hashlib.sha256(what.encode()).hexdigest()[:24]


def _tiles(bounds: Bounds) -> list[Bounds]:
    """Cut a box into tiles of about 64 km2, so that a broken download loses little."""
    west, south, east, north = check_box(bounds)
    middle = (south + north) / 2
    width = float(segment_metres(west, middle, east, middle)) / 1000
    height = float(segment_metres(west, south, west, north)) / 1000
    if width * height > MAX_KM2:
        raise InputError([_too_large(bounds, width * height)])
    side = _TILE_KM2**0.5
    x = np.linspace(west, east, int(np.ceil(width / side)) + 1)
    y = np.linspace(south, north, int(np.ceil(height / side)) + 1)
    return [
        (float(x[i]), float(y[j]), float(x[i + 1]), float(y[j + 1]))
        for j in range(len(y) - 1)
        for i in range(len(x) - 1)
    ]


def check_box(bounds: Bounds) -> Bounds:
    """Return the bounds where they are a box in degrees; an `InputError` where not."""
    west, south, east, north = bounds
    if -180 <= west < east <= 180 and -85 <= south < north <= 85:
        return bounds
    fault = Fault(
        Text("This is no box", "范围无效"),
        Text(
            "Give west,south,east,north in degrees: 121.4,31.1,121.6,31.3",
            "请按西、南、东、北（度）给出：121.4,31.1,121.6,31.3",
        ),
        source="--bbox",
        value=",".join(f"{value:g}" for value in bounds),
        code="box",
    )
    raise InputError([fault])


def _around(lon: float, lat: float) -> Bounds:
    height = _AROUND_METRES / float(segment_metres(lon, lat - 0.5, lon, lat + 0.5))
    width = _AROUND_METRES / float(segment_metres(lon - 0.5, lat, lon + 0.5, lat))
    return lon - width, lat - height, lon + width, lat + height


def _unknown_place(name: str) -> Fault:
    return Fault(
        Text("OpenStreetMap knows no such place", "OpenStreetMap 中找不到该地点"),
        Text(
            "Write it otherwise, with its city and country, or give --bbox",
            "请换一种写法（加上城市），或使用 --bbox",
        ),
        source="--place",
        value=name[:80],
        code="place-unknown",
    )


def _no_streets(bounds: Bounds) -> Fault:
    return Fault(
        Text("OpenStreetMap has no streets here", "该范围内没有道路数据"),
        Text("Choose a larger or another box", "请选择更大或其他范围"),
        value=",".join(f"{value:g}" for value in bounds),
        code="box-empty",
    )


def _too_large(bounds: Bounds, km2: float) -> Fault:
    return Fault(
        Text(
            f"{km2:,.0f} km2 are too much for a download (at most {MAX_KM2:,.0f})",
            f"范围过大：{km2:,.0f} 平方公里，下载上限为 {MAX_KM2:,.0f} 平方公里",
        ),
        Text(
            "Download an extract of the region yourself and give --extract with --bbox",
            "请自行下载区域数据，并使用 --extract 与 --bbox",
        ),
        value=",".join(f"{value:g}" for value in bounds),
        code="box-too-large",
    )
