"""Points as GeoParquet whose columns say what they hold."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.text import Language
from layers.write.geodata.features import Field


def write_geoparquet(
    path: Path,
    frame: gpd.GeoDataFrame,
    fields: Mapping[str, Field],
    *,
    language: Language,
    crs: str = "EPSG:4326",
) -> Path:
    """Write a frame with the words, unit and reckoning of every column, and return the path.

    They stand in the metadata of each column of the Arrow schema: ``name``, ``unit``, ``description``.
    """
    packed = io.BytesIO()
    frame.to_crs(crs).to_parquet(packed, index=False)
    table = pq.read_table(packed)
    described = [_described(column, fields.get(column.name), language) for column in table.schema]
    schema = pa.schema(described, metadata=table.schema.metadata)
    pq.write_table(table.cast(schema), path, compression="zstd")
    return path


def _described(column: pa.Field, field: Field | None, language: Language) -> pa.Field:
    if field is None:
        return column
    said = {
        "name": field.name.to(language),
        "unit": field.unit.to(language),
        "description": field.how.to(language),
    }
    return column.with_metadata({key: text for key, text in said.items() if text})
