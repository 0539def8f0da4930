"""A calendar of public holidays as a file of the study: days off and worked weekends, as .csv or .toml.

``holidays.csv`` has a row a day or range of days, under the headers ``date`` (日期) and ``kind`` (类型):
``off`` (休, 放假) or ``working`` (班, 上班); ``holidays.toml`` has the lists ``off`` and ``working``. A range
is written ``2027-02-06/2027-02-12``.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from geo.errors import Fault, InputError
from geo.text import Text
from layers.hours.holidays import SATURDAY, ListedCalendar

MOST_BYTES: Final = 100_000
_MOST_DAYS = 60
_Kind = Literal["off", "working"]
_OFF = ("off", "holiday", "休", "休息", "放假", "节假日", "法定节假日", "假", "休假", "公休")
_WORKING = ("working", "work", "班", "上班", "调休上班", "补班", "工作日", "调班")
_KINDS: dict[str, _Kind] = {**dict.fromkeys(_OFF, "off"), **dict.fromkeys(_WORKING, "working")}
_DATE_HEADERS = ("date", "dates", "日期", "日期范围")
_KIND_HEADERS = ("kind", "type", "类型", "类别", "安排", "说明")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_RANGE = re.compile(r"\s*(?:/|至|到|~|—|–| - | to )\s*(?=\d{4})")

_Entry = tuple[str, str, str]
"""Where it stands, the date or range as written, and the kind as written."""


def read_holidays(path: Path) -> ListedCalendar:
    """Return the calendar of a file.

    Parameters
    ----------
    path
        A .csv (UTF-8 or GB 18030) or .toml file.

    Raises
    ------
    InputError
        With every row that cannot be used, or where the file cannot be read.
    """
    entries = list(_of_toml(path) if path.suffix.lower() == ".toml" else _of_csv(path))
    days: dict[_Kind, set[date]] = {"off": set(), "working": set()}
    faults: list[Fault] = []
    for place, written, kind_written in entries:
        kind = _KINDS.get(kind_written.strip().lower())
        found = _days(written)
        if kind is None or found is None:
            faults.append(_bad_entry(path, place, kind_written if kind is None else written, kind is None))
            continue
        days[kind] |= set(found)
    faults += [_not_a_weekend(path, day) for day in sorted(days["working"]) if day.weekday() < SATURDAY]
    faults += [_both(path, day) for day in sorted(days["working"] & days["off"])]
    if not faults and not days["off"]:
        what = Text("The calendar names no day off", "节假日文件中没有放假日期")
        faults.append(
            _fault(path, what, Text("Add rows such as 2027-01-01,off", "请添加，例如“2027-01-01,放假”"))
        )
    if faults:
        raise InputError(faults)
    return ListedCalendar(path.stem, frozenset(days["off"]), frozenset(days["working"]))


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        what = Text("The calendar of holidays cannot be opened", "节假日文件无法打开")
        raise InputError([_fault(path, what, Text("Check the path", "请核对文件路径"))]) from error
    if size > MOST_BYTES:
        what = Text("The calendar of holidays is too large", "节假日文件过大")
        raise InputError([_fault(path, what, Text("Give dates alone", "请只保留日期"))])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    what = Text("The calendar of holidays is no text", "节假日文件不是文本文件")
    raise InputError([_fault(path, what, Text("Save it as CSV UTF-8", "请另存为 CSV UTF-8"))])


def _of_toml(path: Path) -> Iterator[_Entry]:
    text = _text(path)
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = Text("The calendar of holidays is not TOML", "节假日文件不是有效的 TOML")
        fix = Text(f"{error}", "请按示例书写：off = [2027-01-01]")
        raise InputError([_fault(path, what, fix)]) from error
    for key, value in raw.items():
        if key not in ("off", "working") or not isinstance(value, list):
            yield key, "", key if key not in ("off", "working") else ""
            continue
        for number, one in enumerate(value, start=1):
            written = one.date() if isinstance(one, datetime) else one
            yield f"{key}[{number}]", str(written), key


def _of_csv(path: Path) -> Iterator[_Entry]:
    rows = list(csv.reader(io.StringIO(_text(path)), strict=False))
    headers = [cell.strip().lower() for cell in rows[0]] if rows else []
    at = next((n for n, header in enumerate(headers) if header in _DATE_HEADERS), None)
    kind_at = next((n for n, header in enumerate(headers) if header in _KIND_HEADERS), None)
    if at is None or kind_at is None:
        what = Text(
            "The calendar of holidays has no headers 'date' and 'kind'", "节假日文件缺少表头“日期”和“类型”"
        )
        fix = Text("Write date,kind in the first row", "请在首行写两个表头：“日期”和“类型”")
        raise InputError([_fault(path, what, fix)])
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            padded = [*row, *[""] * len(headers)]
            yield str(number), padded[at], padded[kind_at]


def _days(written: str) -> list[date] | None:
    """Return the days of a date or a range, None where it is neither."""
    ends = [_date(part) for part in _RANGE.split(written.strip())] if len(written) < 60 else []
    if not 1 <= len(ends) <= 2 or None in ends:
        return None
    first, last = ends[0], ends[-1]
    if first is None or last is None or not 0 <= (last - first).days < _MOST_DAYS:
        return None
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _date(written: str) -> date | None:
    found = _DATE.fullmatch(written.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _bad_entry(path: Path, place: str, value: str, kind: bool) -> Fault:
    row = int(place) if place.isdigit() else None
    source = path.name if row is not None else f"{path.name}: {place}"
    if kind:
        what = Text("Neither a day off nor a working day", "类型无法识别")
        fix = Text("Write off or working", "请填“放假”或“上班”")
    else:
        what = Text("Not a date, or a range of more than 60 days", "日期无法识别，或跨度超过 60 天")
        fix = Text("Write 2027-02-06 or 2027-02-06/2027-02-12", "请写成 2027-02-06 或 2027-02-06/2027-02-12")
    return Fault(what, fix, source=source, row=row, value=value[:60], code="holidays")


def _not_a_weekend(path: Path, day: date) -> Fault:
    what = Text("A working day that is no Saturday or Sunday", "调休上班日不是周六或周日")
    fix = Text(
        "Name worked weekends alone; Monday to Friday are worked anyway", "只需列出调休上班的周六、周日"
    )
    return _fault(path, what, fix, day.isoformat())


def _both(path: Path, day: date) -> Fault:
    what = Text("A day both off and worked", "同一天既放假又上班")
    return _fault(path, what, Text("Keep one of them", "请保留其中一项"), day.isoformat())


def _fault(path: Path, what: Text, fix: Text, value: str = "") -> Fault:
    return Fault(what, fix, source=path.name, value=value, code="holidays")
