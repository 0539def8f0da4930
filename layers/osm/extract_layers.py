"""Layers taken out of the extract by tags, in the same shape as a file's rows."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError
from geo.joins.level import place_level
from layers.osm.features import read_features
from layers.read.raw_table import RawTable
from layers.study.model import Study

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
        found = [next((row[key] for key in keys if key in row), None) for row in tags]
        if any(found):
            cells[header] = np.array(found, dtype=object)
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
