"""Where the next sites go: set cover, maximal covering, p-median and p-center, each with a proof.

A question is a :class:`Problem` (travel times, sites, demand), a goal and :class:`Rules`; the answer is a
:class:`Plan` that says how far it is proven. The goals are the classic ones:

* ``cover_all``, the location set covering problem: fewest sites, or least cost, that cover everyone or a
  share (Toregas, Swain, ReVelle & Bergman 1971, Operations Research 19);
* ``cover_most``, the maximal covering location problem (Church & ReVelle 1974, Papers of the Regional
  Science Association 32);
* ``least_minutes``, the p-median problem (Hakimi 1964, Operations Research 12; ReVelle & Swain 1970,
  Geographical Analysis 2);
* ``least_worst``, the vertex p-center problem (Hakimi 1964; Minieka 1970, SIAM Review 12).

Bounds come from Lagrangian relaxation (Cornuejols, Fisher & Nemhauser 1977, Management Science 23;
Galvao & ReVelle 1996, European Journal of Operational Research 88), plans from lazy greedy choice and
exchanges, and what is left between them is closed by branching or by HiGHS.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting import _fair as fair
from geo.siting._branch import Watch, make_ready
from geo.siting._cover import cover_everyone, cover_share, least_worst_answer
from geo.siting._diagnose import culprits, pinned_too_close, unreachable
from geo.siting._engines import Answer, by_model, choose_most
from geo.siting._prepared import Case
from geo.siting._rules import check_rules, keeps_rules
from geo.siting.plan import Plan, describe, relative_gap, status_of
from geo.siting.problem import (
    Goal,
    Problem,
    Rules,
    Run,
    SearchProgress,
)


def cover_all(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the fewest new sites, or the least cost, that cover ``rules.share`` of the people (LSCP)."""
    return solve(problem, "cover_all", rules, run)


