"""What can be reached from places: the nearest facility of each category, and the ground within minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.room import people_limits
from geo.assessment.traveller import street_end_places
from geo.blocks import Progress
from geo.joins.barriers import Barriers
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.search.isochrones import isochrone_shapes, isochrones
from geo.search.prepared import PreparedNearest, Seeds, seeds_of
from geo.search.reach import sums
from geo.types import Bools, Floats, Index


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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PreparedCategory:
    """One category: the search to its usable facilities, and what is said of those that are left out.

    Attributes
    ----------
    numbered
        Where the usable facilities stand in the frame of facilities, and -1 after them.
    gates
        The search to their entrances and what these are called; None where none has a name.
    """

    category: str
    numbered: Index
    search: PreparedNearest
    gates: tuple[PreparedNearest, npt.NDArray[np.object_]] | None
    hours_unknown: int
    limit_unknown: int

    def times(self, places: AccessPoints | Seeds) -> tuple[Floats, Index]:
        """Return seconds to the nearest and its position in the frame, ``inf`` and -1 where there is none."""
        found = self.search.nearest(places)
        index = found.index[:, 0].astype(np.int64)
        # One more than there are: -1 is the last, and stands for none.
        return found.seconds[:, 0], self.numbered[index]

    def nearest(self, place: AccessPoints | Seeds) -> NearestPlace:
        """Return the nearest facility of one place."""
        seconds, where = self.times(place)
        entrance = None
        if self.gates is not None:
            search, names = self.gates
            gate = int(search.nearest(place).index[0, 0])
            entrance = names[gate] if gate >= 0 else None
        return NearestPlace(
            category=self.category,
            seconds=float(seconds[0]),
            facility=int(where[0]) if where[0] >= 0 else None,
            entrance=entrance,
            hours_unknown=self.hours_unknown,
            limit_unknown=self.limit_unknown,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PreparedPlaces:
    """What is asked of places in one case.

    Attributes
    ----------
    ends
        The search to the places at which the streets were cut; None where they were not.
    polygons
        Index of the grids and areas, in the order of their frame.
    people
        People counted at each demand point, and the points joined to the streets.
    """

    network: StreetNetwork
    barriers: Barriers
    max_snap_metres: float
    categories: tuple[PreparedCategory, ...]
    ends: PreparedNearest | None
    polygons: shapely.STRtree
    people: tuple[Floats, AccessPoints]

    @classmethod
    def of(
        cls,
        ground: Ground,
        assessed: CaseAssessment,
        *,
        polygons: gpd.GeoDataFrame,
        barriers: Barriers,
        max_snap_metres: float,
    ) -> PreparedPlaces:
        """Prepare a case."""
        network, ends = assessed.traveller.network, street_end_places(assessed.traveller, ground.street_ends)
        return cls(
            network=network,
            barriers=barriers,
            max_snap_metres=max_snap_metres,
            categories=tuple(
                _prepared(category, where, ground, assessed) for category, where in ground.wanted.items()
            ),
            ends=None if ends is None else PreparedNearest.of(network, ends),
            polygons=shapely.STRtree(polygons.geometry.to_numpy()),
            people=(assessed.people, assessed.traveller.demand),
        )

    def join(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> AccessPoints:
        """Return places joined to the streets; those too far from any are not."""
        limit = self.max_snap_metres
        return snap(self.network, (lon, lat), max_snap_metres=limit, barriers=self.barriers)

    def nearest(self, place: AccessPoints) -> list[NearestPlace]:
        """Return the nearest facility of every category from one place."""
        here = seeds_of(self.network, place)
        return [category.nearest(here) for category in self.categories]

    def polygons_at(self, lon: float, lat: float) -> list[int]:
        """Return the positions of the polygons that hold a place or have it on their boundary."""
        found = self.polygons.query(shapely.Point(lon, lat), predicate="intersects")
        return sorted(int(position) for position in found)

    def connected(self, place: AccessPoints) -> bool:
        """Return whether the street of a place leads to the rest of the streets."""
        return not bool(self.network.edge_scrap[place.edge[0]])

    def seconds_to_end(self, place: AccessPoints) -> float:
        """Return the travel time to the nearest place at which the streets were cut, ``inf`` for none."""
        return math.inf if self.ends is None else float(self.ends.nearest(place).seconds[0, 0])

    def people_within(self, places: AccessPoints, minutes: tuple[float, ...]) -> Floats:
        """Return people who are reached from each place within each of some limits, [places, limits].

        Where streets take equally long both ways, as on foot without slopes, these are also the people who
        reach the place.
        """
        counted, points = self.people
        weights = np.repeat(counted[:, np.newaxis], len(minutes), axis=1)
        limits = [minutes_to_seconds(limit) for limit in minutes]
        return sums(self.network, places, points, weights, limits_seconds=limits)


def _prepared(category: str, where: Index, ground: Ground, assessed: CaseAssessment) -> PreparedCategory:
    traveller, usable = assessed.traveller, assessed.usable
    open_now = where[usable.now[where]]
    unknown: Bools = np.isnan(people_limits(ground.facilities)[open_now])
    return PreparedCategory(
        category=category,
        numbered=np.append(open_now, -1),
        search=PreparedNearest.of(traveller.network, traveller.facilities.take(open_now)),
        gates=_gates(traveller.network, traveller.facilities, open_now),
        hours_unknown=int(usable.hours_unknown[where].sum()),
        limit_unknown=0 if unknown.all() else int(unknown.sum()),
    )


def _gates(
    network: StreetNetwork, facilities: AccessPoints, positions: Index
) -> tuple[PreparedNearest, npt.NDArray[np.object_]] | None:
    every, owner = facilities.every_place()
    rows = np.flatnonzero(np.isin(owner, positions))
    if every.name is None or not any(name is not None for name in every.name[rows]):
        return None
    return PreparedNearest.of(network, every.take(rows)), every.name[rows]


def rings_of(
    place: AccessPoints, network: StreetNetwork, minutes: Sequence[float], *, towards: bool
) -> list[shapely.MultiPolygon]:
    """Return the ground that is reached from a place, or from which it is reached, one polygon a limit.

    In degrees of WGS84, the shortest limit first.
    """
    return isochrone_shapes(network, place, minutes=list(minutes), towards=towards, threads=1)


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
