"""Small questions of every kind against all their plans tried one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import Goal, Problem, Rules
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, GOALS, agree, problems


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 4), st.integers(2, 15))
def test_so_many_sites(problem: Problem, goal: Goal, new: int, limit: int) -> None:
    agree(problem, Rules(new=new, limit_seconds=limit), goal)


@EFFORT
@given(problems(whole=False), st.sampled_from(GOALS), st.floats(0, 12), st.integers(2, 15))
def test_within_a_budget(problem: Problem, goal: Goal, budget: float, limit: int) -> None:
    agree(problem, Rules(budget=budget, limit_seconds=limit), goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 3), st.floats(0, 9))
def test_a_number_and_a_budget(problem: Problem, goal: Goal, new: int, budget: float) -> None:
    agree(problem, Rules(new=new, budget=budget, limit_seconds=9), goal)


@EFFORT
@given(problems(), st.integers(2, 15), st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.95, 1.0]), st.booleans())
def test_cover_a_share(problem: Problem, limit: int, share: float, alike: bool) -> None:
    if alike:
        problem = replace(problem, sites=replace(problem.sites, cost=None))
    agree(problem, Rules(limit_seconds=limit, share=share), "cover_all")


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.sampled_from([0.0, 0.5, 2.0]))
def test_weights_by_group(problem: Problem, goal: Goal, factor: float) -> None:
    agree(problem, Rules(new=2, limit_seconds=8, group_weights={"old": factor}), goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.tuples(st.integers(2, 15), st.integers(2, 15)))
def test_a_limit_per_category(problem: Problem, goal: Goal, pair: tuple[int, int]) -> None:
    agree(problem, Rules(new=2, limit_seconds=pair), goal)


@EFFORT
@given(problems(whole=False), st.integers(0, 3), st.booleans(), st.floats(1, 30))
def test_decay(problem: Problem, new: int, limited: bool, far: float) -> None:
    rules = Rules(new=new, limit_seconds=12 if limited else None, decay=lambda s: np.exp(-((s / far) ** 2)))
    agree(problem, rules, "cover_most")


@EFFORT
@given(
    problems(),
    st.sampled_from(["cover_all", "cover_most"]),
    st.integers(0, 4),
    st.integers(2, 3),
    st.booleans(),
)
def test_backup_coverage(problem: Problem, goal: Goal, new: int, copies: int, shared: bool) -> None:
    share = 0.5 if shared else 1.0
    agree(problem, Rules(new=new, copies=copies, limit_seconds=12, share=share), goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 4), st.sampled_from([0.3, 0.7, {0: 0.9, 1: 0.1}]))
def test_floor_per_area(problem: Problem, goal: Goal, new: int, floor: Any) -> None:
    agree(problem, Rules(new=new, limit_seconds=10, area_floor=floor, share=0.6), goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 4), st.sampled_from([0.3, 0.7, {"old": 0.9}]))
def test_floor_per_group(problem: Problem, goal: Goal, new: int, floor: Any) -> None:
    agree(problem, Rules(new=new, limit_seconds=10, group_floor=floor, share=0.4), goal)


@EFFORT
@given(
    problems(),
    st.sampled_from(GOALS),
    st.integers(0, 4),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=4),
)
def test_distance_between_sites(problem: Problem, goal: Goal, new: int, pairs: list[tuple[int, int]]) -> None:
    count = problem.sites.count
    close = np.array([(a, b) for a, b in pairs if a < b < count], dtype=np.int64).reshape(-1, 2)
    agree(
        replace(problem, sites=replace(problem.sites, too_close=close)),
        Rules(new=new, limit_seconds=10),
        goal,
    )


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 2), st.integers(1, 2))
def test_closing_and_moving(problem: Problem, goal: Goal, new: int, close: int) -> None:
    rules = Rules(new=new or None, close=close, limit_seconds=10)
    if goal == "cover_all" and not new:
        rules = replace(rules, new=0)
    agree(problem, rules, goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.sampled_from([date(2029, 1, 1), date(2030, 1, 1)]))
def test_stations_count_from_their_day(problem: Problem, goal: Goal, day: date) -> None:
    agree(problem, Rules(new=2, limit_seconds=10, on=day), goal)


@EFFORT
@given(problems(), st.sampled_from(GOALS), st.integers(0, 4), st.integers(0, 2), st.integers(0, 2))
def test_least_sites_per_area(problem: Problem, goal: Goal, new: int, one: int, two: int) -> None:
    agree(problem, Rules(new=new, limit_seconds=10, least_sites={0: one, 1: two}), goal)


@EFFORT
@given(problems(whole=False), st.integers(0, 4), st.sampled_from([5.0, 15.0, 60.0]))
def test_unserved_people_cost(problem: Problem, new: int, unserved: float) -> None:
    agree(problem, Rules(new=new, unserved_seconds=unserved), "least_minutes")


@EFFORT
@given(
    problems(),
    st.sampled_from(GOALS),
    st.integers(0, 4),
    st.sampled_from([None, 30.0]),
    st.sampled_from([0.5, 1.0]),
    st.integers(0, 99),
)
def test_room_at_the_sites(
    problem: Problem, goal: Goal, new: int, unserved: float | None, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    count = problem.sites.count
    room = np.where(rng.random(count) < 0.8, rng.integers(0, 15, count).astype(float), np.inf)
    full = replace(problem, sites=replace(problem.sites, capacity=room))
    agree(
        full, Rules(new=new, limit_seconds=12, unserved_seconds=unserved, share=share), goal, oracle.with_room
    )
