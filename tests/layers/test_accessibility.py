"""Accessibility of whole cases: by hand on a toy street, and beside PySAL's `access`."""

import warnings
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from geo.assessment.access import AccessSettings, measure_access
from geo.assessment.case import Case
from geo.errors import InputError
from geo.measures.access import MEASURE_NAMES
from geo.measures.decay import exponential_decay
from geo.measures.standard import Requirement
from geo.text import Text
from layers.accessibility import access_of, check_access
from layers.study.model import parse_study
from tests.support.toy_street import PROFILE, WORD, answered, clinic, facilities, homes, standard

ROOM = {"capacity": [30.0, 20.0]}


def asked(*measures, **how):
    usual = {
        "categories": ("clinic",),
        "minutes": 10.0,
        "k": 3,
        "supply": "places",
        "decay": exponential_decay(half_minutes=5),
        "zones": {5.0: 1.0, 10.0: 0.5},
    }
    return AccessSettings(measures=measures or tuple(MEASURE_NAMES), **(usual | how))


def measured(demand, offered, *measures, cases=None, open_then=None, **how):
    ground, found = answered(demand, offered, cases=cases, open_then=open_then)
    return measure_access(ground, found, asked(*measures, **how))


def town():
    """100 people at the first of two clinics, 50 half-way and exactly ten minutes from the first."""
    return homes([0, 600], [100, 50]), facilities([0, 900], ["clinic"] * 2, **ROOM)


def test_every_measure_by_hand():
    points = measured(*town()).points["all"]
    wanted = {
        "nearest": [0, 5],
        "k_nearest_mean": [7.5, 7.5],
        "cumulative": [1, 2],
        "gravity": [1, 2**-2 + 2**-1],
        "2sfca": [200, 600],
        "e2sfca": [1000 * 30 / 125, 1000 * (0.5 * 30 / 125 + 20 / 50)],
        "gaussian_2sfca": [300, 400],
    }
    assert list(points) == [f"clinic_{measure}" for measure in wanted]
    for measure, values in wanted.items():
        assert points[f"clinic_{measure}"].tolist() == pytest.approx(values), measure


def test_summary_weighs_people_and_divides_the_worst_tenth():
    rows = measured(*town(), "nearest", "2sfca").summary.set_index("measure")
    assert rows.loc["2sfca", ["people", "without", "mean"]].tolist() == pytest.approx([150, 0, 50_000 / 150])
    assert rows.loc["2sfca", ["worst_tenth_from", "worst_tenth_mean"]].tolist() == pytest.approx([200, 200])
    assert rows.loc["nearest", ["mean", "worst_tenth_from"]].tolist() == pytest.approx([50 * 5 / 150, 5])


def test_who_reaches_none_has_no_minutes_and_no_supply():
    demand = homes([0, 1200], [80, 20])
    result = measured(demand, facilities([0], ["clinic"], capacity=[8.0]), "cumulative", "2sfca")
    assert result.points["all"].to_numpy().tolist() == [[1, 100], [0, 0]]
    assert result.summary[["without", "worst_tenth_mean"]].to_numpy().tolist() == [[20, 0], [20, 0]]


def test_capacity_is_given_out_whole_and_never_twice():
    rng = np.random.default_rng(2)
    demand = homes(rng.uniform(0, 1200, 40), rng.integers(1, 90, 40))
    room = rng.integers(1, 50, 9).astype(float)
    offered = facilities(rng.uniform(0, 1200, 9), ["clinic"] * 9, capacity=room)
    points = measured(demand, offered).points["all"]
    for measure in ("2sfca", "e2sfca", "gaussian_2sfca"):
        given = demand["people"] @ points[f"clinic_{measure}"] / 1000
        assert given == pytest.approx(offered["capacity"].sum())


def test_each_case_counts_its_own_people_and_its_own_open_doors():
    demand, offered = town()
    demand["shift"] = ["in", "out"]
    cases = [
        Case("work", WORD, PROFILE, shift="in"),
        Case("free", WORD, PROFILE, shift="out", moment=datetime(2026, 11, 17, 20)),
    ]
    points = measured(demand, offered, "2sfca", cases=cases, open_then=np.array([False, True])).points
    assert points["work"]["clinic_2sfca"].tolist() == pytest.approx([300, 300])
    assert points["free"]["clinic_2sfca"].tolist() == pytest.approx([0, 400])


def test_blocks_are_the_whole_at_once(monkeypatch):
    rng = np.random.default_rng(4)
    demand = homes(rng.uniform(0, 1200, 30), rng.integers(1, 90, 30))
    offered = facilities(rng.uniform(0, 1200, 6), ["clinic"] * 6, capacity=[5.0] * 6)
    whole = measured(demand, offered).points["all"]
    monkeypatch.setattr("geo.assessment.access.BLOCK", 7)
    pd.testing.assert_frame_equal(measured(demand, offered).points["all"], whole)


