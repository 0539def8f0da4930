"""The two tests of a standard on a street of three houses."""

import numpy as np
import pytest

from geo.measures.coverage import coverage_table
from geo.measures.requirements import (
    NearestMetres,
    NearestTimes,
    assess,
    compliance_result,
    reach_result,
)
from geo.measures.standard import Requirement, Standard
from geo.text import Text

INF = np.inf
CLINIC = Text("clinic", "诊所")


def times(rows, category="clinic", available=None):
    seconds = np.array(rows, dtype=float)
    index = np.where(np.isfinite(seconds), np.arange(seconds.shape[1]), -1)
    return NearestTimes(category, seconds, index, available)


def test_limit_is_inclusive():
    result = reach_result(Requirement("clinic", CLINIC, minutes=15), times([[900.0], [900.001], [INF]]))
    assert result.met.tolist() == [True, False, False]


@pytest.mark.parametrize(("count", "met"), [(1, [True, True]), (2, [True, False])])
def test_count_asks_for_a_choice(count, met):
    asked = Requirement("clinic", CLINIC, minutes=10, count=count)
    result = reach_result(asked, times([[60, 600], [60, 601]]))
    assert result.met.tolist() == met
    assert result.choices.tolist() == [2, 1]


def test_mean_of_the_nearest():
    asked = Requirement("clinic", CLINIC, minutes=5, count=3, combine="mean")
    result = reach_result(asked, times([[100, 200, 600], [100, 200, 601], [100, 200, INF]]))
    assert result.seconds.tolist() == [300, 901 / 3, INF]
    assert result.met.tolist() == [True, False, False]


def test_mean_over_all_there_are_when_fewer():
    asked = Requirement("clinic", CLINIC, minutes=5, count=20, combine="mean")
    result = reach_result(asked, times([[100, 300, INF]], available=2))
    assert result.seconds.tolist() == [200]


def test_no_facility_at_all_meets_nothing():
    asked = Requirement("clinic", CLINIC, minutes=5, count=20, combine="mean")
    empty = NearestTimes("clinic", np.zeros((2, 0)), np.zeros((2, 0), int), 0)
    result = reach_result(asked, empty)
    assert result.met.tolist() == [False, False]
    assert result.facility_index.tolist() == [-1, -1]


def test_too_few_searched_is_refused():
    asked = Requirement("clinic", CLINIC, minutes=5, count=2)
    with pytest.raises(ValueError, match="only 1 were searched"):
        reach_result(asked, times([[60]], available=9))


def test_compliance_refuses_the_other_measure():
    asked = Requirement("clinic", CLINIC, metres=300, measure="straight")
    found = NearestMetres("clinic", np.array([[10.0]]), np.array([[0]]), "network")
    with pytest.raises(ValueError, match="straight metres"):
        compliance_result(asked, found)


def test_reach_and_compliance_are_kept_apart():
    asked = Requirement("clinic", CLINIC, minutes=5, metres=300)
    found = NearestMetres("clinic", np.array([[250.0]]), np.array([[0]]), "network")
    done = assess(Standard("s", CLINIC, (asked,)), {"clinic": times([[400]])}, [found])
    (reach,), (compliance,) = done.reach, done.compliance
    assert (reach.met.tolist(), reach.seconds.tolist(), reach.limit_minutes) == ([False], [400], 5)
    assert (compliance.met.tolist(), compliance.metres.tolist()) == ([True], [250])
    assert compliance.limit_metres == 300
    assert not hasattr(reach, "metres")
    assert not hasattr(compliance, "seconds")


def test_category_without_a_layer_is_not_assessed():
    standard = Standard("s", CLINIC, (Requirement("clinic", CLINIC, minutes=5),))
    done = assess(standard, {})
    assert done.results == ()
    assert [r.key for r in done.not_assessed] == ["clinic"]


def test_unverified_requirements_are_said():
    lines = (
        Requirement("clinic", CLINIC, minutes=5),
        Requirement("shop", CLINIC, minutes=5, verified=True),
    )
    found = {"clinic": times([[1]]), "shop": times([[1]], "shop")}
    done = assess(Standard("s", CLINIC, lines), found)
    assert [r.category for r in done.rests_on_unverified] == ["clinic"]


def test_nearest_times_of_a_part_point_into_the_whole():
    found = NearestTimes.of("clinic", np.array([[5.0], [INF]]), np.array([[1], [-1]]), np.array([7, 9]))
    assert found.facility_index.tolist() == [[9], [-1]]
    assert found.available == 2


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"metres": -1}, {"minutes": INF}, {"count": 0}])
def test_impossible_requirements_do_not_exist(wrong):
    with pytest.raises(ValueError, match="clinic"):
        Requirement("clinic", CLINIC, **wrong)


def test_completed_asks_for_what_the_standard_is_silent_on():
    asked = Requirement("healthcare", CLINIC, accepts=("clinic", "hospital"), minutes=15)
    done = Standard("s", CLINIC, (asked,)).completed({"clinic": CLINIC, "station": CLINIC}, minutes=10)
    assert done.categories == ("healthcare", "station")
    assert done.requirements[-1].minutes == 10
    assert not done.requirements[-1].required
    assert done.accepted["healthcare"] == ("clinic", "hospital")


def test_a_condition_counts_only_whom_it_holds_for():
    lines = tuple(
        Requirement("bus", CLINIC, metres=metres, condition=ring)
        for ring, metres in (("inner", 300), ("outer", 500))
    )
    metres = np.array([[250.0], [400.0], [450.0], [600.0]])
    found = NearestMetres("bus", metres, np.zeros((4, 1), int), "network")
    where = {"inner": np.array([True, True, False, False]), "outer": np.array([False, False, True, True])}
    done = assess(Standard("s", CLINIC, lines), {}, [found], applies=where)
    people = np.array([1.0, 2.0, 4.0, 8.0])
    table = coverage_table(done.results, people).set_index("requirement")
    assert table[["total", "covered"]].to_numpy().tolist() == [[3, 1], [12, 4]]
    assert table.index.tolist() == ["bus:inner", "bus:outer"]


def test_an_unknown_condition_is_not_assessed_and_one_of_everybody_is():
    line = Requirement("bus", CLINIC, metres=300, condition="inner")
    found = NearestMetres("bus", np.array([[250.0]]), np.array([[0]]), "network")
    asked = Standard("s", CLINIC, (line,))
    assert [r.key for r in assess(asked, {}, [found]).not_assessed] == ["bus:inner"]
    (everybody,) = assess(asked, {}, [found], applies={"inner": None}).compliance
    assert everybody.met.tolist() == [True]


def test_one_of_a_choice_is_enough():
    """A stop within 500 m or a station within 1000 m: one line, met by either."""
    lines = (
        Requirement("bus", CLINIC, metres=500, one_of="transit"),
        Requirement("rail", CLINIC, metres=1000, one_of="transit"),
    )
    near = {"bus": [400.0, 600.0, 600.0, 100.0], "rail": [2000.0, 900.0, 1100.0, 50.0]}
    found = [
        NearestMetres(name, np.array(metres)[:, None], np.full((4, 1), number), "network")
        for number, (name, metres) in enumerate(near.items())
    ]
    done = assess(Standard("s", CLINIC, lines), {}, found)
    (one,) = done.compliance
    assert one.met.tolist() == [True, True, False, True]
    # Metres are those of the first: 900 of 1000 m to the station count as 450 of 500 m.
    assert one.metres.tolist() == [400, 450, 550, 25]
    assert one.facility_index.tolist() == [0, 1, 1, 1]
    assert done.not_assessed == ()
