"""What places are called, and what a name in another sheet stands for."""

from __future__ import annotations

from difflib import get_close_matches

import geopandas as gpd
import pytest

from layers.placing.known import NONE, SEVERAL, KnownPlaces, known_places

NAMES = ["1号楼", "1-2号楼", "Ａ座", "南楼", "南楼", None]


@pytest.fixture
def dorms() -> KnownPlaces:
    ids = [f"dorm:{key}" for key in ("D1", "D2", "D3", "D4", "D5", "row 7")]
    return known_places(
        "dorm", gpd.GeoDataFrame({"id": ids, "name": NAMES}, geometry=gpd.points_from_xy(range(6), range(6)))
    )


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("1号楼", 0),
        (" 1# 楼 ", 0),
        ("１號樓", 0),
        ("D2", 1),
        ("1-2号楼", 1),
        ("a座", 2),
        ("南楼", SEVERAL),
        ("D5", 4),
        ("12号楼", NONE),
        ("一号楼", NONE),
        ("1号", NONE),
    ],
)
def test_a_name_stands_for_the_place_that_is_called_so_and_for_no_other(
    dorms: KnownPlaces, name: str, row: int
) -> None:
    assert dorms.find(name) == row


def test_the_nearest_known_names_are_told(dorms: KnownPlaces) -> None:
    assert dorms.nearest(["12号楼", "菜市场"]) == [("1-2号楼", "1号楼"), ()]


def test_the_nearest_of_many_names_are_those_that_a_look_at_every_name_finds() -> None:
    names = [f"幸福里{court}小区{house}号楼" for court in range(30) for house in range(1, 41)]
    ids = [f"homes:{row}" for row in range(len(names))]
    places = gpd.points_from_xy(range(len(names)), range(len(names)))
    known = known_places("homes", gpd.GeoDataFrame({"id": ids, "name": names}, geometry=places))
    asked = ["幸福里7小区99号楼", "幸富里12小区3号", "菜市场"]
    every = [tuple(get_close_matches(name, names, n=3, cutoff=0.4)) for name in asked]
    assert known.nearest(asked) == every


def test_an_identifier_that_is_the_name_of_another_place_stands_for_neither() -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["a:1", "a:2"], "name": ["2", "two"]}, geometry=gpd.points_from_xy([0, 1], [0, 1])
    )
    assert known_places("a", frame).find("2") == SEVERAL
