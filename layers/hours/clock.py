"""Clock times as they are spoken: which hour 下午2点, 晚12点 and a bare 2:00 mean, or that it is doubtful."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 24 * 60
NOON = DAY // 2
_EARLIEST = 5 * 60
_LIKELY = 6 * 60
_NIGHT = 17 * 60


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A time of a day in minutes after midnight; an end above 1,440 lies on the next day.

    Attributes
    ----------
    start, end
        First minute, and the minute at which it closes.
    bare
        Whether nothing but the figures says that the morning is meant.
    """

    start: int
    end: int
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as written.

    Attributes
    ----------
    hour, minute
        The figures.
    said
        Whether a colon or 点 says that it is a time.
    padded
        Whether it has a zero in front, as times that count to 24 have.
    dotted
        Whether a point stands between hour and minute: it may be a date.
    part
        The part of the day named with it: morning, dawn, noon, afternoon, evening, night, or none.
    next_day
        Whether it is said to lie on the next day.
    """

    hour: int
    minute: int
    said: bool = False
    padded: bool = False
    dotted: bool = False
    part: str = ""
    next_day: bool = False

    @property
    def minutes(self) -> int:
        """Return minutes after midnight of the figures as they stand."""
        return 60 * self.hour + self.minute

    @property
    def possible(self) -> bool:
        """Whether a clock shows these figures."""
        return self.minute < 60 and (self.hour < 24 or (self.hour == 24 and self.minute == 0))


def resolve(first: Clock, last: Clock, *, counts_to_24: bool) -> Span | str:
    """Return the span between two times, or the code of the question where it may be two.

    Parameters
    ----------
    first, last
        Its ends; an end without a part of the day takes the start's.
    counts_to_24
        Whether the text has a time after 12:59 in figures, so that 5:30 is no evening.

    Examples
    --------
    >>> resolve(Clock(1, 30, part="afternoon"), Clock(5, 0), counts_to_24=False)
    Span(start=810, end=1020, bare=False)
    >>> resolve(Clock(9, 0), Clock(5, 0), counts_to_24=False)
    'hours-ambiguous'
    """
    if not (first.possible and last.possible):
        return "hours"
    start = _by_part(first) if first.part else _bare_start(first, last, counts_to_24=counts_to_24)
    if start is None:
        return "hours-ambiguous"
    start %= DAY
    end = _end(first, last, start)
    if end is None or not start < end <= start + DAY:
        return "hours-ambiguous"
    if end == start + DAY and not last.next_day and (start, last.hour) != (0, 24):
        # 00:00-00:00 is what an empty form prints as well as a whole day.
        return "hours-ambiguous"
    return Span(start=start, end=end, bare=not first.part and first.hour < 12)


def _by_part(clock: Clock) -> int | None:
    """Return the minutes of a time whose part of the day is named, None where they do not go together."""
    hour, minutes = clock.hour, clock.minutes
    if clock.part == "dawn":
        return minutes % NOON if hour in (0, 12) else minutes if hour < 8 else None
    if clock.part == "morning":
        return minutes if 1 <= hour <= 12 else None
    if clock.part == "noon":
        return minutes if 10 <= hour <= 17 else minutes + NOON if 1 <= hour <= 3 else None
    if clock.part == "afternoon":
        return minutes if 12 <= hour <= 24 else minutes + NOON if 1 <= hour < 12 else None
    if hour in (0, 12, 24):
        return DAY + clock.minute
    if clock.part == "night":
        return minutes if hour <= 5 or hour > 12 else minutes + NOON
    return minutes if hour >= 13 else minutes + NOON if hour >= 4 else None


def _bare_start(first: Clock, last: Clock, *, counts_to_24: bool) -> int | None:
    """Return the start whose part of the day is not named; before six it may be the afternoon's."""
    start = first.minutes
    small = last.hour <= 12 and not last.next_day
    if last.part:
        small = last.part != "morning"
    if first.hour == 0 or start >= _LIKELY:
        return start
    if small and start < _EARLIEST:
        return None
    if small and not (counts_to_24 or first.padded):
        return None
    return start


def _end(first: Clock, last: Clock, start: int) -> int | None:
    if last.next_day:
        part = last.part if last.part in ("morning", "dawn", "noon") else ""
        minutes = _by_part(Clock(last.hour, last.minute, part=part)) if part else last.minutes
        return None if minutes is None else minutes % DAY + DAY
    if last.part:
        end = _by_part(last)
        if end is None:
            return None
        early = last.part in ("morning", "dawn", "night", "evening") and end % DAY <= start
        return end % DAY + DAY if early and end <= start else end
    if last.hour >= 13 or last.hour == 0:
        end = last.minutes or DAY
        return end if end > start else end + DAY if last.hour == 0 or start >= end else None
    return _bare_end(first, last, start)


def _bare_end(first: Clock, last: Clock, start: int) -> int | None:
    """Return the end that has no part of the day and reads up to 12:59."""
    end, later = last.minutes, last.minutes + NOON
    if first.part in ("afternoon", "evening", "noon", "night"):
        if first.part == "noon" and end > start:
            return end
        if later > start and (later <= DAY or end == NOON):
            return later
        return end + DAY
    if end > start:
        return end
    if first.part in ("morning", "dawn") or later <= start:
        # 22:00-6:00 ends on the next day; 上午9:00-5:00 may be a slip for 17:00.
        return end + DAY if later <= start else None
    return end + DAY if last.padded and start >= _NIGHT else None
