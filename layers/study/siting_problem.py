"""A siting question in the words of the engine: its problem and its rules."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd

from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.siting import Demand, Goal, Problem, Rules, Sites, TravelTimes, pairs_within
from geo.text import Text
from geo.types import Bools
from layers.study.siting import CODE, GoalName, SiteQuestion

GOALS: dict[GoalName, Goal] = {
    "cover": "cover_all",
    "people": "cover_most",
    "minutes": "least_minutes",
    "worst": "least_worst",
}

FARTHEST_MINUTES = 60.0
"""Longest search where minutes are added up, an hour; people who reach nothing sooner count as this far."""


def make_problem(
    question: SiteQuestion, sites: gpd.GeoDataFrame, times: TravelTimes, demand: Demand
) -> Problem:
    """Return the engine's problem: times, sites with their flags, and demand.

    Parameters
    ----------
    sites
        ``id, existing, cost, geometry``, one row a row of the times.

    Raises
    ------
    InputError
        With every id that is no candidate, and where a budget meets candidates without a cost.
    """
    existing = sites["existing"].to_numpy(dtype=bool)
    faults = [
        *_unknown("keep", question.keep, sites),
        *_unknown("forbid", question.forbid, sites),
        *_without_cost(question, sites),
    ]
    if faults:
        raise InputError(faults)
    pairs = None
    if question.apart_metres is not None:
        points = sites.geometry
        pairs = pairs_within(points.x.to_numpy(), points.y.to_numpy(), metres=question.apart_metres)
        pairs = pairs[~existing[pairs].all(axis=1)]
    described = Sites(
        len(sites),
        existing=existing,
        required=_named(question.keep, sites),
        forbidden=_named(question.forbid, sites),
        cost=None if question.budget is None else sites["cost"].fillna(0.0).to_numpy(dtype=float),
        too_close=pairs,
    )
    return Problem(times, described, demand)


def make_rules(question: SiteQuestion, minutes: float) -> Rules:
    """Return the rules of the engine for a question, with the minutes that were settled on."""
    adds_up = question.aim == "minutes"
    return Rules(
        new=question.new,
        budget=question.budget,
        limit_seconds=minutes_to_seconds(minutes),
        share=question.share if question.aim == "cover" else 1.0,
        fair=None if question.fair == "none" else "worst_first",
        unserved_seconds=farthest_seconds(minutes) if adds_up else None,
    )


def farthest_seconds(minutes: float) -> float:
    """Return how far is searched where minutes count: an hour, or longer where the limit is longer."""
    return minutes_to_seconds(max(FARTHEST_MINUTES, minutes))


def _unknown(field: str, wanted: tuple[str, ...], sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    candidates = set(sites.loc[~sites["existing"], "id"])
    standing = set(sites.loc[sites["existing"], "id"])
    for site in wanted:
        if site in standing:
            what = Text("stands today; only candidates can be named", "为现有服务站点，只能指定备选点位")
        elif site not in candidates:
            what = Text("no candidate has this id", "没有此编号的备选点位")
        else:
            continue
        fix = Text(
            "The ids are in siting.gpkg (layer candidates) and on the map",
            "编号见 siting.gpkg 的 candidates 图层和地图",
        )
        yield _fault(field, what, fix, value=site)


def _without_cost(question: SiteQuestion, sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    missing = int((sites["cost"].isna() & ~sites["existing"]).sum())
    if question.budget is not None and missing:
        what = Text(f"{missing:,} candidates have no cost", f"有 {missing:,} 个备选点位没有费用")
        fix = Text(
            "Give a column cost in the candidate layer, or use `new`",
            "请在备选点位图层中提供费用列，或改用 `new`",
        )
        yield _fault("budget", what, fix)


def _named(wanted: tuple[str, ...], sites: gpd.GeoDataFrame) -> Bools:
    named: Bools = sites["id"].isin(wanted).to_numpy(dtype=bool)
    return named


def _fault(field: str, what: Text, fix: Text, *, value: str = "") -> Fault:
    return Fault(what, fix, source=field, value=value, code=CODE)
