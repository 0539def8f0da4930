"""What a straight walk crosses equals what shapely says, but for gates and the very ends."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates.crs import WGS84, metric_crs, transformer
from geo.joins.barriers import Barriers
from geo.joins.crossing import BarrierGrid, crossed
from geo.joins.doubt import Doubt

CRS = metric_crs((0.0, 0.0, 0.01, 0.01)).to_wkt()
ALL = 1 << 16
NO_STREETS = np.empty(0)


def grid_of(lines, kinds, openings=(), streets=()) -> BarrierGrid:
    """Barriers given in metres of `CRS`."""
    back = transformer(CRS, WGS84)
    at = np.array(lines, float).reshape(-1, 2)
    corners = np.column_stack(back.transform(at[:, 0], at[:, 1])).reshape(-1, 4)
    gates, shared = (np.array(points, float).reshape(-1, 2) for points in (openings, streets))
    barriers = Barriers(
        lines=corners,
        kind=np.array(kinds, np.uint16),
        openings=np.column_stack(back.transform(gates[:, 0], gates[:, 1])).reshape(-1, 2),
    )
    return barriers.grid(CRS, *(np.asarray(axis) for axis in back.transform(shared[:, 0], shared[:, 1])))


WALL = [(0, 0, 0, 100)]


def test_a_wall_is_crossed_and_its_end_is_passed():
    grid = grid_of(WALL, [Doubt.WALL])
    assert crossed(grid, -5.0, 50.0, 5.0, 50.0, ALL) == Doubt.WALL
    assert crossed(grid, -5.0, 101.0, 5.0, 101.0, ALL) == 0


def test_a_street_along_a_wall_is_reached_without_crossing_it():
    grid = grid_of(WALL, [Doubt.WALL])
    assert crossed(grid, -5.0, 50.0, 0.0, 50.0, ALL) == 0
    assert crossed(grid, 0.0, 10.0, 0.0, 50.0, ALL) == 0


def test_a_gate_opens_a_wall_and_a_railway_but_not_water():
    for kind, found in ((Doubt.WALL, 0), (Doubt.RAILWAY, 0), (Doubt.WATER, Doubt.WATER)):
        grid = grid_of(WALL, [kind], openings=[(0, 50)])
        assert crossed(grid, -5.0, 50.5, 5.0, 50.5, ALL) == found
        assert crossed(grid, -5.0, 60.0, 5.0, 60.0, ALL) == kind


def test_a_wall_is_open_where_a_street_shares_a_node_with_it():
    grid = grid_of([(0, 0, 0, 50), (0, 50, 0, 100)], [Doubt.WALL] * 2, streets=[(0, 50)])
    assert crossed(grid, -5.0, 51.0, 5.0, 51.0, ALL) == 0
    assert crossed(grid, -5.0, 60.0, 5.0, 60.0, ALL) == Doubt.WALL


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 100_000))
def test_any_walk_over_any_barriers_equals_shapely(seed):
    rng = np.random.default_rng(seed)
    lines = rng.uniform(-400, 400, (12, 4))
    kinds = rng.choice([2, 16, 64, 128], 12)
    grid = grid_of(lines, kinds)
    shapes = shapely.linestrings(grid.ends.reshape(-1, 2, 2))
    for ax, ay, bx, by in rng.uniform(-500, 500, (30, 4)):
        walk = shapely.LineString([(ax, ay), (bx, by)])
        walk = shapely.ops.substring(walk, 0.1, walk.length - 0.1)
        expected = int(np.bitwise_or.reduce(grid.kind[shapely.intersects(shapes, walk)], initial=0))
        assert crossed(grid, ax, ay, bx, by, ALL) == expected
        assert (crossed(grid, ax, ay, bx, by, 1) > 0) == (expected > 0)
