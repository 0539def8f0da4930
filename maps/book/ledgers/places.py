"""Sheets of every place from its own side: partners, stations and centres, candidates."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import pandas as pd

from geo.assessment.catchments.tables import PARTNER, SERVICE, STATION
from geo.text import Text
from layers.write.table import Column
from maps.book import columns
from maps.book.layouts import RunEdition
from maps.book.rows import with_case
from maps.book.spec import SheetSpec, TableSpec, as_csv, sheet_of_one, titled
from maps.published_cards import published_cards
from maps.result import StudyResult
from maps.values import Row, texts
from maps.words.ledgers.place_cards import PlaceCard, place_cards

_KIND: Final = Column("layer_name", Text("Layer", "图层"))
_ID: Final = Column("id", Text("Id", "编号"))
_OF_PLACE: Final = (
    Column("name", Text("Name", "名称")),
    Column("category_name", Text("Category", "设施类别")),
)
_OF_PARTNER: Final = (
    Column("offer", Text("Offer", "优惠")),
    Column("agreement", Text("Agreement", "共建协议")),
    Column("since", Text("Partner since", "合作起始")),
)
_AROUND: Final = (
    Column(PARTNER, Text("Partners in the circle", "圈内合作商户（家）"), "count"),
    Column(STATION, Text("Stations in the circle", "圈内服务站点（个）"), "count"),
    Column(SERVICE, Text("Other facilities in the circle", "圈内其他设施（处）"), "count"),
    Column("outside", Text("Near and outside (people)", "近而不达（人）"), "count"),
    Column("outside_cause", Text("What holds them off", "阻隔原因")),
    Column("outside_area", Text("Most of them in", "主要分布")),
    Column("outside_metres", Text("Nearest, straight (m)", "最近者直线（米）"), "metres"),
    Column("outside_minutes", Text("Nearest, by the way (min)", "最近者实际（分钟）"), "minutes"),
)


@lru_cache(maxsize=1)
def _cards(result: StudyResult) -> tuple[PlaceCard, ...]:
    return published_cards(result, place_cards(result))


def place_frame(result: StudyResult, *kinds: str) -> pd.DataFrame:
    """Return a row for each place of some kinds, or of all, in each case, as `place_columns` names them."""
    rows = [_row(card) for card in _cards(result) if not kinds or card.kind in kinds]
    frame = pd.DataFrame(rows)
    words = [str(name) for name in frame if len(frame) and isinstance(frame[name].iloc[0], Text)]
    # pandas would take a list of texts in two languages for rows of two cells.
    return frame.assign(**{name: texts(row[name] for row in rows) for name in words})


def _row(card: PlaceCard) -> Row:
    row: Row = {
        "case": card.case, "case_name": card.case_name, "id": card.id, "layer_name": card.layer,
        "name": card.name, "category_name": card.category, "offer": card.offer,
        "agreement": "、".join(card.agreement), "since": card.since,
        PARTNER: card.count(PARTNER), STATION: card.count(STATION), SERVICE: card.count(SERVICE),
    }  # fmt: skip
    for found in card.within:
        row[f"within|{found.minutes:g}"] = found.people
        for each in (*found.groups, *found.shifts):
            row[f"within|{found.minutes:g}|{each.name.en}"] = each.people
    for station in card.stations:
        tier = "" if station.tier is None else station.tier.en
        row |= {f"minutes|{tier}": station.minutes, f"station|{tier}": station.name}
    if card.outside is not None:
        held = card.outside
        row |= {
            "outside": held.people, "outside_cause": held.cause, "outside_area": held.area,
            "outside_metres": held.metres, "outside_minutes": held.minutes,
        }  # fmt: skip
    else:
        row["outside"] = 0
    row.setdefault("outside_cause", Text("", ""))
    return row


def _within_columns(cards: tuple[PlaceCard, ...], *, every: bool) -> list[Column]:
    """Return a column for the people within each of the minutes, and for their groups and shifts.

    Parameters
    ----------
    every
        Whether groups and shifts stand at all minutes, not at those of the circle alone.
    """
    shown: dict[str, Column] = {}
    for card in cards:
        for found in card.within:
            limit = f"{found.minutes:g}"
            heading = Text(f"People within {limit} min", f"{limit} 分钟内人口")
            shown.setdefault(limit, Column(f"within|{limit}", heading, "count"))
            if not every and found.minutes != card.circle:
                continue
            for name in (each.name for each in (*found.groups, *found.shifts)):
                heading = Text(f"{limit} min: {name.en}", f"{limit} 分钟内：{name.zh}")
                shown.setdefault(f"{limit}|{name.en}", Column(f"within|{limit}|{name.en}", heading, "count"))
    return list(shown.values())


def _station_columns(cards: tuple[PlaceCard, ...]) -> list[Column]:
    nearest = Text("nearest station", "最近服务站点")
    shown: dict[str, Column] = {}
    for card in cards:
        for station in card.stations:
            key = "" if station.tier is None else station.tier.en
            what = (
                nearest
                if station.tier is None
                else Text(f"nearest, {station.tier.en}", f"最近{station.tier.zh}")
            )
            shown.setdefault(f"station|{key}", Column(f"station|{key}", what))
            heading = Text(f"{what.en} (min)", f"{what.zh}（分钟）")
            shown.setdefault(f"minutes|{key}", Column(f"minutes|{key}", heading, "minutes"))
    return list(shown.values())


def _columns(
    *kinds: str, front: tuple[Column, ...], every: bool = False
) -> Callable[[StudyResult, pd.DataFrame], tuple[Column, ...]]:
    def of(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
        cards = tuple(card for card in _cards(result) if not kinds or card.kind in kinds)
        shown = (*front, *_within_columns(cards, every=every), *_station_columns(cards), *_AROUND)
        known = tuple(each for each in shown if each.key in rows)
        return (columns.CASE, *known) if every else with_case(known, rows)

    return of


def _unit(edition: RunEdition) -> Text:
    minutes = edition.result.places.minutes
    made = edition.made_on.isoformat()
    said = [card.estimated for card in _cards(edition.result) if card.estimated is not None]
    how = Text(f", {said[0].en}", f"，{said[0].zh}") if said else Text("", "")
    return Text(
        f"people who get to the place, whatever its hours{how.en}; "
        f"circle and groups: {minutes:g} minutes; {made}",
        f"单位：人（到达该点位的人口，不计开放时间{how.zh}）；圈内与分人群：{minutes:g} 分钟；{made}",
    )


def _sheet(key: str, name: Text, *kinds: str, front: tuple[Column, ...]) -> SheetSpec[StudyResult]:
    table: TableSpec[StudyResult] = TableSpec(
        key=key,
        caption=name,
        frame=lambda result: place_frame(result, *kinds),
        columns=_columns(*kinds, front=front),
        every=(*front, *_AROUND),
    )
    return sheet_of_one(table, title=titled(f"{name.en}: who reaches them", f"{name.zh}：服务圈"), unit=_unit,
                        optional=True)  # fmt: skip


_EVERY: Final[TableSpec[StudyResult]] = TableSpec(
    key="places",
    caption=Text("Every place", "各点位"),
    frame=place_frame,
    columns=_columns(front=(_ID, _KIND, *_OF_PLACE, *_OF_PARTNER), every=True),
    every=(columns.CASE, _ID, _KIND, *_OF_PLACE, *_OF_PARTNER, *_AROUND),
)
PLACE_SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = (
    _sheet("partners", Text("Partners", "合伙人"), "merchant", front=(*_OF_PLACE, *_OF_PARTNER)),
    SheetSpec(
        key="stations",
        name=Text("Stations", "阵地"),
        title=titled("stations and centres: who reaches them", "阵地：服务圈"),
        unit=_unit,
        optional=True,
        tables=(
            TableSpec(
                key="stations",
                caption=Text("Stations and centres", "服务站点与邻里中心"),
                frame=lambda result: place_frame(result, "station", "centre"),
                columns=_columns("station", "centre", front=_OF_PLACE),
                every=(*_OF_PLACE, *_AROUND),
            ),
            TableSpec(
                key="candidate_circles",
                caption=Text("Candidates: circles", "备选点位服务圈"),
                frame=lambda result: place_frame(result, "candidate"),
                columns=_columns("candidate", front=_OF_PLACE),
                every=(*_OF_PLACE, *_AROUND),
            ),
        ),
        csv=(as_csv(_EVERY),),
    ),
)
"""The sheets of places; none where the study has no such layer."""
