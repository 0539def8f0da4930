"""The assessment of a study, case by case: searches made once, tests, and a cause for everybody left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import geopandas as gpd
import numpy as np

from geo.assessment.case import Case, Usable
from geo.assessment.room import RoomFinder, people_limits
from geo.assessment.traveller import (
    Choice,
    Positions,
    Traveller,
    counts_by_category,
    positions_by_category,
    to_street_ends,
    true_choices,
)
from geo.blocks import Progress
from geo.limits import within, within_metres
from geo.measures.capacity import Method
from geo.measures.causes import (
    CauseResult,
    Evidence,
    connected_points,
    find_causes,
)
from geo.measures.requirements import (
    Applies,
    LifeCircleAssessment,
    NearestMetres,
    NearestTimes,
    ReachResult,
    assess,
    concerned,
    deciding,
    reach_result,
)
from geo.measures.size import of_size
from geo.measures.standard import Standard
from geo.measures.straight import nearest_straight
from geo.types import Bools, Floats, Index


@dataclass(frozen=True, eq=False, kw_only=True)
class Ground:
    """What all cases of a study share.

    Attributes
    ----------
    standard
        What is asked for.
    facilities, demand
        The frames of the study; the arrays of every result follow their order.
    choices
        How many of the nearest facilities are found at least.
    minutes
        The limits at which reach is shown for every category, beside those of the standard.
    by_length
        The traveller who takes the shortest way, for requirements in metres along streets; without it
        those are not assessed.
    applies
        For whom the conditions of the standard hold.
    street_ends
        float64 [n, 2]: longitude and latitude where the streets stop because the extract was cut there.
    """

    standard: Standard
    facilities: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    choices: int = 3
    minutes: tuple[float, ...] = ()
    by_length: Traveller | None = None
    applies: Applies = field(default_factory=dict)
    street_ends: Floats = field(default_factory=lambda: np.empty((0, 2)))
    _straight: dict[tuple[bytes, int], tuple[Floats, Index]] = field(
        default_factory=dict, init=False, repr=False
    )
    _to_end: list[tuple[Traveller, Floats]] = field(default_factory=list, init=False, repr=False)

    def with_demand(self, demand: gpd.GeoDataFrame, *, by_length: Traveller | None) -> Ground:
        """Return the same ground for other demand, with the traveller by length joined to it."""
        everywhere = {name: None for name, where in self.applies.items() if where is None}
        return replace(self, demand=demand, by_length=by_length, applies=everywhere)

    def seconds_to_end(self, traveller: Traveller) -> Floats:
        """Return how long everybody walks to where the streets of the extract were cut; ``inf`` for none.

        Whoever is not joined to a street is taken to walk straight there.
        """
        for known, seconds in self._to_end:
            if known is traveller:
                return seconds
        here = self.demand.geometry.representative_point()
        seconds = to_street_ends(traveller, self.street_ends, here.x.to_numpy(), here.y.to_numpy())
        self._to_end.append((traveller, seconds))
        return seconds

    @property
    def wanted(self) -> dict[str, Positions]:
        """Where the facilities of each category that is asked for stand in the frame."""
        found = positions_by_category(self.facilities["category"], self.standard)
        return of_size(self.facilities, self.standard, found)

    @property
    def counts(self) -> dict[str, int]:
        """How many nearest are found of each category."""
        return counts_by_category(self.standard, self.wanted, k=self.choices)

    def straight(self, positions: Positions, k: int) -> tuple[Floats, Index]:
        """Return metres as the crow flies to the k nearest of the facilities, and where they stand."""
        key = (positions.tobytes(), k)
        if key not in self._straight:
            here, there = self.demand.geometry.representative_point(), self.facilities.geometry
            lon, lat = there.x.to_numpy()[positions], there.y.to_numpy()[positions]
            metres, index = nearest_straight(here.x.to_numpy(), here.y.to_numpy(), lon, lat, k=k)
            self._straight[key] = metres, np.append(positions, -1)[index]
        return self._straight[key]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CaseAssessment:
    """The answers of one case.

    Attributes
    ----------
    people
        People of each demand point who are counted.
    times
        By category, the nearest facilities that are open then.
    assessment
        The tests; the choices of those in time count every facility within the limit.
    causes
        One for each result of `assessment.reach`, in its order.
    views
        Who is covered or left out, and why, for each category at each of the study's minutes, as its
        requirement counts (`geo.measures.standard.Standard.at_minutes`): what a map shows.
    crow_index
        By category, the facility nearest as the crow flies, -1 where there is none.
    methods
        By requirement and minutes, how people were assigned where capacity is given.
    """

    case: Case
    traveller: Traveller
    usable: Usable
    people: Floats
    times: dict[str, NearestTimes]
    assessment: LifeCircleAssessment
    causes: tuple[CauseResult, ...]
    crow_index: dict[str, Index]
    views: tuple[CauseResult, ...] = ()
    methods: Mapping[tuple[str, float], Method] = field(default_factory=dict)

    def no_room(self, position: int) -> Floats:
        """Return the people of each point who reach one service in time and have no room known there."""
        return self.causes[position].no_room


Question: TypeAlias = tuple[Case, Traveller, Usable]
"""A case, who travels in it, and the facilities that can be used in it."""


def assess_cases(
    ground: Ground, questions: Sequence[Question], *, progress: Progress | None = None
) -> tuple[CaseAssessment, ...]:
    """Assess every case; cases with the same traveller and the same usable facilities share searches.

    Parameters
    ----------
    questions
        Case, traveller and usable facilities, in the order of the answers.
    """
    _search(ground, questions, progress)
    answers = [assess_case(ground, *question) for question in questions]
    for traveller in {id(t): t for _, t, _ in questions}.values():
        traveller.forget()
        own = [number for number, answer in enumerate(answers) if answer.traveller is traveller]
        counted = _with_all_choices(ground, [answers[number] for number in own], progress)
        for number, answer in zip(own, counted, strict=True):
            answers[number] = answer
    return tuple(answers)


def _with_all_choices(
    ground: Ground, answers: Sequence[CaseAssessment], progress: Progress | None
) -> list[CaseAssessment]:
    """Return cases of one traveller with the choices of each result counted beyond the nearest few."""
    size, wanted = len(ground.facilities), ground.wanted
    choices = [
        Choice(
            result=result,
            times=answer.times[result.requirement.category],
            counts=answer.usable.now & np.isin(np.arange(size), wanted[result.requirement.category]),
        )
        for answer in answers
        for result in answer.assessment.reach
    ]
    counts = iter(true_choices(answers[0].traveller, choices, progress=progress))
    return [
        replace(
            answer,
            assessment=replace(
                answer.assessment,
                reach=tuple(replace(r, choices=next(counts)) for r in answer.assessment.reach),
            ),
        )
        for answer in answers
    ]


def assess_case(ground: Ground, case: Case, traveller: Traveller, usable: Usable) -> CaseAssessment:
    """Assess one case."""
    people = case.people(ground.demand)
    times = times_of(ground, traveller, usable.now)
    distances = distances_of(ground, usable.any_hour)
    assessment = assess(
        ground.standard, times, distances, profile=traveller.profile.id, applies=ground.applies
    )
    evidence = _EvidenceOf(ground, traveller, usable, people)
    shown = _views(ground, times, traveller.profile.id)
    found: dict[tuple[str, float], CauseResult] = {}
    # One category after the other: what is searched for its room is used for all its limits.
    for result in sorted(
        [*assessment.reach, *shown], key=lambda r: (r.requirement.category, -r.limit_minutes)
    ):
        key = (result.requirement.key, result.limit_minutes)
        if key not in found:
            speed = traveller.network.metres_per_second
            found[key] = find_causes(
                result.requirement,
                evidence.of(result),
                concerned(result, people),
                speed_metres_per_second=speed,
                mode=traveller.profile.travel_mode,
            )
    return CaseAssessment(
        case=case,
        traveller=traveller,
        usable=usable,
        people=people,
        times=times,
        assessment=assessment,
        causes=tuple(found[r.requirement.key, r.limit_minutes] for r in assessment.reach),
        crow_index=evidence.crow_index,
        views=tuple(found[r.requirement.key, r.limit_minutes] for r in shown),
        methods=evidence.room.methods,
    )


def _views(ground: Ground, times: Mapping[str, NearestTimes], profile: str) -> list[ReachResult]:
    """Return the test of every category at each of the study's minutes."""
    return [
        replace(
            reach_result(asked, found, profile=profile), applies=ground.applies.get(asked.condition or "")
        )
        for category, found in times.items()
        for minutes in ground.minutes
        for asked in (ground.standard.at_minutes(category, minutes),)
    ]


