"""A siting question in the words of the engine: its problem and its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, zip_longest
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.siting import Demand, Goal, Limit, Problem, Rules, Sites, TravelTimes, pairs_within
from geo.text import Text
from geo.types import Bools, Floats
from layers.study.siting.names import name_sites
from layers.study.siting.question import CODE, GoalName, SiteQuestion

GOALS: dict[GoalName, Goal] = {
    "cover": "cover_all",
    "people": "cover_most",
    "minutes": "least_minutes",
    "worst": "least_worst",
}

FARTHEST_MINUTES = 60.0
"""Longest search where minutes are added up, an hour; people who reach nothing sooner count as this far."""


def make_problem(
    question: SiteQuestion,
    sites: gpd.GeoDataFrame,
    times: TravelTimes,
    demand: Demand,
    *,
    offers: Bools | None = None,
    area: NDArray[Any] | None = None,
) -> Problem:
    """Return the engine's problem: times, sites with their flags, and demand.

    Parameters
    ----------
    sites
        ``id, existing, cost, capacity, geometry``, one row a row of the times.
    offers, area
        What each site offers, a column a service; the area it stands in.

    Raises
    ------
    InputError
        With every id that is no candidate, and where a budget meets candidates without a cost.
    """
    existing = sites["existing"].to_numpy(dtype=bool)
    named = name_sites(question, sites)
    faults = [*named.faults, *_without_cost(question, sites)]
    if faults:
        raise InputError(faults)
    pairs = None
    if question.apart_metres is not None:
        points = sites.geometry
        pairs = pairs_within(points.x.to_numpy(), points.y.to_numpy(), metres=question.apart_metres)
        pairs = pairs[~existing[pairs].all(axis=1)]
    described = Sites(
        len(sites),
        existing=existing,
        required=named.flags["keep"],
        forbidden=named.flags["forbid"],
        closed=named.flags["must_close"],
        may_close=named.flags["may_close"] if question.may_close else None,
        cost=None if question.budget_in_all is None else sites["cost"].fillna(0.0).to_numpy(dtype=float),
        capacity=sites["capacity"].to_numpy(dtype=float) if question.capacity == "limits" else None,
        offers=offers,
        area=area,
        too_close=pairs,
    )
    return Problem(times, described, demand)


def make_rules(question: SiteQuestion, minutes: float, **parts: Any) -> Rules:
    """Return the rules of the engine for a question, with the minutes that were settled on.

    Parameters
    ----------
    parts
        Rules by label: fairness, floors, weights and least sites (`layers.siting_blocks`).
    """
    adds_up = question.aim == "minutes"
    return Rules(
        new=question.new_in_all,
        budget=question.budget_in_all,
        limit_seconds=minutes_to_seconds(minutes),
        share=question.share if question.aim == "cover" else 1.0,
        copies=question.copies,
        decay=decay_of(question, minutes),
        close=question.closed,
        unserved_seconds=farthest_seconds(minutes) if adds_up else None,
        **parts,
    )


def make_limits(question: SiteQuestion) -> list[Limit]:
    """Return what may be built up to the end of each year; nothing where years are not asked for.

    Examples
    --------
    >>> [limit.new for limit in make_limits(SiteQuestion(phases=(2, 1, 1)))]
    [2, 3, 4]
    """
    new, money = list(accumulate(question.phases)), list(accumulate(question.phase_budgets))
    return [
        Limit(new=most if new else question.new, budget=most_money if money else question.budget)
        for most, most_money in zip_longest(new, money)
    ]


def decay_of(question: SiteQuestion, minutes: float) -> Callable[[Floats], Floats] | None:
    """Return the share of a person counted by seconds of travel; None without decay.

    Examples
    --------
    >>> half = decay_of(SiteQuestion(new=1, decay="exponential", decay_minutes=5), 15)
    >>> half(np.array([0.0, 300.0, 600.0])).tolist()
    [1.0, 0.5, 0.25]
    """
    scale = minutes_to_seconds(question.decay_minutes or minutes / 3)
    if question.decay == "gaussian":
        return lambda seconds: np.exp(-(seconds**2) / (2 * scale**2))
    if question.decay == "exponential":
        return lambda seconds: np.exp2(-seconds / scale)
    return None


def farthest_seconds(minutes: float) -> float:
    """Return how far is searched where minutes count: an hour, or longer where the limit is longer."""
    return minutes_to_seconds(max(FARTHEST_MINUTES, minutes))


def _without_cost(question: SiteQuestion, sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    missing = int((sites["cost"].isna() & ~sites["existing"]).sum())
    if question.budget_in_all is not None and missing:
        what = Text(f"{missing:,} candidates have no cost", f"有 {missing:,} 个备选点位没有费用")
        fix = Text(
            "Give a column cost in the candidate layer, or use `new`",
            "请在备选点位图层中提供费用列，或改用 `new`",
        )
        yield _fault("phase_budgets" if question.phase_budgets else "budget", what, fix)


def _fault(field: str, what: Text, fix: Text, *, value: str = "") -> Fault:
    return Fault(what, fix, source=field, value=value, code=CODE)
