"""What a case has against what it should have, grid by grid and tier by tier, and how evenly."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.cuts import Counted, Cut
from geo.assessment.gaps import demanded
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds
from geo.measures.areas import OUTSIDE
from geo.measures.inequality import gini, ranking, worst_tenth
from geo.measures.overall import fewest_hubs, overall_table
from geo.measures.provision import (
    area_rule_table,
    function_checklist,
    functions_within,
    grid_load,
    of_level,
    quota_balance,
    tier_coverage,
)
from geo.measures.requirements import concerned
from geo.measures.standard import AreaRule
from geo.search.reach import reachable
from geo.types import Bools, Floats, Index


def fairness(answer: CaseAssessment) -> pd.DataFrame:
    """Return how evenly the minutes to the nearest are shared: not only the mean."""
    rows = []
    for result in answer.assessment.reach:
        counted = concerned(result, answer.people)
        reached = np.isfinite(result.seconds)
        people = counted[reached]
        mean = np.average(result.seconds[reached], weights=people) if people.sum() else np.nan
        worst = worst_tenth(result.seconds, counted)
        rows.append(
            {
                "requirement": result.requirement.key,
                "name_en": result.requirement.name.en,
                "name_zh": result.requirement.name.zh,
                "tier": result.requirement.tier,
                "by_standard": result.requirement.by_standard,
                "count": result.requirement.count,
                "combine": result.requirement.combine,
                "total": float(counted.sum()),
                "reach_none": float(counted[~reached].sum()),
                "mean_minutes": mean / SECONDS_PER_MINUTE,
                "gini": gini(result.seconds, counted),
                "worst_tenth_from_minutes": worst.at_least / SECONDS_PER_MINUTE,
                "worst_tenth_mean_minutes": worst.mean / SECONDS_PER_MINUTE,
            }
        )
    return pd.DataFrame(rows)


def rank_polygons(by_area: pd.DataFrame) -> pd.DataFrame:
    """Return polygons with people by their mean coverage over what the standard requires in minutes.

    Best first, by case and kind. What the standard only advises, or does not ask for, counts for nothing.
    """
    if not len(by_area):
        return pd.DataFrame()
    rows = by_area[(by_area["test"] == "reach") & (by_area["area_id"] != OUTSIDE) & (by_area["total"] > 0)]
    rows = rows[demanded(rows)]
    keys = ["case", "case_en", "case_zh", "kind", "area_id", "area_name"]
    needs = rows.groupby(keys, sort=False, dropna=False).agg(
        total=("total", "first"), needs=("total", "sum"), met=("covered", "sum")
    )
    table = needs.assign(share=needs["met"] / needs["needs"]).drop(columns=["needs", "met"]).reset_index()
    ranked = [ranking(part) for _, part in table.groupby(["case", "kind"], sort=False)]
    return pd.concat(ranked, ignore_index=True) if ranked else table.assign(rank=pd.Series(dtype="Int64"))


def tiers_of(ground: Ground, answer: CaseAssessment, counted: Counted) -> pd.DataFrame:
    """Return nested coverage by tier of station, from the lowest tier to the highest."""
    tier = ground.facilities["tier"]
    times = {}
    for name in counted.tiers:
        positions = np.flatnonzero((tier == name).to_numpy() & answer.usable.now).astype(np.int64)
        times[name] = answer.traveller.times(name, positions, k=1)
    return tier_coverage(times, answer.people, minutes=counted.tiers) if times else pd.DataFrame()


def functions_of(answer: CaseAssessment, counted: Counted) -> pd.DataFrame:
    """Return the people who reach each function within the longest of the minutes."""
    offers = np.array([len(each) > 0 for each in counted.offered], dtype=np.bool_)
    if not counted.functions or not offers.any():
        return pd.DataFrame()
    where = np.flatnonzero(offers & answer.usable.now)
    minutes = max(counted.minutes)
    seconds = reachable(
        answer.traveller.network,
        answer.traveller.demand,
        answer.traveller.facilities.take(where),
        max_seconds=minutes_to_seconds(minutes),
    ).to_scipy()
    offered = [counted.offered[int(position)] for position in where]
    reached = functions_within(seconds, offered, counted.functions, minutes=minutes)
    return function_checklist(reached, counted.functions, answer.people).assign(minutes_limit=minutes)


def quotas_of(ground: Ground, answer: CaseAssessment, counted: Counted) -> pd.DataFrame:
    """Return what there should be per thousand residents, and what there is.

    Residents alone count: those who work here are others, and those of a special group are counted among
    the residents or nobody knows whether they are. Where no layer gives residents, what is required is
    missing.
    """
    residents = ground.demand["group"].isna() | (ground.demand["group"] == "residents")
    counted_here = answer.people[residents.to_numpy(np.bool_)]
    people = float(counted_here.sum()) if len(counted_here) else float("nan")
    households = _households(ground, residents.to_numpy(np.bool_) & (answer.people > 0))
    return quota_balance(ground.standard.quotas, counted.provided, people, households=households)


def _households(ground: Ground, counted: Bools) -> float:
    """Return the households of the residents counted; missing where they are not given for all of them.

    Households of some would ask for less than there should be.
    """
    for column in ("households", "dwellings"):
        if column in ground.demand and counted.any():
            known = pd.to_numeric(ground.demand[column]).to_numpy(np.float64)[counted]
            if not np.isnan(known).any():
                return float(known.sum())
    return float("nan")


def area_rules_of(ground: Ground, answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return the areas with what they must hold.

    A rule of a level is tested on the polygons of that level, areas before grids, and on nothing else;
    one without a level on the areas, in whose place grids stand where there are none.
    """
    working = ground.facilities[answer.usable.any_hour]
    tables = []
    for rule in ground.standard.area_rules:
        cut, chosen = _tested_on(rule, cuts)
        if cut is not None:
            held = np.asarray(cut.shares @ answer.people)[: len(cut.areas)]
            tables.append(
                area_rule_table(rule, cut.areas[chosen], working, people=held[chosen]).assign(
                    name_en=rule.name.en, name_zh=rule.name.zh
                )
            )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _tested_on(rule: AreaRule, cuts: Sequence[Cut]) -> tuple[Cut | None, Bools]:
    """Return the polygons a rule is tested on, and which of them; None where there are none."""
    by_kind = {cut.kind: cut for cut in cuts}
    for cut in (by_kind.get("area"), by_kind.get("grid")):
        if cut is None:
            continue
        if rule.level is None:
            return cut, np.ones(len(cut.areas), dtype=np.bool_)
        chosen = of_level(cut.areas, rule.level)
        if chosen.any():
            return cut, chosen
    return None, np.empty(0, dtype=np.bool_)


