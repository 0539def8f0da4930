"""Finding a named place in an extract, without asking a server."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import geopandas as gpd
import shapely

from geo.errors import Fault, InputError
from geo.text import Text
from layers.osm.features import TagQuery, read_features
from layers.osm.online.download import Place

_NAMES = ("name", "name:zh", "name:en", "official_name", "short_name", "alt_name")


def find_in_extract(extract: Path, name: str) -> Place:
    """Find a place by its name among the boundaries and named areas of an extract.

    Parameters
    ----------
    extract
        A local extract.
    name
        As in the extract, in any of its languages; what follows a comma (``嘉定工业区, 上海``) is left out.

    Raises
    ------
    InputError
        Where the extract has no such area, with the nearest names it has.
    """
    query: TagQuery = {"boundary": ["administrative", "place"], "place": True, "landuse": True}
    areas = read_features(extract, {"areas": query})["areas"]
    areas = areas[areas.geom_type.isin(["Polygon", "MultiPolygon"])]
    wanted = name.replace("，", ",").split(",")[0].strip().casefold()
    named = _named(areas)
    if wanted in named:
        return Place(name, max(named[wanted], key=lambda area: area.area), has_boundary=True)
    raise InputError([_unknown(extract, name, get_close_matches(wanted, named, cutoff=0.5))])


def _named(areas: gpd.GeoDataFrame) -> dict[str, list[shapely.Geometry]]:
    named: dict[str, list[shapely.Geometry]] = {}
    for tags, area in zip(areas["tags"], areas.geometry, strict=True):
        for name in {tags[key].strip().casefold() for key in _NAMES if tags.get(key)}:
            named.setdefault(name, []).append(area)
    return named


def _unknown(extract: Path, name: str, near: list[str]) -> Fault:
    known = Text(f"It has {', '.join(near)}. ", f"其中有：{'、'.join(near)}。") if near else Text("", "")
    return Fault(
        Text("The extract has no area of this name", "数据中没有该名称的区域"),
        Text(f"{known.en}Give --bbox instead", f"{known.zh}请改用 --bbox"),
        source=str(extract),
        value=name[:80],
        code="place-unknown",
    )
