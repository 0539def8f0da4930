"""The phrases opening hours are made of: days, dates, spans of a day, and the words between them.

A recursive-descent reader over the words of `layers.hours.lexicon`. A clock time that may mean
morning or afternoon is not decided here by guess: `Span` reading refuses it with a question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from layers.hours.clock import Clock, Span, resolve
from layers.hours.days import DateReader, Days
from layers.hours.lexicon import Token

_PARTS = ("morning", "dawn", "noon", "afternoon", "evening", "night")
_MEALS = {"meal-morning": "morning", "meal-noon": "noon", "meal-evening": "evening"}
_REFUSED = {
    "rota": "hours-rota",
    "festival": "hours-festival",
    "now": "hours-now",
    "about": "hours-about",
    "next": "hours-ambiguous",
    "unknown": "hours-word",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: its kind, what it says, and the word it was read from."""

    kind: str
    word: str = ""
    days: Days = field(default_factory=Days)
    span: Span | None = None
    clock: Clock | None = None
    dates: str = ""


def phrases(tokens: list[Token], text: str) -> list[Phrase]:
    """Return the phrases of a text.

    Parameters
    ----------
    tokens
        Its words.
    text
        As the cell has it, for the questions.

    Raises
    ------
    InputError
        Where a word is not understood or a time may mean two things.
    """
    return _Reader(tokens, text).all()


