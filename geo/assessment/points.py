"""The answer for every demand point: minutes, choices, which facilities, met or not, and why not."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.assessment.assess import CaseAssessment, Ground
from geo.limits import SECONDS_PER_MINUTE
from geo.measures.point_state import point_states
from geo.measures.requirements import ReachResult, concerned, to_minutes
from geo.network.snap import AccessPoints
from geo.search.paths import shortest_path
from geo.types import Bools, Floats

MOST_PATHS = 40
"""Detours drawn for a case: each is a search of its own, and more are not read."""


def point_results(ground: Ground, answer: CaseAssessment) -> pd.DataFrame:
    """Return what one case found for each demand point, with the index of the demand frame.

    Returns
    -------
    DataFrame
        `case`, `people_counted` and for each category `CATEGORY_minutes` and `CATEGORY_id` of the
        nearest open facility (`CATEGORY_entrance`, the name of the gate by which it is entered, where gates
        have names), `CATEGORY_nearest_minutes` and `CATEGORY_nearest_ids` of the k nearest
        as tuples; for each requirement `REQUIREMENT_state` (`geo.measures.point_state`), `_covered` (people:
        a point may be covered in part), `_choices` (all within the limit) and `_cause` (by which most of the
        others are left out); where somebody finds no room also `_full` and `_room_unknown` (people); for
        those in metres `_metres` and `_complies`. What was not reached is missing.
    """
    ids = np.array([*ground.facilities["id"], None], dtype=object)
    columns: dict[str, object] = {"case": answer.case.id, "people_counted": answer.people}
    for category, times in answer.times.items():
        minutes = to_minutes(times.seconds)
        columns[f"{category}_minutes"] = minutes[:, 0]
        columns[f"{category}_id"] = ids[times.facility_index[:, 0]]
        where = ground.wanted[category]
        entrances = answer.traveller.entrance_names(where[answer.usable.now[where]])
        if any(name is not None for name in entrances):
            columns[f"{category}_entrance"] = entrances
        columns[f"{category}_nearest_minutes"] = _rows(minutes, times.facility_index >= 0)
        columns[f"{category}_nearest_ids"] = _rows(ids[times.facility_index], times.facility_index >= 0)
    for result, causes in zip(answer.assessment.reach, answer.causes, strict=True):
        name = column_name(result.requirement.key)
        cause = np.array(causes.cause, dtype=object)
        covered = causes.people["covered"]
        columns[f"{name}_state"] = point_states(concerned(result, answer.people), covered, result.met)
        columns[f"{name}_covered"] = covered
        columns[f"{name}_choices"] = result.choices
        columns[f"{name}_cause"] = [None if each == "covered" else each for each in cause]
        if causes.no_room.any():
            columns[f"{name}_full"] = causes.people["full"]
            columns[f"{name}_room_unknown"] = causes.people["room_unknown"]
    for compliance in answer.assessment.compliance:
        name = column_name(compliance.requirement.key)
        metres = compliance.metres
        columns[f"{name}_metres"] = np.where(np.isfinite(metres), metres, np.nan)
        columns[f"{name}_complies"] = compliance.met
    return pd.DataFrame(columns, index=ground.demand.index)


def column_name(key: str) -> str:
    """Return the key of a requirement as it begins the name of a column.

    Examples
    --------
    >>> column_name("clinic@c15")
    'clinic_c15'
    """
    return key.replace("@", "_").replace(":", "_")


def all_cut_off_paths(ground: Ground, answers: Sequence[CaseAssessment]) -> gpd.GeoDataFrame:
    """Return `cut_off_paths` of every case below each other; the columns alone where nobody is cut off."""
    frames = [cut_off_paths(ground, answer) for answer in answers]
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]


def cut_off_paths(ground: Ground, answer: CaseAssessment, *, most: int = MOST_PATHS) -> gpd.GeoDataFrame:
    """Return the ways of the cut off to what is near as the crow flies, most people first.

    The line shows the barrier: what lies between its ends is the river, the railway or the wall.

    Returns
    -------
    GeoDataFrame
        `case, requirement, demand_id, facility_id, people, straight_metres, metres, minutes, detour`
        with the way along the streets, or the straight line where there is none.
    """
    rows = [
        (result, point, people, float(causes.straight_metres[point]))
        for result, causes in zip(answer.assessment.reach, answer.causes, strict=True)
        for point, people in _some(causes.people["cut_off"])
    ]
    rows.sort(key=lambda row: (-row[2], row[1]))
    seen: dict[tuple[int, int], dict[str, object]] = {}
    for result, point, people, straight in rows:
        facility = int(answer.crow_index[result.requirement.category][point])
        if len(seen) < most and facility >= 0 and (point, facility) not in seen:
            seen[point, facility] = _way(ground, answer, result, (point, facility), people, straight)
    columns = [*_PATH_COLUMNS, "geometry"]
    return gpd.GeoDataFrame(list(seen.values()), columns=columns, geometry="geometry", crs=4326)


_PATH_COLUMNS = (
    "case", "requirement", "demand_id", "facility_id", "people", "straight_metres", "metres", "minutes",
    "detour",
)  # fmt: skip


def _some(people: Floats) -> list[tuple[int, float]]:
    """Return the demand points with people, and how many."""
    return [(int(point), float(people[point])) for point in np.flatnonzero(people > 0)]


def _way(
    ground: Ground,
    answer: CaseAssessment,
    result: ReachResult,
    ends: tuple[int, int],
    people: float,
    straight: float,
) -> dict[str, object]:
    point, facility = ends
    traveller = answer.traveller
    here, there = traveller.demand.take(np.array([point])), traveller.facilities.take(np.array([facility]))
    path = shortest_path(traveller.network, here, there)
    home = ground.demand.geometry.iloc[[point]].representative_point().iloc[0]
    pair = [home, _nearest_entrance(there, home) or ground.facilities.geometry.iloc[facility]]
    metres = path.metres + sum(float(end.snap_metres[0]) for end in path.ends) if path else np.nan
    return {
        "case": answer.case.id,
        "requirement": result.requirement.key,
        "demand_id": ground.demand["id"].iloc[point],
        "facility_id": ground.facilities["id"].iloc[facility],
        "people": people,
        "straight_metres": straight,
        "metres": metres,
        "minutes": path.seconds / SECONDS_PER_MINUTE if path else np.nan,
        "detour": metres / straight if straight >= 1 else np.nan,
        "geometry": path.line if path else shapely.LineString(pair),
    }


def _nearest_entrance(place: AccessPoints, home: shapely.Point) -> shapely.Point | None:
    """Return where a place of several entrances is entered that is nearest to a home; None for others."""
    every, _ = place.every_place()
    if len(every) == 1:
        return None
    at = shapely.points(every.lon, every.lat)
    # Degrees of longitude are shorter than those of latitude.
    east = (every.lon - home.x) * np.cos(np.radians(home.y))
    nearest: shapely.Point = at[np.nanargmin(np.hypot(east, every.lat - home.y))]
    return nearest


def _rows(values: np.ndarray, known: Bools) -> Sequence[tuple[object, ...]]:
    """Return the known values of each row as a tuple; they stand first."""
    counts = known.sum(axis=1)
    return [tuple(row[:count]) for row, count in zip(values.tolist(), counts.tolist(), strict=True)]
