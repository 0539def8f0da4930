"""One figure over all categories: mean proximity time, all within a limit, or a worth that decays.

The deciding value of a category is that of its requirement: the nearest place, or the mean of several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from geo.given import Column, amounts
from geo.limits import SECONDS_PER_MINUTE, minutes_to_seconds, within
from geo.measures.decay import linear_decay
from geo.measures.inequality import gini
from geo.measures.requirements import ReachResult
from geo.measures.standard import Overall
from geo.text import Text
from geo.types import Floats

FIGURES: Final = {
    "mean_minutes": Text(
        "Proximity time over all categories, mean of people", "各类平均邻近时间（人口加权）"
    ),
    "share_within": Text("People whose proximity time is within the limit", "平均邻近时间在时限内的人口比例"),
    "gini": Text("Gini coefficient of proximity time", "平均邻近时间的基尼系数"),
    "all_within": Text("People with every category within the limit", "各类均在时限内的人口比例"),
    "score": Text("Score from 0 to 100, mean of people", "得分（0 至 100，人口加权）"),
    "reach_none": Text("People who do not reach every category", "有类别不可达的人口"),
    "places_needed": Text(
        "Places with which 90 % of people could be within the limit, at most (N*)",
        "90% 人口达到时限所需设施数（N*，上限）",
    ),
}
"""The figures, by key."""

MINUTES, SHARE, RATIO, PEOPLE, SCORE = "min", "share", "ratio", "people", "score"
PER_THOUSAND = "per thousand people"
SHARE_WANTED = 0.9
"""The share of people within the limit that N* asks for (Bruno et al. 2024)."""


def mean_over_categories(results: Sequence[ReachResult]) -> Floats:
    """Return float64 [n]: the mean of the deciding seconds, ``inf`` where a category is unreached.

    This is the proximity time of a place in Bruno et al. 2024, where the deciding seconds are those to the
    twenty nearest places on average.
    """
    return np.asarray(np.mean([result.seconds for result in results], axis=0), dtype=np.float64)


def decay_score(results: Sequence[ReachResult], *, full_minutes: float, minutes: float) -> Floats:
    """Return float64 [n] from 0 to 100: the mean worth of the categories, each of the same weight."""
    worth = linear_decay(full_minutes=full_minutes, minutes=minutes)
    return np.asarray(100 * np.mean([worth(result.seconds) for result in results], axis=0))


def fewest_hubs(within_limit: sparse.csr_array, people: Floats, *, share: float = SHARE_WANTED) -> int | None:
    """Return how many hubs, chosen one by one for what each adds, have `share` of the people within reach.

    The choice is greedy, so fewer may do: an upper bound. None where all hubs together do not suffice.

    Parameters
    ----------
    within_limit
        [hubs, points], with an entry where people of the point are within the limit of the hub.

    Examples
    --------
    >>> reach = sparse.csr_array(np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]]))
    >>> fewest_hubs(reach, np.array([40.0, 30.0, 30.0])), fewest_hubs(reach[:2], np.array([40.0, 30.0, 30.0]))
    (2, None)
    """
    left, wanted = people.astype(np.float64), share * people.sum()
    hubs = 0
    while people.sum() - left.sum() < wanted * (1 - 1e-12):
        gains = within_limit @ left
        best = int(gains.argmax()) if gains.size else 0
        if not gains.size or gains[best] <= 0:
            return None
        left[within_limit.indices[within_limit.indptr[best] : within_limit.indptr[best + 1]]] = 0.0
        hubs += 1
    return hubs


def overall_table(
    overall: Overall, results: Sequence[ReachResult], people: Column, *, places_needed: float | None = None
) -> pd.DataFrame:
    """Return the figures of a framework over all its categories.

    Parameters
    ----------
    results
        One for each category that could be assessed, by time.
    places_needed
        How many places would have `SHARE_WANTED` of the people within the limit, where that is known.

    Returns
    -------
    DataFrame
        `figure, name_en, name_zh, unit, minutes_limit, categories, value`; no rows without results.
    """
    people = amounts("people", people, count=results[0].met.size if results else None)
    if not results or not people.sum():
        return pd.DataFrame()
    figures = _FIGURES_OF[overall.kind](overall, results, people)
    if places_needed is not None:
        figures["places_needed"] = (1000 * places_needed / float(people.sum()), PER_THOUSAND)
    rows = [
        {
            "figure": figure,
            "name_en": FIGURES[figure].en,
            "name_zh": FIGURES[figure].zh,
            "unit": unit,
            "minutes_limit": overall.minutes,
            "categories": len(results),
            "value": value,
        }
        for figure, (value, unit) in figures.items()
    ]
    return pd.DataFrame(rows)


def _mean_minutes(
    overall: Overall, results: Sequence[ReachResult], people: Floats
) -> dict[str, tuple[float, str]]:
    seconds = mean_over_categories(results)
    reached = np.isfinite(seconds)
    met = within(seconds, minutes_to_seconds(overall.minutes))
    mean = np.average(seconds[reached], weights=people[reached]) if people[reached].sum() else np.nan
    return {
        "mean_minutes": (float(mean) / SECONDS_PER_MINUTE, MINUTES),
        "share_within": (float(people[met].sum() / people.sum()), SHARE),
        "gini": (gini(seconds, people), RATIO),
        "reach_none": (float(people[~reached].sum()), PEOPLE),
    }


def _all_within(
    overall: Overall, results: Sequence[ReachResult], people: Floats
) -> dict[str, tuple[float, str]]:
    slowest = np.max([result.seconds for result in results], axis=0)
    met = within(slowest, minutes_to_seconds(overall.minutes))
    return {
        "all_within": (float(people[met].sum() / people.sum()), SHARE),
        "reach_none": (float(people[~np.isfinite(slowest)].sum()), PEOPLE),
    }


def _decay(overall: Overall, results: Sequence[ReachResult], people: Floats) -> dict[str, tuple[float, str]]:
    score = decay_score(results, full_minutes=overall.full_minutes or 0.0, minutes=overall.minutes)
    return {"score": (float(np.average(score, weights=people)), SCORE)}


_FIGURES_OF: Final = {"mean_minutes": _mean_minutes, "all_within": _all_within, "decay": _decay}
