"""Cases of a ledger counted by the polygons they stand in, small counts kept back."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.ledgers.suppression import LEAST, suppressed
from geo.types import Bools, Index

PLACE_COLUMNS = ("id", "raised", "settled", "settled_share", "kept_back")

AUDITED = 600
"""Overlapping polygons up to which all sums and differences are looked through; of more, none is shown."""


def cases_by_place(
    points: gpd.GeoSeries, placed_in: NDArray[np.object_], settled: Bools, polygons: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return how many cases stand in each polygon, where that may be shown.

    Parameters
    ----------
    points
        Where each case is, in the CRS of the polygons; missing where it has no point.
    placed_in
        For each case the id of the polygon it is counted for in place of a point; None elsewhere.
    settled
        Which cases are settled.
    polygons
        ``id, geometry``; they may overlap.

    Returns
    -------
    pandas.DataFrame
        ``id, raised, settled, settled_share, kept_back``: a row for each polygon. Where ``kept_back``, the
        figures are missing: one of raised, settled and open is 1 to 4, or would
        tell another that is.
    """
    member = _members(points, placed_in, polygons)
    raised, done = member.sum(axis=0), member[settled].sum(axis=0)
    atoms = np.unique(np.vstack([member, _empty_atoms(polygons, raised)]), axis=0)
    hidden = _kept_back(atoms, raised, done)
    share = np.divide(done, raised, out=np.full(raised.size, np.nan), where=raised > 0)
    return pd.DataFrame(
        {
            "id": polygons["id"].to_numpy(dtype=object),
            "raised": np.where(hidden, np.nan, raised),
            "settled": np.where(hidden, np.nan, done),
            "settled_share": np.where(hidden, np.nan, share),
            "kept_back": hidden,
        }
    )


def _members(points: gpd.GeoSeries, placed_in: NDArray[np.object_], polygons: gpd.GeoDataFrame) -> Bools:
    """Return which case stands in which polygon: bool [cases, polygons]."""
    shapes = polygons.geometry.to_numpy(dtype=object)
    member = np.zeros((len(points), len(shapes)), dtype=np.bool_)
    case, polygon = shapely.STRtree(shapes).query(points.to_numpy(dtype=object), predicate="intersects")
    member[case, polygon] = True
    rows = {each: row for row, each in enumerate(polygons["id"])}
    named = np.array([rows.get(each, -1) for each in placed_in], dtype=np.int64)
    inside = _inside(shapes)
    for row in np.unique(named[named >= 0]):
        member[named == row] = inside[row]
    return member


def _inside(shapes: NDArray[np.object_]) -> Bools:
    """Return which polygon lies in which: bool [inner, outer], each in itself."""
    inside = np.eye(len(shapes), dtype=np.bool_)
    inner, outer = shapely.STRtree(shapes).query(shapes, predicate="covered_by")
    inside[inner, outer] = True
    return inside


def _empty_atoms(polygons: gpd.GeoDataFrame, raised: Index) -> Bools:
    """Return a part of each polygon without a case, so that its 0 may be kept back as any other count."""
    empty = polygons[raised == 0]
    return _members(empty.geometry.representative_point(), np.full(len(empty), None, dtype=object), polygons)


def _kept_back(atoms: Bools, raised: Index, done: Index) -> Bools:
    counts = np.column_stack([raised, done, raised - done])
    small = np.asarray(((counts > 0) & (counts < LEAST)).any(axis=1), dtype=np.bool_)
    if (atoms.sum(axis=1) <= 1).all():
        return _of_disjoint(atoms, small, raised)
    if atoms.shape[1] > AUDITED:
        return np.ones(raised.size, dtype=np.bool_)
    return suppressed(atoms, counts, raised)


def _of_disjoint(atoms: Bools, small: Bools, raised: Index) -> Bools:
    """Return what is kept back of polygons side by side: a single small one takes the next along."""
    hidden, outside = small.copy(), not atoms.any(axis=1).all()
    if hidden.sum() == 1 and not outside and hidden.size > 1:
        others = np.flatnonzero(~hidden)
        hidden[others[np.argmin(raised[others])]] = True
    return hidden
