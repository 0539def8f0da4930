"""Years, areas filled first, and weights, against every plan of tiny questions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import (
    Demand,
    Limit,
    Phasing,
    Problem,
    Rules,
    Run,
    Sites,
    TravelTimes,
    cover_most,
    fill_first,
    phase,
    plan_asked,
    solve,
)
from geo.siting.compare import regret
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, GOALS, agree, plane, problems
from tests.support.siting_stops import clock_of


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_areas_may_miss_so_many_sites(problem, goal, new, least, missing):
    rules = Rules(new=new, limit_seconds=9.0, share=0.5, least_sites={0: least, 1: 1}, missing_sites=missing)
    agree(problem, rules, goal)


@EFFORT
@given(problems(), st.integers(0, 3), st.integers(0, 3))
def test_areas_are_filled_as_far_as_can_be(problem, new, least):
    rules = Rules(new=new, limit_seconds=9.0, least_sites={0: least, 1: 1})
    plan = cover_most(problem, rules)
    filled = fill_first(rules, plan)
    every = replace(rules, least_sites={})
    short = [
        sum(
            max(number - sum(problem.sites.area[i] == area for i in chosen), 0)
            for area, number in rules.least_sites.items()
        )
        for chosen in oracle.plans(problem, every, "cover_most")
    ]
    if short:
        assert filled.missing_sites == min(short)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 3), st.data())
def test_weights_of_entries(problem, goal, new, data):
    weight = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=8, max_size=8)))
    demand = replace(problem.demand, weight=weight[: problem.demand.count])
    agree(replace(problem, demand=demand), Rules(new=new, limit_seconds=9.0, share=0.5), goal)


@EFFORT
@given(problems(), st.lists(st.integers(0, 2), min_size=1, max_size=3))
def test_years_are_nested_within_their_limits_and_priced_against_their_optimum(problem, more):
    problem = replace(problem, sites=replace(problem.sites, required=None))
    rules, totals = Rules(limit_seconds=9.0), np.cumsum(more).tolist()
    phasing = phase(problem, "cover_most", rules, [Limit(new=new) for new in totals])
    assert len(phasing.stages) == len(totals)
    before: set[int] = set()
    for stage, new in zip(phasing.stages, totals, strict=True):
        top, _ = oracle.best(problem, replace(rules, new=new), "cover_most")
        assert stage.best.value == pytest.approx(top)
        opened = set(stage.nested.opened)
        assert before <= opened
        assert len(opened) <= new
        value = oracle.value(problem, rules, "cover_most", stage.nested.open_sites)
        assert stage.nested.value == pytest.approx(value)
        gained = top - oracle.best(problem, replace(rules, new=0), "cover_most")[0]
        assert stage.price == pytest.approx((top - value) / gained if gained > 0 else 0.0)
        assert stage.opened == tuple(sorted(opened - before))
        before = opened


@EFFORT
@given(problems(), st.integers(1, 2), st.integers(1, 2))
def test_some_year_is_always_its_own_best(problem, first, second):
    problem = replace(problem, sites=replace(problem.sites, required=None))
    phasing = phase(
        problem, "cover_most", Rules(limit_seconds=9.0), [Limit(new=first), Limit(new=first + second)]
    )
    assert min(stage.price for stage in phasing.stages) == pytest.approx(0.0)


def test_the_price_of_nesting_by_hand():
    # Alone the middle covers 4 + 4; the two ends cover 5 + 5 and leave nobody for the middle to add.
    times = np.full((3, 4), np.inf)
    for site, points in enumerate(((1, 2), (0, 1), (2, 3))):
        times[site, list(points)] = 1
    problem = Problem(TravelTimes.from_matrix(times), Sites(3), Demand(np.array([1.0, 4.0, 4.0, 1.0])))
    phasing = phase(problem, "cover_most", Rules(limit_seconds=9), [Limit(new=1), Limit(new=2)])
    prices = sorted(stage.price for stage in phasing.stages)
    # Middle first and an end later covers 9 of 10; an end first covers 5 of 8.
    assert prices == pytest.approx([0.0, 0.1])
    assert phasing.plan.status == "within"
    assert phasing.plan.value == 9


def test_money_left_over_goes_to_the_next_year():
    times = np.where(np.eye(2, dtype=bool), 1.0, np.inf)
    sites = Sites(2, cost=np.array([3.0, 5.0]))
    problem = Problem(TravelTimes.from_matrix(times), sites, Demand(np.array([1.0, 9.0])))
    phasing = phase(problem, "cover_most", Rules(limit_seconds=9), [Limit(budget=4.0), Limit(budget=8.0)])
    assert [stage.opened for stage in phasing.stages] == [(0,), (1,)]
    assert [stage.price for stage in phasing.stages] == [0.0, 0.0]


@EFFORT
@given(problems(), st.integers(1, 3), st.integers(0, 5))
def test_the_price_of_an_insisted_site_is_a_share_of_the_gain(problem, new, site):
    site %= problem.sites.count
    old = problem.sites.flag("existing") | problem.sites.flag("forbidden")
    problem = replace(problem, sites=replace(problem.sites, required=None))
    rules = Rules(new=new, limit_seconds=9.0)
    if old[site]:
        return
    found = regret(problem, "cover_most", rules, [site])
    top = oracle.best(problem, rules, "cover_most")[0]
    today = oracle.best(problem, replace(rules, new=0), "cover_most")[0]
    assert found.gain == pytest.approx(top - today, abs=1e-9)
    if found.gain > 0:
        kept = max(
            oracle.value(problem, rules, "cover_most", chosen)
            for chosen in oracle.plans(problem, rules, "cover_most")
            if site in chosen
        )
        assert found.share == pytest.approx((top - kept) / (top - today), abs=1e-9)


@pytest.mark.parametrize(("goal", "zero"), list(product(GOALS, [{}, {"least_sites": {0: 0, 1: 0}}])))
def test_a_rule_at_nothing_is_no_rule(goal, zero):
    times = TravelTimes.from_matrix(np.array([[1.0, 5.0], [5.0, 1.0]]))
    sites = Sites(2, area=np.array([0, 1]))
    problem = Problem(times, sites, Demand(np.array([2.0, 1.0]), weight=np.ones(2)))
    rules = Rules(new=1, limit_seconds=9.0, share=0.5)
    plain = replace(problem, demand=Demand(np.array([2.0, 1.0])))
    assert solve(problem, goal, replace(rules, **zero)).value == solve(plain, goal, rules).value


def two_ends() -> Problem:
    """Two places a site each, three people and one, in an area each."""
    times = np.where(np.eye(2, dtype=bool), 1.0, np.inf)
    demand = Demand(np.array([3.0, 1.0]), area=np.array(["west", "east"]))
    return Problem(TravelTimes.from_matrix(times), Sites(2, area=np.array(["west", "east"])), demand)


@pytest.mark.parametrize("rules", [{"area_floor": 1.0}, {"least_sites": {"west": 1, "east": 1}}])
def test_floors_and_sites_by_area_are_asked_of_the_end(rules):
    # One site in the first year cannot cover both areas; two at the end can.
    limits = [Limit(new=1), Limit(new=2)]
    phasing = phase(two_ends(), "cover_most", Rules(limit_seconds=9.0, **rules), limits)
    assert [stage.opened for stage in phasing.stages] == [(0,), (1,)]
    assert [stage.price for stage in phasing.stages] == [0.0, 0.0]


def test_years_that_cannot_keep_the_rules_are_not_made_up():
    # Everybody is to be reached, which one site in the first year cannot do; two at the end can.
    phasing = phase(two_ends(), "least_minutes", Rules(), [Limit(new=1), Limit(new=2)])
    assert len(phasing.stages) == 1
    assert phasing.plan.opened == (0, 1)


def test_years_with_areas_that_cannot_all_have_their_sites():
    # Three sites to each area are more than there are; the two there are fill what they can.
    rules = Rules(limit_seconds=9.0, least_sites={"west": 1, "east": 2})
    limits = [Limit(new=1), Limit(new=2)]
    asked = plan_asked(two_ends(), "cover_most", rules, Run(), limits=limits, areas_first=True)
    assert (asked.rules.missing_sites, asked.plan.opened) == (1, (0, 1))
    assert asked.phasing is not None
    assert [stage.opened for stage in asked.phasing.stages] == [(0,), (1,)]
    strict = plan_asked(two_ends(), "cover_most", rules, Run(), limits=limits, areas_first=False)
    assert strict.plan.status == "infeasible"


@pytest.mark.parametrize("looks", [2, 12, 60, 10**9])
@pytest.mark.parametrize("goal", ["cover_most", "least_minutes", "least_worst"])
def test_years_cut_short_claim_no_price_and_no_worse_best(goal, looks):
    limits = [Limit(new=new) for new in (2, 3, 4)]
    rules = Rules(limit_seconds=150.0) if goal == "cover_most" else Rules()
    problem = plane(12, 60, seed=1)
    phasing = phase(problem, goal, rules, limits, Run(clock=clock_of(looks)))
    assert len(phasing.stages) == len(limits)
    sign = -1.0 if goal == "cover_most" else 1.0
    for stage, limit in zip(phasing.stages, limits, strict=True):
        assert len(stage.nested.opened) <= limit.new
        assert np.isnan(stage.price) == (not stage.proven)
        assert not sign * stage.nested.value < sign * stage.best.value - 1e-9
        true = solve(problem, goal, replace(rules, new=limit.new)).value
        assert not sign * stage.best.bound > sign * true + 1e-6
    # What ended the search is said of a plan that is not proven, and of no other.
    assert (phasing.plan.status == "stopped") == (phasing.plan.stopped_by == "time")
    assert looks < 10**9 or all(stage.proven for stage in phasing.stages)


@pytest.mark.parametrize("which", ["nested", "best"])
def test_a_plan_in_years_cut_short_is_not_called_proven_at_a_gap_of_nothing(which):
    limits = [Limit(new=1), Limit(new=2)]
    rules = Rules(limit_seconds=9.0, fair="worst_first")
    phasing = phase(two_ends(), "cover_most", rules, limits)
    assert (phasing.plan.status, phasing.plan.gap) == ("optimal", 0.0)
    last = phasing.stages[-1]
    cut = replace(last, **{which: replace(getattr(last, which), status="stopped", stopped_by="time")})
    plan = Phasing((*phasing.stages[:-1], cut)).plan
    assert (plan.status, plan.stopped_by) == ("stopped", "time")
