"""A referee for siting: small questions under all rules at once, and every plan of them judged on its own.

Nothing here is the engine's but the question. A plan is judged from the times, site by site and person by
person; where sites can run out of room, people are shared out by a linear programme of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from geo.siting import Demand, Goal, Problem, Rules, Sites, TravelTimes
from tests.support.siting_questions import GOALS

TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan is worth (less is better), and the shares of the parts where the plan is to be fair."""

    worth: float
    shares: tuple[float, ...] = ()


def drawn(rng: np.random.Generator) -> tuple[Problem, Rules, Goal]:
    """Return a question under many rules at once, of those that may stand together."""
    goal = GOALS[rng.integers(4)]
    sites, points, entries, kinds = rng.integers(2, 7), rng.integers(1, 6), rng.integers(1, 9), 1
    seconds = rng.integers(1, 20, (sites, points)).astype(float)
    seconds[rng.random((sites, points)) < rng.choice([0.0, 0.2, 0.5])] = np.inf
    if rng.random() < 0.3:
        kinds = 2
    covers = goal in ("cover_all", "cover_most")
    room = rng.random() < 0.3
    copies = int(rng.integers(2, 4)) if covers and not room and rng.random() < 0.2 else 1
    decay = goal == "cover_most" and copies == 1 and rng.random() < 0.3
    existing = rng.random(sites) < rng.choice([0.0, 0.3, 0.6])
    flags = {name: rng.random(sites) < rng.choice([0.0, 0.25]) for name in ("required", "forbidden")}
    flags["forbidden"] &= ~flags["required"]
    closed = existing & ~flags["required"] & ~flags["forbidden"] & (rng.random(sites) < 0.3)
    close = 0
    if rng.random() < 0.4:
        close = int(closed.sum()) + int(rng.integers(0, 2))
    pairs = [pair for pair in combinations(range(sites), 2) if rng.random() < 0.15]
    problem = Problem(
        TravelTimes.from_matrix(seconds),
        Sites(
            int(sites), existing=existing, **flags,
            closed=closed if close else None,
            may_close=rng.random(sites) < 0.6 if rng.random() < 0.3 else None,
            cost=rng.integers(1, 60, sites) / 10.0 if rng.random() < 0.5 else None,
            capacity=np.where(rng.random(sites) < 0.7, rng.integers(0, 15, sites), np.inf) if room else None,
            offers=rng.random((sites, kinds)) < 0.8 if kinds > 1 else None,
            area=rng.integers(0, 2, sites),
            too_close=np.array(pairs, dtype=np.int64) if pairs and rng.random() < 0.4 else None,
        ),
        Demand(
            rng.integers(0, 9, entries).astype(float) + (0.5 if rng.random() < 0.2 else 0.0),
            point=rng.integers(0, points, entries), group=rng.choice(["old", "young"], entries),
            area=rng.integers(0, 3, entries), cell=rng.integers(0, 4, entries),
            part=rng.integers(0, 3, entries) if rng.random() < 0.3 else None,
            category=rng.integers(0, kinds, entries),
            weight=rng.choice([0.0, 0.5, 1.0, 2.0], entries) if rng.random() < 0.3 else None,
        ),
    )  # fmt: skip
    floors: dict[str, Any] = {}
    for name, labels in (("area_floor", 3), ("cell_floor", 4), ("group_floor", 0), ("part_floor", 3)):
        if rng.random() < 0.2:
            by_label = {k: float(rng.choice([0.0, 0.2, 0.6])) for k in range(labels)} or {"old": 0.5}
            floors[name] = by_label if rng.random() < 0.5 else float(rng.choice([0.0, 0.2, 0.4]))
    fair = None
    if goal == "cover_most" and rng.random() < 0.3:
        fair = str(rng.choice(["gini", "worst_first"]))
    number, money = rng.random() < 0.7, rng.random() < 0.4
    if goal != "cover_all" and not (number or money or close):
        number = True
    limit = tuple(map(float, rng.integers(2, 20, kinds))) if kinds > 1 else float(rng.integers(2, 20))
    rules = Rules(
        new=int(rng.integers(0, 4)) if number else None,
        budget=float(rng.integers(0, 120)) / 10.0 if money else None,
        limit_seconds=limit,
        share=float(rng.choice([0.0, 0.4, 0.8, 1.0])) if goal == "cover_all" else 1.0,
        copies=copies,
        decay=(lambda seconds: np.exp(-seconds / 9.0)) if decay else None,
        group_weights={"old": float(rng.choice([0.0, 0.5, 3.0]))} if rng.random() < 0.3 else {},
        close=close, fair=fair, give_up=float(rng.choice([0.0, 0.1, 0.5])),
        least_sites={0: int(rng.integers(0, 2)), 1: int(rng.integers(0, 3))} if rng.random() < 0.15 else {},
        missing_sites=int(rng.integers(0, 2)),
        unserved_seconds=float(rng.choice([5.0, 30.0])) if rng.random() < 0.4 else None,
        **floors,
    )  # fmt: skip
    return problem, rules, goal


