import numpy as np
import pandas as pd
import pytest

from layers.cells.shares import occupancies, satisfactions

NAN = float("nan")


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("满意度", ["★★★★☆", "★★★", "5星", "四星"], [0.8, 0.6, 1.0, 0.8]),
        ("满意度", ["满意", "不满意", "基本满意"], [1.0, 0.0, 0.5]),
        ("满意度", ["非常满意", "满意", "一般", "不满意", "没感觉"], [1.0, 0.75, 0.5, 0.25, NAN]),
        ("满意率（%）", ["95", "100"], [0.95, 1.0]),
        ("评分（10分制）", ["9.5", "8"], [0.95, 0.8]),
        ("评分(百分制)", ["95", "8"], [0.95, 0.08]),
        ("满意度（满分5分）", ["4.5", "4"], [0.9, 0.8]),
        ("评分", ["4/5", "9/10"], [0.8, 0.9]),
        ("评分", ["90", "55"], [0.9, 0.55]),
        ("评分", ["4.5", "4"], [NAN, NAN]),
        ("评分", ["90", "5"], [NAN, NAN]),
    ],
)
def test_satisfaction_has_the_scale_of_its_column(header: str, cells: list[str], shares: list[float]) -> None:
    unit = "%" if "%" in header else ""
    found = satisfactions(pd.Series(cells), header_unit=unit, header=header)
    np.testing.assert_allclose(found.values, shares)
    assert found.bad.tolist() == np.isnan(shares).tolist()


def test_the_scale_is_said() -> None:
    assert satisfactions(pd.Series(["满意", "不满意"])).scale.zh.startswith("三级评价")
    assert satisfactions(pd.Series(["8"]), header="评分（10分制）").scale.zh == "满分 10 分"


def test_ones_under_a_header_in_percent_are_asked_about() -> None:
    assert occupancies(pd.Series(["1", "1"]), header_unit="%").bad.all()
    assert occupancies(pd.Series(["1", "82.7"]), header_unit="%").values.tolist() == [0.01, 0.827]
