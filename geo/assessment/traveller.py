"""From everybody to the nearest facilities of every category, each search made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.blocks import Progress, run_blocks
from geo.joins.barriers import Barriers
from geo.measures.requirements import NearestMetres, NearestTimes, ReachResult
from geo.measures.standard import Standard
from geo.measures.straight import nearest_straight
from geo.network.areas import join_places
from geo.network.entrances import Approaches
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile
from geo.network.snap import AccessPoints, plain_nearest
from geo.search.reach import Nearest, nearest, sums
from geo.search.ways import nearest_ways
from geo.types import Bools, Floats, Index

Positions: TypeAlias = Index
"""Where facilities stand in the frame of all facilities."""

# A search is named by the facilities that count in it.
_Key: TypeAlias = bytes


@dataclass(frozen=True, eq=False, kw_only=True)
class Traveller:
    """One profile on its network, with people and facilities joined to it and searches remembered.

    Cases that differ only in who is counted, or in hours that close nothing, share their searches.
    """

    profile: Profile
    network: StreetNetwork
    demand: AccessPoints
    facilities: AccessPoints
    _searches: dict[_Key, Nearest] = field(default_factory=dict, init=False, repr=False)
    _lengths: dict[_Key, Floats] = field(default_factory=dict, init=False, repr=False)

    def starting_at(self, demand: AccessPoints) -> Traveller:
        """Return the same traveller from other demand points, for whom nothing is searched yet."""
        return replace(self, demand=demand)

    def search(self, wanted: Iterable[tuple[Positions, int]], *, progress: Progress | None = None) -> None:
        """Make the searches that are missing, each for the facilities at some positions and a k."""
        most: dict[_Key, tuple[Positions, int]] = {}
        for positions, k in wanted:
            key = positions.tobytes()
            known = self._searches.get(key)
            if known is None or known.seconds.shape[1] < k:
                most[key] = (positions, max(k, most[key][1] if key in most else 1))
        jobs = list(most.items())

        def work(first: int, _: int) -> Nearest:
            positions, k = jobs[first][1]
            return self._nearest(positions, k)

        for (key, _), answer in zip(jobs, run_blocks(len(jobs), 1, work, progress=progress), strict=True):
            self._searches[key] = answer

    def times(self, category: str, positions: Positions, *, k: int) -> NearestTimes:
        """Return the k nearest of the facilities at `positions`; all unreached where there are none."""
        self.search([(positions, k)])
        answer = self._searches[positions.tobytes()]
        return NearestTimes.of(category, answer.seconds[:, :k], answer.index[:, :k], positions)

    def metres(self, category: str, positions: Positions, *, k: int) -> NearestMetres:
        """Return distances along the streets to the k nearest of the facilities at `positions`.

        Travel time times speed is a distance only for a profile of one speed on every street, without
        waiting or slopes, such as the profile ``metres``.
        """
        times = self.times(category, positions, k=k)
        metres = times.seconds * self.network.metres_per_second
        return NearestMetres(category, metres, times.facility_index, "network", times.available)

    def lengths(self, positions: Positions, *, k: int) -> Floats:
        """Return metres of the ways that `times` found: of the traveller's own quickest ways, walks included.

        Returns
        -------
        float64 [demand, k]
            ``inf`` where fewer are reached.
        """
        key = positions.tobytes()
        known = self._lengths.get(key)
        if known is None or known.shape[1] < k:
            some = self.facilities.take(positions)
            known = self._lengths[key] = nearest_ways(self.network, self.demand, some, k=k).metres
        return known[:, :k]

    def entrance_names(self, positions: Positions) -> npt.NDArray[np.object_]:
        """Return the name of the gate by which each demand point enters the nearest of some facilities.

        None where the facility has one place alone, its gates have no names, or none is reached.
        """
        names = np.full(len(self.demand), None, dtype=object)
        every, owner = self.facilities.every_place()
        rows = np.flatnonzero(np.isin(owner, positions))
        if every.name is None or not any(name is not None for name in every.name[rows]):
            return names
        entered = nearest(self.network, self.demand, every.take(rows)).index[:, 0]
        names[entered >= 0] = every.name[rows[entered[entered >= 0]]]
        return names

    def forget(self) -> None:
        """Let go of the searches."""
        self._searches.clear()
        self._lengths.clear()

    def _nearest(self, positions: Positions, k: int) -> Nearest:
        if positions.size:
            return nearest(self.network, self.demand, self.facilities.take(positions), k=k)
        shape = (len(self.demand), k)
        return Nearest(seconds=np.full(shape, np.inf), index=np.full(shape, -1, dtype=np.int32))


def piece_of(network: StreetNetwork, points: AccessPoints) -> Index:
    """Return the connected piece of the streets each point is on, -1 where it is not joined."""
    piece = network.node_piece[network.edge_source[np.maximum(points.edge, 0)]]
    return np.where(points.snapped, piece, -1).astype(np.int64)


def join_to_streets(
    networks: Mapping[str, StreetNetwork],
    profiles: Mapping[str, Profile],
    *,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    levels: tuple[npt.ArrayLike, npt.ArrayLike],
    barriers: Barriers,
    max_snap_metres: float,
    approaches: Approaches,
) -> dict[str, Traveller]:
    """Join people and facilities to the streets of every profile.

    Parameters
    ----------
    networks, profiles
        By the name of the streets; each network has its profile.
    demand
        Points or cells; a cell is joined at a point inside it.
    levels
        Whether each demand point and each facility lies below the ground (-1), on it or above it.
    barriers
        What no walk to a street crosses where another street can be had.
    max_snap_metres
        What lies farther than this from any street is not joined.
    approaches
        Where places that are areas are entered and left.
    """
    people = demand.set_geometry(demand.geometry.representative_point())
    return {
        name: Traveller(
            profile=profiles[name],
            network=network,
            demand=join_places(
                network,
                people,
                approaches=approaches,
                max_snap_metres=max_snap_metres,
                barriers=barriers,
                level=levels[0],
                lived_in=True,
            ),
            facilities=join_places(
                network,
                facilities,
                approaches=approaches,
                max_snap_metres=max_snap_metres,
                barriers=barriers,
                level=levels[1],
            ),
        )
        for name, network in networks.items()
    }


_AT_END_METRES = 5.0
"""A street that was cut ends where it was cut; others of the extract are not open to the traveller."""


def to_street_ends(traveller: Traveller, ends: Floats, lon: Floats, lat: Floats) -> Floats:
    """Return seconds from each demand point to the nearest place at which the streets were cut.

    Parameters
    ----------
    ends
        float64 [n, 2]: longitude and latitude of those places.
    lon, lat
        Of the demand points, which walk straight to such a place where they are not joined to a street.

    Returns
    -------
    float64 [demand]
        ``inf`` where no such place is reached.
    """
    places, kept = _joined_ends(traveller, ends)
    if not kept.size:
        return np.full(len(traveller.demand), np.inf)
    along = nearest(traveller.network, traveller.demand, places, k=1).seconds[:, 0]
    metres, _ = nearest_straight(lon, lat, ends[kept, 0], ends[kept, 1], k=1)
    straight = metres[:, 0] / traveller.network.metres_per_second
    return np.where(traveller.demand.snapped, along, straight)


def street_end_places(traveller: Traveller, ends: Floats) -> AccessPoints | None:
    """Return the places at which the streets of a traveller were cut; None where there are none."""
    places, kept = _joined_ends(traveller, ends)
    return places if kept.size else None


def _joined_ends(traveller: Traveller, ends: Floats) -> tuple[AccessPoints, Index]:
    """Return the ends on the traveller's own streets, and which of all ends they are."""
    if not len(ends):
        return traveller.demand.take(np.zeros(0, dtype=np.int64)), np.zeros(0, dtype=np.int64)
    places = plain_nearest(traveller.network, (ends[:, 0], ends[:, 1]), max_snap_metres=_AT_END_METRES)
    kept = np.flatnonzero(places.snapped).astype(np.int64)
    return places.take(kept), kept


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Choice:
    """One result whose choices are to be counted.

    Attributes
    ----------
    result, times
        The test and the nearest facilities it was made with.
    counts
        bool [facilities]: those that count for it.
    """

    result: ReachResult
    times: NearestTimes
    counts: Bools

    @property
    def capped(self) -> Bools:
        """Return the demand points [n] that may reach more facilities than were searched for them."""
        searched = self.times.seconds.shape[1]
        more = self.times.available is None or self.times.available > searched
        return np.asarray((self.result.choices >= searched) & more, dtype=np.bool_)


