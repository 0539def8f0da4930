"""GCJ-02 and BD-09: against two independent implementations, and there and back again."""

from __future__ import annotations

import coord_convert.transform as coord_convert
import numpy as np
import prcoords
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates import china
from geo.coordinates.crs import segment_metres

MILLIMETRE = 1e-3
lons = st.floats(72.02, 137.82)
lats = st.floats(0.85, 55.81)
pairs = {
    "gcj02": (china.wgs84_to_gcj02, china.gcj02_to_wgs84),
    "bd09": (china.wgs84_to_bd09, china.bd09_to_wgs84),
}


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(4)
    return rng.uniform(73, 137, 3000), rng.uniform(1, 55, 3000)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (china.wgs84_to_gcj02, coord_convert.wgs2gcj),
        (china.wgs84_to_bd09, coord_convert.wgs2bd),
    ],
)
def test_forward_is_that_of_coord_convert_to_the_last_digits(sample, ours, theirs):
    expected = np.array([theirs(*point) for point in zip(*sample, strict=True)]).T
    np.testing.assert_allclose(ours(*sample), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(china.wgs84_to_gcj02, prcoords.wgs_gcj), (china.wgs84_to_bd09, prcoords.wgs_bd)],
)
def test_forward_is_that_of_prcoords(sample, ours, theirs):
    expected = np.array([theirs((lat, lon)) for lon, lat in zip(*sample, strict=True)]).T[::-1]
    np.testing.assert_allclose(ours(*sample), expected, rtol=0, atol=1e-12)


def test_inverse_is_that_of_coord_convert(sample):
    expected = np.array([coord_convert.gcj2wgs(*point) for point in zip(*sample, strict=True)]).T
    assert segment_metres(*china.gcj02_to_wgs84(*sample), *expected).max() < MILLIMETRE


def test_inverse_is_that_of_prcoords_within_its_own_five_millimetres(sample):
    theirs = np.array([prcoords.gcj_wgs_bored((lat, lon)) for lon, lat in zip(*sample, strict=True)]).T[::-1]
    assert segment_metres(*china.gcj02_to_wgs84(*sample), *theirs).max() < 5 * MILLIMETRE


@pytest.mark.parametrize("system", pairs)
def test_there_and_back_on_two_million_points_is_within_a_micrometre(system):
    there, back = pairs[system]
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(72.1, 137.7, 2_000_000), rng.uniform(0.9, 55.7, 2_000_000)
    assert segment_metres(lon, lat, *back(*there(lon, lat))).max() < 3e-6


@pytest.mark.parametrize("system", pairs)
@settings(max_examples=300, deadline=None)
@given(lon=lons, lat=lats)
def test_there_and_back_anywhere(system, lon, lat):
    there, back = pairs[system]
    assert segment_metres(lon, lat, *back(*there(lon, lat))) < MILLIMETRE


@pytest.mark.parametrize("step", [0.0, 1e-12, 1e-9, 1e-7, 1e-5])
def test_there_and_back_where_the_square_root_has_no_derivative(step):
    lon, lat = np.array([105 + step, 105 - step]), np.array([35 + step, 35 - step])
    assert segment_metres(lon, lat, *china.gcj02_to_wgs84(*china.wgs84_to_gcj02(lon, lat))).max() < 1e-4


@settings(deadline=None)
@given(lon=lons, lat=lats)
def test_offset_is_under_750_metres_and_bd09_under_2000(lon, lat):
    assert segment_metres(lon, lat, *china.wgs84_to_gcj02(lon, lat)) < 750
    assert segment_metres(lon, lat, *china.wgs84_to_bd09(lon, lat)) < 2000


def test_the_shift_vanishes_at_single_points_of_the_sea():
    lon, lat = 97.80847410710872, 2.1057871014986036
    assert segment_metres(lon, lat, *china.wgs84_to_gcj02(lon, lat)) < 0.001


def test_jiading_is_moved_422_metres_east_and_217_south():
    lon, lat = china.wgs84_to_gcj02(121.245, 31.383)
    assert segment_metres(121.245, lat, lon, lat) == pytest.approx(422, abs=3)
    assert segment_metres(lon, 31.383, lon, lat) == pytest.approx(217, abs=12)
    assert lat < 31.383


@pytest.mark.parametrize(
    ("lon", "lat"), [(0, 51), (139.7, 35.7), (-74, 40.7), (116, -3), (72.0, 30), (np.inf, 30)]
)
def test_outside_the_box_nothing_moves(lon, lat):
    assert china.wgs84_to_gcj02(lon, lat) == (lon, lat)
    assert china.gcj02_to_wgs84(lon, lat) == (lon, lat)


def test_the_box_holds_its_edges_and_places_that_are_not_china():
    assert china.BOX == (72.004, 0.8293, 137.8347, 55.8271)
    west, south, east, north = china.BOX
    assert china.inside_box([west, east, 126.98, 114.17], [south, north, 37.57, 22.32]).all()
    assert not china.inside_box([west - 1e-9, np.nan], [south, 30]).any()


@pytest.mark.parametrize("function", [each for pair in pairs.values() for each in pair])
def test_nan_stays_nan_shape_is_kept_and_the_argument_is_not_touched(function):
    lon, lat = np.array([[121.0, np.nan, 120.0]]), np.array([[31.0, 31.0, np.nan]])
    kept = lon.copy(), lat.copy()
    x, y = function(lon, lat)
    assert x.shape == (1, 3)
    assert np.isnan(x + y).tolist() == [[False, True, True]]
    np.testing.assert_array_equal((lon, lat), kept)


def test_empty_scalars_and_lists_are_welcome():
    assert china.gcj02_to_wgs84([], [])[0].shape == (0,)
    assert china.gcj02_to_wgs84(121, 31)[0].shape == ()
    assert china.gcj02_to_wgs84(np.arange(100, 110, dtype="int32")[::2], range(30, 35))[0].shape == (5,)


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        china.gcj02_to_wgs84([1, 2], [1])


def test_many_points_in_threads_give_what_one_gives():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(110, 122, 200_000), rng.uniform(25, 40, 200_000)
    x, y = china.bd09_to_wgs84(lon, lat)
    for i in (0, 65_535, 65_536, 131_072, 199_999):
        assert (x[i], y[i]) == china.bd09_to_wgs84(lon[i], lat[i])
