"""Plans beside plans: what one more site brings, near-equal alternatives, the price of an insisted site."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting._prepared import Case
from geo.siting.plan import Plan
from geo.siting.problem import Goal, Problem, Rules, Run
from geo.siting.solve import solve, solve_below
from geo.text import Text


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


@dataclass(frozen=True, slots=True)
class Regret:
    """What insisting on some sites costs.

    Attributes
    ----------
    best, insisted
        The best plan, and the best plan with those sites.
    loss
        By how much the insisted plan is worse, in the goal's unit; ``nan`` where it does not exist.
    """

    best: Plan
    insisted: Plan
    loss: float

    @property
    def share(self) -> float:
        """Loss as a share of the best value."""
        return self.loss / abs(self.best.value) if self.best.value else 0.0

    @property
    def sentence(self) -> Text:
        """The regret in words."""
        if np.isnan(self.loss):
            return Text("No plan keeps the rules with these sites", "包含这些站点时没有方案满足全部规则")
        return Text(
            f"Insisting costs {100 * self.share:.1f} %", f"坚持这些站点的代价为 {100 * self.share:.1f}%"
        )


def curve(
    problem: Problem, goal: Goal, rules: Rules, up_to: int, run: Run | None = None
) -> tuple[CurvePoint, ...]:
    """Return the marginal curve for 0, 1, ... ``up_to`` new sites: independent optima and nested plans.

    Parameters
    ----------
    rules
        ``rules.new`` is replaced by each number in turn.
    run
        The time limit holds for each plan.

    Notes
    -----
    For coverage the nested plans are those of the greedy rule, which reach at least ``1 - 1/e`` of the
    optimum (Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14).
    """
    points: list[CurvePoint] = []
    kept = problem
    for new in range(up_to + 1):
        step = replace(rules, new=new)
        best = solve_below(problem, goal, step, run)
        nested = solve_below(kept, goal, step, run)
        points.append(CurvePoint(new, best, nested))
        if nested.status != "infeasible":
            kept = _with_flags(problem, required=nested.opened)
        if best.stopped_by == "user" or nested.stopped_by == "user":
            break
    return tuple(points)


def alternatives(
    problem: Problem, goal: Goal, rules: Rules, run: Run | None = None, *, within: float = 0.01, most: int = 5
) -> tuple[Plan, ...]:
    """Return the best plan and the next best in order; each leaves out a new site of every plan before it.

    The plans not yet listed are divided by the first site in which they differ from a listed one, and the
    best of each part is found in turn (Lawler 1972, Management Science 18), so none is missed.

    Parameters
    ----------
    within
        How much worse than the best a plan may be, as a share of its value.
    most
        How many plans at most, the best included.
    run
        The time limit holds for each part.
    """
    best = solve_below(problem, goal, rules, run)
    if best.status == "infeasible" or not np.isfinite(best.value):
        return (best,)
    sign = -1.0 if _more_is_better(goal, rules) else 1.0
    allowed = sign * best.value + within * abs(best.value) + 1e-9 * max(abs(best.value), 1.0)
    cutoff = _cutoff(problem, goal, rules, allowed)
    listed: list[Plan] = []
    parts: list[tuple[float, int, Plan, tuple[int, ...], tuple[int, ...]]] = [
        (sign * best.value, 0, best, (), ())
    ]
    count = 0
    while parts and len(listed) < most:
        _, _, plan, inside, outside = heapq.heappop(parts)
        listed.append(plan)
        fixed = list(inside)
        for site in _free(problem, plan, inside):
            part = (tuple(fixed), (*outside, site))
            outcome = solve_below(_with_flags(problem, *part), goal, rules, run, cutoff=cutoff)
            fixed.append(site)
            count += 1
            if np.isfinite(outcome.value) and sign * outcome.value <= allowed:
                heapq.heappush(parts, (sign * outcome.value, count, outcome, *part))
    return tuple(listed)


def regret(
    problem: Problem, goal: Goal, rules: Rules, sites: Sequence[int], run: Run | None = None
) -> Regret:
    """Return what insisting on some sites costs, the best plan and the insisted one beside each other.

    Parameters
    ----------
    sites
        Candidates the user insists on; they count among the new sites.
    """
    best = solve_below(problem, goal, rules, run)
    flagged = problem.sites.flag("required").copy()
    flagged[list(sites)] = True
    insisted = solve_below(_with_flags(problem, required=np.flatnonzero(flagged)), goal, rules, run)
    sign = -1.0 if _more_is_better(goal, rules) else 1.0
    return Regret(best, insisted, sign * (insisted.value - best.value))


MORE_ON_CURVE = 2
"""Sites beyond those of the plan up to which the curve goes, to show whether one more would pay."""

NEAR = 0.01
"""Share of the best value by which a plan may be worse and still be shown beside it."""

_QUICK_SECONDS = 20.0


def quick(run: Run) -> Run:
    """Return a run for one of many plans that are compared: it gets a part of the time of a single one."""
    limit = min(run.time_limit_seconds, _QUICK_SECONDS)
    return replace(run, time_limit_seconds=limit, progress=None)


def best_plan(problem: Problem, goal: Goal, rules: Rules, run: Run) -> tuple[Plan, Regret | None]:
    """Return the plan and, where sites are required, what insisting on them costs."""
    required = np.flatnonzero(problem.sites.flag("required")).tolist()
    if not required:
        return _fullest(problem, goal, rules, solve(problem, goal, rules, run), run), None
    insisted = regret(_without_required(problem), goal, rules, required, run)
    return insisted.insisted, insisted


def _fullest(problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run) -> Plan:
    """Return, of the plans with the fewest sites for a share of the people, the one that covers most."""
    if goal != "cover_all" or rules.budget is not None or plan.status != "optimal" or rules.share >= 1:
        return plan
    step = replace(rules, share=1.0, new=len(plan.opened))
    fuller = solve(problem, "cover_most", step, quick(run))
    if not np.isfinite(fuller.value) or fuller.people_covered <= plan.people_covered:
        return plan
    kept = {name: getattr(plan, name) for name in ("goal", "status", "value", "bound", "gap", "counts")}
    return replace(fuller, **kept, stopped_by="")


def curve_of(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run, *, up_to: int | None = None
) -> tuple[CurvePoint, ...]:
    """Return the curve beside a plan, no site required; for a share of the people it counts people.

    Parameters
    ----------
    up_to
        Number of new sites; two more than the plan's where it is left out. 0: no curve.
    """
    if plan.stopped_by == "user" or up_to == 0:
        return ()
    counted: Goal = "cover_most" if goal == "cover_all" else goal
    last = len(plan.opened) + MORE_ON_CURVE if up_to is None else up_to
    free = replace(rules, share=1.0, fair=None)
    return curve(_without_required(problem), counted, free, last, quick(run))


def near_plans(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run, *, most: int
) -> tuple[Plan, ...]:
    """Return a plan and up to so many others that are nearly as good; itself alone where it is not proven."""
    if plan.stopped_by or rules.fair is not None or not most or not plan.opened:
        return (plan,)
    return alternatives(problem, goal, rules, quick(run), within=NEAR, most=most + 1)


def _without_required(problem: Problem) -> Problem:
    return replace(problem, sites=replace(problem.sites, required=None))


def _free(problem: Problem, plan: Plan, inside: tuple[int, ...]) -> list[int]:
    """Return the new sites of a plan that another plan of the same part could leave out."""
    fixed = {*inside, *np.flatnonzero(problem.sites.flag("required")).tolist()}
    return [site for site in plan.opened if site not in fixed]


def _more_is_better(goal: Goal, rules: Rules) -> bool:
    return goal == "cover_most" and rules.fair != "gini"


def _cutoff(problem: Problem, goal: Goal, rules: Rules, allowed: float) -> float:
    """Turn the worst value of interest into the loss that the search knows."""
    if rules.fair is None and goal == "cover_most":
        return Case(problem, rules, goal).total + allowed
    return allowed * MILLISECONDS_PER_MINUTE if goal == "least_minutes" else float("inf")


def _with_flags(problem: Problem, required: Iterable[int] = (), forbidden: Iterable[int] = ()) -> Problem:
    """Return the problem with more sites required or forbidden."""
    sites = problem.sites
    must, barred = sites.flag("required").copy(), sites.flag("forbidden").copy()
    must[list(required)] = True
    barred[list(forbidden)] = True
    return replace(problem, sites=replace(sites, required=must, forbidden=barred))