def true_choices(
    traveller: Traveller, choices: Sequence[Choice], *, progress: Progress | None = None
) -> list[Index]:
    """Return for each result how many of its facilities every demand point reaches within the limit.

    Points that reach fewer than were searched are known already; one bounded search from each of the
    others counts for all results at once.

    Returns
    -------
    list of int64 [demand]
    """
    counts = [choice.result.choices.copy() for choice in choices]
    unknown = [number for number, choice in enumerate(choices) if choice.capped.any()]
    if not unknown:
        return counts
    points = np.flatnonzero(np.any([choices[number].capped for number in unknown], axis=0))
    places = np.flatnonzero(np.any([choices[number].counts for number in unknown], axis=0))
    weights = np.stack([choices[number].counts[places] for number in unknown], axis=1)
    within_limit = sums(
        traveller.network,
        traveller.demand.take(points),
        traveller.facilities.take(places),
        weights,
        limits_seconds=[choices[number].result.limit_seconds for number in unknown],
        progress=progress,
    )
    for column, number in enumerate(unknown):
        counts[number][points] = np.rint(within_limit[:, column]).astype(np.int64)
    return counts


def positions_by_category(categories: pd.Series, standard: Standard) -> dict[str, Positions]:
    """Return for each category that a standard asks for the facilities that fulfil it.

    Those of which there is no facility at all are left out: nothing is known of them.

    Examples
    --------
    >>> from geo.measures.standard import Requirement
    >>> from geo.text import Text
    >>> standard = Standard(
    ...     "s", Text("", ""), (Requirement("a", Text("", "")), Requirement("b", Text("", "")))
    ... )
    >>> positions_by_category(pd.Series(["c", "a", "a"]), standard)["a"].tolist()
    [1, 2]
    """
    positions = {
        category: np.flatnonzero(categories.isin(fulfilling).to_numpy()).astype(np.int64)
        for category, fulfilling in standard.accepted.items()
    }
    return {category: where for category, where in positions.items() if where.size}


def counts_by_category(standard: Standard, categories: Iterable[str], *, k: int = 1) -> dict[str, int]:
    """Return how many nearest must be found of each category: `k`, or what a requirement counts."""
    most = dict.fromkeys(categories, k)
    for requirement in standard.requirements:
        if requirement.category in most:
            most[requirement.category] = max(most[requirement.category], requirement.count)
    return most
