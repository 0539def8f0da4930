"""Squares: ways across by hand and by GEOS, holes, corners, gates at the edge, stops, what is left out.

The drawings' metres are those of the equator, where a degree of latitude is 0.7 % shorter than one of
longitude: hence the tolerance of one in a hundred.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.network.build import network_from_streets
from geo.network.snap import at_nodes, snap
from geo.network.streets import StreetGraph
from geo.search.reach import nearest_at_nodes, travel_times
from geo.squares import surfaces as squares
from layers.catalogue.profiles import read_profile
from layers.osm.streets_read import read_streets
from tests.support.street_oracle import visible_metres
from tests.support.streets import METRE, square, streets

WALK = read_profile("walk")
BOX = [(0, 0), (100, 0), (100, 100), (0, 100)]
FOUR = {1: (-50, 0), 2: (150, 0), 3: (150, 100), 4: (-50, 100)}
POND = [(40, 40), (60, 40), (60, 60), (40, 60)]


def metres_between(graph: StreetGraph, start: int, end: int, profile=WALK) -> float:
    """Metres from node to node at one metre a second; ``inf`` where no way leads."""
    network = network_from_streets(graph, profile)
    at = {int(node): i for i, node in enumerate(network.node_id)}
    return float(nearest_at_nodes(network, at_nodes(network, [at[end]])).seconds[at[start], 0])


def metres_from(graph: StreetGraph, place: tuple[float, float], end: int) -> float:
    """Metres from a place that joins the streets to a node."""
    network = network_from_streets(graph, WALK)
    node = int(np.flatnonzero(network.node_id == end)[0])
    joined = snap(network, ([place[0] * METRE], [place[1] * METRE]))
    return float(travel_times(network, joined, at_nodes(network, [node]))[0])


def test_a_square_is_crossed_from_corner_to_corner():
    assert metres_between(square(BOX, {1: (-50, 0), 3: (150, 100)}), 1001, 1003) == pytest.approx(
        50 + 100 * 2**0.5 + 50, rel=0.01
    )


def test_a_narrow_square_is_crossed_where_streets_meet_its_sides():
    ring = [(0, 0), (150, 0), (300, 0), (300, 20), (150, 20), (0, 20)]
    graph = square(ring, {2: (150, -400), 5: (150, 420)})
    assert metres_between(graph, 1002, 1005) == pytest.approx(400 + 20 + 400, rel=0.01)


def test_a_way_bends_at_the_corner_of_a_hole():
    graph = square(BOX, {1: (-50, 0), 3: (150, 100)}, holes=[POND])
    round_the_pond = 2 * float(np.hypot(60, 40))
    assert metres_between(graph, 1001, 1003) == pytest.approx(100 + round_the_pond, rel=0.01)


def test_a_way_bends_at_a_reflex_corner():
    ell = [(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)]
    graph = square(ell, {2: (150, 0), 6: (0, 150)})
    expected = 50 + float(np.hypot(80, 20)) + float(np.hypot(20, 80)) + 50
    assert metres_between(graph, 1002, 1006) == pytest.approx(expected, rel=0.01)


def test_a_place_in_the_middle_walks_straight_to_every_corner():
    graph = square(BOX, FOUR)
    for corner in FOUR:
        assert metres_from(graph, (50, 50), 1000 + corner) == pytest.approx(50 * 2**0.5 + 50, rel=0.01)


@pytest.mark.parametrize("side", [30, 60, 100, 200])
def test_a_place_at_the_outline_walks_no_more_than_half_the_way_to_a_stop_farther(side):
    ring = [(0, 0), (side, 0), (side, side), (0, side)]
    graph = square(ring, {3: (side, side + 50), 4: (0, side + 50)})
    for east in np.linspace(0, side, 23):
        straight = float(np.hypot(east, side)) + 50
        assert 0.99 * straight <= metres_from(graph, (east, 0), 1004) <= straight + max(10, side / 10)


def test_a_place_beside_a_pond_joins_what_it_can_see():
    graph = square(BOX, {1: (-50, 0), 3: (150, 100)}, holes=[POND])
    assert metres_from(graph, (50, 35), 1001) == pytest.approx(float(np.hypot(50, 35)) + 50, abs=6)


def test_the_edge_of_a_hole_hangs_together_with_the_streets():
    network = network_from_streets(square(BOX, FOUR, holes=[POND]), WALK)
    assert network.pieces.size == 1


def test_a_square_nobody_comes_to_keeps_its_outline_alone():
    graph = square(BOX, {}, holes=[POND])
    assert graph.way_id.tolist() == [77]
    assert not graph.way_is_across.any()


def test_a_gate_at_the_edge_closes_the_street_not_the_square():
    """The way bends at the gate's own corner, and the street behind the gate is shut."""
    ell = [(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)]
    gate = {4: {"barrier": "gate", "access": "no"}}
    graph = square(ell, {2: (150, 0), 4: (60, 60), 6: (0, 150)}, node_tags=gate)
    expected = 50 + float(np.hypot(80, 20)) + float(np.hypot(20, 80)) + 50
    assert metres_between(graph, 1002, 1006) == pytest.approx(expected, rel=0.01)
    assert metres_between(graph, 1002, 1004) == np.inf


