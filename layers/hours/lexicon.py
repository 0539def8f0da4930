"""The words offices write opening hours with, and a text cut into them.

A text is brought into one form (simplified characters, half-width digits and marks, one kind of dash) and
cut at the longest word known at each place, in one pass. What is no word of the vocabulary becomes an
``unknown`` token: the grammar refuses it and names it, so nothing is skipped because it was not understood.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import product
from types import MappingProxyType

_TRADITIONAL = str.maketrans(
    "週點時間開館節閉國營業務辦員號無禮預約電話雙單後兩個門診關對餘內終從學習園場進為與請須需鐘鍾暫調"
    "會訂處廳應僅現連續達滿補體團隊遊憩應該淩專課餐廳樓飯麵際實準視況據氣長遲遇併並嚴歲隔輪換領證",
    "周点时间开馆节闭国营业务办员号无礼预约电话双单后两个门诊关对余内终从学习园场进为与请须需钟钟暂调"
    "会订处厅应仅现连续达满补体团队游憩应该凌专课餐厅楼饭面际实准视况据气长迟遇并并严岁隔轮换领证",
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys("~—–－―─‐‑‒−～〜ー_→", "-"),
        **dict.fromkeys("。;|\n\r", ";"),
        **dict.fromkeys("∶：︰", ":"),
        **dict.fromkeys("【[「『《〔{<", "("),
        **dict.fromkeys("】]」』》〕}>", ")"),
        **dict.fromkeys("\t\u3000\xa0", " "),
        "﹑": "、",
    }
)

_EARLIER_WINS = ("minute", "morning", "closed", "opens", "allday")
"""Kinds that keep a word which another kind names too."""
_NO_KINDS = ("shut", "museum")
"""Lists that say more of words of another kind."""

_LETTER_HOUR = re.compile(
    r"(?<![\d:x×*/])(\d{1,2})h(\d{2})?(?=\s*-)|(?<=-)\s*(\d{1,2})h(\d{2})?(?![\da-z])|(?<=\d:\d\d)h\b"
)
_BARE_WEEK = re.compile("^([一二三四五])[至到-]([二三四五六日天])(?=[:( \\d]|上午|下午)")
"""一至五：8:30, which no clock time can be."""
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE_NUMERALS = "零〇一二两三四五六七八九十"


@lru_cache(maxsize=1)
def hours_vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Return the words of ``lexicon.toml`` by kind, composed ones among them."""
    text = files("layers.hours").joinpath("lexicon.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    words = {kind: list(several) for kind, several in raw["words"].items()}
    closed, public, last, no_break = (raw[key] for key in ("closed", "public", "last-entry", "no-break"))
    words["closed"] += [*closed["shut"], *_pairs(closed["not"], closed["doing"])]
    words["public"] += [*_pairs(public["law"], public["day"]), *public["alone"]]
    words["last-entry"] += _pairs(last["stop"], last["what"])
    words["no-break"] += _pairs(no_break["noon"], [*words["no-rest"], *no_break["usual"]])
    words["shut"] = [*closed["shut"], *_pairs(closed["not"], closed["doing"])]
    words["museum"] = closed["museum"]
    return MappingProxyType({kind: tuple(several) for kind, several in words.items()})


def _pairs(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return [f"{one}{other}" for one, other in product(first, second)]


@lru_cache(maxsize=1)
def _lexicon() -> tuple[Mapping[str, tuple[str, int]], int]:
    """Return kind and number of each word, and the length of the longest.

    The number is a weekday for English days, else 0.
    """
    words: dict[str, tuple[str, int]] = {}
    for kind, several in hours_vocabulary().items():
        for word in several:
            known = words.get(word)
            if kind not in _NO_KINDS and (known is None or known[0] not in _EARLIER_WINS):
                words[word] = (kind, 0)
    for number, day in enumerate(_ENGLISH_DAYS):
        words |= dict.fromkeys((day, day[:3], f"{day[:3]}.", f"{day}s"), ("english-day", number))
    for word, number in (("tues", 1), ("thur", 3), ("thurs", 3)):
        words |= dict.fromkeys((word, f"{word}."), ("english-day", number))
    return MappingProxyType(words), max(map(len, words))


def says_shut(words: Iterable[str]) -> bool:
    """Return whether words, alone in a cell, say that the place is shut."""
    return set(words) <= set(hours_vocabulary()["shut"])


def is_museum_closing(word: str) -> bool:
    """Return whether 节假日除外 behind a word for closed says that the place is open on those holidays."""
    return word in hours_vocabulary()["museum"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes
    ----------
    kind
        What the word is: ``number`` and ``numeral`` for digits and one Chinese numeral, ``unknown`` for what
        is no word, ``end`` behind the last one, else a kind of the vocabulary.
    word
        As written, in simplified characters and small letters.
    number
        Value of a number or numeral, weekday (Monday is 0) of an English day.
    """

    kind: str
    word: str
    number: int = 0


def plain(text: str) -> str:
    """Return a text in simplified characters, half-width and small letters, with one kind of each mark.

    Examples
    --------
    >>> plain("週一～週五：９：００")
    '周一-周五:9:00'
    """
    marked = unicodedata.normalize("NFKC", text.replace("。", ";")).translate(_MARKS)
    form = re.sub("-+", "-", marked.translate(_TRADITIONAL).lower()).strip()
    form = _LETTER_HOUR.sub(_in_figures, form)
    # A dash typed for 一.
    form = re.sub("周-(?=[至到])", "周一", form)
    return _BARE_WEEK.sub(r"周\1至周\2", form)


def _in_figures(found: re.Match[str]) -> str:
    """Write 9h and 9h30 as 9:00 and 9:30; the letter behind 17:00 says nothing."""
    hour, minute = found[1] or found[3], found[2] or found[4]
    return f"{hour}:{minute or '00'}" if hour else ""


def tokens(text: str) -> list[Token]:
    """Return the words of a plain text, blanks and fillers left out, an ``end`` behind them.

    Examples
    --------
    >>> [token.word for token in tokens(plain("周六、日 10：00－16：00"))][:6]
    ['周', '六', '、', '日', '10', ':']
    """
    found: list[Token] = []
    at = 0
    while at < len(text):
        token = _number_at(text, at) if text[at].isdigit() else None
        word = _word_at(text, at)
        if word is not None and (token is None or len(word) > len(token.word)):
            kind, number = _lexicon()[0][word]
            token = Token(kind, word, number)
        elif token is None and text[at] in _CHINESE_NUMERALS:
            token = Token("numeral", text[at], numeral(text[at]))
        elif token is None:
            token = Token("unknown", text[at])
        at += len(token.word)
        if token.kind != "filler":
            found.append(token)
    return [*found, Token("end", "")]


def _number_at(text: str, at: int) -> Token:
    end = at
    while end < len(text) and text[end].isdigit() and end - at < 5:
        end += 1
    word = text[at:end]
    return Token("number", word, int(word)) if word.isascii() else Token("unknown", word)


def _word_at(text: str, at: int) -> str | None:
    words, longest = _lexicon()
    for length in range(min(longest, len(text) - at), 0, -1):
        word = text[at : at + length]
        if word in words:
            return word
    return None


def numeral(word: str) -> int:
    """Return a number below one hundred written in Chinese.

    Raises
    ------
    ValueError
        Where the numerals make no number.

    Examples
    --------
    >>> [numeral(word) for word in ("八", "十", "十二", "二十", "二十一", "两", "三〇")]
    [8, 10, 12, 20, 21, 2, 30]
    """
    digits = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
    tens, ten, ones = word.rpartition("十")
    if len(tens) > 1 or len(ones) > 2 or (ten and len(ones) > 1) or "十" in tens:
        raise ValueError(word)
    if not ten:
        return int("".join(str(digits[char]) for char in ones))
    return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0)
