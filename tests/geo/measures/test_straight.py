"""Straight distances against PROJ's geodesics."""

import numpy as np
import pytest
from pyproj import Geod

from geo.measures.straight import nearest_straight


@pytest.mark.parametrize(
    ("lon", "lat"), [(121.5, 31.2), (24.9, 60.2), (0, 0), (-70, -54), (179.9999, 10), (10, 89.9)]
)
def test_distances_equal_the_geodesic(lon, lat):
    rng = np.random.default_rng(7)
    lons, lats = lon + rng.uniform(0, 0.02, 50), lat + rng.uniform(0, 0.02, 50)
    here = np.full(50, float(lon)), np.full(50, float(lat))
    _, _, expected = Geod(ellps="WGS84").inv(*here, lons, lats)
    metres, index = nearest_straight(here[0][:1], here[1][:1], lons, lats)
    assert index[0, 0] == np.argmin(expected)
    assert metres[0, 0] == pytest.approx(min(expected), abs=1e-3)


def test_across_the_antimeridian():
    one = np.array([0.0])
    assert nearest_straight(np.array([179.9995]), one, np.array([-179.9995]), one)[0][0, 0] < 112


def test_fewer_facilities_than_asked_for():
    zero = np.array([0.0])
    metres, index = nearest_straight(zero, zero, zero, zero, k=2)
    assert metres.tolist() == [[0, np.inf]]
    assert index.tolist() == [[0, -1]]


def test_no_facility_and_no_demand():
    none, one = np.array([]), np.array([0.0])
    assert nearest_straight(one, one, none, none)[1].tolist() == [[-1]]
    assert nearest_straight(none, none, one, one)[0].shape == (0, 1)
