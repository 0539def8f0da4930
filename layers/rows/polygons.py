"""The outlines of grid cells and areas: repaired, and told how they lie beside each other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.crs import WGS84
from geo.text import Text
from layers.rows.ledger import Ledger
from layers.rows.topology import check_topology, repair
from layers.study.model import LayerSource


def shape_polygons(ledger: Ledger, geometry: gpd.GeoSeries, layer: LayerSource) -> gpd.GeoSeries:
    """Return valid polygons; what is no area is rejected, overlaps, gaps and slivers are said.

    An overlap of more than a hundredth of the smaller polygon stops the layer, unless the study permits it.
    """
    shapes = np.asarray(geometry.array, dtype=object)
    flat = ledger.accepted & (shapely.get_dimensions(shapes) != 2)
    fix = Text("Draw the outline", "请绘制边界")
    ledger.reject(flat, Text("not an area", "不是面"), fix, code="not_polygon")
    west, _, east, _ = shapely.bounds(shapes).T
    around = ledger.accepted & (east - west > 180)
    what = Text("reaches around the earth: it crosses the 180th meridian", "跨越 180° 经线")
    ledger.reject(around, what, Text("Cut it there (RFC 7946)", "请在该处切开"), code="antimeridian")
    fixed, broken, reasons = repair(shapes)
    if reasons:
        what = Text(
            f"rings that cross themselves, repaired ({reasons[0]})", f"边界自相交，已修复（{reasons[0]}）"
        )
        ledger.note_rows(broken, what, Text("Check their outline", "请核对边界"), code="repaired")
    ledger.reject(shapely.is_missing(fixed), Text("no area is left", "修复后无面积"), fix, code="not_polygon")
    _note_topology(ledger, gpd.GeoSeries(fixed, crs=WGS84), layer)
    return gpd.GeoSeries(fixed, crs=WGS84)


def _note_topology(ledger: Ledger, polygons: gpd.GeoSeries, layer: LayerSource) -> None:
    kept = np.flatnonzero(ledger.accepted)
    if kept.size < 2:
        return
    found = check_topology(polygons.iloc[kept].reset_index(drop=True))
    rows = ledger.table.rows[kept]
    if len(found.overlaps) and not layer.overlap:
        first, second = rows[found.overlaps[0]]
        worst, share = found.overlap_square_metres[0], float(found.overlap_share.max())
        what = Text(
            f"{len(found.overlaps):,} pairs overlap, most of all rows {first} and {second} ({worst:,.0f} m2)",
            f"{len(found.overlaps):,} 对多边形重叠，最大为第 {first} 与 {second} 行（{worst:,.0f} 平方米）",
        )
        fix = Text("Mend them, or say overlap = true", "请修改，或设 overlap = true")
        (ledger.stop if share > 0.01 else ledger.note)(what, fix, code="overlap")
    # Blocks of dwellings have streets between them: only parts of a whole leave gaps.
    if len(found.gap_square_metres) and layer.kind != "land":
        total = found.gap_square_metres.sum()
        what = Text(
            f"{len(found.gap_square_metres):,} gaps between the polygons ({total:,.0f} m2)",
            f"多边形之间有 {len(found.gap_square_metres):,} 处空隙（{total:,.0f} 平方米）",
        )
        ledger.note(what, Text("People there are in no area", "其中的人口不属于任何网格"), code="gap")
    slivers = found.sliver_overlaps + found.sliver_gaps
    if slivers:
        what = Text(f"{slivers:,} slivers under 2 m wide", f"{slivers:,} 处宽度小于 2 米的碎缝")
        ledger.note(what, Text("Harmless here", "不影响结果"), code="sliver")
