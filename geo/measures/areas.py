"""Which area holds which demand: points by where they lie, cells by share of their surface."""

from __future__ import annotations

from typing import TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse

from geo.types import Bools, Floats, Index

# Cylindrical equal-area on WGS 84: shares of area come out right anywhere without a local projection.
EQUAL_AREA = "EPSG:6933"
OUTSIDE = "(outside)"
# Positions of areas, positions of demand, and the share of the second that lies in the first.
_Pairs: TypeAlias = tuple[Index, Index, Floats]


def area_shares(
    demand: gpd.GeoDataFrame | gpd.GeoSeries,
    areas: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    overlap: bool = False,
) -> sparse.csr_array:
    """Return which share of each demand point or cell belongs to each area.

    Points belong to the area they lie in, the border included; cells by share of their surface.

    Parameters
    ----------
    overlap
        False: an area is a part of a partition, so nothing is counted twice; a point on a shared
        border belongs to the first area, and cells in overlapping areas are divided between them.
        True: areas may overlap and each counts all it holds.

    Returns
    -------
    csr_array [areas + 1, demand]
        The last row is the share that lies outside every area, so that without overlap each column
        sums to one and areas sum to the study.
    """
    points, polygons = demand.geometry, areas.geometry
    if points.crs != polygons.crs:
        msg = f"demand is in {points.crs} and areas in {polygons.crs}: convert one of them first"
        raise ValueError(msg)
    if not len(points):
        return sparse.csr_array((len(polygons) + 1, 0), dtype=np.float64)
    flat = shapely.get_dimensions(np.asarray(points.array)) < 2
    held = _point_pairs(points, polygons, flat) if flat.any() else []
    cut = _cell_pairs(points, polygons, ~flat) if not flat.all() else []
    rows, columns, shares = (np.concatenate(parts) for parts in zip(*(held + cut), strict=True))
    return _stacked(rows, columns, shares, (len(polygons), len(points)), overlap=overlap)


def _point_pairs(points: gpd.GeoSeries, polygons: gpd.GeoSeries, flat: Bools) -> list[_Pairs]:
    positions = np.flatnonzero(flat)
    chosen = np.asarray(points.array)[positions]
    point, area = shapely.STRtree(np.asarray(polygons.array)).query(chosen, predicate="intersects")
    return [(area, positions[point], np.ones(len(point)))]


def _cell_pairs(points: gpd.GeoSeries, polygons: gpd.GeoSeries, solid: Bools) -> list[_Pairs]:
    positions = np.flatnonzero(solid)
    cells = np.asarray(points.to_crs(EQUAL_AREA).array)[positions]
    shapes = np.asarray(polygons.to_crs(EQUAL_AREA).array)
    cell, area = shapely.STRtree(shapes).query(cells, predicate="intersects")
    common = shapely.area(shapely.intersection(cells[cell], shapes[area]))
    shares = common / shapely.area(cells[cell])
    inside = shares > 1e-12
    return [(area[inside], positions[cell[inside]], shares[inside])]


def _stacked(
    rows: Index, columns: Index, shares: Floats, shape: tuple[int, int], *, overlap: bool
) -> sparse.csr_array:
    """Return the shares with the remainder as a last row."""
    areas, demand = shape
    order = np.lexsort((rows, columns))
    rows, columns, shares = rows[order], columns[order], shares[order]
    if not overlap:
        rows, columns, shares = _once(rows, columns, shares, demand)
    held = np.minimum(np.bincount(columns, weights=shares, minlength=demand), 1.0)
    outside = np.flatnonzero(held < 1 - 1e-9)
    rows = np.concatenate([rows, np.full(len(outside), areas)])
    columns = np.concatenate([columns, outside])
    shares = np.concatenate([shares, 1 - held[outside]])
    return sparse.csr_array((shares, (rows, columns)), shape=(areas + 1, demand))


def _once(rows: Index, columns: Index, shares: Floats, demand: int) -> _Pairs:
    """Give whole points to their first area; divide cells that areas hold more than once."""
    whole = np.isclose(shares, 1.0)
    first = np.r_[True, columns[1:] != columns[:-1]] if len(columns) else np.ones(0, bool)
    claimed = np.zeros(demand, dtype=bool)
    claimed[columns[first & whole]] = True
    keep = np.where(claimed[columns], first, True)
    rows, columns, shares = rows[keep], columns[keep], shares[keep]
    held = np.bincount(columns, weights=shares, minlength=demand)
    return rows, columns, shares / np.maximum(held[columns], 1.0)
