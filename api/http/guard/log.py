"""A line a request: when, who, what, how it ended and how long it took; no coordinates, no keys."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KNOWN = "lifecircle.known"
"""Where the scope of a request holds what guards behind this one find out."""


class RequestLog:
    """Writes a line of JSON for each request into a file, where one is named."""

    def __init__(self, app: ASGIApp, *, path: Path | None) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write its line."""
        if scope["type"] != "http" or self._path is None:
            await self._app(scope, receive, send)
            return
        known: dict[str, str] = {}
        begun, status, size = time.perf_counter(), 0, 0

        async def seen(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app({**scope, KNOWN: known}, receive, seen)
        finally:
            line = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "client": (scope.get("client") or ("-",))[0],
                "key": known.get("key"),
                "method": scope["method"],
                # The query is left out: it says where somebody lives.
                "path": scope["path"][:400],
                "status": status,
                "bytes": size,
                "ms": round((time.perf_counter() - begun) * 1000, 1),
            }
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=True) + "\n")