def _search(ground: Ground, questions: Sequence[Question], progress: Progress | None) -> None:
    """Make all searches of all cases at once, so that they run beside each other."""
    wanted, counts = ground.wanted, ground.counts
    for traveller in {id(t): t for _, t, _ in questions}.values():
        masks = [
            mask
            for _, t, usable in questions
            if t is traveller
            for mask in (usable.now, usable.if_open, usable.any_hour, usable.when_built)
        ]
        traveller.search(
            ((where[mask[where]], counts[category]) for mask in masks for category, where in wanted.items()),
            progress=progress,
        )


def times_of(ground: Ground, traveller: Traveller, usable: Bools) -> dict[str, NearestTimes]:
    """Return times to the nearest usable facilities of each category that is asked for."""
    counts = ground.counts
    return {
        category: traveller.times(category, where[usable[where]], k=counts[category])
        for category, where in ground.wanted.items()
    }


def distances_of(ground: Ground, usable: Bools) -> list[NearestMetres]:
    """Return distances to what works, at whatever hour: a radius knows no opening hours."""
    wanted, distances = ground.wanted, []
    required = {(r.category, r.measure) for r in ground.standard.requirements if r.metres is not None}
    for category, measure in sorted(required):
        if category not in wanted:
            continue
        where = wanted[category][usable[wanted[category]]]
        k = ground.counts[category]
        if measure == "straight":
            metres, index = ground.straight(where, k)
            distances.append(NearestMetres(category, metres, index, "straight", len(where)))
        elif ground.by_length is not None:
            distances.append(ground.by_length.metres(category, where, k=k))
    return distances


