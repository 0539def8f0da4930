"""Searches stopped at any moment, by the clock or by the user, against all plans tried one by one."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.siting import Goal, Rules, Run, alternatives, curve, regret
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import plane
from tests.support.siting_stops import (
    KINDS,
    Question,
    clock_of,
    culprits_hold,
    hard_question,
    hard_questions,
    question,
    questions,
    sound,
    stopped_by_clock,
    stopped_by_user,
)

EFFORT = settings(
    max_examples=4 * int(os.environ.get("SITING_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@EFFORT
@given(st.one_of(questions(), hard_questions()), st.integers(0, 40))
def test_a_clock_that_runs_out_proves_nothing(asked: Question, looks: int) -> None:
    sound(asked, stopped_by_clock(asked, looks))


@EFFORT
@given(st.one_of(questions(), hard_questions()), st.floats(0.0, 4.0))
def test_an_interrupt_at_any_line_proves_nothing(asked: Question, exponent: float) -> None:
    plan = stopped_by_user(asked, int(10**exponent))
    if plan is not None:
        sound(asked, plan)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_unstopped_at_its_edges_too(kind: str) -> None:
    for goal in KINDS[kind]:
        for seed in range(3):
            asked = question(kind, goal, np.random.default_rng([seed, len(kind)]))
            plan = stopped_by_clock(asked, 10**9)
            sound(asked, plan)
            assert plan.status == ("infeasible" if asked.best is None else "optimal")


@EFFORT
@given(questions(tuple(kind for kind in KINDS if not kind.startswith("room"))))
def test_a_culprit_named_alone_is_enough_alone(asked: Question) -> None:
    plan = stopped_by_clock(asked, 10**9)
    if plan.status == "infeasible":
        culprits_hold(asked, plan)


LOOKS = (1, 4, 12, 30, 40, 120, 10**9)
"""Looks at the clock until the time is up: at once, between parts, within a search, never."""


def town_of(goal: Goal) -> Question:
    """Return a question with a number of sites, hard enough to be stopped within, and every plan tried."""
    if goal != "least_worst":
        asked = hard_question(np.random.default_rng({"least_minutes": 0, "cover_most": 23}[goal]))
        assert asked.goal == goal
        assert asked.rules.new
        return asked
    problem, rules = plane(9, 40, seed=3), Rules(new=3)
    return Question(problem, rules, goal, oracle.answers(problem, rules, goal))


compared = pytest.mark.parametrize(
    ("goal", "looks"), list(product(("cover_most", "least_minutes", "least_worst"), LOOKS))
)


@compared
def test_a_curve_cut_short_proves_nothing(goal: Goal, looks: int) -> None:
    asked = town_of(goal)
    points = curve(asked.problem, goal, asked.rules, 3, Run(clock=clock_of(looks)).begin())
    for point in points:
        rules = replace(asked.rules, new=point.new)
        step = Question(asked.problem, rules, goal, oracle.answers(asked.problem, rules, goal))
        sound(step, point.best)
        if np.isfinite(point.nested.value):
            assert point.nested.value == pytest.approx(step.every[point.nested.open_sites])
    assert [point.new for point in points] + list(points.left_out) == [0, 1, 2, 3]
    assert looks < 10**9 or points.proven


@compared
def test_near_plans_cut_short_are_not_called_all(goal: Goal, looks: int) -> None:
    asked = town_of(goal)
    run = Run(clock=clock_of(looks)).begin()
    listed = alternatives(asked.problem, goal, asked.rules, run, within=0.1, most=4)
    every = sorted(asked.every.values(), reverse=goal == "cover_most")
    for plan in listed:
        if np.isfinite(plan.value):
            assert plan.value == pytest.approx(asked.every[plan.open_sites])
    if listed.proven:
        whole = alternatives(asked.problem, goal, asked.rules, within=0.1, most=4)
        assert [plan.value for plan in listed] == pytest.approx([plan.value for plan in whole])
        assert listed[0].value == pytest.approx(every[0])
    assert looks < 10**9 or listed.proven


@compared
def test_what_insisting_costs_lies_within_what_is_said(goal: Goal, looks: int) -> None:
    asked = town_of(goal)
    site = 1 if goal == "cover_most" else 0
    told = regret(asked.problem, goal, asked.rules, [site], Run(clock=clock_of(looks)).begin())
    sign = -1.0 if goal == "cover_most" else 1.0
    kept = min(sign * value for sites, value in asked.every.items() if site in sites)
    loss = kept - min(sign * value for value in asked.every.values())
    assert np.isnan(told.least) or told.least <= loss + 1e-5
    assert np.isnan(told.most) or told.most >= loss - 1e-5
    assert not told.proven or told.loss == pytest.approx(loss, abs=1e-5)
    assert looks < 10**9 or told.proven
