"""The figures of a framework over all its categories, in words."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.assessment.tables import of_case
from geo.measures.overall import MINUTES, PEOPLE, PER_THOUSAND, SHARE
from geo.text import Text
from maps.result import StudyResult

UNITS: Final = {
    "min": Text("min", "分钟"),
    "share": Text("share", "比例"),
    "ratio": Text("ratio", "比值"),
    "people": Text("people", "人"),
    "score": Text("points", "分"),
    PER_THOUSAND: Text("places per thousand people", "处/千人"),
}
"""What the units of the figures are called."""


def overall_rows(result: StudyResult) -> pd.DataFrame:
    """Return the figures of every case with what their units are called."""
    table = result.tables.overall
    if not len(table):
        return table
    return table.assign(
        unit_en=[UNITS[unit].en for unit in table["unit"]],
        unit_zh=[UNITS[unit].zh for unit in table["unit"]],
    )


def overall_lines(result: StudyResult) -> list[Text]:
    """Return a line for each figure of the first case; none where the standard has no such figure."""
    table = of_case(result.tables.overall, result.first.case.id)
    asked = sum(r.by_standard and r.minutes is not None for r in result.standard.requirements)
    lines = []
    for row in table.to_dict("records"):
        if row["unit"] == PEOPLE and not round(row["value"]):
            continue
        figure = Text(str(row["name_en"]), str(row["name_zh"]))
        value = _value(float(row["value"]), str(row["unit"]))
        limited = row["unit"] == SHARE
        limit, number = f"{row['minutes_limit']:g}", row["categories"]
        within = Text(f"{limit} min, ", f"{limit}分钟，") if limited else Text("", "")
        # A mean over some of the categories is not the figure of the framework: say over how many.
        of = Text(f"{number} of {asked} categories assessed", f"{asked}类中已评估{number}类")
        if row["unit"] == PER_THOUSAND:
            of = Text(f"all {asked} categories", f"按全部{asked}类")
        lines.append(
            Text(
                f"{figure.en} ({within.en}{of.en}): {value.en}",
                f"{figure.zh}（{within.zh}{of.zh}）：{value.zh}",
            )
        )
    return lines


def _value(value: float, unit: str) -> Text:
    if value != value:
        return Text("-", "-")
    if unit == SHARE:
        return Text(f"{value:.1%}", f"{value:.1%}")
    if unit == PEOPLE:
        return Text(f"{value:,.0f}", f"{value:,.0f}人")
    if unit == MINUTES:
        return Text(f"{value:.1f} min", f"{value:.1f}分钟")
    if unit == PER_THOUSAND:
        return Text(f"{value:,.1f} per thousand people", f"每千人{value:,.1f}处")
    return Text(f"{value:.2f}", f"{value:.2f}")
