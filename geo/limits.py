"""Whether a travel time or a distance lies within a limit: the one rule of engine, assessment and siting.

Travel times are whole milliseconds. A limit of t seconds includes every time of at most
``round(1000 t)`` milliseconds, so that a time that meets its limit exactly is within it, whatever the last
bit of ``minutes * 60.0`` is (``8.2 * 60.0`` is 491.99999999999994).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from geo.types import Bools, Floats

SECONDS_PER_MINUTE: Final = 60.0
MILLISECONDS_PER_SECOND: Final = 1000.0
MILLISECONDS_PER_MINUTE: Final = SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND

NO_LIMIT_MS: Final = int(np.iinfo(np.int32).max)
"""The largest time that an array of milliseconds can hold; a limit as large excludes nothing reached."""

_ROUNDING_MS: Final = 1e-3
"""Below the least amount by which a mean of up to 1,000 whole milliseconds can exceed a whole one, and
above the rounding of ``seconds * 1000.0`` in double precision (2e-9 ms at four hours)."""

_SHOWN_MS: Final = MILLISECONDS_PER_MINUTE / 100.0

_ROUNDING_METRES: Final = 1e-6
"""A micrometre: above the rounding of double precision, below whatever is measured."""


def minutes_to_seconds(minutes: float) -> float:
    """Return a limit in seconds, unrounded: `limit_milliseconds` rounds it, once."""
    return minutes * SECONDS_PER_MINUTE


def limit_milliseconds(seconds: float) -> int:
    """Return the longest travel time in whole milliseconds that a limit in seconds includes.

    Returns
    -------
    int
        ``round(1000 seconds)``, at most `NO_LIMIT_MS`; an infinite limit gives `NO_LIMIT_MS`.

    Raises
    ------
    ValueError
        When the limit is negative or not a number.

    Examples
    --------
    >>> limit_milliseconds(minutes_to_seconds(8.2)), limit_milliseconds(float("inf")) == NO_LIMIT_MS
    (492000, True)
    """
    if math.isnan(seconds) or seconds < 0:
        msg = f"a time limit must not be negative or missing, got {seconds} seconds"
        raise ValueError(msg)
    milliseconds = seconds * MILLISECONDS_PER_SECOND
    return NO_LIMIT_MS if milliseconds >= NO_LIMIT_MS else round(milliseconds)


def within(seconds: Floats, limit_seconds: float) -> Bools:
    """Return which travel times are within a limit, the limit included.

    Parameters
    ----------
    seconds
        Whole milliseconds divided by 1,000, or means of such; ``inf`` is unreached and never within.

    Examples
    --------
    >>> within(np.array([900.0, 900.001, np.inf]), 900).tolist()
    [True, False, False]
    >>> within(np.array([5.0, np.inf]), np.inf).tolist()
    [True, False]
    """
    limit = limit_milliseconds(limit_seconds)
    if limit == NO_LIMIT_MS:
        return np.isfinite(seconds)
    return np.asarray(seconds * MILLISECONDS_PER_SECOND <= limit + _ROUNDING_MS, dtype=np.bool_)


def limits_met(seconds: float, minutes: Iterable[float]) -> list[float]:
    """Return those of some limits in minutes that one travel time is within.

    Examples
    --------
    >>> limits_met(492.0, (5, 8.2, 15)), limits_met(float("inf"), (5, 8.2, 15))
    ([8.2, 15], [])
    """
    if not math.isfinite(seconds):
        return []
    time = seconds * MILLISECONDS_PER_SECOND
    return [
        limit for limit in minutes if time <= limit_milliseconds(minutes_to_seconds(limit)) + _ROUNDING_MS
    ]


def shown_minutes(seconds: float) -> float | None:
    """Return a travel time in hundredths of a minute, rounded up: a time beyond a limit never shows as it.

    None where nothing is reached.

    Examples
    --------
    >>> shown_minutes(300.0), shown_minutes(300.001), shown_minutes(float("inf"))
    (5.0, 5.01, None)
    """
    if not math.isfinite(seconds):
        return None
    return math.ceil(round(seconds * MILLISECONDS_PER_SECOND) / _SHOWN_MS) / 100.0


def within_metres(metres: Floats, limit_metres: float) -> Bools:
    """Return which distances are within a limit in metres, the limit included.

    Parameters
    ----------
    metres
        Distances in metres, along streets or in a straight line; ``inf`` where there is none.

    Raises
    ------
    ValueError
        When the limit is negative or not a number.

    Examples
    --------
    >>> within_metres(np.array([300.0, 300.01, np.inf]), 300).tolist()
    [True, False, False]
    """
    if math.isnan(limit_metres) or limit_metres < 0:
        msg = f"a limit must not be negative or missing, got {limit_metres} metres"
        raise ValueError(msg)
    return np.isfinite(metres) & (metres <= limit_metres + _ROUNDING_METRES)
