"""Siting questions for tests: drawn by hypothesis, on a plane, or held against every plan there is."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from geo.siting import Demand, Goal, Plan, Problem, Rules, Sites, TravelTimes, solve
from tests.support import siting_oracle as oracle

INF = np.inf
EFFORT = settings(
    max_examples=int(os.environ.get("SITING_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
GOALS: tuple[Goal, ...] = ("cover_all", "cover_most", "least_minutes", "least_worst")


@st.composite
def problems(draw: Any, *, whole: bool = True) -> Problem:
    """Draw up to six sites and eight entries of demand with every column filled or left out."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, points, n = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 8))
    seconds = rng.integers(1, 20, (m, points)).astype(float)
    seconds[rng.random((m, points)) < draw(st.sampled_from([0.0, 0.2, 0.6]))] = np.inf
    kinds = draw(st.integers(1, 2))
    existing = rng.random(m) < draw(st.sampled_from([0.0, 0.4]))
    fixed = rng.random(m) < draw(st.sampled_from([0.0, 0.2]))
    barred = (rng.random(m) < draw(st.sampled_from([0.0, 0.2]))) & ~fixed
    sites = Sites(
        m, existing=existing, required=fixed, forbidden=barred,
        cost=rng.integers(1, 6, m).astype(float) if draw(st.booleans()) else None,
        offers=rng.random((m, kinds)) < 0.8 if kinds > 1 else None,
        area=rng.integers(0, 2, m),
        opens_on=np.where(rng.random(m) < 0.5, np.datetime64("2030-01-01"), np.datetime64("NaT", "D")),
    )  # fmt: skip
    people = rng.integers(0, 9, n).astype(float) if whole else rng.random(n) * 9
    demand = Demand(
        people, point=rng.integers(0, points, n), group=rng.choice(["old", "young"], n),
        area=rng.integers(0, 3, n), category=rng.integers(0, kinds, n),
    )  # fmt: skip
    return Problem(TravelTimes.from_matrix(seconds), sites, demand)


def agree(problem: Problem, rules: Rules, goal: Goal, judge: Any = oracle.value) -> Plan:
    """Compare an answer with the best of all plans."""
    plan = solve(problem, goal, rules)
    top, _ = oracle.best(problem, rules, goal, judge)
    if top is None:
        assert plan.status == "infeasible"
        assert plan.culprits
        return plan
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(top, abs=1e-5)
    assert plan.bound == pytest.approx(top, abs=1e-5)
    assert plan.open_sites in set(oracle.plans(problem, rules, goal))
    assert judge(problem, rules, goal, plan.open_sites) == pytest.approx(top, abs=1e-5)
    return plan


def plane(sites: int, people: int, *, seed: int = 0, far: float = INF) -> Problem:
    """Sites and people spread over a square of 1,000 s, travelling in straight lines."""
    rng = np.random.default_rng(seed)
    where, homes = rng.random((sites, 2)), rng.random((people, 2))
    seconds = 1000 * np.hypot(*(where[:, None] - homes[None]).transpose(2, 0, 1))
    seconds[seconds > far] = INF
    return Problem(
        TravelTimes.from_matrix(seconds), Sites(sites), Demand(rng.integers(1, 50, people).astype(float))
    )


def apart(*people: float, area: list[str] | None = None) -> Problem:
    """Sites that reach one village each."""
    count = len(people)
    times = TravelTimes.from_matrix(np.where(np.eye(count, dtype=bool), 1.0, np.inf))
    return Problem(
        times, Sites(count), Demand(np.array(people), area=None if area is None else np.array(area))
    )
