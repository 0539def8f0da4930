"""All rules at once, stopped and unstopped, before a referee that tries every plan on its own."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
import pytest

from geo.siting import Demand, Problem, Rules, Run, Sites, TravelTimes, solve
from tests.support.siting_questions import apart
from tests.support.siting_referee import Referee, drawn
from tests.support.siting_stops import clock_of

QUESTIONS = 8 * int(os.environ.get("SITING_EXAMPLES", "25"))
CLOSE = 1e-5


def asked(number: int) -> tuple[Referee, np.random.Generator]:
    rng = np.random.default_rng([7, number])
    return Referee(*drawn(rng)), rng


def not_for_the_referee(referee: Referee) -> bool:
    """Fair shares of people that are shared out have many plans as good: the referee knows but one."""
    return referee.rules.fair is not None and referee.has_room


@pytest.mark.parametrize("first", range(0, QUESTIONS, 50))
def test_every_rule_with_every_other(first: int) -> None:
    seen: Counter[str] = Counter()
    for number in range(first, first + 50):
        referee, _ = asked(number)
        if not_for_the_referee(referee):
            continue
        plan, best = solve(referee.problem, referee.goal, referee.rules), referee.best()
        seen[plan.status] += 1
        assert plan.status == ("infeasible" if best is None else "optimal"), number
        if best is not None:
            assert (plan.value, plan.bound) == pytest.approx((best, best), abs=CLOSE), number
            assert referee.value(plan.open_sites) == pytest.approx(best, abs=CLOSE), number
    assert seen["optimal"] > 10


@pytest.mark.parametrize("first", range(0, QUESTIONS, 50))
def test_stopped_at_any_moment_nothing_false_is_said(first: int) -> None:
    for number in range(first, first + 50):
        referee, rng = asked(number)
        if not_for_the_referee(referee):
            continue
        best = referee.best()
        more = referee.goal == "cover_most" and referee.rules.fair != "gini"
        sign = -1.0 if more else 1.0
        for looks in (int(rng.integers(0, 6)), int(rng.integers(0, 60))):
            plan = solve(referee.problem, referee.goal, referee.rules, Run(clock=clock_of(looks)))
            assert plan.status != "infeasible" or best is None, (number, looks)
            assert plan.status != "optimal" or plan.value == pytest.approx(best, abs=CLOSE), (number, looks)
            if best is not None and np.isfinite(plan.bound):
                assert sign * plan.bound <= sign * best + CLOSE, (number, looks)
            if np.isfinite(plan.value):
                worth = referee.value(plan.open_sites)
                assert worth is not None, (number, looks)
                # People who are shared out may have been sent farther than they need have been.
                assert sign * plan.value >= sign * worth - CLOSE, (number, looks)
                assert referee.has_room or plan.value == pytest.approx(worth, abs=CLOSE), (number, looks)


def standing(*people: float, **flags: list[bool]) -> Problem:
    """Sites that all stand and reach one village each."""
    problem = apart(*people)
    columns = {name: np.array(flag) for name, flag in flags.items()}
    sites = Sites(len(people), existing=np.ones(len(people), dtype=bool), **columns)
    return Problem(problem.times, sites, problem.demand)


def test_a_site_that_must_be_closed_is_and_counts_among_those_closed() -> None:
    plan = solve(
        standing(9, 5, 1, closed=[True, False, False]), "cover_most", Rules(close=2, limit_seconds=9)
    )
    assert plan.closed == (0, 2)
    assert (plan.people_before, plan.people_covered) == (15, 5)


def test_only_sites_that_may_be_closed_are() -> None:
    problem = standing(9, 5, 1, may_close=[True, True, False])
    plan = solve(problem, "cover_most", Rules(close=1, limit_seconds=9))
    assert (plan.closed, plan.status) == ((1,), "optimal")


def test_more_to_close_than_may_be_is_said() -> None:
    problem = standing(9, 5, 1, may_close=[True, False, False])
    plan = solve(problem, "cover_most", Rules(close=2, limit_seconds=9))
    assert [(each.rule, each.amount) for each in plan.culprits] == [("close", 1.0)]


def test_floors_by_area_and_by_cell_hold_together() -> None:
    """A alone covers most; the cell asks for B and the area for C."""
    problem = apart(9, 4, 3, area=["n", "n", "s"])
    demand = Demand(problem.demand.people, area=problem.demand.area, cell=np.array(["1", "2", "2"]))
    both = Problem(problem.times, problem.sites, demand)
    rules = {"new": 2, "limit_seconds": 9.0}
    assert solve(both, "cover_most", Rules(**rules)).opened == (0, 1)
    assert solve(both, "cover_most", Rules(**rules, cell_floor={"2": 0.5})).opened == (0, 1)
    assert solve(both, "cover_most", Rules(**rules, area_floor={"s": 1.0})).opened == (0, 2)
    held = solve(both, "cover_most", Rules(**rules, area_floor={"s": 1.0}, cell_floor={"2": 0.5}))
    assert held.opened == (1, 2)


def test_people_without_weight_count_for_a_floor_where_sites_have_room() -> None:
    """The old count nothing in the minutes, and half of them are to be covered all the same."""
    times = TravelTimes.from_matrix([[60.0, np.inf], [np.inf, 60.0]])
    people = Demand(np.array([4.0, 6.0]), group=np.array(["young", "old"]))
    problem = Problem(times, Sites(2, capacity=np.array([9.0, 9.0])), people)
    rules = Rules(new=2, limit_seconds=90, group_weights={"old": 0.0}, group_floor={"old": 0.5})
    for goal in ("least_minutes", "least_worst"):
        plan = solve(problem, goal, rules)
        assert (plan.status, plan.opened) == ("optimal", (0, 1))
