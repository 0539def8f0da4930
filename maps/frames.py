"""Results as frames with geometry: the layers of ``results.gpkg`` and ``siting.gpkg``, and all points."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.points import column_name, point_results
from geo.limits import minutes_to_seconds, within
from geo.measures.point_state import point_states
from geo.types import Floats
from layers.catalogue.schema import FrameName
from layers.rows.frames import COLUMNS
from maps.book.siting_tables import by_polygon, candidate_table, chosen_table
from maps.result import SitingResult, StudyResult
from maps.siting_loads import load_table, way_lines
from maps.small_groups import is_small, without_small_groups
from maps.words.caveats import caveats

GeoFrames = dict[str, gpd.GeoDataFrame]
"""Frames in EPSG:4326 by the name of their layer."""


def geopackage_layers(result: StudyResult) -> GeoFrames:
    """Return the frames of ``results.gpkg`` by layer; empty ones are left out."""
    named = {
        "facilities": _plain(_published(result.layers.facilities, "facilities")),
        **_points_by_case(result),
        "polygons": _plain(_published(result.polygons, "grids")),
        "coverage": _on_polygons(result, result.tables.by_area),
        "gaps": _on_polygons(result, result.tables.gaps),
        **_land_by_case(result),
        "land_coverage": _on_polygons(result, result.land.by_polygon),
        "isochrones": _rings(result),
        "cut_off": _plain(_without_small(result.cut_off, result.layers.demand)),
    }
    return {name: frame for name, frame in named.items() if len(frame)}


def _published(frame: gpd.GeoDataFrame, name: FrameName) -> gpd.GeoDataFrame:
    """Return the columns whose role is known: a sheet's further ones may not be for every reader."""
    return frame[[column for column in COLUMNS[name] if column in frame] + ["geometry"]]


def caveat_layer(result: StudyResult) -> gpd.GeoDataFrame:
    """Return what must be known beside the figures, as a layer without places: kind, title and text."""
    rows = [
        {
            "kind": each.kind,
            "title_en": each.title.en,
            "title_zh": each.title.zh,
            "text_en": each.text.en,
            "text_zh": each.text.zh,
        }
        for each in caveats(result)
    ]
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries([None] * len(rows), crs=4326), crs=4326)


def siting_layers(result: SitingResult) -> GeoFrames:
    """Return the frames of ``siting.gpkg`` by layer; empty ones are left out.

    ``people`` holds for every demand point the minutes today and with the plan, which site is the nearest
    with the plan, and how many of its people are covered, room and backups as asked, with the state of the
    point (`geo.measures.point_state`); ``ways`` a line from each of them to its site; ``loads`` what each open
    site does.
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
        people_covered_before=result.covered(result.before),
        people_covered_after=result.covered(result.after),
        state_before=_states(result, result.before),
        state_after=_states(result, result.after),
    )
    return without_small_groups(people, result.polygons)


def _states(result: SitingResult, seconds: Floats) -> npt.NDArray[np.object_]:
    """Return the state of each demand point of a plan."""
    near = within(seconds, minutes_to_seconds(result.minutes))
    return point_states(result.people, result.covered(seconds), near)


def _without_small(ways: gpd.GeoDataFrame, demand: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return ways but those that begin where a few people of a special group live."""
    return ways[~ways["demand_id"].isin(demand.loc[is_small(demand), "id"])]


def _minutes(seconds: Floats) -> Floats:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds / 60.0, np.nan)


def point_layer(result: StudyResult) -> gpd.GeoDataFrame:
    """Return every demand point with its answers, once for each case.

    What names and counts the point comes first, then the columns of
    `geo.assessment.points.point_results` and the measures of accessibility that the study asks for,
    ``CATEGORY_MEASURE``. Further columns of the user's own stay out: they are in
    the user's file, and may hold what is not for every reader.
    """
    demand = result.layers.demand
    kept = demand[["id", "name", "people", "group", "shift", "layer", "geometry"]]
    frames = []
    for case in result.cases:
        points = case.traveller.demand
        away = pd.Series(np.where(points.snapped, points.snap_metres, np.nan), index=kept.index)
        answers = point_results(result.ground, case).assign(snap_metres=away)
        frames.append(pd.concat([kept, answers, _measures(result, case)], axis=1))
    points = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=demand.crs)
    return without_small_groups(points, result.polygons)


def _measures(result: StudyResult, case: CaseAssessment) -> pd.DataFrame:
    """Return the measures of accessibility; the nearest stands among the answers as `CATEGORY_minutes`."""
    table = result.access.points.get(case.case.id, pd.DataFrame(index=result.layers.demand.index))
    return table[[name for name in table.columns if not name.endswith("_nearest")]]


def _points_by_case(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the points with their answers: ``demand`` of the first case, ``demand_CASE`` of the others."""
    points = point_layer(result)
    return {
        "demand" if case is result.first else f"demand_{case.case.id}": _plain(
            points[points["case"] == case.case.id].reset_index(drop=True)
        )
        for case in result.cases
    }


def _land_by_case(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the pieces of residential land with what each has: ``land``, then ``land_CASE``."""
    layers = {}
    for number, (case, assessment) in enumerate(result.land.assessments.items()):
        met = {
            f"{column_name(test.requirement.key)}_{'met' if test.test == 'reach' else 'complies'}": test.met
            for test in assessment.results
        }
        frame = result.land.samples.assign(**met)
        layers["land" if not number else f"land_{case}"] = frame
    return layers


def _on_polygons(result: StudyResult, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the rows of a table on their polygons; the remainder outside every one has no place."""
    polygons = result.polygons
    if not len(table) or not len(polygons):
        return gpd.GeoDataFrame(geometry=[], crs=4326)
    geometry = polygons[["id", "geometry"]].rename(columns={"id": "area_id"})
    return _plain(gpd.GeoDataFrame(geometry.merge(table, on="area_id"), crs=polygons.crs))


def _rings(result: StudyResult) -> gpd.GeoDataFrame:
    """Return the isochrones once for each traveller and set of stations: hours do not change them."""
    rings = result.isochrones
    seen: dict[tuple[str, bytes], str] = {}
    for case in result.cases:
        seen.setdefault((case.case.streets, case.usable.any_hour.tobytes()), case.case.id)
    return rings[rings["case"].isin(list(seen.values()))].reset_index(drop=True)


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
