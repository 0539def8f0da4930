"""What a standard asks of a place, and which demand points have it.

Two tests are kept apart all the way: *reach* is minutes by a named travel profile
(`ReachResult`), *compliance* is metres by a named standard (`ComplianceResult`). Neither is ever
turned into the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.given import Column, amounts
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds, within, within_metres
from geo.measures.standard import Measure, Requirement, Standard
from geo.types import Bools, Floats, Index

Test = Literal["reach", "compliance"]


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

    @property
    def nearest_seconds(self) -> Floats:
        """Return float64 [n]: the time to the nearest facility, ``inf`` where none was searched."""
        if not self.seconds.shape[1]:
            return np.full(len(self.seconds), np.inf)
        return np.asarray(self.seconds[:, 0], dtype=np.float64)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachResult:
    """Who reaches what one requirement asks for in time, by one travel profile.

    `seconds` [n] is the time that decides; `choices` [n] counts the facilities within the limit, as far
    as they were searched (`geo.assessment.traveller.true_choices` counts on); `facility_index` [n] is the
    nearest one, -1 where none was reached. `applies` [n] says where its condition holds; None: everywhere.
    """

    requirement: Requirement
    profile: str
    seconds: Floats
    met: Bools
    choices: Index
    facility_index: Index
    applies: Bools | None = None

    @property
    def test(self) -> Test:
        """Return ``reach``."""
        return "reach"

    @property
    def limit_minutes(self) -> float:
        """Return the limit in minutes."""
        return required_minutes(self.requirement)

    @property
    def limit_seconds(self) -> float:
        """Return the limit in seconds."""
        return minutes_to_seconds(self.limit_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceResult:
    """Who has what one requirement asks for within its metres, along streets or in a straight line.

    `metres` [n] is the distance that decides; `choices` [n] counts the facilities within the limit, as far
    as they were searched; `facility_index` [n] is the nearest one, -1 where there is none.
    """

    requirement: Requirement
    measure: Measure
    metres: Floats
    met: Bools
    choices: Index
    facility_index: Index
    applies: Bools | None = None

    @property
    def test(self) -> Test:
        """Return ``compliance``."""
        return "compliance"

    @property
    def limit_metres(self) -> float:
        """Return the limit in metres."""
        return required_metres(self.requirement)


Result: TypeAlias = ReachResult | ComplianceResult
Applies: TypeAlias = Mapping[str, Bools | None]
"""By condition, the demand points [n] it holds for; None where it holds for all of them."""


def concerned(result: Result, weights: Column) -> Floats:
    """Return what counts at each demand point for a result: nothing where its condition does not hold."""
    weights = amounts("weights", weights, count=result.met.size)
    return weights if result.applies is None else np.where(result.applies, weights, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return tuple(r for r in tested if r.by_standard and not r.verified)

    @property
    def confirmed(self) -> tuple[Requirement, ...]:
        """Return the tested requirements that somebody has confirmed for the study."""
        tested = dict.fromkeys(result.requirement for result in self.results)
        return tuple(r for r in tested if r.confirmed is not None)


def assess(
    standard: Standard,
    times: Mapping[str, NearestTimes],
    distances: Sequence[NearestMetres] = (),
    *,
    profile: str = "walk",
    applies: Applies | None = None,
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
    applies
        Where the conditions of the standard hold. What asks for another is not assessed.

    Raises
    ------
    ValueError
        When fewer nearest facilities were searched than a requirement counts.
    """
    where: Applies = applies or {}
    possible = [r for r in standard.requirements if r.condition is None or r.condition in where]
    measured = {(d.category, d.measure): d for d in distances}
    reach = [
        replace(reach_result(r, times[r.category], profile=profile), applies=where.get(r.condition or ""))
        for r in possible
        if r.minutes is not None and r.category in times
    ]
    compliance = [
        replace(compliance_result(r, measured[r.category, r.measure]), applies=where.get(r.condition or ""))
        for r in possible
        if r.metres is not None and (r.category, r.measure) in measured
    ]
    tested = {r.requirement for r in reach} | {c.requirement for c in compliance}
    left = tuple(r for r in standard.requirements if r not in tested)
    return LifeCircleAssessment(
        standard=standard, reach=tuple(reach), compliance=tuple(_one_enough(compliance)), not_assessed=left
    )


