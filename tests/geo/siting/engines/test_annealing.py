"""Annealed exchanges: as many sites, never worse than where they begin, and the best of small tables."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from geo.siting.engines import annealing
from geo.siting.engines.losses import LossTable
from geo.siting.engines.proof import Watch


def covering(seed: int, sites: int, points: int) -> LossTable:
    rng = np.random.default_rng(seed)
    near = rng.random((sites, points)) < 0.2
    start = np.concatenate([[0], np.cumsum(near.sum(axis=1))]).astype(np.int64)
    demand = np.nonzero(near)[1].astype(np.int32)
    weight, cap = rng.integers(1, 100, points).astype(float), rng.choice([0.5, 1.0], points)
    return LossTable(start, demand, np.empty(0), weight, cap, np.ones(sites))


@pytest.mark.parametrize("seed", range(10))
def test_the_best_of_all_sets_is_found_from_the_worst(seed: int) -> None:
    table = covering(seed, 12, 40)
    values = {sites: table.value(np.array(sites)) for sites in combinations(range(12), 3)}
    worst = np.array(max(values, key=lambda sites: values[sites]))
    plans = list(annealing.rounds(table, worst, Watch(60.0), seed=seed))
    found = [table.value(plan) for plan in plans]
    assert all(plan.size == 3 for plan in plans)
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(min(values.values()))


def test_it_stops_with_the_clock_and_keeps_what_it_has() -> None:
    table = covering(1, 30, 60)
    begin = np.arange(5)
    [plan] = annealing.rounds(table, begin, Watch(0.0), seed=0)
    assert plan.size == 5
    assert table.value(plan) <= table.value(begin)


def test_sites_of_different_sizes_and_travel_times_are_left_alone() -> None:
    table = covering(2, 12, 40)
    opened = np.array([0, 1])
    assert annealing.fits(table, opened)
    sizes = LossTable(table.start, table.demand, table.loss, table.weight, table.cap, np.arange(12.0))
    times = LossTable(
        table.start, table.demand, np.ones(table.demand.size), table.weight, table.cap, table.size
    )
    assert not annealing.fits(sizes, opened)
    assert not annealing.fits(times, opened)
