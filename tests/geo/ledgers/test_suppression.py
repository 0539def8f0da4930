"""Small counts by place that no sum or difference of what is shown gives away."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.ledgers.suppression import LEAST, suppressed
from geo.types import Bools


def hidden(cells: list[int], *areas: list[int]) -> list[bool]:
    """Cells side by side with so many cases each, and areas that are some of them put together."""
    members = np.column_stack([np.eye(len(cells), dtype=bool), *(_of(area, len(cells)) for area in areas)])
    sizes = members.T @ np.array(cells)
    return suppressed(members, sizes[:, None], sizes).tolist()


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


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000))
def test_two_worlds_agree_on_all_that_is_shown_and_differ_on_what_is_not(seed: int) -> None:
    """An attacker who knows the total and all shown counts finds another world for each hidden place."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(2, 7)
    members = np.column_stack(
        [np.eye(cells, dtype=bool), *(rng.random(cells) < 0.5 for _ in range(rng.integers(0, 4)))]
    )
    sizes = members.T @ rng.choice([0, 0, 1, 2, 6, 9, 30], cells)
    kept = suppressed(members, sizes[:, None], sizes)
    assert kept[(sizes > 0) & (sizes < LEAST)].all()
    for place in np.flatnonzero(kept):
        if not members[:, place].all() and members[:, place].any():
            assert _another_world(members, kept, place)


def _another_world(members: Bools, kept: Bools, place: int) -> bool:
    """Whether some change of the atoms changes this place and nothing that is shown."""
    shown: NDArray[np.float64] = np.vstack([np.ones(len(members)), members[:, ~kept].T.astype(float)])
    _, values, space = np.linalg.svd(shown)
    null = space[np.sum(values > 1e-9) :]
    return bool(null.size and np.abs(null @ members[:, place]).max() > 1e-9)