def cover_most(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the new sites, so many or within a budget, that cover most people (MCLP).

    Examples
    --------
    >>> from geo.siting.problem import Demand, Sites, TravelTimes
    >>> times = TravelTimes.from_matrix([[60, 600, 9999], [9999, 60, 60]])
    >>> problem = Problem(times, Sites(2), Demand(np.array([5.0, 1.0, 2.0])))
    >>> plan = cover_most(problem, Rules(new=1, limit_seconds=900))
    >>> plan.opened, plan.people_covered, plan.status
    ((0,), 6.0, 'optimal')
    """
    return solve(problem, "cover_most", rules, run)


def least_minutes(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the new sites for which all people together travel the fewest minutes (p-median)."""
    return solve(problem, "least_minutes", rules, run)


def least_worst(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the new sites for which the longest way of anyone is shortest (vertex p-center)."""
    return solve(problem, "least_worst", rules, run)


def solve(problem: Problem, goal: Goal, rules: Rules, run: Run | None = None) -> Plan:
    """Answer a siting question.

    Parameters
    ----------
    problem
        Travel times, sites and demand.
    goal
        ``"cover_all"``, ``"cover_most"``, ``"least_minutes"`` or ``"least_worst"``.
    rules
        What the plan must keep.
    run
        Time limit, gap, seed and progress.

    Returns
    -------
    Plan
        With status, proven bound and gap; status ``"infeasible"`` and culprits where no plan keeps the rules.

    Raises
    ------
    InputError
        Where the rules contradict themselves or ask for labels that were not given.
    """
    return solve_below(problem, goal, rules, run)


def solve_below(
    problem: Problem, goal: Goal, rules: Rules, run: Run | None = None, *, cutoff: float = np.inf
) -> Plan:
    """Answer as :func:`solve` does; plans whose loss is ``cutoff`` or more are of no interest."""
    run = run or Run()
    case = Case(problem, rules, goal)
    check_rules(case)
    make_ready()
    watch = _watch(case, run)
    if unreachable(case) or pinned_too_close(case):
        return _infeasible(case, watch, run)
    answer = _answer(case, watch, run, cutoff)
    if answer.infeasible and np.isfinite(cutoff):
        return _plan_without_sites(case, watch, answer)
    if answer.infeasible:
        return _infeasible(case, watch, run)
    if not np.isfinite(answer.value):
        return _plan_without_sites(case, watch, answer)
    return _plan(case, answer, watch, run)


def _watch(case: Case, run: Run) -> Watch:
    tell = run.progress
    if tell is None:
        return Watch(run.time_limit_seconds)

    def report(stage: str, seconds: float, value: float, bound: float) -> None:
        tell(SearchProgress(stage, seconds, _in_goal_units(case, value), _in_goal_units(case, bound)))

    return Watch(run.time_limit_seconds, report)


def _answer(case: Case, watch: Watch, run: Run, cutoff: float) -> Answer:
    """Choose the engine: the compiled search where it knows all the rules, else HiGHS with its help."""
    seed, gap, rules = run.seed, run.gap, case.rules
    if case.goal == "least_worst":
        return least_worst_answer(case, watch, seed=seed)
    if rules.fair == "gini":
        return fair.least_gini(case, watch, seed=seed)
    if rules.fair == "worst_first":
        return fair.worst_first(case, watch, seed=seed)
    if case.goal == "cover_all":
        limited = rules.new is not None or rules.budget is not None or rules.close > 0
        if case.has_side_rules or limited:
            return by_model(case, watch, seed=seed, gap=gap)
        if rules.share >= 1.0:
            return cover_everyone(case, watch, seed=seed, gap=gap)
        alike = bool((case.problem.sites.costs[case.choices] == 1.0).all())
        return cover_share(case, watch, seed=seed) if alike else by_model(case, watch, seed=seed, gap=gap)
    if not case.has_side_rules:
        answer = choose_most(case, watch, seed=seed, gap=gap, cutoff=cutoff)
        return answer if _serves_all(case, answer) else by_model(case, watch, seed=seed, gap=gap)
    return _with_side_rules(case, watch, run)


def _with_side_rules(case: Case, watch: Watch, run: Run) -> Answer:
    """Solve without the side rules first: its bound holds with them, and its plan is a start."""
    free = replace(watch, seconds=min(0.3 * watch.seconds, 20.0))
    loose = None
    if case.rules.close == 0:
        loose = choose_most(case, free, seed=run.seed, gap=0.0)
        proven = not loose.stopped_by and _serves_all(case, loose) and keeps_rules(case, loose.sites)
        if loose.infeasible or proven:
            # What has no plan without the side rules has none with them.
            return loose
    start = None if loose is None else loose.sites
    answer = by_model(case, watch, seed=run.seed, gap=run.gap, start=start)
    if loose is None or answer.infeasible or not np.isfinite(loose.bound):
        return answer
    return replace(answer, bound=min(max(answer.bound, loose.bound), answer.value))


def _serves_all(case: Case, answer: Answer) -> bool:
    """Whether a plan of least minutes leaves nobody without a site, where that is asked."""
    if case.goal != "least_minutes" or case.rules.unserved_seconds is not None:
        return True
    if answer.infeasible or not np.isfinite(answer.value):
        return True
    start, demand, _ = case.reach
    served = case.weight <= 0
    for site in np.union1d(case.kept, answer.sites):
        served[demand[start[site] : start[site + 1]]] = True
    return bool(served.all())


def _in_goal_units(case: Case, loss: float) -> float:
    """Turn a loss or cost of the engines into the unit of the goal."""
    if case.goal == "cover_most" and case.rules.fair is None:
        return case.total - loss
    if case.goal in ("least_minutes", "least_worst"):
        return loss / MILLISECONDS_PER_MINUTE
    return loss


def _plan(case: Case, answer: Answer, watch: Watch, run: Run) -> Plan:
    value, bound = _in_goal_units(case, answer.value), _in_goal_units(case, answer.bound)
    gap = relative_gap(value, bound)
    sites = np.union1d(case.kept, answer.sites).astype(np.int64)
    # Worst first goes on from area to area; the bound speaks of the worst alone, so a search that was
    # cut short has proven less than the whole.
    cut_short = case.rules.fair == "worst_first" and bool(answer.stopped_by)
    status = "stopped" if cut_short else status_of(gap, answer.stopped_by, run.gap)
    return Plan(
        goal=case.goal, status=status, value=value, bound=bound, gap=gap,
        solve_seconds=watch.spent, stopped_by=answer.stopped_by, counts=answer.counts,
        **describe(case, sites, answer.flow),
    )  # fmt: skip


def _plan_without_sites(case: Case, watch: Watch, answer: Answer) -> Plan:
    """Nothing found: the clock ran out first, or no plan beats the cutoff."""
    status = "infeasible" if answer.infeasible else "stopped"
    return Plan(
        goal=case.goal, status=status, value=float("nan"), bound=_in_goal_units(case, answer.bound),  # type: ignore[arg-type]
        gap=float("inf"), solve_seconds=watch.spent, stopped_by=answer.stopped_by, counts=answer.counts,
    )  # fmt: skip


def _infeasible(case: Case, watch: Watch, run: Run) -> Plan:
    # Diagnosis gets as much time again, for a reason is worth as much as a plan.
    again = replace(watch, seconds=watch.spent + run.time_limit_seconds)
    return Plan(
        goal=case.goal, status="infeasible", value=float("nan"), bound=float("nan"), gap=float("inf"),
        culprits=culprits(case, again, radius=_widest(case), seed=run.seed), solve_seconds=watch.spent,
    )  # fmt: skip


def _widest(case: Case) -> int | None:
    """For the least worst minute every listed travel time is allowed."""
    return int(case.problem.times.milliseconds.max(initial=0)) if case.goal == "least_worst" else None
