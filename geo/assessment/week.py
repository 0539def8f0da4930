"""Coverage at every hour of a week: what exists on paper, and what is open when people are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground
from geo.blocks import Progress, run_blocks
from geo.limits import within
from geo.measures.hourly import coverage_by_hour, in_shift, shift_table, working_shifts
from geo.measures.requirements import NearestTimes, ReachResult, concerned, reach_result
from geo.search.reach import nearest, reachable
from geo.types import Bools, Floats

HOURS = 168
BLOCK = 2048
"""Demand points whose times to all facilities are held at once: memory does not grow with the study."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WeekTables:
    """Coverage through a week.

    Attributes
    ----------
    by_hour
        `requirement, name_en, name_zh, hour (0..167), total, covered` of the people of the case;
        `covered_if_open` counts places of unknown hours as open at every hour.
    shifts
        `geo.measures.hourly.shift_table` for the people of each shift, by requirement; `covered_mean_if_open`
        as above.
    """

    by_hour: pd.DataFrame
    shifts: pd.DataFrame


NO_WEEK = WeekTables(by_hour=pd.DataFrame(), shifts=pd.DataFrame())
"""What there is of a study that does not ask for its week."""


def week_tables(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    open_by_hour: Bools,
    *,
    hours_known: Bools | None = None,
    progress: Progress | None = None,
) -> WeekTables:
    """Count coverage at every hour for the first case of each traveller and date.

    Cases that differ in their hour alone have the same week. A requirement that takes a mean of several
    nearest takes it at each hour over those that are open then, as a case at that hour does.

    Parameters
    ----------
    open_by_hour
        bool [facilities, 168].
    hours_known
        bool [facilities], all where left out. Of the others it is not known when they are open: they cover
        nobody, and what they would cover if they always were is counted beside.
    """
    known = np.ones(len(open_by_hour), dtype=np.bool_) if hours_known is None else hours_known
    surely, perhaps = open_by_hour & known[:, None], open_by_hour | ~known[:, None]
    weeks: dict[tuple[str, bytes], CaseAssessment] = {}
    for answer in answers:
        weeks.setdefault((answer.case.streets, answer.usable.any_hour.tobytes()), answer)
    by_hour, shifts = [], []
    for position, answer in enumerate(weeks.values()):
        results = answer.assessment.reach
        paper = [cause.seconds for cause in answer.causes]
        people = _populations(ground, answer)
        covered = _covered_through_week(ground, answer, surely, people)
        if_open = covered if known.all() else _covered_through_week(ground, answer, perhaps, people)
        if_open = np.maximum(if_open, covered)
        for number, result in enumerate(results):
            on_paper = within(paper[number], result.limit_seconds)
            by_hour.append(_hours(answer, result, covered[number, 0], if_open[number, 0]))
            shifts.append(_shifts(answer, result, people, (covered[number], if_open[number]), on_paper))
        if progress is not None:
            progress(position + 1, len(weeks))
    return WeekTables(by_hour=_joined(by_hour), shifts=_joined(shifts))


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _populations(ground: Ground, answer: CaseAssessment) -> Floats:
    """Return the people of the case, those within and those outside working hours, one row each."""
    everybody = replace(answer.case, shift="all").people(ground.demand)
    shift = ground.demand["shift"]
    return np.stack([answer.people, everybody * in_shift(shift, "in"), everybody * in_shift(shift, "out")])


def _covered_through_week(
    ground: Ground, answer: CaseAssessment, open_by_hour: Bools, people: Floats
) -> Floats:
    """Return people covered [requirements, populations, hours]."""
    results = answer.assessment.reach
    covered = np.zeros((len(results), len(people), HOURS))
    each = [number for number, r in enumerate(results) if r.requirement.combine == "each"]
    covered[each] = _covered(ground, answer, [results[number] for number in each], open_by_hour, people)
    for number in sorted(set(range(len(results))) - set(each)):
        covered[number] = _covered_by_mean(ground, answer, results[number], open_by_hour, people)
    return covered


