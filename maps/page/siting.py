"""The map of a plan: today and with the plan, what was chosen and what was passed over."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.siting import Plan
from geo.text import Text
from geo.types import Floats
from layers.settings import map_terms, travels_by
from maps.book.siting_tables import chosen_table, rejected_for_map
from maps.page.asking import asking_of
from maps.page.content import MapCase, MapCategory, MapContent, MapSiting, Sheet
from maps.page.plans import covered_polygons, gaps_of
from maps.published import may_be_published, published_facilities
from maps.result import SitingResult
from maps.words.caveats import caveat_line, caveats
from maps.words.people import counted_as, estimated_by
from maps.words.siting import proof
from maps.words.siting_notes import reach_notes

BEFORE, AFTER = "before", "after"


def siting_map(result: SitingResult) -> MapContent:
    """Return the content of the map of a plan."""
    study = result.study
    minutes = tuple(sorted({*study.minutes, result.minutes}))
    travels = travels_by(result.case.profile)
    counted = result.case.people(result.layers.demand)
    who = counted_as(study, result.layers, counted)
    shown = may_be_published(study, result.layers.demand)
    estimated = estimated_by(result.layers, counted) is not None
    coverage = _both(result, minutes, _coverage)
    return MapContent(
        title=study.name,
        language=study.language,
        basemap=result.basemap,
        facilities=_places(result),
        grids=result.polygons,
        coverage=coverage,
        categories=(MapCategory(result.category, result.name, result.name),),
        minutes=minutes,
        isochrones=result.isochrones.assign(case=AFTER),
        gaps=gaps_of(coverage),
        totals=_both(result, minutes, _totals),
        cases=tuple(
            MapCase(when, travels, result.case.hour, who, counted[shown], estimated=estimated)
            for when in (BEFORE, AFTER)
        ),
        demand=result.layers.demand[shown],
        attributions=study.attributions,
        notes=tuple(caveat_line(each) for each in caveats(result)),
        sheet=Sheet.of(study, run=result.run_id),
        first_minutes=result.minutes,
        terms=map_terms(study, result.layers.facilities),
        asking=asking_of(study, result.layers),
        siting=MapSiting(
            before=BEFORE,
            after=AFTER,
            new=len(result.plan.opened),
            proof=_said(result),
            curve=tuple((p.new, _height(result, p.best), _height(result, p.nested)) for p in result.curve),
            curve_unit=_unit(result),
        ),
    )


def _said(result: SitingResult) -> Text:
    """Return the proof, and what else must be known beside the plan."""
    notes = [Text(f"{name.en}: {text.en}", f"{name.zh}：{text.zh}") for name, text in reach_notes(result)]
    said = [proof(result), *notes]
    return Text(". ".join(text.en for text in said), "。".join(text.zh for text in said))


def _places(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the places of today that count, the chosen sites and the candidates passed over."""
    standing = published_facilities(result.study, result.layers)
    standing = standing[standing["id"].isin(result.sites.loc[result.sites["existing"], "id"])]
    chosen = chosen_table(result)
    called = chosen["name"].where(chosen["name"].notna(), chosen["id"])
    names = [f"{number} · {name}" for number, name in zip(chosen["number"], called, strict=True)]
    new = chosen.assign(name=names, kind="chosen")
    new = new[["id", "name", "kind", "served", "added", "alone", "geometry"]]
    passed = rejected_for_map(result).assign(kind="rejected")
    passed = passed.assign(name=passed["name"].where(passed["name"].notna(), passed["id"]))
    frames = [standing, new, passed[["id", "name", "kind", "alone", "geometry"]]]
    places = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    return gpd.GeoDataFrame(places, geometry="geometry", crs=4326).assign(category=result.category)


_MakeTable = Callable[[SitingResult, Floats, Floats], pd.DataFrame]


def _both(result: SitingResult, minutes: tuple[float, ...], table: _MakeTable) -> pd.DataFrame:
    """Return a table of coverage for today and for the plan, at each of the minutes."""
    frames = [
        table(result, result.covered(seconds, limit), _without_room(result, seconds, limit)).assign(
            case=case, category=result.category, minutes=limit
        )
        for case, seconds in ((BEFORE, result.before), (AFTER, result.after))
        for limit in minutes
    ]
    return pd.concat(frames, ignore_index=True)


def _without_room(result: SitingResult, seconds: Floats, minutes: float) -> Floats:
    """Return who finds no room within the minutes of the question; at others the map shows reach alone."""
    none = np.zeros(len(result.people))
    return result.without_room(seconds) if minutes == result.minutes else none


def _coverage(result: SitingResult, covered: Floats, without_room: Floats) -> pd.DataFrame:
    table = covered_polygons(result.cuts, result.people, covered)
    full = covered_polygons(result.cuts, result.people, without_room)["people_covered"]
    return table.assign(people_without_room=full)


def _totals(result: SitingResult, covered: Floats, without_room: Floats) -> pd.DataFrame:
    sums = {
        "people": result.people.sum(),
        "people_covered": covered.sum(),
        "people_without_room": without_room.sum(),
    }
    return pd.DataFrame([sums])


def _height(result: SitingResult, plan: Plan) -> float:
    """Return how high a plan stands on the curve, in the unit of the goal."""
    if not np.isfinite(plan.value):
        return float("nan")
    if result.question.aim == "worst":
        return float(plan.value)
    if result.question.aim == "minutes":
        return float(plan.value / result.counted)
    return result.covered_by(plan)


def _unit(result: SitingResult) -> Text:
    if result.question.aim == "worst":
        return Text("longest way in minutes", "最远出行时间（分钟）")
    if result.question.aim == "minutes":
        return Text("minutes a person on average", "人均出行时间（分钟）")
    minutes = f"{result.minutes:g}"
    return Text(f"people within {minutes} minutes", f"{minutes}分钟内覆盖人口")
