"""The path that takes many places at once: what a merchant with three hundred shops wants."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api.http.asked import Case
from api.http.batch.models import BatchQuestion
from api.http.faults import invalid, too_long
from api.http.guard.gate import ClientGoneError, Token
from api.http.problems import UnsupportedError
from api.http.routes import GEOJSON, TheGate, TheService
from api.http.service import Service
from geo.coordinates.declared import System
from geo.errors import InputError
from geo.text import Text
from layers.study.faults import faults_of
from maps.served.batch import (
    NobodyWaitsError,
    Places,
    answered_csv,
    answered_geojson,
    ask_of_places,
    places_of_csv,
    places_of_geojson,
    places_of_points,
)

CSV = "text/csv"
router = APIRouter(tags=["places"])

Crs = Annotated[System | None, Query(description="system of the places, where the body does not say")]
Contours = Annotated[
    str | None,
    Query(
        description="limits in minutes within which people are counted; those of the study where left out",
        pattern=r"^\d{1,3}(\.\d{1,4})?(,\d{1,3}(\.\d{1,4})?){0,11}$",
        examples=["5,10,15"],
    ),
]
As = Annotated[
    str | None, Query(pattern="^(csv|geojson)$", description="csv or geojson; csv where CSV is sent")
]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "points as JSON, a FeatureCollection of points, or a CSV with columns of longitude "
        "and latitude (and id); 1 to 100,000 places",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/BatchQuestion"}},
            CSV: {"schema": {"type": "string"}, "example": "id,lon,lat\r\na,24.94,60.17\r\n"},
        },
    }
}


@router.post(
    "/batch",
    openapi_extra=_BODY,
    response_class=Response,
    responses={
        200: {
            "content": {
                GEOJSON: {"schema": {"$ref": "#/components/schemas/FeatureCollection"}},
                CSV: {"schema": {"type": "string"}},
            }
        }
    },
)
async def ask_of_many(
    request: Request,
    service: TheService,
    gate: TheGate,
    case: Case = None,
    crs: Crs = None,
    contours_minutes: Contours = None,
    f: As = None,
) -> Response:
    """Say for each of many places the minutes to every category and the people within each limit."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (CSV, GEOJSON, "application/json"):
        raise UnsupportedError(
            Text(f"send {CSV}, application/json or {GEOJSON}", f"请发送 {CSV}、application/json 或 {GEOJSON}")
        )
    body = await request.body()
    limits = _limits(service, contours_minutes)
    wanted = f or ("csv" if kind == CSV else "geojson")

    def work(token: Token) -> str:
        places, said = _places(body, kind)
        return batch_answer(
            service, places, said or crs or "wgs84", limits, case=case, wanted=wanted, token=token
        )

    text = await gate.run(request, work)
    return Response(text, media_type=GEOJSON if wanted == "geojson" else f"{CSV}; charset=utf-8")


def batch_answer(
    service: Service,
    places: Places,
    system: str,
    limits: tuple[float, ...],
    *,
    case: str | None,
    wanted: str,
    token: Token,
) -> str:
    """Return the answer of many places as CSV or GeoJSON."""
    assessed = service.case_of(case)
    try:
        answered = ask_of_places(
            service.prepared(assessed),
            places,
            system,
            limits,
            stop=lambda: token.cancelled,
            progress=token.tell,
        )
    except NobodyWaitsError:
        raise ClientGoneError from None
    if wanted == "csv":
        return answered_csv(answered)
    said = {
        "about": service.about(assessed).model_dump(),
        "case": assessed.case.id,
        "crs_asked": system,
        "numberReturned": len(places.ids),
    }
    return answered_geojson(answered, json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:-1])


def _limits(service: Service, text: str | None) -> tuple[float, ...]:
    limits = (
        tuple(sorted({float(part) for part in text.split(",")})) if text else service.result.study.minutes
    )
    if max(limits) > service.max_minutes:
        raise InputError([too_long(service.max_minutes)])
    if min(limits) <= 0:
        raise invalid(
            "contours_minutes", Text("a limit is above zero", "时限应大于零"), Text("Change it", "请修改")
        )
    return limits


def _places(body: bytes, kind: str) -> tuple[Places, System | None]:
    """Return the places of a body, and the system that it says they are in."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid(
            "body", Text("not UTF-8", "不是 UTF-8 编码"), Text("Save it as UTF-8", "请另存为 UTF-8")
        ) from None
    if kind == CSV:
        return places_of_csv(text), None
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("body", Text("not valid JSON", "不是有效的 JSON"), Text("Mend it", "请修正")) from None
    if isinstance(raw, dict) and raw.get("type") == "FeatureCollection":
        return places_of_geojson(raw), None
    try:
        asked = BatchQuestion.model_validate(raw)
    except ValidationError as error:
        raise InputError(faults_of(error, BatchQuestion)) from None
    return places_of_points(asked.points, asked.ids), asked.crs