def _covered_by_mean(
    ground: Ground, answer: CaseAssessment, result: ReachResult, open_by_hour: Bools, people: Floats
) -> Floats:
    """Return people covered [populations, hours] where the mean of several nearest decides.

    One of the several may lie beyond the limit and the mean within it, so the nearest are searched
    without a limit: once for each set of places that are open at the same time.
    """
    requirement, traveller = result.requirement, answer.traveller
    where = ground.wanted[requirement.category]
    where = where[answer.usable.any_hour[where]]
    patterns, hour = np.unique(open_by_hour[where], axis=1, return_inverse=True)

    def work(first: int, _: int) -> Floats:
        positions = where[patterns[:, first]]
        if not positions.size:
            return np.zeros(len(people))
        near = nearest(
            traveller.network, traveller.demand, traveller.facilities.take(positions), k=requirement.count
        )
        times = NearestTimes.of(requirement.category, near.seconds, near.index, positions)
        met = reach_result(requirement, times, profile=result.profile).met
        if result.applies is not None:
            met = met & result.applies
        return np.asarray(people[:, met].sum(axis=1), dtype=np.float64)

    by_pattern = np.stack(list(run_blocks(patterns.shape[1], 1, work)), axis=1)
    return by_pattern[:, hour.reshape(-1)]


def _covered(
    ground: Ground,
    answer: CaseAssessment,
    results: Sequence[ReachResult],
    open_by_hour: Bools,
    people: Floats,
) -> Floats:
    """Return people covered [requirements, populations, hours], a block of demand at a time."""
    covered = np.zeros((len(results), len(people), HOURS))
    working = np.flatnonzero(answer.usable.any_hour)
    if not results or not working.size:
        return covered
    wanted = ground.wanted
    columns = [np.flatnonzero(np.isin(working, wanted[r.requirement.category])) for r in results]
    places = answer.traveller.facilities.take(working)
    limit = max(r.limit_seconds for r in results)
    # Equal populations are worked out once.
    distinct, which = np.unique(people, axis=0, return_inverse=True)
    for first in range(0, people.shape[1], BLOCK):
        rows = np.arange(first, min(first + BLOCK, people.shape[1]))
        near = reachable(
            answer.traveller.network, answer.traveller.demand.take(rows), places, max_seconds=limit
        )
        seconds = near.to_scipy()
        for number, result in enumerate(results):
            own = seconds[:, columns[number]]
            hours = open_by_hour[working[columns[number]]]
            parts = [
                coverage_by_hour(
                    own,
                    hours,
                    concerned(result, some)[rows],
                    minutes=result.limit_minutes,
                    count=result.requirement.count,
                )
                for some in distinct
            ]
            covered[number] += np.stack(parts)[which.reshape(-1)]
    return covered


def _named(answer: CaseAssessment, result: ReachResult) -> dict[str, str | float]:
    requirement = result.requirement
    return {
        **answer.case.named,
        "requirement": requirement.key,
        "category": requirement.category,
        "name_en": requirement.name.en,
        "name_zh": requirement.name.zh,
        "minutes_limit": result.limit_minutes,
        "by_standard": requirement.by_standard,
    }


def _hours(answer: CaseAssessment, result: ReachResult, covered: Floats, if_open: Floats) -> pd.DataFrame:
    columns = {
        "hour": np.arange(HOURS),
        "total": float(concerned(result, answer.people).sum()),
        "covered": covered,
    }
    columns |= {"covered_if_open": if_open}
    return pd.DataFrame(_named(answer, result) | columns)


def _shifts(
    answer: CaseAssessment,
    result: ReachResult,
    people: Floats,
    covered: tuple[Floats, Floats],
    on_paper: Bools,
) -> pd.DataFrame:
    """Return both shifts, each with its own people; `on_paper` is who is covered if no door ever closes.

    `covered` is of the places known to be open, and of those and the ones of unknown hours.
    """
    surely, if_open = covered
    parts = []
    for number, (some, shift) in enumerate(zip(people[1:], working_shifts(), strict=True), start=1):
        own = concerned(result, some)
        paper, total = float(own[on_paper].sum()), float(own.sum())
        mean_if_open = float(if_open[number][shift.hours].mean())
        table = shift_table(surely[number], paper, total, [shift])
        parts.append(table.assign(covered_mean_if_open=mean_if_open))
    table = pd.concat(parts, ignore_index=True)
    named = _named(answer, result)
    # `name_en` and `name_zh` of this table are those of the shift.
    named |= {"category_en": named.pop("name_en"), "category_zh": named.pop("name_zh")}
    for key, value in named.items():
        table[key] = value
    return table
