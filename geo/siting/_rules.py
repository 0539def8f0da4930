"""Rules of a siting question: those that make no sense, and whether a plan keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from geo.errors import Fault, InputError
from geo.siting._prepared import Case
from geo.siting.plan import recount
from geo.text import Text
from geo.types import Index

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
    yield rules.new is not None and rules.new < 0, "new", _NOT_NEGATIVE, "0"
    yield rules.budget is not None and rules.budget < 0, "budget", _NOT_NEGATIVE, "0"
    yield rules.close < 0, "close", _NOT_NEGATIVE, "0"
    between = Text("must lie between 0 and 1", "应在 0 与 1 之间")
    yield not 0.0 <= rules.share <= 1.0, "share", between, "0.95"
    yield not 0.0 <= rules.give_up <= 1.0, "give_up", between, "0.05"
    yield rules.copies < 1, "copies", Text("must be at least 1", "至少为 1"), "1"
    yield any(weight < 0 for weight in rules.group_weights.values()), "group_weights", _NOT_NEGATIVE, "1"


def _kinds(case: Case) -> Iterator[tuple[bool, str, Text, str]]:
    rules, goal = case.rules, case.goal
    covers = goal in ("cover_all", "cover_most")
    floors = rules.area_floor is not None or rules.group_floor is not None
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
    by_area = rules.fair is not None or rules.area_floor is not None
    yield by_area and demand.area is None, "demand.area", _NEEDED, "area"
    yield rules.group_floor is not None and demand.group is None, "demand.group", _NEEDED, "group"
    yield bool(rules.least_sites) and sites.area is None, "sites.area", _NEEDED, "area"
    both = bool((sites.flag("required") & sites.flag("forbidden")).any())
    yield both, "sites.required", Text("names forbidden sites", "含有被禁止的站点"), "required or forbidden"


def keeps_rules(case: Case, sites: Index) -> bool:
    """Return whether a plan that knew only the number or the budget keeps all other rules too.

    Capacities, backup coverage, closures and fairness change the goal itself, so they say no.
    """
    rules = case.rules
    if case.has_capacity or rules.copies > 1 or rules.close or rules.fair:
        return False
    fresh = sites[np.isin(sites, case.candidates)]
    if rules.new is not None and fresh.size > rules.new:
        return False
    if rules.budget is not None and case.problem.sites.costs[fresh].sum() > rules.budget + 1e-9:
        return False
    every = np.union1d(case.kept, sites)
    if np.isin(case.pairs, every).all(axis=1).any():
        return False
    names, area = case.area_of_sites()
    counts = np.bincount(area[every][area[every] >= 0], minlength=len(names))
    if any(counts[k] < rules.least_sites[name] for k, name in enumerate(names)):
        return False
    return _keeps_floors(case, every)


def _keeps_floors(case: Case, sites: Index) -> bool:
    demand, rules = case.problem.demand, case.rules
    people = np.asarray(demand.people, dtype=float)
    covered = recount(case, sites).covered * people
    for name, floor in (("area", rules.area_floor), ("group", rules.group_floor)):
        if floor is None:
            continue
        labels, number = demand.labels(name)  # type: ignore[arg-type]
        for k, label in enumerate(labels):
            inside = number == k
            share = floor.get(label, 0.0) if isinstance(floor, Mapping) else floor
            if covered[inside].sum() < share * people[inside].sum() - 1e-9 * max(people.sum(), 1.0):
                return False
    return True
