"""The frames a study hands on: their columns, how a layer's rows fill them, and how layers are joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.coordinates.crs import WGS84, metric_crs, transformer
from layers.catalogue.schema import FrameName, schema_of
from layers.rows.ledger import Ledger

_POLYGON_COLUMNS = ("id", "name", "kind", "level", "parent", "staff", "enterprises", "layer")
_PLACED = ("place_layer", "place_id", "layer")
COLUMNS: Mapping[FrameName, tuple[str, ...]] = {
    "facilities": (
        "id", "name", "kind", "category", "tier", "functions", "status", "opens_on", "opening_hours",
        "hours_state", "capacity", "people_limit", "address", "phone", "website", "layer",
    ),
    "land": ("id", "name", "layer"),
    "demand": ("id", "name", "people", "group", "shift", "layer"),
    "grids": _POLYGON_COLUMNS,
    "areas": _POLYGON_COLUMNS,
    "candidates": ("id", "name", "category", "cost", "capacity", "layer"),
    "entrances": ("id", "name", "owner", "layer"),
    "needs": (
        "id", "list", "category", "date", "deadline", "closed_on", "status", "handling", "department",
        "called_on", "came_on", "satisfaction", "place_layer", "place_id", "layer",
    ),
    "resources": (
        "id", "name", "provider", "category", "audience", "sessions", "travels", "places_needed", "from_date",
        "to_date", *_PLACED,
    ),
    "venues": ("id", "name", "seats", "slots", "booked", "opening_hours", "audience", *_PLACED),
    "services": ("id", "name", "window", "channels", "opening_hours", "website", *_PLACED),
    "firms": (
        "id", "name", "employees", "above_scale", "organisation", "officer", "last_visit", *_PLACED,
    ),
}  # fmt: skip
"""The columns every frame has, in their order, before ``geometry`` and the user's own columns."""

_NUMBERS = (
    "capacity",
    "people_limit",
    "service_capacity",
    "people",
    "staff",
    "enterprises",
    "cost",
    "cost_per_square_metre",
    "satisfaction",
    "rooms",
    "dwellings",
    "floor_area",
    "site_area",
    "width",
    "sessions",
    "travels",
    "places_needed",
    "seats",
    "slots",
    "booked",
    "employees",
)
_NO_EXTRAS = ("fid", "ogc_fid", "geometry", "geom")


def empty_frame(name: FrameName) -> gpd.GeoDataFrame:
    """Return a frame without rows, with all its columns."""
    columns = {column: _column(column, np.empty(0, dtype=object)) for column in COLUMNS[name]}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=WGS84), crs=WGS84)


def make_frame(
    ledger: Ledger,
    layer_id: str,
    kind: str,
    roles: pd.DataFrame,
    geometry: gpd.GeoSeries,
    *,
    unused: Sequence[str] = (),
) -> gpd.GeoDataFrame:
    """Return the accepted rows of a layer with the columns of the frame its kind is joined in.

    Parameters
    ----------
    ledger
        The book of the layer; rows it rejected or left out do not appear.
    layer_id, kind
        The layer; its id and each row's key make the row's id, ``layer:key``.
    roles
        Typed columns by role, ``id`` and ``category`` among them where there are any.
    geometry
        In WGS84, a row for each row of the table.
    unused
        Headers of the file that fill no role and are kept after the frame's own columns.
    """
    kept = np.flatnonzero(ledger.accepted)
    named = COLUMNS[schema_of(kind).frame]
    values: dict[str, Any] = {
        column: _column(column, _role_values(ledger, column, roles)[kept])
        for column in named
        if column != "layer"
    }
    keys = row_keys(ledger, roles)[kept]
    values["id"] = pd.Series(f"{layer_id}:" + pd.Series(keys, dtype="str"), dtype="str")
    values["layer"] = _same(layer_id, len(kept))
    if "kind" in named:
        values["kind"] = _same(kind, len(kept))
    frame = {column: values[column] for column in named}
    frame |= {
        role: _column(role, roles[role].to_numpy()[kept])
        for role in roles.columns
        if role not in named and role not in ("id", "need_status")
    }
    frame |= _extras(ledger, unused, kept, set(frame))
    shapes = gpd.GeoSeries(np.asarray(geometry.array, dtype=object)[kept], crs=WGS84)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def row_keys(ledger: Ledger, roles: pd.DataFrame) -> NDArray[np.object_]:
    """Return what names each row inside its layer: its own identifier, else the row number of the file."""
    numbers = pd.Series(ledger.table.rows)
    # Tables side by side share their row numbers: the later ones say which they are.
    block = numbers.groupby(numbers).cumcount() + 1
    written = numbers.astype("str")
    rows: NDArray[np.object_] = written.where(block == 1, written + "-" + block.astype("str")).to_numpy(
        object
    )
    own = ledger.table.keys
    if own is None and "id" in roles:
        own = roles["id"].to_numpy(dtype=object)
    if own is None:
        return rows
    keys = own.copy()
    missing = pd.isna(own)
    # "row 5" beside own identifiers: another row may well be called 5.
    keys[missing] = "row " + rows[missing]
    return keys


