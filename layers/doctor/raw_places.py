"""Files as the diagnosis reads them: coordinates as they stand, in no declared system."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.headers import match_columns
from layers.catalogue.schema import PLACE_ROLES, schema_of
from layers.doctor.doctor import Diagnosis, diagnose
from layers.osm.basemap import read_basemap
from layers.read.files import read_file
from layers.rows.coordinates import to_wgs84
from layers.rows.ledger import Ledger
from layers.rows.places import place_rows
from layers.study.paths import resolve_source
from layers.study.sources import LayerSource


def diagnose_file(
    layer: Path | LayerSource,
    streets: Path,
    *,
    folder: Path = Path(),
    boundaries: Path | None = None,
    boundaries_crs: str = "EPSG:4490",
    declared: str | None = None,
) -> Diagnosis:
    """Find out which coordinate system the places of a file are in; nothing is converted.

    Parameters
    ----------
    layer
        The file in doubt, or the layer of a study that is read from one: its sheet, header row and columns
        count, what it declares does not.
    streets
        An OpenStreetMap extract of the same place.
    folder
        What the source of such a layer is relative to.
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
    places = raw_places(layer, folder=folder)
    return diagnose(places, lines, boundaries=outlines, declared=declared)


def source_of(
    path: Path,
    *,
    sheet: str | int | None = None,
    header_row: int | None = None,
    columns: dict[str, str] | None = None,
) -> LayerSource:
    """Return a file as a layer of which only this is known.

    Parameters
    ----------
    path
        The file.
    sheet, header_row
        As in a study.
    columns
        Headers of ``lon`` and ``lat``, ``coordinates`` or ``geometry``, where they are not recognised.
    """
    return LayerSource(
        id="layer",
        kind="facility",
        source=str(path),
        sheet=sheet,
        header_row=header_row,
        columns=columns or {},
    )


def columns_of(text: str) -> dict[str, str]:
    """Return headers by role from ``lon=东经,lat=北纬``.

    Raises
    ------
    InputError
        When that is no list of roles and headers, or a role is none of a place.

    Examples
    --------
    >>> columns_of("lon=X坐标, lat=Y坐标")
    {'lon': 'X坐标', 'lat': 'Y坐标'}
    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    columns = {role.strip(): header.strip() for role, _, header in pairs}
    if not columns or not all(columns.values()) or set(columns) - set(PLACE_ROLES):
        what = Text("this names no columns", "列的写法不正确")
        fix = Text(
            "Write lon=...,lat=... or coordinates=...", "请写成 lon=X,lat=Y（X、Y 为表头）或 coordinates=Z"
        )
        raise InputError([Fault(what, fix, source="--columns", value=text[:80], code="columns")])
    return columns


def raw_places(layer: Path | LayerSource, *, folder: Path = Path()) -> gpd.GeoSeries:
    """Return the geometries of a file without a conversion, x first; rows without one are left out.

    The index holds the numbers of the rows.

    Parameters
    ----------
    layer
        A file, or the layer of a study.
    folder
        What the source of a layer is relative to.

    Raises
    ------
    InputError
        When the file cannot be read, or no column says where a row is.
    """
    if isinstance(layer, Path):
        layer = source_of(layer)
    path = resolve_source(folder, layer.source, outside=layer.outside)
    ledger = Ledger(read_file(path, layer, source=path.name))
    headers = [str(header) for header in ledger.table.cells.columns]
    matched = match_columns(headers, schema_of(layer.kind), layer.columns, {}, ledger.table.source)
    placed = place_rows(ledger, matched)
    if ledger.faults:
        raise InputError(ledger.faults)
    places = placed.geometry()[ledger.accepted]
    return gpd.GeoSeries(places.array, index=ledger.table.rows[ledger.accepted])
