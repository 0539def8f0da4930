"""Who finds room at what they reach in one case, and what is not known of hours and capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from geo.assessment.case import Usable
from geo.assessment.traveller import Positions, Traveller
from geo.limits import within
from geo.measures.capacity import Assignment, Method, assign
from geo.measures.causes import Unknown
from geo.measures.requirements import ReachResult
from geo.search.reach import reachable
from geo.types import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Room:
    """What there is of room for one requirement.

    Attributes
    ----------
    unserved
        People of each point who get there in time and find no room that is known; None where no place
        of the service is limited by its capacity.
    doubtful
        Those among them who reach a place whose capacity is not known.
    unknown
        What is not known, and what it may come to.
    """

    unserved: Floats | None
    doubtful: Floats | None
    unknown: Unknown


def people_limits(facilities: pd.DataFrame) -> Floats:
    """Return how many people each place serves at most, [facilities].

    Returns
    -------
    float64 [facilities]
        ``inf`` where capacity does not limit, missing where it does and is not known.
    """
    if "people_limit" not in facilities:
        return facilities["capacity"].to_numpy(np.float64)
    return facilities["people_limit"].to_numpy(np.float64)


class RoomFinder:
    """Room in one case; the pairs of a category are searched once for all its limits, the longest first."""

    def __init__(
        self,
        traveller: Traveller,
        usable: Usable,
        people: Floats,
        *,
        wanted: Mapping[str, Positions],
        limits: Floats,
    ) -> None:
        self.traveller, self.usable, self.people = traveller, usable, people
        self.wanted, self.limits = wanted, limits
        self.methods: dict[tuple[str, float], Method] = {}
        self._category = ""
        self._pairs: dict[bytes, tuple[float, sparse.csr_array]] = {}

    def of(self, result: ReachResult, met_if_open: Bools) -> Room:
        """Return the room there is for one requirement.

        Parameters
        ----------
        met_if_open
            Who gets there in time if places of unknown hours are open.
        """
        where = self.wanted[result.requirement.category]
        now, if_open = where[self.usable.now[where]], where[self.usable.if_open[where]]
        known = ~np.isnan(self.limits[now])
        unserved: Floats | None = None
        doubtful: Floats | None = None
        more_if_room, silent_rooms = 0.0, 0
        if not np.isposinf(self.limits[now]).all():
            found = self._assigned(result, now, unknown_room=0.0)
            self.methods[result.requirement.key, result.limit_minutes] = found.method
            unserved, doubtful = found.unserved, np.zeros(len(self.people))
            if not known.all():
                silent_rooms = int((~known).sum())
                doubtful = np.where(self._reach_any(result, now, ~known), unserved, 0.0)
                favourable = self._assigned(result, now, unknown_room=np.inf).unserved
                more_if_room = self._covered(result.met, favourable) - self._covered(result.met, unserved)
        more_if_open = 0.0
        if len(if_open) > len(now):
            limited = not np.isposinf(self.limits[if_open]).all()
            then = self._assigned(result, if_open, unknown_room=0.0).unserved if limited else None
            more_if_open = self._covered(met_if_open, then) - self._covered(result.met, unserved)
        unknown = Unknown(
            hours_places=len(if_open) - len(now),
            more_if_open=max(more_if_open, 0.0),
            room_places=silent_rooms,
            more_if_room=max(more_if_room, 0.0),
        )
        return Room(unserved=unserved, doubtful=doubtful, unknown=unknown)

    def _covered(self, met: Bools, unserved: Floats | None) -> float:
        """Return the people who get there in time and find room."""
        there = self.people * met
        return float((there if unserved is None else np.maximum(there - unserved, 0.0)).sum())

    def _assigned(self, result: ReachResult, where: Positions, *, unknown_room: float) -> Assignment:
        """Assign people to the places; those of unknown capacity have `unknown_room`."""
        given = self.limits[where]
        room = np.where(np.isnan(given), unknown_room, given)
        return assign(self._seconds(result, where), room, self.people, minutes=result.limit_minutes)

    def _reach_any(self, result: ReachResult, where: Positions, some: Bools) -> Bools:
        """Return who reaches any of `some` of the places within the limit."""
        pairs = sparse.coo_array(self._seconds(result, where))
        near = within(np.asarray(pairs.data, dtype=np.float64), result.limit_seconds)
        reached = np.zeros(len(self.people), dtype=np.bool_)
        reached[pairs.row[near & some[pairs.col]]] = True
        return reached

    def _seconds(self, result: ReachResult, where: Positions) -> sparse.csr_array:
        """Return times to the places, at least those within the limit."""
        if self._category != result.requirement.category:
            self._category, self._pairs = result.requirement.category, {}
        key = where.tobytes()
        if key not in self._pairs or self._pairs[key][0] < result.limit_seconds:
            places = self.traveller.facilities.take(where)
            network, points = self.traveller.network, self.traveller.demand
            found = reachable(network, points, places, max_seconds=result.limit_seconds)
            self._pairs[key] = result.limit_seconds, found.to_scipy()
        return self._pairs[key][1]
