"""Every plan of a small siting question, tried one by one; only the inputs are the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from geo.measures.inequality import gini
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
    given = np.array(
        [limit if limit == np.inf else float(round(Fraction(limit) * 1000)) for limit in seconds]
    )
    category = np.zeros(count, int) if problem.demand.category is None else problem.demand.category
    return given[category] if given.size > 1 else np.repeat(given, count)


def weights(problem: Problem, rules: Rules) -> np.ndarray:
    people = np.asarray(problem.demand.people, float)
    if problem.demand.weight is not None:
        people = people * problem.demand.weight
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
    old = set(np.flatnonzero(standing(problem, rules)).tolist())
    free = [i for i in range(sites.count) if not existing[i] and not forbidden[i]]
    must = {i for i in free if required[i]}
    closings = _closings(problem, rules, old)
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
                if not _affordable(problem, rules, fresh):
                    continue
                chosen = set(fresh) | (old - shut)
                if _placed(problem, rules, chosen, old):
                    yield tuple(sorted(chosen))


def _closings(problem: Problem, rules: Rules, old: set[int]) -> list[set[int]]:
    """All sets of standing sites that are closed: so many, those that must be among them."""
    sites, yes = problem.sites, np.ones(problem.sites.count, bool)
    required = ~yes if sites.required is None else np.asarray(sites.required)
    closed = ~yes if sites.closed is None else np.asarray(sites.closed)
    may = yes if sites.may_close is None else np.asarray(sites.may_close)
    free = [i for i in old if not required[i] and (may[i] or closed[i])]
    must = {i for i in old if closed[i]}
    return [set(c) for c in combinations(free, rules.close) if must <= set(c)]


def _affordable(problem: Problem, rules: Rules, fresh: tuple[int, ...]) -> bool:
    """Money as it was written in decimals; a budget is met within one part in 10^14."""
    if rules.budget is None or rules.budget == np.inf:
        return True
    allowed = Fraction(repr(float(rules.budget))) * (1 + Fraction(1, 10**14))
    return exact_cost(problem, list(fresh)) <= allowed


def _placed(problem: Problem, rules: Rules, chosen: set[int], old: set[int]) -> bool:
    sites = problem.sites
    for a, b in [] if sites.too_close is None else np.asarray(sites.too_close).tolist():
        if a != b and a in chosen and b in chosen and not (a in old and b in old):
            return False
    short = [
        max(least - sum(sites.area[i] == area for i in chosen), 0)
        for area, least in rules.least_sites.items()
    ]
    return sum(short) <= rules.missing_sites


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


def floors_of(problem: Problem, rules: Rules) -> list[tuple[np.ndarray, Any]]:
    """The labels of each floor and its shares."""
    demand = problem.demand
    part = demand.area if demand.part is None else demand.part
    every = (
        (demand.area, rules.area_floor), (demand.cell, rules.cell_floor), (demand.group, rules.group_floor),
        (part, rules.part_floor),
    )  # fmt: skip
    return [(labels, floor) for labels, floor in every if floor is not None]


def floors_hold(problem: Problem, rules: Rules, share: np.ndarray) -> bool:
    people = np.asarray(problem.demand.people, float)
    for labels, floor in floors_of(problem, rules):
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


def exact_cost(problem: Problem, sites: list[int]) -> Fraction:
    """Cost of some sites as it was written in decimals."""
    cost = np.ones(problem.sites.count) if problem.sites.cost is None else problem.sites.cost
    return sum((Fraction(repr(float(cost[i]))) for i in sites), Fraction(0))


def rates(problem: Problem, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covered share and people of each area that has any."""
    people = np.asarray(problem.demand.people, float)
    labels = problem.demand.area if problem.demand.part is None else problem.demand.part
    areas = [np.asarray(labels, object) == a for a in sorted(set(labels))]
    areas = [a for a in areas if people[a].sum() > 0]
    totals = np.array([people[a].sum() for a in areas])
    return np.array([(people * share)[a].sum() for a in areas]) / totals, totals


def fairest(problem: Problem, rules: Rules) -> list[tuple[tuple[int, ...], float]]:
    """All plans that ``fair="gini"`` may choose from, each with its coefficient."""
    plain = replace(rules, fair=None)
    worth = {p: value(problem, plain, "cover_most", p) for p in plans(problem, plain, "cover_most")}
    worth = {p: v for p, v in worth.items() if v is not None}
    least = (1 - rules.give_up) * max(worth.values(), default=0.0) - 1e-6
    # Where nobody lives in any area, all are alike.
    return [
        (p, float(np.nan_to_num(gini(*rates(problem, covered(problem, rules, p))))))
        for p, v in worth.items() if v >= least
    ]  # fmt: skip


def leximin(problem: Problem, rules: Rules) -> list[tuple[tuple[int, ...], list[float]]]:
    """All plans that ``fair="worst_first"`` may choose from, each with its areas from the worst up."""
    plain = replace(rules, fair=None)
    kept = [p for p in plans(problem, plain, "cover_most")
            if value(problem, plain, "cover_most", p) is not None]  # fmt: skip
    return [(p, np.sort(rates(problem, covered(problem, rules, p))[0]).round(9).tolist()) for p in kept]


