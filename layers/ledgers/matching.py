"""Resources of a study matched to its rooms: who may go where, whom that reaches, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import Point

from geo.assessment.assess import CaseAssessment
from geo.assessment.catchments.gathered import gathered
from geo.assessment.gain.catchment import people_reaching
from geo.day import today
from geo.ledgers.functions import ELSEWHERE, building_of
from geo.ledgers.matching import match_sessions
from geo.limits import limit_milliseconds, minutes_to_seconds
from geo.network.snap import AccessPoints, snap
from geo.search.reach import reachable
from geo.types import Bools, Floats, Index
from layers.ledgers.functions import STATION_KINDS
from layers.ledgers.small_groups import people_at_any_hour
from layers.load import Layers
from layers.settings import circle_minutes
from layers.study.model import Study

Objects: TypeAlias = NDArray[np.object_]

WEEKS_IN_MONTH: Final = 52 / 12
LOOKS_AHEAD: Final = timedelta(days=31)
"""An offer that begins later is not matched yet."""

OVER, NOT_BEGUN, NOWHERE, NO_SEATS, TOO_FAR, FULL, NO_VENUE = (
    "over", "not_begun", "nowhere", "no_seats", "too_far", "full", "no_venue",
)  # fmt: skip
"""Why an offer has no room, or not for all of its sessions."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MatchTables:
    """Resources and rooms matched for a month.

    Attributes
    ----------
    matches
        ``offer_id, venue_id, station_id, sessions, people``: people of the audience in the circle of the
        room, missing where nobody says how many they are.
    unmatched
        ``offer_id, sessions, reason``: sessions that found no room.
    without
        Ids of the working stations and centres at which no session is held.
    rooms
        ``venue_id, station_id, seats, slots, booked, share, sessions, share_after``; shares of the slots of a
        week, missing where they are not known.
    reached
        People reached, each kind of offer counted once a room.
    proven
        Whether nothing better was proven to exist.
    """

    matches: pd.DataFrame
    unmatched: pd.DataFrame
    without: tuple[str, ...]
    rooms: pd.DataFrame
    reached: float
    proven: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Venues:
    """Rooms, or where the study has no sheet of rooms its stations and centres.

    Attributes
    ----------
    ids, access
        Of each, and where it is joined to the streets.
    station
        Position of its station in the frame of facilities, -1 for none.
    works
        Whether it works in the case.
    seats, room
        Seats, and sessions a month there is room for; missing where that is not known.
    """

    ids: Objects
    access: AccessPoints
    station: Index
    works: Bools
    seats: Floats
    room: Floats


def matches_of(study: Study, layers: Layers, answer: CaseAssessment, *, where: Index) -> MatchTables | None:
    """Return the resources of a study matched to its rooms; None where it has neither.

    Parameters
    ----------
    answer
        The case whose streets and day count; people of all shifts do.
    where
        int64 [demand]: where people are counted (`layers.ledgers.small_groups.counted_together`).
    """
    offers, rooms = layers.resources, layers.venues
    if not len(offers) and not len(rooms):
        return None
    venues = _rooms(study, layers, answer) if len(rooms) else _stations(layers, answer)
    sessions = np.where(offers["sessions"].isna(), 1, offers["sessions"].fillna(1)).astype(np.int64)
    reasons, allowed = _allowed(study, layers, answer, venues)
    kinds = offers[["category", "audience"]].astype(object)
    kind, names = _kinds(kinds)
    people = _people(study, layers, answer, venues, names, where)
    found = match_sessions(sessions, kind, allowed, np.nan_to_num(people), venues.room)
    held = np.bincount(found.venue, weights=found.sessions, minlength=len(venues.ids)).astype(np.float64)
    given = np.bincount(found.offer, weights=found.sessions, minlength=len(offers))
    left = np.flatnonzero(sessions > given)
    ids = layers.facilities["id"].to_numpy(dtype=object)
    offer_ids = offers["id"].to_numpy(dtype=object)
    with_session = set(venues.station[held > 0].tolist())
    is_station = layers.facilities["kind"].isin(STATION_KINDS).to_numpy() & answer.usable.any_hour
    return MatchTables(
        matches=pd.DataFrame(
            {
                "offer_id": offer_ids[found.offer],
                "venue_id": venues.ids[found.venue],
                "station_id": _named(ids, venues.station[found.venue]),
                "sessions": found.sessions,
                "people": people[kind[found.offer], found.venue],
            }
        ),
        unmatched=pd.DataFrame(
            {
                "offer_id": offer_ids[left],
                "sessions": sessions[left] - given[left].astype(np.int64),
                "reason": [reasons[row] or FULL for row in left],
            }
        ),
        without=tuple(ids[row] for row in np.flatnonzero(is_station) if int(row) not in with_session),
        rooms=_utilisation(layers, venues, held, ids),
        reached=found.reached,
        proven=found.proven,
    )


