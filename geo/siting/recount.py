"""A plan counted afresh: whom open sites cover today and then, what each does, and why none is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from geo.limits import MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE
from geo.siting.engines import kernels
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import sums
from geo.siting.engines.proof import Flow, Watch
from geo.siting.plan import Coverage, NothingNew, Plan, SiteShare
from geo.siting.prepared import Case
from geo.types import Floats, Index


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
        "sites": _shares(case, sites, after, assignment, people, np.arange(people.size)),
        "groups": _table(case, "group", people, before, covered),
        "areas": _table(case, "area", people, before, covered),
        "assignment": assignment,
    }


def site_shares(case: Case, plan: Plan, *, entries: int) -> tuple[SiteShare, ...]:
    """Return what each open site does for the first so many entries of demand: those of the first case.

    A person is counted once, however many services are used, and is covered where all services are reached.
    """
    sites = np.asarray(plan.open_sites, dtype=np.int64)
    people = np.asarray(case.problem.demand.people, dtype=float)
    first = np.where(np.arange(people.size) < entries, people, 0.0)
    return _shares(case, sites, recount(case, sites), plan.assignment, first, case.problem.demand.persons)


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
    case: Case,
    sites: Index,
    after: _Recount,
    assignment: tuple[tuple[int, int, float], ...],
    people: Floats,
    person: Index,
) -> tuple[SiteShare, ...]:
    count = case.problem.sites.count
    reached = after.served_by >= 0
    who = after.served_by[reached]
    if assignment:
        flow = [(site, entry, moved) for site, entry, moved in assignment if people[entry] > 0]
        site, entry = np.array([row[:2] for row in flow], dtype=np.int64).reshape(-1, 2).T
        taken = _once(site, person[entry], np.array([row[2] for row in flow], dtype=float), count)
        return tuple(SiteShare(int(s), float(taken[s]), float(taken[s]), float("nan")) for s in sites)
    served = _once(who, person[reached], (people * (after.covered > 0))[reached], count)
    lost = np.maximum(_in_all(person, after.covered) - after.without, 0.0) * people
    added = _once(who, person[reached], lost[reached], count)
    if case.rules.copies > 1:
        added = _needed(case, sites, after, people, person)
    walkers = people[reached]
    farther = (
        np.where(walkers > 0, after.second_seconds[reached], after.seconds[reached]) - after.seconds[reached]
    )
    longer = np.where(walkers > 0, farther, 0.0) * walkers / SECONDS_PER_MINUTE
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


def _in_all(person: Index, covered: Floats) -> Floats:
    """Return for each entry the share in which its person is covered in all services."""
    least = np.ones(int(person.max(initial=-1)) + 1)
    np.minimum.at(least, person, covered)
    return least[person]


def _once(site: Index, person: Index, people: Floats, count: int) -> Floats:
    """Return people by site; of several entries of a person at a site the largest counts."""
    pairs = pd.DataFrame({"site": site, "person": person, "people": people})
    once = pairs.groupby(["site", "person"], as_index=False)["people"].max()
    return sums(once["site"].to_numpy(), once["people"].to_numpy(), count)


def _needed(case: Case, sites: Index, after: _Recount, people: Floats, person: Index) -> Floats:
    """With backup coverage every site in reach of the just covered is needed, not only the nearest."""
    start, demand, _ = case.cover
    only_just = np.maximum(_in_all(person, after.covered) - after.without, 0.0) * people
    near = np.concatenate([np.arange(start[site], start[site + 1]) for site in sites] or [np.empty(0, int)])
    entry = demand[near].astype(np.int64)
    whose = np.repeat(sites, np.diff(start)[sites])
    return _once(whose, person[entry], only_just[entry], case.problem.sites.count)


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
