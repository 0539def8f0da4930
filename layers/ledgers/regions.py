"""Grids of much the same load drawn along streets: blocks of a study put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import Fault, InputError
from geo.ledgers.regions import balanced_regions, least_spread, shared_out
from geo.text import Text
from geo.types import Floats, Index
from layers.load import Layers
from layers.osm.basemap import STREET_CLASSES, Basemap

By = Literal["enterprises", "employees", "people"]
MARGIN_METRES: Final = 100.0
"""Ground around what is counted, where the study has no areas to keep to."""
FINEST: Final = ("residential", "tertiary", "secondary")
"""The finest class of street that parts blocks, the finest first."""
MOST_BLOCKS: Final = 500


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrawnGrids:
    """Grids that were drawn.

    Attributes
    ----------
    grids
        ``name, enterprises, employees, people, staff, load, geometry`` in EPSG:4326, from north-west on.
    spread, bound
        The heaviest load less the lightest, and what no grids of these blocks can be below.
    blocks
        How many blocks they were put together from.
    """

    grids: gpd.GeoDataFrame
    spread: float
    bound: float
    blocks: int

    @property
    def geojson(self) -> str:
        """The grids as a GeoJSON FeatureCollection."""
        return str(self.grids.to_json(drop_id=True))


def draw_grids(
    layers: Layers, basemap: Basemap, *, by: By, count: int, staff: int | None, seconds: float = 60.0
) -> DrawnGrids:
    """Return grids along streets in which much the same stands.

    Areas of the study are kept: no grid lies in two of them, and each gets its part of the grids.

    Parameters
    ----------
    by
        What is to be even: enterprises, their employees, or people.
    count, staff
        How many grids; staff to share out over them.

    Raises
    ------
    InputError
        Where nothing is there to be counted, or there are fewer blocks than grids.
    """
    points = _counted(layers, by)
    crs = metric_crs(points)
    ground = _ground(layers, points).to_crs(crs)
    blocks, area = _blocks(basemap, ground, count)
    load = _sums(points.to_crs(crs), blocks, points["load"].to_numpy(np.float64))
    region = _regions(load, blocks, area, count, seconds)
    merged = gpd.GeoSeries(
        [shapely.union_all(blocks.geometry.to_numpy()[region == each]) for each in range(count)], crs=crs
    )
    sums = np.bincount(region, weights=load, minlength=count).astype(np.float64)
    return DrawnGrids(
        grids=_table(layers, merged, sums, staff),
        spread=float(sums.max() - sums.min()),
        bound=least_spread(load, count),
        blocks=len(blocks),
    )


def _counted(layers: Layers, by: By) -> gpd.GeoDataFrame:
    """Return the points that are counted, each with its load."""
    frame = layers.demand if by == "people" else layers.firms
    frame = frame[(frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy()]
    column = {"employees": "employees", "people": "people"}.get(by)
    load = np.ones(len(frame)) if column is None else frame[column].fillna(0).to_numpy(np.float64)
    places = frame.geometry.representative_point().to_numpy()
    points = gpd.GeoDataFrame({"load": load}, geometry=places, crs=WGS84)
    points = points[points["load"] > 0]
    if not len(points):
        what = Text("nothing is there to be counted into grids", "没有可计入网格的数据")
        fix = Text(
            "Add a layer of kind enterprise or demand with places", "请添加有位置的 enterprise 或 demand 图层"
        )
        raise InputError([Fault(what, fix, source="--by", value=by, code="grid.nothing")])
    return points


def _ground(layers: Layers, points: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the areas that are kept to, those with something to count; else the ground around it."""
    areas = layers.areas
    if len(areas):
        holding = areas.geometry[areas.geometry.intersects(shapely.union_all(points.geometry.to_numpy()))]
        inside = points.geometry.within(shapely.union_all(holding.to_numpy())) if len(holding) else None
        if inside is not None and inside.all():
            return gpd.GeoSeries(holding.to_numpy(), crs=WGS84)
    metric = points.to_crs(metric_crs(points))
    around = metric.union_all().convex_hull.buffer(MARGIN_METRES)
    return gpd.GeoSeries([around], crs=metric.crs).to_crs(WGS84)


def _blocks(basemap: Basemap, ground: gpd.GeoSeries, count: int) -> tuple[gpd.GeoSeries, Index]:
    """Return the blocks between streets, and the position of the ground each lies in.

    The finest streets are taken that make no more than `MOST_BLOCKS`.
    """
    streets = basemap.streets.to_crs(ground.crs)
    for finest in FINEST:
        classes = STREET_CLASSES[: STREET_CLASSES.index(finest) + 1]
        some = streets.geometry[streets["class"].isin(classes).to_numpy()]
        parts = [_parted(some, each) for each in ground]
        blocks = np.concatenate(parts)
        if len(blocks) <= MOST_BLOCKS or finest == FINEST[-1]:
            break
    if len(blocks) < count:
        made = len(blocks)
        what = Text(f"streets part the ground into {made} blocks", f"道路仅划分出 {made} 个街坊")
        fix = Text("Ask for fewer grids", "请减少网格数")
        raise InputError([Fault(what, fix, source="--count", value=str(count), code="grid.blocks")])
    area = np.repeat(np.arange(len(parts)), [len(each) for each in parts])
    return gpd.GeoSeries(blocks, crs=ground.crs), area


