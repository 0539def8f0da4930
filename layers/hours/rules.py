"""Rules of opening hours that were read from a text, brought into OpenStreetMap's syntax.

In that syntax a later rule wins over an earlier one on the days they share; here the rules are put into an
order that keeps what was said: the general first, then the days that differ, then what is closed, then
public holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby, pairwise

from layers.hours.clock import DAY, NOON, Span
from layers.hours.days import WEEK, Days

DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALL_DAY = Span(start=0, end=DAY)
_EVENING = 18 * 60
_LATE_AFTERNOON = 20 * 60
_PARTS = {
    "morning": (0, NOON),
    "dawn": (0, 8 * 60),
    "noon": (11 * 60, 14 * 60),
    "afternoon": (NOON, _LATE_AFTERNOON),
    "evening": (_EVENING, 2 * DAY),
    "night": (_EVENING, 2 * DAY),
}


class DoubtError(Exception):
    """The rules may mean two things; the argument is the code of the question."""


@dataclass(slots=True)
class Open:
    """Times on some days; no days means every day.

    Attributes
    ----------
    days, spans, season
        When; the season in OpenStreetMap's syntax, empty for the whole year.
    rest
        Whether the days are those that no other rule names (其余).
    """

    days: Days | None
    spans: list[Span] = field(default_factory=list)
    season: str = ""
    rest: bool = False

    @property
    def weekdays(self) -> frozenset[int]:
        """Return the plain weekdays it holds on."""
        return WEEK if self.days is None else self.days.weekdays


@dataclass(slots=True)
class Schedule:
    """What a text says, before it is put in order.

    Attributes
    ----------
    opens
        Times on days.
    closed, asked
        Days without service, and days on which one must ask: open by appointment or notice.
    closed_dates
        Ranges of dates without service.
    parts
        Days and the part of the day without service.
    breaks
        Closed spans, each with the rule it belongs to; None for all.
    later
        Days on which the last span ends at another minute.
    as_usual
        Days that are said to be like others.
    holiday_opens
        Whether closing days are open where they are public holidays.
    """

    opens: list[Open] = field(default_factory=list)
    closed: list[Days] = field(default_factory=list)
    asked: list[tuple[Days, str]] = field(default_factory=list)
    closed_dates: list[str] = field(default_factory=list)
    parts: list[tuple[Days | None, str]] = field(default_factory=list)
    breaks: list[tuple[Open | None, Span | None]] = field(default_factory=list)
    later: list[tuple[Days, int]] = field(default_factory=list)
    as_usual: list[Days] = field(default_factory=list)
    holiday_opens: bool = False

    def to_osm(self) -> str:
        """Return the rules in OpenStreetMap's syntax.

        Raises
        ------
        DoubtError
            Where two rules speak of one day and it is not clear which holds.
        """
        _take_as_usual(self)
        _cut_breaks(self)
        self.opens = opens = _merged(self.opens)
        for one in opens:
            one.spans = _checked(one.spans)
        _refuse_doubts(opens, self)
        opens = [*_in_order(opens)]
        opens += [*_later(opens, self), *_without_parts(opens, self)]
        if _past_midnight(opens):
            first, opens = (
                [_by_weekday(opens, self)],
                [_public_alone(one) for one in opens if _is_public(one)],
            )
        else:
            first, opens = _apart(opens, behind=any(days.weekdays or days.nth for days in self.closed))
        # Hours that holidays have of their own hold on a holiday that falls on a closing day.
        last = [rule for one in opens for rule in _said(one)]
        return "; ".join([*first, *self._closings(), *last])

    def _closings(self) -> Iterator[str]:
        """Return the rules for closed days and public holidays, which stand behind the others and so win."""
        for days, why in self.asked:
            if days.weekdays or days.nth:
                yield f'{_days(replace(days, public=False))} unknown "{why}"'
        if self.closed:
            days = _union(self.closed)
            plain = replace(days, public=days.public and not self.holiday_opens, dates=())
            if plain.weekdays == WEEK:
                raise DoubtError("hours-contradiction")
            if plain.weekdays or plain.nth or plain.public:
                yield f"{_days(plain)} closed"
            if days.dates:
                yield f"{','.join(days.dates)} closed"
        yield from (f"{dates} closed" for dates in self.closed_dates)
        if self.holiday_opens:
            yield f"PH {_times(_same_spans(self.opens))}"
        yield from self._unsaid_holidays()

    def _unsaid_holidays(self) -> Iterator[str]:
        asked = [why for days, why in self.asked if days.public]
        if asked:
            yield f'PH unknown "{asked[0]}"'
            return
        said = any(days.public for days in (*self.closed, *self.as_usual))
        said |= self.holiday_opens or any(_is_public(one) for one in self.opens)
        if not said and any(one.days is not None and one.days.workdays for one in self.opens):
            yield "PH closed"


def _take_as_usual(schedule: Schedule) -> None:
    """Let days that are like others (周六照常, 含周六) keep the hours of the only rule there is."""
    for days in schedule.as_usual:
        if days.dates or days.nth:
            raise DoubtError("hours-days")
        missing = days.weekdays - frozenset().union(*(one.weekdays for one in schedule.opens))
        if not missing:
            continue
        if len(schedule.opens) != 1 or schedule.opens[0].days is None:
            raise DoubtError("hours-days")
        only = schedule.opens[0]
        only.days = (only.days or Days()) | Days(missing)


def _cut_breaks(schedule: Schedule) -> None:
    for owner, span in schedule.breaks:
        for one in [owner] if owner is not None else schedule.opens:
            one.spans = _without_break(one.spans, span)


def _without_break(spans: list[Span], pause: Span | None) -> list[Span]:
    """Return spans with a pause cut out of the one that holds it; one that is cut already stays."""
    if pause is None:
        if any(span.start < NOON < span.end - 60 for span in spans):
            raise DoubtError("hours-break")
        return spans
    kept: list[Span] = []
    for span in spans:
        if pause.end <= span.start or span.end <= pause.start:
            kept.append(span)
        elif span.start < pause.start and pause.end < span.end:
            kept += [replace(span, end=pause.start), replace(span, start=pause.end)]
        else:
            raise DoubtError("hours-overlap")
    return kept


def _merged(opens: list[Open]) -> list[Open]:
    """Return the rules, those for the very same days and season made one."""
    merged: list[Open] = []
    for one in opens:
        same = [
            other
            for other in merged
            if (other.days, other.season, other.rest) == (one.days, one.season, one.rest)
        ]
        if same:
            same[0].spans = [*same[0].spans, *one.spans]
        else:
            merged.append(replace(one, spans=list(one.spans)))
    return merged


def _checked(spans: list[Span]) -> list[Span]:
    """Return the spans of a day in order.

    Raises
    ------
    DoubtError
        Where they overlap, or go back in time without saying morning or afternoon.
    """
    for before, after in pairwise(spans):
        if after.start < before.end and after.bare:
            raise DoubtError("hours-ambiguous" if after.end <= NOON else "hours-overlap")
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise DoubtError("hours-overlap")
    if len(ordered) > 1 and ordered[-1].end - DAY > ordered[0].start:
        raise DoubtError("hours-overlap")
    joined: list[Span] = []
    for span in ordered:
        if joined and joined[-1].end == span.start:
            joined[-1] = replace(joined[-1], end=span.end)
        else:
            joined.append(span)
    return joined


def _refuse_doubts(opens: list[Open], schedule: Schedule) -> None:
    """Raise where two rules share a day and none of them is plainly the exception to the other."""
    seasons = {one.season for one in opens}
    weekly = [one for one in opens if one.days is not None and (one.days.weekdays or one.days.public)]
    if len(seasons) > 1 and any(one.season for one in opens) and weekly:
        by_season = [{one.weekdays for one in opens if one.season == season} for season in seasons]
        if any(days != by_season[0] for days in by_season):
            raise DoubtError("hours-season-days")
        if any(one.season == "" for one in weekly):
            raise DoubtError("hours-season-days")
    for first, second in combinations([one for one in opens if not one.rest], 2):
        if first.season == second.season:
            _refuse_doubt(first, second)
    if any(days.public for days in schedule.closed) and any(_is_public(one) for one in opens):
        raise DoubtError("hours-contradiction")
    if schedule.holiday_opens and len(seasons) > 1:
        raise DoubtError("hours-holiday")


def _refuse_doubt(first: Open, second: Open) -> None:
    nth = [one for one in (first, second) if one.days is not None and one.days.nth]
    shared = first.weekdays & second.weekdays
    if len(nth) == 1:
        (special,) = nth
        other = second if special is first else first
        shared = frozenset(day for day, _ in (special.days or Days()).nth) & other.weekdays
        small, large = special, other
    elif first.weekdays < second.weekdays:
        small, large = first, second
    elif second.weekdays < first.weekdays:
        small, large = second, first
    elif shared:
        raise DoubtError("hours-both")
    else:
        return
    if shared and not any(a.start < b.end and b.start < a.end for a in small.spans for b in large.spans):
        raise DoubtError("hours-both")


def _in_order(opens: list[Open]) -> Iterator[Open]:
    """Return the rules, the general before the special, public holidays apart where days are shared."""
    ordered = sorted(
        opens, key=lambda one: (one.season != "", not one.rest, _special(one), -len(one.weekdays))
    )
    holidays: list[Open] = []
    for place, one in enumerate(ordered):
        days = one.days
        if days is not None and days.public and (days.weekdays or days.nth):
            later = [other for other in ordered[place + 1 :] if other.season == one.season]
            if later:
                yield replace(one, days=replace(days, public=False))
                holidays.append(replace(one, days=Days(public=True)))
                continue
        if days is not None and days.public and not days.weekdays:
            holidays.append(one)
            continue
        yield one
    yield from holidays


def _past_midnight(opens: list[Open]) -> bool:
    """Return whether a rule of plain weekdays ends on the next day, where another rule may hold."""
    plain = all(
        one.season == "" and (one.days is None or not (one.days.nth or one.days.dates)) for one in opens
    )
    return plain and any(span.end > DAY for one in opens for span in one.spans)


def _by_weekday(opens: list[Open], schedule: Schedule) -> str:
    """Return the week as rules that add up, closed days left out.

    A rule that wins over others on a day would also take away the hours after midnight that belong to the
    day before.
    """
    week = {day: one.spans for one in opens for day in one.weekdays}
    closed = _union(schedule.closed).weekdays | _union(days for days, _ in schedule.asked).weekdays
    schedule.closed = [replace(days, weekdays=frozenset()) for days in schedule.closed]
    by_times: dict[str, set[int]] = {}
    for day in sorted(week.keys() - closed):
        by_times.setdefault(_times(week[day]), set()).add(day)
    if not by_times:
        raise DoubtError("hours-contradiction")
    several = [Open(Days(frozenset(days)), week[min(days)]) for days in by_times.values()]
    return ", ".join(rule for one in several for rule in _said(one))


def _apart(opens: list[Open], *, behind: bool) -> tuple[list[str], list[Open]]:
    """Return the rules as they stand, and apart those of holidays that must stand behind closing days."""
    apart = [_public_alone(one) for one in opens if _is_public(one)] if behind else []
    plain = opens
    if behind:
        kept = [one for one in opens if one.days is None or one.weekdays or one.days.nth or one.days.dates]
        plain = [_without_public(one) for one in kept]
    return [rule for one in plain for rule in _said(one)], apart


def _is_public(one: Open) -> bool:
    return one.days is not None and one.days.public


def _without_public(one: Open) -> Open:
    return one if one.days is None else replace(one, days=replace(one.days, public=False))


def _public_alone(one: Open) -> Open:
    return replace(one, days=Days(public=True))


def _special(one: Open) -> int:
    if one.days is None:
        return 0
    return 3 if one.days.dates else 2 if one.days.nth else 0 if one.days.weekdays else 1


def _later(opens: list[Open], schedule: Schedule) -> list[Open]:
    """Return the rules of days whose last span ends at another time than usual."""
    found: list[Open] = []
    for days, end in schedule.later:
        several = [
            Open(replace(days, weekdays=days.weekdays & one.weekdays), _ending(one.spans, end), one.season)
            for one in opens
            if days.weekdays & one.weekdays
        ]
        if days.public:
            several = [Open(days, _ending(_same_spans(opens), end))] if not several else []
        covered = frozenset().union(*(one.weekdays for one in several)) if several else frozenset()
        if not several or covered != days.weekdays or len({tuple(one.spans) for one in several}) != 1:
            raise DoubtError("hours-days")
        found += several if len({one.season for one in several}) == len(several) else several[:1]
    return found


def _ending(spans: list[Span], end: int) -> list[Span]:
    last = spans[-1]
    if not last.start < end <= last.start + DAY:
        raise DoubtError("hours-ambiguous")
    return [*spans[:-1], replace(last, end=end)]


def _without_parts(opens: list[Open], schedule: Schedule) -> list[Open]:
    """Return the rules of days on which a part of the day is closed."""
    found: list[Open] = []
    for days, part in schedule.parts:
        low, high = _PARTS[part]
        touched = False
        for one in [*opens]:
            shared = one.weekdays if days is None else days.weekdays & one.weekdays
            if not shared or (one.days is not None and not one.days.weekdays):
                continue
            if part == "afternoon" and any(
                span.end > _LATE_AFTERNOON and span.start < high for span in one.spans
            ):
                raise DoubtError("hours-part")
            spans = [cut for span in one.spans for cut in _outside(span, low, high)]
            touched |= spans != one.spans
            if spans:
                found.append(Open(Days(shared), spans, one.season))
            else:
                schedule.closed.append(Days(shared))
        if not touched or (days is not None and (days.public or days.nth or days.dates)):
            raise DoubtError("hours-part")
    return found


def _outside(span: Span, low: int, high: int) -> Iterator[Span]:
    if span.start < min(span.end, low):
        yield replace(span, end=min(span.end, low))
    if max(span.start, high) < span.end:
        yield replace(span, start=max(span.start, high))


def _same_spans(opens: Iterable[Open]) -> list[Span]:
    several = {tuple(one.spans) for one in opens}
    if len(several) != 1:
        raise DoubtError("hours-holiday")
    return list(several.pop())


def _union(several: Iterable[Days]) -> Days:
    result = Days()
    for days in several:
        result |= days
    return result


def _said(one: Open) -> Iterator[str]:
    """Return a rule in words; weekdays and dates need a rule each."""
    if not one.spans:
        raise DoubtError("hours-times")
    if one.days is not None and one.days.dates:
        if one.season:
            raise DoubtError("hours-season")
        yield f"{','.join(one.days.dates)} {_times(one.spans)}"
        if not (one.days.weekdays or one.days.nth or one.days.public):
            return
    days = "" if one.days is None or (one.weekdays == WEEK and not one.days.public) else _days(one.days)
    times = _times(one.spans)
    if not days and not one.season and times == "00:00-24:00":
        times = "24/7"
    yield " ".join(part for part in (one.season, days, times) if part)


def _days(days: Days) -> str:
    parts = []
    for _, group in groupby(enumerate(sorted(days.weekdays)), lambda pair: pair[1] - pair[0]):
        names = [DAY_NAMES[day] for _, day in group]
        parts += [f"{names[0]}-{names[-1]}"] if len(names) > 2 else names
    parts += [f"{DAY_NAMES[day]}[{number}]" for day, number in days.nth]
    return ",".join([*parts, *(["PH"] if days.public else [])])


def _times(spans: Iterable[Span]) -> str:
    return ",".join(f"{_clock(span.start)}-{_clock(_end(span))}" for span in spans)


def _end(span: Span) -> int:
    """Return the end as a clock shows it, where that says the same."""
    return span.end - DAY if DAY < span.end < span.start + DAY else span.end


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
