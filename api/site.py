"""The whole path from a study and a question to a plan for the next sites, a step a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.interrupt import ends_with_the_best
from api.run import with_state_of_streets
from api.steps import Steps
from geo.assessment.case import Case
from geo.assessment.cuts import cuts_of
from geo.assessment.joins import joins_of_layers
from geo.assessment.place import place_isochrones
from geo.blocks import Progress
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.siting import (
    Halt,
    Run,
    SearchProgress,
    TravelTimes,
    curve_of,
    near_plans,
    plan_asked,
)
from geo.siting.coverage import before_and_after, covered_as_asked, people_in_goal, travel_times
from geo.text import Text
from layers.candidates import candidate_places, named_by_streets
from layers.change import changed, named_by_change
from layers.joined import join_layer
from layers.lines.extract import extract_of
from layers.load import Layers, load_layers
from layers.osm.basemap import Basemap, read_basemap
from layers.osm.streets import open_network
from layers.settings import completed, standard_of
from layers.siting_asked import (
    cases_asked,
    categories_asked,
    competing_places,
    join_sites,
    minutes_of,
    offers_of,
    searched_seconds,
    service_name,
    services_name,
    standing_places,
    usable_sites,
)
from layers.siting_blocks import (
    Block,
    areas_to_fill,
    only_usable,
    only_won,
    part_rules,
    stacked_demand,
    stacked_times,
)
from layers.study.cases import holidays_of, read_cases
from layers.study.changes import Change
from layers.study.model import Study, read_study
from layers.study.siting.problem import GOALS, make_limits, make_problem, make_rules
from layers.study.siting.question import SiteQuestion
from maps.result import SitingResult, StudyResult
from maps.words.refusal import must_have_plan
from maps.words.steps import BASEMAP, LAYERS, STREETS, TIMES

SITES = Text("candidate sites", "备选点位")
SEARCH = Text("search for the best sites", "求解最优选址")
CURVE = Text("what one more site would bring", "边际曲线")
NEAR = Text("near-equal plans", "近似最优方案")
_PLAN_SHARE, _CURVE_SHARE = 0.7, 0.6
"""Shares of the time for the plan, and of what it leaves for the curve; the rest is for alternatives."""

RINGS = Text("reach of the new sites", "新增点位可达范围")


def site_study(
    path: Path | Study,
    question: SiteQuestion,
    *,
    change: Change | None = None,
    steps: Steps | None = None,
    cache: Path | None = None,
) -> SitingResult:
    """Answer a siting question for a study.

    Parameters
    ----------
    path
        The study's folder or its ``study.toml``, or the study itself.
    question
        What is asked.
    change
        What is opened, closed, moved or extended before the question is put.
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
    study = path if isinstance(path, Study) else read_study(path)
    cases = read_cases(study)
    if len(question.cases) > 1:
        cases = with_state_of_streets(study, cases, cache=cache)
    networks = {}
    with steps.step(STREETS.to(study.language)):
        for each in cases_asked(question, cases):
            if each.streets not in networks:
                networks[each.streets] = open_network(
                    extract_of(study),
                    each.profile,
                    elevation=study.elevation,
                    moment=each.moment,
                    holidays=holidays_of(study),
                    cache=cache,
                )
        network = next(iter(networks.values()))
    with steps.step(LAYERS.to(study.language)):
        layers = load_layers(study, streets=network, cache=cache)
        if change is not None:
            study, layers = named_by_change(study, change), changed(study, layers, change)
        standard = completed(standard_of(study), study, layers)
    held = _Held(study=study, cases=cases, networks=networks, layers=layers, standard=standard)
    return _site(held, question, steps)


def site_result(
    result: StudyResult, question: SiteQuestion, *, steps: Steps | None = None, halt: Halt | None = None
) -> SitingResult:
    """Answer a siting question for a study that was run: the same answer, and nothing is read again.

    Parameters
    ----------
    result
        The run of the study.
    question
        What is asked.
    steps
        Shows and times the steps.
    halt
        Ends the search from another thread.

    Raises
    ------
    InputError
        With every fault of the question; and where no plan keeps the rules, with what stands in the way.
    """
    held = _Held(
        study=result.study,
        cases=tuple(each.case for each in result.cases),
        networks={each.case.streets: each.traveller.network for each in result.cases},
        layers=result.layers,
        standard=result.standard,
        people={each.case.streets: each.traveller.demand for each in result.cases},
        facilities=result.joined.facilities,
        basemap=result.basemap,
    )
    return _site(held, question, steps or Steps(quiet=True), halt)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Held:
    """A study that was read, before a question is put to it; what is missing is made when it is needed.

    Networks and joined people go by the streets of a case (`geo.assessment.case.Case.streets`).
    """

    study: Study
    cases: tuple[Case, ...]
    networks: Mapping[str, StreetNetwork]
    layers: Layers
    standard: Standard
    people: Mapping[str, AccessPoints] = field(default_factory=dict)
    facilities: AccessPoints | None = None
    basemap: Basemap | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Way:
    """How far people are followed along some streets."""

    streets: StreetNetwork
    people: AccessPoints
    seconds: float

    def times(self, places: AccessPoints, progress: Progress) -> TravelTimes:
        return travel_times(self.streets, self.people, places, max_seconds=self.seconds, progress=progress)


