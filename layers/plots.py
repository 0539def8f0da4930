"""Candidates that are plots or buildings: their area, what they cost, and where they are entered."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84, metric_crs
from geo.network.network import StreetNetwork

OUTLINE = "outline"
"""Column of the outline of a candidate that is a plot or a building; None for a point."""


def measure_plots(roles: pd.DataFrame, geometry: gpd.GeoSeries) -> None:
    """Fill area, outline and cost of candidates; a cost that is written stands before one by the m2.

    Parameters
    ----------
    roles
        Typed columns by role; ``floor_area``, ``cost`` and ``outline`` are added or completed.
    geometry
        Of each row, in WGS84.
    """
    shapes = np.asarray(geometry.array, dtype=object)
    flat = ~shapely.is_missing(shapes) & np.isin(shapely.get_type_id(shapes), (3, 6))
    if not flat.any():
        outlines = np.full(len(shapes), None, dtype=object)
        area = np.full(len(shapes), np.nan)
    else:
        outlines = shapes.copy()
        outlines[~flat] = None
        metric = gpd.GeoSeries(outlines, crs=WGS84).to_crs(metric_crs(geometry[flat]))
        area = np.where(flat, metric.area.to_numpy(dtype=float), np.nan)
    given = _numbers(roles, "floor_area")
    area = np.where(np.isnan(given), area, given)
    by_area = _numbers(roles, "cost_per_square_metre") * area
    cost = _numbers(roles, "cost")
    if flat.any() or not np.isnan(by_area).all():
        roles["floor_area"] = pd.Series(area)
        roles["cost"] = pd.Series(np.where(np.isnan(cost), by_area, cost))
    if flat.any():
        roles[OUTLINE] = pd.Series(outlines, dtype=object)


def at_entrances(places: gpd.GeoDataFrame, network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return candidates with plots and buildings at the place of their outline nearest to a street.

    Points stay where they are: who gives one has said where the entrance is.
    """
    if OUTLINE not in places or not places[OUTLINE].notna().any():
        return places
    outlines = gpd.GeoSeries(places[OUTLINE].to_numpy(dtype=object), crs=WGS84).to_crs(network.metric_crs)
    rows = np.flatnonzero(outlines.notna().to_numpy())
    edges = shapely.boundary(outlines.to_numpy()[rows])
    tree = network.edge_tree
    found = tree.query_nearest(edges, all_matches=False)
    pairs = shapely.shortest_line(edges[found[0]], tree.geometries[found[1]])
    entrances = gpd.GeoSeries(shapely.get_point(pairs, 0), crs=network.metric_crs).to_crs(WGS84)
    geometry = places.geometry.to_numpy().copy()
    geometry[rows[found[0]]] = entrances.to_numpy()
    return places.set_geometry(gpd.GeoSeries(geometry, index=places.index, crs=WGS84))


def _numbers(roles: pd.DataFrame, role: str) -> np.ndarray:
    if role not in roles:
        return np.full(len(roles), np.nan)
    return roles[role].to_numpy(dtype=float)
