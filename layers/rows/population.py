"""The cells of a population grid: squares around middles, and those that lie beyond the study."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.crs import WGS84, metric_crs
from geo.text import Text
from layers.rows.frames import box_of
from layers.rows.ledger import Ledger


def as_cells(ledger: Ledger, geometry: gpd.GeoSeries, cell_metres: float | None) -> gpd.GeoSeries:
    """Return the cells of a population grid as valid polygons; where only middles are known, as points.

    Parameters
    ----------
    ledger
        The book of the layer.
    geometry
        In WGS84.
    cell_metres
        Side of the squares around points; None where the study does not say it.
    """
    shapes = np.asarray(geometry.array, dtype=object).copy()
    dimension = shapely.get_dimensions(shapes)
    fix = Text("Draw the cell, or give its middle", "请绘制单元边界，或给出其中心点")
    ledger.reject(dimension == 1, Text("a line is no cell", "线不是网格单元"), fix, code="not_polygon")
    points = ledger.accepted & (dimension == 0)
    if points.any() and cell_metres is not None:
        shapes[points] = _squares(geometry[points], cell_metres)
    elif points.any():
        what = Text("cells given by their middles, of unknown size", "单元仅有中心点，大小未知")
        fix = Text(
            "Add cell_metres to spread their people; they stand at the middles",
            "请添加 cell_metres 以分配人口；现置于中心点",
        )
        ledger.note_rows(points, what, fix, code="cell_size")
    flat = shapely.get_dimensions(shapes) == 2
    shapes[flat] = shapely.make_valid(shapes[flat])
    _note_overlap(ledger, shapes[flat & ledger.accepted])
    return gpd.GeoSeries(shapes, crs=WGS84)


def _squares(points: gpd.GeoSeries, side: float) -> np.ndarray:
    local = points.to_crs(metric_crs(box_of(points)))
    x, y, half = local.x.to_numpy(), local.y.to_numpy(), side / 2
    squares = gpd.GeoSeries(shapely.box(x - half, y - half, x + half, y + half), crs=local.crs)
    wgs84: np.ndarray = squares.to_crs(WGS84).to_numpy()
    return wgs84


def _note_overlap(ledger: Ledger, cells: np.ndarray) -> None:
    if len(cells) < 2:
        return
    total, united = float(shapely.area(cells).sum()), float(shapely.area(shapely.union_all(cells)))
    if total > 1.01 * united:
        what = Text("cells lie over one another", "网格单元互相重叠")
        fix = Text(
            "Their people add up: right for groups in the same cells, wrong for years or sizes",
            "其人口相加：同一单元的不同人群可如此，不同年份或不同尺度则重复",
        )
        ledger.note(what, fix, code="overlap")


def leave_out_beyond(ledger: Ledger, cells: gpd.GeoSeries, extent: Sequence[float] | None) -> None:
    """Leave out the cells that lie wholly beyond the study's streets, unless all do.

    Parameters
    ----------
    ledger
        The book of the layer.
    cells
        In WGS84.
    extent
        West, south, east, north of the streets; None where they are not known.
    """
    if extent is None or ledger.faults or extent[0] > extent[2]:
        return
    shapes = np.asarray(cells.array, dtype=object)
    beyond = ledger.accepted & ~shapely.intersects(shapes, shapely.box(*extent))
    if not beyond.any() or (beyond == ledger.accepted).all():
        return
    total = int(ledger.accepted.sum())
    ledger.leave_out(beyond)
    what = Text(
        f"{int(beyond.sum()):,} of {total:,} cells lie beyond the study's streets",
        f"{total:,} 个单元中有 {int(beyond.sum()):,} 个位于项目道路范围之外",
    )
    ledger.note(what, Text("They are left out", "已略去"), code="outside_study")
    edge = ledger.accepted & ~shapely.contains(shapely.box(*extent), shapes)
    what = Text("cells that reach beyond the study's streets", "单元部分超出项目道路范围")
    ledger.note_rows(edge, what, Text("All their people are counted", "其人口全部计入"), code="edge_cells")
