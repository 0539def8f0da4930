"""Curves, alternatives, regret and fairness against all plans tried one by one."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.measures.inequality import gini
from geo.siting import (
    Demand,
    Problem,
    Rules,
    Sites,
    TravelTimes,
    alternatives,
    cover_most,
    curve,
    least_minutes,
    regret,
)
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import problems

EFFORT = settings(
    max_examples=int(os.environ.get("SITING_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


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
    top, today = listed[0].value, _value_today(problem, rules, goal)
    gain = abs(top) if today is None else abs(top - today)
    assert all(v > sign * top + within * gain - 1e-6 for v in rest.values())


def _value_today(problem, rules, goal):
    """What stands is worth without any new site; None where somebody is not reached who must be."""
    if goal == "cover_all":
        return 0.0
    standing = tuple(np.flatnonzero(problem.sites.flag("existing")).tolist())
    return oracle.value(problem, rules, goal, standing)


@EFFORT
@given(problems(), st.integers(1, 3))
def test_insisting_costs_what_the_best_plan_with_the_site_loses(problem, new):
    free = np.flatnonzero(~problem.sites.flag("existing") & ~problem.sites.flag("forbidden"))
    if not free.size:
        return
    rules = Rules(new=new, limit_seconds=10)
    told = regret(problem, "cover_most", rules, [int(free[0])])
    every = {
        p: oracle.value(problem, rules, "cover_most", p) for p in oracle.plans(problem, rules, "cover_most")
    }
    those = [v for p, v in every.items() if free[0] in p]
    if not those:
        assert np.isnan(told.loss)
        return
    assert told.loss == pytest.approx(max(every.values()) - max(those))


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


def rates(problem, rules, chosen):
    people = np.asarray(problem.demand.people)
    share = oracle.covered(problem, rules, chosen)
    areas = [np.asarray(problem.demand.area) == a for a in np.unique(problem.demand.area)]
    areas = [a for a in areas if people[a].sum() > 0]
    return np.array([(people * share)[a].sum() / people[a].sum() for a in areas]), np.array(
        [people[a].sum() for a in areas]
    )


@EFFORT
@given(problems(), st.integers(0, 4), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([1, 2]))
def test_least_gini(problem, new, give_up, copies):
    rules = Rules(new=new, limit_seconds=10, fair="gini", give_up=give_up, copies=copies)
    plan = cover_most(problem, rules)
    plain = replace(rules, fair=None)
    top, _ = oracle.best(problem, plain, "cover_most")
    if top is None:
        assert plan.status == "infeasible"
        return
    if top == 0:
        return
    near = [
        p
        for p in oracle.plans(problem, plain, "cover_most")
        if oracle.value(problem, plain, "cover_most", p) >= (1 - give_up) * top - 1e-6
    ]
    least = min(gini(*rates(problem, rules, p)) for p in near)
    assert plan.value == pytest.approx(least, abs=1e-6)
    assert gini(*rates(problem, rules, plan.open_sites)) == pytest.approx(least, abs=1e-6)
    assert plan.status == "optimal"


@EFFORT
@given(problems(), st.integers(0, 4), st.sampled_from([1, 2]))
def test_worst_area_first(problem, new, copies):
    rules = Rules(new=new, limit_seconds=10, fair="worst_first", copies=copies)
    plan = cover_most(problem, rules)
    found = [
        np.sort(rates(problem, rules, p)[0]).round(9).tolist()
        for p in oracle.plans(problem, rules, "cover_most")
    ]
    if not found:
        assert plan.status == "infeasible"
        return
    assert np.sort(rates(problem, rules, plan.open_sites)[0]) == pytest.approx(max(found), abs=1e-6)
    if max(found):
        assert plan.value == pytest.approx(max(found)[0], abs=1e-6)
    assert plan.status == "optimal"


def test_two_plans_of_the_same_worth():
    times = TravelTimes.from_matrix([[1.0, np.inf], [np.inf, 1.0]])
    problem = Problem(times, Sites(2), Demand(np.array([100.0, 99.5])))
    rules = Rules(new=1, limit_seconds=5)
    assert [p.opened for p in alternatives(problem, "cover_most", rules)] == [(0,), (1,)]
    assert [p.opened for p in alternatives(problem, "cover_most", rules, within=0.001)] == [(0,)]


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


def test_a_fair_plan_cannot_pretend_to_cover_fewer():
    # Site 0 covers all ten of area a, site 1 five of the ten of b; nothing evens that out.
    times = TravelTimes.from_matrix([[1.0, np.inf, np.inf], [np.inf, 1.0, np.inf]])
    demand = Demand(np.array([10.0, 5.0, 5.0]), area=np.array(["a", "b", "b"]))
    rules = Rules(new=2, limit_seconds=5, fair="gini", give_up=0.1)
    plan = cover_most(Problem(times, Sites(2), demand), rules)
    assert plan.value == pytest.approx(0.5 * 0.25 / 0.75)
    assert plan.people_covered == 15


def apart(*people: float, area: list[str] | None = None) -> Problem:
    """Sites that reach one village each."""
    count = len(people)
    times = TravelTimes.from_matrix(np.where(np.eye(count, dtype=bool), 1.0, np.inf))
    return Problem(
        times, Sites(count), Demand(np.array(people), area=None if area is None else np.array(area))
    )


def test_every_pair_of_four_is_listed_once():
    listed = alternatives(apart(4, 3, 3, 2), "cover_most", Rules(new=2, limit_seconds=5), within=0.3, most=20)
    assert [plan.value for plan in listed] == [7, 7, 6, 6, 5, 5]
    assert len({plan.opened for plan in listed}) == 6


def test_the_second_worst_area_counts_too():
    # One site serves nobody in area a whatever is built; b is then the one to look after, not c.
    problem = apart(5, 1, 9, area=["a", "b", "c"])
    barred = replace(problem, sites=replace(problem.sites, forbidden=np.array([True, False, False])))
    plan = cover_most(barred, Rules(new=2, limit_seconds=5, fair="worst_first"))
    assert (plan.value, plan.opened) == (0, (1, 2))


@pytest.mark.parametrize("seed", [0, 1, 13, 28, 29, 32, 34, 62])  # from 13 on more than one guess is needed
def test_least_gini_on_made_up_towns(seed):
    rng = np.random.default_rng(seed)
    times = TravelTimes.from_matrix(np.where(rng.random((7, 14)) < 0.3, 1.0, np.inf))
    demand = Demand(rng.integers(1, 20, 14).astype(float), area=rng.integers(0, 4, 14))
    problem, rules = Problem(times, Sites(7), demand), Rules(new=3, limit_seconds=5, fair="gini", give_up=0.4)
    plain = replace(rules, fair=None)
    top, _ = oracle.best(problem, plain, "cover_most")
    worth = {
        p: oracle.value(problem, plain, "cover_most", p) for p in oracle.plans(problem, plain, "cover_most")
    }
    least = min(gini(*rates(problem, rules, p)) for p, value in worth.items() if value >= 0.6 * top)
    assert cover_most(problem, rules).value == pytest.approx(least, abs=1e-7)
