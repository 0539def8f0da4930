import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalogue.headers import match_columns
from layers.catalogue.schema import schema_of
from layers.read.raw_table import RawTable
from layers.rows.coordinates import parse_crs
from layers.rows.ledger import Ledger
from layers.rows.places import Places, check_degrees, degrees, pair, place_rows


def placed(cells: dict[str, list[str]]) -> tuple[gpd.GeoSeries, Ledger]:
    frame = pd.DataFrame(cells, dtype=object)
    ledger = Ledger(RawTable(frame, np.arange(2, len(frame) + 2), source="a.csv"))
    columns = match_columns(list(frame.columns), schema_of("facility"), {}, {}, "a.csv")
    return place_rows(ledger, columns).geometry(), ledger


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("121.4737", 121.4737),
        ("121°28′25.32″E", 121.4737),
        ("121°28'25.32\"", 121.4737),
        ("东经121度28分25.32秒", 121.4737),
        ("E121.4737", 121.4737),
        ("121.4737°E", 121.4737),
        ("１２１．４７３７", 121.4737),
        ("121 28 25.32", 121.4737),
        ("33°30′S", -33.5),
        ("西经 70.5", -70.5),
        ("-70°30′", -70.5),
    ],
)
def test_degrees_in_every_hand(text: str, value: float) -> None:
    assert degrees(text) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("text", ["", "here", "121°70′", "121.4.7", "12a", "N", "1,2"])
def test_no_degrees(text: str) -> None:
    assert degrees(text) is None


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_seconds_round_trip(whole: int, minutes: int, hundredths: int) -> None:
    text = f"{whole}°{minutes}′{hundredths / 100:.2f}″E"
    assert degrees(text) == pytest.approx(whole + minutes / 60 + hundredths / 360_000, abs=1e-9)


@pytest.mark.parametrize("text", ["121.3,31.2", "121.3，31.2", "(121.3 31.2)", "121.3;31.2", "31.2N,121.3E"])
def test_one_column_of_two_numbers(text: str) -> None:
    assert pair(text) == (121.3, 31.2)


def test_two_columns_make_points_and_bad_ones_are_rejected_with_row_and_value() -> None:
    geometry, ledger = placed({"经度": ["121.3", "x", ""], "纬度": ["31.2", "31", "31"]})
    assert geometry.iloc[0].coords[0] == (121.3, 31.2)
    assert [(f.row, f.column, f.value, f.code) for f in ledger.row_faults] == [
        (3, "经度", "x", "bad_coordinate"),
        (4, "经度", "", "no_coordinate"),
    ]


def test_wkt_and_pairs_may_stand_in_one_column() -> None:
    geometry, ledger = placed({"坐标": ["121.3,31.2", "POINT (121.4 31.3)", "nowhere"]})
    assert [p.x for p in geometry.dropna()] == [121.3, 121.4]
    assert ledger.rejected.tolist() == [False, False, True]


def test_no_place_at_all_stops_and_lists_the_columns() -> None:
    _, ledger = placed({"甲": ["1"], "乙": ["2"]})
    assert ledger.faults[0].code == "no_place"
    assert "甲" in ledger.faults[0].fix.en


def test_file_geometry_that_is_missing_empty_or_nan_is_rejected() -> None:
    shapes = gpd.GeoSeries.from_wkt(["POINT (1 2)", "POINT EMPTY", "POINT (nan 2)"])
    shapes = gpd.GeoSeries([*shapes, None])
    ledger = Ledger(RawTable(pd.DataFrame(index=range(4)), np.arange(1, 5), geometry=shapes))
    place_rows(ledger, match_columns([], schema_of("facility"), {}, {}, "a"))
    assert ledger.rejected.tolist() == [False, True, True, True]


def checked(xy: list[tuple[float, float]], crs: str = "EPSG:4326") -> Ledger:
    ledger = Ledger(RawTable(pd.DataFrame(index=range(len(xy))), np.arange(1, len(xy) + 1)))
    check_degrees(ledger, Places(*np.array(xy, dtype=float).T), parse_crs(crs))
    return ledger


def test_swapped_axes_are_said_not_exchanged() -> None:
    ledger = checked([(31.2, 121.4), (31.3, 121.5)])
    assert [fault.code for fault in ledger.faults] == ["swapped"]


def test_single_swapped_row_is_rejected_alone() -> None:
    ledger = checked([(121.4, 31.2), (31.3, 121.5), (121.5, 31.1)])
    assert not ledger.faults
    assert [(fault.row, fault.code) for fault in ledger.row_faults] == [(2, "swapped")]


def test_metres_declared_as_degrees_are_said() -> None:
    assert checked([(351234.5, 3456789.1)] * 3).faults[0].code == "not_degrees"


def test_null_island_is_rejected() -> None:
    assert checked([(0, 0), (121, 31)]).row_faults[0].code == "null_island"


def test_both_sides_of_the_antimeridian_are_places() -> None:
    assert checked([(179.9, -17.0), (-179.9, -17.0)]).accepted.all()
