"""The cards of single places as others may see them: none of a layer that stays in the house, none named."""

from __future__ import annotations

from dataclasses import replace

from maps.published import may_be_published
from maps.result import StudyResult
from maps.words.ledgers.place_cards import PlaceCard


def published_cards(result: StudyResult, cards: tuple[PlaceCard, ...]) -> tuple[PlaceCard, ...]:
    """Return the cards of published places; others are counted with, and not named."""
    frames = (result.layers.facilities, result.layers.candidates)
    rows = [frame[~may_be_published(result.study, frame)] for frame in frames]
    ids = {key for frame in rows for key in frame["id"]}
    if not ids:
        return cards
    names = {name for frame in rows for name in (*frame["name"].dropna(), *frame["id"])}
    return tuple(_without(card, ids, names) for card in cards if card.id not in ids)


def _without(card: PlaceCard, ids: set[str], names: set[str]) -> PlaceCard:
    return replace(
        card,
        stations=tuple(each for each in card.stations if each.id not in ids),
        around=tuple(replace(each, name="") if each.name in names else each for each in card.around),
        said=tuple(text for text in card.said if not any(name in text.en for name in names)),
    )
