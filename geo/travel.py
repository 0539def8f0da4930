"""From everybody to the nearest facilities of every category, in one call."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo._blocks import Progress, run_blocks
from geo.life_circle import NearestTimes
from geo.network import StreetNetwork
from geo.reach import nearest
from geo.snap import AccessPoints
from geo.standard import Standard


def nearest_by_category(
    network: StreetNetwork,
    demand: AccessPoints,
    facilities: AccessPoints,
    categories: pd.Series,
    standard: Standard,
    *,
    k: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> dict[str, NearestTimes]:
    """Return, for each category that a standard asks for, the nearest facilities that fulfil it.

    Parameters
    ----------
    categories
        The category of each facility.
    k
        How many to find at least; more where a requirement asks for more.

    Returns
    -------
    dict
        By category; those of which there is no facility at all are left out.
    """
    wanted = _positions(categories, standard.accepted)
    counts = {
        category: max([k, *(r.count for r in standard.requirements if r.category == category)])
        for category in wanted
    }
    names = list(wanted)

    def search(first: int, _: int) -> NearestTimes:
        category = names[first]
        where = wanted[category]
        found = nearest(network, demand, facilities.take(where), k=counts[category])
        return NearestTimes.of(category, found.seconds, found.index, where)

    times = run_blocks(len(names), 1, search, threads=threads, progress=progress)
    return dict(zip(names, times, strict=True))


def _positions(
    categories: pd.Series, accepted: Mapping[str, tuple[str, ...]]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    found = {
        category: np.flatnonzero(categories.isin(fulfilling).to_numpy()).astype(np.int64)
        for category, fulfilling in accepted.items()
    }
    return {category: where for category, where in found.items() if where.size}
