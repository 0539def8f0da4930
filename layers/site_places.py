"""What a siting question means in a study: service and minutes, places that count, candidates, demand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.case import Case
from geo.assessment.cuts import Cut
from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.siting import Demand
from geo.siting.coverage import polygon_of_most
from geo.text import Text
from geo.types import Floats
from layers.candidates import at_junctions, offered, on_grid
from layers.catalogue.categories import categories
from layers.load import Layers, all_polygons
from layers.settings import USUAL_MINUTES, category_names, usable_in
from layers.study.model import Study
from layers.study.siting import SiteQuestion, farthest_seconds

_AROUND_DEGREES = 0.0005
"""About 50 m around the study, so that its outermost streets are in."""


def standing_places(
    study: Study, case: Case, layers: Layers, standard: Standard, category: str
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the places that offer the service and count, and how many offer it and do not."""
    facilities = layers.facilities
    fulfilling = standard.accepted.get(category, (category,))
    offering = facilities["category"].isin(fulfilling).to_numpy()
    usable = usable_in(study, case, layers).now
    counting = facilities[offering & usable].reset_index(drop=True)
    return counting, int((offering & ~usable).sum())


def category_asked(layers: Layers, standard: Standard, question: SiteQuestion) -> str:
    """Return the service asked for; where none is named, the only one there is or that stations offer."""
    facilities = layers.facilities
    present = {*facilities["category"].dropna(), *layers.candidates["category"].dropna()}
    served = {asked for asked, fulfilling in standard.accepted.items() if present & set(fulfilling)}
    if question.category is not None and question.category in present | set(standard.accepted):
        return question.category
    stations = sorted(set(facilities.loc[facilities["kind"] == "station", "category"].dropna()))
    only = stations if len(stations) == 1 else sorted(present)
    if question.category is None and len(only) == 1:
        return str(only[0])
    what = Text("which service is meant is not said", "没有说明是哪类服务")
    if question.category is not None:
        what = Text("the study has no such service", "研究中没有此类服务")
    known = sorted(present | served)
    fix = Text(f"Use one of: {', '.join(known) or '-'}", f"可用：{'、'.join(known) or '-'}")
    raise InputError([Fault(what, fix, source="--category", value=question.category or "", code="siting")])


def service_name(study: Study, standard: Standard, category: str) -> Text:
    """Return what a service is called: as the standard says it, else as the categories do."""
    known = {key: each.name for key, each in categories().with_own(study.categories).by_id.items()}
    return (known | category_names(standard)).get(category, Text(category, category))


def minutes_of(study: Study, question: SiteQuestion) -> float:
    """Return the minutes of a question: as it says, else the study's 15, or its longest below that."""
    usual = max((m for m in study.minutes if m <= USUAL_MINUTES), default=min(study.minutes))
    return question.minutes or usual


def searched_seconds(study: Study, question: SiteQuestion, minutes: float) -> float:
    """Return how far is searched: as far as the goal looks and the map shows."""
    shown = minutes_to_seconds(max(minutes, *study.minutes))
    return max(shown, farthest_seconds(minutes)) if question.aim in ("minutes", "worst") else shown


def demand_of(question: SiteQuestion, layers: Layers, people: Floats, cuts: tuple[Cut, ...]) -> Demand:
    """Return the demand of the problem; the parts among which a plan is fair are its areas.

    Raises
    ------
    InputError
        Where a plan is to be fair among the polygons of a study that has none.
    """
    groups = layers.demand["group"].astype(object).to_numpy()
    if question.fair == "group":
        return Demand(people, group=groups, area=groups)
    if question.fair == "grid":
        if not cuts:
            what = Text("the study has no grid and no areas", "研究中没有网格或片区图层")
            fix = Text("Add a layer with source = 'grid'", "请添加 source = 'grid' 的图层")
            raise InputError([Fault(what, fix, source="--fair", value="grid", code="siting")])
        return Demand(people, group=groups, area=polygon_of_most(cuts[0].areas, cuts[0].shares))
    return Demand(people, group=groups)


def candidate_places(
    question: SiteQuestion, layers: Layers, network: StreetNetwork, category: str
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
        found = at_junctions(network, within)
    elif source == "grid":
        found = on_grid(within, spacing_metres=question.spacing_metres)
    else:
        found = offered(layers.candidates, category)
        if question.within:
            inside = found.geometry.intersects(within.union_all())
            found = found[inside].reset_index(drop=True)
    if not len(found):
        what = Text("there are no candidates for this service", "没有该服务的备选点位")
        fix = Text(
            "Add a layer of kind candidate, or use --candidates junctions",
            "请添加 candidate 图层，或用 --candidates junctions",
        )
        raise InputError([Fault(what, fix, source="--candidates", value=source, code="siting")])
    return found


def _within(question: SiteQuestion, layers: Layers) -> gpd.GeoSeries:
    """Return the polygons in which candidates may lie: those named, else the areas, else around all of it."""
    polygons = all_polygons(layers)
    if not question.within:
        if len(layers.areas):
            return layers.areas.geometry
        # A grid may leave out cells where nobody lives; a site may well stand there.
        around = layers.grids if len(layers.grids) else layers.demand
        hull = around.geometry.union_all().convex_hull.buffer(_AROUND_DEGREES)
        return gpd.GeoSeries([hull], crs=around.crs)
    wanted = set(question.within)
    found = polygons["id"].isin(wanted) | polygons["name"].isin(wanted)
    missing = sorted(wanted - set(polygons["id"]) - set(polygons["name"].dropna()))
    if missing:
        what = Text("no area or grid cell has this id or name", "没有此编号或名称的片区或网格")
        fix = Text("Write it as in the layer", "请按图层中的写法填写")
        raise InputError([Fault(what, fix, source="--within", value=name, code="siting") for name in missing])
    return polygons.geometry[found]


def join_people(study: Study, network: StreetNetwork, layers: Layers) -> AccessPoints:
    """Return the demand points joined to the streets; a cell is joined at a point inside it."""
    places = layers.demand.geometry.representative_point()
    return snap(network, places, max_snap_metres=study.max_snap_metres)


def join_sites(
    study: Study, network: StreetNetwork, standing: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, AccessPoints, int]:
    """Return what stands and the candidates as one frame, both joined to the streets."""
    columns = ["id", "name", "cost", "geometry"]
    old = standing.assign(cost=np.nan)[columns].assign(existing=True)
    new = candidates[columns].assign(existing=False)
    both = new if not len(old) else pd.concat([old, new], ignore_index=True)
    sites = gpd.GeoDataFrame(both, geometry="geometry", crs=4326)
    access = snap(network, sites.geometry, max_snap_metres=study.max_snap_metres)
    used = access.snapped | sites["existing"].to_numpy(dtype=bool)
    return sites[used].reset_index(drop=True), access.take(used), int((~used).sum())
