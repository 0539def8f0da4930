"""Areas are reached at their entrances, else where a path meets their outline, else by the outline."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from geo.network.areas import join_places
from geo.network.build import network_from_streets
from geo.network.entrances import Approaches, Entrances, no_entrances
from geo.network.snap import AccessPoints, snap
from geo.search.isochrones import isochrones
from geo.search.paths import shortest_path
from geo.search.reach import nearest, reachable, sums, travel_times
from layers.catalogue.profiles import read_profile
from tests.support.street_oracle import times, with_points
from tests.support.streets import METRE, STREET, random_network, random_points, streets

# A street from west to east 50 m south of a park 400 m wide and 300 m deep, and one beside its east.
NODES = {1: (-1000, 0), 2: (200, 0), 3: (1000, 0), 4: (450, 0), 5: (450, 400), 6: (200, 100)}
PARK = shapely.box(0, 50, 400, 350)


def town(*more):
    return network_from_streets(
        streets([([1, 2, 4, 3], STREET), ([4, 5], STREET), *more], NODES), read_profile("walk")
    )


def degrees(shape):
    return shapely.transform(shape, lambda xy: xy * METRE)


def park(name="Park"):
    inner = degrees(shapely.Point(200, 200))
    return gpd.GeoDataFrame({"id": ["parks:7"], "name": [name]}, geometry=[inner], crs=4326)


def joined(network, *gates):
    points = np.array([degrees(shapely.Point(*at)) for at, _, _ in gates], dtype=object)
    doors = Entrances(
        points=points,
        name=np.array([name for _, name, _ in gates], dtype=object),
        owner=np.array([owner for _, _, owner in gates], dtype=object),
        private=np.zeros(len(gates), np.bool_),
    )
    outlines = gpd.GeoSeries([degrees(PARK)], index=["parks:7"], crs=4326)
    approaches = Approaches(outlines=outlines, entrances=doors if gates else no_entrances())
    return join_places(network, park(), approaches=approaches, max_snap_metres=200)


def home(network, x, y=0):
    return snap(network, ([x * METRE], [y * METRE]))


def metres_to(network, place, x):
    return nearest(network, home(network, x), place).seconds[0, 0] * network.metres_per_second


def test_by_the_outline_where_nothing_else_is_known():
    network = town()
    # 100 m along the street, then 50 m to the nearest corner of the park.
    assert metres_to(network, joined(network), -100) == pytest.approx(150, abs=1)


def test_by_the_path_that_crosses_the_outline():
    network = town(([2, 6], STREET))
    # 300 m to the path, 50 m along it to the outline: the outline nearby is not climbed.
    assert metres_to(network, joined(network), -100) == pytest.approx(350, abs=1)


def test_by_its_gate_though_a_path_and_the_outline_are_nearer():
    network = town(([2, 6], STREET))
    place = joined(network, ((400, 200), "东门", None))
    # 550 m to the street in the east, 200 m north, 50 m to the gate.
    assert metres_to(network, place, -100) == pytest.approx(800, abs=2)
    assert list(place.every_place()[0].name) == ["东门"]


@pytest.mark.parametrize("owner", ["parks:7", "7", "Park"])
def test_a_gate_that_names_the_park_counts_wherever_it_stands(owner):
    network = town()
    assert metres_to(network, joined(network, ((-900, 0), "west", owner)), -950) == pytest.approx(50, abs=1)


def test_a_gate_of_somebody_else_does_not_count():
    network = town()
    place = joined(network, ((400, 200), "x", "elsewhere"))
    assert metres_to(network, place, -100) == pytest.approx(150, abs=1)


def test_two_gates_are_one_park_and_the_nearer_is_named():
    network = town()
    place = joined(network, ((0, 50), "west", None), ((400, 200), "east", None))
    found = nearest(network, home(network, 440), place, k=2)
    assert np.isfinite(found.seconds).tolist() == [[True, False]]
    path = shortest_path(network, home(network, 440), place)
    # 10 m east, 200 m north, 50 m to the gate; the gate in the west is 490 m away.
    assert path.seconds * network.metres_per_second == pytest.approx(260, abs=2)
    assert path.ends[1].name[0] == "east"


def test_the_ground_of_all_gates_is_drawn_together():
    network = town()
    place = joined(network, ((0, 50), "west", None), ((400, 200), "east", None))
    ground = isochrones(network, place, minutes=[3])
    assert len(ground) == 1
    assert ground.covers(degrees(shapely.Point(0, 0)))[0]
    assert ground.covers(degrees(shapely.Point(450, 200)))[0]


def several(network: object, seed: int, count: int) -> tuple[AccessPoints, np.ndarray]:
    """Points with up to three places each, and the owner of every place."""
    points = random_points(network, seed, count)
    more = random_points(network, seed + 1, 2 * count)
    owner = np.random.default_rng(seed).integers(0, count, 2 * count)
    return points.with_further(more, owner), np.concatenate([np.arange(count), owner])


@pytest.mark.parametrize("seed", range(25))
def test_searches_agree_with_networkx_where_points_have_several_places(seed):
    network = random_network(seed)
    origins, of_origin = several(network, seed, 5)
    places, of_place = several(network, seed + 100, 6)
    flat = {
        "o": origins.followed_by(origins.further),
        "p": places.followed_by(places.further),
    }
    graph: nx.DiGraph = with_points(network, **flat)
    expected = np.full((5, 6), np.inf)
    for number, o in enumerate(of_origin):
        if ("o", number) in graph:
            np.minimum.at(expected[o], of_place, times(graph, ("o", number), "p", of_place.size))
    pairs = reachable(network, origins, places, max_seconds=np.inf).to_scipy()
    dense = np.full((5, 6), np.inf)
    for i in range(5):
        span = slice(pairs.indptr[i], pairs.indptr[i + 1])
        assert np.unique(pairs.indices[span]).size == pairs.indices[span].size
        dense[i, pairs.indices[span]] = pairs.data[span]
    np.testing.assert_allclose(dense, expected)
    found = nearest(network, origins, places, k=6)
    np.testing.assert_allclose(found.seconds, np.sort(expected, axis=1))
    first = nearest(network, origins, places)
    np.testing.assert_allclose(first.seconds[:, 0], expected.min(axis=1))
    within = sums(network, origins, places, np.ones(6), limits_seconds=[200, 600])
    assert within.tolist() == [[float((r <= 200).sum()), float((r <= 600).sum())] for r in expected]
    a, b = (grid.ravel() for grid in np.meshgrid(range(5), range(6), indexing="ij"))
    np.testing.assert_allclose(travel_times(network, origins.take(a), places.take(b)), expected.ravel())
    for i, j in ((0, 0), (1, 3)):
        path = shortest_path(network, origins.take([i]), places.take([j]))
        assert (path.seconds if path else np.inf) == pytest.approx(expected[i, j])
