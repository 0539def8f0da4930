"""Joins that were decided take the place of those that were found."""

from __future__ import annotations

import numpy as np
import pytest

from geo.coordinates.crs import WGS84, transformer
from geo.network.arrays import NO_TIME
from geo.network.rejoin import Decided, rejoined
from geo.network.snap import plain_nearest, snap
from geo.network.toys import square


def town():
    """A square of 100 m; three points 10 m inside its southern side."""
    network = square(side_metres=100)
    back = transformer(network.metric_crs, WGS84)
    x, y = np.asarray(network.vertex_x), np.asarray(network.vertex_y)
    west, south = x.min(), y.min()

    def place(east, north):
        return back.transform(west + east, south + north)

    points = [place(50, 10), place(60, 10), place(70, 10)]
    lon, lat = np.array(points).T
    return network, snap(network, (lon, lat)), lon, lat, place


def decide(position, near=None, off=False):
    where = (np.nan, np.nan) if near is None else near
    return Decided(position=np.array([position]), near=np.array([where]), off=np.array([off]))


def test_a_row_is_joined_to_the_street_near_a_place_by_a_straight_walk():
    network, access, lon, lat, place = town()
    found = rejoined(network, access, lon, lat, decide(1, near=place(60, 95)))
    assert found.snap_metres.tolist() == pytest.approx([10, 90, 10], abs=1)
    assert found.access_ms[1] == pytest.approx(90_000 / network.metres_per_second, rel=0.01)
    assert (found.lon[1], found.lat[1]) == pytest.approx(place(60, 100), abs=1e-5)
    assert found.edge[[0, 2]].tolist() == access.edge[[0, 2]].tolist()


def test_a_row_is_not_joined_where_that_is_decided():
    network, access, lon, lat, _ = town()
    found = rejoined(network, access, lon, lat, decide(2, off=True))
    assert found.snapped.tolist() == [True, True, False]
    assert np.isnan(found.lon[2])
    assert found.from_source_ms[2] == found.to_target_ms[2] == NO_TIME


def test_the_plain_nearest_is_accepted_and_not_doubted():
    network, access, lon, lat, _ = town()
    doubted = np.array(access.doubt)
    doubted[0] = 128
    access = type(access)(
        **{**{n: getattr(access, n) for n in access.__dataclass_fields__}, "doubt": doubted}
    )
    found = rejoined(network, access, lon, lat, decide(0))
    plain = plain_nearest(network, (lon, lat))
    assert found.doubt.tolist() == [0, 0, 0]
    assert found.edge.tolist() == plain.edge.tolist()


def test_nothing_decided_changes_nothing():
    network, access, lon, lat, _ = town()
    none = Decided(position=np.empty(0, np.int64), near=np.empty((0, 2)), off=np.empty(0, np.bool_))
    assert rejoined(network, access, lon, lat, none) is access


def test_a_decided_join_is_the_only_way_to_its_row():
    """Rows 0 and 1 each have a further access point; that of row 1 goes when its join is decided."""
    network, access, lon, lat, _ = town()
    access = access.with_further(access.take(np.array([2, 2])), np.array([0, 1]))
    found = rejoined(network, access, lon, lat, decide(1))
    assert found.further_of is not None
    assert found.further_of.tolist() == [0]
    assert found.further is not None
    assert len(found.further) == 1
