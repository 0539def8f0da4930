"""The tables of a plan: chosen sites, candidates passed over, people gained, curve and near-equal plans."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.siting import coverage
from geo.types import Floats
from maps.result import SitingResult
from maps.siting_loads import equal_candidates, gained_by_site, people_beyond, reasons, site_names
from maps.siting_projects import CLOSED, NEW, in_year, project, projects_of, said

LISTED_REJECTED = 500
"""Candidates passed over that sheet and JSON list; ``siting.gpkg`` has them all."""

MANY_CANDIDATES = 20_000
"""Of more candidates than this only those go onto the map that would help most."""


def chosen_table(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the chosen sites, the one that adds most people first, numbered from 1.

    Returns
    -------
    GeoDataFrame
        ``number, id, name, place, lon, lat, cost, served, added, alone, gained, minutes_saved, kept, year,
        equal, geometry``: `served` has the site as its nearest within the minutes, `added` would be left out
        without it while the other sites stand, each person once and in the first case, `alone` is what it
        would add by itself, `gained` whom it brings (`gained_by_site`), `minutes_saved` what all people
        together would walk longer without it, `year` in which it opens where years are planned, `equal` the
        candidates that would do as well in its place.
    """
    shares = {share.site: share for share in result.site_shares}
    opened = sorted(result.plan.opened, key=lambda site: (-shares[site].people_added, site))
    sites = result.sites.iloc[opened].reset_index(drop=True)
    opened_shares = [shares[site] for site in opened]
    equal = equal_candidates(result)
    return sites.assign(
        number=np.arange(1, len(opened) + 1),
        lon=sites.geometry.x,
        lat=sites.geometry.y,
        place=_place_of(result, sites),
        served=np.array([share.people_served for share in opened_shares], dtype=float),
        added=np.array([share.people_added for share in opened_shares], dtype=float),
        alone=people_alone(result)[opened],
        gained=gained_by_site(result)[opened],
        minutes_saved=np.array([share.person_minutes_added for share in opened_shares], dtype=float),
        kept=result.problem.sites.flag("required")[opened],
        year=_years(result, opened),
        equal=[equal.get(site, ()) for site in opened],
    )


def _years(result: SitingResult, opened: Sequence[int]) -> Floats:
    """Return the year each new site opens in, from 1; missing where years are not planned."""
    stages = result.phasing.stages if result.phasing is not None else ()
    year = {site: number for number, stage in enumerate(stages, start=1) for site in stage.opened}
    return np.array([year.get(site, np.nan) for site in opened], dtype=float)


def people_alone(result: SitingResult) -> Floats:
    """Return how many people each site would add today if it alone were opened."""
    return coverage.people_alone(
        result.times, result.people, result.before, result.problem.sites, minutes=result.minutes
    )


def plan_projects(result: SitingResult) -> pd.DataFrame:
    """Return the projects of a plan: ``number, remedy, name, area, people, cost, phase``, by year."""
    chosen = chosen_table(result).sort_values(["year", "number"], kind="stable")
    names, service = site_names(result), result.name
    rows: list[dict[str, object]] = [
        project(
            said(NEW, row["name"] if isinstance(row["name"], str) else str(row["id"])),
            service,
            row["place"],
            people=row["gained"],
            cost=row["cost"],
            phase=in_year(row["year"]),
        )
        for row in chosen.to_dict("records")
    ]
    closed = result.sites["id"].iloc[list(result.plan.closed)]
    rows += [project(said(CLOSED, names[str(key)]), service, None) for key in closed]
    return projects_of(rows)


