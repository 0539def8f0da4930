"""Days and dates of opening hours, read from words: 周一至周五, 每月第一个周六, 5月1日-9月30日."""

from __future__ import annotations

from dataclasses import dataclass

from layers.hours.lexicon import Token, numeral
from layers.hours.questions import question

WEEK = frozenset(range(7))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAY_SIGNS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "七": 6}
_CLOCK_GOES_ON = ("colon", "oclock", "dot", "half", "month")


@dataclass(frozen=True, slots=True)
class Days:
    """A set of days.

    Attributes
    ----------
    weekdays
        Monday is 0.
    nth
        (weekday, which of the month, -1 for the last).
    public
        Public holidays.
    workdays
        Whether the weekdays are those of the working calendar (工作日), which holidays are not.
    dates
        Single dates in OpenStreetMap's syntax.
    """

    weekdays: frozenset[int] = frozenset()
    nth: tuple[tuple[int, int], ...] = ()
    public: bool = False
    workdays: bool = False
    dates: tuple[str, ...] = ()

    def __or__(self, other: Days) -> Days:
        return Days(
            self.weekdays | other.weekdays,
            tuple(dict.fromkeys((*self.nth, *other.nth))),
            self.public or other.public,
            self.workdays or other.workdays,
            tuple(dict.fromkeys((*self.dates, *other.dates))),
        )


_NAMED_DAYS = {
    "workdays": Days(frozenset(range(5)), workdays=True),
    "weekdays": Days(frozenset(range(5))),
    "weekend": Days(frozenset({5, 6})),
    "daily": Days(WEEK),
    "public": Days(public=True),
    "days-off": Days(frozenset({5, 6}), public=True),
}


