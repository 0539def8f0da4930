"""The sheets of ``compare.xlsx``: two plans side by side, who gains and who loses."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.text import Text
from layers.write.table import Column
from maps.book.plans import NOTES, counted_line, plan_sheet, rows_by_group, rows_by_polygon
from maps.book.spec import Edition, SheetSpec, TableSpec, notes_frame, titled, whole
from maps.compared import ComparedPlans, headline, places_of_both, sides_by_group, sides_by_polygon
from maps.values import texts

_SIDES = (
    Column("name", Text("Group or place", "人群或分区")),
    Column("people", Text("People", "人口（人）"), "count"),
    Column("first", Text("Covered by the first", "前者覆盖（人）"), "count"),
    Column("second", Text("Covered by the second", "后者覆盖（人）"), "count"),
    Column("gain", Text("Gain it", "新获覆盖（人）"), "count"),
    Column("lose", Text("Lose it", "失去覆盖（人）"), "count"),
    Column("nearer", Text("Have a shorter way", "路程缩短（人）"), "count"),
    Column("farther", Text("Have a longer way", "路程加长（人）"), "count"),
)
_PLACES = (
    Column("name", Text("Place", "设施")),
    Column("id", Text("Id", "编号")),
    Column("plan", Text("Stands in", "所属方案")),
)


def compare_edition(result: ComparedPlans) -> Edition[ComparedPlans]:
    """Return two plans as they are written."""
    return Edition(result=result, sheets=COMPARE_SHEETS, language=result.study.language)


def _unit(edition: Edition[ComparedPlans]) -> Text:
    return counted_line(edition.result)


def _answer(result: ComparedPlans) -> pd.DataFrame:
    first, second = result.names
    return notes_frame(
        [
            (Text("First", "前者"), first),
            (Text("Second", "后者"), second),
            (Text("Answer", "结论"), headline(result)),
        ]
    )


def _groups(result: ComparedPlans) -> pd.DataFrame:
    counts = [column.key for column in _SIDES if column.key != "name"]
    return rows_by_group(result.study, sides_by_group(result), counts)


def _places(result: ComparedPlans) -> pd.DataFrame:
    table = pd.DataFrame(places_of_both(result).drop(columns="geometry"))
    first, second = result.names
    words = {"both": Text("both", "两者"), "first": first, "second": second}
    named = table["name"].where(table["name"].notna(), table["id"])
    return table.assign(name=named, plan=texts(words[plan] for plan in table["plan"]))


COMPARE_SHEETS: Final[tuple[SheetSpec[ComparedPlans], ...]] = (
    plan_sheet(
        "answer",
        Text("Answer", "结论"),
        ("Two plans side by side", "方案对比"),
        unit=_unit,
        frame=_answer,
        columns=NOTES,
    ),
    SheetSpec(
        key="sides",
        name=Text("Who gains and loses", "覆盖人口增减"),
        title=titled("Who gains and who loses", "覆盖人口增减"),
        unit=_unit,
        tables=(
            TableSpec(
                key="by_group",
                caption=Text("By group", "按人群"),
                frame=_groups,
                columns=_SIDES,
                layout=whole,
            ),
            TableSpec(
                key="by_grid",
                caption=Text("By grid cell", "按网格"),
                frame=lambda result: rows_by_polygon(sides_by_polygon(result), "grid"),
                columns=_SIDES,
            ),
            TableSpec(
                key="by_area",
                caption=Text("By area", "按片区"),
                frame=lambda result: rows_by_polygon(sides_by_polygon(result), "area"),
                columns=_SIDES,
            ),
        ),
    ),
    plan_sheet(
        "places",
        Text("Places", "设施"),
        ("Places of the two plans", "两方案的设施"),
        unit=_unit,
        frame=_places,
        columns=_PLACES,
    ),
)
