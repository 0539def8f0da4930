"""Cases counted by the squares they stand in, and what is kept back."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.ledgers.places import cases_by_place

SQUARES = {"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1), "both": shapely.box(0, 0, 2, 1)}


def by_place(*cases: tuple[float | str | None, int], squares: str = "a b") -> pd.DataFrame:
    """Settled cases at an easting, in a square by its name, or nowhere, each so many times."""
    stands = [where for where, times in cases for _ in range(times)]
    points = [shapely.Point(each, 0.5) if isinstance(each, float) else None for each in stands]
    placed_in = np.array([each if isinstance(each, str) else None for each in stands], dtype=object)
    names = squares.split()
    polygons = gpd.GeoDataFrame({"id": names}, geometry=[SQUARES[each] for each in names], crs="EPSG:4326")
    settled = np.ones(len(stands), dtype=bool)
    return cases_by_place(gpd.GeoSeries(points, crs="EPSG:4326"), placed_in, settled, polygons)


def test_a_small_count_beside_cases_elsewhere_is_kept_back_alone() -> None:
    assert by_place((0.5, 9), (1.5, 3), (7.0, 1))["kept_back"].tolist() == [False, True]


def test_cases_without_a_place_hide_nobody_as_their_number_is_said() -> None:
    assert by_place((0.5, 9), (1.5, 3), (None, 1))["kept_back"].tolist() == [True, True]


def test_what_is_named_counts_in_every_square_around_it() -> None:
    table = by_place(("a", 6), (1.5, 8), squares="a b both")
    assert table["raised"].tolist() == [6, 8, 14]


def test_an_area_less_one_square_would_tell_the_other() -> None:
    table = by_place((0.5, 9), (1.5, 3), (7.0, 20), squares="a b both")
    assert table["kept_back"].tolist() == [True, True, False]
    assert table["raised"].tolist() == pytest.approx([np.nan, np.nan, 12], nan_ok=True)


def test_open_cases_are_guarded_as_the_settled_are() -> None:
    names = ["a", "b"]
    polygons = gpd.GeoDataFrame({"id": names}, geometry=[SQUARES[each] for each in names], crs="EPSG:4326")
    points = gpd.GeoSeries(
        gpd.points_from_xy([0.5] * 20 + [1.5] * 9 + [7.0] * 9, [0.5] * 38), crs="EPSG:4326"
    )
    settled = np.array([True] * 17 + [False] * 3 + [True] * 18)
    kept = cases_by_place(points, np.full(38, None, dtype=object), settled, polygons)["kept_back"]
    assert kept.tolist() == [True, False]
