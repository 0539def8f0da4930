"""Whom sites cover: times to them, people gained by group and polygon, what one site alone would add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geo.blocks import Progress
from geo.limits import MILLISECONDS_PER_SECOND, limit_milliseconds, minutes_to_seconds, within
from geo.measures.areas import OUTSIDE
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search.reach import reachable
from geo.siting.plan import Plan, SiteShare
from geo.siting.prepared import Case
from geo.siting.problem import Goal, Problem, Rules, Sites
from geo.siting.recount import covered_shares, site_shares
from geo.siting.times import TravelTimes
from geo.types import Floats


def travel_times(
    network: StreetNetwork,
    people: AccessPoints,
    sites: AccessPoints,
    *,
    max_seconds: float,
    progress: Progress | None = None,
) -> TravelTimes:
    """Return the times from people to sites along the streets, a row a site.

    Searched from the sites where they are the fewer and every street is as long both ways, else from
    the people.
    """
    if network.symmetric and len(sites) <= len(people):
        pairs = reachable(network, sites, people, max_seconds=max_seconds, progress=progress)
        return TravelTimes(pairs.start, pairs.place, pairs.milliseconds, len(people))
    pairs = reachable(network, people, sites, max_seconds=max_seconds, progress=progress)
    point = np.repeat(np.arange(len(people), dtype=np.int32), np.diff(pairs.start))
    order = np.argsort(pairs.place, kind="stable")
    start = np.zeros(len(sites) + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs.place, minlength=len(sites)), out=start[1:])
    return TravelTimes(start, point[order], pairs.milliseconds[order], len(people))


def nearest_seconds(times: TravelTimes, sites: Iterable[int]) -> Floats:
    """Return the seconds from every demand point to the nearest of some sites; ``inf`` where there is none.

    Examples
    --------
    >>> times = TravelTimes.from_matrix([[60.0, 90.0], [30.0, float("inf")]])
    >>> nearest_seconds(times, [0, 1]).tolist()
    [30.0, 90.0]
    """
    seconds = np.full(times.points, np.inf)
    for site in sites:
        row = slice(times.start[site], times.start[site + 1])
        np.minimum.at(seconds, times.point[row], times.milliseconds[row] / MILLISECONDS_PER_SECOND)
    return seconds


def before_and_after(times: TravelTimes, sites: Sites, plan: Plan) -> tuple[Floats, Floats]:
    """Return the seconds from every demand point to the nearest site, today and with a plan.

    Where sites offer several services, to the farthest of them: whoever is there reaches all.
    """
    today = np.flatnonzero(sites.flag("existing"))
    opened = np.asarray(plan.open_sites, dtype=np.int64)
    if sites.offers is None:
        return nearest_seconds(times, today), nearest_seconds(times, opened)
    offers = np.asarray(sites.offers, dtype=bool)
    before, after = (
        np.max([nearest_seconds(times, some[column[some]]) for column in offers.T], axis=0)
        for some in (today, opened)
    )
    return before, after


def covered_as_asked(
    problem: Problem, goal: Goal, rules: Rules, plan: Plan, people: Floats
) -> tuple[Floats, Floats] | None:
    """Return the people of each point of the first case covered today and with a plan, as the rules count.

    None where the minutes alone say it: only room and backups need more than the nearest site. Of several
    services the one that fewest are covered by counts.
    """
    case = Case(problem, rules, goal)
    if goal not in ("cover_all", "cover_most") or not (case.has_capacity or rules.copies > 1):
        return None
    before, after = covered_shares(case, plan)
    points = problem.demand.points
    first = points < people.size
    made = []
    for share in (before, after):
        least = np.ones(people.size)
        np.minimum.at(least, points[first], share[first])
        made.append(least * people)
    return made[0], made[1]


def shares_of_first(problem: Problem, rules: Rules, plan: Plan, *, entries: int) -> tuple[SiteShare, ...]:
    """Return what each open site does for the people of the first case, who have the first so many entries.

    Each person counts once, however many services are planned together.
    """
    return site_shares(Case(problem, rules, plan.goal), plan, entries=entries)


def people_within(seconds: Floats, people: Floats, *, minutes: float) -> Floats:
    """Return the people of each demand point whose time is within some minutes, the limit included.

    Examples
    --------
    >>> people_within(np.array([492.0, 492.001]), np.array([3.0, 4.0]), minutes=8.2).tolist()
    [3.0, 0.0]
    """
    return np.where(within(seconds, minutes_to_seconds(minutes)), people, 0.0)


def people_in_goal(goal: Goal, times: TravelTimes, people: Floats) -> tuple[Floats, float]:
    """Return who counts in a goal, and how many are left out of it.

    For the longest way only those count whom some site reaches at all: there is no answer for the others.
    """
    if goal != "least_worst":
        return people, 0.0
    reached = np.zeros(times.points, dtype=np.bool_)
    reached[times.point] = True
    return np.where(reached, people, 0.0), float(people[~reached].sum())


def people_counted(problem: Problem, goal: Goal, rules: Rules) -> float:
    """Return how many people a goal counts in all, by their weights, over all cases and services."""
    return Case(problem, rules, goal).total


def people_alone(
    times: TravelTimes, people: Floats, seconds_today: Floats, sites: Sites, *, minutes: float
) -> Floats:
    """Return how many people each site would add today if it alone were opened; 0 for those that stand.

    Parameters
    ----------
    seconds_today
        From every demand point to the nearest site of today.
    """
    limit = limit_milliseconds(minutes_to_seconds(minutes))
    uncovered = people - people_within(seconds_today, people, minutes=minutes)
    gained = np.where(times.milliseconds <= limit, uncovered[times.point], 0.0)
    total = np.concatenate([[0.0], np.cumsum(gained)])
    alone: Floats = total[times.start[1:]] - total[times.start[:-1]]
    alone[sites.flag("existing")] = 0.0
    return np.maximum(alone, 0.0)


def gains_by_group(groups: pd.Series, people: Floats, before: Floats, after: Floats) -> pd.DataFrame:
    """Return people, covered before and after, and gained, by group of people.

    Parameters
    ----------
    groups
        Of each demand point; a missing one is a group of its own.
    people, before, after
        People of each demand point: all, covered today and with the plan.

    Returns
    -------
    DataFrame
        `group, people, before, after, gained, share_before, share_after, left_out`.
    """
    codes, names = pd.factorize(groups.astype(object), use_na_sentinel=False)
    sums = [
        np.bincount(codes, weights=values, minlength=len(names)).astype(np.float64)
        for values in (people, before, after)
    ]
    return _gains({"group": names}, *sums)


def gains_by_polygon(
    polygons: Sequence[tuple[pd.DataFrame, sparse.csr_array]],
    people: Floats,
    before: Floats,
    after: Floats,
) -> pd.DataFrame:
    """Return the same for every polygon with people, most gained first, and for what lies outside.

    Parameters
    ----------
    polygons
        For each kind of polygon their frame, with `id`, `name` and `kind`, and which share of each demand
        point belongs to each of them (`geo.measures.areas.area_shares`).

    Returns
    -------
    DataFrame
        `id, name, kind` and the columns of `gains_by_group`.
    """
    frames = []
    for areas, shares in polygons:
        sums = [np.asarray(shares @ values) for values in (people, before, after)]
        keys: dict[str, object] = {
            "id": np.append(areas["id"].to_numpy(dtype=object), OUTSIDE),
            "name": np.append(areas["name"].fillna(areas["id"]).to_numpy(dtype=object), OUTSIDE),
            "kind": np.append(areas["kind"].to_numpy(dtype=object), areas["kind"].iloc[0]),
        }
        table = _gains(keys, *sums)
        frames.append(table[table["people"] > 0].sort_values("gained", ascending=False, kind="stable"))
    nobody = np.empty(0)
    empty = _gains(
        {name: np.empty(0, dtype=object) for name in ("id", "name", "kind")}, nobody, nobody, nobody
    )
    return pd.concat(frames, ignore_index=True) if frames else empty


def polygon_of_most(areas: pd.DataFrame, shares: sparse.csr_array) -> NDArray[Any]:
    """Return the id of the polygon that holds most of each demand point; None where none holds any."""
    ids = np.array([*areas["id"], None], dtype=object)
    largest = np.asarray(shares.tocsc().argmax(axis=0)).ravel()
    return ids[largest]


def _gains(keys: dict[str, object], people: Floats, before: Floats, after: Floats) -> pd.DataFrame:
    some = np.where(people > 0, people, np.nan)
    return pd.DataFrame(
        {
            **keys, "people": people, "before": before, "after": after, "gained": after - before,
            "share_before": before / some, "share_after": after / some, "left_out": people - after,
        }
    )  # fmt: skip
