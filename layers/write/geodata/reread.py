"""A GeoPackage of ours read back: its layers with places, the words for their columns, how they are drawn."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.write.geodata.features import DICTIONARY


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWords:
    """What a column of a written layer is called, in the language of its file, its unit and its reckoning."""

    key: str
    name: str
    unit: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WrittenLayer:
    """A layer with places as it stands in a file.

    Attributes
    ----------
    name, frame, columns
        What it is called; its rows in the coordinate system of the file; the words for its columns.
    style
        Name of the style it is drawn by; empty where it has none.
    """

    name: str
    frame: gpd.GeoDataFrame
    columns: tuple[ColumnWords, ...]
    style: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WrittenFile:
    """The layers with places of a file, the language of its words, and the day it was made (ISO)."""

    layers: tuple[WrittenLayer, ...]
    language: Language
    made_on: str


def read_geopackage(path: Path) -> WrittenFile:
    """Return the layers of a GeoPackage that have places, in their order.

    Raises
    ------
    InputError
        When the file cannot be read, or was not written by us.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            (dictionary,) = file.execute(_DICTIONARY).fetchone()
            words = dict(_words(file, dictionary))
            (facts,) = file.execute("SELECT metadata FROM gpkg_metadata WHERE id = 1").fetchone()
            made_on = str(json.loads(facts)["date"])
            drawn = dict(file.execute("SELECT f_table_name, styleName FROM layer_styles WHERE useAsDefault"))
        names = [str(name) for name, shape in pyogrio.list_layers(path) if shape is not None]
        layers = tuple(
            WrittenLayer(
                name=name,
                frame=gpd.read_file(path, layer=name),
                columns=tuple(words.get(name, ())),
                style=str(drawn.get(name, "")),
            )
            for name in names
        )
    except (sqlite3.Error, DataSourceError, DataLayerError, TypeError, ValueError, KeyError) as error:
        what = Text("no GeoPackage of a run, a plan or a comparison", "不是运行、方案或对比写出的 GeoPackage")
        fix = Text("Run the study again, then export", "请重新运行该项目后再导出")
        raise InputError([Fault(what, fix, source=str(path), code="export")]) from error
    language: Language = "zh" if dictionary == DICTIONARY.name.zh else "en"
    return WrittenFile(layers=layers, language=language, made_on=made_on)


_DICTIONARY = (
    "SELECT table_name FROM gpkg_contents "
    f"WHERE table_name IN ('{DICTIONARY.name.en}', '{DICTIONARY.name.zh}')"
)


def _words(file: sqlite3.Connection, dictionary: str) -> Iterator[tuple[str, list[ColumnWords]]]:
    """Yield the words for the columns of each layer, as the dictionary in the file has them."""
    found: dict[str, list[ColumnWords]] = {}
    for layer, key, name, unit, how in file.execute(
        f'SELECT "table", "column", name, unit, how FROM "{dictionary}" ORDER BY fid'
    ):
        row = ColumnWords(key=key, name=name or "", unit=unit or "", how=how or "")
        found.setdefault(layer, []).append(row)
    yield from found.items()
