"""Any answer as a plain page: what it holds as tables and lists, its links to follow; without a script."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from jinja2 import Environment, Template

from api.http.ogc.links import root_of

MOST_ROWS = 200


@lru_cache(maxsize=1)
def _template() -> Template:
    text = files("api.http.ogc").joinpath("page.html.j2").read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def page(request: Request, title: str, body: dict[str, Any]) -> str:
    """Return an answer as HTML; all text of others is escaped."""
    features = body.get("features", [])[:MOST_ROWS]
    columns = list(dict.fromkeys(key for each in features for key in each.get("properties") or {}))
    return _template().render(
        title=title,
        root=root_of(request),
        links=body.get("links", []),
        features=features,
        columns=columns,
        more=len(body.get("features", [])) - len(features),
        collections=body.get("collections", []),
        rest={
            key: value
            for key, value in body.items()
            if key not in ("links", "features", "collections", "about")
        },
        about=body.get("about"),
    )