def untested_rules(rules: Sequence[AreaRule], cuts: Sequence[Cut]) -> tuple[AreaRule, ...]:
    """Return the rules for whose level the study has no polygons."""
    return tuple(rule for rule in rules if _tested_on(rule, cuts)[0] is None)


def overall_of(ground: Ground, answer: CaseAssessment) -> pd.DataFrame:
    """Return the figures over all categories, where the standard has such."""
    overall = ground.standard.overall
    if overall is None:
        return pd.DataFrame()
    asked = [result for result in answer.assessment.reach if result.requirement.by_standard]
    needed = _places_needed(ground, answer) if overall.kind == "mean_minutes" else None
    return overall_table(overall, asked, answer.people, places_needed=needed)


def _places_needed(ground: Ground, answer: CaseAssessment) -> float | None:
    """Return how many places of all categories would have most people within the limit; None for no answer.

    Hubs that hold as many places of each category as decide stand where people are. Whoever is within the
    limit of a hub has every category, and so the mean over them, within the limit; one hub may not be the
    cheapest way, so that this is an upper bound of N* of Bruno et al. 2024, whose own way of moving places
    could not be had.
    """
    overall, traveller = ground.standard.overall, answer.traveller
    asked = [r for r in ground.standard.requirements if r.by_standard and r.minutes is not None]
    hubs = _one_a_cell(ground.demand, answer.people)
    if overall is None or not asked or not hubs.size:
        return None
    found = reachable(
        traveller.network,
        traveller.demand,
        traveller.demand.take(hubs),
        max_seconds=minutes_to_seconds(overall.minutes),
    )
    ones = np.ones(found.place.size)
    by_point = sparse.csr_array((ones, found.place, found.start), shape=(len(answer.people), hubs.size))
    count = fewest_hubs(by_point.T.tocsr(), answer.people)
    return None if count is None else float(count * sum(r.count for r in asked))


_CELL_DEGREES = 0.0025
_MOST_HUBS = 2000


def _one_a_cell(demand: gpd.GeoDataFrame, people: Floats) -> Index:
    """Return the most populous demand point of each cell, by position: about 250 m wide, or wider."""
    there = demand.geometry.representative_point()
    lon, lat = there.x.to_numpy(), there.y.to_numpy()
    counted = np.flatnonzero(people > 0)
    order = counted[np.argsort(-people[counted], kind="stable")]
    width = _CELL_DEGREES
    while True:
        cells = np.floor(np.column_stack([lon[order], lat[order]]) / width)
        _, first = np.unique(cells, axis=0, return_index=True)
        if first.size <= _MOST_HUBS:
            return np.asarray(order[np.sort(first)], dtype=np.int64)
        width *= 1.5


def load_of(answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return the load of the grids of which staff or enterprises are known."""
    tables = [
        grid_load(cut.areas, answer.people, cut.shares)
        for cut in cuts
        if cut.kind == "grid" and _known(cut.areas, "staff", "enterprises")
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _known(frame: pd.DataFrame, *columns: str) -> bool:
    return any(name in frame and frame[name].notna().any() for name in columns)
