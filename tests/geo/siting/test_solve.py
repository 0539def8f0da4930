"""What a planner reads in a plan: people, words, honesty about proof, and the same answer every time."""

from __future__ import annotations

import _thread
import threading
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import (
    Demand,
    Plan,
    Problem,
    Rules,
    Run,
    SearchProgress,
    Sites,
    TravelTimes,
    cover_all,
    cover_most,
    least_minutes,
    least_worst,
    pairs_within,
)
from geo.siting.engines.branch import Enough, Search
from geo.siting.engines.losses import LossTable, dominated_sites, implied_demand, merge_demand
from geo.siting.engines.proof import Watch
from geo.siting.plan import relative_gap, status_of
from tests.support.siting_questions import EFFORT, plane, problems

INF = np.inf


def test_times_from_sparse_and_plain_tables_agree():
    from scipy.sparse import csr_matrix

    plain = TravelTimes.from_matrix([[1.5, INF], [INF, 2.0]])
    sparse = TravelTimes.from_matrix(csr_matrix(np.array([[1.5, 0], [0, 2.0]])))
    for name in ("start", "point", "milliseconds"):
        assert getattr(plain, name).tolist() == getattr(sparse, name).tolist()


def test_a_limit_is_inclusive():
    problem = Problem(TravelTimes.from_matrix([[900.0, 900.001]]), Sites(1), Demand(np.array([3.0, 5.0])))
    plan = cover_most(problem, Rules(new=1, limit_seconds=900))
    assert (plan.value, plan.people_covered) == (3, 3)


def test_what_each_site_adds_and_whom_it_serves():
    times = TravelTimes.from_matrix([[1, 2, INF], [3, 1, 1]])
    problem = Problem(times, Sites(2, required=np.ones(2, bool)), Demand(np.array([1.0, 2.0, 4.0])))
    plan = cover_most(problem, Rules(new=2, limit_seconds=5))
    assert plan.served_by.tolist() == [0, 1, 1]
    assert [(s.people_served, s.people_added) for s in plan.sites] == [(1, 0), (6, 4)]


@EFFORT
@given(problems(), st.integers(0, 3))
def test_people_gained_are_those_of_a_recount(problem, new):
    rules = Rules(new=new, limit_seconds=10)
    plan = cover_most(problem, rules)
    if plan.status == "infeasible":
        return
    standing = problem.sites.flag("existing").copy()
    standing[list(plan.opened)] = True
    free = replace(problem.sites, existing=standing, required=None)
    again = cover_most(replace(problem, sites=free), Rules(new=0, limit_seconds=10))
    assert again.people_before == pytest.approx(plan.people_covered)
    gained = plan.people_covered - plan.people_before
    for table in (plan.groups, plan.areas):
        assert sum(row.gained for row in table) == pytest.approx(gained)
        assert sum(row.people for row in table) == pytest.approx(plan.people)
    # Whoever is covered is served by somebody, once.
    assert sum(s.people_served for s in plan.sites) == pytest.approx(plan.people_covered)


def test_room_is_never_exceeded_and_nobody_is_served_twice():
    problem = plane(6, 40, far=500)
    problem = replace(problem, sites=replace(problem.sites, capacity=np.full(6, 120.0)))
    plan = cover_most(problem, Rules(new=3, limit_seconds=500))
    site, entry, people = (np.array(part) for part in zip(*plan.assignment, strict=True))
    assert np.bincount(site, people).max() <= 120 + 1e-6
    assert (np.bincount(entry, people, minlength=40) <= problem.demand.people + 1e-6).all()
    assert people.sum() == pytest.approx(plan.people_covered) == pytest.approx(plan.value)


def test_the_same_seed_gives_the_same_plan():
    problem = plane(60, 300, seed=4, far=400)
    plans = [cover_most(problem, Rules(new=8, limit_seconds=150), Run(seed=3)) for _ in range(2)]
    assert plans[0].opened == plans[1].opened
    assert plans[0].status == "optimal"


