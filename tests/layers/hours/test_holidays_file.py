"""A calendar of holidays as a file: days off, worked weekends, and what is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from geo.errors import InputError
from layers.hours.holidays import ListedCalendar, day_kind, working_day_near
from layers.hours.holidays_file import read_holidays
from layers.hours.opening import open_at

OFFICE = "Mo-Fr 09:00-17:00; PH off"
CSV = "日期,类型\n2027-01-01,放假\n2027-02-06/2027-02-12,放假\n2027-02-20,上班\n"
TOML = 'off = [2027-01-01, "2027-02-06/2027-02-12"]\nworking = [2027-02-20]\n'


@pytest.fixture(params=["csv", "gb18030", "toml"])
def calendar(request, tmp_path):
    path = tmp_path / ("holidays.toml" if request.param == "toml" else "holidays.csv")
    text = TOML if request.param == "toml" else CSV
    path.write_bytes(text.encode("gb18030" if request.param == "gb18030" else "utf-8-sig").removeprefix(
        b"" if path.suffix == ".csv" else b"\xef\xbb\xbf"
    ))  # fmt: skip
    return read_holidays(path)


def test_days_of_the_file(calendar):
    days = [date(2027, 1, 1), date(2027, 2, 12), date(2027, 2, 13), date(2027, 2, 20), date(2027, 2, 19)]
    kinds = ["holiday", "holiday", "ordinary", "working_weekend", "ordinary"]
    assert [day_kind(day, calendar) for day in days] == kinds
    assert working_day_near(date(2027, 2, 20), calendar) == date(2027, 2, 19)


def test_hours_by_the_file(calendar):
    moments = [datetime(2027, 2, 8, 10), datetime(2027, 2, 20, 10), datetime(2027, 2, 15, 10)]
    assert [open_at([OFFICE], moment, holidays=calendar)[0] for moment in moments] == [False, True, True]


def test_a_year_of_one_month_is_not_known(calendar):
    assert calendar.knows(2027)
    assert not calendar.knows(2026)


def test_the_end_of_another_years_holiday_makes_no_year_known(tmp_path):
    path = tmp_path / "holidays.csv"
    path.write_text("date,kind\n2026-12-31,off\n2027-01-01,off\n2027-05-01,off\n")
    assert [read_holidays(path).knows(year) for year in (2026, 2027)] == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "row", "found"),
    [
        ("a.csv", "date,kind\n2027-01-01,maybe\n", 2, "maybe"),
        ("a.csv", "date,kind\n2027-13-01,off\n", 2, "2027-13-01"),
        ("a.csv", "date,kind\n2027-01-05/2027-01-01,off\n", 2, "2027-01-05/2027-01-01"),
        ("a.csv", "date,kind\n2020-01-01/2027-01-01,off\n", 2, "2020-01-01/2027-01-01"),
        ("a.csv", "date,kind\n2027-01-01,off\n2027-01-04,working\n", None, "2027-01-04"),
        ("a.csv", "date,kind\n2027-01-02,off\n2027-01-02,working\n", None, "2027-01-02"),
        ("a.csv", "day,what\n2027-01-02,off\n", None, ""),
        ("a.csv", "", None, ""),
        ("a.csv", "date,kind\n", None, ""),
        ("a.csv", "x" * 300_000, None, ""),
        ("a.toml", "off = [", None, ""),
        ("a.toml", "off = 3", None, ""),
        ("a.toml", "of = [2027-01-01]", None, "of"),
        ("a.toml", "off = [true]", None, "True"),
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path, name, text, row, found):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_holidays(tmp_path / name)
    fault = caught.value.faults[0]
    assert (fault.code, fault.row, fault.value) == ("holidays", row, found)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00date", b"date,kind\n\x00,off\n", b"\x80\x81\xff"])
def test_bytes_that_are_no_text_are_refused(tmp_path, data):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError):
        read_holidays(tmp_path / "a.csv")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        read_holidays(tmp_path / "a.csv")


def test_a_working_saturday_after_a_holiday_is_like_the_day_before_the_holiday():
    """Thursday and Friday are off, and Saturday and Sunday are worked for them: like that Wednesday."""
    off, worked = {date(2027, 4, 8), date(2027, 4, 9)}, {date(2027, 4, 10), date(2027, 4, 11)}
    calendar = ListedCalendar("Q", frozenset(off), frozenset(worked))
    assert working_day_near(date(2027, 4, 10), calendar) == date(2027, 4, 7)
    assert working_day_near(date(2027, 4, 11), calendar) == date(2027, 4, 7)
