"""Cases of a ledger counted by the polygons they stand in, small counts kept back."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

from geo.ledgers.suppression import LEAST, suppressed
from geo.types import Bools, Index

PLACE_COLUMNS = ("id", "raised", "settled", "settled_share", "kept_back")

AUDITED = 600
"""Overlapping polygons that are shown at most, those with the most cases: all sums are looked through."""


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
        figures are missing: one of raised, settled and open is 1 to 4, or would tell another that is.
    """
    member = _members(points, placed_in, polygons)
    raised, done = member.sum(axis=0), member[settled].sum(axis=0)
    # How many have no place is said beside the table, so that they hide nobody.
    placed = points.notna().to_numpy() | pd.notna(placed_in)
    hidden = _kept_back(member[placed], settled[placed], polygons)
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


def _members(
    points: gpd.GeoSeries, placed_in: NDArray[np.object_], polygons: gpd.GeoDataFrame
) -> sparse.csr_array:
    """Return which case stands in which polygon: a one each in a matrix [cases, polygons]."""
    rows = {each: row for row, each in enumerate(polygons["id"])}
    named = np.array([rows.get(each, -1) for each in placed_in], dtype=np.int64)
    case = np.flatnonzero(named >= 0)
    by_name = _ones(case, named[case], (len(points), len(polygons)))
    shapes = polygons.geometry
    return _related(points, shapes, "intersects") + by_name @ _related(shapes, shapes, "covered_by")


def _related(
    found: gpd.GeoSeries, shapes: gpd.GeoSeries, predicate: Literal["intersects", "covered_by"]
) -> sparse.csr_array:
    tree = shapely.STRtree(shapes.to_numpy(dtype=object))
    row, column = tree.query(found.to_numpy(dtype=object), predicate=predicate)
    return _ones(row, column, (len(found), len(shapes)))


def _ones(row: Index, column: Index, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape)


def _kept_back(member: sparse.csr_array, settled: Bools, polygons: gpd.GeoDataFrame) -> Bools:
    """Return the polygons whose cases must not be shown; every case given is known to stand somewhere."""
    counts = np.column_stack([member[settled].sum(axis=0), member[~settled].sum(axis=0)])
    # A part of each polygon without a case, so that its 0 may be kept back as any other count.
    empty = polygons.geometry[counts.sum(axis=1) == 0].representative_point()
    member = sparse.vstack([member, _related(empty, polygons.geometry, "intersects")], format="csr")
    if np.diff(member.indptr).max(initial=0) <= 1:
        return _of_disjoint(counts, outside=bool((np.diff(member.indptr) == 0).any()))
    member.sort_indices()
    stands_in = [member.indices[a:b].tobytes() for a, b in pairwise(member.indptr)]
    atom = pd.factorize(np.array(stands_in, dtype=object))[0]
    first = np.unique(atom, return_index=True)[1]
    atoms = member[first].toarray().astype(np.bool_)
    cases = np.zeros((len(atoms), 2), dtype=np.int64)
    np.add.at(cases, (atom[: settled.size], (~settled).astype(np.int64)), 1)
    return suppressed(atoms, cases, most=AUDITED)


def _of_disjoint(counts: NDArray[np.int64], *, outside: bool) -> Bools:
    """Return what is kept back of polygons side by side: a single small one takes the next along."""
    hidden = np.asarray(((counts > 0) & (counts < LEAST)).any(axis=1), dtype=np.bool_)
    if hidden.sum() == 1 and not outside and hidden.size > 1:
        others = np.flatnonzero(~hidden)
        hidden[others[np.argmin(counts[others].sum(axis=1))]] = True
    return hidden
