"""Functions of a station and of what is embedded in its building."""

from __future__ import annotations

import numpy as np

from geo.ledgers.functions import building_of, function_matrix

NORTH_METRE = 1 / 110_852.0
"""Degrees a metre at 31 degrees north."""


def test_what_stands_within_twenty_metres_is_in_the_building() -> None:
    stations = np.array([[121.0, 31.0], [121.0, 31.0 + 35 * NORTH_METRE]])
    others = np.array([[121.0, 31.0 + metres * NORTH_METRE] for metres in (19.5, -20.5, 20.5)])
    # 19.5 m from the first and 15.5 from the second; 20.5 from the first alone; 14.5 from the second.
    assert building_of(stations, others).tolist() == [1, -1, 1]


def test_functions_are_counted_and_not_points() -> None:
    has = function_matrix(
        [["政务"], []], [["健康"], ["健康"], ["文化"]], np.array([0, 0, -1]), ["政务", "健康", "文化"]
    )
    assert has.tolist() == [[True, True, False], [False, False, False]]
    assert has.sum() == 2
