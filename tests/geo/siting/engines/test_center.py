"""The least worst time where exchanges find nothing and every proof is left to HiGHS, against all plans."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting import Demand, Plan, Problem, Rules, Run, Sites, TravelTimes, solve
from geo.siting.engines import center, cover, setcover
from geo.siting.engines.cover import can_cover
from geo.siting.engines.setcover import set_cover_model
from tests.support.siting_stops import clock_of

NEW = 5


def scattered(seed: int) -> tuple[Problem, float]:
    """Times without any geometry, of which linear programmes say little, and the best of all plans."""
    seconds = np.random.default_rng(seed).integers(1, 1_000, (15, 60)).astype(float)
    problem = Problem(TravelTimes.from_matrix(seconds), Sites(15), Demand(np.ones(60)))
    every = np.array(list(combinations(range(15), NEW)))
    best = seconds[every].min(axis=1).max(axis=1).min()
    return problem, float(best) * 1000.0 / MILLISECONDS_PER_MINUTE


@pytest.fixture
def deep(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """Leave out nearly all exchanges; count the questions that went as far as HiGHS, by the answer."""
    asked: Counter[bool] = Counter()
    models = []

    def counted_model(table):
        models.append(table)
        return set_cover_model(table)

    def counted(*given, **named):
        before = len(models)
        answer = can_cover(*given, **named)
        if len(models) > before:
            asked[answer.value < np.inf] += 1
        return answer

    monkeypatch.setattr(setcover, "_IDLE", -1)
    monkeypatch.setattr(setcover, "_IDLE_A_SITE", 0)
    monkeypatch.setattr(cover, "set_cover_model", counted_model)
    monkeypatch.setattr(center, "can_cover", counted)
    return asked


def least_worst(problem: Problem, looks: int = 10**9) -> Plan:
    return solve(problem, "least_worst", Rules(new=NEW), Run(clock=clock_of(looks)))


def test_proofs_by_the_linear_programme_and_by_branching_are_right(deep):
    for seed in range(12):
        problem, best = scattered(seed)
        plan = least_worst(problem)
        assert plan.status == "optimal"
        assert plan.value == pytest.approx(best)
        assert plan.bound == pytest.approx(best)
    assert deep[True] > 0
    assert deep[False] > 0


@pytest.mark.usefixtures("deep")
@pytest.mark.parametrize("looks", [1, 5, 15, 25, 40, 60, 90, 150, 300])
def test_a_search_that_is_stopped_proves_no_more_than_is_true(looks):
    for seed in range(4):
        problem, best = scattered(seed)
        plan = least_worst(problem, looks)
        assert plan.bound <= best + 1e-9
        assert not plan.value < best - 1e-9
        assert plan.status == "stopped" or plan.value == pytest.approx(best)
