"""An answer to a siting question: the plan, how far it is proven, whom it serves, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from geo.limits import MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE
from geo.siting.engines import kernels
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import sums
from geo.siting.engines.proof import Flow, Watch
from geo.siting.prepared import Case
from geo.siting.problem import (
    Goal,
)
from geo.text import Text
from geo.types import Floats, Index

Status = Literal["optimal", "within", "stopped", "infeasible"]

NothingNew = Literal[
    "", "all covered", "share covered", "none asked for", "no candidates", "too close", "too dear", "no help",
    "rules", "stopped",
]  # fmt: skip
"""Why a plan opens no new site: everyone who counts is covered already, or the share that was asked for; none
was allowed for; there is no candidate, or all stand too close to sites that stay; the budget pays for none;
no candidate helps anybody; the other rules bar those that would; or the search was stopped too early."""

_NOTHING_NEW = {
    "all covered": Text(
        "The goal is met for everybody already: no new site is needed for it",
        "对所有人均已满足目标，无需为此新增点位",
    ),
    "share covered": Text(
        "The share asked for is covered already: no new site is needed", "已达到要求的覆盖比例，无需新增点位"
    ),
    "none asked for": Text("No new site was asked for", "未要求新增点位"),
    "no candidates": Text("There is no candidate site", "没有备选点位"),
    "too close": Text(
        "Every candidate is too close to a site that stays", "所有备选点位与保留点位的间距均不足"
    ),
    "too dear": Text("The budget does not pay for any candidate", "预算不足以建设任何备选点位"),
    "no help": Text("No candidate would improve the goal", "没有备选点位能改善目标"),
    "rules": Text("The rules bar every candidate that would help", "规则排除了所有有益的备选点位"),
    "stopped": Text(
        "The search ended before a new site was found; some may help",
        "求解中止前尚未找到新增点位，可能仍有有益的点位",
    ),
}  # fmt: skip
_STOPPED = {
    "user": Text("by the user", "用户中止"),
    "time": Text("by the time limit", "时间限制"),
    "engine": Text("before the proof was complete", "证明未完成"),
}

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
        True where it is shown that this rule giving way by ``amount`` is enough; False where all those
        named so have to give way together.
    minutes_help
        For "reach" and "share": whether some of those left out are reached by a usable site in more time,
        as far as the travel times go.
    """

    rule: str
    amount: float
    unit: str
    what: Text
    demand: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    alone: bool = True
    minutes_help: bool = False


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
    stopped_by
        What ended the search early: "time", "user", or "engine" for the precision of the numbers; else empty.
    opened, closed, open_sites
        New sites, existing sites closed, and all that are open in the end.
    served_by, seconds
        Per entry of demand the site that serves it (-1: none in reach) and the travel time (``inf``).
    people, people_before, people_covered
        Everyone, and those covered before and after.
    people_reachable, people_with_more_minutes
        Whom all usable sites together would cover, were every one of them open: within the limits, and
        at any time that the travel times list.
    nothing_new
        Why no new site is opened, where none is: see :data:`NothingNew`.
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
    people_reachable: float = float("nan")
    people_with_more_minutes: float = float("nan")
    nothing_new: NothingNew = ""
    culprits: tuple[Culprit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def most_share(self) -> float:
        """The largest share of the people that can be covered at all; 1 where nobody lives."""
        return self.people_reachable / self.people if self.people > 0 else 1.0

    @property
    def minutes_help(self) -> bool:
        """Whether usable sites reach more people in more time, as far as the travel times go."""
        return self.people_with_more_minutes > self.people_reachable * (1.0 + 1e-9)

    @property
    def no_new_site(self) -> Text | None:
        """Why no new site is opened, in words; None where some are."""
        return _NOTHING_NEW[self.nothing_new] if self.nothing_new else None

    @property
    def proof(self) -> Text:
        """How far the plan is proven, in words."""
        if not np.isfinite(self.value) and self.status == "stopped":
            who = _STOPPED.get(self.stopped_by, _STOPPED["engine"])
            return Text(
                f"Stopped {who.en}: no plan is known to keep all the rules, and none is ruled out",
                f"因{who.zh}停止：尚未找到满足全部规则的方案，也未证明不存在",
            )
        if self.status == "optimal":
            return Text("Proven: no plan is better", "已证明：没有更好的方案")
        if self.status == "infeasible":
            return Text("Proven: no plan keeps all the rules", "已证明：没有方案满足全部规则")
        percent = f"{100 * self.gap:.2f}"
        if self.status == "within":
            return Text(
                f"Proven: no plan is more than {percent} % better", f"已证明：没有方案能再好 {percent}% 以上"
            )
        who = _STOPPED.get(self.stopped_by, _STOPPED["engine"])
        if not np.isfinite(self.gap):
            return Text(
                f"Stopped {who.en}: the best plan so far; how far it is from the best possible is not known",
                f"因{who.zh}停止：目前最好的方案，与最优的差距未知",
            )
        return Text(
            f"Stopped {who.en}: the best plan so far; none can be more than {percent} % better",
            f"因{who.zh}停止：目前最好的方案，最多还能再好 {percent}%",
        )


def relative_gap(value: float, bound: float, *, total: float = 1.0) -> float:
    """Return how far value and bound are apart, as a share of the value.

    Up to 1e-9 of ``total``, what the sums of both run up to, they count as equal.
    """
    if value == bound or abs(value - bound) <= 1e-9 * max(total, 1.0):
        return 0.0
    if not (np.isfinite(value) and np.isfinite(bound)):
        return float("inf")
    return abs(value - bound) / max(abs(value), 1e-12)


def status_of(gap: float, allowed: float) -> Status:
    """Return the honest word for a gap; only the gap counts, not how the search ended."""
    if gap <= PROVEN:
        return "optimal"
    return "within" if gap <= allowed * (1 + 1e-9) else "stopped"


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
    covered[near], without[next_near] = 1.0, 1.0
    if case.rules.decay is not None:
        # The best site is the one that covers the largest share, wherever the shares come from.
        start, demand, milliseconds = case.cover
        loss, most = 1.0 - case.partial(milliseconds), np.ones(count)
        least, second_least, _ = kernels.two_best(start, demand, loss, most, sites)
        covered, without = 1.0 - least, 1.0 - second_least
    return _Recount(covered, without, served, seconds, second_seconds)


def describe(case: Case, sites: Index, flow: Flow | None) -> dict[str, Any]:
    """Return the parts of a :class:`Plan` that follow from the open sites."""
    sites = np.sort(np.asarray(sites, dtype=np.int64))
    people = np.asarray(case.problem.demand.people, dtype=float)
    before = covered_today(case) * people
    after = recount(case, sites)
    covered = after.covered * people
    assignment: tuple[tuple[int, int, float], ...] = ()
    served = after.served_by
    if flow is not None:
        covered, served, assignment = _flows(flow, people)
    return {
        "open_sites": tuple(int(site) for site in sites),
        "opened": tuple(int(site) for site in sites if not case.old[site]),
        "closed": tuple(int(site) for site in np.setdiff1d(np.flatnonzero(case.old), sites)),
        "served_by": served,
        "seconds": after.seconds,
        "people_before": float(before.sum()),
        "people_covered": float(covered.sum()),
        "sites": _shares(case, sites, after, assignment, people),
        "groups": _table(case, "group", people, before, covered),
        "areas": _table(case, "area", people, before, covered),
        "assignment": assignment,
    }


def covered_shares(case: Case, plan: Plan) -> tuple[Floats, Floats]:
    """Return the share of each entry of demand that is covered today and with a plan."""
    sites = np.asarray(plan.open_sites, dtype=np.int64)
    if not plan.assignment:
        return covered_today(case), recount(case, sites).covered
    people = np.asarray(case.problem.demand.people, dtype=float)
    entry = np.array([flow[1] for flow in plan.assignment], dtype=np.int64)
    moved = np.array([flow[2] for flow in plan.assignment], dtype=float)
    share = sums(entry, moved, people.size) / np.where(people > 0, people, 1.0)
    return covered_today(case), np.minimum(share, 1.0)


def covered_today(case: Case) -> Floats:
    """Return the share of each entry of demand that the standing sites cover.

    Where they can run out of room, people are shared out over them so that most are covered.
    """
    standing = np.flatnonzero(case.old)
    if not np.isfinite(case.problem.sites.capacities[standing]).any():
        return recount(case, standing).covered
    return most_with_room(case, standing)


def most_with_room(case: Case, sites: Index) -> Floats:
    """Return the share of each entry covered where people are shared out over sites to cover most of them."""
    start, entry, milliseconds = case.cover
    place = np.concatenate([np.arange(start[site], start[site + 1]) for site in sites] or [np.empty(0, int)])
    site = np.repeat(np.arange(sites.size), np.diff(start)[sites])
    demand, share = entry[place].astype(np.int64), case.partial(milliseconds[place])
    people = np.asarray(case.problem.demand.people, dtype=float)
    covered = np.zeros(people.size)
    if not place.size:
        return covered
    model, room = Model(), case.problem.sites.capacities[sites]
    u = model.columns(place.size, cost=-people[demand] * share)
    model.rows(-INFINITE, 1.0, demand, u, 1.0, people.size)
    model.rows(-INFINITE, room, site, u, people[demand], sites.size)
    x = model.solve(Watch(np.inf)).x
    assert x is not None
    return np.minimum(sums(demand, x[u] * share, people.size), 1.0)


def reachable(case: Case) -> dict[str, Any]:
    """Return whom all usable sites together would cover: within the limits, and at any time listed."""
    people = np.asarray(case.problem.demand.people, dtype=float)
    usable = np.union1d(case.kept, case.choices)
    within = float(recount(case, usable).covered @ people)
    free = Case(case.problem, replace(case.rules, limit_seconds=None), case.goal)
    return {
        "people": float(people.sum()),
        "people_reachable": within,
        "people_with_more_minutes": max(within, float(recount(free, usable).covered @ people)),
    }


def why_nothing_new(case: Case, sites: Index, *, proven: bool) -> NothingNew:
    """Return why a plan opens no new site; empty where it opens some."""
    fresh = sites[~case.old[sites]]
    if fresh.size:
        return ""
    free = np.flatnonzero(~case.problem.sites.flag("existing") & ~case.problem.sites.flag("forbidden"))
    today, with_all = recount(case, case.kept), recount(case, np.union1d(case.kept, case.choices))
    counts = case.weight > 0
    if case.goal in ("cover_all", "cover_most") and (today.covered[counts] >= 1.0).all():
        return "all covered"
    if case.goal == "cover_all" and proven:
        return "share covered"
    if case.only_closes or case.rules.new == 0:
        return "none asked for"
    if not free.size:
        return "no candidates"
    if not case.candidates.size:
        return "too close"
    if case.money.units[case.candidates].min() > case.money.budget:
        return "too dear"
    if case.goal in ("cover_all", "cover_most"):
        helped = bool((with_all.covered[counts] > today.covered[counts]).any())
    else:
        helped = bool((with_all.seconds[counts] < today.seconds[counts]).any())
    if not helped:
        return "no help"
    return "rules" if proven else "stopped"


def _flows(flow: Flow, people: Floats) -> tuple[Floats, Index, tuple[tuple[int, int, float], ...]]:
    """Return people covered per entry, the main site of each, and the flows, from assigned shares."""
    site, demand, share, counts = flow
    moved = share * people[demand]
    real = moved > 1e-7
    covered = np.minimum(sums(demand[real], (moved * counts)[real], people.size), people)
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
