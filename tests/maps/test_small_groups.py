"""Small groups leave no exact place, and every number stays what it was."""

import geopandas as gpd
import numpy as np
from shapely import Point, box

from maps.small_groups import without_small_groups

CELLS = gpd.GeoDataFrame(
    {"id": ["g:1"], "name": ["West"], "kind": ["grid"]}, geometry=[box(0, 0, 10, 10)], crs=4326
)


def points(people, groups, places):
    frame = gpd.GeoDataFrame(
        {"people": np.array(people, float), "group": groups}, geometry=[Point(x, 5) for x in places], crs=4326
    )
    names = [f"d{n}" for n in range(len(people))]
    return frame.assign(
        id=names, name=names, shift="all", layer="homes", clinic_minutes=[4.0, 8, 1, 1][: len(frame)]
    )


def test_a_few_people_of_a_special_group_are_merged_into_their_polygon():
    before = points([1, 3, 4, 6], ["elderly", "elderly", "residents", "elderly"], [1, 2, 3, 4])
    after = without_small_groups(before, CELLS)
    assert after["people"].tolist() == [4, 6, 4]
    assert after["id"].tolist() == ["d2", "d3", "g:1:elderly:all"]
    assert after["name"].tolist()[-1] == "West"
    assert after.geometry.iloc[-1].equals(CELLS.geometry.representative_point().iloc[0])
    assert after["clinic_minutes"].iloc[-1] == 7


def test_people_are_summed_whatever_their_column_is_called():
    counted = {"clinic_complying": [1.0, 2.0], "gain": [0.0, 3.0], "farther": [1.0, 0.0]}
    after = without_small_groups(points([1, 3], ["elderly"] * 2, [1, 2]).assign(**counted), CELLS)
    assert after[list(counted)].iloc[0].tolist() == [3.0, 3.0, 1.0]


def test_outside_every_polygon_they_have_no_place_at_all():
    after = without_small_groups(points([2.0], ["children"], [50]), CELLS)
    assert after["people"].tolist() == [2]
    assert after.geometry.isna().tolist() == [True]


def test_nobody_is_moved_where_no_group_is_small():
    before = points([5, 4], ["elderly", "workers"], [1, 2])
    assert without_small_groups(before, CELLS) is before
