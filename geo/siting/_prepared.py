"""One question made ready for the engines: who counts, which sites may be decided, who reaches what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.limits import MILLISECONDS_PER_SECOND, NO_LIMIT_MS, limit_milliseconds
from geo.siting import _kernels as kernels
from geo.siting._losses import (
    LossTable,
)
from geo.siting.problem import (
    Goal,
    Problem,
    Rules,
    TravelTimes,
)
from geo.types import Bools, Floats, Index


@dataclass(frozen=True, eq=False)
class Case:
    """A problem under rules, with what every engine needs worked out once.

    Sites are named by their number in the problem. ``kept`` stand and stay; ``choices`` are decided:
    candidates, and existing sites where some are to be closed.
    """

    problem: Problem
    rules: Rules
    goal: Goal

    @cached_property
    def weight(self) -> Floats:
        """What an entry of demand counts in the goal."""
        demand, weights = self.problem.demand, self.rules.group_weights
        people = np.asarray(demand.people, dtype=float)
        if not weights:
            return people
        names, number = demand.labels("group")
        factors = np.array([*(float(weights.get(name, 1.0)) for name in names), 1.0])
        scaled: Floats = people * factors[number]
        return scaled

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
        """Existing sites that may be closed."""
        if self.rules.close == 0:
            return np.zeros(self.problem.sites.count, dtype=bool)
        return self.old & ~self.problem.sites.flag("required")

    @cached_property
    def kept(self) -> Index:
        """Sites that are open in every plan because they stand today."""
        return np.flatnonzero(self.old & ~self.closable)

    @cached_property
    def candidates(self) -> Index:
        """Sites that do not stand and may be opened."""
        sites = self.problem.sites
        free = ~sites.flag("existing") & ~sites.flag("forbidden")
        near = self._near_kept
        return np.flatnonzero(free & ~near)

    @cached_property
    def _near_kept(self) -> Bools:
        """Candidates too close to a site that stays."""
        near = np.zeros(self.problem.sites.count, dtype=bool)
        kept = np.zeros(near.size, dtype=bool)
        kept[self.kept] = True
        pairs = self.pairs_given
        near[pairs[kept[pairs[:, 0]], 1]] = True
        near[pairs[kept[pairs[:, 1]], 0]] = True
        return near & ~self.problem.sites.flag("required")

    @property
    def pairs_given(self) -> Index:
        """Pairs that may not both be open, as given."""
        pairs = self.problem.sites.too_close
        return (
            np.empty((0, 2), dtype=np.int64)
            if pairs is None
            else np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        )

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
        """Pairs of choices that may not both be open, at least one of them a candidate."""
        decided = np.zeros(self.problem.sites.count, dtype=bool)
        decided[self.choices] = True
        pairs = self.pairs_given
        both = decided[pairs].all(axis=1) & ~self.old[pairs].all(axis=1)
        return pairs[both]

    @cached_property
    def reach(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return start, demand and milliseconds: who reaches each site in the time that matters."""
        limited = self.goal in ("cover_all", "cover_most")
        most = np.where(self.weight > 0, self.limit if limited else NO_LIMIT_MS, -1)
        return self._spread(most)

    @cached_property
    def cover(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return who reaches each site within the limit of coverage, those of no weight in the goal too."""
        if self.goal in ("cover_all", "cover_most") and not self.rules.group_weights:
            return self.reach
        return self._spread(np.where(np.asarray(self.problem.demand.people) > 0, self.limit, -1))

    @cached_property
    def everyone(self) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
        """Return who reaches each site in the answer: within the limit for coverage, else in any time."""
        if self.goal in ("cover_all", "cover_most"):
            return self.cover
        return self._spread(np.where(np.asarray(self.problem.demand.people) > 0, NO_LIMIT_MS, -1))

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
    def has_side_rules(self) -> bool:
        """Whether rules beyond a count or a budget hold, which the compiled search does not know."""
        rules = self.rules
        both = rules.close > 0 and (rules.new or rules.budget is not None)
        two = rules.new is not None and rules.budget is not None
        special = rules.copies > 1 or rules.area_floor is not None or rules.group_floor is not None
        return bool(
            both or two or special or rules.fair or rules.least_sites or self.pairs.size or self.has_capacity
        )


def _within(times: TravelTimes, most: Index) -> tuple[Index, NDArray[np.int32], NDArray[np.int32]]:
    """Return the travel times without those too long; the very arrays where none is (they can be large)."""
    arrays = (times.start, times.point, times.milliseconds)
    inside = times.milliseconds <= most.astype(np.int32)[times.point]
    if inside.all():
        # Read-only arrays (a file mapped into memory) would have every loop compiled once more.
        return tuple(np.require(part, requirements=["C", "W"]) for part in arrays)  # type: ignore[return-value]
    before = np.concatenate([[0], np.cumsum(inside)])
    return before[times.start], times.point[inside], times.milliseconds[inside]
