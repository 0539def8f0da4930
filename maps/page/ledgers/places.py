"""The page of each place: what it says from its own side, case by case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from maps.page.columns import both
from maps.words.ledgers.place_cards import Counted, PlaceCard


def place_pages(cards: Iterable[PlaceCard], facilities: Sequence[str]) -> list[dict[str, object]]:
    """Return the pages of places, each with its cases in their order.

    Parameters
    ----------
    facilities
        Ids of the facilities of the map; a candidate is none of them.
    """
    position = {each: place for place, each in enumerate(facilities)}
    pages = []
    for place, group in groupby(cards, key=lambda card: card.id):
        own = list(group)
        first = own[0]
        pages.append(
            {
                "id": place,
                "facility": position.get(place, -1),
                "name": first.name,
                "kind": first.kind,
                "layer": both(first.layer),
                "category": both(first.category),
                "offer": first.offer,
                "agreement": list(first.agreement),
                "since": first.since,
                "cases": [_case(card) for card in own],
            }
        )
    return pages


def _case(card: PlaceCard) -> dict[str, object]:
    held = card.outside
    return {
        "circle": card.circle,
        "said": [both(text) for text in card.said],
        "within": [
            [each.minutes, each.people, _counts(each.groups), _counts(each.shifts)] for each in card.within
        ],
        "stations": [[each.tier and both(each.tier), each.name, each.minutes] for each in card.stations],
        "around": [
            [each.role, both(each.category), each.count, each.name, each.minutes] for each in card.around
        ],
        "outside": None
        if held is None
        else [held.people, both(held.cause), held.area, held.metres, held.minutes],
    }


def _counts(counted: Iterable[Counted]) -> list[list[object]]:
    return [[both(each.name), each.people] for each in counted]
