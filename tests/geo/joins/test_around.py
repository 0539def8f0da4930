"""Walks from one point cross what each of them crosses on its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.joins.around import crossed_from, look_around, nothing_around
from geo.joins.crossing import crossed
from tests.geo.joins.test_crossing import ALL, grid_of

RADIUS = 300.0


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.integers(0, 100_000))
def test_all_walks_from_a_point_equal_each_on_its_own(seed):
    rng = np.random.default_rng(seed)
    # On whole metres, so that barriers meet, and walks touch their ends. The points are not on whole metres:
    # whether a walk touches a barrier that it runs along is left to rounding.
    lines = rng.integers(-200, 200, (60, 4)) * rng.choice([1, 5, 50])
    openings = lines[:20, :2] + rng.integers(-2, 3, (20, 2))
    grid = grid_of(lines, rng.choice([2, 16, 64, 128], 60), openings=openings)
    around = nothing_around(grid)
    corners = grid.ends.reshape(-1, 2)
    for number in range(10):
        x, y = corners[rng.integers(len(corners))] + rng.uniform(-3, 3, 2) * rng.choice([0.02, 1, 20])
        around = look_around(grid, around, number, x, y, RADIUS)
        length, angle = rng.uniform(0, RADIUS, 20), rng.integers(0, 16, 20) * np.pi / 8
        ends = [*np.column_stack([x + length * np.cos(angle), y + length * np.sin(angle)])]
        ends += [corner for corner in corners if np.hypot(*(corner - (x, y))) <= RADIUS]
        for bx, by in ends:
            together = crossed_from(
                around.held, around.piece, grid.ends, grid.kind, grid.open_start, grid.opening,
                grid.open_metres, x, y, bx, by, ALL,
            )  # fmt: skip
            assert together == crossed(grid, x, y, bx, by, ALL)
