"""Sheets of enterprises: by grid, by officer, and those not visited for some time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from geo.text import Text
from layers.ledgers.firms import VISIT_DAYS, FirmTables
from layers.write.table import Column
from maps.book.layouts import RunEdition
from maps.book.spec import SheetSpec, TableSpec, as_csv, sheet_of_one, titled
from maps.result import StudyResult

_GRIDS: Final = (
    Column("name", Text("Grid", "网格/片区")),
    Column("firms", Text("Enterprises", "企业（家）"), "count"),
    Column("employees", Text("Employees", "职工（人）"), "count"),
    Column("above_scale", Text("Above scale", "规上企业（家）"), "count"),
    Column("organised", Text("With a party organisation", "有党组织（家）"), "count"),
    Column("coverage", Text("Coverage above scale", "规上企业党组织覆盖率"), "share"),
    Column("staff", Text("Staff", "工作人员（人）"), "count"),
    Column("firms_per_staff", Text("Enterprises a head", "人均服务企业（家）"), "amount"),
)
_OFFICERS: Final = (
    Column("officer", Text("Officer", "服务专员")),
    Column("firms", Text("Enterprises", "企业（家）"), "count"),
    Column("employees", Text("Employees", "职工（人）"), "count"),
    Column("visited", Text(f"Visited within {VISIT_DAYS} days", f"{VISIT_DAYS} 天内已走访（家）"), "count"),
    Column(
        "not_visited",
        Text(f"Not visited for {VISIT_DAYS} days", f"超过 {VISIT_DAYS} 天未走访（家）"),
        "count",
    ),
)
_LATE: Final = (
    Column("name", Text("Enterprise", "企业")),
    Column("officer", Text("Officer", "服务专员")),
    Column("last_visit", Text("Last visit", "最近走访日期")),
)


def grid_rows(result: StudyResult) -> pd.DataFrame:
    """Return a row for each grid and area with an enterprise or staff."""
    found = result.firms
    if found is None:
        return pd.DataFrame()
    table = found.by_grid.merge(pd.DataFrame(result.polygons[["id", "name", "kind"]]), on="id", how="left")
    return table[(table["firms"] > 0) | table["staff"].notna()].reset_index(drop=True)


def officer_rows(result: StudyResult) -> pd.DataFrame:
    """Return the load of each officer; visits are missing where the sheet has none."""
    found = result.firms
    if found is None:
        return pd.DataFrame()
    if result.layers.firms["last_visit"].notna().any():
        return found.by_officer
    return found.by_officer.assign(visited=np.nan, not_visited=np.nan)


def late_rows(result: StudyResult) -> pd.DataFrame:
    """Return the enterprises that were not visited for some time, the longest first."""
    found = result.firms
    if found is None:
        return pd.DataFrame()
    firms = result.layers.firms
    late = pd.DataFrame(firms[firms["id"].isin(found.late)][["name", "officer", "last_visit"]])
    return late.sort_values("last_visit", na_position="first", kind="stable", ignore_index=True)


def firm_words(found: FirmTables, result: StudyResult) -> Iterator[Text]:
    """Yield how many grids, enterprises and staff there are, and how far organisations cover them.

    Twelve grids, 48 enterprises and 39 staff are said as "12 格 48 家 39 人：每格 3 至 5 家".
    """
    whole, rows = found.whole, grid_rows(result)
    grids = rows[rows["kind"] == "grid"] if len(rows) else rows
    if len(grids):
        least, most = int(grids["firms"].min()), int(grids["firms"].max())
        firms, staff = int(whole["firms"]), grids["staff"].sum()
        staff_en, staff_zh = (f", {staff:,.0f} staff", f" {staff:,.0f} 人") if staff > 0 else ("", "")
        yield Text(
            f"{len(grids)} grids, {firms:,} enterprises{staff_en}: {least} to {most} in a grid",
            f"{len(grids)} 格 {firms:,} 家{staff_zh}：每格 {least} 至 {most} 家",
        )
    if whole["above_scale"]:
        both, above = int(whole["organised_above_scale"]), int(whole["above_scale"])
        yield Text(
            f"party organisations in {both} of {above} enterprises above scale ({both / above:.0%})",
            f"规上企业 {above} 家，有党组织 {both} 家（覆盖率 {both / above:.0%}）",
        )


def _remarks(result: StudyResult) -> Iterator[Text]:
    if result.firms is not None:
        yield from firm_words(result.firms, result)


def _unit(edition: RunEdition) -> Text:
    made = edition.made_on.isoformat()
    return Text(f"enterprises; as of {made}", f"单位：家；截至 {made}")


_BY_GRID: Final[TableSpec[StudyResult]] = TableSpec(
    key="firms_by_grid", caption=Text("Enterprises by grid", "企业网格"), frame=grid_rows, columns=_GRIDS
)
_BY_OFFICER: Final[TableSpec[StudyResult]] = TableSpec(
    key="officers", caption=Text("Officers", "服务专员"), frame=officer_rows, columns=_OFFICERS
)
_NOT_VISITED: Final[TableSpec[StudyResult]] = TableSpec(
    key="not_visited", caption=Text("Not visited", "未走访企业"), frame=late_rows, columns=_LATE
)
FIRM_SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = tuple(
    sheet_of_one(
        table,
        title=titled(table.caption.en.lower(), table.caption.zh),
        unit=_unit,
        optional=True,
        remarks=_remarks if table is _BY_GRID else lambda _: (),
        csv=(as_csv(table),),
    )
    for table in (_BY_GRID, _BY_OFFICER, _NOT_VISITED)
)
"""The sheets of enterprises; none where the study has none."""
