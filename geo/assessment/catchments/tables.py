"""What each place has around it, case by case, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geo.assessment.assess import CaseAssessment
from geo.assessment.catchments.gathered import first_polygons, gathered
from geo.assessment.catchments.homes_and_doors import Doors, Homes
from geo.assessment.catchments.outside import near_and_outside
from geo.assessment.gain.catchment import people_reaching
from geo.joins.barriers import Barriers
from geo.limits import MILLISECONDS_PER_MINUTE, limit_milliseconds, minutes_to_seconds
from geo.search.reach import nearest, reachable_blocks
from geo.types import Bools, Floats, Index

PLACES_IN_BLOCK: Final = 256
"""Places whose circles are held at a time."""

PARTNER, STATION, SERVICE = "partner", "station", "service"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PlaceTables:
    """Every place from its own side; each table begins with ``case, place_id``.

    Attributes
    ----------
    people
        ``minutes, group, shift, people``: who gets there within each of the minutes; group and shift are
        missing where the rows of people name none. Small groups are counted together
        (`geo.assessment.catchments.gathered`).
    tiers
        ``tier, station_id, minutes``: the nearest station of each tier, and of any where the tier is missing;
        whole minutes rounded up.
    around
        ``role, category, count, nearest_id, minutes``: partners, stations and services in the circle, by
        category.
    outside
        ``people, cause, area_id, metres, minutes`` of `geo.assessment.catchments.outside.Outside`.
    minutes
        The minutes of ``around`` and ``outside``.
    """

    people: pd.DataFrame
    tiers: pd.DataFrame
    around: pd.DataFrame
    outside: pd.DataFrame
    minutes: float

    def of(self, place: str) -> PlaceTables:
        """Return the rows of one place."""
        cut = {
            each.name: table[table["place_id"] == place]
            for each in fields(self)
            if isinstance(table := getattr(self, each.name), pd.DataFrame)
        }
        return PlaceTables(**cut, minutes=self.minutes)


def place_tables(
    answers: Sequence[tuple[CaseAssessment, Sequence[Doors]]],
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    polygons: gpd.GeoDataFrame,
    *,
    minutes: Sequence[float],
    circle: float,
    where: Index,
    barriers: Barriers,
) -> PlaceTables:
    """Return what each place has around it.

    Parameters
    ----------
    answers
        The cases, each with the places that are looked at, joined to its streets.
    demand, facilities, polygons
        The frames of the study in EPSG:4326; of the polygons the first kind names who is outside.
    minutes
        The study's.
    circle
        One of them, of ``around`` and ``outside``.
    where
        int64 [demand]: where people are counted (`geo.assessment.catchments.gathered.counted_at`).
    """
    points = demand.geometry.representative_point()
    at = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    first, polygon = first_polygons(points, polygons)
    area_ids = first["id"].to_numpy(dtype=object)
    parts: dict[str, list[pd.DataFrame]] = {"people": [], "tiers": [], "around": [], "outside": []}
    for answer, doors in answers:
        people = gathered(answer.people, where)
        homes = Homes(at=at, people=people, polygon=polygon)
        for some in doors:
            found = {
                "people": _people(answer, some, demand, people, minutes),
                "tiers": _tiers(answer, some, facilities),
                "around": _around(answer, some, facilities, circle),
                "outside": _outside(answer, some, homes, circle, area_ids=area_ids, barriers=barriers),
            }
            for name, table in found.items():
                table.insert(0, "place_id", np.asarray(some.ids, dtype=object)[table.pop("place")])
                table.insert(0, "case", answer.case.id)
                parts[name].append(table)
    joined = {
        name: pd.concat(tables, ignore_index=True) if tables else _none(name)
        for name, tables in parts.items()
    }
    return PlaceTables(**joined, minutes=circle)


_COLUMNS: Final = {
    "people": ["place", "minutes", "group", "shift", "people"],
    "tiers": ["place", "tier", "station_id", "minutes"],
    "around": ["place", "role", "category", "count", "nearest_id", "minutes"],
    "outside": ["place", "people", "cause", "area_id", "metres", "minutes"],
}


def _none(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=["case", "place_id", *_COLUMNS[name][1:]])


def whole_minutes(milliseconds: Floats) -> Floats:
    """Return minutes as they are said: whole, rounded up, so that nobody comes too late by them.

    Examples
    --------
    >>> whole_minutes(np.array([0.0, 60_000.0, 60_001.0])).tolist()
    [0.0, 1.0, 2.0]
    """
    return np.ceil(np.asarray(milliseconds) / MILLISECONDS_PER_MINUTE)


def _people(
    answer: CaseAssessment, doors: Doors, demand: pd.DataFrame, people: Floats, minutes: Sequence[float]
) -> pd.DataFrame:
    """Return people by place, minutes, group and shift; those combinations that are counted in the case."""
    frame = pd.DataFrame(
        {
            name: demand[name].to_numpy(dtype=object) if name in demand else None
            for name in ("group", "shift")
        },
        index=range(len(demand)),
    )
    counted = np.flatnonzero(people > 0)
    number = np.full(len(demand), -1, dtype=np.int64)
    grouped = frame.iloc[counted].groupby(["group", "shift"], dropna=False, sort=True)
    number[counted] = grouped.ngroup().to_numpy()
    names = frame.iloc[counted].assign(number=number[counted]).drop_duplicates("number").sort_values("number")
    weights = np.zeros((len(demand), len(names) * len(minutes)))
    for row in range(len(names)):
        of = number == row
        weights[of, row * len(minutes) : (row + 1) * len(minutes)] = people[of, None]
    limits = np.array([limit_milliseconds(minutes_to_seconds(each)) for each in minutes] * len(names))
    traveller = answer.traveller
    sums = people_reaching(
        traveller.network, traveller.demand, doors.access, weights, limits_ms=limits.astype(np.int64)
    )
    size = len(doors.ids)
    return pd.DataFrame(
        {
            "place": np.repeat(np.arange(size), len(names) * len(minutes)),
            "minutes": np.tile(np.tile(np.asarray(minutes, np.float64), len(names)), size),
            "group": np.tile(np.repeat(names["group"].to_numpy(dtype=object), len(minutes)), size),
            "shift": np.tile(np.repeat(names["shift"].to_numpy(dtype=object), len(minutes)), size),
            "people": sums.ravel(),
        }
    )


def _tiers(answer: CaseAssessment, doors: Doors, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the nearest working station of each tier, and of any, from each place, itself left out."""
    rows = []
    is_station = (facilities["kind"] == "station").to_numpy()
    stations = np.flatnonzero(is_station & answer.usable.any_hour)
    tiers = facilities["tier"].to_numpy(dtype=object)
    ids = facilities["id"].to_numpy(dtype=object)
    for tier in dict.fromkeys([None, *pd.Series(tiers[stations]).dropna()]) if stations.size else ():
        of_tier = stations if tier is None else stations[tiers[stations] == tier]
        found = nearest(
            answer.traveller.network, doors.access, answer.traveller.facilities.take(of_tier), k=2
        )
        index = np.where(found.index >= 0, np.append(of_tier, -1)[found.index], -1)
        itself = index[:, 0] == np.where(doors.facility >= 0, doors.facility, -2)
        chosen = np.where(itself, 1, 0)[:, None]
        index = np.take_along_axis(index, chosen, axis=1)[:, 0]
        seconds = np.take_along_axis(found.seconds, chosen, axis=1)[:, 0]
        some = np.flatnonzero((index >= 0) & np.isfinite(seconds))
        rows.append(
            pd.DataFrame(
                {
                    "place": some,
                    "tier": tier,
                    "station_id": ids[index[some]],
                    "minutes": whole_minutes(seconds[some] * 1000.0),
                }
            )
        )
    empty = pd.DataFrame(columns=_COLUMNS["tiers"]).astype({"place": np.int64})
    return pd.concat(rows, ignore_index=True) if rows else empty


