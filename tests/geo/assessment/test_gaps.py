"""Gaps: one rule, and the same polygons and people by requirement and by minutes."""

from dataclasses import replace

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geo.assessment.coverage import coverage_of
from geo.assessment.cuts import Counted, cuts_of
from geo.assessment.gaps import leaves_out, places_with_gap
from geo.assessment.tables import make_tables
from geo.measures.areas import OUTSIDE
from geo.measures.cause_words import CAUSES, remedy
from tests.support.toy_street import METRE, WORD, answered, clinic, facilities, homes, standard

GRIDS = GeoDataFrame(
    {"id": ["g0", "g1", "g2"], "name": None, "kind": "grid"},
    geometry=[box(n * 400 * METRE - METRE / 9, -1, (n + 1) * 400 * METRE, 1) for n in range(3)],
    crs=4326,
)


def tables(demand, offered, **how):
    ground, found = answered(demand, offered, **how)
    cuts = cuts_of(demand, grids=GRIDS, areas=GRIDS.iloc[:0])
    return make_tables(ground, found, cuts, Counted(minutes=(5.0, 10.0)))


def test_less_than_half_a_person_is_no_gap():
    made = tables(homes([0, 500, 900], [10, 0.4, 0.5]), facilities([0], ["clinic"]))
    assert made.gaps["area_id"].tolist() == ["g2"]
    assert places_with_gap(made.by_area) == 1


def test_the_gaps_of_the_map_have_their_cause_at_every_limit():
    made = tables(homes([0, 500, 1000], [10, 20, 30]), facilities([0], ["clinic"]))
    rows = made.gaps_by_minutes.set_index(["minutes", "grid_id"])
    assert rows["people_left_out"].to_dict() == {(5, "g1"): 20, (5, "g2"): 30, (10, "g2"): 30}
    assert rows["cause"].tolist() == ["nothing_near"] * 3
    assert rows["cause_zh"].iloc[0] == CAUSES["nothing_near"].zh


def test_who_finds_the_clinic_full_is_a_gap_of_book_and_map():
    made = tables(homes([0, 10], [30, 30]), facilities([0], ["clinic"], people_limit=[45.0]))
    gap = ["g0", pytest.approx(15), "full"]
    assert made.gaps[["area_id", "left_out", "cause"]].to_numpy().tolist() == [gap]
    shown = made.gaps_by_minutes[made.gaps_by_minutes["minutes"] == 5]
    assert shown[["grid_id", "people_left_out", "cause"]].to_numpy().tolist() == [gap]


def test_only_what_the_standard_requires_ranks_and_makes_gaps():
    """Nobody has a shop; it is asked for by nobody, then advised, then required."""
    shops = [
        standard().completed({"shop": WORD}, minutes=5),
        standard(clinic(), replace(clinic(), category="shop", required=False)),
        standard(clinic(), replace(clinic(), category="shop")),
    ]
    offered = facilities([0, 1190], ["clinic", "shop"])
    made = [tables(homes([0, 500], [10, 20]), offered, asked=asked) for asked in shops]
    assert [sorted(set(each.gaps["category"])) for each in made] == [
        ["clinic"],
        ["clinic"],
        ["clinic", "shop"],
    ]
    shares = [each.ranking.set_index("area_id")["share"].to_dict() for each in made]
    assert shares == [{"g0": 1, "g1": 0}, {"g0": 1, "g1": 0}, {"g0": 0.5, "g1": 0}]
    assert set(made[0].coverage["category"]) == {"clinic", "shop"}


def test_no_polygons_no_gaps():
    demand = homes([900], [5])
    ground, found = answered(demand, facilities([0], ["clinic"]))
    made = make_tables(ground, found, (), Counted(minutes=(5.0,)))
    assert (len(made.gaps), len(made.gaps_by_minutes)) == (0, 0)


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 1190), st.integers(0, 40)), min_size=1, max_size=9),
    st.sampled_from([np.nan, 20.0]),
)
def test_map_and_book_agree_on_every_gap(people, room):
    where, count = zip(*people, strict=True)
    made = tables(homes(where, count), facilities([0, 600], ["clinic"] * 2, people_limit=[room, np.nan]))
    book = made.by_area[made.by_area["area_id"] != OUTSIDE].set_index("area_id")["left_out"].round(6)
    shown = made.gaps_by_minutes[made.gaps_by_minutes["minutes"] == 5].set_index("grid_id")
    assert shown["people_left_out"].round(6).sort_index().to_dict() == book[leaves_out(book)].to_dict()


def test_a_cause_more_changes_no_figure_of_a_run(monkeypatch):
    """Room for 45 of 60: read by position, a cause inserted before ``full`` gave 60 covered, or 45 of 60."""
    demand, offered = homes([0, 10, 1100], [30, 30, 7]), facilities([0], ["clinic"], people_limit=[45.0])
    before = tables(demand, offered)
    more = dict(list(CAUSES.items())[:2]) | {"priced_out": CAUSES["full"]} | CAUSES
    monkeypatch.setattr("geo.measures.causes.CAUSES", more)
    monkeypatch.setattr(
        "geo.measures.causes.remedy",
        lambda cause, mode: remedy("full" if cause == "priced_out" else cause, mode),
    )
    after = tables(demand, offered)
    row = after.coverage.iloc[0]
    assert (row["covered"], row["without_room"], row["left_out"]) == (45, 15, 22)
    for name in ("coverage", "by_area", "gaps", "gaps_by_minutes", "by_group", "causes_by_area"):
        assert getattr(after, name).equals(getattr(before, name)), name
    _, (found,) = answered(demand, offered)
    assert coverage_of(found)["without_room"].tolist() == [15]
