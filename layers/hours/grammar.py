"""Opening hours as Chinese offices write them, read by a grammar into OpenStreetMap's syntax.

Days stand before their times and before 休息, 照常, 除外 and the like; 其余 means the days no other phrase
names; a season or a range of dates holds until the next one. Whatever may mean two things is refused with
a question, and nothing is open that the text does not say is open.
"""

from __future__ import annotations

from dataclasses import replace

from layers.hours.clock import DAY, NOON, Clock, Span
from layers.hours.days import WEEK, Days
from layers.hours.lexicon import is_museum_closing, plain, says_shut, tokens
from layers.hours.phrases import Phrase, phrases
from layers.hours.questions import question
from layers.hours.rules import ALL_DAY, DoubtError, Open, Schedule

MOST_CHARACTERS = 400
SHUT = "24/7 closed"
_LOOSE = ("comma", "stop", "open-bracket", "close-bracket")
_ENDS_SENTENCE = ("comma", "stop", "open-bracket", "close-bracket", "end")
_JOINTS = ("and", "comma")
_MOST_CLOSED = 3
"""Weekdays that an exception may name beside others without a doubt what it means."""


def read_office_hours(text: str) -> str:
    """Return opening hours in OpenStreetMap's syntax from an office's sentence.

    Raises
    ------
    InputError
        With one fault that asks the clerk, where the text is not understood or may mean two things.

    Examples
    --------
    >>> read_office_hours("周一至周五 9:00-17:00,法定节假日休息")
    'Mo-Fr 09:00-17:00; PH closed'
    >>> read_office_hours("周一闭馆(节假日除外),其余时间9:00-17:00")
    '09:00-17:00; Mo closed; PH 09:00-17:00'
    """
    if len(text) > MOST_CHARACTERS:
        raise question("hours-long", text)
    read = phrases(tokens(plain(text)), text)
    try:
        return _Grammar(read).schedule()
    except DoubtError as doubt:
        raise question(str(doubt), text) from doubt


