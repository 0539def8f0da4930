"""Near-equal plans: the best and the next best in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting.engines.proof import Verdict
from geo.siting.gain import (
    gain_of,
    quick,
    share_of_time,
    sign_of,
    value_today,
    with_flags,
)
from geo.siting.plan import Plan
from geo.siting.prepared import Case
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run
from geo.siting.solve import solve_below


class Alternatives(tuple[Plan, ...]):
    """The best plan and the next best ones, in order.

    Attributes
    ----------
    left_out
        Parts of all plans that were not searched to their end: while there are any, a plan as good may be
        missing from the list.
    """

    left_out: int = 0

    @classmethod
    def of(cls, plans: Iterable[Plan], left_out: int = 0) -> Alternatives:
        """Return plans with how much was left out."""
        made = cls(plans)
        made.left_out = left_out
        return made

    @property
    def proven(self) -> bool:
        """Whether no plan is missing that is better than the last one listed, or within the limit."""
        return self.left_out == 0


def alternatives(
    problem: Problem, goal: Goal, rules: Rules, run: Run | None = None, *, within: float = 0.01, most: int = 5
) -> Alternatives:
    """Return the best plan and the next best in order; each leaves out a new site of every plan before it.

    The plans not yet listed are divided by the first site in which they differ from a listed one, and the
    best of each part is found in turn (Lawler 1972, Management Science 18), so none is missed; parts that
    the time was too short for are counted in ``left_out``.

    Parameters
    ----------
    within
        How much worse than the best a plan may be, as a share of what the best gains over today.
    most
        How many plans at most, the best included.
    run
        The time limit holds for each part, its deadline for all.
    """
    run = run or Run()
    best = solve_below(problem, goal, rules, run.step(0, most, "alternatives"), why=False)
    if not np.isfinite(best.value):
        return Alternatives.of((best,), int(best.status != "infeasible"))
    search = _Parts(problem, goal, rules, best, within)
    try:
        while search.parts and len(search.listed) < most:
            search.next(run.step(len(search.listed), most, "alternatives"))
    except KeyboardInterrupt:
        search.left_out += 1
    return Alternatives.of(search.listed, search.left_out)


class _Parts:
    """All plans not yet listed, divided into parts with the best plan of each."""

    def __init__(self, problem: Problem, goal: Goal, rules: Rules, best: Plan, within: float) -> None:
        self.problem, self.goal, self.rules = problem, goal, rules
        self.sign = sign_of(goal, rules)
        gain = gain_of(best.value, value_today(problem, goal, rules))
        self.allowed = self.sign * best.value + within * gain + 1e-9 * max(abs(best.value), 1.0)
        self.cutoff = _cutoff(problem, goal, rules, self.allowed)
        self.listed: list[Plan] = []
        self.parts: list[tuple[float, int, Plan, tuple[int, ...], tuple[int, ...]]] = [
            (self.sign * best.value, 0, best, (), ())
        ]
        self.count = 0
        self.left_out = int(best.status == "stopped")

    def next(self, run: Run) -> None:
        """List the best plan left, and search the parts that leave out one of its sites."""
        _, _, plan, inside, outside = heapq.heappop(self.parts)
        self.listed.append(plan)
        fixed = list(inside)
        free = _free(self.problem, plan, inside)
        for number, site in enumerate(free):
            part = (tuple(fixed), (*outside, site))
            fixed.append(site)
            self.count += 1
            if run.over:
                self.left_out += len(free) - number
                return
            part_run = share_of_time(run.step(number, len(free)), len(free) - number + 1)
            outcome = solve_below(
                with_flags(self.problem, *part), self.goal, self.rules, part_run, cutoff=self.cutoff,
                why=False,
            )  # fmt: skip
            verdict = self._verdict(outcome)
            if np.isfinite(outcome.value) and self.sign * outcome.value <= self.allowed:
                heapq.heappush(self.parts, (self.sign * outcome.value, self.count, outcome, *part))
            if verdict is Verdict.UNKNOWN:
                self.left_out += 1
            if outcome.stopped_by == "user":
                raise KeyboardInterrupt

    def _verdict(self, outcome: Plan) -> Verdict:
        """Return whether the part holds a plan of interest; unknown also where its best is not proven."""
        if outcome.status == "infeasible":
            return Verdict.NO
        if outcome.status in ("optimal", "within"):
            return Verdict.YES
        rounding = 2e-9 * max(abs(self.allowed), 1.0)
        if np.isfinite(self.cutoff):
            rounding += 2e-10 * Case(self.problem, self.rules, self.goal).total
        worst = self.allowed - rounding
        return Verdict.NO if self.sign * outcome.bound >= worst else Verdict.UNKNOWN


NEAR = 0.01
"""Share of the gain by which a plan may be worse and still be shown beside it."""


def near_plans(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run, *, most: int
) -> Alternatives:
    """Return a plan and up to so many others that are nearly as good; itself alone where it is not proven."""
    if rules.fair is not None or not most or not plan.opened:
        return Alternatives((plan,))
    if plan.status == "stopped" or run.over:
        return Alternatives.of((plan,), 1)
    return alternatives(problem, goal, rules, quick(run), within=NEAR, most=most + 1)


def _free(problem: Problem, plan: Plan, inside: tuple[int, ...]) -> list[int]:
    """Return the new sites of a plan that another plan of the same part could leave out."""
    fixed = {*inside, *np.flatnonzero(problem.sites.flag("required")).tolist()}
    return [site for site in plan.opened if site not in fixed]


def _cutoff(problem: Problem, goal: Goal, rules: Rules, allowed: float) -> float:
    """Turn the worst value of interest into the loss that the search knows."""
    if rules.fair is None and goal == "cover_most":
        return Case(problem, rules, goal).total + allowed
    return allowed * MILLISECONDS_PER_MINUTE if goal == "least_minutes" else float("inf")
