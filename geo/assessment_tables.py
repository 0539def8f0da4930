"""The tables of an assessment: each case counted by every cut, with covered and the causes summing up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from geo.areas import OUTSIDE, area_shares
from geo.assessment import CaseAssessment, Ground
from geo.causes import causes_by_area, causes_table, gaps_with_causes
from geo.coverage import coverage_by, coverage_by_area, coverage_table, gaps_table, people_within
from geo.headline import Headline
from geo.inequality import gini, ranking, sensitivity, worst_tenth
from geo.life_circle import SECONDS_PER_MINUTE, FloatArray, within
from geo.provision import (
    area_rule_table,
    function_checklist,
    functions_within,
    grid_load,
    quota_balance,
    tier_coverage,
)
from geo.reach import reachable
from geo.standard import Function
from geo.text import Text

_SLOWER, _FASTER = 0.9, 1.1
# What may be counted beside people where a demand layer gives it.
DENOMINATORS = {
    "dwellings": Text("dwellings", "住宅套数(套)"),
    "floor_area": Text("floor area (m²)", "住宅建筑面积(平方米)"),
    "households": Text("households", "户数(户)"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Polygons of one kind, and which share of each demand point belongs to each of them."""

    areas: gpd.GeoDataFrame
    shares: sparse.csr_array

    @classmethod
    def of(cls, demand: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, overlap: bool) -> Cut:
        """Find who belongs where."""
        if not len(demand):
            return cls(areas, sparse.csr_array((len(areas) + 1, 0)))
        return cls(areas, area_shares(demand, areas, overlap=overlap))


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted beside the requirements of the standard.

    Attributes
    ----------
    minutes
        The limits at which reach is shown.
    tiers
        Tiers of stations from the lowest to the highest, with the minutes each reaches.
    functions, offered
        The functions to be found, and the ids of those that each facility offers.
    provided
        What there is of each quota.
    """

    minutes: tuple[float, ...] = (5.0, 10.0, 15.0)
    tiers: Mapping[str, float] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    offered: Sequence[Sequence[str]] = ()
    provided: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class AssessmentTables:
    """What an assessment says; every table begins with the case it speaks of.

    Attributes
    ----------
    coverage
        One row a requirement and test, the whole study; reach also 10 % slower and faster.
    within
        People within each of the study's minutes, by category.
    by_area, gaps
        One row a requirement and polygon; those that leave people out, with cause and remedy.
    causes, causes_by_area
        People by requirement and cause, ``covered`` among them.
    by_group
        Coverage by group and by shift, where the people differ in them.
    denominators
        Coverage of dwellings and floor area, where they are given.
    fairness
        Mean, Gini coefficient and worst tenth of the minutes.
    ranking
        Polygons by the share of needs that are met, best first.
    grid_minutes
        People within each of the study's minutes, by polygon and category.
    tiers, functions, quotas, area_rules, load
        From `geo.provision`.
    """

    coverage: pd.DataFrame
    within: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    causes: pd.DataFrame
    causes_by_area: pd.DataFrame
    by_group: pd.DataFrame
    denominators: pd.DataFrame
    fairness: pd.DataFrame
    ranking: pd.DataFrame
    grid_minutes: pd.DataFrame
    tiers: pd.DataFrame
    functions: pd.DataFrame
    quotas: pd.DataFrame
    area_rules: pd.DataFrame
    load: pd.DataFrame


def make_tables(
    ground: Ground, found: Sequence[CaseAssessment], cuts: Sequence[Cut], counted: Counted
) -> AssessmentTables:
    """Count people in every case: in the whole study, by polygon, by group, and those left out."""
    by_area = _each(found, lambda one: _by_area(one, cuts))
    causes_there = _each(found, lambda one: _causes_by_area(one, cuts))
    return AssessmentTables(
        coverage=_each(found, _coverage),
        within=_each(found, lambda one: people_within(one.times, one.people, counted.minutes)),
        by_area=by_area,
        gaps=_gaps(by_area, causes_there, found),
        causes=_each(found, lambda one: causes_table(list(one.causes))),
        causes_by_area=causes_there,
        by_group=_each(found, lambda one: _by_group(ground, one)),
        denominators=_each(found, lambda one: _denominators(ground, one)),
        fairness=_each(found, _fairness),
        ranking=_ranking(by_area),
        grid_minutes=_each(found, lambda one: _grid_minutes(one, cuts, counted.minutes)),
        tiers=_each(found, lambda one: _tiers(ground, one, counted)),
        functions=_each(found, lambda one: _functions(one, counted)),
        quotas=_each(found, lambda one: _quotas(ground, one, counted)),
        area_rules=_each(found, lambda one: _area_rules(ground, one, cuts)),
        load=_each(found, lambda one: _load(one, cuts)),
    )


def of_case(table: pd.DataFrame, case: str) -> pd.DataFrame:
    """Return the rows of one case without the columns that name it."""
    if "case" not in table:
        return table
    return table[table["case"] == case].drop(columns=["case", "case_en", "case_zh"]).reset_index(drop=True)


def headline_of(row: pd.Series, by_area: pd.DataFrame, *, travels: Text, counted: Text) -> Headline:
    """Return the headline of one row of the coverage table.

    Parameters
    ----------
    by_area
        The table by polygon, to count those with a gap; may be empty.
    travels, counted
        How people get there, and who they are.
    """
    places, kind = None, "area"
    if len(by_area):
        same = by_area[["case", "requirement", "test"]].eq(row[["case", "requirement", "test"]]).all(axis=1)
        places = len(gaps_table(by_area[same & (by_area["area_id"] != OUTSIDE)]))
        kind = str(by_area["kind"].iloc[0])
    timed = row["test"] == "reach"
    return Headline(
        Text(row["name_en"], row["name_zh"]),
        float(row["minutes_limit"]) if timed else None,
        None if timed else float(row["metres_limit"]),
        float(row["total"]),
        float(row["covered"]),
        places,
        bool(row["verified"]),
        travels,
        counted,
        kind,
    )


def _each(found: Sequence[CaseAssessment], make: Callable[[CaseAssessment], pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of all cases below each other, the case in front."""
    frames = [_of(one, make(one)) for one in found]
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]


