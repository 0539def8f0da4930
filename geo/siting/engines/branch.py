"""Proof of the best plan by Lagrangian bounds, and branching where they leave a gap.

Every bound is one of the whole problem: tables are thinned only by rules that keep an optimum, and
demand prices are held below the losses that a shortened table no longer lists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from geo.siting.engines import annealing, kernels
from geo.siting.engines.losses import (
    LossTable,
    merge_demand,
)
from geo.siting.engines.proof import Verdict, Watch, is_there
from geo.siting.engines.setcover import Squeeze
from geo.types import Floats, Index

#: Entries looked at before the clock is read again (about half a second).
_CHUNK = 150_000_000
#: Shortened tables list losses up to this many times the present price.
_REACH = 1.6
_ROOT_PATIENCE, _NODE_PATIENCE = 20.0, 8.0
_NODE_STEPS = 40
#: Turns at the root after which plans are annealed, where so far from the bound (share of the answer).
_TURNS_BEFORE_HEAT, _FAR = 6, 0.003


@dataclass(frozen=True, slots=True)
class Enough:
    """When a search may stop.

    Attributes
    ----------
    gap
        Share of the answer that may stay unproven.
    total
        What the loss is taken from to give the answer (all people for coverage; 0 for minutes).
    cutoff
        Plans that lose as much or more are of no interest.
    goal
        A plan that loses no more than this is good enough; only whether one exists is asked.
    """

    gap: float = 0.0
    total: float = 0.0
    cutoff: float = np.inf
    goal: float = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Best plan so far and the bound that holds for every plan.

    Attributes
    ----------
    opened
        Rows of the table that was given; empty where no plan beats the cutoff.
    value, bound
        Loss of the plan (``inf`` where none beats the cutoff), and a loss below which no plan goes.
    beyond
        Plans that lose as much or more were given up on the way: what is proven of ``left`` alone holds
        for all plans up to this loss.
    stopped_by
        Why the search ended early: "time", "nodes" or "user"; else empty. It proves nothing.
    left
        Rows that could not be ruled out at the root, for whoever carries on.
    nodes
        Branches looked at.
    """

    opened: Index
    value: float
    bound: float
    beyond: float
    stopped_by: str
    left: Index
    nodes: int

    def reaches(self, goal: float) -> Verdict:
        """Return whether there is a plan that loses no more than ``goal``."""
        return is_there(self.value, self.bound, goal)


def _doubt(scale: float) -> float:
    """Return by how much sums of this size may be off by rounding, generously."""
    return max(1e-6, 1e-9 * abs(scale))


def rounded_up(bound: float, step: float) -> float:
    """Return the least loss a plan can have that is not below a bound, where losses are whole numbers.

    Examples
    --------
    >>> rounded_up(3.2, 1.0), rounded_up(3.0000001, 1.0), rounded_up(3.2, 0.0)
    (4.0, 3.0000001, 3.2)
    """
    if not step or not np.isfinite(bound) or _doubt(bound) > 0.25 * step:
        return bound
    return max(bound, float(np.ceil(bound - _doubt(bound))))


@dataclass(slots=True)
class _Ascent:
    """State of a climb towards the Lagrangian bound that can be taken up again."""

    price: Floats
    kept: Floats
    cost: Floats
    move: Floats
    state: Floats

    @classmethod
    def begin(cls, price: Floats, sites: int, scale: float) -> _Ascent:
        state = np.array([-np.inf, scale, 0.0, 0.0])
        return cls(price.copy(), price.copy(), np.zeros(sites), np.zeros(price.size), state)

    @property
    def bound(self) -> float:
        return float(self.state[0])

    @property
    def finished(self) -> bool:
        return bool(self.state[3])

    def climb(
        self, table: LossTable, room: float, upper: float, target: float, steps: int, patience: float
    ) -> None:
        """Take some steps, in place."""
        kernels.ascend(
            table.start, table.demand, table.loss, table.weight, table.cap, table.size, room, self.price,
            self.kept, self.cost, self.move, self.state, upper, target, steps, patience,
        )  # fmt: skip


