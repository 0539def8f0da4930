"""What a planner asks: the options of a siting question, checked, and turned into the engine's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import geopandas as gpd
import numpy as np

from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.siting import Demand, Goal, Problem, Rules, Sites, TravelTimes, pairs_within
from geo.text import Text

GoalName = Literal["cover", "people", "minutes", "worst"]
Fairness = Literal["none", "grid", "group"]
Source = Literal["layer", "junctions", "grid"]

GOALS: dict[GoalName, Goal] = {
    "cover": "cover_all",
    "people": "cover_most",
    "minutes": "least_minutes",
    "worst": "least_worst",
}
GOAL_WORDS: dict[GoalName, Text] = {
    "cover": Text("fewest new sites for a share of the people", "以最少的新站点覆盖指定比例的人口"),
    "people": Text("most people within the minutes", "使限定分钟内覆盖的人口最多"),
    "minutes": Text("least minutes for all people together", "使全体人口的总出行时间最短"),
    "worst": Text("shortest longest way", "使最远的人出行时间最短"),
}
FARTHEST_MINUTES = 60.0
"""How far is searched where minutes are added up; whoever reaches nothing so soon counts as this far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteQuestion:
    """What a planner asks of a study.

    Attributes
    ----------
    new
        Most new sites.
    cover
        Share of the people to be covered, 0 to 1.
    budget
        Most money for new sites, in the unit of the candidates' cost.
    minutes
        Within which people are covered; the study's 15 minutes, or its longest below, where left out.
    category
        The service; may be left out where a study has only one, or only one kind of station.
    goal
        ``cover`` where a share is asked for, else ``people``.
    fair
        Over which parts of the study the worst covered is helped first, then the second worst, and so on.
    candidates
        From where candidates are taken; the study's layer where it has one, else the junctions.
    within
        Areas or grid cells (id or name) in which candidates may lie; anywhere in the study where empty.
    spacing_metres
        Side of a square for candidates on a grid.
    keep, forbid
        Candidates that must, and must not, be chosen.
    apart_metres
        Least distance in a straight line between two sites, those of today included.
    curve
        Up to how many new sites the curve goes; None: two more than the plan.
    alternatives
        How many near-equal plans at most (within 1 %), beside the best.
    time_limit_seconds, seed
        For the search; the curve and each alternative take at most as long again.
    on
        Day for which places under construction are counted; that of the study where left out.
    """

    new: int | None = None
    cover: float | None = None
    budget: float | None = None
    minutes: float | None = None
    category: str | None = None
    goal: GoalName | None = None
    fair: Fairness = "none"
    candidates: Source | None = None
    within: tuple[str, ...] = ()
    spacing_metres: float = 250.0
    keep: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    apart_metres: float | None = None
    curve: int | None = None
    alternatives: int = 3
    time_limit_seconds: float = 60.0
    seed: int = 0
    on: date | None = None

    def __post_init__(self) -> None:
        faults = [*_out_of_range(self), *_contradictions(self)]
        if faults:
            raise InputError(faults)

    @property
    def aim(self) -> GoalName:
        """The goal, also where none was named."""
        return self.goal or ("cover" if self.cover is not None else "people")

    @property
    def share(self) -> float:
        """The share to be covered: everybody where none was named."""
        return 1.0 if self.cover is None else self.cover


def parse_share(text: str) -> float:
    """Return a share written as ``95%``, ``0.95`` or ``95``.

    Raises
    ------
    InputError
        Where it is neither, or not above 0 and up to 100 %.

    Examples
    --------
    >>> parse_share("95%"), parse_share("0.95"), parse_share("95")
    (0.95, 0.95, 0.95)
    """
    plain = text.strip().replace("％", "%")
    try:
        number = float(plain.rstrip("% "))
    except ValueError:
        number = float("nan")
    share = number / 100 if plain.endswith("%") or number > 1 else number
    if not 0 < share <= 1:
        what, fix = Text("not a share", "不是有效的比例"), Text("Write 95% or 0.95", "请写 95% 或 0.95")
        raise InputError([_fault("--cover", what, fix, value=text)])
    return share


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
        *_unknown("--keep", question.keep, sites),
        *_unknown("--forbid", question.forbid, sites),
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


