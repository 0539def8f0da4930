"""The paths of the HTTP service: each parses, asks the service, and answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi import Path as FromPath
from fastapi.responses import HTMLResponse, Response

from api.http.models import AssessmentAnswer, CaseSummary, CoverageHere, Health, LayerSummary
from api.http.service import Service

GEOJSON = "application/geo+json"

router = APIRouter()


def get_service(request: Request) -> Service:
    """Return the run that the application serves."""
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(get_service)]
Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, description="longitude, WGS84 degrees")]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="latitude, WGS84 degrees")]
Minutes = Annotated[
    list[Annotated[float, Query(gt=0, allow_inf_nan=False)]],
    Query(min_length=1, max_length=12, description="limit in minutes; may be given several times"),
]
LayerId = Annotated[str, FromPath(description="id of a layer, as /layers lists them")]
Case = Annotated[str | None, Query(description="id of a case; the first of the study where left out")]
MostGaps = Annotated[int, Query(ge=0, le=10_000, description="how many gaps to list, most people first")]


@router.get("/", response_class=HTMLResponse)
def read_map(service: TheService) -> HTMLResponse:
    """Return the map of the study."""
    return HTMLResponse(service.map_html)


@router.get("/health")
def read_health(service: TheService) -> Health:
    """Say that the service is up, and for which study."""
    return Health(status="ok", study=service.result.study.name)


@router.get("/layers")
def list_layers(service: TheService, request: Request) -> list[LayerSummary]:
    """List the layers."""
    return [
        LayerSummary(
            id=name,
            features=layer.features,
            geometry=layer.geometry,
            href=str(request.url_for("read_layer", layer_id=name)),
        )
        for name, layer in service.layers.items()
    ]


@router.get("/layers/{layer_id}")
def read_layer(service: TheService, layer_id: LayerId) -> Response:
    """Return a layer as GeoJSON."""
    if layer_id not in service.layers:
        known = ", ".join(service.layers)
        raise HTTPException(404, f"there is no layer {layer_id!r}; there are {known}")
    return Response(service.layers[layer_id].body, media_type=GEOJSON)


@router.get("/cases")
def list_cases(service: TheService) -> list[CaseSummary]:
    """List the cases: who travels, when, and how many are counted."""
    return service.cases


@router.get("/assessment")
def read_assessment(service: TheService, case: Case = None, gaps: MostGaps = 100) -> AssessmentAnswer:
    """Return coverage, causes and gaps of one case: the numbers of the workbook."""
    return service.assessment(case, gaps)


@router.get("/coverage")
def read_coverage(service: TheService, lon: Lon, lat: Lat, case: Case = None) -> CoverageHere:
    """Say what is reachable from a place in the study's minutes, and in which grid it lies."""
    return service.coverage_at(lon, lat, case)


@router.get("/isochrone")
def read_isochrone(service: TheService, lon: Lon, lat: Lat, minutes: Minutes, case: Case = None) -> Response:
    """Return the ground that is reachable from a place, one polygon a limit, as GeoJSON."""
    return Response(service.isochrone_at(lon, lat, minutes, case), media_type=GEOJSON)