@dataclass(slots=True)
class _Node:
    """A part of the search: some sites open for good, some shut, the rest still to be decided."""

    table: LossTable
    names: Index
    chosen: tuple[int, ...]
    room: float
    price: Floats
    bound: float
    depth: int = 0


@cache
def make_ready() -> None:
    """Compile every loop, so that a time limit is one of searching (kept on disk after the first time)."""
    start, demand = np.array([0, 2, 4, 6]), np.array([0, 1, 1, 2, 0, 2], dtype=np.int32)
    for loss, cap in ((np.empty(0), 1.0), (np.array([0.2, 0.7, 0.1, 0.4, 0.3, 0.6]), 1.0)):
        table = LossTable(start, demand, loss, np.ones(3), np.full(3, cap), np.ones(3))
        kernels.supersets(start, demand, *kernels.turn(start, demand, 3)[:2], np.ones(3), False, 9)
        Search(table, 2.0, Watch(1.0)).run()
    plain = LossTable(start, demand, np.empty(0), np.ones(3), np.ones(3), np.ones(3))
    next(annealing.rounds(plain, np.array([0, 1]), Watch(1.0), seed=0))
    milliseconds, most = np.ones(demand.size, dtype=np.int32), np.ones(3)
    kernels.keep_rows(start, demand, milliseconds, most, np.arange(3))
    Squeeze(plain, np.arange(3), 0).run(Watch(1.0))


