"""Siting questions under every rule, searches stopped at a chosen moment, and what such a plan may claim."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from hypothesis import strategies as st

import geo.siting
from geo.siting import Demand, Goal, Plan, Problem, Rules, Run, Sites, TravelTimes, solve
from tests.support import siting_oracle as oracle

HERE = str(Path(geo.siting.__file__).parent)
INF = np.inf


def clock_of(looks: int) -> Any:
    """Return a clock that stands still for so many looks, and then leaps ahead with each."""
    seen = [0]

    def now() -> float:
        seen[0] += 1
        return 1e6 * max(seen[0] - looks, 0)

    return now


@contextmanager
def interrupted_at(line: int) -> Iterator[None]:
    """Raise KeyboardInterrupt once, before the so-manieth line that is run once the search has begun."""
    left, begun = [line], [False]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(HERE):
            return None
        begun[0] = begun[0] or frame.f_code.co_name in ("_search", "_answer")
        if not begun[0]:
            return trace
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


@dataclass(frozen=True, slots=True)
class Question:
    """A small question with every plan that keeps its rules, and what each is worth."""

    problem: Problem
    rules: Rules
    goal: Goal
    every: dict[tuple[int, ...], float]

    @property
    def best(self) -> float | None:
        """Value of the best plan, None where there is none."""
        if not self.every:
            return None
        return (max if oracle.more_is_better(self.rules, self.goal) else min)(self.every.values())


KINDS: dict[str, tuple[Goal, ...]] = {
    "number": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "budget": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "number and budget": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "share": ("cover_all",),
    "backup": ("cover_most", "cover_all"),
    "decay": ("cover_most",),
    "gini": ("cover_most",),
    "worst_first": ("cover_most",),
    "area_floor": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "group_floor": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "too_close": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "close": ("cover_most", "least_minutes", "least_worst"),
    "move": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "least_sites": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "categories": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "weights": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "unserved": ("least_minutes",),
    "room": ("cover_most", "least_minutes", "least_worst", "cover_all"),
    "room and floors": ("cover_most",),
    "room and decay": ("cover_most",),
}


@st.composite
def hard_questions(draw: Any) -> Question:
    """Draw a question that takes the engines some steps."""
    return hard_question(np.random.default_rng(draw(st.integers(0, 2**32 - 1))))


@st.composite
def questions(draw: Any, kinds: tuple[str, ...] = tuple(KINDS)) -> Question:
    """Draw a question of one of the kinds, at its edges too."""
    kind = draw(st.sampled_from(kinds))
    goal = draw(st.sampled_from(KINDS[kind]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return question(kind, goal, rng)


def question(kind: str, goal: Goal, rng: np.random.Generator) -> Question:
    """Return a question of a kind: seven sites at most, with every plan tried."""
    problem = _problem(kind, rng)
    problem, rules, judge = _ruled(kind, problem, rng)
    return Question(problem, rules, goal, oracle.answers(problem, rules, goal, judge))


def hard_question(rng: np.random.Generator) -> Question:
    """Return a question whose linear bounds leave a wide gap, so that a search can be stopped within it."""
    m, n = 10, int(rng.integers(15, 30))
    near = np.argsort(rng.random((m, n)), axis=0) < rng.integers(2, 4, n)
    seconds = np.where(near, rng.integers(1, 20, (m, n)).astype(float), INF)
    people = rng.integers(1, 9, n).astype(float) if rng.random() < 0.5 else np.round(1 + 8 * rng.random(n), 3)
    demand = Demand(people, area=rng.integers(0, 6, n))
    problem, limited = Problem(TravelTimes.from_matrix(seconds), Sites(m), demand), Rules(limit_seconds=30)
    new, far = int(rng.integers(2, 6)), np.where(near, seconds, 40.0)
    asked: tuple[tuple[Problem, Rules, Goal], ...] = (
        (problem, replace(limited, share=float(rng.choice([0.6, 0.75, 0.9]))), "cover_all"),
        (problem, limited, "cover_all"),
        (problem, replace(limited, new=new), "cover_most"),
        (problem, replace(limited, new=new, fair="gini", give_up=0.4), "cover_most"),
        (problem, replace(limited, new=new, fair="worst_first"), "cover_most"),
        (problem, replace(limited, new=new, area_floor=0.3), "cover_most"),
        (replace(problem, times=TravelTimes.from_matrix(far)), Rules(new=new), "least_minutes"),
        (replace(problem, times=TravelTimes.from_matrix(far)), Rules(new=new), "least_worst"),
        (problem, Rules(new=new, unserved_seconds=60), "least_minutes"),
    )
    chosen, rules, goal = asked[int(rng.integers(len(asked)))]
    return Question(chosen, rules, goal, oracle.answers(chosen, rules, goal))


def _problem(kind: str, rng: np.random.Generator) -> Problem:
    m, points, n = int(rng.integers(1, 8)), int(rng.integers(1, 13)), int(rng.integers(1, 15))
    seconds = rng.integers(0, 20, (m, points)).astype(float)
    seconds[rng.random((m, points)) < rng.choice([0.0, 0.3, 0.6])] = INF
    standing = 0.5 if kind in ("close", "move") else float(rng.choice([0.0, 0.2]))
    existing, fixed = rng.random(m) < standing, rng.random(m) < rng.choice([0.0, 0.15])
    barred = (rng.random(m) < rng.choice([0.0, 0.15])) & ~fixed
    kinds = 2 if kind == "categories" else 1
    cost = np.round(rng.uniform(0, 9, m), int(rng.integers(0, 3))) if rng.random() < 0.7 else None
    sites = Sites(
        m, existing=existing, required=fixed, forbidden=barred, cost=cost, area=rng.integers(0, 2, m),
        offers=rng.random((m, kinds)) < 0.8 if kinds > 1 else None,
    )  # fmt: skip
    people = rng.integers(0, 9, n).astype(float) if rng.random() < 0.6 else np.round(rng.random(n) * 9, 3)
    demand = Demand(
        people, point=rng.integers(0, points, n), group=rng.choice(["old", "young"], n),
        area=rng.integers(0, 4, n), category=rng.integers(0, kinds, n),
    )  # fmt: skip
    return Problem(TravelTimes.from_matrix(seconds), sites, demand)


def _ruled(kind: str, problem: Problem, rng: np.random.Generator) -> tuple[Problem, Rules, Any]:
    """Return the problem with what the kind needs, the rules, and who judges a plan."""
    sites = problem.sites
    rules = Rules(new=int(rng.integers(0, 5)), limit_seconds=float(rng.integers(0, 16)))
    edge = float(rng.choice([0.0, 0.3, 0.6, 1.0]))
    if kind.startswith("room"):
        return _with_room(kind, problem, rules, rng, edge)
    if kind == "share" and rng.random() < 0.5:
        problem = replace(problem, sites=replace(sites, cost=None))
    if kind == "too_close":
        pairs = rng.integers(0, sites.count, (int(rng.integers(0, 5)), 2))
        problem = replace(problem, sites=replace(sites, too_close=pairs))
    return problem, replace(rules, **_options(kind, sites, rng, edge)), None


def _options(kind: str, sites: Sites, rng: np.random.Generator, edge: float) -> dict[str, Any]:
    """Return the rules of a kind beside a number and a limit, at 0 and at their edge too."""
    cost = np.ones(sites.count) if sites.cost is None else sites.cost
    exact = float(np.round(cost[rng.random(sites.count) < 0.5].sum(), 2))
    money = float(rng.choice([0.0, 5.0, 12.3, exact]))
    fairness = {"give_up": float(rng.choice([0.0, 0.1, 0.5])), "copies": int(rng.integers(1, 3))}
    every: dict[str, dict[str, Any]] = {
        "number": {},
        "budget": {"new": None, "budget": money},
        "number and budget": {"budget": money},
        "share": {"new": None, "share": float(rng.choice([0.0, edge, 0.8, 1.0]))},
        "backup": {"copies": int(rng.integers(1, 4)), "share": float(rng.choice([0.5, 1.0]))},
        "decay": {"decay": _falling(rng), "limit_seconds": float(rng.choice([INF, 12.0]))},
        "gini": {"fair": "gini", **fairness},
        "worst_first": {"fair": "worst_first", **fairness},
        "area_floor": {"area_floor": edge if rng.random() < 0.5 else {0: edge, 2: 0.4}, "share": 0.6},
        "group_floor": {"group_floor": edge, "share": 0.4},
        "too_close": {},
        "close": {"new": None if rng.random() < 0.5 else 0, "close": int(rng.integers(1, 4))},
        "move": {"close": int(rng.integers(0, 3))},
        "least_sites": {"least_sites": {0: int(rng.integers(0, 3)), 1: int(rng.integers(0, 2))}},
        "categories": {"limit_seconds": (float(rng.integers(0, 16)), 9.0)},
        "weights": {"group_weights": {"old": float(rng.choice([0.0, 0.5, 3.0]))}},
        "unserved": {"unserved_seconds": float(rng.choice([0.0, 5.0, 60.0]))},
    }
    return every[kind]


def _with_room(
    kind: str, problem: Problem, rules: Rules, rng: np.random.Generator, edge: float
) -> tuple[Problem, Rules, Any]:
    m = problem.sites.count
    room = np.where(rng.random(m) < 0.8, rng.integers(0, 15, m).astype(float), INF)
    room[0] = 5.0
    problem = replace(problem, sites=replace(problem.sites, capacity=room, forbidden=None))
    if kind == "room and floors":
        return problem, replace(rules, area_floor=edge), oracle.with_floors
    if kind == "room and decay":
        return problem, replace(rules, decay=_falling(rng)), oracle.with_floors
    return problem, replace(rules, unserved_seconds=rng.choice([None, 30.0])), oracle.with_room


def _falling(rng: np.random.Generator) -> Any:
    far = float(rng.uniform(1, 30))
    return lambda seconds: np.exp(-((np.asarray(seconds) / far) ** 2))


def stopped_by_clock(asked: Question, looks: int) -> Plan:
    """Answer a question until the clock has been looked at so often."""
    return solve(asked.problem, asked.goal, asked.rules, Run(clock=clock_of(looks)))


def stopped_by_user(asked: Question, line: int) -> Plan | None:
    """Answer a question until so many lines were run; None where the interrupt came through."""
    try:
        with interrupted_at(line):
            return solve(asked.problem, asked.goal, asked.rules, Run())
    except KeyboardInterrupt:
        return None


def sound(asked: Question, plan: Plan) -> None:
    """Assert that a plan, stopped or not, claims nothing that all plans tried one by one deny."""
    best, every = asked.best, asked.every
    sign = -1.0 if oracle.more_is_better(asked.rules, asked.goal) else 1.0
    close = 1e-5
    if plan.status == "infeasible":
        assert best is None, (best, plan.culprits)
        return
    if best is None:
        assert plan.status == "stopped"
        assert np.isnan(plan.value)
        return
    assert not np.isnan(plan.bound)
    assert sign * plan.bound <= sign * best + close, (plan.bound, best)
    if np.isnan(plan.value):
        assert plan.status == "stopped"
        return
    assert plan.open_sites in every, plan.open_sites
    assert sign * plan.value >= sign * best - close, (plan.value, best)
    # With room the people of a stopped plan may be shared out better than they are.
    assert sign * plan.value >= sign * every[plan.open_sites] - close
    if asked.problem.sites.capacity is None:
        assert abs(plan.value - every[plan.open_sites]) <= close
    if plan.status == "optimal":
        assert abs(plan.value - best) <= close, (plan.value, best)
        assert abs(plan.bound - best) <= close
        if asked.rules.fair == "worst_first":
            shares = dict(oracle.leximin(asked.problem, asked.rules))
            assert np.allclose(shares[plan.open_sites], max(shares.values()), atol=1e-6)


def culprits_hold(asked: Question, plan: Plan) -> None:
    """Assert that each culprit named alone is enough alone by its amount, and by no less; or all together."""
    every = [oracle.shortages(asked.problem, asked.rules, asked.goal, sites)
             for sites in oracle.open_sets(asked.problem, asked.rules)]  # fmt: skip
    alone = {culprit.rule: culprit.amount for culprit in plan.culprits if culprit.alone}
    enough: dict[str, list[float]] = {}
    for short in every:
        if len(short) == 1 and min(short.values()) > 0:
            (rule,) = short
            enough.setdefault(rule, []).append(short[rule])
    assert set(alone) == set(enough), (alone, enough)
    for rule, amount in alone.items():
        assert abs(amount - min(enough[rule])) <= 1e-5, (rule, amount, enough[rule])
    together = {culprit.rule: culprit.amount for culprit in plan.culprits if not culprit.alone}
    assert bool(together) == (not alone)
    if together:
        fits = [all(short[rule] <= together.get(rule, 0.0) + 1e-5 for rule in short) for short in every]
        assert any(fits), together
