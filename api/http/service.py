"""What the HTTP service keeps of a run, and the questions it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

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
from geo.errors import Fault, InputError
from geo.limits import SECONDS_PER_MINUTE, limits_met
from geo.network.snap import AccessPoints, snap
from geo.search.isochrones import isochrones
from geo.text import Text
from maps.frames import geopackage_layers
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult
from maps.words.summary import category_name


@dataclass(frozen=True, eq=False)
class Service:
    """A finished run, with its map and layers made ready to be sent."""

    result: StudyResult
    map_html: str
    layers: dict[str, gpd.GeoDataFrame]
    max_minutes: float

    @classmethod
    def of(cls, result: StudyResult, settings: Settings) -> Service:
        """Prepare a run for serving."""
        return cls(result, render_map(map_content(result)), geopackage_layers(result), settings.max_minutes)

    @cached_property
    def bodies(self) -> dict[str, str]:
        """The layers as GeoJSON, written once."""
        return {name: frame.to_json(drop_id=True) for name, frame in self.layers.items()}

    @property
    def cases(self) -> list[CaseSummary]:
        """The cases of the study."""
        return [case_summary(one) for one in self.result.cases]

    def assessment(self, case: str | None, most_gaps: int) -> AssessmentAnswer:
        """Return the numbers of the workbook for one case, the first where none is named."""
        return assessment_answer(self.result, self._case(case), most_gaps=most_gaps)

    def coverage_at(self, lon: float, lat: float, case: str | None = None) -> CoverageHere:
        """Return what is reachable from a place within the study's minutes, and in which grid it lies."""
        result, one = self.result, self._case(case)
        traveller = one.traveller
        here = self._join(lon, lat, one)
        usable = {category: where[one.usable.now[where]] for category, where in result.ground.wanted.items()}
        there = traveller.starting_at(here)
        times = {category: there.times(category, where, k=1) for category, where in usable.items()}
        reach = [
            self._reach(category, found.seconds[0, 0], int(found.facility_index[0, 0]))
            for category, found in times.items()
        ]
        return CoverageHere(
            lon=lon,
            lat=lat,
            metres_to_street=round(float(here.snap_metres[0]), 1),
            case=one.case.id,
            profile=traveller.profile.id,
            minutes=result.study.minutes,
            grids=self._grids_at(lon, lat),
            categories=reach,
        )

    def isochrone_at(
        self, lon: float, lat: float, minutes: list[float], case: str | None = None
    ) -> gpd.GeoDataFrame:
        """Return the ground within reach of a place."""
        if max(minutes) > self.max_minutes:
            raise InputError([_too_long(self.max_minutes)])
        one = self._case(case)
        network = one.traveller.network
        return isochrones(network, self._join(lon, lat, one), minutes=minutes, towards=False)

    def _case(self, name: str | None) -> CaseAssessment:
        """Return the case of that id, the first where none is named."""
        if name is None:
            return self.result.first
        for one in self.result.cases:
            if one.case.id == name:
                return one
        raise InputError([_no_such_case(name, [one.case.id for one in self.result.cases])])

    def _join(self, lon: float, lat: float, one: CaseAssessment) -> AccessPoints:
        limit = self.result.study.max_snap_metres
        here = snap(one.traveller.network, ([lon], [lat]), max_snap_metres=limit)
        if not here.snapped[0]:
            raise InputError([_off_the_streets(lon, lat, limit)])
        return here

    def _reach(self, category: str, seconds: float, index: int) -> CategoryReach:
        result = self.result
        facility = None
        if index >= 0:
            row = result.layers.facilities.iloc[index]
            facility = NearestFacility(id=row["id"], name=row["name"], lon=row.geometry.x, lat=row.geometry.y)
        reached = np.isfinite(seconds)
        name = category_name(result, category)
        return CategoryReach(
            category=category,
            name_en=name.en,
            name_zh=name.zh,
            minutes=round(seconds / SECONDS_PER_MINUTE, 2) if reached else None,
            within=limits_met(seconds, result.study.minutes),
            nearest=facility,
        )

    def _grids_at(self, lon: float, lat: float) -> list[GridHere]:
        polygons = self.result.polygons
        inside = (
            polygons[shapely.intersects_xy(polygons.geometry.to_numpy(), lon, lat)]
            if len(polygons)
            else polygons
        )
        return [
            GridHere(id=row.id, name=row.name_, kind=row.kind)
            for row in inside.rename(columns={"name": "name_"}).itertuples()
        ]


def _off_the_streets(lon: float, lat: float, limit: float) -> Fault:
    return Fault(
        Text(f"no street lies within {limit:g} m of this place", f"该位置 {limit:g} 米内没有道路"),
        Text("Give a place inside the study, longitude first", "请给出研究范围内的位置, 经度在前"),
        source="lon, lat",
        value=f"{lon}, {lat}",
        code="off-the-streets",
    )


def _no_such_case(name: str, known: list[str]) -> Fault:
    return Fault(
        Text("the study has no such case", "研究中没有该情景"),
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
