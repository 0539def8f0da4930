"""Features of an OpenStreetMap extract by their tags, in one pass, and as the layers of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coordinates.crs import WGS84
from geo.errors import InputError
from layers.osm.scan import Element, as_line, geometries, pick_name, scan
from layers.read.raw_table import RawTable
from layers.study.model import Study

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
        for element in scan(extract, wanted):
            for query in _answers(element.tags, wanted):
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


_HEADERS: Mapping[str, tuple[str, ...]] = {
    "address": ("addr:full",),
    "phone": ("phone", "contact:phone", "contact:mobile"),
    "website": ("website", "contact:website", "url"),
    "opening_hours": ("opening_hours",),
    "capacity": ("capacity",),
    "building:levels": ("building:levels",),
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
        By layer id; the error for all of them where the extract cannot be read.
    """
    wanted = [layer for layer in study.layers if layer.source == "extract"]
    if not wanted:
        return {}
    try:
        features = read_features(
            study.extract, {layer.id: layer.tags for layer in wanted}, language=study.language
        )
    except InputError as error:
        return {layer.id: error for layer in wanted}
    return {layer.id: features_table(features[layer.id], study.extract.name) for layer in wanted}


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


def _address(tags: Mapping[str, str]) -> str | None:
    parts = [
        tags[key] for key in ("addr:city", "addr:district", "addr:street", "addr:housenumber") if key in tags
    ]
    return " ".join(parts) or None