def with_floors(problem: Problem, rules: Rules, _: Goal, chosen: tuple[int, ...]) -> float | None:
    """Most weighted people covered where sites run out of room, with floors and decay (linear programme)."""
    full, weight = matrix(problem)[list(chosen)], weights(problem, rules)
    people, room = np.asarray(problem.demand.people, float), np.asarray(problem.sites.capacity, float)
    site, entry = np.nonzero(full <= np.minimum(limits(problem, rules), 1e300))
    part = np.ones(site.size)
    if rules.decay is not None:
        part = np.clip(rules.decay(full[site, entry] / 1000), 0, 1)
    rows, most = [], []
    for j in range(people.size):
        rows.append((entry == j).astype(float))
        most.append(1.0)
    for r, i in enumerate(chosen):
        if np.isfinite(room[i]):
            rows.append(np.where(site == r, people[entry], 0.0))
            most.append(room[i])
    for labels, floor in floors_of(problem, rules):
        for label in set(labels):
            inside = np.asarray(labels, object) == label
            least = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
            rows.append(-np.where(inside[entry], people[entry] * part, 0.0))
            most.append(-least * people[inside].sum() + 1e-7)
    if not site.size:
        return None if any(m < 0 for m in most) else 0.0
    out = linprog(-weight[entry] * part, A_ub=np.array(rows), b_ub=np.array(most), bounds=(0, 1))
    return -float(out.fun) if out.status == 0 else None


def answers(problem: Problem, rules: Rules, goal: Goal, judge: Any = None) -> dict[tuple[int, ...], float]:
    """Value of every plan that keeps all the rules, in the sense of the goal; with ``fair`` too."""
    if rules.fair == "gini":
        return dict(fairest(problem, rules))
    if rules.fair == "worst_first":
        return {p: shares[0] if shares else 1.0 for p, shares in leximin(problem, rules)}
    judge = judge or value
    found = {p: judge(problem, rules, goal, p) for p in plans(problem, rules, goal)}
    return {p: v for p, v in found.items() if v is not None}


def more_is_better(rules: Rules, goal: Goal) -> bool:
    """Whether a larger value is the better one."""
    return goal == "cover_most" and rules.fair != "gini"


def shortages(problem: Problem, rules: Rules, goal: Goal, chosen: tuple[int, ...]) -> dict[str, float]:
    """By how much a set of open sites breaks each rule, in the rule's own unit (without capacities)."""
    sites, people = problem.sites, np.asarray(problem.demand.people, float)
    old = standing(problem, rules)
    fresh = [i for i in chosen if not old[i]]
    share, weight = covered(problem, rules, chosen), weights(problem, rules)
    short: dict[str, float] = {
        "close": rules.close - sum(old[i] and i not in chosen for i in range(len(old)))
    }
    if rules.new is not None or (goal != "cover_all" and rules.budget is None):
        short["new"] = max(len(fresh) - (rules.new or 0), 0)
    if rules.budget is not None and not _affordable(problem, rules, tuple(fresh)):
        short["budget"] = float(exact_cost(problem, fresh) - Fraction(repr(float(rules.budget))))
    pairs = {tuple(sorted(pair)) for pair in ([] if sites.too_close is None else sites.too_close.tolist())}
    short["too_close"] = sum(
        a != b and a in chosen and b in chosen and not (old[a] and old[b]) for a, b in pairs
    )
    missing = sum(
        max(least - sum(sites.area[i] == area for i in chosen), 0)
        for area, least in rules.least_sites.items()
    )
    short["least_sites"] = max(missing - rules.missing_sites, 0)
    if goal == "cover_all" and rules.share < 1:
        short["share"] = rules.share * weight.sum() - weight @ share
    must = goal == "least_worst" or (goal == "least_minutes" and rules.unserved_seconds is None)
    if must or (goal == "cover_all" and rules.share >= 1):
        reached = (
            np.isfinite(matrix(problem)[list(chosen)].min(axis=0, initial=np.inf)) if must else share > 0
        )
        short["reach"] = people[(weight > 0) & ~reached].sum()
    for family, labels, floor in (
        ("area_floor", problem.demand.area, rules.area_floor),
        ("cell_floor", problem.demand.cell, rules.cell_floor),
        ("group_floor", problem.demand.group, rules.group_floor),
    ):
        for label in set(labels) if floor is not None else ():
            inside = np.asarray(labels, object) == label
            least = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
            missing = least * people[inside].sum() - (people * share)[inside].sum()
            short[family] = short.get(family, 0.0) + (missing if missing > 1e-6 else 0.0)
    return {family: float(amount) for family, amount in short.items() if amount > 1e-6}


def open_sets(problem: Problem, rules: Rules) -> Iterator[tuple[int, ...]]:
    """All sets of open sites, whatever the rules: what stands and must stay, or must be opened, is in."""
    sites, no = problem.sites, np.zeros(problem.sites.count, bool)
    existing = no if sites.existing is None else np.asarray(sites.existing)
    required = no if sites.required is None else np.asarray(sites.required)
    forbidden = no if sites.forbidden is None else np.asarray(sites.forbidden)
    old = standing(problem, rules)
    free = [i for i in range(sites.count) if not existing[i] and not forbidden[i] and not required[i]]
    free += [i for i in range(sites.count) if rules.close and old[i] and not required[i]]
    must = [i for i in range(sites.count) if required[i] and (old[i] or not existing[i])]
    must += [i for i in range(sites.count) if old[i] and not rules.close and not required[i]]
    for count in range(len(free) + 1):
        for some in combinations(free, count):
            yield tuple(sorted({*must, *some}))