class Search:
    """Branch and bound over a :class:`LossTable` with one resource (Christofides & Beasley 1982).

    Parameters
    ----------
    table, room
        The problem, and how much of the resource there is.
    watch
        Clock and progress.
    enough
        When to stop.
    seed
        Order in which exchanges are tried.
    """

    def __init__(
        self, table: LossTable, room: float, watch: Watch, *, enough: Enough | None = None, seed: int = 0
    ) -> None:
        self.table, self.room, self.watch = table, room, watch
        self.enough = enough or Enough()
        self.step = table.step
        self.random = np.random.default_rng(seed)
        # Value and plan change in one assignment: an interrupt never parts them.
        self.plan: tuple[float, Index | None] = (self.enough.cutoff, None)
        self.left: Index = np.arange(table.sites)
        self.root_bound = -np.inf
        self.nodes = 0

    @property
    def value(self) -> float:
        """Loss of the best plan, or the cutoff while there is none."""
        return self.plan[0]

    @property
    def best(self) -> Index:
        """Rows of the best plan."""
        return np.empty(0, dtype=np.int64) if self.plan[1] is None else self.plan[1]

    @property
    def slack(self) -> float:
        """How far below the best plan a better one is still of interest."""
        if not np.isfinite(self.value):
            return 0.0
        answer = abs(self.enough.total - self.value)
        close = 1e-10 * max(self.value, answer)
        if self.plan[1] is None:
            return close
        whole = self.step - 2.0 * _doubt(max(self.value, answer))
        return max(whole if whole > 0.5 * self.step else 0.0, close, self.enough.gap * answer)

    @property
    def target(self) -> float:
        """Bound from which on a part of the search is of no interest."""
        if np.isfinite(self.enough.goal):
            goal = self.enough.goal
            return min(self.value, goal + max(1e-6 * self.step, 1e-10 * abs(goal), 1e-12))
        return self.value - self.slack

    @property
    def satisfied(self) -> bool:
        """Whether the plan in hand is as good as asked for."""
        return self.value <= self.enough.goal

    def offer(self, opened: Index) -> None:
        """Keep a plan if it is the best so far."""
        value = self.table.value(opened)
        if value < self.value:
            self.plan = (value, np.sort(opened))

    def improve(self, opened: Index, order: Index, *, passes: int = 30) -> None:
        """Exchange sites of a plan while that helps, and keep the result if it is the best."""
        table = self.table
        opened = np.asarray(opened, dtype=np.int64).copy()
        spare = self.room - float(table.size[opened].sum())
        kernels.swap_descent(
            table.start, table.demand, table.loss, table.weight, table.cap, table.size, spare, opened,
            order, passes, 1e-12 * float(table.weight @ table.cap),
        )  # fmt: skip
        self.offer(opened)

    def warm_start(self) -> Index:
        """Find a first plan by lazy greedy and exchanges; return the greedy one."""
        t = self.table
        opened: Index = kernels.greedy(t.start, t.demand, t.loss, t.weight, t.cap, t.size, self.room, t.sites)
        self.offer(opened)
        if not self.satisfied:
            self.improve(opened, self.random.permutation(t.sites))
        return opened

    def run(self, *, most_nodes: int = 1_000_000) -> Outcome:
        """Search until proven, or until the clock, the node limit or the user says stop."""
        stack: list[_Node] = []
        stopped, least_open = "", -np.inf
        try:
            first = self.warm_start()
            if not self.satisfied:
                stack.append(self._root(first))
            while not self.satisfied:
                least_open = min((node.bound for node in stack), default=np.inf)
                if not stack:
                    break
                if self.watch.over or self.nodes >= most_nodes:
                    stopped = self.watch.why if self.watch.over else "nodes"
                    break
                self.watch.report("branching", self.value, max(least_open, self.root_bound))
                stack.extend(self._expand(stack.pop()))
        except KeyboardInterrupt:
            self.watch.interrupt()
            stopped = "user"
        value = self.value if self.plan[1] is not None else np.inf
        bound = min(self._proven(least_open), value)
        return Outcome(self.best, value, bound, self.target, stopped, self.left, self.nodes)

    def _proven(self, least_open: float) -> float:
        """Return a loss below which no plan goes, given the least bound of the branches still open.

        Sites and branches were given up only where no plan below the target is lost; so whatever is proven
        of the rest holds for all plans up to the target, and no farther.
        """
        known = min(max(least_open, self.root_bound), self.target)
        return rounded_up(known, self.step)

    def _first_price(self, opened: Index) -> Floats:
        """Guess prices half way between the least and second least loss of a plan."""
        t = self.table
        first, second, _ = kernels.two_best(t.start, t.demand, t.loss, t.cap, opened)
        price: Floats = (first + second) / 2.0
        return price

    def _root(self, opened: Index) -> _Node:
        """Climb to the bound of the whole problem, ruling out sites on the way."""
        table, names = self.table, np.arange(self.table.sites)
        ascent = _Ascent.begin(self._first_price(self.best if self.best.size else opened), table.sites, 1.0)
        shortened = False
        for turn in range(200):
            steps = int(np.clip(_CHUNK // max(table.demand.size, 1), 1, 40))
            upper = self.value if np.isfinite(self.value) else table.value(opened)
            ascent.climb(table, self.room, upper, self.target, steps, _ROOT_PATIENCE)
            self.root_bound = max(self.root_bound, ascent.bound)
            self.watch.report("bounding", self.value, self.root_bound)
            if turn == _TURNS_BEFORE_HEAT:
                self._anneal()
            if turn % 3 == 2 or ascent.finished or steps < 40:
                self._round(names, ascent.cost, ())
            if ascent.finished or self.root_bound >= self.target or self.satisfied or self.watch.over:
                break
            out, _ = self._fixed(table, ascent, self.room)
            if out.sum() >= 0.1 * out.size:
                keep = np.flatnonzero(~out)
                table, names = table.only(keep), names[keep]
                ascent.cost = ascent.cost[keep]
                self.left = names
            if not shortened and table.loss.size and turn >= 1:
                table, shortened = self._shorten(table, ascent), True
        out, _ = self._fixed(table, ascent, self.room)
        keep = np.flatnonzero(~out)
        self.left = names = names[keep]
        small, price, _ = merge_demand(table.only(keep), price=ascent.kept)
        return _Node(small, names, (), self.room, price, ascent.bound)

    def _shorten(self, table: LossTable, ascent: _Ascent) -> LossTable:
        """Drop losses far above the price: while prices stay below, bounds are those of the whole table."""
        reach = np.minimum(table.cap, ascent.kept * _REACH + 1e-9 * table.cap)
        ascent.price = np.minimum(ascent.price, reach)
        return table.only(np.arange(table.sites), reach)

    def _fixed(self, table: LossTable, ascent: _Ascent, room: float) -> tuple[np.ndarray, np.ndarray]:
        """Return which sites can be shut, and which opened, for good (reduced-cost fixing)."""
        if not np.isfinite(self.target):
            nothing = np.zeros(table.sites, dtype=bool)
            return nothing, nothing
        _, order, whole, share, before, after = kernels.fill_room(ascent.cost, table.size, room)
        taken = np.zeros(table.sites, dtype=bool)
        taken[order[: whole + (share > 0.0)]] = True
        out = ~taken & (ascent.bound + ascent.cost + before * table.size >= self.target)
        out |= table.size > room
        inside = np.zeros(table.sites, dtype=bool)
        inside[order[:whole]] = True
        must = inside & ~out & (ascent.bound - ascent.cost - after * table.size >= self.target)
        return out, must

    def _anneal(self) -> None:
        """Look for a better plan of plain coverage where bound and plan are far apart."""
        answer = abs(self.enough.total - self.value)
        far = self.value - self.root_bound > _FAR * answer
        if not (far and self.best.size and annealing.fits(self.table, self.best)):
            return
        seed = int(self.random.integers(2**31 - 1))
        for plan in annealing.rounds(self.table, self.best, self.watch.part(0.4), seed=seed):
            self.offer(plan)
            self.improve(plan, self.random.permutation(self.table.sites), passes=2)
            if self.satisfied or self.root_bound >= self.target:
                return

    def _round(self, names: Index, cost: Floats, chosen: tuple[int, ...]) -> None:
        """Make a plan of the sites the prices like best, and improve it."""
        room = self.room - float(self.table.size[list(chosen)].sum())
        _, order, whole, _, _, _ = kernels.fill_room(cost, self.table.size[names], room)
        plan = np.concatenate([np.array(chosen, dtype=np.int64), names[order[:whole]]])
        self.improve(plan, self.random.permutation(names), passes=5)

    def _expand(self, node: _Node) -> list[_Node]:
        """Bound a node; return its two children, the likelier one last."""
        self.nodes += 1
        table = node.table
        if node.bound >= self.target:
            return []
        if float(table.size.sum()) <= node.room:
            self.offer(np.concatenate([np.array(node.chosen, dtype=np.int64), node.names]))
            return []
        ascent = _Ascent.begin(node.price, table.sites, 0.5)
        ascent.climb(table, node.room, self.value, self.target, _NODE_STEPS, _NODE_PATIENCE)
        bound = max(ascent.bound, node.bound)
        if bound >= self.target:
            return []
        if node.depth <= 3 or self.nodes % 10 == 0:
            self._round(node.names, ascent.cost, node.chosen)
            if bound >= self.target:
                return []
        return self._branch(replace(node, bound=bound), ascent)

    def _branch(self, node: _Node, ascent: _Ascent) -> list[_Node]:
        """Fix what the bound fixes, then split on the site the prices like best."""
        table, names, chosen, room = node.table, node.names, node.chosen, node.room
        out, must = self._fixed(table, ascent, room)
        cap = table.cap
        if must.any():
            cap = cap.copy()
            for inside in np.flatnonzero(must):
                kernels.open_site(table.start, table.demand, table.loss, cap, inside)
            chosen = (*chosen, *names[must].tolist())
            room -= float(table.size[must].sum())
        rest = np.flatnonzero(~(out | must) & (table.size <= room))
        if rest.size == 0:
            self.offer(np.array(chosen, dtype=np.int64))
            return []
        table, names, cost = table.only(rest, cap), names[rest], ascent.cost[rest]
        price = np.minimum(ascent.kept, cap)
        row = int(np.argmin(cost / np.maximum(table.size, 1e-12)))
        others = np.delete(np.arange(rest.size), row)
        shut = _Node(table.only(others), names[others], chosen, room, price, node.bound, node.depth + 1)
        with_it = table.opened(row)
        left = room - float(table.size[row])
        fits = others[table.size[others] <= left]
        opened = _Node(
            table.only(fits, with_it), names[fits], (*chosen, int(names[row])), left,
            np.minimum(price, with_it), node.bound, node.depth + 1,
        )  # fmt: skip
        return [shut, opened]
