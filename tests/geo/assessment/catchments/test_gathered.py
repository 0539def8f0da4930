"""Small groups counted together: no figure holds fewer people of a group than may be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.assessment.catchments.gathered import NOWHERE, counted_at, gathered
from geo.ledgers.suppression import LEAST


def rows(people: list[float], groups: list[str], polygons: list[int]) -> np.ndarray:
    """Where rows are counted that stand side by side and are all small."""
    demand = pd.DataFrame({"group": groups, "shift": "all"})
    at = np.column_stack([np.arange(len(people)) / 1000, np.zeros(len(people))])
    small = np.array(people) < LEAST
    return counted_at(demand, [np.array(people, float)], small, np.array(polygons), at)


def test_rows_of_a_polygon_are_counted_where_most_of_them_are() -> None:
    assert rows([2, 4, 3], ["elderly"] * 3, [0, 0, 0]).tolist() == [1, 1, 1]


def test_rows_that_are_no_small_group_stay_where_they_are() -> None:
    assert rows([2, 9, 3], ["elderly"] * 3, [0, 0, 0]).tolist() == [2, 1, 2]


def test_groups_are_not_mixed_and_too_few_are_counted_nowhere() -> None:
    assert rows([3, 3, 2], ["elderly", "disabled", "elderly"], [0, 0, 0]).tolist() == [0, NOWHERE, 0]


def test_too_few_in_a_polygon_are_counted_with_the_nearest_that_are_enough() -> None:
    # Three are alone in polygon 1: two steps from where those of polygon 0 are counted, one from the others.
    assert rows([4, 4, 3, 4, 4], ["elderly"] * 5, [0, 0, 1, 2, 2]).tolist() == [0, 0, 3, 3, 3]


def test_a_row_that_is_shown_is_not_counted_with_one_that_is_not() -> None:
    # Whoever knows the nine of the map would know the rest.
    assert rows([9, 3], ["elderly"] * 2, [0, 0]).tolist() == [0, NOWHERE]


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["elderly", "disabled"]), st.integers(-1, 2)),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 2**12 - 1),
    st.integers(0, 2**12 - 1),
)
def test_no_difference_of_two_figures_holds_a_few(
    given_rows: list[tuple[int, str, int]], wide: int, narrow: int
) -> None:
    people, groups, polygons = (list(each) for each in zip(*given_rows, strict=True))
    where = rows(people, groups, polygons)
    counted = gathered(np.array(people, float), where)
    bits = np.arange(len(people))
    outer = (wide >> bits & 1).astype(bool)
    inner = outer & (narrow >> bits & 1).astype(bool)
    for group in ("elderly", "disabled"):
        of = np.array(groups) == group
        told = counted[of & outer].sum() - counted[of & inner].sum()
        assert told == 0 or told >= LEAST
