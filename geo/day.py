"""The day of a run: one day for every date it looks at or writes, so that it can be run again as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_DAY: ContextVar[date | None] = ContextVar("day_of_the_run", default=None)


def today() -> date:
    """Return the day of the run: the day that `on_day` has set, else today's date in UTC."""
    return _DAY.get() or datetime.now(tz=UTC).date()


def noon_today() -> datetime:
    """Return the moment that files bear which must bear one: noon of the day of the run, without a zone."""
    day = today()
    return datetime(day.year, day.month, day.day, 12)


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Take a day for the day of the run while the context lasts.

    Examples
    --------
    >>> with on_day(date(2026, 5, 1)):
    ...     today().isoformat()
    '2026-05-01'
    """
    token = _DAY.set(day)
    try:
        yield
    finally:
        _DAY.reset(token)
