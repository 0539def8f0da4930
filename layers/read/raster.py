"""A population raster (GeoTIFF, such as WorldPop's): people a pixel, read as cells where the study lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import because
from geo.text import Text
from layers.read.optional import need
from layers.read.raw_table import RawTable, input_error

if TYPE_CHECKING:
    from rasterio import DatasetReader
    from rasterio.windows import Window

RASTER_SUFFIXES = (".tif", ".tiff", ".geotiff")
MAX_PIXELS = 4_000_000
"""Pixels over one study: a box of 200 km at the usual 100 m."""


def read_population(path: Path, extent: Sequence[float], *, source: str = "") -> RawTable:
    """Read the pixels of a population raster that meet a box, each a cell with its people.

    Pixels without people or without a value are not among them.

    Parameters
    ----------
    path
        A GeoTIFF of one band, people a pixel, north up, in any coordinate system.
    extent
        West, south, east, north in WGS84.
    source
        What to call the file in a fault.

    Returns
    -------
    RawTable
        ``people``; polygons in the raster's own coordinates; keys ``r12c7`` of row and column from 1.

    Raises
    ------
    InputError
        Where it is no such file, is of another place, or would be more than 4 million pixels there.
    """
    source = source or path.name
    need("rasterio", "elevation", source)
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path, driver="GTiff") as raster:
            _check(raster, source)
            return _table(raster, extent, source)
    except (RasterioError, OSError, ValueError, MemoryError) as error:
        if hasattr(error, "faults"):
            raise
        what = because(Text("not a readable GeoTIFF", "不是可读取的 GeoTIFF 文件"), error)
        fix = Text("Export it again as GeoTIFF", "请重新导出为 GeoTIFF")
        raise input_error(source, what, fix, code="unreadable") from None


def _check(raster: DatasetReader, source: str) -> None:
    if raster.count != 1:
        what = Text(f"{raster.count} bands; one is read", f"有 {raster.count} 个波段，仅支持一个")
        raise input_error(source, what, Text("Export the band of people", "请导出人口波段"), code="bands")
    if raster.crs is None:
        what = Text("the raster states no coordinate system", "栅格未注明坐标系")
        raise input_error(source, what, Text("Export it with one", "请带坐标系导出"), code="no_crs")
    if raster.transform.b or raster.transform.d or np.dtype(raster.dtypes[0]).kind not in "iuf":
        what = Text("a turned raster, or one that holds no numbers", "栅格带旋转或不是数值")
        raise input_error(source, what, Text("Export it north up", "请以正北向上导出"), code="wrong_format")


def _window(raster: DatasetReader, extent: Sequence[float], source: str) -> Window:
    from rasterio.warp import transform_bounds
    from rasterio.windows import Window

    west, south, east, north = transform_bounds("EPSG:4326", raster.crs, *extent)
    (left, top), (right, bottom) = ~raster.transform * (west, north), ~raster.transform * (east, south)
    columns = np.clip([np.floor(min(left, right)), np.ceil(max(left, right))], 0, raster.width)
    rows = np.clip([np.floor(min(top, bottom)), np.ceil(max(top, bottom))], 0, raster.height)
    wide, high = int(columns[1] - columns[0]), int(rows[1] - rows[0])
    if not wide or not high:
        what = Text("the raster holds nothing of the study", "栅格不覆盖项目范围")
        raise input_error(
            source, what, Text("Give one of this place", "请提供本地栅格"), code="outside_study"
        )
    if wide * high > MAX_PIXELS:
        what = Text(f"{wide * high:,} pixels over the study", f"项目范围内有 {wide * high:,} 个像元")
        raise input_error(source, what, Text("Make them larger", "请降低分辨率"), code="too_large")
    return Window(int(columns[0]), int(rows[0]), wide, high)


def _table(raster: DatasetReader, extent: Sequence[float], source: str) -> RawTable:
    window = _window(raster, extent, source)
    values = raster.read(1, window=window, masked=True).astype(np.float64)
    people = np.ma.filled(values, np.nan)
    row, column = np.nonzero(np.isfinite(people) & (people > 0))
    found = people[row, column]
    row, column = row + int(window.row_off), column + int(window.col_off)
    left, top = raster.transform * (column, row)
    right, bottom = raster.transform * (column + 1, row + 1)
    boxes = shapely.box(left, bottom, right, top) if len(row) else np.empty(0, dtype=object)
    keys = np.array([f"r{r + 1}c{c + 1}" for r, c in zip(row, column, strict=True)], dtype=object)
    authority = raster.crs.to_authority()
    return RawTable(
        cells=pd.DataFrame({"people": found}),
        rows=np.arange(1, len(row) + 1, dtype=np.int64),
        geometry=gpd.GeoSeries(boxes),
        keys=keys,
        crs=":".join(authority) if authority else raster.crs.to_wkt(),
        source=source,
        details={"pixels": f"{window.width} x {window.height}", "value": "people a pixel"},
    )
