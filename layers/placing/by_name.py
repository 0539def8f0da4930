"""Rows placed by name: where the feature of another layer stands that a column of the sheet names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.coordinates.crs import WGS84
from geo.text import Text
from geo.types import Bools, Index
from layers.catalogue.schema import nearest_names
from layers.cells.values import by_distinct
from layers.placing.known import NONE, SEVERAL, KnownPlaces

PLACE_LAYER, PLACE_ID = "place_layer", "place_id"
"""Columns of a frame that say which feature of which layer a row stands at; None where it has its own."""

LOOKED_UP = 200
"""Names for which the likest known ones are looked up; of more, all that is said is that they are unknown."""


class PlaceRule(Protocol):
    """``place = { column, layer }`` of a study."""

    @property
    def column(self) -> str:
        """Header of the column with the names."""
        ...

    @property
    def layer(self) -> str:
        """Id of the layer whose places are named."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Finding:
    """Rows that a name does not place, why, and what to do; without rows, what is wrong with the sheet."""

    rows: Bools
    column: str
    what: Text
    fix: Text


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NamedPlaces:
    """Where rows stand by name.

    Attributes
    ----------
    geometry
        In WGS84, a row for each row of the sheet; missing where the name is not known. Polygons as they are.
    layer, id
        Of the feature that is named; None where there is none.
    unknown, empty
        What is written and places nothing; the rows that name no place.
    """

    geometry: gpd.GeoSeries
    layer: NDArray[np.object_]
    id: NDArray[np.object_]
    unknown: tuple[Finding, ...] = ()
    empty: Bools


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Column:
    """What a column of names says, a row for each row of the sheet."""

    header: str
    places: KnownPlaces
    names: NDArray[np.object_]
    at: Index


def nowhere(count: int) -> NamedPlaces:
    """Return the places of rows that name none."""
    none = np.full(count, None, dtype=object)
    geometry = gpd.GeoSeries(none, crs=WGS84)
    return NamedPlaces(geometry=geometry, layer=none, id=none.copy(), empty=np.ones(count, dtype=np.bool_))


def place_by_name(
    cells: pd.DataFrame, rules: Sequence[PlaceRule], known: Sequence[KnownPlaces], rows: Bools
) -> NamedPlaces:
    """Return where the rows stand whose place is named, each by the first of the columns that tells.

    Nothing is guessed: a name that is not known, or that several places have, places nothing.

    Parameters
    ----------
    cells
        The sheet.
    rules, known
        The columns in the order they are tried, and the places each may name.
    rows
        Which rows are to be placed.
    """
    placed = nowhere(len(cells))
    shapes, left = placed.geometry.to_numpy(dtype=object).copy(), rows.copy()
    columns, missing = [], []
    for rule, places in zip(rules, known, strict=True):
        if rule.column not in cells.columns:
            missing.append(_no_column(cells, rule.column))
            continue
        column = _read(cells[rule.column], rule.column, places)
        good = left & (column.at >= 0)
        shapes[good] = places.geometry.to_numpy(dtype=object)[column.at[good]]
        placed.layer[good], placed.id[good] = places.layer, places.ids[column.at[good]]
        left &= ~good
        columns.append(column)
    named = np.any([column.names != "" for column in columns] or [np.zeros_like(left)], axis=0)
    return NamedPlaces(
        geometry=gpd.GeoSeries(shapes, crs=WGS84),
        layer=placed.layer,
        id=placed.id,
        unknown=(*missing, *_unknown(columns, left)),
        empty=left & ~named,
    )


def _read(cells: pd.Series[Any], header: str, places: KnownPlaces) -> _Column:
    found, bad = by_distinct(cells, places.find)
    there = np.array([each is not None for each in found], dtype=bool)
    names = cells.astype(str).str.strip().to_numpy(dtype=object)
    names = np.where(there | bad, names, "")
    at = np.array([NONE if each is None else each for each in found], dtype=np.int64)
    return _Column(header=header, places=places, names=names, at=at)


def _unknown(columns: Sequence[_Column], left: Bools) -> Iterator[Finding]:
    """Yield what is written in rows that nothing places, of each row the first column that says a thing."""
    left = left.copy()
    for column in columns:
        written = left & (column.names != "")
        left &= ~written
        layer = column.places.layer
        several = written & (column.at == SEVERAL)
        if several.any():
            yield Finding(
                rows=several,
                column=column.header,
                what=Text(f"several places of layer '{layer}' are called so", f"图层“{layer}”中有多处同名"),
                fix=Text("Write the identifier in place of the name", "请改填编号"),
            )
        yield from _not_there(column, written & (column.at == NONE))


def _not_there(column: _Column, rows: Bools) -> Iterator[Finding]:
    """Yield a finding for each name that is not known; of very many names, one for all that follow."""
    layer = column.places.layer
    what = Text(f"no such place in layer '{layer}'", f"图层“{layer}”中没有该名称")
    write = Text("Write the name or identifier as it stands there", "请按该图层中的名称或编号填写")
    number = np.full(rows.size, -1, dtype=np.int64)
    number[rows], names = pd.factorize(column.names[rows])
    for each, near in enumerate(column.places.nearest(names[:LOOKED_UP])):
        quoted = "、".join(f"“{known}”" for known in near)
        fix = Text(f"Perhaps {' or '.join(near)}", f"是否为{quoted}") if near else write
        yield Finding(rows=number == each, column=column.header, what=what, fix=fix)
    if len(names) > LOOKED_UP:
        yield Finding(rows=number >= LOOKED_UP, column=column.header, what=what, fix=write)


def _no_column(cells: pd.DataFrame, header: str) -> Finding:
    headers = [str(each) for each in cells.columns]
    near = nearest_names(header, headers) or headers[:20]
    return Finding(
        rows=np.zeros(len(cells), dtype=np.bool_),
        column=header,
        what=Text("there is no such column to place rows by", "没有用于落位的该列"),
        fix=Text(f"Columns there: {', '.join(near)}", f"现有列：{'、'.join(near)}"),
    )
