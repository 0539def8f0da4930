"""Numbers by label or by position, and every public function over arrays that takes them so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geo.errors import InputError
from geo.given import aligned, amounts, numbers
from geo.measures.access import demand_on, gravity
from geo.measures.capacity import assign
from geo.measures.coverage import coverage_by, coverage_by_area, coverage_table
from geo.measures.decay import within_minutes
from geo.measures.hourly import coverage_by_hour
from geo.measures.inequality import gini, worst_tenth
from geo.measures.provision import function_checklist, grid_load
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.network.snap import at_nodes
from geo.network.toys import line
from geo.search.reach import reachable, sums
from geo.siting import Demand, Sites
from geo.text import Text

VALUES, PEOPLE = [5.0, 1.0, 2.0], [1.0, 2.0, 3.0]
"""Over six people: 1 1 2 2 2 5, of which the first half holds 4 of 13."""
UNSORTED = pd.Index([2, 0, 1])


def test_gini_of_series_with_whole_numbers_as_labels():
    """By hand: the Lorenz curve runs through (1/3, 2/13), (5/6, 8/13) and (1, 1)."""
    area = (2 / 13) * (1 / 3) / 2 + (2 + 8) / 13 * (1 / 2) / 2 + (8 + 13) / 13 * (1 / 6) / 2
    values, people = pd.Series(VALUES, index=UNSORTED), pd.Series(PEOPLE, index=UNSORTED)
    assert gini(values, people) == pytest.approx(1 - 2 * area)
    assert gini(values.sort_index(), people) == pytest.approx(1 - 2 * area)
    assert gini(np.array(VALUES), np.array(PEOPLE)) == pytest.approx(1 - 2 * area)


def test_the_worst_tenth_of_series_with_whole_numbers_as_labels():
    values, people = pd.Series(VALUES, index=UNSORTED), pd.Series(PEOPLE, index=UNSORTED)
    assert worst_tenth(values, people, share=0.5) == worst_tenth(
        np.array(VALUES), np.array(PEOPLE), share=0.5
    )
    assert worst_tenth(values, people.sort_index(), share=1 / 6).mean == 5.0


def test_a_series_beside_an_array_is_taken_by_position():
    a, b = aligned(values=pd.Series(VALUES, index=UNSORTED), people=np.array(PEOPLE))
    assert (a.tolist(), b.tolist()) == (VALUES, PEOPLE)


@pytest.mark.parametrize(
    ("values", "people", "said"),
    [
        (pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0], index=[1, 2]), "2 are not in both"),
        (pd.Series([1.0, 2.0]), pd.Series([1.0]), "1 are not in both"),
        (pd.Series([1.0, 2.0], index=[0, 0]), pd.Series([1.0, 2.0]), "labels repeat"),
        (np.ones(2), np.ones(3), "2 numbers where 3 of people are needed"),
    ],
)
def test_what_cannot_be_put_in_one_order_is_refused(values, people, said):
    with pytest.raises(InputError, match=said):
        gini(values, people)


def test_labels_that_repeat_alike_are_taken_as_they_stand():
    both = pd.Series([1.0, 2.0], index=[0, 0])
    assert [each.tolist() for each in aligned(a=both, b=2 * both)] == [[1.0, 2.0], [2.0, 4.0]]


def test_nothing_is_put_in_the_place_of_a_missing_number():
    with pytest.raises(InputError, match="people: 1 numbers are missing"):
        amounts("people", pd.Series([1, None], dtype="Int64"))
    assert np.isnan(numbers("capacity", [None, 1.0], missing=True)[0])
    with pytest.raises(InputError, match="people: holds what is no number"):
        amounts("people", ["a", "b"])


TIMES = sparse.csr_array(np.array([[60.0, 120.0], [900.0, 60.0], [60.0, 60.0]]))
MET = reach_result(
    Requirement("clinic", Text("clinic", "诊所"), minutes=5),
    NearestTimes("clinic", np.array([[60.0], [900.0], [0.0]]), np.zeros((3, 1), int)),
)
STREET = line([100, 300])
ENDS = at_nodes(STREET, [0, 1, 2])
AREAS = pd.DataFrame({"id": ["north"]})
SHARES = sparse.csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
TAKES_PEOPLE = {
    "gini": lambda people: gini(np.ones(3), people),
    "worst_tenth": lambda people: worst_tenth(np.ones(3), people),
    "demand_on": lambda people: demand_on(TIMES, people, within_minutes(5)).tolist(),
    "gravity": lambda people: gravity(sparse.csr_array(TIMES.T), people, within_minutes(5)).tolist(),
    "assign": lambda people: assign(TIMES, np.ones(2), people, minutes=5).load.tolist(),
    "coverage_table": lambda people: coverage_table([MET], people)["covered"].tolist(),
    "coverage_by": lambda people: coverage_by([MET], people, np.array(["a", "b", "a"]))["covered"].tolist(),
    "coverage_by_area": lambda people: coverage_by_area([MET], people, SHARES, AREAS)["covered"].tolist(),
    "coverage_by_hour": lambda p: coverage_by_hour(TIMES, np.ones((2, 1), bool), p, minutes=5).tolist(),
    "function_checklist": lambda people: len(function_checklist(np.ones((3, 0), bool), [], people)),
    "grid_load": lambda people: grid_load(AREAS, people, SHARES)["people"].tolist(),
    "sums": lambda people: sums(STREET, ENDS, ENDS, people, limits_seconds=[100]).tolist(),
    "Reachable.sums": lambda people: (
        reachable(STREET, ENDS, ENDS, max_seconds=500).sums(people, limits_seconds=[100]).tolist()
    ),
}
"""Every public function of arrays that counts people, supply or weights, over three points."""


@pytest.mark.parametrize("call", TAKES_PEOPLE.values(), ids=TAKES_PEOPLE)
def test_a_series_of_any_labels_gives_what_its_array_gives(call):
    assert call(pd.Series([5.0, 3.0, 2.0], index=UNSORTED)) == call(np.array([5.0, 3.0, 2.0]))


@pytest.mark.parametrize("call", TAKES_PEOPLE.values(), ids=TAKES_PEOPLE)
@pytest.mark.parametrize("people", [[5.0, -3.0, 2.0], [5.0, np.nan, 2.0], [5.0, 3.0]], ids=str)
def test_people_below_none_missing_or_too_few_are_refused(call, people):
    with pytest.raises(InputError):
        call(np.array(people))


def test_a_matrix_with_a_negative_time_is_refused():
    with pytest.raises(InputError, match="some travel times are negative or missing"):
        gravity(sparse.csr_array(np.array([[-60.0]])), np.ones(1), within_minutes(5))


def test_columns_of_a_siting_question_are_put_in_the_order_of_the_first():
    people = pd.Series([5.0, 1.0], index=["x", "y"])
    demand = Demand(people, group=pd.Series(["old", "young"], index=["y", "x"]))
    assert (demand.people.tolist(), demand.group.tolist()) == ([5.0, 1.0], ["young", "old"])
    with pytest.raises(InputError, match=r"sites\.cost: has other labels than"):
        Sites(2, existing=pd.Series([True, False]), cost=pd.Series([1, 2], index=[1, 2]))
