"""What office sheets write of opening hours, turned into the syntax of OpenStreetMap.

周一至周五 9:00-17:00, 工作日上午9点至11点半、下午1:30-5:00, 全天, 每天, 朝九晚五, 节假日休息: the text is
cut into days, times and words for closed; whatever is left over makes it unreadable. Nothing is
guessed: 9:00-5:00 is refused, since it may mean the afternoon or the next morning. Days without times
are whole days, and where only closed days are named all others are open, as the syntax has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.hours import check_hours

_NUMERALS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}  # fmt: skip  # noqa: E501
_DAY_NAMES = {"一": "Mo", "二": "Tu", "三": "We", "四": "Th", "五": "Fr", "六": "Sa", "日": "Su", "天": "Su", "末": "Sa,Su", "1": "Mo", "2": "Tu", "3": "We", "4": "Th", "5": "Fr", "6": "Sa", "7": "Su"}  # fmt: skip  # noqa: E501
_MORNING = {"凌晨", "清晨", "早上", "上午", "早", "晨"}
_AFTERNOON = {"下午", "傍晚", "晚上", "晚间", "晚", "夜间", "夜里", "夜"}
_NEXT_DAY = {"次日", "第二天", "翌日"}
_PART = "凌晨|清晨|早上|上午|晨|早|正午|中午|下午|傍晚|晚上|晚间|晚|夜间|夜里|夜|次日|第二天|翌日"
_NUMBER = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_CLOCK = rf"(?:(?:{_PART})*{_NUMBER}(?::\d{{2}}(?::00)?|[点时](?:半|一刻|三刻|整|{_NUMBER}分?)?)?)"
_DAY = r"(?:周|星期|礼拜)[一二三四五六日天末1-7]"
_TOKEN = re.compile(
    rf"(?P<workdays>法定工作日|工作日|上班日)"
    rf"|(?P<holidays>法定节假日|法定假日|公共假日|节假日|假日|节日)"
    rf"|(?P<weekend>双休日|周六日|周六、日|休息日)"
    rf"|(?P<daily>每天|每日|天天|全周|一周七天|全年无休|全年)"
    rf"|(?P<range>{_DAY}(?:-(?:周|星期|礼拜)?[一二三四五六日天1-7]))"
    rf"|(?P<day>{_DAY})"
    rf"|(?P<allday>7[x*]24(?:小时)?|(?:24|二十四)小时|24h|全天候|全天|昼夜)"
    rf"|(?P<usual>照常|正常)"
    rf"|(?P<off>暂停|不营业|不开放|不对外|休息|休馆|闭馆|关闭|停业|除外|休)"
    rf"|(?P<time>{_CLOCK}-{_CLOCK})"
    rf"|(?P<filler>营业时间|开放时间|服务时间|办公时间|其余|其他|时间|营业|开放|服务|办公|[和及与、,;/:()\s])",
    re.IGNORECASE,
)
_CLOCK_PARTS = re.compile(
    rf"(?P<part>(?:{_PART})*)(?P<hour>{_NUMBER})"
    rf"(?::(?P<minute>\d{{2}})(?::00)?|(?P<spoken>[点时])(?P<rest>半|一刻|三刻|整|{_NUMBER}分?)?)?"
)
_SPOKEN = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}


@dataclass
class _Rule:
    """Days with their times while a text is read; no times means all day."""

    days: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    closed: bool = False
    usual: bool = False

    @property
    def is_stated(self) -> bool:
        return bool(self.times or self.closed or self.usual)

    def to_osm(self) -> str:
        days = ",".join(dict.fromkeys(self.days))
        # "Every day" is said by leaving the days out; a holiday is a day like any other then.
        days = "" if days == "Mo-Su" else days
        return f"{days} {'off' if self.closed else ','.join(self.times)}".strip() or "24/7"


def read_hours(text: str | None) -> str | None:
    """Return opening hours in OpenStreetMap's syntax from that syntax or from an office's sheet.

    Parameters
    ----------
    text
        Either form; missing and empty stay missing.

    Raises
    ------
    InputError
        When a part of the text is understood as neither, or a time may mean two things.

    Examples
    --------
    >>> read_hours("周一至周五 9:00-17:00,节假日休息")
    'Mo-Fr 09:00-17:00; PH closed'
    >>> read_hours("工作日上午8点半到11点半 下午1:30-5:00")
    'Mo-Fr 08:30-11:30,13:30-17:00; PH closed'
    >>> read_hours("24小时")
    '24/7'
    """
    if text is None or not text.strip():
        return None
    if re.search("[A-Za-z]{2}|24/7", text):
        return check_hours(text.strip())
    return check_hours(_to_osm(_plain(text), text))


def _plain(text: str) -> str:
    """Return the text with one kind of digit, colon, dash and comma, without spaces around dashes."""
    plain = unicodedata.normalize("NFKC", text.strip())
    plain = re.sub(rf"[早朝]({_NUMBER})晚({_NUMBER})(?![点时:])", r"早\1点-晚\2点", plain)
    plain = re.sub(
        r"(周|星期|礼拜)[一二三四五六日](?:[、,][一二三四五六日](?!\w*[点时:]))+", _each_day, plain
    )
    plain = re.sub(r"除了?([^除]+?)(?:之外|以外|外)", r"\1除外;", plain)
    plain = re.sub(r"至|到|~|—+|–|－|―|──", "-", plain)
    plain = re.sub(r"[;。\n]|\|", ";", plain.replace("至", "-").replace("∶", ":"))
    return re.sub(r"\s*-+\s*", "-", plain)


def _each_day(match: re.Match[str]) -> str:
    """Write 周一、三、五 as 周一、周三、周五."""
    return re.sub(r"[、,]", f"、{match[1]}", match[0])


def _to_osm(plain: str, text: str) -> str:
    rules = [_Rule()]
    for kind, word in _tokens(plain, text):
        if kind in {"time", "allday"}:
            _add_times(rules, "00:00-24:00" if kind == "allday" else _span(word, text))
        elif kind == "off":
            rules[-1].closed = not rules[-1].times
        elif kind == "usual":
            rules[-1].usual = not rules[-1].is_stated
        elif kind != "filler":
            _add_days(rules, kind, word)
    named = [rule for rule in rules if (rule.is_stated or rule.days) and not rule.usual]
    if not named:
        raise _unreadable(text)
    if all(rule.closed and rule.days for rule in named):
        # Only closed days are named: on all others the place is open.
        named.insert(0, _Rule(["Mo-Su"]))
    return "; ".join([*_in_order(named), *_workday_holidays(rules, plain)])


def _tokens(plain: str, text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise _unreadable(text)
        yield str(match.lastgroup), match.group()
        position = match.end()


def _add_days(rules: list[_Rule], kind: str, word: str) -> None:
    if rules[-1].is_stated:
        rules.append(_Rule())
    rules[-1].days += _days(kind, word)


def _add_times(rules: list[_Rule], times: str) -> None:
    """Add times to the days named last; times without days of their own hold every day."""
    if rules[-1].closed or rules[-1].usual:
        rules.append(_Rule())
    rules[-1].days = rules[-1].days or ["Mo-Su"]
    rules[-1].times.append(times)


def _days(kind: str, word: str) -> list[str]:
    if kind == "range":
        first, last = word.split("-")
        return [f"{_DAY_NAMES[first[-1]]}-{_DAY_NAMES[last[-1]]}"]
    if kind == "day":
        return _DAY_NAMES[word[-1]].split(",")
    return {"workdays": ["Mo-Fr"], "holidays": ["PH"], "weekend": ["Sa", "Su"], "daily": ["Mo-Su"]}[kind]


def _in_order(rules: list[_Rule]) -> list[str]:
    """Return the rules with the closed days last: in this syntax the later rule wins."""
    return [rule.to_osm() for rule in sorted(rules, key=lambda rule: rule.closed)]


def _workday_holidays(rules: list[_Rule], plain: str) -> list[str]:
    """Return the rule that closes on holidays what is open on working days."""
    named = any("PH" in rule.days for rule in rules)
    return [] if named or not re.search("工作日|上班日", plain) else ["PH off"]


def _span(word: str, text: str) -> str:
    start_word, end_word = word.split("-")
    start, end = _CLOCK_PARTS.fullmatch(start_word), _CLOCK_PARTS.fullmatch(end_word)
    if start is None or end is None or not _is_clock(start, end):
        raise _unreadable(text)
    opens, closes = _minutes(start, text), _minutes(end, text)
    if not end["part"] and closes <= opens and opens >= 720 and closes + 720 > opens and start["part"]:
        closes += 720
    overnight = any(word in end["part"] for word in (*_NEXT_DAY, "凌晨"))
    if closes <= opens and closes + 720 > opens and not overnight:
        raise _ambiguous(text)
    return f"{_said(opens)}-{_said(closes)}"


def _is_clock(start: re.Match[str], end: re.Match[str]) -> bool:
    """Return whether a span of two bare numbers says that it is one of hours: 9-17点, 早9-晚5."""
    return any(match["minute"] or match["spoken"] or match["part"] for match in (start, end))


def _minutes(match: re.Match[str], text: str) -> int:
    hour, part = _number(match["hour"]), match["part"]
    minute = int(match["minute"] or 0)
    if match["rest"]:
        rest = match["rest"]
        minute = _SPOKEN[rest] if rest in _SPOKEN else _number(rest.removesuffix("分"))
    if any(part.endswith(word) for word in _AFTERNOON) and 1 <= hour < 12:
        hour += 12
    if part.endswith(("中午", "正午")) and hour < 3:
        hour += 12
    if any(part.endswith(word) for word in _MORNING) and hour > 12:
        raise _ambiguous(text)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _unreadable(text)
    return hour * 60 + minute


def _number(word: str) -> int:
    """Return a number written in digits or in Chinese below one hundred.

    Examples
    --------
    >>> [_number(word) for word in ("8", "十", "十二", "二十", "二十一", "两")]
    [8, 10, 12, 20, 21, 2]
    """
    if word.isdigit():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return _NUMERALS[word[-1]]
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def _said(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _unreadable(text: str) -> InputError:
    what = Text("These opening hours cannot be read", "无法识别的开放时间")
    fix = Text(
        "Write days and times, such as `Mo-Fr 09:00-17:00; PH off`",
        "请写明日期和时间，例如“周一至周五 9:00-17:00，节假日休息”",
    )
    return InputError([Fault(what, fix, value=text[:60], code="hours")])


def _ambiguous(text: str) -> InputError:
    what = Text("This time may mean two things", "时间有歧义")
    fix = Text("Write 17:00 for the afternoon or 次日5:00 for the next day", "请写 17:00 或 次日5:00")
    return InputError([Fault(what, fix, value=text[:60], code="hours-ambiguous")])
