"""Candidates left out because another does all they do: the optimum stays, whatever the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import Demand, Goal, Problem, Rules, Sites, TravelTimes, solve
from geo.siting.engines.thin import thinned
from geo.siting.prepared import Case
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, problems

NEAR = [60.0, 60.0, np.inf]
TIMES = TravelTimes.from_matrix([NEAR, [60.0, np.inf, np.inf], NEAR, [np.inf, np.inf, 60.0]])
RULES = Rules(new=2, limit_seconds=90, area_floor=0.1)


def town(**sites: Any) -> Problem:
    """A and C reach the same two places, B one of them, D the third."""
    return Problem(TIMES, Sites(4, **sites), Demand(np.array([4.0, 3.0, 2.0]), area=np.array([0, 0, 1])))


def kept(problem: Problem, rules: Rules = RULES, goal: Goal = "cover_most") -> list[int]:
    return thinned(Case(problem, rules, goal)).candidates.tolist()


def test_what_another_covers_too_is_left_out_and_of_equals_the_first_stays() -> None:
    assert kept(town()) == [0, 3]


@pytest.mark.parametrize(
    ("sites", "rules", "left"),
    [
        ({"required": np.array([False, True, False, False])}, {}, [0, 1, 3]),
        ({"cost": np.array([5.0, 1.0, 5.0, 1.0])}, {"budget": 6.0}, [0, 1, 3]),
        ({"area": np.array([0, 1, 0, 0])}, {"least_sites": {1: 1}}, [0, 1, 3]),
        ({"too_close": np.array([[0, 2]])}, {}, [0, 1, 2, 3]),
        ({"capacity": np.array([1.0, 9.0, 9.0, 9.0])}, {}, [0, 1, 2, 3]),
        ({}, {"copies": 2}, [0, 1, 2, 3]),
        ({}, {"fair": "gini"}, [0, 1, 2, 3]),
    ],
)
def test_what_a_rule_may_want_stays(sites: Any, rules: Any, left: list[int]) -> None:
    assert kept(town(**sites), replace(RULES, **rules)) == left


@EFFORT
@given(problems(), st.sampled_from(["cover_all", "cover_most"]), st.integers(0, 9999), st.booleans())
def test_the_best_value_stays(problem: Problem, goal: Goal, seed: int, money: bool) -> None:
    rng = np.random.default_rng(seed)
    rules = Rules(
        new=int(rng.integers(0, 4)), budget=float(rng.integers(0, 9)) if money else None, limit_seconds=9,
        share=float(rng.choice([0.3, 0.7, 1.0])), area_floor=float(rng.choice([0.0, 0.3])),
        group_floor={"old": 0.2}, least_sites={0: int(rng.integers(0, 2))}, close=int(rng.integers(0, 2)),
    )  # fmt: skip
    slim = thinned(Case(problem, rules, goal))
    whole, thin = (oracle.best(each, rules, goal)[0] for each in (problem, slim.problem))
    assert whole == thin


def test_a_plan_says_how_many_were_left_out() -> None:
    plan = solve(town(), "cover_most", RULES)
    assert (plan.counts["candidates"], plan.counts["candidates_kept"]) == (4, 2)
    assert plan.opened == (0, 3)
