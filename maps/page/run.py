"""What the map of a run shows."""

from __future__ import annotations

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.text import Text
from layers.catalogue.categories import categories
from layers.settings import map_terms, tier_order, travels_by, who_is_counted
from maps.page.content import MapCase, MapCategory, MapContent, Sheet
from maps.result import StudyResult
from maps.words.summary import category_name, reader_notes


def map_content(result: StudyResult) -> MapContent:
    """Return the content of the map of a run."""
    study = result.study
    return MapContent(
        title=study.name,
        language=study.language,
        basemap=result.basemap,
        facilities=_facilities(result),
        grids=result.polygons,
        coverage=_figures(result.tables.grid_minutes, "grid_id"),
        categories=_categories(result),
        minutes=study.minutes,
        isochrones=result.isochrones,
        gaps=_gaps(result),
        totals=_totals(result),
        cases=tuple(_case(result, case) for case in result.cases),
        demand=result.layers.demand,
        attributions=_attributions(result),
        notes=reader_notes(result),
        sheet=Sheet(
            unit=study.office or "",
            date=datetime.now(tz=UTC).date(),
            review_number=study.review_number or "",
        ),
        tier_order=tier_order(study, list(result.layers.facilities["tier"].dropna())),
        terms=map_terms(study, result.layers.facilities),
    )


def _case(result: StudyResult, case: CaseAssessment) -> MapCase:
    study, demand = result.study, result.layers.demand
    return MapCase(
        case.case.id,
        travels_by(case.traveller.profile),
        case.case.hour,
        who_is_counted(study, demand, case.people),
        case.people,
    )


def _facilities(result: StudyResult) -> gpd.GeoDataFrame:
    """Return the facilities, each under the category it is asked for as: a clinic answers to 'a doctor'."""
    asked_as = {
        fulfilling: category
        for category, accepted in result.standard.accepted.items()
        for fulfilling in accepted
        if category in result.times and fulfilling not in result.times
    }
    frame = result.layers.facilities
    return frame.assign(category=frame["category"].replace(asked_as))


def _categories(result: StudyResult) -> tuple[MapCategory, ...]:
    known = categories().with_own(result.study.categories).by_id
    return tuple(
        MapCategory(
            id=category,
            name=known[category].name if category in known else category_name(result, category),
            phrase=category_name(result, category),
        )
        for category in result.times
    )


def _figures(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    return table[["case", *keys, "category", "minutes", "people", "people_covered"]]


def _totals(result: StudyResult) -> pd.DataFrame:
    return _figures(result.tables.within.rename(columns={"total": "people", "covered": "people_covered"}))


def _gaps(result: StudyResult) -> pd.DataFrame:
    """Return the polygons that leave people out at each of the study's minutes.

    The cause is that of the requirement with the same minutes; at other minutes there is none.
    """
    table = result.tables.grid_minutes
    table = table.assign(people_left_out=table["people"] - table["people_covered"])
    keys = ["case", "grid_id", "category", "minutes"]
    left = table.loc[table["people_left_out"] >= 0.5, [*keys, "people_left_out"]]
    causes = _causes(result, keys)
    return left.merge(causes, on=keys, how="left") if len(causes) else left


def _causes(result: StudyResult, keys: list[str]) -> pd.DataFrame:
    """Return the main cause of each gap, of those that keep people away: the map counts who gets there."""
    there, tables = ["case", "requirement"], result.tables
    if not len(tables.causes_by_area):
        return tables.causes_by_area
    away = tables.causes_by_area[~tables.causes_by_area["cause"].isin(["covered", "full"])]
    most = away.sort_values("people", ascending=False, kind="stable").drop_duplicates([*there, "area_id"])
    asked = tables.coverage.loc[tables.coverage["test"] == "reach", [*there, "category", "minutes_limit"]]
    named = most.merge(asked, on=there).rename(columns={"area_id": "grid_id", "minutes_limit": "minutes"})
    words = [Text(en, zh) for en, zh in zip(named["cause_en"], named["cause_zh"], strict=True)]
    cause = pd.Series(words, index=named.index, dtype=object)
    return named.assign(cause=cause).drop_duplicates(keys)[[*keys, "cause"]]


def _attributions(result: StudyResult) -> tuple[str, ...]:
    return result.study.attributions
