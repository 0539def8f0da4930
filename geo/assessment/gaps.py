"""Gaps: the polygons in which people are left out, with the main cause of each and its remedy.

Two tables of one rule (`leaves_out`):

* `gaps_of`, by requirement: who is not covered, those included who find a facility full. The workbook, the
  files, the service and the summary show it.
* `gaps_by_minutes`, by category at each of the study's minutes, which the map shows: at the minutes of a
  requirement it is `gaps_of`.

Only what the standard requires makes a gap: neither what it advises, nor a service that happens to be there.
"""

from __future__ import annotations

import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.measures.causes import main_causes

SMALLEST_GAP_PEOPLE = 0.5
"""Fewer people left out than this are no gap: the shares of demand cells make fractions of a person."""


def leaves_out(left_out: pd.Series) -> pd.Series:
    """Return where so many people are left out that it is a gap.

    Examples
    --------
    >>> leaves_out(pd.Series([0.0, 0.4, 0.5, 20.0])).tolist()
    [False, False, True, True]
    """
    return left_out >= SMALLEST_GAP_PEOPLE


def demanded(rows: pd.DataFrame) -> pd.Series:
    """Return which rows speak of what the standard requires."""
    return rows["by_standard"].astype(bool) & rows["required"].astype(bool)


def gaps_table(by_area: pd.DataFrame) -> pd.DataFrame:
    """Return the areas and what the standard requires that leaves somebody out, most people first.

    Parameters
    ----------
    by_area
        From `geo.measures.coverage.coverage_by_area`.
    """
    gaps = by_area[leaves_out(by_area["left_out"]) & demanded(by_area)]
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


def gaps_by_minutes(left_out: pd.DataFrame) -> pd.DataFrame:
    """Return the polygons that leave people out at each of the study's minutes.

    Parameters
    ----------
    left_out
        From `geo.assessment.coverage.gaps_at_minutes`, of all cases.
    """
    return left_out[leaves_out(left_out["people_left_out"])].reset_index(drop=True)
