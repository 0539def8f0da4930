"""OGC API - Features: landing page, conformance, collections and items."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as FromPath
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.http.describe import OPENAPI_30
from api.http.guard.gate import Token
from api.http.ogc.asked import (
    CRS84,
    Box,
    box_of,
    known_only,
    moments_of,
    northing_first,
    system_of,
    uri_of,
    uris,
)
from api.http.ogc.links import CONFORMANCE, GEOJSON, HTML, JSON, SCHEMA, Link, link, wants_html, with_query
from api.http.ogc.pages import page
from api.http.problems import NotFoundError
from api.http.routes import TheGate, TheService
from api.http.service import Service
from geo.text import Text
from maps.served.features import ServedFeatures

MOST_ITEMS: Final = 10_000
USUAL_ITEMS: Final = 100
_LARGE: Final = 2_000
"""Features of a layer whose filters are worked on beside other requests."""

_ITEM_PARAMETERS: Final = frozenset(
    {"limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "f"}
)

router = APIRouter(tags=["features"])

Format = Annotated[str | None, Query(pattern="^(json|html)$", description="json or html; else by Accept")]
CollectionId = Annotated[str, FromPath(description="id of a collection, as /collections lists them")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsAsked:
    """Which items of a collection are asked for, and in which coordinate system."""

    limit: int
    offset: int
    system: str | None
    box: Box | None
    moments: tuple[datetime | None, datetime | None] | None
    cql: str | None
    cql_language: str


async def asked_items(  # noqa: PLR0913
    limit: Annotated[
        int, Query(ge=1, description=f"items in an answer, at most {MOST_ITEMS:,}")
    ] = USUAL_ITEMS,
    offset: Annotated[int, Query(ge=0, le=10**9, description="items before the first")] = 0,
    bbox: Annotated[
        str | None, Query(description="west,south,east,north; in degrees, or in bbox-crs")
    ] = None,
    bbox_crs: Annotated[str | None, Query(alias="bbox-crs", description="coordinate system of bbox")] = None,
    crs: Annotated[str | None, Query(description="coordinate system of the answer")] = None,
    datetime_: Annotated[
        str | None, Query(alias="datetime", description="a date, or two with / between; .. is open")
    ] = None,
    filter_: Annotated[str | None, Query(alias="filter", description="a filter in CQL2")] = None,
    filter_lang: Annotated[
        str, Query(alias="filter-lang", pattern="^cql2-(text|json)$", description="cql2-text or cql2-json")
    ] = "cql2-text",
    filter_crs: Annotated[
        str | None, Query(alias="filter-crs", description="coordinate system of the filter: CRS84")
    ] = None,
) -> ItemsAsked:
    """Return what a client asks of the items of a collection.

    Raises
    ------
    InputError
        Where a parameter is not understood.
    """
    if filter_crs is not None:
        system_of_filter(filter_crs)
    return ItemsAsked(
        limit=min(limit, MOST_ITEMS),
        offset=offset,
        system=system_of(crs, "crs"),
        box=box_of(bbox, system_of(bbox_crs, "bbox-crs")),
        moments=moments_of(datetime_),
        cql=filter_,
        cql_language=filter_lang,
    )


@router.get("/", response_class=Response, responses={200: {"content": {JSON: {}, HTML: {}}}})
async def read_landing(request: Request, service: TheService, f: Format = None) -> Response:
    """Return the landing page with its links; for a browser the map."""
    known_only(request, {"f"})
    if wants_html(request, f):
        said = [link(request, "/api", "service-desc", OPENAPI_30), link(request, "/collections", "data")]
        headers = {"Link": ", ".join(f'<{each.href}>; rel="{each.rel}"; type="{each.type}"' for each in said)}
        return HTMLResponse(service.map_html, headers={**headers, "Vary": "Accept"})
    links = [
        link(request, "/?f=json", "self", JSON, "This document"),
        link(request, "/?f=html", "alternate", HTML, "The map"),
        link(request, "/api", "service-desc", OPENAPI_30, "The API"),
        link(request, "/api.html", "service-doc", HTML, "The API to read"),
        link(request, "/conformance", "conformance", JSON, "What it conforms to"),
        link(request, "/collections", "data", JSON, "The layers"),
        link(
            request, "/processes", "http://www.opengis.net/def/rel/ogc/1.0/processes", JSON, "The processes"
        ),
        link(request, "/jobs", "http://www.opengis.net/def/rel/ogc/1.0/job-list", JSON, "The jobs"),
    ]
    body = {
        "title": service.result.study.name,
        "description": "Who reaches which service within 15 minutes, who does not, and why.",
        "attribution": ", ".join(service.about().attributions),
        "about": service.about().model_dump(),
        "links": _dumped(links),
    }
    return JSONResponse(body, headers={"Vary": "Accept"})


@router.get("/conformance", response_class=Response, responses={200: {"content": {JSON: {}, HTML: {}}}})
async def read_conformance(request: Request, f: Format = None) -> Response:
    """List the classes of the standards that the service conforms to."""
    known_only(request, {"f"})
    return _either(request, f, "Conformance", {"conformsTo": list(CONFORMANCE)})


@router.get("/collections", response_class=Response, responses={200: {"content": {JSON: {}, HTML: {}}}})
async def list_collections(request: Request, service: TheService, f: Format = None) -> Response:
    """List the layers as collections."""
    known_only(request, {"f"})
    body = {
        "links": _dumped(
            [
                link(request, "/collections?f=json", "self"),
                link(request, "/collections?f=html", "alternate", HTML),
            ]
        ),
        "numberMatched": len(service.layers),
        "numberReturned": len(service.layers),
        "crs": uris(),
        "collections": [_collection(request, layer, own=False) for layer in service.layers.values()],
    }
    return _either(request, f, "Collections", body)


@router.get(
    "/collections/{collection_id}",
    response_class=Response,
    responses={200: {"content": {JSON: {}, HTML: {}}}},
)
async def read_collection(
    request: Request, service: TheService, collection_id: CollectionId, f: Format = None
) -> Response:
    """Say what a collection is: extent, coordinate systems, links."""
    known_only(request, {"f"})
    layer = _layer(service, collection_id)
    return _either(request, f, layer.about.en, _collection(request, layer, own=True))


@router.get(
    "/collections/{collection_id}/queryables",
    response_class=Response,
    responses={200: {"content": {SCHEMA: {}}}},
)
async def read_queryables(
    request: Request, service: TheService, collection_id: CollectionId, f: Format = None
) -> Response:
    """List what can be asked of the items of a collection, as JSON Schema."""
    known_only(request, {"f"})
    layer = _layer(service, collection_id)
    del f
    properties: dict[str, Any] = {
        field.key: {"title": field.alias("en"), "description": field.how.en, **_type_of(layer, field.key)}
        for field in layer.fields
    }
    properties["geometry"] = {"$ref": "https://geojson.org/schema/Geometry.json"}
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": with_query(request, f"/collections/{layer.key}/queryables", {}),
        "title": layer.about.en,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return JSONResponse(body, media_type=SCHEMA)


@router.get(
    "/collections/{collection_id}/items",
    response_class=Response,
    responses={
        200: {"content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/FeatureCollection"}}, HTML: {}}}
    },
)
async def read_items(
    request: Request,
    service: TheService,
    gate: TheGate,
    collection_id: CollectionId,
    asked: Annotated[ItemsAsked, Depends(asked_items)],
    f: Format = None,
) -> Response:
    """Return items of a collection, page by page; any property of it can be asked for as PROPERTY=VALUE."""
    layer = _layer(service, collection_id)
    names = {field.key for field in layer.fields}
    known_only(request, _ITEM_PARAMETERS | names)
    system, most, offset = asked.system, asked.limit, asked.offset
    equal = {name: value for name, value in request.query_params.items() if name in names - _ITEM_PARAMETERS}

    def page_of(_: Token | None = None) -> tuple[int, list[int], str]:
        chosen = layer.chosen(
            box=asked.box,
            between=asked.moments,
            equal=equal,
            cql=asked.cql,
            cql_language=asked.cql_language,
        )
        shown = chosen[offset : offset + most]
        order = system is not None and northing_first(system)
        return len(chosen), shown, layer.features(shown, crs=system, northing_first=order)

    heavy = asked.cql is not None or len(layer) > _LARGE
    matched, shown, features = await gate.run(request, page_of) if heavy else page_of()
    path = f"/collections/{layer.key}/items"
    links = [Link(href=with_query(request, path, {"f": "json"}), rel="self", type=GEOJSON)]
    links.append(Link(href=with_query(request, path, {"f": "html"}), rel="alternate", type=HTML))
    if offset + len(shown) < matched:
        following = with_query(request, path, {"offset": offset + most, "limit": most})
        links.append(Link(href=following, rel="next", type=GEOJSON))
    if offset > 0:
        before = with_query(request, path, {"offset": max(offset - most, 0), "limit": most})
        links.append(Link(href=before, rel="prev", type=GEOJSON))
    links.append(link(request, f"/collections/{layer.key}", "collection"))
    said = {
        "about": service.about(layer=layer.key).model_dump(),
        "numberMatched": matched,
        "numberReturned": len(shown),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _dumped(links),
    }
    members = json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:-1]
    body = f'{{"type":"FeatureCollection",{members},"features":{features}}}'
    # The moment of the answer is no part of what it says.
    headers = {"Content-Crs": f"<{CRS84 if system is None else uri_of(system)}>"}
    headers |= {"ETag": service.tag(layer.key, str(request.url), f"{wants_html(request, f)}")}
    if wants_html(request, f):
        return HTMLResponse(page(request, layer.about.en, json.loads(body)), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


@router.get(
    "/collections/{collection_id}/items/{feature_id}",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/Feature"}}, HTML: {}}}},
)
async def read_item(
    request: Request,
    service: TheService,
    collection_id: CollectionId,
    feature_id: Annotated[str, FromPath(description="id of an item")],
    crs: Annotated[str | None, Query(description="coordinate system of the answer")] = None,
    f: Format = None,
) -> Response:
    """Return one item of a collection."""
    known_only(request, {"crs", "f"})
    layer, system = _layer(service, collection_id), system_of(crs, "crs")
    position = layer.position_of(feature_id)
    if position is None:
        raise NotFoundError(Text(f"there is no item {feature_id[:80]!r}", f"没有要素“{feature_id[:80]}”"))
    path = f"/collections/{layer.key}/items/{feature_id}"
    links = [
        Link(href=with_query(request, path, {"f": "json"}), rel="self", type=GEOJSON),
        Link(href=with_query(request, path, {"f": "html"}), rel="alternate", type=HTML),
        link(request, f"/collections/{layer.key}", "collection"),
    ]
    order = system is not None and northing_first(system)
    text = layer.features([position], crs=system, northing_first=order)[1:-2]
    members = json.dumps({"links": _dumped(links)}, ensure_ascii=False)[1:-1]
    body = f"{text},{members}}}"
    headers = {"Content-Crs": f"<{CRS84 if system is None else uri_of(system)}>"}
    if wants_html(request, f):
        return HTMLResponse(page(request, feature_id, json.loads(body)), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


def system_of_filter(uri: str) -> None:
    """Refuse geometries of a filter in another system than longitude and latitude."""
    if system_of(uri, "filter-crs") is not None:
        from api.http.faults import invalid

        what = Text("geometries of a filter are longitude and latitude", "过滤表达式中的几何须为经纬度")
        raise invalid("filter-crs", what, Text(f"Give {CRS84}", f"请用 {CRS84}"), uri)


def _layer(service: Service, key: str) -> ServedFeatures:
    layer = service.layers.get(key)
    if layer is None:
        known = ", ".join(service.layers)
        raise NotFoundError(
            Text(
                f"there is no collection {key[:80]!r}; there are {known}",
                f"没有图层“{key[:80]}”；可用：{known}",
            )
        )
    return layer


def _collection(request: Request, layer: ServedFeatures, *, own: bool) -> dict[str, Any]:
    path = f"/collections/{layer.key}"
    links = [
        link(request, f"{path}/items?f=json", "items", GEOJSON, layer.about.en),
        link(request, f"{path}/items?f=html", "items", HTML, layer.about.en),
        link(request, f"{path}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
        link(request, f"{path}?f=json", "self"),
        *([link(request, f"{path}?f=html", "alternate", HTML)] if own else []),
    ]
    extent: dict[str, Any] = {}
    if layer.bounds is not None:
        extent["spatial"] = {"bbox": [list(layer.bounds)], "crs": CRS84}
    days = layer.first_and_last_day
    if days is not None:
        extent["temporal"] = {"interval": [[f"{day}T00:00:00Z" for day in days]]}
    return {
        "id": layer.key,
        "title": layer.about.en,
        "title_zh": layer.about.zh,
        "description": f"{len(layer):,} features",
        "attribution": ", ".join(layer.attributions),
        "licences": list(layer.licences),
        "itemType": "feature",
        "extent": extent,
        "crs": uris(),
        "storageCrs": CRS84,
        "links": _dumped(links),
    }


def _type_of(layer: ServedFeatures, name: str) -> dict[str, str]:
    return {"type": layer.type_of(name), **({"format": "date"} if layer.is_date(name) else {})}


def _dumped(links: list[Link]) -> list[dict[str, Any]]:
    return [each.model_dump(exclude_none=True) for each in links]


def _either(request: Request, f: str | None, title: str, body: dict[str, Any]) -> Response:
    if wants_html(request, f):
        return HTMLResponse(page(request, title, body), headers={"Vary": "Accept"})
    return JSONResponse(body, headers={"Vary": "Accept"})
