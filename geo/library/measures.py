"""Measures over labelled travel times: cumulative opportunities, two-step floating catchments, coverage."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.given import amounts, given_fault
from geo.library.labelled import AXES, Times, by_label, time_table
from geo.limits import minutes_to_seconds, within
from geo.measures.access import demand_on, gravity
from geo.measures.decay import step_decay, within_minutes
from geo.text import Text
from geo.types import Floats


@overload
def cumulative(times: Times, supply: Any = None, *, minutes: float = 15) -> pd.Series[float]: ...
@overload
def cumulative(times: Times, supply: Any = None, *, minutes: Sequence[float]) -> pd.DataFrame: ...
def cumulative(
    times: Times, supply: Any = None, *, minutes: float | Sequence[float] = 15
) -> pd.Series[float] | pd.DataFrame:
    """Return what each origin reaches within so many minutes: cumulative opportunities.

    ``A_i = sum_j S_j [t_ij <= T]`` (Wachs and Kumagai, Socio-Economic Planning Sciences 7, 1973).

    Parameters
    ----------
    times
        From `geo.travel_times`, searched at least as far as the longest limit.
    supply
        What each destination offers: a Series by its label, or an array in the order of the destinations.
        Left out, destinations are counted.
    minutes
        The limit, inclusive; or several.

    Returns
    -------
    Series or DataFrame
        On the index of the origins, in the unit of the supply; with several limits a column each.

    Raises
    ------
    InputError
        When labels of the supply are not those of the destinations, a supply is negative or missing, or
        origins and destinations have changed places.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> times = geo.travel_times(streets(), homes(), clinics())
    >>> geo.cumulative(times, clinics()["doctors"], minutes=[1, 3])
            1    3
    home
    a     3.0  5.0
    b     0.0  2.0
    """
    table = time_table(times)
    offered = _supply(supply, table.destinations)
    limits = [minutes] if isinstance(minutes, int | float) else list(minutes)
    sums = {each: gravity(table.seconds, offered, within_minutes(each)) for each in limits}
    if isinstance(minutes, int | float):
        return pd.Series(sums[minutes], index=table.origins, name="cumulative")
    return pd.DataFrame(sums, index=table.origins)


def two_step(
    times: Times,
    people: Any,
    supply: Any,
    *,
    minutes: float = 15,
    decay: Callable[[Floats], Floats] | Mapping[float, float] | None = None,
    per_people: float = 1.0,
) -> pd.Series[float]:
    """Return the supply that comes to each person of an origin: a two-step floating catchment area.

    Each facility shares its supply among the people who reach it, ``R_j = S_j / sum_k P_k f(t_kj)``; each
    origin adds up the shares it reaches, ``A_i = sum_j R_j f(t_ij)``. With ``f`` of 1 within `minutes` it is
    2SFCA (Luo and Wang, Environment and Planning B 30, 2003); with weights by zone E2SFCA (Luo and Qi, Health
    & Place 15, 2009); with `geo.measures.decay.bounded_gaussian_decay` Gaussian 2SFCA (Dai, Health & Place
    16, 2010).

    Parameters
    ----------
    times
        From `geo.travel_times`, searched at least as far as the catchment.
    people
        Who lives at each origin: a Series by its label, or an array in the order of the origins.
    supply
        What each destination offers (doctors, beds, places), likewise.
    minutes
        The catchment, inclusive; without meaning where `decay` is given.
    decay
        Weights by the upper limit of a zone in minutes, such as ``{5: 1, 10: 0.68, 15: 0.22}``; or a function
        of seconds, such as those of `geo.measures.decay`.
    per_people
        For how many people the supply is given: 1000 gives doctors per 1,000 people.

    Returns
    -------
    Series
        On the index of the origins, supply per `per_people` people; 0 where nothing is reached.

    Raises
    ------
    InputError
        When labels of people or supply are not those of origins or destinations, one is negative or missing,
        or origins and destinations have changed places.

    Notes
    -----
    The supply of a facility that nobody reaches goes to nobody.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> times = geo.travel_times(streets(), homes(), clinics())
    >>> geo.two_step(times, homes()["people"], clinics()["doctors"], minutes=3)
    home
    a    0.15
    b    0.05
    Name: two_step, dtype: float64
    """
    table = time_table(times)
    weigh = _decay(decay, minutes)
    living = by_label("people", people, table.origins)
    offered = _supply(supply, table.destinations)
    asking = demand_on(table.seconds, living, weigh)
    share = np.divide(offered, asking, out=np.zeros_like(asking), where=asking > 0) * per_people
    return pd.Series(gravity(table.seconds, share, weigh), index=table.origins, name="two_step")


def covered(times: Any, *, minutes: float = 15, count: int = 1) -> pd.Series[bool]:
    """Return which origins reach a facility within so many minutes.

    A time equal to the limit is within it, in whole milliseconds (`geo.limits`), which ``times <= minutes``
    is not sure of.

    Parameters
    ----------
    times
        From `geo.travel_times`, searched at least as far as the limit; or the column ``minutes`` of
        `geo.nearest`.
    minutes
        The limit, inclusive.
    count
        How many facilities must be within it.

    Returns
    -------
    Series
        Of bool, on the index of the origins. The share of people covered is
        ``people[covered].sum() / people.sum()``.

    Raises
    ------
    InputError
        When origins and destinations have changed places, or the nearest alone is given and more are asked
        for.

    Examples
    --------
    >>> import geo
    >>> from geo.library.toy import clinics, homes, streets
    >>> found = geo.nearest(streets(), homes(), clinics())
    >>> geo.covered(found["minutes"], minutes=1)
    home
    a     True
    b    False
    Name: covered, dtype: bool
    """
    limit = minutes_to_seconds(minutes)
    if isinstance(times, pd.Series) and times.index.nlevels == 1 and not set(times.index.names) & set(AXES):
        if count != 1:
            raise InputError([_ONE_EACH])
        given = times.to_numpy(np.float64)
        amounts("times", given, unlimited=True)
        seconds = np.rint(np.where(np.isnan(given), math.inf, given) * 60_000) / 1000
        return pd.Series(within(seconds, limit), index=times.index, name="covered")
    table = time_table(times)
    near = gravity(table.seconds, np.ones(len(table.destinations)), within_minutes(minutes))
    return pd.Series(near >= count, index=table.origins, name="covered")


def _supply(supply: Any, destinations: pd.Index[Any]) -> Floats:
    if supply is None:
        return np.ones(len(destinations))
    return by_label("supply", supply, destinations)


def _decay(
    decay: Callable[[Floats], Floats] | Mapping[float, float] | None, minutes: float
) -> Callable[[Floats], Floats]:
    if decay is None:
        return within_minutes(minutes)
    return step_decay(decay) if isinstance(decay, Mapping) else decay


_ONE_EACH = given_fault(
    "count",
    Text("the minutes to the nearest say nothing of a second facility", "最近设施的时间不能说明第二处设施"),
    Text("Give what travel_times returns", "请使用 travel_times 的结果"),
)
