"""Opening hours: when a place is open, by the hour of a week, with public holidays.

Hours are strings in the syntax of OpenStreetMap's ``opening_hours``; `layers.hours.cells` turns what
office sheets write into it. A place without hours is taken to be open: nothing says it is not; how
many there are is reported by `WeekProfile.unknown`. A rule that is a comment alone (``"by appointment"``)
is unknown, not open, and so is one with times that says one must ask first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from geo.errors import Fault, InputError
from geo.text import Text
from geo.types import Bools
from layers.hours.holidays import CHINA, HolidayCalendar, working_day_near
from layers.hours.questions import question

Hours = Sequence[str | None] | pd.Series
Holidays = str | HolidayCalendar | None
"""Whose public holidays ``PH`` means: a country's code, a calendar, or nobody's."""
# A week of autumn without a holiday or a working weekend, for "Tue 20:30" without a date.
TYPICAL_MONDAY = date(2026, 11, 16)
HOURS_OF_WEEK = 168
_HOLIDAY = re.compile(r"\bPH\b")


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """When places are open, hour by hour from Monday 00:00, one row per different string.

    Attributes
    ----------
    monday
        The first day of the week that is described.
    strings, open_by_string
        The different strings (``None`` for unknown hours) and bool [strings, 168]: open at the full
        hour.
    codes
        Row of each place, in the order they were given.
    """

    monday: date
    strings: tuple[str | None, ...]
    open_by_string: Bools
    codes: npt.NDArray[np.int64]

    @property
    def open_by_hour(self) -> Bools:
        """Return bool [places, 168]."""
        return np.asarray(self.open_by_string[self.codes], dtype=np.bool_)

    @property
    def unknown(self) -> int:
        """Return how many places say nothing of their hours and are taken to be open."""
        missing = np.array([string is None for string in self.strings], dtype=bool)
        return int(missing[self.codes].sum())


def check_hours(text: str) -> str:
    """Return hours in their canonical form.

    Raises
    ------
    InputError
        When the text is not in OpenStreetMap's syntax.

    Examples
    --------
    >>> check_hours("Mo-Fr 9:00-17:00")
    'Mo-Fr 09:00-17:00'
    """
    try:
        return _canonical(text)
    except ParserError as error:
        raise question("hours-osm", text) from error


def open_at(hours: Hours, moment: datetime, *, holidays: Holidays = "CN") -> Bools:
    """Return which places are open at `moment`.

    Parameters
    ----------
    hours
        One string per place, missing where nothing is known: such a place counts as open.
    holidays
        Whose public holidays ``PH`` means: a country's code, a calendar with its working weekends (``CN``
        is the published one of China), or ``None`` for no holidays.

    Raises
    ------
    InputError
        With one fault for every different string that cannot be read.

    Examples
    --------
    >>> open_at(["Mo-Fr 09:00-17:00; PH off", None, "24/7"], datetime(2026, 10, 1, 10)).tolist()
    [False, True, True]
    """
    codes, strings = _unique(hours)
    start, end = moment, moment + timedelta(minutes=1)
    state = [string is None or _spans(string, start, end, holidays) != () for string in strings]
    return np.array(state, dtype=np.bool_)[codes]


def week_profile(hours: Hours, monday: date = TYPICAL_MONDAY, *, holidays: Holidays = "CN") -> WeekProfile:
    """Return when each place is open at every full hour of the week that begins on `monday`.

    Each different string is worked out once, so seven thousand places take as long as their few
    hundred different strings.

    Examples
    --------
    >>> week = week_profile(["Mo-Fr 09:00-17:00"])
    >>> int(week.open_by_hour.sum())
    40
    """
    codes, strings = _unique(hours)
    start = datetime.combine(monday, time())
    rows = [_week(string, start, holidays) for string in strings]
    matrix = np.array(rows, dtype=np.bool_).reshape(len(strings), HOURS_OF_WEEK)
    return WeekProfile(monday, tuple(strings), matrix, codes)


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT = re.compile(
    r"(?:(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:周|星期|礼拜)(?P<zh>[一二三四五六日天]))\s*"
    r"(?P<hour>\d{1,2})[::](?P<minute>\d{2})",
    re.IGNORECASE,
)


def parse_moment(text: str, *, monday: date = TYPICAL_MONDAY) -> datetime:
    """Return the moment that ``Tue 20:30``, ``周二 20:30`` or ``2027-05-01 20:30`` names.

    A day of the week is taken from the week that begins on `monday`, by default one without holidays.

    Raises
    ------
    InputError
        When the text is none of these.

    Examples
    --------
    >>> parse_moment("Tue 20:30")
    datetime.datetime(2026, 11, 17, 20, 30)
    """
    match = _MOMENT.fullmatch(text.strip())
    try:
        if match is None:
            return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        number = _weekday(match)
        clock = time(int(match["hour"]), int(match["minute"]))
        return datetime.combine(monday + timedelta(days=number), clock)
    except ValueError as error:
        what = Text("Not a moment", "无法识别的时刻")
        fix = Text("Write `Tue 20:30` or `2027-05-01 20:30`", "请写成“周二 20:30”或“2027-05-01 20:30”")
        raise InputError([Fault(what, fix, value=text[:60], code="moment")]) from error


def _weekday(match: re.Match[str]) -> int:
    if match["en"]:
        return _WEEKDAYS.index(match["en"].lower())
    return min("一二三四五六日天".index(match["zh"]), 6)


def _unique(hours: Hours) -> tuple[npt.NDArray[np.int64], list[str | None]]:
    """Return codes and different strings, all faults of unreadable ones said at once."""
    codes, values = pd.factorize(pd.Series(hours, dtype=object), use_na_sentinel=False)
    strings = [None if pd.isna(value) else str(value) for value in values]
    faults: list[Fault] = []
    for string in strings:
        try:
            _parsed(string, None) if string is not None else None
        except ParserError:
            faults += question("hours-osm", str(string)).faults
    if faults:
        raise InputError(faults)
    return np.asarray(codes, dtype=np.int64), strings


@lru_cache(maxsize=4096)
def _parsed(string: str, country: str | None) -> OpeningHours:
    return OpeningHours(_unknown_where_one_must_ask(string), country=country)


def _week(string: str | None, start: datetime, holidays: Holidays) -> Bools:
    """Return bool [168] for one string."""
    row = np.zeros(HOURS_OF_WEEK, dtype=np.bool_)
    if string is None:
        row[:] = True
        return row
    for day in range(7):
        midnight = start + timedelta(days=day)
        for begin, end in _spans(string, midnight, midnight + timedelta(days=1), holidays):
            first = -(-(begin - start).total_seconds() // 3600)
            last = -(-(end - start).total_seconds() // 3600)
            row[int(first) : int(last)] = True
    return row


Span = tuple[datetime, datetime]


def _spans(string: str, start: datetime, end: datetime, holidays: Holidays) -> tuple[Span, ...]:
    """Return the open spans between `start` and `end`, which lie within one day."""
    shift = timedelta()
    calendar = (
        CHINA if holidays == "CN" else None if holidays is None or isinstance(holidays, str) else holidays
    )
    country = holidays if isinstance(holidays, str) and holidays != "CN" else None
    if calendar is not None and _HOLIDAY.search(string):
        if calendar.day_kind(start.date()) == "working_weekend":
            # A place that keeps the public calendar works this weekend as it works a weekday.
            shift = working_day_near(start.date(), calendar) - start.date()
        string = _with_holidays(string, start.date() + shift, calendar)
    hours = _parsed(string, country)
    return tuple(
        (begin - shift, finish - shift)
        for begin, finish, state, _ in hours.intervals(start + shift, end + shift)
        if state == State.OPEN
    )


@lru_cache(maxsize=65536)
def _with_holidays(string: str, day: date, calendar: HolidayCalendar) -> str:
    """Return `string` with ``PH`` spelt out as dates around `day`.

    The library's own calendar of China holds five days a year. A rule for weekdays and holidays
    together becomes two rules, since a date and a weekday in one rule would have to hold both.
    """
    # Yesterday matters too: hours after midnight belong to the day they began on.
    near = (day + timedelta(days=d) for d in (-1, 0, 1))
    holidays = [day for day in near if calendar.day_kind(day) == "holiday"]
    spelt = ""
    for joint, rule in _rules(_canonical(string)):
        for part in _spelt(rule, holidays):
            spelt += f"{joint if spelt else ''}{part}"
    return spelt or "off"


_JOINT = re.compile(r'((?:[^";,|]|"[^"]*"|,(?! )|;(?! )|\|(?!\|))+)(; |, | ?\|\| )?')


def _rules(canonical: str) -> list[tuple[str, str]]:
    """Return the rules of a string in canonical form, each with what joins it to the one before.

    In that form a comma with a space divides rules, one without it divides days or times.
    """
    rules, joint = [], "; "
    for found in _JOINT.finditer(canonical):
        rules.append((joint, found[1].strip()))
        joint = found[2] or ""
    return rules


def _canonical(string: str) -> str:
    """Return the library's own spelling, or `string` where the library cannot read its spelling again."""
    spelt = str(_parsed(string, None))
    try:
        _parsed(spelt, None)
    except ParserError:
        return string.strip()
    return spelt


