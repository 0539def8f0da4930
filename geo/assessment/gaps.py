"""Gaps: the polygons in which people are left out, with the main cause of each and its remedy.

Two tables of one rule (`leaves_out`):

* `gaps_of`, by requirement: who is not covered, those included who find a facility full. The workbook, the
  files, the service and the summary show it.
* `gaps_by_minutes`, by category at each of the study's minutes: who does not get there in time. The map
  shows it, for the map counts who gets there. At the minutes of a requirement that counts the nearest
  facility alone it is `gaps_of` without the people for whom there is no room.
"""

from __future__ import annotations

import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.measures.causes import main_causes

SMALLEST_GAP_PEOPLE = 0.5
"""Fewer people left out than this are no gap: the shares of demand cells make fractions of a person."""

_CAUSE = ["cause", "cause_en", "cause_zh"]


def leaves_out(left_out: pd.Series) -> pd.Series:
    """Return where so many people are left out that it is a gap.

    Examples
    --------
    >>> leaves_out(pd.Series([0.0, 0.4, 0.5, 20.0])).tolist()
    [False, False, True, True]
    """
    return left_out >= SMALLEST_GAP_PEOPLE


def gaps_table(by_area: pd.DataFrame) -> pd.DataFrame:
    """Return the areas and requirements that leave somebody out, most people first.

    Parameters
    ----------
    by_area
        From `geo.measures.coverage.coverage_by_area`.
    """
    gaps = by_area[leaves_out(by_area["left_out"])]
    order = ["left_out", "category", "area_id"]
    return gaps.sort_values(order, ascending=[False, True, True], ignore_index=True)


def places_with_gap(by_area: pd.DataFrame) -> int:
    """Return in how many polygons people are left out; what lies outside every polygon is none."""
    return int(leaves_out(by_area.loc[by_area["area_id"] != OUTSIDE, "left_out"]).sum())


def gaps_with_causes(gaps: pd.DataFrame, causes_by_area: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps with the main cause of each and its remedy.

    Parameters
    ----------
    gaps
        From `gaps_table`. Gaps of the compliance test have no cause: causes are of time.
    causes_by_area
        From `geo.measures.causes.causes_by_area`.
    """
    main = main_causes(causes_by_area).drop(columns="people").assign(test="reach")
    return gaps.merge(main, on=["requirement", "area_id", "test"], how="left")


def gaps_of(by_area: pd.DataFrame, causes_by_area: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps of every case and kind of polygon, most people first within a case.

    Parameters
    ----------
    by_area, causes_by_area
        The tables of all cases, with `case` and `kind`.

    Returns
    -------
    DataFrame
        The columns of `by_area` and `cause, cause_en, cause_zh, remedy_en, remedy_zh`.
    """
    parts = []
    for (case, kind), rows in by_area.groupby(["case", "kind"], sort=False) if len(by_area) else ():
        gaps = gaps_table(rows)
        if len(gaps):
            same = (causes_by_area["case"] == case) & (causes_by_area["kind"] == kind)
            causes = causes_by_area[same].drop(columns=["case", "case_en", "case_zh", "kind"])
            parts.append(gaps_with_causes(gaps, causes))
    return pd.concat(parts, ignore_index=True) if parts else by_area.iloc[:0]


def gaps_by_minutes(
    grid_minutes: pd.DataFrame, coverage: pd.DataFrame, causes_by_area: pd.DataFrame
) -> pd.DataFrame:
    """Return the polygons that leave people out at each of the study's minutes.

    Parameters
    ----------
    grid_minutes
        People within each of the minutes, by case, polygon and category.
    coverage
        The table of the whole study, which names the category and the minutes of each requirement.
    causes_by_area
        People by case, requirement, polygon and cause.

    Returns
    -------
    DataFrame
        `case, grid_id, category, minutes, people_left_out, cause, cause_en, cause_zh`. The cause is the main
        one of those that keep people away (not of those who find a facility full), by the requirement with
        the same minutes; missing at other minutes.
    """
    keys = ["case", "grid_id", "category", "minutes"]
    table = grid_minutes.assign(people_left_out=grid_minutes["people"] - grid_minutes["people_covered"])
    gaps = table.loc[leaves_out(table["people_left_out"]), [*keys, "people_left_out"]]
    if not len(causes_by_area):
        return gaps.assign(**dict.fromkeys(_CAUSE))
    return gaps.merge(_causes_by_minutes(coverage, causes_by_area, keys), on=keys, how="left")


def _causes_by_minutes(coverage: pd.DataFrame, causes_by_area: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the main cause that keeps people away, by the minutes of the requirement."""
    named = ["case", "requirement"]
    away = causes_by_area[~causes_by_area["cause"].isin(["covered", "full"])]
    main = away.sort_values("people", ascending=False, kind="stable").drop_duplicates([*named, "area_id"])
    timed = coverage.loc[coverage["test"] == "reach", [*named, "category", "minutes_limit"]]
    table = main.merge(timed, on=named).rename(columns={"area_id": "grid_id", "minutes_limit": "minutes"})
    return table.drop_duplicates(keys)[[*keys, *_CAUSE]]
