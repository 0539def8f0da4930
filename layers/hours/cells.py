"""Cells of opening hours: known, missing, or refused with a question to the clerk.

A cell holds OpenStreetMap's syntax or what an office writes (周一至周五 9:00-17:00, 工作日上午9点至11点半,
周一闭馆，其余时间9:00-17:00); `layers.hours.grammar` reads the latter. What may mean two things
is refused; hours are never invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from geo.errors import Fault, InputError
from layers.hours.grammar import MOST_CHARACTERS, read_office_hours
from layers.hours.opening import check_hours
from layers.hours.osm_form import osm_form
from layers.hours.questions import question

HoursState = Literal["known", "missing", "refused"]

MOST_OSM_CHARACTERS: Final = 4_000
_NOTHING = frozenset({"无", "暂无", "空", "不详", "未知", "-", "--", "—", "/", "null", "none", "nan", "n/a"})
_OSM = re.compile(
    r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|week|easter|sunrise|sunset|dawn|dusk|off|open|closed|unknown|24/7|\"|"
    r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|(?i:mo|tu|we|th|fr|sa|su))\b"
)
_BARE_HOURS = re.compile(r"(?<![\d:])(\d{1,2})-(\d{1,2})(?![\d:])")
_QUOTED = re.compile(r'"[^"]{0,4000}"')
_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class HoursReading:
    """What became of one cell.

    Attributes
    ----------
    state
        ``known``, ``missing`` (the cell says nothing) or ``refused`` (it says what cannot be read).
    osm
        The hours in OpenStreetMap's syntax where they are known, else None.
    fault
        The question to the clerk where they are refused, else None.
    """

    state: HoursState
    osm: str | None = None
    fault: Fault | None = None


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
    if text is None:
        return None
    trimmed = text.strip()
    if not trimmed:
        return None
    if len(trimmed) > MOST_OSM_CHARACTERS:
        raise question("hours-long", trimmed)
    if _OSM.search(trimmed) and not _CHINESE.search(_QUOTED.sub("", trimmed)):
        try:
            return _osm_hours(_BARE_HOURS.sub(_with_minutes, trimmed) if "[" not in trimmed else trimmed)
        except InputError:
            if len(trimmed) > MOST_CHARACTERS or '"' in trimmed:
                raise
    return check_hours(read_office_hours(trimmed))


def _osm_hours(text: str) -> str:
    """Return hours in OpenStreetMap's syntax, their spelling mended where they are not."""
    try:
        return check_hours(text)
    except InputError:
        mended = osm_form(text)
        if mended == text:
            raise
        return check_hours(mended)


def _with_minutes(found: re.Match[str]) -> str:
    """Write `Mo-Fr 9-17` as `Mo-Fr 9:00-17:00`; 9-5 stays, as it may be 9 to 17."""
    first, last = int(found[1]), int(found[2])
    return f"{first:02d}:00-{last:02d}:00" if 6 <= first < last <= 24 and last > 12 else found[0]


def unknown_hours(facilities: pd.DataFrame) -> tuple[int, int]:
    """Return how many facilities say nothing of their hours, and how many say what could not be read."""
    unknown = facilities["opening_hours"].isna()
    if "hours_state" not in facilities:
        return int(unknown.sum()), 0
    refused = int((facilities["hours_state"] == "refused").sum())
    return int(unknown.sum()) - refused, refused


def read_hours_cell(text: str | None, *, osm_only: bool = False) -> HoursReading:
    """Return what a cell says of opening hours.

    Parameters
    ----------
    text
        The cell.
    osm_only
        Whether it is a tag of OpenStreetMap, whose times count to 24 and are not asked about.

    Examples
    --------
    >>> read_hours_cell("周六 9:00-12:00")
    HoursReading(state='known', osm='Sa 09:00-12:00', fault=None)
    >>> [read_hours_cell(text).state for text in (None, " ", "无", "夏季 9:00-18:00")]
    ['missing', 'missing', 'missing', 'refused']
    """
    if text is None or not text.strip() or text.strip().lower() in _NOTHING:
        return HoursReading("missing")
    try:
        if osm_only and len(text) > MOST_OSM_CHARACTERS:
            raise question("hours-long", text)
        osm = _osm_hours(text.strip()) if osm_only else read_hours(text)
    except InputError as error:
        return HoursReading("refused", fault=error.faults[0])
    return HoursReading("known", osm)