def _named(ids: Objects, station: Index) -> Objects:
    return np.append(ids, np.array([None], dtype=object))[station]


def _utilisation(layers: Layers, venues: _Venues, held: Floats, ids: Objects) -> pd.DataFrame:
    """Return how far the slots of the rooms are used; of stations without rooms nothing is known."""
    rooms = layers.venues
    slots, booked = (rooms[name].to_numpy(np.float64) for name in ("slots", "booked"))
    share = np.divide(booked, slots, out=np.full(len(rooms), np.nan), where=slots > 0)
    more = held[: len(rooms)] / WEEKS_IN_MONTH
    after = np.divide(booked + more, slots, out=np.full(len(rooms), np.nan), where=slots > 0)
    return pd.DataFrame(
        {
            "venue_id": rooms["id"].to_numpy(dtype=object),
            "station_id": _named(ids, venues.station[: len(rooms)]),
            "seats": rooms["seats"].to_numpy(np.float64),
            "slots": slots,
            "booked": booked,
            "share": share,
            "sessions": held[: len(rooms)].astype(np.int64),
            "share_after": after,
        }
    )


def _rooms(study: Study, layers: Layers, answer: CaseAssessment) -> _Venues:
    """Return the rooms, each at its own place, else at that of the station it names."""
    rooms, facilities = layers.venues, layers.facilities
    position = {each: row for row, each in enumerate(facilities["id"])}
    station = np.array([position.get(each, ELSEWHERE) for each in rooms["place_id"]], dtype=np.int64)
    points = rooms.geometry.copy()
    stations = np.flatnonzero(facilities["kind"].isin(STATION_KINDS).to_numpy())
    located = (points.notna() & ~points.is_empty).to_numpy()
    if located.any() and stations.size:
        near = building_of(_at(facilities.geometry.iloc[stations]), _at(points[located]))
        inside = np.where(near != ELSEWHERE, np.append(stations, ELSEWHERE)[near], ELSEWHERE)
        station[located] = np.where(station[located] >= 0, station[located], inside)
    # A room without any place stands at the first facility, and is never allowed.
    shapes = np.where(located, points, _named(facilities.geometry.to_numpy(dtype=object), station))
    known = located | (station >= 0)
    somewhere = facilities.geometry.iloc[0] if len(facilities) else Point(0, 0)
    access = snap(
        answer.traveller.network,
        gpd.GeoSeries(np.where(known, shapes, somewhere), crs=4326),
        max_snap_metres=study.max_snap_metres,
        barriers=layers.barriers,
    )
    works = np.where(station >= 0, np.append(answer.usable.any_hour, True)[station], True)
    slots, booked = (rooms[name].to_numpy(np.float64) for name in ("slots", "booked"))
    room = np.floor(np.maximum(slots - booked, 0.0) * WEEKS_IN_MONTH)
    return _Venues(
        ids=rooms["id"].to_numpy(dtype=object),
        access=access,
        station=station,
        works=works & known,
        seats=rooms["seats"].to_numpy(np.float64),
        room=room,
    )


def _stations(layers: Layers, answer: CaseAssessment) -> _Venues:
    """Return working stations and centres as venues of which seats are known and room is not."""
    facilities = layers.facilities
    where = np.flatnonzero(facilities["kind"].isin(STATION_KINDS).to_numpy()).astype(np.int64)
    return _Venues(
        ids=facilities["id"].to_numpy(dtype=object)[where],
        access=answer.traveller.facilities.take(where),
        station=where,
        works=answer.usable.any_hour[where],
        seats=facilities["capacity"].to_numpy(np.float64)[where],
        room=np.full(where.size, np.nan),
    )


def _at(points: gpd.GeoSeries) -> Floats:
    here = points.representative_point()
    return np.column_stack([here.x.to_numpy(), here.y.to_numpy()]).astype(np.float64)


