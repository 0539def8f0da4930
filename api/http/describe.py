"""The OpenAPI document: true to what is answered, in the version that OGC clients read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.batch.models import BatchQuestion
from api.http.problems import PROBLEM, TITLES, Problem

OPENAPI_30: Final = "application/vnd.oai.openapi+json;version=3.0"

TAGS: Final = (
    ("service", "Whether the service is up, which run it answers from, which studies it has"),
    ("map", "The map, one page that makes no further request"),
    ("layers", "The layers of results.gpkg, whole"),
    ("assessment", "The numbers of the workbook"),
    ("places", "What is reached from a place, in minutes along the streets"),
    ("siting", "Where the next sites go"),
    ("features", "OGC API - Features: landing page, conformance, collections, items"),
    ("processes", "OGC API - Processes: the same questions as jobs"),
)

_ALWAYS: Final = (400, 401, 403, 404, 405, 413, 414, 415, 429, 500, 503, 504)
"""Refusals that any path may answer with."""

_FEATURES: Final[Mapping[str, Any]] = {
    "FeatureCollection": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "about": {"$ref": "#/components/schemas/About"},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}},
        },
    },
    "Feature": {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "nullable": True},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}},
        },
    },
    "Link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {
            "href": {"type": "string"},
            "rel": {"type": "string"},
            "type": {"type": "string"},
            "title": {"type": "string"},
            "hreflang": {"type": "string"},
        },
    },
}


def describe(app: FastAPI, *, cases: Iterable[str] = (), max_minutes: float | None = None) -> dict[str, Any]:
    """Return the document of an application.

    Parameters
    ----------
    cases
        Ids of the cases that may be asked for.
    max_minutes
        The longest isochrone.
    """
    document = get_openapi(
        title="lifecircle",
        version=version("lifecircle"),
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": said} for name, said in TAGS],
        servers=[{"url": app.root_path or "/"}],
        license_info={"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    )
    document.pop("summary", None)
    document["info"].pop("summary", None)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_FEATURES)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    asked = BatchQuestion.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas["BatchQuestion"] = asked
    of_problems = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(of_problems.pop("$defs", {}))
    schemas["Problem"] = of_problems
    document["components"]["responses"] = {
        str(status): {
            "description": TITLES[status].en,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": _RETRY} if status in (429, 503) else {}),
        }
        for status in _ALWAYS
    }
    for item in document["paths"].values():
        for operation in item.values():
            _complete(operation, tuple(cases), max_minutes)
    document["openapi"] = "3.0.3"
    converted: dict[str, Any] = _as_30(document)
    return converted


_RETRY: Final = {
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 0}}
}


def _complete(operation: dict[str, Any], cases: tuple[str, ...], max_minutes: float | None) -> None:
    answers = operation.setdefault("responses", {})
    if "HTTPValidationError" in str(answers.get("422", "")):
        del answers["422"]
    for status, answer in answers.items():
        content = answer.get("content", {})
        if not str(status).startswith("2") and "application/json" in content:
            content[PROBLEM] = content.pop("application/json")
    for status in _ALWAYS:
        answers.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    for given in operation.get("parameters", ()):
        if given["name"] == "case" and cases:
            given["schema"] = {"type": "string", "enum": list(cases)}
        if given["name"] == "minutes" and max_minutes is not None:
            given["schema"] = {
                "type": "array",
                "minItems": 1,
                "maxItems": 12,
                "items": {"type": "number", "exclusiveMinimum": 0, "maximum": max_minutes},
            }


def _as_30(part: Any) -> Any:
    """Return a part of a document of OpenAPI 3.1 as 3.0 writes it."""
    if isinstance(part, list):
        return [_as_30(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "anyOf" in part and {"type": "null"} in part["anyOf"]:
        rest = [each for each in part["anyOf"] if each != {"type": "null"}]
        more = {key: value for key, value in part.items() if key != "anyOf"}
        inner = (
            {"allOf": rest}
            if len(rest) == 1 and "$ref" in rest[0]
            else rest[0]
            if len(rest) == 1
            else {"anyOf": rest}
        )
        part = {**more, **inner, "nullable": True}
    changed: dict[str, Any] = {}
    for key, value in part.items():
        if key == "const":
            changed["enum"] = [value]
        elif key == "examples" and isinstance(value, list):
            changed["example"] = value[0]
        elif key in ("exclusiveMinimum", "exclusiveMaximum") and not isinstance(value, bool):
            changed[key], changed[f"{'min' if 'Min' in key else 'max'}imum"] = True, value
        elif key == "prefixItems":
            changed["items"] = {} if len({str(each) for each in value}) > 1 else _as_30(value[0])
        elif key == "contentMediaType" and value == "application/octet-stream":
            changed["format"] = "binary"
        else:
            changed[key] = _as_30(value)
    return changed