def to_points(geometry: gpd.GeoSeries) -> tuple[gpd.GeoSeries, NDArray[np.bool_]]:
    """Return a point for every shape, and the mask of those that were no point: one inside the area."""
    shapes = np.asarray(geometry.array, dtype=object)
    wide = ~shapely.is_missing(shapes) & (shapely.get_type_id(shapes) != 0)
    points = shapes.copy()
    points[wide] = shapely.point_on_surface(shapes[wide])
    return gpd.GeoSeries(points, crs=geometry.crs), wide


def no_outlines() -> gpd.GeoSeries:
    """Return outlines of which there are none."""
    return gpd.GeoSeries([], index=pd.Index([], dtype="str"), crs=WGS84)


def outlines_of(ledger: Ledger, frame: gpd.GeoDataFrame, geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the areas among the accepted rows of a layer, valid polygons by the ids of the frame.

    Parameters
    ----------
    ledger
        The book of the layer.
    frame
        Its accepted rows.
    geometry
        In WGS84, a row for each row of the table.
    """
    shapes = np.asarray(geometry.array, dtype=object)[np.flatnonzero(ledger.accepted)]
    areas = shapely.get_dimensions(shapes) == 2
    return gpd.GeoSeries(shapely.make_valid(shapes[areas]), index=frame["id"][areas].to_numpy(), crs=WGS84)


def join_frames(name: FrameName, frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the rows of layers as one frame, with a RangeIndex; what only some have is missing elsewhere."""
    if not frames:
        return empty_frame(name)
    joined = pd.concat(frames, ignore_index=True)
    order = [c for c in joined.columns if c != "geometry"]
    return gpd.GeoDataFrame(joined[[*order, "geometry"]], geometry="geometry", crs=WGS84)


def _same(text: str, count: int) -> Any:
    return pd.Series(np.full(count, text, dtype=object), dtype="str")


def _role_values(ledger: Ledger, column: str, roles: pd.DataFrame) -> NDArray[Any]:
    role = "need_status" if column == "status" and "need_status" in roles else column
    if role in roles:
        values: NDArray[Any] = roles[role].to_numpy()
        return values
    return np.full(len(ledger.table.cells), np.nan if column in _NUMBERS else None, dtype=object)


def _column(name: str, values: NDArray[Any]) -> Any:
    if name in _NUMBERS:
        return pd.Series(np.asarray(values, dtype=np.float64))
    if name == "functions":
        filled = np.empty(len(values), dtype=object)
        filled[:] = [value if isinstance(value, tuple) else () for value in values]
        return pd.Series(filled, dtype=object)
    if values.dtype == object:
        kept = values.copy()
        kept[pd.isna(values)] = None
        return pd.Series(kept, dtype=object)
    return pd.Series(values)


def _extras(
    ledger: Ledger, unused: Sequence[str], kept: NDArray[np.int64], taken: set[str]
) -> dict[str, pd.Series[Any]]:
    """Return the user's other columns; one called like a column of the frame is renamed."""
    extras: dict[str, pd.Series[Any]] = {}
    for header in unused:
        name = f"{header} (file)" if header in taken or header.lower() in _NO_EXTRAS else header
        cells = ledger.table.cells[header].iloc[kept].reset_index(drop=True)
        if isinstance(cells.dtype, pd.ArrowDtype):
            cells = cells.astype("str")
        extras[name] = cells
    return extras


Box = tuple[float, float, float, float]


def box_of(places: gpd.GeoSeries) -> Box:
    """Return west, south, east, north in degrees; west is greater than east across the 180th meridian.

    That meridian is taken to be crossed where the places span more than half the earth and the box over it
    is narrower.

    Parameters
    ----------
    places
        In EPSG:4326; missing ones do not count.

    Examples
    --------
    >>> box_of(gpd.GeoSeries.from_xy([179.9, -179.8], [-17.0, -16.5], crs=4326))
    (179.9, -17.0, -179.8, -16.5)
    """
    west, south, east, north = (float(value) for value in places.total_bounds)
    if not east - west > 180:
        return west, south, east, north
    bounds = shapely.bounds(np.asarray(places.array, dtype=object))
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    right = bounds[:, 0] >= 0
    over_west, over_east = float(bounds[right, 0].min()), float(bounds[~right, 2].max())
    if over_east + 360 - over_west < east - west:
        return over_west, south, over_east, north
    return west, south, east, north


def widened(box: Sequence[float], metres: float) -> Box:
    """Return a box in degrees that is wider by so many metres on every side, or a little more.

    Examples
    --------
    >>> west, south, east, north = widened((24.9, 60.1, 24.9, 60.1), 200)
    >>> round((north - south) / 2, 4), round((east - west) / 2, 4)
    (0.0018, 0.0036)
    """
    west, south, east, north = box
    crs = metric_crs((west, south, east, north))
    to_metres, to_degrees = transformer(WGS84, crs), transformer(crs, WGS84)
    x, y = to_metres.transform([west, east, west, east], [south, south, north, north])
    sides = [min(x) - metres, max(x) + metres, min(y) - metres, max(y) + metres]
    lon, lat = to_degrees.transform(
        [sides[0], sides[1], sides[0], sides[1]], [sides[2], sides[2], sides[3], sides[3]]
    )
    return min(lon[0], lon[2]), min(lat[:2]), max(lon[1], lon[3]), max(lat[2:])
