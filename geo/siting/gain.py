"""What comparing plans needs: their gain over today, their share of time, sites required or forbidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from geo.siting.plan import Plan, relative_gap
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run
from geo.siting.solve import solve_below


def share_of_time(run: Run, plans: int) -> Run:
    """Return the run of one of so many plans: where they have a deadline in common, an equal share of it."""
    return run if run.deadline == float("inf") else run.part(1.0 / plans)


def no_worse(plan: Plan, fewer: Plan, goal: Goal, rules: Rules) -> Plan:
    """Return a plan, or one of fewer choices where the search was stopped before it found one as good."""
    if plan.status != "stopped" or not np.isfinite(fewer.value):
        return plan
    sign = sign_of(goal, rules)
    if np.isfinite(plan.value) and sign * plan.value <= sign * fewer.value:
        return plan
    gap = relative_gap(fewer.value, plan.bound)
    return replace(fewer, status="stopped", bound=plan.bound, gap=gap, stopped_by=plan.stopped_by)


_TODAY_SECONDS = 5.0


def value_today(problem: Problem, goal: Goal, rules: Rules) -> float:
    """Return the value of the goal without any new site; ``nan`` where it has none (somebody is not reached).

    Rules that a plan has to bring about (floors, sites by area, closures) are not asked of today.
    """
    if goal == "cover_all":
        return 0.0
    still = replace(rules.without_places(), new=0, budget=None, close=0)
    free = replace(problem, sites=replace(problem.sites, required=None, closed=None))
    return solve_below(free, goal, still, Run(time_limit_seconds=_TODAY_SECONDS), why=False).value


def gain_of(best: float, today: float) -> float:
    """Return how far a value is from that of today; the value itself where today has none."""
    return abs(best - today) if np.isfinite(today) else abs(best)


def share_of_gain(goal: Goal, rules: Rules, best: Plan, value: float, today: float) -> float:
    """Return what a value lacks of the best, as a share of what the best gains over today."""
    loss, gain = sign_of(goal, rules) * (value - best.value), gain_of(best.value, today)
    if not np.isfinite(loss):
        return float("nan")
    return max(loss, 0.0) / gain if gain > 0 else 0.0


_QUICK_SECONDS = 20.0


def quick(run: Run) -> Run:
    """Return a run for one of many plans that are compared: it gets a part of the time of a single one."""
    limit = min(run.time_limit_seconds, _QUICK_SECONDS)
    return replace(run, time_limit_seconds=limit)


def without_required(problem: Problem) -> Problem:
    """Return the problem with no site required."""
    return replace(problem, sites=replace(problem.sites, required=None))


def sign_of(goal: Goal, rules: Rules) -> float:
    """Return -1 where more is better, else 1."""
    return -1.0 if goal == "cover_most" and rules.fair != "gini" else 1.0


def with_flags(problem: Problem, required: Iterable[int] = (), forbidden: Iterable[int] = ()) -> Problem:
    """Return the problem with more sites required or forbidden."""
    sites = problem.sites
    must, barred = sites.flag("required").copy(), sites.flag("forbidden").copy()
    must[list(required)] = True
    barred[list(forbidden)] = True
    return replace(problem, sites=replace(sites, required=must, forbidden=barred))
