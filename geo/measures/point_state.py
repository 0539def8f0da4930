"""One word for what a demand point has: covered, covered in part, or left out.

A point is covered by people, not as a whole: where a place is full, some of its people find no room. Every
file that says something of a single point says it with these words, beside the number of people covered.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from geo.text import Text
from geo.types import Bools, Floats

PointState = Literal["covered", "covered_in_part", "left_out"]
"""The state of a point by its name, which is also its value in files."""

POINT_STATES: Final[dict[PointState, Text]] = {
    "covered": Text("covered", "已覆盖"),
    "covered_in_part": Text("covered in part", "部分覆盖"),
    "left_out": Text("left out", "未覆盖"),
}
"""What the states are called."""

_NOBODY = 1e-9
"""People below this are what is left of sums."""


def point_states(counted: Floats, covered: Floats, met: Bools) -> npt.NDArray[np.object_]:
    """Return the state of each point.

    Parameters
    ----------
    counted, covered
        People of each point who are counted, and those of them who are covered.
    met
        Whether the place itself is near enough: it decides where nobody is counted.

    Examples
    --------
    >>> counted, covered = np.array([10.0, 10, 10, 0, 0]), np.array([10.0, 4, 0, 0, 0])
    >>> point_states(counted, covered, np.array([True, True, True, True, False])).tolist()
    ['covered', 'covered_in_part', 'left_out', 'covered', 'left_out']
    """
    anybody = counted > 0
    whole = np.where(anybody, covered >= counted - _NOBODY, met)
    none = np.where(anybody, covered <= _NOBODY, ~met)
    return np.where(whole, "covered", np.where(none, "left_out", "covered_in_part")).astype(object)


def merged_state(states: npt.NDArray[np.object_]) -> PointState:
    """Return the state of several points taken together.

    Examples
    --------
    >>> merged_state(np.array(["covered", "left_out"], dtype=object))
    'covered_in_part'
    """
    one: PointState = states[0]
    return one if (states == one).all() else "covered_in_part"
