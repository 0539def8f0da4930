"""People of buildings: what is lived in, on how many floors, and who holds too many."""

from __future__ import annotations

import numpy as np
import pytest

from layers.rows.buildings import few_hold_a_third, floors_of, use_of_text

NAN = np.nan


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("住宅", "dwelling"),
        ("职工宿舍", "dwelling"),
        ("商住混合", "mixed"),
        ("工业厂房", "other"),
        ("地下车库", "other"),
        ("医院", "other"),
        ("house", "dwelling"),
        ("Apartments", "dwelling"),
        ("warehouse", "other"),
        ("yes", "dwelling"),
        ("3号楼", None),
        ("？" * 5000, None),
    ],
)
def test_the_use_of_a_building_in_words(text, use):
    assert use_of_text(text) == use


@pytest.mark.parametrize(
    ("levels", "lowest", "roof", "mixed", "floors"),
    [(6, NAN, NAN, False, 6), (6, 2, NAN, False, 4), (6, NAN, 1, False, 6.5), (6, NAN, NAN, True, 5),
     (6, 1, NAN, True, 5), (1, NAN, NAN, True, 0), (2, 3, NAN, False, 0)],
)  # fmt: skip
def test_floors_that_people_live_on(levels, lowest, roof, mixed, floors):
    found = floors_of(np.array([levels]), np.array([lowest]), np.array([roof]), np.array([mixed]))
    assert found.tolist() == [floors]


def test_few_buildings_with_a_third_are_told():
    assert few_hold_a_third(np.array([*[100.0] * 12, *[10.0] * 240])) == 12  # 1,200 of 3,600
    assert few_hold_a_third(np.array([*[100.0] * 12, *[10.0] * 243])) is None  # a 13th is needed
    assert few_hold_a_third(np.full(30, 10.0)) is None
    assert few_hold_a_third(np.array([1000.0, *[10.0] * 9])) == 1
    assert few_hold_a_third(np.zeros(5)) is None
