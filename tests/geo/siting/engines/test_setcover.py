"""Covers and bounds of the set cover problem against all sets of rows tried one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.siting.engines import exchange, kernels
from geo.siting.engines.losses import LossTable
from geo.siting.engines.proof import Watch
from geo.siting.engines.setcover import Squeeze
from tests.support.siting_questions import EFFORT
from tests.support.siting_stops import clock_of


def random_cover(seed: int, rows: int = 9, demand: int = 14) -> tuple[LossTable, np.ndarray]:
    """A table each of whose demand some row covers, and which row covers what."""
    rng = np.random.default_rng(seed)
    reach = rng.random((rows, demand)) < rng.uniform(0.15, 0.5)
    reach[rng.integers(rows, size=demand), np.arange(demand)] = True
    size = rng.integers(0 if rng.random() < 0.3 else 1, 6, rows).astype(float)
    if rng.random() < 0.4:
        size[:] = 1.0
    start = np.concatenate([[0], np.cumsum(reach.sum(axis=1))])
    one = np.ones(demand)
    return LossTable(start, np.nonzero(reach)[1].astype(np.int32), np.empty(0), one, one, size), reach


def sizes_of_covers(table: LossTable, reach: np.ndarray) -> dict[tuple[bool, ...], float]:
    every = product((False, True), repeat=table.sites)
    return {
        rows: float(table.size[list(rows)].sum())
        for rows in every
        if reach[list(rows)].any(axis=0).all()
    }  # fmt: skip


@EFFORT
@given(st.integers(0, 10**9), st.integers(0, 12), st.booleans())
def test_a_squeeze_stopped_at_any_look_claims_no_more_than_is_true(seed, looks, decide):
    table, reach = random_cover(seed)
    covers = sizes_of_covers(table, reach)
    least = min(covers.values())
    goal = least - 1.0 if decide else -np.inf
    found = Squeeze(table, np.arange(table.sites), seed % 7).run(Watch(1.0, clock=clock_of(looks)), goal=goal)
    assert reach[found.opened].any(axis=0).all()
    assert found.value == table.size[found.opened].sum() >= least
    assert found.bound <= least + 1e-9
    spare = found.spare(least + 0.5)
    assert not any(np.array(rows)[spare].any() for rows, size in covers.items() if size <= least)


@pytest.mark.parametrize("seed", range(20))
def test_an_unstopped_squeeze_finds_a_least_cover_of_few_rows(seed):
    table, reach = random_cover(seed)
    found = Squeeze(table, np.arange(table.sites), 0).run(Watch(60.0))
    assert found.value == min(sizes_of_covers(table, reach).values())


def test_gains_stay_those_of_the_open_sites_after_any_flips():
    table, reach = random_cover(3)
    at, row, _ = kernels.turn(table.start, table.demand, table.weight.size)
    covers, gain, is_open = np.zeros(14, np.int64), reach.sum(axis=1).astype(float), np.zeros(9, bool)
    for site in np.random.default_rng(1).integers(9, size=60):
        exchange.flip(table.start, table.demand, at, row, table.weight, covers, gain, is_open, site)
        count = reach[is_open].sum(axis=0)
        assert (covers == count).all()
        assert gain.tolist() == [
            (r & (count == (1 if o else 0))).sum() for r, o in zip(reach, is_open, strict=True)
        ]


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_an_unstopped_squeeze_is_that_of_the_linear_programme(seed):
    table, reach = random_cover(seed, rows=60, demand=150)
    found = Squeeze(table, np.arange(table.sites), 0).run(Watch(60.0))
    true = linprog(table.size, A_ub=-reach.T.astype(float), b_ub=-np.ones(150), bounds=(0, None)).fun
    met = found.value - found.bound < 1.0
    assert found.bound <= true + 1e-6
    assert met or found.bound == pytest.approx(true, abs=1e-4)
