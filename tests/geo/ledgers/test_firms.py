"""Enterprises by grid and officer, counted by hand."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

from geo.ledgers.firms import firms_by_grid, firms_by_officer, firms_together

FIRMS = gpd.GeoDataFrame(
    {
        "employees": [40.0, 60.0, np.nan, 10.0],
        "above_scale": [True, True, False, None],
        "organisation": [True, False, True, None],
        "officer": ["甲", "甲", "乙", "甲"],
        "last_visit": pd.Series([date(2025, 3, 2), date(2025, 3, 1), None, date(2025, 3, 31)], dtype=object),
        "place_id": [None, None, None, "b"],
    },
    geometry=[Point(0.5, 0.5), Point(0.6, 0.5), Point(1.5, 0.5), None],
    crs=4326,
)
GRIDS = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"], "staff": [4.0, np.nan, 3.0]},
    geometry=[box(i, 0, i + 1, 1) for i in range(3)],
    crs=4326,
)


def test_firms_employees_organisations_and_staff_of_each_grid() -> None:
    table = firms_by_grid(FIRMS, GRIDS).set_index("id")
    a, b, c = (table.loc[each] for each in "abc")
    assert (a["firms"], a["employees"], a["above_scale"], a["organised"]) == (2, 100, 2, 1)
    assert (a["coverage"], a["firms_per_staff"]) == (0.5, 0.5)
    # The fourth has no point and names its grid; what is not said is no.
    assert (b["firms"], b["employees"], b["above_scale"], b["organised"]) == (2, 10, 0, 1)
    assert np.isnan([b["coverage"], b["firms_per_staff"]]).all()
    assert (c["firms"], c["firms_per_staff"]) == (0, 0)


def test_all_together() -> None:
    whole = firms_together(FIRMS)
    assert (whole["firms"], whole["employees"], whole["coverage"]) == (4, 110, 0.5)


def test_who_was_not_visited_for_thirty_days_and_who_never() -> None:
    table = firms_by_officer(FIRMS, today=date(2025, 4, 1), days=30).set_index("officer")
    # The second of March is thirty days ago, the first is thirty-one.
    assert table.loc["甲", ["firms", "visited", "not_visited"]].tolist() == [3, 2, 1]
    assert table.loc["乙", ["firms", "visited", "not_visited"]].tolist() == [1, 0, 1]
