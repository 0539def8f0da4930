"""Assignment to facilities with room for so many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from geo.measures.capacity import assign


@pytest.fixture(params=["transport", "flow"], autouse=True)
def _method(request, monkeypatch):
    """Every test by both methods: the number of people served may not depend on it."""
    most = 10**9 if request.param == "transport" else 0
    monkeypatch.setattr("geo.measures.capacity.MOST_PAIRS_TO_ASSIGN", most)


def matrix(rows):
    filled = [(i, j, t) for i, row in enumerate(rows) for j, t in enumerate(row) if t is not None]
    i, j, t = zip(*filled, strict=True)
    return sparse.csr_array((np.array(t, float), (i, j)), shape=(len(rows), len(rows[0])))


def test_the_nearest_fills_first():
    found = assign(matrix([[60, 120]]), np.array([5.0, 100]), np.array([8.0]), minutes=5)
    assert found.load.tolist() == [5, 3]
    assert found.unserved.tolist() == [0]


def test_people_step_aside_for_those_who_have_no_other():
    # The first house could use either, the second only the first facility, which has room for one house.
    times = matrix([[60, 120], [200, None]])
    found = assign(times, np.array([10.0, 10]), np.array([10.0, 10]), minutes=5)
    assert found.unserved.tolist() == [0, 0]
    assert found.load.tolist() == [10, 10]


def test_serving_more_people_comes_before_shorter_ways():
    # The second house can only be served if the first walks to the end of the limit.
    times = matrix([[0, 300], [300, None]])
    found = assign(times, np.array([10.0, 10]), np.array([10.0, 10]), minutes=5)
    assert found.unserved.tolist() == [0, 0]


def test_a_long_chain_of_people_moves_for_one_more():
    # Each house stands at its facility and could walk to the next; the last house has only the first.
    rows = [[0 if j == i else 300 if j == i + 1 else None for j in range(6)] for i in range(5)]
    times = matrix([*rows, [300, *[None] * 5]])
    assert assign(times, np.ones(6), np.ones(6), minutes=5).unserved.tolist() == [0] * 6


def test_too_little_room_leaves_people_over():
    found = assign(matrix([[60], [60]]), np.array([15.0]), np.array([10.0, 10]), minutes=5)
    assert found.unserved.sum() == pytest.approx(5)


def test_unreached_is_not_unserved():
    found = assign(matrix([[60], [301]]), np.array([5.0]), np.array([10.0, 10]), minutes=5)
    assert found.unserved.tolist() == [5, 0]


@pytest.mark.parametrize("capacity", [np.nan, np.inf])
def test_unknown_capacity_is_no_limit(capacity):
    found = assign(matrix([[60]]), np.array([capacity]), np.array([1e6]), minutes=5)
    assert found.unserved.tolist() == [0]


def test_nobody_in_reach_at_all():
    found = assign(matrix([[600]]), np.array([5.0]), np.array([10.0]), minutes=5)
    assert (found.load.tolist(), found.unserved.tolist()) == ([0], [0])


def test_negative_capacity_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        assign(matrix([[60]]), np.array([-1.0]), np.array([1.0]), minutes=5)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_nobody_is_lost_and_no_room_is_used_twice(seed):
    rng = np.random.default_rng(seed)
    reach = rng.random((8, 3)) < 0.6
    rows, columns = np.nonzero(reach)
    times = sparse.csr_array((rng.uniform(0, 600, len(rows)), (rows, columns)), shape=reach.shape)
    capacity, people = rng.integers(0, 60, 3).astype(float), rng.integers(0, 40, 8).astype(float)
    found = assign(times, capacity, people, minutes=10)
    served = np.asarray(found.served.sum(axis=1)).ravel()
    reached = reach.any(axis=1)
    assert (found.load <= capacity + 1e-6).all()
    np.testing.assert_allclose((served + found.unserved)[reached], people[reached], atol=1e-6)
    assert served.sum() == pytest.approx(flow(reach, capacity, people), abs=1e-6)


def flow(reach, capacity, people):
    """The most people who can be served, by an integer program of its own."""
    size = reach.size
    by_point = np.kron(np.eye(len(people)), np.ones(len(capacity)))
    by_facility = np.kron(np.ones(len(people)), np.eye(len(capacity)))
    limits = optimize.LinearConstraint(
        np.vstack([by_point, by_facility]), -np.inf, np.concatenate([people, capacity])
    )
    bounds = optimize.Bounds(0, np.where(reach.ravel(), np.inf, 0))
    found = optimize.milp(-np.ones(size), constraints=limits, bounds=bounds, integrality=np.ones(size))
    return -found.fun
