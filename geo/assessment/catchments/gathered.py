"""Small groups of people put together, so that no sum over places gives a few of them away."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.ledgers.suppression import LEAST
from geo.types import Bools, Floats, Index

NOWHERE = -1
"""Where people are counted of whom there are too few to be counted anywhere."""


def counted_at(
    demand: pd.DataFrame, people: Sequence[Floats], small: Bools, polygon: Index, at: Floats
) -> Index:
    """Return the row at which the people of each row are counted, its own where they are not a small group.

    Rows of small groups of a polygon that are of one group and shift, and count in the same cases, are
    counted together at the one with most people. Where that makes fewer than `geo.ledgers.suppression.LEAST`
    people they are counted with the nearest that are enough, or with all that are not. What any figure is a
    sum of is then such a whole: no difference of two figures holds fewer people of a group than that.

    Parameters
    ----------
    demand
        With ``group, shift``; each may be missing.
    people
        float64 [demand] by case: who is counted.
    small
        bool [demand]: rows that may not be told apart.
    polygon
        int64 [demand]: the polygon each row lies in, -1 for none.
    at
        float64 [demand, 2]: longitude and latitude in degrees.

    Returns
    -------
    int64 [demand]
        `NOWHERE` where all together are too few.

    Examples
    --------
    >>> demand = pd.DataFrame({"group": ["elderly"] * 3, "shift": ["all"] * 3})
    >>> counted_at(demand, [np.array([2.0, 3.0, 1.0])], np.ones(3, bool), np.zeros(3, int), np.zeros((3, 2)))
    array([1, 1, 1])
    """
    where = np.arange(len(demand), dtype=np.int64)
    rows = np.flatnonzero(small)
    if not rows.size:
        return where
    most = np.max(np.stack(people), axis=0)
    cases = np.packbits(np.stack(people) > 0, axis=0).T
    keys = pd.DataFrame({"polygon": polygon[rows], "cases": [each.tobytes() for each in cases[rows]]})
    for name in ("group", "shift"):
        keys[name] = demand[name].to_numpy(dtype=object)[rows] if name in demand else None
    for _, part in keys.groupby(["group", "shift", "cases"], dropna=False, sort=False):
        members = rows[part.index.to_numpy()]
        wholes = [members[found] for found in part.groupby("polygon").indices.values()]
        enough = [each for each in wholes if most[each].sum() >= LEAST]
        few = np.concatenate([np.empty(0, np.int64), *(w for w in wholes if most[w].sum() < LEAST)])
        anchors = np.array([each[most[each].argmax()] for each in enough], dtype=np.int64)
        for anchor, each in zip(anchors, enough, strict=True):
            where[each] = anchor
        where[few] = _anchor_of_few(few, anchors, most, at)
    return where


def _anchor_of_few(few: Index, anchors: Index, most: Floats, at: Floats) -> Index | int:
    """Return where rows are counted that are too few in their polygon."""
    if not few.size:
        return NOWHERE
    if not anchors.size:
        return int(few[most[few].argmax()]) if most[few].sum() >= LEAST else NOWHERE
    scale = np.array([np.cos(np.radians(at[anchors, 1].mean())), 1.0])
    apart = (at[few][:, None, :] - at[anchors][None, :, :]) * scale
    return np.asarray(anchors[np.hypot(apart[..., 0], apart[..., 1]).argmin(axis=1)], dtype=np.int64)


def gathered(people: Floats, where: Index) -> Floats:
    """Return people counted where `counted_at` says, float64 [demand].

    Examples
    --------
    >>> gathered(np.array([2.0, 3.0, 1.0]), np.array([1, 1, -1])).tolist()
    [0.0, 5.0, 0.0]
    """
    kept = where != NOWHERE
    return np.asarray(np.bincount(where[kept], weights=people[kept], minlength=people.size), np.float64)


def first_polygons(points: gpd.GeoSeries, polygons: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Index]:
    """Return the polygons of the first kind, and the position of the one each point lies in, -1 for none.

    Of polygons that overlap the first is taken.
    """
    first = polygons[(polygons["kind"] == polygons["kind"].iloc[0]).to_numpy()] if len(polygons) else polygons
    found = np.full(len(points), -1, dtype=np.int64)
    if len(first):
        point, polygon = first.sindex.query(points, predicate="intersects")
        order = np.lexsort((polygon, point))[::-1]
        found[point[order]] = polygon[order]
    return first, found
