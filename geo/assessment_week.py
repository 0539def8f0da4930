"""Coverage at every hour of a week: what exists on paper, and what is open when people are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo._blocks import Progress
from geo.assessment import CaseAssessment, Ground
from geo.hourly import coverage_by_hour, in_shift, shift_table, working_shifts
from geo.life_circle import SECONDS_PER_MINUTE, BoolArray, FloatArray, ReachResult, within
from geo.reach import reachable

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
        `geo.hourly.shift_table` for the people of each shift, by requirement.
    """

    by_hour: pd.DataFrame
    shifts: pd.DataFrame


def week_tables(
    ground: Ground,
    found: Sequence[CaseAssessment],
    open_by_hour: BoolArray,
    *,
    progress: Progress | None = None,
) -> WeekTables:
    """Count coverage at every hour for the first case of each traveller and date.

    Cases that differ in their hour alone have the same week. A requirement that takes a mean of
    several nearest is left out: at each hour it would be another mean.

    Parameters
    ----------
    open_by_hour
        bool [facilities, 168].
    """
    weeks: dict[tuple[str, bytes], CaseAssessment] = {}
    for one in found:
        weeks.setdefault((one.traveller.profile.id, one.usable.any_hour.tobytes()), one)
    by_hour, shifts = [], []
    for position, one in enumerate(weeks.values()):
        results = [r for r in one.assessment.reach if r.requirement.combine == "each"]
        paper = [c.seconds for c in one.causes if c.requirement.combine == "each"]
        people = _populations(ground, one)
        covered = _covered(ground, one, results, open_by_hour, people)
        by_hour += [_hours(one, result, covered[number, 0]) for number, result in enumerate(results)]
        shifts += [
            _shifts(one, result, people, covered[number], within(paper[number], result.threshold * 60))
            for number, result in enumerate(results)
        ]
        if progress is not None:
            progress(position + 1, len(weeks))
    joined = [pd.concat(t, ignore_index=True) if t else pd.DataFrame() for t in (by_hour, shifts)]
    return WeekTables(*joined)


def _populations(ground: Ground, one: CaseAssessment) -> FloatArray:
    """Return the people of the case, those within and those outside working hours, one row each."""
    everybody = ground.demand["people"].to_numpy(np.float64)
    shift = ground.demand["shift"]
    return np.stack([one.people, everybody * in_shift(shift, "in"), everybody * in_shift(shift, "out")])


def _covered(
    ground: Ground,
    one: CaseAssessment,
    results: Sequence[ReachResult],
    open_by_hour: BoolArray,
    people: FloatArray,
) -> FloatArray:
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


def _hours(one: CaseAssessment, result: ReachResult, covered: FloatArray) -> pd.DataFrame:
    columns = {"hour": np.arange(HOURS), "total": float(one.people.sum()), "covered": covered}
    return pd.DataFrame(_named(one, result) | columns)


def _shifts(
    one: CaseAssessment, result: ReachResult, people: FloatArray, covered: FloatArray, on_paper: BoolArray
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
