"""What each open site does in a plan: who comes from where, how many, how far, and how full it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.limits import MILLISECONDS_PER_SECOND, limit_milliseconds, minutes_to_seconds
from geo.siting.plan import Plan
from geo.siting.problem import Problem
from geo.siting.times import TravelTimes
from geo.types import Bools, Floats, Index

EQUAL = 1e-9
"""Share of all people up to which two numbers of people are the same: the rounding of sums."""


def flows(problem: Problem, plan: Plan, times: TravelTimes, *, entries: int) -> pd.DataFrame:
    """Return who goes where: ``site, point, people, visits, seconds``, a row for each point and site.

    `people` are counted once however many services they use there, `visits` once for each service.

    Parameters
    ----------
    times
        Of the first case.
    entries
        How many entries of demand, from the first, are those of the first case.
    """
    people, point = np.asarray(problem.demand.people, dtype=float), problem.demand.points
    if plan.assignment:
        table = np.array(plan.assignment, dtype=float)
        site, entry, moved = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]
    else:
        entry = np.flatnonzero((plan.served_by >= 0) & (people > 0))
        site, moved = np.asarray(plan.served_by)[entry], people[entry]
    first = entry < entries
    site, entry, moved = site[first], entry[first], moved[first]
    person = problem.demand.persons[entry]
    frame = pd.DataFrame({"site": site, "point": point[entry], "person": person, "people": moved})
    each = frame.groupby(["site", "point", "person"], as_index=False).agg(
        visits=("people", "sum"), people=("people", "max")
    )
    summed = each.groupby(["site", "point"], as_index=False)[["people", "visits"]].sum()
    return summed.assign(seconds=_seconds(times, summed["site"].to_numpy(), summed["point"].to_numpy()))


def site_loads(
    flow: pd.DataFrame, times: TravelTimes, people: Floats, sites: Index, *, minutes: float
) -> pd.DataFrame:
    """Return ``site, in_reach, served, visits, mean_minutes, farthest_minutes`` of the open sites.

    ``in_reach`` are all people within the minutes, whichever site they go to; the minutes are those of the
    people served, ``nan`` where there are none.
    """
    near = times.milliseconds <= limit_milliseconds(minutes_to_seconds(minutes))
    total = np.concatenate([[0.0], np.cumsum(np.where(near, people[times.point], 0.0))])
    reach = total[times.start[1:]] - total[times.start[:-1]]
    weighted = flow.assign(walked=flow["people"] * flow["seconds"] / 60.0, minutes=flow["seconds"] / 60.0)
    by_site = weighted.groupby("site").agg(
        served=("people", "sum"),
        visits=("visits", "sum"),
        walked=("walked", "sum"),
        farthest_minutes=("minutes", "max"),
    )
    table = by_site.reindex(sites)
    served = table["served"].fillna(0.0).to_numpy()
    mean = table["walked"].to_numpy() / np.where(served > 0, served, np.nan)
    return pd.DataFrame(
        {
            "site": sites,
            "in_reach": np.maximum(reach[sites], 0.0),
            "served": served,
            "visits": table["visits"].fillna(0.0).to_numpy(),
            "mean_minutes": mean,
            "farthest_minutes": table["farthest_minutes"].to_numpy(),
        }
    )


def equal_instead(
    times: TravelTimes, people: Floats, plan: Plan, usable: Bools, *, minutes: float
) -> dict[int, Index]:
    """Return for each new site the candidates that would cover as many in its place, the rest unchanged.

    Parameters
    ----------
    people
        As they count in the goal, at each point.
    usable
        Candidates that may take the place of another.
    """
    limit = limit_milliseconds(minutes_to_seconds(minutes))
    near = times.milliseconds <= limit
    site = np.repeat(np.arange(times.sites), np.diff(times.start))
    opened = np.isin(site, plan.open_sites)
    reached = np.bincount(times.point[near & opened], minlength=times.points)
    found: dict[int, Index] = {}
    for one in plan.opened:
        own = np.zeros(times.points, dtype=np.int64)
        row = slice(times.start[one], times.start[one + 1])
        own[times.point[row][near[row]]] = 1
        lost = np.where(reached - own == 0, people, 0.0)
        total = np.concatenate([[0.0], np.cumsum(np.where(near, lost[times.point], 0.0))])
        gained = total[times.start[1:]] - total[times.start[:-1]]
        same = np.abs(gained - gained[one]) <= EQUAL * max(float(people.sum()), 1.0)
        same[list(plan.open_sites)] = False
        found[one] = np.flatnonzero(same & usable)
    return found


def _seconds(times: TravelTimes, site: Index, point: Index) -> Floats:
    """Return the times of some pairs; ``nan`` for one that is not listed."""
    row = np.repeat(np.arange(times.sites, dtype=np.int64), np.diff(times.start))
    keys, wanted = row * times.points + times.point, site * times.points + point
    place = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
    if not keys.size:
        return np.full(site.size, np.nan)
    known = keys[place] == wanted
    return np.where(known, times.milliseconds[place] / MILLISECONDS_PER_SECOND, np.nan)
