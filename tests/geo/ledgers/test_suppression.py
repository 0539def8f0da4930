"""Small counts by place that no sum or difference of what is shown gives away."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from geo.ledgers.suppression import LEAST, suppressed
from geo.types import Bools


def hidden(cells: list[int], *areas: list[int], most: int = 100) -> list[bool]:
    """Cells side by side with so many cases each, and areas that are some of them put together."""
    members = np.column_stack([np.eye(len(cells), dtype=bool), *(_of(area, len(cells)) for area in areas)])
    return suppressed(members, np.array(cells)[:, None], most=most).tolist()


def _of(area: list[int], count: int) -> Bools:
    return np.isin(np.arange(count), area)


def test_nothing_is_small() -> None:
    assert hidden([5, 0, 9]) == [False, False, False]


def test_one_small_cell_takes_the_next_along() -> None:
    assert hidden([2, 9, 7]) == [True, False, True]


def test_two_small_cells_hide_each_other() -> None:
    assert hidden([2, 9, 3]) == [True, False, True]


def test_an_area_less_its_other_cells_is_told() -> None:
    # With the area of cells 0 and 1, cell 1 would tell cell 0; with the total, the area would tell cell 2.
    assert hidden([2, 9, 3, 20], [0, 1]) == [True, True, True, False, True]


def test_an_empty_cell_may_be_kept_back_to_hide_a_small_one() -> None:
    assert hidden([1, 0, 9]) == [True, True, False]


def test_overlapping_areas_that_differ_by_a_small_cell() -> None:
    cells, wide, narrow = [3, 10, 10], [0, 1, 2], [1, 2]
    result = hidden(cells, wide, narrow)
    assert result[0]
    # Everything is known as the total: what is left must not be.
    assert result[4]


def test_what_is_left_between_equal_counts_is_known_to_be_empty() -> None:
    # Cells 1 and 2 are empty where cell 0 has as many as all three; the last area less cells 1 and 4 would
    # be cell 3. With cell 0 kept back cell 1 may have 0 to 5, and cell 3 with it.
    cells, all_three, told = [5, 0, 0, 3, 7, 2], [0, 1, 2], [1, 3, 4]
    assert hidden(cells, all_three, told) == [True, True, True, True, False, True, False, False]


def test_of_more_than_can_be_looked_through_those_with_the_most_cases_are_shown() -> None:
    assert hidden([6, 7, 8, 9], [0, 1], most=2) == [True, True, True, False, False]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000))
def test_two_worlds_agree_on_all_that_is_shown_and_differ_on_what_is_small(seed: int) -> None:
    """An attacker who knows the totals and all shown counts finds another world for each small count."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(2, 8)
    members = np.column_stack(
        [np.eye(cells, dtype=bool), *(rng.random(cells) < 0.5 for _ in range(rng.integers(0, 5)))]
    )
    cases = rng.choice([0, 0, 0, 1, 2, 6, 9, 30], (cells, 2))
    counts = members.T @ cases
    kept = suppressed(members, cases, most=int(rng.integers(2, 12)))
    small = (counts > 0) & (counts < LEAST)
    assert kept[small.any(axis=1)].all()
    for place, column in zip(*np.nonzero(small), strict=True):
        if not members[:, place].all():
            assert _worlds_apart(members, kept, cases[:, column], place) > 1e-6


def _worlds_apart(members: Bools, kept: Bools, cases: NDArray[np.int64], place: np.intp) -> float:
    """How far apart the least and the most are that a place may hold: numbers from 0 up, sums as shown."""
    shown = np.vstack([np.ones(len(members)), members[:, ~kept].T.astype(float)])
    held = members[:, place].astype(float)
    least, most = (linprog(sign * held, A_eq=shown, b_eq=shown @ cases).fun for sign in (1, -1))
    return float(-most - least)