def _allowed(
    study: Study, layers: Layers, answer: CaseAssessment, venues: _Venues
) -> tuple[list[str], Bools]:
    """Return why each offer may go nowhere, empty where it may, and bool [offers, venues]: where it may."""
    offers = layers.resources
    allowed = np.broadcast_to(venues.works, (len(offers), len(venues.ids))).copy()
    needed = offers["places_needed"].to_numpy(np.float64)
    # Seats that are not known are not taken for enough.
    seated = np.isnan(needed)[:, None] | (needed[:, None] <= venues.seats[None, :])
    in_reach = _in_reach(study, layers, answer, venues)
    day = answer.case.on or today()
    begins, ends = (pd.to_datetime(offers[name]) for name in ("from_date", "to_date"))
    over = (ends < pd.Timestamp(day)).to_numpy()
    later = (begins > pd.Timestamp(day + LOOKS_AHEAD)).to_numpy()
    nowhere = offers["travels"].notna().to_numpy() & offers.geometry.isna().to_numpy()
    reasons = np.full(len(offers), "", dtype=object)
    for reason, stops in (
        (OVER, over),
        (NOT_BEGUN, later),
        (NOWHERE, nowhere),
        (NO_VENUE, ~allowed.any(axis=1)),
        (NO_SEATS, ~(allowed & seated).any(axis=1)),
        (TOO_FAR, ~(allowed & seated & in_reach).any(axis=1)),
    ):
        reasons = np.where((reasons == "") & stops, reason, reasons)
    return [str(each) for each in reasons], allowed & seated & in_reach & (reasons == "")[:, None]


def _in_reach(study: Study, layers: Layers, answer: CaseAssessment, venues: _Venues) -> Bools:
    """Return which venues an offer travels to: all of them where it does not say how far."""
    offers = layers.resources
    minutes = offers["travels"].to_numpy(np.float64)
    reached = np.isnan(minutes)[:, None] & np.ones((1, len(venues.ids)), dtype=np.bool_)
    rows = np.flatnonzero(~np.isnan(minutes) & offers.geometry.notna().to_numpy())
    if rows.size and len(venues.ids):
        network = answer.traveller.network
        own = snap(
            network,
            offers.geometry.iloc[rows],
            max_snap_metres=study.max_snap_metres,
            barriers=layers.barriers,
        )
        limits = np.array([limit_milliseconds(minutes_to_seconds(each)) for each in minutes[rows]])
        found = reachable(network, own, venues.access, max_seconds=float(limits.max()) / 1000.0)
        offer = np.repeat(np.arange(rows.size), np.diff(found.start))
        kept = found.milliseconds <= limits[offer]
        reached[rows[offer[kept]], found.place[kept]] = True
    return reached


def _kinds(kinds: pd.DataFrame) -> tuple[Index, pd.DataFrame]:
    """Return the number of each offer's kind, and the kinds: what is offered to whom."""
    if not len(kinds):
        return np.empty(0, dtype=np.int64), kinds
    grouped = kinds.groupby(["category", "audience"], dropna=False, sort=False)
    number = grouped.ngroup().to_numpy(np.int64)
    first = np.unique(number, return_index=True)[1]
    return np.asarray(number, dtype=np.int64), kinds.iloc[first].reset_index(drop=True)


def _people(
    study: Study,
    layers: Layers,
    answer: CaseAssessment,
    venues: _Venues,
    kinds: pd.DataFrame,
    where: Index,
) -> Floats:
    """Return float64 [kinds, venues]: people of the audience in the circle of each venue; nan if unknown."""
    demand = layers.demand
    counted = gathered(people_at_any_hour(layers, answer), where)
    group = demand["group"].to_numpy(dtype=object) if "group" in demand else np.full(len(demand), None)
    audiences = list(dict.fromkeys(kinds["audience"])) if len(kinds) else []
    weights = np.column_stack(
        [np.zeros((len(demand), 0)), *(counted * _is_of(group, each) for each in audiences)]
    )
    limit = limit_milliseconds(minutes_to_seconds(circle_minutes(study)))
    traveller = answer.traveller
    sums = people_reaching(
        traveller.network,
        traveller.demand,
        venues.access,
        weights,
        limits_ms=np.full(len(audiences), limit, dtype=np.int64),
    )
    unknown = [isinstance(each, str) and not (group == each).any() for each in audiences]
    sums[:, np.array(unknown, dtype=np.bool_)] = np.nan
    column = {each: number for number, each in enumerate(audiences)}
    if not len(kinds):
        return np.zeros((0, len(venues.ids)))
    return np.stack([sums[:, column[each]] for each in kinds["audience"]])


def _is_of(group: Objects, audience: object) -> Bools:
    """Return which demand points are of an audience; all where none is named."""
    return np.asarray(group == audience if isinstance(audience, str) else np.ones(group.size), dtype=np.bool_)
