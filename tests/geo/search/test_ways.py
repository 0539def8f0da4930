"""Lengths of the quickest ways, against ways counted by hand and against networkx."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.build import build_network, network_from_streets
from geo.network.snap import at_nodes, snap
from geo.network.toys import line
from geo.search.reach import nearest
from geo.search.ways import nearest_ways
from layers.catalogue.profiles import read_profile
from tests.geo.joins.test_estates import SQUARE, THROUGH, at, random_places, random_town, town
from tests.support.street_oracle import lengths, with_points
from tests.support.streets import METRE, STREET, random_network, random_points, streets


def test_walks_at_both_ends_are_part_of_the_way():
    street = line([500.0])
    points = snap(street, ([100 * METRE, 300 * METRE], [30 * METRE, -20 * METRE]))
    found = nearest_ways(street, points.take([0]), points.take([1]))
    assert found.metres[0, 0] == pytest.approx(200 + 50 * 110_574.3886 / 111_319.4908, abs=0.01)


def test_a_wait_is_time_and_no_length():
    """600 m of street with a signal in the middle: more time, and nothing on the length."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (600, 0)}
    tags = {2: {"highway": "traffic_signals"}}
    older = read_profile("older")
    street = network_from_streets(streets([([1, 2, 3], STREET)], nodes, tags), older)
    ends = at(street, (0, 0), (600, 0))
    found = nearest_ways(street, ends.take([0]), ends.take([1]))
    assert found.metres[0, 0] == pytest.approx(600, abs=0.01)
    assert found.seconds[0, 0] > 600 / older.metres_per_second + 20


def test_nobody_passes_through_an_estate():
    """The private way between the two streets is 100 m long; whoever may not use it walks 700 m round."""
    network = town(THROUGH, SQUARE)
    points = at(network, (0, 5), (100, 5), (50, 0))
    around, inside = (nearest_ways(network, points.take([0]), points.take([there])) for there in (1, 2))
    assert around.metres[0, 0] == pytest.approx(295 + 100 + 295, abs=7)
    assert inside.metres[0, 0] == pytest.approx(55, abs=0.5)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_lengths_equal_networkx(seed):
    network = random_network(seed)
    points, facilities = random_points(network, seed, 12), random_points(network, seed + 1, 7)
    graph = with_points(network, a=points, b=facilities)
    for k in (1, 3, 9):
        found, by_time = (
            nearest_ways(network, points, facilities, k=k),
            nearest(network, points, facilities, k=k),
        )
        assert np.array_equal(found.seconds, by_time.seconds)
        assert np.array_equal(found.index, by_time.index)
        for i in np.flatnonzero(points.snapped):
            expected = np.append(lengths(graph, ("a", i), "b", 7), np.inf)[found.index[i]]
            assert found.metres[i] == pytest.approx(expected, abs=0.05)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100_000))
def test_ways_out_of_estates_and_into_them_equal_the_other_searches(seed):
    """One metre a second and no waits: the length of a way is its time."""
    rng = np.random.default_rng(seed)
    oracle, network, xy = random_town(seed)
    _, points = random_places(oracle, network, xy, rng)
    for k in (1, 4):
        found, by_time = nearest_ways(network, points, points, k=k), nearest(network, points, points, k=k)
        assert np.array_equal(found.seconds, by_time.seconds)
        assert np.array_equal(found.index, by_time.index)
        assert found.metres == pytest.approx(found.seconds, abs=0.2)


def test_of_equally_quick_ways_the_shorter_one_counts():
    """Two streets between the same corners take 100 s; one is 100 m long, the other 180 m."""
    at_metres = np.array([0, 100, -50, 150])
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(at_metres * METRE, 0 * at_metres), crs=4326)
    edges = pd.DataFrame(
        {
            "source": [0, 0, 0, 1],
            "target": [1, 1, 2, 3],
            "metres": [180.0, 100, 50, 50],
            "seconds": [100.0, 100, 50, 50],
        }
    )
    for order in ([0, 1, 2, 3], [1, 0, 2, 3]):
        network = build_network(nodes, edges.iloc[order].reset_index(drop=True), speed_kph=3.6)
        ends = at_nodes(network, np.argsort(network.node_lon)[[0, 3]])
        found = nearest_ways(network, ends.take([0]), ends.take([1]))
        assert found.seconds[0, 0] == 200
        assert found.metres[0, 0] == pytest.approx(200, abs=0.01)
