"""What the map of a run shows."""

from __future__ import annotations

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from api.pipeline import StudyResult
from api.summary import category_name, disconnected_note, unverified_note
from geo.text import Text
from layers.categories import categories
from maps.content import MapCase, MapCategory, MapContent, Sheet

_AT_ANY_HOUR = Text("at any hour", "不限时段")


def map_content(result: StudyResult) -> MapContent:
    """Return the content of the map of a run."""
    study = result.study
    notes = (unverified_note(result), disconnected_note(result))
    return MapContent(
        title=study.name,
        language=study.language,
        basemap=result.basemap,
        facilities=result.layers.facilities,
        grids=result.polygons,
        coverage=result.tables.grid_minutes,
        categories=_categories(result),
        minutes=study.minutes,
        isochrones=result.isochrones,
        gaps=_gaps(result),
        totals=_totals(result),
        cases=(MapCase(result.profile.id, _profile(result), _AT_ANY_HOUR),),
        demand=result.layers.demand,
        attributions=_attributions(result),
        notes=tuple(note for note in notes if note is not None),
        sheet=Sheet(date=datetime.now(tz=UTC).date(), review_number=study.review_number or ""),
        tier_order=tuple(tier.id for tier in study.tiers),
    )


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


def _profile(result: StudyResult) -> Text:
    on_foot = result.profile.id == "walk"
    return Text("on foot", "步行") if on_foot else result.profile.name


def _totals(result: StudyResult) -> pd.DataFrame:
    table = result.tables.within.rename(columns={"total": "people", "covered": "people_covered"})
    return table[["category", "minutes", "people", "people_covered"]]


def _gaps(result: StudyResult) -> pd.DataFrame:
    """Return the polygons that leave people out, at each of the study's minutes."""
    table = result.tables.grid_minutes
    table = table.assign(people_left_out=table["people"] - table["people_covered"])
    return table[table["people_left_out"] >= 0.5][["grid_id", "category", "minutes", "people_left_out"]]


def _attributions(result: StudyResult) -> tuple[str, ...]:
    study = result.study
    named = [study.streets.attribution, *(study.attribution_of(layer) for layer in study.layers)]
    return tuple(dict.fromkeys(named))


def facilities_of(result: StudyResult, kind: str) -> gpd.GeoDataFrame:
    """Return the facilities of one kind."""
    frame = result.layers.facilities
    return frame[frame["kind"] == kind].reset_index(drop=True)
