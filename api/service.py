"""What the HTTP service keeps of a run, and the questions it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from api.map_content import map_content
from api.models import CategoryReach, CoverageHere, GridHere, NearestFacility
from api.outputs import geopackage_layers
from api.pipeline import StudyResult
from api.settings import Settings
from api.summary import category_name
from geo.errors import Fault, InputError
from geo.isochrones import isochrones
from geo.snap import AccessPoints, snap
from geo.text import Text
from geo.travel import nearest_by_category
from maps.web_map import render_map


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

    def coverage_at(self, lon: float, lat: float) -> CoverageHere:
        """Return what is reachable from a place within the study's minutes, and in which grid it lies."""
        result = self.result
        here = self._join(lon, lat)
        times = nearest_by_category(
            result.network,
            here,
            result.joined.facilities,
            result.layers.facilities["category"],
            result.standard,
        )
        reach = [
            self._reach(category, found.seconds[0, 0], int(found.facility_index[0, 0]))
            for category, found in times.items()
        ]
        return CoverageHere(
            lon=lon,
            lat=lat,
            metres_to_street=round(float(here.snap_metres[0]), 1),
            profile=result.profile.id,
            minutes=result.study.minutes,
            grids=self._grids_at(lon, lat),
            categories=reach,
        )

    def isochrone_at(self, lon: float, lat: float, minutes: list[float]) -> gpd.GeoDataFrame:
        """Return the ground within reach of a place."""
        if max(minutes) > self.max_minutes:
            raise InputError([_too_long(self.max_minutes)])
        return isochrones(self.result.network, self._join(lon, lat), minutes=minutes, towards=False)

    def _join(self, lon: float, lat: float) -> AccessPoints:
        limit = self.result.study.max_snap_metres
        here = snap(self.result.network, ([lon], [lat]), max_snap_metres=limit)
        if not here.snapped[0]:
            raise InputError([_off_the_streets(lon, lat, limit)])
        return here

    def _reach(self, category: str, seconds: float, index: int) -> CategoryReach:
        result = self.result
        facility = None
        if index >= 0:
            row = result.layers.facilities.iloc[index]
            facility = NearestFacility(id=row["id"], name=row["name"], lon=row.geometry.x, lat=row.geometry.y)
        minutes = seconds / 60 if np.isfinite(seconds) else None
        name = category_name(result, category)
        return CategoryReach(
            category=category,
            name_en=name.en,
            name_zh=name.zh,
            minutes=None if minutes is None else round(minutes, 2),
            within=[limit for limit in result.study.minutes if minutes is not None and minutes <= limit],
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


def _too_long(limit: float) -> Fault:
    return Fault(
        Text("this isochrone is too long", "等时圈时长过长"),
        Text(f"Ask for at most {limit:g} minutes", f"最多 {limit:g} 分钟"),
        source="minutes",
        code="too-many-minutes",
    )
