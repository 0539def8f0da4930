"""What the HTTP service keeps of a run, and the questions it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from api.http.answers import assessment_answer, case_summary
from api.http.models import (
    AssessmentAnswer,
    CaseSummary,
    CategoryReach,
    CoverageHere,
    GridHere,
    NearestFacility,
)
from api.settings import Settings
from geo.assessment.assess import CaseAssessment
from geo.assessment.place import (
    NearestPlace,
    isochrones_from,
    join_place,
    metres_to_street,
    nearest_from,
    polygons_at,
)
from geo.errors import Fault, InputError
from geo.limits import limits_met
from geo.network.snap import AccessPoints
from geo.text import Text
from layers.write.table import Table
from maps.book.sheets import edition_of
from maps.book.spec import csv_tables
from maps.geodata.run import run_layers
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult
from maps.values import geojson, geometry_type, row_at, table_rows
from maps.words.place import left_out_words
from maps.words.summary import category_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLayer:
    """A layer of the results as it is sent: its GeoJSON, and what a list of layers says of it."""

    features: int
    geometry: str
    body: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Service:
    """A finished run, with its map and layers ready to be sent."""

    result: StudyResult
    map_html: str
    max_minutes: float

    @classmethod
    def of(cls, result: StudyResult, settings: Settings) -> Service:
        """Prepare a run for serving."""
        return cls(result=result, map_html=render_map(map_content(result)), max_minutes=settings.max_minutes)

    @cached_property
    def layers(self) -> dict[str, ServedLayer]:
        """The layers of ``results.gpkg`` by key, written as GeoJSON once."""
        return {
            table.key: ServedLayer(
                features=len(table.frame), geometry=geometry_type(table.frame), body=geojson(table.frame)
            )
            for table in run_layers(self.result)
        }

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables that the run writes as CSV, by key."""
        tables = csv_tables(edition_of(self.result))
        return {name.removesuffix(".csv"): table for name, table in tables.items()}

    @property
    def cases(self) -> list[CaseSummary]:
        """The cases of the study."""
        return [case_summary(self.result, assessed) for assessed in self.result.cases]

    def assessment(self, case: str | None, most_gaps: int) -> AssessmentAnswer:
        """Return the numbers of the workbook for one case, the first where none is named."""
        return assessment_answer(self.result, self.case_of(case), most_gaps=most_gaps)

    def coverage_at(self, lon: float, lat: float, case: str | None = None) -> CoverageHere:
        """Return what is reachable from a place within the study's minutes, and in which grid it lies."""
        result, assessed = self.result, self.case_of(case)
        place = self._join(lon, lat, assessed)
        return CoverageHere(
            lon=lon,
            lat=lat,
            metres_to_street=round(metres_to_street(place), 1),
            case=assessed.case.id,
            profile=assessed.traveller.profile.id,
            minutes=result.study.minutes,
            grids=[
                GridHere(id=row["id"], name=row["name"], kind=row["kind"])
                for row in table_rows(polygons_at(result.polygons, lon, lat))
            ],
            categories=[self._reach(nearest) for nearest in nearest_from(place, result.ground, assessed)],
        )

    def isochrone_at(self, lon: float, lat: float, minutes: list[float], case: str | None = None) -> str:
        """Return the ground within reach of a place, as GeoJSON."""
        if max(minutes) > self.max_minutes:
            raise InputError([_too_long(self.max_minutes)])
        assessed = self.case_of(case)
        return geojson(isochrones_from(self._join(lon, lat, assessed), assessed.traveller.network, minutes))

    def case_of(self, name: str | None) -> CaseAssessment:
        """Return the case of that id, the first where none is named."""
        if name is None:
            return self.result.first
        for assessed in self.result.cases:
            if assessed.case.id == name:
                return assessed
        raise InputError([_no_such_case(name, [assessed.case.id for assessed in self.result.cases])])

    def _join(self, lon: float, lat: float, assessed: CaseAssessment) -> AccessPoints:
        limit = self.result.study.max_snap_metres
        barriers = self.result.layers.barriers
        place = join_place(assessed.traveller.network, lon, lat, max_snap_metres=limit, barriers=barriers)
        if place is None:
            raise InputError([_off_the_streets(lon, lat, limit)])
        return place

    def _reach(self, nearest: NearestPlace) -> CategoryReach:
        result = self.result
        facility = None
        if nearest.facility is not None:
            row = row_at(result.layers.facilities, nearest.facility)
            facility = NearestFacility(
                id=row["id"],
                name=row["name"],
                lon=row["lon"],
                lat=row["lat"],
                entrance=nearest.entrance,
            )
        name = category_name(result, nearest.category)
        said = left_out_words(nearest)
        return CategoryReach(
            category=nearest.category,
            name_en=name.en,
            name_zh=name.zh,
            minutes=None if nearest.minutes is None else round(nearest.minutes, 2),
            within=limits_met(nearest.seconds, result.study.minutes),
            nearest=facility,
            hours_unknown_places=nearest.hours_unknown,
            limit_unknown_places=nearest.limit_unknown,
            left_out_en=None if said is None else said.en,
            left_out_zh=None if said is None else said.zh,
        )


def _off_the_streets(lon: float, lat: float, limit: float) -> Fault:
    return Fault(
        Text(f"no street lies within {limit:g} m of this place", f"该位置 {limit:g} 米内没有道路"),
        Text("Give a place inside the study, longitude first", "请给出项目范围内的位置，经度在前"),
        source="lon, lat",
        value=f"{lon}, {lat}",
        code="off-the-streets",
    )


def _no_such_case(name: str, known: list[str]) -> Fault:
    return Fault(
        Text("the study has no such case", "项目中没有该情景"),
        Text(f"There are {', '.join(known)}", f"可用：{'、'.join(known)}"),
        source="case",
        value=name[:80],
        code="no-such-case",
    )


def _too_long(limit: float) -> Fault:
    return Fault(
        Text("this isochrone is too long", "等时圈时长过长"),
        Text(f"Ask for at most {limit:g} minutes", f"最多 {limit:g} 分钟"),
        source="minutes",
        code="too-many-minutes",
    )
