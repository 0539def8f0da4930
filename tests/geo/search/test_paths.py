"""A path is as long as its time says, and runs from place to place along the streets."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.snap import snap
from geo.network.toys import line, square
from geo.search.paths import shortest_path
from geo.search.reach import travel_times
from tests.support.streets import METRE, lattice_town, random_network, random_points


def test_around_the_corner():
    block = square(100)
    points = snap(block, ([50 * METRE, 100 * METRE], [0.0, 80 * METRE]))
    path = shortest_path(block, points.take([0]), points.take([1]))
    assert path.metres == pytest.approx(130, abs=0.1)
    assert path.seconds == pytest.approx(130, abs=0.5)
    expected = np.array([(50, 0), (100, 0), (100, 80)]) * METRE
    assert shapely.get_coordinates(path.line) == pytest.approx(expected, abs=0.01 * METRE)


def test_along_one_street_both_ways():
    street = line([500.0])
    points = snap(street, ([100 * METRE, 400 * METRE], [0.0, 0.0]))
    for a, b in ((0, 1), (1, 0)):
        assert shortest_path(street, points.take([a]), points.take([b])).metres == pytest.approx(
            300, abs=0.01
        )


def test_no_way_is_none():
    street = line([100.0, 100.0], one_way=True)
    west, east = (snap(street, ([x * METRE], [0.0])) for x in (50, 150))
    assert shortest_path(street, east, west) is None
    assert shortest_path(street, snap(street, ([1.0], [1.0])), west) is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_the_path_takes_as_long_as_the_engine_says(seed):
    network = random_network(seed)
    a, b = random_points(network, seed, 8), random_points(network, seed + 1, 8)
    times = travel_times(network, a, b)
    for i in range(8):
        path = shortest_path(network, a.take([i]), b.take([i]))
        assert (path.seconds if path else np.inf) == times[i]


def test_the_line_begins_and_ends_at_the_places_and_has_the_length_of_the_way():
    network = lattice_town(np.random.default_rng(5))
    rng = np.random.default_rng(6)
    a, b = (snap(network, tuple(rng.random((2, 30)) * 1000 * METRE)) for _ in range(2))
    for i in range(30):
        path = shortest_path(network, a.take([i]), b.take([i]))
        if path is None:
            continue
        xy = shapely.get_coordinates(path.line)
        assert xy[0] == pytest.approx((a.lon[i], a.lat[i]), abs=1e-9)
        assert xy[-1] == pytest.approx((b.lon[i], b.lat[i]), abs=1e-9)
        walks = (a.access_ms[i] + b.access_ms[i]) / 1000
        assert path.metres == pytest.approx(path.seconds - walks, abs=0.02)
