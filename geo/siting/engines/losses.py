"""The sparse table every siting question is brought to, and what shrinks it without losing the optimum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.siting.engines import kernels
from geo.types import Floats, Index

#: Looks at entries after which the search for dominated rows is left; it only ever removes less.
MOST_WORK = 400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LossTable:
    """Choose sites so that the people lose least: ``sum(weight * min(cap, least loss of an open site))``.

    Coverage is the case where an entry loses nothing and the cap is 1; the p-median is the case where
    the loss is the travel time. One row per candidate, holding entries below the cap only.

    Attributes
    ----------
    start, demand, loss
        Compressed rows; ``loss`` has length 0 where every entry is 0.
    weight, cap
        Per demand: how many people, and what each loses while no site of the table is open.
    size
        Per site, what opening it takes from the one resource (1 for a count, money for a budget).
    """

    start: Index
    demand: NDArray[np.int32]
    loss: Floats
    weight: Floats
    cap: Floats
    size: Floats

    @property
    def sites(self) -> int:
        """Number of rows."""
        return self.start.size - 1

    def value(self, opened: Index) -> float:
        """Return the loss that is left once some sites are open."""
        first, _, _ = kernels.two_best(self.start, self.demand, self.loss, self.cap, opened)
        return float(self.weight @ first)

    def only(self, rows: Index, cap: Floats | None = None) -> LossTable:
        """Return the table of some sites, under a lower cap where one is given."""
        cap = self.cap if cap is None else cap
        start, demand, loss = kernels.keep_rows(self.start, self.demand, self.loss, cap, rows)
        return replace(self, start=start, demand=demand, loss=loss, cap=cap, size=self.size[rows])

    def opened(self, row: int) -> Floats:
        """Return the cap once a site is open for good."""
        cap: Floats = self.cap.copy()
        kernels.open_site(self.start, self.demand, self.loss, cap, row)
        return cap

    @property
    def step(self) -> float:
        """Smallest difference two plans can have: 1 where all numbers are whole, else 0."""
        whole = all(bool((part == np.rint(part)).all()) for part in (self.weight, self.cap, self.loss))
        return 1.0 if whole else 0.0


def equal_demand(table: LossTable, label: Index | None = None) -> Index:
    """Return a number per demand, equal where sites, losses, cap and label are.

    The cap does not tell demand apart that no site reaches.
    """
    salt = np.random.default_rng(20).integers(0, 2**64, size=(table.sites, 2), dtype=np.uint64)
    bits = np.ascontiguousarray(table.loss, dtype=np.float64).view(np.uint64)
    marks = kernels.fingerprints(table.start, table.demand, bits, table.weight.size, salt)
    cap = np.where(marks.any(axis=1), table.cap, 0.0).view(np.uint64)
    extra = np.zeros(cap.size, dtype=np.int64) if label is None else label
    order = np.lexsort((extra, cap, marks[:, 1], marks[:, 0]))
    columns = (marks[:, 0], marks[:, 1], cap, extra)
    same = np.logical_and.reduce([column[order[1:]] == column[order[:-1]] for column in columns])
    group = np.empty(order.size, dtype=np.int64)
    group[order] = np.concatenate([[0], np.cumsum(~same)])[: order.size]
    return group


def merge_demand(
    table: LossTable, *, price: Floats | None = None, label: Index | None = None
) -> tuple[LossTable, Floats, Index]:
    """Return the table with equal demand made one, the mean prices, and which demand became which.

    What no site can change becomes one row that no site reaches, so that values stay those of the
    whole problem.
    """
    price = table.cap if price is None else price
    group = equal_demand(table, label)
    stays = np.zeros(group.size, dtype=bool)
    stays[np.unique(group, return_index=True)[1]] = True
    start, demand, loss = _columns(table, stays)
    merged = replace(
        table, start=start, demand=group[demand].astype(np.int32), loss=loss,
        weight=sums(group, table.weight), cap=_mean(group, table.weight, table.cap),
    )  # fmt: skip
    return merged, np.minimum(_mean(group, table.weight, price), merged.cap), group


def sums(number: Index, values: Floats, count: int = 0) -> Floats:
    """Return the sum of the values of each number, for at least ``count`` numbers."""
    return np.bincount(number, weights=values, minlength=count).astype(np.float64)


def _mean(group: Index, weight: Floats, values: Floats) -> Floats:
    """Return the mean of each group; the common value itself where all are equal."""
    first = np.empty(int(group.max()) + 1 if group.size else 0)
    first[group] = values
    total = sums(group, weight)
    off = sums(group, weight * (values - first[group]))
    return first + np.divide(off, total, out=np.zeros_like(off), where=total > 0)


def _columns(table: LossTable, stays: NDArray[np.bool_]) -> tuple[Index, NDArray[np.int32], Floats]:
    """Return the rows without the entries of some demand."""
    kept = stays[table.demand]
    before = np.concatenate([[0], np.cumsum(kept)])
    return before[table.start], table.demand[kept], table.loss[kept] if table.loss.size else table.loss


def dominated_sites(table: LossTable) -> NDArray[np.bool_]:
    """Return which sites cover no more than another that takes no more of the resource (coverage only)."""
    if table.loss.size:
        return np.zeros(table.sites, dtype=bool)
    back, row, _ = kernels.turn(table.start, table.demand, table.weight.size)
    marked: NDArray[np.bool_] = kernels.supersets(
        table.start, table.demand, back, row, table.size, False, MOST_WORK
    )
    return marked | (np.diff(table.start) == 0)


def implied_demand(start: Index, demand: NDArray[np.int32], count: int) -> NDArray[np.bool_]:
    """Return which demand is covered whenever some other demand is."""
    back, row, _ = kernels.turn(start, demand, count)
    marked: NDArray[np.bool_] = kernels.supersets(back, row, start, demand, np.zeros(count), True, MOST_WORK)
    return marked
