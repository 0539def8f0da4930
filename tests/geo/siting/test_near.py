"""Near-equal plans against all plans tried one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import (
    Demand,
    Problem,
    Rules,
    Sites,
    TravelTimes,
    alternatives,
)
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, apart, problems


@EFFORT
@given(
    problems(),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.1, 0.5]),
    st.sampled_from(["cover_most", "least_minutes", "cover_all"]),
)
def test_alternatives_are_the_next_best(problem, new, within, goal):
    rules = Rules(new=new, limit_seconds=10, unserved_seconds=60)
    listed = alternatives(problem, goal, rules, within=within, most=50)
    if listed[0].status == "infeasible":
        return
    sign = -1 if goal == "cover_most" else 1
    rest = {p: oracle.value(problem, rules, goal, p) for p in oracle.plans(problem, rules, goal)}
    rest = {p: sign * v for p, v in rest.items() if v is not None}
    for plan in listed:
        assert plan.open_sites in rest
        assert sign * plan.value == pytest.approx(min(rest.values()), abs=1e-6)
        rest = {p: v for p, v in rest.items() if not set(plan.open_sites) <= set(p)}
    top, today = listed[0].value, value_today(problem, rules, goal)
    gain = abs(top) if today is None else abs(top - today)
    assert all(v > sign * top + within * gain - 1e-6 for v in rest.values())


def value_today(problem, rules, goal):
    """What stands is worth without any new site; None where somebody is not reached who must be."""
    if goal == "cover_all":
        return 0.0
    standing = tuple(np.flatnonzero(problem.sites.flag("existing")).tolist())
    return oracle.value(problem, rules, goal, standing)


def test_two_plans_of_the_same_worth():
    times = TravelTimes.from_matrix([[1.0, np.inf], [np.inf, 1.0]])
    problem = Problem(times, Sites(2), Demand(np.array([100.0, 99.5])))
    rules = Rules(new=1, limit_seconds=5)
    assert [p.opened for p in alternatives(problem, "cover_most", rules)] == [(0,), (1,)]
    assert [p.opened for p in alternatives(problem, "cover_most", rules, within=0.001)] == [(0,)]


def test_every_pair_of_four_is_listed_once():
    listed = alternatives(apart(4, 3, 3, 2), "cover_most", Rules(new=2, limit_seconds=5), within=0.3, most=20)
    assert [plan.value for plan in listed] == [7, 7, 6, 6, 5, 5]
    assert len({plan.opened for plan in listed}) == 6