def candidate_table(result: SitingResult) -> gpd.GeoDataFrame:
    """Return every candidate, those that would add most by themselves first.

    Returns
    -------
    GeoDataFrame
        ``id, name, cost, capacity, alone, beyond, chosen, forbidden, reason, geometry``: `beyond` is what it
        would add to the plan, `reason` why it was passed over, in the language of the study.
    """
    sites = result.sites[["id", "name", "existing", "cost", "capacity", "geometry"]]
    chosen = np.zeros(len(sites), dtype=bool)
    chosen[list(result.plan.opened)] = True
    alone, beyond = people_alone(result), people_beyond(result)
    said = reasons(result, alone, beyond)
    table = sites.assign(
        alone=alone,
        beyond=beyond,
        chosen=chosen,
        forbidden=sites["id"].isin(result.question.forbid),
        reason=[None if why is None else why.to(result.study.language) for why in said],
    )
    new = table[~table["existing"]].drop(columns="existing")
    return new.reset_index(drop=True)


def rejected_table(result: SitingResult, most: int = LISTED_REJECTED) -> gpd.GeoDataFrame:
    """Return the candidates passed over, those that would add most to the plan first, so many at most."""
    table = candidate_table(result)
    left = table[~table["chosen"]].sort_values(["beyond", "alone", "id"], ascending=[False, False, True])
    return left.head(most).reset_index(drop=True)


def rejected_for_map(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the candidates that were not chosen, the more helpful first where there are very many."""
    table = candidate_table(result)
    left = table[~table["chosen"]]
    if len(left) > MANY_CANDIDATES:
        left = left.sort_values(["alone", "id"], ascending=[False, True]).head(MANY_CANDIDATES)
    return left.reset_index(drop=True)


def by_group(result: SitingResult) -> pd.DataFrame:
    """Return people, covered before and after, and gained, by group of people."""
    return coverage.gains_by_group(result.layers.demand["group"], *_people(result))


def by_polygon(result: SitingResult) -> pd.DataFrame:
    """Return the same for every grid cell and area, most people gained first, and what lies outside."""
    polygons = [(cut.areas, cut.shares) for cut in result.cuts]
    return coverage.gains_by_polygon(polygons, *_people(result))


def curve_table(result: SitingResult) -> pd.DataFrame:
    """Return ``new, people, share, more, value, nested_people, nested_share, gap`` by number of sites."""
    rows = []
    total = max(result.people.sum(), 1e-12)
    for point in result.curve:
        best, nested = (result.covered_by(plan) for plan in (point.best, point.nested))
        rows.append({
            "new": point.new, "people": best, "share": best / total, "value": point.best.value,
            "nested_people": nested, "nested_share": nested / total, "nested_value": point.nested.value,
            "gap": point.best.gap,
        })  # fmt: skip
    table = pd.DataFrame(rows, columns=CURVE_COLUMNS)
    return table.assign(more=table["people"].diff())


CURVE_COLUMNS = ["new", "people", "share", "value", "nested_people", "nested_share", "nested_value", "gap"]


def near_table(result: SitingResult) -> pd.DataFrame:
    """Return near-equal plans: ``rank, value, people, sites, instead``, the best first."""
    rows = []
    best = set(result.near[0].opened) if result.near else set()
    names = list(site_names(result).values())
    for rank, plan in enumerate(result.near, start=1):
        rows.append({
            "rank": rank, "value": plan.value, "people": result.covered_by(plan),
            "sites": tuple(names[site] for site in plan.opened),
            "instead": tuple(names[site] for site in sorted(set(plan.opened) - best)),
            "gap": plan.gap,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["rank", "value", "people", "sites", "instead", "gap"])


def _people(result: SitingResult) -> tuple[Floats, Floats, Floats]:
    return result.people, result.covered(result.before), result.covered(result.after)


def _place_of(result: SitingResult, sites: gpd.GeoDataFrame) -> list[str | None]:
    """Return the grid cell or area each site lies in."""
    polygons = result.layers.areas if len(result.layers.areas) else result.layers.grids
    if not len(polygons) or not len(sites):
        return [None] * len(sites)
    index = polygons.sindex.query(sites.geometry, predicate="intersects")
    first = dict(zip(index[0][::-1].tolist(), index[1][::-1].tolist(), strict=True))
    names = polygons["name"].fillna(polygons["id"]).to_numpy(dtype=object)
    return [None if row not in first else str(names[first[row]]) for row in range(len(sites))]
