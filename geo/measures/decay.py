"""Functions of travel time that say how much a facility is worth from so far away.

Each takes its parameters and returns a function of seconds, which a measure takes as its argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds, within
from geo.types import Floats

Decay = Callable[[Floats], Floats]


def within_minutes(minutes: float) -> Decay:
    """Return 1 up to `minutes` and 0 beyond: the catchment of the first 2SFCA (Luo and Wang 2003).

    Examples
    --------
    >>> within_minutes(10)(np.array([600.0, 601.0])).tolist()
    [1.0, 0.0]
    """
    return step_decay({minutes: 1.0})


def step_decay(weights: Mapping[float, float]) -> Decay:
    """Return the weight of the zone a time lies in, 0 beyond the last (Luo and Qi 2009).

    Parameters
    ----------
    weights
        Weight by the upper limit of its zone in minutes, the limit included.

    Raises
    ------
    ValueError
        When there is no zone, or a weight is negative.

    Examples
    --------
    >>> step_decay({5: 1, 10: 0.68, 15: 0.22})(np.array([300.0, 301.0, 900.0, 901.0])).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """
    if not weights or min(weights.values()) < 0:
        msg = f"a step decay needs zones with weights of 0 or more, not {dict(weights)}"
        raise ValueError(msg)
    zones = sorted(weights.items(), reverse=True)

    def weigh(seconds: Floats) -> Floats:
        weight = np.zeros(np.shape(seconds))
        # From the widest zone inwards: the narrowest that holds a time has the last word.
        for minutes, value in zones:
            weight[within(seconds, minutes_to_seconds(minutes))] = value
        return weight

    return weigh


def gaussian_decay(minutes: float) -> Decay:
    """Return ``exp(-t^2 / 2 s^2)`` with s of `minutes`, never quite 0 (Gauss; as in PySAL ``access``).

    Examples
    --------
    >>> gaussian_decay(20)(np.array([0.0, 1200.0])).round(4).tolist()
    [1.0, 0.6065]
    """
    sigma = minutes_to_seconds(_positive(minutes))
    return lambda seconds: np.asarray(np.exp(-(seconds**2) / (2 * sigma**2)))


def bounded_gaussian_decay(minutes: float) -> Decay:
    """Return the Gaussian that falls from 1 to exactly 0 at the catchment of `minutes` (Dai 2010).

    ``(exp(-(t/t0)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))`` up to t0, and 0 beyond.

    Examples
    --------
    >>> bounded_gaussian_decay(10)(np.array([0.0, 300.0, 600.0, 601.0])).round(4).tolist()
    [1.0, 0.7014, 0.0, 0.0]
    """
    limit = minutes_to_seconds(_positive(minutes))
    edge = np.exp(-0.5)

    def weigh(seconds: Floats) -> Floats:
        weight = (np.exp(-0.5 * (seconds / limit) ** 2) - edge) / (1 - edge)
        return np.where(within(seconds, limit), np.maximum(weight, 0.0), 0.0)

    return weigh


def power_decay(*, power: float, minutes_least: float = 1.0) -> Decay:
    """Return ``t^-power`` with t in minutes, as in the gravity measure of Hansen (1959).

    Parameters
    ----------
    minutes_least
        Shorter times count as this: at no distance the formula would be infinite.

    Examples
    --------
    >>> power_decay(power=2)(np.array([0.0, 120.0, np.inf])).tolist()
    [1.0, 0.25, 0.0]
    """
    least, exponent = _positive(minutes_least), -_positive(power)
    return lambda seconds: np.asarray(np.maximum(seconds / SECONDS_PER_MINUTE, least) ** exponent)


def exponential_decay(*, half_minutes: float) -> Decay:
    """Return ``2^(-t / h)``: the worth halves every `half_minutes` (Wilson 1971, negative exponential).

    Examples
    --------
    >>> exponential_decay(half_minutes=10)(np.array([0.0, 600.0, np.inf])).tolist()
    [1.0, 0.5, 0.0]
    """
    half = minutes_to_seconds(_positive(half_minutes))
    return lambda seconds: np.asarray(np.exp2(-seconds / half))


def linear_decay(*, full_minutes: float, minutes: float) -> Decay:
    """Return 1 up to `full_minutes`, falling evenly to 0 at `minutes`.

    Walk Score gives full points within a walk of 5 minutes and none beyond 30; the curve between them is not
    published, and this straight line is a choice of this project.

    Raises
    ------
    ValueError
        When `minutes` is not longer than `full_minutes`.

    Examples
    --------
    >>> linear_decay(full_minutes=5, minutes=30)(np.array([300.0, 1050.0, 1800.0, np.inf])).tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    if not 0 <= full_minutes < minutes < np.inf:
        msg = f"a linear decay falls from fewer minutes to more, not from {full_minutes} to {minutes}"
        raise ValueError(msg)
    first, last = minutes_to_seconds(full_minutes), minutes_to_seconds(minutes)
    return lambda seconds: np.asarray(np.clip((last - seconds) / (last - first), 0.0, 1.0))


def _positive(value: float) -> float:
    if not 0 < value < np.inf:
        msg = f"a decay needs a positive number, not {value}"
        raise ValueError(msg)
    return value
