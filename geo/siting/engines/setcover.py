"""The set cover problem from both sides: exchanges for its plans, prices of demand for its bound.

Prices climb by subgradient steps first, which is quick and soon comes to a stop well below the best
ones (on 4,400 sites and 17,000 people at 305 of 331); then the interior point method of HiGHS finds
those. Whoever found the prices, the bound is counted from them afresh, so it holds to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.siting.engines import exchange, kernels
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import LossTable
from geo.siting.engines.proof import Watch
from geo.types import Bools, Floats, Index

#: Exchanges without a better plan after which no more are made: so many, and so many a site.
_IDLE, _IDLE_A_SITE = 3_000, 100
_CHUNK = 3_000
_STEPS = 50
#: Turns of so many subgradient steps after which the linear programme is solved instead.
_TURNS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Squeezed:
    """A cover and what is proven of all covers.

    Attributes
    ----------
    opened
        Rows of the table that cover all its demand.
    value, bound
        Their size, and a size below which no cover goes, but for rounding.
    left_over
        What every row adds at least to the bound where it is opened though prices do not pay for it.
    """

    opened: Index
    value: float
    bound: float
    left_over: Floats

    def spare(self, target: float) -> Bools:
        """Return which rows no cover holds that is smaller than ``target`` (reduced-cost fixing)."""
        doubt = 1e-9 * max(abs(self.bound), abs(target), 1.0)
        return self.bound + np.maximum(self.left_over, 0.0) - doubt >= target


class Squeeze:
    """Exchanges and prices in turn, for demand that has all to be covered.

    Parameters
    ----------
    table
        Plain coverage; each demand is reached by some row.
    first
        Rows that cover all demand.
    """

    def __init__(self, table: LossTable, first: Index, seed: int) -> None:
        self.table = table
        self.random = np.random.default_rng(seed)
        self.at, self.row, _ = kernels.turn(table.start, table.demand, table.weight.size)
        self.best = np.zeros(table.sites, dtype=np.bool_)
        self.best[first] = True
        self.weight = np.ones(table.weight.size)
        self.covers = np.zeros(table.weight.size, dtype=np.int64)
        self.gain = np.diff(table.start).astype(float)
        self.is_open = np.zeros(table.sites, dtype=np.bool_)
        for site in first:
            self._flip(int(site))
        whole = float(table.size[first].sum())
        self.steps = np.array([0.0, whole, whole, 0.0])
        self.barred = np.full(table.sites, -9.0)
        self.missed = np.zeros(table.weight.size, dtype=np.int64)
        self.place = np.full(table.weight.size, -1, dtype=np.int64)
        self.price = self._first_price()
        self.kept, self.move = self.price.copy(), np.zeros(self.price.size)
        self.climb = np.array([0.0, 1.0, 0.0, 0.0])
        self.turns = 0
        self.priced = False

    def _flip(self, site: int) -> None:
        t = self.table
        exchange.flip(
            t.start, t.demand, self.at, self.row, self.weight, self.covers, self.gain, self.is_open, site
        )

    def _first_price(self) -> Floats:
        """Return prices that no row's demand pays more than its size with."""
        t = self.table
        degree = np.maximum(np.diff(t.start), 1)
        price = np.full(t.weight.size, np.inf)
        np.minimum.at(price, t.demand, np.repeat(t.size / degree, np.diff(t.start)))
        return price

    @property
    def value(self) -> float:
        """Size of the best cover."""
        return float(self.table.size[self.best].sum())

    @property
    def bound(self) -> float:
        """Size below which no cover goes, but for rounding."""
        return float(self.climb[0])

    def run(self, watch: Watch, *, goal: float = -np.inf) -> Squeezed:
        """Exchange and climb until both come to rest, bound and value meet, or the goal is decided.

        Parameters
        ----------
        goal
            A cover of this size is good enough, and nothing more is asked once none can be as small.
        """
        vain = 0
        while not watch.over and not self.decided(goal):
            rests = vain > _IDLE + _IDLE_A_SITE * self.table.sites
            if rests and self.priced:
                break
            if not rests:
                before = self.value
                self._exchange(goal)
                vain = 0 if self.value < before else vain + _CHUNK
            if not self.climb[3] and self.turns < _TURNS:
                self._climb(goal)
            elif not self.priced and not self.decided(goal):
                self._price(watch)
            watch.report("bounding", np.nan, np.nan)
        t = self.table
        rest: Floats = exchange.left_over(t.start, t.demand, t.size, self.kept)
        return Squeezed(np.flatnonzero(self.best), self.value, self.bound, rest)

    def decided(self, goal: float) -> bool:
        """Whether cover and bound meet, or a goal that was given is reached or out of reach."""
        if np.isfinite(goal) and (self.value <= goal or self.bound > goal + 1e-6):
            return True
        return self.value - self.bound < 1.0 - 1e-6

    def _exchange(self, goal: float) -> None:
        t = self.table
        exchange.exchange_fewest(
            t.start, t.demand, self.at, self.row, self.weight, t.size, self.covers, self.gain, self.is_open,
            self.best, self.barred, self.missed, self.place, self.steps, _CHUNK, goal,
            int(self.random.integers(2**31)),
        )  # fmt: skip

    def _price(self, watch: Watch) -> None:
        """Take the prices of the linear programme, where they bound better."""
        t = self.table
        self.priced = True
        prices = set_cover_model(t)[0].relaxed(watch).prices
        if prices is None or not np.isfinite(prices).all():
            return
        prices = np.maximum(prices, 0.0)
        rest = exchange.left_over(t.start, t.demand, t.size, prices)
        bound = float(prices.sum() + np.minimum(rest, 0.0).sum())
        if bound > self.bound:
            self.kept, self.climb[0] = prices, bound

    def _climb(self, goal: float) -> None:
        t = self.table
        self.turns += 1
        target = goal + 1e-6 if np.isfinite(goal) else np.inf
        exchange.raise_prices(
            t.start, t.demand, t.size, self.price, self.kept, self.move, self.climb, self.value, target,
            _STEPS,
        )  # fmt: skip


def set_cover_model(table: LossTable) -> tuple[Model, Index]:
    """Return the model of covering all demand of a table, and its columns of sites."""
    model = Model()
    x = model.columns(table.sites, cost=table.size, whole=True)
    row = np.repeat(x, np.diff(table.start))
    model.rows(1.0, INFINITE, table.demand.astype(np.int64), row, 1.0, table.weight.size)
    return model, x
