"""What open sites do in a plan, and which candidates would do as well, against counting one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import Demand, Problem, Rules, Sites, TravelTimes, cover_most
from geo.siting.coverage import shares_of_first
from geo.siting.loads import equal_instead, flows, site_loads
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, problems


@EFFORT
@given(problems(), st.integers(1, 3))
def test_equally_good_candidates_against_every_exchange(problem, new):
    count = problem.times.points
    people = np.bincount(problem.demand.points, weights=problem.demand.people, minlength=count)
    problem = Problem(problem.times, replace(problem.sites, offers=None), Demand(people))
    rules = Rules(new=new, limit_seconds=9.0)
    plan = cover_most(problem, rules)
    if plan.status != "optimal":
        return
    free = ~problem.sites.flag("existing") & ~problem.sites.flag("forbidden")
    found = equal_instead(problem.times, people, plan, free, minutes=9 / 60)
    for leaves, same in found.items():
        rest = set(plan.open_sites) - {leaves}
        wanted = [
            other
            for other in np.flatnonzero(free)
            if other not in plan.open_sites
            and oracle.value(problem, rules, "cover_most", tuple(sorted({*rest, other})))
            == pytest.approx(plan.value, abs=1e-9)
        ]
        assert same.tolist() == wanted


def test_ways_and_loads_by_hand():
    times = TravelTimes.from_matrix(np.array([[60.0, 120.0, np.inf], [np.inf, 60.0, 300.0]]))
    both = Sites(2, required=np.array([True, True]))
    problem = Problem(times, both, Demand(np.array([3.0, 5.0, 7.0])))
    plan = cover_most(problem, Rules(new=2, limit_seconds=200.0))
    flow = flows(problem, plan, times, entries=3)
    assert flow[["site", "point", "people", "seconds"]].to_numpy().tolist() == [[0, 0, 3, 60], [1, 1, 5, 60]]
    loads = site_loads(flow, times, np.array([3.0, 5.0, 7.0]), np.array([0, 1]), minutes=200 / 60)
    assert loads["in_reach"].tolist() == [8, 5]
    assert loads["served"].tolist() == [3, 5]
    assert loads["mean_minutes"].tolist() == [1, 1]


def test_room_shares_people_out():
    times = TravelTimes.from_matrix(np.array([[60.0, 60.0]]))
    problem = Problem(times, Sites(1, capacity=np.array([4.0])), Demand(np.array([3.0, 5.0])))
    plan = cover_most(problem, Rules(new=1, limit_seconds=200.0))
    assert flows(problem, plan, times, entries=2)["people"].sum() == pytest.approx(4.0)


def test_a_person_who_uses_two_services_at_a_site_is_counted_once_and_takes_room_twice():
    # Services 0 and 1 at site 0, service 1 alone at site 1, which is nearer to the second point.
    times = TravelTimes.from_matrix(np.array([[60.0, 120.0], [90.0, 30.0]]))
    offers = np.array([[True, True], [False, True]])
    sites = Sites(2, required=np.array([True, True]), offers=offers)
    point = np.array([0, 1, 0, 1])
    demand = Demand(np.array([3.0, 5.0, 3.0, 5.0]), point=point, category=np.array([0, 0, 1, 1]))
    rules = Rules(new=2, limit_seconds=200.0)
    problem = Problem(times, sites, demand)
    plan = cover_most(problem, rules)
    flow = flows(problem, plan, times, entries=4)
    assert flow[["site", "point", "people", "visits"]].to_numpy().tolist() == [
        [0, 0, 3, 6], [0, 1, 5, 5], [1, 1, 5, 5]
    ]  # fmt: skip
    shares = {share.site: share for share in shares_of_first(problem, rules, plan, entries=4)}
    assert (shares[0].people_served, shares[1].people_served) == (8, 5)
    # Service 0 is at site 0 alone; without site 1 service 1 is still at site 0.
    assert (shares[0].people_added, shares[1].people_added) == (8, 0)
    loads = site_loads(flow, times, np.array([3.0, 5.0]), np.array([0, 1]), minutes=200 / 60)
    assert loads[["served", "visits"]].to_numpy().tolist() == [[8, 11], [5, 5]]
