"""Plans beside plans: what one more site brings, near-equal alternatives, the price of an insisted site."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.limits import MILLISECONDS_PER_MINUTE
from geo.siting.engines.proof import Verdict
from geo.siting.plan import Plan, relative_gap
from geo.siting.prepared import Case
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


@dataclass(frozen=True, slots=True)
class Regret:
    """What insisting on some sites costs.

    Attributes
    ----------
    best, insisted
        The best plan, and the best plan with those sites.
    loss
        By how much the insisted plan is worse, in the goal's unit; ``nan`` where either is not known.
    least, most
        What the loss is at least and at most, by the bounds of both; ``nan`` where that is not known.
    today
        The value without any new site; ``nan`` where there is none. Shares are of what the best gains.
    """

    best: Plan
    insisted: Plan
    loss: float
    least: float = float("nan")
    most: float = float("nan")
    today: float = float("nan")

    @property
    def gain(self) -> float:
        """What the best plan gains over today, in the goal's unit."""
        return gain_of(self.best.value, self.today)

    @property
    def share(self) -> float:
        """Loss as a share of what the best plan gains."""
        return self._part(self.loss)

    @property
    def proven(self) -> bool:
        """Whether both plans are proven, so that the loss is what insisting costs."""
        return self.best.status == self.insisted.status == "optimal"

    def _part(self, loss: float) -> float:
        return loss / self.gain if self.gain else 0.0 if loss <= 0 else float("inf")

    @property
    def sentence(self) -> Text:
        """The regret in words."""
        if self.insisted.status == "infeasible":
            return Text("No plan keeps the rules with these sites", "包含这些点位时没有方案满足全部规则")
        if not self.gain and self.loss > 0:
            return Text("Insisting costs all there is to gain", "保留指定点位将失去全部增益")
        if np.isnan(self.loss) or not (self.proven or np.isfinite(self.most)):
            return Text("What insisting costs is not known", "指定点位的效益损失未知")
        if self.proven:
            return Text(
                f"Insisting costs {100 * self.share:.1f} % of the gain",
                f"指定点位的效益损失为增益的 {100 * self.share:.1f}%",
            )
        least, most = 100 * self._part(max(self.least, 0.0)), 100 * self._part(self.most)
        return Text(
            f"Insisting costs between {least:.1f} and {most:.1f} % of the gain",
            f"指定点位的效益损失为增益的 {least:.1f}% 至 {most:.1f}%",
        )


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
        step = replace(rules, new=new)
        try:
            best = solve_below(problem, goal, step, _share(run, plans), why=False)
            if points:
                best = no_worse(best, points[-1].best, goal, rules)
            if best.stopped_by == "user":
                break
            nested = solve_below(kept, goal, step, _share(run, plans - 1), why=False)
        except KeyboardInterrupt:
            break
        if nested.stopped_by == "user":
            break
        points.append(CurvePoint(new, best, nested))
        if np.isfinite(nested.value):
            kept = with_flags(problem, required=nested.opened)
    return Curve.of(points, range(len(points), up_to + 1))


def _share(run: Run, plans: int) -> Run:
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
    best = solve_below(problem, goal, rules, run, why=False)
    if not np.isfinite(best.value):
        return Alternatives.of((best,), int(best.status != "infeasible"))
    search = _Parts(problem, goal, rules, best, within)
    try:
        while search.parts and len(search.listed) < most:
            search.next(run)
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
            part_run = _share(run, len(free) - number + 1)
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


def regret(
    problem: Problem, goal: Goal, rules: Rules, sites: Sequence[int], run: Run | None = None
) -> Regret:
    """Return what insisting on some sites costs, the best plan and the insisted one beside each other.

    The insisted plan is searched first, for it is the one that will be built; the other gets the time left.

    Parameters
    ----------
    sites
        Candidates the user insists on; they count among the new sites.
    """
    run = run or Run()
    flagged = problem.sites.flag("required").copy()
    flagged[list(sites)] = True
    with_sites = with_flags(problem, required=np.flatnonzero(flagged))
    insisted = solve_below(with_sites, goal, rules, _share(run, 2))
    rest = replace(run, time_limit_seconds=0.0) if insisted.stopped_by == "user" else run
    best = solve_below(problem, goal, rules, rest, why=False)
    sign = sign_of(goal, rules)
    best = no_worse(best, insisted, goal, rules)
    return Regret(
        best, insisted, sign * (insisted.value - best.value),
        max(sign * (insisted.bound - best.value), 0.0), sign * (insisted.value - best.bound),
        value_today(problem, goal, rules),
    )  # fmt: skip


