"""One question made ready for the engines: who counts, which sites may be decided, who reaches what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.limits import MILLISECONDS_PER_SECOND, NO_LIMIT_MS, limit_milliseconds
from geo.siting.engines import kernels
from geo.siting.engines.losses import (
    LossTable,
)
from geo.siting.problem import FLOORS, Floor, Goal, Problem, Rules
from geo.siting.times import TravelTimes
from geo.types import Bools, Floats, Index


@dataclass(frozen=True, eq=False)
class Case:
    """A problem under rules, with what every engine needs worked out once.

    Sites are named by their number in the problem. ``kept`` stand and stay; ``choices`` are decided:
    candidates, and existing sites where some are to be closed.

    With ``near_too`` candidates too close to a site that stays are decided as well, and only the rule
    bars them: for the question of how far it would have to give way.
    """

    problem: Problem
    rules: Rules
    goal: Goal
    near_too: bool = False

    @cached_property
    def weight(self) -> Floats:
        """What an entry of demand counts in the goal."""
        demand, weights = self.problem.demand, self.rules.group_weights
        people = np.asarray(demand.people, dtype=float)
        if demand.weight is not None:
            people = people * np.asarray(demand.weight, dtype=float)
        if not weights:
            return people
        names, number = demand.labels("group")
        factors = np.array([*(float(weights.get(name, 1.0)) for name in names), 1.0])
        scaled: Floats = people * factors[number]
        return scaled

    @property
    def weighted(self) -> bool:
        """Whether some people count for more or less than others."""
        return bool(self.rules.group_weights) or self.problem.demand.weight is not None

    @cached_property
    def total(self) -> float:
        """All weighted people."""
        return float(self.weight.sum())

    @cached_property
    def limit(self) -> Index:
        """Milliseconds within which an entry of demand is covered."""
        given = self.rules.limit_seconds
        categories = self.problem.demand.categories
        if given is None:
            return np.full(categories.size, NO_LIMIT_MS, dtype=np.int64)
        limits = np.atleast_1d(np.asarray(given, dtype=float)).tolist()
        per_category = np.array([limit_milliseconds(seconds) for seconds in limits], dtype=np.int64)
        whole: Index = (
            per_category[categories] if per_category.size > 1 else np.repeat(per_category, categories.size)
        )
        return whole

    @cached_property
    def old(self) -> Bools:
        """Existing sites that count on the day of the plan."""
        sites = self.problem.sites
        counted = sites.flag("existing") & ~sites.flag("forbidden")
        if sites.opens_on is not None and self.rules.on is not None:
            days = np.asarray(sites.opens_on, dtype="datetime64[D]")
            counted &= np.isnat(days) | (days <= np.datetime64(self.rules.on, "D"))
        return counted

    @cached_property
    def closable(self) -> Bools:
        """Existing sites of which some are closed, by choice."""
        sites = self.problem.sites
        if self.closing == 0:
            return np.zeros(sites.count, dtype=bool)
        free = self.old & ~sites.flag("required") & ~self.shut
        return free if sites.may_close is None else free & np.asarray(sites.may_close, dtype=bool)

    @cached_property
    def shut(self) -> Bools:
        """Existing sites that are closed in every plan."""
        return self.old & self.problem.sites.flag("closed")

    @property
    def closing(self) -> int:
        """How many sites are to be closed by choice: those that are closed in every plan left aside."""
        return max(self.rules.close - int(self.shut.sum()), 0)

    @cached_property
    def kept(self) -> Index:
        """Sites that are open in every plan because they stand today."""
        return np.flatnonzero(self.old & ~self.closable & ~self.shut)

    @cached_property
    def floors(self) -> list[tuple[Floor, Any, Index, float]]:
        """Each floor as its family, the label, the entries of demand, and the least share of their people."""
        rows: list[tuple[Floor, Any, Index, float]] = []
        for family, floor in self.rules.floors.items():
            names, number = self.problem.demand.labels(FLOORS[family])
            for k, label in enumerate(names):
                share = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
                rows.append((family, label, np.flatnonzero(number == k), float(share)))
        return rows

    @cached_property
    def candidates(self) -> Index:
        """Sites that do not stand and may be opened."""
        sites = self.problem.sites
        free = ~sites.flag("existing") & ~sites.flag("forbidden")
        return np.flatnonzero(free if self.near_too else free & ~self.near_kept)

    @cached_property
    def near_kept(self) -> Bools:
        """Candidates too close to a site that stays."""
        near = np.zeros(self.problem.sites.count, dtype=bool)
        kept = np.zeros(near.size, dtype=bool)
        kept[self.kept] = True
        pairs = self.pairs_given
        near[pairs[kept[pairs[:, 0]], 1]] = True
        near[pairs[kept[pairs[:, 1]], 0]] = True
        return near & ~self.problem.sites.flag("required")

    @cached_property
    def pairs_given(self) -> Index:
        """Pairs of two sites that may not both be open, as given, each once."""
        pairs = self.problem.sites.too_close
        if pairs is None or not np.size(pairs):
            return np.empty((0, 2), dtype=np.int64)
        ordered = np.sort(np.asarray(pairs, dtype=np.int64).reshape(-1, 2), axis=1)
        whole: Index = np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0)
        return whole

    @cached_property
    def choices(self) -> Index:
        """All sites that are decided."""
        return np.union1d(self.candidates, np.flatnonzero(self.closable)).astype(np.int64)

    @cached_property
    def required(self) -> Index:
        """Candidates that must be opened."""
        flag = self.problem.sites.flag("required")
        return self.candidates[flag[self.candidates]]

    @cached_property
    def pairs(self) -> Index:
        """Pairs that are left to decide: of two choices, at least one of them a candidate.

        With ``near_too`` also of a candidate and a site that stays.
        """
        decided = np.zeros(self.problem.sites.count, dtype=bool)
        decided[self.choices] = True
        open_too = decided.copy()
        if self.near_too:
            open_too[self.kept] = True
        pairs = self.pairs_given
        both = open_too[pairs].all(axis=1) & decided[pairs].any(axis=1) & ~self.old[pairs].all(axis=1)
        return pairs[both]

    @cached_property
    def money(self) -> Money:
        """Costs and budget in whole units."""
        return whole_money(self.problem.sites.costs, self.rules.budget)

    def cost_of(self, sites: Index) -> float:
        """Return the cost of the new ones among some sites."""
        fresh = sites[np.isin(sites, self.candidates)]
        return self.money.worth(float(self.money.units[fresh].sum()))

    @cached_property
    def reach(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return start, demand and milliseconds: who reaches each site in the time that matters."""
        limited = self.goal in ("cover_all", "cover_most")
        most = np.where(self.weight > 0, self.limit if limited else NO_LIMIT_MS, -1)
        return self._spread(most)

    @cached_property
    def cover(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return who reaches each site within the limit of coverage, those of no weight in the goal too."""
        if self.goal in ("cover_all", "cover_most") and not self.weighted:
            return self.reach
        return self._spread(np.where(np.asarray(self.problem.demand.people) > 0, self.limit, -1))

    @cached_property
    def everyone(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return who reaches each site in the answer: within the limit for coverage, else in any time."""
        if self.goal in ("cover_all", "cover_most"):
            return self.cover
        return self._spread(np.where(np.asarray(self.problem.demand.people) > 0, NO_LIMIT_MS, -1))

    def among(self, entries: Index) -> Case:
        """Return the case of some entries of demand alone, for its tables: all else is that of the whole."""
        part = replace(self)
        start, demand, milliseconds = self.reach
        number = np.full(self.weight.size, -1, dtype=np.int32)
        number[entries] = np.arange(entries.size)
        most = np.where(number >= 0, np.inf, -1.0)
        rows = np.arange(start.size - 1)
        start, demand, milliseconds = kernels.keep_rows(start, demand, milliseconds, most, rows)
        # Worked out here, and kept where each would be kept once it had been asked for.
        part.__dict__["reach"] = start, number[demand], milliseconds
        part.__dict__["weight"] = self.weight[entries]
        return part

    def _spread(self, most: Index) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        times, demand, sites = self.problem.times, self.problem.demand, self.problem.sites
        most = np.minimum(most, NO_LIMIT_MS)
        if sites.offers is None and demand.point is None:
            return _within(times, most)
        category = demand.categories
        offers = np.ones((sites.count, int(category.max(initial=0)) + 1), dtype=bool)
        if sites.offers is not None:
            offers = np.ascontiguousarray(np.asarray(sites.offers, dtype=bool).reshape(sites.count, -1))
        order = np.argsort(demand.points, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(demand.points, minlength=times.points))])
        outcome: tuple[Index, NDArray[np.int32], NDArray[np.int32]] = kernels.spread(
            times.start,
            times.point,
            times.milliseconds,
            starts.astype(np.int64),
            order,
            category,
            offers,
            most,
        )
        return outcome

    def partial(self, milliseconds: np.ndarray) -> Floats:
        """Return the share of a person covered at a travel time (1 without decay)."""
        if self.rules.decay is None:
            return np.ones(milliseconds.size)
        shares = np.asarray(self.rules.decay(milliseconds / MILLISECONDS_PER_SECOND), dtype=float)
        clipped: Floats = np.clip(shares, 0.0, 1.0)
        return clipped

    def table(self, *, goal: Goal | None = None, most: int | None = None) -> LossTable:
        """Return the losses of the choices once all kept sites are open.

        Parameters
        ----------
        goal
            Whose loss: people not covered, or weighted milliseconds (default: the goal's own).
        most
            Milliseconds within which all are to be covered, for the least worst minute.
        """
        start, demand, milliseconds = self.reach
        goal = goal or self.goal
        weight = self.weight
        if most is not None:
            inside = milliseconds <= most
            before = np.concatenate([[0], np.cumsum(inside)])
            start, demand, milliseconds = before[start], demand[inside], milliseconds[inside]
            weight = (weight > 0).astype(float)
        if goal == "least_minutes":
            loss, cap = milliseconds.astype(float), np.full(weight.size, self.unserved)
        else:
            plain = self.rules.decay is None or most is not None
            loss = np.empty(0) if plain else 1.0 - self.partial(milliseconds)
            cap = np.ones(weight.size)
        for site in self.kept:
            kernels.open_site(start, demand, loss, cap, site)
        start, demand, loss = kernels.keep_rows(start, demand, loss, cap, self.choices)
        return LossTable(start, demand, loss, weight, cap, np.ones(self.choices.size))

    def cover_table(self, *, nothing_kept: bool = False) -> LossTable:
        """Return who is covered by each choice once all kept sites (or none) are open, by people."""
        start, demand, milliseconds = self.cover
        people = np.asarray(self.problem.demand.people, dtype=float)
        loss = np.empty(0) if self.rules.decay is None else 1.0 - self.partial(milliseconds)
        cap = np.ones(people.size)
        if not nothing_kept:
            for site in self.kept:
                kernels.open_site(start, demand, loss, cap, site)
        start, demand, loss = kernels.keep_rows(start, demand, loss, cap, self.choices)
        return LossTable(start, demand, loss, people, cap, np.ones(self.choices.size))

    @cached_property
    def unserved(self) -> float:
        """Milliseconds that a person whom no open site reaches counts as."""
        if self.rules.unserved_seconds is not None:
            return float(self.rules.unserved_seconds) * MILLISECONDS_PER_SECOND
        return 2.0 * float(self.problem.times.milliseconds.max(initial=0)) + 1.0

    def area_of_sites(self) -> tuple[list[Any], Index]:
        """Return the areas of ``Rules.least_sites`` and the number of each site's area (-1: another)."""
        names = list(self.rules.least_sites)
        number = {name: k for k, name in enumerate(names)}
        labels = self.problem.sites.area
        if labels is None:
            return names, np.full(self.problem.sites.count, -1)
        return names, np.array([number.get(label, -1) for label in labels], dtype=np.int64)

    @property
    def has_capacity(self) -> bool:
        """Whether some usable site can run out of room."""
        usable = np.concatenate([self.kept, self.choices])
        return bool(np.isfinite(self.problem.sites.capacities[usable]).any())

    @property
    def only_closes(self) -> bool:
        """Whether no new site can be opened: sites are to be closed, and nothing allows for others."""
        rules = self.rules
        return rules.close > 0 and not rules.new and rules.budget is None

    @property
    def has_side_rules(self) -> bool:
        """Whether rules beyond a count or a budget hold, which the compiled search does not know.

        A number or a budget of 0 is a rule as any other; only a number of 0 beside closures adds nothing.
        """
        rules = self.rules
        both = self.closing > 0 and not self.only_closes
        two = rules.new is not None and rules.budget is not None
        special = rules.copies > 1 or bool(rules.floors)
        placed = bool(rules.least_sites) or bool(self.pairs.size)
        return bool(both or two or special or rules.fair or placed or self.has_capacity)


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """Costs of all sites in whole units of ``10 ** -places``, and how many units the budget allows.

    ``budget`` is that of all sites together where no lower one is set.
    """

    units: Floats
    budget: float
    places: int

    def worth(self, units: float) -> float:
        """Return so many units as money."""
        return units / 10.0**self.places if self.places >= 0 else units * 10.0**-self.places


