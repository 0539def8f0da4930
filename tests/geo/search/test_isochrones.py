"""Isochrones: cut where the time is up, nested, witnessed by a path, not across what is no crossing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.build import build_network
from geo.network.snap import at_nodes, snap
from geo.network.toys import line
from geo.search.isochrones import Outline, isochrones
from geo.search.reach import travel_times
from tests.support.isochrone_lines import isochrone_lines
from tests.support.streets import METRE, lattice_town, random_network, random_points

EXACT = Outline(method="exact")


def metres(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Geometry near (0, 0) in metres."""
    plain = gpd.GeoSeries(np.asarray(frame.geometry))
    return plain.affine_transform([1 / METRE, 0, 0, 110_574.3886, 0, 0])


def iou(a: shapely.Geometry, b: shapely.Geometry) -> float:
    return a.intersection(b).area / a.union(b).area


def test_a_street_is_cut_where_the_time_is_up():
    street = line([1000.0])
    start = at_nodes(street, [int(street.node_lon.argmin())])
    lines = isochrone_lines(street, start, minutes=[5, 10])
    assert metres(lines).length.tolist() == pytest.approx([300, 600], abs=0.2)


def test_a_place_in_the_middle_of_a_street_reaches_both_ways():
    street = line([1000.0])
    middle = snap(street, ([500 * METRE], [0.0]))
    lines = isochrone_lines(street, middle, minutes=[2])
    west, _, east, _ = metres(lines).iloc[0].bounds
    assert (west, east) == pytest.approx((380, 620), abs=0.2)


def test_a_one_way_street_is_reached_from_one_side_and_leads_to_the_other():
    street = line([400.0, 400.0], one_way=True)
    middle = snap(street, ([400 * METRE], [0.0]))
    towards = metres(isochrone_lines(street, middle, minutes=[3], towards=True)).iloc[0].bounds
    away = metres(isochrone_lines(street, middle, minutes=[3], towards=False)).iloc[0].bounds
    assert (towards[0], towards[2]) == pytest.approx((220, 400), abs=0.2)
    assert (away[0], away[2]) == pytest.approx((400, 580), abs=0.2)


def test_the_walk_to_the_street_is_taken_off():
    street = line([1000.0])
    beside = snap(street, ([500 * METRE], [60 / 110_574.3886]))
    west, _, east, _ = metres(isochrone_lines(street, beside, minutes=[2])).iloc[0].bounds
    assert east - west == pytest.approx(2 * 60, abs=0.5)


def test_the_area_of_a_straight_street_is_that_of_its_buffer():
    street = line([1000.0])
    start = at_nodes(street, [int(street.node_lon.argmin())])
    expected = 600 * 60 + np.pi * 30**2
    for outline in (Outline(), EXACT):
        area = metres(isochrones(street, start, minutes=[10], outline=outline)).area.iloc[0]
        assert area == pytest.approx(expected, rel=0.01)


def test_ground_does_not_spill_over_a_railway():
    """Two streets 40 m apart, joined only 2 km away: neither side's ground reaches past the middle."""
    north = 40 / 110_574.3886
    ends = [(0, 0), (2000, 0), (2000, north), (0, north)]
    nodes = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([x * METRE for x, _ in ends], [y for _, y in ends]), crs=4326
    )
    edges = pd.DataFrame({"source": [0, 2], "target": [1, 3]})
    streets = build_network(nodes, edges, speed_kph=3.6)
    place = snap(streets, ([500 * METRE], [0.0]))
    spilt = metres(isochrones(streets, place, minutes=[5], outline=Outline(clip=False))).iloc[0]
    kept = metres(isochrones(streets, place, minutes=[5])).iloc[0]
    assert spilt.bounds[3] == pytest.approx(30, abs=1)
    assert kept.bounds[3] == pytest.approx(20, abs=1)
    assert kept.bounds[1] == pytest.approx(-30, abs=1)


def test_a_block_that_is_not_reached_stays_a_hole():
    side = 300
    corners = [(0, 0), (side, 0), (side, side), (0, side)]
    nodes = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([x * METRE for x, _ in corners], [y * METRE for _, y in corners]),
        crs=4326,
    )
    block = build_network(
        nodes, pd.DataFrame({"source": [0, 1, 2, 3], "target": [1, 2, 3, 0]}), speed_kph=3.6
    )
    ground = isochrones(block, at_nodes(block, [0]), minutes=[15]).geometry.iloc[0]
    assert [len(part.interiors) for part in ground.geoms] == [1]


