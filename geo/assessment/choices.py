"""How many facilities are within reach: all of them, however few nearest ones were searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.assessment.traveller import Traveller
from geo.blocks import Progress
from geo.measures.requirements import (
    SECONDS_PER_MINUTE,
    NearestTimes,
    ReachResult,
)
from geo.search.reach import sums
from geo.types import Bools, Index


@dataclass(frozen=True, slots=True, eq=False)
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
    found = [choice.result.choices.copy() for choice in choices]
    open_ones = [number for number, choice in enumerate(choices) if choice.capped.any()]
    if not open_ones:
        return found
    points = np.flatnonzero(np.any([choices[number].capped for number in open_ones], axis=0))
    places = np.flatnonzero(np.any([choices[number].counts for number in open_ones], axis=0))
    weights = np.stack([choices[number].counts[places] for number in open_ones], axis=1)
    counted = sums(
        traveller.network,
        traveller.demand.take(points),
        traveller.facilities.take(places),
        weights,
        limits_seconds=[choices[number].result.threshold * SECONDS_PER_MINUTE for number in open_ones],
        progress=progress,
    )
    for column, number in enumerate(open_ones):
        found[number][points] = np.rint(counted[:, column]).astype(np.int64)
    return found
