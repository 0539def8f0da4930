"""Needs without their service in the circle: by hand, counts rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.ledgers.unserved import unserved_by_category

FAR = float("inf")


def found(category: str, minutes: list[float], nearest: list[str | None]) -> pd.Series:
    names = np.array([category] * len(minutes), dtype=object)
    table = unserved_by_category(names, np.array(minutes), np.array(nearest, dtype=object), limit=15)
    return table.iloc[0]


def test_the_nearest_of_most_of_the_unserved_and_their_minutes() -> None:
    row = found("clinic", [10, 15, 5, 1, 2, 16, 20, 24, 30, FAR], ["a"] * 5 + ["b", "c", "c", "c", None])
    assert (row["placed"], row["served"], row["unserved"]) == (10, 5, 5)
    # c is 20, 24 and 30 minutes away: 24.7 on average.
    assert (row["nearest_id"], row["minutes"]) == ("c", 25)


def test_counts_are_rounded_so_that_no_difference_tells_of_a_few() -> None:
    """Nine served and one not, or eight and two, or ten: each is told as ten and nobody."""
    for few in (0, 1, 2):
        row = found("clinic", [1.0] * (10 - few) + [20.0] * few, ["a"] * 10)
        assert (row["served"], row["unserved"], row["rounded"]) == (10, 0, True)
        assert row["nearest_id"] is None


def test_a_service_without_any_place_tells_of_no_place() -> None:
    row = found("parking", [FAR] * 3, [None] * 3)
    assert (row["unserved"], row["rounded"]) == (3, False)
