"""Quotas, areas, tiers, functions and loads of toy districts."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from shapely import Point, box

from geo.measures.areas import area_shares
from geo.measures.provision import (
    area_rule_table,
    function_checklist,
    functions_within,
    grid_load,
    of_level,
    quota_balance,
    tier_coverage,
)
from geo.measures.requirements import NearestTimes
from geo.measures.standard import AreaRule, Function, Quota
from geo.text import Text

INF = np.inf
NAME = Text("name", "名称")


def test_quota_balance():
    quotas = [
        Quota("park", NAME, unit="m2", per_thousand_min=1000, per_thousand_max=2000, tier="c5"),
        Quota("beds", NAME, unit="beds", per_thousand_min=5),
    ]
    table = quota_balance(quotas, {"park:c5:m2": 9000}, 12000).set_index("category")
    assert table.loc["park", ["required_min", "required_max", "balance"]].tolist() == [12000, 24000, -3000]
    assert np.isnan(table.loc["beds", "balance"])
    assert not table["verified"].any()


AREAS = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"], "name": ["甲", "乙", "丙"]},
    geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(0.5, 0, 1.5, 1)],
    crs=4326,
)


def stations(*points, category="station"):
    return gpd.GeoDataFrame({"category": category}, index=range(len(points)), geometry=list(points), crs=4326)


def test_one_area_one_station_names_the_areas_that_fail():
    table = area_rule_table(AreaRule("station", NAME), AREAS, stations(Point(0.7, 0.5)))
    assert table["area_id"].tolist() == ["b", "a", "c"]
    assert table["met"].tolist() == [False, True, True]


def test_other_categories_do_not_count():
    table = area_rule_table(AreaRule("station", NAME), AREAS, stations(Point(0.7, 0.5), category="shop"))
    assert table["found"].tolist() == [0, 0, 0]


def nearest(*seconds):
    column = np.array(seconds, float)[:, None]
    return NearestTimes("station", column, np.zeros_like(column, dtype=int))


def test_tiers_are_nested():
    times = {"community": nearest(100, 100, INF, INF), "district": nearest(800, INF, 800, INF)}
    people = np.array([1.0, 10, 100, 1000])
    table = tier_coverage(times, people, minutes={"community": 5, "district": 15}).set_index("tier")
    assert table.loc["community"].tolist()[1:6] == [1111, 11, 11, 11, 10]
    assert table.loc["district"].tolist()[1:6] == [1111, 101, 1, 111, 100]


@given(st.lists(st.lists(st.floats(0, 2000), min_size=3, max_size=3), min_size=1, max_size=9))
def test_tiers_never_grow_nested_nor_shrink_together(rows):
    columns = np.array(rows).T
    times = {name: nearest(*column) for name, column in zip("abc", columns, strict=True)}
    table = tier_coverage(times, np.ones(len(rows)), minutes={"a": 5, "b": 10, "c": 15})
    assert (table["covered_nested"].diff().dropna() <= 0).all()
    assert (table["covered_any"].diff().dropna() >= 0).all()
    assert (table["covered_nested"] <= table["covered"]).all()
    assert (table["covered"] <= table["covered_any"]).all()


FUNCTIONS = [Function("party", NAME), Function("life", NAME, "service"), Function("law", NAME, "service")]
NEAR = sparse.csr_array((np.array([60.0, 0, 900]), ([0, 1, 1], [0, 1, 0])), shape=(3, 2))


def test_functions_within_reach_count_once():
    reached = functions_within(
        NEAR, [("party", "life", "life"), ("law", "unheard of")], FUNCTIONS, minutes=10
    )
    assert reached.tolist() == [[True, True, False], [False, False, True], [False, False, False]]


def test_function_checklist_counts_people():
    reached = functions_within(NEAR, [("party", "life"), ("law",)], FUNCTIONS, minutes=10)
    table = function_checklist(reached, FUNCTIONS, np.array([10.0, 5, 1]))
    assert table["covered"].tolist() == [10, 10, 5]
    assert table["left_out"].tolist() == [6, 6, 11]


def test_grid_load():
    grids = AREAS.iloc[:2].assign(staff=[2, 0], enterprises=[8, 4])
    homes = gpd.GeoDataFrame(geometry=[Point(0.5, 0.5), Point(1.5, 0.5), Point(9, 9)], crs=4326)
    table = grid_load(grids, np.array([300.0, 50, 1]), area_shares(homes, grids))
    assert table["people"].tolist() == [300, 50]
    assert table["people_per_staff"].tolist()[0] == 150
    assert table["enterprises_per_staff"].tolist()[0] == 4
    assert table["load_against_mean"].tolist()[0] == 1
    assert np.isnan(table["people_per_staff"].iloc[1])


def test_grid_load_without_staff_known():
    homes = gpd.GeoDataFrame(geometry=[Point(0.5, 0.5)], crs=4326)
    table = grid_load(AREAS.iloc[:2], np.array([3.0]), area_shares(homes, AREAS.iloc[:2]))
    assert table[["staff", "load_against_mean"]].isna().all(axis=None)


def test_the_pilot_zone_has_four_firms_to_a_grid():
    # 48 firms in 12 grids with 39 workers: 4.0 firms and 3.25 workers a grid.
    grids = pd.DataFrame({"id": range(12), "staff": [3.25] * 12, "enterprises": [4.0] * 12})
    table = grid_load(grids, np.zeros(1), sparse.csr_array((13, 1)))
    assert table["enterprises"].sum() == pytest.approx(48)
    assert table["enterprises_per_staff"].iloc[0] == pytest.approx(48 / 39)


def test_tiers_do_not_count_one_park_each():
    """Three tiers ask for 2, 1 and 1 m² a head; 9 000 m² stand once against the 40 000 of all."""
    quotas = [
        Quota("park", Text("green", "绿地"), unit="m²", per_thousand_min=least, tier=tier)
        for tier, least in (("c15", 2000), ("c10", 1000), ("c5", 1000))
    ]
    table = quota_balance(quotas, {"park": 9000}, 10_000)
    assert table["provided"].tolist()[:3] == pytest.approx([np.nan] * 3, nan_ok=True)
    assert table.iloc[3][["required_min", "provided", "balance"]].tolist() == [40_000, 9000, -31_000]


def test_an_amount_of_each_tier_adds_up_to_that_of_all():
    quotas = [
        Quota("park", Text("green", "绿地"), unit="m²", per_thousand_min=1000, tier=tier)
        for tier in ("c10", "c5")
    ]
    given = {quotas[0].key: 5000.0, quotas[1].key: 1000.0}
    assert quota_balance(quotas, given, 2000)["balance"].tolist() == [3000, -1000, 2000]


def test_an_amount_by_households_needs_households():
    quota = Quota("service", Text("service", "服务"), unit="m²", per_thousand_min=300, of="households")
    known = quota_balance([quota], {"service": 1000}, 9000, households=3000)
    assert known[["required_min", "balance"]].to_numpy().tolist() == [[900, 100]]
    assert quota_balance([quota], {"service": 1000}, 9000)["balance"].isna().all()


def test_a_rule_of_one_place_for_so_many_people():
    areas = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["a", "b"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326
    )
    clinics = gpd.GeoDataFrame(
        {"category": ["clinic"] * 3}, geometry=[Point(0.5, 0.5), Point(1.2, 0.5), Point(1.8, 0.5)], crs=4326
    )
    rule = AreaRule("clinic", Text("clinic", "诊所"), people_per=100_000)
    table = area_rule_table(rule, areas, clinics, people=np.array([100_001.0, 200_000.0]))
    assert table.set_index("area_id")[["minimum", "found", "met"]].to_numpy().tolist() == [
        [2, 1, False],
        [2, 2, True],
    ]


@pytest.mark.parametrize(
    ("written", "level", "found"),
    [("街道", "subdistrict", True), ("镇", "subdistrict", True), ("社区", "subdistrict", False),
     ("Town", "subdistrict", True), (None, "subdistrict", False), ("街区", "街区", True)],
)  # fmt: skip
def test_levels_are_understood_as_offices_write_them(written, level, found):
    assert of_level(pd.DataFrame({"level": [written]}), level).tolist() == [found]


def test_areas_without_a_level_are_of_none():
    assert not of_level(pd.DataFrame({"id": [1]}), "subdistrict").any()
