"""Coverage at every hour of a week: what exists on paper, and what is open when people are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground
from geo.blocks import Progress, run_blocks
from geo.measures.hourly import coverage_by_hour, in_shift, shift_table, working_shifts
from geo.measures.requirements import (
    SECONDS_PER_MINUTE,
    NearestTimes,
    ReachResult,
    reach_result,
    within,
)
from geo.search.reach import nearest, reachable
from geo.types import Bools, Floats

HOURS = 168
# Demand points whose ways to all facilities are held at once.
BLOCK = 2048


@dataclass(frozen=True, slots=True, eq=False)
class WeekTables:
    """Coverage through a week.

    Attributes
    ----------
    by_hour
        `requirement, name_en, name_zh, hour (0..167), total, covered` of the people of the case.
    shifts
        `geo.measures.hourly.shift_table` for the people of each shift, by requirement.
    """

    by_hour: pd.DataFrame
    shifts: pd.DataFrame


def week_tables(
    ground: Ground,
    found: Sequence[CaseAssessment],
    open_by_hour: Bools,
    *,
    progress: Progress | None = None,
) -> WeekTables:
    """Count coverage at every hour for the first case of each traveller and date.

    Cases that differ in their hour alone have the same week. A requirement that takes a mean of several
    nearest takes it at each hour over those that are open then, as a case at that hour does.

    Parameters
    ----------
    open_by_hour
        bool [facilities, 168].
    """
    weeks: dict[tuple[str, bytes], CaseAssessment] = {}
    for one in found:
        weeks.setdefault((one.case.streets, one.usable.any_hour.tobytes()), one)
    by_hour, shifts = [], []
    for position, one in enumerate(weeks.values()):
        results = one.assessment.reach
        paper = [cause.seconds for cause in one.causes]
        people = _populations(ground, one)
        covered = _covered_through_week(ground, one, open_by_hour, people)
        by_hour += [_hours(one, result, covered[number, 0]) for number, result in enumerate(results)]
        shifts += [
            _shifts(one, result, people, covered[number], within(paper[number], result.threshold * 60))
            for number, result in enumerate(results)
        ]
        if progress is not None:
            progress(position + 1, len(weeks))
    joined = [pd.concat(t, ignore_index=True) if t else pd.DataFrame() for t in (by_hour, shifts)]
    return WeekTables(*joined)


def _populations(ground: Ground, one: CaseAssessment) -> Floats:
    """Return the people of the case, those within and those outside working hours, one row each."""
    everybody = ground.demand["people"].to_numpy(np.float64)
    shift = ground.demand["shift"]
    return np.stack([one.people, everybody * in_shift(shift, "in"), everybody * in_shift(shift, "out")])


def _covered_through_week(ground: Ground, one: CaseAssessment, open_by_hour: Bools, people: Floats) -> Floats:
    """Return people covered [requirements, populations, hours]."""
    results = one.assessment.reach
    covered = np.zeros((len(results), len(people), HOURS))
    each = [number for number, r in enumerate(results) if r.requirement.combine == "each"]
    covered[each] = _covered(ground, one, [results[number] for number in each], open_by_hour, people)
    for number in sorted(set(range(len(results))) - set(each)):
        covered[number] = _covered_by_mean(ground, one, results[number], open_by_hour, people)
    return covered


def _covered_by_mean(
    ground: Ground, one: CaseAssessment, result: ReachResult, open_by_hour: Bools, people: Floats
) -> Floats:
    """Return people covered [populations, hours] where the mean of several nearest decides.

    One of the several may lie beyond the limit and the mean within it, so the nearest are searched
    without a limit: once for each set of places that are open at the same time.
    """
    asked, traveller = result.requirement, one.traveller
    where = ground.wanted[asked.category]
    where = where[one.usable.any_hour[where]]
    patterns, hour = np.unique(open_by_hour[where], axis=1, return_inverse=True)

    def work(first: int, _: int) -> Floats:
        positions = where[patterns[:, first]]
        if not positions.size:
            return np.zeros(len(people))
        near = nearest(
            traveller.network, traveller.demand, traveller.facilities.take(positions), k=asked.count
        )
        times = NearestTimes.of(asked.category, near.seconds, near.index, positions)
        met = reach_result(asked, times, profile=result.profile).met
        return np.asarray(people[:, met].sum(axis=1), dtype=np.float64)

    by_pattern = np.stack(list(run_blocks(patterns.shape[1], 1, work)), axis=1)
    return by_pattern[:, hour.reshape(-1)]


def _covered(
    ground: Ground,
    one: CaseAssessment,
    results: Sequence[ReachResult],
    open_by_hour: Bools,
    people: Floats,
) -> Floats:
    """Return people covered [requirements, populations, hours], a block of demand at a time."""
    covered = np.zeros((len(results), len(people), HOURS))
    working = np.flatnonzero(one.usable.any_hour)
    if not results or not working.size:
        return covered
    wanted = ground.wanted
    columns = [np.flatnonzero(np.isin(working, wanted[r.requirement.category])) for r in results]
    places = one.traveller.facilities.take(working)
    limit = max(r.threshold for r in results) * SECONDS_PER_MINUTE
    # Equal populations are worked out once.
    distinct, which = np.unique(people, axis=0, return_inverse=True)
    for first in range(0, people.shape[1], BLOCK):
        rows = np.arange(first, min(first + BLOCK, people.shape[1]))
        near = reachable(one.traveller.network, one.traveller.demand.take(rows), places, max_seconds=limit)
        seconds = near.to_scipy()
        for number, result in enumerate(results):
            own = seconds[:, columns[number]]
            hours = open_by_hour[working[columns[number]]]
            parts = [
                coverage_by_hour(
                    own, hours, some[rows], minutes=result.threshold, count=result.requirement.count
                )
                for some in distinct
            ]
            covered[number] += np.stack(parts)[which.reshape(-1)]
    return covered


def _named(one: CaseAssessment, result: ReachResult) -> dict[str, str | float]:
    asked = result.requirement
    return {
        "case": one.case.id,
        "case_en": one.case.name.en,
        "case_zh": one.case.name.zh,
        "requirement": asked.key,
        "category": asked.category,
        "name_en": asked.name.en,
        "name_zh": asked.name.zh,
        "minutes_limit": result.threshold,
    }


def _hours(one: CaseAssessment, result: ReachResult, covered: Floats) -> pd.DataFrame:
    columns = {"hour": np.arange(HOURS), "total": float(one.people.sum()), "covered": covered}
    return pd.DataFrame(_named(one, result) | columns)


def _shifts(
    one: CaseAssessment, result: ReachResult, people: Floats, covered: Floats, on_paper: Bools
) -> pd.DataFrame:
    """Return both shifts, each with its own people; `on_paper` is who is covered if no door ever closes."""
    parts = [
        shift_table(covered[number], float(some[on_paper].sum()), float(some.sum()), [shift])
        for number, (some, shift) in enumerate(zip(people[1:], working_shifts(), strict=True), start=1)
    ]
    table = pd.concat(parts, ignore_index=True)
    named = _named(one, result)
    # `name_en` and `name_zh` of this table are those of the shift.
    named |= {"category_en": named.pop("name_en"), "category_zh": named.pop("name_zh")}
    for key, value in named.items():
        table[key] = value
    return table
