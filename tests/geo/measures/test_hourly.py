"""Coverage by the hour, shifts and opening dates of a town of two streets."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import geo.measures.hourly
from geo.measures.hourly import (
    coverage_by_hour,
    in_shift,
    shift_table,
    working_on,
    working_shifts,
)
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.text import Text

TIMES = sparse.csr_array(
    (np.array([60.0, 600, 0, 601]), (np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]))), shape=(3, 2)
)
PEOPLE = np.array([100.0, 10, 1])


def test_coverage_follows_the_doors():
    # hours: only the first, only the second, both, none
    doors = np.array([[1, 0, 1, 0], [0, 1, 1, 0]], dtype=bool)
    assert coverage_by_hour(TIMES, doors, PEOPLE, minutes=10).tolist() == [100, 110, 110, 0]


def test_a_choice_of_two_needs_two_open():
    doors = np.array([[1, 1], [0, 1]], dtype=bool)
    assert coverage_by_hour(TIMES, doors, PEOPLE, minutes=10, count=2).tolist() == [0, 100]


def test_blocks_do_not_change_the_sum(monkeypatch):
    doors = np.ones((2, 3), dtype=bool)
    whole = coverage_by_hour(TIMES, doors, PEOPLE, minutes=20)
    monkeypatch.setattr(geo.measures.hourly, "BLOCK", 2)
    assert coverage_by_hour(TIMES, doors, PEOPLE, minutes=20).tolist() == whole.tolist() == [111] * 3


def town(seed, *, demand=15, facilities=6, hours=12):
    rng = np.random.default_rng(seed)
    keep = rng.random((demand, facilities)) < 0.5
    rows, columns = np.nonzero(keep)
    seconds = rng.integers(0, 1500, len(rows)).astype(float)
    times = sparse.csr_array((seconds, (rows, columns)), shape=keep.shape)
    return times, rng.random((facilities, hours)) < 0.5, rng.integers(0, 99, demand).astype(float)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_hours_agree_with_the_nearest_open_one(seed, count):
    times, doors, people = town(seed)
    asked = Requirement("shop", Text("", ""), minutes=10, count=count)
    dense = np.full(times.shape, np.inf)
    dense[np.repeat(np.arange(times.shape[0]), np.diff(times.indptr)), times.indices] = times.data
    expected = []
    for hour in range(doors.shape[1]):
        nearest = np.sort(np.where(doors[:, hour], dense, np.inf), axis=1)[:, :3]
        found = NearestTimes("shop", nearest, np.where(np.isfinite(nearest), 0, -1))
        expected.append(people[reach_result(asked, found).met].sum())
    assert coverage_by_hour(times, doors, people, minutes=10, count=count).tolist() == expected


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_hours_only_ever_remove(seed):
    times, doors, people = town(seed)
    on_paper = coverage_by_hour(times, np.ones_like(doors), people, minutes=10)
    assert (coverage_by_hour(times, doors, people, minutes=10) <= on_paper).all()


def test_working_shifts_do_not_overlap():
    at_work, free = working_shifts()
    assert not (at_work.hours & free.hours).any()
    assert np.flatnonzero(at_work.hours[:24]).tolist() == list(range(9, 17))
    assert not at_work.hours[5 * 24 :].any()
    assert free.hours[5 * 24 + 12]


def test_people_of_a_shift():
    shift = pd.Series(["in", "out", "all"])
    assert in_shift(shift, "in").tolist() == [True, False, True]
    assert in_shift(shift, "out").tolist() == [False, True, True]


def test_shift_table_says_what_closed_doors_cost():
    office = np.zeros(168)
    office[[d * 24 + h for d in range(5) for h in range(9, 17)]] = 100
    table = shift_table(office, 100, 120, working_shifts()).set_index("shift")
    assert table.loc["in", ["covered_mean", "lost_to_hours"]].tolist() == [100, 0]
    assert table.loc["out", ["covered_mean", "covered_least", "lost_to_hours"]].tolist() == [0, 0, 100]


@pytest.mark.parametrize(
    ("status", "opens_on", "works"),
    [
        ("open", None, True),
        ("open", date(2027, 6, 2), False),
        ("building", date(2027, 6, 1), True),
        ("planned", date(2027, 6, 2), False),
        ("planned", None, False),
        ("closed", date(2020, 1, 1), False),
    ],
)
def test_status_in_time(status, opens_on, works):
    got = working_on(pd.Series([status]), pd.Series([opens_on], dtype=object), date(2027, 6, 1))
    assert got.tolist() == [works]


def test_later_never_loses_what_is_planned():
    status = pd.Series(["open", "building", "planned"])
    opens = pd.Series([None, date(2027, 1, 1), date(2028, 1, 1)], dtype=object)
    works = [working_on(status, opens, date(year, 6, 1)).sum() for year in (2026, 2027, 2028)]
    assert works == [1, 2, 3]
