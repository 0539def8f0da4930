"""Measures computed by hand on toy towns, and beside PySAL's `access` on the same random input."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.measures.access import (
    demand_on,
    gravity,
)
from geo.measures.decay import (
    bounded_gaussian_decay,
    exponential_decay,
    gaussian_decay,
    power_decay,
    step_decay,
    within_minutes,
)
from geo.measures.straight import nearest_straight
from tests.support.paths import SHARED_DATA

INF = np.inf
STEPS = {5.0: 1.0, 10.0: 0.68, 15.0: 0.22}


def matrix(rows):
    """CSR of travel times where None is not reached and 0 is no time at all."""
    filled = [(i, j, t) for i, row in enumerate(rows) for j, t in enumerate(row) if t is not None]
    i, j, t = zip(*filled, strict=True)
    return sparse.csr_array((np.array(t, float), (i, j)), shape=(len(rows), len(rows[0])))


def town(seed=1, demand=60, facilities=25):
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 1500, (demand, facilities)).astype(float)
    keep = rng.random((demand, facilities)) < 0.6
    rows, columns = np.nonzero(keep)
    times = sparse.csr_array((seconds[keep], (rows, columns)), shape=keep.shape)
    return times, rng.integers(1, 50, facilities).astype(float), rng.integers(1, 900, demand).astype(float)


# By hand ---------------------------------------------------------------------------------------


def test_cumulative_counts_to_the_limit():
    times = matrix([[300, 600, 601], [0, None, None]])
    assert gravity(times, np.array([1.0, 10, 100]), within_minutes(10)).tolist() == [11, 1]


def test_gravity_by_hand():
    # 8 / 2^2 + 9 / 3^2
    assert gravity(matrix([[120, 180]]), np.array([8.0, 9]), power_decay(power=2)).tolist() == [3]


def two_step(seconds, supply, people, decay):
    """Supply per person by both steps, as `geo.assessment.access` takes them a block at a time."""
    demand = demand_on(seconds, people, decay)
    return gravity(seconds, np.divide(supply, demand, out=np.zeros(len(demand)), where=demand > 0), decay)


def test_two_step_by_hand():
    # The first serves 100 + 300 people, the second 300: 8/400 and 3/300.
    times = matrix([[60, None], [60, 60]])
    people = np.array([100.0, 300])
    assert demand_on(times, people, within_minutes(5)).tolist() == [400, 300]
    ratio = two_step(times, np.array([8.0, 3]), people, within_minutes(5))
    assert ratio == pytest.approx([0.02, 0.03], rel=1e-15)


def test_enhanced_two_step_by_hand():
    # Zones 1 and 0.5: R = 10 / (100 * 1 + 100 * 0.5); A = R * 1 and R * 0.5.
    ratio = two_step(
        matrix([[60], [500]]), np.array([10.0]), np.array([100.0, 100]), step_decay({5: 1, 10: 0.5})
    )
    assert ratio == pytest.approx([10 / 150, 5 / 150])


def test_facility_that_nobody_reaches_gives_nothing():
    times = matrix([[60, 5000]])
    assert two_step(times, np.array([1.0, 99]), np.array([10.0]), within_minutes(5)).tolist() == [0.1]


@pytest.mark.parametrize(
    "decay",
    [
        within_minutes(10),
        step_decay(STEPS),
        gaussian_decay(10),
        bounded_gaussian_decay(10),
        power_decay(power=1.5),
        exponential_decay(half_minutes=5),
    ],
)
def test_every_decay_falls_from_at_most_one_and_never_below_zero(decay):
    worth = decay(np.array([0.0, 60, 299, 300, 301, 600, 601, 900, 901, 5000, INF]))
    assert worth[0] == 1
    assert (np.diff(worth) <= 0).all()
    assert worth[-1] == 0


@pytest.mark.parametrize("minutes", [0, -1, INF, np.nan])
def test_impossible_decays(minutes):
    with pytest.raises(ValueError, match="positive"):
        gaussian_decay(minutes)


def test_step_needs_zones():
    with pytest.raises(ValueError, match="zones"):
        step_decay({})


# Beside PySAL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pysal():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("access")


def frames(times, supply, people):
    coo = times.tocoo()
    cost = pd.DataFrame({"origin": coo.coords[0], "dest": coo.coords[1], "cost": coo.data / 60})
    demand = pd.DataFrame({"geoid": range(len(people)), "demand": people}).set_index("geoid")
    offered = pd.DataFrame({"geoid": range(len(supply)), "supply": supply}).set_index("geoid")
    return demand, offered, cost


def filled(series, size):
    return series.reindex(range(size), fill_value=0.0).to_numpy(float)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_step_equals_pysal(pysal, seed):
    times, supply, people = town(seed)
    demand, offered, cost = frames(times, supply, people)
    theirs = pysal.fca.two_stage_fca(demand, offered, cost, max_cost=10, demand_index=True)
    ours = two_step(times, supply, people, within_minutes(10))
    np.testing.assert_allclose(ours, filled(theirs, len(people)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (step_decay(STEPS), lambda access: access.weights.step_fn(STEPS)),
        (gaussian_decay(6), lambda access: access.weights.gaussian(6)),
        (power_decay(power=2), lambda access: access.weights.gravity(1, -2, min_dist=1)),
        (bounded_gaussian_decay(25), lambda _: lambda t: dai(t, 25)),
    ],
    ids=["enhanced", "gaussian", "gravity", "bounded gaussian"],
)
def test_decayed_two_step_and_gravity_equal_pysal(pysal, ours, theirs):
    times, supply, people = town(4)
    demand, offered, cost = frames(times, supply, people)
    weigh = theirs(pysal)
    expected = pysal.fca.two_stage_fca(demand, offered, cost, demand_index=True, weight_fn=weigh)
    got = two_step(times, supply, people, ours)
    np.testing.assert_allclose(got, filled(expected, len(people)), rtol=1e-9, atol=1e-12)
    swapped = cost.rename(columns={"origin": "dest", "dest": "origin"})
    expected = pysal.fca.weighted_catchment(
        offered, swapped, loc_index=True, loc_value="supply", weight_fn=weigh
    )
    got = gravity(times, supply, ours)
    np.testing.assert_allclose(got, filled(expected, len(people)), rtol=1e-9, atol=1e-12)


def dai(minutes, catchment):
    edge = np.exp(-0.5)
    return max((np.exp(-0.5 * (minutes / catchment) ** 2) - edge) / (1 - edge), 0)


# In every town ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_two_step_gives_out_exactly_the_supply_that_is_reached(seed):
    times, supply, people = town(seed, 12, 5)
    decay = bounded_gaussian_decay(12)
    reached = demand_on(times, people, decay) > 0
    given_out = people @ two_step(times, supply, people, decay)
    assert given_out == pytest.approx(supply[reached].sum())


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_another_facility_never_takes_away(seed):
    times, supply, people = town(seed, 12, 5)
    fewer, least = times[:, :4], supply[:4]
    decay = within_minutes(10)
    assert (gravity(times, supply, decay) >= gravity(fewer, least, decay)).all()
    assert (two_step(times, supply, people, decay) >= two_step(fewer, least, people, decay) - 1e-12).all()


@pytest.mark.shared_data
@pytest.mark.slow
def test_two_step_equals_pysal_on_the_clinics_of_shanghai(pysal):
    folder = SHARED_DATA / "shanghai" / "poi"
    if not folder.is_dir():
        pytest.skip("the real points of Shanghai are not part of the project: ../shared/data is not there")
    stops, clinics = (pd.read_csv(folder / f"{name}.csv") for name in ("bus_stops", "medical"))
    ends = [(f["lon"].to_numpy(float), f["lat"].to_numpy(float)) for f in (stops, clinics)]
    metres, index = nearest_straight(*ends[0], *ends[1], k=200)
    near = metres <= 900
    times = sparse.csr_array(
        (metres[near].round(), (np.nonzero(near)[0], index[near])), shape=(len(stops), len(clinics))
    )
    people = 100.0 + np.arange(len(stops)) % 700
    supply = 1.0 + np.arange(len(clinics)) % 9
    demand, offered, cost = frames(times, supply, people)
    for ours, theirs in [
        (within_minutes(15), None),
        (step_decay(STEPS), pysal.weights.step_fn(STEPS)),
        (gaussian_decay(6), pysal.weights.gaussian(6)),
    ]:
        expected = pysal.fca.two_stage_fca(
            demand, offered, cost, max_cost=15, demand_index=True, weight_fn=theirs
        )
        got = two_step(times, supply, people, ours)
        np.testing.assert_allclose(got, filled(expected, len(people)), rtol=1e-9, atol=1e-12)
