"""Tables as one GeoPackage that a geographic information system draws as it comes.

Beside rows and places the file carries what a reader would have to ask for: words for the columns
(``gpkg_data_columns``), styles (``layer_styles``, read by QGIS), how the figures came about
(``gpkg_metadata``), and a dictionary as a table. OGC 12-128, version 1.2: the newest that the GDAL of
Debian and of QGIS reads without a warning.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.text import Language, Text
from layers.write.geodata.features import FeatureTable, FileNotes, dictionary_of
from layers.write.geodata.notes import NO_STYLE, qgis_metadata, with_aliases

VERSION: Final = "1.2"
_GEOMETRY: Final = "geom"
_AT_NOON: Final = "T12:00:00.000Z"
"""A file says the day of its run, not the second: the same run writes the same bytes."""

_SHAPES: Final = {"Point": "Point", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


def write_geopackage(
    path: Path,
    tables: Iterable[FeatureTable],
    *,
    notes: FileNotes,
    language: Language = "zh",
    crs: str = "EPSG:4326",
) -> Path:
    """Write tables into a new GeoPackage, with their dictionary, and return its path.

    What GDAL and SQLite raise is left to `layers.write.staging.staged`.

    Parameters
    ----------
    notes
        What the file says of itself.
    crs
        The coordinate system of all its places.
    """
    shown = list(tables)
    shown.append(dictionary_of(shown, language))
    moment = f"{notes.made_on}{_AT_NOON}"
    earlier = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        for number, table in enumerate(shown):
            _write_rows(path, table, language=language, crs=crs, first=not number)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": earlier})
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_EXTRA_TABLES)
        file.executemany(_EXTENSION, _EXTENSIONS)
        for table in shown:
            file.executemany(_ALIAS, _aliases(table, language))
            file.executemany(_STYLE, _styles(table, language, moment))
        file.execute(_STYLE_CONTENTS, (moment,))
        _write_notes(file, shown, notes, language, moment)
    return path


def _write_rows(path: Path, table: FeatureTable, *, language: Language, crs: str, first: bool) -> None:
    frame = _as_stored(table, language)
    options: dict[str, Any] = {}
    if isinstance(frame, gpd.GeoDataFrame):
        kinds = {kind.removeprefix("Multi") for kind in frame.geom_type.dropna()}
        shape = _SHAPES.get(kinds.pop(), "Unknown") if len(kinds) == 1 else "Unknown"
        frame = frame.to_crs(crs)
        options = {"geometry_type": shape, "promote_to_multi": shape.startswith("Multi")}
    pyogrio.write_dataframe(
        frame,
        path,
        layer=table.name.to(language),
        driver="GPKG",
        append=not first,
        dataset_options={"VERSION": VERSION} if first else None,
        layer_options={
            "IDENTIFIER": table.name.to(language),
            "DESCRIPTION": table.about.to(language),
            **({"GEOMETRY_NAME": _GEOMETRY} if options else {}),
        },
        **options,
    )


def _as_stored(table: FeatureTable, language: Language) -> pd.DataFrame:
    """Return the rows with lists as JSON and words in the language, in the order of the fields.

    Raises
    ------
    KeyError
        Where a column has no field: nothing is written that the dictionary does not explain.
    """
    frame, fields = table.frame, [field.key for field in table.fields]
    unexplained = [str(name) for name in frame.columns if name not in (*fields, "geometry")]
    if unexplained:
        msg = f"{table.key}: no field explains {', '.join(unexplained)}"
        raise KeyError(msg)
    texts = {
        name: [_plain(v, language) for v in frame[name]] for name in fields if frame[name].dtype == object
    }
    columns = [*fields, *(["geometry"] if table.places is not None else [])]
    stored = frame[columns].assign(
        **{name: pd.Series(cells, index=frame.index, dtype=object) for name, cells in texts.items()}
    )
    return stored.reset_index(drop=True)


def _plain(value: object, language: Language) -> object:
    """Return a cell as a database keeps it."""
    if isinstance(value, Text):
        return value.to(language) or None
    if isinstance(value, tuple | list | dict):
        return json.dumps(value, ensure_ascii=False, default=_number)
    if isinstance(value, bool | np.bool_):
        return int(value)
    return None if value is None or value != value else value


def _number(value: Any) -> object:
    return value.item()


def _aliases(table: FeatureTable, language: Language) -> Iterator[tuple[str, ...]]:
    """Yield a row of ``gpkg_data_columns`` for each field; the words of a column are its own in a table."""
    seen: set[str] = set()
    for field in table.fields:
        alias = field.alias(language)
        name = f"{alias} [{field.key}]" if alias in seen else alias
        seen.add(alias)
        yield table.name.to(language), field.key, name, alias, field.how.to(language)


def _styles(table: FeatureTable, language: Language, moment: str) -> Iterator[tuple[object, ...]]:
    for number, style in enumerate(table.styles):
        name = style.name.to(language)
        qml = with_aliases(style.qml, table, language)
        yield table.name.to(language), _GEOMETRY, name[:30], qml, not number, name, moment
    if not table.styles:
        name, qml = table.name.to(language), with_aliases(NO_STYLE, table, language)
        yield name, "" if table.places is None else _GEOMETRY, name[:30], qml, True, name, moment


def _write_notes(
    file: sqlite3.Connection, tables: list[FeatureTable], notes: FileNotes, language: Language, moment: str
) -> None:
    """Write what the file and each of its layers say of themselves."""
    facts = {"title": notes.title, "abstract": notes.abstract, "date": notes.made_on, **notes.facts}
    whole = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=False)
    file.execute(_NOTE, (1, "dataset", "https://json.org/", "application/json", whole))
    file.execute(_NOTE_OF, ("geopackage", None, moment, 1))
    for number, table in enumerate(tables, start=2):
        name = table.name.to(language)
        said = qgis_metadata(table, notes, language)
        file.execute(_NOTE, (number, "dataset", "http://mrcc.com/qgis.dtd", "text/xml", said))
        file.execute(_NOTE_OF, ("table", name, moment, number))


_EXTENSIONS: Final = tuple(
    (table, name, f"http://www.geopackage.org/spec121/#extension_{name.removeprefix('gpkg_')}")
    for name, tables in {
        "gpkg_schema": ("gpkg_data_columns", "gpkg_data_column_constraints"),
        "gpkg_metadata": ("gpkg_metadata", "gpkg_metadata_reference"),
    }.items()
    for table in tables
)
_EXTENSION: Final = "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')"
_ALIAS: Final = (
    "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)"
)
_STYLE: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
                          styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)
"""
_STYLE_CONTENTS: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)
"""
_NOTE: Final = "INSERT INTO gpkg_metadata VALUES (?, ?, ?, ?, ?)"
_NOTE_OF: Final = "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)"

_EXTRA_TABLES: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""
