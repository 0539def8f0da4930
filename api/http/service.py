"""What the HTTP service keeps of a run, and the questions it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from api.http.answers import assessment_answer, case_summary
from api.http.asked import Place, place_warnings
from api.http.faults import no_such_case, off_the_streets, too_long
from api.http.models import (
    About,
    AssessmentAnswer,
    CaseSummary,
    CategoryReach,
    CoverageHere,
    GridHere,
    NearestFacility,
)
from api.made_of import run_made_of
from api.settings import Settings
from geo.assessment.assess import CaseAssessment
from geo.assessment.place import NearestPlace, PreparedPlaces
from geo.errors import InputError
from geo.limits import limits_met, minutes_to_seconds, shown_minutes
from geo.network.snap import AccessPoints
from geo.text import Text
from layers.study.age import data_date
from layers.write.table import Table
from maps.book.ledgers.answers import may_be_answered
from maps.book.sheets import edition_of
from maps.book.spec import csv_tables
from maps.geodata.run import run_layers
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.published import may_be_published
from maps.result import StudyResult
from maps.served.features import ServedFeatures
from maps.served.rings import rings_around
from maps.served.sources import sources_of
from maps.values import point_rows, table_rows
from maps.words.place import CUT_OFF, left_out_words
from maps.words.summary import category_name


@dataclass(frozen=True, eq=False, kw_only=True)
class Service:
    """A finished run, with its map and layers ready to be sent.

    Everything that is answered comes from this one value: an answer never mixes two runs.
    """

    result: StudyResult
    map_html: str
    max_minutes: float

    @classmethod
    def of(cls, result: StudyResult, settings: Settings) -> Service:
        """Prepare a run for serving: searches, layers and map, so that no request waits for them."""
        result = replace(result, run_id=result.run_id or run_made_of(result).id)
        service = cls(
            result=result, map_html=render_map(map_content(result)), max_minutes=settings.max_minutes
        )
        for case in result.cases:
            service.prepared(case)
        for layer in service.layers.values():
            layer.features(range(min(len(layer), 1)))
        return service

    @classmethod
    def without_map(cls, result: StudyResult, *, max_minutes: float) -> Service:
        """Return a run for one answer."""
        result = replace(result, run_id=result.run_id or run_made_of(result).id)
        return cls(result=result, map_html="", max_minutes=max_minutes)

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self.result.run_id

    @cached_property
    def layers(self) -> dict[str, ServedFeatures]:
        """The layers of ``results.gpkg`` by key, those without rows among them."""
        served = {}
        for table in run_layers(self.result, empty=True):
            licences, attributions = sources_of(self.result.study, table.key)
            served[table.key] = ServedFeatures.of(table, licences=licences, attributions=attributions)
        return served

    def tag(self, *parts: str) -> str:
        """Return the tag of an answer that the run and what was asked decide."""
        digest = hashlib.blake2b("\n".join((self.run_id, *parts)).encode("utf-8", "replace"), digest_size=12)
        return f'"{digest.hexdigest()}"'

    def whole_layer(self, key: str) -> str:
        """Return a layer as a GeoJSON FeatureCollection with what it rests on."""
        layer = self.layers[key]
        said = {"about": self.about(layer=key).model_dump(), "numberReturned": len(layer)}
        members = json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:-1]
        return f'{{"type":"FeatureCollection",{members},"features":{layer.features(range(len(layer)))}}}'

    @cached_property
    def _prepared(self) -> dict[str, PreparedPlaces]:
        return {}

    def prepared(self, assessed: CaseAssessment) -> PreparedPlaces:
        """Return what places are asked in a case, prepared once."""
        key = assessed.case.id
        if key not in self._prepared:
            self._prepared[key] = PreparedPlaces.of(
                self.result.ground,
                assessed,
                polygons=self.result.polygons,
                barriers=self.result.layers.barriers,
                max_snap_metres=self.result.study.max_snap_metres,
            )
        return self._prepared[key]

    @cached_property
    def _facilities(self) -> list[NearestFacility | None]:
        """Each facility as it is named in answers; None where its layer is not published."""
        frame = self.result.layers.facilities
        shown = may_be_published(self.result.study, frame)
        return [
            NearestFacility.model_validate(row) if published else None
            for row, published in zip(point_rows(frame, ("id", "name")), shown, strict=True)
        ]

    @cached_property
    def _polygons(self) -> list[GridHere]:
        return [
            GridHere(id=row["id"], name=row["name"], kind=row["kind"])
            for row in table_rows(self.result.polygons)
        ]

    @cached_property
    def _names(self) -> dict[str, Text]:
        return {each: category_name(self.result, each) for each in self.result.ground.wanted}

    @cached_property
    def _abouts(self) -> dict[str | None, About]:
        return {}

    def about(self, assessed: CaseAssessment | None = None, layer: str = "") -> About:
        """Return what an answer rests on."""
        result, profile = self.result, None if assessed is None else assessed.traveller.profile.id
        key = f"{profile}/{layer}"
        if key not in self._abouts:
            licences, attributions = sources_of(result.study, layer)
            self._abouts[key] = About(
                study=result.study.name,
                run=self.run_id,
                data_date=data_date(result.study).isoformat(),
                standard=result.standard.id,
                profile=profile,
                licences=list(licences),
                attributions=list(attributions),
            )
        return self._abouts[key]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables that the run writes as CSV and others may see, by key."""
        tables = csv_tables(edition_of(self.result))
        named = {name.removesuffix(".csv"): table for name, table in tables.items()}
        return {key: table for key, table in named.items() if may_be_answered(self.result, key)}

    @property
    def cases(self) -> list[CaseSummary]:
        """The cases of the study."""
        return [case_summary(self.result, assessed) for assessed in self.result.cases]

    def assessment(self, case: str | None, most_gaps: int) -> AssessmentAnswer:
        """Return the numbers of the workbook for one case, the first where none is named."""
        assessed = self.case_of(case)
        return assessment_answer(self.result, assessed, about=self.about(assessed), most_gaps=most_gaps)

    def coverage_at(self, asked: Place, case: str | None = None) -> CoverageHere:
        """Return what is reachable from a place within the study's minutes, and in which grid it lies."""
        result, assessed = self.result, self.case_of(case)
        prepared, (lon, lat) = self.prepared(assessed), asked.wgs84
        place = self.join(asked, prepared)
        connected, end = prepared.connected(place), prepared.seconds_to_end(place)
        return CoverageHere(
            about=self.about(assessed),
            place=asked.answered(),
            warnings=place_warnings(asked, prepared, float(place.snap_metres[0])),
            lon=lon,
            lat=lat,
            metres_to_street=round(float(place.snap_metres[0]), 1),
            connected=connected,
            cause_en=None if connected else CUT_OFF.en,
            cause_zh=None if connected else CUT_OFF.zh,
            truncated=end <= minutes_to_seconds(max(result.study.minutes)),
            minutes_to_end=shown_minutes(end),
            case=assessed.case.id,
            profile=assessed.traveller.profile.id,
            minutes=result.study.minutes,
            grids=[self._polygons[position] for position in prepared.polygons_at(lon, lat)],
            categories=[self._reach(nearest) for nearest in prepared.nearest(place)],
        )

    def isochrone_at(
        self, asked: Place, minutes: Sequence[float], case: str | None = None, *, towards: bool = False
    ) -> str:
        """Return the ground within reach of a place (or from which it is reached), as GeoJSON."""
        if max(minutes) > self.max_minutes:
            raise InputError([too_long(self.max_minutes)])
        assessed = self.case_of(case)
        prepared = self.prepared(assessed)
        place = self.join(asked, prepared)
        end = prepared.seconds_to_end(place)
        rings = rings_around(
            prepared,
            place,
            minutes,
            towards=towards,
            more={"case": assessed.case.id, "profile": assessed.traveller.profile.id},
            seconds_to_end=end,
        )
        said = {
            "about": self.about(assessed).model_dump(),
            "place": asked.answered().model_dump(),
            "warnings": [
                each.model_dump() for each in place_warnings(asked, prepared, float(place.snap_metres[0]))
            ],
            "connected": prepared.connected(place),
            "truncated": end <= minutes_to_seconds(max(minutes)),
            "numberReturned": len(minutes),
        }
        members = json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:-1]
        return f'{{"type":"FeatureCollection",{members},"features":{rings}}}'

    def case_of(self, name: str | None) -> CaseAssessment:
        """Return the case of that id, the first where none is named."""
        if name is None:
            return self.result.first
        for assessed in self.result.cases:
            if assessed.case.id == name:
                return assessed
        raise InputError([no_such_case(name, [assessed.case.id for assessed in self.result.cases])])

    def join(self, asked: Place, prepared: PreparedPlaces) -> AccessPoints:
        """Return a place joined to the streets of a case.

        Raises
        ------
        NotHereError
            Where no street is near enough; says so where it would be in another system.
        """
        lon, lat = asked.wgs84
        place = prepared.join([lon], [lat])
        if not place.snapped[0]:
            raise off_the_streets(asked.lon, asked.lat, asked.crs, prepared)
        return place

    def _reach(self, nearest: NearestPlace) -> CategoryReach:
        facility = None if nearest.facility is None else self._facilities[nearest.facility]
        if facility is not None and nearest.entrance is not None:
            facility = facility.model_copy(update={"entrance": nearest.entrance})
        name, said = self._names[nearest.category], left_out_words(nearest)
        return CategoryReach(
            category=nearest.category,
            name_en=name.en,
            name_zh=name.zh,
            minutes=shown_minutes(nearest.seconds),
            within=limits_met(nearest.seconds, self.result.study.minutes),
            nearest=facility,
            withheld=nearest.facility is not None and facility is None,
            hours_unknown_places=nearest.hours_unknown,
            limit_unknown_places=nearest.limit_unknown,
            left_out_en=None if said is None else said.en,
            left_out_zh=None if said is None else said.zh,
        )