class Referee:
    """One question with all its plans tried."""

    def __init__(self, problem: Problem, rules: Rules, goal: Goal) -> None:
        self.problem, self.rules, self.goal = problem, rules, goal
        sites, demand, times = problem.sites, problem.demand, problem.times
        self.people = [float(p) for p in demand.people]
        self.count, self.entries = sites.count, len(self.people)
        self.time: list[dict[int, int]] = []
        points = list(range(self.entries)) if demand.point is None else [int(p) for p in demand.point]
        kinds = [0] * self.entries if demand.category is None else [int(k) for k in demand.category]
        for i in range(self.count):
            row = slice(int(times.start[i]), int(times.start[i + 1]))
            known = dict(zip(times.point[row].tolist(), times.milliseconds[row].tolist(), strict=True))
            self.time.append({
                j: known[points[j]] for j in range(self.entries)
                if points[j] in known and (sites.offers is None or sites.offers[i][kinds[j]])
            })  # fmt: skip
        given = rules.limit_seconds
        limits = given if isinstance(given, tuple) else (given,) * (max(kinds, default=0) + 1)
        self.limit = [round(Fraction(str(limits[k])) * 1000) for k in kinds]
        factor = [1.0 if demand.weight is None else float(w) for w in (
            demand.weight if demand.weight is not None else [1.0] * self.entries)]  # fmt: skip
        groups = [None] * self.entries if demand.group is None else list(demand.group)
        self.weight = [
            self.people[j] * factor[j] * rules.group_weights.get(groups[j], 1.0) for j in range(self.entries)
        ]
        self.floors: list[tuple[list[int], float]] = []
        part = demand.area if demand.part is None else demand.part
        for labels, floor in (
            (demand.area, rules.area_floor), (demand.cell, rules.cell_floor),
            (demand.group, rules.group_floor), (part, rules.part_floor),
        ):  # fmt: skip
            for label in sorted(set(labels)) if floor is not None else ():
                least = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
                self.floors.append(([j for j in range(self.entries) if labels[j] == label], least))
        self.parts = [[j for j in range(self.entries) if part[j] == label] for label in sorted(set(part))]
        self.parts = [part for part in self.parts if sum(self.people[j] for j in part) > 0]
        self.every = dict(self._judged())

    def flag(self, name: str, usual: bool = False) -> list[bool]:
        given = getattr(self.problem.sites, name)
        return [usual] * self.count if given is None else [bool(each) for each in given]

    def plans(self) -> Iterator[tuple[int, ...]]:
        """All sets of open sites that keep the rules on number, money, place and distance."""
        sites, rules = self.problem.sites, self.rules
        existing, required, forbidden = map(self.flag, ("existing", "required", "forbidden"))
        closed, may = self.flag("closed"), self.flag("may_close", True)
        old = [i for i in range(self.count) if existing[i] and not forbidden[i]]
        free = [i for i in range(self.count) if not existing[i] and not forbidden[i]]
        cost = [Fraction(1)] * self.count
        if sites.cost is not None:
            cost = [Fraction(str(float(c))) for c in sites.cost]
        for shut in combinations(old, rules.close):
            if any(required[i] or not (may[i] or closed[i]) for i in shut):
                continue
            if any(closed[i] and i not in shut for i in old):
                continue
            for k in range(len(free) + 1):
                for fresh in combinations(free, k):
                    if any(required[i] and i not in fresh for i in free):
                        continue
                    unlimited = self.goal == "cover_all" or rules.budget is not None
                    if k > (len(free) if rules.new is None and unlimited else rules.new or 0):
                        continue
                    money = sum((cost[i] for i in fresh), Fraction(0))
                    if rules.budget is not None and money > Fraction(str(rules.budget)):
                        continue
                    plan = tuple(sorted({*fresh, *(i for i in old if i not in shut)}))
                    if self._placed(plan, old):
                        yield plan

    def _placed(self, plan: tuple[int, ...], old: list[int]) -> bool:
        sites, rules = self.problem.sites, self.rules
        for a, b in [] if sites.too_close is None else np.asarray(sites.too_close).tolist():
            if a in plan and b in plan and not (a in old and b in old):
                return False
        missing = 0
        for area, least in rules.least_sites.items():
            missing += max(least - sum(1 for i in plan if sites.area[i] == area), 0)
        return missing <= rules.missing_sites

    def _judged(self) -> Iterator[tuple[tuple[int, ...], Verdict]]:
        for plan in self.plans():
            verdict = self.judge(plan)
            if verdict is not None:
                yield plan, verdict

    @property
    def has_room(self) -> bool:
        return self.problem.sites.capacity is not None and bool(
            np.isfinite(np.asarray(self.problem.sites.capacity, float)).any()
        )

    def judge(self, plan: tuple[int, ...]) -> Verdict | None:
        """Return what a plan is worth, None where it breaks a rule about people."""
        if self.has_room:
            return self._with_room(plan)
        covered = [self._covered(j, plan) for j in range(self.entries)]
        for inside, least in self.floors:
            all_of = sum(self.people[j] for j in inside)
            if sum(self.people[j] * covered[j] for j in inside) < least * all_of - TINY:
                return None
        counting = [j for j in range(self.entries) if self.weight[j] > 0]
        lost = sum(self.weight[j] * (1.0 - covered[j]) for j in counting)
        if self.goal == "cover_most":
            return Verdict(lost, self._shares(covered))
        if self.goal == "cover_all":
            total = sum(self.weight)
            if total - lost < self.rules.share * total - TINY:
                return None
            return Verdict(self._cost(plan))
        nearest = [min((self.time[i][j] for i in plan if j in self.time[i]), default=None) for j in counting]
        if self.goal == "least_worst":
            if any(t is None for t in nearest):
                return None
            return Verdict(max((t for t in nearest if t is not None), default=0) / 60_000)
        far = self.rules.unserved_seconds
        if far is None and any(t is None for t in nearest):
            return None
        minutes = 0.0
        for j, time in zip(counting, nearest, strict=True):
            most = float("inf") if far is None else far * 1000
            minutes += self.weight[j] * min(most if time is None else time, most) / 60_000
        return Verdict(minutes)

    def _covered(self, j: int, plan: tuple[int, ...]) -> float:
        near = [self.time[i][j] for i in plan if j in self.time[i] and self.time[i][j] <= self.limit[j]]
        if len(near) < self.rules.copies:
            return 0.0
        return 1.0 if self.rules.decay is None else self._part(min(near))

    def _part(self, milliseconds: int) -> float:
        if self.rules.decay is None:
            return 1.0
        return float(self.rules.decay(np.array([milliseconds / 1000.0]))[0])

    def _cost(self, plan: tuple[int, ...]) -> float:
        existing, cost = self.flag("existing"), self.problem.sites.cost
        return sum(1.0 if cost is None else float(cost[i]) for i in plan if not existing[i])

    def _shares(self, covered: list[float]) -> tuple[float, ...]:
        return tuple(
            sum(self.people[j] * covered[j] for j in part) / sum(self.people[j] for j in part)
            for part in self.parts
        )

    def _with_room(self, plan: tuple[int, ...]) -> Verdict | None:
        if self.goal != "least_worst":
            return self._shared_out(plan, None)
        within = {t for i in plan for t in self.time[i].values()}
        for worst in sorted({0, *within}):
            if self._shared_out(plan, worst) is not None:
                return Verdict(worst / 60_000)
        return None

    def _shared_out(self, plan: tuple[int, ...], worst: int | None) -> Verdict | None:
        """Share people out at least loss: a column for each way, and one for those who stay behind."""
        rules = self.rules
        timed = self.goal in ("least_minutes", "least_worst")
        ways = [
            (i, j) for i in plan for j, t in self.time[i].items()
            if (worst is None or t <= worst or self.weight[j] <= 0) and (timed or t <= self.limit[j])
        ]  # fmt: skip
        n, behind = len(ways), np.arange(self.entries)
        who = np.array([j for _, j in ways], dtype=int)
        time = np.array([self.time[i][j] for i, j in ways], dtype=float)
        near = [self._part(self.time[i][j]) if self.time[i][j] <= self.limit[j] else 0.0 for i, j in ways]
        weigh, people = np.array(self.weight), np.array(self.people)
        counts = np.array(near) if n else np.empty(0)
        stay = np.zeros(self.entries)
        rows, most = self._at_most(plan, ways, counts)
        cost, left_behind = np.zeros(n), np.ones(self.entries)
        must = worst is not None or (self.goal == "cover_all" and rules.share >= 1.0)
        if self.goal == "least_minutes":
            must = rules.unserved_seconds is None
            cost = weigh[who] * time
            stay = np.zeros(self.entries) if must else weigh * 1000.0 * float(rules.unserved_seconds or 0.0)
        elif self.goal == "cover_most":
            cost = -weigh[who] * counts
        elif self.goal == "cover_all" and rules.share < 1.0:
            rows.append(-weigh[who] * counts)
            most.append(-rules.share * sum(self.weight) + TINY)
        if must:
            left_behind[weigh > 0] = 0.0
        whole = np.zeros((self.entries, n + self.entries))
        whole[who, np.arange(n)] = 1.0
        whole[behind, n + behind] = 1.0
        out = linprog(
            np.concatenate([cost, stay]),
            A_ub=np.array([np.concatenate([row, 0.0 * people]) for row in rows]) if rows else None,
            b_ub=most or None, A_eq=whole, b_eq=np.ones(self.entries),
            bounds=[(0, 1)] * n + [(0, each) for each in left_behind],
        )  # fmt: skip
        if out.status != 0:
            return None
        if self.goal == "cover_all":
            return Verdict(self._cost(plan))
        if self.goal == "least_minutes":
            return Verdict(float(out.fun) / 60_000)
        return Verdict(sum(self.weight) + float(out.fun) if self.goal == "cover_most" else 0.0)

    def _at_most(
        self, plan: tuple[int, ...], ways: list[tuple[int, int]], counts: np.ndarray
    ) -> tuple[list[np.ndarray], list[float]]:
        """Room of the sites and floors as rows over the ways, each with what it is at most."""
        rows, most = [], []
        taken = np.array([self.people[j] for _, j in ways])
        room = np.asarray(self.problem.sites.capacity, float)
        for i in plan:
            if np.isfinite(room[i]):
                rows.append(taken * np.array([s == i for s, _ in ways], dtype=float))
                most.append(float(room[i]))
        for inside, least in self.floors:
            here = np.array([j in inside for _, j in ways], dtype=float)
            rows.append(-taken * here * counts)
            most.append(-least * sum(self.people[j] for j in inside) + TINY)
        return rows, most

    def best(self) -> float | None:
        """Return the value of the best plan in the engine's terms, None where there is none."""
        if not self.every:
            return None
        total = sum(self.weight)
        if self.goal != "cover_most":
            return min(v.worth for v in self.every.values())
        if self.rules.fair is None:
            return total - min(v.worth for v in self.every.values())
        if self.rules.fair == "worst_first":
            return max(sorted(v.shares) for v in self.every.values())[0] if self.parts else 1.0
        least = (1.0 - self.rules.give_up) * (total - min(v.worth for v in self.every.values()))
        kept = [v for v in self.every.values() if total - v.worth >= least - TINY]
        return min(self.gini(v.shares) for v in kept)

    def value(self, plan: tuple[int, ...]) -> float | None:
        """Return what one plan is worth in the engine's terms, None where it keeps not all the rules."""
        verdict = self.every.get(plan)
        if verdict is None:
            return None
        if self.goal != "cover_most":
            return verdict.worth
        if self.rules.fair is None:
            return sum(self.weight) - verdict.worth
        return (
            min(verdict.shares, default=1.0)
            if self.rules.fair == "worst_first"
            else self.gini(verdict.shares)
        )

    def gini(self, shares: tuple[float, ...]) -> float:
        """Return the Gini coefficient of shares weighted by people: mean difference over twice the mean."""
        people = [sum(self.people[j] for j in part) for part in self.parts]
        total = sum(people)
        mean = sum(p * s for p, s in zip(people, shares, strict=True)) / total if total else 0.0
        if mean <= 0:
            return 0.0
        apart = sum(
            p * q * abs(s - t)
            for p, s in zip(people, shares, strict=True) for q, t in zip(people, shares, strict=True)
        )  # fmt: skip
        return apart / (2 * mean * total * total)
