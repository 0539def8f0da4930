"""What a siting question means in a study: service, minutes and demand, places that count, and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.assessment.case import Case
from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.measures.standard import Standard
from geo.network.areas import join_places
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.text import Text
from geo.types import Bools
from layers.catalogue.categories import categories as catalogue
from layers.grid import square_grid
from layers.joins import as_decided
from layers.load import Layers, all_polygons
from layers.osm.features import levels_of
from layers.plots import at_entrances
from layers.rows.frames import COLUMNS
from layers.settings import USUAL_MINUTES, category_id, category_names, usable_in
from layers.study.model import Study
from layers.study.siting import CODE, SiteQuestion
from layers.study.siting_problem import farthest_seconds

JUNCTION_STREETS = 3
"""Streets that meet at a junction: where two do, a street only goes on or bends."""

_NAMED_WITHIN_DEGREES = 0.0004
"""About 40 m: streets are named in their middle line, a junction of wide ones lies a little off."""


_AROUND_DEGREES = 0.0005
"""About 50 m around the study, so that its outermost streets are in."""


def offered(candidates: gpd.GeoDataFrame, *categories: str) -> gpd.GeoDataFrame:
    """Return the candidates that may offer one of some categories: or none at all.

    Examples
    --------
    >>> from layers.rows.frames import empty_frame
    >>> len(offered(empty_frame("candidates"), "clinic"))
    0
    """
    named = candidates["category"]
    kept = candidates[named.isna() | named.isin(categories) | _may_offer(candidates, *categories).any(axis=1)]
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


def standing_places(
    question: SiteQuestion,
    study: Study,
    cases: Sequence[Case],
    layers: Layers,
    standard: Standard,
    *categories: str,
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the places that offer a service and count in some case, and how many offer one and do not."""
    facilities = layers.facilities
    offering = _offer(facilities, standard, *categories).any(axis=1)
    offering &= ~facilities["layer"].isin(question.competitors).to_numpy()
    usable = np.any([usable_in(study, case, layers).now for case in cases], axis=0)
    counting = facilities[offering & usable].reset_index(drop=True)
    return counting, int((offering & ~usable).sum())


def _offer(facilities: gpd.GeoDataFrame, standard: Standard, *categories: str) -> Bools:
    """Return which of some services each place offers, a column a service."""
    fulfilled = [standard.accepted.get(category, (category,)) for category in categories]
    return np.column_stack([facilities["category"].isin(each).to_numpy(dtype=bool) for each in fulfilled])


def offers_of(sites: gpd.GeoDataFrame, standard: Standard, *categories: str) -> Bools | None:
    """Return which services each site offers; None where there is but one. A candidate without any: all."""
    if len(categories) == 1:
        return None
    candidate = ~sites["existing"].to_numpy(dtype=bool)
    listed = np.array([bool(each) and isinstance(each, tuple) for each in sites["functions"]], dtype=bool)
    anything = candidate & sites["category"].isna().to_numpy(dtype=bool) & ~listed
    offers = _offer(sites, standard, *categories) | anything[:, None]
    return offers | (_may_offer(sites, *categories) & candidate[:, None])


def _may_offer(candidates: gpd.GeoDataFrame, *categories: str) -> Bools:
    """Return which services each candidate lists among the functions it may offer, by any name of theirs."""
    known = catalogue().by_id
    offers = np.zeros((len(candidates), len(categories)), dtype=bool)
    if "functions" not in candidates:
        return offers
    for column, category in enumerate(categories):
        words = {category}
        if category in known:
            words |= {known[category].name.en, known[category].name.zh, *known[category].names}
        offers[:, column] = [
            isinstance(listed, tuple) and bool(words & set(listed)) for listed in candidates["functions"]
        ]
    return offers


def competing_places(question: SiteQuestion, study: Study, case: Case, layers: Layers) -> gpd.GeoDataFrame:
    """Return the places of the competitors that can be used.

    Raises
    ------
    InputError
        With every layer named that is none of the study's.
    """
    known = {layer.id for layer in study.layers}
    what = Text("the study has no such layer", "项目中没有此图层")
    fix = Text(f"Use ids of layers: {', '.join(sorted(known))}", f"可用图层：{'、'.join(sorted(known))}")
    strange = [name for name in question.competitors if name not in known]
    if strange:
        raise InputError([Fault(what, fix, source="competitors", value=each, code=CODE) for each in strange])
    facilities = layers.facilities
    theirs = facilities["layer"].isin(question.competitors).to_numpy() & usable_in(study, case, layers).now
    return facilities[theirs].reset_index(drop=True)


