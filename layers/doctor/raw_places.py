"""The places of a file as it holds them, before anybody says in which coordinate system they are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.errors import InputError
from layers.catalogue.headers import match_columns
from layers.catalogue.schema import schema_of
from layers.read.files import read_file
from layers.rows.ledger import Ledger
from layers.rows.places import place_rows
from layers.study.model import LayerSource


def raw_places(path: Path, *, columns: dict[str, str] | None = None) -> gpd.GeoSeries:
    """Return the geometries of a file without a conversion, x first; rows without one are left out.

    Parameters
    ----------
    columns
        Headers of ``lon`` and ``lat``, ``coordinates`` or ``geometry``, where they are not recognised.

    Raises
    ------
    InputError
        When the file cannot be read, or no column says where a row is.
    """
    layer = LayerSource(id="layer", kind="facility", source=str(path), columns=columns or {})
    ledger = Ledger(read_file(path, layer))
    headers = [str(header) for header in ledger.table.cells.columns]
    matched = match_columns(headers, schema_of(layer.kind), layer.columns, {}, ledger.table.source)
    placed = place_rows(ledger, matched)
    if ledger.faults:
        raise InputError(ledger.faults)
    return gpd.GeoSeries(placed.geometry()[ledger.accepted])
