"""What a run, a plan and a check found out: values that `api` fills and this room shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.assessment.access import AccessResult
from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.case import Case
from geo.assessment.catchments.tables import PlaceTables
from geo.assessment.cuts import Cut
from geo.assessment.gain.layer import GainLayer
from geo.assessment.joins import DOUBTFUL_COLUMNS, LayerJoins, joins_of_layers
from geo.assessment.land import LandResult
from geo.assessment.tables import AssessmentTables
from geo.assessment.traveller import Traveller
from geo.assessment.week import WeekTables
from geo.errors import Fault
from geo.joins.barriers import Barriers
from geo.ledgers.tables import NeedTables
from geo.measures.requirements import LifeCircleAssessment, NearestTimes
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile
from geo.network.snap import AccessPoints
from geo.siting import Alternatives, Curve, Phasing, Plan, Problem, Regret, Rules, SiteShare, TravelTimes
from geo.siting.coverage import (
    before_and_after,
    covered_as_asked,
    people_counted,
    people_within,
    shares_of_first,
)
from geo.text import Text
from geo.types import Floats
from layers.ledgers.firms import FirmTables
from layers.ledgers.functions import StationFunctions
from layers.ledgers.matching import MatchTables
from layers.load import Layers, all_polygons
from layers.osm.basemap import Basemap
from layers.osm.elevation import ElevationReport
from layers.rows.report import LayerReport
from layers.siting_blocks import Block
from layers.study.changes import Change
from layers.study.mend import MendingLine
from layers.study.model import STUDY_FILE, Study
from layers.study.siting.question import SiteQuestion


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StudyResult:
    """Everything a run found out.

    One result is followed from here through every output by its field: ``land``, say, is read by
    `maps.book.sheets` (sheets and CSV), `maps.geodata` (``results.gpkg``), `maps.words.summary` (screen),
    `api.record` (``run.json``) and `api.http.answers`.

    Attributes
    ----------
    study, standard, layers, ground
        What was asked, by which standard, of which data; what all cases share.
    cases
        The assessment of each case, in the order of the study.
    tables
        What they say, counted; every table names the case of each row.
    land
        Coverage of the residential land; empty where no layer holds any.
    access
        Measures of accessibility of every demand point; empty where the study does not ask for them.
    needs
        What the ledgers of needs come to; without rows where there are none.
    places
        Stations, centres, merchants and candidates, each from its own side.
    functions
        Stations and centres against the functions to be found.
    matches
        Resources matched to rooms; None where the study has neither.
    firms
        Enterprises by grid and by officer; None where the study has none.
    week
        Coverage by the hour; empty where the study does not ask for it.
    isochrones
        ``case, facility_id, minutes, geometry`` of the stations.
    gain
        People left out today whom a place at each junction would cover.
    cut_off
        Ways of people who have a service near as the crow flies and far on foot.
    basemap
        What lies under the data on a map.
    candidate_access
        The candidates of the study joined to the streets of the first case.
    seconds
        Seconds each step took, by its English name.
    street_notes
        What was assumed when a layer of lines was joined to streets.
    timed_streets
        Ways and gates that are open at some hours only; 0 where the study does not ask for its week.
    run_id
        Short id of what the run was made of; stands on sheets and maps, empty until these are written.
    change
        The change that the study was assessed under; None for the study as it stands.
    """

    study: Study
    standard: Standard
    layers: Layers
    ground: Ground
    cases: tuple[CaseAssessment, ...]
    tables: AssessmentTables
    land: LandResult
    access: AccessResult
    needs: NeedTables
    places: PlaceTables
    functions: StationFunctions
    matches: MatchTables | None
    firms: FirmTables | None
    week: WeekTables
    isochrones: gpd.GeoDataFrame
    cut_off: gpd.GeoDataFrame
    basemap: Basemap
    candidate_access: AccessPoints
    seconds: dict[str, float]
    street_notes: tuple[Text, ...] = ()
    timed_streets: int = 0
    run_id: str = ""
    change: Change | None = None
    gain: tuple[GainLayer, ...] = ()

    def joins_of(self, case: CaseAssessment) -> tuple[LayerJoins, ...]:
        """Return how the rows of each layer are joined to the streets in a case; candidates in the first."""
        layers, traveller = self.layers, case.traveller
        return joins_of_layers(
            traveller.network,
            demand=(traveller.demand, layers.demand["layer"]),
            facilities=(traveller.facilities, layers.facilities["layer"]),
            candidates=(self.candidate_access, layers.candidates["layer"]),
            people=case.people,
            max_snap_metres=self.study.max_snap_metres,
        )

    @property
    def first(self) -> CaseAssessment:
        """The case shown first."""
        return self.cases[0]

    @property
    def profile(self) -> Profile:
        """Who travels in the first case."""
        return self.first.traveller.profile

    @property
    def network(self) -> StreetNetwork:
        """The streets of the first case."""
        return self.first.traveller.network

    @property
    def times(self) -> dict[str, NearestTimes]:
        """The travel times of the first case."""
        return self.first.times

    @property
    def assessment(self) -> LifeCircleAssessment:
        """The tests of the first case."""
        return self.first.assessment

    @property
    def joined(self) -> Traveller:
        """People and facilities of the first case, joined to the streets."""
        return self.first.traveller

    @property
    def polygons(self) -> gpd.GeoDataFrame:
        """Grids and areas in one frame."""
        return all_polygons(self.layers)

    @property
    def denominators(self) -> pd.DataFrame:
        """Coverage of what is counted beside people: dwellings, floor area, residential land."""
        tables = [table for table in (self.tables.denominators, self.land.coverage) if len(table)]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SitingResult:
    """A plan and everything it rests on.

    Attributes
    ----------
    category, name
        The service, and what it is called.
    minutes
        Within which people are covered.
    sites
        ``id, name, cost, existing, geometry``: what stands and counts, then the candidates that are
        joined to a street; one row a row of ``times``.
    off_street
        Candidates that lie too far from any street to be used.
    not_counted
        Places of the service that exist or are planned and do not count in the case and on the day.
    beyond
        People whom no site reaches, left out of the goal ``worst`` (of which there would be no answer).
    plan, insisted, curve, near
        The plan; what the sites insisted on cost; the curve; near-equal plans, the best first.
    before, after
        Seconds from every demand point to the nearest site, today and with the plan; ``inf``: none.
    people
        People counted at every demand point.
    rules
        What the plan keeps, as the engine was asked.
    phasing
        The years; None where they are not asked for.
    cases, blocks
        The cases that the plan is to suit and their times; tables and map show the first.
    as_asked
        People covered at every demand point today and with the plan, where room or backups count; else None.
    categories
        The services planned for, the first being ``category``; a person reaches them when all are reached.
    people_access, facility_access
        People and all facilities of the study, joined to the streets.
    joins
        How people, what stands and the candidates are joined to the streets, by layer.
    run_id
        Short id of what the plan was made of; stands on sheets and map, empty until these are written.
    """

    study: Study
    question: SiteQuestion
    case: Case
    category: str
    name: Text
    minutes: float
    layers: Layers
    network: StreetNetwork
    sites: gpd.GeoDataFrame
    off_street: int
    not_counted: int
    beyond: float
    times: TravelTimes
    problem: Problem
    plan: Plan
    insisted: Regret | None
    curve: Curve
    near: Alternatives
    before: Floats
    after: Floats
    people: Floats
    cuts: tuple[Cut, ...]
    isochrones: gpd.GeoDataFrame
    basemap: Basemap
    rules: Rules
    phasing: Phasing | None
    cases: tuple[Case, ...]
    blocks: tuple[Block, ...]
    categories: tuple[str, ...]
    as_asked: tuple[Floats, Floats] | None
    people_access: AccessPoints
    facility_access: AccessPoints
    joins: tuple[LayerJoins, ...]
    run_id: str = ""

    @property
    def polygons(self) -> gpd.GeoDataFrame:
        """Grids and areas in one frame."""
        return all_polygons(self.layers)

    @property
    def candidates(self) -> int:
        """How many candidates could be chosen."""
        return int((~self.sites["existing"]).sum())

    @property
    def counted(self) -> float:
        """People as they count in the goal, over all cases and services."""
        return max(people_counted(self.problem, self.plan.goal, self.rules), 1e-12)

    def covered(self, seconds: Floats, minutes: float | None = None) -> Floats:
        """Return the people of each demand point who are there within the minutes, inclusive.

        Within the minutes of the question room and backups count too, where the question asks for them.
        """
        if self.as_asked is not None and minutes in (None, self.minutes):
            return self.as_asked[0 if seconds is self.before else 1]
        return people_within(seconds, self.people, minutes=self.minutes if minutes is None else minutes)

    @property
    def site_shares(self) -> tuple[SiteShare, ...]:
        """What each open site does in the first case, each person counted once."""
        decays = self.question.decay != "none"
        if len(self.cases) * len(self.categories) == 1 and not decays:
            return self.plan.sites
        entries = len(self.people) * len(self.categories)
        # Decay is what a person counts for in the goal; the tables count people.
        rules = replace(self.rules, decay=None) if decays else self.rules
        return shares_of_first(self.problem, rules, self.plan, entries=entries)

    def covered_by(self, plan: Plan) -> float:
        """Return how many people another plan covers in the first case, each once; ``nan`` without a plan."""
        if not np.isfinite(plan.value):
            return float("nan")
        if len(self.cases) * len(self.categories) == 1 and self.question.decay == "none":
            return plan.people_covered
        asked = covered_as_asked(self.problem, plan.goal, self.rules, plan, self.people)
        if asked is not None:
            return float(asked[1].sum())
        _, after = before_and_after(self.times, self.problem.sites, plan)
        return float(people_within(after, self.people, minutes=self.minutes).sum())

    def without_room(self, seconds: Floats, minutes: float | None = None) -> Floats:
        """Return the people of each demand point who are there within the minutes and find no room.

        Nobody where the question leaves room aside; of backups nothing is said here.
        """
        if self.as_asked is None or self.question.copies > 1:
            return np.zeros(len(self.people))
        there = people_within(seconds, self.people, minutes=self.minutes if minutes is None else minutes)
        return np.maximum(there - self.covered(seconds, minutes), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapFigures:
    """How far the accepted points of a layer lie from the nearest street.

    Attributes
    ----------
    points, beyond
        How many points were measured, and how many are farther than the study allows.
    median_metres, most_metres
        Half, and 95 % of the points are at most this far; ``inf`` where no street is anywhere near.
    """

    points: int
    beyond: int
    median_metres: float
    most_metres: float

    @classmethod
    def of(cls, metres: Floats, *, max_snap_metres: float) -> SnapFigures | None:
        """Return the figures of some distances to the nearest street; None where there are none.

        Both quantiles are distances that occur: nothing is interpolated, so that ``inf`` does no harm.

        Examples
        --------
        >>> figures = SnapFigures.of(np.array([5.0, 10.0, 900.0]), max_snap_metres=200)
        >>> figures.points, figures.beyond, figures.median_metres, figures.most_metres
        (3, 1, 10.0, 900.0)
        """
        if metres.size == 0:
            return None
        half, most = np.quantile(metres, [0.5, 0.95], method="inverted_cdf")
        beyond = int((metres > max_snap_metres).sum())
        return cls(points=metres.size, beyond=beyond, median_metres=float(half), most_metres=float(most))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LayerCheck:
    """What a check found out about one layer.

    Attributes
    ----------
    report
        Counts, faults, columns and coordinates.
    accepted
        Geometry of the accepted rows, EPSG:4326.
    snap
        How far its points lie from the streets; None for polygons and where the streets are not known.
    joins
        How its rows are joined to the streets; None where they are not.
    hidden
        Rows of small groups (`maps.small_groups`), which are not among `accepted` and leave no exact place.
    """

    report: LayerReport
    accepted: gpd.GeoSeries
    snap: SnapFigures | None = None
    joins: LayerJoins | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CheckResult:
    """Everything a check found out.

    Attributes
    ----------
    faults
        What is wrong beside the layers: the streets, the profile, the standard.
    layers
        In the order of the study.
    network
        The streets of the first case; None where they cannot be read.
    elevation
        How the elevations cover these streets; None where there are none or nobody heeds them.
    file
        The study file that was checked.
    timed_streets
        Ways and gates of the extract that are open at some hours only.
    street_notes
        What was assumed when a layer of lines was joined to streets.
    lines
        Lines of the study file that mend it, or that only its author can decide on.
    fixed
        The study file with those that are sure applied; empty where there is nothing to mend.
    doubtful
        The doubtful joins, as `geo.assessment.joins.doubtful_joins`; none of small groups.
    private_joins
        How many doubtful joins are of small groups, and not shown.
    barriers
        What lies between places and streets; None where the streets are not known.
    decided
        What the study itself decides of joins, in words.
    """

    study: Study
    faults: tuple[Fault, ...]
    layers: tuple[LayerCheck, ...]
    file: Path = Path(STUDY_FILE)
    network: StreetNetwork | None = None
    elevation: ElevationReport | None = None
    timed_streets: int = 0
    street_notes: tuple[Text, ...] = ()
    lines: tuple[MendingLine, ...] = ()
    fixed: str = ""
    doubtful: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DOUBTFUL_COLUMNS)))
    private_joins: int = 0
    barriers: Barriers | None = None
    decided: tuple[Text, ...] = ()

    @property
    def barrier_lines(self) -> tuple[Floats, npt.NDArray[np.uint16]]:
        """Straight pieces of barriers, both ends in degrees, and what each is doubted for."""
        if self.barriers is None:
            return np.empty((0, 4)), np.empty(0, np.uint16)
        return self.barriers.lines, self.barriers.kind

    @property
    def joins(self) -> tuple[LayerJoins, ...]:
        """How the rows of the layers are joined to the streets."""
        return tuple(layer.joins for layer in self.layers if layer.joins is not None)

    @property
    def reports(self) -> tuple[LayerReport, ...]:
        """The reports of the layers."""
        return tuple(layer.report for layer in self.layers)

    @property
    def snaps(self) -> dict[str, SnapFigures]:
        """The distances to the streets by id of the layer, where they were measured."""
        return {layer.report.id: layer.snap for layer in self.layers if layer.snap is not None}

    @property
    def sound(self) -> bool:
        """Whether the study can be run."""
        return not self.faults and not any(report.faults for report in self.reports)
