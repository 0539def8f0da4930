"""The whole path from a study file to what a planner signs, a step a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from api.steps import Steps
from geo.assessment.assess import CaseAssessment, Ground, Question, assess_cases
from geo.assessment.case import Case
from geo.assessment.cuts import Cut
from geo.assessment.isochrones import station_isochrones
from geo.assessment.land import LandResult, assess_land
from geo.assessment.points import cut_off_paths
from geo.assessment.tables import make_tables
from geo.assessment.traveller import Traveller
from geo.assessment.week import WeekTables, week_tables
from geo.blocks import Progress
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from layers.accessibility import access_of, check_access
from layers.catalogue.profiles import read_profile
from layers.load import Layers, load_layers
from layers.osm.basemap import read_basemap
from layers.osm.elevation import read_elevation_model
from layers.osm.extract_layers import levels_of
from layers.osm.streets import open_network, state_of_streets
from layers.settings import completed, counted_in, profile_of, standard_of, usable_in
from layers.study.cases import open_through_week, read_cases
from layers.study.model import Study, read_study
from maps.result import StudyResult
from maps.words.steps import (
    ACCESS,
    BASEMAP,
    JOIN,
    LAYERS,
    READ,
    RINGS,
    STEP_NAMES,
    STREETS,
    TABLES,
    TIMES,
    WEEK,
)

__all__ = ["StudyResult", "profile_of", "run_study", "standard_of"]


def run_study(path: Path, *, steps: Steps | None = None, cache: Path | None = None) -> StudyResult:
    """Run a study.

    Parameters
    ----------
    path
        The study's folder or its ``study.toml``.
    steps
        Shows and times the steps.
    cache
        Where built networks are kept.

    Raises
    ------
    InputError
        With every fault found in the study or its layers.
    """
    steps = steps or Steps(quiet=True)
    study = read_study(path)
    said = study.language
    with steps.step(READ.to(said)):
        cases, standard = read_cases(study), standard_of(study)
    with steps.step(STREETS.to(said)):
        cases = with_state_of_streets(study, cases, cache=cache)
        networks = open_networks(study, cases, standard, cache=cache)
        network = networks[cases[0].streets]
    with steps.step(LAYERS.to(said)):
        layers = load_layers(study, extent=network.bounds)
        standard = completed(standard, study, layers)
    with steps.step(JOIN.to(said)):
        travellers = join_to_streets(networks, cases, layers, max_snap_metres=study.max_snap_metres)
    with steps.step(TIMES.to(said)) as progress:
        ground = Ground(standard, layers.facilities, layers.demand, study.choices, travellers.get(METRES))
        asked = questions(study, cases, travellers, layers)
        check_access(study, ground, [usable for _, _, usable in asked])
        found = assess_cases(ground, asked, progress=progress)
    with steps.step(TABLES.to(said)):
        tables = make_tables(ground, found, cuts_of(layers), counted_in(study, standard, layers))
        land = land_of(study, ground, found, layers)
        cut_off = all_cut_off(ground, found)
    with steps.step(ACCESS.to(said)) as progress:
        access = access_of(study, ground, found, progress=progress)
    with steps.step(WEEK.to(said)) as progress:
        week = week_of(study, ground, found, progress=progress)
    with steps.step(RINGS.to(said)) as progress:
        rings = station_isochrones(found, layers.facilities, study.minutes, progress=progress)
    with steps.step(BASEMAP.to(said)):
        basemap = read_basemap(study.extract, language=study.language)
    return StudyResult(
        study,
        standard,
        layers,
        ground,
        found,
        tables,
        land,
        access,
        week,
        rings,
        cut_off,
        basemap,
        seconds_by_step(steps),
    )


METRES = "metres"


def open_networks(
    study: Study, cases: tuple[Case, ...], standard: Standard, *, cache: Path | None = None
) -> dict[str, StreetNetwork]:
    """Open the streets once for each profile, and in metres where the standard measures along streets."""
    if study.elevation is not None:
        # Nobody may heed slopes, but what the study names must be sound all the same.
        read_elevation_model(study.elevation)
    travel = {case.streets: (case.profile, case.moment) for case in cases}
    if any(r.metres is not None and r.measure == "network" for r in standard.requirements):
        travel.setdefault(METRES, (read_profile(METRES), None))
    return {
        name: open_network(
            study.extract,
            profile,
            elevation=study.elevation,
            moment=moment,
            country=study.holidays,
            cache=cache,
        )
        for name, (profile, moment) in travel.items()
    }


def with_state_of_streets(
    study: Study, cases: tuple[Case, ...], *, cache: Path | None = None
) -> tuple[Case, ...]:
    """Return the cases with what is closed on the streets at their hour."""
    return tuple(
        replace(
            case,
            state_of_streets=state_of_streets(
                study.extract, case.profile, moment=case.moment, country=study.holidays, cache=cache
            ),
        )
        for case in cases
    )


def join_to_streets(
    networks: Mapping[str, StreetNetwork],
    cases: tuple[Case, ...],
    layers: Layers,
    *,
    max_snap_metres: float,
) -> dict[str, Traveller]:
    """Join the people and the facilities of a study to the streets of every profile."""
    profiles = {case.streets: case.profile for case in cases}
    people, places = layers.demand.geometry.representative_point(), layers.facilities.geometry

    def joined(network: StreetNetwork, points: gpd.GeoSeries, frame: gpd.GeoDataFrame) -> AccessPoints:
        return snap(
            network,
            points,
            max_snap_metres=max_snap_metres,
            barriers=layers.barriers,
            level=levels_of(frame),
        )

    return {
        name: Traveller(
            profile=profiles[name] if name in profiles else read_profile(name),
            network=network,
            demand=joined(network, people, layers.demand),
            facilities=joined(network, places, layers.facilities),
        )
        for name, network in networks.items()
    }


def questions(
    study: Study, cases: tuple[Case, ...], travellers: Mapping[str, Traveller], layers: Layers
) -> list[Question]:
    """Return each case with its traveller and the facilities that can be used in it."""
    return [
        (
            case,
            travellers[case.streets],
            usable_in(study, case, layers),
        )
        for case in cases
    ]


def polygons_of(layers: Layers) -> list[tuple[gpd.GeoDataFrame, bool]]:
    """Return the frames of polygons that are there, and whether their polygons may overlap."""
    frames = ((layers.grids, False), (layers.areas, True))
    return [(frame, overlap) for frame, overlap in frames if len(frame)]


def cuts_of(layers: Layers) -> list[Cut]:
    """Return the polygons people are counted by: grids part the study, areas may overlap."""
    return [Cut.of(layers.demand, frame, overlap=overlap) for frame, overlap in polygons_of(layers)]


def land_of(study: Study, ground: Ground, found: tuple[CaseAssessment, ...], layers: Layers) -> LandResult:
    """Return coverage of the residential land, joined to the streets as people are."""
    return assess_land(
        ground,
        found,
        layers.land,
        polygons_of(layers),
        max_snap_metres=study.max_snap_metres,
        barriers=layers.barriers,
    )


def all_cut_off(ground: Ground, found: tuple[CaseAssessment, ...]) -> gpd.GeoDataFrame:
    """Return the ways of the cut off in every case."""
    ways = [cut_off_paths(ground, one) for one in found]
    some = [frame for frame in ways if len(frame)]
    return pd.concat(some, ignore_index=True) if some else ways[0]


def week_of(
    study: Study, ground: Ground, found: tuple[CaseAssessment, ...], *, progress: Progress | None = None
) -> WeekTables:
    """Return coverage by the hour where the study asks for it."""
    if not study.week:
        return WeekTables(pd.DataFrame(), pd.DataFrame())
    return week_tables(ground, found, open_through_week(study, ground.facilities), progress=progress)


def seconds_by_step(steps: Steps) -> dict[str, float]:
    """Return how long each step took, by its English name."""
    english = {name: step.en for step in STEP_NAMES for name in step}
    return {english.get(name, name): seconds for name, seconds in steps.seconds.items()}
