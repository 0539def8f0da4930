"""A ledger of thirteen needs by every cut, counted by hand."""

from __future__ import annotations

import pytest

from tests.support.needs import thirteen


def test_every_cut_adds_up_to_thirteen() -> None:
    figures = thirteen().figures
    assert set(figures["cut"]) == {"all", "list", "category", "department", "month", "status"}
    assert figures.groupby("cut")["raised"].sum().tolist() == [13] * 6
    assert figures.groupby("cut")["settled"].sum().tolist() == [9] * 6


def test_over_all_nine_of_thirteen_are_settled_after_ten_days() -> None:
    whole = thirteen().whole
    assert whole is not None
    assert whole["settled_share"] == pytest.approx(9 / 13)
    assert (whole["mean_days"], whole["mean_open_days"]) == (10, 243)


def test_whoever_names_no_department_is_a_row_of_its_own() -> None:
    figures = thirteen().figures
    rows = figures[figures["cut"] == "department"]
    assert rows["raised"].tolist() == [8, 5]
    assert rows["value"].isna().tolist() == [True, False]


def test_four_open_cases_at_one_place_are_kept_back_with_the_empty_neighbour() -> None:
    places = thirteen().by_place
    assert places["kept_back"].tolist() == [True, True]
    assert places["raised"].isna().all()


def test_without_places_nothing_is_counted_by_place() -> None:
    tables = thirteen(at=None)
    assert tables.placed == 0
    assert tables.by_place["raised"].tolist() == [0, 0]
