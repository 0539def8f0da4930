"""The next sites, chosen among labelled candidates over labelled travel times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError
from geo.given import given_fault
from geo.library.labelled import Times, by_label, labels_at, time_table
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds
from geo.siting import Demand, Goal, Plan, Problem, Rules, Run, Sites, TravelTimes, solve
from geo.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class SitePlan:
    """Which sites to open, what they do, and how far it is proven that no choice is better.

    Attributes
    ----------
    sites
        On the index of the destinations: ``open`` and ``new`` (bool), ``people_served`` (for whom it is the
        best open site), ``people_added`` (who are covered by it alone).
    demand
        On the index of the origins: ``site`` (the label of the one that serves it) and ``minutes`` to it,
        missing where none is in reach.
    people_before, people_covered, people
        Those covered by the existing sites, those covered with the new ones, and everyone.
    plan
        The plan as `geo.siting` has it, with value, bound and gap.
    """

    sites: pd.DataFrame
    demand: pd.DataFrame
    people_before: float
    people_covered: float
    people: float
    plan: Plan

    @property
    def opened(self) -> list[Any]:
        """Labels of the new sites."""
        return list(self.sites.index[self.sites["new"]])

    @property
    def proof(self) -> str:
        """How far it is proven that no plan is better, as a sentence."""
        return self.plan.proof.en

    def __repr__(self) -> str:
        share = self.people_covered / self.people if self.people else 1.0
        return (
            f"SitePlan(opened={self.opened}, {share:.1%} of {self.people:,.0f} people covered; {self.proof})"
        )


def site(  # noqa: PLR0913 (a question has that many parts; all but two are named)
    times: Times,
    people: Any,
    *,
    new: int | None = None,
    minutes: float = 15,
    goal: Goal = "cover_most",
    existing: Iterable[Any] = (),
    cost: Any = None,
    budget: float | None = None,
    share: float = 1.0,
    max_seconds: float = 60.0,
) -> SitePlan:
    """Return where the next sites go: the best choice among the destinations, with its proof.

    Parameters
    ----------
    times
        From `geo.travel_times`: from people to candidates and existing sites, searched at least as far as
        `minutes`.
    people
        Who lives at each origin: a Series by its label, or an array in the order of the origins.
    new
        Most sites to open; left out where `budget` or `share` decides.
    minutes
        Within how many minutes people count as covered, inclusive; for ``least_minutes`` and ``least_worst``
        the farthest way that is allowed.
    goal
        ``"cover_most"`` people (MCLP; Church and ReVelle 1974), ``"cover_all"`` with the fewest sites or the
        least cost (LSCP; Toregas et al. 1971), ``"least_minutes"`` of all people together (p-median; Hakimi
        1964, ReVelle and Swain 1970), ``"least_worst"`` longest way of anyone (p-center; Hakimi 1964).
    existing
        Labels of destinations that stand today and stay.
    cost, budget
        Of each destination, in any one unit of money, and the most that new ones may cost together.
    share
        Which share of the people ``cover_all`` has to cover.
    max_seconds
        How long the search may take; what is proven by then is said.

    Raises
    ------
    InputError
        When labels do not fit, people or costs are negative or missing, or nothing limits the new sites.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> times = geo.travel_times(streets(), homes(), clinics())
    >>> plan = geo.site(times, homes()["people"], new=1, minutes=1)
    >>> plan.opened, plan.people_covered, plan.proof
    (['old'], 30.0, 'Proven: no plan is better')
    """
    if new is None and budget is None and goal != "cover_all":
        raise InputError([_NO_LIMIT])
    table = time_table(times)
    living = by_label("people", people, table.origins)
    standing = _standing(existing, table.destinations)
    costs = None if cost is None else by_label("cost", cost, table.destinations)
    problem = Problem(
        TravelTimes.from_matrix(table.seconds.T.tocsr()),
        Sites(len(table.destinations), existing=standing, cost=costs),
        Demand(living),
    )
    rules = Rules(new=new, budget=budget, limit_seconds=minutes_to_seconds(minutes), share=share)
    plan = solve(problem, goal, rules, Run(time_limit_seconds=max_seconds))
    return _told(plan, table.origins, table.destinations)


def _told(plan: Plan, origins: pd.Index[Any], destinations: pd.Index[Any]) -> SitePlan:
    sites = pd.DataFrame({"open": False, "new": False}, index=destinations)
    sites.iloc[list(plan.open_sites), 0] = True
    sites.iloc[list(plan.opened), 1] = True
    served = {each.site: each for each in plan.sites}
    for name in ("people_served", "people_added"):
        sites[name] = [
            float(getattr(served[number], name)) if number in served else 0.0 for number in range(len(sites))
        ]
    by = plan.served_by if plan.served_by.size else np.full(len(origins), -1)
    seconds = plan.seconds if plan.seconds.size else np.full(len(origins), np.inf)
    demand = pd.DataFrame(
        {
            "site": labels_at(destinations, by),
            "minutes": np.where(np.isfinite(seconds), seconds, np.nan) / SECONDS_PER_MINUTE,
        },
        index=origins,
    )
    return SitePlan(
        sites=sites,
        demand=demand,
        people_before=plan.people_before,
        people_covered=plan.people_covered,
        people=plan.people,
        plan=plan,
    )


def _standing(existing: Iterable[Any], destinations: pd.Index[Any]) -> npt.NDArray[np.bool_]:
    labels = list(existing)
    unknown = [label for label in labels if label not in destinations]
    if unknown:
        raise InputError(
            [
                given_fault(
                    "existing",
                    Text(f"{unknown[0]} is not among the destinations", f"{unknown[0]} 不在目的地之中"),
                    Text("Name destinations by their label", "请用目的地的标签指明"),
                )
            ]
        )
    return np.asarray(destinations.isin(labels), dtype=np.bool_)


_NO_LIMIT = given_fault(
    "new",
    Text("nothing says how many sites may be opened", "没有说明最多可新增多少处"),
    Text("Give new=5, or a budget", "请给出 new=5 或预算 budget"),
)
