"""Paths below ``/studies/ID`` are the paths of that study."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIX = "/studies/"


class StudyPath:
    """Takes the study out of a path; what is below it is asked as if it stood at the root."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            root = scope.get("root_path", "")
            path = scope["path"].removeprefix(root) if root else scope["path"]
            if path.startswith(_PREFIX):
                study, slash, rest = path[len(_PREFIX) :].partition("/")
                if study and slash:
                    below = f"{root}{_PREFIX}{study}"
                    scope = {
                        **scope,
                        "root_path": below,
                        "path": f"{below}/{rest}",
                        "lifecircle.study": study,
                    }
        await self._app(scope, receive, send)
