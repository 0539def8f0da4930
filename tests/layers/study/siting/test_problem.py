"""A question in the words of the engine: flags, costs, pairs too close, and what the sites cannot answer."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from geo.errors import InputError
from geo.siting import Demand, TravelTimes
from layers.study.siting.problem import make_problem, make_rules
from layers.study.siting.question import SiteQuestion


def test_rules_carry_the_question():
    rules = make_rules(SiteQuestion(cover=0.95, new=4), 10.0)
    assert (rules.new, rules.share, rules.limit_seconds, rules.fair) == (4, 0.95, 600.0, None)
    assert make_rules(SiteQuestion(new=1, fair="group"), 10.0, fair="worst_first").fair == "worst_first"
    assert make_rules(SiteQuestion(new=1, goal="minutes"), 90.0).unserved_seconds == 5400.0


@pytest.fixture
def sites():
    points = gpd.points_from_xy([0.0, 0.001, 0.01], [0.0, 0.0, 0.0])
    columns = {
        "id": ["old", "a", "b"], "name": ["North", "South", "South"],
        "existing": [True, False, False], "cost": [np.nan, 5.0, np.nan],
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def problem(sites, **fields):
    times = TravelTimes.from_matrix(np.zeros((3, 1)))
    return make_problem(SiteQuestion(new=1, **fields), sites, times, Demand(np.array([1.0])))


def test_flags_name_the_sites(sites):
    made = problem(sites, keep=("a",), forbid=("b",)).sites
    assert made.flag("existing").tolist() == [True, False, False]
    assert made.flag("required").tolist() == [False, True, False]
    assert made.flag("forbidden").tolist() == [False, False, True]
    assert made.costs.tolist() == [1, 1, 1]


def test_sites_too_near_are_paired(sites):
    assert problem(sites, apart_metres=200).sites.too_close.tolist() == [[0, 1]]


@pytest.mark.parametrize("fields", [{"keep": ("old",)}, {"forbid": ("zebra",)}, {"budget": 10.0}])
def test_what_the_sites_cannot_answer(sites, fields):
    with pytest.raises(InputError):
        problem(sites, **fields)


def test_sites_are_named_by_id_or_by_name(sites):
    made = problem(sites, must_close=("North",), keep=("b",)).sites
    assert made.flag("closed").tolist() == [True, False, False]
    assert made.flag("required").tolist() == [False, False, True]


def test_what_stands_may_be_kept_where_some_are_closed(sites):
    made = problem(sites, close=1, keep=("North",)).sites
    assert made.flag("required").tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"keep": ("South",)}, "keep: 2 sites have this name (South). Name one by its id: a, b"),
        ({"must_close": ("a",)}, "must_close: is a candidate; only sites of today can be closed (a)"),
        ({"must_close": ("gone",)}, "must_close: no site of this service that counts today"),
        ({"must_close": ("old", "North")}, "must_close: is named twice (North)"),
        ({"must_close": ("old",), "keep": ("North",)}, "keep: both kept and closed (old)"),
        ({"keep": ("a",), "forbid": ("zebra",)}, "forbid: no candidate has this id or name (zebra)"),
    ],
)
def test_a_name_that_cannot_be_meant_is_said(sites, fields, said):
    with pytest.raises(InputError) as raised:
        problem(sites, **fields)
    assert said in str(raised.value)
