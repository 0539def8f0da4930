"""Features of an OpenStreetMap extract by their tags, in one pass, and as the layers of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.joins.level import place_level
from geo.text import Text
from layers.osm.dwellings import BUILDINGS, LAND, STREETS, Mapped, mapped_of, uses_of
from layers.osm.scan import Element, as_line, geometries, pick_name, scan
from layers.read.raw_table import RawTable
from layers.study.model import Study
from layers.study.sources import LayerSource

TagQuery = Mapping[str, str | Sequence[str] | bool]
"""What to look for: a feature is taken when any key has (one of) the given value(s); True is any value."""

_Wanted = dict[str, dict[str | None, list[str]]]
_LINES_BUT: dict[str, frozenset[str]] = {
    "highway": frozenset({"services", "rest_area", "platform"}),
    "railway": frozenset({"station", "halt", "platform", "roundhouse", "turntable", "yard"}),
    "waterway": frozenset({"dock", "boatyard", "riverbank", "dam", "fuel"}),
    "power": frozenset({"plant", "substation", "generator", "transformer"}),
    "aerialway": frozenset({"station"}),
    "barrier": frozenset(),
    "route": frozenset(),
}
"""Keys whose closed ways are lines, but for these values."""
_LINES = frozenset({"natural=coastline", "natural=cliff", "natural=ridge", "natural=tree_row"})
_ANY = None


def read_features(
    extract: Path, queries: Mapping[str, TagQuery], *, language: str = ""
) -> dict[str, gpd.GeoDataFrame]:
    """Read the features that answer each of many queries, in one pass over the extract.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    queries
        By any id (of a layer, say): key to value, values, or True for any value but ``no``. A feature is
        taken when *any* of the keys matches; of ``a;b`` each value counts.
    language
        ``zh`` or ``en``: the name in that language where there is one (``name:zh``), else ``name``.

    Returns
    -------
    dict of geopandas.GeoDataFrame
        For each query a frame in EPSG:4326, in an order that is always the same, with `osm_id` (``n1``,
        ``w2``, ``r3``), `name` (or None), `tags` (dict) and `geometry`: points for nodes, polygons for closed
        ways and multipolygon relations, lines for open ways and for closed ones whose key means a line (a
        street that is a loop) unless they say ``area=yes``.

    Raises
    ------
    InputError
        Where the extract is absent, damaged or of another kind.
    """
    wanted = _wanted(queries)
    matches: dict[str, list[Element]] = {query: [] for query in queries}
    if wanted:
        seen: set[tuple[str, str]] = set()
        for element in scan(extract, wanted):
            for query in _answers(element.tags, wanted):
                # A relation of several outlines may come twice; it is one place.
                if element.osm_id[0] == "r" and (query, element.osm_id) in seen:
                    continue
                seen.add((query, element.osm_id))
                matches[query].append(element)
    return {query: _frame(elements, queries[query], language) for query, elements in matches.items()}


def _wanted(queries: Mapping[str, TagQuery]) -> _Wanted:
    """Turn the queries around: key, value, and which queries ask for it."""
    wanted: _Wanted = {}
    for query, tags in queries.items():
        for key, values in tags.items():
            by_value = wanted.setdefault(key, {})
            for value in _values(values):
                by_value.setdefault(value, []).append(query)
    return wanted


def _values(values: str | Sequence[str] | bool) -> tuple[str | None, ...]:
    if isinstance(values, bool):
        return (_ANY,) if values else ()
    return (values,) if isinstance(values, str) else tuple(values)


def _answers(tags: Mapping[str, str], wanted: _Wanted) -> Iterable[str]:
    """Return the queries that a feature answers, each once."""
    answers: dict[str, None] = {}
    for key, value in tags.items():
        by_value = wanted.get(key)
        if not by_value:
            continue
        if value != "no":
            answers.update(dict.fromkeys(by_value.get(_ANY, ())))
        for each in (value, *value.split(";")) if ";" in value else (value,):
            answers.update(dict.fromkeys(by_value.get(each.strip(), ())))
    return answers


def _is_line(element: Element, query: TagQuery) -> bool:
    """Tell whether a closed way was found by keys that mean lines alone."""
    if not element.closed or element.osm_id.startswith("r") or element.tags.get("area") == "yes":
        return False
    tags = [(key, element.tags[key]) for key in query if key in element.tags]
    return all(
        (key in _LINES_BUT and value not in _LINES_BUT[key]) or f"{key}={value}" in _LINES
        for key, value in tags
    )


def _frame(elements: list[Element], query: TagQuery, language: str) -> gpd.GeoDataFrame:
    shapes = geometries([element.shape for element in elements])
    for i, element in enumerate(elements):
        if _is_line(element, query):
            shapes[i] = as_line(shapes[i])
    columns = {
        "osm_id": pd.Series([element.osm_id for element in elements], dtype="str"),
        "name": pd.Series([pick_name(element.tags, language) for element in elements], dtype="object"),
        "tags": pd.Series([element.tags for element in elements], dtype="object"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WGS84))


_AROUND: Mapping[str, TagQuery] = {":buildings": BUILDINGS, ":land": LAND, ":streets": STREETS}
"""What must be seen beside buildings to reckon people from them; no layer has such an id."""

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "address": ("addr:full",),
    "phone": ("phone", "contact:phone", "contact:mobile"),
    "website": ("website", "contact:website", "url"),
    "opening_hours": ("opening_hours",),
    "capacity": ("capacity",),
    "building:levels": ("building:levels",),
    "building:min_level": ("building:min_level",),
    "roof:levels": ("roof:levels",),
    "dwellings": ("building:flats",),
    "operator": ("operator",),
    "brand": ("brand",),
}
"""Columns of an extract's layer and the tags that fill them, the first one there."""


