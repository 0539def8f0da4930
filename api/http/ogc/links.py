"""Links, media types and conformance classes of the OGC APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel, ConfigDict

JSON: Final = "application/json"
HTML: Final = "text/html"
GEOJSON: Final = "application/geo+json"
SCHEMA: Final = "application/schema+json"

CONFORMANCE: Final = (
    *(
        f"http://www.opengis.net/spec/ogcapi-common-{part}/1.0/conf/{name}"
        for part, name in ((1, "core"), (1, "json"), (1, "html"), (1, "oas30"), (2, "collections"))
    ),
    *(
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
        for name in ("core", "oas30", "html", "geojson")
    ),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "filter", "features-filter")
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in ("cql2-text", "cql2-json", "basic-cql2", "basic-spatial-functions")
    ),
    *(
        f"http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/{name}"
        for name in ("core", "ogc-process-description", "json", "html", "oas30", "job-list", "dismiss")
    ),
)


class Link(BaseModel):
    """A link, as the OGC APIs write it."""

    model_config = ConfigDict(frozen=True)

    href: str
    rel: str
    type: str | None = None
    title: str | None = None


def root_of(request: Request) -> str:
    """Return the address of the root, without its last stroke."""
    return str(request.base_url).rstrip("/")


def link(request: Request, path: str, rel: str, kind: str = JSON, title: str | None = None) -> Link:
    """Return a link to a path of the service."""
    return Link(href=f"{root_of(request)}{path}", rel=rel, type=kind, title=title)


def with_query(request: Request, path: str, changed: Mapping[str, object]) -> str:
    """Return the address of a path with the query of the request changed in part; None takes a key out."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key not in changed]
    added = [(key, str(value)) for key, value in changed.items() if value is not None]
    query = urlencode([*kept, *added])
    return f"{root_of(request)}{path}" + (f"?{query}" if query else "")


def wants_html(request: Request, f: str | None) -> bool:
    """Return whether an answer is wanted as a page: by ``f``, else where HTML is accepted before JSON."""
    if f is not None:
        return f == "html"
    said = request.headers.get("accept", "")
    at_html, at_json = said.find("text/html"), said.find("json")
    return at_html >= 0 and (at_json < 0 or at_html < at_json)
