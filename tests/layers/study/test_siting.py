"""What a planner may ask, and what contradicts itself."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from geo.errors import InputError
from geo.siting import Demand, TravelTimes
from layers.study.siting import SiteQuestion, make_problem, make_rules, parse_share


@pytest.mark.parametrize(
    ("text", "share"), [("95%", 0.95), ("0.95", 0.95), ("95", 0.95), (" 100％", 1.0), ("1", 1.0)]
)
def test_a_share_in_the_ways_people_write_it(text, share):
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "all", "0", "-5%", "120%", "nan"])
def test_what_is_no_share(text):
    with pytest.raises(InputError, match="--cover"):
        parse_share(text)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, "--new"),
        ({"new": -1}, "--new"),
        ({"new": 1, "minutes": 0}, "--minutes"),
        ({"new": 1, "minutes": float("nan")}, "--minutes"),
        ({"new": 1, "goal": "nonsense"}, "--goal"),
        ({"new": 1, "cover": 0.5, "goal": "people"}, "--cover"),
        ({"cover": 0.5, "fair": "grid"}, "--fair"),
        ({"new": 1, "keep": ("a",), "forbid": ("a",)}, "--keep"),
        ({"new": 1, "time_limit_seconds": 0}, "--time-limit"),
        ({"new": 1, "apart_metres": -1}, "--apart"),
    ],
)
def test_contradictions_are_told_by_the_option(asked, named):
    with pytest.raises(InputError) as raised:
        SiteQuestion(**asked)
    assert named in [fault.source for fault in raised.value.faults]


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as raised:
        SiteQuestion(new=-1, minutes=0, goal="worst", cover=0.5)
    assert {fault.source for fault in raised.value.faults} == {"--new", "--minutes", "--cover"}


def test_a_share_alone_asks_for_the_fewest_sites():
    assert SiteQuestion(cover=0.95).aim == "cover"
    assert SiteQuestion(new=3).aim == "people"


def test_rules_carry_the_question():
    rules = make_rules(SiteQuestion(cover=0.95, new=4), 10.0)
    assert (rules.new, rules.share, rules.limit_seconds, rules.fair) == (4, 0.95, 600.0, None)
    assert make_rules(SiteQuestion(new=1, fair="group"), 10.0).fair == "worst_first"
    assert make_rules(SiteQuestion(new=1, goal="minutes"), 90.0).unserved_seconds == 5400.0


@pytest.fixture
def sites():
    points = gpd.points_from_xy([0.0, 0.001, 0.01], [0.0, 0.0, 0.0])
    columns = {"id": ["old", "a", "b"], "existing": [True, False, False], "cost": [np.nan, 5.0, np.nan]}
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def problem(sites, **asked):
    times = TravelTimes.from_matrix(np.zeros((3, 1)))
    return make_problem(SiteQuestion(new=1, **asked), sites, times, Demand(np.array([1.0])))


def test_flags_name_the_sites(sites):
    made = problem(sites, keep=("a",), forbid=("b",)).sites
    assert made.flag("existing").tolist() == [True, False, False]
    assert made.flag("required").tolist() == [False, True, False]
    assert made.flag("forbidden").tolist() == [False, False, True]
    assert made.costs.tolist() == [1, 1, 1]


def test_sites_too_near_are_paired(sites):
    assert problem(sites, apart_metres=200).sites.too_close.tolist() == [[0, 1]]


@pytest.mark.parametrize("asked", [{"keep": ("old",)}, {"forbid": ("zebra",)}, {"budget": 10.0}])
def test_what_the_sites_cannot_answer(sites, asked):
    with pytest.raises(InputError):
        problem(sites, **asked)
