"""The plan that is built: the best one, that with sites insisted on, and what insisting costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.siting.gain import (
    gain_of,
    no_worse,
    quick,
    share_of_time,
    sign_of,
    value_today,
    with_flags,
    without_required,
)
from geo.siting.plan import Plan
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run
from geo.siting.solve import solve, solve_below
from geo.text import Text


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
            return Text("Insisting costs all there is to gain", "指定点位的效益损失为全部增益")
        if np.isnan(self.loss) or not (self.proven or np.isfinite(self.most)):
            return Text("What insisting costs is not known", "指定点位的效益损失未知")
        if self.proven:
            return Text(
                f"Insisting costs {100 * self.share:.1f} % of the gain",
                f"指定点位的效益损失占增益的 {100 * self.share:.1f}%",
            )
        least, most = 100 * self._part(max(self.least, 0.0)), 100 * self._part(self.most)
        return Text(
            f"Insisting costs between {least:.1f} and {most:.1f} % of the gain",
            f"指定点位的效益损失占增益的 {least:.1f}% 至 {most:.1f}%",
        )


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
    insisted = solve_below(with_sites, goal, rules, share_of_time(run.step(0, 2), 2))
    rest = replace(run, time_limit_seconds=0.0) if insisted.stopped_by == "user" else run
    best = solve_below(problem, goal, rules, rest.step(1, 2), why=False)
    sign = sign_of(goal, rules)
    best = no_worse(best, insisted, goal, rules)
    return Regret(
        best, insisted, sign * (insisted.value - best.value),
        max(sign * (insisted.bound - best.value), 0.0), sign * (insisted.value - best.bound),
        value_today(problem, goal, rules),
    )  # fmt: skip


def fill_first(rules: Rules, plan: Plan) -> Rules:
    """Return rules under which as many areas as can be have their sites, where not all of them can.

    Nothing changes where there is a plan, or where filling fewer areas is not known to give one.
    """
    if plan.status != "infeasible" or not rules.least_sites:
        return rules
    short = [each.amount for each in plan.culprits if each.rule == "least_sites" and each.alone]
    return replace(rules, missing_sites=int(np.ceil(short[0] - 1e-6))) if short else rules


def best_plan(problem: Problem, goal: Goal, rules: Rules, run: Run) -> tuple[Plan, Regret | None]:
    """Return the plan and, where sites are required, what insisting on them costs."""
    required = np.flatnonzero(problem.sites.flag("required")).tolist()
    if not required:
        return _fullest(problem, goal, rules, solve(problem, goal, rules, run), run), None
    insisted = regret(without_required(problem), goal, rules, required, run)
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