def _one_enough(results: Sequence[ComplianceResult]) -> list[ComplianceResult]:
    """Return the results with those of a choice as one: who has either has it.

    The metres of the others are scaled to the limit of the first, so that one limit decides for all.
    """
    together: dict[str, ComplianceResult] = {}
    for result in results:
        asked = result.requirement
        name = asked.key if asked.one_of is None else f"one of {asked.one_of}"
        if name not in together:
            together[name] = result
            continue
        first = together[name]
        metres = result.metres * (first.limit_metres / result.limit_metres)
        nearer = (result.met & ~first.met) | ((result.met == first.met) & (metres < first.metres))
        together[name] = replace(
            first,
            metres=np.where(nearer, metres, first.metres),
            met=first.met | result.met,
            choices=first.choices + result.choices,
            facility_index=np.where(nearer, result.facility_index, first.facility_index),
        )
    return list(together.values())


def reach_result(requirement: Requirement, times: NearestTimes, *, profile: str = "walk") -> ReachResult:
    """Test one requirement by time.

    Raises
    ------
    ValueError
        When the requirement names no minutes, or counts more nearest facilities than were searched.
    """
    limit = minutes_to_seconds(required_minutes(requirement))
    seconds = deciding(requirement, times.seconds, available=times.available)
    return ReachResult(
        requirement=requirement,
        profile=profile,
        seconds=seconds,
        met=within(seconds, limit),
        choices=within(times.seconds, limit).sum(axis=1, dtype=np.int64),
        facility_index=_first(times.facility_index),
    )


def compliance_result(requirement: Requirement, distances: NearestMetres) -> ComplianceResult:
    """Test one requirement by distance.

    Raises
    ------
    ValueError
        When the requirement names no metres, the distances were measured otherwise than the standard
        says, or fewer nearest facilities were searched than the requirement counts.
    """
    limit = required_metres(requirement)
    if distances.measure != requirement.measure:
        msg = f"{requirement.key}: asks for {requirement.measure} metres, not {distances.measure}"
        raise ValueError(msg)
    metres = deciding(requirement, distances.metres, available=distances.available)
    return ComplianceResult(
        requirement=requirement,
        measure=distances.measure,
        metres=metres,
        met=within_metres(metres, limit),
        choices=within_metres(distances.metres, limit).sum(axis=1, dtype=np.int64),
        facility_index=_first(distances.facility_index),
    )


def to_minutes(seconds: Floats) -> Floats:
    """Return minutes, with missing where `seconds` is infinite.

    Examples
    --------
    >>> to_minutes(np.array([90.0, np.inf])).tolist()
    [1.5, nan]
    """
    return np.where(np.isfinite(seconds), seconds / SECONDS_PER_MINUTE, np.nan)


def required_minutes(requirement: Requirement) -> float:
    """Return the limit of the reach test in minutes; a ValueError where the requirement names none."""
    if requirement.minutes is None:
        msg = f"{requirement.key}: the requirement names no minutes"
        raise ValueError(msg)
    return requirement.minutes


def required_metres(requirement: Requirement) -> float:
    """Return the limit of the compliance test in metres; a ValueError where the requirement names none."""
    if requirement.metres is None:
        msg = f"{requirement.key}: the requirement names no metres"
        raise ValueError(msg)
    return requirement.metres


def deciding(requirement: Requirement, nearest: Floats, *, available: int | None = None) -> Floats:
    """Return the value that a limit is held against: the count-th nearest, or the mean of count nearest.

    Parameters
    ----------
    nearest
        float64 [n, k], the times or the distances to the k nearest facilities, nearest first.
    available
        How many facilities of the category there are. A mean over more than that is one over all there
        are; the count-th of fewer is ``inf``.

    Raises
    ------
    ValueError
        When more nearest facilities decide than were searched.
    """
    searched = nearest.shape[1]
    count = requirement.count
    if requirement.combine == "mean" and available is not None:
        count = min(count, available)
    if available is not None and available < count:
        return np.full(len(nearest), np.inf)
    if searched < count:
        msg = f"{requirement.key}: counts {count} nearest facilities, but only {searched} were searched"
        raise ValueError(msg)
    if requirement.combine == "mean" and count:
        return np.asarray(nearest[:, :count].mean(axis=1), dtype=np.float64)
    return np.asarray(nearest[:, count - 1] if count else np.full(len(nearest), np.inf), dtype=np.float64)


def _first(index: Index) -> Index:
    empty = np.full(len(index), -1, dtype=np.int64)
    return np.asarray(index[:, 0], dtype=np.int64) if index.shape[1] else empty


def _whole_index(index: npt.NDArray[np.signedinteger], positions: Index) -> Index:
    """Return `index` into a part as positions in the whole, -1 kept."""
    padded = np.append(np.asarray(positions, dtype=np.int64), -1)
    return np.asarray(padded[index], dtype=np.int64)
