"""What a place has against what it should have: per thousand people, per area, by tier, by function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from geo.given import Column, amounts
from geo.limits import minutes_to_seconds, within
from geo.measures.areas import area_shares
from geo.measures.requirements import NearestTimes
from geo.measures.standard import AreaRule, Function, Quota
from geo.types import Bools, Floats


def quota_balance(
    quotas: Iterable[Quota],
    provided: Mapping[str, float],
    people: float,
    *,
    households: float = float("nan"),
) -> pd.DataFrame:
    """Return required, provided and balance of each amount per thousand people (千人指标) or households.

    What several tiers ask for in one category and unit adds up, for the tiers do not include each other: an
    amount given for the category is held against the sum, in a row without a tier behind theirs.

    Parameters
    ----------
    provided
        Amount by the key of the quota, or by its category, in the unit of the quota. Quotas of which
        nothing is known have missing provided and balance: unknown is not none.
    households
        Households there are; missing where nobody says, and then what is asked for by them is not known.

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
    counted = {"people": people, "households": households}
    sharing: dict[tuple[str, str], list[Quota]] = {}
    for quota in quotas:
        sharing.setdefault((quota.category, quota.unit), []).append(quota)
    rows = []
    for group in sharing.values():
        alone = len(group) == 1
        own = [
            _quota_row(quota, counted, provided.get(quota.key, _if(alone, provided, quota.category)))
            for quota in group
        ]
        rows += own
        if not alone:
            rows.append(_together(own, group, provided))
    return pd.DataFrame(rows)


def _if(alone: bool, provided: Mapping[str, float], category: str) -> float:
    return provided.get(category, float("nan")) if alone else float("nan")


def _quota_row(quota: Quota, counted: Mapping[str, float], amount: float) -> dict[str, object]:
    thousands = counted[quota.of] / 1000
    least = quota.per_thousand_min * thousands
    most = quota.per_thousand_max
    return {
        "quota": quota.key,
        "category": quota.category,
        "name_en": quota.name.en,
        "name_zh": quota.name.zh,
        "tier": quota.tier,
        "unit": quota.unit,
        "of": quota.of,
        "people": counted["people"],
        "required_min": least,
        "required_max": float("nan") if most is None else most * thousands,
        "provided": float(amount),
        "balance": float(amount) - least,
        "verified": quota.verified,
    }


def _together(
    rows: Sequence[Mapping[str, object]], group: Sequence[Quota], provided: Mapping[str, float]
) -> dict[str, object]:
    """Return the row of all tiers of one category and unit: what they ask for together, and what there is."""
    frame = pd.DataFrame(rows)
    first = group[0]
    amount = provided.get(first.category, frame["provided"].sum(skipna=False))
    least = float(frame["required_min"].sum(skipna=False))
    return {
        **rows[0],
        "quota": f"{first.category}:{first.unit}",
        "name_en": f"{first.name.en}, all tiers",
        "name_zh": f"{first.name.zh}（各层级合计）",
        "tier": None,
        "required_min": least,
        "required_max": float(frame["required_max"].sum(skipna=False)),
        "provided": float(amount),
        "balance": float(amount) - least,
        "verified": all(quota.verified for quota in group),
    }


LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "subdistrict": (
        "subdistrict", "town", "township", "街道", "镇", "乡", "街镇", "乡镇", "街道级", "镇级",
        "街道办", "街道（镇）", "镇（街道）",
    ),
    "community": (
        "community", "neighbourhood", "社区", "居委会", "居民区", "村居", "居村", "社区级",
        "社区（村）", "村（居）",
    ),
    "district": ("district", "county", "区", "县", "区县", "区级"),
    "unit": ("unit", "单元", "生活圈", "15分钟生活圈", "控规单元"),
}  # fmt: skip
"""What the levels of areas are called in the sheets of offices, by the level a standard names."""


def of_level(areas: pd.DataFrame, level: str) -> Bools:
    """Return which areas say that they are of a level.

    Examples
    --------
    >>> of_level(pd.DataFrame({"level": ["街道", "社区", None]}), "subdistrict").tolist()
    [True, False, False]
    """
    if "level" not in areas:
        return np.zeros(len(areas), dtype=np.bool_)
    words = {word.casefold() for word in (*LEVELS.get(level, ()), level)}
    return np.array([str(each).strip().casefold() in words for each in areas["level"]], dtype=np.bool_)


def area_rule_table(
    rule: AreaRule, areas: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, people: Floats | None = None
) -> pd.DataFrame:
    """Return for each area how many facilities of the rule's category it holds, failing ones first.

    One area, one station (一片区一阵地). Areas may overlap: each counts what stands in it. The
    facilities given are the ones that count: leave out those that are closed or not built yet.

    Parameters
    ----------
    people
        People of each area, for a rule of one place for so many people.

    Returns
    -------
    DataFrame
        `area_id, area_name, category, minimum, found, met, verified`.
    """
    standing = facilities[facilities["category"].isin(rule.accepts or (rule.category,))]
    held = area_shares(standing, areas, overlap=True)[:-1] if len(standing) else None
    found = np.asarray(held.sum(axis=1)).ravel() if held is not None else np.zeros(len(areas))
    minimum = np.full(len(areas), rule.minimum, dtype=np.int64)
    if rule.people_per is not None and people is not None:
        # People of an area are sums of shares: a millionth above a full number asks for no further place.
        minimum = np.maximum(minimum, np.ceil(people / rule.people_per - 1e-6).astype(np.int64))
    table = pd.DataFrame(
        {
            "area_id": np.asarray(areas["id"], dtype=object),
            "area_name": np.asarray(areas["name"] if "name" in areas else areas["id"], dtype=object),
            "category": rule.category,
            "minimum": minimum,
            "found": np.rint(found).astype(np.int64),
            "verified": rule.verified,
        }
    )
    table["met"] = table["found"] >= table["minimum"]
    return table.sort_values(["met", "found"], kind="stable", ignore_index=True)


def tier_coverage(
    times: Mapping[str, NearestTimes], people: Column, *, minutes: Mapping[str, float]
) -> pd.DataFrame:
    """Return nested coverage by tier of station (阵地三级：社区、街道、区).

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
    people = amounts("people", people)
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


def function_checklist(reached: Bools, functions: Sequence[Function], people: Column) -> pd.DataFrame:
    """Return for each function the people who reach it and those who do not (功能清单)."""
    people = amounts("people", people, count=len(reached))
    total = float(people.sum())
    covered = people @ reached
    rows = [
        {"function": f.id, "kind": f.kind, "name_en": f.name.en, "name_zh": f.name.zh, "total": total}
        for f in functions
    ]
    table = pd.DataFrame(rows, columns=["function", "kind", "name_en", "name_zh", "total"])
    share = covered / total if total else np.full(len(rows), np.nan)
    return table.assign(covered=covered, left_out=total - covered, share=share)


def grid_load(grids: pd.DataFrame, people: Column, shares: sparse.csr_array) -> pd.DataFrame:
    """Return enterprises, people and staff of each grid, and what one member of staff looks after.

    Parameters
    ----------
    grids
        With `id` and, where known, `staff` and `enterprises`; missing stays missing.
    shares
        From `geo.measures.areas.area_shares`; the remainder outside every grid is not a grid's load.
    """
    held = np.asarray(shares @ amounts("people", people, count=shares.shape[1]))[:-1]
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
