"""Who is near a place as the crow flies and does not get there in time, and what holds them off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from geo.assessment.catchments.between import barriers_between
from geo.assessment.catchments.homes_and_doors import Doors, Homes
from geo.assessment.traveller import Traveller, piece_of
from geo.coordinates.crs import WGS84, transformer
from geo.joins.barriers import Barriers
from geo.joins.doubt import Doubt, Doubts
from geo.search.reach import travel_times
from geo.types import Bools, Floats, Index

CAUSES: Final = ("off_street", "no_way", "water", "railway", "motorway", "wall", "detour")
"""What holds people off: no street near their door, no way at all, what lies between, or a long way round."""

_BETWEEN: Final = (("water", Doubt.WATER), ("railway", Doubt.RAILWAY), ("motorway", Doubt.MOTORWAY),
                   ("wall", Doubt.WALL))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """People near a place as the crow flies who do not get there in time.

    Attributes
    ----------
    people
        How many there are.
    cause
        One of `CAUSES`: what holds most of them off.
    polygon
        Position of the polygon in which most of them are; -1 where none is known.
    metres, seconds
        From the nearest of them: the straight way, and the way they have to take (``inf`` for none).
    """

    people: float
    cause: str
    polygon: int
    metres: float
    seconds: float


def near_and_outside(
    traveller: Traveller,
    doors: Doors,
    homes: Homes,
    in_time: Iterator[Bools],
    *,
    seconds: float,
    barriers: Barriers,
) -> list[Outside | None]:
    """Return who is near each place and outside its circle; None where everybody near is inside.

    Near is what the traveller would walk in the time if the way were straight.

    Parameters
    ----------
    in_time
        For each place bool [demand]: who gets there within the seconds.
    """
    network, places = traveller.network, doors.access
    to_metres = transformer(WGS84, network.metric_crs)
    homes_xy, doors_xy = (np.column_stack(to_metres.transform(*at.T)) for at in (homes.at, doors.at))
    counted = np.flatnonzero(homes.people > 0)
    tree = cKDTree(homes_xy[counted]) if counted.size else None
    radius = seconds * network.metres_per_second
    home_piece, place_piece = piece_of(network, traveller.demand), piece_of(network, places)
    found: list[Outside | None] = []
    for place, inside in enumerate(in_time):
        near = counted[tree.query_ball_point(doors_xy[place], radius)] if tree is not None else counted
        outside = np.sort(near[~inside[near]])
        if not outside.size or not places.snapped[place]:
            found.append(None)
            continue
        people = homes.people[outside]
        straight = np.hypot(*(homes_xy[outside] - doors_xy[place]).T)
        here = np.broadcast_to(doors.at[place], (outside.size, 2))
        crossed = barriers_between(network, barriers, homes.at[outside], here)
        cause = _causes(home_piece[outside], int(place_piece[place]), crossed)
        nearest = traveller.demand.take(outside[[straight.argmin()]])
        way = travel_times(network, nearest, places.take(np.array([place])))
        found.append(
            Outside(
                people=float(people.sum()),
                cause=CAUSES[_most(cause, people)],
                polygon=_most(homes.polygon[outside], people),
                metres=float(straight.min()),
                seconds=float(way[0]),
            )
        )
    return found


def _causes(home_piece: Index, place_piece: int, crossed: Doubts) -> Index:
    """Return the position in `CAUSES` of what holds each point off, the first that is true."""
    holds = [home_piece < 0, home_piece != place_piece]
    holds += [(crossed & np.uint16(kind)) > 0 for _, kind in _BETWEEN]
    return np.select(holds, range(len(holds)), default=len(holds)).astype(np.int64)


def _most(values: Index, people: Floats) -> int:
    """Return the value that stands for most people."""
    each, number = np.unique(values, return_inverse=True)
    return int(each[np.bincount(number, weights=people).argmax()])
