"""The plan that a question asks for: at once or in years, the areas filled first where not all can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.siting.compare import Regret, best_plan, fill_first
from geo.siting.phases import Limit, Phasing, phase
from geo.siting.plan import Plan
from geo.siting.problem import Goal, Problem, Rules
from geo.siting.run import Run


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AskedPlan:
    """A plan with what was found on the way to it.

    Attributes
    ----------
    rules
        Those the plan keeps.
    insisted
        What insisting on sites costs; None where none are required, or in years.
    phasing
        The years; None where they are not asked for, or no order of them is known.
    """

    rules: Rules
    plan: Plan
    insisted: Regret | None = None
    phasing: Phasing | None = None


def plan_asked(
    problem: Problem, goal: Goal, rules: Rules, run: Run, *, limits: Sequence[Limit], areas_first: bool
) -> AskedPlan:
    """Return the plan of a question.

    Parameters
    ----------
    limits
        What may be built up to the end of each year; none where it is built at once.
    areas_first
        Whether as many areas as can be are filled where not all of them can have their sites.
    """
    made = _plan(problem, goal, rules, run, limits)
    filled = fill_first(rules, made.plan) if areas_first else rules
    return made if filled is rules else _plan(problem, goal, filled, run, limits)


def _plan(problem: Problem, goal: Goal, rules: Rules, run: Run, limits: Sequence[Limit]) -> AskedPlan:
    if not limits:
        plan, insisted = best_plan(problem, goal, rules, run)
        return AskedPlan(rules=rules, plan=plan, insisted=insisted)
    phasing = phase(problem, goal, rules, limits, run)
    whole = len(phasing.stages) == len(limits)
    return AskedPlan(rules=rules, plan=phasing.plan, phasing=phasing if whole else None)
