"""Which building has which function: a station with what is embedded in it counts as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.measures.straight import nearest_straight
from geo.types import Bools, Floats, Index

SAME_BUILDING_METRES: Final = 20.0
"""What stands no farther from a station is embedded in its building."""

ELSEWHERE: Final = -1


def building_of(stations: Floats, others: Floats) -> Index:
    """Return the station in whose building each other place is, `ELSEWHERE` where it stands on its own.

    Parameters
    ----------
    stations, others
        float64 [n, 2]: longitude and latitude in degrees of WGS84.

    Examples
    --------
    >>> here = np.array([[121.0, 31.0]])
    >>> building_of(here, np.array([[121.0, 31.0], [121.001, 31.0]])).tolist()
    [0, -1]
    """
    metres, index = nearest_straight(others[:, 0], others[:, 1], stations[:, 0], stations[:, 1])
    return np.where(metres[:, 0] <= SAME_BUILDING_METRES, index[:, 0], ELSEWHERE).astype(np.int64)


def function_matrix(
    offered: Sequence[Sequence[str]],
    embedded: Sequence[Sequence[str]],
    building: Index,
    functions: Sequence[str],
) -> Bools:
    """Return bool [stations, functions]: which station has which function, itself or in its building.

    Parameters
    ----------
    offered, embedded
        The ids of the functions that each station, and each other place, offers.
    building
        From `building_of`.

    Examples
    --------
    >>> function_matrix([["a"], []], [["b"]], np.array([1]), ["a", "b"]).tolist()
    [[True, False], [False, True]]
    """
    of_building = [set(each) for each in offered]
    for station, each in zip(building, embedded, strict=True):
        if station != ELSEWHERE:
            of_building[station] |= set(each)
    has = [[function in found for function in functions] for found in of_building]
    return np.array(has, dtype=np.bool_).reshape(len(of_building), len(functions))
