"""Elevation from a GeoTIFF: what the file is, the ground at places, and how it covers the streets."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj.exceptions import ProjError

from geo.errors import Fault, InputError, because
from geo.network.elevation import with_elevation
from geo.network.streets import StreetGraph
from geo.text import Text
from geo.types import Floats
from layers.read.optional import need

if TYPE_CHECKING:
    from rasterio import DatasetReader


from geo.network.network import (
    StreetNetwork,
)

_TILE = 1024
"""Cells a side of what is read at once: 8 MB, however large the file is."""

LOWEST_METRES, HIGHEST_METRES = -500.0, 9000.0
"""What no ground lies beyond; voids are often written as -32768 without being declared."""

_METRES = frozenset({"", "m", "metre", "metres", "meter", "meters"})


@dataclass(frozen=True, slots=True)
class ElevationModel:
    """What a GeoTIFF of elevations is.

    Attributes
    ----------
    name
        The file.
    crs
        Its coordinate system: ``EPSG:4326``, or WKT where it has no number.
    columns, rows
        Cells.
    cell
        Width and height of a cell, in units of the coordinate system.
    cell_metres
        The same on the ground, in the middle of the file.
    missing
        The declared value of cells without elevation, None where none is declared.
    transform
        Six coefficients from column and row to coordinates, GDAL's order.
    """

    name: str
    crs: str
    columns: int
    rows: int
    cell: tuple[float, float]
    cell_metres: tuple[float, float]
    missing: float | None
    transform: tuple[float, ...]


def read_elevation_model(path: Path) -> ElevationModel:
    """Return what a GeoTIFF of elevations is, without reading its cells.

    Raises
    ------
    InputError
        When the file is no GeoTIFF, has several bands, no coordinate system, or is in feet.
    """
    with _opened(path) as raster:
        return ElevationModel(
            name=path.name,
            crs=raster.crs.to_string(),
            columns=raster.width,
            rows=raster.height,
            cell=(float(raster.res[0]), float(raster.res[1])),
            cell_metres=_cell_metres(raster),
            missing=None if raster.nodata is None else float(raster.nodata),
            transform=tuple(float(value) for value in raster.transform.to_gdal()),
        )


def elevation_at(path: Path, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Return the elevation of the ground at places, between the four nearest cells.

    Bilinear, cells standing for their middles; a cell without elevation is left out and the weights
    of the others grow, as GDAL does it. Half a cell beyond the outermost middles counts as inside.

    Parameters
    ----------
    path
        A GeoTIFF with one band, in any coordinate system, in metres.
    lon, lat
        Degrees of WGS84, shape ``(places,)``.

    Returns
    -------
    numpy.ndarray
        Metres, shape ``(places,)``; missing outside the file and where all four cells are.

    Raises
    ------
    InputError
        As `read_elevation_model`, and when cells cannot be read.
    """
    lon, lat = (np.atleast_1d(np.asarray(axis, np.float64)) for axis in (lon, lat))
    with _opened(path) as raster:
        x, y = pyproj.Transformer.from_crs(4326, _crs(raster), always_xy=True).transform(lon, lat)
        return _sampled(raster, *_applied(~raster.transform, np.asarray(x), np.asarray(y)))


def streets_on_ground(streets: StreetGraph, path: Path) -> StreetGraph:
    """Return the streets with the elevation of a GeoTIFF at every node, bridges and tunnels between ends.

    Raises
    ------
    InputError
        As `elevation_at`, and when the file has no elevation for any of the streets.
    """
    ground = elevation_at(path, streets.node_lon, streets.node_lat)
    if np.isnan(ground).all():
        raise InputError([_nothing_there(path, streets)])
    return with_elevation(streets, ground)


def _crs(raster: DatasetReader) -> pyproj.CRS:
    return pyproj.CRS.from_wkt(raster.crs.to_wkt())