_DIGITS = 15
"""Digits of the sum of all costs that are kept: whole numbers as large are exact in double precision."""


def whole_money(costs: Floats, budget: float | None) -> Money:
    """Return costs and budget as whole numbers of the last decimal place that any of them was written in.

    Costs with more digits than double precision holds are rounded to the unit; then, and only then, the
    budget is met within half a unit a site. A budget that is itself a sum in floating point is met
    within one part in 10^14.

    Examples
    --------
    >>> money = whole_money(np.array([0.1, 0.2]), 0.3)
    >>> money.units.tolist(), money.budget, money.places
    ([1.0, 2.0], 3.0, 1)
    """
    written, place = np.unique(np.asarray(costs, dtype=float), return_inverse=True)
    exact = [Decimal(repr(float(cost))) for cost in written]
    counts = np.bincount(place.reshape(-1), minlength=written.size)
    total = sum((cost * int(count) for cost, count in zip(exact, counts, strict=True)), Decimal(0))
    places = max((-int(cost.normalize().as_tuple().exponent) for cost in exact if cost), default=0)
    most = _DIGITS - (total.adjusted() + 1 if total else 0)
    kept = min(places, most)
    whole = [cost.scaleb(kept).to_integral_value(ROUND_HALF_EVEN) for cost in exact]
    units = np.array([float(cost) for cost in whole])[place.reshape(-1)]
    allowed = float(units.sum())
    if budget is not None and budget < np.inf:
        limit = Decimal(repr(float(budget))) * (1 + Decimal("1e-14"))
        rounded = Decimal(len(costs)) / 2 if places > kept else Decimal(0)
        most_units = float((limit.scaleb(kept) + rounded).to_integral_value(ROUND_FLOOR))
        allowed = min(allowed, most_units)
    return Money(units, allowed, kept)


def _within(times: TravelTimes, most: Index) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
    """Return the travel times without those too long; the very arrays where none is (they can be large)."""
    arrays = (times.start, times.point, times.milliseconds)
    inside = times.milliseconds <= most.astype(np.int32)[times.point]
    if inside.all():
        # Read-only arrays (a file mapped into memory) would have every loop compiled once more.
        return tuple(np.require(part, requirements=["C", "W"]) for part in arrays)  # type: ignore[return-value]
    before = np.concatenate([[0], np.cumsum(inside)])
    return before[times.start], times.point[inside], times.milliseconds[inside]
