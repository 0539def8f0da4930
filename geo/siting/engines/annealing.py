"""Better plans for the most people covered by so many sites: annealed exchanges in short rounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo.siting.engines import exchange, kernels
from geo.siting.engines.losses import LossTable
from geo.siting.engines.proof import Watch
from geo.types import Index

#: Exchanges a round for each open site; a round begins where the best plan is.
_STEPS_A_SITE = 600
#: Exchanges made between two looks at the clock (about half a second where sites reach 500 places).
_CHUNK = 3_000
#: How much worse an exchange may well be, as a share of what a site covers: at first and in the end.
_HOT, _COLD = 0.015, 0.003


def fits(table: LossTable, opened: Index) -> bool:
    """Whether plans are only better or worse by whom they cover: plain coverage, sites of one size."""
    plain = table.loss.size == 0 and opened.size > 1
    return plain and bool((table.size == table.size[0]).all()) and opened.size < table.sites


def rounds(table: LossTable, opened: Index, watch: Watch, *, seed: int, most: int = 4) -> Iterator[Index]:
    """Yield a plan after each round, the best so far, until the time is up or so many rounds are over."""
    at, row, _ = kernels.turn(table.start, table.demand, table.weight.size)
    weight = table.weight * table.cap
    best = np.zeros(table.sites, dtype=np.bool_)
    best[opened] = True
    for number in range(most):
        covers = np.zeros(weight.size, dtype=np.int64)
        gain = np.bincount(_owner(table), weights=weight[table.demand], minlength=table.sites)
        is_open = np.zeros(table.sites, dtype=np.bool_)
        for site in np.flatnonzero(best):
            exchange.flip(table.start, table.demand, at, row, weight, covers, gain, is_open, int(site))
        value = float(weight[covers > 0].sum())
        state, scale = np.array([value, value]), max(value / opened.size, 1e-12)
        steps = _STEPS_A_SITE * opened.size
        parts = max(-(-steps // _CHUNK), 1)
        heat = scale * np.geomspace(_HOT, _COLD, parts + 1)
        for part in range(parts):
            exchange.anneal(
                table.start, table.demand, at, row, weight, covers, gain, is_open, best, state,
                min(_CHUNK, steps), heat[part], heat[part + 1], seed + 1_000 * number + part,
            )  # fmt: skip
            if watch.over:
                break
        yield np.flatnonzero(best)
        if watch.over:
            return


def _owner(table: LossTable) -> Index:
    return np.repeat(np.arange(table.sites), np.diff(table.start))