_TODAY_SECONDS = 5.0


def value_today(problem: Problem, goal: Goal, rules: Rules) -> float:
    """Return the value of the goal without any new site; ``nan`` where it has none (somebody is not reached).

    Rules that a plan has to bring about (floors, sites by area, closures) are not asked of today.
    """
    if goal == "cover_all":
        return 0.0
    still = replace(
        rules, new=0, budget=None, close=0, area_floor=None, group_floor=None, least_sites={},
    )  # fmt: skip
    free = replace(problem, sites=replace(problem.sites, required=None))
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


def fill_first(rules: Rules, plan: Plan) -> Rules:
    """Return rules under which as many areas as can be have their sites, where not all of them can.

    Nothing changes where there is a plan, or where filling fewer areas is not known to give one.
    """
    if plan.status != "infeasible" or not rules.least_sites:
        return rules
    short = [each.amount for each in plan.culprits if each.rule == "least_sites" and each.alone]
    return replace(rules, missing_sites=int(np.ceil(short[0] - 1e-6))) if short else rules


MORE_ON_CURVE = 2
"""Sites beyond those of the plan up to which the curve goes, to show whether one more would pay."""

NEAR = 0.01
"""Share of the gain by which a plan may be worse and still be shown beside it."""

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
    if run.over:
        return plan
    step = replace(rules, share=1.0, new=len(plan.opened))
    fuller = solve_below(problem, "cover_most", step, quick(run), why=False)
    cost = problem.sites.costs
    dearer = cost[list(fuller.opened)].sum() > cost[list(plan.opened)].sum()
    if not np.isfinite(fuller.value) or fuller.people_covered <= plan.people_covered or dearer:
        return plan
    kept = {name: getattr(plan, name) for name in ("goal", "status", "value", "bound", "gap", "counts")}
    return replace(fuller, **kept, stopped_by="")


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
    return curve(_without_required(problem), counted, free, last, quick(run))


def near_plans(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, run: Run, *, most: int
) -> Alternatives:
    """Return a plan and up to so many others that are nearly as good; itself alone where it is not proven."""
    if rules.fair is not None or not most or not plan.opened:
        return Alternatives((plan,))
    if plan.status == "stopped" or run.over:
        return Alternatives.of((plan,), 1)
    return alternatives(problem, goal, rules, quick(run), within=NEAR, most=most + 1)


def _without_required(problem: Problem) -> Problem:
    return replace(problem, sites=replace(problem.sites, required=None))


def _free(problem: Problem, plan: Plan, inside: tuple[int, ...]) -> list[int]:
    """Return the new sites of a plan that another plan of the same part could leave out."""
    fixed = {*inside, *np.flatnonzero(problem.sites.flag("required")).tolist()}
    return [site for site in plan.opened if site not in fixed]


def sign_of(goal: Goal, rules: Rules) -> float:
    """Return -1 where more is better, else 1."""
    return -1.0 if goal == "cover_most" and rules.fair != "gini" else 1.0


def _cutoff(problem: Problem, goal: Goal, rules: Rules, allowed: float) -> float:
    """Turn the worst value of interest into the loss that the search knows."""
    if rules.fair is None and goal == "cover_most":
        return Case(problem, rules, goal).total + allowed
    return allowed * MILLISECONDS_PER_MINUTE if goal == "least_minutes" else float("inf")


def with_flags(problem: Problem, required: Iterable[int] = (), forbidden: Iterable[int] = ()) -> Problem:
    """Return the problem with more sites required or forbidden."""
    sites = problem.sites
    must, barred = sites.flag("required").copy(), sites.flag("forbidden").copy()
    must[list(required)] = True
    barred[list(forbidden)] = True
    return replace(problem, sites=replace(sites, required=must, forbidden=barred))
