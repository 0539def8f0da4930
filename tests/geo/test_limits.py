"""One rule for every limit: exact decimal arithmetic, and every door that a limit goes through."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geo.limits import (
    NO_LIMIT_MS,
    limit_milliseconds,
    limits_met,
    minutes_to_seconds,
    within,
    within_metres,
)
from geo.measures.capacity import assign
from geo.measures.decay import bounded_gaussian_decay, within_minutes
from geo.measures.hourly import coverage_by_hour
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.network.snap import at_nodes
from geo.network.toys import line
from geo.search.reach import reachable
from geo.siting import Demand, Problem, Rules, Sites, TravelTimes, solve
from geo.siting.coverage import people_alone, people_within
from geo.text import Text

INF = np.inf
TENTHS = range(1, 2401)
"""Every limit from 0.1 to 240.0 minutes, in tenths."""


def exact(tenths):
    """A limit in whole milliseconds without a binary fraction: a tenth of a minute is 6,000."""
    return int(Fraction(tenths, 10) * 60 * 1000)


def times_around(tenths):
    """The last millisecond that the limit includes, and the first that it does not."""
    return np.array([exact(tenths), exact(tenths) + 1]) / 1000.0


def test_every_tenth_of_a_minute_is_its_whole_milliseconds():
    limits = [limit_milliseconds(minutes_to_seconds(tenths / 10)) for tenths in TENTHS]
    assert limits == [exact(tenths) for tenths in TENTHS]


def assessed(seconds, minutes):
    requirement = Requirement("clinic", Text("", ""), minutes=minutes)
    index = np.zeros((len(seconds), 1), dtype=np.int64)
    return reach_result(requirement, NearestTimes("clinic", seconds[:, None], index)).met


def recounted(seconds, minutes):
    return people_within(seconds, np.ones(len(seconds)), minutes=minutes) > 0


def alone(seconds, minutes):
    times, sites = TravelTimes.from_matrix([[t] for t in seconds]), Sites(len(seconds))
    return people_alone(times, np.ones(1), np.array([INF]), sites, minutes=minutes) > 0


def summed(seconds, minutes):
    times = sparse.csr_array(seconds[:, None])
    every_hour = np.ones((1, 1), dtype=bool)
    return [coverage_by_hour(times[[i]], every_hour, np.ones(1), minutes=minutes)[0] > 0 for i in range(2)]


def assigned(seconds, minutes):
    times = sparse.csr_array(seconds[:, None])
    return assign(times, np.array([INF]), np.ones(2), minutes=minutes).served.sum(axis=1) > 0


DOORS = {
    "assessment": assessed,
    "siting recount": recounted,
    "a site alone": alone,
    "coverage by hour": summed,
    "catchment of 2SFCA": lambda seconds, minutes: within_minutes(minutes)(seconds) > 0,
    "a place asked for over HTTP": lambda seconds, minutes: [bool(limits_met(t, [minutes])) for t in seconds],
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_every_door_includes_the_last_millisecond_and_no_more(door):
    wrong = [n for n in TENTHS if list(door(times_around(n), n / 10)) != [True, False]]
    assert wrong == []


def test_the_assignment_includes_the_last_millisecond_and_no_more():
    for tenths in (1, 82, 150, 2399):
        assert assigned(times_around(tenths), tenths / 10).tolist() == [True, False]


def test_a_plan_covers_the_last_millisecond_and_no_more():
    """The engine and its recount: of two people, the one who is a millisecond too far is left out."""
    for tenths in range(1, 2401, 7):
        times = TravelTimes.from_matrix([times_around(tenths)])
        problem = Problem(times, Sites(1), Demand(np.ones(2)))
        plan = solve(problem, "cover_most", Rules(new=1, limit_seconds=minutes_to_seconds(tenths / 10)))
        assert plan.people_covered == 1, tenths


def test_the_search_ends_where_the_assessment_does():
    """A street of one second a metre: a place as far as the limit, and the limit a millisecond short."""
    for tenths in (1, 82, 83, 164, 2399):
        street = line([exact(tenths) / 1000])
        ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
        limit = minutes_to_seconds(tenths / 10)
        there = reachable(street, ends, ends, max_seconds=limit).to_scipy()
        short = reachable(street, ends, ends, max_seconds=limit - 0.001)
        assert there.nnz == 4
        assert within(there.data, limit).all()
        assert short.place.size == 2


def test_the_search_of_every_tenth_of_a_minute():
    """Places a tenth of a minute apart along one street: the n-th limit reaches the first n."""
    street = line([6.0] * 2400)
    on_street = np.flatnonzero(street.node_lat < 1e-9)
    nodes = on_street[np.argsort(street.node_lon[on_street])]
    start, places = at_nodes(street, nodes[:1]), at_nodes(street, nodes[1:])
    ms = reachable(street, start, places, max_seconds=INF).milliseconds
    assert sorted(ms.tolist()) == [exact(tenths) for tenths in TENTHS]
    counts = [
        reachable(street, start, places, max_seconds=minutes_to_seconds(tenths / 10)).place.size
        for tenths in TENTHS
    ]
    assert counts == list(TENTHS)


def test_eight_point_two_minutes():
    assert minutes_to_seconds(8.2) < 492
    assert within(np.array([492.0]), minutes_to_seconds(8.2)).all()


def test_the_bounded_gaussian_ends_at_the_limit():
    weight = bounded_gaussian_decay(8.2)(np.array([491.0, 492.001]))
    assert weight[0] > 0
    assert weight[1] == 0


@given(st.integers(0, 10**7), st.integers(2, 20), st.integers(0, 19))
def test_a_mean_a_fraction_of_a_millisecond_too_long_is_not_within(limit, count, over):
    mean = np.mean(np.array([limit + 1] * min(over, count) + [limit] * (count - min(over, count))) / 1000.0)
    assert within(np.array([mean]), limit / 1000).tolist() == [over == 0]


def test_no_limit_includes_all_that_is_reached():
    assert limit_milliseconds(INF) == limit_milliseconds(1e30) == NO_LIMIT_MS
    assert within(np.array([0.0, 2e6, INF]), INF).tolist() == [True, True, False]


@pytest.mark.parametrize("wrong", [-1.0, -0.001, np.nan])
def test_a_limit_below_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="must not be negative or missing"):
        limit_milliseconds(wrong)
    with pytest.raises(ValueError, match="must not be negative or missing"):
        within_metres(np.zeros(1), wrong)


def test_metres_have_their_own_limit():
    assert within_metres(np.array([500.0, 500.001, INF]), 500).tolist() == [True, False, False]
