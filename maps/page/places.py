"""How places stand in each case and through the week: open, closed at the hour, not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.assessment.case import Usable
from geo.types import Bools, Index
from maps.page.packing import Pack

OPEN, CLOSED_NOW, NOT_THERE, HOURS_UNKNOWN = range(4)
"""Used in the case; works, but not at its hour; does not work on its date; may or may not be open then."""

HOURS: Final = 168


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WeekSeries:
    """Coverage of one service through a week, by the position of category and case.

    Attributes
    ----------
    minutes
        Within which it is counted.
    total
        People concerned.
    covered
        People covered at each full hour from Monday 0:00, float64 [168].
    """

    case: int
    category: int
    minutes: float
    total: float
    covered: pd.Series


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapWeek:
    """What a map shows of a week.

    Attributes
    ----------
    open_by_hour
        bool [facilities, 168].
    hours_known
        bool [facilities]; of the others it is not known when they are open.
    case
        For each case of the map the one whose series are its own: cases that differ in their hour alone have
        the same week.
    series
        One a service and case with a week of its own.
    """

    open_by_hour: Bools
    hours_known: Bools
    case: Sequence[int]
    series: Sequence[WeekSeries]


def states_of(usable: Usable) -> Index:
    """Return how each place stands in a case.

    Examples
    --------
    >>> true, false = np.array([True]), np.array([False])
    >>> states_of(Usable(now=false, if_open=false, any_hour=true, when_built=true)).tolist()
    [1]
    """
    state = np.full(len(usable.now), NOT_THERE, dtype=np.int64)
    state[usable.any_hour] = CLOSED_NOW
    state[usable.if_open] = HOURS_UNKNOWN
    state[usable.now] = OPEN
    return state


def pack_week(pack: Pack, week: MapWeek | None) -> dict[str, object] | None:
    """Add the people covered by the hour; return what the page must know beside them.

    Hours at which a place is open are written once for all places that keep the same: 168 bits, the first
    hour of Monday first, as hexadecimal digits. A place whose hours are not known keeps none of them, -1.
    """
    if week is None:
        return None
    patterns, pattern = np.unique(week.open_by_hour, axis=0, return_inverse=True)
    covered = [np.rint(each.covered.to_numpy(dtype=np.float64)) for each in week.series]
    pack.whole_numbers("week.covered", np.concatenate([*covered, np.empty(0)]).astype(np.int64))
    return {
        "patterns": [np.packbits(each).tobytes().hex() for each in patterns],
        "pattern": np.where(week.hours_known, pattern.reshape(-1), -1).tolist(),
        "case": list(week.case),
        "series": [[each.case, each.category, each.minutes, each.total] for each in week.series],
    }
