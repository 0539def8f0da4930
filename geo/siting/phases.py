"""Building in years: which sites first, so that every stage is good and each keeps those before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.siting.gain import no_worse, share_of_gain, value_today, with_flags
from geo.siting.plan import Plan, relative_gap, status_of
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run
from geo.siting.solve import solve_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What may be built up to the end of a year: sites and money, those of the years before included."""

    new: int | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One year.

    Attributes
    ----------
    limit
        What may be built up to its end.
    nested
        The plan at its end; it keeps all sites of the years before.
    best
        The best plan known for this year alone.
    opened
        Sites opened in this year.
    price
        What keeping to the years costs here: what the nested plan lacks of the best, as a share of what the
        best gains over today; ``nan`` where it is not known, for the best is not proven.
    """

    limit: Limit
    nested: Plan
    best: Plan
    opened: tuple[int, ...]
    price: float

    @property
    def proven(self) -> bool:
        """Whether the best plan of the year is proven, so that the price is known."""
        return self.best.status == "optimal"


@dataclass(frozen=True, slots=True)
class Phasing:
    """The stages of a plan in years, the first year first; the last one alone where no order is known.

    Attributes
    ----------
    left_out
        Orders that were not tried because the time was up.
    """

    stages: tuple[Stage, ...]
    left_out: int = 0

    @property
    def plan(self) -> Plan:
        """The plan at the end, with the bound of the best one for its limits."""
        last = self.stages[-1]
        if not np.isfinite(last.nested.value):
            return last.nested
        gap = relative_gap(last.nested.value, last.best.bound)
        # A fair plan may be cut short at a gap of nothing: its later parts are then not settled.
        cut_short = "stopped" in (last.nested.status, last.best.status)
        status = "stopped" if cut_short else status_of(gap, gap)
        stopped_by = last.nested.stopped_by or last.best.stopped_by if cut_short else ""
        return replace(last.nested, bound=last.best.bound, gap=gap, status=status, stopped_by=stopped_by)


def phase(
    problem: Problem, goal: Goal, rules: Rules, limits: Sequence[Limit], run: Run | None = None
) -> Phasing:
    """Return the sites of each year, each year keeping those before it.

    The best plan of every year is found by itself. Each of them is then a start: years before it choose
    among its sites, years after it add to them. Of these orders the one is taken whose worst year loses
    least of its gain, then the one that loses least over all years. Whether another order of other sites
    loses still less is not proven; the price of each year is, for it is held against the year's own optimum.

    Parameters
    ----------
    rules
        Number and budget are replaced by those of each year. Required sites, floors and sites by area are
        asked of the end, not of the years before it.
    limits
        What may be built up to the end of each year, rising.

    Notes
    -----
    The last start is the plan best at the end, built in the best order; the first is the greedy one.
    """
    run = (run or Run()).begin()
    free = replace(problem, sites=replace(problem.sites, required=None))
    stages = len(limits)
    early = rules.without_places()
    asked_of = [*([early] * (stages - 1)), rules]
    steps = [
        replace(kept, new=limit.new, budget=limit.budget)
        for kept, limit in zip(asked_of, limits, strict=True)
    ]
    asked = [*([free] * (stages - 1)), problem]
    solves = stages * stages
    best: list[Plan] = []
    for number, (step, question) in enumerate(zip(steps, asked, strict=True)):
        last, part = number == stages - 1, run.step(number, 2 * stages, "years").part(1 / (solves - number))
        best.append(solve_below(question, goal, step, part, why=last))
    at_end = Stage(limit=limits[-1], nested=best[-1], best=best[-1], opened=(), price=float("nan"))
    if not np.isfinite(best[-1].value):
        return Phasing((at_end,))
    today = value_today(free, goal, rules)
    orders: list[tuple[tuple[float, float], list[Plan]]] = []
    left_out = 0
    for start in reversed(range(stages)):
        if run.over and orders:
            left_out += 1
            continue
        here = run.step(2 * stages - 1 - start, 2 * stages, "years")
        chain = _chain(asked, goal, steps, best, start, here.part(1 / (start + 1)))
        if chain is not None:
            prices = [share_of_gain(goal, rules, b, n.value, today) for b, n in zip(best, chain, strict=True)]
            known = np.nan_to_num(np.array(prices), nan=0.0)
            orders.append(((float(known.max()), float(known.sum())), chain))
    if not orders:
        return Phasing((at_end,))
    chain = min(orders, key=lambda order: order[0])[1]
    before: set[int] = set()
    made = []
    for limit, nested, alone in zip(limits, chain, best, strict=True):
        known = no_worse(alone, nested, goal, rules)
        price = share_of_gain(goal, rules, known, nested.value, today)
        made.append(
            Stage(
                limit=limit, nested=nested, best=known, opened=tuple(sorted(set(nested.opened) - before)),
                price=price if known.status == "optimal" else float("nan"),
            )
        )  # fmt: skip
        before = set(nested.opened)
    return Phasing(tuple(made), left_out)


def _chain(
    asked: list[Problem], goal: Goal, steps: list[Rules], best: list[Plan], start: int, run: Run
) -> list[Plan] | None:
    """Return the nested plans with the best of one year as it is; None where a year has none."""
    plans: list[Plan | None] = [None] * len(steps)
    plans[start] = middle = best[start]
    if not np.isfinite(middle.value):
        return None
    left = max(len(steps) - 1, 1)
    inside = middle
    for number in reversed(range(start)):
        sites = asked[number].sites
        others = np.setdiff1d(np.flatnonzero(~sites.flag("existing")), inside.opened)
        barred = with_flags(asked[number], forbidden=others.tolist())
        inside = solve_below(barred, goal, steps[number], run.part(1 / left), why=False)
        left -= 1
        plans[number] = inside
        if not np.isfinite(inside.value):
            return None
    kept = middle
    for number in range(start + 1, len(steps)):
        fuller = with_flags(asked[number], required=kept.opened)
        kept = solve_below(fuller, goal, steps[number], run.part(1 / left), why=False)
        left -= 1
        plans[number] = kept
        if not np.isfinite(kept.value):
            return None
    return [plan for plan in plans if plan is not None]
