"""Results as frames with geometry: the layers of ``siting.gpkg``."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np

from geo.types import Floats
from maps.book.siting_tables import by_polygon, candidate_table, chosen_table
from maps.result import SitingResult
from maps.siting_loads import load_table, way_lines
from maps.small_groups import without_small_groups

GeoFrames = dict[str, gpd.GeoDataFrame]
"""Frames in EPSG:4326 by the name of their layer."""


def siting_layers(result: SitingResult) -> GeoFrames:
    """Return the frames of ``siting.gpkg`` by layer; empty ones are left out.

    ``people`` holds for every demand point the minutes today and with the plan, and which site is the
    nearest with the plan; ``ways`` a line from each of them to its site; ``loads`` what each open site does.
    """
    standing = result.sites[result.sites["existing"]]
    polygons = result.polygons[["id", "geometry"]]
    named = {
        "chosen": _plain(chosen_table(result).drop(columns=["existing", "layer", "tags", "functions"])),
        "candidates": candidate_table(result),
        "today": standing[["id", "name", "geometry"]],
        "coverage": polygons.merge(by_polygon(result), on="id", how="inner"),
        "people": _people_of_plan(result),
        "loads": load_table(result),
        "ways": way_lines(result),
        "reach": result.isochrones,
    }
    return {name: frame for name, frame in named.items() if len(frame)}


def _people_of_plan(result: SitingResult) -> gpd.GeoDataFrame:
    demand = result.layers.demand[["id", "group", "geometry"]]
    ids = np.array([*result.sites["id"], None], dtype=object)
    people = demand.assign(
        people=result.people,
        minutes_before=_minutes(result.before),
        minutes_after=_minutes(result.after),
        served_by=ids[np.asarray(result.plan.served_by)[: len(demand)]],
    )
    return without_small_groups(people, result.polygons)


def _minutes(seconds: Floats) -> Floats:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds / 60.0, np.nan)


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with tuples as text and without columns that hold nothing, as a database wants it."""
    empty = [name for name in frame.columns if name != "geometry" and frame[name].isna().all()]
    kept = frame.drop(columns=empty)
    texts = {
        name: kept[name].map(_as_text)
        for name in kept.columns
        if name != "geometry" and kept[name].dtype == object
    }
    return kept.assign(**texts)


def _as_text(value: object) -> object:
    if isinstance(value, tuple | list):
        return ";".join(f"{item:.2f}" if isinstance(item, float) else str(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
