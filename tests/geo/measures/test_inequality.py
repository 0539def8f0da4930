"""Gini, the worst tenth, ranks and speeds, against sums by hand and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.measures.inequality import at_speed, gini, ranking, sensitivity, worst_tenth
from geo.measures.requirements import NearestTimes
from geo.measures.standard import Requirement
from geo.text import Text

INF = np.inf


@pytest.mark.parametrize(
    ("values", "people", "expected"),
    [
        ([5, 5, 5], [1, 2, 3], 0),
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),
        ([1, 2, 3], [1, 1, 1], 2 / 9),
        ([0, 0], [1, 1], 0),
        ([1, 2, 3, INF], [1, 1, 1, 9], 2 / 9),
        ([1, 2, 3, 99], [1, 1, 1, 0], 2 / 9),
    ],
)
def test_gini_by_hand(values, people, expected):
    assert gini(np.array(values, float), np.array(people, float)) == pytest.approx(expected)


def test_gini_of_nobody_is_missing():
    assert np.isnan(gini(np.array([INF]), np.array([1.0])))


@given(st.lists(st.tuples(st.floats(0.01, 1e3), st.integers(1, 6)), min_size=1, max_size=12))
def test_gini_is_the_mean_difference_between_people(rows):
    values, people = (np.array(column, float) for column in zip(*rows, strict=True))
    each = np.repeat(values, people.astype(int))
    pairs = np.abs(each[:, None] - each[None, :]).mean()
    assert gini(values, people) == pytest.approx(pairs / (2 * each.mean()), abs=1e-9)


def test_worst_tenth_is_divided_where_it_begins():
    worst = worst_tenth(np.array([60.0, 600, 300]), np.array([90.0, 5, 5]))
    assert (worst.people, worst.at_least, worst.mean) == (10, 300, 450)


def test_worst_tenth_that_reaches_nothing():
    assert worst_tenth(np.array([60.0, INF]), np.array([90.0, 10])).mean == INF


def test_worst_tenth_of_nobody():
    assert worst_tenth(np.array([60.0]), np.array([0.0])).people == 0


def test_ranking_shares_places_and_leaves_unknown_unranked():
    table = ranking(pd.DataFrame({"area": list("abcd"), "share": [0.5, 0.9, np.nan, 0.5]}))
    assert table["area"].tolist() == ["b", "a", "d", "c"]
    assert table["rank"].tolist()[:3] == [1, 2, 2]
    assert table["rank"].isna().tolist() == [False, False, False, True]


def test_ranking_by_minutes_puts_the_shortest_first():
    table = ranking(pd.DataFrame({"minutes": [9, 3]}), "minutes", best_high=False)
    assert table["minutes"].tolist() == [3, 9]


ASKED = Requirement("clinic", Text("", ""), minutes=10)
TIMES = NearestTimes("clinic", np.array([[500.0], [590.0], [650.0], [INF]]), np.zeros((4, 1), int))


def test_sensitivity_to_speed():
    # At 0.9 the limit is 540 s of the walk at full speed, at 1.1 it is 660 s.
    table = sensitivity(ASKED, TIMES, np.array([1.0, 10, 100, 1000]), searched_minutes=11)
    assert table["covered"].tolist() == [1, 11, 111]


def test_sensitivity_refuses_a_search_that_was_too_short():
    with pytest.raises(ValueError, match="search 11 minutes"):
        sensitivity(ASKED, TIMES, np.ones(4), searched_minutes=10)


@pytest.mark.parametrize("factor", [0, -1, INF])
def test_impossible_speed(factor):
    with pytest.raises(ValueError, match="positive"):
        at_speed(TIMES, factor)
