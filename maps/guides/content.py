"""What the guide of a station says: functions, services, zones, rooms, circle, the way there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.ledgers.functions import ELSEWHERE, building_of
from geo.text import Text
from layers.load import words_of
from maps.result import StudyResult
from maps.values import table_rows
from maps.words.ledgers.hours_words import hours_in_words
from maps.words.ledgers.place_cards import PlaceCard, place_cards

STOPS: Final = ("metro_station", "bus_stop")
"""Where one arrives without walking all the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of a building: embedded in it, or at a window of the station."""

    name: str
    window: str
    hours: str
    channels: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The guide of one station, in the language of its study.

    Attributes
    ----------
    facts
        Label and value: level, area served, address, telephone of the office, hours, staff, zones.
    has, missing
        Functions in the standard's words.
    way
        The nearest stops, in sentences.
    link
        What the code leads to; empty where there is nothing.
    """

    id: str
    name: str
    facts: tuple[tuple[Text, str], ...]
    has: tuple[Text, ...]
    missing: tuple[Text, ...]
    services: tuple[Service, ...]
    rooms: tuple[tuple[str, str], ...]
    said: tuple[Text, ...]
    way: tuple[Text, ...]
    link: str


def guides_of(result: StudyResult, *, link: str = "") -> tuple[Guide, ...]:
    """Return the guide of every station and centre.

    Parameters
    ----------
    link
        Where the map is published; a code leads to the station's page on it, else to the station's own link.
    """
    found = result.functions
    cards = {card.id: card for card in place_cards(result) if card.case == result.first.case.id}
    rows = table_rows(result.layers.facilities)
    services, rooms = (_by_station(result, frame) for frame in (result.layers.services, result.layers.venues))
    guides = []
    for number, position in enumerate(found.stations):
        row = rows[position]
        own = [each.name for each, has in zip(found.functions, found.has[number], strict=True) if has]
        guides.append(
            Guide(
                id=row["id"],
                name=row["name"] or row["id"],
                facts=tuple(_facts(result, row)),
                has=tuple(own),
                missing=tuple(each.name for each in found.functions if each.name not in own),
                services=(
                    *(_embedded(result, rows[place]) for place in found.embedded[number]),
                    *(_at_window(result, each) for each in services.get(number, ())),
                ),
                rooms=tuple(_room(result, each) for each in rooms.get(number, ())),
                said=cards[row["id"]].said,
                way=tuple(_way(result, cards[row["id"]])),
                link=f"{link}#place={row['id']}" if link else row.get("website") or "",
            )
        )
    return tuple(guides)


def _by_station(result: StudyResult, frame: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Return the rows of a ledger by the station they name, else by the one in whose building they stand."""
    stations = result.layers.facilities.iloc[result.functions.stations]
    number = {each: row for row, each in enumerate(stations["id"])}
    points = frame.geometry.notna().to_numpy()
    inside = np.full(len(frame), ELSEWHERE, dtype=np.int64)
    if points.any() and len(stations):
        at, here = (
            np.column_stack([each.x.to_numpy(), each.y.to_numpy()])
            for each in (stations.geometry.representative_point(), frame.geometry[points])
        )
        inside[points] = building_of(at, here)
    found: dict[int, list[dict[str, Any]]] = {}
    for row, near in zip(table_rows(frame), inside, strict=True):
        station = number.get(row["place_id"], int(near))
        if station != ELSEWHERE:
            found.setdefault(station, []).append(row)
    return found


def _facts(result: StudyResult, row: dict[str, Any]) -> Iterator[tuple[Text, str]]:
    language = result.study.language
    comma = "、" if language == "zh" else ", "
    tiers = words_of(result.study).tiers.terms
    tier = row.get("tier") or ""
    values = (
        (Text("Level", "层级"), tiers[tier].name.to(language) if tier in tiers else tier),
        (Text("Area served", "服务片区"), row.get("area_served")),
        (Text("Theme", "特色"), row.get("theme")),
        (Text("Address", "地址"), row.get("address")),
        (Text("Office telephone", "办公电话"), row.get("phone")),
        (Text("Open", "开放时间"), hours_in_words(row.get("opening_hours") or "", language)),
        (Text("Staff", "工作人员"), _people(row.get("staff"), language)),
        (Text("Zones", "功能分区"), comma.join(row.get("zones") or ())),
    )
    for label, value in values:
        if value:
            yield label, str(value)


def _people(count: float | None, language: str) -> str:
    if count is None:
        return ""
    return f"{count:,.0f} 人" if language == "zh" else f"{count:,.0f}"


def _embedded(result: StudyResult, row: dict[str, Any]) -> Service:
    known = words_of(result.study).categories.by_id
    category = row.get("category") or ""
    called = known[category].name.to(result.study.language) if category in known else category
    return Service(
        name=row.get("name") or called,
        window="",
        hours=hours_in_words(row.get("opening_hours") or "", result.study.language),
        channels="",
        link=row.get("website") or "",
    )


def _at_window(result: StudyResult, row: dict[str, Any]) -> Service:
    return Service(
        name=row["name"],
        window=row["window"] or "",
        hours=hours_in_words(row["opening_hours"] or "", result.study.language),
        channels="、".join(row["channels"] or ()),
        link=row["website"] or "",
    )


def _room(result: StudyResult, row: dict[str, Any]) -> tuple[str, str]:
    chinese = result.study.language == "zh"
    parts = []
    if row["seats"] is not None:
        parts.append(f"{row['seats']:,.0f} 座" if chinese else f"{row['seats']:,.0f} seats")
    if row["slots"] is not None:
        slots = f"{row['slots']:,.0f}"
        parts.append(f"每周可约 {slots} 个时段" if chinese else f"{slots} slots a week")
    return row["name"], ("，" if chinese else ", ").join(parts)


def _way(result: StudyResult, card: PlaceCard) -> Iterator[Text]:
    """Yield the nearest stop of each kind in the circle."""
    known = words_of(result.study).categories.by_id
    stops = {known[each].name: each for each in STOPS if each in known}
    for each in card.around:
        if each.category in stops:
            yield Text(
                f"{each.minutes} minutes to {each.name} ({each.category.en})",
                f"距{each.name}（{each.category.zh}）{each.minutes} 分钟",
            )
