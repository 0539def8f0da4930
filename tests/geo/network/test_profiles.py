"""Who may use what: access values and their order, gates, one-ways on foot, escalators, lifts, lost ways."""

from __future__ import annotations

import math

import pytest

from geo.network.build import network_from_streets
from geo.network.profiles import Access, node_access, node_delay_seconds, way_access, way_speed
from layers.catalogue.profiles import read_profile
from tests.support.streets import STREET, streets

WALK = read_profile("walk")
BICYCLE = read_profile("bicycle")
WHEELCHAIR = read_profile("wheelchair")


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("yes", Access.OPEN),
        ("permissive", Access.OPEN),
        ("customers", Access.OPEN),
        ("destination", Access.OPEN),
        ("yes;designated", Access.OPEN),
        ("designated; yes", Access.OPEN),
        ("private;customers", Access.OPEN),
        ("private", Access.PRIVATE),
        ("permit", Access.PRIVATE),
        ("no", Access.CLOSED),
        ("yes;no", Access.CLOSED),
        ("emergency", Access.CLOSED),
        ("employees", Access.CLOSED),
        ("delivery", Access.CLOSED),
        ("agricultural;forestry", Access.CLOSED),
        ("military", Access.CLOSED),
        ("bus", Access.CLOSED),
        ("unknown", Access.CLOSED),
        ("nobody knows", Access.CLOSED),
    ],
)
def test_access_of_a_way_and_of_a_gate(access, expected):
    assert way_access(WALK, STREET | {"access": access}) is expected
    assert way_access(WALK, STREET | {"access": "no", "foot": access}) is expected
    assert node_access(WALK, {"barrier": "gate", "access": access}) is expected


@pytest.mark.parametrize(
    ("tags", "profile", "expected"),
    [
        ({"access": "yes", "foot": "no"}, WALK, Access.CLOSED),
        ({"access": "no", "foot": "yes"}, WALK, Access.OPEN),
        ({"foot": "yes", "wheelchair": "no"}, WHEELCHAIR, Access.CLOSED),
        ({"wheelchair": "limited"}, WHEELCHAIR, Access.OPEN),
        ({"vehicle": "no", "bicycle": "yes"}, BICYCLE, Access.OPEN),
        ({"vehicle": "no"}, BICYCLE, Access.CLOSED),
        ({"vehicle": "no"}, WALK, Access.OPEN),
    ],
)
def test_the_closest_tag_decides(tags, profile, expected):
    assert way_access(profile, STREET | tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "gate"}, Access.OPEN),
        ({"barrier": "turnstile"}, Access.OPEN),
        ({"barrier": "wall"}, Access.CLOSED),
        ({"barrier": "wall", "foot": "yes"}, Access.OPEN),
        ({"barrier": "wall", "access": "private"}, Access.CLOSED),
        ({"barrier": "lift_gate", "access": "private"}, Access.PRIVATE),
        ({"barrier": "gate", "locked": "yes"}, Access.PRIVATE),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, Access.OPEN),
        ({"barrier": "gate", "locked": "no"}, Access.OPEN),
        ({"barrier": "bollard", "access": "no"}, Access.CLOSED),
        ({"barrier": "chain", "access": "no", "foot": "designated"}, Access.OPEN),
        ({"barrier": "yes"}, Access.CLOSED),
        ({"barrier": "gatw"}, Access.CLOSED),
    ],
)
def test_who_passes_a_node(tags, expected):
    assert node_access(WALK, tags) is expected
    assert math.isinf(node_delay_seconds(WALK, tags)) == (expected is not Access.OPEN)


@pytest.mark.parametrize("key", ["disused", "abandoned", "demolished", "razed", "construction", "proposed"])
def test_what_is_given_up_or_not_yet_built_is_not_used(key):
    assert way_access(WALK, STREET | {key: "yes"}) is Access.CLOSED
    assert way_access(WALK, STREET | {key: "no"}) is Access.OPEN
    assert way_access(WALK, {f"{key}:highway": "residential"}) is Access.CLOSED


def test_small_works_and_forgotten_tags_close_nothing():
    assert way_access(WALK, STREET | {"construction": "minor"}) is Access.OPEN
    assert way_access(WALK, STREET | {"construction": "residential"}) is Access.OPEN


@pytest.mark.parametrize(
    ("tags", "ahead", "back"),
    [
        ({"oneway:foot": "yes"}, True, False),
        ({"oneway:foot": "-1"}, False, True),
        ({"oneway:foot": "no", "oneway": "yes"}, True, True),
        ({"foot:backward": "no"}, True, False),
        ({"conveying": "forward"}, True, False),
        ({"conveying": "backward"}, False, True),
        ({"conveying": "reversible"}, True, True),
        ({"conveying": "yes"}, True, True),
        ({"conveying": "forward", "oneway:foot": "-1"}, False, False),
    ],
)
def test_one_way_on_foot(tags, ahead, back):
    for highway in ("footway", "steps"):
        forward, backward = way_speed(WALK, {"highway": highway} | tags)
        assert (forward > 0, backward > 0) == (ahead, back)


@pytest.mark.parametrize("name", ["wheelchair", "pram", "bicycle"])
@pytest.mark.parametrize("highway", ["steps", "ladder"])
def test_wheels_take_no_stairs_escalator_or_ladder(name, highway):
    tags = {"highway": highway, "conveying": "forward"}
    assert way_speed(read_profile(name), tags) == (0, 0)


def test_a_lift_costs_its_wait_at_a_node_and_as_a_way():
    line = {1: (0, 0), 2: (50, 0), 3: (51, 0), 4: (101, 0)}
    by_node = streets([([1, 2, 3, 4], STREET)], line, {2: {"highway": "elevator"}})
    by_way = streets([([1, 2], STREET), ([2, 3], {"highway": "elevator"}), ([3, 4], STREET)], line)
    for graph in (by_node, by_way):
        assert network_from_streets(graph, WALK).edge_forward_ms.sum() == pytest.approx(161_000, abs=5)
    metres = network_from_streets(by_way, read_profile("metres"))
    assert metres.edge_forward_ms.sum() == pytest.approx(101_000, abs=5)


def test_a_bicycle_is_pushed_where_it_must_be():
    assert way_speed(BICYCLE, STREET | {"bicycle": "dismount"}).forward_kph == BICYCLE.pushing_kph == 3.6
    assert way_speed(BICYCLE, {"highway": "footway", "bicycle": "dismount"}).forward_kph == 3.6
    assert way_speed(BICYCLE, {"highway": "footway"}).forward_kph == 0
