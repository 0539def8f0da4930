"""Enterprises by grid and by officer: loads, organisation coverage, who was not visited for some days."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.types import Bools, Floats

GRID_COLUMNS = (
    "id", "firms", "employees", "above_scale", "organised", "organised_above_scale", "coverage", "staff",
    "firms_per_staff",
)  # fmt: skip
OFFICER_COLUMNS = ("officer", "firms", "employees", "visited", "not_visited")


def firms_by_grid(firms: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how many enterprises stand in each polygon, and who looks after them.

    Parameters
    ----------
    firms
        ``employees`` (missing where not known), ``above_scale``, ``organisation`` (True, False or None),
        ``place_id`` (the polygon a firm without a point is in) and geometry.
    polygons
        ``id, staff`` (missing where not known), geometry in the CRS of the firms; they may overlap.

    Returns
    -------
    pandas.DataFrame
        `GRID_COLUMNS`, a row a polygon. ``coverage``: the share of enterprises above scale with a party
        organisation; missing where there are none. ``firms_per_staff``: missing where no staff is known.
    """
    inside = _inside(firms, polygons)
    staff = polygons["staff"].to_numpy(np.float64)
    return pd.DataFrame(_figures(firms, inside)).assign(
        id=polygons["id"].to_numpy(dtype=object),
        staff=staff,
        firms_per_staff=_ratio(inside.sum(axis=0).astype(np.float64), staff),
    )[list(GRID_COLUMNS)]


def firms_together(firms: pd.DataFrame) -> pd.Series:
    """Return the figures of all enterprises: those of `firms_by_grid` that need no polygon."""
    return pd.DataFrame(_figures(firms, np.ones((len(firms), 1), dtype=np.bool_))).iloc[0]


def _figures(firms: pd.DataFrame, inside: Bools) -> dict[str, Floats]:
    above, organised = (_yes(firms[name]) for name in ("above_scale", "organisation"))
    employees = firms["employees"].fillna(0).to_numpy(np.float64)
    count = inside.astype(np.float64)
    above_scale, both = above @ count, (above & organised) @ count
    return {
        "firms": inside.sum(axis=0),
        "employees": employees @ count,
        "above_scale": above_scale,
        "organised": organised @ count,
        "organised_above_scale": both,
        "coverage": _ratio(both, above_scale),
    }


def firms_by_officer(firms: pd.DataFrame, *, today: date, days: int) -> pd.DataFrame:
    """Return the load of each officer, and how many of the enterprises were not visited for some days.

    An enterprise of which no visit is known counts as not visited.

    Examples
    --------
    >>> firms = pd.DataFrame({"officer": ["a", "a"], "employees": [10.0, 5.0],
    ...     "last_visit": [date(2025, 3, 30), None]})
    >>> firms_by_officer(firms, today=date(2025, 4, 1), days=30).to_numpy().tolist()
    [['a', 2, 15.0, 1, 1]]
    """
    late = not_visited(firms, today=today, days=days)
    table = pd.DataFrame(
        {
            "officer": firms["officer"].to_numpy(dtype=object),
            "firms": 1,
            "employees": firms["employees"].fillna(0).to_numpy(np.float64),
            "visited": (~late).astype(np.int64),
            "not_visited": late.astype(np.int64),
        }
    )
    summed = table.groupby("officer", sort=False, dropna=False).sum().reset_index()
    return summed.sort_values(
        ["firms", "officer"], ascending=[False, True], kind="stable", ignore_index=True
    )[list(OFFICER_COLUMNS)]


def not_visited(firms: pd.DataFrame, *, today: date, days: int) -> Bools:
    """Return which enterprises had their last visit longer ago than some days, or none that is known."""
    visit = pd.to_datetime(firms["last_visit"])
    recent = (pd.Timestamp(today) - visit).dt.days <= days
    return ~(recent & visit.notna()).to_numpy(np.bool_)


def _inside(firms: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> Bools:
    """Return bool [firms, polygons]: where each stands, else the polygon it names."""
    inside = np.zeros((len(firms), len(polygons)), dtype=np.bool_)
    tree = shapely.STRtree(polygons.geometry.to_numpy(dtype=object))
    row, column = tree.query(firms.geometry.to_numpy(dtype=object), predicate="intersects")
    inside[row, column] = True
    named = (
        firms["place_id"].to_numpy(dtype=object)[:, None] == polygons["id"].to_numpy(dtype=object)[None, :]
    )
    return inside | (named & firms.geometry.isna().to_numpy()[:, None])


def _yes(values: pd.Series) -> Bools:
    return np.array([each is True or each == 1 for each in values], dtype=np.bool_)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
