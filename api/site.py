"""The whole path from a study and a question to a plan for the next sites, a step a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np

from api.run import cuts_of
from api.steps import Steps
from geo.assessment.case import Case
from geo.assessment.cuts import Cut
from geo.blocks import Progress as OnProgress
from geo.errors import Fault, InputError
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.search.isochrones import isochrones
from geo.search.reach import reachable
from geo.siting import (
    CurvePoint,
    Demand,
    Plan,
    Problem,
    Progress,
    Regret,
    Rules,
    Run,
    TravelTimes,
    alternatives,
    curve,
    regret,
    solve,
)
from geo.text import Text
from geo.types import Floats
from layers.candidates import named_by_streets
from layers.catalogue.categories import categories
from layers.load import Layers, load_layers
from layers.osm.basemap import Basemap, read_basemap
from layers.osm.extract_layers import levels_of
from layers.osm.streets import open_network
from layers.settings import completed, standard_of
from layers.site_places import candidate_places, category_asked, join_sites, standing_places
from layers.study.cases import read_cases
from layers.study.model import Study, read_study
from layers.study.siting import GOALS, SiteQuestion, farthest_seconds, make_problem, make_rules
from maps.page.content import USUAL_MINUTES
from maps.result import SitingResult, StudyResult
from maps.words.refusal import must_have_plan
from maps.words.steps import BASEMAP, LAYERS, STREETS, TIMES

SITES = Text("candidate sites", "备选点位")
SEARCH = Text("search for the best sites", "求解最优选址")
COMPARE = Text("curve and alternatives", "边际曲线与替代方案")
RINGS = Text("reach of the new sites", "新站点可达范围")

_MORE_ON_CURVE = 2
_WITHIN = 0.01


def site_study(
    path: Path, question: SiteQuestion, *, steps: Steps | None = None, cache: Path | None = None
) -> SitingResult:
    """Answer a siting question for a study.

    Parameters
    ----------
    path
        The study's folder or its ``study.toml``.
    question
        What is asked.
    steps
        Shows and times the steps.
    cache
        Where built networks are kept.

    Raises
    ------
    InputError
        With every fault of study, layers and question; and where no plan keeps the rules, with what
        stands in the way.
    """
    steps = steps or Steps(quiet=True)
    study = read_study(path)
    case = read_cases(study)[0]
    with steps.step(STREETS.to(study.language)):
        network = open_network(
            study.extract,
            case.profile,
            elevation=study.elevation,
            moment=case.moment,
            country=study.holidays,
            cache=cache,
        )
    with steps.step(LAYERS.to(study.language)):
        layers = load_layers(study, extent=network.bounds)
        standard = completed(standard_of(study), study, layers)
    return _site(_Held(study, case, network, layers, standard), question, steps)


def site_result(result: StudyResult, question: SiteQuestion, *, steps: Steps | None = None) -> SitingResult:
    """Answer a siting question for a study that was run: the same answer, and nothing is read again.

    Parameters
    ----------
    result
        The run of the study.
    question
        What is asked.
    steps
        Shows and times the steps.

    Raises
    ------
    InputError
        With every fault of the question; and where no plan keeps the rules, with what stands in the way.
    """
    held = _Held(
        result.study, result.first.case, result.network, result.layers, result.standard,
        people=result.joined.demand, basemap=result.basemap,
    )  # fmt: skip
    return _site(held, question, steps or Steps(quiet=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """What is known of a study before anything is asked; what is missing is made when it is needed."""

    study: Study
    case: Case
    network: StreetNetwork
    layers: Layers
    standard: Standard
    people: AccessPoints | None = None
    basemap: Basemap | None = None


def _site(held: _Held, question: SiteQuestion, steps: Steps) -> SitingResult:
    study, network, layers, standard = held.study, held.network, held.layers, held.standard
    said = study.language
    case = replace(held.case, on=question.on) if question.on else held.case
    category = category_asked(layers, standard, question)
    standing, not_counted = standing_places(study, case, layers, standard, category)
    with steps.step(BASEMAP.to(said)):
        basemap = held.basemap or read_basemap(study.extract, language=said)
    with steps.step(SITES.to(said)):
        candidates = named_by_streets(candidate_places(question, layers, network, category), basemap.streets)
        sites, access, off_street = join_sites(study, network, layers.barriers, standing, candidates)
    minutes = question.minutes or _usual(study)
    people = case.people(layers.demand)
    cuts = tuple(cuts_of(layers))
    with steps.step(TIMES.to(said)) as progress:
        farthest = _farthest(study, question, minutes)
        times = _times(
            study, network, layers, access, people=held.people, max_seconds=farthest, progress=progress
        )
        before = nearest_seconds(times, np.flatnonzero(sites["existing"]))
    counted, beyond = _counted(question, times, people)
    problem = make_problem(question, sites, times, _demand(question, layers, counted, cuts))
    rules = make_rules(question, minutes)
    with steps.step(SEARCH.to(said)) as progress:
        plan, insisted = _solve(question, problem, rules, _run(question, progress))
        must_have_plan(plan, sites, layers)
    with steps.step(COMPARE.to(said)) as progress:
        points = _curve(question, problem, rules, plan)
        near = _near(question, problem, rules, plan)
    with steps.step(RINGS.to(said)) as progress:
        rings = _rings(network, access, sites, plan, minutes, progress=progress)
    return SitingResult(
        study=study, question=question, case=case, category=category,
        name=_name(study, standard, category), minutes=minutes, layers=layers, network=network, sites=sites,
        off_street=off_street, not_counted=not_counted, beyond=beyond, times=times, problem=problem,
        plan=plan, insisted=insisted, curve=points, near=near, before=before,
        after=nearest_seconds(times, np.array(plan.open_sites, dtype=np.int64)), people=people,
        cuts=cuts, isochrones=rings, basemap=basemap,
    )  # fmt: skip


def nearest_seconds(times: TravelTimes, sites: np.ndarray) -> Floats:
    """Return the seconds from every demand point to the nearest of some sites; ``inf`` where there is none.

    Examples
    --------
    >>> times = TravelTimes.from_matrix([[60.0, 90.0], [30.0, float("inf")]])
    >>> nearest_seconds(times, np.array([0, 1])).tolist()
    [30.0, 90.0]
    """
    soonest = np.full(times.points, np.inf)
    for site in sites:
        row = slice(times.start[site], times.start[site + 1])
        np.minimum.at(soonest, times.point[row], times.milliseconds[row] / 1000.0)
    return soonest


def _times(
    study: Study,
    network: StreetNetwork,
    layers: Layers,
    access: AccessPoints,
    *,
    max_seconds: float,
    progress: OnProgress,
    people: AccessPoints | None = None,
) -> TravelTimes:
    """Return the times from people to sites, a row a site; searched from the fewer where streets allow it."""
    if people is None:
        places = layers.demand.geometry.representative_point()
        people = snap(
            network,
            places,
            max_snap_metres=study.max_snap_metres,
            barriers=layers.barriers,
            level=levels_of(layers.demand),
        )
    if network.symmetric and len(access) <= len(people):
        found = reachable(network, access, people, max_seconds=max_seconds, progress=progress)
        return TravelTimes(found.start, found.place, found.milliseconds, len(people))
    found = reachable(network, people, access, max_seconds=max_seconds, progress=progress)
    point = np.repeat(np.arange(len(people), dtype=np.int32), np.diff(found.start))
    order = np.argsort(found.place, kind="stable")
    start = np.zeros(len(access) + 1, dtype=np.int64)
    np.cumsum(np.bincount(found.place, minlength=len(access)), out=start[1:])
    return TravelTimes(start, point[order], found.milliseconds[order], len(people))


def _farthest(study: Study, question: SiteQuestion, minutes: float) -> float:
    """Return how far is searched: as far as the goal looks and the map shows."""
    shown = 60.0 * max(minutes, *study.minutes)
    return max(shown, farthest_seconds(minutes)) if question.aim in ("minutes", "worst") else shown


def _usual(study: Study) -> float:
    """Return the study's 15 minutes, or its longest below that."""
    return max((m for m in study.minutes if m <= USUAL_MINUTES), default=min(study.minutes))


