"""The whole path from a study and a question to a plan for the next sites, a step a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from api.steps import Steps
from geo.assessment.case import Case
from geo.assessment.cuts import cuts_of
from geo.assessment.joins import joins_of_layers
from geo.assessment.place import place_isochrones
from geo.blocks import Progress
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.siting import Run, SearchProgress, best_plan, curve_of, near_plans
from geo.siting.coverage import before_and_after, people_in_goal, travel_times
from geo.text import Text
from layers.candidates import (
    candidate_places,
    category_asked,
    demand_of,
    join_layer,
    join_sites,
    minutes_of,
    named_by_streets,
    searched_seconds,
    service_name,
    standing_places,
)
from layers.load import Layers, load_layers
from layers.osm.basemap import Basemap, read_basemap
from layers.osm.streets import open_network
from layers.settings import completed, standard_of
from layers.study.cases import holidays_of, read_cases
from layers.study.model import Study, read_study
from layers.study.siting import SiteQuestion
from layers.study.siting_problem import GOALS, make_problem, make_rules
from maps.result import SitingResult, StudyResult
from maps.words.refusal import must_have_plan
from maps.words.steps import BASEMAP, LAYERS, STREETS, TIMES

SITES = Text("candidate sites", "备选点位")
SEARCH = Text("search for the best sites", "求解最优选址")
COMPARE = Text("curve and alternatives", "边际曲线与替代方案")
_PLAN_SHARE, _CURVE_SHARE = 0.7, 0.6
"""Shares of the time for the plan, and of what it leaves for the curve; the rest is for alternatives."""

RINGS = Text("reach of the new sites", "新增服务站点可达范围")


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
            holidays=holidays_of(study),
            cache=cache,
        )
    with steps.step(LAYERS.to(study.language)):
        layers = load_layers(study, extent=network.bounds, cache=cache)
        standard = completed(standard_of(study), study, layers)
    held = _Held(study=study, case=case, network=network, layers=layers, standard=standard)
    return _site(held, question, steps)


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
        study=result.study,
        case=result.first.case,
        network=result.network,
        layers=result.layers,
        standard=result.standard,
        people=result.joined.demand,
        facilities=result.joined.facilities,
        basemap=result.basemap,
    )
    return _site(held, question, steps or Steps(quiet=True))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Held:
    """A study that was read, before a question is put to it; what is missing is made when it is needed."""

    study: Study
    case: Case
    network: StreetNetwork
    layers: Layers
    standard: Standard
    people: AccessPoints | None = None
    facilities: AccessPoints | None = None
    basemap: Basemap | None = None


def _site(held: _Held, question: SiteQuestion, steps: Steps) -> SitingResult:
    study, network, layers, standard = held.study, held.network, held.layers, held.standard
    language, goal = study.language, GOALS[question.aim]
    case = replace(held.case, on=question.on) if question.on else held.case
    category = category_asked(layers, standard, question)
    standing, not_counted = standing_places(study, case, layers, standard, category)
    with steps.step(BASEMAP.to(language)):
        basemap = held.basemap or read_basemap(study.extract, language=language)
    with steps.step(SITES.to(language)):
        candidates = named_by_streets(candidate_places(question, layers, network, category), basemap.streets)
        sites, access, off_street = join_sites(study, layers, network, standing, candidates)
        facilities = held.facilities or join_layer(study, network, layers, layers.facilities)
    minutes = minutes_of(study, question)
    people = case.people(layers.demand)
    cuts = cuts_of(layers.demand, grids=layers.grids, areas=layers.areas)
    with steps.step(TIMES.to(language)) as progress:
        joined = held.people or join_layer(study, network, layers, layers.demand)
        farthest = searched_seconds(study, question, minutes)
        times = travel_times(network, joined, access, max_seconds=farthest, progress=progress)
    counted, beyond = people_in_goal(goal, times, people)
    problem = make_problem(question, sites, times, demand_of(question, layers, counted, cuts))
    rules = make_rules(question, minutes)
    with steps.step(SEARCH.to(language)) as progress:
        run = _run(question, progress).begin()
        alone = question.curve == 0 and not question.alternatives
        plan, insisted = best_plan(problem, goal, rules, run if alone else run.part(_PLAN_SHARE))
        must_have_plan(plan, sites, layers)
    with steps.step(COMPARE.to(language)):
        part = run.part(_CURVE_SHARE) if question.alternatives else run
        curve = curve_of(problem, goal, rules, plan, part, up_to=question.curve)
        near = near_plans(problem, goal, rules, plan, run, most=question.alternatives)
    with steps.step(RINGS.to(language)) as progress:
        rings = place_isochrones(
            network, access, sites["id"], plan.opened, minutes=(minutes,), progress=progress
        )
    before, after = before_and_after(times, problem.sites, plan)
    return SitingResult(
        study=study, question=question, case=case, category=category,
        name=service_name(study, standard, category), minutes=minutes, layers=layers, network=network,
        sites=sites, off_street=off_street, not_counted=not_counted, beyond=beyond, times=times,
        problem=problem, plan=plan, insisted=insisted, curve=curve, near=near, before=before, after=after,
        people=people, cuts=cuts, isochrones=rings, basemap=basemap,
        people_access=joined, facility_access=facilities,
        joins=joins_of_layers(
            network,
            demand=(joined, layers.demand["layer"]),
            facilities=(facilities, layers.facilities["layer"]),
            candidates=(join_layer(study, network, layers, candidates), candidates["layer"]),
            people=people, max_snap_metres=study.max_snap_metres,
        ),
    )  # fmt: skip


def _run(question: SiteQuestion, progress: Progress) -> Run:
    """Return how long is searched, with the search's own progress told in seconds."""

    def tell(so_far: SearchProgress) -> None:
        seconds, limit = so_far.seconds, question.time_limit_seconds
        progress(round(min(seconds, limit)), round(limit))

    return Run(time_limit_seconds=question.time_limit_seconds, seed=question.seed, progress=tell)
