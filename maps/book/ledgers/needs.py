"""The ledger of needs as sheets and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from geo.ledgers.unserved import STEP
from geo.text import Text
from layers.catalogue.schema import schema_of
from layers.load import words_of
from layers.settings import circle_minutes
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
_UNSERVED: Final = (
    Column("value_name", Text("Category of need", "需求类别")),
    Column("placed", Text("With a place", "已落位（件）"), "count"),
    Column("served", Text("Service in the circle", "圈内有服务（件）"), "count"),
    Column("unserved", Text("None in the circle", "圈内无服务（件）"), "count"),
    Column("nearest_name", Text("Nearest that has it", "最近可提供的设施")),
    Column("minutes", Text("Minutes to it", "平均时间（分钟）"), "minutes"),
)
_WHISTLES: Final = (
    Column("department", Text("Department", "责任部门")),
    Column("called", Text("Passed on", "吹哨（件）"), "count"),
    Column("came", Text("Came", "报到（件）"), "count"),
    Column("mean_days_to_come", Text("Mean days to come", "报到平均天数"), "amount"),
    Column("settled", Text("Settled", "办结（件）"), "count"),
    Column("mean_days", Text("Mean days there, settled", "办结平均停留天数"), "amount"),
    Column("open", Text("Open", "在办（件）"), "count"),
    Column("mean_open_days", Text("Mean days there, open", "在办平均停留天数"), "amount"),
    Column("longest_open_days", Text("Longest, days", "在办最长天数"), "count"),
)
_PLACES: Final = (
    Column("kind_name", Text("Kind", "单元种类")),
    Column("name", Text("Name", "名称")),
    Column("raised", Text("Raised", "提出（件）"), "count", _HIDDEN),
    Column("settled", Text("Settled", "办结（件）"), "count", _HIDDEN),
    Column("settled_share", Text("Share settled", "办结率"), "share"),
    Column("kept_back", Text("Not shown", "不公布"), "yes"),
)


def need_figures(result: StudyResult) -> pd.DataFrame:
    """Return the figures of the ledger with the names of what they are grouped by."""
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


def need_places(result: StudyResult) -> pd.DataFrame:
    """Return the cases by polygon with its name and kind, small counts kept back."""
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


def need_services(result: StudyResult) -> pd.DataFrame:
    """Return how many needs have their service in the circle, with the names of service and place."""
    table = result.needs.unserved
    if not len(table):
        return table
    words = _words(result)["category"]
    names = dict(zip(result.layers.facilities["id"], result.layers.facilities["name"], strict=True))
    return table.assign(
        value_name=texts(_named(words, value) for value in table["category"]),
        nearest_name=[names.get(each) or each for each in table["nearest_id"]],
    )


def _circle(edition: RunEdition) -> Text:
    minutes = circle_minutes(edition.result.study)
    return Text(
        f"cases that stand at a point, in and out of the circle to the nearest {STEP:g}; circle: "
        f"{minutes:g} minutes, {edition.result.first.case.name.en}",
        f"单位：件（已落位到点的需求，圈内圈外件数按 {STEP:g} 取整）；圈：{minutes:g} 分钟，"
        f"{edition.result.first.case.name.zh}",
    )


def _remarks(result: StudyResult) -> Iterator[Text]:
    headline = need_headline(result.needs)
    if headline is not None:
        yield headline
    yield from need_notes(result.needs)


def _unit(edition: RunEdition) -> Text:
    made = edition.made_on.isoformat()
    return Text(f"cases; as of {made}", f"单位：件；截至 {made}")


_LEDGER: Final = TableSpec(
    key="needs", caption=Text("Needs", "需求台账"), frame=need_figures, columns=_FIGURES
)
_DISTRIBUTION: Final = TableSpec(
    key="needs_by_place", caption=Text("Needs by place", "需求分布"), frame=need_places, columns=_PLACES
)
_NOT_SERVED: Final = TableSpec(
    key="needs_unserved", caption=Text("Needs without a service", "圈内无服务需求"), frame=need_services,
    columns=_UNSERVED,
)  # fmt: skip
_PASSED_ON: Final[TableSpec[StudyResult]] = TableSpec(
    key="needs_passed_on", caption=Text("Passed on", "吹哨报到"), columns=_WHISTLES,
    frame=lambda result: result.needs.whistles,
)  # fmt: skip
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
    sheet_of_one(
        _NOT_SERVED,
        title=titled("needs whose service nothing in the circle offers", "圈内无服务需求"),
        unit=_circle,
        optional=True,
        csv=(as_csv(_NOT_SERVED),),
    ),
    sheet_of_one(
        _PASSED_ON,
        title=titled("cases passed on to departments", "吹哨报到（转办、督办）"),
        unit=_unit,
        optional=True,
        csv=(as_csv(_PASSED_ON),),
    ),
)
"""The sheets of a ledger of needs; none where the study has no such layer."""