def _around(
    answer: CaseAssessment, doors: Doors, facilities: gpd.GeoDataFrame, minutes: float
) -> pd.DataFrame:
    """Return what works within the minutes of each place, by role and category, itself left out."""
    works = np.flatnonzero(answer.usable.any_hour)
    kinds = facilities["kind"].to_numpy(dtype=object)[works]
    role = np.select([kinds == "merchant", kinds == "station"], [PARTNER, STATION], default=SERVICE)
    category = facilities["category"].to_numpy(dtype=object)[works]
    ids = facilities["id"].to_numpy(dtype=object)[works]
    frames = []
    for first, found in reachable_blocks(
        answer.traveller.network,
        doors.access,
        answer.traveller.facilities.take(works),
        max_seconds=minutes_to_seconds(minutes),
        rows=PLACES_IN_BLOCK,
    ):
        place = first + np.repeat(np.arange(found.start.size - 1), np.diff(found.start))
        other = works[found.place]
        keep = other != doors.facility[place]
        pairs = pd.DataFrame(
            {
                "place": place[keep],
                "role": role[found.place[keep]],
                "category": category[found.place[keep]],
                "order": found.place[keep],
                "nearest_id": ids[found.place[keep]],
                "milliseconds": found.milliseconds[keep],
            }
        ).sort_values(["place", "role", "category", "milliseconds", "order"], kind="stable")
        grouped = pairs.groupby(["place", "role", "category"], sort=False, dropna=False)
        table = grouped.agg(
            count=("order", "size"), nearest_id=("nearest_id", "first"), ms=("milliseconds", "first")
        ).reset_index()
        frames.append(table.assign(minutes=whole_minutes(table.pop("ms").to_numpy(np.float64))))
    empty = pd.DataFrame(columns=_COLUMNS["around"]).astype({"place": np.int64})
    return pd.concat(frames, ignore_index=True) if frames else empty


