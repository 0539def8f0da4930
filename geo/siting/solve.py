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

Numbers. Travel times are whole milliseconds, sites and money are counted in whole numbers, so limits, counts
and budgets are exact. Sums of people are in double precision: shares and floors may be missed by 1e-9 of the
people, and a plan counts as proven where value and bound agree to 1e-7 of the value, or of coverage to 1e-9
of all people. A search that is stopped has proven its bound and nothing else.
"""

from __future__ import annotations

import numpy as np

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting._diagnose import culprits, pinned_too_close, unreachable
from geo.siting.engines import fair
from geo.siting.engines.branch import make_ready
from geo.siting.engines.center import least_worst_answer
from geo.siting.engines.choose import by_model, most_covered
from geo.siting.engines.cover import cover_everyone, cover_share
from geo.siting.engines.proof import Answer, Record, Verdict, Watch
from geo.siting.engines.thin import thinned
from geo.siting.plan import Plan, relative_gap, status_of
from geo.siting.prepared import Case
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.recount import describe, reachable, why_nothing_new
from geo.siting.rules import check_rules
from geo.siting.run import Run, SearchProgress


def cover_all(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the fewest new sites, or the least cost, that cover ``rules.share`` of the people (LSCP)."""
    return solve(problem, "cover_all", rules, run)


