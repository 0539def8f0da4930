"""Public holidays: days off, and the working weekends that pay for them (调休).

China's calendar comes with this version as far as it was published then; a study can bring its own
(`layers.hours.holidays_file`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

import chinese_calendar

DayKind = Literal["ordinary", "holiday", "working_weekend"]
SATURDAY = 5
_MONTHS_OF_A_KNOWN_YEAR = 2


class HolidayCalendar(Protocol):
    """Which days are public holidays or worked weekends, and of which years that is known."""

    def __hash__(self) -> int: ...

    def day_kind(self, day: date) -> DayKind:
        """Return what the calendar makes of a day; ordinary where the year is not known."""

    def knows(self, year: int) -> bool:
        """Return whether the holidays of a year are in the calendar."""


@dataclass(frozen=True, slots=True)
class ChineseCalendar:
    """The calendar of the State Council, year by year as published."""

    def day_kind(self, day: date) -> DayKind:
        """Return what the calendar makes of a day; ordinary where the year is not known."""
        try:
            off, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return "ordinary"
        if off:
            return "holiday" if name else "ordinary"
        return "working_weekend" if day.weekday() >= SATURDAY else "ordinary"

    def knows(self, year: int) -> bool:
        """Return whether the holidays of a year are in the calendar."""
        try:
            chinese_calendar.get_holiday_detail(date(year, 1, 1))
        except NotImplementedError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class ListedCalendar:
    """A calendar that lists its days.

    Attributes
    ----------
    name
        What it is called, for people.
    off
        Public holidays, weekends within them too.
    working
        Saturdays and Sundays that are worked.
    """

    name: str
    off: frozenset[date]
    working: frozenset[date] = frozenset()

    def day_kind(self, day: date) -> DayKind:
        """Return what the list makes of a day."""
        if day in self.off:
            return "holiday"
        return "working_weekend" if day in self.working and day.weekday() >= SATURDAY else "ordinary"

    def knows(self, year: int) -> bool:
        """Return whether the list has holidays in two months of a year.

        One month alone may be the end of a holiday that belongs to the next year.
        """
        return len({day.month for day in self.off if day.year == year}) >= _MONTHS_OF_A_KNOWN_YEAR


CHINA = ChineseCalendar()


def day_kind(day: date, calendar: HolidayCalendar = CHINA) -> DayKind:
    """Return what a calendar makes of a day.

    A weekend inside a holiday is a holiday; a weekend worked instead of one is a
    ``working_weekend``. Years that the calendar does not hold count as ordinary: ask
    ``calendar.knows`` and say so.

    Examples
    --------
    >>> [day_kind(date(2026, 10, d)) for d in (1, 9, 10)]
    ['holiday', 'ordinary', 'working_weekend']
    """
    return calendar.day_kind(day)


def working_day_near(day: date, calendar: HolidayCalendar = CHINA) -> date:
    """Return the nearest ordinary Monday-to-Friday before `day`, the one a working weekend is like."""
    while day.weekday() >= SATURDAY or calendar.day_kind(day) == "holiday":
        day -= timedelta(days=1)
    return day
