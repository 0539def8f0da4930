"""The long tables of a run as tables without places: those of the CSV files, with ids to join them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.text import Text
from layers.write.cells import values_of
from layers.write.geodata.features import FeatureTable, Field
from layers.write.table import Column, Kind, Table
from maps.book.columns import how_of
from maps.geodata.fields import fields_of, unit

_UNITS: Final[dict[Kind, Text]] = {kind: unit(kind) for kind in ("share", "minutes", "metres")}
_IDS: Final = tuple(fields_of("ids").values())
"""What joins a row to the layers; ids, the same in every language."""

LONG_NAMES: Final = {
    "coverage": (
        Text("coverage", "覆盖汇总"),
        Text(
            "Coverage of the whole study, a row a case, requirement and test",
            "全域覆盖，每个情景、要求与检验方式一行",
        ),
    ),
    "by_area": (
        Text("by_area", "分网格分片区明细"),
        Text("Coverage by grid and area, a row a requirement", "分网格、分片区覆盖，每项要求一行"),
    ),
    "gaps": (
        Text("gaps", "短板清单"),
        Text("Where people are left out, with cause and remedy", "未覆盖人口所在单元及原因、措施"),
    ),
    "caveats": (
        Text("caveats", "须知"),
        Text("What must be known beside the figures", "使用各数值须知的事项"),
    ),
}


def long_tables(files: Mapping[str, Table]) -> tuple[FeatureTable, ...]:
    """Return the tables of the CSV files that hold rows; those of demand points are layers already."""
    named = {name.removesuffix(".csv"): table for name, table in files.items()}
    return tuple(_long(key, named[key]) for key in LONG_NAMES if key in named and len(named[key].frame))


def _long(key: str, table: Table) -> FeatureTable:
    frame = table.frame
    ids = [field for field in _IDS if field.key in frame]
    columns: dict[str, object] = {field.key: frame[field.key].to_numpy(object) for field in ids}
    columns |= {column.key: _values(table, column) for column in table.columns}
    name, about = LONG_NAMES[key]
    return FeatureTable(
        key=key,
        name=name,
        about=about,
        frame=pd.DataFrame(columns),
        fields=(*ids, *(_field(key, column) for column in table.columns)),
    )


def _values(table: Table, column: Column) -> pd.Series:
    """Return the values of a column: numbers as numbers, shares as they are shown, texts as they stand."""
    values = pd.Series(values_of(table, column), dtype=object)
    if column.kind in ("text", "yes"):
        return values
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.round(3) if column.kind == "share" else numbers


def _field(table: str, column: Column) -> Field:
    # The headers of a sheet hold the unit already where it is not plain.
    unit = Text("", "") if "（" in column.header.zh else _UNITS.get(column.kind, Text("", ""))
    return Field(key=column.key, name=column.header, unit=unit, how=how_of(table, column.key))
