"""Cases that were passed on to a department, and how long they lay there (吹哨报到)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.types import Bools

WHISTLE_COLUMNS = (
    "department", "called", "came", "mean_days_to_come", "settled", "mean_days", "open", "mean_open_days",
    "longest_open_days",
)  # fmt: skip


def whistle_figures(cases: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Return by department how many cases were passed on to it, and how long they lay or have lain there.

    Parameters
    ----------
    cases
        Those that were passed on: ``department``; ``called_on`` (the day it was passed on, of raising where
        that is not known), ``came_on`` (the day the department came or answered), ``closed_on`` (datetime64,
        NaT where not known); ``settled`` (bool).
    today
        The day up to which open cases are counted.

    Returns
    -------
    pandas.DataFrame
        `WHISTLE_COLUMNS`, the most cases first. Days are counted from ``called_on``, that day left out; means
        are over the cases whose days are known and in order, missing where there are none.

    Examples
    --------
    >>> day = pd.to_datetime(pd.Series(["2025-03-01", "2025-03-01"]))
    >>> cases = pd.DataFrame({"department": "交通局", "called_on": day, "came_on": pd.NaT,
    ...     "closed_on": pd.to_datetime(pd.Series(["2025-03-11", None])), "settled": [True, False]})
    >>> figures = whistle_figures(cases, today=date(2025, 3, 31))
    >>> figures.loc[0, ["called", "settled", "mean_days", "open", "longest_open_days"]].tolist()
    [2.0, 1.0, 10.0, 1.0, 30.0]
    """
    called = pd.to_datetime(cases["called_on"])
    settled = cases["settled"].to_numpy(np.bool_)
    marked = pd.DataFrame(
        {
            "department": cases["department"].to_numpy(dtype=object),
            "called": 1,
            "came": pd.to_datetime(cases["came_on"]).notna().to_numpy(np.int64),
            "to_come": _days(pd.to_datetime(cases["came_on"]) - called),
            "settled": settled.astype(np.int64),
            "lay": _days(pd.to_datetime(cases["closed_on"]) - called, settled),
            "open": (~settled).astype(np.int64),
            "waits": _days(pd.Timestamp(today) - called, ~settled),
        }
    )
    grouped = marked.groupby("department", sort=False)
    table = grouped.agg(
        called=("called", "sum"),
        came=("came", "sum"),
        mean_days_to_come=("to_come", "mean"),
        settled=("settled", "sum"),
        mean_days=("lay", "mean"),
        open=("open", "sum"),
        mean_open_days=("waits", "mean"),
        longest_open_days=("waits", "max"),
    ).reset_index()
    return table.sort_values(
        ["called", "department"], ascending=[False, True], kind="stable", ignore_index=True
    )[list(WHISTLE_COLUMNS)]


def _days(spans: pd.Series[Any], counted: Bools | None = None) -> np.ndarray[Any, Any]:
    days = spans.dt.days.to_numpy(np.float64)
    known = days >= 0 if counted is None else (days >= 0) & counted
    return np.where(known, days, np.nan)
