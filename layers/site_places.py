"""Where a service stands and where it could: places that count, candidates, both joined to the streets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.case import Case, Usable
from geo.errors import Fault, InputError
from geo.joins.barriers import Barriers
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.text import Text
from layers.candidates import at_junctions, offered, on_grid
from layers.load import Layers, all_polygons
from layers.osm.extract_layers import levels_of
from layers.study.cases import open_then
from layers.study.model import Study
from layers.study.siting import SiteQuestion

_AROUND_DEGREES = 0.0005
"""About 50 m around the study, so that its outermost streets are in."""


def standing_places(
    study: Study, case: Case, layers: Layers, standard: Standard, category: str
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the places that offer the service and count, and how many offer it and do not."""
    facilities = layers.facilities
    fulfilling = standard.accepted.get(category, (category,))
    offering = facilities["category"].isin(fulfilling).to_numpy()
    usable = Usable.of(facilities, on=case.on, open_then=open_then(study, case, facilities)).now
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
        raise InputError([Fault(what, fix, source="--within", value=one, code="siting") for one in missing])
    return polygons.geometry[found]


def join_sites(
    study: Study,
    network: StreetNetwork,
    barriers: Barriers,
    standing: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, AccessPoints, int]:
    """Return what stands and the candidates as one frame, both joined to the streets."""
    columns = ["id", "name", "cost", "geometry"]
    old = standing.assign(cost=np.nan)[columns].assign(existing=True)
    new = candidates[columns].assign(existing=False)
    both = new if not len(old) else pd.concat([old, new], ignore_index=True)
    sites = gpd.GeoDataFrame(both, geometry="geometry", crs=4326)
    levels = np.concatenate([levels_of(standing), levels_of(candidates)])
    access = snap(
        network,
        sites.geometry,
        max_snap_metres=study.max_snap_metres,
        barriers=barriers,
        level=levels,
    )
    used = access.snapped | sites["existing"].to_numpy(dtype=bool)
    return sites[used].reset_index(drop=True), access.take(used), int((~used).sum())