def _applied(transform: Any, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Apply an affine transform to coordinates; places a projection cannot show stay missing or infinite."""
    with np.errstate(invalid="ignore"):
        column = transform.a * x + transform.b * y + transform.c
        row = transform.d * x + transform.e * y + transform.f
    return column, row


def _degrees(raster: DatasetReader, column: Floats, row: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude of places given by fractional column and row."""
    to_degrees = pyproj.Transformer.from_crs(_crs(raster), 4326, always_xy=True)
    lon, lat = to_degrees.transform(*_applied(raster.transform, column, row))
    return lon, lat


def _cell_metres(raster: DatasetReader) -> tuple[float, float]:
    column, row = raster.width / 2, raster.height / 2
    lon, lat = _degrees(raster, np.array([column, column + 1, column]), np.array([row, row, row + 1]))
    width, height = pyproj.Geod(ellps="WGS84").inv(lon[[0, 0]], lat[[0, 0]], lon[1:], lat[1:])[2]
    return round(float(width), 2), round(float(height), 2)


def _sampled(raster: DatasetReader, column: Floats, row: Floats) -> Floats:
    """Return the elevation at fractional columns and rows, one tile of the file at a time."""
    with np.errstate(invalid="ignore"):
        inside = (column >= 0) & (column <= raster.width) & (row >= 0) & (row <= raster.height)
    elevation = np.full(column.size, np.nan)
    places = np.flatnonzero(inside)
    # Middles of cells have whole numbers from here on; the outer half of the outermost cells is theirs.
    x = np.clip(column[places] - 0.5, 0, raster.width - 1)
    y = np.clip(row[places] - 0.5, 0, raster.height - 1)
    across = raster.width // _TILE + 1
    tile = (y // _TILE).astype(np.int64) * across + (x // _TILE).astype(np.int64)
    order = np.argsort(tile, kind="stable")
    ends = np.flatnonzero(np.diff(tile[order], append=-1)) + 1
    for members in np.split(order, ends)[:-1]:
        number = int(tile[members[0]])
        left, top = (number % across) * _TILE, (number // across) * _TILE
        cells = _cells(raster, left, top)
        elevation[places[members]] = _bilinear(cells, x[members] - left, y[members] - top)
    return elevation


def _cells(raster: DatasetReader, left: int, top: int) -> Floats:
    """Return one tile and the cells just beyond it, missing where there is no elevation."""
    from rasterio.windows import Window

    window = Window(left, top, min(_TILE + 1, raster.width - left), min(_TILE + 1, raster.height - top))
    values = raster.read(1, window=window).astype(np.float64)
    known = raster.read_masks(1, window=window) > 0
    values = values * raster.scales[0] + raster.offsets[0]
    with np.errstate(invalid="ignore"):
        known &= (values >= LOWEST_METRES) & (values <= HIGHEST_METRES)
    return np.where(known, values, np.nan)


def _bilinear(cells: Floats, x: Floats, y: Floats) -> Floats:
    """Return the value between the four cells around each place, those that are missing left out."""
    height, width = cells.shape
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, below = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    values = np.stack([cells[top, left], cells[top, right], cells[below, left], cells[below, right]])
    along, down = x - left, y - top
    weights = np.stack([(1 - along) * (1 - down), along * (1 - down), (1 - along) * down, along * down])
    weights[np.isnan(values)] = 0.0
    total = weights.sum(axis=0)
    value = (weights * np.nan_to_num(values)).sum(axis=0)
    return np.divide(value, total, out=np.full(x.size, np.nan), where=total > 0)


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    """Open a GeoTIFF that can be used; what GDAL says against it becomes a fault."""
    # rasterio is imported when it is asked for: most studies have no elevation.
    need("rasterio", "elevation", path.name)
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            # A file without georeference is refused below, in the user's words.
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver="GTiff") as raster:
                if faults := list(_unusable(path, raster)):
                    raise InputError(faults)
                yield raster
    except (RasterioError, OSError) as error:
        raise InputError([_unreadable(path, error)]) from error


def _unusable(path: Path, raster: Any) -> Iterator[Fault]:
    if raster.count != 1:
        yield _fault(
            path,
            Text("a file of elevations has one band", "高程文件应只有一个波段"),
            Text("Give the band of elevations alone", "请只保留高程波段"),
            f"{raster.count}",
        )
    if raster.count and np.dtype(raster.dtypes[0]).kind not in "iuf":
        yield _fault(
            path,
            Text("elevations must be plain numbers", "高程必须为实数"),
            Text("Convert the band to 16-bit integers or floats", "请转换为整数或浮点数波段"),
            raster.dtypes[0],
        )
    if raster.crs is None or raster.transform.is_identity or raster.transform.determinant == 0:
        yield _fault(
            path,
            Text("the file does not say where it lies", "文件没有坐标系或地理定位信息"),
            Text(
                "Write its coordinate system into it (QGIS: Assign Projection; gdal_translate -a_srs)",
                "请写入坐标系（QGIS：指定投影；gdal_translate -a_srs）",
            ),
        )
    elif not _converts(raster):
        yield _fault(
            path,
            Text("its coordinate system cannot be converted to degrees", "坐标系无法换算为经纬度"),
            Text(
                "Reproject it to EPSG:4326 or UTM (gdalwarp -t_srs)",
                "请重投影为 EPSG:4326 或 UTM（gdalwarp -t_srs）",
            ),
            raster.crs.to_string()[:80],
        )
    unit = (raster.units[0] or "").lower() if raster.count else ""
    if unit not in _METRES:
        yield _fault(
            path,
            Text("elevations must be in metres", "高程单位必须为米"),
            Text("Convert them to metres", "请换算为米"),
            unit,
        )


def _converts(raster: DatasetReader) -> bool:
    try:
        pyproj.Transformer.from_crs(4326, _crs(raster), always_xy=True)
    except ProjError:
        return False
    return True


def _unreadable(path: Path, error: Exception) -> Fault:
    return _fault(
        path,
        because(
            Text("the file of elevations cannot be read as a GeoTIFF", "无法作为 GeoTIFF 读取该高程文件"),
            str(error).replace(str(path), path.name),
        ),
        Text(
            "Give a GeoTIFF (.tif) that opens elsewhere; copy it again if it was cut short",
            "请提供可正常打开的 GeoTIFF（.tif）；若文件不完整请重新复制",
        ),
    )


def _nothing_there(path: Path, streets: StreetGraph) -> Fault:
    """Say why no street has an elevation: the file lies elsewhere, or is empty there."""
    west, south = float(streets.node_lon.min()), float(streets.node_lat.min())
    east, north = float(streets.node_lon.max()), float(streets.node_lat.max())
    with _opened(path) as raster:
        lon, lat = _degrees(
            raster,
            np.array([0, raster.width, 0, raster.width], float),
            np.array([0, 0, raster.height, raster.height], float),
        )
    apart = lon.max() < west or lon.min() > east or lat.max() < south or lat.min() > north
    needed = f"{west:.3f} - {east:.3f} E, {south:.3f} - {north:.3f} N"
    return _fault(
        path,
        Text("the file of elevations lies elsewhere than the streets", "高程文件与路网不在同一地区")
        if apart
        else Text("the file has no elevation on any street", "高程文件在路网处全部为无数据"),
        Text(f"Give a file that covers the streets: {needed}", f"请提供覆盖路网的文件：{needed}"),
        f"{lon.min():.3f} - {lon.max():.3f} E, {lat.min():.3f} - {lat.max():.3f} N",
    )


def _fault(path: Path, what: Text, fix: Text, value: str = "") -> Fault:
    return Fault(what, fix, source=path.name, value=value, code="elevation")


@dataclass(frozen=True, slots=True)
class ElevationReport:
    """How a file of elevations covers the streets of a network.

    Attributes
    ----------
    model
        What the file is.
    vertices, vertices_without
        Vertices of the streets, and how many of them the file has no elevation for.
    lowest_metres, highest_metres
        Of the ground at the others.
    mean_slope
        Rise or fall over length, summed along all streets as the file has them, bridges too. A
        surface model has houses, trees and metres of noise in it: white noise of 3 m a cell of one
        arc second, laid over level streets, made a mean slope of 5 % in Porto and 7 % in Helsinki, and
        walks there 10 % and 19 % longer.
    """

    model: ElevationModel
    vertices: int
    vertices_without: int
    lowest_metres: float
    highest_metres: float
    mean_slope: float

    @property
    def sentence(self) -> Text:
        """The report in one sentence."""
        model, share = self.model, self.vertices_without / max(self.vertices, 1)
        width, height = model.cell_metres
        low, high = self.lowest_metres, self.highest_metres
        return Text(
            f"{model.name}: elevations {low:,.0f} to {high:,.0f} m, cells of {width:.1f} x {height:.1f} m, "
            f"mean slope of the streets {self.mean_slope:.1%} (on level ground: the file's own noise); "
            f"none for {self.vertices_without:,} of {self.vertices:,} vertices of streets ({share:.1%}), "
            "taken between the nearest that have one",
            f"{model.name}：高程 {low:,.0f} 至 {high:,.0f} 米，像元 {width:.1f} x {height:.1f} 米，"
            f"道路平均坡度 {self.mean_slope:.1%}（平地上的坡度即为数据噪声）；"
            f"{self.vertices:,} 个道路顶点中 {self.vertices_without:,} 个（{share:.1%}）无数据，"
            "按相邻顶点内插",
        )

    def record(self) -> dict[str, object]:
        """Return the report as plain values."""
        model = self.model
        return {
            "file": model.name,
            "crs": model.crs,
            "columns": model.columns,
            "rows": model.rows,
            "cell": list(model.cell),
            "cell_metres": list(model.cell_metres),
            "missing_value": model.missing,
            "sampling": "bilinear, at every vertex of the streets",
            "bridges_and_tunnels": "between their ends, by length",
            "vertices": self.vertices,
            "vertices_without_elevation": self.vertices_without,
            "lowest_metres": round(self.lowest_metres, 1),
            "highest_metres": round(self.highest_metres, 1),
            "mean_slope": round(self.mean_slope, 4),
        }


def elevation_report(path: Path, network: StreetNetwork) -> ElevationReport:
    """Look at a file of elevations where the streets of a network are.

    Raises
    ------
    InputError
        As `layers.osm.elevation.elevation_at`.
    """
    ground = elevation_at(path, network.vertex_lon, network.vertex_lat)
    known = ground[~np.isnan(ground)]
    return ElevationReport(
        model=read_elevation_model(path),
        vertices=ground.size,
        vertices_without=ground.size - known.size,
        lowest_metres=float(known.min()) if known.size else np.nan,
        highest_metres=float(known.max()) if known.size else np.nan,
        mean_slope=_mean_slope(network, ground),
    )


def _mean_slope(network: StreetNetwork, ground: Floats) -> float:
    inside = np.ones(ground.size, bool)
    inside[network.vertex_start[1:] - 1] = False
    first = np.flatnonzero(inside)
    rise = np.abs(ground[first + 1] - ground[first])
    metres = network.vertex_metres[first + 1] - network.vertex_metres[first]
    sloped = ~np.isnan(rise)
    return float(rise[sloped].sum() / metres[sloped].sum()) if metres[sloped].any() else 0.0