class _EvidenceOf:
    """What is known of every demand point in one case, requirement by requirement."""

    def __init__(self, ground: Ground, traveller: Traveller, usable: Usable, people: Floats) -> None:
        self.ground, self.traveller, self.usable, self.people = ground, traveller, usable, people
        self.if_open = times_of(ground, traveller, usable.if_open)
        self.any_hour = times_of(ground, traveller, usable.any_hour)
        self.when_built = times_of(ground, traveller, usable.when_built)
        self.seconds_to_end = ground.seconds_to_end(traveller)
        self.crow_index: dict[str, Index] = {}
        limits = people_limits(ground.facilities)
        self.room = RoomFinder(traveller, usable, people, wanted=ground.wanted, limits=limits)

    def of(self, result: ReachResult) -> Evidence:
        """Return the evidence for one requirement: by time and in a straight line the same rule decides."""
        requirement = result.requirement
        category = requirement.category
        where = self.ground.wanted[category]
        working = where[self.usable.any_hour[where]]
        metres, index = self.ground.straight(working, self.ground.counts[category])
        self.crow_index[category] = index[:, 0]
        any_hour, when_built = self.any_hour[category], self.when_built[category]
        if_open = self.if_open[category]
        seconds_if_open = deciding(requirement, if_open.seconds, available=if_open.available)
        met_if_open = within(seconds_if_open, result.limit_seconds)
        seconds_any_hour = deciding(requirement, any_hour.seconds, available=any_hour.available)
        straight_metres = deciding(requirement, metres, available=len(working))
        room = self.room.of(result, met_if_open)
        return Evidence(
            seconds_now=result.seconds,
            seconds_if_open=seconds_if_open,
            seconds_nearest=any_hour.nearest_seconds,
            seconds_any_hour=seconds_any_hour,
            seconds_when_built=deciding(requirement, when_built.seconds, available=when_built.available),
            straight_metres=straight_metres,
            way_metres=self._way_metres(result, working, seconds_any_hour, straight_metres),
            unserved=None if room.unserved is None else concerned(result, room.unserved),
            room_unknown=None if room.doubtful is None else concerned(result, room.doubtful),
            connected=self._connected(category),
            seconds_to_end=self.seconds_to_end,
            unknown=room.unknown,
        )

    def _way_metres(
        self, result: ReachResult, working: Positions, seconds: Floats, straight_metres: Floats
    ) -> Floats:
        """Return the length of the ways of those whom only a detour keeps from a place; missing for others.

        A detour explains nothing where somebody is in time, or too far off as the crow flies already.
        """
        in_reach = result.limit_seconds * self.traveller.network.metres_per_second
        late = np.isfinite(seconds) & ~within(seconds, result.limit_seconds)
        asked = late & within_metres(straight_metres, in_reach)
        if not asked.any():
            return np.full(len(seconds), np.nan)
        k = self.ground.counts[result.requirement.category]
        ways = self.traveller.lengths(working, k=k)
        return np.where(asked, deciding(result.requirement, ways, available=len(working)), np.nan)

    def _connected(self, category: str) -> Bools:
        """Return which points have a way to a place of the category: one that works, where any does."""
        where, usable = self.ground.wanted[category], self.usable
        works = int(usable.any_hour[where].sum())
        times = self.any_hour[category] if works else self.when_built[category]
        available = works or int(usable.when_built[where].sum())
        return connected_points(self.traveller.demand.snapped, times.nearest_seconds, available)
