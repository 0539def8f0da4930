"""Accessibility measures of whole cases: for every demand point and category, and summed up over people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.case import Usable
from geo.assessment.traveller import Positions, Traveller
from geo.blocks import Progress
from geo.limits import minutes_to_seconds
from geo.measures.access import (
    CAPACITY_MEASURES,
    MEASURE_NAMES,
    MINUTES,
    PER_THOUSAND,
    SUPPLY,
    TIME_MEASURES,
    AccessMeasure,
    demand_on,
    gravity,
)
from geo.measures.decay import Decay, bounded_gaussian_decay, step_decay, within_minutes
from geo.measures.inequality import worst_tenth
from geo.measures.requirements import to_minutes
from geo.search.reach import reachable_blocks
from geo.text import Text
from geo.types import Floats

PER_PEOPLE = 1000.0
"""Supply is given per so many people, as in the quotas of standards (千人指标)."""

BLOCK = 4096
"""Demand points whose times to all facilities are held at once: memory does not grow with the study."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AccessSettings:
    """Which measures are computed, and with which parameters.

    Attributes
    ----------
    categories
        Those to be measured.
    minutes
        Catchment of every measure but the times: what lies beyond counts for nothing.
    k
        How many nearest `k_nearest_mean` takes.
    supply
        What `cumulative` and `gravity` add up: places, each counting 1, or their capacity. The 2SFCA
        family always shares out capacity.
    decay
        Of `gravity`.
    zones
        Weight of each zone of E2SFCA, by its upper limit in minutes.
    """

    measures: tuple[AccessMeasure, ...]
    categories: tuple[str, ...]
    minutes: float
    k: int
    supply: Literal["places", "capacity"]
    decay: Decay
    zones: Mapping[float, float]

    def needs_capacity(self, measure: AccessMeasure) -> bool:
        """Return whether a measure asks for the capacity of every facility."""
        return measure in CAPACITY_MEASURES or (measure not in TIME_MEASURES and self.supply == "capacity")

    def unit(self, measure: AccessMeasure) -> Text:
        """Return what a measure counts."""
        if measure in TIME_MEASURES:
            return MINUTES
        if measure in CAPACITY_MEASURES:
            return PER_THOUSAND
        counted = SUPPLY[self.supply]
        if measure == "cumulative":
            return counted
        return Text(f"{counted.en}, weighted", f"{counted.zh}（加权）")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AccessResult:
    """Accessibility of every demand point.

    Attributes
    ----------
    points
        By id of the case: a column ``CATEGORY_MEASURE`` for each that was computed, with the index of
        the demand frame. Minutes are missing where nothing is reached.
    summary
        From `access_summary`.
    """

    points: Mapping[str, pd.DataFrame]
    summary: pd.DataFrame


NO_ACCESS = AccessResult(points={}, summary=pd.DataFrame())
"""What there is of a study that asks for no measures."""


def without_capacity(ground: Ground, usable: Iterable[Usable]) -> dict[str, tuple[int, int]]:
    """Return the categories of which some working facility has no capacity: how many, of how many.

    Supply cannot be shared out where nobody says how much there is: a missing one is not none.
    """
    capacity = ground.facilities["capacity"].to_numpy(np.float64)
    works = np.any([answer.any_hour for answer in usable], axis=0)
    counts = {}
    for category, where in ground.wanted.items():
        here = where[works[where]]
        missing = int((~np.isfinite(capacity[here])).sum())
        if missing:
            counts[category] = (missing, len(here))
    return counts


def measure_access(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    settings: AccessSettings,
    *,
    progress: Progress | None = None,
) -> AccessResult:
    """Compute the measures for every demand point, category and case.

    One bounded search a traveller, or two where capacity is shared out: facilities first learn who
    asks for them (`geo.measures.access.demand_on`), then people what is left for them
    (`geo.measures.access.gravity`).
    Measures that need capacity are left out for categories of `without_capacity`.
    """
    silent = without_capacity(ground, [answer.usable for answer in answers])
    values: dict[str, dict[str, Floats]] = {answer.case.id: {} for answer in answers}
    for answer in answers:
        values[answer.case.id] |= _times(ground, answer, settings)
    for traveller in {id(answer.traveller): answer.traveller for answer in answers}.values():
        cases = [answer for answer in answers if answer.traveller is traveller]
        jobs = [job for answer in cases for job in _jobs(ground, answer, settings, silent)]
        _measure(traveller, jobs, settings, progress)
        for job in jobs:
            values[job.answer.case.id][f"{job.category}_{job.measure}"] = job.value
    points = {case: pd.DataFrame(columns, index=ground.demand.index) for case, columns in values.items()}
    return AccessResult(points=points, summary=access_summary(ground, answers, settings, points))


@dataclass(slots=True, eq=False)
class _Job:
    """One measure of one category in one case while it is being computed."""

    answer: CaseAssessment
    category: str
    measure: AccessMeasure
    places: Positions
    supply: Floats
    decay: Decay
    value: Floats


def _times(ground: Ground, answer: CaseAssessment, settings: AccessSettings) -> dict[str, Floats]:
    """Return minutes to the nearest, and on average to the k nearest or all there are."""
    columns: dict[str, Floats] = {}
    for category in settings.categories if set(TIME_MEASURES) & set(settings.measures) else ():
        where = ground.wanted[category]
        where = where[answer.usable.now[where]]
        many = min(settings.k, len(where)) if "k_nearest_mean" in settings.measures else 1
        seconds = answer.traveller.times(category, where, k=max(many, 1)).seconds
        if "nearest" in settings.measures:
            columns[f"{category}_nearest"] = to_minutes(seconds[:, 0])
        if "k_nearest_mean" in settings.measures:
            columns[f"{category}_k_nearest_mean"] = to_minutes(seconds.mean(axis=1))
    answer.traveller.forget()
    return columns


