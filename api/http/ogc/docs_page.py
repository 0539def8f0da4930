"""The page that documents the API: made of its own document, without a script and without a request."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, Template

router = APIRouter(tags=["features"])


@lru_cache(maxsize=1)
def _template() -> Template:
    text = files("api.http.ogc").joinpath("docs_page.html.j2").read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


@router.get("/api.html", response_class=HTMLResponse)
async def read_docs(request: Request) -> HTMLResponse:
    """Return the documentation of the API as a page."""
    document: dict[str, Any] = request.app.openapi()
    return HTMLResponse(_template().render(document=document, operations=_operations(document)))


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each operation with its path and method, by tag, in the order of the document."""
    found = [
        {
            "path": path,
            "method": method.upper(),
            "tag": (operation.get("tags") or ["service"])[0],
            **operation,
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    order = [tag["name"] for tag in document.get("tags", ())]
    return sorted(found, key=lambda each: order.index(each["tag"]) if each["tag"] in order else len(order))