class _Grammar:
    """A position among the phrases, and what they have said so far.

    Attributes
    ----------
    pending
        Days that wait for their times.
    head
        Days in front of the seasons, which hold in each of them.
    last
        What the last statement was: open, closed, or nothing yet.
    """

    def __init__(self, read: list[Phrase]) -> None:
        self.read, self.at = read, 0
        self.said = Schedule()
        self.pending: Days | None = None
        self.pending_rest = False
        self.holidays_left_out = False
        self.gap = ""
        self.head: Days | None = None
        self.season = ""
        self.last = ""
        self.closed_word = ""
        self.depth = 0
        self.alone: list[str] = []
        self.never_closes = False
        self.whole_day = False
        self.dates_behind = False

    def kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.read[at].kind if at < len(self.read) else "end"

    def schedule(self) -> str:
        while self.kind() != "end":
            self._statement()
        return self._finished()

    def _statement(self) -> None:
        phrase = self.read[self.at]
        act = _ACTS.get(phrase.kind)
        if act is None:
            raise DoubtError("hours")
        act(self, phrase)

    # Marks

    def _mark(self, phrase: Phrase) -> None:
        self.at += 1
        self.depth += {"open-bracket": 1, "close-bracket": -1}.get(phrase.kind, 0)
        if phrase.kind == "stop":
            self.gap = "stop"

    def _skip(self, *kinds: str) -> None:
        while self.kind() in kinds:
            self.at += 1

    # Days

    def _some_days(self, _: Phrase) -> None:
        """Read days and what is said of them; days without a statement wait for their times."""
        if self._closed_parts():
            return
        start = self.at
        several = self._run()
        after = self.at
        self._skip("colon", "comma")
        if self.kind() == "except":
            self.at += 1
            self._except(several)
            return
        act = _OF_DAYS.get(self.kind())
        if act == _Grammar._close and self._is_aside(start, _union(several)):
            self._close(_union(several))
            return
        if act is not None:
            self._take(_union(several), start)
            days, self.pending = self.pending or Days(), None
            act(self, days)
            return
        self.at = after
        self._take(_union(several), start)

    def _is_aside(self, start: int, days: Days) -> bool:
        """Return whether days stand in brackets behind others that wait: 周二至周日（周一休馆）."""
        behind = start > 0 and self.read[start - 1].kind == "open-bracket"
        waiting = self.pending
        return behind and waiting is not None and not waiting.weekdays & days.weekdays

    def _run(self) -> list[tuple[str, Days]]:
        """Return the days that stand side by side, each with what joins it to the one before."""
        several: list[tuple[str, Days]] = [("", self.read[self.at].days)]
        self.at += 1
        while True:
            joint = ""
            ahead = 0
            while self.kind(ahead) in _JOINTS:
                joint = self.kind(ahead)
                ahead += 1
            if self.kind(ahead) != "days":
                return several
            self.at += ahead
            several.append((joint or "and", self.read[self.at].days))
            self.at += 1

    def _take(self, days: Days, start: int) -> None:
        """Let days wait, together with others that wait beside them."""
        if self.pending is not None:
            between = {phrase.kind for phrase in self.read[:start][-2:]}
            if self.gap == "stop" or "close-bracket" in between or self.pending_rest:
                raise DoubtError("hours-days")
            days = self.pending | days
        self.pending, self.gap = days, ""

    def _closed_parts(self) -> bool:
        """Read 周三下午休息 and 周六下午及周日休息."""
        start = self.at
        if self.pending is not None:
            return False
        several: list[tuple[Days, str]] = []
        while self.kind() == "days":
            days = self.read[self.at].days
            self.at += 1
            part = ""
            if self.kind() == "part":
                part = self.read[self.at].word
                self.at += 1
            several.append((days, part))
            ahead = self.at
            self._skip(*_JOINTS)
            if self.kind() != "days":
                self.at = ahead
                break
        self._skip("colon")
        if self.kind() not in ("closed", "except") or not any(part for _, part in several):
            self.at = start
            return False
        self.at += 1
        for number, (days, part) in enumerate(several):
            # 周一、周三下午: the part belongs to both.
            part = part or next((later for _, later in several[number:] if later), "")
            if part and several[number][1] == "" and any(p for _, p in several[:number]):
                part = ""
            if part:
                self.said.parts.append((days, part))
            else:
                self.said.closed.append(days)
        self.last = "closed"
        return True

    # What is said of days

    def _close(self, days: Days) -> None:
        word = self.read[self.at].word
        self.at += 1
        if self.holidays_left_out:
            self.said.holiday_opens, self.holidays_left_out = True, False
        if self.season and any(phrase.kind == "dates" for phrase in self.read[self.at :]):
            raise DoubtError("hours-season-days")
        self.said.closed.append(days)
        self.last, self.closed_word = "closed", word

    def _as_usual(self, days: Days) -> None:
        word = self.read[self.at].word
        self.at += 1
        self._skip("opening", "opens")
        if self.kind() == "closed":
            self._close(days)
            return
        del word
        self._keep(days)

    def _keep(self, days: Days) -> None:
        """Note days that are open like others; a holiday behind 周一闭馆 is open even on that day."""
        if days.public and self.last == "closed":
            if not self._speaks_of_the_closing():
                raise DoubtError("hours-holiday")
            self.said.holiday_opens = True
        self.said.as_usual.append(days)
        self.last = "usual"

    def _opening(self, days: Days) -> None:
        """Read 节假日开放; on weekdays the word says nothing more than the times that follow."""
        self._skip("opening", "opens")
        follows = self.kind()
        if days.public and not days.weekdays and follows in _ENDS_SENTENCE:
            self._keep(days)
            # 节假日开放 9:00-17:00 may be the hours of the holidays alone; in brackets it stands apart.
            self.last = "usual" if self.depth else "opening"
        else:
            self.pending = days

    def _ask(self, days: Days) -> None:
        why = "by appointment" if self.kind() == "appointment" else "see notice"
        if self.kind() == "notice" and "顺延" in self.read[self.at].word:
            raise DoubtError("hours-holiday")
        self.at += 1
        self._skip("opening", "opens")
        if self.kind() in ("span", "allday", "wholeday"):
            raise DoubtError("hours-appointment")
        self.said.asked.append((days, why))
        self.last = "asked"

    def _later(self, days: Days) -> None:
        clock = self.read[self.at].clock or Clock(24, 0)
        self.at += 1
        self.said.later.append((days, _minutes(clock)))
        self.last = "usual"

    def _closing_day(self, days: Days) -> None:
        """Read 周一为休息日; 工作日9:00-17:00，周一休息日 is the same."""
        self.at += 1
        self.said.closed.append(days)
        self.last, self.closed_word = "closed", "闭馆"

    def _never(self, days: Days) -> None:
        """Read 周末不休息 and 周一至周日无休."""
        self.at += 1
        self._keep(days)

    def _except(self, several: list[tuple[str, Days]]) -> None:
        """Take days out of those that wait, out of a closing, or out of the times before."""
        days = _union(several)
        if days.workdays:
            raise DoubtError("hours-days")
        if len(several) > 1 and len(days.weekdays) > _MOST_CLOSED and self.pending is None:
            # 周一至周五、节假日除外 9:00-17:00 may leave out the holidays alone.
            comma = next((n for n, (joint, _) in enumerate(several) if joint == "comma"), 0)
            if not comma:
                raise DoubtError("hours-days")
        comma = next((n for n in range(len(several) - 1, 0, -1) if several[n][0] == "comma"), 0)
        if comma and self.pending is None:
            front, rest = _union(several[:comma]), _union(several[comma:])
            if rest.public or rest.weekdays < front.weekdays:
                if self.last == "open":
                    raise DoubtError("hours-days")
                self.pending, days = front, rest
        if self.pending is not None and self.pending.weekdays:
            self._leave_out(days)
        elif self.last == "closed":
            if days.weekdays or not days.public or not self._speaks_of_the_closing():
                raise DoubtError("hours-holiday")
            self.said.holiday_opens = True
        else:
            self.said.closed.append(days)
            self.last, self.closed_word = ("closed-before" if self.last == "" else "open"), ""

    def _speaks_of_the_closing(self) -> bool:
        """Return whether holidays behind a closing are its exception, as in 周一闭馆，节假日除外.

        So they are in 周一休息(节假日除外); behind 周日休息 and a comma they may be a further closing.
        """
        before = [phrase.kind for phrase in self.read[: self.at]]
        found = [n for n, kind in enumerate(before) if kind in ("closed", "closing-day")]
        closing = found[-1] if found else len(before)
        between = before[closing + 1 :]
        if "stop" in between:
            return False
        return is_museum_closing(self.closed_word) or between[:1] == ["open-bracket"]

    def _leave_out(self, days: Days) -> None:
        """Take days out of those that wait."""
        pending = self.pending or Days()
        if days.nth or days.dates or not days.weekdays <= pending.weekdays:
            self.said.closed.append(days)
            if days.weekdays - pending.weekdays:
                raise DoubtError("hours-days")
            return
        self.pending = replace(pending, weekdays=pending.weekdays - days.weekdays)
        if not self.pending.weekdays:
            raise DoubtError("hours-contradiction")
        self.holidays_left_out |= days.public

    # Times

    def _open(self, phrase: Phrase) -> None:
        self.at += 1
        if phrase.kind == "wholeday" and self.kind() == "span":
            # 双休日全天9:00-20:30: from morning to evening, as the times say.
            return
        span = phrase.span or ALL_DAY
        if phrase.kind == "span" and self._is_break(span):
            self.at += 1
            self.said.breaks.append((self._owner(), span))
            return
        self.whole_day |= phrase.kind == "wholeday"
        self._skip("opening", "opens")
        if (
            self.pending is None
            and not self.pending_rest
            and self.said.opens
            and self.last == "open"
            and self.season == self.said.opens[-1].season
        ):
            if _is_all_day(span) and self.said.opens[-1].spans == [ALL_DAY]:
                self.whole_day &= phrase.kind == "wholeday"
                return
            self.said.opens[-1].spans.append(span)
            return
        days = self.pending
        if days is None and not self.pending_rest:
            days = self.head
            if any(one.season == self.season for one in self.said.opens) or self.last == "opening":
                raise DoubtError("hours-days")
        if self.holidays_left_out:
            self.said.closed.append(Days(public=True))
            self.holidays_left_out = False
        self.said.opens.append(Open(days, [span], self.season, self.pending_rest))
        self.pending, self.pending_rest, self.last = None, False, "open"

    def _is_break(self, span: Span) -> bool:
        """Return whether the span just read is a closed one: 12:00-13:30休息."""
        if self.kind() not in ("closed", "break"):
            return False
        if self.kind() == "closed" and not self.said.opens:
            raise DoubtError("hours-contradiction")
        ahead = 1
        while self.kind(ahead) in ("colon", "open-bracket"):
            ahead += 1
        own = self.kind(ahead) == "span" and self.kind() == "break"
        return not own and self.pending is None and (bool(self.said.opens) or _at_noon(span))

    def _owner(self) -> Open | None:
        """Return the rule a break belongs to: the one it stands beside, or all."""
        if not self.said.opens or self.last != "open":
            return None
        more = any(phrase.kind in ("span", "allday") for phrase in self.read[self.at :])
        return self.said.opens[-1] if self.depth or more else None

    def _break(self, _: Phrase) -> None:
        """Read 午休12:00-13:30."""
        self.at += 1
        self._skip("colon", "open-bracket")
        span = None
        if self.kind() == "span":
            span = self.read[self.at].span
            self.at += 1
            self._skip("closed")
        self.said.breaks.append((self._owner(), span))

    def _skipped(self, _: Phrase) -> None:
        self.at += 1

    # Statements without days

    def _rest(self, _: Phrase) -> None:
        """Read 其余时间9:00-17:00, 其余时间休息 and 其余工作日9:00-17:00."""
        self.at += 1
        self._skip("colon", "comma")
        if self.kind() in ("closed", "appointment", "notice"):
            self.at += 1
            self.last = "rest"
            return
        if self.pending is not None:
            raise DoubtError("hours-days")
        if self.season:
            # Behind a season the rest is the rest of the year, unless days were named in it.
            if any(one.season == self.season and one.days is not None for one in self.said.opens):
                raise DoubtError("hours-season-days")
            self.season = ""
        if self.kind() != "days":
            self.pending_rest = True

    def _closed_alone(self, phrase: Phrase) -> None:
        self.at += 1
        if self.pending is not None:
            self.at -= 1
            days, self.pending = self.pending, None
            self._close(days)
            return
        if self.kind() == "colon" and self.kind(1) == "days":
            self.at += 1
            self._named_closing(phrase.word)
            return
        if self.kind() == "days" and phrase.word.isascii():
            self._named_closing(phrase.word)
            return
        self.alone.append(phrase.word)

    def _closing_day_alone(self, phrase: Phrase) -> None:
        """Read 休息日：周一, the closing span 休馆时间12:00-13:00, and 休息日 as the weekend."""
        self.at += 1
        self._skip("colon")
        if self.kind() == "days":
            self._named_closing("闭馆")
        elif self.kind() == "span" and phrase.word.endswith("时间"):
            self.said.breaks.append((self._owner(), self.read[self.at].span))
            self.at += 1
        elif phrase.word == "休息日" and any(one.days.workdays for one in self.read):
            self.at -= 1
            self.read[self.at] = Phrase("days", phrase.word, Days(frozenset({5, 6})))
        else:
            raise DoubtError("hours-days")

    def _named_closing(self, word: str) -> None:
        days = _union(self._run())
        if self.kind() in ("part", "span", "allday", "wholeday") or (self.kind() == "colon"):
            raise DoubtError("hours-days")
        if self.kind() == "except":
            raise DoubtError("hours-holiday")
        self.said.closed.append(days)
        self.last, self.closed_word = "closed", word

    def _part(self, phrase: Phrase) -> None:
        """Read 下午休息 of every day."""
        self.at += 1
        if self.kind() != "closed" or self.pending is not None:
            raise DoubtError("hours-part")
        self.at += 1
        self.said.parts.append((None, phrase.word))

    def _including(self, _: Phrase) -> None:
        self.at += 1
        if self.kind() != "days":
            raise DoubtError("hours-days")
        days = _union(self._run())
        if self.pending is not None and not self.pending_rest:
            self.pending |= replace(days, public=False)
            days = Days(public=days.public)
        self.said.as_usual.append(days)

    def _except_before(self, _: Phrase) -> None:
        """Read 除周一外, 除周一闭馆外 and 除法定节假日."""
        self.at += 1
        if self.kind() != "days":
            raise DoubtError("hours-days")
        days = _union(self._run())
        if days.workdays:
            raise DoubtError("hours-days")
        self._skip("closed", "colon")
        self._skip("except-after")
        if self.kind() == "closed":
            raise DoubtError("hours-contradiction")
        if self.pending is not None and self.pending.weekdays:
            self._leave_out(days)
        elif self.last == "closed":
            raise DoubtError("hours-holiday")
        else:
            self.said.closed.append(days)
            self.last = "open" if self.last == "open" else "closed-before"

    def _two_days_off(self, _: Phrase) -> None:
        self.at += 1
        self.said.closed.append(Days(frozenset({5, 6})))

    def _no_rest(self, _: Phrase) -> None:
        self.at += 1
        self.never_closes = True

    def _usual_alone(self, _: Phrase) -> None:
        self.at += 1
        if self.kind() == "closed":
            raise DoubtError("hours-days")

    def _dates(self, phrase: Phrase) -> None:
        self.at += 1
        if self.depth and self.last == "open" and self.kind() == "close-bracket":
            # 8:00-18:00（5月-10月）: the dates of the times before.
            if self.said.opens[-1].season:
                raise DoubtError("hours-season-days")
            self.said.opens[-1].season = phrase.dates
            self.dates_behind = True
            return
        self._skip("close-bracket", "open-bracket", "season", "colon")
        if self.kind() == "closed":
            self.at += 1
            self.said.closed_dates.append(phrase.dates)
            self.last = "closed"
            return
        if self.kind() == "except":
            self.at += 1
            self.said.closed_dates.append(phrase.dates)
            return
        if self.pending is not None:
            if self.head is not None or self.season:
                raise DoubtError("hours-season-days")
            self.head, self.pending = self.pending, None
        self.season, self.last = phrase.dates, "season"

    def _season(self, _: Phrase) -> None:
        """Step over the name of a season whose dates stand beside it."""
        self.at += 1
        self._skip("colon")
        ahead = 1 if self.kind() == "open-bracket" else 0
        if self.kind(ahead) == "dates":
            self.at += ahead
        elif not self._dates_stand_behind():
            raise DoubtError("hours-season")

    def _dates_stand_behind(self) -> bool:
        """Return whether times and then dates in brackets follow: 夏季8:30-17:30（5月-9月）."""
        ahead = 0
        while self.kind(ahead) == "span" or (ahead and self.kind(ahead) in _JOINTS):
            ahead += 1
        return ahead > 0 and self.kind(ahead) == "open-bracket" and self.kind(ahead + 1) == "dates"

    def _refused(self, phrase: Phrase) -> None:
        if phrase.kind == "notice" and "顺延" in phrase.word:
            raise DoubtError("hours-holiday")
        raise DoubtError(
            {"appointment": "hours-appointment", "notice": "hours-notice"}.get(phrase.kind, "hours-days")
        )

    # The end

    def _finished(self) -> str:
        self._bind_days_behind()
        said = self.said
        if not said.opens:
            nothing_else = not (
                said.closed or said.parts or said.asked or said.breaks or said.later or self.never_closes
            )
            if self.alone and nothing_else and says_shut(self.alone) and self.pending is None:
                return SHUT
            raise DoubtError("hours-appointment" if said.asked else "hours-times")
        if self.alone:
            raise DoubtError("hours-contradiction")
        if self.last == "season" or (self.dates_behind and not all(one.season for one in said.opens)):
            raise DoubtError("hours-season-days")
        whole = said.opens[0].days is None or said.opens[0].weekdays == WEEK
        if self.whole_day and (len(said.opens) > 1 or not whole):
            raise DoubtError("hours-whole-day")
        if self.never_closes and (
            said.closed or frozenset().union(*(one.weekdays for one in said.opens)) != WEEK
        ):
            raise DoubtError("hours-contradiction")
        return said.to_osm()

    def _bind_days_behind(self) -> None:
        """Give days that stand behind the only times to them: 9:00-17:00(周一至周五)."""
        if self.pending_rest:
            raise DoubtError("hours-times")
        if self.pending is None:
            return
        opens = self.said.opens
        known = len(opens) == 1 and opens[0].days is None and not self.said.closed
        if not known or self.last != "open" or self.season:
            raise DoubtError("hours-times")
        opens[0].days = self.pending
        if self.holidays_left_out:
            self.said.closed.append(Days(public=True))


