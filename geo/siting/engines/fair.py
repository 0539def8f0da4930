"""Fair plans: least Gini coefficient of coverage over areas, or the worst area first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy import sparse

from geo.siting.engines import kernels
from geo.siting.engines.choose import cut_off, flow_of, most_covered
from geo.siting.engines.highs import INFINITE
from geo.siting.engines.losses import sums
from geo.siting.engines.milp import SitingModel
from geo.siting.engines.proof import Flow, Record, Watch
from geo.siting.prepared import Case
from geo.siting.recount import recount
from geo.siting.rules import ROUNDING, breaks, closes_right
from geo.types import Bools, Floats, Index

_GINI = 1e-9
"""Coefficients closer than this count as equal."""

_SHARE = 1e-9
"""Shares of an area's people closer than this count as equal."""


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """People of each area that has any, and which entries of demand they are."""

    inside: list[Floats]
    people: Floats

    @classmethod
    def of(cls, case: Case) -> _Areas:
        people = np.asarray(case.problem.demand.people, dtype=float)
        names, number = case.problem.demand.labels("part")
        inside = [np.where(number == k, people, 0.0) for k in range(len(names))]
        inside = [part for part in inside if part.sum() > 0]
        return cls(inside, np.array([part.sum() for part in inside]))

    def rates(self, case: Case, sites: Index, flow: Flow | None) -> Floats:
        """Return the share of each area's people that a plan covers, counted afresh."""
        if flow is None:
            covered = recount(case, np.union1d(case.kept, sites)).covered
        else:
            covered = sums(flow[1], flow[2] * flow[3], case.weight.size)
        return np.array([part @ covered for part in self.inside]) / self.people

    def gini(self, case: Case, sites: Index, flow: Flow | None) -> float:
        """Return the Gini coefficient of a plan; 0 where nobody is covered, for all are alike."""
        rate, weight = self.rates(case, sites, flow), self.people / self.people.sum()
        mean = float(weight @ rate)
        return float(weight @ np.abs(rate[:, None] - rate) @ weight) / (2 * mean) if mean > 0 else 0.0


Rate = tuple[Index, Floats, float]
"""The covered share of an area as columns of a model, their factors, and a constant."""


def _rates(made: SitingModel, areas: _Areas) -> list[Rate]:
    assert made.cover is not None
    rates = []
    for part, total in zip(areas.inside, areas.people, strict=True):
        costs, constant = made.cover.cost(part, made.model.width)
        columns = np.flatnonzero(costs)
        rates.append((columns, -costs[columns] / total, 1.0 - constant / total))
    return rates


def _without_fairness(case: Case) -> Case:
    return Case(case.problem, replace(case.rules, fair=None), case.goal)


