"""The one rule of "within the limit": whole milliseconds, the limit included.

Travel times are whole milliseconds. A limit of t seconds includes every time of at most
``round(t * 1000)`` milliseconds, so that 8.2 minutes and 492 seconds are the same limit although
``8.2 * 60`` is a little less than 492 in binary floating point.
"""

from __future__ import annotations

import math
from typing import Final, overload

import numpy as np

from geo.types import Bools, Floats, Index

MILLISECONDS_PER_SECOND: Final = 1000

_NO_LIMIT_MS: Final = int(np.iinfo(np.int64).max)
"""What an infinite limit becomes: no time is longer."""


@overload
def limit_milliseconds(seconds: float) -> int: ...
@overload
def limit_milliseconds(seconds: Floats) -> Index: ...
def limit_milliseconds(seconds: float | Floats) -> int | Index:
    """Return limits in whole milliseconds, rounded to the nearest (halves to even).

    Parameters
    ----------
    seconds
        One limit or an array of them; ``inf`` is no limit.

    Raises
    ------
    ValueError
        When a limit is negative or NaN.

    Examples
    --------
    >>> limit_milliseconds(8.2 * 60), limit_milliseconds(492.0)
    (492000, 492000)
    >>> limit_milliseconds(np.array([0.0004, 1.5])).tolist()
    [0, 1500]
    """
    limits = np.asarray(seconds, np.float64)
    if not (limits >= 0).all():
        msg = f"a limit must not be negative, got {seconds}"
        raise ValueError(msg)
    if limits.ndim == 0:
        limit = float(limits)
        return _NO_LIMIT_MS if math.isinf(limit) else round(limit * MILLISECONDS_PER_SECOND)
    # Beyond 2**53, 285,000 years, doubles are no longer exact to the millisecond.
    whole = np.rint(np.minimum(limits * MILLISECONDS_PER_SECOND, 2.0**53)).astype(np.int64)
    return np.where(np.isinf(limits), _NO_LIMIT_MS, whole)


def within(seconds: float | Floats, limit_seconds: float) -> Bools:
    """Return which travel times in seconds lie within a limit; ``inf`` (not reached) never does.

    Examples
    --------
    >>> within(np.array([491.9999, 492.0, 492.001, np.inf]), 8.2 * 60).tolist()
    [True, True, False, False]
    """
    times = np.asarray(seconds, np.float64)
    limit = limit_milliseconds(limit_seconds)
    return np.isfinite(times) & (np.rint(times * MILLISECONDS_PER_SECOND) <= limit)
