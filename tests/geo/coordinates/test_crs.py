"""Metres: the local CRS against the ellipsoid, the segment formula against geodesics."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.coordinates.crs import metric_crs, segment_metres

GEOD = pyproj.Geod(ellps="WGS84")


def _worst_scale_error(bounds, crs):
    """Compare 1 km segments in eight directions over the bounds with their geodesic length."""
    west, south, east, north = bounds
    lon, lat = (
        grid.ravel() for grid in np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
    )
    project = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform
    errors = []
    for azimuth in range(0, 360, 45):
        lon2, lat2, _ = GEOD.fwd(lon, lat, np.full_like(lon, azimuth), np.full_like(lon, 1000.0))
        (x, y), (x2, y2) = project(lon, lat), project(lon2, lat2)
        errors.append(np.abs(np.hypot(x2 - x, y2 - y) / 1000 - 1).max())
    return max(errors)


@pytest.mark.parametrize(
    "bounds",
    [
        (120.85, 30.67, 122.0, 31.88),  # Shanghai, across 121.5 E
        (121.49, 31.2, 121.51, 31.22),
        (118.49, 24.4, 118.51, 24.5),
        (24.9, 60.1, 25.1, 60.2),
        (-8.8, 41.0, -8.4, 41.4),
        (-70.7, -33.6, -70.5, -33.4),
        (18.9, 69.6, 19.1, 69.7),
        (-0.01, -0.01, 0.01, 0.01),
    ],
)
def test_a_kilometre_is_a_kilometre_everywhere_in_the_place(bounds):
    assert _worst_scale_error(bounds, metric_crs(bounds)) < 4.5e-5


def test_a_province_is_within_the_promised_5_in_10000():
    bounds = (118.9, 28.5, 123.0, 32.1)
    assert _worst_scale_error(bounds, metric_crs(bounds)) < 5.3e-4


def test_both_sides_of_a_zone_edge_share_one_crs():
    assert metric_crs((121.45, 31.20, 121.49, 31.24)) == metric_crs((121.50, 31.20, 121.54, 31.24))


def test_across_the_180th_meridian():
    crs = metric_crs((179.9, -17.0, -179.9, -16.0))
    x, _ = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform([179.9, -179.9], [-16.5, -16.5])
    assert x[1] - x[0] == pytest.approx(segment_metres(179.9, -16.5, -179.9, -16.5), rel=1e-4)


def test_a_frame_in_any_crs_gives_that_of_its_place():
    points = gpd.GeoDataFrame(geometry=[Point(121.4, 31.1), Point(121.6, 31.3)], crs=4326)
    assert metric_crs(points) == metric_crs((121.4, 31.1, 121.6, 31.3))
    assert metric_crs(points.to_crs(4549)) == metric_crs(points)
    assert metric_crs(points.geometry) == metric_crs(points)


@pytest.mark.parametrize(
    ("place", "match"),
    [
        (gpd.GeoSeries([], crs=4326), "not empty"),
        (gpd.GeoSeries([Point(1, 1)]), "with a CRS"),
        ((351000.0, 3450000.0, 352000.0, 3451000.0), "degrees"),
        ((10, 50, 11, 40), "degrees"),
        ((np.nan, 1, 2, 3), "not empty"),
    ],
)
def test_what_is_no_place_is_refused(place, match):
    with pytest.raises(ValueError, match=match):
        metric_crs(place)


@settings(deadline=None)
@given(
    lon=st.floats(-180, 180), lat=st.floats(-75, 75), azimuth=st.floats(0, 360), metres=st.floats(0.01, 5000)
)
def test_segment_equals_the_geodesic(lon, lat, azimuth, metres):
    lon2, lat2, _ = GEOD.fwd(lon, lat, azimuth, metres)
    if abs(lat2) <= 75:
        assert segment_metres(lon, lat, lon2, lat2) == pytest.approx(metres, rel=1e-6, abs=1e-7)


def test_segments_across_the_180th_meridian_are_short():
    assert segment_metres(179.999, 0, -179.999, 0) == pytest.approx(0.002 * 111_319.49, rel=1e-6)


def test_segment_broadcasts_and_keeps_nan():
    metres = segment_metres(121.0, 31.0, [121.0, np.nan], [31.0, 31.0])
    assert metres[0] == 0
    assert np.isnan(metres[1])
