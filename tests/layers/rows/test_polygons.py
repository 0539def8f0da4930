"""People from buildings, generated grids, and how polygons lie beside each other."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import InputError
from layers.grid import square_grid
from layers.rows.demand import people_of_buildings, people_of_dwellings
from layers.rows.polygons import check_topology, repair

NAN = float("nan")
PLACE = (121.2, 31.3, 121.22, 31.31)
METRES = metric_crs(PLACE)


def metric(*boxes: tuple[float, float, float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.box(*box) for box in boxes], crs=METRES).to_crs(WGS84)


def test_floor_area_comes_before_footprint() -> None:
    people = people_of_buildings(np.array([350.0, 350.0]), np.array([6.0, 6.0]), np.array([NAN, 35.0]))
    assert people.tolist() == [60.0, 1.0]


def test_talent_flats_of_the_source() -> None:
    assert round(people_of_dwellings(np.array([3500.0]), np.array([0.827]), np.array([1.0]))[0]) == 2894


def test_grid_covers_its_extent_with_square_cells() -> None:
    grid = square_grid(PLACE, cell_metres=250)
    assert grid.union_all().buffer(1e-9).contains(shapely.box(*PLACE))
    assert grid.to_crs(METRES).area.to_numpy() == pytest.approx(62_500, rel=1e-6)
    assert grid.name.is_unique


def test_grid_keeps_only_cells_with_points() -> None:
    points = gpd.GeoSeries.from_xy([121.205, 121.205, 121.215], [31.305, 31.305, 31.308], crs=WGS84)
    grid = square_grid(PLACE, points=points)
    assert len(grid) == 2
    assert all(grid.contains(point).sum() == 1 for point in points)


def test_grid_over_the_antimeridian() -> None:
    grid = square_grid((179.99, -17.0, -179.99, -16.99), cell_metres=500)
    assert len(grid) in (18, 24)  # 2,130 m are 6 cells of a grid laid from the middle, 1,107 m 3 or 4


def test_grid_too_fine_is_told() -> None:
    with pytest.raises(InputError, match="larger cell_metres"):
        square_grid((120.0, 30.0, 122.0, 32.0), cell_metres=10)


@settings(max_examples=30, deadline=None)
@given(st.floats(-179, 178), st.floats(-70, 70), st.floats(20, 2000))
def test_every_point_lies_in_exactly_one_cell(lon: float, lat: float, cell: float) -> None:
    box = (lon, lat, lon + 0.02, lat + 0.02)
    points = gpd.GeoSeries.from_xy([lon + 0.003, lon + 0.017], [lat + 0.011, lat + 0.002], crs=WGS84)
    grid = square_grid(box, cell_metres=cell, points=points).to_crs(metric_crs(box))
    for point in points.to_crs(metric_crs(box)):
        assert (grid.distance(point) < 1e-3).sum() >= 1


def test_neighbours_that_touch_are_clean() -> None:
    found = check_topology(metric((0, 0, 100, 100), (100, 0, 200, 100)))
    assert (len(found.overlaps), len(found.gap_square_metres), found.sliver_overlaps) == (0, 0, 0)


def test_overlap_gap_and_sliver_are_measured() -> None:
    ring = [(0, 0, 300, 100), (0, 200, 300, 300), (0, 100, 100, 200), (199, 100, 300, 200.5)]
    found = check_topology(metric(*ring))
    assert found.gap_square_metres == pytest.approx([9_900], rel=1e-3)
    assert (found.sliver_overlaps, len(found.overlaps)) == (1, 0)
    wide = check_topology(metric((0, 0, 100, 100), (80, 0, 180, 100)))
    assert wide.overlap_square_metres == pytest.approx([2_000], rel=1e-3)
    assert wide.overlap_share == pytest.approx([0.2], rel=1e-3)


def test_repair_keeps_areas_and_drops_crumbs() -> None:
    spike = shapely.from_wkt("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0, 0 -1, 0 0))")
    fixed, broken, _ = repair(np.array([spike, shapely.box(0, 0, 1, 1), None], dtype=object))
    assert broken.tolist() == [True, False, False]
    assert (fixed[0].area, fixed[0].geom_type) == (4.0, "Polygon")
    line, _, _ = repair(np.array([shapely.from_wkt("POLYGON ((0 0, 1 1, 0 0, 0 0))")], dtype=object))
    assert line[0] is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
def test_any_ring_is_repaired_or_dropped(corners: list[tuple[int, int]]) -> None:
    fixed, _, _ = repair(np.array([shapely.Polygon(corners)], dtype=object))
    assert fixed[0] is None or (fixed[0].is_valid and shapely.get_dimensions(fixed[0]) == 2)
