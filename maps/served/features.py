"""A layer as features that can be sent: written once, and chosen by box, date, property and filter."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84, transformer
from geo.text import Text
from geo.types import Bools
from layers.write.geodata.features import FeatureTable, Field
from maps.served.filters import matching
from maps.values import plain_value

_DIGITS: Final = 7
"""Of a degree: a centimetre."""

_METRIC_DIGITS: Final = 3

_TYPES: Final[Mapping[str, str]] = {
    "grid_coverage": "MultiPolygon",
    "area_coverage": "MultiPolygon",
    "facilities": "Point",
    "demand": "Point",
    "isochrones": "MultiPolygon",
    "cut_off": "LineString",
    "land": "Point",
}
"""What the geometry of a layer without rows would be."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ServedFeatures:
    """A layer of results with its features.

    Attributes
    ----------
    key, name, about
        Its id, and what it is called and holds.
    licences, attributions
        Of the layers of the study that it is built on.
    """

    key: str
    name: Text
    about: Text
    frame: gpd.GeoDataFrame
    fields: tuple[Field, ...]
    licences: tuple[str, ...]
    attributions: tuple[str, ...]

    @classmethod
    def of(
        cls, table: FeatureTable, *, licences: Sequence[str], attributions: Sequence[str]
    ) -> ServedFeatures:
        """Return a layer of a run ready to be sent."""
        return cls(
            key=table.key,
            name=table.name,
            about=table.about,
            frame=table.frame,
            fields=tuple(table.fields),
            licences=tuple(licences),
            attributions=tuple(attributions),
        )

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def geometry_type(self) -> str:
        """Type of its geometries, as GeoJSON names it."""
        types = self.frame.geometry.geom_type.dropna()
        if len(types):
            return str(types.iloc[0])
        return next((kind for key, kind in _TYPES.items() if self.key.startswith(key)), "Point")

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None where nothing has a place."""
        box = [round(float(value), _DIGITS) for value in self.frame.total_bounds]
        return (box[0], box[1], box[2], box[3]) if all(map(math.isfinite, box)) else None

    @cached_property
    def dates(self) -> pd.Series | None:
        """The column that `datetime` asks of: the only one that holds dates; None where there is none."""
        for name in ("opens_on", "date"):
            if name in self.frame:
                return pd.to_datetime(self.frame[name], errors="coerce")
        return None

    @cached_property
    def ids(self) -> list[str]:
        """An identifier of each feature: its own where these are unique, else its number from 1."""
        own = self.frame.get("id")
        if own is None or own.isna().any() or own.duplicated().any():
            return [str(number) for number in range(1, len(self.frame) + 1)]
        return [str(value) for value in own]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.ids)}

    @cached_property
    def _properties(self) -> list[str]:
        columns = [field.key for field in self.fields]
        values = [[plain_value(value) for value in self.frame[name]] for name in columns]
        return [
            _dumps(dict(zip(columns, row, strict=True)))
            for row in (zip(*values, strict=True) if columns else ())
        ]

    @cached_property
    def _geometries(self) -> list[str]:
        return _written(self.frame.geometry, _DIGITS)

    def position_of(self, key: str) -> int | None:
        """Return where the feature of that id stands; None where there is none."""
        return self._position.get(key)

    def chosen(
        self,
        *,
        box: tuple[float, float, float, float] | None = None,
        between: tuple[datetime | None, datetime | None] | None = None,
        equal: Mapping[str, str] | None = None,
        cql: str | None = None,
        cql_language: str = "cql2-text",
    ) -> list[int]:
        """Return the positions of the features that fulfil every condition, in order.

        Parameters
        ----------
        box
            West, south, east, north in degrees; west beyond east crosses the 180th meridian.
        between
            First and last moment, both inclusive, None for open; features without a date are taken.
        equal
            Property = text that it must be.
        cql
            A CQL2 filter.

        Raises
        ------
        InputError
            Where the filter cannot be understood.
        """
        kept: Bools = np.ones(len(self.frame), dtype=np.bool_)
        if box is not None:
            kept &= self._inside(box)
        if between is not None:
            kept &= self._between(*between)
        for name, text in (equal or {}).items():
            kept &= _equals(self.frame[name], text)
        if cql is not None:
            kept &= matching(self.frame, [field.key for field in self.fields], cql, cql_language)
        return [int(position) for position in np.flatnonzero(kept)]

    def features(
        self, positions: Iterable[int], *, crs: str | None = None, northing_first: bool = False
    ) -> str:
        """Return features as the text of a JSON list.

        Parameters
        ----------
        crs
            A coordinate system other than longitude and latitude in WGS84.
        northing_first
            Whether its first axis points north.
        """
        rows = list(positions)
        shapes: Sequence[str] | Mapping[int, str] = self._geometries
        if crs is not None:
            shapes = _projected(self.frame.geometry, rows, crs, northing_first=northing_first)
        return "[" + ",".join(self._feature(row, shapes) for row in rows) + "]"

    @cached_property
    def first_and_last_day(self) -> tuple[str, str] | None:
        """The first and the last date; None where there is none."""
        days = None if self.dates is None else self.dates.dropna()
        if days is None or not len(days):
            return None
        return str(days.min().date()), str(days.max().date())

    def type_of(self, name: str) -> str:
        """Return the type of a property, as JSON Schema calls it."""
        values = self.frame[name]
        if pd.api.types.is_bool_dtype(values):
            return "boolean"
        if pd.api.types.is_integer_dtype(values):
            return "integer"
        if pd.api.types.is_numeric_dtype(values):
            return "number"
        lists = values.map(lambda value: isinstance(value, tuple | list))
        return "array" if len(values) and bool(lists.any()) else "string"

    def is_date(self, name: str) -> bool:
        """Return whether a property holds dates."""
        return self.dates is not None and name in ("opens_on", "date")

    def _feature(self, row: int, shapes: Sequence[str] | Mapping[int, str]) -> str:
        return (
            f'{{"type":"Feature","id":{json.dumps(self.ids[row], ensure_ascii=False)},'
            f'"geometry":{shapes[row]},"properties":{self._properties[row]}}}'
        )

    def _inside(self, box: tuple[float, float, float, float]) -> Bools:
        west, south, east, north = box
        parts = [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
        hit: Bools = np.zeros(len(self.frame), dtype=np.bool_)
        for part in parts:
            hit[self.frame.sindex.query(shapely.box(*part), predicate="intersects")] = True
        return hit

    def _between(self, first: datetime | None, last: datetime | None) -> Bools:
        if self.dates is None:
            return np.ones(len(self.frame), dtype=np.bool_)
        unknown = self.dates.isna().to_numpy(bool)
        kept = np.ones(len(self.frame), dtype=np.bool_)
        if first is not None:
            kept &= (self.dates >= _naive(first)).to_numpy(bool)
        if last is not None:
            kept &= (self.dates <= _naive(last)).to_numpy(bool)
        return kept | unknown


def _naive(moment: datetime) -> pd.Timestamp:
    return pd.Timestamp(moment.replace(tzinfo=None))


def _equals(values: pd.Series, text: str) -> Bools:
    if pd.api.types.is_bool_dtype(values):
        return np.asarray(values.astype(str).str.lower() == text.lower(), dtype=np.bool_)
    if pd.api.types.is_numeric_dtype(values):
        try:
            return np.asarray(values == float(text), dtype=np.bool_)
        except ValueError:
            return np.zeros(len(values), dtype=np.bool_)
    said = values.map(lambda value: value.isoformat() if isinstance(value, date) else value)
    return np.asarray((said == text).fillna(False), dtype=np.bool_)


def _written(shapes: gpd.GeoSeries, digits: int) -> list[str]:
    """Return geometries as GeoJSON, ``null`` where there is none."""
    rounded = shapely.transform(shapes.to_numpy(), lambda xy: np.round(xy, digits))
    return [text if text is not None else "null" for text in shapely.to_geojson(rounded)]


def _projected(
    shapes: gpd.GeoSeries, rows: Sequence[int], crs: str, *, northing_first: bool
) -> dict[int, str]:
    to = transformer(WGS84, crs)
    moved = shapely.transform(shapes.to_numpy()[list(rows)], to.transform, interleaved=False)
    if northing_first:
        moved = shapely.transform(moved, lambda x, y: (y, x), interleaved=False)
    series = gpd.GeoSeries(moved)
    digits = _DIGITS if to.target_crs is not None and to.target_crs.is_geographic else _METRIC_DIGITS
    return dict(zip(rows, _written(series, digits), strict=True))


def _dumps(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
