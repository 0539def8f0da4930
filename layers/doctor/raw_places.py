"""Files as the diagnosis reads them: coordinates as they stand, in no declared system."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.errors import InputError
from layers.catalogue.headers import match_columns
from layers.catalogue.schema import schema_of
from layers.doctor.doctor import Diagnosis, diagnose
from layers.osm.basemap import read_basemap
from layers.read.files import read_file
from layers.rows.coordinates import to_wgs84
from layers.rows.ledger import Ledger
from layers.rows.places import place_rows
from layers.study.model import LayerSource


def diagnose_file(
    layer: Path,
    streets: Path,
    *,
    boundaries: Path | None = None,
    boundaries_crs: str = "EPSG:4490",
    declared: str | None = None,
) -> Diagnosis:
    """Find out which coordinate system the places of a file are in; nothing is converted.

    Parameters
    ----------
    layer
        The file in doubt.
    streets
        An OpenStreetMap extract of the same place.
    boundaries, boundaries_crs
        A file of polygons that are known to be right, and the system they are in.
    declared
        The system that the study declares for the layer.

    Raises
    ------
    InputError
        When a file cannot be read, or holds nothing.
    """
    outlines = None if boundaries is None else to_wgs84(raw_places(boundaries), boundaries_crs)
    lines = read_basemap(streets).streets.geometry
    return diagnose(raw_places(layer), lines, boundaries=outlines, declared=declared)


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
