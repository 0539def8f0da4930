"""Needs whose service nothing within the circle offers, by service, small counts kept back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ledgers.suppression import LEAST
from geo.types import Bools, Floats

UNSERVED_COLUMNS = ("category", "placed", "served", "unserved", "nearest_id", "minutes", "kept_back")


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
        the unserved, ``minutes`` their mean to it. Where ``kept_back``, ``served`` and what is behind it are
        missing: one of both counts is 1 to 4, and would tell where a few needs stand. Rows are of different
        needs and no sum over them is given. A service of which there is no place tells of no place, and is
        shown.

    Examples
    --------
    >>> found = unserved_by_category(np.array(["a"] * 6, object), np.full(6, 20.0),
    ...     np.array(["x"] * 6, object), limit=15)
    >>> found[["placed", "served", "unserved", "minutes"]].to_numpy().tolist(), found["nearest_id"].tolist()
    ([[6.0, 0.0, 6.0, 20.0]], ['x'])
    """
    rows = []
    for name in pd.unique(category):
        of = category == name
        served: Bools = of & (minutes <= limit)
        left = of & ~served
        count, missing = int(served.sum()), int(left.sum())
        hidden = pd.notna(nearest_id[of]).any() and any(0 < each < LEAST for each in (count, missing))
        reached = left & np.isfinite(minutes)
        nearest = pd.Series(nearest_id[reached]).mode() if reached.any() and not hidden else pd.Series([])
        to_it = reached & (nearest_id == nearest.iloc[0]) if len(nearest) else reached & False
        rows.append(
            {
                "category": name,
                "placed": int(of.sum()),
                "served": np.nan if hidden else float(count),
                "unserved": np.nan if hidden else float(missing),
                "nearest_id": nearest.iloc[0] if len(nearest) else None,
                "minutes": float(minutes[to_it].mean()) if to_it.any() else np.nan,
                "kept_back": bool(hidden),
            }
        )
    table = pd.DataFrame(rows, columns=list(UNSERVED_COLUMNS))
    return table.sort_values(
        ["unserved", "category"], ascending=[False, True], kind="stable", ignore_index=True
    )
