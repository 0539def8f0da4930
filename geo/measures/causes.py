"""Why people are not covered: one cause for every person left out, and the cheapest remedy for it.

The causes are exclusive and complete: covered people and the people of every cause sum to all
people. Where more than one holds, the one that is cheapest to mend is named, in the order of `CAUSES`:
a person whom a longer opening hour would serve is not counted as needing a building.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from geo.given import Column, amounts
from geo.limits import minutes_to_seconds, within, within_metres
from geo.measures.areas import OUTSIDE
from geo.measures.cause_words import CAUSES, Cause, remedy
from geo.measures.requirements import required_minutes
from geo.measures.standard import Requirement
from geo.network.profiles import TravelMode
from geo.types import Bools, Floats

CUT_OFF_DETOUR = 1.5
"""The way along streets over the straight line, in metres, from which on somebody counts as cut off.

On a complete grid of streets no way is longer than the square root of 2, 1.41 times the straight line
(P. Stangl on route directness, doi 10.1080/17549175.2017.1381143, note 1); undisturbed networks
have some 1.25. What is longer goes round something: a river, a railway, a wall. No standard sets this figure.
"""


END_SHARE = 0.2
"""Share of the limit within which somebody who walks to where the extract was cut may be missing a place.

A straight cut at a fifth of the way that the limit allows leaves over a third of the ground within reach
unseen: (arccos(1/5) - sqrt(24)/25) / pi = 0.374 of a circle. Farther off most of it is seen and the other
causes apply; `CauseResult.left_near_the_cut` counts whom a place beyond might serve all the same.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Places of which something is not known, and the people covered besides if it were favourable.

    Attributes
    ----------
    hours_places, more_if_open
        Places whose hours are not known where an hour is asked for; people covered besides were they open.
    room_places, more_if_room
        Places whose capacity is not known where others of the service give theirs; people covered besides
        if these had room for everybody.
    """

    hours_places: int = 0
    more_if_open: float = 0.0
    room_places: int = 0
    more_if_room: float = 0.0

    def named(self) -> dict[str, float]:
        """Return the columns of a table."""
        return {
            "hours_unknown_places": self.hours_places,
            "more_if_open": self.more_if_open,
            "room_unknown_places": self.room_places,
            "more_if_room": self.more_if_room,
        }


NOTHING_UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of each demand point for one category; every time is the one that decides.

    Attributes
    ----------
    seconds_now
        To what works and is known to be open at the hour asked for.
    seconds_if_open
        To those and the ones of which it is not known whether they are open then.
    seconds_any_hour
        To what works, its hours left aside. Never longer than `seconds_now`.
    seconds_when_built
        To those and the planned and unfinished ones. Never longer than `seconds_any_hour`.
    straight_metres
        To what works, as the crow flies.
    way_metres
        Along the traveller's own quickest way to what decides `seconds_any_hour`, missing where there is
        none. Only asked of those who are near as the crow flies and do not get there in time.
    connected
        Whether there is a way along the streets, however long, to any place of the category that works, or
        to one that is planned where none works.
    seconds_to_end
        To where the streets stop because the extract was cut there; ``inf`` where they stop nowhere.
    seconds_nearest
        To the nearest single one that works, where several decide; else that is `seconds_any_hour`.
    unserved
        People for whom there is no room at what they reach; none where no capacity is given at all.
    room_unknown
        Those among them who reach a place whose capacity is not known.
    unknown
        What is not known of the places, and what it may come to.
    """

    seconds_now: Floats
    seconds_any_hour: Floats
    seconds_when_built: Floats
    straight_metres: Floats
    way_metres: Floats
    connected: Bools
    seconds_to_end: Floats | None = None
    seconds_if_open: Floats | None = None
    seconds_nearest: Floats | None = None
    unserved: Floats | None = None
    room_unknown: Floats | None = None
    unknown: Unknown = NOTHING_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CauseResult:
    """The people of every demand point, divided between covered and the causes.

    Attributes
    ----------
    people
        float64 [n] by cause, in the order of `CAUSES`; together they are the people of the point.
    seconds
        float64 [n]: travel time to what works, its hours left aside.
    straight_metres
        float64 [n]: distance to the same in a straight line.
    detour
        Length of the traveller's own way over the straight distance; missing where either is.
    mode
        How people travel, of which the remedies speak.
    seconds_to_end
        float64 [n]: travel time to where the extract was cut; none where that is not known.
    """

    requirement: Requirement
    people: Mapping[Cause, Floats]
    seconds: Floats
    straight_metres: Floats
    detour: Floats
    mode: TravelMode = "walker"
    unknown: Unknown = NOTHING_UNKNOWN
    seconds_to_end: Floats | None = None

    @property
    def left_near_the_cut(self) -> Floats:
        """Return the people of each point who are not covered and reach the cut within the limit."""
        left = np.sum([people for cause, people in self.people.items() if cause != "covered"], axis=0)
        if self.seconds_to_end is None:
            return np.zeros(len(left))
        limit_seconds = minutes_to_seconds(required_minutes(self.requirement))
        return np.where(within(self.seconds_to_end, limit_seconds), left, 0.0)

    @property
    def no_room(self) -> Floats:
        """Return the people of each point who get there in time and for whom no room is known."""
        return self.people["full"] + self.people["room_unknown"]

    @property
    def total(self) -> float:
        """Return the people of all points and causes, the covered among them."""
        return float(np.sum([people.sum() for people in self.people.values()]))

    @property
    def cause(self) -> list[Cause]:
        """Return the cause that most people of each point are left out by, ``covered`` where none are."""
        names = [cause for cause in self.people if cause != "covered"]
        left = np.stack([self.people[cause] for cause in names], axis=1)
        anybody = np.any(left, axis=1)
        return [
            names[position] if anybody[point] else "covered"
            for point, position in enumerate(left.argmax(axis=1).tolist())
        ]


