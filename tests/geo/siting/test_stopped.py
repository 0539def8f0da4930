"""Searches stopped at any moment, by the clock or by the user, against all plans tried one by one."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.siting_stops import (
    KINDS,
    Question,
    culprits_hold,
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
