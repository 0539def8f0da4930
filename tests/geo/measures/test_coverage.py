"""Coverage of toy towns whose sums are done by hand, and what must hold in every town."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo.assessment.gaps import gaps_table
from geo.assessment.headline import ON_FOOT, RESIDENTS, percent
from geo.assessment.tables import headline_of
from geo.measures.areas import OUTSIDE, area_shares
from geo.measures.coverage import coverage_by, coverage_by_area, coverage_table
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.text import Text

INF = np.inf
CLINIC = Text("a clinic", "诊所")


def frame(shapes, **columns):
    ids = [f"g{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"id": ids, "name": ids, **columns}, geometry=list(shapes), crs=4326)


def reach(seconds, *, minutes=15):
    column = np.array(seconds, dtype=float)[:, None]
    found = NearestTimes("clinic", column, np.where(np.isfinite(column), 0, -1))
    return reach_result(Requirement("clinic", CLINIC, minutes=minutes), found)


def headline(result, weights, by_area=None):
    row = coverage_table([result], weights).assign(case="a", without_room=0.0).iloc[0]
    table = pd.DataFrame() if by_area is None else by_area.assign(case="a", kind="area")
    return headline_of(row, table, travels=ON_FOOT, counted=RESIDENTS)


GRIDS = frame([box(0, 0, 1, 1), box(1, 0, 2, 1)])


def test_coverage_of_the_whole():
    row = coverage_table([reach([60, 900, 901, INF])], np.array([10.0, 20, 30, 40])).iloc[0]
    assert (row["total"], row["covered"], row["left_out"], row["share"]) == (100, 30, 70, 0.3)
    assert row["denominator"] == "people"
    assert not row["verified"]


def test_nobody_counted_has_no_share():
    assert np.isnan(coverage_table([reach([60])], np.array([0.0]))["share"].iloc[0])


def test_denominator_is_named():
    table = coverage_table([reach([60])], np.array([800.0]), denominator="residential_m2")
    assert table["denominator"].tolist() == ["residential_m2"]


def test_groups_are_counted_apart():
    group = pd.Series(["residents", "workers", None], name="group")
    table = coverage_by([reach([60, INF, 60])], np.array([10.0, 20, 5]), group)
    assert table["covered"].tolist() == [10, 0, 5]
    assert table["group"].isna().sum() == 1


def test_points_belong_to_the_area_they_lie_in():
    homes = frame([Point(0.5, 0.5), Point(1.5, 0.5), Point(5, 5)])
    shares = area_shares(homes, GRIDS).toarray()
    assert shares.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_point_on_a_shared_border_counts_once():
    assert area_shares(frame([Point(1, 0.5)]), GRIDS).toarray()[:, 0].tolist() == [1, 0, 0]


def test_overlapping_areas_both_count_where_they_may():
    areas = frame([box(0, 0, 2, 1), box(1, 0, 3, 1)])
    shares = area_shares(frame([Point(1.5, 0.5)]), areas, overlap=True).toarray()
    assert shares[:, 0].tolist() == [1, 1, 0]


def test_cells_count_by_share_of_area():
    cell = frame([box(0.75, 0.2, 1.75, 0.4)])
    assert area_shares(cell, GRIDS).toarray()[:, 0] == pytest.approx([0.25, 0.75, 0])


def test_cell_reaching_outside_leaves_a_remainder():
    shares = area_shares(frame([box(1.5, 0.2, 2.5, 0.4)]), GRIDS).toarray()[:, 0]
    assert shares == pytest.approx([0, 0.5, 0.5])


def test_cell_in_overlapping_areas_is_divided_unless_they_may_overlap():
    areas = frame([box(0, 0, 2, 1), box(1, 0, 3, 1)])
    cell = frame([box(0.5, 0.2, 2.5, 0.4)])
    assert area_shares(cell, areas).toarray()[:, 0] == pytest.approx([0.5, 0.5, 0])
    assert area_shares(cell, areas, overlap=True).toarray()[:, 0] == pytest.approx([0.75, 0.75, 0])


def test_different_crs_is_refused():
    with pytest.raises(ValueError, match="convert one of them"):
        area_shares(frame([Point(0, 0)]), GRIDS.to_crs(3857))


def test_coverage_by_area_and_the_remainder():
    homes = frame([Point(0.5, 0.5), Point(0.6, 0.5), Point(1.5, 0.5), Point(9, 9)])
    result = reach([60, INF, 60, INF])
    people = np.array([10.0, 30, 5, 7])
    table = coverage_by_area([result], people, area_shares(homes, GRIDS), GRIDS)
    assert table["area_id"].tolist() == ["g0", "g1", OUTSIDE]
    assert table["covered"].tolist() == [10, 5, 0]
    assert table["left_out"].tolist() == [30, 0, 7]


def test_empty_area_has_no_share_rather_than_zero():
    table = coverage_by_area(
        [reach([60])], np.array([1.0]), area_shares(frame([Point(0.5, 0.5)]), GRIDS), GRIDS
    )
    assert table["share"].isna().tolist() == [False, True]


def test_gaps_come_worst_first_and_covered_areas_not_at_all():
    homes = frame([Point(0.5, 0.5), Point(1.5, 0.5), Point(9, 9)])
    table = coverage_by_area([reach([INF, INF, 60])], np.array([5.0, 9, 1]), area_shares(homes, GRIDS), GRIDS)
    assert gaps_table(table)["area_id"].tolist() == ["g1", "g0"]


def test_headline_counts_areas_and_says_unverified():
    homes = frame([Point(0.5, 0.5), Point(1.5, 0.5)])
    result, people = reach([60, INF]), np.array([830.0, 170])
    line = headline(result, people, coverage_by_area([result], people, area_shares(homes, GRIDS), GRIDS))
    assert line.to("en") == (
        "83 % of 1,000 residents reach a clinic within 15 minutes on foot; 170 in one area do not."
        " (Requirement not verified.)"
    )
    assert (
        line.to("zh")
        == "1,000名居民中，83%步行15分钟内可达诊所；1个片区内还有170人不可达（所据条文未与标准原文核对）。"
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ([60, 60], "All 1,000 residents reach a clinic within 15 minutes on foot."),
        ([INF, INF], "None of 1,000 residents reaches a clinic within 15 minutes on foot."),
        ([60, INF], "83 % of 1,000 residents reach a clinic within 15 minutes on foot; 170 do not."),
    ],
)
def test_headline_of_all_of_none_and_without_areas(seconds, said):
    line = headline(reach(seconds), np.array([830.0, 170])).to("en")
    assert line == f"{said} (Requirement not verified.)"


def test_headline_of_nobody():
    assert "Nobody" in headline(reach([60]), np.array([0.0])).to("en")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(99996, 100000, "99.9 %"), (1, 10**6, "0.1 %"), (0, 5, "0 %"), (5, 5, "100 %"), (0, 0, "-")],
)
def test_percent_never_rounds_people_away(part, whole, said):
    assert percent(part, whole) == said


seconds = st.lists(st.one_of(st.just(INF), st.floats(0, 3000)), min_size=1, max_size=30)


TANGLED = frame([box(0, 0, 1.2, 1), box(0.8, 0.3, 2, 1.5), box(0.9, 0, 1.1, 2)])


@pytest.mark.parametrize("grids", [GRIDS, TANGLED], ids=["side by side", "overlapping"])
@given(seconds, st.data())
def test_grids_sum_to_the_study(grids, values, data):
    size = len(values)
    side = st.floats(-0.5, 2.5)
    corners = data.draw(st.lists(st.tuples(side, side, st.booleans()), min_size=size, max_size=size))
    homes = frame([box(x, y, x + 0.7, y + 0.4) if cell else Point(x, y) for x, y, cell in corners])
    people = np.array(data.draw(st.lists(st.floats(0, 1e4), min_size=size, max_size=size)))
    result = reach(values)
    areas = coverage_by_area([result], people, area_shares(homes, grids), grids)
    whole = coverage_table([result], people).iloc[0]
    for column in ("total", "covered", "left_out"):
        assert areas[column].sum() == pytest.approx(whole[column], rel=1e-9, abs=1e-6)


@given(seconds, st.floats(1, 60), st.floats(0, 60))
def test_longer_threshold_never_covers_fewer(values, minutes, more):
    short, long = reach(values, minutes=minutes), reach(values, minutes=minutes + more)
    assert not (short.met & ~long.met).any()


@given(st.data())
def test_another_facility_never_makes_anyone_worse_off(data):
    size = data.draw(st.integers(1, 20))
    column = st.lists(st.one_of(st.just(INF), st.floats(0, 3000)), min_size=size, max_size=size)
    before, added = (np.array(data.draw(column)) for _ in range(2))
    assert not (reach(before).met & ~reach(np.minimum(before, added)).met).any()