def _of(one: CaseAssessment, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its case in front, its columns kept where it has no rows."""
    named = {"case": one.case.id, "case_en": one.case.name.en, "case_zh": one.case.name.zh}
    for position, (name, value) in enumerate(named.items()):
        table.insert(position, name, value)
    return table


def _coverage(one: CaseAssessment) -> pd.DataFrame:
    """Return coverage of the whole study; nobody counts as covered who finds the place full."""
    results = one.assessment.results
    table = coverage_table(results, one.people)
    full = np.zeros(len(table))
    full[: len(one.causes)] = [float(cause.people[:, 2].sum()) for cause in one.causes]
    table = _less(table, full)
    speeds = [_at_speeds(one, position) for position in range(len(one.causes))]
    blank = [(np.nan, np.nan)] * (len(table) - len(speeds))
    slower, faster = zip(*(speeds + blank), strict=True) if len(table) else ((), ())
    return table.assign(share_slower=slower, share_faster=faster)


def _at_speeds(one: CaseAssessment, position: int) -> tuple[float, float]:
    """Return the share covered 10 % slower and faster; room is not looked at, so missing where it binds."""
    if one.without_room(position).any():
        return np.nan, np.nan
    asked = one.assessment.reach[position].requirement
    table = sensitivity(asked, one.times[asked.category], one.people, factors=(_SLOWER, _FASTER))
    slower, faster = table["share"]
    return float(slower), float(faster)


def _less(table: pd.DataFrame, full: FloatArray) -> pd.DataFrame:
    """Return coverage without the people who find a place full."""
    if not full.any():
        return table
    covered = np.maximum(table["covered"].to_numpy(np.float64) - full, 0.0)
    total = table["total"].to_numpy(np.float64)
    share = np.divide(covered, total, out=np.full(len(table), np.nan), where=total > 0)
    return table.assign(covered=covered, left_out=np.maximum(total - covered, 0.0), share=share)


def _by_area(one: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    tables = []
    for cut in cuts:
        kind = str(cut.areas["kind"].iloc[0])
        table = coverage_by_area(one.assessment.results, one.people, cut.shares, cut.areas).assign(kind=kind)
        size = len(table) // max(len(one.assessment.results), 1)
        full = np.zeros(len(table))
        for position in range(len(one.causes)):
            held = np.asarray(cut.shares @ one.without_room(position))[:size]
            full[position * size : (position + 1) * size] = held
        tables.append(_less(table, full))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _causes_by_area(one: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    tables = [
        causes_by_area(list(one.causes), cut.shares, cut.areas).assign(kind=str(cut.areas["kind"].iloc[0]))
        for cut in cuts
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _gaps(by_area: pd.DataFrame, causes: pd.DataFrame, found: Sequence[CaseAssessment]) -> pd.DataFrame:
    """Return the gaps of every case and kind of polygon, most people first within a case."""
    parts = []
    for one in found:
        for kind in by_area["kind"].unique() if len(by_area) else ():
            gaps = gaps_table(_part(by_area, one, kind))
            if len(gaps):
                there = _part(causes, one, kind).drop(columns=["case", "case_en", "case_zh", "kind"])
                parts.append(gaps_with_causes(gaps, there))
    return pd.concat(parts, ignore_index=True) if parts else by_area.iloc[:0]


def _part(table: pd.DataFrame, one: CaseAssessment, kind: str) -> pd.DataFrame:
    return table[(table["case"] == one.case.id) & (table["kind"] == kind)]


def _by_group(ground: Ground, one: CaseAssessment) -> pd.DataFrame:
    tables = []
    for cut in ("group", "shift"):
        if ground.demand[cut].nunique(dropna=False) < 2:
            continue
        table = coverage_by(one.assessment.results, one.people, ground.demand[cut])
        codes, values = pd.factorize(ground.demand[cut], use_na_sentinel=False)
        full = np.zeros(len(table))
        for position in range(len(one.causes)):
            sums = np.bincount(codes, weights=one.without_room(position), minlength=len(values))
            full[position * len(values) : (position + 1) * len(values)] = sums
        table = _less(table, full)
        tables.append(table.rename(columns={cut: "of"}).assign(cut=cut))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return table[table["total"] > 0].reset_index(drop=True) if len(table) else table


def _denominators(ground: Ground, one: CaseAssessment) -> pd.DataFrame:
    tables = []
    counted_here = one.people > 0
    for column in DENOMINATORS:
        if column in ground.demand and ground.demand[column].notna().any():
            weights = pd.to_numeric(ground.demand[column]).fillna(0.0).to_numpy(np.float64) * counted_here
            tables.append(coverage_table(one.assessment.results, weights, denominator=column))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _fairness(one: CaseAssessment) -> pd.DataFrame:
    """Return how evenly the minutes to the nearest are shared: not only the mean."""
    rows = []
    for result in one.assessment.reach:
        reached = np.isfinite(result.seconds)
        people = one.people[reached]
        mean = np.average(result.seconds[reached], weights=people) if people.sum() else np.nan
        worst = worst_tenth(result.seconds, one.people)
        rows.append(
            {
                "requirement": result.requirement.key,
                "name_en": result.requirement.name.en,
                "name_zh": result.requirement.name.zh,
                "tier": result.requirement.tier,
                "total": float(one.people.sum()),
                "reach_none": float(one.people[~reached].sum()),
                "mean_minutes": mean / SECONDS_PER_MINUTE,
                "gini": gini(result.seconds, one.people),
                "worst_tenth_from_minutes": worst.at_least / SECONDS_PER_MINUTE,
                "worst_tenth_mean_minutes": worst.mean / SECONDS_PER_MINUTE,
            }
        )
    return pd.DataFrame(rows)


def _ranking(by_area: pd.DataFrame) -> pd.DataFrame:
    """Return polygons with people by the share of needs met, best first: by case and kind."""
    if not len(by_area):
        return pd.DataFrame()
    rows = by_area[(by_area["test"] == "reach") & (by_area["area_id"] != OUTSIDE) & (by_area["total"] > 0)]
    keys = ["case", "case_en", "case_zh", "kind", "area_id", "area_name"]
    needs = rows.groupby(keys, sort=False, dropna=False).agg(
        total=("total", "first"), needs=("total", "sum"), met=("covered", "sum")
    )
    table = needs.assign(share=needs["met"] / needs["needs"]).drop(columns=["needs", "met"]).reset_index()
    ranked = [ranking(part) for _, part in table.groupby(["case", "kind"], sort=False)]
    return pd.concat(ranked, ignore_index=True) if ranked else table.assign(rank=pd.Series(dtype="Int64"))


def _grid_minutes(one: CaseAssessment, cuts: Sequence[Cut], minutes: Sequence[float]) -> pd.DataFrame:
    frames = []
    for cut in cuts:
        size = len(cut.areas)
        people = np.asarray(cut.shares @ one.people)[:size]
        for category, times in one.times.items():
            for limit in minutes:
                met = one.people * within(times.seconds[:, 0], limit * SECONDS_PER_MINUTE)
                row = {"grid_id": cut.areas["id"], "category": category, "minutes": float(limit)}
                covered = np.asarray(cut.shares @ met)[:size]
                frames.append(pd.DataFrame({**row, "people": people, "people_covered": covered}))
    columns = ["grid_id", "category", "minutes", "people", "people_covered"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _tiers(ground: Ground, one: CaseAssessment, counted: Counted) -> pd.DataFrame:
    tier = ground.facilities["tier"]
    times = {}
    for name in counted.tiers:
        positions = np.flatnonzero((tier == name).to_numpy() & one.usable.now).astype(np.int64)
        times[name] = one.traveller.times(name, positions, k=1)
    return tier_coverage(times, one.people, minutes=counted.tiers) if times else pd.DataFrame()


def _functions(one: CaseAssessment, counted: Counted) -> pd.DataFrame:
    offers = np.array([len(each) > 0 for each in counted.offered], dtype=np.bool_)
    if not counted.functions or not offers.any():
        return pd.DataFrame()
    where = np.flatnonzero(offers & one.usable.now)
    minutes = max(counted.minutes)
    seconds = reachable(
        one.traveller.network,
        one.traveller.demand,
        one.traveller.facilities.take(where),
        max_seconds=minutes * SECONDS_PER_MINUTE,
    ).to_scipy()
    offered = [counted.offered[int(position)] for position in where]
    reached = functions_within(seconds, offered, counted.functions, minutes=minutes)
    return function_checklist(reached, counted.functions, one.people).assign(minutes_limit=minutes)


def _quotas(ground: Ground, one: CaseAssessment, counted: Counted) -> pd.DataFrame:
    return quota_balance(ground.standard.quotas, counted.provided, float(one.people.sum()))


def _area_rules(ground: Ground, one: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return the areas with what they must hold; grids stand in where there are no areas."""
    by_kind = {str(cut.areas["kind"].iloc[0]): cut.areas for cut in cuts}
    areas = by_kind.get("area", by_kind.get("grid"))
    if areas is None or not ground.standard.area_rules:
        return pd.DataFrame()
    working = ground.facilities[one.usable.any_hour]
    names = {rule.category: rule.name for rule in ground.standard.area_rules}
    table = pd.concat(
        [area_rule_table(rule, areas, working) for rule in ground.standard.area_rules], ignore_index=True
    )
    return table.assign(
        name_en=[names[category].en for category in table["category"]],
        name_zh=[names[category].zh for category in table["category"]],
    )


def _load(one: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return the load of the grids of which staff or enterprises are known."""
    tables = [
        grid_load(cut.areas, one.people, cut.shares)
        for cut in cuts
        if cut.areas["kind"].iloc[0] == "grid" and _known(cut.areas, "staff", "enterprises")
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _known(frame: pd.DataFrame, *columns: str) -> bool:
    return any(name in frame and frame[name].notna().any() for name in columns)