def _counted(question: SiteQuestion, times: TravelTimes, people: Floats) -> tuple[Floats, float]:
    """Return who counts in the goal; for the worst minute only those whom some site reaches at all."""
    if question.aim != "worst":
        return people, 0.0
    reached = np.zeros(times.points, dtype=bool)
    reached[times.point] = True
    return np.where(reached, people, 0.0), float(people[~reached].sum())


def _demand(question: SiteQuestion, layers: Layers, people: Floats, cuts: tuple[Cut, ...]) -> Demand:
    """Return the demand of the problem; the parts among which a plan is fair are its areas."""
    groups = layers.demand["group"].astype(object).to_numpy()
    if question.fair == "group":
        return Demand(people, group=groups, area=groups)
    if question.fair == "grid":
        if not cuts:
            what = Text("the study has no grid and no areas", "研究中没有网格或片区图层")
            fix = Text("Add a layer with source = 'grid'", "请添加 source = 'grid' 的图层")
            raise InputError([Fault(what, fix, source="--fair", value="grid", code="siting")])
        return Demand(people, group=groups, area=_most_of(cuts[0]))
    return Demand(people, group=groups)


def _most_of(cut: Cut) -> np.ndarray:
    """Return the polygon that holds most of each demand point; None where none holds any."""
    shares = cut.shares.tocsc()
    labels = np.array([*cut.areas["id"], None], dtype=object)
    largest = np.asarray(shares.argmax(axis=0)).ravel()
    return labels[largest]


