"""The sheets of ``compare.xlsx``: two plans side by side, who gains and who loses."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.load import words_of
from layers.write.table import Column
from maps.book.spec import Edition, SheetSpec, TableSpec, notes_frame, sheet_of_one, titled, whole
from maps.compared import ComparedPlans, headline, places_of_both, sides_by_group, sides_by_polygon
from maps.values import texts

_NOTES = (Column("what", Text("What", "项目")), Column("note", Text("Said", "内容")))
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
    result = edition.result
    profile, hour, minutes = result.case.profile.name, result.case.hour, f"{result.minutes:g}"
    return Text(
        f"People who reach {result.name.en} within {minutes} minutes; {profile.en}, {hour.en}",
        f"{minutes} 分钟内可达{result.name.zh}的人口；{profile.zh}，{hour.zh}",
    )


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
    terms = {term.id: term.name for term in words_of(result.study).groups.terms.values()}
    table = sides_by_group(result)
    counts = [column.key for column in _SIDES if column.key != "name"]
    total = table[counts].sum().to_frame().T.assign(name=texts([Text("Everybody", "合计")]))
    unsaid = Text("not said", "未注明")
    names = [terms.get(g, Text(g, g)) if isinstance(g, str) else unsaid for g in table["group"]]
    return pd.concat([total, table.assign(name=texts(names))], ignore_index=True)


def _polygons(result: ComparedPlans, kind: str) -> pd.DataFrame:
    table = sides_by_polygon(result)
    outside = Text("outside every polygon", "不在任何分区内")
    names = [
        outside if key == OUTSIDE else name for key, name in zip(table["id"], table["name"], strict=True)
    ]
    return table.assign(name=texts(names))[(table["kind"] == kind).to_numpy()]


def _places(result: ComparedPlans) -> pd.DataFrame:
    table = pd.DataFrame(places_of_both(result).drop(columns="geometry"))
    first, second = result.names
    words = {"both": Text("both", "两者"), "first": first, "second": second}
    named = table["name"].where(table["name"].notna(), table["id"])
    return table.assign(name=named, plan=texts(words[plan] for plan in table["plan"]))


COMPARE_SHEETS: Final[tuple[SheetSpec[ComparedPlans], ...]] = (
    sheet_of_one(
        TableSpec(
            key="answer",
            caption=Text("Answer", "结论"),
            frame=_answer,
            columns=_NOTES,
        ),
        title=titled("Two plans side by side", "方案对比", colon="："),
        unit=_unit,
    ),
    SheetSpec(
        key="sides",
        name=Text("Who gains and loses", "得失人口"),
        title=titled("Who gains and who loses", "得失人口", colon="："),
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
                frame=lambda result: _polygons(result, "grid"),
                columns=_SIDES,
            ),
            TableSpec(
                key="by_area",
                caption=Text("By area", "按片区"),
                frame=lambda result: _polygons(result, "area"),
                columns=_SIDES,
            ),
        ),
    ),
    sheet_of_one(
        TableSpec(
            key="places",
            caption=Text("Places", "设施"),
            frame=_places,
            columns=_PLACES,
        ),
        title=titled("Places of the two plans", "两方案的设施", colon="："),
        unit=_unit,
    ),
)
