"""Charts of the tables of a run and of a plan: areas compared, the week by the hour, the marginal curve.

A chart is chosen by what the columns of its table are called and hold, so that a table read back from a
workbook is drawn as the one that was written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from geo.text import Text
from layers.write.table import Chart, Column, Table
from maps.book import columns

_FEWEST_AXES, _MOST_AXES, _MOST_BARS = 3, 12, 40
_MOST_LINES = 5
AREA_TITLE: Final = Text("Share within reach by area", "各片区可达率比较")
MEAN_TITLE: Final = Text("Mean coverage by area", "各片区应配要求平均覆盖率")
WEEK_TITLE: Final = Text("Share covered through the week", "一周逐时覆盖率")
CURVE: Final = (
    Column("new", Text("New sites", "新增点位数"), "count"),
    Column("people", Text("Covered by the best plan", "最优方案覆盖（人）"), "count"),
    Column("nested_people", Text("Covered adding one at a time", "逐个增加时覆盖（人）"), "count"),
)
"""Of the marginal curve: the number of sites, and who is reached by the best plan and by one at a time."""
CURVE_TITLE: Final = Text("What each further site adds", "新增点位的边际效益曲线")


def with_area_chart(table: Table) -> Table:
    """Return a table of polygons with its chart: a radar of a few, bars of some, nothing of many."""
    name, mean = find(table, columns.AREA[1]), find(table, columns.MEAN_COVERAGE)
    rows = len(table.frame)
    if name is None or rows < _FEWEST_AXES or rows > _MOST_BARS:
        return table
    if find(table, columns.CASE) is not None:
        # Each area would stand there once a case, as if it were several.
        return table
    if rows <= _MOST_AXES:
        reach = columns.REACH_SHARE.header
        series = [
            column.key
            for column in table.columns
            if column.kind == "share" and column.header.to("zh").endswith((reach.zh, reach.en))
        ]
        if series:
            suffix = Text(f": {reach.en}", reach.zh)
            chart = Chart(
                kind="radar",
                along=name.key,
                series=tuple(series[:_MOST_LINES]),
                title=AREA_TITLE,
                suffix=suffix,
            )
            return replace(table, chart=chart)
    if mean is None:
        return table
    return replace(table, chart=Chart(kind="bar", along=name.key, series=(mean.key,), title=MEAN_TITLE))


def with_week_chart(table: Table) -> Table:
    """Return a table by the hour with its chart, a line a service."""
    shares = tuple(column.key for column in table.columns if column.kind == "share")
    if not shares or len(table.frame) < _FEWEST_AXES:
        return table
    hour = Text("hour", "时刻")
    along = table.columns[0].key
    return replace(table, chart=Chart(kind="line", along=along, series=shares, title=WEEK_TITLE, x=hour))


def with_curve_chart(table: Table) -> Table:
    """Return the marginal curve with its chart: who is reached, by the number of new sites."""
    along = find(table, CURVE[0])
    series = tuple(found.key for column in CURVE[1:] if (found := find(table, column)) is not None)
    if along is None or not series or len(table.frame) < 2:
        return table
    chart = Chart(
        kind="line",
        along=along.key,
        series=series,
        title=CURVE_TITLE,
        x=CURVE[0].header,
        y=Text("people", "人口（人）"),
        from_zero=False,
    )
    return replace(table, chart=chart)


def find(table: Table, wanted: Column) -> Column | None:
    """Return the column of a table that is called like another, in either language; None without one."""
    names = {wanted.header.en, wanted.header.zh}
    return next((column for column in table.columns if {*column.header} & names), None)
