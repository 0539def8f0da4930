"""A schedule written down in an office's style is read back as the same hours; closing words open nothing."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from layers.hours.cells import read_hours
from layers.hours.holidays import day_kind, working_day_near
from layers.hours.lexicon import hours_vocabulary
from layers.hours.opening import HOURS_OF_WEEK, check_hours, week_profile

WEEKS = (date(2026, 11, 16), date(2026, 9, 28), date(2026, 10, 5))
SIGNS = "一二三四五六日"
TRADITIONAL = str.maketrans("周点时间闭馆节开", "週點時間閉館節開")


@dataclass(frozen=True)
class Plan:
    """Hours of each weekday, empty where closed; hours of public holidays, None where nothing is said."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[tuple[int, int], ...] | None

    def open_at(self, moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        today = any(start <= minute < end for start, end in self._of(moment.date()))
        before = self._of(moment.date() - timedelta(days=1))
        return today or any(minute + 1440 < end for _, end in before)

    def _of(self, day):
        if self.holidays is not None:
            kind = day_kind(day)
            if kind == "holiday":
                return self.holidays
            if kind == "working_weekend":
                return self.week[working_day_near(day).weekday()]
        return self.week[day.weekday()]


@st.composite
def spans(draw, *, overnight):
    half_hours = st.integers(12, 44)
    cuts = sorted(draw(st.lists(half_hours, min_size=2, max_size=4, unique=True)))
    cuts = cuts[: 2 * (len(cuts) // 2)]
    found = tuple((cuts[n] * 30, cuts[n + 1] * 30) for n in range(0, len(cuts), 2))
    if overnight and draw(st.booleans()):
        return (*found[:-1], (found[-1][0], 1440 + draw(st.integers(1, 8)) * 30))
    return found


@st.composite
def plans(draw):
    """Return a plan and the groups of weekdays in it that have the same hours."""
    holidays = draw(st.sampled_from(["unsaid", "closed", "own"]))
    kinds = draw(st.lists(st.integers(0, 2), min_size=7, max_size=7))
    hours = [draw(spans(overnight=holidays == "unsaid")) for _ in range(2)]
    # The third kind of day is closed, where another is open.
    choice = [*hours, ()] if min(kinds) < 2 else [hours[0], hours[1], hours[0]]
    week = tuple(choice[kind] for kind in kinds)
    own = {"unsaid": None, "closed": (), "own": draw(spans(overnight=False))}[holidays]
    return Plan(week, own)


def clock(draw, minutes, *, spoken):
    hour, minute = divmod(minutes % 1440, 60)
    after = "次日" if minutes > 1440 else ""
    if minutes == 1440:
        return "24:00"
    style = draw(st.sampled_from(["figures", "points", "parts"])) if spoken else "figures"
    if style == "points" and not after:
        return f"{hour}点{'半' if minute else ''}"
    if style == "parts" and not after and hour:
        part = "上午" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 18 else "晚上"
        return f"{part}{hour if hour <= 12 else hour - 12}:{minute:02d}"
    return f"{after}{hour}:{minute:02d}"


def days_of(draw, days):
    name = draw(st.sampled_from(["周", "星期", "礼拜"]))
    if len(days) == 7:
        return draw(st.sampled_from(["每天", "周一至周日", "每日", "天天"]))
    if days == [5, 6] and draw(st.booleans()):
        return draw(st.sampled_from(["周末", "双休日", "周六日", "周六、日"]))
    first = days[0]
    if len(days) > 2 and days == list(range(first, first + len(days))):
        joint = draw(st.sampled_from(["至", "到", "-", "—", "～"]))
        return f"{name}{SIGNS[first]}{joint}{name}{SIGNS[days[-1]]}"
    style = draw(st.sampled_from(["、周", "、", ""]))
    return name + style.replace("周", name).join(SIGNS[day] for day in days)


@st.composite
def written(draw):
    plan = draw(plans())
    spoken = draw(st.booleans())
    joint = draw(st.sampled_from(["-", "至", "~", "—", " 到 "]))
    between = draw(st.sampled_from([",", "，", "、", " "]))

    def times(several):
        return between.join(
            f"{clock(draw, a, spoken=spoken)}{joint}{clock(draw, b, spoken=spoken)}" for a, b in several
        )

    groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day, hours in enumerate(plan.week):
        groups.setdefault(hours, []).append(day)
    opened = [(days, hours) for hours, days in groups.items() if hours]
    closed = groups.get((), [])
    colon = draw(st.sampled_from(["", "：", " ", ": "]))
    parts = [f"{days_of(draw, days)}{colon}{times(hours)}" for days, hours in opened]
    if len(opened) == 1 and closed and draw(st.booleans()):
        # Times first, the exception behind or in front of them.
        style = draw(
            st.sampled_from(["{t}（{d}休息）", "{d}闭馆，其余时间{t}", "除{d}外，{t}", "{t}，休息日：{d}"])
        )
        parts = [style.format(t=times(opened[0][1]), d=days_of(draw, closed))]
    elif closed and draw(st.booleans()):
        parts.append(f"{days_of(draw, closed)}{draw(st.sampled_from(['休息', '闭馆', '不开放', '：休息']))}")
    if plan.holidays is not None:
        word = draw(st.sampled_from(["节假日", "法定节假日", "国家法定节假日", "国定假日"]))
        shut = draw(st.sampled_from(["{}休息", "{}不营业", "（{}除外）"]))
        parts.append(f"{word}{colon}{times(plan.holidays)}" if plan.holidays else shut.format(word))
    if draw(st.booleans()):
        parts[0] = f"{draw(st.sampled_from(['营业时间：', '开放时间:', '服务时间 ']))}{parts[0]}"
    text = draw(st.sampled_from(["；", ";", "\n", "; "])).join(parts)
    return plan, text.translate(TRADITIONAL) if draw(st.booleans()) else text


@pytest.mark.slow
@given(written())
@settings(max_examples=300, deadline=None)
def test_what_is_written_in_office_style_is_read_back(case):
    plan, text = case
    try:
        osm = read_hours(text)
    except InputError as error:
        code = error.faults[0].code
    else:
        code = ""
    if code:
        # What may mean two things is asked, such as 周一二十点; a wrong reading is what must not be.
        assert code in ("hours-holiday", "hours-both", "hours-days", "hours-ambiguous"), text
        return
    for monday in WEEKS:
        midnight = datetime.combine(monday, datetime.min.time())
        expected = [plan.open_at(midnight + timedelta(hours=hour)) for hour in range(HOURS_OF_WEEK)]
        assert week_profile([osm], monday).open_by_hour[0].tolist() == expected, (text, osm, monday)


WORDS = hours_vocabulary()
ALL_WORDS = sorted({word for kind in WORDS.values() for word in kind})
CLOSING = [
    *WORDS["closed"], *WORDS["closing-day"], *WORDS["except"], *WORDS["except-before"], *WORDS["festival"],
    *WORDS["public"], *WORDS["weekend"], *WORDS["workdays"], *WORDS["daily"], *WORDS["noon"],
    *WORDS["afternoon"], *WORDS["appointment"], *WORDS["notice"], *WORDS["break"], *WORDS["no-rest"],
    *WORDS["usual"], *WORDS["including"], *WORDS["rest"],
    "周一", "周三", "周六", "每周二", "周一至周五", "10月1日",
    "每月第一个周六", ",", "、", "；", "（", "）", "：", " ", "和",
]  # fmt: skip


@given(
    st.lists(
        st.sampled_from([*ALL_WORDS, "周一", "9:00", "17:00", "5", "一", "9:00-17:00", "0"]), max_size=14
    )
)
@settings(max_examples=600, deadline=None)
def test_any_words_are_read_or_refused(words):
    try:
        hours = read_hours("".join(words))
    except InputError as error:
        faults = error.faults
    else:
        assert hours is None or check_hours(hours) == hours
        return
    assert len(faults) == 1


@given(st.lists(st.sampled_from(CLOSING), min_size=1, max_size=10))
@settings(max_examples=600, deadline=None)
def test_closing_words_alone_open_nothing(words):
    try:
        hours = read_hours("".join(words))
    except InputError:
        return
    assert hours is None or not week_profile([hours]).open_by_hour.any(), hours


@pytest.mark.parametrize(
    "text",
    [" " * 10_000, " " * 10_000 + "周", "周一" * 50_000, "9:00-17:00," * 9_000, "(" * 100_000,
     "\n" * 100_000 + "9-",
     "除" * 399, "周一、" * 133, "第一个" * 130, "Mo," * 1_300, '"' * 3_999, "一" * 399, "1月" * 199],
    ids=lambda text: f"{text.strip()[:4]}x{len(text)}",
)  # fmt: skip
def test_long_cells_take_no_time(text):
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        with suppress(InputError):
            read_hours(text)
        seconds.append(time.perf_counter() - started)
    assert np.min(seconds) < 0.05