def find_causes(
    requirement: Requirement,
    evidence: Evidence,
    people: Column,
    *,
    speed_metres_per_second: float,
    mode: TravelMode = "walker",
) -> CauseResult:
    """Return why each demand point does not have what `requirement` asks for in minutes.

    Parameters
    ----------
    speed_metres_per_second
        Of the travel profile: what is nearer as the crow flies than it covers in the time, yet lies at the
        end of a way `CUT_OFF_DETOUR` times as long at least, is cut off. Metres are held against metres:
        whoever waits at signals on a straight street makes no detour. A way that is no longer than it
        covers in the time is a slow way: waits, stairs, slopes or the surface make it last. Where there is
        no way at all there is no detour either: that is another cause.
    mode
        How people travel, of which the remedies speak.

    A place whose hours or capacity is not known covers nobody: nothing favourable is assumed.

    Raises
    ------
    ValueError
        When the requirement names no minutes, or more people are unserved than live at a point.
    """
    limit_seconds = minutes_to_seconds(required_minutes(requirement))
    people = amounts("people", people, count=len(evidence.seconds_now))
    unserved = evidence.unserved if evidence.unserved is not None else np.zeros(len(people))
    if np.any(unserved > people * (1 + 1e-9)) or np.any(unserved < 0):
        msg = f"{requirement.key}: unserved people must lie between none and all of a point"
        raise ValueError(msg)
    detour = detour_ratio(evidence.way_metres, evidence.straight_metres)
    in_reach = limit_seconds * speed_metres_per_second
    slow = within_metres(evidence.way_metres, in_reach)
    cut_off = within_metres(evidence.straight_metres, in_reach) & (detour >= CUT_OFF_DETOUR)
    points = _points_by_cause(evidence, limit_seconds, slow, cut_off)
    nobody = np.zeros(len(people))
    divided = {cause: np.where(points[cause], people, 0.0) if cause in points else nobody for cause in CAUSES}
    unserved = np.minimum(divided["covered"], unserved)
    doubtful = evidence.room_unknown if evidence.room_unknown is not None else nobody
    divided["room_unknown"] = np.minimum(unserved, doubtful)
    divided["full"] = unserved - divided["room_unknown"]
    divided["covered"] = divided["covered"] - unserved
    return CauseResult(
        requirement=requirement,
        people=divided,
        seconds=evidence.seconds_any_hour,
        straight_metres=evidence.straight_metres,
        detour=detour,
        mode=mode,
        unknown=evidence.unknown,
        seconds_to_end=evidence.seconds_to_end,
    )


