"""Coverage through the week: a facility counts only while it is open, and from the day it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from geo.given import Column, amounts
from geo.limits import minutes_to_seconds, within
from geo.text import Text
from geo.types import Bools, Floats

HOURS_OF_DAY = 24
# Bounds the dense block [demand, hours] that is held at once to some tens of megabytes.
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Shift:
    """A part of the week in which people are at one kind of place.

    Attributes
    ----------
    id
        ``in`` within working hours (8 小时内), ``out`` outside them (8 小时外), as in the demand frame.
    hours
        bool [168] from Monday 00:00.
    """

    id: Literal["in", "out"]
    name: Text
    hours: Bools


def working_shifts(
    *, start: int = 9, end: int = 17, days: int = 5, wakes: int = 6, sleeps: int = 22
) -> tuple[Shift, Shift]:
    """Return the two shifts of a week: at work, and awake but free.

    Examples
    --------
    >>> [int(shift.hours.sum()) for shift in working_shifts()]
    [40, 72]
    """
    day, hour = np.divmod(np.arange(7 * HOURS_OF_DAY), HOURS_OF_DAY)
    works = (day < days) & (hour >= start) & (hour < end)
    free = ~works & (hour >= wakes) & (hour < sleeps)
    return (
        Shift("in", Text("within working hours", "8 小时内"), works),
        Shift("out", Text("outside working hours", "8 小时外"), free),
    )


def in_shift(demand_shift: pd.Series, shift: Literal["in", "out"]) -> Bools:
    """Return which demand is there in the shift: rows of this shift and of ``all``."""
    return np.asarray(demand_shift.isin([shift, "all"]), dtype=np.bool_)


def working_on(status: pd.Series, opens_on: pd.Series, day: date) -> Bools:
    """Return which facilities work on `day`: planned and unfinished ones from their opening date.

    A planned one without a date never counts; an open one with a later date not before it.

    Examples
    --------
    >>> status = pd.Series(["open", "building", "planned", "closed"])
    >>> opens_on = pd.Series([None, date(2027, 5, 1), None, None])
    >>> working_on(status, opens_on, date(2027, 6, 1)).tolist()
    [True, True, False, False]
    """
    opens = pd.to_datetime(opens_on)
    begun = np.asarray(opens <= pd.Timestamp(day), dtype=np.bool_)
    dated = np.asarray(opens.notna(), dtype=np.bool_)
    is_open = np.asarray(status == "open", dtype=np.bool_)
    coming = np.asarray(status.isin(["building", "planned"]), dtype=np.bool_)
    return np.where(dated, begun & (is_open | coming), is_open)


def coverage_by_hour(
    seconds: sparse.csr_array,
    open_by_hour: Bools,
    people: Column,
    *,
    minutes: float,
    count: int = 1,
) -> Floats:
    """Return how many people reach `count` open facilities within `minutes` at every hour.

    Parameters
    ----------
    seconds
        CSR [demand, facilities] of one category; what it does not hold was not reached.
    open_by_hour
        bool [facilities, hours].

    Returns
    -------
    float64 [hours]

    Examples
    --------
    >>> times = sparse.csr_array(np.array([[60.0], [900.0]]))
    >>> coverage_by_hour(times, np.array([[True, False]]), np.array([10.0, 5.0]), minutes=5).tolist()
    [10.0, 0.0]
    """
    people = amounts("people", people, count=seconds.shape[0])
    # Hours in which the same places are open are worked out once.
    patterns, which = np.unique(open_by_hour, axis=1, return_inverse=True)
    patterns = patterns.astype(np.float32)
    near = _near(seconds, minutes)
    covered = np.zeros(patterns.shape[1])
    for start in range(0, near.shape[0], BLOCK):
        choices = near[start : start + BLOCK] @ patterns
        covered += people[start : start + BLOCK] @ (choices >= count)
    return np.asarray(covered[which.reshape(-1)], dtype=np.float64)


def shift_table(
    covered_by_hour: Floats, covered_on_paper: float, total: float, shifts: Sequence[Shift]
) -> pd.DataFrame:
    """Return for each shift what is covered on paper and what is left when hours are looked at.

    Parameters
    ----------
    covered_by_hour
        float64 [168] from `coverage_by_hour`.
    covered_on_paper
        People covered when every facility counts at every hour.

    Returns
    -------
    DataFrame
        One row per shift: the mean over its hours, the worst hour, and the people lost to closed
        doors on average.
    """
    rows = []
    for shift in shifts:
        hours = np.flatnonzero(shift.hours)
        inside = covered_by_hour[hours]
        worst = int(hours[np.argmin(inside)])
        rows.append(
            {
                "shift": shift.id,
                "name_en": shift.name.en,
                "name_zh": shift.name.zh,
                "total": total,
                "covered_on_paper": covered_on_paper,
                "covered_mean": float(inside.mean()),
                "covered_least": float(inside.min()),
                "worst_hour": worst,
                "lost_to_hours": covered_on_paper - float(inside.mean()),
            }
        )
    return pd.DataFrame(rows)


def _near(seconds: sparse.csr_array, minutes: float) -> sparse.csr_array:
    """Return 1 for every facility within `minutes`, in the shape of `seconds`."""
    ones = within(np.asarray(seconds.data, dtype=np.float64), minutes_to_seconds(minutes))
    return sparse.csr_array((ones.astype(np.float32), seconds.indices, seconds.indptr), shape=seconds.shape)