def _jobs(
    ground: Ground, answer: CaseAssessment, settings: AccessSettings, silent: Mapping[str, tuple[int, int]]
) -> Iterator[_Job]:
    capacity = ground.facilities["capacity"].to_numpy(np.float64)
    for category in settings.categories:
        where = ground.wanted[category]
        where = where[answer.usable.now[where]]
        for measure in settings.measures:
            shared = settings.needs_capacity(measure)
            if measure in TIME_MEASURES or (shared and category in silent):
                continue
            supply = capacity[where] if shared else np.ones(len(where))
            value = np.zeros(len(ground.demand))
            yield _Job(answer, category, measure, where, supply, _decay(measure, settings), value)


def _decay(measure: AccessMeasure, settings: AccessSettings) -> Decay:
    if measure == "gravity":
        return settings.decay
    if measure == "e2sfca":
        return step_decay(settings.zones)
    if measure == "gaussian_2sfca":
        return bounded_gaussian_decay(settings.minutes)
    return within_minutes(settings.minutes)


def _measure(
    traveller: Traveller, jobs: Sequence[_Job], settings: AccessSettings, progress: Progress | None
) -> None:
    """Fill in the value of every job, a block of demand at a time."""
    if not jobs:
        return
    places = np.unique(np.concatenate([job.places for job in jobs]))
    sharing = [job for job in jobs if job.measure in CAPACITY_MEASURES]
    asking = [np.zeros(len(job.places)) for job in sharing]
    for rows, seconds in _blocks(traveller, places, settings.minutes, progress) if sharing else ():
        for job, people in zip(sharing, asking, strict=True):
            people += demand_on(_own(seconds, places, job), job.answer.people[rows], job.decay)
    for job, people in zip(sharing, asking, strict=True):
        share = np.divide(job.supply, people, out=np.zeros(len(people)), where=people > 0)
        job.supply = share * PER_PEOPLE
    for rows, seconds in _blocks(traveller, places, settings.minutes, progress):
        for job in jobs:
            job.value[rows] = gravity(_own(seconds, places, job), job.supply, job.decay)


def _blocks(
    traveller: Traveller, places: Positions, minutes: float, progress: Progress | None
) -> Iterator[tuple[Positions, sparse.csr_array]]:
    """Yield rows of the demand and their seconds to the places within the catchment."""
    blocks = reachable_blocks(
        traveller.network,
        traveller.demand,
        traveller.facilities.take(places),
        max_seconds=minutes_to_seconds(minutes),
        rows=BLOCK,
        progress=progress,
    )
    for first, near in blocks:
        yield np.arange(first, first + near.start.size - 1), near.to_scipy()


def _own(seconds: sparse.csr_array, places: Positions, job: _Job) -> sparse.csr_array:
    return sparse.csr_array(seconds[:, np.searchsorted(places, job.places)])


def access_summary(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    settings: AccessSettings,
    points: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return one row a case, category and measure: the mean over people and their worst-off tenth.

    Returns
    -------
    DataFrame
        `people`; `without`: how many of them reach nothing; `mean` over people (of minutes: over those
        who reach any); `worst_tenth_from` and `worst_tenth_mean`: longest minutes or least supply, by
        `geo.measures.inequality.worst_tenth`, missing where somebody among them reaches none in any time.
    """
    names = {r.category: r.name for r in reversed(ground.standard.requirements)}
    rows = []
    for answer in answers:
        for category in settings.categories:
            for measure in settings.measures:
                column = f"{category}_{measure}"
                if column in points[answer.case.id]:
                    named = answer.case.named | {
                        "category": category,
                        "name_en": names[category].en,
                        "name_zh": names[category].zh,
                        "measure": measure,
                        "measure_en": MEASURE_NAMES[measure].en,
                        "measure_zh": MEASURE_NAMES[measure].zh,
                        "unit_en": settings.unit(measure).en,
                        "unit_zh": settings.unit(measure).zh,
                        "minutes_limit": np.nan if measure in TIME_MEASURES else settings.minutes,
                    }
                    value = points[answer.case.id][column].to_numpy(np.float64)
                    rows.append(named | _summed(value, answer.people, timed=measure in TIME_MEASURES))
    return pd.DataFrame(rows)


def _summed(value: Floats, people: Floats, *, timed: bool) -> dict[str, float]:
    """Return mean and worst tenth of a value over people; more is worse where it is a time."""
    reached = np.isfinite(value) if timed else value > 0
    counted = reached if timed else np.ones(len(value), dtype=np.bool_)
    weight = people[counted]
    mean = float(np.average(value[counted], weights=weight)) if weight.sum() > 0 else np.nan
    worst = worst_tenth(np.where(np.isfinite(value), value, np.inf) if timed else -value, people)
    sign = 1.0 if timed else -1.0
    ends = [sign * end + 0.0 for end in (worst.at_least, worst.mean)]
    missing = [np.nan if not np.isfinite(end) else end for end in ends]
    return {
        "people": float(people.sum()),
        "without": float(people[~reached].sum()),
        "mean": mean,
        "worst_tenth_from": missing[0],
        "worst_tenth_mean": missing[1],
    }
