"""What a standard asks of a place, and which demand points have it.

Two tests are kept apart all the way: *reach* is minutes by a named travel profile
(`ReachResult`), *compliance* is metres by a named standard (`ComplianceResult`). Neither is ever
turned into the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measures.standard import AreaRule, Function, Measure, Quota, Requirement, Source, Standard, Tier
from geo.types import Bools, Floats, Index

__all__ = [
    "AreaRule",
    "ComplianceResult",
    "Function",
    "LifeCircleAssessment",
    "NearestMetres",
    "NearestTimes",
    "Quota",
    "ReachResult",
    "Requirement",
    "Result",
    "Source",
    "Standard",
    "Tier",
    "assess",
    "compliance_result",
    "reach_result",
    "result_frame",
    "to_minutes",
    "within",
]

Test = Literal["reach", "compliance"]

SECONDS_PER_MINUTE = 60.0
# Engines count whole milliseconds, so a limit that is met exactly must not be lost to the last bit.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class NearestTimes:
    """Travel times to the k nearest facilities of one category, nearest first.

    Attributes
    ----------
    seconds
        float64 [n, k], ``inf`` where fewer than k were reached.
    facility_index
        int [n, k], positions in the frame of all facilities, -1 where unreached.
    available
        How many facilities of the category were there to be reached (k may ask for more).
    """

    category: str
    seconds: Floats
    facility_index: Index
    available: int | None = None

    @classmethod
    def of(
        cls, category: str, seconds: Floats, index: npt.NDArray[np.signedinteger], positions: Index
    ) -> NearestTimes:
        """Build from an engine's answer over a part of the facilities.

        Parameters
        ----------
        index
            Indices into the part, -1 where unreached.
        positions
            Where each facility of the part stands in the frame of all facilities.
        """
        return cls(category, seconds, _whole_index(index, positions), len(positions))


@dataclass(frozen=True, slots=True)
class NearestMetres:
    """Distances to the k nearest facilities of one category, nearest first, and how they were measured."""

    category: str
    metres: Floats
    facility_index: Index
    measure: Measure
    available: int | None = None

    @classmethod
    def of(
        cls,
        category: str,
        metres: Floats,
        index: npt.NDArray[np.signedinteger],
        positions: Index,
        measure: Measure,
    ) -> NearestMetres:
        """Build from an answer over a part of the facilities, as `NearestTimes.of` does."""
        return cls(category, metres, _whole_index(index, positions), measure, len(positions))


@dataclass(frozen=True, slots=True)
class ReachResult:
    """Who reaches what one requirement asks for in time, by one travel profile.

    `seconds` [n] is the time that decides; `choices` [n] counts the facilities within the limit, as far
    as they were searched (`geo.assessment.choices` counts on); `facility_index` [n] is the nearest one,
    -1 where none was reached.
    """

    requirement: Requirement
    profile: str
    seconds: Floats
    met: Bools
    choices: Index
    facility_index: Index

    @property
    def test(self) -> Test:
        """Return ``reach``."""
        return "reach"

    @property
    def threshold(self) -> float:
        """Return the limit in minutes."""
        return float(self.requirement.minutes or 0.0)


@dataclass(frozen=True, slots=True)
class ComplianceResult:
    """Who has what one requirement asks for within its metres; fields as in `ReachResult`."""

    requirement: Requirement
    measure: Measure
    metres: Floats
    met: Bools
    choices: Index
    facility_index: Index

    @property
    def test(self) -> Test:
        """Return ``compliance``."""
        return "compliance"

    @property
    def threshold(self) -> float:
        """Return the limit in metres."""
        return float(self.requirement.metres or 0.0)


Result: TypeAlias = ReachResult | ComplianceResult


@dataclass(frozen=True, slots=True)
class LifeCircleAssessment:
    """Every requirement of a standard tested at every demand point.

    `not_assessed` holds the requirements for whose category there was no layer: nothing is known of
    them, which is not the same as nobody being covered.
    """

    standard: Standard
    reach: tuple[ReachResult, ...]
    compliance: tuple[ComplianceResult, ...] = ()
    not_assessed: tuple[Requirement, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """Return both tests, reach first."""
        return self.reach + self.compliance

    @property
    def rests_on_unverified(self) -> tuple[Requirement, ...]:
        """Return the tested requirements that nobody has checked against the published text."""
        tested = dict.fromkeys(result.requirement for result in self.results)
        return tuple(requirement for requirement in tested if not requirement.verified)


def within(values: Floats, limit: float) -> Bools:
    """Return which values do not exceed `limit`, the limit itself included.

    Examples
    --------
    >>> within(np.array([900.0, 900.002, np.inf]), 900).tolist()
    [True, False, False]
    """
    return np.asarray(values <= limit + TOLERANCE, dtype=np.bool_)


def assess(
    standard: Standard,
    times: Mapping[str, NearestTimes],
    distances: Sequence[NearestMetres] = (),
    *,
    profile: str = "walk",
) -> LifeCircleAssessment:
    """Test every requirement of `standard` for which travel times or distances are given.

    Parameters
    ----------
    times
        By category, over the same demand points in the same order.
    distances
        Network or straight distances; a requirement uses the ones its `measure` names.
    profile
        Name of the travel profile the times were made with.

    Raises
    ------
    ValueError
        When fewer nearest facilities were searched than a requirement counts.
    """
    measured = {(d.category, d.measure): d for d in distances}
    reach = [
        reach_result(r, times[r.category], profile=profile)
        for r in standard.requirements
        if r.minutes is not None and r.category in times
    ]
    compliance = [
        compliance_result(r, measured[r.category, r.measure])
        for r in standard.requirements
        if r.metres is not None and (r.category, r.measure) in measured
    ]
    tested = {r.requirement for r in reach} | {c.requirement for c in compliance}
    left = tuple(r for r in standard.requirements if r not in tested)
    return LifeCircleAssessment(standard, tuple(reach), tuple(compliance), left)


def reach_result(requirement: Requirement, times: NearestTimes, *, profile: str = "walk") -> ReachResult:
    """Test one requirement by time."""
    limit = _asked(requirement, requirement.minutes, "minutes") * SECONDS_PER_MINUTE
    deciding = _deciding(requirement, times.seconds, times.available)
    choices = within(times.seconds, limit).sum(axis=1, dtype=np.int64)
    met = within(deciding, limit)
    return ReachResult(requirement, profile, deciding, met, choices, _first(times.facility_index))


def compliance_result(requirement: Requirement, distances: NearestMetres) -> ComplianceResult:
    """Test one requirement by distance.

    Raises
    ------
    ValueError
        When the distances were measured otherwise than the standard says.
    """
    limit = _asked(requirement, requirement.metres, "metres")
    if distances.measure != requirement.measure:
        msg = f"{requirement.key}: asks for {requirement.measure} metres, not {distances.measure}"
        raise ValueError(msg)
    deciding = _deciding(requirement, distances.metres, distances.available)
    choices = within(distances.metres, limit).sum(axis=1, dtype=np.int64)
    index = _first(distances.facility_index)
    return ComplianceResult(requirement, distances.measure, deciding, within(deciding, limit), choices, index)


def result_frame(
    results: Iterable[Result], demand_ids: Sequence[str] | pd.Series, facility_ids: Sequence[str] | pd.Series
) -> pd.DataFrame:
    """Return one row per demand point and result, minutes and metres in columns of their own.

    Times and distances that were not reached are missing, never a large number.
    """
    names = np.array([*facility_ids, None], dtype=object)
    frames = [_one_frame(result, demand_ids, names) for result in results]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(_COLUMNS))


_COLUMNS = (
    "demand_id", "category", "tier", "test", "profile", "minutes", "metres", "limit", "met", "choices",
    "facility_id", "verified",
)  # fmt: skip


def _one_frame(
    result: Result, demand_ids: Sequence[str] | pd.Series, names: npt.NDArray[np.object_]
) -> pd.DataFrame:
    missing = np.full(len(result.met), np.nan)
    if isinstance(result, ReachResult):
        profile, minutes, metres = result.profile, to_minutes(result.seconds), missing
    else:
        profile, minutes = None, missing
        metres = np.where(np.isinf(result.metres), np.nan, result.metres)
    columns = {
        "demand_id": np.asarray(demand_ids, dtype=object),
        "category": result.requirement.category,
        "tier": result.requirement.tier,
        "test": result.test,
        "profile": profile,
        "minutes": minutes,
        "metres": metres,
        "limit": result.threshold,
        "met": result.met,
        "choices": result.choices,
        "facility_id": names[result.facility_index],
        "verified": result.requirement.verified,
    }
    return pd.DataFrame(columns)


def to_minutes(seconds: Floats) -> Floats:
    """Return minutes, with missing where `seconds` is infinite.

    Examples
    --------
    >>> to_minutes(np.array([90.0, np.inf])).tolist()
    [1.5, nan]
    """
    return np.where(np.isfinite(seconds), seconds / SECONDS_PER_MINUTE, np.nan)


def _asked(requirement: Requirement, limit: float | None, unit: str) -> float:
    if limit is None:
        msg = f"{requirement.key}: the requirement names no {unit}"
        raise ValueError(msg)
    return limit


def _deciding(requirement: Requirement, values: Floats, available: int | None) -> Floats:
    """Return the value the limit is held against: the count-th nearest or the mean of count nearest."""
    searched = values.shape[1]
    if requirement.combine == "mean":
        # A place that has fewer facilities in all than the mean asks for is judged by all it has.
        count = min(requirement.count, available) if available is not None else requirement.count
    else:
        count = requirement.count
    if available is not None and available < count:
        return np.full(len(values), np.inf)
    if searched < count:
        msg = f"{requirement.key}: counts {count} nearest facilities, but only {searched} were searched"
        raise ValueError(msg)
    if requirement.combine == "mean" and count:
        return np.asarray(values[:, :count].mean(axis=1), dtype=np.float64)
    return np.asarray(values[:, count - 1] if count else np.full(len(values), np.inf), dtype=np.float64)


def _first(index: Index) -> Index:
    empty = np.full(len(index), -1, dtype=np.int64)
    return np.asarray(index[:, 0], dtype=np.int64) if index.shape[1] else empty


def _whole_index(index: npt.NDArray[np.signedinteger], positions: Index) -> Index:
    """Return `index` into a part as positions in the whole, -1 kept."""
    padded = np.append(np.asarray(positions, dtype=np.int64), -1)
    return np.asarray(padded[index], dtype=np.int64)
