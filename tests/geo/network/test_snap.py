"""Points are joined to the nearest place of the nearest street."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates.crs import metric_crs
from geo.network.snap import AccessPoints, snap
from geo.network.toys import line, square
from tests.support.streets import METRE, random_network

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
        assert points.snap_metres[i] == pytest.approx(nearest.min(), abs=1e-6)
        if points.snapped[i]:
            assert nearest[points.edge[i]] == pytest.approx(nearest.min(), abs=1e-6)


def test_fields_are_read_only():
    points = snap(square(), ([0.0], [0.0]))
    for name in AccessPoints.__dataclass_fields__:
        assert not getattr(points, name).flags.writeable
