"""Opening hours that are meant in OpenStreetMap's syntax and typed a little beside it, put into it.

Only spelling is mended: the case of days and months, long dashes, blanks, colons behind days, points and
letters in times. What may mean two things (``9-5``) stays as it is, and is asked about.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DAYS: Final = {
    "mo": "Mo", "tu": "Tu", "we": "We", "th": "Th", "fr": "Fr", "sa": "Sa", "su": "Su",
    "mon": "Mo", "tue": "Tu", "tues": "Tu", "wed": "We", "thu": "Th", "thur": "Th", "thurs": "Th",
    "fri": "Fr", "sat": "Sa", "sun": "Su", "ph": "PH", "sh": "SH",
    "monday": "Mo", "tuesday": "Tu", "wednesday": "We", "thursday": "Th", "friday": "Fr",
    "saturday": "Sa", "sunday": "Su",
}  # fmt: skip
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS: Final = _DAYS | {month.lower(): month for month in _MONTHS}
_WORD = re.compile(r"[A-Za-z]+")
_DASHES = re.compile("[‐‑‒–—―−~～〜]")
_QUOTED = re.compile(r'("[^"]*")')
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_MENDS: Final = (
    # Blanks around the dash of a range, and a colon behind its days.
    (re.compile(r"\s*-\s*"), "-"),
    (re.compile(rf"({_DAY}):(?=\s*\d)"), r"\1"),
    (re.compile(rf"({_DAY})\s*/\s*(?={_DAY})"), r"\1,"),
    # 0900-1700, 8.30, 9h30, 17:00h and 17.00 Uhr.
    (re.compile(r"(?<![\d:.])([01]\d|2[0-4])([0-5]\d)-([01]\d|2[0-4])([0-5]\d)(?![\d:.])"), r"\1:\2-\3:\4"),
    (re.compile(r"(?<![\d:.])(\d{1,2})[.h]([0-5]\d)(?![\d:.])"), r"\1:\2"),
    (re.compile(r"(?<=\d:\d\d)\s*(?:h|Uhr|hrs)\b"), ""),
    (re.compile(rf"({_DAY}),?\s+(?:from\s+)?(?=\d)"), r"\1 "),
)


def osm_form(text: str) -> str:
    """Return a text with its spelling mended; comments in quotes stay as they are.

    Examples
    --------
    >>> osm_form("mo - fr: 8.30–17.30")
    'Mo-Fr 8:30-17:30'
    >>> osm_form("Mo-Fr 0900-1700")
    'Mo-Fr 09:00-17:00'
    """
    parts = _QUOTED.split(unicodedata.normalize("NFKC", text))
    return "".join(part if part.startswith('"') else _mended(part) for part in parts).strip()


def _mended(text: str) -> str:
    text = _DASHES.sub("-", text)
    text = _WORD.sub(lambda found: _WORDS.get(found[0].lower(), found[0]), text)
    for pattern, by in _MENDS:
        text = pattern.sub(by, text)
    return re.sub(r"(?<=[A-Za-z])(?=\d\d?:)", " ", text)
