"""How evenly a thing is shared: Gini, the worst tenth, ranking, and how far speed decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.given import Column, amounts, numbers, same_people
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.types import Floats


def gini(values: Column, people: Column) -> float:
    """Return the Gini coefficient of `values` over people: 0 all alike, towards 1 all with one.

    The area between the Lorenz curve and the diagonal, doubled (Gini 1912), every point counting as
    often as people live there. Unreached (infinite) values are left out: say how many they are.

    Parameters
    ----------
    values, people
        Two Series are aligned by label, arrays taken by position.

    Raises
    ------
    InputError
        When labels or lengths differ, a value is missing, or people are negative or missing.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0]), np.array([5.0, 5.0]))
    0.0
    >>> gini(np.array([0.0, 1.0]), np.array([3.0, 1.0]))
    0.75
    """
    people, values = same_people(people, values=values)
    values, people = _reached(numbers("values", values), people)
    if not len(values) or values.min() < 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    weight = people[order]
    held = np.r_[0.0, np.cumsum(values[order] * weight)]
    if not held[-1]:
        return 0.0
    below = held / held[-1]
    area = np.sum(weight / weight.sum() * (below[1:] + below[:-1]))
    return max(float(1 - area), 0.0)


@dataclass(frozen=True, slots=True)
class WorstTenth:
    """The tenth of people who are worst off: how many, from which value on, and their mean."""

    people: float
    at_least: float
    mean: float


def worst_tenth(values: Column, people: Column, *, share: float = 0.1) -> WorstTenth:
    """Return the values of the worst-off tenth of people, of which more is worse.

    The point at which the tenth begins is divided, so that it is a tenth exactly.

    Parameters
    ----------
    values
        Travel times in any unit, ``inf`` where nothing is reached; or supplies with their sign turned.
    people
        Of each value. Two Series are aligned by label, arrays taken by position.

    Raises
    ------
    InputError
        When labels or lengths differ, a value is missing, or people are negative or missing.

    Examples
    --------
    >>> worst_tenth(np.array([60.0, 600.0]), np.array([95.0, 5.0]))
    WorstTenth(people=10.0, at_least=60.0, mean=330.0)
    """
    people, values = same_people(people, values=values)
    values = numbers("values", values)
    order = np.argsort(-values, kind="stable")
    target = float(people.sum()) * share
    if target <= 0:
        return WorstTenth(0.0, float("nan"), float("nan"))
    before = np.r_[0.0, np.cumsum(people[order])[:-1]]
    taken = np.clip(target - before, 0.0, people[order])
    worst = values[order][taken > 0]
    return WorstTenth(target, float(worst[-1]), float(np.sum(worst * taken[taken > 0]) / target))


def ranking(table: pd.DataFrame, by: str = "share", *, best_high: bool = True) -> pd.DataFrame:
    """Return the rows of `table`, best first, with `rank`: equals share one, the next is counted on.

    Rows without a value come last and have no rank.

    Examples
    --------
    >>> ranking(pd.DataFrame({"share": [0.5, 0.9, 0.5, 0.1]}))["rank"].tolist()
    [1, 2, 2, 4]
    """
    rank = table[by].rank(method="min", ascending=not best_high).astype("Int64")
    order = table.assign(rank=rank)
    return order.sort_values("rank", na_position="last", kind="stable", ignore_index=True)


def at_speed(times: NearestTimes, factor: float) -> NearestTimes:
    """Return the times at `factor` times the speed.

    Waiting at crossings scales with it, which is a little more than walking faster really gains.

    Raises
    ------
    ValueError
        When the factor is not positive.
    """
    if not 0 < factor < np.inf:
        msg = f"a speed factor must be positive, not {factor}"
        raise ValueError(msg)
    return replace(times, seconds=times.seconds / factor)


def sensitivity(
    requirement: Requirement,
    times: NearestTimes,
    people: Column,
    *,
    searched_minutes: float = float("inf"),
    factors: Sequence[float] = (0.9, 1.0, 1.1),
) -> pd.DataFrame:
    """Return the people covered when everybody walks slower or faster.

    Parameters
    ----------
    searched_minutes
        How far the search went. Walking faster brings in what lies beyond the limit.

    Raises
    ------
    ValueError
        When the search was too short for the fastest factor: the gain would be understated.
    """
    people = amounts("people", people, count=len(times.seconds))
    limit = requirement.minutes or 0.0
    if searched_minutes + 1e-9 < limit * max(factors):
        msg = f"{requirement.key}: search {limit * max(factors):g} minutes, not {searched_minutes:g}"
        raise ValueError(msg)
    total = float(people.sum())
    rows = []
    for factor in factors:
        met = reach_result(requirement, at_speed(times, factor)).met
        covered = float(people[met].sum())
        share = covered / total if total else float("nan")
        rows.append({"requirement": requirement.key, "speed_factor": factor, "total": total})
        rows[-1] |= {"covered": covered, "left_out": total - covered, "share": share}
    return pd.DataFrame(rows)


def _reached(values: Floats, people: Floats) -> tuple[Floats, Floats]:
    kept = np.isfinite(values) & (people > 0)
    return values[kept], people[kept]
