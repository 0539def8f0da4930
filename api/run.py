"""The whole path from a study file to what a planner signs, a step a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from api.steps import Steps
from geo.assessment.assess import Ground, Question, assess_cases
from geo.assessment.case import Case
from geo.assessment.cuts import cuts_of
from geo.assessment.gain.layer import gain_layers
from geo.assessment.land import assess_land
from geo.assessment.place import station_isochrones
from geo.assessment.points import all_cut_off_paths
from geo.assessment.tables import make_tables
from geo.assessment.traveller import Traveller, join_to_streets
from geo.assessment.week import NO_WEEK, week_tables
from geo.measures.requirements import Applies
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile
from layers.accessibility import access_of, check_access
from layers.catalogue.profiles import read_profile
from layers.change import changed, study_of_change
from layers.joined import join_layer
from layers.joins import travellers_as_decided
from layers.ledgers.firms import firms_of
from layers.ledgers.functions import station_functions
from layers.ledgers.matching import matches_of
from layers.ledgers.needs import needs_of
from layers.ledgers.places import places_of
from layers.ledgers.small_groups import counted_together
from layers.lines.extract import extract_of, street_notes
from layers.load import Layers, load_layers
from layers.osm.basemap import read_basemap
from layers.osm.elevation import read_elevation_model
from layers.osm.features import levels_of
from layers.osm.streets import hours_of_streets, open_network, state_of_streets
from layers.settings import completed, counted_in, profile_of, settled, standard_of, under_standard, usable_in
from layers.study.cases import holidays_of, hours_known, open_through_week, read_cases
from layers.study.changes import Change
from layers.study.model import Study, read_study
from layers.study.outputs import must_suit
from maps.result import StudyResult
from maps.small_groups import may_be_shown
from maps.words.steps import (
    ACCESS,
    BASEMAP,
    GAIN,
    JOIN,
    LAYERS,
    PLACES,
    READ,
    RINGS,
    STEP_NAMES,
    STREETS,
    TABLES,
    TIMES,
    WEEK,
)

__all__ = ["StudyResult", "profile_of", "run_study", "standard_of"]

BY_LENGTH = "metres"
"""The profile whose travel time is the length of the way, for requirements in metres along streets."""

Journey = tuple[Profile, datetime | None]
"""Who travels, and at which moment; None where the hour does not matter."""


def run_study(
    path: Path | Study,
    *,
    change: Change | None = None,
    standard: str | None = None,
    steps: Steps | None = None,
    cache: Path | None = None,
) -> StudyResult:
    """Run a study.

    Parameters
    ----------
    path
        The study's folder or its ``study.toml``, or the study itself.
    change
        What is opened, closed, moved or extended; its results get a folder of their own.
    steps
        Shows and times the steps.
    cache
        Where built networks are kept.
    standard
        By which it is assessed in place of its own.

    Raises
    ------
    InputError
        With every fault found in the study or its layers.
    """
    steps = steps or Steps(quiet=True)
    study = path if isinstance(path, Study) else read_study(path)
    study = study if standard is None else under_standard(study, standard)
    language = study.language
    with steps.step(READ.to(language)):
        cases, asked = read_cases(study), standard_of(study)
    with steps.step(STREETS.to(language)):
        cases = with_state_of_streets(study, cases, cache=cache)
        journeys = journeys_of(cases, asked)
        networks = open_networks(study, journeys, cache=cache)
    with steps.step(LAYERS.to(language)):
        layers = load_layers(study, streets=networks[cases[0].streets], cache=cache)
        if change is not None:
            study, layers = study_of_change(study, change), changed(study, layers, change)
        must_suit(study.crs_out, layers.demand.total_bounds)
        asked, applies = settled(completed(asked, study, layers), study, layers)
    with steps.step(JOIN.to(language)):
        travellers = join_to_streets(
            networks,
            {streets: profile for streets, (profile, _) in journeys.items()},
            demand=layers.demand,
            facilities=layers.facilities,
            levels=(levels_of(layers.demand), levels_of(layers.facilities)),
            barriers=layers.barriers,
            max_snap_metres=study.max_snap_metres,
            approaches=layers.approaches,
        )
        travellers = travellers_as_decided(
            travellers,
            layers.decided,
            demand=layers.demand,
            facilities=layers.facilities,
            max_snap_metres=study.max_snap_metres,
        )
        candidates = join_layer(study, networks[cases[0].streets], layers, layers.candidates)
    with steps.step(TIMES.to(language)) as progress:
        ground = ground_of(study, asked, layers, travellers, applies=applies)
        questions = questions_of(study, cases, travellers, layers)
        check_access(study, ground, [usable for _, _, usable in questions])
        answers = assess_cases(ground, questions, progress=progress)
    with steps.step(TABLES.to(language)):
        cuts = cuts_of(layers.demand, grids=layers.grids, areas=layers.areas)
        tables = make_tables(ground, answers, cuts, counted_in(study, asked, layers))
        land = assess_land(
            ground,
            answers,
            layers.land,
            grids=layers.grids,
            areas=layers.areas,
            max_snap_metres=study.max_snap_metres,
            barriers=layers.barriers,
        )
        cut_off = all_cut_off_paths(ground, answers)
    with steps.step(ACCESS.to(language)) as progress:
        access = access_of(study, ground, answers, progress=progress)
    with steps.step(WEEK.to(language)) as progress:
        week = NO_WEEK
        if study.week:
            hours = open_through_week(study, layers.facilities)
            known = hours_known(layers.facilities)
            week = week_tables(ground, answers, hours, hours_known=known, progress=progress)
    with steps.step(GAIN.to(language)):
        gain = gain_layers(
            ground,
            answers,
            shown=may_be_shown(layers.demand),
            barriers=layers.barriers,
            max_snap_metres=study.max_snap_metres,
        )
    with steps.step(PLACES.to(language)):
        where = counted_together(layers, answers, small=~may_be_shown(layers.demand))
        places = places_of(study, layers, answers, candidates, where=where)
        matches = matches_of(study, layers, answers[0], where=where)
    with steps.step(RINGS.to(language)) as progress:
        isochrones = station_isochrones(answers, layers.facilities, study.minutes, progress=progress)
    with steps.step(BASEMAP.to(language)):
        basemap = read_basemap(extract_of(study), language=language)
    return StudyResult(
        study=study,
        standard=asked,
        layers=layers,
        ground=ground,
        cases=answers,
        tables=tables,
        land=land,
        access=access,
        needs=needs_of(study, layers, answers[0], asked),
        places=places,
        matches=matches,
        firms=firms_of(layers, answers[0]),
        functions=station_functions(study, asked, layers),
        week=week,
        isochrones=isochrones,
        cut_off=cut_off,
        basemap=basemap,
        candidate_access=candidates,
        seconds=seconds_by_step(steps),
        street_notes=street_notes(study),
        timed_streets=hours_of_streets(extract_of(study), cache=cache).total if study.week else 0,
        change=change,
        gain=gain,
    )


def journeys_of(cases: tuple[Case, ...], standard: Standard) -> dict[str, Journey]:
    """Return who travels when, by the streets of the cases; by length where the standard asks for it."""
    journeys: dict[str, Journey] = {case.streets: (case.profile, case.moment) for case in cases}
    if any(r.metres is not None and r.measure == "network" for r in standard.requirements):
        journeys.setdefault(BY_LENGTH, (read_profile(BY_LENGTH), None))
    return journeys


def open_networks(
    study: Study, journeys: Mapping[str, Journey], *, cache: Path | None = None
) -> dict[str, StreetNetwork]:
    """Open the streets once for each profile and state of the streets."""
    holidays = holidays_of(study)
    if study.elevation is not None:
        # Nobody may heed slopes, but what the study names must be sound all the same.
        read_elevation_model(study.elevation)
    return {
        name: open_network(
            extract_of(study),
            profile,
            elevation=study.elevation,
            moment=moment,
            holidays=holidays,
            cache=cache,
        )
        for name, (profile, moment) in journeys.items()
    }


def ground_of(
    study: Study,
    standard: Standard,
    layers: Layers,
    travellers: Mapping[str, Traveller],
    *,
    applies: Applies,
) -> Ground:
    """Return what all cases share."""
    return Ground(
        standard=standard,
        facilities=layers.facilities,
        demand=layers.demand,
        choices=study.choices,
        minutes=study.minutes,
        by_length=travellers.get(BY_LENGTH),
        applies=applies,
        street_ends=layers.street_ends,
    )


def with_state_of_streets(
    study: Study, cases: tuple[Case, ...], *, cache: Path | None = None
) -> tuple[Case, ...]:
    """Return the cases with what is closed on the streets at their hour."""
    holidays = holidays_of(study)
    return tuple(
        replace(
            case,
            state_of_streets=state_of_streets(
                extract_of(study), case.profile, moment=case.moment, holidays=holidays, cache=cache
            ),
        )
        for case in cases
    )


def questions_of(
    study: Study, cases: tuple[Case, ...], travellers: Mapping[str, Traveller], layers: Layers
) -> list[Question]:
    """Return each case with its traveller and the facilities that can be used in it."""
    return [(case, travellers[case.streets], usable_in(study, case, layers)) for case in cases]


def seconds_by_step(steps: Steps) -> dict[str, float]:
    """Return how long each step took, by its English name."""
    english = {name: step.en for step in STEP_NAMES for name in step}
    return {english.get(name, name): seconds for name, seconds in steps.seconds.items()}
