"""Journeys between places of frames: nearest facilities, travel times, isochrones and paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.given import given_fault
from geo.library.labelled import Points, join, labels_at, series_of, unique_index
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds
from geo.network.network import StreetNetwork
from geo.search import isochrones as search_isochrones
from geo.search import paths, reach
from geo.text import Text


def nearest(
    streets: StreetNetwork,
    origins: Points,
    facilities: Points,
    *,
    k: int = 1,
    max_minutes: float = math.inf,
    max_snap_metres: float = 200.0,
) -> pd.DataFrame:
    """Return the nearest facilities of each origin by travel time along the streets.

    Travel is from the origin to the facility, the walks between points and streets included. One search
    runs backwards from all facilities at once (`geo.search.reach.nearest`), so that more origins cost little.

    Parameters
    ----------
    streets
        From `geo.street_network`.
    origins, facilities
        Points with a CRS; the index of the facilities is unique.
    k
        How many facilities of each origin are wanted.
    max_minutes
        Facilities farther than this are not named. Inclusive, in whole milliseconds.
    max_snap_metres
        A point farther than this from every street reaches nothing.

    Returns
    -------
    DataFrame
        On the index of `origins`. With ``k=1`` the columns ``facility`` (a label of `facilities`) and
        ``minutes``; with more ``facility_1``, ``minutes_1``, ``facility_2`` and so on. Both are missing where
        there are fewer.

    Raises
    ------
    InputError
        When points have no CRS, lie somewhere else than the streets, or labels of facilities repeat.

    Notes
    -----
    Dijkstra's shortest paths (Numerische Mathematik 1, 1959) on a contraction hierarchy, exact in whole
    milliseconds. Of facilities equally near the one that stands first is taken.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> geo.nearest(streets(), homes(), clinics())
         facility  minutes
    home
    a         old      1.0
    b         new      2.0
    """
    index = unique_index(facilities, "facilities")
    found = reach.nearest(
        streets,
        join(streets, origins, "origins", max_snap_metres=max_snap_metres),
        join(streets, facilities, "facilities", max_snap_metres=max_snap_metres),
        k=k,
        max_seconds=minutes_to_seconds(max_minutes),
    )
    columns: dict[str, Any] = {}
    for number in range(k):
        ending = "" if k == 1 else f"_{number + 1}"
        columns[f"facility{ending}"] = labels_at(index, found.index[:, number])
        columns[f"minutes{ending}"] = _minutes(found.seconds[:, number])
    return pd.DataFrame(columns, index=origins.index)


def travel_times(
    streets: StreetNetwork,
    origins: Points,
    destinations: Points,
    *,
    max_minutes: float = math.inf,
    max_snap_metres: float = 200.0,
) -> pd.Series[float]:
    """Return the travel time from each origin to each destination that it reaches.

    The measures `geo.cumulative`, `geo.two_step`, `geo.covered` and `geo.site` take what this returns.

    Parameters
    ----------
    streets
        From `geo.street_network`.
    origins, destinations
        Points with a CRS, each with a unique index. People travel from the origins.
    max_minutes
        Pairs farther apart are left out. Inclusive, in whole milliseconds. Every pair takes 16 bytes or so:
        with many places, give the largest limit that is asked about.
    max_snap_metres
        A point farther than this from every street reaches nothing.

    Returns
    -------
    Series
        ``minutes``, by ``origin`` and ``destination`` (a MultiIndex of the two indices). A pair that is not
        there is not reached. ``.unstack()`` makes a matrix of it.

    Raises
    ------
    InputError
        When points have no CRS, lie somewhere else than the streets, or labels repeat.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> geo.travel_times(streets(), homes(), clinics(), max_minutes=3)
    origin  destination
    a       old            1.0
            new            3.0
    b       new            2.0
    Name: minutes, dtype: float64
    """
    pair = unique_index(origins, "origins"), unique_index(destinations, "destinations")
    starts = join(streets, origins, "origins", max_snap_metres=max_snap_metres)
    ends = join(streets, destinations, "destinations", max_snap_metres=max_snap_metres)
    limit = minutes_to_seconds(max_minutes)
    # Where there and back take equally long, it is searched from the fewer.
    if _alike_both_ways(streets) and len(ends) < len(starts):
        found = reach.reachable(streets, ends, starts, max_seconds=limit).to_scipy().T.tocsr()
    else:
        found = reach.reachable(streets, starts, ends, max_seconds=limit).to_scipy()
    found.sort_indices()
    times: pd.Series[float] = series_of(found, *pair)
    return times


def isochrones(
    streets: StreetNetwork,
    places: Points,
    *,
    minutes: Sequence[float] = (5, 10, 15),
    towards: bool = True,
    together: bool = False,
    max_snap_metres: float = 200.0,
) -> gpd.GeoDataFrame:
    """Return the ground from which each place is reached within so many minutes, or which it reaches.

    Streets are cut exactly where the time is up; the ground is what lies within 30 m of them and not nearer
    to a street that is not reached (`geo.search.isochrones`).

    Parameters
    ----------
    streets
        From `geo.street_network`.
    places
        Points with a CRS.
    minutes
        Limits above zero, inclusive.
    towards
        True: the ground from which the place is reached; False: the ground reached from it.
    together
        One polygon a limit for all places.
    max_snap_metres
        A place farther than this from every street has an empty polygon.

    Returns
    -------
    GeoDataFrame
        ``minutes`` and ``geometry`` (MultiPolygon, EPSG:4326). Each label of `places` stands once for each
        limit, shorter limits first; together, rows are numbered.

    Raises
    ------
    InputError
        When points have no CRS or lie somewhere else than the streets.
    ValueError
        When a limit is not above zero.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, streets
    >>> geo.isochrones(streets(), clinics(), minutes=[1, 2])["minutes"]
    clinic
    old    1.0
    old    2.0
    new    1.0
    new    2.0
    Name: minutes, dtype: float64
    """
    joined = join(streets, places, "places", max_snap_metres=max_snap_metres)
    rings = search_isochrones.isochrones(streets, joined, minutes=minutes, towards=towards, together=together)
    if not together:
        rings.index = places.index.take(rings["place"].to_numpy())
    return rings.drop(columns="place")


def path(
    streets: StreetNetwork, origins: Points, destinations: Points, *, max_snap_metres: float = 200.0
) -> gpd.GeoDataFrame:
    """Return the shortest path from each origin to the destination in the same row.

    Paths are searched one at a time (`geo.search.paths`), some milliseconds each in a city: for travel times
    alone `travel_times` is a thousand times as fast.

    Parameters
    ----------
    streets
        From `geo.street_network`.
    origins, destinations
        Points with a CRS, as many of the one as of the other, paired by position; or one of either.
    max_snap_metres
        A point farther than this from every street has no path.

    Returns
    -------
    GeoDataFrame
        On the index of `origins` (of `destinations` where there is one origin for several): ``destination``
        (its label), ``minutes`` (walks to and from streets included), ``metres`` (along the streets) and
        ``geometry`` (LineString along the streets, EPSG:4326). Missing where there is no path.

    Raises
    ------
    InputError
        When points have no CRS, lie somewhere else than the streets, or cannot be paired.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> way = geo.path(streets(), homes(), clinics().loc[["new"]])
    >>> way[["destination", "minutes", "metres"]].round(1)
         destination  minutes  metres
    home
    a            new      3.0   180.0
    b            new      2.0   120.0
    """
    count = max(len(origins), len(destinations)) if len(origins) and len(destinations) else 0
    if {len(origins), len(destinations)} - {1, count}:
        raise InputError([_not_paired(len(origins), len(destinations))])
    starts = join(streets, origins, "origins", max_snap_metres=max_snap_metres)
    ends = join(streets, destinations, "destinations", max_snap_metres=max_snap_metres)
    first, last = (np.arange(count) % max(len(each), 1) for each in (starts, ends))
    found = [
        paths.shortest_path(streets, starts.take(np.array([a])), ends.take(np.array([b])))
        for a, b in zip(first, last, strict=True)
    ]
    return gpd.GeoDataFrame(
        {
            "destination": labels_at(destinations.index, last),
            "minutes": [np.nan if each is None else each.seconds / SECONDS_PER_MINUTE for each in found],
            "metres": [np.nan if each is None else each.metres for each in found],
        },
        geometry=[None if each is None else each.line for each in found],
        index=origins.index if len(origins) == count else destinations.index,
        crs=4326,
    )


def _alike_both_ways(streets: StreetNetwork) -> bool:
    """Whether every way takes as long there as back, gates of estates included."""
    return streets.symmetric and np.array_equal(streets.gate_leave_ms, streets.gate_enter_ms)


def _minutes(seconds: Any) -> Any:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds, np.nan) / SECONDS_PER_MINUTE


def _not_paired(origins: int, destinations: int) -> Any:
    return given_fault(
        "destinations",
        Text(
            f"{origins} origins and {destinations} destinations cannot be paired",
            f"{origins} 个出发地与 {destinations} 个目的地无法配对",
        ),
        Text("Give as many of each, or one of either", "请使两者数目相同，或其中一方只给一个"),
    )
