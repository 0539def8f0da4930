"""How many people are covered: in the whole study, by group and by area.

What is counted is always named: every table has a `denominator` column (``people`` unless the caller
counts dwellings, buildings or residential land), `total`, `covered`, `left_out` and `share`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse

from geo.given import Column, amounts, same_people
from geo.measures.areas import OUTSIDE
from geo.measures.requirements import ReachResult, Result, concerned
from geo.types import Bools, Floats


def coverage_table(
    results: Iterable[Result], weights: Column, *, denominator: str = "people"
) -> pd.DataFrame:
    """Return one row per result: how much of `weights` is covered in the whole study.

    Parameters
    ----------
    weights
        What is counted at each demand point: people, dwellings, square metres of residential land.
    denominator
        The name of what is counted, written into the table.
    """
    rows = [_identity(result) | _count(concerned(result, weights), result.met) for result in results]
    return _table(rows, list(_IDENTITY), denominator)


def coverage_by(
    results: Iterable[Result], weights: Column, cut: Column, *, denominator: str = "people"
) -> pd.DataFrame:
    """Return coverage for each value of `cut` (a group, a shift, a community) among the demand points.

    The values of one result sum to its row in `coverage_table`; points without a value are kept under
    a missing one.
    """
    weights, labels = same_people(weights, cut=cut)
    codes, values = pd.factorize(labels, use_na_sentinel=False)
    name = str(getattr(cut, "name", None) or "cut")
    rows = []
    for result in results:
        counted = concerned(result, weights)
        for code, value in enumerate(values):
            chosen = codes == code
            rows.append(_identity(result) | {name: value} | _count(counted[chosen], result.met[chosen]))
    return _table(rows, [*_IDENTITY, name], denominator)


def coverage_by_area(
    results: Iterable[Result],
    weights: Column,
    shares: sparse.csr_array,
    areas: pd.DataFrame,
    *,
    denominator: str = "people",
) -> pd.DataFrame:
    """Return one row per result and area, the remainder outside every area included.

    Parameters
    ----------
    shares
        From `area_shares`.
    areas
        Their frame, with `id` and, where they have one, `name`.

    Returns
    -------
    DataFrame
        With `area_id` and `area_name`; the remainder has the id ``(outside)`` and is left out where
        it is empty. `share` is missing for areas in which nobody is counted.
    """
    weights = amounts("weights", weights, count=shares.shape[1])
    ids = np.append(np.asarray(areas["id"], dtype=object), OUTSIDE)
    names = np.append(np.asarray(areas["name"] if "name" in areas else areas["id"], dtype=object), OUTSIDE)
    total = np.asarray(shares @ weights)
    keep = np.ones(len(ids), dtype=bool)
    keep[-1] = total[-1] > 0
    frames = [
        pd.DataFrame(
            _identity(result)
            | {"area_id": ids[keep], "area_name": names[keep]}
            | _counted(
                (total if result.applies is None else np.asarray(shares @ counted))[keep],
                np.asarray(shares @ (counted * result.met))[keep],
            )
        )
        for result in results
        for counted in (concerned(result, weights),)
    ]
    columns = [*_IDENTITY, "area_id", "area_name"]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return table.assign(denominator=denominator)


_IDENTITY = (
    "requirement", "category", "name_en", "name_zh", "tier", "test", "profile", "minutes_limit",
    "metres_limit", "count", "combine", "required", "by_standard", "verified",
)  # fmt: skip


def _identity(result: Result) -> dict[str, object]:
    requirement = result.requirement
    if isinstance(result, ReachResult):
        profile, minutes, metres = result.profile, result.limit_minutes, np.nan
    else:
        profile, minutes, metres = None, np.nan, result.limit_metres
    return {
        "requirement": requirement.key,
        "category": requirement.category,
        "name_en": requirement.name.en,
        "name_zh": requirement.name.zh,
        "tier": requirement.tier,
        "test": result.test,
        "profile": profile,
        "minutes_limit": minutes,
        "metres_limit": metres,
        "count": requirement.count,
        "combine": requirement.combine,
        "required": requirement.required,
        "by_standard": requirement.by_standard,
        "verified": requirement.verified,
    }


def _count(weights: Floats, met: Bools) -> dict[str, float]:
    total, covered = float(weights.sum()), float(weights[met].sum())
    share = covered / total if total > 0 else float("nan")
    return {"total": total, "covered": covered, "left_out": total - covered, "share": share}


def _counted(total: Floats, covered: Floats) -> dict[str, Floats]:
    share = np.divide(covered, total, out=np.full(len(total), np.nan), where=total > 0)
    # Rounding of shares of cells must not leave minus a millionth of a person out.
    left = np.maximum(total - covered, 0.0)
    return {"total": total, "covered": covered, "left_out": left, "share": share}


def _table(rows: list[dict[str, object]], key: list[str], denominator: str = "people") -> pd.DataFrame:
    columns = [*key, "total", "covered", "left_out", "share"]
    return pd.DataFrame(rows, columns=columns).assign(denominator=denominator)
