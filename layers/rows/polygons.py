"""Polygons of grids and areas: rings repaired; overlaps, gaps and slivers measured and reported."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates.crs import WGS84, metric_crs
from geo.text import Text
from layers.rows.frames import box_of
from layers.rows.ledger import Ledger
from layers.study.sources import LayerSource


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
    topology = check_topology(polygons.iloc[kept].reset_index(drop=True))
    rows = ledger.table.rows[kept]
    if len(topology.overlaps) and not layer.overlap:
        first, second = rows[topology.overlaps[0]]
        worst, share = topology.overlap_square_metres[0], float(topology.overlap_share.max())
        count = len(topology.overlaps)
        what = Text(
            f"{count:,} pairs overlap, most of all rows {first} and {second} ({worst:,.0f} m2)",
            f"{count:,} 对多边形重叠，最大为第 {first} 与 {second} 行（{worst:,.0f} 平方米）",
        )
        fix = Text("Mend them, or say overlap = true", "请修改，或设 overlap = true")
        (ledger.stop if share > 0.01 else ledger.note)(what, fix, code="overlap")
    # Blocks of dwellings have streets between them: only parts of a whole leave gaps.
    if len(topology.gap_square_metres) and layer.kind != "land":
        total = topology.gap_square_metres.sum()
        what = Text(
            f"{len(topology.gap_square_metres):,} gaps between the polygons ({total:,.0f} m2)",
            f"多边形之间有 {len(topology.gap_square_metres):,} 处空隙（{total:,.0f} 平方米）",
        )
        ledger.note(what, Text("People there are in no area", "其中的人口不属于任何分区"), code="gap")
    slivers = topology.sliver_overlaps + topology.sliver_gaps
    if slivers:
        what = Text(f"{slivers:,} slivers under 2 m wide", f"{slivers:,} 处宽度小于 2 米的碎缝")
        ledger.note(what, Text("Harmless here", "不影响结果"), code="sliver")


MAX_PAIRS = 2_000_000
SLIVER_METRES = 2.0
"""Mean width (twice the area over the perimeter) under which an overlap or a gap is a drawing error."""

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """How polygons lie beside each other; pairs are positions in the series given.

    Attributes
    ----------
    overlaps
        Pairs that share more than a sliver, the largest first.
    overlap_square_metres, overlap_share
        Of each pair: the shared area, and its share of the smaller polygon.
    sliver_overlaps
        How many pairs share a sliver only.
    gap_square_metres
        Areas of the holes that the polygons enclose together, the largest first; slivers are not among them.
    sliver_gaps
        How many such holes are slivers.
    complete
        False where there were too many pairs to look at them all.
    """

    overlaps: NDArray[np.int64]
    overlap_square_metres: NDArray[np.float64]
    overlap_share: NDArray[np.float64]
    sliver_overlaps: int
    gap_square_metres: NDArray[np.float64]
    sliver_gaps: int
    complete: bool = True


def repair(shapes: Shapes) -> tuple[Shapes, NDArray[np.bool_], list[str]]:
    """Return polygons made valid, which of them were not, and why.

    A self-crossing ring becomes the polygons it encloses; lines and points that fall off are left out.

    Examples
    --------
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> fixed, broken, reasons = repair(np.array([bow_tie]))
    >>> fixed[0].area, broken.tolist(), reasons
    (2.0, [True], ['Self-intersection[1 1]'])
    """
    broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    reasons = [str(reason) for reason in shapely.is_valid_reason(shapes[broken])]
    fixed = shapes.copy()
    fixed[broken] = [_polygonal(shape) for shape in shapely.make_valid(shapes[broken])]
    return fixed, broken, reasons


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the polygons of a repaired shape as one; None where nothing with an area is left."""
    parts = [part for part in _parts(shape) if shapely.get_dimensions(part) == 2]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the single geometries of a collection, however deeply they are nested."""
    parts = list(shapely.get_parts(shape))
    if len(parts) == 1 and parts[0] is shape:
        return parts
    nested = [part for part in parts if shapely.get_type_id(part) >= 4]
    return [p for p in parts if shapely.get_type_id(p) < 4] + [q for part in nested for q in _parts(part)]


def check_topology(polygons: gpd.GeoSeries) -> Topology:
    """Measure overlaps and gaps of valid polygons, in square metres of a local metric system.

    Parameters
    ----------
    polygons
        In EPSG:4326, none missing.
    """
    shapes = np.asarray(polygons.to_crs(metric_crs(box_of(polygons))).array, dtype=object)
    pairs, complete = _pairs(shapes)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    area = shapely.area(shared)
    sliver = area <= SLIVER_METRES / 2 * shapely.length(shared)
    real = (area > 1.0) & ~sliver
    smaller = np.minimum(shapely.area(shapes[pairs[:, 0]]), shapely.area(shapes[pairs[:, 1]]))
    order = np.argsort(-area[real], kind="stable")
    gaps, sliver_gaps = _gaps(shapes)
    return Topology(
        overlaps=pairs[real][order],
        overlap_square_metres=area[real][order],
        overlap_share=(area[real] / smaller[real])[order],
        sliver_overlaps=int(((area > 0.01) & sliver).sum()),
        gap_square_metres=gaps,
        sliver_gaps=sliver_gaps,
        complete=complete,
    )


def _pairs(shapes: Shapes) -> tuple[NDArray[np.int64], bool]:
    tree = shapely.STRtree(shapes)
    blocks: list[NDArray[np.int64]] = []
    count = 0
    for start in range(0, len(shapes), 5_000):
        first, second = tree.query(shapes[start : start + 5_000], predicate="intersects")
        pairs = np.column_stack([first + start, second])
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        blocks.append(pairs)
        count += len(pairs)
        if count > MAX_PAIRS:
            break
    every = np.concatenate(blocks) if blocks else np.empty((0, 2), dtype=np.int64)
    return every[:MAX_PAIRS], count <= MAX_PAIRS


def _gaps(shapes: Shapes) -> tuple[NDArray[np.float64], int]:
    """Return the areas of the holes of the union, holes of single polygons that nothing fills among them."""
    whole = shapely.get_parts(shapely.union_all(shapes, grid_size=0.01))
    rings = np.concatenate([shapely.get_rings(part)[1:] for part in whole]) if len(whole) else np.empty(0)
    if not len(rings):
        return np.empty(0), 0
    holes = shapely.polygons(rings)
    area, length = shapely.area(holes), shapely.length(holes)
    sliver = area <= SLIVER_METRES / 2 * length
    return np.sort(area[~sliver])[::-1], int(sliver.sum())
