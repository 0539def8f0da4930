"""A place from its own side, in words and numbers: what its page, its row and its answer over HTTP say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geo.assessment.catchments.tables import PARTNER, SERVICE, STATION
from geo.assessment.headline import rounded
from geo.text import Text
from layers.catalogue.schema import schema_of
from layers.catalogue.vocabulary import Term
from layers.ledgers.places import PLACE_KINDS
from layers.load import words_of
from maps.published import rows_with_role
from maps.result import StudyResult
from maps.values import table_rows
from maps.words.people import estimated_by
from maps.words.summary import category_name

OWN: Final[Mapping[str, Text]] = {
    "merchant": Text("this shop", "本店"),
    "station": Text("this station", "本站"),
    "centre": Text("this centre", "本中心"),
    "candidate": Text("this site", "本点位"),
}
NOT_SAID: Final = Text("not given", "未注明")
UNNAMED: Final = Text("unnamed", "未命名")
CAUSE_WORDS: Final[Mapping[str, Text]] = {
    "off_street": Text("no street near their doors", "门前无道路"),
    "no_way": Text("no way leads there", "道路不连通"),
    "water": Text("water between", "隔水"),
    "railway": Text("a railway between", "隔铁路"),
    "motorway": Text("a motorway between", "隔快速路"),
    "wall": Text("a wall or fence between", "隔围墙"),
    "detour": Text("a long way round", "绕行过远"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """People of a group or shift, by its name."""

    name: Text
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWithin:
    """People who get to a place within some minutes, whole numbers.

    Attributes
    ----------
    groups, shifts
        By the name of each group and shift; none where the rows of people name none.
    """

    minutes: float
    people: int
    groups: tuple[Counted, ...]
    shifts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestStation:
    """The nearest station of a tier; of any where `tier` is None."""

    tier: Text | None
    id: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What works within the circle: partners, stations or services of one category."""

    role: str
    category: Text
    count: int
    name: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOff:
    """People near as the crow flies and outside the circle; `minutes` is None where there is no way."""

    people: int
    cause: Text
    area: str
    metres: int
    minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """One place in one case.

    Attributes
    ----------
    layer
        What the study calls its layer.
    circle
        The minutes of `around` and `outside`.
    estimated
        How the people were reckoned; None where they were counted.
    said
        The same in sentences.
    """

    id: str
    kind: str
    layer: Text
    name: str
    category: Text
    offer: str
    agreement: tuple[str, ...]
    since: str
    case: str
    case_name: Text
    circle: float
    within: tuple[PeopleWithin, ...]
    stations: tuple[NearestStation, ...]
    around: tuple[Around, ...]
    outside: HeldOff | None
    estimated: Text | None = None
    said: tuple[Text, ...] = ()

    def count(self, role: str) -> int:
        """Return how many places of a role there are in the circle."""
        return sum(each.count for each in self.around if each.role == role)

    @property
    def in_circle(self) -> PeopleWithin:
        """The people within the minutes of the circle."""
        return next(each for each in self.within if each.minutes == self.circle)


def place_cards(result: StudyResult, place: str | None = None) -> tuple[PlaceCard, ...]:
    """Return every place of a study, or one, in every case: places as they stand, then the cases in order."""
    tables = result.places if place is None else result.places.of(place)
    people, tiers, around, outside = (
        _by_place(table) for table in (tables.people, tables.tiers, tables.around, tables.outside)
    )
    say = _Words(result)
    estimated = {case.case.id: estimated_by(result.layers, case.people) for case in result.cases}
    cards = []
    for row in _places(result, place):
        for case in result.cases:
            key = (case.case.id, row["id"])
            card = PlaceCard(
                id=row["id"],
                kind=row["kind"],
                layer=say.layer(row["layer"], row["kind"]),
                name=row.get("name") or row["id"],
                category=say.category(row.get("category")),
                offer=row.get("offer") or "",
                agreement=tuple(row.get("agreement") or ()),
                since="" if row.get("partner_since") is None else str(row["partner_since"]),
                case=case.case.id,
                case_name=case.case.name,
                circle=tables.minutes,
                within=_within(people[key], result.study.minutes, say),
                stations=tuple(
                    NearestStation(
                        tier=None if each["tier"] is None else say.tier(each["tier"]),
                        id=each["station_id"],
                        name=say.place(each["station_id"]),
                        minutes=int(each["minutes"]),
                    )
                    for each in tiers[key]
                ),
                around=tuple(
                    Around(
                        role=each["role"],
                        category=say.category(each["category"]),
                        count=int(each["count"]),
                        name=say.place(each["nearest_id"]),
                        minutes=int(each["minutes"]),
                    )
                    for each in sorted(around[key], key=_in_order)
                ),
                outside=next((_held_off(each, say) for each in outside[key]), None),
                estimated=estimated[case.case.id],
            )
            cards.append(_with_words(card))
    return tuple(cards)