def least_gini(case: Case, watch: Watch, record: Record, *, seed: int) -> str:
    """Minimise the Gini coefficient of the areas' coverage, weighted by people (Dinkelbach 1967).

    The coefficient is ``sum over pairs p_a p_b |r_a - r_b| / sum p_a r_a`` for shares of people ``p`` and
    of coverage ``r``. For a guess ``g`` the least of numerator less ``g`` times denominator is linear; where
    that is 0, ``g`` is the least coefficient. Each guess is the coefficient of the plan before.

    Where that least is only known to be ``L`` or more, with ``L < 0``, the coefficient of every plan is
    ``g + L / d`` or more, where ``d`` is the least denominator that any plan can have.

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    record.prove(0.0)
    areas = _Areas.of(case)
    most = Record(0.0)
    stopped = _most_covered(case, watch, most, seed)
    record.counts |= most.counts
    if most.bound == np.inf:
        record.prove(np.inf)
        return ""
    if most.value == np.inf:
        return stopped or "engine"
    allowed = (1.0 - case.rules.give_up) * (case.total - most.value)
    sure = (1.0 - case.rules.give_up) * (case.total - most.bound)
    fair = _FairModel(case, areas, allowed, sure)
    if fair.keeps(most.sites, most.flow):
        record.offer(most.sites, areas.gini(case, most.sites, most.flow), most.flow)
    else:
        record.fallback = most.sites
    if not areas.people.size:
        record.prove(record.value if record.value < np.inf else 0.0)
        return stopped
    return fair.search(watch, record, seed) or (stopped if record.bound < record.value else "")


def _most_covered(case: Case, watch: Watch, record: Record, seed: int) -> str:
    """Find the best coverage, which says what may be given up; it gets half of the time."""
    free = _without_fairness(case)
    return most_covered(free, watch.part(0.5), record, seed=seed, gap=0.0)


class _FairModel:
    """Coverage with the differences between areas as columns, and which plans are known to be allowed.

    ``allowed`` is what every plan of the question covers at least; ``sure`` what a plan must cover to be
    known as one of them, which is more where the best coverage itself was not proven.
    """

    def __init__(self, case: Case, areas: _Areas, allowed: float, sure: float) -> None:
        self.case, self.areas, self.sure = case, areas, sure
        self.made = made = SitingModel(case)
        model = made.model
        assert made.cover is not None
        costs, constant = made.cover.cost(case.weight, model.width)
        column = np.flatnonzero(costs)
        give = ROUNDING * max(case.total, 1.0)
        model.row(-INFINITE, case.total - allowed - constant + give, column, costs[column])
        rates = _rates(made, areas)
        weight = areas.people / max(float(areas.people.sum()), 1e-300)
        pairs = list(combinations(range(len(rates)), 2))
        apart = model.columns(len(pairs))
        for e, (a, b) in zip(apart, pairs, strict=True):
            for one, two in ((a, b), (b, a)):
                # apart >= rate of one - rate of two
                columns = np.concatenate([[e], rates[one][0], rates[two][0]])
                values = np.concatenate([[1.0], -rates[one][1], rates[two][1]])
                model.row(rates[one][2] - rates[two][2], INFINITE, columns, values)
        self.spread = np.zeros(model.width)
        self.spread[apart] = [weight[a] * weight[b] for a, b in pairs]
        self.level, self.base = np.zeros(model.width), 0.0
        for rate, share in zip(rates, weight, strict=True):
            np.add.at(self.level, rate[0], share * rate[1])
            self.base += share * rate[2]
        self.least_level = self._least_level(allowed)

    def _least_level(self, allowed: float) -> float:
        """Return a mean share below which no plan covers the areas."""
        case, areas = self.case, self.areas
        people = np.asarray(case.problem.demand.people, dtype=float)
        heaviest = float(np.max(case.weight[people > 0] / people[people > 0], initial=0.0))
        inside = float(areas.people.sum())
        by_rule = allowed / heaviest - (float(people.sum()) - inside) if heaviest > 0 else 0.0
        fixed = 0.0
        if not case.has_capacity:
            always = np.union1d(case.kept, case.required)
            fixed = float(np.sum(areas.rates(case, always, None) * areas.people))
        return max(by_rule, fixed, 0.0) / max(inside, 1e-300) * (1.0 - ROUNDING)

    def keeps(self, sites: Index, flow: Flow | None) -> bool:
        """Return whether a plan is known to give up no more coverage than it may."""
        case = self.case
        if flow is None:
            covered = recount(case, np.union1d(case.kept, sites)).covered
        else:
            covered = sums(flow[1], flow[2] * flow[3], case.weight.size)
        tolerance = 2.0 * ROUNDING * max(case.total, 1.0) + (1e-6 if flow is not None else 0.0)
        return bool(case.weight @ covered >= self.sure - tolerance)

    def search(self, watch: Watch, record: Record, seed: int) -> str:
        """Guess the coefficient again and again, each time that of the best plan so far."""
        made, case = self.made, self.case
        if self.least_level <= 0.0:
            stopped = self._look_for_nobody(watch, record, seed)
            if stopped:
                return stopped
        guess = record.value if record.value < np.inf else 1.0
        for _ in range(200):
            if record.value <= 0.0:
                return ""
            start = (made.x, np.isin(case.choices, record.sites).astype(float))
            cost = self.spread - guess * self.level
            known = start if record.value < np.inf else None
            out = made.model.solve(watch, cost=cost, seed=seed, start=known, stage="fairness")
            if out.x is None:
                if np.isfinite(out.bound):
                    self._prove(record, guess, out.bound - guess * self.base)
                return out.stopped_by or "engine"
            self._prove(record, guess, out.bound - guess * self.base)
            before = record.value
            if not self._take(record, out.x):
                chosen = out.x[made.x] > 0.5
                cut_off(made, chosen, breaks(case, case.choices[chosen]) == "too much")
                if out.stopped_by or watch.over:
                    return out.stopped_by or watch.why
                continue
            if out.stopped_by or record.value - record.bound <= _GINI:
                return out.stopped_by
            if record.value >= min(before, guess) - _GINI:
                return "engine"
            guess = record.value
        return "engine"

    def _look_for_nobody(self, watch: Watch, record: Record, seed: int) -> str:
        """Find the least mean share a plan can have; a plan that covers nobody treats all alike."""
        out = self.made.model.solve(watch, cost=self.level, seed=seed, stage="fairness")
        if out.x is not None:
            self._take(record, out.x)
        if np.isfinite(out.bound):
            self.least_level = max(out.bound + self.base - _GINI, 0.0)
        return out.stopped_by

    def _prove(self, record: Record, guess: float, least: float) -> None:
        """Turn what is known of the linear goal into a bound of the coefficient."""
        if least >= -_GINI:
            record.prove(guess)
        elif self.least_level > 0.0 and np.isfinite(least):
            record.prove(guess + least / self.least_level)

    def _take(self, record: Record, x: Floats) -> bool:
        """Offer a plan of the model, counted afresh; return whether it keeps the rules."""
        case, made = self.case, self.made
        sites, flow = case.choices[x[made.x] > 0.5], flow_of(made, x)
        if flow is None and (breaks(case, sites) or not closes_right(case, sites)):
            return False
        if self.keeps(sites, flow):
            record.offer(sites, self.areas.gini(case, sites, flow), flow)
        return True


def worst_first(case: Case, watch: Watch, record: Record, *, seed: int) -> str:
    """Make the worst area as good as can be, then the second worst, and so on (leximin).

    The value is minus the share of the worst area, so that less is better. The search starts from the
    plan that covers most, and looks at those areas only that some choice can change: the others are as
    they are in every plan.

    Returns
    -------
    str
        Why the search ended early, else empty. ``counts`` says how many areas there are to settle and how
        many are.
    """
    record.prove(-1.0)
    areas = _Areas.of(case)
    most = Record(0.0)
    stopped = most_covered(_without_fairness(case), watch.part(0.2), most, seed=seed, gap=0.0)
    if most.bound == np.inf:
        record.prove(np.inf)
        return ""
    if most.value == np.inf:
        return stopped or "engine"
    return _Leximin(case, areas, most, record, seed).search(watch)


class _Leximin:
    """Worst area first, step by step.

    First as few areas as can be are left with nobody covered at all, which is one question about places.
    Then step ``k`` maximises the sum of the ``k`` least shares, which is linear: ``k t - sum(d)`` with
    ``d >= t - rate`` (Ogryczak & Sliwinski 2003); the sums before are held.
    """

    def __init__(self, case: Case, areas: _Areas, most: Record, record: Record, seed: int) -> None:
        self.case, self.areas, self.record, self.seed = case, areas, record, seed
        self.moving = _changed(case, areas)
        fixed = areas.rates(case, np.empty(0, dtype=np.int64), None) if not case.has_capacity else None
        still = np.flatnonzero(~self.moving)
        #: Shares of the areas no choice changes are those of today.
        self.worst_fixed = float(fixed[still].min(initial=1.0)) if fixed is not None else 1.0
        self.least: Floats | None = None
        self.flow: Flow | None = None
        self.take(most.sites, most.flow)
        self.record.prove(-self.worst_fixed)

    def take(self, sites: Index, flow: Flow | None) -> None:
        """Keep a plan where its areas, from the worst up, are better than those of the best so far."""
        rates = np.sort(self.areas.rates(self.case, sites, flow))
        if self.least is not None and not _better(rates, self.least):
            return
        self.least = rates
        worst = float(rates.min(initial=1.0))
        self.record.replace(sites, -worst, flow)

    def search(self, watch: Watch) -> str:
        """Settle one area after another until none is left or the clock runs out."""
        count = int(self.moving.sum())
        self.record.counts |= {"areas_to_settle": count, "areas_settled": 0}
        if not count:
            self.record.prove(self.record.value)
            return ""
        if watch.over:
            return watch.why
        made = SitingModel(self.case)
        rates = [rate for rate, moves in zip(_rates(made, self.areas), self.moving, strict=True) if moves]
        empty, stopped = self._fewest_empty(made, watch)
        if stopped:
            return stopped
        self.record.counts["areas_settled"] = empty
        for k in range(empty + 1, count + 1):
            stopped = self._step(made, rates, k, watch)
            if stopped:
                return stopped
            self.record.counts["areas_settled"] = k
        self.record.prove(self.record.value)
        return ""

    def _fewest_empty(self, made: SitingModel, watch: Watch) -> tuple[int, str]:
        """Leave as few areas as can be with nobody covered; hold that, and return how many they are."""
        case = self.case
        if case.has_capacity or case.rules.copies > 1 or case.rules.decay is not None:
            return 0, ""
        base = self.areas.rates(case, np.empty(0, dtype=np.int64), None)
        bare = np.flatnonzero(self.moving & (base <= 0.0))
        if not bare.size:
            return 0, ""
        helped = _helpers(case, self.areas)[bare]
        model = made.model
        y = model.columns(bare.size, whole=True)
        for row, column in enumerate(y):
            near = made.x[helped.indices[helped.indptr[row] : helped.indptr[row + 1]]]
            model.row(0.0, INFINITE, np.append(near, column), [*[1.0] * near.size, -1.0])
        costs = np.zeros(model.width)
        costs[y] = -1.0
        stopped, sites = self._solve(made, costs, watch)
        if sites is None:
            return 0, stopped
        reached = int((helped @ np.isin(case.choices, sites).astype(float) > 0).sum())
        model.row(float(reached), INFINITE, y, 1.0)
        empty = bare.size - reached
        if empty:
            self.record.prove(0.0)
        return empty, ""

    def _step(self, made: SitingModel, rates: list[Rate], k: int, watch: Watch) -> str:
        """Make the sum of the ``k`` least shares as large as can be, and hold it."""
        model = made.model
        t = model.columns(1, lower=-INFINITE, upper=INFINITE)
        below = model.columns(len(rates), upper=INFINITE)
        for d, rate in zip(below, rates, strict=True):
            # below >= t - rate
            model.row(-rate[2], INFINITE, np.concatenate([[d], t, rate[0]]), [1.0, -1.0, *rate[1]])
        columns, values = np.concatenate([t, below]), np.concatenate([[float(k)], -np.ones(below.size)])
        costs = np.zeros(model.width)
        costs[columns] = -values
        stopped, sites = self._solve(made, costs, watch, first=k == 1)
        if sites is None:
            return stopped
        assert self.least is not None
        held = float(np.sort(self.areas.rates(self.case, sites, self.flow)[self.moving])[:k].sum())
        model.row(held - _SHARE * k, INFINITE, columns, values)
        return ""

    def _solve(
        self, made: SitingModel, costs: Floats, watch: Watch, *, first: bool = False
    ) -> tuple[str, Index | None]:
        """Solve one step to its end; return its sites, or why there are none that are proven."""
        case = self.case
        while True:
            start = (made.x, np.isin(case.choices, self.record.sites).astype(float))
            out = made.model.solve(watch, cost=costs, seed=self.seed, start=start, stage="fairness")
            if first and np.isfinite(out.bound):
                self.record.prove(max(-self.worst_fixed, out.bound))
            if out.x is None:
                return out.stopped_by or "engine", None
            chosen = out.x[made.x] > 0.5
            sites, flow = case.choices[chosen], flow_of(made, out.x)
            broken = "" if flow is not None else breaks(case, sites)
            if not broken and (flow is not None or closes_right(case, sites)):
                self.flow = flow
                self.take(sites, flow)
                return (out.stopped_by, None) if out.stopped_by else ("", sites)
            if out.stopped_by or watch.over:
                return out.stopped_by or watch.why, None
            cut_off(made, chosen, broken == "too much")


def _better(one: Floats, two: Floats) -> bool:
    """Return whether sorted shares are better than others: larger where they first differ."""
    differ = np.flatnonzero(np.abs(one - two) > _SHARE)
    return bool(differ.size) and bool(one[differ[0]] > two[differ[0]])


def _helpers(case: Case, areas: _Areas) -> sparse.csr_array:
    """Return which choices reach somebody in each area: a row per area, a column per choice."""
    start, demand, _ = kernels.keep_rows(
        *case.cover[:2], np.empty(0), np.ones(case.weight.size), case.choices
    )
    site = np.repeat(np.arange(case.choices.size), np.diff(start))
    area = np.full(case.weight.size, -1, dtype=np.int64)
    for number, part in enumerate(areas.inside):
        area[part > 0] = number
    known = area[demand] >= 0
    pairs = np.unique(np.stack([area[demand[known]], site[known]]), axis=1)
    shape = (len(areas.inside), case.choices.size)
    return sparse.csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape)


def _changed(case: Case, areas: _Areas) -> Bools:
    """Return which areas have somebody whose coverage some choice can change."""
    if case.has_capacity:
        return np.ones(len(areas.inside), dtype=bool)
    none = recount(case, case.kept).covered
    every = recount(case, np.union1d(case.kept, case.choices)).covered
    return np.array([bool((every[part > 0] != none[part > 0]).any()) for part in areas.inside], dtype=bool)
