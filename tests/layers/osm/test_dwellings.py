"""Which buildings of an extract are lived in, and whether enough of them are mapped."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.osm.dwellings import Mapped, mapped_of, use_of_tags, uses_of

METRE = 1e-5
"""Degrees; near the equator 1.1 m."""


def frame(*rows: tuple[dict[str, str], object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"tags": [tags for tags, _ in rows]}, geometry=[g for _, g in rows], crs=4326)


def box(west: float, south: float, east: float, north: float) -> object:
    return shapely.box(*(side * METRE for side in (west, south, east, north)))


@pytest.mark.parametrize(
    ("tags", "use", "because"),
    [
        ("building=yes", "dwelling", ""),
        ("building=house", "dwelling", ""),
        ("building=yes amenity=hospital", "other", "amenity=hospital"),
        ("building=yes amenity=parking", "other", "amenity=parking"),
        ("building=yes man_made=works", "other", "man_made=works"),
        ("building=yes shop=no", "dwelling", ""),
        ("building=yes tourism=hotel", "other", "tourism=hotel"),
        ("building=yes tourism=apartment", "dwelling", ""),
        ("building=yes tourism=attraction", "other", "tourism=attraction"),
        ("building=industrial", "other", "building=industrial"),
        ("building=garages", "other", "building=garages"),
        ("building=roof", "other", "building=roof"),
        ("building=nobody_knows", "other", "building=nobody_knows"),
        ("building=apartments shop=bakery", "mixed", "shop=bakery"),
        ("building=apartments tourism=artwork", "dwelling", ""),
        ("building=residential;retail", "mixed", "building=retail"),
        ("building=retail building:flats=12", "mixed", "building=retail"),
        ("building=yes building:flats=12 office=yes", "mixed", "office=yes"),
        ("building=yes building:use=residential", "dwelling", ""),
        ("building=yes building:use=commercial", "other", "building:use=commercial"),
        ("building=apartments abandoned=yes", "other", "abandoned=yes"),
    ],
)
def test_what_a_building_is_by_its_tags(tags, use, because):
    assert use_of_tags(dict(tag.split("=") for tag in tags.split())) == (use, because)


def test_land_tells_where_the_building_does_not():
    works = ({"landuse": "industrial"}, box(0, 0, 100, 100))
    buildings = frame(
        ({"building": "yes"}, box(10, 10, 20, 20)),
        ({"building": "dormitory"}, box(30, 30, 40, 40)),
        ({"building": "yes"}, box(96, 10, 106, 20)),  # 40 % inside
        ({"building": "yes"}, box(200, 0, 210, 10)),
    )
    found = uses_of(buildings, frame(works))
    assert found["use"].tolist() == ["other", "dwelling", "dwelling", "dwelling"]
    assert found["because"].tolist()[0] == "in landuse=industrial"


def test_the_smallest_land_around_a_building_counts():
    buildings = frame(({"building": "yes"}, box(10, 10, 20, 20)))
    town = ({"landuse": "commercial"}, box(0, 0, 100, 100))
    court = ({"landuse": "residential"}, box(5, 5, 30, 30))
    assert uses_of(buildings, frame(town, court))["use"].tolist() == ["dwelling"]
    assert uses_of(buildings, frame(court, town))["use"].tolist() == ["dwelling"]
    assert uses_of(buildings, frame(town))["use"].tolist() == ["other"]


@pytest.mark.parametrize(
    "tags",
    [
        {"amenity": "school"},
        {"military": "base"},
        {"landuse": "cemetery"},
        {"landuse": "meadow;industrial"},
    ],
)
def test_grounds_that_nobody_lives_on(tags):
    found = uses_of(frame(({"building": "yes"}, box(1, 1, 2, 2))), frame((tags, box(0, 0, 9, 9))))
    assert found["use"].tolist() == ["other"]


def test_buildings_of_an_extract_without_land():
    assert uses_of(frame(({"building": "yes"}, box(1, 1, 2, 2))), frame())["use"].tolist() == ["dwelling"]
    assert uses_of(frame(), frame(({"landuse": "retail"}, box(0, 0, 9, 9)))).empty


def street(metres: float) -> gpd.GeoDataFrame:
    line = shapely.LineString([(0, 0), (metres / 111_319.49, 0)])
    return frame(({"highway": "residential"}, line))


def houses(*at_metres: float) -> gpd.GeoDataFrame:
    places = [metres / 111_319.49 / METRE for metres in at_metres]
    return frame(*(({"building": "yes"}, box(at, 5, at + 10, 15)) for at in places))


def test_houses_along_the_whole_street_are_enough():
    mapped = mapped_of(houses(*np.arange(50, 2000, 100)), street(2000))
    assert mapped.per_km == pytest.approx(10, rel=1e-3)
    assert mapped.near_share == 1
    assert (mapped.known, mapped.whole) == (True, True)


def test_half_a_street_of_houses_is_said():
    mapped = mapped_of(houses(*np.arange(50, 1000, 100)), street(2000))
    assert mapped.near_share == pytest.approx(0.525, abs=0.03)
    assert (mapped.known, mapped.whole) == (True, False)


def test_a_square_is_no_street():
    area = frame(({"highway": "living_street", "area": "yes"}, box(0, 0, 5000, 5000)))
    assert mapped_of(houses(10), area).street_metres == 0


def test_few_houses_for_the_street_are_not_enough():
    assert not mapped_of(houses(100, 500, 900, 1300, 1700), street(2000)).known
    assert not mapped_of(houses(*np.arange(0, 400, 20)), street(2000)).known  # all at one end
    assert not mapped_of(frame(), street(2000)).known


def test_a_hamlet_is_not_judged_by_its_one_street():
    assert mapped_of(houses(10), street(900)).whole
    assert Mapped(buildings=3, street_metres=0, near_share=1.0).known
