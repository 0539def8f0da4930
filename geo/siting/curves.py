"""The marginal curve: what one more site brings, alone and keeping those before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from geo.siting.gain import (
    no_worse,
    quick,
    share_of_time,
    with_flags,
    without_required,
)
from geo.siting.plan import Plan
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run
from geo.siting.solve import solve_below


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The best plan with so many new sites, and the one that keeps all sites of the step before.

    Attributes
    ----------
    new
        Number of new sites.
    best
        The optimum for this number alone.
    nested
        The best plan that adds one site to the nested plan of the step before: what building year by
        year without a plan for the end comes to.
    """

    new: int
    best: Plan
    nested: Plan


class Curve(tuple[CurvePoint, ...]):
    """The points of a marginal curve, in order of the number of sites.

    Attributes
    ----------
    left_out
        Numbers of sites that were not searched because the time was up or the user stopped.
    """

    left_out: tuple[int, ...] = ()

    @classmethod
    def of(cls, points: Iterable[CurvePoint], left_out: Iterable[int] = ()) -> Curve:
        """Return points with what was left out."""
        made = cls(points)
        made.left_out = tuple(left_out)
        return made

    @property
    def proven(self) -> bool:
        """Whether every number was searched, and every best plan is proven."""
        return not self.left_out and all(point.best.status in ("optimal", "infeasible") for point in self)


def curve(problem: Problem, goal: Goal, rules: Rules, up_to: int, run: Run | None = None) -> Curve:
    """Return the marginal curve for 0, 1, ... ``up_to`` new sites: independent optima and nested plans.

    Parameters
    ----------
    rules
        ``rules.new`` is replaced by each number in turn.
    run
        The time limit holds for each plan, its deadline for all: of the time left every plan gets an equal
        share, and numbers that no time is left for are named as left out.

    Notes
    -----
    For coverage the nested plans are those of the greedy rule, which reach at least ``1 - 1/e`` of the
    optimum (Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14).
    """
    run = run or Run()
    points: list[CurvePoint] = []
    kept = problem
    for new in range(up_to + 1):
        if run.over and new:
            break
        plans = 2 * (up_to + 1 - new)
        step, here = replace(rules, new=new), run.step(new, up_to + 1, "curve")
        try:
            best = solve_below(problem, goal, step, share_of_time(here.step(0, 2), plans), why=False)
            if points:
                best = no_worse(best, points[-1].best, goal, rules)
            if best.stopped_by == "user":
                break
            nested = solve_below(kept, goal, step, share_of_time(here.step(1, 2), plans - 1), why=False)
        except KeyboardInterrupt:
            break
        if nested.stopped_by == "user":
            break
        points.append(CurvePoint(new, best, nested))
        if np.isfinite(nested.value):
            kept = with_flags(problem, required=nested.opened)
    return Curve.of(points, range(len(points), up_to + 1))


MORE_ON_CURVE = 2
"""Sites beyond those of the plan up to which the curve goes, to show whether one more would pay."""


def curve_of(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run, *, up_to: int | None = None
) -> Curve:
    """Return the curve beside a plan, no site required; for a share of the people it counts people.

    Parameters
    ----------
    up_to
        Number of new sites; two more than the plan's where it is left out. 0: no curve.
    """
    if up_to == 0:
        return Curve()
    counted: Goal = "cover_most" if goal == "cover_all" else goal
    last = len(plan.opened) + MORE_ON_CURVE if up_to is None else up_to
    if plan.stopped_by == "user":
        return Curve.of((), range(last + 1))
    free = replace(rules, share=1.0, fair=None)
    return curve(without_required(problem), counted, free, last, quick(run))
