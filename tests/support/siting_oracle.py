"""Every plan of a small siting question, tried one by one; only the inputs are the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from geo.siting import Goal, Problem, Rules


def matrix(problem: Problem) -> np.ndarray:
    """Milliseconds, a row per site and a column per entry of demand, inf where they cannot be used."""
    times, sites, demand = problem.times, problem.sites, problem.demand
    full = np.full((sites.count, times.points), np.inf)
    for i in range(sites.count):
        part = slice(times.start[i], times.start[i + 1])
        full[i, times.point[part]] = times.milliseconds[part]
    points = np.arange(demand.count) if demand.point is None else demand.point
    full = full[:, points]
    if sites.offers is not None:
        category = np.zeros(demand.count, int) if demand.category is None else demand.category
        full[~np.asarray(sites.offers)[:, category]] = np.inf
    return full


def limits(problem: Problem, rules: Rules) -> np.ndarray:
    count = problem.demand.count
    if rules.limit_seconds is None:
        return np.full(count, np.inf)
    seconds = np.atleast_1d(np.asarray(rules.limit_seconds, float)).tolist()
    given = np.array([float(round(Fraction(limit) * 1000)) for limit in seconds])
    category = np.zeros(count, int) if problem.demand.category is None else problem.demand.category
    return given[category] if given.size > 1 else np.repeat(given, count)


def weights(problem: Problem, rules: Rules) -> np.ndarray:
    people = np.asarray(problem.demand.people, float)
    if problem.demand.group is None:
        return people
    return people * np.array([rules.group_weights.get(g, 1.0) for g in problem.demand.group])


def standing(problem: Problem, rules: Rules) -> np.ndarray:
    sites = problem.sites
    no = np.zeros(sites.count, bool)
    old = (
        no
        if sites.existing is None
        else np.asarray(sites.existing) & ~(no if sites.forbidden is None else sites.forbidden)
    )
    if rules.on is not None and sites.opens_on is not None:
        late = np.array([not np.isnat(day) and day > np.datetime64(rules.on) for day in sites.opens_on])
        old = old & ~late
    return old


def plans(problem: Problem, rules: Rules, goal: Goal) -> Iterator[tuple[int, ...]]:
    """All sets of open sites that keep the rules on number, money, place and distance."""
    sites = problem.sites
    no = np.zeros(sites.count, bool)
    existing = no if sites.existing is None else np.asarray(sites.existing)
    required = no if sites.required is None else np.asarray(sites.required)
    forbidden = no if sites.forbidden is None else np.asarray(sites.forbidden)
    cost = np.ones(sites.count) if sites.cost is None else sites.cost
    old = set(np.flatnonzero(standing(problem, rules)).tolist())
    free = [i for i in range(sites.count) if not existing[i] and not forbidden[i]]
    must = {i for i in free if required[i]}
    closings = (
        [set()]
        if not rules.close
        else [set(c) for c in combinations([i for i in old if not required[i]], rules.close)]
    )
    most = len(free)
    if rules.new is not None:
        most = min(most, rules.new)
    elif goal != "cover_all" and rules.budget is None:
        most = 0
    for shut in closings:
        for k in range(most + 1):
            for fresh in combinations(free, k):
                if not must <= set(fresh):
                    continue
                if rules.budget is not None and cost[list(fresh)].sum() > rules.budget + 1e-9:
                    continue
                chosen = set(fresh) | (old - shut)
                if _placed(problem, rules, chosen, old):
                    yield tuple(sorted(chosen))


def _placed(problem: Problem, rules: Rules, chosen: set[int], old: set[int]) -> bool:
    sites = problem.sites
    for a, b in [] if sites.too_close is None else np.asarray(sites.too_close).tolist():
        if a in chosen and b in chosen and not (a in old and b in old):
            return False
    return all(
        sum(sites.area[i] == area for i in chosen) >= least for area, least in rules.least_sites.items()
    )


def covered(problem: Problem, rules: Rules, chosen: tuple[int, ...]) -> np.ndarray:
    """Share of each entry of demand that counts as covered, without capacities."""
    rows = matrix(problem)[list(chosen)]
    rows = np.where(rows <= limits(problem, rules), rows, np.inf)
    if rules.copies > 1:
        return (np.isfinite(rows).sum(axis=0) >= rules.copies).astype(float)
    best = rows.min(axis=0, initial=np.inf)
    share = np.isfinite(best).astype(float)
    if rules.decay is not None:
        near = np.isfinite(best)
        share[near] = np.clip(rules.decay(best[near] / 1000), 0, 1)
    return share


def floors_hold(problem: Problem, rules: Rules, share: np.ndarray) -> bool:
    people = np.asarray(problem.demand.people, float)
    for labels, floor in ((problem.demand.area, rules.area_floor), (problem.demand.group, rules.group_floor)):
        if floor is None:
            continue
        for label in set(labels):
            inside = np.asarray(labels, object) == label
            least = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
            if (people * share)[inside].sum() < least * people[inside].sum() - 1e-6:
                return False
    return True


def value(problem: Problem, rules: Rules, goal: Goal, chosen: tuple[int, ...]) -> float | None:
    """Value of one plan, None where it breaks a rule about people."""
    weight, share, full = (
        weights(problem, rules),
        covered(problem, rules, chosen),
        matrix(problem)[list(chosen)],
    )
    if not floors_hold(problem, rules, share):
        return None
    counts = weight > 0
    if goal == "cover_most":
        return float(weight @ share)
    if goal == "cover_all":
        if (weight @ share) < rules.share * weight.sum() - 1e-6:
            return None
        cost = np.ones(problem.sites.count) if problem.sites.cost is None else problem.sites.cost
        fresh = [i for i in chosen if not standing(problem, rules)[i]]
        return float(np.asarray(cost)[fresh].sum())
    best = full.min(axis=0, initial=np.inf)
    if goal == "least_worst":
        worst = float(best[counts].max(initial=0.0))
        return worst / 60_000 if np.isfinite(worst) else None
    if rules.unserved_seconds is not None:
        best = np.minimum(best, rules.unserved_seconds * 1000)
    if np.isinf(best[counts]).any():
        return None
    return float(weight[counts] @ best[counts]) / 60_000


def best(
    problem: Problem, rules: Rules, goal: Goal, judge: Any = value
) -> tuple[float | None, list[tuple[int, ...]]]:
    """Best value over all plans, and the plans that reach it; None where no plan keeps the rules."""
    found = [(judge(problem, rules, goal, chosen), chosen) for chosen in plans(problem, rules, goal)]
    kept = [(v, chosen) for v, chosen in found if v is not None]
    if not kept:
        return None, []
    top = (max if goal == "cover_most" else min)(v for v, _ in kept)
    return top, [chosen for v, chosen in kept if abs(v - top) < 1e-6]


def with_room(problem: Problem, rules: Rules, goal: Goal, chosen: tuple[int, ...]) -> float | None:
    """Value of one plan where sites run out of room: people shared out by a linear programme."""
    full, weight = matrix(problem)[list(chosen)], weights(problem, rules)
    people, room = (
        np.asarray(problem.demand.people, float),
        np.asarray(problem.sites.capacity, float)[list(chosen)],
    )
    if goal == "least_worst":
        times = np.unique(full[np.isfinite(full)])
        worst = [
            t
            for t in times
            if _shared(np.where(full <= t, 0.0, np.inf), weight, people, room, None) is not None
        ]
        return 0.0 if not (weight > 0).any() else worst[0] / 60_000 if worst else None
    if goal == "least_minutes":
        left = None if rules.unserved_seconds is None else rules.unserved_seconds * 1000
        total = _shared(full, weight, people, room, left)
        return None if total is None else total / 60_000
    loss = np.where(full <= limits(problem, rules), 0.0, np.inf)
    if goal == "cover_all":
        if rules.share >= 1:
            ok = _shared(loss, weight, people, room, None) is not None
        else:
            ok = _shared(loss, weight, people, room, 1.0) <= (1 - rules.share) * weight.sum() + 1e-6
        fresh = [i for i in chosen if not standing(problem, rules)[i]]
        cost = np.ones(problem.sites.count) if problem.sites.cost is None else np.asarray(problem.sites.cost)
        return float(cost[fresh].sum()) if ok else None
    return float(weight.sum() - _shared(loss, weight, people, room, 1.0))


def _shared(
    loss: np.ndarray, weight: np.ndarray, people: np.ndarray, room: np.ndarray, left: float | None
) -> float | None:
    """Least weighted loss of sharing people out; ``left`` is what a person without a place loses."""
    site, entry = np.nonzero(np.isfinite(loss) & (weight > 0))
    counts = np.flatnonzero(weight > 0)
    if not counts.size:
        return 0.0
    n = site.size + counts.size
    cost = np.concatenate(
        [
            loss[site, entry] * weight[entry],
            np.full(counts.size, 0.0 if left is None else left) * weight[counts],
        ]
    )
    each = np.zeros((counts.size, n))
    for r, j in enumerate(counts):
        each[r, : site.size] = entry == j
        each[r, site.size + r] = 1.0
    tight = np.flatnonzero(np.isfinite(room))
    fits = np.zeros((tight.size, n))
    for r, i in enumerate(tight):
        fits[r, : site.size] = np.where(site == i, people[entry], 0.0)
    upper = [1.0] * site.size + [0.0 if left is None else 1.0] * counts.size
    out = linprog(
        cost,
        A_ub=fits if tight.size else None,
        b_ub=room[tight] if tight.size else None,
        A_eq=each,
        b_eq=np.ones(counts.size),
        bounds=[(0, u) for u in upper],
    )
    return float(out.fun) if out.status == 0 else None
