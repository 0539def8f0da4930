"""Why a question has no answer: each culprit, given way by its amount, must give one, and no less may do."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.siting import (
    Demand,
    Problem,
    Rules,
    Sites,
    TravelTimes,
    cover_all,
    cover_most,
    least_minutes,
    least_worst,
    solve,
)
from tests.support.siting_questions import GOALS, problems

EFFORT = settings(
    max_examples=int(os.environ.get("SITING_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
INF = np.inf


def line(*people: float, **columns: object) -> Problem:
    """Three sites and three villages in a line, 10 s apart, one village at each site."""
    times = TravelTimes.from_matrix(10.0 * np.abs(np.subtract.outer(range(3), range(3))))
    return Problem(times, Sites(3, **columns), Demand(np.array(people), area=np.array(["a", "b", "c"])))  # type: ignore[arg-type]


def told(plan):
    assert plan.status == "infeasible"
    assert plan.opened == ()
    return {c.rule: (c.amount, c.unit) for c in plan.culprits}


def test_unreachable_people_are_named():
    times = TravelTimes.from_matrix([[1.0, INF, 1.0], [1.0, INF, 99.0]])
    plan = cover_all(Problem(times, Sites(2), Demand(np.array([1.0, 7.0, 2.0]))), Rules(limit_seconds=5))
    assert told(plan) == {"reach": (7.0, "people")}
    assert plan.culprits[0].demand == (1,)
    freed = Problem(times, Sites(2), Demand(np.array([1.0, 0.0, 2.0])))
    assert cover_all(freed, Rules(limit_seconds=5)).status == "optimal"


def test_too_few_sites_or_people_left_out():
    assert told(cover_all(line(1, 2, 3), Rules(limit_seconds=5, new=1))) == {
        "new": (2, "sites"),
        "reach": (3, "people"),
    }


def test_too_small_a_budget():
    plan = cover_all(line(1, 2, 3, cost=np.array([4.0, 5.0, 6.0])), Rules(limit_seconds=5, budget=12.0))
    assert told(plan)["budget"] == (pytest.approx(3.0), "money")


def test_share_out_of_reach():
    problem = line(10, 20, 30, forbidden=np.array([False, True, True]))
    assert told(cover_all(problem, Rules(limit_seconds=5, share=0.5))) == {
        "share": (pytest.approx(20.0, abs=1e-4), "people")
    }


def test_floor_of_an_area():
    problem = line(10, 20, 30, forbidden=np.array([False, False, True]))
    plan = cover_most(problem, Rules(limit_seconds=5, new=2, area_floor={"c": 0.5}))
    assert told(plan) == {"area_floor": (pytest.approx(15.0, abs=1e-4), "people")}


def test_required_sites_too_close():
    problem = line(1, 1, 1, required=np.array([True, True, False]), too_close=np.array([[0, 1]]))
    plan = cover_most(problem, Rules(limit_seconds=5, new=3))
    assert told(plan) == {"too_close": (1, "pairs")}
    assert plan.culprits[0].sites == (0, 1)


def test_room_is_missing():
    problem = line(10, 20, 30, capacity=np.array([25.0, 25.0, 5.0]))
    assert told(cover_all(problem, Rules(limit_seconds=99))) == {
        "capacity": (pytest.approx(5.0), "people"),
        "reach": (pytest.approx(5.0), "people"),
    }


def test_area_without_a_site():
    problem = line(1, 1, 1, area=np.array(["a", "b", "b"]))
    assert told(cover_most(problem, Rules(limit_seconds=5, new=3, least_sites={"a": 2}))) == {
        "least_sites": (1, "sites")
    }


def test_required_more_than_allowed():
    plan = least_worst(line(1, 1, 1, required=np.ones(3, bool)), Rules(new=2))
    assert told(plan) == {"new": (1, "sites")}


def test_two_rules_at_fault_together():
    problem = line(10, 20, 30, required=np.ones(3, bool), too_close=np.array([[0, 1]]))
    plan = cover_most(
        replace(problem, sites=replace(problem.sites, too_close=None)),
        Rules(limit_seconds=5, new=1, budget=2.0),
    )
    assert told(plan) == {"new": (2, "sites"), "budget": (1, "money")}
    assert not any(c.alone for c in plan.culprits)


@EFFORT
@given(
    problems(),
    st.sampled_from(GOALS),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from([None, 0.6]),
    st.floats(0, 6),
)
def test_giving_way_by_the_amount_is_enough_and_needed(problem, goal, new, least, floor, budget):
    rules = Rules(new=new, budget=budget, limit_seconds=10, least_sites={0: least}, group_floor=floor)
    plan = solve(problem, goal, rules)
    for culprit in plan.culprits if plan.status == "infeasible" else ():
        assert culprit.amount > 0
        if culprit.rule not in ("new", "budget") or not culprit.alone:
            continue
        old = getattr(rules, culprit.rule)
        assert (
            solve(
                problem,
                goal,
                replace(rules, **{culprit.rule: old + culprit.amount + 1e-6 * (culprit.rule == "budget")}),
            ).status
            == "optimal"
        )
        less = culprit.amount - (1 if culprit.rule == "new" else 1e-3)
        assert solve(problem, goal, replace(rules, **{culprit.rule: old + less})).status == "infeasible"


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 2))
def test_without_the_people_at_fault_there_is_a_plan(problem, goal, new):
    rules = Rules(new=new, limit_seconds=8)
    plan = solve(problem, goal, rules)
    for culprit in plan.culprits:
        if culprit.rule == "reach" and culprit.alone and len(plan.culprits) > 1:
            people = np.array(problem.demand.people)
            assert people[list(culprit.demand)].sum() == pytest.approx(culprit.amount)
            people[list(culprit.demand)] = 0
            assert (
                solve(replace(problem, demand=replace(problem.demand, people=people)), goal, rules).status
                == "optimal"
            )


@pytest.mark.parametrize(
    ("rules", "goal", "key"),
    [
        (Rules(new=-1, limit_seconds=5), "cover_most", "new"),
        (Rules(limit_seconds=5), "cover_most", "new"),
        (Rules(new=1), "cover_most", "limit_seconds"),
        (Rules(new=1, limit_seconds=5, share=1.5), "cover_all", "share"),
        (Rules(new=1, fair="gini"), "least_minutes", "fair"),
        (Rules(new=1, copies=2), "least_minutes", "copies"),
        (Rules(new=1, limit_seconds=5, group_floor=0.5), "cover_most", "demand.group"),
        (Rules(new=1, limit_seconds=5, least_sites={"a": 1}), "cover_most", "sites.area"),
    ],
)
def test_rules_that_make_no_sense(rules, goal, key):
    with pytest.raises(InputError) as caught:
        solve(line(1, 1, 1), goal, rules)
    assert key in [fault.source for fault in caught.value.faults]


def test_faults_of_the_input_come_together():
    times = TravelTimes.from_matrix([[1.0, 2.0]])
    with pytest.raises(InputError) as caught:
        Problem(
            times, Sites(2, cost=np.array([-1.0, 1.0])), Demand(np.array([1.0, -2.0]), point=np.array([0, 7]))
        )
    assert {f.source for f in caught.value.faults} == {"sites", "sites.cost", "demand.people", "demand.point"}


def test_minutes_need_everyone_reached_unless_a_price_is_given():
    times = TravelTimes.from_matrix([[60.0, INF]])
    problem = Problem(times, Sites(1), Demand(np.array([1.0, 1.0])))
    assert told(least_minutes(problem, Rules(new=1))) == {"reach": (1, "people")}
    assert least_minutes(problem, Rules(new=1, unserved_seconds=600)).value == 11


@pytest.mark.parametrize(
    ("people", "new", "en", "zh"),
    [
        # Sites reach their own village alone; all three have to be covered.
        ((1.0, 1.0, 1.0), 2, "1 more new site is needed", "还需新增 1 个点位"),
        ((1.0, 1.0, 1.0), 1, "2 more new sites are needed", "还需新增 2 个点位"),
    ],
)
def test_one_and_many_sites_in_words(people, new, en, zh):
    plan = cover_all(line(*people), Rules(new=new, limit_seconds=5.0))
    assert en in [found.what.en for found in plan.culprits]
    assert zh in [found.what.zh for found in plan.culprits]


@pytest.mark.parametrize(
    ("far", "said"),
    [
        (0.3, "1 person more would have to be covered"),
        (1.0, "1 person more would have to be covered"),
        (1234.2, "1,235 people more would have to be covered"),
    ],
)
def test_people_in_words_are_whole_and_enough(far, said):
    problem = line(5000.0, far, 0.0)
    share = (5000.0 + far) / (5000.0 + far) - 1e-9
    plan = cover_all(problem, Rules(new=1, limit_seconds=5.0, share=share))
    assert said in [found.what.en for found in plan.culprits]


def test_people_whom_too_few_sites_reach_for_a_backup():
    plan = cover_all(line(1.0, 0.0, 0.0), Rules(copies=2, limit_seconds=5.0))
    assert plan.culprits[0].what.en == "Fewer than 2 usable sites reach 1 person at 1 place in time"
    assert plan.culprits[0].what.zh == "1 处共 1 人，时限内可达的可用点位不足 2 个"
