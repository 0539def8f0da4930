"""Names of generated cells, on a town of straight streets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coordinates.crs import WGS84
from layers.cell_names import cell_names
from layers.grid import square_grid

WEST, SOUTH = 121.0, 31.0
BOX = (WEST, SOUTH, WEST + 0.01, SOUTH + 0.009)


def streets(*rows: tuple[str, str, list[tuple[float, float]]]) -> gpd.GeoDataFrame:
    """Return streets whose corners are given as parts of the box."""
    lines = [
        shapely.LineString([(WEST + 0.01 * x, SOUTH + 0.009 * y) for x, y in corners])
        for _, _, corners in rows
    ]
    columns = {"class": [row[0] for row in rows], "name": [row[1] for row in rows]}
    return gpd.GeoDataFrame(columns, geometry=lines, crs=WGS84)


@pytest.fixture
def cell() -> gpd.GeoDataFrame:
    """Return one cell as large as the box."""
    shape = [shapely.box(*BOX)]
    return gpd.GeoDataFrame({"name": ["r1c1"]}, geometry=shape, crs=WGS84)


ALONG = [(0.0, 0.5), (1.0, 0.5)]
ALSO_ALONG = [(0.0, 0.6), (1.0, 0.6)]
ACROSS = [(0.5, 0.0), (0.5, 1.0)]
SHORT = [(0.0, 0.1), (0.1, 0.1)]


def test_a_cell_is_called_by_the_two_streets_that_cross_in_it(cell: gpd.GeoDataFrame) -> None:
    town = streets(
        ("primary", "延安中路", ALONG),
        ("primary", "大沽路", ALSO_ALONG),
        ("tertiary", "石门二路", ACROSS),
        ("service", "里弄", SHORT),
    )
    assert cell_names(cell, town, language="zh") == ["延安中路—石门二路"]
    assert cell_names(cell, town, language="en") == ["延安中路 – 石门二路"]


def test_the_more_important_street_stands_first(cell: gpd.GeoDataFrame) -> None:
    town = streets(("service", "小路", ALONG), ("primary", "大路", ACROSS))
    assert cell_names(cell, town, language="zh") == ["大路—小路"]


def test_one_street_is_a_name_too_and_none_leaves_row_and_column(cell: gpd.GeoDataFrame) -> None:
    assert cell_names(cell, streets(("primary", "大路", ALONG)), language="zh") == ["大路"]
    nothing = streets(("primary", "远路", [(9.0, 9.0), (9.5, 9.0)]))
    assert cell_names(cell, nothing, language="zh") == ["第1行第1列"]
    assert cell_names(cell, nothing.iloc[:0], language="en") == ["row 1, column 1"]


def test_a_cell_beside_a_street_is_near_it(cell: gpd.GeoDataFrame) -> None:
    town = streets(("primary", "大路", [(1.2, 0.0), (1.2, 1.0)]))
    assert cell_names(cell, town, language="zh") == ["大路附近"]
    assert cell_names(cell, town, language="en") == ["near 大路"]


def test_cells_along_one_street_are_told_apart_by_their_side() -> None:
    halves = [
        shapely.box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.009),
        shapely.box(WEST + 0.01, SOUTH, WEST + 0.02, SOUTH + 0.009),
    ]
    grid = gpd.GeoDataFrame({"name": ["r1c1", "r1c2"]}, geometry=halves, crs=WGS84)
    town = streets(("primary", "长路", [(0.0, 0.5), (2.0, 0.5)]))
    assert cell_names(grid, town, language="zh") == ["长路（西）", "长路（东）"]


def test_the_pair_goes_to_the_cell_that_has_more_of_it() -> None:
    halves = [
        shapely.box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.009),
        shapely.box(WEST + 0.01, SOUTH, WEST + 0.02, SOUTH + 0.009),
    ]
    grid = gpd.GeoDataFrame({"name": ["r1c1", "r1c2"]}, geometry=halves, crs=WGS84)
    town = streets(
        ("primary", "长路", [(0.0, 0.5), (1.5, 0.5)]),
        ("primary", "横路", [(0.5, 0.0), (0.5, 1.0)]),
        ("primary", "横路", [(1.5, 0.2), (1.5, 0.5)]),
        ("tertiary", "短路", [(1.7, 0.0), (1.7, 0.9)]),
    )
    first, second = cell_names(grid, town, language="zh")
    assert set(first.split("—")) == {"横路", "长路"}
    assert set(second.split("—")) == {"长路", "短路"}


def test_no_two_cells_of_any_town_are_called_alike() -> None:
    random = np.random.default_rng(8)
    for _ in range(20):
        ends = random.uniform(0, 1, (30, 2, 2))
        names = random.choice(["甲路", "乙路", "丙路", "丁路"], 30)
        rows = [("residential", str(name), pair.tolist()) for name, pair in zip(names, ends, strict=True)]
        town = streets(*rows)
        grid = square_grid(BOX, cell_metres=250)
        called = cell_names(grid, town, language="zh")
        assert len(set(called)) == len(called) == len(grid)
