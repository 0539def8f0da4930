"""Sheets of resources and rooms: what is matched, what is left, and how rooms are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pandas as pd

from geo.text import Text
from layers.ledgers.matching import FULL, NO_SEATS, NO_VENUE, NOT_BEGUN, NOWHERE, OVER, TOO_FAR, MatchTables
from layers.load import words_of
from layers.settings import circle_minutes
from layers.write.table import Column
from maps.book.layouts import RunEdition
from maps.book.spec import SheetSpec, TableSpec, as_csv, sheet_of_one, titled
from maps.result import StudyResult
from maps.values import texts

REASONS: Final[Mapping[str, Text]] = {
    OVER: Text("over by now", "已过期"),
    NOT_BEGUN: Text("begins later than in a month", "尚未开始"),
    NOWHERE: Text("says how far it travels, but not from where", "限定外出时间而未落位"),
    NO_VENUE: Text("no room works", "无可用空间"),
    NO_SEATS: Text("no room is known to have the seats", "无空间满足每场人数"),
    TOO_FAR: Text("no such room as near as it travels", "外出时间内无合适空间"),
    FULL: Text("no slot is left", "时段已满"),
}
_OFFER: Final = (
    Column("name", Text("Offer", "项目")),
    Column("provider", Text("Offered by", "资方单位")),
    Column("category_name", Text("Category", "服务类别")),
    Column("audience_name", Text("For", "面向人群")),
)
_MATCHED: Final = (
    *_OFFER,
    Column("venue", Text("Room", "空间")),
    Column("station", Text("Station", "服务站点")),
    Column("sessions", Text("Sessions a month", "每月场次"), "count"),
    Column("people", Text("People of the audience in the circle", "圈内面向人口"), "count",
           Text("not known", "未知")),
    Column("open_needs", Text("Open needs of the kind", "同类在办需求（件）"), "count"),
)  # fmt: skip
_UNMATCHED: Final = (
    *_OFFER,
    Column("sessions", Text("Sessions left", "未对接场次"), "count"),
    Column("reason_name", Text("Why", "原因")),
)
_WITHOUT: Final = (
    Column("name", Text("Station", "服务站点")),
    Column("address", Text("Address", "地址")),
)
_ROOMS: Final = (
    Column("venue", Text("Room", "空间")),
    Column("station", Text("Station", "服务站点")),
    Column("seats", Text("Seats", "座位数"), "count"),
    Column("slots", Text("Slots a week", "每周可约时段"), "count"),
    Column("booked", Text("Booked", "已约时段"), "count"),
    Column("share", Text("Used", "利用率"), "share"),
    Column("sessions", Text("Sessions matched a month", "对接场次（每月）"), "count"),
    Column("share_after", Text("Used with them", "对接后利用率"), "share"),
)


def match_rows(result: StudyResult) -> pd.DataFrame:
    """Return a row for each offer and room matched, with the people it reaches."""
    found = result.matches
    if found is None or not len(found.matches):
        return pd.DataFrame()
    table = _with_offer(result, found.matches)
    names = _names(result)
    needs = result.needs.figures
    of_category = needs[needs["cut"] == "category"]
    still_open = dict(zip(of_category["value"], of_category["open"], strict=True))
    return table.assign(
        venue=[names.get(str(each), str(each)) for each in table["venue_id"]],
        station=[names.get(str(each), "") for each in table["station_id"]],
        open_needs=table["category"].map(still_open),
    )


def unmatched_rows(result: StudyResult) -> pd.DataFrame:
    """Return a row for each offer with sessions that found no room, and why."""
    found = result.matches
    if found is None or not len(found.unmatched):
        return pd.DataFrame()
    table = _with_offer(result, found.unmatched)
    return table.assign(reason_name=texts(REASONS[each] for each in table["reason"]))


def stations_without(result: StudyResult) -> pd.DataFrame:
    """Return the working stations at which nothing is held."""
    found = result.matches
    if found is None or not len(result.layers.resources):
        return pd.DataFrame()
    facilities = result.layers.facilities
    return facilities[facilities["id"].isin(found.without)][["id", "name", "address"]]


def room_rows(result: StudyResult) -> pd.DataFrame:
    """Return how far each room is used, today and with what is matched."""
    found = result.matches
    if found is None or not len(found.rooms):
        return pd.DataFrame()
    names = _names(result)
    return found.rooms.assign(
        venue=[names.get(str(each), str(each)) for each in found.rooms["venue_id"]],
        station=[names.get(str(each), "") for each in found.rooms["station_id"]],
    )


def _with_offer(result: StudyResult, table: pd.DataFrame) -> pd.DataFrame:
    words = words_of(result.study)
    categories = {key: each.name for key, each in words.categories.by_id.items()}
    groups = {key: each.name for key, each in words.groups.terms.items()}
    offers = result.layers.resources[["id", "name", "provider", "category", "audience"]]
    table = table.merge(pd.DataFrame(offers), left_on="offer_id", right_on="id", how="left")
    return table.assign(
        category_name=texts(_named(categories, each) for each in table["category"]),
        audience_name=texts(
            _named(groups, each) if isinstance(each, str) else Text("everybody", "不限")
            for each in table["audience"]
        ),
    )


def _named(names: Mapping[str, Text], value: object) -> Text:
    if not isinstance(value, str):
        return Text("", "")
    return names.get(value, Text(value, value))


def _names(result: StudyResult) -> dict[str, str]:
    frames = (result.layers.facilities, result.layers.venues)
    pairs = (zip(frame["id"], frame["name"], strict=True) for frame in frames)
    return {str(each): str(name or each) for of_frame in pairs for each, name in of_frame}


def match_words(found: MatchTables, result: StudyResult) -> Iterator[Text]:
    """Yield what came of the matching, and what its proof is worth."""
    offers, left = len(result.layers.resources), found.unmatched["offer_id"].nunique()
    if not offers:
        return
    yield Text(
        f"{offers:,} offers, {offers - left:,} of them with rooms for all sessions; "
        f"{len(found.without):,} stations without any",
        f"资源 {offers:,} 项，全部场次已对接 {offers - left:,} 项；无资源阵地 {len(found.without):,} 个",
    )
    if found.proven:
        yield Text(
            "proven: no matching holds more sessions, or reaches more people with as many; where the slots "
            "of a room are not known it takes one session of each kind a month",
            "已证明最优：对接场次最多，且在此前提下触达人口最多；可约时段未知的空间，每类服务每月只计一场",
        )


def _remarks(result: StudyResult) -> Iterator[Text]:
    if result.matches is not None:
        yield from match_words(result.matches, result)


def _unit(edition: RunEdition) -> Text:
    minutes = circle_minutes(edition.result.study)
    made = edition.made_on.isoformat()
    return Text(f"a month; circle: {minutes:g} minutes; {made}", f"按月；圈：{minutes:g} 分钟；{made}")


def _table(
    key: str,
    caption: Text,
    frame: Callable[[StudyResult], pd.DataFrame],
    columns: tuple[Column, ...],
) -> TableSpec[StudyResult]:
    return TableSpec(key=key, caption=caption, frame=frame, columns=columns)


_TABLES: Final = (
    _table("matches", Text("Matched", "对接表"), match_rows, _MATCHED),
    _table("unmatched", Text("Not matched", "未对接"), unmatched_rows, _UNMATCHED),
    _table("stations_without", Text("Stations without", "无资源阵地"), stations_without, _WITHOUT),
    _table("rooms", Text("Use of rooms", "空间利用"), room_rows, _ROOMS),
)
MATCH_SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = tuple(
    sheet_of_one(
        each,
        title=titled(each.caption.en.lower(), each.caption.zh),
        unit=_unit,
        optional=True,
        remarks=_remarks if each.key == "matches" else lambda _: (),
        csv=(as_csv(each),),
    )
    for each in _TABLES
)
"""The sheets of resources and rooms; none where the study has neither."""