def read_extract_layers(study: Study) -> dict[str, RawTable | InputError]:
    """Read every layer of a study that comes from its extract, in one pass.

    Returns
    -------
    dict
        By layer id; the error for all of them where the extract cannot be read, and for layers whose people
        are to be reckoned from buildings where too few are mapped.
    """
    wanted = [layer for layer in study.layers if layer.source == "extract"]
    if not wanted:
        return {}
    queries: dict[str, TagQuery] = {layer.id: layer.tags for layer in wanted}
    reckoned = [layer.id for layer in wanted if layer.people.method == "buildings"]
    try:
        features = read_features(
            study.extract, {**queries, **(_AROUND if reckoned else {})}, language=study.language
        )
    except InputError as error:
        return {layer.id: error for layer in wanted}
    source = study.extract.name
    return {
        layer.id: _reckoned_table(layer, features, source)
        if layer.id in reckoned
        else features_table(features[layer.id], source)
        for layer in wanted
    }


def _reckoned_table(
    layer: LayerSource, features: Mapping[str, gpd.GeoDataFrame], source: str
) -> RawTable | InputError:
    """Return the buildings of a layer with their use; an error where too few are mapped to count people."""
    buildings = features[layer.id]
    mapped = mapped_of(features[":buildings"], features[":streets"])
    if not mapped.known and not layer.people.incomplete:
        return InputError([_too_few(layer, mapped, source)])
    uses = uses_of(buildings, features[":land"])
    said = {"dwelling": "dwelling", "mixed": "mixed: "}
    table = features_table(buildings, source)
    cells = table.cells.assign(
        building_use=[
            f"{said[use]}{because}" if use in said else because
            for use, because in zip(uses["use"], uses["because"], strict=True)
        ]
    )
    notes = table.notes if mapped.whole else (*table.notes, _partly(mapped, source))
    return replace(table, cells=cells, notes=notes)


def _too_few(layer: LayerSource, mapped: Mapped, source: str) -> Fault:
    kilometres = mapped.street_metres / 1000
    return Fault(
        Text(
            f"people are not known: {mapped.buildings:,} buildings along {kilometres:,.1f} km of residential "
            "streets are too few to reckon them from",
            f"人口未知：{kilometres:,.1f} 公里居住道路沿线只有 {mapped.buildings:,} 栋建筑，无法据此估算",
        ),
        Text(
            "Give a layer of people: a sheet of residents, or a population grid with "
            'people = { method = "grid" } '
            "(people.incomplete = true reckons all the same)",
            '请提供人口数据：居民表，或人口网格 people = { method = "grid" }'
            "（如仍要估算，请设 people.incomplete = true）",
        ),
        source=source,
        column=layer.id,
        code="people_unknown",
    )


def _partly(mapped: Mapped, source: str) -> Fault:
    return Fault(
        Text(
            f"along {1 - mapped.near_share:.0%} of the residential streets no building is mapped: whoever "
            "lives there is not counted",
            f"{1 - mapped.near_share:.0%} 的居住道路沿线没有建筑数据，当地居民未计入",
        ),
        Text("A sheet of residents or a population grid is better", "建议改用人口数据或人口网格"),
        source=source,
        code="few_buildings",
    )


def features_table(features: gpd.GeoDataFrame, source: str) -> RawTable:
    """Return features of an extract as rows; their tags become the columns a sheet would have.

    Parameters
    ----------
    features
        With ``osm_id``, ``name``, ``tags`` and ``geometry``.
    source
        Name of the extract.
    """
    tags = features["tags"].tolist()
    cells = {"name": features["name"].to_numpy(dtype=object)}
    for header, keys in _HEADERS.items():
        texts = [next((row[key] for key in keys if key in row), None) for row in tags]
        if any(texts):
            cells[header] = np.array(texts, dtype=object)
    if "address" not in cells:
        addresses = [_address(row) for row in tags]
        if any(addresses):
            cells["address"] = np.array(addresses, dtype=object)
    cells["tags"] = np.array(
        [";".join(f"{k}={v}" for k, v in sorted(row.items())) for row in tags], dtype=object
    )
    return RawTable(
        cells=pd.DataFrame(cells, dtype=object),
        rows=np.arange(1, len(features) + 1, dtype=np.int64),
        geometry=gpd.GeoSeries(np.asarray(features.geometry.array, dtype=object)),
        keys=features["osm_id"].to_numpy(dtype=object),
        crs="EPSG:4326",
        source=source,
    )


def levels_of(frame: gpd.GeoDataFrame) -> npt.NDArray[np.int8]:
    """Return whether each row of a layer lies on the ground (0), below it or above it, by its ``tags``.

    Rows that do not come from an extract lie on the ground.

    Examples
    --------
    >>> rows = gpd.GeoDataFrame({"tags": ["level=-1;name=Cellar", "level=-1;0;shop=books", None]})
    >>> levels_of(rows).tolist()
    [-1, 0, 0]
    """
    if "tags" not in frame:
        return np.zeros(len(frame), np.int8)
    levels = [place_level(_tags(text)) if isinstance(text, str) else 0 for text in frame["tags"]]
    return np.array(levels, np.int8)


def _tags(text: str) -> dict[str, str]:
    """Return tags from ``key=value;key=value``; a value may hold semicolons."""
    tags: dict[str, str] = {}
    key = ""
    for part in text.split(";"):
        if "=" in part:
            key, _, tags[key] = part.partition("=")
        elif key:
            tags[key] += f";{part}"
    return tags


def _address(tags: Mapping[str, str]) -> str | None:
    parts = [
        tags[key] for key in ("addr:city", "addr:district", "addr:street", "addr:housenumber") if key in tags
    ]
    return " ".join(parts) or None
