"""What a place has against what it should have: per thousand people, per area, by tier, by function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from geo.limits import minutes_to_seconds, within
from geo.measures.areas import area_shares
from geo.measures.requirements import NearestTimes
from geo.measures.standard import AreaRule, Function, Quota
from geo.types import Bools, Floats


def quota_balance(quotas: Iterable[Quota], provided: Mapping[str, float], people: float) -> pd.DataFrame:
    """Return required, provided and balance of each amount per thousand people (千人指标).

    Parameters
    ----------
    provided
        Amount by the key of the quota, or by its category, in the unit of the quota. Quotas of which
        nothing is known have missing provided and balance: unknown is not none.

    Returns
    -------
    DataFrame
        `balance` is provided less the minimum required, negative where it falls short.

    Examples
    --------
    >>> from geo.text import Text
    >>> green = Quota("park", Text("green", "绿地"), unit="m2", per_thousand_min=1000)
    >>> quota_balance([green], {"park": 9000}, 12000)[["required_min", "balance"]].to_numpy().tolist()
    [[12000.0, -3000.0]]
    """
    rows = []
    for quota in quotas:
        amount = provided.get(quota.key, provided.get(quota.category, float("nan")))
        least = quota.per_thousand_min * people / 1000
        most = quota.per_thousand_max
        rows.append(
            {
                "quota": quota.key,
                "category": quota.category,
                "name_en": quota.name.en,
                "name_zh": quota.name.zh,
                "tier": quota.tier,
                "unit": quota.unit,
                "people": people,
                "required_min": least,
                "required_max": float("nan") if most is None else most * people / 1000,
                "provided": float(amount),
                "balance": float(amount) - least,
                "verified": quota.verified,
            }
        )
    return pd.DataFrame(rows)


def area_rule_table(rule: AreaRule, areas: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return for each area how many facilities of the rule's category it holds, failing ones first.

    One area, one station (一片区一阵地). Areas may overlap: each counts what stands in it. The
    facilities given are the ones that count: leave out those that are closed or not built yet.

    Returns
    -------
    DataFrame
        `area_id, area_name, category, minimum, found, met, verified`.
    """
    standing = facilities[facilities["category"] == rule.category]
    held = area_shares(standing, areas, overlap=True)[:-1] if len(standing) else None
    found = np.asarray(held.sum(axis=1)).ravel() if held is not None else np.zeros(len(areas))
    table = pd.DataFrame(
        {
            "area_id": np.asarray(areas["id"], dtype=object),
            "area_name": np.asarray(areas["name"] if "name" in areas else areas["id"], dtype=object),
            "category": rule.category,
            "minimum": rule.minimum,
            "found": np.rint(found).astype(np.int64),
            "verified": rule.verified,
        }
    )
    table["met"] = table["found"] >= rule.minimum
    return table.sort_values(["met", "found"], kind="stable", ignore_index=True)


def tier_coverage(
    times: Mapping[str, NearestTimes], people: Floats, *, minutes: Mapping[str, float]
) -> pd.DataFrame:
    """Return nested coverage by tier of station (阵地三级: 社区, 街道, 区).

    Parameters
    ----------
    times
        By tier, from the lowest (nearest to people) to the highest.
    minutes
        How far each tier reaches.

    Returns
    -------
    DataFrame
        Per tier: people it covers; people covered by it and by every lower tier (`covered_nested`,
        never more than the row before); people covered by it or any lower one (`covered_any`, never
        fewer); people whom only this tier reaches.
    """
    reached = {
        tier: within(nearest.nearest_seconds, minutes_to_seconds(minutes[tier]))
        for tier, nearest in times.items()
    }
    total = float(people.sum())
    nested = np.ones(len(people), dtype=np.bool_)
    anyone = np.zeros(len(people), dtype=np.bool_)
    rows = []
    for tier, met in reached.items():
        nested, anyone = nested & met, anyone | met
        others = [other for name, other in reached.items() if name != tier]
        only = met & ~np.any(others, axis=0) if others else met
        count = {"covered": met, "covered_nested": nested, "covered_any": anyone, "covered_only": only}
        sums = {name: float(people[chosen].sum()) for name, chosen in count.items()}
        share = sums["covered"] / total if total else float("nan")
        rows.append({"tier": tier, "minutes": minutes[tier], "total": total, **sums, "share": share})
    return pd.DataFrame(rows)


def functions_within(
    seconds: sparse.csr_array,
    offered: Sequence[Sequence[str]],
    functions: Sequence[Function],
    *,
    minutes: float,
) -> Bools:
    """Return which functions each demand point reaches within `minutes`.

    Several services in one building count each; the same service twice counts once.

    Parameters
    ----------
    seconds
        CSR [demand, facilities].
    offered
        For each facility the ids of the functions it offers.

    Returns
    -------
    bool [demand, functions]
    """
    known = {function.id: number for number, function in enumerate(functions)}
    matrix = np.zeros((len(offered), len(functions)), dtype=np.float32)
    for facility, names in enumerate(offered):
        matrix[facility, [known[name] for name in names if name in known]] = 1
    near = within(np.asarray(seconds.data, dtype=np.float64), minutes_to_seconds(minutes)).astype(np.float32)
    reach = sparse.csr_array((near, seconds.indices, seconds.indptr), shape=seconds.shape)
    return np.asarray(reach @ matrix > 0, dtype=np.bool_)


def function_checklist(reached: Bools, functions: Sequence[Function], people: Floats) -> pd.DataFrame:
    """Return for each function the people who reach it and those who do not (功能清单)."""
    total = float(people.sum())
    covered = people @ reached
    rows = [
        {"function": f.id, "kind": f.kind, "name_en": f.name.en, "name_zh": f.name.zh, "total": total}
        for f in functions
    ]
    table = pd.DataFrame(rows, columns=["function", "kind", "name_en", "name_zh", "total"])
    share = covered / total if total else np.full(len(rows), np.nan)
    return table.assign(covered=covered, left_out=total - covered, share=share)


def grid_load(grids: pd.DataFrame, people: Floats, shares: sparse.csr_array) -> pd.DataFrame:
    """Return enterprises, people and staff of each grid, and what one member of staff looks after.

    Parameters
    ----------
    grids
        With `id` and, where known, `staff` and `enterprises`; missing stays missing.
    shares
        From `geo.measures.areas.area_shares`; the remainder outside every grid is not a grid's load.
    """
    held = np.asarray(shares @ people)[:-1]
    staff = _column(grids, "staff")
    enterprises = _column(grids, "enterprises")
    table = pd.DataFrame(
        {
            "area_id": np.asarray(grids["id"], dtype=object),
            "area_name": np.asarray(grids["name"] if "name" in grids else grids["id"], dtype=object),
            "people": held,
            "enterprises": enterprises,
            "staff": staff,
            "people_per_staff": _ratio(held, staff),
            "enterprises_per_staff": _ratio(enterprises, staff),
        }
    )
    staffed = np.isfinite(staff) & (staff > 0)
    mean = held[staffed].sum() / staff[staffed].sum() if staffed.any() else float("nan")
    return table.assign(load_against_mean=table["people_per_staff"] / mean if mean else float("nan"))


def _column(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name]), dtype=np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=np.isfinite(whole) & (whole > 0))
    return ratio
