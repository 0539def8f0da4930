"""Opening hours in words, as the page of a map says them; what is more than days and times stays as it is."""

from __future__ import annotations

import re
from typing import Final

from geo.text import Language, Text

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NAMES: Final = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_SPAN: Final = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_DAY: Final = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SOME: Final = rf"(?:PH|{_DAY}(?:-{_DAY})?)"
_RULE: Final = re.compile(rf"(?:(?P<days>{_SOME}(?:,{_SOME})*) )?(?P<times>off|{_SPAN}(?:,{_SPAN})*)")
_ALWAYS: Final = Text("always open", "全天开放")
_DAILY: Final = Text("daily", "每天")
_HOLIDAYS: Final = Text("public holidays", "法定节假日")
_CLOSED: Final = Text("closed", "不开放")


def hours_in_words(hours: str, language: Language) -> str:
    """Return opening hours as they are said.

    Examples
    --------
    >>> hours_in_words("Mo-Fr 08:30-17:30; PH off", "zh")
    '周一至周五 8:30–17:30；法定节假日 不开放'
    >>> hours_in_words("sunrise-sunset", "zh")
    'sunrise-sunset'
    """
    if hours.strip() == "24/7":
        return _ALWAYS.to(language)
    rules = [_RULE.fullmatch(rule.strip()) for rule in hours.split(";")]
    said = [_rule(rule, language) for rule in rules if rule is not None]
    return ("；" if language == "zh" else "; ").join(said) if len(said) == len(rules) else hours


def _rule(rule: re.Match[str], language: Language) -> str:
    comma = "、" if language == "zh" else ", "
    days = rule["days"]
    who = (
        _DAILY.to(language) if days is None else comma.join(_days(each, language) for each in days.split(","))
    )
    if rule["times"] == "off":
        return f"{who} {_CLOSED.to(language)}"
    spans = (re.sub(r"\b0(\d:)", r"\1", span).replace("-", "–") for span in rule["times"].split(","))
    return f"{who} {comma.join(spans)}"


def _days(days: str, language: Language) -> str:
    if days == "PH":
        return _HOLIDAYS.to(language)
    if days == "Mo-Su":
        return _DAILY.to(language)
    names = [_NAMES[language][_DAYS.index(day)] for day in days.split("-")]
    return ("至" if language == "zh" else "–").join(names)
