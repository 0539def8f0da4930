"""Bounds of every request: the size of its body, the time it takes to arrive, and the time to an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import problem_response
from geo.text import Text

MOST_BODY_BYTES: Final = 256 * 1024
MOST_BATCH_BYTES: Final = 16 * 1024 * 1024
LARGE_BODIES: Final = frozenset({"/batch"})
"""Paths that take many places at once."""

BODY_SECONDS: Final = 15.0
DEADLINE_SECONDS: Final = 30.0
LONG: Final[Mapping[str, float]] = {"/site": 180.0, "/batch": 180.0, "/processes": 180.0}
"""Seconds to an answer, by the first part of the path."""

MOST_QUERY_BYTES: Final = 16 * 1024


class Bounds:
    """Refuse what is too large or too slow, before it costs anything."""

    def __init__(self, app: ASGIApp, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._app = app
        self._deadline = deadline_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request within the bounds."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["query_string"]) > MOST_QUERY_BYTES:
            await problem_response(scope, 414, "address-too-long")(scope, receive, send)
            return
        first = "/" + scope["path"].lstrip("/").partition("/")[0]
        most = MOST_BATCH_BYTES if first in LARGE_BODIES else MOST_BODY_BYTES
        try:
            body = await _whole_body(scope, receive, most)
        except _TooLargeError:
            said = Text(f"at most {most:,} bytes are taken", f"最多接受 {most:,} 字节")
            closing = {"Connection": "close"}
            answer = problem_response(scope, 413, "body-too-large", said, headers=closing)
            await answer(scope, receive, send)
            return
        except TimeoutError:
            closing = {"Connection": "close"}
            await problem_response(scope, 408, "body-too-slow", headers=closing)(scope, receive, send)
            return
        if body is None:
            return
        watched = _Started(send)
        try:
            async with asyncio.timeout(LONG.get(first, self._deadline)):
                await self._app(scope, _replayed(body, receive), watched)
        except TimeoutError:
            if watched.started:
                raise
            await problem_response(scope, 504, "deadline")(scope, receive, send)


class _TooLargeError(Exception):
    pass


class _Started:
    """Passes messages on, and knows whether an answer was begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        await self._send(message)


async def _whole_body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """Return the body; None where the client left before it was sent."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), None)
    if said is not None and said.isdigit() and int(said) > most:
        raise _TooLargeError
    if said in (None, b"0") and not any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        return b""
    parts, size = [], 0
    async with asyncio.timeout(BODY_SECONDS):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _TooLargeError
            if not message.get("more_body", False):
                return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body that was read, and then what the client does."""
    waiting = [body]

    async def give() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return message

    return give
