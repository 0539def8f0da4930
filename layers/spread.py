"""People of the cells of a population grid, split over the dwellings inside them; totals are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import Fault
from geo.text import Text
from geo.types import Floats, Index
from layers.osm.basemap import read_basemap
from layers.osm.dwellings import BUILDINGS, LAND, uses_of
from layers.osm.features import read_features
from layers.rows.buildings import TALLEST, floors_of
from layers.rows.frames import box_of
from layers.rows.read_layer import LoadedLayer
from layers.rows.report import LayerReport, PeopleEstimate

LEAST_SQUARE_METRES: Final = 1.0
"""Ground of a building inside a cell below which it is the neighbour's."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Place:
    """What people can be spread over: dwellings with their floors, and the water nobody stands in.

    Attributes
    ----------
    dwellings
        ``osm_id``, ``floors`` and ``geometry``, polygons, EPSG:4326.
    water
        Polygons of rivers, lakes and the sea, EPSG:4326.
    extent
        West, south, east, north of the streets; None where not known.
    """

    dwellings: gpd.GeoDataFrame
    water: gpd.GeoSeries
    extent: Sequence[float] | None = None


def place_of(
    extract: Path,
    extent: Sequence[float] | None,
    *,
    default_levels: float | None = None,
    split: bool = True,
) -> Place:
    """Read the dwellings and the water of an extract.

    Parameters
    ----------
    extract
        The extract.
    extent
        Of the streets.
    default_levels
        Storeys of buildings that do not say; without it as many as the median of those that do, or 1.
    split
        Whether people are to be split over dwellings; without it none are read.
    """
    queries = {"buildings": BUILDINGS, "land": LAND} if split else {"buildings": {}, "land": {}}
    features = read_features(extract, queries)
    basemap = read_basemap(extract)
    water = pd.concat([basemap.water.geometry, basemap.sea.geometry], ignore_index=True)
    return Place(
        dwellings=dwellings_of(features["buildings"], features["land"], default_levels=default_levels),
        water=gpd.GeoSeries(water, crs=WGS84),
        extent=extent,
    )


def dwellings_of(
    buildings: gpd.GeoDataFrame, land: gpd.GeoDataFrame, *, default_levels: float | None = None
) -> gpd.GeoDataFrame:
    """Return the buildings that people live in, with the floors they live on."""
    uses = uses_of(buildings, land)
    storeys, lowest, roof = (
        _numbers(buildings, key) for key in ("building:levels", "building:min_level", "roof:levels")
    )
    storeys[storeys > TALLEST] = np.nan
    lived = (uses["use"] != "other").to_numpy() & (shapely.get_dimensions(buildings.geometry) == 2)
    known = storeys[lived & np.isfinite(storeys)]
    usual = default_levels or (float(np.median(known)) if known.size else 1.0)
    mixed = (uses["use"] == "mixed").to_numpy()
    floors = floors_of(np.where(np.isnan(storeys), usual, storeys), lowest, roof, mixed)
    columns = {"osm_id": buildings["osm_id"], "floors": floors}
    frame = gpd.GeoDataFrame(columns, geometry=buildings.geometry, crs=WGS84)
    return frame[lived & (floors > 0)].reset_index(drop=True)


def _numbers(buildings: gpd.GeoDataFrame, key: str) -> Floats:
    texts = pd.Series([tags.get(key) for tags in buildings["tags"]], dtype=object)
    return pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64).copy()


