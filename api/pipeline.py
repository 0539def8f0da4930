"""The whole path from a study file to what a planner signs, a step a line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from api.steps import Steps
from geo._blocks import Progress
from geo.areas import area_shares
from geo.coverage import coverage_by_area, coverage_table, gaps_table, people_within
from geo.isochrones import isochrones
from geo.life_circle import LifeCircleAssessment, NearestTimes, assess, within
from geo.network import StreetNetwork
from geo.profiles import Profile
from geo.snap import AccessPoints, snap
from geo.standard import Standard
from geo.travel import nearest_by_category
from layers.basemap import Basemap, read_basemap
from layers.categories import categories
from layers.load import Layers, load_layers
from layers.paths import resolve_source
from layers.profiles import read_profile
from layers.standards import read_standard
from layers.streets import open_network
from layers.study import Study, read_study


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The points of a study on the streets."""

    demand: AccessPoints
    facilities: AccessPoints


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What an assessment says, in tables.

    Attributes
    ----------
    coverage
        One row a requirement, the whole study.
    within
        People within each of the study's minutes, by category.
    by_area
        One row a requirement and polygon.
    gaps
        The rows of `by_area` that leave people out, most people first.
    grid_minutes
        People within each of the study's minutes, by polygon and category.
    """

    coverage: pd.DataFrame
    within: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    grid_minutes: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class StudyResult:
    """Everything a run found out."""

    study: Study
    profile: Profile
    standard: Standard
    network: StreetNetwork
    layers: Layers
    joined: Joined
    times: dict[str, NearestTimes]
    assessment: LifeCircleAssessment
    tables: Tables
    isochrones: gpd.GeoDataFrame
    basemap: Basemap
    seconds: dict[str, float]

    @property
    def polygons(self) -> gpd.GeoDataFrame:
        """Grids and areas in one frame."""
        return all_polygons(self.layers)


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
    with steps.step("read the study"):
        study = read_study(path)
        profile, standard = profile_of(study), standard_of(study)
    with steps.step("open the streets"):
        network = open_network(study.extract, profile, cache=cache)
    with steps.step("read the layers"):
        layers = load_layers(study, extent=network.bounds)
        standard = completed(standard, study, layers)
    with steps.step("join points to streets"):
        joined = join_to_streets(network, layers, max_snap_metres=study.max_snap_metres)
    with steps.step("travel times") as progress:
        times = nearest_by_category(
            network,
            joined.demand,
            joined.facilities,
            layers.facilities["category"],
            standard,
            progress=progress,
        )
        assessment = assess(standard, times, profile=profile.id)
    with steps.step("coverage and gaps"):
        tables = make_tables(study, layers, times, assessment)
    with steps.step("isochrones of stations") as progress:
        rings = station_isochrones(network, layers, joined, study.minutes, progress=progress)
    with steps.step("basemap"):
        basemap = read_basemap(study.extract, language=study.language)
    return StudyResult(
        study,
        profile,
        standard,
        network,
        layers,
        joined,
        times,
        assessment,
        tables,
        rings,
        basemap,
        dict(steps.seconds),
    )


def profile_of(study: Study) -> Profile:
    """Return the travel profile that a study names, built in or of its own."""
    if study.profile.endswith(".toml"):
        path = resolve_source(study.folder, study.profile)
        return read_profile(path.name, path.parent)
    return read_profile(study.profile)


def standard_of(study: Study) -> Standard:
    """Return the standard that a study names, built in or of its own."""
    named = study.standard
    return read_standard(resolve_source(study.folder, named) if named.endswith(".toml") else named)


def completed(standard: Standard, study: Study, layers: Layers) -> Standard:
    """Return the standard with the study's own categories asked for too, within its longest time."""
    known = categories().with_own(study.categories)
    present = sorted(set(layers.facilities["category"].dropna()))
    names = {category: known.by_id[category].name for category in present}
    return standard.completed(names, minutes=max(study.minutes))


def join_to_streets(network: StreetNetwork, layers: Layers, *, max_snap_metres: float) -> Joined:
    """Join the people and the facilities of a study to the streets."""
    return Joined(
        demand=snap(network, layers.demand.geometry.representative_point(), max_snap_metres=max_snap_metres),
        facilities=snap(network, layers.facilities.geometry, max_snap_metres=max_snap_metres),
    )


def all_polygons(layers: Layers) -> gpd.GeoDataFrame:
    """Return grids and areas in one frame."""
    frames = [frame for frame in (layers.grids, layers.areas) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else layers.grids


def make_tables(
    study: Study, layers: Layers, times: dict[str, NearestTimes], assessment: LifeCircleAssessment
) -> Tables:
    """Count people: in the whole study, by polygon, and those left out."""
    people = layers.demand["people"].to_numpy(np.float64)
    areas = [coverage_by_area(assessment.results, people, shares, frame) for frame, shares in _shares(layers)]
    by_area = pd.concat(areas, ignore_index=True) if areas else pd.DataFrame()
    return Tables(
        coverage=coverage_table(assessment.results, people),
        within=people_within(times, people, study.minutes),
        by_area=by_area,
        gaps=gaps_table(by_area) if len(by_area) else by_area,
        grid_minutes=_by_grid_and_minutes(study, times, people, layers),
    )


def _shares(layers: Layers) -> list[tuple[gpd.GeoDataFrame, sparse.csr_array]]:
    """Return polygons with who belongs to them: grids part the study, areas may overlap."""
    return [
        (frame, area_shares(layers.demand, frame, overlap=overlap))
        for frame, overlap in ((layers.grids, False), (layers.areas, True))
        if len(frame)
    ]


def _by_grid_and_minutes(
    study: Study, times: dict[str, NearestTimes], people: np.ndarray, layers: Layers
) -> pd.DataFrame:
    rows = [
        pd.DataFrame(
            {
                "grid_id": frame["id"],
                "category": category,
                "minutes": float(minutes),
                "people": (shares @ people)[: len(frame)],
                "people_covered": (shares @ (people * within(found.seconds[:, 0], minutes * 60)))[
                    : len(frame)
                ],
            }
        )
        for frame, shares in _shares(layers)
        for category, found in times.items()
        for minutes in study.minutes
    ]
    columns = ["grid_id", "category", "minutes", "people", "people_covered"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def station_isochrones(
    network: StreetNetwork,
    layers: Layers,
    joined: Joined,
    minutes: tuple[float, ...],
    *,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of each station: ``facility_id, minutes, geometry``."""
    stations = np.flatnonzero((layers.facilities["kind"] == "station").to_numpy())
    rings = isochrones(network, joined.facilities.take(stations), minutes=minutes, progress=progress)
    identified = layers.facilities["id"].to_numpy()[stations[rings["place"]]] if len(rings) else []
    return gpd.GeoDataFrame(
        {"facility_id": identified, "minutes": rings["minutes"]}, geometry=rings.geometry, crs=4326
    )
