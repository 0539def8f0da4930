"""Public holidays of China: days off, and the weekends worked in exchange (调休)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import chinese_calendar

DayKind = Literal["ordinary", "holiday", "working_weekend"]
SATURDAY = 5


def day_kind(day: date) -> DayKind:
    """Return what the calendar of the State Council makes of a day.

    A weekend inside a holiday is a holiday; a weekend worked instead of one is a
    ``working_weekend``. Years that the calendar does not hold yet count as ordinary: ask
    `holidays_known` and say so.

    Examples
    --------
    >>> [day_kind(date(2026, 10, d)) for d in (1, 9, 10)]
    ['holiday', 'ordinary', 'working_weekend']
    """
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return "ordinary"
    if off:
        return "holiday" if name else "ordinary"
    return "working_weekend" if day.weekday() >= SATURDAY else "ordinary"


def holidays_known(day: date) -> bool:
    """Return whether the published holidays of the year of `day` are at hand.

    Examples
    --------
    >>> holidays_known(date(2026, 10, 1)), holidays_known(date(2091, 10, 1))
    (True, False)
    """
    try:
        chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return True


def working_day_near(day: date) -> date:
    """Return the nearest ordinary Monday-to-Friday before `day`, the one a working weekend is like."""
    while day.weekday() >= SATURDAY or day_kind(day) == "holiday":
        day -= timedelta(days=1)
    return day
