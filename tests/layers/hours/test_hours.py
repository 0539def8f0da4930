"""Opening hours: the moment, the week, holidays of China, and what an office sheet writes."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from layers.hours.cells import read_hours
from layers.hours.holidays import day_kind, working_day_near
from layers.hours.opening import HOURS_OF_WEEK, check_hours, open_at, parse_moment, week_profile

OFFICE = "Mo-Fr 09:00-17:00; PH off"
NATIONAL_DAY = date(2026, 10, 1)  # a Thursday
WORKING_SATURDAY = date(2026, 10, 10)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), "holiday"),
        (date(2026, 10, 3), "holiday"),  # a Saturday inside the holiday
        (WORKING_SATURDAY, "working_weekend"),
        (date(2026, 10, 17), "ordinary"),
        (date(2091, 10, 1), "ordinary"),
    ],
)
def test_days_of_the_calendar(day, kind):
    assert day_kind(day) == kind


def test_working_saturday_is_like_the_friday_before():
    assert working_day_near(WORKING_SATURDAY) == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (OFFICE, at(date(2026, 11, 17), 10), True),
        (OFFICE, at(date(2026, 11, 17), 9), True),
        (OFFICE, at(date(2026, 11, 17), 17), False),
        (OFFICE, at(date(2026, 11, 21), 10), False),
        (OFFICE, at(NATIONAL_DAY, 10), False),
        (OFFICE, at(WORKING_SATURDAY, 10), True),
        ("Mo-Fr 09:00-17:00", at(WORKING_SATURDAY, 10), False),  # does not keep the calendar
        ("Mo-Fr 09:00-17:00", at(NATIONAL_DAY, 10), True),
        ("Mo-Su,PH 08:00-20:00", at(NATIONAL_DAY, 10), True),
        ("Sa,PH 09:00-12:00", at(NATIONAL_DAY, 10), True),
        ("Sa,PH 09:00-12:00", at(date(2026, 11, 17), 10), False),
        ("Jan-Mar PH 09:00-12:00", at(NATIONAL_DAY, 10), False),
        ("PH 22:00-06:00", at(date(2026, 10, 8), 5), True),  # began on the last day of the holiday
        ("Mo-Fr 22:00-06:00", at(date(2026, 11, 21), 5), True),
        ("Mo-Fr 09:00-17:00; PH unknown", at(NATIONAL_DAY, 10), False),
    ],
)
def test_open_at(hours, moment, is_open):
    assert open_at([hours], moment).tolist() == [is_open]


def test_holidays_of_nobody_and_of_another_country():
    assert open_at([OFFICE], at(NATIONAL_DAY, 10), holidays=None).tolist() == [True]
    assert open_at([OFFICE], datetime(2026, 12, 6, 10), holidays="FI").tolist() == [False]


@pytest.mark.parametrize(
    "hours",
    [
        '"by appointment"',
        'Mo-Fr 09:00-17:00 || "by appointment"',
        'Mo-Fr 09:00-17:00; "by appointment"',
        'Sa "ring the bell"',
        'Sa 09:00-17:00 "by appointment; call"',
        'Sa 09:00-17:00 "预约"',
    ],
)
def test_a_comment_alone_opens_nothing(hours):
    assert open_at([hours], at(date(2026, 11, 21), 10)).tolist() == [False]
    assert open_at([check_hours(hours)], at(date(2026, 11, 21), 10)).tolist() == [False]


def test_a_remark_on_times_takes_nothing_away():
    assert open_at(['Sa 09:00-17:00 "cash; cards too"', '24/7 "gate"'], at(date(2026, 11, 21), 10)).all()


def test_missing_hours_count_as_open_and_are_counted():
    hours = pd.Series([OFFICE, None, np.nan, OFFICE])
    assert open_at(hours, at(NATIONAL_DAY, 10)).tolist() == [False, True, True, False]
    week = week_profile(hours)
    assert (week.unknown, len(week.strings)) == (2, 2)


def test_all_unreadable_strings_are_said_together():
    with pytest.raises(InputError) as caught:
        open_at(["nonsense", OFFICE, "also nonsense", "nonsense"], at(NATIONAL_DAY, 10))
    assert [fault.value for fault in caught.value.faults] == ["nonsense", "also nonsense"]


def test_week_of_an_office():
    week = week_profile([OFFICE]).open_by_hour[0]
    assert week.sum() == 40
    assert np.flatnonzero(week[:24]).tolist() == list(range(9, 17))


def test_week_with_a_holiday_in_it():
    week = week_profile([OFFICE], date(2026, 9, 28)).open_by_hour[0].reshape(7, 24).sum(axis=1)
    assert week.tolist() == [8, 8, 8, 0, 0, 0, 0]


def test_week_counts_the_full_hour():
    assert np.flatnonzero(week_profile(["08:30-10:30"]).open_by_hour[0][:24]).tolist() == [9, 10]


HOURS = st.sampled_from(
    [OFFICE, "24/7", "Mo-Fr 22:00-06:00", "Sa,PH 09:00-12:30", "off", None, "Mo-Fr 08:30-11:30,13:30-17:00"]
)
MONDAYS = st.sampled_from([date(2026, 9, 28), date(2026, 10, 5), date(2026, 2, 9), date(2026, 11, 16)])


@given(HOURS, MONDAYS, st.integers(0, HOURS_OF_WEEK - 1))
def test_the_week_agrees_with_the_moment(hours, monday, hour):
    moment = datetime.combine(monday, datetime.min.time()) + pd.Timedelta(hours=hour)
    assert week_profile([hours], monday).open_by_hour[0, hour] == open_at([hours], moment)[0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue 20:30", datetime(2026, 11, 17, 20, 30)),
        ("周日 8:05", datetime(2026, 11, 22, 8, 5)),
        ("星期天08:05", datetime(2026, 11, 22, 8, 5)),
        ("2027-05-01 20:30", datetime(2027, 5, 1, 20, 30)),
        ("2027-05-01T20:30", datetime(2027, 5, 1, 20, 30)),
    ],
)
def test_moments(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize("text", ["Tue", "Tue 25:00", "tomorrow", ""])
def test_not_a_moment(text):
    with pytest.raises(InputError):
        parse_moment(text)


@pytest.mark.parametrize(
    ("sheet", "osm"),
    [
        ("周一至周五 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("周一至周五9：00－17：00", "Mo-Fr 09:00-17:00"),
        ("星期一到星期五 上午8点半至下午5点", "Mo-Fr 08:30-17:00"),
        ("全天", "24/7"),
        ("24小时营业", "24/7"),
        ("7x24小时", "24/7"),
        ("每天 8:00~20:00", "08:00-20:00"),
        ("工作日 9:00-17:00", "Mo-Fr 09:00-17:00; PH closed"),
        ("工作日9:00-17:00,节假日照常开放", "Mo-Fr 09:00-17:00"),
        ("8:00-20:00 节假日休息", "08:00-20:00; PH closed"),
        ("周一闭馆,其余时间9:00-17:00", "09:00-17:00; Mo closed"),
        ("除周一外 9:00-17:00", "09:00-17:00; Mo closed"),
        ("周一、三、五 14:00-16:00", "Mo,We,Fr 14:00-16:00"),
        ("周一至周五 9:00-17:00;周末及法定节假日 10:00-16:00", "Mo-Fr 09:00-17:00; Sa,Su,PH 10:00-16:00"),
        ("工作日上午8点半到11点半 下午1:30-5:00", "Mo-Fr 08:30-11:30,13:30-17:00; PH closed"),
        ("朝九晚五", "09:00-17:00"),
        ("18:00-次日2:00", "18:00-02:00"),
        ("18:00-2:00", "18:00-02:00"),
        ("08:30:00-17:30:00", "08:30-17:30"),
        ("暂停开放", "24/7 closed"),
        ("Mo-Fr 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("24/7", "24/7"),
        ("  ", None),
        (None, None),
    ],
)
def test_what_sheets_write(sheet, osm):
    assert read_hours(sheet) == osm


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("9:00-5:00", "hours-ambiguous"),
        ("上午9:00-5:00", "hours-ambiguous"),
        ("9-17", "hours"),
        ("夏季 9:00-18:00", "hours-season"),
        ("预约", "hours-appointment"),
        ("周八 9:00-10:00", "hours-word"),
        ("9:00-25:00", "hours"),
        ("9:61-10:00", "hours"),
        ("=HYPERLINK(1)", "hours-word"),
    ],
)
def test_what_is_not_guessed(sheet, code):
    with pytest.raises(InputError) as caught:
        read_hours(sheet)
    assert caught.value.faults[0].code == code


@given(st.text(alphabet="周一二三五日至到-~:09128点半上下午工作日节假休息全天每,;、 "))
def test_any_text_is_read_or_refused(text):
    try:
        hours = read_hours(text)
    except InputError:
        return
    assert hours is None or check_hours(hours) == hours
