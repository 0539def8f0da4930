"""Fair plans: least Gini coefficient of coverage over areas, or the worst area first."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from geo.siting._branch import Watch
from geo.siting._engines import Answer, by_model, flow_of
from geo.siting._highs import INFINITE
from geo.siting._milp import SitingModel
from geo.siting._prepared import Case
from geo.types import Floats, Index


def _rates(made: SitingModel) -> tuple[list[tuple[Index, Floats, float]], Floats]:
    """Return the covered share of each area as columns, factors and constant; and the areas' people."""
    assert made.cover is not None
    people = np.asarray(made.case.problem.demand.people, dtype=float)
    names, number = made.case.problem.demand.labels("area")
    inside = [np.where(number == k, people, 0.0) for k in range(len(names))]
    inside = [part for part in inside if part.sum() > 0]
    totals = np.array([part.sum() for part in inside])
    rates = []
    for part, total in zip(inside, totals, strict=True):
        costs, constant = made.cover.cost(part, made.model.width)
        columns = np.flatnonzero(costs)
        rates.append((columns, -costs[columns] / total, 1.0 - constant / total))
    return rates, totals


def _value(rate: tuple[Index, Floats, float], x: Floats) -> float:
    return float(rate[1] @ x[rate[0]]) + rate[2]


def least_gini(case: Case, watch: Watch, *, seed: int) -> Answer:
    """Minimise the Gini coefficient of the areas' coverage, weighted by people (Dinkelbach 1967).

    The coefficient is ``sum over pairs p_a p_b |r_a - r_b| / sum p_a r_a`` for shares of people ``p`` and
    of coverage ``r``. For a guess ``g`` the least of numerator less ``g`` times denominator is linear; where
    that is 0, ``g`` is the least coefficient. Each guess is the coefficient of the plan before.
    """
    most = by_model(replace_fair(case), watch, seed=seed, gap=0.0)
    if not most.sites.size and (most.infeasible or not np.isfinite(most.value)):
        return most
    covered = case.total - most.value
    made = SitingModel(case)
    model, width = made.model, made.model.width
    assert made.cover is not None
    costs, constant = made.cover.cost(case.weight, width)
    column = np.flatnonzero(costs)
    least = (1.0 - case.rules.give_up) * covered
    model.row(-INFINITE, case.total - least - constant + 1e-9 * case.total, column, costs[column])
    rates, totals = _rates(made)
    if not rates:
        return replace(most, value=0.0, bound=0.0)
    weight = totals / totals.sum()
    pairs = list(combinations(range(len(rates)), 2))
    apart = model.columns(len(pairs))
    for e, (a, b) in zip(apart, pairs, strict=True):
        for one, two in ((a, b), (b, a)):
            # apart >= rate of one - rate of two
            columns = np.concatenate([[e], rates[one][0], rates[two][0]])
            values = np.concatenate([[1.0], -rates[one][1], rates[two][1]])
            model.row(rates[one][2] - rates[two][2], INFINITE, columns, values)
    spread = np.zeros(model.width)
    spread[apart] = [weight[a] * weight[b] for a, b in pairs]
    level, base = np.zeros(model.width), 0.0
    for rate, share in zip(rates, weight, strict=True):
        np.add.at(level, rate[0], share * rate[1])
        base += share * rate[2]
    return _dinkelbach(made, watch, most, spread, level, base, seed)


def replace_fair(case: Case) -> Case:
    """Return the case without its wish for fairness."""
    return Case(case.problem, replace(case.rules, fair=None), case.goal)


def _dinkelbach(
    made: SitingModel, watch: Watch, most: Answer, spread: Floats, level: Floats, base: float, seed: int
) -> Answer:
    case = made.case
    guess, answer, bound = _gini_of(case, most.sites), most, 0.0
    if most.flow is not None or not np.isfinite(guess):
        guess = 1.0
    for _ in range(50):
        start = (made.x, np.isin(case.choices, answer.sites).astype(float))
        out = made.model.solve(watch, cost=spread - guess * level, seed=seed, start=start, stage="fairness")
        if out.x is None:
            return replace(answer, value=guess, bound=bound, stopped_by=out.stopped_by or "time")
        above = float(level @ out.x) + base
        now = float(spread @ out.x) / above if above > 0 else 0.0
        least = out.bound - guess * base
        bound = max(bound, guess + min(least, 0.0) / max(base, 1e-9)) if base > 0 else bound
        sites = case.choices[out.x[made.x] > 0.5]
        if now <= guess:
            answer = replace(answer, sites=sites, flow=flow_of(made, out.x))
        if out.stopped_by or now >= guess - 1e-9:
            value = min(now, guess)
            return replace(
                answer, value=value, bound=bound if out.stopped_by else value, stopped_by=out.stopped_by
            )
        guess = now
    return replace(answer, value=guess, bound=bound, stopped_by="time")


def _gini_of(case: Case, sites: Index) -> float:
    """Return the Gini coefficient of the areas' coverage by a plan without capacities."""
    from geo.siting.plan import describe

    if case.has_capacity:
        return float("inf")
    rows = [area for area in describe(case, np.union1d(case.kept, sites), None)["areas"] if area.people > 0]
    people, rate = np.array([a.people for a in rows]), np.array([a.share for a in rows])
    weight = people / people.sum()
    mean = float(weight @ rate)
    return float(weight @ np.abs(rate[:, None] - rate) @ weight) / (2 * mean) if mean > 0 else float("inf")


def worst_first(case: Case, watch: Watch, *, seed: int) -> Answer:
    """Make the worst area as good as can be, then the second worst, and so on (leximin).

    Step ``k`` maximises the sum of the ``k`` least coverage shares, which is linear:
    ``k t - sum(d)`` with ``d >= t - rate`` (Ogryczak & Sliwinski 2003); earlier sums are then held.
    """
    made = SitingModel(case)
    model = made.model
    rates, _ = _rates(made)
    if not rates:
        return replace(by_model(replace_fair(case), watch, seed=seed, gap=0.0), value=1.0, bound=1.0)
    sums: list[tuple[Index, Floats]] = []
    answer = Answer(np.empty(0, dtype=np.int64), np.inf, np.inf, infeasible=True)
    for k in range(1, len(rates) + 1):
        t = model.columns(1, lower=-INFINITE, upper=INFINITE)
        below = model.columns(len(rates), upper=INFINITE)
        for d, rate in zip(below, rates, strict=True):
            # below >= t - rate
            model.row(-rate[2], INFINITE, np.concatenate([[d], t, rate[0]]), [1.0, -1.0, *rate[1]])
        columns, values = np.concatenate([t, below]), np.concatenate([[float(k)], -np.ones(below.size)])
        costs = np.zeros(model.width)
        costs[columns] = -values
        start = (made.x, np.isin(case.choices, answer.sites).astype(float)) if k > 1 else None
        out = model.solve(watch, cost=costs, seed=seed, start=start, stage="fairness")
        if out.x is None:
            return replace(answer, infeasible=out.infeasible and k == 1, stopped_by=out.stopped_by)
        sites = case.choices[out.x[made.x] > 0.5]
        worst = min(_value(rate, out.x) for rate in rates)
        bound = -out.bound if k == 1 else answer.bound
        answer = Answer(
            sites, worst if k == 1 else answer.value, bound, out.stopped_by, flow=flow_of(made, out.x)
        )
        if out.stopped_by:
            return answer
        sums.append((columns, values))
        model.row(-out.objective - 1e-7, INFINITE, columns, values)
    return answer
