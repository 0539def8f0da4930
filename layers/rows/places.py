"""Where each row is: two columns, one column of two numbers, degrees-minutes-seconds, or WKT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84
from geo.coordinates.crs import WGS84
from geo.text import Text
from geo.types import Bools, Floats
from layers.catalogue.headers import ColumnMap
from layers.cells.values import as_arrow, by_distinct, numbers, short_text
from layers.placing.by_name import NamedPlaces
from layers.rows.coordinates import DeclaredCrs, Provenance, provenance, to_wgs84
from layers.rows.ledger import Ledger

_DMS = re.compile(
    r"^(?:东经|西经|北纬|南纬|经度|纬度|[EWNS])?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[°度dD:\s]\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*['′‘’分mM:]?\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|''|′′|“|”|秒|s)?\s*)?"
    r"(?:[EWNS])?$",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"^(?:东经|西经|北纬|南纬|经度|纬度|[EWNS])\s*([+-]?\d+(?:\.\d+)?)$|^([+-]?\d+(?:\.\d+)?)\s*[EWNS]$", re.I
)
_WEST_OR_SOUTH = re.compile(r"西经|南纬|(?:^|[\d\s°'\"′″])[WSws](?:$|[\d\s])")
_TRIMMED = re.compile(r"^['`‘’,，;；]+|[,，;；。]+$|(?<=[\d.])(?:度|°)$")
_COMMA = re.compile(r"^[+-]?\d{1,8},\d{1,12}$|^[+-]?\d{1,3}(?:\.\d{3})+,\d{1,6}$")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3},\d{3}$")
_LATITUDE_FIRST = re.compile(r"^(?:北纬|南纬|纬度|[NS]\s*\d)|^[^,，;；]*[NS]\s*[,，;；]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where rows are, in the file's own coordinates: shapes, or x and y alone while they are only points.

    A million points cost seconds to make and to take apart again; as arrays they are converted at once.
    """

    x: Floats | None = None
    y: Floats | None = None
    shapes: NDArray[np.object_] | None = None

    def bounds(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the least x, least y, greatest x and greatest y of each row; nan where it is nowhere."""
        if self.x is not None and self.y is not None:
            return self.x, self.y, self.x, self.y
        west, south, east, north = shapely.bounds(self.shapes).T
        return west, south, east, north

    def geometry(self, kept: Bools | None = None) -> gpd.GeoSeries:
        """Return the rows as geometries without a CRS, those not kept missing."""
        if self.x is not None and self.y is not None:
            return gpd.GeoSeries(_points(self.x, self.y, kept))
        shapes = np.asarray(self.shapes, dtype=object).copy()
        if kept is not None:
            shapes[~kept] = None
        return gpd.GeoSeries(shapes)

    def to_wgs84(self, declared: DeclaredCrs, kept: Bools) -> tuple[gpd.GeoSeries, Provenance | None]:
        """Return the kept rows in WGS84 with the provenance of the conversion; the others are missing."""
        plain = declared.crs is not None and declared.crs.equals(WGS84, ignore_axis_order=True)
        if self.x is None or self.y is None or not (plain or declared.shift):
            converted = to_wgs84(self.geometry(kept), declared)
            return gpd.GeoSeries(converted.array, crs=WGS84), provenance(converted)
        x, y = np.where(kept, self.x, np.nan), np.where(kept, self.y, np.nan)
        if declared.shift:
            x, y = (gcj02_to_wgs84 if declared.shift == "gcj02" else bd09_to_wgs84)(x, y)
        nothing = to_wgs84(gpd.GeoSeries([], crs=WGS84), declared)
        return gpd.GeoSeries(_points(x, y, kept), crs=WGS84), provenance(nothing)


def degrees(text: str) -> float | None:
    """Return degrees written as a number or as degrees, minutes and seconds; None where it is neither.

    Examples
    --------
    >>> degrees("121°30′36″E"), degrees("北纬31度12分"), degrees("S 33.5"), degrees("here")
    (121.51, 31.2, -33.5, None)
    """
    short = short_text(text)
    if short is None:
        return None
    plain = _TRIMMED.sub("", short).strip()
    sign = -1.0 if _WEST_OR_SOUTH.search(plain) else 1.0
    try:
        return float(plain) if re.fullmatch(r"[+-]?[\d.]+", plain) else _worded(plain, sign)
    except ValueError:
        return None


def _worded(plain: str, sign: float) -> float | None:
    if lettered := _LETTERED.match(plain):
        return sign * float(lettered[1] or lettered[2])
    match = _DMS.match(plain)
    if match is None:
        return None
    whole, minutes, seconds = (float(part) if part else 0.0 for part in match.groups())
    if minutes >= 60 or seconds >= 60:
        return None
    return sign * float(np.copysign(abs(whole) + minutes / 60 + seconds / 3600, whole))


def pair(text: str) -> tuple[float, float] | None:
    """Return x and y of a cell that holds both, longitude first unless the text says otherwise.

    Examples
    --------
    >>> pair("121.3,31.2"), pair("（１２１．３，３１．２）"), pair("北纬31.2，东经121.3"), pair("121.3")
    ((121.3, 31.2), (121.3, 31.2), (121.3, 31.2), None)
    """
    plain = short_text(text[:4000])
    if plain is None:
        return None
    plain = plain.strip("()[]{} ")
    parts = [part for part in re.split(r"[,，;；]", plain) if part.strip()]
    if len(parts) != 2:
        parts = plain.split()
    if len(parts) != 2:
        return None
    first, second = (degrees(part) for part in parts)
    if first is None or second is None:
        return None
    return (second, first) if _LATITUDE_FIRST.search(plain) else (first, second)


def place_rows(ledger: Ledger, columns: ColumnMap) -> Places:
    """Return where every row is, in the file's own coordinates; rows that are nowhere are rejected.

    Parameters
    ----------
    ledger
        The table and the book its rejected rows go to.
    columns
        Which headers say where a row is. A file's own geometries come first.

    Returns
    -------
    Places
        A row for each row of the table.
    """
    table = ledger.table
    if table.geometry is not None:
        return _given(ledger, table.geometry)
    for role in ("geometry", "coordinates"):
        if header := columns.header(role):
            return _from_text(ledger, header, role)
    lon, lat = columns.header("lon"), columns.header("lat")
    if lon is None or lat is None:
        headers = list(table.cells.columns)
        ledger.stop(
            Text("no column says where a row is", "没有坐标列"),
            Text(
                'Add columns = { lon = "...", lat = "..." } or { coordinates = "..." }; columns there: '
                + ", ".join(headers[:20]),
                '请添加 columns = { lon = "...", lat = "..." } 或 { coordinates = "..." }；现有列：'
                + "、".join(headers[:20]),
            ),
            code="no_place",
        )
        return Places(shapes=np.full(len(table.cells), None, dtype=object))
    return Places(_axis(ledger, lon), _axis(ledger, lat))


def _axis(ledger: Ledger, header: str) -> Floats:
    column = ledger.table.cells[header]
    values, bad = numbers(column)
    commas = _decimal_commas(column)
    bad |= commas
    if bad.any():
        rest, still_bad = by_distinct(column[bad], _axis_value if commas.any() else degrees)
        values[bad] = [np.nan if value is None else value for value in rest]
        bad[np.flatnonzero(bad)[~still_bad]] = False
    fix = Text("Write degrees such as 121.4737", "请填写如 121.4737 的经纬度")
    ledger.reject(bad, Text("not a coordinate", "不是有效坐标"), fix, code="bad_coordinate", column=header)
    missing = np.isnan(values)
    if header in ledger.table.spread:
        what = Text("the place stands in a merged cell with others", "坐标为合并单元格，与相邻行相同")
        check = Text("Check that they are at one place", "请核对是否位于同一处")
        ledger.note_rows(
            ledger.table.spread[header] & ~missing, what, check, code="merged_place", column=header
        )
    ledger.reject(missing, Text("no coordinate", "缺少坐标"), fix, code="no_coordinate", column=header)
    return values


def _decimal_commas(column: pd.Series[Any]) -> Bools:
    """Return the cells with a comma before the decimals: where one of the column can be nothing else, all.

    ``121,2510513`` can be nothing else; ``333,000`` alone may be thousands.
    """
    cells = as_arrow(column)
    coded = cells.dictionary_encode()
    texts = [short_text(text) or "" for text in coded.dictionary.to_pylist()]
    comma = np.array([_COMMA.match(text) is not None for text in texts], dtype=bool)
    sure = np.array([comma[i] and not _THOUSANDS.match(text) for i, text in enumerate(texts)], dtype=bool)
    if not sure.any():
        return np.zeros(len(column), dtype=bool)
    return comma[coded.indices.to_numpy(zero_copy_only=False)]


def _axis_value(text: str) -> float | None:
    """Return a coordinate whose decimals follow a comma, or one in any other form."""
    plain = short_text(text) or ""
    if _COMMA.match(plain):
        return float(plain.replace(".", "").replace(",", "."))
    return degrees(text)


def _points(x: Floats, y: Floats, kept: Bools | None) -> NDArray[np.object_]:
    good = np.isfinite(x) & np.isfinite(y)
    good = good if kept is None else good & kept
    if good.all():
        whole: NDArray[np.object_] = shapely.points(x, y)
        return whole
    points = np.full(x.size, None, dtype=object)
    points[good] = shapely.points(x[good], y[good])
    return points


def _from_text(ledger: Ledger, header: str, role: str) -> Places:
    column = ledger.table.cells[header]
    values, bad = _wkt(column) if role == "geometry" else by_distinct(column, pair)
    if role == "coordinates" and bad.any():
        shapes, still_bad = _wkt(column[bad])
        values[bad] = shapes
        bad[np.flatnonzero(bad)[~still_bad]] = False
    what = Text("not a place", "无法识别的坐标")
    fix = Text('Write "121.47,31.23" or WKT', "请填写“121.47,31.23”或 WKT")
    ledger.reject(bad, what, fix, code="bad_coordinate", column=header)
    missing = np.array([value is None for value in values], dtype=bool)
    ledger.reject(missing, Text("no coordinate", "缺少坐标"), fix, code="no_coordinate", column=header)
    is_pair = np.array([isinstance(value, tuple) for value in values], dtype=bool)
    if is_pair.any():
        xy = np.array([value for value in values[is_pair]], dtype=np.float64)  # noqa: C416
        values[is_pair] = shapely.points(xy)
    return Places(shapes=values)


def _wkt(column: pd.Series[Any]) -> tuple[NDArray[np.object_], Bools]:
    cells = np.array([text.strip() for text in as_arrow(column).to_pylist()], dtype=object)
    shapes = shapely.from_wkt(cells, on_invalid="ignore")
    filled = np.array([bool(text) for text in cells], dtype=bool)
    return shapes, filled & np.array([shape is None for shape in shapes], dtype=bool)


def _given(ledger: Ledger, geometry: gpd.GeoSeries) -> Places:
    shapes = np.asarray(geometry.array, dtype=object)
    none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    fix = Text("Draw it, or remove the row", "请补画，或删除该行")
    ledger.reject(none, Text("no geometry", "缺少几何"), fix, code="no_coordinate")
    bounds = shapely.bounds(shapes)
    broken = ~none & ~np.isfinite(bounds).all(axis=1)
    what = Text("coordinates that are no numbers", "坐标不是有效数值")
    ledger.reject(broken, what, fix, code="bad_coordinate")
    return Places(shapes=shapes)


def check_degrees(ledger: Ledger, places: Places, declared: DeclaredCrs) -> None:
    """Reject rows whose degrees are none, and say so when the axes are plainly swapped or projected.

    Parameters
    ----------
    ledger
        The book of the layer.
    places
        Where the rows are, in the declared system.
    declared
        The system the study declares.
    """
    if not declared.in_degrees:
        return
    west, south, east, north = places.bounds()
    seen = ledger.accepted & np.isfinite(west)
    if not seen.any():
        return
    turned = seen & (np.maximum(abs(south), abs(north)) > 90) & (np.maximum(abs(west), abs(east)) <= 90)
    outside = seen & ((abs(west) > 180) | (abs(east) > 180) | (abs(south) > 90) | (abs(north) > 90))
    if turned.any() and turned.sum() >= 0.5 * seen.sum():
        _swapped(ledger, int(turned.sum()))
    elif (outside & ~turned).sum() > 0.5 * seen.sum() and np.nanmedian(abs(north[outside])) > 10_000:
        ledger.stop(
            Text(
                f"these are metres, not degrees of {declared.name}", f"坐标是米制，不是 {declared.name} 的度"
            ),
            Text(
                'Declare the projection, such as crs = "EPSG:4549"', '请声明投影坐标系，如 crs = "EPSG:4549"'
            ),
            code="not_degrees",
            value=f"{west[outside][0]:.1f}, {south[outside][0]:.1f}",
        )
    ledger.reject(
        turned,
        Text("latitude over 90 (swapped?)", "纬度超过 90（经纬度颠倒？）"),
        Text("Exchange longitude and latitude of this row", "请调换该行的经度与纬度"),
        code="swapped",
    )
    fix = Text("Longitude lies within 180, latitude within 90", "经度不超过 180，纬度不超过 90")
    ledger.reject(outside, Text("outside the earth", "超出地球范围"), fix, code="outside_earth")
    null = seen & (west == 0) & (east == 0) & (south == 0) & (north == 0)
    what = Text("longitude and latitude are 0", "经纬度均为 0")
    ledger.reject(null, what, Text("Give the true place", "请填写真实坐标"), code="null_island")


def tell_names(ledger: Ledger, named: NamedPlaces, *, needed: bool) -> None:
    """Reject the rows that a name does not place; where they need no place, list them for mending.

    Parameters
    ----------
    needed
        Whether a row without a place is of no use; else it counts without one.
    """
    for found in named.unknown:
        if not found.rows.any():
            say = ledger.stop if needed else ledger.note
            say(found.what, found.fix, code="no_place_column", column=found.column)
        elif needed:
            ledger.reject(found.rows, found.what, found.fix, code="unknown_place", column=found.column)
        else:
            fix = Text(f"{found.fix.en}; {_UNPLACED.en}", f"{found.fix.zh}；{_UNPLACED.zh}")
            ledger.list_for_mending(found.rows, found.what, fix, code="unknown_place", column=found.column)
    if not needed:
        unknown = np.any([np.zeros_like(named.empty), *(found.rows for found in named.unknown)], axis=0)
        what = Text("the place named is not known", "所填位置无法对应")
        ledger.note_rows(unknown, what, _UNPLACED_FIX, code="unknown_place")
    what = Text("no place is given", "未填写位置")
    if needed:
        ledger.reject(named.empty, what, Text("Fill it in", "请填写"), code="no_place_named")
    else:
        ledger.note_rows(named.empty, what, _UNPLACED_FIX, code="no_place_named")


_UNPLACED = Text("until then it counts without a place", "在此之前该行计入总数、不落位")
_UNPLACED_FIX = Text("They count without a place; see rejects.xlsx", "计入总数、不落位；详见 rejects.xlsx")


def tell_coordinates(ledger: Ledger, own: Ledger, placed: Bools) -> None:
    """Say whose coordinates are of no use: where a name places the row, and where nothing does.

    Parameters
    ----------
    own
        A book of the same sheet, in which the rows are rejected whose coordinates are of no use.
    placed
        Which rows have a place in the end.
    """
    bad = own.rejected & ~own.rejected_as("no_coordinate")
    what = Text("coordinates of no use: placed by name", "坐标无效，按名称落位")
    ledger.note_rows(bad & placed, what, Text("Check them", "请核对"), code="bad_coordinate")
    fix = Text(f"Mend them; {_UNPLACED.en}", f"请更正；{_UNPLACED.zh}")
    what = Text("coordinates of no use", "坐标无效")
    ledger.list_for_mending(bad & ~placed, what, fix, code="bad_coordinate")


def keep_points(ledger: Ledger, geometry: gpd.GeoSeries) -> None:
    """Reject rows placed in a polygon, for kinds of layer that need a point: it is no one place."""
    shapes = geometry.to_numpy(dtype=object)
    wide = ~shapely.is_missing(shapes) & (shapely.get_type_id(shapes) != 0)
    what = Text("placed in a whole polygon, which is no place to walk from or to", "所在处为面，不是具体点位")
    fix = Text(
        "Name a layer of points (buildings, stations), or give coordinates",
        "请改用点图层（楼栋、服务站点），或填写坐标",
    )
    ledger.reject(wide, what, fix, code="place_is_polygon")


_ROUGH = ((1, "10 km", "10 公里"), (2, "1 km", "1 公里"), (3, "100 m", "100 米"))
"""Decimals of a degree, and how far apart places so written lie."""


def note_rough(ledger: Ledger, places: Places, declared: DeclaredCrs) -> None:
    """Note the rows whose degrees have three decimals or fewer: they are anywhere within 100 m or more."""
    if not declared.in_degrees:
        return
    x, y, east, north = places.bounds()
    left = ledger.accepted & np.isfinite(x) & np.isfinite(y) & (x == east) & (y == north)
    for decimals, en, zh in _ROUGH:
        scaled = np.column_stack([x, y]) * 10.0**decimals
        whole = (np.abs(scaled - np.round(scaled)) < 1e-6).all(axis=1) & left
        what = Text(
            f"coordinates of {decimals} decimals: somewhere within {en}",
            f"坐标仅 {decimals} 位小数，精度约 {zh}",
        )
        fix = Text("Give six decimals where it matters", "如有需要请补充至六位小数")
        ledger.note_rows(whole, what, fix, code="rough_place")
        left &= ~whole


def _swapped(ledger: Ledger, count: int) -> None:
    ledger.stop(
        Text(
            f"longitude and latitude are swapped in {count:,} rows (latitudes over 90)",
            f"{count:,} 行的经度与纬度颠倒（纬度超过 90）",
        ),
        Text(
            "Exchange lon and lat in the layer's columns; nothing is exchanged by itself",
            "请在 columns 中对调 lon 与 lat；程序不会自动对调",
        ),
        code="swapped",
    )