def _outside(
    answer: CaseAssessment,
    doors: Doors,
    homes: Homes,
    minutes: float,
    *,
    area_ids: NDArray[np.object_],
    barriers: Barriers,
) -> pd.DataFrame:
    circle = minutes_to_seconds(minutes)
    in_time = _in_time(answer, doors, minutes)
    found = near_and_outside(answer.traveller, doors, homes, in_time, seconds=circle, barriers=barriers)
    rows = [
        {
            "place": place,
            "people": each.people,
            "cause": each.cause,
            "area_id": area_ids[each.polygon] if each.polygon >= 0 else None,
            "metres": each.metres,
            "minutes": whole_minutes(np.array([each.seconds * 1000.0]))[0],
        }
        for place, each in enumerate(found)
        if each is not None
    ]
    return pd.DataFrame(rows, columns=_COLUMNS["outside"]).astype({"place": np.int64})


def _in_time(answer: CaseAssessment, doors: Doors, minutes: float) -> Iterator[Bools]:
    """Yield for each place which demand points get there within the minutes."""
    traveller, size = answer.traveller, len(doors.ids)
    for first in range(0, size, PLACES_IN_BLOCK):
        some = np.arange(first, min(first + PLACES_IN_BLOCK, size))
        member = sparse.vstack(
            [
                found.to_scipy().astype(bool)
                for _, found in reachable_blocks(
                    traveller.network,
                    traveller.demand,
                    doors.access.take(some),
                    max_seconds=minutes_to_seconds(minutes),
                )
            ]
            or [sparse.csr_array((0, some.size), dtype=bool)],
            format="csc",
        )
        for column in range(some.size):
            inside = np.zeros(len(traveller.demand), dtype=np.bool_)
            inside[member.indices[member.indptr[column] : member.indptr[column + 1]]] = True
            yield inside
