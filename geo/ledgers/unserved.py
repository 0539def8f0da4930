"""Needs whose service nothing within the circle offers; counts that tell of places are rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ledgers.suppression import LEAST
from geo.types import Bools, Floats

STEP = float(LEAST)
"""Counts are rounded to the nearest multiple: whoever knows the circles and the counts by polygon could else
work out the few needs in the part of a polygon that lies in a circle."""

UNSERVED_COLUMNS = ("category", "placed", "served", "unserved", "nearest_id", "minutes", "rounded")


def unserved_by_category(
    category: NDArray[np.object_], minutes: Floats, nearest_id: NDArray[np.object_], *, limit: float
) -> pd.DataFrame:
    """Return how many needs have their service within the limit, and which place is nearest to the others.

    Parameters
    ----------
    category
        The service each need asks for; every need given stands somewhere.
    minutes, nearest_id
        To the nearest place that offers it, ``inf`` and None where none is reached.
    limit
        The minutes of the circle, inclusive.

    Returns
    -------
    pandas.DataFrame
        `UNSERVED_COLUMNS`, the most unserved first. ``nearest_id`` is the place that is nearest to most of
        the unserved, ``minutes`` their mean to it, rounded up; both missing where fewer than `STEP` are
        unserved. Where ``rounded``, ``served`` and ``unserved`` are multiples of `STEP`. A service of which
        there is no place tells of no place: its counts are exact.

    Examples
    --------
    >>> found = unserved_by_category(np.array(["a"] * 6, object), np.full(6, 20.0),
    ...     np.array(["x"] * 6, object), limit=15)
    >>> found[["placed", "served", "unserved", "minutes"]].to_numpy().tolist(), found["nearest_id"].tolist()
    ([[6.0, 0.0, 5.0, 20.0]], ['x'])
    """
    rows = []
    for name in pd.unique(category):
        of = category == name
        served: Bools = of & (minutes <= limit)
        left = of & ~served
        count, missing = int(served.sum()), int(left.sum())
        spatial = bool(pd.notna(nearest_id[of]).any())
        reached = left & np.isfinite(minutes)
        enough = missing >= LEAST and reached.any()
        nearest = pd.Series(nearest_id[reached]).mode().iloc[0] if enough else None
        to_it = reached & (nearest_id == nearest) if enough else reached & False
        rows.append(
            {
                "category": name,
                "placed": int(of.sum()),
                "served": STEP * np.rint(count / STEP) if spatial else float(count),
                "unserved": STEP * np.rint(missing / STEP) if spatial else float(missing),
                "nearest_id": nearest,
                "minutes": float(np.ceil(minutes[to_it].mean())) if enough else np.nan,
                "rounded": spatial,
            }
        )
    table = pd.DataFrame(rows, columns=list(UNSERVED_COLUMNS))
    return table.sort_values(
        ["unserved", "category"], ascending=[False, True], kind="stable", ignore_index=True
    )
