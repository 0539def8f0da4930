"""Further tables of a plan: loads of sites, ways of people, cases, years, and why others were passed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.limits import limit_milliseconds, minutes_to_seconds
from geo.siting import coverage, loads
from geo.text import Text
from geo.types import Bools, Floats
from maps.result import SitingResult
from maps.small_groups import is_small

LISTED = 20
"""Equally good candidates that are named of each site."""


def site_names(result: SitingResult) -> dict[str, str]:
    """Return what every site is called, by id and in their order, in the language of the study.

    Behind a name that several have, as at corners of one street, stands the id.
    """
    names = result.sites["name"]
    shared = names.duplicated(keep=False)
    opens, closes = (" (", ")") if result.study.language == "en" else ("（", "）")
    return {
        str(key): f"{name}{opens}{key}{closes}" if isinstance(name, str) and twice
        else name if isinstance(name, str) else str(key)
        for name, key, twice in zip(names, result.sites["id"], shared, strict=True)
    }  # fmt: skip


def load_table(result: SitingResult) -> gpd.GeoDataFrame:
    """Return what each open site does, the fullest first.

    Returns
    -------
    GeoDataFrame
        ``id, name, new, in_reach, served, capacity, use, mean_minutes, farthest_minutes, geometry``:
        `in_reach` are all people within the minutes, `served` those who go there, once each, `use` the share
        of its capacity that they take, for each service anew.
    """
    opened = np.asarray(result.plan.open_sites, dtype=np.int64)
    table = loads.site_loads(
        way_table(result), result.times, result.people, opened, minutes=result.minutes
    ).drop(columns="site")
    sites = result.sites.iloc[opened].reset_index(drop=True)
    room = sites["capacity"].to_numpy(dtype=float)
    frame = sites[["id", "name", "geometry"]].assign(
        new=~sites["existing"].to_numpy(dtype=bool),
        **{str(name): table[name].to_numpy() for name in table.drop(columns="visits")},
        capacity=room,
        use=table["visits"].to_numpy() / np.where(room > 0, room, np.nan),
    )
    return frame.sort_values(["served", "id"], ascending=[False, True]).reset_index(drop=True)


def way_table(result: SitingResult) -> pd.DataFrame:
    """Return who goes where in the first case: ``site, point, people, seconds``."""
    entries = len(result.people) * len(result.categories)
    return loads.flows(result.problem, result.plan, result.times, entries=entries)


def way_lines(result: SitingResult) -> gpd.GeoDataFrame:
    """Return a straight line from each place of people to the site they go to.

    Lines that begin where a few people of a special group live are left out.

    Returns
    -------
    GeoDataFrame
        ``demand_id, site_id, people, minutes, new, geometry``.
    """
    ways, demand = way_table(result), result.layers.demand
    small = np.asarray(is_small(demand), dtype=bool)
    ways = ways[~small[ways["point"].to_numpy()]].reset_index(drop=True)
    begin = demand.geometry.representative_point().to_numpy()[ways["point"].to_numpy()]
    end = result.sites.geometry.to_numpy()[ways["site"].to_numpy()]
    ends = np.stack([shapely.get_coordinates(begin), shapely.get_coordinates(end)], axis=1)
    lines = shapely.linestrings(ends)
    site = ways["site"].to_numpy()
    return gpd.GeoDataFrame(
        {
            "demand_id": demand["id"].to_numpy(dtype=object)[ways["point"].to_numpy()],
            "site_id": result.sites["id"].to_numpy(dtype=object)[site],
            "people": ways["people"],
            "minutes": ways["seconds"] / 60.0,
            "new": ~result.sites["existing"].to_numpy(dtype=bool)[site],
        },
        geometry=lines,
        crs=4326,
    )


def gained_by_site(result: SitingResult) -> Floats:
    """Return the people whom each new site brings: those newly covered whose nearest new site it is.

    The sum over sites is what the plan gains where nobody loses.
    """
    limit = limit_milliseconds(minutes_to_seconds(result.minutes))
    gained = np.maximum(result.covered(result.after) - result.covered(result.before), 0.0)
    times = result.times
    nearest = np.full(times.points, np.iinfo(np.int64).max)
    owner = np.full(times.points, -1, dtype=np.int64)
    for site in result.plan.opened:
        row = slice(times.start[site], times.start[site + 1])
        point, milliseconds = times.point[row], times.milliseconds[row].astype(np.int64)
        nearer = (milliseconds <= limit) & (milliseconds < nearest[point])
        nearest[point[nearer]], owner[point[nearer]] = milliseconds[nearer], site
    some = owner >= 0
    return np.bincount(owner[some], weights=gained[some], minlength=times.sites).astype(np.float64)


def people_beyond(result: SitingResult) -> Floats:
    """Return how many people each site would add to those whom the plan has in reach."""
    return coverage.people_alone(
        result.times, result.people, result.after, result.problem.sites, minutes=result.minutes
    )


def reasons(result: SitingResult, alone: Floats, beyond: Floats) -> list[Text | None]:
    """Return why each site was passed over; None for those that stand or were chosen."""
    sites, plan = result.sites, result.plan
    chosen = set(plan.opened)
    near = _near_open(result)
    left = _money_left(result)
    cost = sites["cost"].to_numpy(dtype=float)
    barred = sites["id"].isin(result.question.forbid).to_numpy()
    counts_people = _counts_people(result)
    said: list[Text | None] = []
    for number, stands in enumerate(sites["existing"]):
        if stands or number in chosen:
            said.append(None)
        elif barred[number]:
            said.append(Text("forbidden by the question", "选址要求中已排除"))
        elif near[number] is not None:
            said.append(Text(f"too close to {near[number]}", f"与 {near[number]} 间距不足"))
        elif counts_people and alone[number] <= 0:
            said.append(Text("reaches nobody who is left out today", "可达人口现状均已覆盖"))
        elif counts_people and beyond[number] <= 0:
            said.append(
                Text("whom it would add is covered by the chosen sites", "其可新增人口已由推荐点位覆盖")
            )
        elif left is not None and cost[number] > left:
            said.append(
                Text(
                    f"costs {cost[number]:,.0f}, and {left:,.0f} of the budget is left",
                    f"费用 {cost[number]:,.0f}，预算仅余 {left:,.0f}",
                )
            )
        else:
            said.append(_less(beyond[number], result))
    return said


def _counts_people(result: SitingResult) -> bool:
    """Whether people within the minutes of the nearest site, in one case, are all that counts."""
    question = result.question
    one = len(result.categories) == len(result.cases) == 1 and question.copies == 1
    whole = question.decay == "none" and question.capacity == "shown"
    return question.aim in ("people", "cover") and one and whole


def _less(beyond: float, result: SitingResult) -> Text:
    aim, counts_people, whole = result.question.aim, _counts_people(result), f"{beyond:,.0f}"
    if aim == "cover":
        more = Text(f"; would add {whole} more", f"；另可新增 {whole} 人") if counts_people else Text("", "")
        return Text(f"not needed for the share{more.en}", f"已达到覆盖比例{more.zh}")
    if result.plan.status != "optimal":
        return Text(
            "not in the best plan found; that none with it is better is not proven",
            "目前最好的方案未包含该点位；未证明包含该点位的方案不会更好",
        )
    if aim in ("minutes", "worst"):
        return Text("the chosen sites shorten the ways more", "推荐点位更能缩短出行时间")
    if not counts_people:
        return Text("no better in place of a chosen site", "替换推荐点位并不更优")
    return Text(
        f"would add {whole} beyond the plan; no better in place of a chosen site",
        f"方案之外可新增 {whole} 人，替换推荐点位并不更优",
    )


def _near_open(result: SitingResult) -> list[str | None]:
    """Return for each site the open one it is too close to; None where there is none."""
    near: list[str | None] = [None] * len(result.sites)
    pairs = result.problem.sites.too_close
    if pairs is None or not np.size(pairs):
        return near
    opened, names = set(result.plan.open_sites), list(site_names(result).values())
    for a, b in np.asarray(pairs).tolist():
        for one, other in ((a, b), (b, a)):
            if other in opened and one not in opened and near[one] is None:
                near[one] = names[other]
    return near


def _money_left(result: SitingResult) -> float | None:
    budget = result.question.budget_in_all
    return None if budget is None else budget - plan_cost(result)


def plan_cost(result: SitingResult) -> float:
    """Return what the new sites cost together; ``nan`` where the cost of one is not known."""
    cost = result.sites["cost"].to_numpy(dtype=float)[list(result.plan.opened)]
    return float(cost.sum())


def equal_candidates(result: SitingResult) -> dict[int, tuple[str, ...]]:
    """Return the ids of candidates that would do as well in place of each new site, the rest unchanged.

    Only where people within the minutes are counted and no other rule tells the candidates apart; else
    nothing is said.
    """
    question, problem = result.question, result.problem
    plain = _counts_people(result) and question.fair == "none" and not result.rules.least_sites
    plain &= not result.rules.floors
    if not plain or not result.plan.opened:
        return {}
    demand, rules = problem.demand, result.rules
    weight = np.ones(len(result.people)) if demand.weight is None else np.asarray(demand.weight)
    if rules.group_weights:
        weight = weight * np.array([rules.group_weights.get(g, 1.0) for g in np.asarray(demand.group)])
    free = ~problem.sites.flag("existing") & ~problem.sites.flag("forbidden")
    ids = result.sites["id"].to_numpy(dtype=object)
    found = loads.equal_instead(
        result.times, np.asarray(demand.people) * weight, result.plan, free, minutes=result.minutes
    )
    cost = problem.sites.costs
    return {
        site: tuple(
            str(ids[other]) for other in same if cost[other] <= cost[site] and _fits(result, site, int(other))
        )[:LISTED]
        for site, same in found.items()
        if site not in set(np.flatnonzero(problem.sites.flag("required")).tolist())
    }


def _fits(result: SitingResult, leaves: int, comes: int) -> bool:
    """Whether a candidate is far enough from the other open sites."""
    pairs = result.problem.sites.too_close
    if pairs is None or not np.size(pairs):
        return True
    others = set(result.plan.open_sites) - {leaves}
    table = np.asarray(pairs)
    beside: Bools = (table == comes).any(axis=1)
    return not set(table[beside].ravel().tolist()) & others


def case_table(result: SitingResult) -> pd.DataFrame:
    """Return the cases a plan is to suit: ``id, name, people, before, after, share_before, share_after``."""
    rows = []
    for block in result.blocks:
        whole = block.case.people(result.layers.demand)
        before, after = (
            float(coverage.people_within(seconds, whole, minutes=result.minutes).sum())
            for seconds in coverage.before_and_after(block.times, result.problem.sites, result.plan)
        )
        people = float(whole.sum())
        some = people if people > 0 else np.nan
        rows.append({
            "id": block.case.id, "name": block.case.name, "people": people, "before": before, "after": after,
            "gained": after - before, "share_before": before / some, "share_after": after / some,
        })  # fmt: skip
    return pd.DataFrame(rows)


def stage_table(result: SitingResult) -> pd.DataFrame:
    """Return the years: ``year, new, opened, cost, people, share, best_people, price``."""
    columns = ["year", "new", "opened", "cost", "people", "share", "value", "best_people", "price", "proven"]
    if result.phasing is None:
        return pd.DataFrame(columns=columns)
    cost, total = result.sites["cost"].to_numpy(dtype=float), max(result.people.sum(), 1e-12)
    ids = result.sites["id"].to_numpy(dtype=object)
    rows = []
    for year, stage in enumerate(result.phasing.stages, start=1):
        rows.append({
            "year": year, "new": len(stage.opened), "opened": tuple(str(i) for i in ids[list(stage.opened)]),
            "cost": float(cost[list(stage.opened)].sum()), "people": result.covered_by(stage.nested),
            "share": result.covered_by(stage.nested) / total, "value": stage.nested.value,
            "best_people": result.covered_by(stage.best), "price": stage.price, "proven": stage.proven,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
