"""Points are joined to the nearest place of a street among those with the least doubt."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates.crs import WGS84, metric_crs, transformer
from geo.joins.barriers import Barriers
from geo.joins.crossing import crossed
from geo.joins.doubt import Doubt
from geo.network.arrays import freeze
from geo.network.build import network_from_streets
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, plain_nearest, snap
from geo.network.toys import line, square
from geo.search.reach import travel_times
from layers.catalogue.profiles import read_profile
from tests.support.streets import METRE, STREET, random_network, streets

NORTH = 1 / 110_574.3886


def test_onto_the_foot_of_the_perpendicular():
    street = line([500.0])
    place = snap(street, ([120 * METRE], [40 * NORTH]))
    assert place.edge_metres[0] == pytest.approx(120, abs=0.01)
    assert place.snap_metres[0] == pytest.approx(40, abs=0.01)
    assert place.access_ms[0] == pytest.approx(40_000, abs=10)


def test_beyond_the_end_onto_the_end():
    place = snap(line([500.0]), ([-30 * METRE], [0.0]))
    assert place.edge_metres[0] == pytest.approx(0, abs=1e-6)
    assert place.snap_metres[0] == pytest.approx(30, abs=0.01)


def test_too_far_is_reported_and_not_joined():
    far = snap(line([500.0]), ([100 * METRE, 100 * METRE], [250 * NORTH, 150 * NORTH]))
    assert far.snapped.tolist() == [False, True]
    assert far.snap_metres == pytest.approx([250, 150], abs=0.1)
    assert np.isnan(far.lon[0])


def test_farther_than_ten_times_the_limit_is_infinite():
    assert snap(line([500.0]), ([1.0], [1.0])).snap_metres.tolist() == [np.inf]


def test_the_limit_is_the_callers():
    street = line([500.0])
    assert snap(street, ([0.0], [50 * NORTH]), max_snap_metres=40).snapped.tolist() == [False]
    assert snap(street, ([0.0], [50 * NORTH]), max_snap_metres=60).snapped.tolist() == [True]


def test_a_missing_place_is_not_joined():
    assert snap(line([500.0]), ([np.nan, 0.0], [0.0, np.nan])).snapped.tolist() == [False, False]


def test_any_crs_is_understood_and_none_is_refused():
    street = line([500.0])
    degrees = gpd.GeoSeries.from_xy([120 * METRE], [10 * NORTH], crs=4326)
    metres = degrees.to_crs(metric_crs((0, 0, 0.1, 0.1)))
    assert snap(street, metres).edge_metres == pytest.approx(snap(street, degrees).edge_metres, abs=1e-4)
    with pytest.raises(ValueError, match="need a CRS"):
        snap(street, gpd.GeoSeries.from_xy([0], [0]))
    with pytest.raises(ValueError, match="only points"):
        snap(street, gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326))


def test_some_of_the_points_by_position_and_by_mask():
    points = snap(square(), ([0.0, 20 * METRE, 90 * METRE], [0.0, 0.0, 0.0]))
    assert points.take(np.array([2, 0])).edge_metres.tolist() == points.edge_metres[[2, 0]].tolist()
    assert len(points.take(np.array([True, False, True]))) == 2


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_nothing_is_nearer_than_the_place_found(seed):
    network = random_network(seed)
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(-50, 500, (2, 40)) * METRE
    points = snap(network, (lon, lat))
    xy = np.column_stack([network.vertex_x, network.vertex_y])
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.vertex_start))
    lines = shapely.linestrings(xy, indices=owner)
    to_metres = gpd.GeoSeries.from_xy(lon, lat, crs=4326).to_crs(network.metric_crs)
    for i, point in enumerate(to_metres):
        nearest = shapely.distance(lines, point)
        assert points.nearest_metres[i] == pytest.approx(nearest.min(), abs=1e-6)
        if points.snapped[i]:
            assert nearest[points.nearest_edge[i]] == pytest.approx(nearest.min(), abs=1e-6)
            assert nearest[points.edge[i]] == pytest.approx(points.snap_metres[i], abs=1e-6)


@pytest.mark.parametrize("join", [snap, plain_nearest])
def test_a_point_exactly_at_the_limit_is_joined(join):
    away = ([-40 * METRE], [50 * METRE])
    metres = float(join(square(), away).snap_metres[0])
    assert join(square(), away, max_snap_metres=metres).snapped.tolist() == [True]
    assert join(square(), away, max_snap_metres=np.nextafter(metres, 0)).snapped.tolist() == [False]


NO_ARRAYS = ("name", "further", "further_of", "network")
ARRAYS = [f for f in AccessPoints.__dataclass_fields__ if f not in NO_ARRAYS]


def test_fields_are_read_only():
    points = snap(square(), ([0.0], [0.0]))
    for name in ARRAYS:
        assert not getattr(points, name).flags.writeable


# Joins as somebody would leave the house: drawn in metres on the equator, walked at one metre a second.

WALK = read_profile("walk")
ALL = 1 << 16


def joined(network, *places, barriers=(), gates=(), level=None, limit=200.0):
    """Places joined past barriers, each the kind and its corners in metres."""
    pieces = [(kind, *a, *b) for kind, *corners in barriers for a, b in pairwise(corners)]
    walls = Barriers(
        lines=np.array([piece[1:] for piece in pieces], float).reshape(-1, 4) * METRE,
        kind=np.array([piece[0] for piece in pieces], np.uint16),
        openings=np.array(gates, float).reshape(-1, 2) * METRE,
    )
    lon, lat = np.array(places, float).T * METRE
    return snap(network, (lon, lat), max_snap_metres=limit, barriers=walls, level=level)


def seconds(network, homes, shops):
    return travel_times(network, homes, shops).round().tolist()


def test_not_over_the_canal_when_there_is_a_street_on_this_side():
    # Two streets 95 m apart, joined by a bridge 1 km south; a canal between them, nearer to the west.
    nodes = {1: (0, 1000), 2: (0, 0), 3: (95, 0), 4: (95, 1000)}
    ways = [([1, 2], STREET), ([2, 3], STREET | {"bridge": "yes"}), ([3, 4], STREET)]
    network = network_from_streets(streets(ways, nodes), WALK)
    canal = (Doubt.WATER, (10, 50), (30, 50), (30, 1500), (10, 1500), (10, 50))
    home, shop = joined(network, (45, 900), barriers=[canal]), joined(network, (0, 900))
    assert (home.doubt[0], home.nearest_metres[0].round()) == (0, 45)
    assert home.snap_metres[0] == pytest.approx(50, abs=0.1)
    assert seconds(network, home, shop) == pytest.approx([50 + 900 + 95 + 900], rel=0.01)


def test_out_of_a_gated_estate_by_its_own_way_and_gate():
    # A walled estate between two streets; its own way leads west to a gate, the station is east.
    nodes = {1: (0, 0), 2: (0, 200), 3: (30, 200), 4: (200, 200), 5: (260, 0), 6: (260, 400), 7: (0, 400)}
    own = {"highway": "service", "access": "private"}
    ways = [([1, 2, 7], STREET), ([2, 3, 4], own), ([5, 6], STREET), ([1, 5], STREET)]
    gate = {3: {"barrier": "gate", "access": "private"}}
    network = network_from_streets(streets(ways, nodes, gate), WALK)
    wall = (Doubt.WALL, (30, 10), (240, 10), (240, 390), (30, 390), (30, 10))
    inside, outside = (joined(network, at, barriers=[wall]) for at in ((190, 205), (250, 150)))
    station = joined(network, (260, 200), barriers=[wall])
    assert inside.doubt.tolist() == outside.doubt.tolist() == [0]
    assert seconds(network, inside, station) == pytest.approx([5 + 190 + 200 + 260 + 200], abs=5)
    assert seconds(network, outside, station) == pytest.approx([10 + 50], abs=1)


def test_to_the_street_and_not_to_the_tunnel_below():
    nodes = {1: (0, 0), 2: (400, 0), 3: (0, 90), 4: (400, 90), 5: (400, 600), 6: (0, 600)}
    under = {"highway": "footway", "tunnel": "yes", "layer": "-2"}
    ways = [([1, 2], under), ([3, 4, 5, 6], STREET), ([1, 3], STREET)]
    network = network_from_streets(streets(ways, nodes), WALK)
    home, cellar = joined(network, (200, 40)), joined(network, (200, 40), level=[-1])
    assert (home.doubt[0], cellar.doubt[0]) == (0, 0)
    assert home.snap_metres[0] == pytest.approx(50, abs=0.4)
    assert cellar.snap_metres[0] == pytest.approx(40, abs=0.4)
    alone = joined(network, (200, 10), limit=50)
    assert Doubt(int(alone.doubt[0])) is Doubt.BELOW


def test_a_street_partly_in_a_tunnel_is_joined_where_it_is_open():
    nodes = {1: (0, 0), 2: (100, 0), 3: (300, 0)}
    ways = [([1, 2], STREET), ([2, 3], STREET | {"tunnel": "yes"})]
    home = joined(network_from_streets(streets(ways, nodes), WALK), (130, 20))
    assert (home.doubt[0], home.edge_metres[0]) == (0, pytest.approx(100, abs=0.1))


def test_from_the_platform_to_the_street():
    # A platform of 20 m that hangs on nothing, 2 m from the station; the street is 14 m away.
    nodes = {1: (0, 100), 2: (0, 0), 3: (500, 0), 4: (480, 12), 5: (500, 12)}
    ways = [([1, 2, 3], STREET), ([4, 5], {"highway": "platform"})]
    network = network_from_streets(streets(ways, nodes), WALK)
    station = joined(network, (490, 14))
    assert (station.doubt[0], station.nearest_metres[0].round()) == (0, 2)
    home = joined(network, (0, 5))
    assert seconds(network, home, station) == pytest.approx([5 + 490 + 14], abs=1)


def test_an_isolated_piece_is_taken_where_there_is_nothing_else_and_on_an_island():
    nodes = {1: (0, 0), 2: (900, 0), 3: (0, 150), 4: (50, 150)}
    network = network_from_streets(streets([([1, 2], STREET), ([3, 4], STREET)], nodes), WALK)
    assert Doubt(int(joined(network, (20, 152), limit=100).doubt[0])) is Doubt.SCRAP
    river = (Doubt.WATER, (-100, 50), (1000, 50))
    assert Doubt(int(joined(network, (20, 152), barriers=[river]).doubt[0])) is Doubt.SCRAP
    assert joined(network, (20, 152)).doubt.tolist() == [0]


def test_two_pieces_that_are_long_are_both_proper():
    nodes = {1: (0, 0), 2: (900, 0), 3: (0, 150), 4: (500, 150)}
    network = network_from_streets(streets([([1, 2], STREET), ([3, 4], STREET)], nodes), WALK)
    assert not network.edge_scrap.any()


@pytest.mark.parametrize("kind", [Doubt.WALL, Doubt.RAILWAY, Doubt.MOTORWAY, Doubt.WATER])
def test_round_the_end_of_a_barrier_when_that_is_nearer_than_another_street(kind):
    network = network_from_streets(streets([([1, 2], STREET)], {1: (-500, 0), 2: (500, 0)}), WALK)
    home = joined(network, (0, 30), barriers=[(kind, (-60, 15), (25, 15))])
    assert home.doubt[0] == 0
    # The line past the end at (25, 15) meets the street at 50; looked for every 10 m or fifth of the way.
    assert np.hypot(50, 30) - 0.2 <= home.snap_metres[0] <= np.hypot(50 + 58 / 5, 30) + 0.2
    closed = [(kind, (-9, 20), (9, 20), (9, 40), (-9, 40), (-9, 20))]
    shut_in = joined(network, (0, 30), barriers=closed)
    assert (Doubt(int(shut_in.doubt[0])), shut_in.snap_metres[0].round()) == (kind, 30)
    assert joined(network, (0, 30), barriers=closed, gates=[(0, 20)]).doubt[0] == (
        0 if kind in (Doubt.WALL, Doubt.RAILWAY) else kind
    )


def test_the_public_street_comes_before_anothers_drive():
    nodes = {1: (0, 0), 2: (300, 0), 3: (100, 0), 4: (100, 60)}
    own = {"highway": "service", "access": "private"}
    network = network_from_streets(streets([([1, 3, 2], STREET), ([3, 4], own)], nodes), WALK)
    near_both, up_the_drive = joined(network, (110, 15)), joined(network, (110, 50))
    assert near_both.snap_metres[0] == pytest.approx(15, abs=0.2)
    assert up_the_drive.snap_metres[0] == pytest.approx(10, abs=0.2)
    assert (near_both.doubt[0], up_the_drive.doubt[0]) == (0, 0)


def test_levels_are_one_a_point():
    with pytest.raises(ValueError, match="1 points, but levels of shape"):
        snap(line([500.0]), ([0.0], [0.0]), level=[0, 0])


def random_levels(network: StreetNetwork, rng: np.random.Generator) -> StreetNetwork:
    level = rng.choice([0, 0, 0, -1, 1], network.vertex_level.size).astype(np.int8)
    private = rng.random(network.edge_count) < 0.2
    return replace(network, vertex_level=freeze(level), edge_private=freeze(private))


def random_barriers(rng: np.random.Generator, count: int) -> Barriers:
    return Barriers(
        lines=rng.uniform(-50, 500, (count, 4)) * METRE,
        kind=rng.choice([2, 16, 64, 128], count).astype(np.uint16),
        openings=rng.uniform(-50, 500, (5, 2)) * METRE,
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100_000))
def test_a_join_is_never_more_doubtful_than_the_nearest_and_no_other_is_better(seed):
    rng = np.random.default_rng(seed)
    network = random_levels(random_network(seed), rng)
    barriers = random_barriers(rng, 15)
    lon, lat = rng.uniform(-50, 500, (2, 30)) * METRE
    found = snap(network, (lon, lat), barriers=barriers, max_snap_metres=150)
    grid = barriers.grid(network.metric_crs, network.vertex_lon, network.vertex_lat)
    xy = np.column_stack(transformer(WGS84, network.metric_crs).transform(lon, lat))
    for i in np.flatnonzero(found.snapped):
        feet = [
            (doubt, metres, edge)
            for edge in range(network.edge_count)
            if not network.edge_private[edge]
            for doubt, metres in feet_of(network, grid, edge, *xy[i])
        ]
        best = min(((doubt, metres) for doubt, metres, _ in feet if metres <= 150), default=(ALL, 0.0))
        assert found.doubt[i] <= best[0]
        if found.doubt[i] == best[0] and not network.edge_private[found.edge[i]]:
            assert found.snap_metres[i] <= best[1] + 1e-9
        nearest = min((metres, edge, doubt) for doubt, metres, edge in feet)
        if not network.edge_private[found.nearest_edge[i]]:
            assert found.nearest_metres[i] == pytest.approx(nearest[0], abs=1e-9)


def feet_of(network, grid, edge, x, y):
    """Doubt and distance of the nearest place of every piece of an edge, for a point on the ground."""
    for v in range(network.vertex_start[edge], network.vertex_start[edge + 1] - 1):
        x_of_ends, y_of_ends = network.vertex_x[v : v + 2], network.vertex_y[v : v + 2]
        piece = shapely.LineString(np.column_stack([x_of_ends, y_of_ends]))
        foot = piece.interpolate(piece.project(shapely.Point(x, y)))
        doubt = Doubt.SCRAP if network.edge_scrap[edge] else 0
        doubt |= {-1: Doubt.BELOW, 0: 0, 1: Doubt.ABOVE}[int(network.vertex_level[v])]
        yield int(doubt) | crossed(grid, x, y, foot.x, foot.y, ALL), foot.distance(shapely.Point(x, y))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100_000))
def test_where_nothing_speaks_against_a_street_the_nearest_is_taken_to_the_bit(seed):
    network = random_network(seed)
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(-50, 500, (2, 40)) * METRE
    plain = replace(
        network,
        node_piece=freeze(np.zeros_like(network.node_piece)),
        edge_forward_ms=freeze(np.maximum(network.edge_forward_ms, 0)),
        edge_backward_ms=freeze(np.maximum(network.edge_backward_ms, 0)),
    )
    found = snap(plain, (lon, lat), max_snap_metres=150)
    far = random_barriers(rng, 10)
    past = snap(
        plain, (lon, lat), max_snap_metres=150, barriers=replace(far, lines=far.lines + 1.0, _grids={})
    )
    for points in (found, past):
        assert np.array_equal(points.edge, points.nearest_edge)
        assert np.array_equal(points.snap_metres, points.nearest_metres)
        assert not points.doubt.any()
    assert np.array_equal(found.edge_metres, past.edge_metres, equal_nan=True)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 100_000))
def test_the_order_of_points_and_barriers_leaves_no_trace(seed):
    rng = np.random.default_rng(seed)
    network = random_levels(random_network(seed), rng)
    barriers = random_barriers(rng, 15)
    lon, lat = rng.uniform(-50, 500, (2, 40)) * METRE
    order, other = rng.permutation(40), rng.permutation(15)
    turned = replace(barriers, lines=barriers.lines[other], kind=barriers.kind[other], _grids={})
    one = snap(network, (lon, lat), barriers=barriers).take(order)
    two = snap(network, (lon[order], lat[order]), barriers=turned)
    for name in ARRAYS:
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