def test_places_inside_a_large_square_walk_little_farther_than_straight():
    """On average 20 m to any of four corners of 200 by 200 m; the nearest of all lines would cost 27."""
    side = 200.0
    ring = [(0, 0), (side, 0), (side, side), (0, side)]
    graph = square(ring, {1: (-50, 0), 2: (250, 0), 3: (250, side), 4: (-50, side)})
    inside = [(east, north) for east in np.arange(11, 200, 31.0) for north in np.arange(7, 200, 37.0)]
    more = [
        metres_from(graph, place, 1000 + n) - 50 - float(np.hypot(place[0] - x, place[1] - y))
        for place in inside[::3]
        for n, (x, y) in enumerate(ring, start=1)
    ]
    assert min(more) >= -2
    assert np.mean(more) <= 20


def test_places_all_over_real_squares_are_joined(helsinki):
    network = network_from_streets(read_streets(helsinki), WALK)
    on = np.repeat(network.edge_surface >= 0, np.diff(network.vertex_start))
    rng = np.random.default_rng(5)
    vertex = rng.choice(np.flatnonzero(on), 2000)
    lon, lat = (
        axis[vertex] + rng.normal(0, 10 * METRE, 2000) for axis in (network.vertex_lon, network.vertex_lat)
    )
    joined = snap(network, (lon, lat))
    assert joined.snapped.all()
    assert (network.edge_surface[joined.edge] >= 0).sum() > 500


def test_a_square_closed_to_a_traveller_is_not_crossed():
    graph = square(BOX, FOUR, tags={"highway": "pedestrian", "foot": "private"})
    assert metres_between(graph, 1001, 1003) == np.inf


def test_too_many_entrances_are_thinned_and_ways_only_grow(monkeypatch):
    around = [(50 + 50 * float(np.cos(a)), 50 + 50 * float(np.sin(a))) for a in np.arange(24) * np.pi / 12]
    doors = {n: (50 + 2 * (x - 50), 50 + 2 * (y - 50)) for n, (x, y) in enumerate(around, start=1)}
    exact = metres_between(square(around, doors), 1002, 1014)
    monkeypatch.setattr(squares, "MOST_ENTRANCES", 6)
    thinned = metres_between(square(around, doors), 1002, 1014)
    assert exact == pytest.approx(200, abs=2.1)
    assert exact <= thinned < exact + 30


def test_ways_across_are_marked_and_no_part_of_the_length_of_streets():
    network = network_from_streets(square(BOX, FOUR), WALK)
    assert network.street_metres == pytest.approx(4 * 50 + 400, rel=0.01)
    assert set(network.edge_surface.tolist()) == {-1, 0}


def stars(draw, corners: int) -> list[tuple[float, float]]:
    radii = draw(st.lists(st.integers(20, 90), min_size=corners, max_size=corners))
    angles = np.arange(corners) * 2 * np.pi / corners
    return [
        (round(100 + r * float(np.cos(a)), 3), round(100 + r * float(np.sin(a)), 3))
        for r, a in zip(radii, angles, strict=True)
    ]


@given(st.data())
def test_ways_between_entrances_are_those_of_geos(data):
    ring = data.draw(st.composite(stars)(corners=data.draw(st.integers(4, 14))))
    hole = [(95, 95), (105, 95), (105, 105), (95, 105)] if data.draw(st.booleans()) else None
    doors = {n: (x + 300, y) for n, (x, y) in enumerate(ring, start=1) if n % 3 == 1}
    rings = [ring, *([hole] if hole else [])]
    graph = square(ring, doors, holes=[hole] if hole else None)
    network = network_from_streets(graph, WALK)
    at = {int(node): i for i, node in enumerate(network.node_id)}
    for start, end in itertools.islice(itertools.combinations(doors, 2), 6):
        found = nearest_at_nodes(network, at_nodes(network, [at[end]])).seconds[at[start], 0]
        exact = visible_metres(rings, ring[start - 1], ring[end - 1])
        spare = squares.SPARE_METRES * len(ring)
        assert 0.99 * exact <= found <= exact + spare + 0.5


def test_a_way_that_touches_a_third_corner_is_two_ways():
    ring = [(0, 0), (50, 0), (100, 0), (100, 50), (50, 50), (0, 50)]
    graph = square(ring, {1: (-50, 0), 3: (150, 0)})
    assert metres_between(graph, 1001, 1003) == pytest.approx(200, rel=0.01)


def test_streets_without_surfaces_stay_as_they_are():
    graph = streets([([1, 2], {"highway": "residential"})], {1: (0, 0), 2: (10, 0)})
    none = squares.Surfaces(
        surface_start=np.array([0]), ring_start=np.array([0]), node=np.empty(0, np.int32),
        way_id=np.empty(0, np.int64), tags=np.empty(0, np.int32),
    )  # fmt: skip
    assert squares.with_surfaces(graph, none) is graph
