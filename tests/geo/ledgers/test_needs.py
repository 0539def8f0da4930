"""Figures of a ledger, counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.ledgers.needs import DAYS, case_figures

TODAY = date(2025, 7, 1)
COLUMNS = ["list", "settled", "raised_on", "deadline", "closed_on", "satisfaction"]
CASES = [
    # settled on the last day, after 10 days
    ("a", True, "2025-03-01", "2025-03-11", "2025-03-11", 1.0),
    # settled a day late, after 11 days
    ("a", True, "2025-03-01", "2025-03-11", "2025-03-12", 0.5),
    # open and overdue, for 91 days
    ("b", False, "2025-04-01", "2025-05-01", None, None),
    # open and not due yet, for 30 days
    ("b", False, "2025-06-01", "2025-08-01", None, None),
    # settled, nobody knows when
    (None, True, None, "2025-05-01", None, None),
    # settled before it was raised: a day is wrong, and no days are counted
    (None, True, "2025-05-02", None, "2025-05-01", None),
]


@pytest.fixture
def cases() -> pd.DataFrame:
    frame = pd.DataFrame(CASES, columns=COLUMNS)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in DAYS}).astype(
        {"satisfaction": float}
    )


def test_over_all(cases: pd.DataFrame) -> None:
    row = case_figures(cases, [], today=TODAY).iloc[0]
    assert row[["raised", "settled", "open"]].tolist() == [6, 4, 2]
    assert row["settled_share"] == pytest.approx(4 / 6)
    assert row[["due", "on_time"]].tolist() == [3, 1]
    assert row[["timed", "mean_days"]].tolist() == [2, 10.5]
    assert row[["waiting", "mean_open_days"]].tolist() == [2, 60.5]
    assert row[["judged", "satisfaction"]].tolist() == [2, 0.75]


def test_groups_add_up_and_what_is_missing_is_one(cases: pd.DataFrame) -> None:
    by_list = case_figures(cases, ["list"], today=TODAY)
    assert by_list["list"].tolist()[:2] == ["a", "b"]
    assert by_list["raised"].tolist() == [2, 2, 2]
    assert np.isnan(by_list.loc[1, "mean_days"])
    whole = case_figures(cases, [], today=TODAY).iloc[0]
    for name in ("raised", "settled", "due", "on_time", "open", "judged"):
        assert by_list[name].sum() == whole[name]


def test_no_case_at_all(cases: pd.DataFrame) -> None:
    assert case_figures(cases[:0], ["list"], today=TODAY).empty