def _parted(streets: gpd.GeoSeries, ground: shapely.Geometry) -> np.ndarray:
    """Return a piece of ground parted along streets."""
    lines = streets.iloc[streets.sindex.query(ground, predicate="intersects")].intersection(ground)
    net = shapely.union_all([*lines.to_numpy(), ground.boundary])
    faces = np.array(list(shapely.get_parts(shapely.polygonize([net]))), dtype=object)
    inside = shapely.contains(ground, shapely.point_on_surface(faces))
    return np.asarray(faces[inside], dtype=object)


def _sums(points: gpd.GeoDataFrame, blocks: gpd.GeoSeries, load: Floats) -> Floats:
    """Return the load of each block: each point counts for one that holds it, else for the nearest."""
    point, block = blocks.sindex.nearest(points.geometry, return_all=False)
    return np.bincount(block, weights=load[point], minlength=len(blocks)).astype(np.float64)


def _regions(load: Floats, blocks: gpd.GeoSeries, area: Index, count: int, seconds: float) -> Index:
    """Return the grid of each block; ground that does not hang together gets grids of its own."""
    pairs = _neighbours(blocks, area)
    size = len(blocks)
    linked = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    parts, part = connected_components(linked, directed=False)
    sums = np.bincount(part, weights=load, minlength=parts).astype(np.float64)
    of_part = _grids_of(sums, np.bincount(part, minlength=parts), count)
    centres = blocks.representative_point()
    at = np.column_stack([centres.x.to_numpy(), centres.y.to_numpy()])
    region, first = np.zeros(size, dtype=np.int64), 0
    for each in range(parts):
        rows = np.flatnonzero(part == each)
        inside = np.isin(pairs[:, 0], rows)
        own = np.searchsorted(rows, pairs[inside])
        found = balanced_regions(load[rows], at[rows], own, int(of_part[each]), seconds=seconds / parts)
        region[rows] = first + found.region
        first += int(of_part[each])
    return region


def _grids_of(sums: Floats, blocks: Index, count: int) -> Index:
    """Return how many grids each part of the ground gets: at least one, and no more than it has blocks."""
    given = shared_out(count, sums) if count >= len(sums) else np.zeros(len(sums), dtype=np.int64)
    if (given < 1).any() or (given > blocks).any():
        parts = len(sums)
        what = Text(f"{parts} parts of the ground need grids of their own", f"{parts} 个片区各需单独成格")
        fix = Text("Ask for more grids, or for fewer areas", "请增加网格数或减少片区")
        raise InputError([Fault(what, fix, source="--count", value=str(count), code="grid.parts")])
    return given


def _neighbours(blocks: gpd.GeoSeries, area: Index) -> Index:
    """Return the pairs of blocks of one area that share a border, not a corner alone."""
    a, b = blocks.sindex.query(blocks, predicate="touches")
    once = (a < b) & (area[a] == area[b])
    a, b = a[once], b[once]
    shapes = blocks.to_numpy()
    border = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b])))
    return np.column_stack([a[border > 0], b[border > 0]]).astype(np.int64)


def _table(layers: Layers, merged: gpd.GeoSeries, load: Floats, staff: int | None) -> gpd.GeoDataFrame:
    """Return the grids from north-west on, with what stands in each."""
    centres = merged.representative_point()
    order = np.lexsort((centres.x.to_numpy(), -np.round(centres.y.to_numpy() / 300.0)))
    shapes = merged.iloc[order].to_crs(WGS84)
    frame = gpd.GeoDataFrame(
        {
            "name": [f"第{number}网格" for number in range(1, len(order) + 1)],
            "enterprises": _held(layers.firms, shapes, None),
            "employees": _held(layers.firms, shapes, "employees"),
            "people": _held(layers.demand, shapes, "people"),
            "load": load[order],
        },
        geometry=shapes.to_numpy(),
        crs=WGS84,
    )
    return frame if staff is None else frame.assign(staff=shared_out(staff, load[order]))


def _held(frame: gpd.GeoDataFrame, shapes: gpd.GeoSeries, column: str | None) -> Sequence[float]:
    """Return how much of a layer stands in each grid: each row in the first that holds it."""
    points = frame[(frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy()]
    weights = np.ones(len(points)) if column is None else points[column].fillna(0).to_numpy(np.float64)
    point, grid = shapes.reset_index(drop=True).sindex.query(
        points.geometry.representative_point(), predicate="intersects"
    )
    first = np.unique(point, return_index=True)[1]
    return np.bincount(grid[first], weights=weights[point[first]], minlength=len(shapes)).tolist()
