"""What a ledger of needs comes to: its figures by list, category, department, month, state and place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.ledgers.needs import FIGURES, case_figures
from geo.ledgers.places import PLACE_COLUMNS, cases_by_place
from geo.ledgers.unserved import UNSERVED_COLUMNS
from geo.ledgers.whistles import WHISTLE_COLUMNS

CUTS = ("all", "list", "category", "department", "month", "status", "handling")
"""What cases are grouped by, in the order of the tables; ``all`` is one row over everything."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NeedTables:
    """What a ledger of needs comes to.

    Attributes
    ----------
    figures
        ``cut, value`` and `geo.ledgers.needs.FIGURES`: a row for each value of each of `CUTS`; ``value`` is
        missing for cases that name none, and for all.
    by_place
        `geo.ledgers.places.PLACE_COLUMNS`, small counts kept back.
    placed
        Cases that stand somewhere; the others count in ``figures`` alone.
    unread
        States that are in no vocabulary, with the number of cases: they count as open.
    misdated
        Settled cases whose dates say that they were settled before they were raised.
    unserved
        `geo.ledgers.unserved.unserved_by_category` of the cases that stand at a point.
    whistles
        `geo.ledgers.whistles.whistle_figures` of the cases that were passed on.
    """

    figures: pd.DataFrame
    by_place: pd.DataFrame
    placed: int
    unread: dict[str, int]
    misdated: int
    unserved: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(UNSERVED_COLUMNS)))
    whistles: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(WHISTLE_COLUMNS)))

    @property
    def whole(self) -> pd.Series | None:
        """The row over everything; None where there is no case."""
        rows = self.figures[self.figures["cut"] == "all"]
        return None if rows.empty else rows.iloc[0]


def need_tables(
    needs: gpd.GeoDataFrame,
    polygons: gpd.GeoDataFrame,
    *,
    closing: Collection[str],
    known: Collection[str],
    today: date,
) -> NeedTables:
    """Return what a ledger of needs comes to.

    Parameters
    ----------
    needs
        One row a case, as `layers.load.Layers.needs`: dates, ``status``, ``satisfaction``, what it is
        grouped by, ``place_id`` and geometry; each may be missing.
    polygons
        Grids and areas, ``id, geometry`` in the CRS of the needs.
    closing, known
        The states in which a case is settled, and all that are understood.
    today
        The day on which open cases are counted.
    """
    cases = _cases(needs, closing)
    cuts = [name for name in CUTS if name == "all" or cases[name].notna().any()] if len(cases) else []
    tables = [_by(cases, cut, today) for cut in cuts]
    empty = pd.DataFrame(columns=["cut", "value", *FIGURES])
    named = cases["status"].dropna()
    unread = named[~named.isin(list(known))].value_counts()
    wrong = cases["settled"] & (cases["closed_on"] < cases["raised_on"])
    return NeedTables(
        figures=pd.concat(tables, ignore_index=True) if tables else empty,
        by_place=_by_place(cases, needs, polygons),
        placed=int((needs.geometry.notna() | needs["place_id"].notna()).sum()),
        unread={str(state): int(count) for state, count in unread.items()},
        misdated=int(wrong.sum()),
    )


def _cases(needs: gpd.GeoDataFrame, closing: Collection[str]) -> pd.DataFrame:
    raised = pd.to_datetime(needs["date"])
    groups = {name: needs[name] for name in CUTS if name in needs}
    return pd.DataFrame(
        {
            **groups,
            "month": raised.dt.strftime("%Y-%m"),
            "settled": needs["status"].isin(list(closing)),
            "raised_on": raised,
            "deadline": pd.to_datetime(needs["deadline"]),
            "closed_on": pd.to_datetime(needs["closed_on"]),
            "satisfaction": needs["satisfaction"].astype(np.float64),
        }
    )


def _by(cases: pd.DataFrame, cut: str, today: date) -> pd.DataFrame:
    """Return the figures of one cut: months in their order, else the most cases first."""
    if cut == "all":
        return case_figures(cases, [], today=today).assign(cut=cut, value=None)[["cut", "value", *FIGURES]]
    table = case_figures(cases, [cut], today=today).rename(columns={cut: "value"})
    order = ["value"] if cut == "month" else ["raised", "value"]
    table = table.sort_values(order, ascending=[each == "value" for each in order], kind="stable")
    return table.assign(cut=cut)[["cut", "value", *FIGURES]]


def _by_place(cases: pd.DataFrame, needs: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    if not len(cases) or not len(polygons):
        return pd.DataFrame(columns=list(PLACE_COLUMNS))
    placed_in = needs["place_id"].where(needs.geometry.isna(), None).to_numpy(dtype=object)
    return cases_by_place(needs.geometry, placed_in, cases["settled"].to_numpy(dtype=np.bool_), polygons)
