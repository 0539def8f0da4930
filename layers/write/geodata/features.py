"""What a file for a geographic information system is made of: tables with fields, aliases and styles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geo.text import Language, Text

_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a table.

    Attributes
    ----------
    key
        Its name in the file: plain letters, the same in every language.
    name
        The words shown for it.
    unit
        The unit of its numbers; empty where it has none.
    how
        How its values are computed, or what they may be.
    """

    key: str
    name: Text
    unit: Text = _NOTHING
    how: Text = _NOTHING

    def alias(self, language: Language) -> str:
        """Return the words shown for the column with its unit.

        Examples
        --------
        >>> Field(key="people", name=Text("People", "人口"), unit=Text("people", "人")).alias("zh")
        '人口（人）'
        """
        name, unit = self.name.to(language), self.unit.to(language)
        if not unit:
            return name
        return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStyle:
    """A way to draw a layer: its name, and the style as QGIS reads it (QML)."""

    name: Text
    qml: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FeatureTable:
    """One layer of a file, or a table without places.

    Attributes
    ----------
    key
        Names the table for programs, the same in every language.
    name, about
        What the table is called in the file, and what its rows are.
    frame
        The rows: with geometry in EPSG:4326, or plain.
    fields
        One for each column but the geometry, in their order.
    styles
        How it may be drawn, the usual way first.
    """

    key: str
    name: Text
    about: Text
    frame: pd.DataFrame
    fields: tuple[Field, ...]
    styles: tuple[LayerStyle, ...] = ()

    @property
    def places(self) -> gpd.GeoDataFrame | None:
        """The rows with their geometry; None for a plain table."""
        return self.frame if isinstance(self.frame, gpd.GeoDataFrame) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNotes:
    """What a file says of itself.

    Attributes
    ----------
    title, abstract
        What it is, and how it was made: method, profile, standard, run.
    made_on
        Day of the run as ``YYYY-MM-DD``.
    rights
        Attributions of the data it rests on.
    facts
        Further facts by their key: run id, standard, profiles, versions. Written as JSON.
    """

    title: str
    abstract: str
    made_on: str
    rights: tuple[str, ...] = ()
    facts: dict[str, object]


DICTIONARY = FeatureTable(
    key="dictionary",
    name=Text("dictionary", "数据字典"),
    about=Text("What every column holds, its unit, and how it is computed", "各表字段的含义、单位与算法"),
    frame=pd.DataFrame(),
    fields=(
        Field(key="table", name=Text("Table", "表")),
        Field(key="column", name=Text("Column", "字段")),
        Field(key="name", name=Text("Name", "字段含义")),
        Field(key="unit", name=Text("Unit", "单位")),
        Field(key="how", name=Text("How it is computed", "算法")),
    ),
)
"""The dictionary without its rows."""


def dictionary_of(tables: Iterable[FeatureTable], language: Language) -> FeatureTable:
    """Return the dictionary of some tables as a table of its own."""
    rows = [
        (table.name.to(language), each.key, *(text.to(language) for text in (each.name, each.unit, each.how)))
        for table in tables
        for each in table.fields
    ]
    frame = pd.DataFrame(rows, columns=[each.key for each in DICTIONARY.fields], dtype=object)
    return replace(DICTIONARY, frame=frame)