def _out_of_range(question: SiteQuestion) -> Iterator[Fault]:
    least: tuple[tuple[str, float | None, float], ...] = (
        ("--new", question.new, 0),
        ("--budget", question.budget, 0),
        ("--curve", question.curve, 0),
        ("--alternatives", question.alternatives, 0),
        ("--apart", question.apart_metres, 0),
        ("--seed", question.seed, 0),
    )
    above: tuple[tuple[str, float | None, float], ...] = (
        ("--minutes", question.minutes, 240),
        ("--time-limit", question.time_limit_seconds, 86_400),
        ("--spacing", question.spacing_metres, 100_000),
    )
    for option, value, lowest in least:
        if value is not None and not lowest <= value < float("inf"):
            what = Text(f"must be {lowest:g} or more", f"应不小于 {lowest:g}")
            yield _fault(option, what, _CHANGE, value=f"{value:g}")
    for option, value, most in above:
        if value is not None and not 0 < value <= most:
            what = Text(f"must be above 0 and at most {most:g}", f"应大于 0 且不超过 {most:g}")
            yield _fault(option, what, _CHANGE, value=f"{value:g}")
    words = (("--goal", question.goal, GoalName), ("--fair", question.fair, Fairness))
    for option, word, allowed in (*words, ("--candidates", question.candidates, Source)):
        if word is not None and word not in get_args(allowed):
            known = ", ".join(get_args(allowed))
            yield _fault(
                option, Text("unknown word", "无法识别"), Text(f"Use {known}", f"可用：{known}"), value=word
            )


def _contradictions(question: SiteQuestion) -> Iterator[Fault]:
    limited = question.new is not None or question.budget is not None
    if question.cover is not None and question.aim != "cover":
        what = Text("a share is asked for only with --goal cover", "只有 --goal cover 才使用覆盖比例")
        yield _fault("--cover", what, Text("Leave out one of the two", "请去掉其中一项"))
    if question.aim != "cover" and not limited:
        what = Text("nothing says how many new sites", "没有说明新增几个站点")
        fix = Text(
            "Add --new 3, --budget 500000, or ask for --cover 95%",
            "请加 --new 3、--budget 500000，或用 --cover 95%",
        )
        yield _fault("--new", what, fix)
    if question.fair != "none" and question.aim != "people":
        what = Text("fairness is weighed only with --goal people", "公平选项只能与 --goal people 一起使用")
        yield _fault("--fair", what, Text("Leave out one of the two", "请去掉其中一项"))
    both = sorted(set(question.keep) & set(question.forbid))
    if both:
        what = Text("both kept and forbidden", "同时被指定和排除")
        yield _fault("--keep", what, Text("Choose one", "请二选一"), value=", ".join(both))


_CHANGE = Text("Change the number", "请修改数值")


def _unknown(option: str, wanted: tuple[str, ...], sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    candidates = set(sites.loc[~sites["existing"], "id"])
    standing = set(sites.loc[sites["existing"], "id"])
    for site in wanted:
        if site in standing:
            what = Text("stands today; only candidates can be named", "为现有站点，只能指定备选点位")
        elif site not in candidates:
            what = Text("no candidate has this id", "没有此编号的备选点位")
        else:
            continue
        fix = Text(
            "The ids are in siting.gpkg (layer candidates) and on the map",
            "编号见 siting.gpkg 的 candidates 图层和地图",
        )
        yield _fault(option, what, fix, value=site)


def _without_cost(question: SiteQuestion, sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    missing = int((sites["cost"].isna() & ~sites["existing"]).sum())
    if question.budget is not None and missing:
        what = Text(f"{missing:,} candidates have no cost", f"有 {missing:,} 个备选点位没有费用")
        fix = Text(
            "Give a column cost in the candidate layer, or use --new",
            "请在备选点位图层中提供费用列，或改用 --new",
        )
        yield _fault("--budget", what, fix)


def _named(wanted: tuple[str, ...], sites: gpd.GeoDataFrame) -> np.ndarray:
    found: np.ndarray = sites["id"].isin(wanted).to_numpy(dtype=bool)
    return found


def _fault(option: str, what: Text, fix: Text, *, value: str = "") -> Fault:
    return Fault(what, fix, source=option, value=value, code="siting")
