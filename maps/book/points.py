"""The measures of accessibility of every demand point, a row a case and point, as they are written as CSV."""

from __future__ import annotations

import pandas as pd

from geo.text import Text
from layers.write.table import Column
from maps.published import may_be_published
from maps.result import StudyResult
from maps.small_groups import without_small_groups

POINT_COLUMNS = (
    Column("case_name", Text("Case", "情景")),
    Column("id", Text("Demand point", "人口点编号")),
    Column("name", Text("Name", "名称")),
    Column("group", Text("Group", "人群")),
    Column("shift", Text("Shift", "时段")),
    Column("people", Text("People counted", "统计人口"), "amount"),
)
"""Those of a point; behind them stands one for each category and measure."""


def access_points(result: StudyResult) -> pd.DataFrame:
    """Return every demand point with its measures once for each case; no rows where none are asked for."""
    if not result.access.points:
        return pd.DataFrame()
    demand = result.layers.demand
    kept = demand[["id", "name", "group", "shift", "people", "geometry"]]
    shown = may_be_published(result.study, demand)
    frames = []
    for each in result.cases:
        points = without_small_groups(
            kept.assign(people_counted=each.people).join(result.access.points[each.case.id])[shown],
            result.polygons,
        )
        counted = points.drop(columns=["geometry", "people"]).rename(columns={"people_counted": "people"})
        frames.append(counted.assign(case_en=each.case.name.en, case_zh=each.case.name.zh))
    return pd.concat(frames, ignore_index=True)


def access_columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return a column for each category and measure, named with its unit, after those of the point."""
    del rows
    if not len(result.access.summary):
        return POINT_COLUMNS
    measures = result.access.summary.drop_duplicates(["category", "measure"]).to_dict("records")
    named = (
        Column(
            f"{row['category']}_{row['measure']}",
            Text(
                f"{row['name_en']}: {row['measure_en']} ({row['unit_en']})",
                f"{row['name_zh']}：{row['measure_zh']}（{row['unit_zh']}）",
            ),
            "ratio",
        )
        for row in measures
    )
    return (*POINT_COLUMNS, *named)
