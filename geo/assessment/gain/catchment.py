"""People who reach each of many places within a limit, summed without keeping the pairs."""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse

from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search.reach import reachable_blocks
from geo.types import Floats, Index, Index32


def people_reaching(
    network: StreetNetwork, homes: AccessPoints, places: AccessPoints, people: Floats, *, limits_ms: Index
) -> Floats:
    """Return the people who get to each place in time, in the direction of travel: from home to the place.

    Parameters
    ----------
    people
        float64 [homes, columns]: people of each home, one column for each question.
    limits_ms
        Milliseconds of each column, inclusive.

    Returns
    -------
    float64 [places, columns]

    Examples
    --------
    >>> from geo.network.snap import at_nodes
    >>> from geo.network.toys import line
    >>> street = line([100, 300])
    >>> every = at_nodes(street, np.argsort(street.node_lon))
    >>> people = np.ones((len(every), 1))
    >>> people_reaching(street, every, every, people, limits_ms=np.array([0])).ravel().tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    out = np.zeros((len(places), people.shape[1]))
    asked = np.flatnonzero((people > 0).any(axis=1) & (homes.edge >= 0))
    if not asked.size or not people.shape[1]:
        return out
    longest = float(limits_ms.max()) / 1000.0
    most_rows = max(1, min(asked.size, math.ceil(20_000_000 / max(len(places), 1))))
    for first, found in reachable_blocks(
        network, homes.take(asked), places, max_seconds=longest, rows=max(most_rows, 256)
    ):
        weights = people[asked[first : first + found.start.size - 1]]
        for limit in np.unique(limits_ms):
            column = np.flatnonzero(limits_ms == limit)
            out[:, column] += (
                _in_time(found.start, found.place, found.milliseconds, limit, len(places)).T
                @ (weights[:, column])
            )
    return out


def _in_time(
    start: Index, place: Index32, milliseconds: Index32, limit_ms: int, places: int
) -> sparse.csr_array:
    """Return which pairs are within a limit, as ones in a matrix [homes, places]."""
    kept = milliseconds <= limit_ms
    before = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_array(
        (np.ones(int(before[-1])), place[kept], before[start]), shape=(start.size - 1, places)
    )
