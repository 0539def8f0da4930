"""Private streets are left and entered, and never passed through; every search equals networkx."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates.crs import WGS84, transformer
from geo.network.build import network_from_streets
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, at_nodes, snap
from geo.search.paths import shortest_path
from geo.search.reach import nearest, nearest_at_nodes, reachable, reachable_nodes, travel_times
from layers.catalogue.profiles import read_profile
from tests.support.estate_oracle import PrivateTown
from tests.support.isochrone_lines import isochrone_lines
from tests.support.streets import METRE, STREET, streets

WALK = read_profile("walk")
PRIVATE = {"highway": "service", "access": "private"}
GATE = {"barrier": "gate", "access": "private"}


def town(ways, nodes, gates=()) -> StreetNetwork:
    return network_from_streets(streets(ways, nodes, dict.fromkeys(gates, GATE)), WALK)


def at(network: StreetNetwork, *places: tuple[float, float]) -> AccessPoints:
    return snap(network, ([x * METRE for x, _ in places], [y * METRE for _, y in places]))


SQUARE = {1: (0, 0), 2: (100, 0), 3: (100, 300), 4: (0, 300)}
"""A private way of 100 m between two streets that meet 700 m round."""
THROUGH = [([1, 2], PRIVATE), ([2, 3], STREET), ([3, 4], STREET), ([4, 1], STREET)]


def test_nobody_passes_through_but_those_who_live_there_leave_by_either_end():
    network = town(THROUGH, SQUARE)
    west, east, home = (at(network, place) for place in ((0, 20), (100, 20), (30, 0)))
    assert home.doubt[0] == 0
    assert network.edge_private[home.edge[0]]
    assert travel_times(network, west, east)[0] == pytest.approx(280 + 100 + 280, abs=5)
    assert travel_times(network, home, west)[0] == pytest.approx(30 + 20, abs=0.2)
    assert travel_times(network, home, east)[0] == pytest.approx(70 + 20, abs=0.2)
    assert travel_times(network, east, home)[0] == pytest.approx(70 + 20, abs=0.2)


def test_neighbours_meet_on_their_own_way():
    network = town(THROUGH, SQUARE)
    one, other = at(network, (20, 0)), at(network, (90, 0))
    assert travel_times(network, one, other)[0] == pytest.approx(70, abs=0.2)


def test_two_estates_that_meet_on_a_street_are_two():
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (0, 400), 5: (100, 400), 6: (200, 400)}
    ways = [([1, 2], PRIVATE), ([2, 3], PRIVATE), ([1, 4, 5, 6, 3], STREET), ([2, 5], STREET)]
    network = town(ways, nodes)
    home, beyond = at(network, (20, 0)), at(network, (200, 20))
    # To the middle street along the own way, then round: not through the neighbours' 100 m.
    assert travel_times(network, home, beyond)[0] == pytest.approx(80 + 400 + 100 + 380, abs=7)


def test_a_private_gate_is_passed_from_inside_alone():
    # A gate in the middle of a street that can be walked round: nobody is inside.
    nodes = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (0, 300), 5: (100, 300)}
    ways = [([1, 2, 3], STREET), ([1, 4, 5, 3], STREET)]
    network = town(ways, nodes, [2])
    west, east = at(network, (0, 0)), at(network, (100, 0))
    assert travel_times(network, west, east)[0] == pytest.approx(700, abs=5)


def test_an_estate_may_be_known_by_its_gates_alone():
    # 280 m of streets that say nothing, behind two private gates, in a town of 2,820 m.
    nodes = {1: (-500, 0), 2: (50, 0), 3: (600, 0), 4: (-500, 300), 5: (600, 300), 6: (50, 300)}
    nodes |= {7: (50, 150), 8: (50, 10), 9: (50, 290)}
    ways = [([1, 2, 3], STREET), ([1, 4, 6, 5, 3], STREET), ([2, 8, 7, 9, 6], STREET)]
    network = town(ways, nodes, [8, 9])
    home, south, north = at(network, (50, 140)), at(network, (40, 0)), at(network, (40, 300))
    assert travel_times(network, home, south)[0] == pytest.approx(150, abs=2)
    assert travel_times(network, home, north)[0] == pytest.approx(170, abs=2)
    assert travel_times(network, south, north)[0] == pytest.approx(540 + 300 + 540, abs=5)


def test_an_estate_with_one_way_in_is_a_street_like_any_other():
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100)}
    network = town([([1, 2, 3], STREET), ([2, 4], PRIVATE)], nodes)
    assert network.gate_node.size == 0
    home, west = at(network, (100, 90)), at(network, (0, 0))
    assert travel_times(network, home, west)[0] == pytest.approx(190, abs=1)
    assert travel_times(network, west, home)[0] == pytest.approx(190, abs=1)


def test_a_town_of_private_streets_alone_has_none_to_use():
    with pytest.raises(ValueError, match="no street may be used"):
        town([([1, 2], PRIVATE)], SQUARE)


def test_an_estate_is_on_the_piece_its_gates_open_to():
    network = town(THROUGH, SQUARE)
    assert network.pieces.tolist() == [network.node_count]


def test_an_isochrone_holds_the_private_streets_whose_people_come_in_time():
    network = town(THROUGH, SQUARE)
    shop = at(network, (0, 30))
    lines = isochrone_lines(network, shop, minutes=[1]).to_crs(network.metric_crs).geometry.iloc[0]
    # 60 m either way along the street, and 30 m of those into the private way.
    assert lines.length == pytest.approx(60 + 30 + 30, abs=1)


def random_town(seed: int) -> tuple[PrivateTown, StreetNetwork, np.ndarray]:
    """A jittered lattice with private ways and gates, and where its corners are in metres."""
    rng = np.random.default_rng(seed)
    side = 5
    column, row = np.arange(side * side) % side, np.arange(side * side) // side
    corners = 100.0 * np.column_stack([column, row]) + rng.uniform(0, 40, (side * side, 2))
    pairs = [(i, i + 1) for i in range(side * side) if i % side < side - 1]
    pairs += [(i, i + side) for i in range(side * side - side)]
    kept = [pair for pair in pairs if rng.random() < 0.85]
    private = rng.random(len(kept)) < rng.choice([0.2, 0.5])
    gates = {i for i in range(side * side) if rng.random() < 0.12}
    ways = [(list(pair), PRIVATE if own else STREET) for pair, own in zip(kept, private, strict=True)]
    network = town(ways, {i: tuple(corner) for i, corner in enumerate(corners.tolist())}, gates)
    xy = np.column_stack(transformer(WGS84, network.metric_crs).transform(*(corners * METRE).T))
    segments = [
        (a, b, float(np.hypot(*(xy[a] - xy[b]))), bool(own))
        for (a, b), own in zip(kept, private, strict=True)
    ]
    return PrivateTown(segments, gates), network, xy


def random_places(
    town: PrivateTown, network: StreetNetwork, xy: np.ndarray, rng: np.random.Generator
) -> tuple[list[tuple[int, float]], AccessPoints]:
    """Places on segments, and the same joined to the network where they lie, for there is no other street."""
    chosen = rng.choice(len(town.segments), 14)
    share = rng.uniform(0.1, 0.9, chosen.size)
    a, b = (xy[[town.segments[number][end] for number in chosen]] for end in (0, 1))
    lon, lat = transformer(network.metric_crs, WGS84).transform(*(a + share[:, None] * (b - a)).T)
    metres = [float(s * town.segments[number][2]) for number, s in zip(chosen, share, strict=True)]
    return list(zip(chosen.tolist(), metres, strict=True)), snap(network, (lon, lat), max_snap_metres=1.0)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.integers(0, 100_000))
def test_every_search_equals_networkx_on_random_towns(seed):
    rng = np.random.default_rng(seed)
    oracle, network, xy = random_town(seed)
    places, points = random_places(oracle, network, xy, rng)
    assert points.snapped.all()
    assert (points.snap_metres < 0.01).all()
    expected = np.array([[oracle.seconds(a, b) for b in places] for a in places])
    count = len(places)
    i, j = (axis.ravel() for axis in np.indices((count, count)))
    pairs = travel_times(network, points.take(i), points.take(j)).reshape(count, count)
    assert pairs == pytest.approx(expected, abs=0.05)
    rows = reachable(network, points, points, max_seconds=1e6)
    dense = np.full((count, count), np.inf)
    dense[np.repeat(np.arange(count), np.diff(rows.start)), rows.place] = rows.milliseconds / 1000
    assert np.array_equal(dense, pairs)
    for k in (1, 3):
        assert np.array_equal(nearest(network, points, points, k=k).seconds, np.sort(pairs, axis=1)[:, :k])
    for a, b in rng.integers(0, count, (5, 2)):
        path = shortest_path(network, points.take(np.array([a])), points.take(np.array([b])))
        assert (np.inf if path is None else path.seconds) == pairs[a, b]
        assert path is None or path.metres == pytest.approx(path.seconds, abs=0.2)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 100_000))
def test_junctions_are_reached_as_they_reach(seed):
    _, network, _ = random_town(seed)
    nodes = np.arange(network.node_count)
    rows = reachable_nodes(network, nodes, max_seconds=1e6)
    found = np.full((nodes.size, nodes.size), np.inf)
    found[np.repeat(nodes, np.diff(rows.start)), rows.place] = rows.milliseconds / 1000
    back = [nearest_at_nodes(network, at_nodes(network, [node])).seconds[:, 0] for node in nodes]
    assert np.array_equal(found, np.column_stack(back))
