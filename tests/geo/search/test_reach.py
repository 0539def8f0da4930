"""Travel times against hand-computed toys and against networkx."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.build import build_network
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, at_nodes, snap
from geo.network.toys import line, square
from geo.search.reach import nearest, nearest_at_nodes, reachable, reachable_nodes, sums, travel_times
from tests.support.street_oracle import times, with_points
from tests.support.streets import METRE, random_network, random_points


def everything(network: StreetNetwork, a: AccessPoints, b: AccessPoints) -> np.ndarray:
    graph = with_points(network, a=a, b=b)
    rows = [
        times(graph, ("a", i), "b", len(b)) if a.snapped[i] else np.full(len(b), np.inf)
        for i in range(len(a))
    ]
    return np.array(rows)


def test_two_points_on_one_street_are_joined_along_it():
    street = line([500.0])
    points = snap(street, ([100 * METRE, 350 * METRE], [0.0, 0.0]))
    assert travel_times(street, points.take([0]), points.take([1]))[0] == pytest.approx(250, abs=0.002)


def test_the_walk_to_the_street_is_counted_at_both_ends():
    street = line([500.0])
    points = snap(street, ([100 * METRE, 300 * METRE], [30 * METRE, -20 * METRE]))
    # Degrees of latitude are 0.67 % shorter than degrees of longitude at the equator.
    expected = 200 + (30 + 20) * 110_574.3886 / 111_319.4908
    assert travel_times(street, points.take([0]), points.take([1]))[0] == pytest.approx(expected, abs=0.01)


def test_a_one_way_street_is_not_walked_back():
    street = line([100.0, 100.0], one_way=True)
    west, east = (snap(street, ([x * METRE], [0.0])) for x in (50, 150))
    assert travel_times(street, west, east)[0] == pytest.approx(100, abs=0.002)
    assert np.isinf(travel_times(street, east, west)[0])


def test_around_the_block_by_the_shorter_side():
    block = square(100)
    lon, lat = [50 * METRE, 100 * METRE], [0.0, 80 * METRE]
    points = snap(block, (lon, lat))
    # Half a side east, then north to the point at four fifths of the next side.
    assert travel_times(block, points.take([0]), points.take([1]))[0] == pytest.approx(130, abs=0.5)


def test_a_limit_is_inclusive():
    street = line([100.0])
    ends = at_nodes(street, [0, 1])
    assert reachable(street, ends, ends, max_seconds=100).start.tolist() == [0, 2, 4]
    assert reachable(street, ends, ends, max_seconds=99.999).start.tolist() == [0, 1, 2]


def test_an_unreached_point_is_infinite_and_has_no_facility():
    street = line([100.0])
    far = snap(street, ([0.1], [0.1]))
    found = nearest(street, far, at_nodes(street, [0]), k=2)
    assert np.isinf(found.seconds).all()
    assert (found.index == -1).all()


def test_of_equally_near_facilities_the_first_is_taken():
    street = line([100.0, 100.0])
    ends = snap(street, ([200 * METRE, 0.0], [0.0, 0.0]))
    middle = snap(street, ([100 * METRE], [0.0]))
    assert nearest(street, middle, ends).index.tolist() == [[0]]
    assert nearest(street, middle, ends.take([1, 0])).index.tolist() == [[0]]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_nearest_equals_networkx(seed):
    network = random_network(seed)
    points, facilities = random_points(network, seed, 12), random_points(network, seed + 1, 7)
    matrix = everything(network, points, facilities)
    for k in (1, 3, 7, 9):
        found = nearest(network, points, facilities, k=k)
        expected = np.full((12, max(k, 7)), np.inf)
        expected[:, :7] = np.sort(matrix, axis=1)
        assert np.array_equal(found.seconds, expected[:, :k])
        named = np.where(found.index >= 0, matrix[np.arange(12)[:, None], found.index], np.inf)
        assert np.array_equal(named, found.seconds)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 10.0, 35.5, 1e9]))
def test_reachable_and_sums_equal_networkx(seed, limit):
    network = random_network(seed)
    origins, places = random_points(network, seed, 9), random_points(network, seed + 1, 15)
    matrix = everything(network, origins, places)
    found = reachable(network, origins, places, max_seconds=limit)
    dense = np.full(matrix.shape, np.inf)
    rows = np.repeat(np.arange(9), np.diff(found.start))
    dense[rows, found.place] = found.milliseconds / 1000
    within = (matrix <= limit) & np.isfinite(matrix)
    assert np.array_equal(dense, np.where(within, matrix, np.inf))
    weights = np.arange(15.0)
    limits = [limit, limit / 2]
    expected = np.stack([((matrix <= x) & np.isfinite(matrix)) @ weights for x in limits], axis=1)
    assert np.array_equal(sums(network, origins, places, weights, limits_seconds=limits), expected)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_pairs_equal_networkx(seed):
    network = random_network(seed)
    a, b = random_points(network, seed, 10), random_points(network, seed + 1, 10)
    matrix = everything(network, a, b)
    assert np.array_equal(travel_times(network, a, b), np.diag(matrix))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_symmetric_streets_have_symmetric_times_and_keep_the_triangle(seed):
    network = random_network(seed, one_way=0.0)
    if not network.symmetric:
        network = _both_ways(network)
    points = random_points(network, seed, 10)
    matrix = everything(network, points, points)
    mine = reachable(network, points, points, max_seconds=1e9).to_scipy()
    dense = np.full((10, 10), np.inf)
    dense[np.repeat(np.arange(10), np.diff(mine.indptr)), mine.indices] = mine.data
    assert np.array_equal(dense, dense.T)
    assert np.array_equal(dense, matrix)
    through = (dense[:, :, None] + dense[None, :, :]).min(axis=1)
    assert (dense <= through + 1e-9).all()


def _both_ways(network: StreetNetwork) -> StreetNetwork:
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(network.node_lon, network.node_lat), crs=4326)
    seconds = np.maximum(network.edge_forward_ms, network.edge_backward_ms) / 1000
    edges = pd.DataFrame({"source": network.edge_source, "target": network.edge_target, "seconds": seconds})
    return build_network(nodes, edges, speed_kph=3.6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_the_order_of_the_input_leaves_no_trace(seed):
    rng = np.random.default_rng(seed)
    at = rng.random((15, 2)) * 500 * METRE
    ends = rng.integers(0, 15, (25, 2))
    seconds = rng.integers(1, 60, 25) / 7
    shuffle_nodes, shuffle_edges = rng.permutation(15), rng.permutation(25)
    plain = build_network(
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at.T), crs=4326),
        pd.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "seconds": seconds}),
    )
    mixed = build_network(
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at[shuffle_nodes].T), index=shuffle_nodes, crs=4326),
        pd.DataFrame({"source": ends[:, 1], "target": ends[:, 0], "seconds": seconds}).iloc[shuffle_edges],
    )
    assert np.array_equal(plain.node_id, mixed.node_id)
    assert np.array_equal(plain.outward.milliseconds, mixed.outward.milliseconds)
    assert np.array_equal(plain.vertex_forward_ms, mixed.vertex_forward_ms)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_leaves_no_trace(threads):
    network = random_network(3, nodes=200, edges=400)
    every = np.arange(network.node_count)
    one = reachable_nodes(network, every, max_seconds=40, threads=1)
    many = reachable_nodes(network, every, max_seconds=40, threads=threads)
    assert np.array_equal(one.place, many.place)
    assert np.array_equal(one.milliseconds, many.milliseconds)


def test_junction_labels_agree_with_points_at_junctions():
    network = random_network(5, nodes=60, edges=120)
    facilities = random_points(network, 6, 9)
    every = at_nodes(network, np.arange(network.node_count))
    for k in (1, 4):
        assert np.array_equal(
            nearest_at_nodes(network, facilities, k=k).seconds,
            nearest(network, every, facilities, k=k).seconds,
        )


def test_progress_reaches_the_end():
    network = random_network(3, nodes=200, edges=400)
    seen: list[tuple[int, int]] = []
    reachable_nodes(
        network,
        np.arange(network.node_count),
        max_seconds=5,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert seen[-1] == (network.node_count, network.node_count)


def test_8_point_2_minutes_is_492_seconds():
    """8.2 * 60 is a little less than 492 in binary; a place exactly that far is within the limit."""
    street = line([492.0])
    ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    assert 8.2 * 60 < 492
    assert np.isfinite(nearest(street, ends.take([0]), ends.take([1]), max_seconds=8.2 * 60).seconds).all()
    assert reachable(street, ends, ends, max_seconds=8.2 * 60).place.size == 4
    assert sums(street, ends, ends, [1, 1], limits_seconds=[8.2 * 60, 491.999]).tolist() == [[2, 1], [2, 1]]


def test_limits_in_any_order_give_sums_in_that_order():
    street = line([100.0, 300.0])
    ends = at_nodes(street, [int(street.node_lon.argmin()), int(street.node_lon.argmax())])
    pairs = reachable(street, ends, ends, max_seconds=400)
    assert pairs.sums([1, 10], limits_seconds=[400, 0, 399]).tolist() == [[11, 1, 1], [11, 10, 10]]


def test_a_negative_limit_is_refused():
    street = line([100.0])
    with pytest.raises(ValueError, match="must not be negative"):
        reachable(street, at_nodes(street, [0]), at_nodes(street, [0]), max_seconds=-1)