def cover_most(problem: Problem, rules: Rules, run: Run | None = None) -> Plan:
    """Find the new sites, so many or within a budget, that cover most people (MCLP).

    Examples
    --------
    >>> from geo.siting.problem import Demand, Sites
    >>> from geo.siting.times import TravelTimes
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
    problem: Problem,
    goal: Goal,
    rules: Rules,
    run: Run | None = None,
    *,
    cutoff: float = np.inf,
    why: bool = True,
) -> Plan:
    """Answer as :func:`solve` does.

    Parameters
    ----------
    cutoff
        Plans whose loss is as much or more are of no interest; where there is no better one, the plan
        has no sites and its bound says so.
    why
        Whether to look for the culprits where no plan keeps the rules.
    """
    run = run or Run()
    case = Case(problem, rules, goal)
    check_rules(case)
    make_ready()
    watch, record = _watch(case, run), Record(_least(case))
    stopped = "user"
    slim = case
    try:
        # The engines of one resource leave out dominated candidates themselves.
        slim = thinned(case) if case.has_side_rules or goal == "cover_all" else case
        stopped = _search(slim, watch, record, run, cutoff)
    except KeyboardInterrupt:
        # Whatever was being done: what is on record was found and proven before.
        watch.interrupt()
    if slim is not case:
        kept = record.counts.get("candidates_kept", int(slim.choices.size))
        record.counts |= {"candidates": int(case.choices.size), "candidates_kept": kept}
    try:
        return _told(case, watch, run, record, _ended(stopped, watch, run), why=why)
    except KeyboardInterrupt:
        # Counting afresh takes no time worth an interrupt, and without it the plan would be lost.
        watch.interrupt()
        return _told(case, watch, run, record, _ended(stopped, watch, run), why=why)


def _ended(stopped: str, watch: Watch, run: Run) -> str:
    """Return why the search ended; an interrupt is told to all parts of the run."""
    if watch.interrupted:
        run.halt.ask(run.clock())
    return "user" if stopped == "time" and run.halt.asked else stopped


def _told(case: Case, watch: Watch, run: Run, record: Record, stopped: str, *, why: bool) -> Plan:
    """Say what is on record."""
    answer = record.answer(stopped)
    if answer.exists is Verdict.NO:
        return _infeasible(case, watch, run, why=why)
    if answer.exists is Verdict.UNKNOWN:
        return _without_value(case, watch, answer, record)
    return _plan(case, answer, watch, run)


def _watch(case: Case, run: Run) -> Watch:
    tell = run.progress
    if tell is None:
        return Watch(run.left, clock=run.clock, stop=run.halt.watched())

    limit = run.left

    def report(stage: str, seconds: float, value: float, bound: float) -> None:
        worth, best = _in_goal_units(case, value), _in_goal_units(case, bound)
        tell(SearchProgress(stage, seconds, worth, best, min(seconds / limit, 1.0) if limit else 1.0))

    return Watch(limit, report, run.clock, stop=run.halt.watched())


def _least(case: Case) -> float:
    """Return a loss below which no plan can go, whatever the question: none at all."""
    return -1.0 if case.rules.fair == "worst_first" else 0.0


def _search(case: Case, watch: Watch, record: Record, run: Run, cutoff: float) -> str:
    """Choose the engine: the compiled search where it knows all the rules, else HiGHS with its help."""
    seed, gap, rules = run.seed, run.gap, case.rules
    if unreachable(case) or pinned_too_close(case):
        record.prove(np.inf)
        return ""
    if case.goal == "least_worst":
        return least_worst_answer(case, watch, record, seed=seed)
    if rules.fair == "gini":
        return fair.least_gini(case, watch, record, seed=seed)
    if rules.fair == "worst_first":
        return fair.worst_first(case, watch, record, seed=seed)
    if case.goal == "cover_all":
        limited = rules.new is not None or rules.budget is not None or case.closing > 0
        if case.has_side_rules or limited:
            return by_model(case, watch, record, seed=seed, gap=gap)
        if rules.share >= 1.0:
            return cover_everyone(case, watch, record, seed=seed, gap=gap)
        if bool((case.problem.sites.costs[case.choices] == 1.0).all()):
            return cover_share(case, watch, record, seed=seed)
        return by_model(case, watch, record, seed=seed, gap=gap)
    return most_covered(case, watch, record, seed=seed, gap=gap, cutoff=cutoff)


def _in_goal_units(case: Case, loss: float) -> float:
    """Turn a loss or cost of the engines into the unit of the goal."""
    if case.rules.fair == "worst_first":
        return 0.0 - loss
    if case.goal == "cover_most" and case.rules.fair is None:
        return case.total - loss
    if case.goal in ("least_minutes", "least_worst"):
        return loss / MILLISECONDS_PER_MINUTE
    return loss


def _plan(case: Case, answer: Answer, watch: Watch, run: Run) -> Plan:
    value, bound = _in_goal_units(case, answer.value), _in_goal_units(case, answer.bound)
    counts_people = case.goal == "cover_most" and case.rules.fair is None
    gap = relative_gap(value, bound, total=case.total if counts_people else 1.0)
    sites = np.union1d(case.kept, answer.sites).astype(np.int64)
    # Worst first goes on from area to area; the bound speaks of the worst alone, so a search that was
    # cut short has proven less than the whole.
    cut_short = case.rules.fair == "worst_first" and bool(answer.stopped_by)
    status = "stopped" if cut_short else status_of(gap, run.gap)
    stopped_by = (answer.stopped_by or "engine") if status == "stopped" else answer.stopped_by
    return Plan(
        goal=case.goal, status=status, value=value, bound=bound, gap=gap,
        solve_seconds=watch.spent, stopped_by=stopped_by, counts=answer.counts,
        nothing_new=why_nothing_new(case, sites, proven=status != "stopped"),
        **reachable(case), **describe(case, sites, answer.flow),
    )  # fmt: skip


def _without_value(case: Case, watch: Watch, answer: Answer, record: Record) -> Plan:
    """Nothing found: the clock ran out first, or no plan beats the cutoff."""
    known = {} if record.fallback is None else describe(case, np.union1d(case.kept, record.fallback), None)
    return Plan(
        goal=case.goal, status="stopped", value=float("nan"), bound=_in_goal_units(case, answer.bound),
        gap=float("inf"), solve_seconds=watch.spent, stopped_by=answer.stopped_by, counts=answer.counts,
        **reachable(case), **known,
    )  # fmt: skip


def _infeasible(case: Case, watch: Watch, run: Run, *, why: bool) -> Plan:
    found = culprits(case, watch, radius=_widest(case), seed=run.seed) if why else ()
    return Plan(
        goal=case.goal, status="infeasible", value=float("nan"), bound=float("nan"), gap=float("inf"),
        culprits=found, solve_seconds=watch.spent, **reachable(case),
    )  # fmt: skip


def _widest(case: Case) -> int | None:
    """For the least worst minute every listed travel time is allowed."""
    return int(case.problem.times.milliseconds.max(initial=0)) if case.goal == "least_worst" else None
