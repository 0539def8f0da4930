"""Possible sites: those of the study's layers, every street junction, or the middle of grid cells."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84
from geo.network.network import StreetNetwork
from layers.grid import square_grid
from layers.rows.frames import COLUMNS

JUNCTION_STREETS = 3
"""Streets that meet at a junction: where two do, a street only goes on or bends."""

_NAMED_WITHIN_DEGREES = 0.0004
"""About 40 m: streets are named in their middle line, a junction of wide ones lies a little off."""


def offered(candidates: gpd.GeoDataFrame, category: str) -> gpd.GeoDataFrame:
    """Return the candidates that may offer a category: those that name it, and those that name none.

    Examples
    --------
    >>> from layers.rows.frames import empty_frame
    >>> len(offered(empty_frame("candidates"), "clinic"))
    0
    """
    named = candidates["category"]
    kept = candidates[named.isna() | (named == category)]
    return kept.reset_index(drop=True)


def at_junctions(network: StreetNetwork, within: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return a candidate at every junction of the streets inside some polygons.

    Parameters
    ----------
    within
        Polygons in WGS84; without any the whole network counts.

    Returns
    -------
    GeoDataFrame
        The candidate frame; an id is ``node:`` and the junction's number in the source of the streets.
    """
    met = np.bincount(
        np.concatenate([network.edge_source, network.edge_target]), minlength=network.node_count
    )
    lon, lat = np.asarray(network.node_lon), np.asarray(network.node_lat)
    inside = np.flatnonzero((met >= JUNCTION_STREETS) & _inside(lon, lat, within))
    ids = [f"node:{number}" for number in network.node_id[inside]]
    return _frame(ids, gpd.GeoSeries(gpd.points_from_xy(lon[inside], lat[inside]), crs=WGS84), "junctions")


def on_grid(within: gpd.GeoSeries, *, spacing_metres: float) -> gpd.GeoDataFrame:
    """Return a candidate in the middle of every square of a grid over some polygons.

    Returns
    -------
    GeoDataFrame
        The candidate frame; an id is ``cell:`` and the square's row and column.

    Raises
    ------
    InputError
        Where the grid would have too many squares.
    """
    cells = square_grid(tuple(within.total_bounds), cell_metres=spacing_metres)
    points = gpd.GeoSeries(shapely.centroid(cells.geometry.to_numpy()), crs=WGS84)
    kept = _inside(points.x.to_numpy(), points.y.to_numpy(), within)
    ids = [f"cell:{name}" for name in cells["name"][kept]]
    return _frame(ids, points[kept].reset_index(drop=True), "grid")


def named_by_streets(candidates: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the candidates with names: where one has none, those of the two nearest streets beside it.

    Parameters
    ----------
    streets
        With `name` and lines in WGS84; streets without a name are passed over.
    """
    named = streets[streets["name"].notna()]
    lines, names = named.geometry.to_numpy(), named["name"].to_numpy(dtype=object)
    points = candidates.geometry.to_numpy()
    point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=_NAMED_WITHIN_DEGREES)
    near = pd.DataFrame(
        {"point": point, "name": names[line], "away": shapely.distance(points[point], lines[line])}
    )
    near = near.sort_values(["point", "away", "name"]).drop_duplicates(["point", "name"])
    corner = near.groupby("point")["name"].agg(lambda found: " / ".join(found[:2]))
    own = candidates["name"].astype(object)
    filled = own.where(own.notna(), pd.Series(corner, dtype=object).reindex(range(len(candidates))))
    return candidates.assign(name=filled.where(filled.notna(), None))


def _inside(lon: np.ndarray, lat: np.ndarray, within: gpd.GeoSeries) -> np.ndarray:
    if not len(within):
        return np.ones(lon.size, dtype=bool)
    points = shapely.points(lon, lat)
    found, _ = shapely.STRtree(within.to_numpy()).query(points, predicate="intersects")
    inside = np.zeros(lon.size, dtype=bool)
    inside[found] = True
    return inside


def _frame(ids: Sequence[str], points: gpd.GeoSeries, layer: str) -> gpd.GeoDataFrame:
    count = len(ids)
    nothing = pd.Series([None] * count, dtype=object)
    values: dict[str, object] = {"id": pd.Series(ids, dtype="str"), "name": nothing, "category": nothing}
    values |= {"cost": np.full(count, np.nan), "capacity": np.full(count, np.nan), "layer": layer}
    columns = {name: values[name] for name in COLUMNS["candidates"]}
    return gpd.GeoDataFrame(columns, geometry=points.reset_index(drop=True), crs=WGS84)
