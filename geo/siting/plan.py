"""An answer to a siting question: the plan, how far it is proven, whom it serves, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from geo.limits import MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE
from geo.siting import _kernels as kernels
from geo.siting._losses import sums
from geo.siting._prepared import Case
from geo.siting.problem import (
    Goal,
)
from geo.text import Text
from geo.types import Floats, Index

Status = Literal["optimal", "within", "stopped", "infeasible"]

#: Relative gap up to which a bound counts as met (that of double precision over large sums).
PROVEN = 1e-7


@dataclass(frozen=True, slots=True)
class Culprit:
    """One reason why a question has no answer; letting it give way by ``amount`` gives one.

    Attributes
    ----------
    rule
        The rule of :class:`Rules` or column of :class:`Sites` at fault; "reach" for people no site reaches.
    amount, unit
        By how much it has to give way: people, sites, money or pairs.
    demand, sites
        Entries of demand and sites concerned.
    alone
        True where this rule giving way is enough; False where several have to.
    """

    rule: str
    amount: float
    unit: str
    what: Text
    demand: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    alone: bool = True


@dataclass(frozen=True, slots=True)
class SiteShare:
    """What one open site does.

    Attributes
    ----------
    site
        Its number.
    people_served
        People for whom it is the best open site.
    people_added
        People who are covered only because it is open (with capacities: whom it takes in).
    person_minutes_added
        Minutes all people together would walk longer without it (missing where somebody would be left out).
    """

    site: int
    people_served: float
    people_added: float
    person_minutes_added: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """People of one group or area who are covered, before and after the plan."""

    label: Any
    people: float
    before: float
    after: float

    @property
    def gained(self) -> float:
        """People gained by the plan."""
        return self.after - self.before

    @property
    def share(self) -> float:
        """Share covered after the plan; 1 where nobody lives."""
        return self.after / self.people if self.people > 0 else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """The best plan found and how far it is proven.

    Attributes
    ----------
    goal, status
        ``"optimal"``: proven. ``"within"``: proven up to ``gap``, as asked. ``"stopped"``: the time limit
        or the user ended the search; the best plan so far, with its gap. ``"infeasible"``: no plan keeps
        the rules, see ``culprits``.
    value, bound
        Of the goal: cost (or number) of new sites, weighted people covered, weighted person-minutes, or
        worst minutes; with ``fair``, the Gini coefficient or the share of the worst area. No plan is better
        than ``bound``.
    gap
        ``|value - bound|`` as a share of the value.
    opened, closed, open_sites
        New sites, existing sites closed, and all that are open in the end.
    served_by, seconds
        Per entry of demand the site that serves it (-1: none in reach) and the travel time (``inf``).
    people, people_before, people_covered
        Everyone, and those covered before and after.
    sites, groups, areas
        What each open site does; coverage by group and area.
    assignment
        With capacities: site, entry of demand and people of each flow.
    culprits
        Why there is no plan.
    counts
        Candidates and demand before and after thinning, branches looked at.
    """

    goal: Goal
    status: Status
    value: float
    bound: float
    gap: float
    solve_seconds: float
    stopped_by: str = ""
    opened: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    open_sites: tuple[int, ...] = ()
    served_by: Index = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    seconds: Floats = field(default_factory=lambda: np.empty(0))
    people: float = 0.0
    people_before: float = 0.0
    people_covered: float = 0.0
    sites: tuple[SiteShare, ...] = ()
    groups: tuple[Coverage, ...] = ()
    areas: tuple[Coverage, ...] = ()
    assignment: tuple[tuple[int, int, float], ...] = ()
    culprits: tuple[Culprit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def proof(self) -> Text:
        """How far the plan is proven, in words."""
        if self.status == "optimal":
            return Text("Proven: no plan is better", "已证明：没有更好的方案")
        if self.status == "infeasible":
            return Text("Proven: no plan keeps all the rules", "已证明：没有方案满足全部规则")
        percent = f"{100 * self.gap:.2f}" if np.isfinite(self.gap) else "?"
        if self.status == "within":
            return Text(
                f"Proven: no plan is more than {percent} % better", f"已证明：没有方案能再好 {percent}% 以上"
            )
        who = ("by the user", "用户") if self.stopped_by == "user" else ("by the time limit", "时间限制")
        return Text(
            f"Stopped {who[0]}: the best plan so far; none can be more than {percent} % better",
            f"因{who[1]}停止：目前最好的方案，最多还能再好 {percent}%",
        )


def relative_gap(value: float, bound: float) -> float:
    """Return how far value and bound are apart, as a share of the value."""
    if value == bound or abs(value - bound) <= 1e-9:
        return 0.0
    if not (np.isfinite(value) and np.isfinite(bound)):
        return float("inf")
    return abs(value - bound) / max(abs(value), 1e-12)


def status_of(gap: float, stopped_by: str, allowed: float) -> Status:
    """Return the honest word for a gap."""
    if gap <= PROVEN:
        return "optimal"
    if gap <= allowed * (1 + 1e-9) and allowed > 0:
        return "within"
    return "stopped" if stopped_by else "within"


@dataclass(frozen=True, slots=True, eq=False)
class _Recount:
    """Coverage of each entry of demand by a set of open sites, and what the second best site would give."""

    covered: Floats
    without: Floats
    served_by: Index
    seconds: Floats
    second_seconds: Floats


def recount(case: Case, sites: Index) -> _Recount:
    """Count afresh whom some open sites cover, from the travel times alone."""
    start, demand, milliseconds = case.everyone
    count = case.weight.size
    never = np.full(count, np.inf)
    first, second, who = kernels.two_best(start, demand, milliseconds.astype(float), never, sites)
    served = np.where(who >= 0, sites[who] if sites.size else -1, -1)
    seconds, second_seconds = first / MILLISECONDS_PER_SECOND, second / MILLISECONDS_PER_SECOND
    if case.rules.copies > 1:
        start, demand, _ = case.cover
        reached = np.zeros(count, dtype=np.int64)
        for site in sites:
            reached[demand[start[site] : start[site + 1]]] += 1
        covered = (reached >= case.rules.copies).astype(float)
        without = (reached - 1 >= case.rules.copies).astype(float)
        return _Recount(covered, without, served, seconds, second_seconds)
    covered, without = np.zeros(count), np.zeros(count)
    near, next_near = first <= case.limit, second <= case.limit
    near &= np.isfinite(first)
    next_near &= np.isfinite(second)
    covered[near] = case.partial(first[near])
    without[next_near] = case.partial(second[next_near])
    return _Recount(covered, without, served, seconds, second_seconds)


def describe(case: Case, sites: Index, flow: tuple[Index, Index, Floats] | None) -> dict[str, Any]:
    """Return the parts of a :class:`Plan` that follow from the open sites."""
    sites = np.sort(np.asarray(sites, dtype=np.int64))
    people = np.asarray(case.problem.demand.people, dtype=float)
    before = recount(case, np.flatnonzero(case.old)).covered * people
    after = recount(case, sites)
    covered = after.covered * people
    assignment: tuple[tuple[int, int, float], ...] = ()
    served = after.served_by
    if flow is not None:
        before = np.minimum(before, people)
        covered, served, assignment = _flows(flow, people)
    return {
        "open_sites": tuple(int(site) for site in sites),
        "opened": tuple(int(site) for site in sites if not case.old[site]),
        "closed": tuple(int(site) for site in np.setdiff1d(np.flatnonzero(case.old), sites)),
        "served_by": served,
        "seconds": after.seconds,
        "people": float(people.sum()),
        "people_before": float(before.sum()),
        "people_covered": float(covered.sum()),
        "sites": _shares(case, sites, after, assignment, people),
        "groups": _table(case, "group", people, before, covered),
        "areas": _table(case, "area", people, before, covered),
        "assignment": assignment,
    }


def _flows(
    flow: tuple[Index, Index, Floats], people: Floats
) -> tuple[Floats, Index, tuple[tuple[int, int, float], ...]]:
    """Return people covered per entry, the main site of each, and the flows, from assigned shares."""
    site, demand, share = flow
    moved = share * people[demand]
    real = moved > 1e-7
    covered = sums(demand[real], moved[real], people.size)
    served = np.full(people.size, -1, dtype=np.int64)
    order = np.argsort(moved[real], kind="stable")
    served[demand[real][order]] = site[real][order]
    rows = zip(site[real].tolist(), demand[real].tolist(), moved[real].tolist(), strict=True)
    return covered, served, tuple(rows)


def _shares(
    case: Case, sites: Index, after: _Recount, assignment: tuple[tuple[int, int, float], ...], people: Floats
) -> tuple[SiteShare, ...]:
    count = case.problem.sites.count
    reached = after.served_by >= 0
    who = after.served_by[reached]
    if assignment:
        taken = np.bincount([a[0] for a in assignment], weights=[a[2] for a in assignment], minlength=count)
        return tuple(SiteShare(int(s), float(taken[s]), float(taken[s]), float("nan")) for s in sites)
    served = np.bincount(who, weights=(people * (after.covered > 0))[reached], minlength=count)
    added = sums(who, (people * (after.covered - after.without))[reached], count)
    if case.rules.copies > 1:
        added = _needed(case, sites, after, people)
    longer = (after.second_seconds[reached] - after.seconds[reached]) * people[reached] / SECONDS_PER_MINUTE
    longer[people[reached] == 0] = 0.0
    minutes = np.bincount(who, weights=longer, minlength=count)
    return tuple(
        SiteShare(
            int(s),
            float(served[s]),
            float(added[s]),
            float(minutes[s]) if np.isfinite(minutes[s]) else float("nan"),
        )
        for s in sites
    )


def _needed(case: Case, sites: Index, after: _Recount, people: Floats) -> Floats:
    """With backup coverage every site in reach of the just covered is needed, not only the nearest."""
    start, demand, _ = case.cover
    only_just = people * (after.covered - after.without)
    added = np.zeros(case.problem.sites.count)
    for site in sites:
        added[site] = only_just[demand[start[site] : start[site + 1]]].sum()
    return added


def _table(
    case: Case, name: Literal["group", "area"], people: Floats, before: Floats, after: Floats
) -> tuple[Coverage, ...]:
    names, number = case.problem.demand.labels(name)
    inside = number >= 0
    sums = [
        np.bincount(number[inside], weights=part[inside], minlength=len(names))
        for part in (people, before, after)
    ]
    return tuple(
        Coverage(label, float(sums[0][k]), float(sums[1][k]), float(sums[2][k]))
        for k, label in enumerate(names)
    )