def spread_people(loaded: LoadedLayer, place: Place) -> LoadedLayer:
    """Return the layer of a population grid with its people where they live, each cell's total kept.

    The people of a cell are split over the dwellings inside it by the floor area that lies in the cell
    (dasymetric mapping). Where there is no dwelling they stay together at one point of the cell: on land,
    and inside the study where the cell reaches there.

    Parameters
    ----------
    loaded
        The cells with ``people``.
    place
        Dwellings and water.
    """
    cells, report = loaded.frame, loaded.report
    if not len(cells) or report.faults:
        return loaded
    crs = metric_crs(box_of(cells.geometry))
    shapes = cells.geometry.to_crs(crs).to_numpy()
    people = cells["people"].to_numpy(dtype=np.float64)
    cell, home, points, share = _pieces(shapes, place, crs)
    split = np.isin(np.arange(len(cells)), cell) & (people > 0)
    kept = split[cell]
    cell, home, points, share = cell[kept], home[kept], points[kept], share[kept]
    whole = np.flatnonzero(~split)
    rows = np.concatenate([cell, whole])
    order = np.argsort(rows, kind="stable")
    places = np.concatenate([points, _on_land(shapes[whole], place, crs)])[order]
    counts = np.concatenate([people[cell] * share, people[whole]])[order]
    ids = cells["id"].astype(str).to_numpy(dtype=object)
    homes = place.dwellings["osm_id"].to_numpy(dtype=object)[home]
    names = [*(f"{ids[c]}/{h}" for c, h in zip(cell, homes, strict=True)), *ids[whole]]
    frame = cells.iloc[rows[order]].reset_index(drop=True)
    frame["id"] = pd.Series(np.asarray(names, dtype=object)[order], dtype="str")
    frame["people"] = counts
    frame = frame.set_geometry(gpd.GeoSeries(places, crs=crs).to_crs(WGS84))
    return LoadedLayer(frame, _reported(report, people, split, len(np.unique(home))))


def _pieces(shapes: np.ndarray, place: Place, crs: object) -> tuple[Index, Index, np.ndarray, Floats]:
    """Return cell, dwelling, point and share of the cell's people of every dwelling's part in a cell."""
    nothing = np.empty(0, dtype=np.int64)
    if place.dwellings.empty:
        return nothing, nothing, np.empty(0, dtype=object), np.empty(0)
    homes = shapely.make_valid(place.dwellings.geometry.to_crs(crs).to_numpy())
    cell, home = shapely.STRtree(homes).query(shapes, predicate="intersects")
    parts = shapely.intersection(shapes[cell], homes[home])
    ground = shapely.area(parts)
    least = np.minimum(LEAST_SQUARE_METRES, 0.5 * shapely.area(homes[home]))
    real = ground > least
    cell, home, parts, ground = cell[real], home[real], parts[real], ground[real]
    weight = ground * place.dwellings["floors"].to_numpy(dtype=np.float64)[home]
    total = np.bincount(cell, weight, minlength=len(shapes))
    order = np.lexsort((home, cell))
    share = weight / total[cell] if len(cell) else weight
    return cell[order], home[order], shapely.point_on_surface(parts[order]), share[order]


def _on_land(shapes: np.ndarray, place: Place, crs: object) -> np.ndarray:
    """Return a point of each shape: on land, and inside the study, as far as it has such a part."""
    dry = shapes.copy()
    water = shapely.make_valid(place.water.to_crs(crs).to_numpy())
    if len(water):
        shape, wet = shapely.STRtree(water).query(shapes, predicate="intersects")
        for at in np.unique(shape):
            left = shapely.difference(shapes[at], shapely.union_all(water[wet[shape == at]]))
            if shapely.area(left) >= LEAST_SQUARE_METRES:
                dry[at] = left
    if place.extent is not None and place.extent[0] < place.extent[2]:
        box = gpd.GeoSeries([shapely.box(*place.extent)], crs=WGS84).to_crs(crs).iloc[0]
        inside = shapely.intersection(dry, box)
        dry = np.where(shapely.area(inside) >= LEAST_SQUARE_METRES, inside, dry)
    points: np.ndarray = shapely.point_on_surface(dry)
    return points


def _reported(report: LayerReport, people: Floats, split: np.ndarray, dwellings: int) -> LayerReport:
    """Return the report with what was done: how many are split, how many stand at one point of a cell."""
    together = float(people[~split].sum())
    cells, kept = len(people), int((~split & (people > 0)).sum())
    how = Text(
        f"{people.sum():,.0f} people of {cells:,} cells; {people[split].sum():,.0f} split over "
        f"{dwellings:,} dwellings by floor area, {together:,.0f} ({kept:,} cells without dwellings) at one "
        "point of their cell",
        f"{cells:,} 个单元共 {people.sum():,.0f} 人；其中 {people[split].sum():,.0f} 人按建筑面积分配到 "
        f"{dwellings:,} 处住宅，{together:,.0f} 人（{kept:,} 个无住宅的单元）置于单元内一点",
    )
    note = Fault(
        how, Text("The total of every cell is kept", "各单元总数不变"), source=report.source, code="spread"
    )
    estimate = PeopleEstimate(method="grid", how=how, people=float(people.sum()), rows=cells)
    return replace(report, notes=(*report.notes, note), estimate=estimate)