def test_no_time_keeps_a_plan_and_says_so():
    plan = least_minutes(plane(80, 400, seed=5), Rules(new=9), Run(time_limit_seconds=0.0))
    best = least_minutes(plane(80, 400, seed=5), Rules(new=9))
    assert plan.status in ("stopped", "optimal")
    assert plan.bound <= best.value <= plan.value
    assert plan.opened
    if plan.status == "stopped":
        assert plan.gap > 0
        assert "time limit" in plan.proof.en


def test_a_gap_that_is_allowed_is_reported():
    problem, rules = plane(80, 400, seed=6), Rules(new=9)
    near, best = least_minutes(problem, rules, Run(gap=0.05)), least_minutes(problem, rules)
    assert near.bound <= best.value + 1e-9 <= near.value + 2e-9
    assert near.gap <= 0.05
    assert best.status == "optimal"


def test_progress_is_told():
    seen: list[SearchProgress] = []
    cover_most(plane(60, 300, seed=1, far=400), Rules(new=8, limit_seconds=150), Run(progress=seen.append))
    assert seen
    assert all(p.value <= p.bound + 1e-6 for p in seen if np.isfinite(p.value))


@pytest.mark.parametrize("rules", [Rules(new=10), Rules(new=10, budget=9.0)])
def test_an_interrupt_keeps_the_plan_so_far(rules):
    def stop(_: SearchProgress) -> None:
        if threading.current_thread() is threading.main_thread():
            _thread.interrupt_main()

    plan = least_minutes(plane(90, 300, seed=7), rules, Run(progress=stop))
    assert plan.status in ("stopped", "optimal")
    assert plan.stopped_by in ("user", "")
    if plan.opened:
        assert plan.bound <= plan.value


def test_people_of_no_weight_are_still_counted():
    times = TravelTimes.from_matrix([[1.0, INF], [INF, 1.0]])
    demand = Demand(np.array([5.0, 3.0]), group=np.array(["workers", "children"]))
    rules = Rules(new=1, limit_seconds=5, group_weights={"workers": 0.0})
    plan = cover_most(Problem(times, Sites(2), demand), rules)
    assert (plan.opened, plan.value, plan.people) == ((1,), 3, 8)
    assert [(row.label, row.after) for row in plan.groups] == [("children", 3), ("workers", 0)]


def test_pairs_within_are_those_of_great_circles():
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(120, 120.05, 40), rng.uniform(30, 30.05, 40)
    a, b = np.triu_indices(40, 1)
    north, east = np.radians(lat), np.radians(lon)
    angle = np.arccos(
        np.sin(north[a]) * np.sin(north[b]) + np.cos(north[a]) * np.cos(north[b]) * np.cos(east[a] - east[b])
    )
    near = 6_371_008.8 * angle < 800
    assert pairs_within(lon, lat, metres=800).tolist() == np.column_stack([a, b])[near].tolist()


def test_words_are_honest():
    assert status_of(0.0, 0.0) == "optimal"
    assert status_of(0.004, 0.005) == "within"
    assert status_of(0.004, 0.001) == "stopped"
    assert relative_gap(10.0, 9.0) == pytest.approx(0.1)
    plan = Plan(goal="cover_most", status="within", value=10, bound=11, gap=0.1, solve_seconds=1)
    assert plan.proof.en == "Proven: no plan is more than 10.00 % better"
    assert plan.proof.zh == "已证明：任何方案至多比本方案优 10.00%"


def test_several_sites_that_do_the_same_change_nothing():
    times = TravelTimes.from_matrix(np.tile([[1.0, 1.0, INF]], (5, 1)))
    problem = Problem(times, Sites(5), Demand(np.array([1.0, 1.0, 1.0])))
    assert cover_most(problem, Rules(new=3, limit_seconds=5)).value == 2


def test_nobody_at_all():
    problem = Problem(TravelTimes.from_matrix([[1.0]]), Sites(1), Demand(np.zeros(1)))
    assert cover_all(problem, Rules(limit_seconds=5)).opened == ()
    assert least_worst(problem, Rules(new=1)).value == 0
    assert least_minutes(problem, Rules(new=1)).value == 0


def table_of(*rows: tuple[int, ...], people: int) -> LossTable:
    """Coverage of people of weight 1 by sites of size 1."""
    start = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    demand = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
    return LossTable(start, demand, np.empty(0), np.ones(people), np.ones(people), np.ones(len(rows)))