def _in_order(row: dict[str, Any]) -> tuple[int, float]:
    """Partners first, then stations and services, the nearest first."""
    return (PARTNER, STATION, SERVICE).index(row["role"]), row["minutes"]


_OWN_ROLES = ("offer", "agreement", "partner_since")
"""Roles of merchants that a card shows."""


def _places(result: StudyResult, place: str | None) -> Iterable[dict[str, Any]]:
    facilities, candidates = result.layers.facilities, result.layers.candidates
    for frame in (facilities[facilities["kind"].isin(PLACE_KINDS)], candidates):
        for role in _OWN_ROLES:
            # A further column of the user's own may be called like a role, and is for nobody.
            if role in frame:
                has_it = rows_with_role(result.study, result.layers, frame, role)
                frame = frame.assign(**{role: frame[role].where(has_it, None)})
        for row in table_rows(frame if place is None else frame[frame["id"] == place]):
            yield {"kind": "candidate", **row}


def _by_place(table: pd.DataFrame) -> defaultdict[tuple[str, str], list[dict[str, Any]]]:
    found: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in table_rows(table):
        found[row["case"], row["place_id"]].append(row)
    return found


def _within(rows: list[dict[str, Any]], minutes: Iterable[float], say: _Words) -> tuple[PeopleWithin, ...]:
    shown = []
    for limit in minutes:
        total, groups, shifts = 0.0, defaultdict[str, float](float), defaultdict[str, float](float)
        for row in rows:
            if row["minutes"] == limit:
                total += row["people"]
                groups[row["group"] or ""] += row["people"]
                shifts[row["shift"] or ""] += row["people"]
        shown.append(
            PeopleWithin(
                minutes=float(limit),
                people=round(total),
                groups=_named(groups, say.words.groups.terms),
                shifts=_named(shifts, say.words.shifts.terms),
            )
        )
    return tuple(shown)


def _named(counts: Mapping[str, float], terms: Mapping[str, Term]) -> tuple[Counted, ...]:
    """Return counts by name, in the order of the terms; none where nothing is named."""
    if not any(counts.keys()):
        return ()
    known = list(terms)
    order = sorted(counts, key=lambda key: (not key, known.index(key) if key in terms else len(known), key))
    names = (terms[key].name if key in terms else Text(key, key) if key else NOT_SAID for key in order)
    return tuple(Counted(name, round(counts[key])) for name, key in zip(names, order, strict=True))


def _held_off(row: dict[str, Any], say: _Words) -> HeldOff:
    return HeldOff(
        people=round(row["people"]),
        cause=CAUSE_WORDS[row["cause"]],
        area=say.polygon(row["area_id"]),
        metres=int(10 * round(row["metres"] / 10)),
        minutes=None if row["minutes"] is None else int(row["minutes"]),
    )


