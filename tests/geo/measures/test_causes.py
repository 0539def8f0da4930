"""One street with one house for every cause, and what must hold whatever the town."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo.measures.areas import area_shares
from geo.measures.cause_words import CAUSES, remedy
from geo.measures.causes import (
    Evidence,
    causes_by_area,
    causes_table,
    connected_points,
    detour_ratio,
    find_causes,
    main_causes,
)
from geo.measures.standard import Requirement
from geo.text import Text

INF = np.inf
CLINIC = Requirement("clinic", Text("a clinic", "诊所"), minutes=10)
# house: seconds now, at any hour, when built, straight metres, connected, people, unserved
HOUSES = {
    "covered": (600, 600, 600, 500, True, 100, 0),
    "not_connected": (INF, INF, INF, 50, False, 7, 0),
    "full": (300, 300, 300, 250, True, 40, 40),
    "closed_then": (INF, 300, 300, 250, True, 30, 0),
    "not_open_yet": (2000, 900, 400, 800, True, 20, 0),
    "cut_off": (1200, 1200, 1200, 200, True, 50, 0),
    "nothing_near": (1200, 1200, 1200, 1100, True, 9, 0),
}


KINDS = ("seconds_now", "seconds_any_hour", "seconds_when_built", "straight_metres")


def evidence_of(rows, connected=(True,), unserved=None):
    times = {kind: np.asarray(row, float).reshape(-1) for kind, row in zip(KINDS, rows, strict=True)}
    # At a metre a second and without waits a way is as long as it takes.
    way_metres = times["seconds_any_hour"]
    return Evidence(**times, way_metres=way_metres, connected=np.array(connected, bool), unserved=unserved)


def town(names=HOUSES):
    rows = np.array([HOUSES[name] for name in names], dtype=float).T
    evidence = evidence_of(rows[:4], rows[4], rows[6])
    return find_causes(CLINIC, evidence, rows[5], speed_metres_per_second=1.0)


@pytest.mark.parametrize("name", HOUSES)
def test_each_cause(name):
    result = town([name])
    assert result.cause == [name]
    assert {cause: people[0] for cause, people in result.people.items() if people.any()} == {
        name: HOUSES[name][5]
    }


def test_people_of_every_cause():
    table = causes_table([town()]).set_index("cause")
    assert table["people"].to_dict() == {name: HOUSES.get(name, [0] * 6)[5] for name in CAUSES}
    assert table["total"].unique().tolist() == [256]


def test_hours_that_are_not_known_come_before_a_closed_door():
    evidence = replace(evidence_of((INF, 300.0, 300, 250)), seconds_if_open=np.array([400.0]))
    result = find_causes(CLINIC, evidence, np.array([4.0]), speed_metres_per_second=1.0)
    assert result.cause == ["hours_unknown"]


def test_room_that_is_not_known_is_told_from_a_full_place():
    evidence = evidence_of((60.0, 60, 60, 50), unserved=np.array([30.0]))
    evidence = replace(evidence, room_unknown=np.array([20.0]))
    people = find_causes(CLINIC, evidence, np.array([100.0]), speed_metres_per_second=1.0).people
    assert [people[cause][0] for cause in ("covered", "full", "room_unknown")] == [70, 10, 20]


def test_detour_of_the_cut_off_house():
    result = town()
    ratio = dict(zip(HOUSES, result.detour, strict=True))
    assert ratio["cut_off"] == 6.0
    assert np.isnan(ratio["not_connected"])


def test_no_way_at_all_across_a_river_is_no_gate_to_be_opened():
    evidence = evidence_of((INF, INF, INF, 200.0), connected=(False,))
    found = find_causes(CLINIC, evidence, np.array([5.0]), speed_metres_per_second=1.0)
    assert found.cause == ["not_connected"]


@pytest.mark.parametrize(
    ("row", "connected", "seconds_to_end", "cause"),
    [
        ((1200, 1200, 1200, 200), True, 120, "streets_end"),
        ((1200, 1200, 1200, 200), True, 121, "cut_off"),
        ((1200, 1200, 1200, 1100), True, 119, "streets_end"),
        ((1200, 1200, 1200, 1100), True, INF, "nothing_near"),
        ((INF, INF, INF, 50), False, 0, "streets_end"),
        ((600, 600, 600, 500), True, 0, "covered"),
        ((INF, 300, 300, 250), True, 0, "closed_then"),
        ((2000, 900, 400, 800), True, 0, "not_open_yet"),
    ],
)
def test_where_the_extract_ends_nothing_is_said_to_be_far(row, connected, seconds_to_end, cause):
    """Ten minutes are 600 s: who walks at most a fifth of that to the cut may be missing a place beyond."""
    evidence = evidence_of(np.array(row, float), connected=(connected,))
    evidence = replace(evidence, seconds_to_end=np.array([seconds_to_end], float))
    result = find_causes(CLINIC, evidence, np.array([5.0]), speed_metres_per_second=1.0)
    assert (result.cause, result.total) == ([cause], 5.0)


def test_half_full_point_is_divided():
    evidence = evidence_of((60.0, 60, 60, 50), unserved=np.array([30.0]))
    result = find_causes(CLINIC, evidence, np.array([100.0]), speed_metres_per_second=1.0)
    assert (result.people["full"].tolist(), result.people["covered"].tolist()) == ([30], [70])
    assert result.cause == ["full"]


def test_faster_profile_sees_farther_as_the_crow_flies():
    evidence = evidence_of((1200.0, 1200, 1200, 1100))
    slow = find_causes(CLINIC, evidence, np.array([1.0]), speed_metres_per_second=1.0)
    evidence = replace(evidence, way_metres=np.array([2400.0]))
    fast = find_causes(CLINIC, evidence, np.array([1.0]), speed_metres_per_second=2.0)
    assert (slow.cause, fast.cause) == (["nothing_near"], ["cut_off"])


def test_unserved_may_not_exceed_the_point():
    evidence = evidence_of((60.0, 60, 60, 50), unserved=np.array([3.0]))
    with pytest.raises(ValueError, match="unserved"):
        find_causes(CLINIC, evidence, np.array([1.0]), speed_metres_per_second=1.0)


def test_a_cause_more_in_the_middle_moves_nobody(monkeypatch):
    """Inserted before ``full`` it stands where ``full`` stood: what is read by position reads another."""
    before = town()
    more = dict(list(CAUSES.items())[:1]) | {"priced_out": CAUSES["full"]} | CAUSES
    assert list(more).index("priced_out") == list(CAUSES).index("full")
    monkeypatch.setattr("geo.measures.causes.CAUSES", more)
    monkeypatch.setattr(
        "geo.measures.causes.remedy",
        lambda cause, mode: remedy("full" if cause == "priced_out" else cause, mode),
    )
    after = town()
    assert after.cause == before.cause == list(HOUSES)
    assert {cause: people.sum() for cause, people in after.people.items()} == {
        name: HOUSES.get(name, [0] * 6)[5] for name in more
    }
    assert causes_table([after]).set_index("cause").loc["full", "people"] == 40


def test_metres_alone_have_no_causes():
    asked = Requirement("clinic", Text("", ""), metres=300)
    with pytest.raises(ValueError, match="no minutes"):
        find_causes(
            asked,
            evidence_of(np.zeros(4)),
            np.array([1.0]),
            speed_metres_per_second=1.0,
        )


def test_connected_is_asked_of_the_category():
    joined, seconds = np.array([True, True, False]), np.array([9e9, INF, INF])
    assert connected_points(joined, seconds, 1).tolist() == [True, False, False]
    assert connected_points(joined, seconds, 0).tolist() == [True, True, False]


def test_detour_without_a_distance_is_missing():
    ratio = detour_ratio(np.array([60.0, 60.0]), np.array([0.0, INF]))
    assert np.isnan(ratio).all()


def test_causes_by_area_and_the_main_one():
    points = [Point(0.1 * i + 0.05, 0.5) for i in range(len(HOUSES))]
    homes = gpd.GeoDataFrame({"id": list(HOUSES)}, geometry=points, crs=4326)
    grids = gpd.GeoDataFrame(
        {"id": ["west", "east"]}, geometry=[box(0, 0, 0.4, 1), box(0.4, 0, 1, 1)], crs=4326
    )
    table = causes_by_area([town()], area_shares(homes, grids), grids)
    main = main_causes(table).set_index("area_id")["cause"].to_dict()
    assert table["people"].sum() == 256
    assert main == {"west": "full", "east": "cut_off"}


times = st.one_of(st.just(INF), st.floats(0, 3000))


@given(st.lists(st.tuples(times, times, times, times, st.booleans(), st.floats(0, 1e4), st.floats(0, 1))))
def test_covered_and_the_causes_sum_to_everybody(houses):
    rows = np.array(houses, dtype=float).reshape(-1, 7).T
    built, any_hour, now = np.sort(rows[:3], axis=0)
    people = rows[5]
    evidence = evidence_of((now, any_hour, built, rows[3]), rows[4], people * rows[6])
    result = find_causes(CLINIC, evidence, people, speed_metres_per_second=1.0)
    divided = np.stack(list(result.people.values()), axis=1)
    assert (divided >= 0).all()
    np.testing.assert_allclose(divided.sum(axis=1), people, rtol=1e-12)
    assert ((divided > 0).sum(axis=1) <= 2).all()
    assert causes_table([result])["people"].sum() == pytest.approx(people.sum())


@given(times, times, times, st.booleans())
def test_reachable_people_are_never_called_left_out(now, more, straight, connected):
    any_hour = min(now, more)
    evidence = evidence_of((now, any_hour, any_hour, straight), [connected])
    result = find_causes(CLINIC, evidence, np.array([1.0]), speed_metres_per_second=1.0)
    assert (result.cause == ["covered"]) == (now <= 600 + 1e-6)


def test_an_ordinary_detour_is_not_called_cut_off() -> None:
    """Both are 800 m away as the crow flies; only a way of 1.5 times that goes round something."""
    asked = Requirement("clinic", Text("a clinic", "诊所"), minutes=15)
    evidence = Evidence(
        seconds_now=np.array([1199.0, 1200.0, np.inf]),
        seconds_any_hour=np.array([1199.0, 1200.0, np.inf]),
        seconds_when_built=np.array([1199.0, 1200.0, np.inf]),
        straight_metres=np.array([800.0, 800.0, 800.0]),
        way_metres=np.array([1199.0, 1200.0, np.inf]),
        connected=np.array([True, True, False]),
    )
    found = find_causes(asked, evidence, np.ones(3), speed_metres_per_second=1.0)
    assert found.cause == ["nothing_near", "cut_off", "not_connected"]


@pytest.mark.parametrize(
    ("way_metres", "cause", "detour"),
    [(510, "slow_way", 1.02), (600, "slow_way", 1.2), (601, "nothing_near", 1.202), (750, "cut_off", 1.5)],
)
def test_waits_on_a_straight_street_are_no_detour(way_metres, cause, detour):
    """500 m off and 1,200 s on the way, of which ten minutes are allowed: some wait, some go round."""
    evidence = replace(evidence_of((1200, 1200, 1200, 500)), way_metres=np.array([float(way_metres)]))
    found = find_causes(CLINIC, evidence, np.ones(1), speed_metres_per_second=1.0)
    assert found.cause == [cause]
    assert found.detour == pytest.approx([detour])


def test_who_is_left_out_and_reaches_the_cut_in_time_is_counted():
    """Of 5, 7 and 9 people, who walk 120, 600 and 601 s to the cut of a limit of 600 s, the first two."""
    evidence = evidence_of(np.array([[1200, 1200, 1200, 1100]] * 3, float).T, connected=(True,) * 3)
    evidence = replace(evidence, seconds_to_end=np.array([120.0, 600.0, 601.0]))
    result = find_causes(CLINIC, evidence, np.array([5.0, 7.0, 9.0]), speed_metres_per_second=1.0)
    assert result.left_near_the_cut.tolist() == [5, 7, 0]
    assert result.cause == ["streets_end", "nothing_near", "nothing_near"]
