"""Hours of ways and gates: clauses, seasons, what is not understood, with an hour and without."""

from __future__ import annotations

from datetime import datetime

import pytest

from geo.network.profiles import Access, way_access
from layers.catalogue.profiles import read_profile
from layers.osm.conditions import has_hours, tags_at

WALK = read_profile("walk")
NOON = datetime(2026, 11, 17, 12)
NIGHT = datetime(2026, 11, 17, 23)
NEW_YEAR = datetime(2026, 1, 1, 12)


def open_at(tags: dict[str, str]) -> list[bool]:
    """Whether a footway is open at noon, at night, on New Year's Day, and without an hour."""
    way = {"highway": "footway"} | tags
    return [
        way_access(WALK, tags_at(way, WALK.access_keys, moment, holidays="CN")) is Access.OPEN
        for moment in (NOON, NIGHT, NEW_YEAR, None)
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("no @ (22:00-06:00)", [True, False, True, True]),
        ("no @ 22:00-06:00", [True, False, True, True]),
        ("no @ (Mo-Su 00:00-24:00)", [False, False, False, False]),
        ("no @ (Mo-Su)", [False, False, False, False]),
        ("no @ (24/7)", [False, False, False, False]),
        ("no @ (PH)", [True, True, False, True]),
        ("no @ (Dec-Feb)", [True, True, False, True]),
        ("no @ (winter)", [True, True, False, True]),
        ("private @ (20:00-24:00)", [True, False, True, True]),
        ("no @ (10:00-14:00); yes @ (11:00-13:00)", [True, True, True, True]),
        ("no @ (Mo-Fr AND 10:00-14:00)", [False, True, False, True]),
        ("no @ (weight>3.5)", [True, True, True, True]),
        ("no @ (wet)", [False, False, False, True]),
        ("no @ (Mo-Fr AND wet)", [False, False, False, True]),
        ("what is this", [False, False, False, True]),
        ("no @ (off)", [True, True, True, True]),
    ],
)
def test_what_closes_a_way(condition, expected):
    assert open_at({"foot:conditional": condition}) == expected
    assert open_at({"access:conditional": condition}) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("yes @ (08:00-20:00)", [True, False, True, True]),
        ("customers @ (08:00-20:00)", [True, False, True, True]),
        ("yes @ (sunny)", [False, False, False, False]),
        ("yes @ (off)", [False, False, False, False]),
    ],
)
def test_what_opens_a_closed_way(condition, expected):
    assert open_at({"access": "no", "access:conditional": condition}) == expected


def test_the_closer_tag_decides_at_every_hour():
    assert open_at({"foot": "yes", "access:conditional": "no @ (22:00-06:00)"}) == [True] * 4


def test_conditions_of_others_are_not_asked():
    assert (
        open_at({"bicycle:conditional": "no @ (Mo-Su)", "vehicle:conditional": "no @ (Mo-Su)"}) == [True] * 4
    )


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("06:00-22:00", [True, False, True, True]),
        ("24/7", [True, True, True, True]),
        ("off", [False, False, False, False]),
        ("ask the porter", [False, False, False, True]),
    ],
)
def test_opening_hours_of_a_way(hours, expected):
    assert open_at({"opening_hours": hours}) == expected
    assert open_at({"opening_hours": hours, "foot": "yes"}) == expected
    assert open_at({"opening_hours": hours, "access": "no"}) == [False] * 4


def test_hours_of_what_stands_at_a_node_are_not_those_of_the_street():
    assert not has_hours({"highway": "bus_stop", "opening_hours": "06:00-22:00"})
    assert has_hours({"barrier": "gate", "opening_hours": "06:00-22:00"})
    assert has_hours({"highway": "elevator", "opening_hours": "06:00-22:00"})


def test_a_condition_in_the_plain_tag_is_one():
    assert open_at({"access": "conditional=yes @ (Mo-Fr 08:00-20:00)"}) == [True, False, True, True]
    assert open_at({"access": "no @ (22:00-06:00)"}) == [True, False, True, True]
    assert open_at({"access": "yes @ (sunny)"}) == [False] * 4
    assert has_hours({"barrier": "gate", "access": "yes @ (08:00-20:00)"})


def test_plain_tags_stay():
    tags = {"highway": "steps", "surface": "gravel", "access:conditional": "no @ (22:00-06:00)"}
    assert tags_at(tags, WALK.access_keys, NIGHT, holidays="CN") == {
        "highway": "steps", "surface": "gravel", "access": "no"
    }  # fmt: skip


def test_a_very_long_condition_is_read_in_no_time():
    assert open_at({"access:conditional": "no @ (" * 20_000}) == [False, False, False, True]
    assert open_at({"access:conditional": " " * 50_000 + "@"})[0] is False