class Cursor:
    """A position in the words of one text."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens, self.text, self.at = tokens, text, 0

    def kind(self, ahead: int = 0) -> str:
        """Return the kind of the word at the position, or some words ahead."""
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else "end"

    def word(self, ahead: int = 0) -> str:
        """Return the word at the position, or some words ahead."""
        at = self.at + ahead
        return self.tokens[at].word if at < len(self.tokens) else ""

    def refuse(self, code: str, part: str = "") -> Exception:
        """Return the error that asks the clerk."""
        return question(code, self.text, part)

    def _number(self) -> int | None:
        """Return the number at this place in digits or numerals, and step over it."""
        if self.kind() == "number":
            self.at += 1
            return self.tokens[self.at - 1].number
        start = self.at
        while self.kind() == "numeral":
            self.at += 1
        try:
            return (
                numeral("".join(token.word for token in self.tokens[start : self.at]))
                if self.at > start
                else None
            )
        except ValueError:
            self.at = start
            return None


class DayReader(Cursor):
    """Reads the days at the position."""

    def _some_days(self) -> Days | None:
        kind = self.kind()
        simple = _NAMED_DAYS.get(kind)
        if simple is not None:
            self.at += 1
            return simple
        if kind == "week":
            return self._weekdays()
        if kind == "english-day":
            return self._english_days()
        if kind in ("first", "last", "nth", "monthly"):
            return self._nth_days()
        return None

    def _weekdays(self) -> Days:
        """Return the days of 周一, 周一至周五, 周一三五, 周一、三、五, 周六日, 周1-5."""
        self.at += 1
        days: set[int] = set()
        digits = self.kind() == "number"
        first = True
        while True:
            several = self._signs(digits, first)
            if not several:
                if first:
                    raise self.refuse("hours-word", f"周{self.word()}")
                return Days(frozenset(days))
            first = False
            last = self._range_end(digits)
            days |= set(several[:-1]) | (
                _span_of_days(several[-1], last) if last is not None else {several[-1]}
            )

    def _signs(self, digits: bool, first: bool) -> list[int]:
        """Return the weekdays of the signs that follow, behind a comma where others stand before."""
        start = self.at
        if not first and self.kind() in ("and", "comma"):
            self.at += 1
        elif digits and not first:
            return []
        found: list[int] = []
        if digits:
            number = self.word() if self.kind() == "number" else ""
            if number and set(number) <= set("1234567") and not self._clock_goes_on():
                found = [int(sign) - 1 for sign in number]
                self.at += 1
        else:
            while self.word() in _WEEKDAY_SIGNS and self.kind() in ("numeral", "ri", "tian"):
                found.append(_WEEKDAY_SIGNS[self.word()])
                self.at += 1
            found = self._give_back(found)
        if not found:
            self.at = start
        return found

    def _give_back(self, found: list[int]) -> list[int]:
        """Leave the last sign to what follows: 周一 三点, 周一一周五."""
        if not found:
            return found
        following = self.kind()
        if following == "numeral":
            if len(found) > 1 and self.word() == "十":
                raise self.refuse("hours-days")
            return found
        dash = following == "week" and len(found) > 1 and self.word(-1) == "一"
        if following in ("oclock", "month") or dash:
            self.at -= 1
            return found[:-1]
        return found

    def _range_end(self, digits: bool) -> int | None:
        """Return the weekday that ends a range, or None where none begins here."""
        start = self.at
        dash = self.kind() == "to" or (self.word() == "一" and self.kind(1) == "week")
        if not dash:
            return None
        self.at += 1
        if self.kind() == "week":
            self.at += 1
        ends = None
        if self.kind() in ("numeral", "ri", "tian") and self.word() in _WEEKDAY_SIGNS:
            if self.kind(1) not in ("oclock", "half"):
                ends = _WEEKDAY_SIGNS[self.word()]
        elif self.kind() == "number" and self.word() in list("1234567") and self._is_day(digits):
            ends = int(self.word()) - 1
        if ends is None:
            self.at = start
            return None
        self.at += 1
        return ends

    def _is_day(self, digits: bool) -> bool:
        return not self._clock_goes_on() and (digits or self.kind(-1) == "week")

    def _clock_goes_on(self) -> bool:
        """Return whether the figure here is the hour of a time; in 周5：8:30 it is not."""
        if self.kind(-1) == "week" and self.kind(1) == "colon" and self.kind(2) == "number":
            return self.kind(3) not in ("colon", "oclock", "dot")
        return self.kind(1) in _CLOCK_GOES_ON

    def _english_days(self) -> Days:
        first = self.tokens[self.at].number
        if self.kind(1) == "to" and self.kind(2) == "english-day":
            last = self.tokens[self.at + 2].number
            self.at += 3
            return Days(frozenset(_span_of_days(first, last)))
        self.at += 1
        return Days(frozenset({first}))

    def _nth_days(self) -> Days | None:
        """Return the days of 每月第一个周六, 最后一个周日, 每月第二、四个周六, 每月5日."""
        start = self.at
        if self.kind() == "monthly":
            self.at += 1
            if self.kind() == "number" and self.kind(1) in ("ri", "date"):
                return Days(
                    dates=tuple(f"{month} {day:02d}" for day in self._monthdays() for month in MONTHS)
                )
        numbers = self._ordinals()
        if numbers and self.kind() == "week":
            found = self._weekdays()
            if len(found.weekdays) == 1:
                (day,) = found.weekdays
                return Days(nth=tuple((day, number) for number in numbers))
        self.at = start
        raise self.refuse("hours-word", self.word() + self.word(1) + self.word(2))

    def _monthdays(self) -> list[int]:
        found: list[int] = []
        while self.kind() == "number" and self.kind(1) in ("ri", "date", "and"):
            found.append(self.tokens[self.at].number)
            self.at += 2
            if self.kind() == "and" and self.kind(1) == "number":
                self.at += 1
        if not found or not all(1 <= day <= 28 for day in found) or self.kind(-1) == "and":
            raise self.refuse("hours-word", "每月")
        return found

    def _ordinals(self) -> list[int]:
        found: list[int] = []
        while self.kind() in ("first", "last", "nth") or (found and self.kind() in ("numeral", "number")):
            if self.kind() in ("first", "last"):
                found.append(1 if self.kind() == "first" else -1)
                self.at += 1
            else:
                self.at += self.kind() == "nth"
                if self.kind() not in ("numeral", "number") or not 1 <= self.tokens[self.at].number <= 5:
                    return []
                found.append(self.tokens[self.at].number)
                self.at += 1
                self.at += self.kind() == "count"
            if self.kind() == "and":
                self.at += 1
        return found


class DateReader(DayReader):
    """Reads the dates at the position."""

    def _some_dates(self, *, dotted: bool) -> list[str] | None:
        """Return the dates of 5月1日-9月30日, 5月-9月, 5-9月, 3月5日, 2026年2月10日-20日.

        Dotted also those of 5.1-9.30. None where no dates stand here.
        """
        start = self.at
        first = self._date(dotted=dotted)
        if first is None and self.kind() in ("number", "numeral"):
            first = self._month_alone()
        if first is None:
            self.at = start
            return None
        several = [first]
        while self.kind() in ("and", "comma") and "-" not in several[-1]:
            back = self.at
            self.at += 1
            another = self._date(dotted=dotted)
            if another is None or self.kind() == "to":
                self.at = back
                break
            several.append(another)
        return several if len(several) > 1 else [self._range_of_dates(first, dotted)]

    def _range_of_dates(self, first: str, seasonal: bool) -> str:
        if self.kind() != "to" or "-" in first:
            return first
        start = self.at
        self.at += 1
        self.at += self.kind() == "next-year"
        last = self._date(dotted=seasonal) or self._day_of_same_month(first)
        if last is None or (" " in first) != (" " in last):
            self.at = start
            raise self.refuse("hours-season")
        year, _, rest = first.partition(" ")
        if year.isdigit() and not last[:4].isdigit():
            if MONTHS.index(rest[:3]) > MONTHS.index(last[:3]):
                raise self.refuse("hours-season")
            last = f"{year} {last}"
        return f"{first}-{last}"

    def _date(self, *, dotted: bool) -> str | None:
        start = self.at
        number = self._number()
        year = ""
        if number is not None and self.kind() == "year" and 2000 <= number < 2100:
            self.at += 1
            year, number = f"{number} ", self._number()
        if number is None or not 1 <= number <= 12:
            self.at = start
            return None
        if self.kind() == "month":
            self.at += 1
            back = self.at
            day = self._number()
            if day is not None and self.kind() in ("ri", "date"):
                self.at += 1
            elif day is not None:
                self.at = back
                day = None
        elif dotted and self.kind() in ("dot", "and") and self.kind(1) == "number" and self.word() in "./":
            day = self.tokens[self.at + 1].number
            self.at += 2
        else:
            self.at = start
            return None
        if day is not None and not 1 <= day <= _MONTH_DAYS[number - 1]:
            raise self.refuse("hours-season")
        return f"{year}{MONTHS[number - 1]}" + (f" {day:02d}" if day is not None else "")

    def _month_alone(self) -> str | None:
        """Return the months of 5-9月 and 7、8月, whose first number has no word of its own."""
        start = self.at
        first = self._number()
        joint = self.kind()
        if first is None or not 1 <= first <= 12 or joint not in ("to", "and", "comma"):
            self.at = start
            return None
        self.at += 1
        self.at += self.kind() == "next-year"
        last = self._number()
        if (
            last is None
            or not 1 <= last <= 12
            or self.kind() != "month"
            or (self.kind(1) in ("number", "numeral") and self.kind(2) in ("ri", "date"))
        ):
            self.at = start
            return None
        self.at += 1
        between = "-" if joint == "to" or last == first + 1 else ","
        return f"{MONTHS[first - 1]}{between}{MONTHS[last - 1]}"

    def _day_of_same_month(self, first: str) -> str | None:
        start = self.at
        day = self._number()
        if day is None or self.kind() not in ("ri", "date") or not 1 <= day <= 31 or " " not in first:
            self.at = start
            return None
        self.at += 1
        return f"{first.rsplit(' ', 1)[0]} {day:02d}"


def _span_of_days(first: int, last: int) -> set[int]:
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}
