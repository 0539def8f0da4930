import math
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.cells.values import dates, flags, numbers, split_list, texts


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("1200", "people", 1200.0),
        ("1,200", "people", 1200.0),
        ("１２００人", "people", 1200.0),
        ("3.5万人", "people", 35000.0),
        (" 35 ㎡ ", "m2", 35.0),
        ("2亩", "m2", 4000 / 3),
        ("1.2公顷", "m2", 12000.0),
        ("82.7%", "share", 0.827),
        ("８２．７％", "share", 0.827),
        ("18层", "storeys", 18.0),
        ("-3", "", -3.0),
        ("1e3", "", 1000.0),
        (".5", "", 0.5),
    ],
)
def test_numbers_as_offices_write_them(cell: str, unit: str, value: float) -> None:
    values, bad = numbers(pd.Series([cell]), unit=unit)
    assert values[0] == pytest.approx(value)
    assert not bad[0]


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "无", "null", "N/A"])
def test_empty_cells_are_missing_not_bad(cell: str) -> None:
    values, bad = numbers(pd.Series([cell]))
    assert math.isnan(values[0])
    assert not bad[0]


@pytest.mark.parametrize("cell", ["many", "约3", "1,2", "1.2.3", "inf", "1e999", "3㎡", "=1+1", "12-3"])
def test_what_is_no_number_is_bad(cell: str) -> None:
    values, bad = numbers(pd.Series([cell]), unit="people")
    assert math.isnan(values[0])
    assert bad[0]


def test_unit_of_the_header_counts_for_cells_without_one() -> None:
    values, _ = numbers(pd.Series(["2", "300人"]), unit="people", header_unit="万人")
    assert values.tolist() == [20000.0, 300.0]


def test_numbers_that_are_numbers_already_stay() -> None:
    values, bad = numbers(pd.Series([1.5, np.nan, np.inf]))
    assert values[0] == 1.5
    assert bad.tolist() == [False, False, True]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_python_numbers_survive_being_text(values: list[float]) -> None:
    column = pd.Series([repr(value) for value in values], dtype=pd.ArrowDtype(pa.large_string()))
    read, bad = numbers(column)
    assert read.tolist() == values
    assert not bad.any()


@given(st.lists(st.text(max_size=12)))
def test_any_text_is_a_number_missing_or_bad(cells: list[str]) -> None:
    values, bad = numbers(pd.Series(cells, dtype=object), unit="people")
    assert not np.isinf(values).any()
    assert np.isnan(values[bad]).all()


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-05-01", date(2024, 5, 1)),
        ("2024/5/1", date(2024, 5, 1)),
        ("2024.5.1", date(2024, 5, 1)),
        ("2024年5月1日", date(2024, 5, 1)),
        ("2024年5月", date(2024, 5, 1)),
        ("20240501", date(2024, 5, 1)),
        ("45413", date(2024, 5, 1)),
        ("2024-05-01 00:00:00", date(2024, 5, 1)),
    ],
)
def test_dates_as_offices_write_them(cell: str, day: date) -> None:
    assert dates(pd.Series([cell]))[0][0] == day


@pytest.mark.parametrize("cell", ["2024-13-01", "2024年2月30日", "soon", "2024年底"])
def test_impossible_dates_are_bad(cell: str) -> None:
    values, bad = dates(pd.Series([cell]))
    assert values[0] is None
    assert bad[0]


def test_flags_lists_and_texts() -> None:
    assert flags(pd.Series(["√", "否", "", "?"]))[0].tolist() == [True, False, None, None]
    assert flags(pd.Series(["√", "否", "", "?"]))[1].tolist() == [False, False, False, True]
    assert split_list("政务、生活;文体 / 政务") == ("政务", "生活", "文体")
    assert texts(pd.Series([" a ", "无", None, 3.0, 2.5])).tolist() == ["a", None, None, "3", "2.5"]
