"""Siting by label: what is opened, whom it serves, and what is refused."""

from __future__ import annotations

import pytest

import geo
from geo.errors import InputError
from geo.library.toy import clinics, homes, streets

PEOPLE = homes()["people"]


@pytest.fixture(scope="module")
def times():
    return geo.travel_times(streets(), homes(), clinics())


def test_most_people_within_two_minutes(times):
    """The old clinic covers a (30 people, 1 minute), the new one b alone (10 people, 2 minutes)."""
    plan = geo.site(times, PEOPLE, new=1, minutes=2)
    assert plan.opened == ["old"]
    assert (plan.people_covered, plan.people) == (30.0, 40.0)
    assert plan.demand["site"].to_dict() == {"a": "old", "b": None} or plan.demand["site"].isna()["b"]
    assert plan.demand.index.name == "home"


def test_what_stands_stays_and_the_next_is_added(times):
    plan = geo.site(times, PEOPLE, new=1, minutes=2, existing=["old"])
    assert plan.opened == ["new"]
    assert (plan.people_before, plan.people_covered) == (30.0, 40.0)
    assert plan.sites["open"].to_dict() == {"old": True, "new": True}
    assert plan.sites.loc["new", "people_added"] == 10.0


def test_cheapest_that_cover_everybody(times):
    plan = geo.site(times, PEOPLE, goal="cover_all", minutes=3, cost=[5, 9])
    assert plan.opened == ["new"]
    assert plan.plan.value == 9.0


def test_a_plan_says_itself(times):
    assert repr(geo.site(times, PEOPLE, new=1, minutes=2)) == (
        "SitePlan(opened=['old'], 75.0% of 40 people covered; Proven: no plan is better)"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "nothing says how many sites may be opened"),
        ({"new": 1, "existing": ["gone"]}, "gone is not among the destinations"),
        ({"new": 1, "cost": [1, -1]}, "cost: 1 of 2 numbers are below 0"),
    ],
)
def test_questions_that_cannot_be_meant_are_refused(times, options, said):
    with pytest.raises(InputError, match=said):
        geo.site(times, PEOPLE, **options)
