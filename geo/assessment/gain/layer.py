"""The gain at every junction: people left out of a service today who would be covered by a place there.

Reach alone is counted: whether there is room at the new place, or at those that stand, is not looked at.
A place at a junction is joined to the streets as any other place would be, so that what stands here is
what a place put there comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.gain.catchment import people_reaching
from geo.joins.barriers import Barriers
from geo.limits import limit_milliseconds, minutes_to_seconds, within
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.types import Bools, Floats

MOST_VALUES = 600_000
"""Junctions times layers that are worked out: beyond it a page would grow by more than it is worth."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GainLayer:
    """Gain at every junction for one case, service and limit.

    Attributes
    ----------
    case
        Position of the case.
    people
        float64 [nodes]: people who are left out today and would be covered by one place at the junction.
    """

    case: int
    category: str
    minutes: float
    people: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    case: int
    category: str
    minutes: float
    # Lower comes first where not all can be worked out.
    order: tuple[bool, bool, int]


def gain_layers(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    *,
    shown: Bools,
    barriers: Barriers,
    max_snap_metres: float,
    most_values: int = MOST_VALUES,
) -> tuple[GainLayer, ...]:
    """Return the gain of every service at every limit, as far as there is room for.

    What the standard asks for, at the minutes it asks for, comes first. Where the mean of several decides
    there is no gain of a single place, and no layer.

    Parameters
    ----------
    shown
        Demand points that may be shown; what is known of the others is not told by what a place would gain.
    most_values
        Junctions times layers.
    """
    wanted = _wanted(ground, answers)
    left = most_values
    kept = []
    for each in sorted(wanted, key=lambda want: want.order):
        left -= answers[each.case].traveller.network.node_count
        if left < 0:
            break
        kept.append(each)
    layers = []

    def traveller(each: _Wanted) -> int:
        return id(answers[each.case].traveller)

    for _, group in groupby(sorted(kept, key=traveller), key=traveller):
        layers += _of_traveller(ground, answers, list(group), shown, barriers, max_snap_metres)
    return tuple(sorted(layers, key=lambda layer: layer.case))


def _wanted(ground: Ground, answers: Sequence[CaseAssessment]) -> list[_Wanted]:
    found = []
    for number, answer in enumerate(answers):
        for category in answer.times:
            lines = [r for r in ground.standard.requirements if r.category == category and r.minutes]
            required = min((r.minutes for r in lines if r.by_standard and r.minutes), default=None)
            demanded = any(r.demanded for r in lines)
            for minutes in ground.minutes:
                asked = ground.standard.at_minutes(category, minutes)
                if asked.counts_many and asked.combine == "mean":
                    continue
                order = (minutes != required, not demanded, number)
                found.append(_Wanted(case=number, category=category, minutes=minutes, order=order))
    return found


def _of_traveller(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    wanted: Sequence[_Wanted],
    shown: Bools,
    barriers: Barriers,
    max_snap_metres: float,
) -> list[GainLayer]:
    """Return layers of one traveller: all of them by one search from every home."""
    traveller = answers[wanted[0].case].traveller
    places = at_junctions(traveller.network, barriers=barriers, max_snap_metres=max_snap_metres)
    people = np.column_stack([missing_one(ground, answers[w.case], w.category, w.minutes) for w in wanted])
    people[~shown] = 0.0
    limits = np.array([limit_milliseconds(minutes_to_seconds(w.minutes)) for w in wanted])
    gained = people_reaching(traveller.network, traveller.demand, places, people, limits_ms=limits)
    return [
        GainLayer(case=w.case, category=w.category, minutes=w.minutes, people=gained[:, column])
        for column, w in enumerate(wanted)
    ]


def at_junctions(network: StreetNetwork, *, barriers: Barriers, max_snap_metres: float) -> AccessPoints:
    """Return every junction as a place put there is joined to the streets, to the digits a page keeps."""
    where = np.round(network.node_lon, 7), np.round(network.node_lat, 7)
    return snap(network, where, max_snap_metres=max_snap_metres, barriers=barriers)


def missing_one(ground: Ground, answer: CaseAssessment, category: str, minutes: float) -> Floats:
    """Return the people of each demand point who lack exactly one place of a service within the minutes."""
    asked = ground.standard.at_minutes(category, minutes)
    count = asked.count if asked.counts_many else 1
    reached = within(answer.times[category].seconds, minutes_to_seconds(minutes)).sum(axis=1)
    applies = ground.applies.get(asked.condition or "")
    people = answer.people if applies is None else np.where(applies, answer.people, 0.0)
    return np.where(reached == count - 1, people, 0.0)
