"""Small groups: rows of a special group that stand for a few people leave no exact place in any file.

A point with three people who live alone tells a stranger at which door to knock. Such rows are merged into
their polygon, with what all of them together have; where there is no polygon, into a row without a place.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.measures.point_state import merged_state
from geo.types import Bools, Floats

FEWEST_PEOPLE: Final = 5.0
"""A row of a special group with fewer people than this has no place of its own."""

EVERYBODY: Final = frozenset({"residents", "workers"})
"""Groups that say nothing of a person; every other one is special (older people, children, ...)."""

_NOWHERE = "elsewhere"
_SUMS = ("people", "people_counted", "gain", "lose", "nearer", "farther")
_SUM_ENDINGS = ("_covered", "_full", "_room_unknown", "_complying", "_covered_before", "_covered_after")
_STATE_ENDINGS = ("_state", "state_before", "state_after")


def is_small(demand: pd.DataFrame) -> Bools:
    """Return which rows stand for some, and fewer than `FEWEST_PEOPLE`, people of a special group.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": ["elderly", "elderly", "residents", None], "people": [4.0, 5, 1, 1]})
    >>> is_small(rows).tolist()
    [True, False, False, False]
    """
    people = demand["people"].to_numpy(np.float64)
    special = (demand["group"].notna() & ~demand["group"].isin(EVERYBODY)).to_numpy(np.bool_)
    return np.asarray(special & (people > 0) & (people < FEWEST_PEOPLE), dtype=np.bool_)


def may_be_shown(demand: pd.DataFrame) -> Bools:
    """Return which rows may be shown where they are: all but those of small groups."""
    return ~is_small(demand) if "group" in demand else np.ones(len(demand), dtype=np.bool_)


def without_small_groups(points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return points with the rows of small groups merged by polygon, group, shift and case.

    Parameters
    ----------
    points
        With `id, name, people, group, shift, layer, geometry`, in EPSG:4326, and figures: numbers of people
        are summed, flags hold where they hold for all, states are those of all together, other numbers are
        means over people, other texts are left out.
    polygons
        Of which the first kind is taken: `id, name, kind, geometry`.
    """
    small = is_small(points)
    if not small.any():
        return points
    few = points[small]
    where = _polygon_of(few, polygons)
    keys = [name for name in ("case", "group", "shift", "layer") if name in few]
    parts = few.groupby([where, *keys], sort=False, dropna=False)
    rows = [_merged(part, str(place), polygons) for (place, *_), part in parts]
    frame = pd.concat([points[~small], pd.DataFrame(rows)], ignore_index=True)
    return gpd.GeoDataFrame(frame[points.columns], geometry="geometry", crs=points.crs)


def _polygon_of(points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> pd.Series:
    """Return the id of the polygon that each point lies in, `_NOWHERE` where there is none."""
    where = pd.Series(_NOWHERE, index=points.index, dtype=object)
    if len(polygons):
        first = polygons[(polygons["kind"] == polygons["kind"].iloc[0]).to_numpy()]
        here = points.geometry.representative_point()
        point, polygon = first.sindex.query(here, predicate="intersects")
        ids = first["id"].to_numpy(dtype=object)
        # Reversed, so that of polygons that overlap the first is taken.
        where.iloc[point[::-1]] = ids[polygon[::-1]]
    return where


def _merged(rows: gpd.GeoDataFrame, place: str, polygons: gpd.GeoDataFrame) -> dict[str, object]:
    weights = rows["people"].to_numpy(np.float64)
    merged: dict[str, object] = {}
    for name in rows.columns:
        if name in ("geometry", "id", "name"):
            continue
        if name in ("case", "group", "shift", "layer"):
            merged[name] = rows[name].iloc[0]
        else:
            merged[name] = _figure(str(name), rows[name], weights)
    of = polygons[polygons["id"] == place] if len(polygons) else polygons
    merged["id"] = ":".join(str(part) for part in (place, merged.get("group"), merged.get("shift")))
    merged["name"] = of["name"].iloc[0] if len(of) else None
    merged["geometry"] = of.geometry.representative_point().iloc[0] if len(of) else None
    return merged


def _figure(name: str, values: pd.Series, weights: Floats) -> object:
    if values.dtype == bool:
        return bool(values.all())
    if name.endswith(_STATE_ENDINGS):
        return merged_state(values.to_numpy(dtype=object))
    if not pd.api.types.is_numeric_dtype(values):
        return None
    numbers = values.to_numpy(np.float64)
    if name in _SUMS or name.endswith(_SUM_ENDINGS):
        return float(np.nansum(numbers))
    known = np.isfinite(numbers)
    return float(np.average(numbers[known], weights=weights[known])) if known.any() else np.nan