def _points_by_cause(
    evidence: Evidence, limit_seconds: float, slow: Bools, cut_off: Bools
) -> dict[Cause, Bools]:
    """Return the points at which each cause is the first that holds, capacity left aside."""
    now, any_hour = evidence.seconds_now, evidence.seconds_any_hour
    if_open = now if evidence.seconds_if_open is None else evidence.seconds_if_open
    to_end = np.full(len(now), np.inf) if evidence.seconds_to_end is None else evidence.seconds_to_end
    nearest = any_hour if evidence.seconds_nearest is None else evidence.seconds_nearest
    tests: dict[Cause, Bools] = {
        "covered": within(now, limit_seconds),
        "hours_unknown": within(if_open, limit_seconds),
        "closed_then": within(any_hour, limit_seconds),
        "not_open_yet": within(evidence.seconds_when_built, limit_seconds),
        "streets_end": within(to_end, END_SHARE * limit_seconds),
        "not_connected": ~evidence.connected,
        "slow_way": slow,
        "cut_off": cut_off,
        "too_few": within(nearest, limit_seconds),
        "nothing_near": np.ones(len(cut_off), dtype=np.bool_),
    }
    points: dict[Cause, Bools] = {}
    undecided = np.ones(len(cut_off), dtype=np.bool_)
    for cause, holds in tests.items():
        points[cause] = undecided & holds
        undecided &= ~holds
    return points


def detour_ratio(way_metres: Floats, straight_metres: Floats) -> Floats:
    """Return the length of the way over the straight line, missing where there is no way.

    Below a metre apart there is nothing to go round, and no ratio either.

    Examples
    --------
    >>> detour_ratio(np.array([600.0, np.inf]), np.array([200.0, 200.0])).tolist()
    [3.0, nan]
    """
    known = np.isfinite(way_metres) & np.isfinite(straight_metres) & (straight_metres >= 1)
    ratio = np.full(len(way_metres), np.nan)
    np.divide(way_metres, straight_metres, out=ratio, where=known)
    return ratio


def connected_points(joined: Bools, seconds_nearest: Floats, available: int) -> Bools:
    """Return which points have a way along the streets to any place of a category.

    Parameters
    ----------
    joined
        Which points are joined to a street.
    seconds_nearest
        Travel time to the nearest place of the category, be it closed at the hour.
    available
        How many places of the category there are. Where there are none, no way is missing.

    Examples
    --------
    >>> connected_points(np.array([True, True, False]), np.array([9e9, np.inf, np.inf]), 1).tolist()
    [True, False, False]
    """
    return joined & (np.isfinite(seconds_nearest) | (available == 0))


def causes_table(results: Sequence[CauseResult]) -> pd.DataFrame:
    """Return one row per requirement and cause, ``covered`` among them: they sum to the total."""
    rows = [
        {"requirement": result.requirement.key, "cause": cause, "people": float(people.sum())}
        | _words(cause, result.mode)
        | {"total": result.total, "verified": result.requirement.verified}
        | {"by_standard": result.requirement.by_standard}
        for result in results
        for cause, people in result.people.items()
    ]
    return pd.DataFrame(rows)


def causes_by_area(
    results: Sequence[CauseResult], shares: sparse.csr_array, areas: pd.DataFrame
) -> pd.DataFrame:
    """Return people by requirement, area and cause, the empty combinations left out.

    Parameters
    ----------
    shares
        From `geo.measures.areas.area_shares`.
    """
    ids = np.append(np.asarray(areas["id"], dtype=object), OUTSIDE)
    rows = []
    for result in results:
        causes = list(result.people)
        held = np.stack([np.asarray(shares @ people) for people in result.people.values()], axis=1)
        for place, column in zip(*np.nonzero(held > 0), strict=True):
            cause = causes[column]
            row = {"requirement": result.requirement.key, "area_id": ids[place], "cause": cause}
            rows.append(row | _words(cause, result.mode) | {"people": float(held[place, column])})
    columns = ["requirement", "area_id", "cause", "cause_en", "cause_zh", "remedy_en", "remedy_zh", "people"]
    return pd.DataFrame(rows, columns=columns)


def main_causes(by_area: pd.DataFrame) -> pd.DataFrame:
    """Return for each requirement and area the cause that leaves most people out, with its remedy."""
    left = by_area[by_area["cause"] != "covered"]
    order = left.sort_values(["people", "cause"], ascending=[False, True], kind="stable")
    first = order.drop_duplicates(["requirement", "area_id"])
    return first.sort_values(["requirement", "area_id"], ignore_index=True)


def _words(cause: Cause, mode: TravelMode) -> dict[str, str]:
    name, mended_by = CAUSES[cause], remedy(cause, mode)
    return {
        "cause_en": name.en,
        "cause_zh": name.zh,
        "remedy_en": mended_by.en,
        "remedy_zh": mended_by.zh,
    }
