"""The figures of a ledger of cases: raised, settled, in time, how long it took, how it was judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

DAYS = ("raised_on", "deadline", "closed_on")

FIGURES = (
    "raised", "settled", "settled_share", "due", "on_time", "on_time_share",
    "timed", "mean_days", "open", "waiting", "mean_open_days", "judged", "satisfaction",
)  # fmt: skip
"""The columns of `case_figures` behind those it is grouped by."""


def case_figures(cases: pd.DataFrame, by: Sequence[str], *, today: date) -> pd.DataFrame:
    """Return how the cases of each group stand.

    A case whose state is missing or not understood is open. Where a date is missing, the case counts in no
    figure that needs it, and the figure says how many cases it rests on.

    Parameters
    ----------
    cases
        One row a case: ``settled`` (bool); ``raised_on``, ``deadline``, ``closed_on`` (datetime64, NaT where
        not known); ``satisfaction`` (0 to 1, nan where nobody was asked); and the columns of `by`.
    by
        Columns to group by; none for one row over all. What is missing there is a group of its own.
    today
        The day on which open cases are counted.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, then `FIGURES`. ``due``: cases that have to be settled by now, that is settled
        on a known day before or after their deadline, or open beyond it; ``on_time``: of these, settled by
        the deadline. ``timed``: settled cases whose days are known, ``mean_days`` over them, the day of
        raising not counted. ``waiting``: open cases whose age is known, ``mean_open_days`` over them.
        ``judged``: cases with a judgement, ``satisfaction`` their mean. Shares and means of nothing are nan.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-03-01", "2025-03-11", None])
    >>> cases = pd.DataFrame({"settled": [True, True, False], "raised_on": days[[0, 0, 0]],
    ...     "deadline": days[[1, 0, 1]], "closed_on": days[[1, 1, 2]], "satisfaction": [1.0, 0.5, None]})
    >>> case_figures(cases, [], today=date(2025, 4, 1)).loc[0, ["settled", "due", "on_time"]].tolist()
    [2, 3, 1]
    """
    marked = _marked(cases, pd.Timestamp(today))
    grouped = marked.assign(_all=0).groupby(list(by) or ["_all"], dropna=False, sort=False, observed=True)
    sums = grouped[[*_SUMS]].sum().reset_index().drop(columns="_all", errors="ignore")
    for share, part, whole in _SHARES:
        over = sums[whole].to_numpy(dtype=np.float64)
        sums[share] = np.divide(sums[part], over, out=np.full(over.size, np.nan), where=over > 0)
    return sums[[*by, *FIGURES]]


_SHARES = (
    ("settled_share", "settled", "raised"),
    ("on_time_share", "on_time", "due"),
    ("mean_days", "days", "timed"),
    ("mean_open_days", "open_days", "waiting"),
    ("satisfaction", "judgement", "judged"),
)
_SUMS = (
    "raised", "settled", "due", "on_time", "timed", "days", "open", "waiting", "open_days", "judged",
    "judgement",
)  # fmt: skip


def _marked(cases: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Return the cases with what each adds to the sums."""
    settled = cases["settled"].to_numpy(dtype=np.bool_)
    raised, deadline, closed = (pd.to_datetime(cases[name]) for name in DAYS)
    timed = settled & (closed >= raised).to_numpy()
    waiting = ~settled & (raised <= today).to_numpy()
    dated = settled & closed.notna().to_numpy() & deadline.notna().to_numpy()
    on_time = dated & (closed <= deadline).to_numpy()
    overdue = ~settled & (deadline < today).to_numpy()
    judgement = cases["satisfaction"].to_numpy(dtype=np.float64)
    return cases.assign(
        raised=1,
        settled=settled.astype(np.int64),
        open=(~settled).astype(np.int64),
        due=(dated | overdue).astype(np.int64),
        on_time=on_time.astype(np.int64),
        timed=timed.astype(np.int64),
        days=_days(closed - raised, timed),
        waiting=waiting.astype(np.int64),
        open_days=_days(today - raised, waiting),
        judged=(~np.isnan(judgement)).astype(np.int64),
        judgement=np.nan_to_num(judgement),
    )


def _days(spans: pd.Series[Any], counted: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, Any]:
    return np.where(counted, spans.dt.days.fillna(0).to_numpy(), 0)
