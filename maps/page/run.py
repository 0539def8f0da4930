"""What the map of a run shows."""

from __future__ import annotations

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.text import Text
from layers.catalogue.categories import categories
from layers.settings import map_terms, tier_order, travels_by
from maps.page.content import MapCase, MapCategory, MapContent, Sheet
from maps.result import StudyResult
from maps.words.people import counted_as, estimated_by
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
        gaps=_gaps(result.tables.gaps_by_minutes),
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
    return MapCase(
        case.case.id,
        travels_by(case.traveller.profile),
        case.case.hour,
        counted_as(result.study, result.layers, case.people),
        case.people,
        estimated=estimated_by(result.layers, case.people) is not None,
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


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps of the map with their cause as a text, missing where there is none."""
    words = zip(gaps["cause_en"], gaps["cause_zh"], strict=True)
    causes = [Text(en, zh) if isinstance(en, str) else None for en, zh in words]
    return gaps.assign(cause=pd.Series(causes, index=gaps.index, dtype=object))


def _attributions(result: StudyResult) -> tuple[str, ...]:
    return result.study.attributions
