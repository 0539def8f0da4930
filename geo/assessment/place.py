"""What can be reached from places: the nearest facility of each category, and the ground within minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.room import people_limits
from geo.blocks import Progress
from geo.joins.barriers import Barriers
from geo.limits import SECONDS_PER_MINUTE
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.search.isochrones import isochrones
from geo.types import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestPlace:
    """The nearest facility of a category from one place.

    Attributes
    ----------
    category
        Id of the category.
    seconds
        Travel time from the place to the facility; ``inf`` where none is reached.
    facility
        Position of the facility in the frame of facilities; None where none is reached.
    entrance
        Name of the gate by which it is entered; None where it has none.
    hours_unknown
        How many places of the category are left out, for it is not known whether they are open at the hour.
    limit_unknown
        How many of those looked at cover nobody in the assessment, for others of the category say how many
        people they can serve and these do not.
    """

    category: str
    seconds: float
    facility: int | None
    entrance: str | None = None
    hours_unknown: int = 0
    limit_unknown: int = 0

    @property
    def minutes(self) -> float | None:
        """The travel time in minutes; None where no facility is reached."""
        return self.seconds / SECONDS_PER_MINUTE if math.isfinite(self.seconds) else None


def join_place(
    network: StreetNetwork,
    lon: float,
    lat: float,
    *,
    max_snap_metres: float,
    barriers: Barriers | None = None,
) -> AccessPoints | None:
    """Return a place joined to the nearest street; None where no street lies within the metres."""
    place = snap(network, ([lon], [lat]), max_snap_metres=max_snap_metres, barriers=barriers)
    return place if place.snapped[0] else None


def metres_to_street(place: AccessPoints) -> float:
    """Return the straight-line metres from a place to the street it was joined to."""
    return float(place.snap_metres[0])


def nearest_from(place: AccessPoints, ground: Ground, assessed: CaseAssessment) -> list[NearestPlace]:
    """Return the nearest facility of every category, among those that can be used in the case.

    A place whose hours are not known cannot where the case asks for an hour.
    """
    traveller, usable = assessed.traveller, assessed.usable
    limits = people_limits(ground.facilities)
    here = traveller.starting_at(place)
    found = []
    for category, where in ground.wanted.items():
        open_now = where[usable.now[where]]
        nearest = here.times(category, open_now, k=1)
        facility = int(nearest.facility_index[0, 0])
        unknown = np.isnan(limits[open_now])
        found.append(
            NearestPlace(
                category=category,
                seconds=float(nearest.seconds[0, 0]),
                facility=facility if facility >= 0 else None,
                hours_unknown=int(usable.hours_unknown[where].sum()),
                limit_unknown=0 if unknown.all() else int(unknown.sum()),
                entrance=here.entrance_names(open_now)[0],
            )
        )
    return found


def isochrones_from(
    place: AccessPoints, network: StreetNetwork, minutes: Sequence[float]
) -> gpd.GeoDataFrame:
    """Return the ground that is reached from a place, one polygon a limit."""
    return isochrones(network, place, minutes=list(minutes), towards=False)


def polygons_at(polygons: gpd.GeoDataFrame, lon: float, lat: float) -> gpd.GeoDataFrame:
    """Return the polygons, in WGS84, that hold a place or have it on their boundary."""
    if not len(polygons):
        return polygons
    return polygons[shapely.intersects_xy(polygons.geometry.to_numpy(), lon, lat)]


def place_isochrones(
    network: StreetNetwork,
    places: AccessPoints,
    ids: pd.Series,
    chosen: Index | Sequence[int],
    *,
    minutes: tuple[float, ...],
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of some places.

    Parameters
    ----------
    places, ids
        Places joined to the streets, and their ids.
    chosen
        Positions of the places that are wanted.

    Returns
    -------
    GeoDataFrame
        `facility_id, minutes, geometry` in EPSG:4326.
    """
    positions = np.asarray(chosen, dtype=np.int64)
    rings = isochrones(network, places.take(positions), minutes=minutes, progress=progress)
    identified = ids.to_numpy()[positions[rings["place"]]] if len(rings) else []
    columns = {"facility_id": identified, "minutes": rings["minutes"]}
    return gpd.GeoDataFrame(columns, geometry=rings.geometry, crs=4326)


def station_isochrones(
    answers: tuple[CaseAssessment, ...],
    facilities: gpd.GeoDataFrame,
    minutes: tuple[float, ...],
    *,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of each working station, drawn once for equal travellers.

    Returns
    -------
    GeoDataFrame
        `case, facility_id, minutes, geometry` in EPSG:4326.
    """
    is_station = (facilities["kind"] == "station").to_numpy()
    known: dict[tuple[str, bytes], gpd.GeoDataFrame] = {}
    frames = []
    for answer in answers:
        stations = np.flatnonzero(is_station & answer.usable.any_hour)
        key = (answer.case.streets, stations.tobytes())
        if key not in known:
            known[key] = place_isochrones(
                answer.traveller.network,
                answer.traveller.facilities,
                facilities["id"],
                stations,
                minutes=minutes,
                progress=progress,
            )
        frame = known[key].copy()
        frame.insert(0, "case", answer.case.id)
        frames.append(frame)
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]