_ASK_FIRST = re.compile(
    r"appointment|appt|reserv|regist|request|call|phone|tel|预约|預約|电话|電話|termin|rendez|rdv|vereinbar"
    r"|marca[cç]|cita previa|prenot|afspraak|bokning|bestil|varau|sopimu",
    re.I,
)
_HAS_TIMES = re.compile(r"\d\d:|\(|sun|dawn|dusk|24/7")
_HAS_STATE = re.compile(r"\b(?:unknown|closed|off)$")


def _unknown_where_one_must_ask(string: str) -> str:
    """Return a string whose rules of a comment alone, or of times by appointment, are unknown."""
    if '"' not in string:
        return string
    spelt = str(OpeningHours(string))
    said_24_7 = "24/7" in string
    whole = ""
    for joint, rule in _rules(spelt):
        front, quote, comment = rule.partition('"')
        front = front.strip()
        times = _HAS_TIMES.search(front) and (front != "24/7" or said_24_7)
        asks = quote and not _HAS_STATE.search(front) and (not times or _ASK_FIRST.search(comment))
        one = f'{front} unknown "{comment}'.strip() if asks else rule
        whole += f"{joint if whole else ''}{one}"
    return whole


_DAY = r"(?:[A-Z][a-z](?:-[A-Z][a-z])?|[PS]H)"
_TIMES = r"(?:\d\d:|\(|\"|closed|open|unknown|sun|dawn|dusk)"
_DAYS = re.compile(rf"(?P<season>(?:.* )?)(?P<days>{_DAY}(?:,{_DAY})*)(?P<hours>(?: {_TIMES}.*)?)")


def _spelt(rule: str, holidays: list[date]) -> list[str]:
    """Return the rules that say of weekdays and of dates what `rule` says of weekdays and holidays."""
    match = _DAYS.fullmatch(rule) if _HOLIDAY.search(rule) else None
    if match is None:
        return [rule]
    weekdays = ",".join(part for part in match["days"].split(",") if part not in {"PH", "SH"})
    own = [f"{match['season']}{weekdays}{match['hours']}"] if weekdays else []
    dates = [day for day in holidays if _in_season(match["season"], day)]
    return own + [f"{day:%Y %b %d}{match['hours']}" for day in dates]


def _in_season(season: str, day: date) -> bool:
    return not season or bool(_parsed(f"{season}00:00-24:00", None).is_open(datetime.combine(day, time(12))))