class _Words:
    """What the parts of a study are called."""

    def __init__(self, result: StudyResult) -> None:
        self.result = result
        self.words = words_of(result.study)
        self.names = _names(result.layers.facilities)
        self.polygons = _names(result.polygons)
        self.layers = {layer.id: layer.name for layer in result.study.layers}
        self.category = cache(self._category)

    def layer(self, layer: str, kind: str) -> Text:
        name = self.layers.get(layer)
        return Text(name, name) if name else schema_of(kind).singular

    def place(self, place: str) -> str:
        return self.names.get(place) or UNNAMED.to(self.result.study.language)

    def polygon(self, polygon: str | None) -> str:
        return "" if polygon is None else self.polygons.get(polygon) or polygon

    def tier(self, tier: str) -> Text:
        terms = self.words.tiers.terms
        return terms[tier].name if tier in terms else Text(tier, tier)

    def _category(self, category: str | None) -> Text:
        if category is None:
            return Text("", "")
        known = self.words.categories.by_id
        return known[category].name if category in known else category_name(self.result, category)


def _names(frame: gpd.GeoDataFrame) -> dict[str, str]:
    pairs = zip(frame["id"], frame["name"], strict=True)
    return {str(each): name for each, name in pairs if isinstance(name, str) and name}


def _with_words(card: PlaceCard) -> PlaceCard:
    said = [_people_words(card), _around_words(card)]
    if card.outside is not None:
        said.append(_outside_words(card.outside, card.estimated))
    return replace(card, said=tuple(said))


def _number(people: int, estimated: Text | None) -> Text:
    """Return a number of people, of two digits where they were reckoned and not counted."""
    if estimated is None:
        return Text(f"{people:,}", f"{people:,}")
    return Text(rounded(people, "en"), rounded(people, "zh"))


def _people_words(card: PlaceCard) -> Text:
    """Return who gets there within the circle, and how far the nearest station is."""
    found, own, by = card.in_circle, OWN[card.kind], card.estimated
    groups = [(each.name, _number(each.people, by)) for each in found.groups if each.people]
    groups = [(name, people) for name, people in groups if name != NOT_SAID]
    told, how = _number(found.people, by), Text("", "") if by is None else Text(f" ({by.en})", f"（{by.zh}）")
    en = f"{told.en} people{how.en} within {card.circle:g} minutes of {own.en}"
    zh = f"{own.zh} {card.circle:g} 分钟内 {told.zh} 人{how.zh}"
    if groups:
        en += ", of them " + ", ".join(f"{name.en} {people.en}" for name, people in groups)
        zh += "，其中" + "、".join(f"{name.zh} {people.zh}" for name, people in groups)
    nearest = next((each for each in card.stations if each.tier is None), None)
    if nearest is not None:
        en += f"; {nearest.minutes} minutes to {nearest.name}"
        zh += f"；距{nearest.name} {nearest.minutes} 分钟"
    return Text(en[0].upper() + en[1:], zh)


def _around_words(card: PlaceCard) -> Text:
    partners, stations = card.count(PARTNER), card.count(STATION)
    services, kinds = card.count(SERVICE), len({e.category for e in card.around if e.role == SERVICE})
    return Text(
        f"Within {card.circle:g} minutes: partners {partners}, stations {stations}, "
        f"other facilities {services} of {kinds} kinds",
        f"{card.circle:g} 分钟圈内：合作商户 {partners} 家，服务站点 {stations} 个，"
        f"其他设施 {kinds} 类 {services} 处",
    )


def _outside_words(outside: HeldOff, estimated: Text | None) -> Text:
    told = _number(outside.people, estimated)
    where = Text(f", most in {outside.area}", f"，多在{outside.area}") if outside.area else Text("", "")
    way = (
        Text("no way", "无路可达")
        if outside.minutes is None
        else Text(f"{outside.minutes} minutes", f"实际 {outside.minutes} 分钟")
    )
    return Text(
        f"Near and outside: {told.en} people{where.en} ({outside.cause.en}); "
        f"the nearest {outside.metres:,} m straight, {way.en}",
        f"直线距离近而不能按时到达：{told.zh} 人{where.zh}（{outside.cause.zh}）；"
        f"最近者直线 {outside.metres:,} 米，{way.zh}",
    )
