"""Cumulative opportunities, 2SFCA and coverage by label, counted by hand and against PySAL's access."""

from __future__ import annotations

import access
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import geo
from geo.errors import InputError
from geo.library.toy import clinics, homes, streets
from geo.measures.decay import bounded_gaussian_decay

PEOPLE, DOCTORS = homes()["people"], clinics()["doctors"]


@pytest.fixture(scope="module")
def times():
    return geo.travel_times(streets(), homes(), clinics())


def test_destinations_are_counted_where_there_is_no_supply(times):
    assert geo.cumulative(times, minutes=3).to_dict() == {"a": 2.0, "b": 1.0}


def test_supply_goes_by_label_whatever_its_order(times):
    assert geo.cumulative(times, DOCTORS.iloc[::-1], minutes=1).to_dict() == {"a": 3.0, "b": 0.0}


def test_the_order_of_pairs_is_of_no_meaning(times):
    shuffled = times.sample(frac=1, random_state=1)
    shuffled.attrs = times.attrs
    expected = geo.two_step(times, PEOPLE, DOCTORS, minutes=3)
    pd.testing.assert_series_equal(geo.two_step(shuffled, PEOPLE, DOCTORS, minutes=3), expected)


def test_an_unstacked_table_is_the_same_table(times):
    wide = times.unstack()
    assert geo.two_step(wide, PEOPLE, DOCTORS, minutes=3).to_dict() == pytest.approx({"a": 0.15, "b": 0.05})


def test_zones_weigh_as_luo_and_qi(times):
    """Old: 30 people in the first zone; new: 30 x 0.5 and 10; a has 3 / 30 and half of 2 / 25."""
    found = geo.two_step(times, PEOPLE, DOCTORS, decay={2: 1.0, 3: 0.5})
    assert found.to_dict() == pytest.approx({"a": 3 / 30 + 0.5 * 2 / 25, "b": 2 / 25})


def test_doctors_per_thousand(times):
    found = geo.two_step(times, PEOPLE, DOCTORS, minutes=3, per_people=1000)
    assert found.to_dict() == pytest.approx({"a": 150.0, "b": 50.0})


def test_a_decay_is_a_function_of_seconds(times):
    found = geo.two_step(times, PEOPLE, DOCTORS, decay=bounded_gaussian_decay(2))
    assert found["a"] == pytest.approx(3 / 30)
    assert found["b"] == 0.0


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_two_step_is_that_of_pysal(times):
    """The package `access`, by Saxon, Koschinsky, Acosta, Anguiano, Anselin and Rey (2022)."""
    costs = times.reset_index()
    theirs = access.Access(
        demand_df=homes()[["people"]].reset_index(), demand_index="home", demand_value="people",
        supply_df=clinics()[["doctors"]].reset_index(), supply_index="clinic", supply_value="doctors",
        cost_df=costs, cost_origin="origin", cost_dest="destination", cost_name="minutes",
    ).two_stage_fca(name="fca", cost="minutes", max_cost=3)  # fmt: skip
    ours = geo.two_step(times, PEOPLE, DOCTORS, minutes=3)
    assert ours.to_numpy() == pytest.approx(theirs["fca_doctors"].reindex(ours.index).to_numpy())


def test_what_nobody_reaches_goes_to_nobody(times):
    assert geo.two_step(times, [0, 0], DOCTORS, minutes=3).to_dict() == {"a": 0.0, "b": 0.0}


def test_an_origin_that_reaches_nothing_is_there_with_none():
    near = geo.travel_times(streets(), homes(), clinics(), max_minutes=1)
    assert geo.cumulative(near, minutes=1).to_dict() == {"a": 1.0, "b": 0.0}


def test_covered_by_two(times):
    assert geo.covered(times, minutes=3, count=2).to_dict() == {"a": True, "b": False}
    assert geo.covered(times, minutes=4, count=2).to_dict() == {"a": True, "b": True}


def test_a_limit_in_the_last_bit_is_met():
    """492 s are 8.2 minutes, which ``492 / 60 * 60`` and ``8.2 * 60`` are not sure of."""
    minutes = pd.Series([492.0 / 60, 492.001 / 60, np.nan], index=list("abc"))
    assert geo.covered(minutes, minutes=8.2).tolist() == [True, False, False]


def test_the_share_covered_is_a_line(times):
    met = geo.covered(times, minutes=1)
    assert PEOPLE[met].sum() / PEOPLE.sum() == 0.75


def test_names_of_the_callers_index_come_back(times):
    assert geo.cumulative(times).index.name == "home"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: geo.cumulative(t.swaplevel(), DOCTORS), "origin and destination have changed places"),
        (
            lambda t: geo.two_step(t.unstack().T, PEOPLE, DOCTORS),
            "origin and destination have changed places",
        ),
        (lambda t: geo.two_step(t, DOCTORS, PEOPLE), "people: has other labels than times"),
        (lambda t: geo.cumulative(t, PEOPLE), "supply: has other labels than times"),
        (lambda t: geo.cumulative(t, [1, 2, 3]), "supply: 3 numbers where 2"),
        (lambda t: geo.two_step(t, -PEOPLE, DOCTORS), "people: 2 of 2 numbers are below 0"),
        (lambda t: geo.two_step(t, [np.nan, 1], DOCTORS), "people: 1 numbers are missing"),
        (lambda t: geo.cumulative(t, [np.inf, 1]), "supply: holds an infinite number"),
        (lambda t: geo.cumulative(-t), "times: 4 of 4 numbers are below 0"),
        (lambda t: geo.cumulative(pd.concat([t, t])), "a pair of origin and destination stands twice"),
        (lambda t: geo.cumulative(t.rename_axis(["from", "to"])), "the axes are called from, to"),
        (
            lambda t: geo.covered(t["a"].rename("minutes").rename_axis("x"), count=2),
            "say nothing of a second",
        ),
    ],
)
def test_calls_that_cannot_be_meant_are_refused(times, call, said):
    with pytest.raises(InputError) as refused:
        call(times)
    assert said in str(refused.value)


def test_a_square_table_turned_round_is_known_by_its_names():
    """Homes to homes: neither length nor labels would tell."""
    square = geo.travel_times(streets(), homes(), homes())
    with pytest.raises(InputError, match="changed places"):
        geo.cumulative(square.unstack().T, PEOPLE)


def test_integer_labels_are_no_positions():
    """Labels 1 and 0: read by position, each would have the other's people."""
    turned = homes().set_index(pd.Index([1, 0]))
    times = geo.travel_times(streets(), turned, clinics())
    found = geo.two_step(times, pd.Series([10, 30], index=[0, 1]), DOCTORS, minutes=3)
    assert found.to_dict() == pytest.approx({1: 0.15, 0: 0.05})


def test_a_frame_without_rows_gives_none():
    none = gpd.GeoDataFrame({"people": []}, geometry=[], crs=4326)
    assert len(geo.cumulative(geo.travel_times(streets(), none, clinics()), DOCTORS)) == 0
