"""How answers are sent: HEAD, ETag and 304, gzip, and the headers that keep a browser careful."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_TO_PACK: Final = 1024
MOST_KEPT_BYTES: Final = 64 * 1024 * 1024
"""Of packed answers, which are kept so that a map is packed once."""

MOST_KEPT_EACH: Final = 16 * 1024
"""Smaller ones are packed again: that costs less than to look for them."""

_PACKED_TYPES: Final = ("text/", "application/json", "application/geo+json", "application/problem+json",
                        "application/vnd.oai.openapi+json", "application/schema+json")  # fmt: skip

SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Resource-Policy": "same-site",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
STRICT_CSP: Final = "default-src 'none'; frame-ancestors 'self'"


class Sending:
    """Answers GET and HEAD with an ETag, packed where the client can unpack."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        inner = {**scope, "method": "GET"} if method == "HEAD" else scope
        start: Message | None = None
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False) or start is None:
                return
            body = b"".join(parts)
            await self._finish(scope, start, body, send)

        await self._app(inner, receive, hold)

    async def _finish(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        method, status = scope["method"], start["status"]
        headers = MutableHeaders(raw=list(start["headers"]))
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
        if not headers.get("content-type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", STRICT_CSP)
        if status == 200 and method in ("GET", "HEAD"):
            tag = headers.get("etag") or f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
            headers["ETag"] = tag
            headers.setdefault("Cache-Control", "no-cache")
            headers.add_vary_header("Accept-Language")
            if _matches(_header(scope, b"if-none-match"), tag):
                status, body = 304, b""
                del headers["content-length"]
        if status != 304 and len(body) >= LEAST_TO_PACK and _packable(headers):
            headers.add_vary_header("Accept-Encoding")
            if _takes_gzip(_header(scope, b"accept-encoding")):
                body = self._pack(headers.get("etag"), body)
                headers["Content-Encoding"] = "gzip"
        if status != 304:
            headers["Content-Length"] = str(len(body))
        await send({**start, "status": status, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})

    def _pack(self, tag: str | None, body: bytes) -> bytes:
        if tag is not None and tag in self._packed:
            self._packed.move_to_end(tag)
            return self._packed[tag]
        large = len(body) > MOST_KEPT_EACH
        packed = gzip.compress(body, 6 if large else 1, mtime=0)
        if tag is not None and large and len(packed) < MOST_KEPT_BYTES // 4:
            self._packed[tag] = packed
            self._size += len(packed)
            while self._size > MOST_KEPT_BYTES:
                _, oldest = self._packed.popitem(last=False)
                self._size -= len(oldest)
        return packed


def _header(scope: Scope, name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _matches(said: str, tag: str) -> bool:
    """Return whether a tag is among those a client holds, weak ones compared as strong.

    Examples
    --------
    >>> _matches('W/"a", "b"', '"a"'), _matches("*", '"a"'), _matches("", '"a"')
    (True, True, False)
    """
    held = [part.strip().removeprefix("W/") for part in said.split(",")]
    return "*" in held or tag in held


def _takes_gzip(said: str) -> bool:
    """Return whether a client unpacks gzip.

    Examples
    --------
    >>> _takes_gzip("br, gzip"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    for part in said.split(","):
        name, _, rest = part.strip().partition(";")
        if name in ("gzip", "*"):
            return rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _packable(headers: MutableHeaders) -> bool:
    return "content-encoding" not in headers and headers.get("content-type", "").startswith(_PACKED_TYPES)
