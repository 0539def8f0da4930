"""The map of two plans: the cases of the page are the plans, the places say which one they belong to."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.text import Text
from geo.types import Floats
from layers.settings import map_terms, travels_by
from maps.compared import ComparedPlans, headline, places_of_both
from maps.page.content import MapCase, MapCategory, MapContent, Sheet
from maps.page.plans import covered_polygons, gaps_of
from maps.published import may_be_published
from maps.words.people import counted_as, people_notes

FIRST, SECOND = "first", "second"


def compare_map(result: ComparedPlans) -> MapContent:
    """Return the content of the map of two plans; the reader switches between them."""
    study = result.study
    both = zip((FIRST, SECOND), result.covered, strict=True)
    coverage = pd.concat([_coverage(result, covered, case) for case, covered in both], ignore_index=True)
    totals = pd.DataFrame(
        {
            "case": [FIRST, SECOND],
            "category": result.category,
            "minutes": result.minutes,
            "people": float(result.people.sum()),
            "people_covered": [float(covered.sum()) for covered in result.covered],
        }
    )
    demand = result.layers.demand
    shown = may_be_published(study, demand)
    who = counted_as(study, result.layers, result.people)
    travels = travels_by(result.case.profile)
    return MapContent(
        title=f"{study.name}: {result.names[0].to(study.language)} / {result.names[1].to(study.language)}",
        language=study.language,
        basemap=result.basemap,
        facilities=_places(result),
        grids=result.polygons,
        coverage=coverage,
        categories=(MapCategory(result.category, result.name, result.name),),
        minutes=(result.minutes,),
        gaps=gaps_of(coverage),
        totals=totals,
        cases=tuple(
            MapCase(case, travels, name, who, result.people[shown])
            for case, name in zip((FIRST, SECOND), result.names, strict=True)
        ),
        demand=demand[shown],
        attributions=study.attributions,
        notes=(headline(result), *people_notes(result.layers)),
        sheet=Sheet.of(study, run=result.run_id),
        first_minutes=result.minutes,
        terms=map_terms(study, result.layers.facilities),
    )


def _places(result: ComparedPlans) -> gpd.GeoDataFrame:
    """Return the places of both plans, those of one alone named after it."""
    places, language = places_of_both(result), result.study.language
    first, second = (name.to(language) for name in result.names)
    mark = {"both": "", "first": f"{first} · ", "second": f"{second} · "}
    called = places["name"].where(places["name"].notna(), places["id"])
    names = [mark[plan] + str(name) for plan, name in zip(places["plan"], called, strict=True)]
    return places.assign(name=names, category=result.category).drop(columns="plan")


def _coverage(result: ComparedPlans, covered: Floats, case: str) -> pd.DataFrame:
    table = covered_polygons(result.cuts, result.people, covered)
    return table.assign(case=case, category=result.category, minutes=result.minutes)


def plan_name(name: str | None) -> Text:
    """Return what a plan is called; the study as it stands has no name of its own."""
    return Text("Today", "现状") if name is None else Text(name, name)
