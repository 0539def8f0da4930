"""What is reached from one place, asked of what was prepared once, against what a run found."""

from __future__ import annotations

import numpy as np
import pytest

from api.run import run_study
from geo.assessment.place import NearestPlace, PreparedPlaces
from tests.support.town import place, write_town


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run_study(write_town(tmp_path_factory.mktemp("places")))


@pytest.fixture(scope="module")
def prepared(result):
    return PreparedPlaces.of(
        result.ground,
        result.first,
        polygons=result.polygons,
        barriers=result.layers.barriers,
        max_snap_metres=50,
    )


def test_a_place_is_joined_within_the_metres_and_not_beyond(prepared):
    east, north = np.array([place(150, 40), place(150, -60)]).T
    joined = prepared.join(east, north)
    assert joined.snapped.tolist() == [True, False]
    assert joined.snap_metres[0] == pytest.approx(40, abs=0.2)


def test_a_place_from_which_nothing_is_reached_has_no_minutes():
    assert NearestPlace(category="a", seconds=450.0, facility=0).minutes == 7.5
    assert NearestPlace(category="a", seconds=float("inf"), facility=None).minutes is None


def test_polygons_hold_what_lies_on_their_boundary(result, prepared):
    cell = result.polygons.geometry.iloc[0]
    assert prepared.polygons_at(*cell.centroid.coords[0]) == [0]
    assert 0 in prepared.polygons_at(*cell.exterior.coords[0])
    assert prepared.polygons_at(0.0, 0.0) == []


def test_people_are_counted_within_each_limit(prepared):
    # From the station near is 150 m away and far 550 m.
    here = prepared.join(*[[value] for value in place(0, 0)])
    assert prepared.people_within(here, (1.0, 3.0, 10.0)).tolist() == [[0.0, 10.0, 30.0]]


def test_the_prepared_answer_is_that_of_the_run_at_every_demand_point(result, prepared):
    points = result.layers.demand.geometry
    joined = prepared.join(points.x.to_numpy(), points.y.to_numpy())
    for category in prepared.categories:
        seconds, where = category.times(joined)
        run = result.first.times[category.category]
        assert seconds.tolist() == run.seconds[:, 0].tolist()
        assert where.tolist() == run.facility_index[:, 0].tolist()
