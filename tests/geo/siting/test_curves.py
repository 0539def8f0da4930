"""Curves against all plans tried one by one."""

from __future__ import annotations

from itertools import pairwise

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
    curve,
    least_minutes,
)
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, problems


@EFFORT
@given(problems(), st.integers(0, 4))
def test_curve_rises_and_nested_plans_stay_below(problem, up_to):
    points = curve(problem, "cover_most", Rules(limit_seconds=10), up_to)
    assert [p.new for p in points] == list(range(up_to + 1))
    for point in points:
        top, _ = oracle.best(problem, Rules(new=point.new, limit_seconds=10), "cover_most")
        if top is None:
            assert point.best.status == "infeasible"
            continue
        assert point.best.value == pytest.approx(top)
        assert point.nested.value <= top + 1e-6
    for one, two in pairwise([p for p in points if p.best.status == "optimal"]):
        assert set(one.nested.opened) <= set(two.nested.opened)
        assert two.best.value >= one.best.value - 1e-6


def test_greedy_years_end_below_the_plan_for_the_end():
    # Site 0 holds the middle four of six; sites 1 and 2 hold three each and all six together.
    inf = np.inf
    times = TravelTimes.from_matrix(
        [[inf, 1, 1, 1, 1, inf], [1, 1, 1, inf, inf, inf], [inf, inf, inf, 1, 1, 1]]
    )
    points = curve(Problem(times, Sites(3), Demand(np.ones(6))), "cover_most", Rules(limit_seconds=5), 2)
    assert [p.best.value for p in points] == [0, 4, 6]
    assert [p.nested.value for p in points] == [0, 4, 5]


def test_minutes_curve_falls():
    times = TravelTimes.from_matrix([[60.0, 600.0], [600.0, 60.0]])
    points = curve(Problem(times, Sites(2), Demand(np.array([1.0, 2.0]))), "least_minutes", Rules(), 2)
    assert points[0].best.status == "infeasible"
    assert [p.best.value for p in points[1:]] == [12, 3]
    assert least_minutes(Problem(times, Sites(2), Demand(np.array([1.0, 2.0]))), Rules(new=2)).value == 3