def test_places_together_are_the_union_of_places_apart():
    street = line([3000.0])
    places = snap(street, ([300 * METRE, 2500 * METRE], [0.0, 0.0]))
    plain = Outline(clip=False)
    together = isochrones(street, places, minutes=[5], together=True, outline=plain).geometry.iloc[0]
    apart = isochrones(street, places, minutes=[5], outline=plain).union_all()
    assert iou(together, apart) > 0.999


def test_a_place_off_the_streets_has_empty_ground():
    street = line([100.0])
    rings = isochrones(street, snap(street, ([0.5], [0.5])), minutes=[5, 10])
    assert rings.geometry.is_empty.all()
    assert len(rings) == 2


@pytest.mark.slow
@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.booleans())
def test_isochrones_are_nested_and_every_stretch_has_a_path(seed, towards):
    network = random_network(seed)
    places = random_points(network, seed, 2)
    limits = [0.1, 0.3, 0.6]
    lines = isochrone_lines(network, places, minutes=limits, towards=towards)
    rings = isochrones(network, places, minutes=limits, towards=towards)
    for place in range(2):
        own = lines[lines["place"] == place].geometry
        grounds = rings[rings["place"] == place].geometry
        for smaller, larger in zip(own, own.iloc[1:], strict=False):
            assert smaller.difference(larger.buffer(1e-9)).length < 1e-7
        for smaller, larger in zip(grounds, grounds.iloc[1:], strict=False):
            assert smaller.difference(larger.buffer(1e-9)).area < 1e-12


def test_every_point_of_the_skeleton_is_within_the_time():
    """Points picked on the stretches are reached in time by the engine itself."""
    rng = np.random.default_rng(2)
    network = lattice_town(rng)
    place = snap(network, ([500 * METRE], [480 * METRE]))
    for towards in (True, False):
        stretches = isochrone_lines(network, place, minutes=[6], towards=towards).geometry.iloc[0]
        picked = [stretches.interpolate(share, normalized=True) for share in rng.random(200)]
        points = snap(network, ([p.x for p in picked], [p.y for p in picked]))
        assert points.snap_metres.max() < 0.01
        same = place.take(np.zeros(len(points), int))
        pair = (points, same) if towards else (same, points)
        assert travel_times(network, *pair).max() <= 360.01


def test_streets_not_in_the_skeleton_take_longer():
    rng = np.random.default_rng(3)
    network = lattice_town(rng)
    place = snap(network, ([500 * METRE], [480 * METRE]))
    stretches = isochrone_lines(network, place, minutes=[6]).geometry.iloc[0]
    share = rng.random(400)
    vertex = rng.integers(0, network.vertex_lon.size - 1, 400)
    same_edge = ~np.isin(vertex + 1, network.vertex_start)
    lon = network.vertex_lon[vertex] + share * (network.vertex_lon[vertex + 1] - network.vertex_lon[vertex])
    lat = network.vertex_lat[vertex] + share * (network.vertex_lat[vertex + 1] - network.vertex_lat[vertex])
    outside = same_edge & (shapely.distance(stretches, shapely.points(lon, lat)) > 0.5 * METRE)
    points = snap(network, (lon[outside], lat[outside]))
    times = travel_times(network, points, place.take(np.zeros(len(points), int)))
    assert outside.sum() > 50
    assert times.min() > 359.9


@pytest.mark.slow
def test_fast_ground_agrees_with_the_exact_union_on_real_streets(helsinki):
    from layers.catalogue.profiles import read_profile
    from layers.osm.streets import open_network

    network = open_network(helsinki, read_profile("walk"))
    places = at_nodes(network, np.random.default_rng(1).choice(network.node_count, 12, replace=False))
    fast = isochrones(network, places, outline=Outline(clip=False)).to_crs(network.metric_crs)
    exact = isochrones(network, places, outline=EXACT).to_crs(network.metric_crs)
    assert fast.is_valid.all()
    large = exact.area > 20_000
    shares = [iou(a, b) for a, b in zip(fast.geometry[large], exact.geometry[large], strict=True)]
    assert np.median(shares) > 0.985


@pytest.mark.parametrize("minutes", [[], [0.0], [-5.0], [np.nan]])
def test_limits_without_sense_are_refused(minutes):
    street = line([100.0])
    with pytest.raises(ValueError, match="minutes above zero"):
        isochrones(street, at_nodes(street, [0]), minutes=minutes)
