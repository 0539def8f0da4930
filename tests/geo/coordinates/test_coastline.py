"""Land on the left, sea on the right."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geo.coordinates.coastline import sea_in

BOX = (0.0, 0.0, 10.0, 10.0)


def test_no_coastline_no_sea():
    assert sea_in(BOX, []).is_empty
    assert sea_in(BOX, [LineString([(20, 20), (30, 30)])]).is_empty


@pytest.mark.parametrize(
    ("line", "sea"),
    [
        ([(4, -1), (4, 11)], (4, 0, 10, 10)),
        ([(4, 11), (4, -1)], (0, 0, 4, 10)),
        ([(-1, 4), (11, 4)], (0, 0, 10, 4)),
    ],
)
def test_the_sea_is_on_the_right(line, sea):
    assert sea_in(BOX, [LineString(line)]).equals(shapely.box(*sea))


def test_an_island_is_land_and_a_hole_in_the_sea():
    shore = LineString([(4, -1), (4, 11)])
    island = LineString([(6, 6), (8, 6), (8, 8), (6, 8), (6, 6)])
    assert sea_in(BOX, [shore, island]).area == pytest.approx(60 - 4)


def test_an_island_alone_makes_the_rest_of_the_box_sea():
    island = LineString([(6, 6), (8, 6), (8, 8), (6, 8), (6, 6)])
    assert sea_in(BOX, [island]).area == pytest.approx(100 - 4)


def test_pieces_of_one_coastline_are_joined():
    pieces = [LineString([(4, -1), (4, 5)]), LineString([(4, 5), (4, 11)])]
    assert sea_in(BOX, pieces).equals(shapely.box(4, 0, 10, 10))


def test_a_coastline_that_ends_near_an_edge_is_led_there():
    assert sea_in(BOX, [LineString([(4, 0.5), (4, 9.2)])]).area == pytest.approx(60)


def test_one_that_ends_in_the_middle_says_nothing():
    assert sea_in(BOX, [LineString([(4, -1), (4, 6)])]).is_empty


def test_it_is_led_where_it_crosses_no_street():
    shore = LineString([(9.3, -1), (9.3, 9)])
    street = LineString([(9, 9.5), (9.6, 9.5)])
    assert sea_in(BOX, [shore]).area == pytest.approx(0.7 * 9)
    assert sea_in(BOX, [LineString([(9, -1), (9, 9.2)])]).area == pytest.approx(10)
    assert sea_in(BOX, [LineString([(9, -1), (9, 9.2)])], on_land=[street]).area == pytest.approx(9.2)


@settings(deadline=None)
@given(st.floats(0.5, 9.5), st.floats(0.5, 9.5))
def test_turning_a_coast_round_swaps_land_and_sea(bottom, top):
    line = LineString([(bottom, -1e-9), (top, 10 + 1e-9)])
    assert sea_in(BOX, [line]).area + sea_in(BOX, [line.reverse()]).area == pytest.approx(100)
