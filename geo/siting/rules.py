"""Rules of a siting question: those that make no sense, and whether a plan keeps them, counted afresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from geo.errors import Fault, InputError
from geo.limits import MILLISECONDS_PER_SECOND
from geo.siting.prepared import Case
from geo.siting.problem import FLOORS
from geo.siting.recount import recount
from geo.text import Text
from geo.types import Floats, Index

Broken = Literal["", "too much", "too little"]

ROUNDING = 1e-9
"""Share of all people by which a floor or a share may be missed: the rounding of sums of fractions."""

_NEEDED = Text("is needed", "必须给出")
_NOT_NEGATIVE = Text("must not be negative", "不能为负")
_COVERAGE_ONLY = Text("is a rule of coverage", "仅用于覆盖目标")
_MOST_ONLY = Text("goes with cover_most only", "仅用于 cover_most")


def check_rules(case: Case) -> None:
    """Raise for rules that contradict themselves or ask for what is not there.

    Raises
    ------
    InputError
        With every fault found.
    """
    checks = (*_numbers(case), *_kinds(case), *_columns(case))
    faults = [
        Fault(what, Text(f"Try {example}", f"例如 {example}"), source=key, code="siting.rules")
        for wrong, key, what, example in checks
        if wrong
    ]
    if faults:
        raise InputError(faults)


def _numbers(case: Case) -> Iterator[tuple[bool, str, Text, str]]:
    rules = case.rules
    for key, number in (("new", rules.new), ("budget", rules.budget), ("close", rules.close)):
        yield number is not None and not number >= 0, key, _NOT_NEGATIVE, "0"
    between = Text("must lie between 0 and 1", "应在 0 与 1 之间")
    yield not 0.0 <= rules.share <= 1.0, "share", between, "0.95"
    yield not 0.0 <= rules.give_up <= 1.0, "give_up", between, "0.05"
    yield rules.copies < 1, "copies", Text("must be at least 1", "至少为 1"), "1"
    finite = Text("must be numbers from 0 up", "应为不小于 0 的数")
    weights = rules.group_weights.values()
    yield any(not 0 <= weight < np.inf for weight in weights), "group_weights", finite, "1"
    yield rules.missing_sites < 0, "missing_sites", _NOT_NEGATIVE, "0"
    yield any(not least >= 0 for least in rules.least_sites.values()), "least_sites", finite, "1"
    for key, floor in rules.floors.items():
        shares = floor.values() if isinstance(floor, Mapping) else [floor]
        yield any(not 0.0 <= share <= 1.0 for share in shares), key, between, "0.8"
    yield from _times(case)


def _times(case: Case) -> Iterator[tuple[bool, str, Text, str]]:
    """Limits in time: infinite means without a limit, negative or missing makes no sense."""
    rules, sense = case.rules, Text("must not be negative or missing", "不能为负或缺失")
    limits = np.atleast_1d(np.asarray(np.inf if rules.limit_seconds is None else rules.limit_seconds, float))
    yield not bool((limits >= 0).all()), "limit_seconds", sense, "900"
    categories = case.problem.demand.categories
    short = limits.size != 1 and limits.size <= int(categories.max(initial=0))
    each = Text("needs one number, or one per category", "应为一个数，或每个类别一个数")
    yield short, "limit_seconds", each, "900"
    unserved = rules.unserved_seconds
    finite = Text("must be a number from 0 up", "应为不小于 0 的数")
    yield unserved is not None and not 0 <= unserved < np.inf, "unserved_seconds", finite, "3600"
    if rules.decay is not None:
        times = np.unique(case.problem.times.milliseconds)
        shares = np.asarray(rules.decay(times / MILLISECONDS_PER_SECOND), dtype=float)
        wrong = shares.shape != times.shape or bool(np.isnan(shares).any())
        yield wrong, "decay", Text("must give a share for each time", "应为每个时间给出比例"), "exp(-t / 900)"


def _kinds(case: Case) -> Iterator[tuple[bool, str, Text, str]]:
    rules, goal = case.rules, case.goal
    covers = goal in ("cover_all", "cover_most")
    floors = bool(rules.floors)
    backup = rules.copies > 1
    yield backup and not covers, "copies", _COVERAGE_ONLY, "cover_most"
    yield backup and rules.decay is not None, "copies", Text("cannot go with decay", "不能与衰减同用"), "1"
    yield backup and case.has_capacity, "copies", Text("cannot go with capacities", "不能与容量同用"), "1"
    yield rules.decay is not None and goal != "cover_most", "decay", _MOST_ONLY, "cover_most"
    yield rules.fair is not None and goal != "cover_most", "fair", _MOST_ONLY, "cover_most"
    unlimited = rules.limit_seconds is None and rules.decay is None
    yield (covers or floors) and unlimited, "limit_seconds", _NEEDED, "900"
    nothing = rules.new is None and rules.budget is None and rules.close == 0
    either = Text("or a budget is needed", "或预算必须给出其一")
    yield goal != "cover_all" and nothing, "new", either, "3"


def _columns(case: Case) -> Iterator[tuple[bool, str, Text, str]]:
    rules, sites, demand = case.rules, case.problem.sites, case.problem.demand
    for family in rules.floors:
        labels = FLOORS[family]
        given = getattr(demand, labels) is not None or (labels == "part" and demand.area is not None)
        yield not given, f"demand.{labels}", _NEEDED, labels
    parted = demand.part is not None or demand.area is not None
    yield rules.fair is not None and not parted, "demand.area", _NEEDED, "area"
    yield bool(rules.least_sites) and sites.area is None, "sites.area", _NEEDED, "area"
    both = bool((sites.flag("required") & sites.flag("forbidden")).any())
    yield both, "sites.required", Text("names forbidden sites", "含有禁止选用的点位"), "required or forbidden"
    stays = Text("names sites that must stay", "含有必须保留的点位")
    yield bool((sites.flag("required") & case.shut).any()), "sites.closed", stays, "required or closed"
    never = Text("names sites that do not stand", "含有并非现有的点位")
    yield bool((sites.flag("closed") & ~sites.flag("existing")).any()), "sites.closed", never, "existing"
    more = Text("names more sites than are to be closed", "所列点位多于要关闭的数目")
    yield int(case.shut.sum()) > rules.close, "sites.closed", more, f"close = {int(case.shut.sum())}"


def breaks(case: Case, sites: Index, *, most: int | None = None) -> Broken:
    """Return whether a plan breaks a rule, counted exactly from the question itself (without capacities).

    Parameters
    ----------
    sites
        Open choices.
    most
        Milliseconds within which everyone who counts has to be reached.

    Returns
    -------
    str
        "too much" where no plan with these sites and more can do (number, money, distance), "too little"
        where none with only some of them can (reach, share, floors, sites per area), empty where all is kept.
    """
    rules = case.rules
    fresh = sites[np.isin(sites, case.candidates)]
    limited = rules.new is not None or (case.goal != "cover_all" and rules.budget is None)
    if limited and fresh.size > (rules.new or 0):
        return "too much"
    if rules.budget is not None and float(case.money.units[fresh].sum()) > case.money.budget:
        return "too much"
    every = np.union1d(case.kept, sites)
    if np.isin(case.pairs, every).all(axis=1).any():
        return "too much"
    if not np.isin(case.required, sites).all():
        return "too little"
    names, area = case.area_of_sites()
    counts = np.bincount(area[every][area[every] >= 0], minlength=len(names))
    short = sum(max(rules.least_sites[name] - int(counts[k]), 0) for k, name in enumerate(names))
    if short > rules.missing_sites:
        return "too little"
    return "" if _reaches(case, every, most) and _keeps_floors(case, every) else "too little"


def closes_right(case: Case, sites: Index) -> bool:
    """Return whether exactly as many existing sites are closed as asked."""
    closed = int(case.closable.sum()) - int(np.isin(np.flatnonzero(case.closable), sites).sum())
    return closed == case.closing


def loss_of(case: Case, sites: Index) -> float:
    """Return what a plan loses in the goal, counted afresh (without capacities and fairness)."""
    every = np.union1d(case.kept, sites)
    if case.goal == "cover_all":
        return case.cost_of(sites)
    if case.goal == "cover_most":
        return float(case.weight @ (1.0 - recount(case, every).covered))
    times = milliseconds_to(case, every)
    counts = case.weight > 0
    if case.goal == "least_worst":
        return float(times[counts].max(initial=0.0))
    if case.rules.unserved_seconds is not None:
        times = np.minimum(times, case.unserved)
    return float(case.weight[counts] @ times[counts])


def milliseconds_to(case: Case, sites: Index) -> Floats:
    """Return the time of each entry that counts to the nearest of some sites; ``inf``: none is reached."""
    least, _ = nearest_of(case, sites)
    return least


def nearest_of(case: Case, sites: Index) -> tuple[Floats, Index]:
    """Return the least time of each entry over some sites, and which site that is (``inf``, -1: none)."""
    start, demand, milliseconds = case.reach
    least, who = np.full(case.weight.size, np.inf), np.full(case.weight.size, -1, dtype=np.int64)
    for site in sites:
        part = slice(start[site], start[site + 1])
        nearer = milliseconds[part] < least[demand[part]]
        entries = demand[part][nearer]
        least[entries], who[entries] = milliseconds[part][nearer], site
    return least, who


def _reaches(case: Case, sites: Index, most: int | None) -> bool:
    """Whether all are reached, or as many covered, as the goal asks for."""
    rules, counts = case.rules, case.weight > 0
    if case.goal == "cover_all":
        covered = recount(case, sites).covered
        if rules.share >= 1.0:
            return bool((covered[counts] > 0).all())
        return bool(case.weight @ covered >= rules.share * case.total - ROUNDING * max(case.total, 1.0))
    if case.goal == "least_minutes" and rules.unserved_seconds is None:
        return bool(np.isfinite(milliseconds_to(case, sites)[counts]).all())
    if case.goal == "least_worst":
        worst = milliseconds_to(case, sites)[counts].max(initial=0.0)
        return bool(worst <= most) if most is not None else bool(np.isfinite(worst))
    return True


def _keeps_floors(case: Case, sites: Index) -> bool:
    if not case.floors:
        return True
    people = np.asarray(case.problem.demand.people, dtype=float)
    covered, slack = recount(case, sites).covered * people, ROUNDING * max(float(people.sum()), 1.0)
    return all(
        covered[inside].sum() >= share * people[inside].sum() - slack for _, _, inside, share in case.floors
    )
