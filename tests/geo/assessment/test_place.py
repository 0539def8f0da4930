"""What is reached from one place: joined to a street or not, limits that are kept, polygons around it."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from geo.assessment.place import NearestPlace, join_place, metres_to_street, polygons_at
from geo.network.toys import line
from tests.support.streets import METRE

NORTH = 1 / 110_574.3886


def test_a_place_is_joined_within_the_metres_and_not_beyond():
    place = join_place(line([500.0]), 120 * METRE, 40 * NORTH, max_snap_metres=50)
    assert place is not None
    assert metres_to_street(place) == pytest.approx(40, abs=0.01)
    assert join_place(line([500.0]), 120 * METRE, 60 * NORTH, max_snap_metres=50) is None


def test_a_place_from_which_nothing_is_reached_has_no_minutes():
    assert NearestPlace(category="a", seconds=450.0, facility=0).minutes == 7.5
    assert NearestPlace(category="a", seconds=float("inf"), facility=None).minutes is None


def test_polygons_hold_what_lies_on_their_boundary():
    cells = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)]
    )
    assert polygons_at(cells, 1.0, 0.5)["id"].tolist() == ["a", "b"]
    assert polygons_at(cells.iloc[:0], 1.0, 0.5).empty