def test_a_cutoff_between_whole_numbers_hides_no_plan():
    # Plans lose whole numbers; with 1.5 as the cutoff one that loses 1 is still of interest.
    table = table_of((0, 1), (2,), people=4)
    search = Search(table, 1.0, Watch(9.0), enough=Enough(cutoff=1.5))
    assert search.target > 1.0


def test_merged_demand_loses_the_same():
    table = table_of((0, 1, 3), (2, 3), people=6)
    merged, _, group = merge_demand(table)
    assert (merged.weight.size, group[0] == group[1], group[4] == group[5]) == (4, True, True)
    for plan in ([], [0], [1], [0, 1]):
        assert merged.value(np.array(plan, dtype=np.int64)) == table.value(np.array(plan, dtype=np.int64))


def test_dominated_sites_are_those_inside_a_site_that_costs_no_more():
    table = table_of((0, 1), (0,), (0, 1), (2,), (2, 3), people=4)
    assert dominated_sites(table).tolist() == [False, True, True, True, False]
    dear = replace(table, size=np.array([1.0, 1.0, 1.0, 1.0, 5.0]))
    assert dominated_sites(dear).tolist() == [False, True, True, False, False]


def test_implied_demand_is_covered_whenever_some_other_is():
    # Demand 0 has site 0 only, so demand 1 (sites 0 and 1) needs no thought; 2 and 3 are alike.
    table = table_of((0, 1), (1, 2, 3), people=4)
    assert implied_demand(table.start, table.demand, 4).tolist() == [False, True, False, True]


@EFFORT
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.booleans())
def test_every_bound_is_below_every_plan(seed, count, plain):
    rng = np.random.default_rng(seed)
    full = rng.integers(0, 9, (7, 9)).astype(float)
    site, demand = np.nonzero(rng.random((7, 9)) < 0.6)
    start = np.concatenate([[0], np.cumsum(np.bincount(site, minlength=7))])
    loss = np.empty(0) if plain else full[site, demand]
    weight, cap = rng.random(9), np.full(9, 1.0 if plain else 12.0)
    table = LossTable(start, demand.astype(np.int32), loss, weight, cap, np.ones(7))
    best = min(table.value(np.array(plan, dtype=np.int64)) for plan in combinations(range(7), count))
    for nodes in (0, 1, 3, 1_000):
        found = Search(table, float(count), Watch(9.0), seed=seed).run(most_nodes=nodes)
        assert found.bound <= best + 1e-9 <= found.value + 2e-9
    assert found.value == pytest.approx(best)


def test_an_exchange_never_exceeds_the_budget():
    times = TravelTimes.from_matrix(np.where(np.eye(3, dtype=bool), 1.0, INF))
    problem = Problem(times, Sites(3, cost=np.array([2.0, 2.0, 3.0])), Demand(np.array([5.0, 5.0, 6.0])))
    plan = cover_most(problem, Rules(budget=4.0, limit_seconds=5))
    assert (plan.opened, plan.value, plan.status) == ((0, 1), 10, "optimal")


def test_sites_too_close_are_not_both_opened():
    times = TravelTimes.from_matrix(np.where(np.eye(3, dtype=bool), 1.0, INF))
    problem = Problem(times, Sites(3, too_close=np.array([[0, 1]])), Demand(np.array([9.0, 8.0, 1.0])))
    assert cover_most(problem, Rules(new=2, limit_seconds=5)).opened == (0, 2)


def test_nobody_is_left_out_because_the_others_walk_less():
    times = TravelTimes.from_matrix([[1.0, INF], [100.0, 100.0]])
    problem = Problem(times, Sites(2), Demand(np.array([10.0, 1.0])))
    assert least_minutes(problem, Rules(new=1)).opened == (1,)
    assert least_minutes(problem, Rules(new=1, unserved_seconds=200)).opened == (0,)


def test_exactly_so_many_are_closed_though_none_would_be_missed():
    times = TravelTimes.from_matrix(np.ones((3, 1)))
    problem = Problem(times, Sites(3, existing=np.ones(3, bool)), Demand(np.ones(1)))
    for answer in (cover_most, least_minutes, least_worst):
        assert len(answer(problem, Rules(close=1, limit_seconds=5)).closed) == 1
