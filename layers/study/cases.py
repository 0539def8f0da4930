"""The cases of a study: travel profile, moment and people counted, with their names in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from opening_hours import UnknownCountryError  # type: ignore[attr-defined]

from geo.assessment.case import Case, CaseShift
from geo.errors import Fault, InputError
from geo.network.profiles import Profile
from geo.text import Text
from layers.catalogue.profiles import read_profile
from layers.hours.holidays import CHINA, HolidayCalendar
from layers.hours.holidays_file import read_holidays
from layers.hours.opening import TYPICAL_MONDAY, open_at, parse_moment, week_profile
from layers.study.model import CaseRow, Study
from layers.study.paths import resolve_source

_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")
_ANY_HOUR = Text("at any hour", "不限时段")
_SHIFTS: dict[CaseShift, Text] = {
    "in": Text("people within working hours", "8 小时内人群"),
    "out": Text("people outside working hours", "8 小时外人群"),
    "all": Text("", ""),
}
_DATED = re.compile(r"\s*\d{4}")


def read_cases(study: Study) -> tuple[Case, ...]:
    """Return the cases of a study; one of its own profile and hour where it names none.

    Raises
    ------
    InputError
        With every case that cannot be used.
    """
    rows = study.cases or (CaseRow.model_construct(id="study", name=None, profile=None, at=None, on=None),)
    faults = [*_same_ids(rows), *_unknown_country(study)]
    cases = []
    for number, row in enumerate(rows, start=1):
        place = f"case[{number}]." if study.cases else ""
        try:
            cases.append(_case(study, row))
        except InputError as error:
            faults += [_at(fault, place) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return tuple(cases)


def open_then(study: Study, case: Case, facilities: pd.DataFrame) -> npt.NDArray[np.bool_] | None:
    """Return which facilities are open at the hour of a case; None where it asks for no hour.

    What `hours_known` does not hold may be either.
    """
    if case.moment is None:
        return None
    return open_at(facilities["opening_hours"], case.moment, holidays=holidays_of(study))


def hours_known(facilities: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which facilities say when they are open; of the others nothing is known."""
    return np.asarray(facilities["opening_hours"].notna(), dtype=np.bool_)


def open_through_week(study: Study, facilities: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return bool [facilities, 168]: open at every full hour of a week without holidays.

    What `hours_known` does not hold may be open or not.
    """
    return week_profile(facilities["opening_hours"], holidays=holidays_of(study)).open_by_hour


def holidays_of(study: Study) -> str | HolidayCalendar:
    """Return whose public holidays opening hours mean: a country's code, or the calendar of a file.

    Raises
    ------
    InputError
        With every row of the file that cannot be used.
    """
    path = study.holidays_file
    return study.holidays if path is None else read_holidays(path)


def years_without_holidays(study: Study, moments: Iterable[datetime]) -> list[int]:
    """Return the years of some moments whose public holidays are not at hand, rising.

    Only China's calendar and a study's own are asked: of other countries the library knows every year.
    """
    holidays = holidays_of(study)
    calendar = CHINA if holidays == "CN" else holidays
    if isinstance(calendar, str):
        return []
    return sorted({moment.year for moment in moments if not calendar.knows(moment.year)})


def _case(study: Study, row: CaseRow) -> Case:
    profile = _profile(study, row.profile or study.profile)
    at = row.at or study.at
    moment = parse_moment(at) if at else None
    on = row.on or study.on or (moment.date() if at and moment and _DATED.match(at) else None)
    hour = _hour(moment, on, row.shift)
    named = partial(Case, row.id, profile=profile, moment=moment, on=on, shift=row.shift, hour=hour)
    return named(Text(row.name, row.name) if row.name else _named(profile, hour))


def _profile(study: Study, name: str) -> Profile:
    if name.endswith(".toml"):
        path = resolve_source(study.folder, name)
        return read_profile(path.name, path.parent)
    return read_profile(name)


def _hour(moment: datetime | None, on: date | None, shift: CaseShift) -> Text:
    """Return moment, date and shift in words."""
    parts = [_ANY_HOUR if moment is None else Text(*(_moment(moment, days.split()) for days in _DAYS))]
    if on is not None and (moment is None or moment.date() != on):
        parts.append(Text(f"as of {on.isoformat()}", f"按 {on.isoformat()} 的状态"))
    if shift != "all":
        parts.append(_SHIFTS[shift])
    return Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


def _moment(moment: datetime, days: list[str]) -> str:
    typical = 0 <= (moment.date() - TYPICAL_MONDAY).days < 7
    day = "" if typical else f"{moment:%Y-%m-%d} "
    return f"{day}{days[moment.weekday()]} {moment:%H:%M}"


def _named(profile: Profile, hour: Text) -> Text:
    return Text(f"{profile.name.en}, {hour.en}", f"{profile.name.zh}，{hour.zh}")


def _same_ids(rows: tuple[CaseRow, ...]) -> Iterator[Fault]:
    ids = [row.id for row in rows]
    for number, row_id in enumerate(ids, start=1):
        if ids.index(row_id) + 1 < number:
            what = Text("the id of another case", "情景 id 重复")
            fix = Text("Give each its own id", "请用不同的 id")
            yield Fault(what, fix, source=f"case[{number}].id", value=row_id, code="study")


def _unknown_country(study: Study) -> Iterator[Fault]:
    try:
        open_at(["PH off"], datetime(2026, 1, 1), holidays=holidays_of(study))
    except InputError as error:
        yield from error.faults
    except UnknownCountryError:
        what = Text("the public holidays of this country are not known", "没有该国家的公众假期")
        fix = Text("Write its ISO code, such as CN", "请写国家代码，例如 CN")
        yield Fault(what, fix, source="holidays", value=study.holidays, code="study")


def _at(fault: Fault, place: str) -> Fault:
    """Name the key of the study where a fault names none."""
    key = fault.source or "at"
    return Fault(fault.what, fault.fix, source=f"{place}{key}", value=fault.value, code=fault.code)
