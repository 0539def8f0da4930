"""Why a join between a point and a street may be wrong, and how many joins are."""

from __future__ import annotations

from enum import IntFlag

import numpy as np
import numpy.typing as npt

Doubts = npt.NDArray[np.uint16]
"""Values of `Doubt`, one a join; 0 where nothing speaks against it."""


class Doubt(IntFlag):
    """What speaks against a join, the worst with the greatest value.

    Of two joins the one with the smaller value is made, so the worst doubt decides, then the next. The order
    is that of how unlikely it is that somebody walks there: water and motorways are not crossed on foot but
    on bridges that are streets themselves; an isolated piece leads nowhere; a railway has crossings that are
    not mapped now and then; a tunnel and a bridge have ways up and down; walls and fences have gates that
    nobody mapped; and a private way may be one's own.

    Attributes
    ----------
    PRIVATE
        A private way that is not one's own estate: a street for all that is not behind a barrier is less than
        twice as far.
    WALL
        Across a wall, fence, city wall, retaining wall or hedge.
    ABOVE
        To a bridge, or a street of a level above, from a place that is not up there.
    BELOW
        To a tunnel, or a street of a level below, from a place that is not down there.
    RAILWAY
        Across a railway on the ground.
    SCRAP
        To an isolated piece, or a street that one-way traffic cuts off
        (`geo.network.network.StreetNetwork.edge_scrap`).
    MOTORWAY
        Across a motorway, or a trunk road on which nobody may walk.
    WATER
        Across water.
    """

    PRIVATE = 1
    WALL = 2
    ABOVE = 4
    BELOW = 8
    RAILWAY = 16
    SCRAP = 32
    MOTORWAY = 64
    WATER = 128


def doubt_counts(doubt: Doubts, weight: npt.NDArray[np.float64] | None = None) -> dict[str, float]:
    """Return how many joins carry each doubt, by its name in lower case, and in how many there is any.

    Parameters
    ----------
    doubt
        One a join, as `geo.network.snap.AccessPoints` holds them.
    weight
        What each join stands for, people for instance; 1 where left out.

    Returns
    -------
    dict of str to float
        ``any`` first, then every `Doubt`, the worst first; zeros among them. A join with two doubts is
        counted under both, and once under ``any``.

    Examples
    --------
    >>> found = doubt_counts(np.array([0, 8, 10, 32], np.uint16))
    >>> {name: count for name, count in found.items() if count}
    {'any': 3.0, 'scrap': 1.0, 'below': 2.0, 'wall': 1.0}
    """
    each = np.ones(doubt.size) if weight is None else weight
    counts = {"any": float(each[doubt > 0].sum())}
    for kind in sorted(Doubt, reverse=True):
        counts[str(kind.name).lower()] = float(each[(doubt & np.uint16(kind)) > 0].sum())
    return counts
