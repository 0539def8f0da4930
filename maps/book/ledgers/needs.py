"""The ledger of needs as sheets and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from geo.text import Text
from layers.catalogue.schema import schema_of
from layers.load import words_of
from layers.write.table import Column
from maps.book.layouts import RunEdition
from maps.book.spec import SheetSpec, TableSpec, as_csv, sheet_of_one, titled
from maps.result import StudyResult
from maps.values import texts
from maps.words.ledgers.needs import need_headline, need_notes

_NOT_SAID = Text("not given", "未填写")
_CUTS: Final[Mapping[str, Text]] = {
    "all": Text("All", "合计"),
    "month": Text("Month raised", "提出月份"),
    **{
        (role.id if role.id != "need_status" else "status"): role.name
        for role in schema_of("need").roles
        if role.id in ("list", "department", "need_status", "handling")
    },
    "category": Text("Category of need", "需求类别"),
}
_FIGURES: Final = (
    Column("cut_name", Text("Grouped by", "统计维度")),
    Column("value_name", Text("Value", "名称")),
    Column("raised", Text("Raised", "提出（件）"), "count"),
    Column("settled", Text("Settled", "办结（件）"), "count"),
    Column("settled_share", Text("Share settled", "办结率"), "share"),
    Column("due", Text("Due", "应按期办结（件）"), "count"),
    Column("on_time", Text("On time", "按期办结（件）"), "count"),
    Column("on_time_share", Text("Share on time", "按期办结率"), "share"),
    Column("mean_days", Text("Mean days to settle", "平均办理天数"), "amount"),
    Column("open", Text("Open", "在办（件）"), "count"),
    Column("mean_open_days", Text("Mean days open", "在办平均天数"), "amount"),
    Column("judged", Text("Judged", "已评价（件）"), "count"),
    Column("satisfaction", Text("Satisfaction", "满意度"), "share"),
)
_HIDDEN = Text("not shown", "不公布")
_PLACES: Final = (
    Column("kind_name", Text("Kind", "单元种类")),
    Column("name", Text("Name", "名称")),
    Column("raised", Text("Raised", "提出（件）"), "count", _HIDDEN),
    Column("settled", Text("Settled", "办结（件）"), "count", _HIDDEN),
    Column("settled_share", Text("Share settled", "办结率"), "share"),
    Column("kept_back", Text("Not shown", "不公布"), "yes"),
)


def _figures(result: StudyResult) -> pd.DataFrame:
    table = result.needs.figures
    if not len(table):
        return table
    words = _words(result)
    values = (
        Text("all needs", "全部需求") if cut == "all" else _named(words.get(cut, {}), value)
        for cut, value in zip(table["cut"], table["value"], strict=True)
    )
    return table.assign(cut_name=texts(_CUTS[cut] for cut in table["cut"]), value_name=texts(values))


def _named(words: Mapping[str, Text], value: object) -> Text:
    if value is None or value != value:
        return _NOT_SAID
    return words.get(str(value), Text(str(value), str(value)))


def _words(result: StudyResult) -> Mapping[str, Mapping[str, Text]]:
    words = words_of(result.study)
    return {
        "category": {key: each.name for key, each in words.categories.by_id.items()},
        "status": {key: each.name for key, each in words.need_states.terms.items()},
    }


def _by_place(result: StudyResult) -> pd.DataFrame:
    table = result.needs.by_place
    if not len(table):
        return table
    polygons = result.polygons[["id", "name", "kind"]]
    table = table.merge(polygons, on="id", how="left")
    table = table[(table["raised"] != 0) | table["kept_back"].astype(bool)]
    kinds = (schema_of(kind).singular for kind in table["kind"])
    return table.assign(kind_name=texts(kinds)).sort_values(
        ["kind", "raised"], ascending=[True, False], kind="stable", ignore_index=True
    )


def _remarks(result: StudyResult) -> Iterator[Text]:
    headline = need_headline(result.needs)
    if headline is not None:
        yield headline
    yield from need_notes(result.needs)


def _unit(edition: RunEdition) -> Text:
    made = edition.made_on.isoformat()
    return Text(f"cases; as of {made}", f"单位：件；截至 {made}")


_LEDGER: Final = TableSpec(key="needs", caption=Text("Needs", "需求台账"), frame=_figures, columns=_FIGURES)
_DISTRIBUTION: Final = TableSpec(
    key="needs_by_place", caption=Text("Needs by place", "需求分布"), frame=_by_place, columns=_PLACES
)
NEED_SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = (
    sheet_of_one(
        _LEDGER,
        title=titled("needs: raised, settled, in time", "需求台账"),
        unit=_unit,
        optional=True,
        remarks=_remarks,
        csv=(as_csv(_LEDGER),),
    ),
    sheet_of_one(
        _DISTRIBUTION,
        title=titled("needs by grid and area", "需求分布"),
        unit=_unit,
        optional=True,
        csv=(as_csv(_DISTRIBUTION),),
    ),
)
"""The sheets of a ledger of needs; none where the study has no such layer."""
