"""An answer to a siting question: the plan, how far it is proven, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from geo.siting.problem import Goal
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
        "The goal is met for everybody already, and no new site is needed for it",
        "目标对全部人口均已满足，无需新增点位",
    ),
    "share covered": Text(
        "The share asked for is covered already, and no new site is needed",
        "已达到要求的覆盖比例，无需新增点位",
    ),
    "none asked for": Text("No new site was asked for", "未要求新增点位"),
    "no candidates": Text("There is no candidate that may be chosen", "没有可选的备选点位"),
    "too close": Text(
        "Every candidate is too close to a site that stays", "所有备选点位与保留点位的间距均不足"
    ),
    "too dear": Text("The budget does not pay for any candidate", "预算不足以建设任何备选点位"),
    "no help": Text("No candidate would improve the goal", "没有备选点位能改善目标"),
    "rules": Text("The rules bar every candidate that would help", "能改善目标的备选点位均被规则排除"),
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
        People for whom it is the best open site, counted for each service and case.
    people_added
        People who are covered only because it is open (with capacities: whom it takes in), counted likewise.
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
                f"Proven: no plan is more than {percent} % better",
                f"已证明：任何方案至多比本方案优 {percent}%",
            )
        who = _STOPPED.get(self.stopped_by, _STOPPED["engine"])
        if not np.isfinite(self.gap):
            return Text(
                f"Stopped {who.en}: the best plan so far; how far it is from the best possible is not known",
                f"因{who.zh}停止：此为目前最好的方案，与最优方案的差距未知",
            )
        return Text(
            f"Stopped {who.en}: the best plan so far; none can be more than {percent} % better",
            f"因{who.zh}停止：此为目前最好的方案，任何方案至多比其优 {percent}%",
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
