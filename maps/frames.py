"""The results as frames with geometry: the layers of the GeoPackage, and every demand point's answers."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.points import column_name, point_results
from geo.text import Text
from layers.write.workbook import Column, Table
from maps.result import StudyResult


def geopackage_layers(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of ``results.gpkg`` by layer; empty ones are left out."""
    named = {
        "facilities": _plain(result.layers.facilities),
        **_points_by_case(result),
        "polygons": _plain(result.polygons),
        "coverage": _on_polygons(result, result.tables.by_area),
        "gaps": _on_polygons(result, result.tables.gaps),
        **_land_by_case(result),
        "land_coverage": _on_polygons(result, result.land.by_polygon),
        "isochrones": _rings(result),
        "cut_off": _plain(result.cut_off),
    }
    return {name: frame for name, frame in named.items() if len(frame)}


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
    for one in result.cases:
        points = one.traveller.demand
        away = pd.Series(np.where(points.snapped, points.snap_metres, np.nan), index=kept.index)
        answers = point_results(result.ground, one).assign(snap_metres=away)
        frames.append(pd.concat([kept, answers, _measures(result, one)], axis=1))
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=demand.crs)


def _measures(result: StudyResult, one: CaseAssessment) -> pd.DataFrame:
    """Return the measures of accessibility; the nearest stands among the answers as `CATEGORY_minutes`."""
    table = result.access.points.get(one.case.id, pd.DataFrame(index=result.layers.demand.index))
    return table[[name for name in table.columns if not name.endswith("_nearest")]]


def access_table(result: StudyResult) -> Table:
    """Return the measures of every demand point, a row a case and point, as a table for CSV."""
    demand = result.layers.demand
    frames = [
        demand[["id", "name", "group", "shift"]]
        .assign(case_en=one.case.name.en, case_zh=one.case.name.zh, people=one.people)
        .join(result.access.points[one.case.id])
        for one in result.cases
    ]
    frame = pd.concat(frames, ignore_index=True)
    said = frame[f"case_{result.study.language}"]
    return Table((*_POINT_COLUMNS, *_access_columns(result)), frame.assign(case_name=said))


_POINT_COLUMNS = (
    Column("case_name", Text("Case", "情景")),
    Column("id", Text("Demand point", "人口点编号")),
    Column("name", Text("Name", "名称")),
    Column("group", Text("Group", "人群")),
    Column("shift", Text("Shift", "时段")),
    Column("people", Text("People counted", "统计人口"), "amount"),
)


def _access_columns(result: StudyResult) -> list[Column]:
    """Return a column for each category and measure, named with its unit."""
    rows = result.access.summary.drop_duplicates(["category", "measure"]).to_dict("records")
    return [
        Column(
            f"{row['category']}_{row['measure']}",
            Text(
                f"{row['name_en']}: {row['measure_en']} ({row['unit_en']})",
                f"{row['name_zh']}：{row['measure_zh']}（{row['unit_zh']}）",
            ),
            "ratio",
        )
        for row in rows
    ]


def _points_by_case(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the points with their answers: ``demand`` of the first case, ``demand_CASE`` of the others."""
    points = point_layer(result)
    return {
        "demand" if one is result.first else f"demand_{one.case.id}": _plain(
            points[points["case"] == one.case.id].reset_index(drop=True)
        )
        for one in result.cases
    }


def _land_by_case(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the pieces of residential land with what each has: ``land``, then ``land_CASE``."""
    layers = {}
    for number, (case, assessment) in enumerate(result.land.assessments.items()):
        met = {
            f"{column_name(one.requirement.key)}_{'met' if one.test == 'reach' else 'complies'}": one.met
            for one in assessment.results
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
    for one in result.cases:
        seen.setdefault((one.case.streets, one.usable.any_hour.tobytes()), one.case.id)
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
        return ";".join(f"{one:.2f}" if isinstance(one, float) else str(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
