"""The paths of the HTTP service: each parses, asks the service, and answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as FromPath
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.http.asked import Case, Limits, ThePlace
from api.http.describe import OPENAPI_30
from api.http.guard.gate import Gate
from api.http.models import (
    AssessmentAnswer,
    CaseSummary,
    CoverageHere,
    Health,
    LayerSummary,
    Ready,
    StudySummary,
)
from api.http.problems import NotFoundError
from api.http.service import Service
from api.http.studies import Studies
from geo.text import Text

GEOJSON = "application/geo+json"

router = APIRouter()


async def get_studies(request: Request) -> Studies:
    """Return all studies of the service."""
    studies: Studies = request.app.state.studies
    return studies


TheStudies = Annotated[Studies, Depends(get_studies)]


async def get_service(request: Request, studies: TheStudies) -> Service:
    """Return the run that this request is answered from, to its end.

    Raises
    ------
    NotFoundError
        Where there is no such study.
    """
    asked = request.scope.get("lifecircle.study")
    service = studies.get(asked)
    if service is None:
        known = Text(f"There are {', '.join(studies.ids)}", f"可用：{'、'.join(studies.ids)}")
        raise NotFoundError(known)
    return service


async def get_gate(request: Request) -> Gate:
    """Return what lets heavy work through."""
    gate: Gate = request.app.state.gate
    return gate


TheService = Annotated[Service, Depends(get_service)]
TheGate = Annotated[Gate, Depends(get_gate)]
LayerId = Annotated[str, FromPath(description="id of a layer, as /layers lists them")]
MostGaps = Annotated[int, Query(ge=0, le=10_000, description="how many gaps to list, most people first")]
Towards = Annotated[
    bool,
    Query(description="true: the ground from which the place is reached; false: what is reached from it"),
]
_GEOJSON_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/FeatureCollection"}}}}
}


@router.get("/health", tags=["service"])
async def read_health(service: TheService) -> Health:
    """Say that the service is up, and for which study."""
    return Health(status="ok", study=service.result.study.name)


@router.get("/ready", tags=["service"])
async def read_ready(service: TheService) -> Ready:
    """Say which run answers; a service that has none yet answers 503."""
    return Ready(status="ready", study=service.result.study.name, run=service.run_id)


@router.get("/studies", tags=["service"])
async def list_studies(studies: TheStudies, request: Request) -> list[StudySummary]:
    """List the studies; every path stands below each of them too."""
    root = str(request.base_url).rstrip("/")
    return [
        StudySummary(id=key, name=each.result.study.name, run=each.run_id, href=f"{root}/studies/{key}/")
        for key, each in studies.all()
    ]


@router.get("/openapi.json", tags=["service"], response_class=Response)
@router.get("/api", tags=["features"], response_class=Response)
async def read_api(request: Request) -> Response:
    """Return the document of the API, OpenAPI 3.0."""
    return JSONResponse(request.app.openapi(), media_type=OPENAPI_30)


@router.get("/map", tags=["map"], response_class=HTMLResponse)
async def read_map(service: TheService) -> HTMLResponse:
    """Return the map of the study."""
    return HTMLResponse(service.map_html)


@router.get("/layers", tags=["layers"])
async def list_layers(service: TheService, request: Request) -> list[LayerSummary]:
    """List the layers."""
    return [
        LayerSummary(
            id=name,
            name_en=layer.about.en,
            name_zh=layer.about.zh,
            features=len(layer),
            geometry=layer.geometry_type,
            licences=list(layer.licences),
            attributions=list(layer.attributions),
            href=str(request.url_for("read_layer", layer_id=name)),
        )
        for name, layer in service.layers.items()
    ]


@router.get("/layers/{layer_id}", tags=["layers"], response_class=Response, responses=_GEOJSON_ANSWER)
async def read_layer(service: TheService, layer_id: LayerId) -> Response:
    """Return a layer whole, as GeoJSON; `/collections/ID/items` returns it page by page."""
    if layer_id not in service.layers:
        known = ", ".join(service.layers)
        raise NotFoundError(
            Text(
                f"there is no layer {layer_id[:80]!r}; there are {known}",
                f"没有图层“{layer_id[:80]}”；可用：{known}",
            )
        )
    return Response(service.whole_layer(layer_id), media_type=GEOJSON)


@router.get("/cases", tags=["assessment"])
async def list_cases(service: TheService) -> list[CaseSummary]:
    """List the cases: who travels, when, and how many are counted."""
    return service.cases


@router.get("/assessment", tags=["assessment"])
async def read_assessment(service: TheService, case: Case = None, gaps: MostGaps = 100) -> AssessmentAnswer:
    """Return coverage, causes and gaps of one case: the numbers of the workbook."""
    return service.assessment(case, gaps)


@router.get("/coverage", tags=["places"], response_model=CoverageHere)
async def read_coverage(service: TheService, place: ThePlace, case: Case = None) -> Response:
    """Say what is reachable from a place in the study's minutes, and in which grid it lies."""
    # Written by the model itself: FastAPI would check and copy an answer that was just made.
    answer = service.coverage_at(place, case)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.get("/isochrone", tags=["places"], response_class=Response, responses=_GEOJSON_ANSWER)
async def read_isochrone(
    request: Request,
    service: TheService,
    gate: TheGate,
    place: ThePlace,
    limits: Limits,
    case: Case = None,
    towards: Towards = False,
) -> Response:
    """Return the ground that is reachable from a place, one polygon a limit, as GeoJSON."""
    found = await gate.run(request, lambda _: service.isochrone_at(place, limits, case, towards=towards))
    return Response(found, media_type=GEOJSON)