@pytest.fixture(scope="module")
def pysal():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("access")


def test_a_case_gives_the_numbers_of_pysal(pysal):
    rng = np.random.default_rng(8)
    metres, places = rng.integers(0, 1200, 50), rng.integers(0, 1200, 12)
    demand = homes(metres, rng.integers(1, 90, 50))
    offered = facilities(places, ["clinic"] * 12, capacity=rng.integers(1, 50, 12).astype(float))
    points = measured(demand, offered, minutes=10.3).points["all"]
    away = np.abs(metres[:, None] - places[None, :]) / 60
    origin, dest = np.nonzero(away <= 12)
    cost = pd.DataFrame({"origin": origin, "dest": dest, "cost": away[origin, dest]})
    people = pd.DataFrame({"demand": demand["people"].to_numpy()})
    supply = pd.DataFrame({"supply": offered["capacity"].to_numpy()})
    for measure, how in (
        ("2sfca", {"max_cost": 10.3}),
        ("e2sfca", {"weight_fn": pysal.weights.step_fn({5.0: 1.0, 10.0: 0.5})}),
    ):
        expected = pysal.fca.two_stage_fca(people, supply, cost, demand_index=True, supply_index=True, **how)
        got = points[f"clinic_{measure}"]
        np.testing.assert_allclose(got, 1000 * expected.reindex(range(50), fill_value=0), rtol=1e-9)


# As a study asks for it -----------------------------------------------------------------------


STUDY = """name = "s"
[accessibility]
{}
[streets]
extract = "x.osm.pbf"
[[layer]]
id = "g"
kind = "grid"
source = "grid"
"""


def run(folder, setting, **columns):
    (folder / "x.osm.pbf").touch()
    study = parse_study(STUDY.format(setting), folder)
    offered = facilities([0, 900, 50], ["clinic", "clinic", "pharmacy"], **columns)
    both = standard(clinic(), Requirement("pharmacy", Text("a chemist", "药店"), minutes=5))
    ground, found = answered(homes([0], [10]), offered, asked=both)
    check_access(study, ground, [one.usable for one in found])
    return access_of(study, ground, found)


def test_settings_of_a_study(tmp_path):
    result = run(tmp_path, "minutes = 20\ncategories = ['clinic']\ndecay = 'power'", capacity=[1.0, 2, 3])
    assert list(result.points["all"]) == [
        f"clinic_{measure}" for measure in ("nearest", "k_nearest_mean", "cumulative", "gravity")
    ]
    # 900 m are 15 minutes, and what is nearer than one minute counts as one.
    assert result.points["all"]["clinic_gravity"].tolist() == pytest.approx([1 + 1 / 15])


def test_capacity_as_supply(tmp_path):
    result = run(tmp_path, "measures = ['cumulative']\nsupply = 'capacity'", capacity=[1.0, 2, 3])
    assert result.points["all"].to_numpy().tolist() == [[3, 3]]


def test_sharing_is_refused_where_a_facility_of_a_named_category_gives_no_capacity(tmp_path):
    setting = "measures = ['2sfca', 'nearest']\ncategories = ['clinic']"
    with pytest.raises(InputError) as caught:
        run(tmp_path, setting, capacity=[1.0, np.nan, 3])
    (fault,) = caught.value.faults
    assert fault.source == "accessibility.measures"
    assert "2SFCA cannot be computed: capacity is missing for a clinic (1 of 2)" in fault.what.en
    assert "诊所（2 处中 1 处）" in fault.what.zh


def test_sharing_leaves_out_the_category_without_capacity_where_none_is_named(tmp_path):
    result = run(tmp_path, "measures = ['2sfca']", capacity=[1.0, np.nan, 3])
    assert list(result.points["all"]) == ["pharmacy_2sfca"]
    with pytest.raises(InputError):
        run(tmp_path, "measures = ['2sfca']")


def test_a_closed_facility_needs_no_capacity(tmp_path):
    setting = "measures = ['2sfca']\ncategories = ['clinic']"
    columns = {"capacity": [1.0, np.nan, 3], "status": ["open", "closed", "open"]}
    assert run(tmp_path, setting, **columns).points["all"]["clinic_2sfca"].tolist() == [100]


def test_an_unknown_category_is_named_with_the_known_ones(tmp_path):
    with pytest.raises(InputError) as caught:
        run(tmp_path, "categories = ['zoo']")
    (fault,) = caught.value.faults
    assert (fault.source, fault.value) == ("accessibility.categories", "zoo")
    assert "clinic, pharmacy" in fault.fix.en
