"""From everybody to the nearest facilities of every category, each search made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.blocks import Progress, run_blocks
from geo.measures.requirements import NearestMetres, NearestTimes
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile
from geo.network.snap import NOT_SNAPPED, AccessPoints
from geo.search.reach import Nearest, nearest

Positions = npt.NDArray[np.int64]
# A search is named by the facilities that count in it.
_Key = bytes


@dataclass(frozen=True, eq=False)
class Traveller:
    """One profile on its network, with people and facilities joined to it and searches remembered.

    Cases that differ only in who is counted, or in hours that close nothing, share their searches.
    """

    profile: Profile
    network: StreetNetwork
    demand: AccessPoints
    facilities: AccessPoints
    _found: dict[_Key, Nearest] = field(default_factory=dict, repr=False)

    def search(self, wanted: Iterable[tuple[Positions, int]], *, progress: Progress | None = None) -> None:
        """Make the searches that are missing, each for the facilities at some positions and a k."""
        most: dict[_Key, tuple[Positions, int]] = {}
        for positions, k in wanted:
            key = positions.tobytes()
            known = self._found.get(key)
            if known is None or known.seconds.shape[1] < k:
                most[key] = (positions, max(k, most[key][1] if key in most else 1))
        jobs = list(most.items())

        def work(first: int, _: int) -> Nearest:
            positions, k = jobs[first][1]
            return self._nearest(positions, k)

        for (key, _), found in zip(jobs, run_blocks(len(jobs), 1, work, progress=progress), strict=True):
            self._found[key] = found

    def times(self, category: str, positions: Positions, *, k: int) -> NearestTimes:
        """Return the k nearest of the facilities at `positions`; all unreached where there are none."""
        self.search([(positions, k)])
        found = self._found[positions.tobytes()]
        return NearestTimes.of(category, found.seconds[:, :k], found.index[:, :k], positions)

    def metres(self, category: str, positions: Positions, *, k: int) -> NearestMetres:
        """Return distances on the network; right for a traveller whose seconds are metres."""
        found = self.times(category, positions, k=k)
        return NearestMetres(category, found.seconds, found.facility_index, "network", found.available)

    def forget(self) -> None:
        """Let go of the searches."""
        self._found.clear()

    def piece_of(self, points: AccessPoints) -> npt.NDArray[np.int64]:
        """Return the connected piece of the streets each point is on, -1 where it is not joined."""
        edge = np.maximum(points.edge, 0)
        piece = self.network.node_piece[self.network.edge_source[edge]]
        return np.where(points.edge == NOT_SNAPPED, -1, piece).astype(np.int64)

    def _nearest(self, positions: Positions, k: int) -> Nearest:
        if positions.size:
            return nearest(self.network, self.demand, self.facilities.take(positions), k=k)
        shape = (len(self.demand), k)
        return Nearest(seconds=np.full(shape, np.inf), index=np.full(shape, -1, dtype=np.int32))


def positions_by_category(categories: pd.Series, standard: Standard) -> dict[str, Positions]:
    """Return for each category that a standard asks for the facilities that fulfil it.

    Those of which there is no facility at all are left out: nothing is known of them.

    Examples
    --------
    >>> from geo.measures.standard import Requirement
    >>> from geo.text import Text
    >>> asked = Standard("s", Text("", ""), (Requirement("a", Text("", "")), Requirement("b", Text("", ""))))
    >>> positions_by_category(pd.Series(["c", "a", "a"]), asked)["a"].tolist()
    [1, 2]
    """
    found = {
        category: np.flatnonzero(categories.isin(fulfilling).to_numpy()).astype(np.int64)
        for category, fulfilling in standard.accepted.items()
    }
    return {category: where for category, where in found.items() if where.size}


def counts_by_category(standard: Standard, categories: Iterable[str], *, k: int = 1) -> dict[str, int]:
    """Return how many nearest must be found of each category: `k`, or what a requirement counts."""
    most = dict.fromkeys(categories, k)
    for requirement in standard.requirements:
        if requirement.category in most:
            most[requirement.category] = max(most[requirement.category], requirement.count)
    return most


def nearest_by_category(
    network: StreetNetwork,
    demand: AccessPoints,
    facilities: AccessPoints,
    wanted: Mapping[str, Positions],
    *,
    k: int = 1,
) -> dict[str, NearestTimes]:
    """Return for each category the nearest of the facilities at its positions.

    Where a category has no positions nothing is reached.
    """
    times = {}
    for category, where in wanted.items():
        if where.size:
            found = nearest(network, demand, facilities.take(where), k=k)
            times[category] = NearestTimes.of(category, found.seconds, found.index, where)
        else:
            shape = (len(demand), k)
            nobody = np.full(shape, -1, dtype=np.int64)
            times[category] = NearestTimes(category, np.full(shape, np.inf), nobody, 0)
    return times