def _site(held: _Held, question: SiteQuestion, steps: Steps, halt: Halt | None = None) -> SitingResult:
    study, layers, standard = held.study, held.layers, held.standard
    language, goal = study.language, GOALS[question.aim]
    cases = cases_asked(question, held.cases)
    case, network = cases[0], held.networks[cases[0].streets]
    categories = categories_asked(study, layers, standard, question)
    standing, not_counted = standing_places(question, study, cases, layers, standard, *categories)
    with steps.step(BASEMAP.to(language)):
        basemap = held.basemap or read_basemap(extract_of(study), language=language)
    with steps.step(SITES.to(language)):
        candidates = named_by_streets(
            candidate_places(question, layers, network, *categories), basemap.streets
        )
        found = join_sites(study, layers, network, standing, candidates)
        facilities = held.facilities or join_layer(study, network, layers, layers.facilities)
        joined = {
            streets: held.people.get(streets) or join_layer(study, each, layers, layers.demand)
            for streets, each in held.networks.items()
            if streets in {each.streets for each in cases}
        }
    sites, access = found.sites, found.access
    minutes = minutes_of(study, question)
    people = case.people(layers.demand)
    cuts = cuts_of(layers.demand, grids=layers.grids, areas=layers.areas)
    with steps.step(TIMES.to(language)) as progress:
        farthest = searched_seconds(study, question, minutes)
        searched: dict[str, TravelTimes] = {}
        blocks, beyond = [], 0.0
        for each in cases:
            way = _Way(streets=held.networks[each.streets], people=joined[each.streets], seconds=farthest)
            if each.streets not in searched:
                here = access if way.streets is network else join_layer(study, way.streets, layers, sites)
                searched[each.streets] = way.times(here, progress)
            times = only_usable(searched[each.streets], usable_sites(study, each, layers, sites))
            if question.competitors:
                rival = join_layer(
                    study, way.streets, layers, competing_places(question, study, each, layers)
                )
                times = only_won(times, way.times(rival, progress))
            counted, left = people_in_goal(goal, times, each.people(layers.demand))
            blocks.append(Block(case=each, people=counted, times=times))
            beyond += left
    demand = stacked_demand(question, layers, blocks, cuts, services=len(categories))
    area, least = areas_to_fill(question, cuts, people, sites)
    offers = offers_of(sites, standard, *categories)
    problem = make_problem(question, sites, stacked_times(blocks), demand, offers=offers, area=area)
    parts = part_rules(question, layers, blocks, demand)
    rules = make_rules(question, minutes, **parts, least_sites=least)
    run = Run(
        time_limit_seconds=question.time_limit_seconds, gap=question.gap, seed=question.seed,
        halt=halt or Halt(),
    ).begin()  # fmt: skip
    with ends_with_the_best(run):
        with steps.step(SEARCH.to(language)) as progress:
            timed = told_to(run, progress)
            alone = question.curve == 0 and not question.alternatives
            asked = plan_asked(
                problem, goal, rules, timed if alone else timed.part(_PLAN_SHARE),
                limits=make_limits(question), areas_first=question.areas_first,
            )  # fmt: skip
            rules, plan = asked.rules, asked.plan
            must_have_plan(question, plan, sites, layers)
        with steps.step(CURVE.to(language)) as progress:
            timed = told_to(run, progress)
            part = timed.part(_CURVE_SHARE) if question.alternatives else timed
            curve = curve_of(problem, goal, rules, plan, part, up_to=question.curve)
        with steps.step(NEAR.to(language)) as progress:
            timed = told_to(run, progress)
            near = near_plans(problem, goal, rules, plan, timed, most=question.alternatives)
        with steps.step(RINGS.to(language)) as progress:
            rings = place_isochrones(
                network, access, sites["id"], plan.opened, minutes=(minutes,), progress=progress
            )
    times = blocks[0].times
    before, after = before_and_after(times, problem.sites, plan)
    return SitingResult(
        study=study, question=question, case=case, category=categories[0],
        name=services_name([service_name(study, standard, each) for each in categories]),
        minutes=minutes, layers=layers, network=network, sites=sites, off_street=found.off_street,
        not_counted=not_counted, beyond=beyond, times=times, problem=problem, rules=rules, plan=plan,
        insisted=asked.insisted, curve=curve, near=near, before=before, after=after, people=people, cuts=cuts,
        isochrones=rings, basemap=basemap, phasing=asked.phasing, cases=cases, blocks=tuple(blocks),
        categories=categories, as_asked=covered_as_asked(problem, goal, rules, plan, people),
        people_access=joined[case.streets], facility_access=facilities,
        joins=joins_of_layers(
            network,
            demand=(joined[case.streets], layers.demand["layer"]),
            facilities=(facilities, layers.facilities["layer"]),
            candidates=(found.candidates, candidates["layer"]),
            people=people, max_snap_metres=study.max_snap_metres,
        ),
    )  # fmt: skip


_PARTS = 1000
"""Parts into which the progress of a search is told."""


def told_to(run: Run, progress: Progress) -> Run:
    """Return a run that tells a step how much of its work is done, or of its time."""

    def tell(so_far: SearchProgress) -> None:
        progress(round(_PARTS * min(so_far.share, 1.0)), _PARTS)

    return replace(run, progress=tell)
