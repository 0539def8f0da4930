"""Fair plans against all plans tried one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.measures.inequality import gini
from geo.siting import (
    Demand,
    Problem,
    Rules,
    Sites,
    TravelTimes,
    cover_most,
)
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, apart, problems


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


def test_a_fair_plan_cannot_pretend_to_cover_fewer():
    # Site 0 covers all ten of area a, site 1 five of the ten of b; nothing evens that out.
    times = TravelTimes.from_matrix([[1.0, np.inf, np.inf], [np.inf, 1.0, np.inf]])
    demand = Demand(np.array([10.0, 5.0, 5.0]), area=np.array(["a", "b", "b"]))
    rules = Rules(new=2, limit_seconds=5, fair="gini", give_up=0.1)
    plan = cover_most(Problem(times, Sites(2), demand), rules)
    assert plan.value == pytest.approx(0.5 * 0.25 / 0.75)
    assert plan.people_covered == 15


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