def _run(question: SiteQuestion, progress: OnProgress) -> Run:
    def tell(so_far: Progress) -> None:
        seconds, limit = so_far.seconds, question.time_limit_seconds
        progress(round(min(seconds, limit)), round(limit))

    return Run(time_limit_seconds=question.time_limit_seconds, seed=question.seed, progress=tell)


def _solve(question: SiteQuestion, problem: Problem, rules: Rules, run: Run) -> tuple[Plan, Regret | None]:
    """Return the plan and, where sites are insisted on, what that costs."""
    goal = GOALS[question.aim]
    if not question.keep:
        return _most_people(question, problem, rules, solve(problem, goal, rules, run)), None
    free = replace(problem, sites=replace(problem.sites, required=None))
    sites = np.flatnonzero(problem.sites.flag("required")).tolist()
    insisted = regret(free, goal, rules, sites, run)
    return insisted.insisted, insisted


def _most_people(question: SiteQuestion, problem: Problem, rules: Rules, plan: Plan) -> Plan:
    """Of the plans with the fewest sites, take the one that covers most people."""
    if question.aim != "cover" or question.budget is not None or plan.status != "optimal" or rules.share >= 1:
        return plan
    fuller = solve(problem, "cover_most", replace(rules, share=1.0, new=len(plan.opened)), _quick(question))
    if not np.isfinite(fuller.value) or fuller.people_covered <= plan.people_covered:
        return plan
    kept = {name: getattr(plan, name) for name in ("goal", "status", "value", "bound", "gap", "counts")}
    return replace(fuller, **kept, stopped_by="")


def _curve(question: SiteQuestion, problem: Problem, rules: Rules, plan: Plan) -> tuple[CurvePoint, ...]:
    """Return the curve; for a share of the people it counts people by the number of sites."""
    if plan.stopped_by == "user" or question.curve == 0:
        return ()
    goal = "cover_most" if question.aim == "cover" else GOALS[question.aim]
    up_to = len(plan.opened) + _MORE_ON_CURVE if question.curve is None else question.curve
    free = replace(problem, sites=replace(problem.sites, required=None))
    return curve(free, goal, replace(rules, share=1.0, fair=None), up_to, _quick(question))


def _near(question: SiteQuestion, problem: Problem, rules: Rules, plan: Plan) -> tuple[Plan, ...]:
    if plan.stopped_by or question.fair != "none" or not question.alternatives or not plan.opened:
        return (plan,)
    most = question.alternatives + 1
    return alternatives(problem, GOALS[question.aim], rules, _quick(question), within=_WITHIN, most=most)


_QUICK_SECONDS = 20.0


def _quick(question: SiteQuestion) -> Run:
    """Many plans are compared: each gets a part of the time that the plan itself may take."""
    limit = min(question.time_limit_seconds, _QUICK_SECONDS)
    return Run(time_limit_seconds=limit, seed=question.seed)


def _rings(
    network: StreetNetwork,
    access: AccessPoints,
    sites: gpd.GeoDataFrame,
    plan: Plan,
    minutes: float,
    *,
    progress: OnProgress,
) -> gpd.GeoDataFrame:
    """Return the ground within the minutes of each new site: ``facility_id, minutes, geometry``."""
    opened = np.array(plan.opened, dtype=np.int64)
    rings = isochrones(network, access.take(opened), minutes=(minutes,), progress=progress)
    ids = sites["id"].to_numpy()[opened[rings["place"]]] if len(rings) else []
    columns = {"facility_id": ids, "minutes": rings["minutes"]}
    return gpd.GeoDataFrame(columns, geometry=rings.geometry, crs=4326)


def _name(study: Study, standard: Standard, category: str) -> Text:
    """Return what a service is called: as the standard says it, else as the categories do."""
    for requirement in standard.requirements:
        if requirement.category == category:
            return requirement.name
    known = categories().with_own(study.categories).by_id
    return known[category].name if category in known else Text(category, category)
