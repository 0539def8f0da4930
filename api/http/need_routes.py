"""The path of the ledgers of needs."""

from __future__ import annotations

from fastapi import APIRouter

from api.http.need_models import NeedDepartment, NeedFigures, NeedPlace, NeedsAnswer, NeedService
from api.http.place_models import Words
from api.http.routes import TheService
from maps.book.ledgers.needs import need_figures, need_places, need_services
from maps.values import table_rows
from maps.words.ledgers.needs import need_headline, need_notes

router = APIRouter(tags=["assessment"])


@router.get("/needs")
def read_needs(service: TheService) -> NeedsAnswer:
    """Return the figures of the ledgers of needs; nothing where the study has none."""
    result = service.result
    headline = need_headline(result.needs)
    said = [] if headline is None else [headline, *need_notes(result.needs)]
    return NeedsAnswer(
        said=[Words.model_validate(text) for text in said],
        figures=[NeedFigures.model_validate(row) for row in table_rows(need_figures(result))],
        places=[NeedPlace.model_validate(row) for row in table_rows(need_places(result))],
        services=[NeedService.model_validate(row) for row in table_rows(need_services(result))],
        departments=[NeedDepartment.model_validate(row) for row in table_rows(result.needs.whistles)],
    )