def cases_asked(question: SiteQuestion, cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return the cases that a plan is to suit: those named, else the first of the study.

    Raises
    ------
    InputError
        With every case named that the study does not have.
    """
    by_id = {case.id: case for case in cases}
    strange = [name for name in question.cases if name not in by_id]
    if strange:
        what = Text("the study has no such case", "项目中没有此情形")
        fix = Text(f"Known: {', '.join(by_id)}", f"可用：{'、'.join(by_id)}")
        raise InputError([Fault(what, fix, source="cases", value=each, code=CODE) for each in strange])
    chosen = tuple(by_id[name] for name in dict.fromkeys(question.cases)) or (cases[0],)
    return tuple(replace(case, on=question.on) for case in chosen) if question.on else chosen


def categories_asked(
    study: Study, layers: Layers, standard: Standard, question: SiteQuestion
) -> tuple[str, ...]:
    """Return the services asked for, each once."""
    if not question.categories:
        return (category_asked(study, layers, standard, question),)
    each = dict.fromkeys(question.categories)
    return tuple(
        category_asked(
            study, layers, standard, question.model_copy(update={"category": name, "categories": ()})
        )
        for name in each
    )


def category_asked(study: Study, layers: Layers, standard: Standard, question: SiteQuestion) -> str:
    """Return the service asked for; where none is named, the only one there is or that stations offer."""
    facilities = layers.facilities
    present = {*facilities["category"].dropna(), *layers.candidates["category"].dropna()}
    served = {category for category, fulfilling in standard.accepted.items() if present & set(fulfilling)}
    if question.category is not None:
        named = category_id(study, question.category)
        if named in present | set(standard.accepted):
            return named
    stations = sorted(set(facilities.loc[facilities["kind"] == "station", "category"].dropna()))
    only = stations if len(stations) == 1 else sorted(present)
    if question.category is None and len(only) == 1:
        return str(only[0])
    what = Text("the category of the service is not given", "没有说明设施类别")
    if question.category is not None:
        what = Text("the study has no such category", "项目中没有此设施类别")
    known = [_with_name(study, standard, each) for each in sorted(present | served)]
    fix = Text(f"Use one of: {', '.join(known) or '-'}", f"可用：{'、'.join(known) or '-'}")
    raise InputError([Fault(what, fix, source="category", value=question.category or "", code=CODE)])


def _with_name(study: Study, standard: Standard, category: str) -> str:
    name = service_name(study, standard, category).to(study.language)
    return (
        category
        if name == category
        else f"{category}（{name}）"
        if study.language == "zh"
        else f"{category} ({name})"
    )


def service_name(study: Study, standard: Standard, category: str) -> Text:
    """Return what a service is called: as the standard says it, else as the categories do."""
    known = {key: each.name for key, each in catalogue().with_own(study.categories).by_id.items()}
    return (known | category_names(standard)).get(category, Text(category, category))


def minutes_of(study: Study, question: SiteQuestion) -> float:
    """Return the minutes of a question: as it says, else the study's 15, or its longest below that."""
    usual = max((m for m in study.minutes if m <= USUAL_MINUTES), default=min(study.minutes))
    return question.minutes or usual


def searched_seconds(study: Study, question: SiteQuestion, minutes: float) -> float:
    """Return how far is searched: as far as the goal looks and the map shows."""
    shown = minutes_to_seconds(max(minutes, *study.minutes))
    return max(shown, farthest_seconds(minutes)) if question.aim in ("minutes", "worst") else shown


def join_layer(study: Study, network: StreetNetwork, layers: Layers, rows: gpd.GeoDataFrame) -> AccessPoints:
    """Return rows joined to the streets, as the study decides where it does.

    Areas are joined wherever they are entered, cells at a point inside them.

    Parameters
    ----------
    rows
        Demand points, facilities or candidates of the study, with `id`, `name` and `geometry` in EPSG:4326.
    """
    found = join_places(
        network,
        rows.set_geometry(rows.geometry.representative_point()),
        approaches=layers.approaches,
        max_snap_metres=study.max_snap_metres,
        barriers=layers.barriers,
        level=levels_of(rows),
    )
    return as_decided(network, found, rows, layers.decided, max_snap_metres=study.max_snap_metres)


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


def join_sites(
    study: Study,
    layers: Layers,
    network: StreetNetwork,
    standing: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, AccessPoints, int]:
    """Return what stands and the candidates as one frame, both joined to the streets."""
    columns = ["id", "name", "category", "functions", "layer", "cost", "capacity", "tags", "geometry"]
    limit = standing["people_limit"]
    # As in the assessment, a place whose limit is not known serves nobody.
    room = standing["capacity"].where(np.isinf(limit), limit.fillna(0.0))
    old = standing.assign(cost=np.nan, capacity=room)
    old, new = (frame.reindex(columns=columns) for frame in (old, candidates))
    old, new = old.assign(existing=True), new.assign(existing=False)
    both = new if not len(old) else pd.concat([old, new], ignore_index=True)
    sites = gpd.GeoDataFrame(both, geometry="geometry", crs=4326)
    access = join_layer(study, network, layers, sites)
    used = access.snapped | sites["existing"].to_numpy(dtype=bool)
    return sites[used].reset_index(drop=True), access.take(used), int((~used).sum())


Places: TypeAlias = gpd.GeoDataFrame
"""Places of a service, a row a place."""


def usable_sites(study: Study, case: Case, layers: Layers, sites: Places) -> Bools:
    """Return which sites can be used in a case; a candidate can in every one."""
    usable = set(layers.facilities.loc[usable_in(study, case, layers).now, "id"])
    return np.asarray(~sites["existing"] | sites["id"].isin(usable), dtype=np.bool_)


def services_name(names: Sequence[Text]) -> Text:
    """Return what several services are called together: whoever reaches them reaches all.

    Examples
    --------
    >>> services_name([Text("a clinic", "诊所"), Text("a park", "公园")]).en
    'a clinic and a park'
    """
    return Text(" and ".join(name.en for name in names), "和".join(name.zh for name in names))