def _union(several: list[tuple[str, Days]]) -> Days:
    days = several[0][1]
    for _, other in several[1:]:
        days |= other
    return days


def _is_all_day(span: Span) -> bool:
    return (span.start, span.end) == (ALL_DAY.start, ALL_DAY.end)


def _at_noon(span: Span) -> bool:
    return 11 * 60 <= span.start < span.end <= 15 * 60


def _minutes(clock: Clock) -> int:
    """Return the minute a day's hours are extended to."""
    if not clock.possible:
        raise DoubtError("hours")
    if clock.next_day or clock.part == "dawn":
        return clock.minutes % NOON + DAY
    if clock.part in ("afternoon", "evening", "night") and 1 <= clock.hour <= 12:
        return clock.minutes + NOON
    if clock.hour in (0, 24):
        return DAY
    if clock.hour < 12:
        raise DoubtError("hours-ambiguous")
    return clock.minutes


_ACTS = {
    **dict.fromkeys((*_LOOSE, "and", "colon"), _Grammar._mark),
    **dict.fromkeys(
        ("label", "opening", "opens", "no-appointment", "no-break", "monthly"), _Grammar._skipped
    ),
    **dict.fromkeys(("span", "allday", "wholeday"), _Grammar._open),
    **dict.fromkeys(("appointment", "notice", "except", "extend"), _Grammar._refused),
    "days": _Grammar._some_days,
    "break": _Grammar._break,
    "rest": _Grammar._rest,
    "closed": _Grammar._closed_alone,
    "closing-day": _Grammar._closing_day_alone,
    "part": _Grammar._part,
    "including": _Grammar._including,
    "except-before": _Grammar._except_before,
    "two-days-off": _Grammar._two_days_off,
    "no-rest": _Grammar._no_rest,
    "usual": _Grammar._usual_alone,
    "dates": _Grammar._dates,
    "season": _Grammar._season,
}
_OF_DAYS = {
    "closed": _Grammar._close,
    "usual": _Grammar._as_usual,
    "opening": _Grammar._opening,
    "opens": _Grammar._opening,
    "appointment": _Grammar._ask,
    "notice": _Grammar._ask,
    "extend": _Grammar._later,
    "closing-day": _Grammar._closing_day,
    "no-rest": _Grammar._never,
}
