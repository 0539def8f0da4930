"""Candidates of a siting question: those of the study, street junctions, or a grid."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.network.network import StreetNetwork
from geo.text import Text
from layers.grid import square_grid
from layers.load import Layers, all_polygons
from layers.plots import at_entrances
from layers.rows.frames import COLUMNS
from layers.siting_asked import offered
from layers.study.siting.question import CODE, SiteQuestion

JUNCTION_STREETS = 3
"""Streets that meet at a junction: where two do, a street only goes on or bends."""

_NAMED_WITHIN_DEGREES = 0.0004
"""About 40 m: streets are named in their middle line, a junction of wide ones lies a little off."""


_AROUND_DEGREES = 0.0005
"""About 50 m around the study, so that its outermost streets are in."""


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
    hits, _ = shapely.STRtree(within.to_numpy()).query(points, predicate="intersects")
    inside = np.zeros(lon.size, dtype=bool)
    inside[hits] = True
    return inside


def _frame(ids: Sequence[str], points: gpd.GeoSeries, layer: str) -> gpd.GeoDataFrame:
    count = len(ids)
    nothing = pd.Series([None] * count, dtype=object)
    values: dict[str, object] = {"id": pd.Series(ids, dtype="str"), "name": nothing, "category": nothing}
    values |= {"cost": np.full(count, np.nan), "capacity": np.full(count, np.nan), "layer": layer}
    columns = {name: values[name] for name in COLUMNS["candidates"]}
    return gpd.GeoDataFrame(columns, geometry=points.reset_index(drop=True), crs=WGS84)


def candidate_places(
    question: SiteQuestion, layers: Layers, network: StreetNetwork, *categories: str
) -> gpd.GeoDataFrame:
    """Return the candidates of the source asked for, as the candidate frame.

    Raises
    ------
    InputError
        Where there are none, or an area named is not there.
    """
    source = question.candidates or ("layer" if len(layers.candidates) else "junctions")
    within = _within(question, layers)
    if source == "junctions":
        places = at_junctions(network, within)
    elif source == "grid":
        places = on_grid(within, spacing_metres=question.spacing_metres)
    else:
        places = at_entrances(offered(layers.candidates, *categories), network)
        if question.within:
            inside = places.geometry.intersects(within.union_all())
            places = places[inside].reset_index(drop=True)
    if not len(places):
        what = Text("there are no candidates for this category", "没有该设施类别的备选点位")
        fix = Text(
            "Add a layer of kind candidate, or use `candidates = junctions`",
            "请添加 candidate 图层，或用 `candidates = junctions`",
        )
        raise InputError([Fault(what, fix, source="candidates", value=source, code=CODE)])
    return places


def _within(question: SiteQuestion, layers: Layers) -> gpd.GeoSeries:
    """Return the polygons in which candidates may lie: those named, else the areas, else around all of it."""
    polygons = all_polygons(layers)
    if not question.within:
        if len(layers.areas):
            return layers.areas.geometry
        # A grid may leave out cells without people, in which a site may still be built.
        around = layers.grids if len(layers.grids) else layers.demand
        hull = around.geometry.union_all().convex_hull.buffer(_AROUND_DEGREES)
        return gpd.GeoSeries([hull], crs=around.crs)
    wanted = set(question.within)
    named = polygons["id"].isin(wanted) | polygons["name"].isin(wanted)
    missing = sorted(wanted - set(polygons["id"]) - set(polygons["name"].dropna()))
    if missing:
        what = Text("no area or grid cell has this id or name", "没有此编号或名称的片区或网格")
        fix = Text("Write it as in the layer", "请按图层中的写法填写")
        raise InputError([Fault(what, fix, source="within", value=name, code=CODE) for name in missing])
    return polygons.geometry[named]