class _Reader(DateReader):
    """Reads the phrases of one text."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        super().__init__(tokens, text)
        self.out: list[Phrase] = []
        self.am_in_front = False
        # A time from 13 to 24 anywhere says that the text counts to 24.
        self.counts_to_24 = any(
            token.kind == "number"
            and (
                (13 <= token.number <= 24 and tokens[i + 1].kind in ("colon", "oclock", "dot"))
                or token.number >= 1300
            )
            for i, token in enumerate(tokens)
        )

    def all(self) -> list[Phrase]:
        while self.kind() != "end":
            self._phrase()
        return self.out

    def add(self, phrase: Phrase) -> None:
        self.out.append(phrase)

    def _phrase(self) -> None:
        for read in (
            self._days,
            self._dates,
            self._before_closing,
            self._last_entry,
            self._extended,
            self._times,
        ):
            if read():
                return
        kind, word = self.kind(), self.word()
        if kind in _MEALS:
            kind = "label"
        elif kind in _PARTS:
            kind = "part"
            word = self.kind()
        elif kind in _REFUSED:
            raise self.refuse(_REFUSED[kind], self._unread() if kind == "unknown" else word)
        elif kind in _STRAY:
            raise self.refuse("hours-word", f"{word}{self.word(1)}")
        self.at += 1
        self.add(Phrase(kind, word))

    def _unread(self) -> str:
        end = self.at
        while end < len(self.tokens) and self.tokens[end].kind in ("unknown", "numeral", "number"):
            end += 1
        return "".join(token.word for token in self.tokens[self.at : end])[:12]

    # Days

    def _days(self) -> bool:
        one = self._some_days()
        if one is None:
            return False
        self.add(Phrase("days", days=one))
        return True

    # Dates

    def _dates(self) -> bool:
        """Read dates: a range or a month holds until the next one, single dates are days."""
        seasonal = any(phrase.kind == "season" for phrase in self.out[-2:])
        if [phrase.kind for phrase in self.out[-1:]] == ["open-bracket"]:
            # 冬季8:30-17:00（10.1-4.30）
            seasonal |= any(phrase.kind == "season" for phrase in self.out[-5:])
        several = self._some_dates(dotted=seasonal)
        if several is None:
            return False
        if any("-" in one or " " not in one for one in several):
            self.add(Phrase("dates", dates=",".join(several)))
        else:
            self.add(Phrase("days", days=Days(dates=tuple(several))))
        return True

    # Times

    def _clock(self, part: str = "") -> Clock | None:
        """Return the clock time at this place and step over it, or None."""
        start = self.at
        next_day = in_front = False
        while self.kind() in (*_PARTS, "next") or (self.kind() in _MEALS and self.at == start):
            next_day |= self.kind() == "next"
            part = self.kind() if self.kind() in _PARTS else _MEALS.get(self.kind(), part)
            in_front |= self.word().isascii()
            self.at += 1
            self.at += self.kind() == "colon"
        clock = self._bare_clock()
        if clock is None:
            self.at = start
            return None
        self.am_in_front |= in_front
        if self.kind() in ("morning", "afternoon") and self.word().isascii() and not self.am_in_front:
            part = self.kind()
            self.at += 1
        if (self.kind(), self.kind(1), self.kind(2)) == ("open-bracket", "next", "close-bracket"):
            next_day = True
            self.at += 3
        return replace(clock, part=part or clock.part, next_day=next_day)

    def _bare_clock(self) -> Clock | None:
        token = self.tokens[self.at]
        if (
            token.kind == "number"
            and len(token.word) in (3, 4)
            and self.kind(1) not in ("oclock", "colon", "year")
        ):
            self.at += 1
            hour, minute = divmod(token.number, 100)
            return Clock(hour, minute, said=True, padded=len(token.word) == 4) if minute < 60 else None
        digits = token.kind == "number"
        hour_read = self._number()
        if hour_read is None or (digits and len(token.word) > 2):
            return None
        padded = digits and token.word.startswith("0")
        if self.kind() == "colon" and self.kind(1) == "number" and len(self.word(1)) == 2:
            minute = self.tokens[self.at + 1].number
            self.at += 2
            if self.kind() == "colon" and self.word(1) == "00":
                self.at += 2
            return Clock(hour_read, minute, said=True, padded=padded)
        if self.kind() == "dot" and self.kind(1) == "number" and len(self.word(1)) == 2:
            minute = self.tokens[self.at + 1].number
            self.at += 2
            return Clock(hour_read, minute, said=True, padded=padded, dotted=True)
        if self.kind() != "oclock":
            return (
                Clock(hour_read, 0, said=False, padded=padded)
                if self.kind()
                not in ("month", "ri", "date", "count", "hours", "year", "minute", "colon", "dot")
                else None
            )
        self.at += 1
        return Clock(hour_read, self._spoken_minute(), said=True, padded=padded)

    def _spoken_minute(self) -> int:
        if self.kind() in ("half", "sharp"):
            self.at += 1
            return 30 if self.kind(-1) == "half" else 0
        if self.word() in ("一", "三") and self.kind(1) == "quarter":
            self.at += 2
            return 15 if self.word(-2) == "一" else 45
        start = self.at
        if self.word() == "一" and self.kind(1) != "minute":
            return 0
        minute = self._number()
        if minute is None:
            return 0
        if self.kind() in ("colon", "oclock", "dot", "month"):
            # 7点 10:00 are two times.
            self.at = start
            return 0
        if self.kind() == "minute":
            self.at += 1
        elif len(self.tokens[start].word) != 2 and self.at - start < 2:
            # 9点5 is no time; 9点30 and 九点三十 are.
            self.at = start
            return 0
        return minute

    def _dash(self) -> bool:
        """Step over what joins the two ends of a span: a dash, 至, or 一 typed for a dash."""
        if self.kind() == "to" or (self.word() == "一" and self.kind(1) in ("number", "next", *_PARTS)):
            self.at += 1
            return True
        return False

    def _times(self) -> bool:
        """Read 9:00-17:00, 上午8点半至11点半, 早七晚九, 8:00开门17:00关门."""
        start = self.at
        context = self._label_before()
        first = self._clock(context)
        if first is None:
            return False
        if self._last_word():
            return True
        opened = False
        if self.kind() in ("opens", "opening"):
            opened = True
            self.at += 1
            self.at += self.kind() == "comma"
        joined = self._dash()
        spoken = not joined and not opened and bool(first.part) and self.kind() in _PARTS
        last = self._clock() if joined or opened or spoken else None
        if last is None or (opened and not joined and self.kind() not in ("closed", "ends")):
            self.at = start
            raise self.refuse("hours", self._clock_words())
        if opened and self.kind() in ("closed", "ends"):
            self.at += 1
        if self.kind() in ("to", "dot", "colon") or (spoken and not last.part):
            raise self.refuse("hours", self._clock_words())
        first, last = self._part_behind(first, last)
        if not (first.said or last.said or first.part or last.part) or (
            first.dotted and not self._plainly_times(first, last)
        ):
            raise self.refuse("hours", self._clock_words())
        span = resolve(first, last, counts_to_24=self.counts_to_24)
        if isinstance(span, str):
            raise self.refuse(span)
        self.add(Phrase("span", span=span))
        return True

    def _plainly_times(self, first: Clock, last: Clock) -> bool:
        """Return whether 8.30-17.30 cannot be two dates."""
        return (
            bool(first.part or last.part)
            or max(first.hour, last.hour) > 12
            or 0 in (first.minute, last.minute)
        )

    def _label_before(self) -> str:
        """Return noon behind 午休, whose times are those of midday."""
        before = [phrase.kind for phrase in self.out if phrase.kind not in ("colon", "open-bracket")]
        return "noon" if before[-1:] == ["break"] else ""

    def _part_behind(self, first: Clock, last: Clock) -> tuple[Clock, Clock]:
        """Take up a part of the day in brackets behind its span: 1:30-5:00(下午)."""
        if (
            self.kind() == "open-bracket"
            and self.kind(1) in _PARTS
            and self.kind(2) == "close-bracket"
            and not first.part
            and not last.part
        ):
            first = replace(first, part=self.kind(1))
            self.at += 3
        return first, last

    def _clock_words(self) -> str:
        return "".join(token.word for token in self.tokens[max(0, self.at - 4) : self.at + 4])

    def _extended(self) -> bool:
        """Read 延长至23:00, 提前至16:00, 营业至21:00."""
        start = self.at
        if self.kind() == "extend":
            self.at += 1
        elif self.kind() in ("opens", "opening") and self.kind(1) == "to":
            self.at += 2
        elif self.kind() == "to" and self.out and self.out[-1].kind == "days":
            self.at += 1
        else:
            return False
        self.at += self.kind() == "colon"
        clock = self._clock()
        if clock is None:
            self.at = start
            if self.kind() == "to":
                raise self.refuse("hours-word", self.word() + self.word(1))
            if self.kind() == "extend":
                raise self.refuse("hours-times")
            return False
        if self.kind() in ("closed", "ends"):
            self.at += 1
        self.add(Phrase("extend", clock=clock))
        return True

    # What is left aside

    def _last_word(self) -> bool:
        """Step over 停止入场 behind a time: the time says nothing of the doors."""
        if self.kind() != "last-entry":
            return False
        self.at += 1
        return True

    def _last_entry(self) -> bool:
        if self.kind() != "last-entry":
            return False
        self.at += 1
        self.at += self.kind() == "colon"
        self._clock()
        return True

    def _before_closing(self) -> bool:
        """Step over 闭馆前30分钟停止入场."""
        if self.kind() != "before-closing":
            return False
        ahead = 1
        while self.kind(ahead) in ("number", "numeral", "half", "hours", "minute", "count", "oclock"):
            ahead += 1
        if self.kind(ahead) != "last-entry" or ahead < 2:
            raise self.refuse("hours-word", self.word() + self.word(1))
        self.at += ahead + 1
        return True


_STRAY = (
    "number", "numeral", "oclock", "half", "quarter", "sharp", "minute", "hours", "month", "year", "date",
    "ri", "tian", "count", "dot", "to", "next-year", "ends", "nth",
)  # fmt: skip
