"""Paths of single places: who reaches them, what is around them, who is held off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as FromPath

from api.http.asked import Case
from api.http.place_models import PlaceAnswer, PlaceSummary
from api.http.problems import NotFoundError
from api.http.routes import TheService
from geo.text import Text
from maps.published_cards import published_cards
from maps.words.ledgers.place_cards import place_cards

router = APIRouter(tags=["places"])
PlaceId = Annotated[str, FromPath(description="id of a place, as /places lists them")]


@router.get("/places")
def list_places(service: TheService, request: Request) -> list[PlaceSummary]:
    """List stations, centres, merchants and candidates."""
    first = service.result.first.case.id
    return [
        PlaceSummary(
            id=card.id,
            kind=card.kind,
            name=card.name,
            href=str(request.url_for("read_place", place_id=card.id)),
        )
        for card in published_cards(service.result, place_cards(service.result))
        if card.case == first
    ]


@router.get("/places/{place_id:path}")
def read_place(service: TheService, place_id: PlaceId, case: Case = None) -> PlaceAnswer:
    """Say who gets to a place within the study's minutes, what is around it, and who is near and held off."""
    chosen = service.case_of(case).case.id
    for card in published_cards(service.result, place_cards(service.result, place_id)):
        if card.case == chosen:
            return PlaceAnswer.model_validate(card)
    known = f"there is no place {place_id[:80]!r}; /places lists them"
    raise NotFoundError(Text(known, f"没有设施“{place_id[:80]}”；见 /places"))
