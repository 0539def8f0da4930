"""Residential land cut into pieces small enough to be tested at one point each."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates.crs import WGS84, metric_crs
from geo.types import Index

LAND = "residential_land"
"""Name of the denominator."""

SAMPLE_METRES = 50.0
"""Side of a sampling cell: less than a minute on foot."""

MOST_SAMPLES = 200_000
SQUARE_METRES_PER_HECTARE = 10_000.0


def cell_side(square_metres: float) -> float:
    """Return the side of the sampling cells for so much land: 50 m, or more where it would be too many.

    Examples
    --------
    >>> cell_side(5e6), cell_side(2e9)
    (50.0, 100.0)
    """
    return max(SAMPLE_METRES, math.sqrt(square_metres / MOST_SAMPLES))


def sample_land(land: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return polygons cut along a square grid: each piece is one sample, and weighs what it covers.

    Parameters
    ----------
    land
        Polygons with `id`, in EPSG:4326. Where two overlap, their common land counts in both.

    Returns
    -------
    GeoDataFrame
        `id` (``LAND#number``), `land_id`, `hectares` (measured in a local metric system) and the piece, in
        EPSG:4326. The pieces of a polygon sum to its area.

    Examples
    --------
    >>> square = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 0.001, 0.001)], crs=4326)
    >>> round(float(sample_land(square)["hectares"].sum()), 2)
    1.23
    """
    if not len(land):
        return gpd.GeoDataFrame({"id": [], "land_id": [], "hectares": []}, geometry=[], crs=WGS84)
    crs = metric_crs(land)
    # What is valid in degrees may cross itself by a hair in metres.
    shapes = shapely.make_valid(np.asarray(land.geometry.to_crs(crs).array, dtype=object))
    side = cell_side(float(shapely.area(shapes).sum()))
    parts, owner = shapely.get_parts(shapes, return_index=True)
    cut = [_cells(part, side) for part in parts]
    pieces = np.concatenate(cut)
    of = np.repeat(owner, [len(each) for each in cut])
    ids = np.asarray(land["id"], dtype=object)[of]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"{name}#{number}" for name, number in zip(ids, _numbers(of), strict=True)],
            "land_id": ids,
            "hectares": shapely.area(pieces) / SQUARE_METRES_PER_HECTARE,
        },
        geometry=pieces,
        crs=crs,
    )
    return frame.to_crs(WGS84)


def _cells(part: shapely.Geometry, side: float) -> NDArray[np.object_]:
    """Return what a polygon has in common with each cell of the grid that it meets."""
    west, south, east, north = shapely.bounds(part) / side
    x = np.arange(math.floor(west), math.ceil(east)) * side
    y = np.arange(math.floor(south), math.ceil(north)) * side
    columns, rows = (axis.ravel() for axis in np.meshgrid(x, y))
    boxes = shapely.box(columns, rows, columns + side, rows + side)
    shapely.prepare(part)
    boxes = boxes[shapely.intersects(part, boxes)]
    whole = shapely.contains(part, boxes)
    boxes[~whole] = shapely.intersection(part, boxes[~whole])
    pieces: NDArray[np.object_] = boxes[shapely.area(boxes) > 0]
    return pieces


def _numbers(of: Index) -> Index:
    """Return the number of each piece within its polygon, from 1; the pieces of one stand together."""
    return np.asarray(np.arange(len(of)) - np.searchsorted(of, of) + 1, dtype=np.int64)
