"""A square grid generated over a place, in metres, so that areas can be compared where no grid is given."""

from __future__ import annotations

import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import Fault, InputError
from geo.text import Text

MAX_CELLS = 500_000


def square_grid(
    extent: Sequence[float], *, cell_metres: float = 250.0, points: gpd.GeoSeries | None = None
) -> gpd.GeoDataFrame:
    """Return square cells over a box.

    Rows and columns are counted from the south-west corner, so that a cell's name says where it lies:
    ``r3c12``; `cell_name` puts it into words. Corners lie on whole multiples of the cell in the local metric
    system: the same extent always gives the same grid.

    Parameters
    ----------
    extent
        West, south, east, north in degrees of WGS84; west greater than east across the 180th meridian.
    cell_metres
        Side of a cell.
    points
        Where given, only cells that hold one of these points are kept.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name`` and ``geometry`` (EPSG:4326), a RangeIndex.

    Raises
    ------
    InputError
        Where the grid would have more than 500,000 cells.

    Examples
    --------
    >>> cells = square_grid((121.0, 31.0, 121.01, 31.01), cell_metres=500)
    >>> len(cells), cells.name.iloc[0]
    (6, 'r1c1')
    """
    crs = metric_crs(extent)
    left, bottom, right, top = _metric_box(extent, crs)
    west, south = math.floor(left / cell_metres), math.floor(bottom / cell_metres)
    wide = max(1, math.ceil(right / cell_metres - 1e-9) - west)
    high = max(1, math.ceil(top / cell_metres - 1e-9) - south)
    if points is None:
        _check_count(wide * high)
        rows, columns = (axis.ravel() for axis in np.mgrid[0:high, 0:wide])
    else:
        metric = points[~points.is_empty & points.notna()].to_crs(crs)
        at = np.column_stack([metric.y // cell_metres - south, metric.x // cell_metres - west])
        cells = np.unique(at.astype(np.int64), axis=0)
        _check_count(len(cells))
        rows, columns = cells[:, 0], cells[:, 1]
    x, y = (columns + west) * cell_metres, (rows + south) * cell_metres
    squares = gpd.GeoSeries(shapely.box(x, y, x + cell_metres, y + cell_metres), crs=crs).to_crs(WGS84)
    names = [f"r{row + 1}c{column + 1}" for row, column in zip(rows, columns, strict=True)]
    return gpd.GeoDataFrame({"name": names}, geometry=squares, crs=WGS84)


def cell_name(name: str) -> Text:
    """Return what a generated cell is called to people, from its short name.

    Examples
    --------
    >>> cell_name("r3c12").zh
    '第3行第12列'
    """
    row, column = name.removeprefix("r").split("c")
    return Text(f"row {row}, column {column}", f"第{row}行第{column}列")


def _metric_box(extent: Sequence[float], crs: object) -> tuple[float, float, float, float]:
    west, south, east, north = extent
    # A box in degrees is no box in metres: its edges are bent, so they are measured along their length.
    lon = np.linspace(west, east if east >= west else east + 360, 9)
    lat = np.linspace(south, north, 9)
    edge = gpd.points_from_xy(
        np.concatenate([lon, lon, np.full(9, west), np.full(9, lon[-1])]),
        np.concatenate([np.full(9, south), np.full(9, north), lat, lat]),
        crs=WGS84,
    ).to_crs(crs)
    left, bottom, right, top = (float(value) for value in edge.total_bounds)
    return left, bottom, right, top


def _check_count(count: int) -> None:
    if count > MAX_CELLS:
        what = Text(f"a grid of {count:,} cells", f"网格数达 {count:,} 个")
        fix = Text("Use larger cell_metres", "请增大 cell_metres")
        raise InputError([Fault(what, fix, code="grid_too_fine")])
