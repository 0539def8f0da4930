"""The layers and tables of ``results.gpkg``, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.points import column_name
from geo.text import Language, Text
from layers.write.geodata.features import FeatureTable, Field, FileNotes, LayerStyle
from layers.write.table import Table
from maps.geodata import styles
from maps.geodata.fields import fields_of
from maps.geodata.lead import Lead, lead_of
from maps.geodata.names import in_words, requirement_fields, words_of_values
from maps.geodata.points import point_fields, point_frame, rounded
from maps.geodata.tables import long_tables
from maps.geodata.wide import wide_fields, wide_frame
from maps.published import may_be_published, own_fields, published_facilities
from maps.result import StudyResult
from maps.small_groups import is_small
from maps.words.caveats import caveats

NAMES: Mapping[str, tuple[Text, Text]] = {
    "grid_coverage": (
        Text("grid_coverage", "网格覆盖"),
        Text("A row a grid: who is covered, a column a requirement", "每个网格一行，每项要求一组列"),
    ),
    "area_coverage": (
        Text("area_coverage", "片区覆盖"),
        Text("A row an area: who is covered, a column a requirement", "每个片区一行，每项要求一组列"),
    ),
    "facilities": (
        Text("facilities", "设施"),
        Text("Stations, centres, merchants and all other places", "服务站点、邻里中心、合作商户及其他设施"),
    ),
    "demand": (
        Text("demand", "人口点"),
        Text("A row a demand point with its times and who is covered", "每个人口点一行：出行时间与覆盖人口"),
    ),
    "isochrones": (
        Text("isochrones", "等时圈"),
        Text("Ground within reach of each station", "各服务站点的等时圈"),
    ),
    "cut_off": (
        Text("cut_off", "绕行路径"),
        Text(
            "Ways of people who have a service near as the crow flies and far on foot",
            "直线距离近但绕行过远者的步行路径",
        ),
    ),
    "land": (
        Text("land", "居住用地"),
        Text("Pieces of residential land and what each has", "居住用地分块及其可达情况"),
    ),
}
"""What each layer is called in a file, and what its rows are."""


Points = Mapping[str, gpd.GeoDataFrame]
"""Demand points with their answers, by case."""


def points_of(result: StudyResult) -> Points:
    """Return every demand point with its answers in each case, which several files hold."""
    return {case.case.id: rounded(point_frame(result, case)) for case in result.cases}


def run_layers(
    result: StudyResult, *, empty: bool = False, points: Points | None = None
) -> tuple[FeatureTable, ...]:
    """Return the layers of a run in the order in which a map is built, ids as they are in every language.

    The layers of further cases are called ``KEY_CASE``.

    Parameters
    ----------
    empty
        Whether layers without rows are there too.
    points
        As `points_of` returns them; made where left out.
    """
    lead = lead_of(result)
    found = [*_layers_of_cases(result, lead, points or points_of(result)), *_layers_of_all(result)]
    return tuple(table for table in found if empty or len(table.frame))


def run_tables(result: StudyResult, points: Points, files: Mapping[str, Table]) -> tuple[FeatureTable, ...]:
    """Return all that ``results.gpkg`` holds: the layers with words for ids, and the long tables.

    Parameters
    ----------
    files
        The tables of the CSV files, by their names.
    """
    words, language = words_of_values(result), result.study.language
    layers = (_with_words(table, words, language) for table in run_layers(result, points=points))
    return (*layers, *long_tables(files))


def all_points(result: StudyResult, points: Points) -> tuple[gpd.GeoDataFrame, dict[str, Field]]:
    """Return every demand point once for each case, ids as they are in every language, with their fields."""
    frames = list(points.values())
    fields = fields_of("case")
    for case in result.cases:
        fields |= point_fields(result, case)
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=4326)
    ordered = [name for name in fields if name in whole]
    return whole[[*ordered, "geometry"]], fields


def run_notes(result: StudyResult, made_on: date) -> FileNotes:
    """Return what the file says of itself: method, date, profiles, standard and the id of the run."""
    language, study = result.study.language, result.study
    cases = [each.case.name.to(language) for each in result.cases]
    said = (
        Text("Standard", "标准").to(language) + f": {result.standard.title.to(language)}",
        Text("Cases", "情景").to(language) + f": {'; '.join(cases)}",
        Text(
            "Travel times along the streets, each place joined to an edge of the network; distances of a "
            "standard as it measures them.",
            "出行时间沿道路网络计算，各点接入道路边；服务半径按标准规定的量法。",
        ).to(language),
        *(f"{each.title.to(language)}: {each.text.to(language)}" for each in caveats(result)),
    )
    profiles = {each.traveller.profile.id: each.traveller.profile for each in result.cases}
    return FileNotes(
        title=study.name,
        abstract="\n".join(said),
        made_on=made_on.isoformat(),
        rights=study.attributions,
        facts={
            "run_id": result.run_id,
            "office": study.office,
            "standard": result.standard.id,
            "profiles": {
                key: {"name": profile.name.to(language), "speed_kph": profile.speed_kph}
                for key, profile in profiles.items()
            },
            "cases": {each.case.id: each.case.name.to(language) for each in result.cases},
            "review_number": study.review_number,
        },
    )


def _layers_of_cases(result: StudyResult, lead: Lead | None, points: Points) -> Iterator[FeatureTable]:
    several = len(result.cases) > 1
    for case in result.cases:
        name = _named_by(result, case, several=several)
        for kind in ("area", "grid"):
            frame = wide_frame(result, case, kind)
            if len(frame):
                fields = wide_fields(case)
                drawn = styles.coverage_styles(frame, fields, case, lead=lead, language=result.study.language)
                yield _table(name(f"{kind}_coverage"), frame, fields, drawn)
        fields = point_fields(result, case)
        frame = points[case.case.id].drop(columns="case")
        drawn = styles.demand_styles(frame, lead=lead, language=result.study.language)
        yield _table(name("demand"), frame, fields, drawn)
        yield from _land(result, case, name)


def _land(
    result: StudyResult, case: CaseAssessment, name: Callable[[str], tuple[str, Text, Text]]
) -> Iterator[FeatureTable]:
    """Yield the pieces of residential land with what each has; nothing in cases of people at work."""
    assessment = result.land.assessments.get(case.case.id)
    if assessment is None:
        return
    tests = {"reach": "met", "compliance": "complies"}
    met = {f"{column_name(each.requirement.key)}_{tests[each.test]}": each.met for each in assessment.results}
    fields = fields_of("land") | requirement_fields(case, "of_requirement_on_land")
    yield _table(name("land"), result.land.samples.assign(**met), fields, styles.land_styles())


def _layers_of_all(result: StudyResult) -> Iterator[FeatureTable]:
    def named(key: str) -> tuple[str, Text, Text]:
        return key, *NAMES[key]

    published = published_facilities(result.study, result.layers)
    # Whom nothing limits has no number: an endless one would be read as room for everybody.
    published = published.replace({"people_limit": {np.inf: np.nan}})
    names = dict(zip(published["id"], published["name"], strict=True))
    rings = _rings(result)
    rings = rings[rings["facility_id"].isin(published["id"])]
    rings = rings.assign(name=rings["facility_id"].map(names)) if len(rings) else rings
    ways, demand = result.cut_off, result.layers.demand
    hidden = demand.loc[is_small(demand) | ~may_be_published(result.study, demand), "id"]
    ways = rounded(ways[~ways["demand_id"].isin(hidden) & ways["facility_id"].isin(published["id"])])
    fields = fields_of("facilities")
    fields |= own_fields(fields, published)
    yield _table(named("isochrones"), rings, fields_of("rings"), styles.ring_styles(result))
    yield _table(named("cut_off"), ways, fields_of("cut_off"), styles.way_styles())
    yield _table(named("facilities"), published, fields, styles.facility_styles(result))


def _named_by(
    result: StudyResult, case: CaseAssessment, *, several: bool
) -> Callable[[str], tuple[str, Text, Text]]:
    """Return what gives the layers of a case their key, name and what they are about."""

    def name(key: str) -> tuple[str, Text, Text]:
        title, about = NAMES[key]
        end = "" if case is result.first else f"_{case.case.id}"
        of = case.case.name
        about = Text(f"{about.en}; {of.en}", f"{about.zh}；{of.zh}") if several else about
        return f"{key}{end}", Text(title.en + end, title.zh + end), about

    return name


def _rings(result: StudyResult) -> gpd.GeoDataFrame:
    """Return the isochrones once for each traveller and set of stations: hours do not change them."""
    rings = result.isochrones
    seen: dict[tuple[str, bytes], str] = {}
    for case in result.cases:
        seen.setdefault((case.case.streets, case.usable.any_hour.tobytes()), case.case.id)
    return rings[rings["case"].isin(list(seen.values()))].reset_index(drop=True)


def _table(
    named: tuple[str, Text, Text],
    frame: gpd.GeoDataFrame,
    fields: Mapping[str, Field],
    drawn: tuple[LayerStyle, ...] = (),
) -> FeatureTable:
    """Return a layer with the fields that its frame has, in their order."""
    key, name, about = named
    there = [field for column, field in fields.items() if column in frame]
    unexplained = set(map(str, frame.columns)) - {field.key for field in there} - {"geometry"}
    if unexplained:
        msg = f"{key}: no field explains {', '.join(sorted(unexplained))}"
        raise KeyError(msg)
    ordered = frame[[*(field.key for field in there), "geometry"]].reset_index(drop=True)
    return FeatureTable(key=key, name=name, about=about, frame=ordered, fields=tuple(there), styles=drawn)


def _with_words(
    table: FeatureTable, words: Mapping[str, Mapping[str, Text]], language: Language
) -> FeatureTable:
    return replace(table, frame=in_words(table.frame, words, language))
