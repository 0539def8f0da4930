"""The HTTP application: its routes, its guards, and its handlers of errors."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.http.batch.routes import router as batch_router
from api.http.describe import describe
from api.http.faults import NotHereError
from api.http.guard.bounds import Bounds
from api.http.guard.gate import BusyError, ClientGoneError, Gate
from api.http.guard.keys import Keys, read_keys
from api.http.guard.log import RequestLog
from api.http.guard.sending import Sending
from api.http.guard.study_path import StudyPath
from api.http.need_routes import router as need_router
from api.http.ogc.features import router as features_router
from api.http.ogc.jobs import Jobs
from api.http.ogc.processes import router as processes_router
from api.http.place_routes import router as place_router
from api.http.problems import MOST_FAULTS, NotFoundError, UnsupportedError, problem_response
from api.http.routes import router
from api.http.site_routes import router as site_router
from api.http.studies import Studies
from api.http.tables.routes import router as table_router
from api.settings import Settings
from geo.errors import InputError, LifecircleError
from geo.text import Text
from layers.study.faults import faults_of_details
from maps.result import StudyResult

DESCRIPTION: Final = """\
Who reaches which service within 15 minutes, who does not, and why. Times are minutes along the streets by a
named travel profile. Places are longitude and latitude, longitude first; `crs` says in which system. Every
answer names its run, the day of its data, its standard, and whose data it is. What is refused is answered as
problem details (RFC 9457) in English and Chinese. Give `Accept-Language: zh` for Chinese first.
"""

_log = logging.getLogger("lifecircle.http")


class _Nothing(BaseModel):
    """Parameters of a path have no known names beside their own."""


def create_app(
    settings: Settings, result: StudyResult | None = None, *, studies: Studies | None = None
) -> FastAPI:
    """Build the service of one study or several.

    Parameters
    ----------
    settings
        Which studies, and the limits of the service.
    result
        A run of the first study; without it the study is run when the service starts.
    studies
        Runs that are there already and looked after elsewhere.

    Raises
    ------
    InputError
        On start, with every fault of the study.
    """
    looked_after = studies is not None
    studies = studies or Studies(settings)
    gate, siting = Gate(settings.slots), Gate(1, waiting=0)
    jobs = Jobs(Gate(1), settings.jobs)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(studies.load, result)
        if settings.take_up and not looked_after:
            studies.watch(_log.warning)
        yield
        studies.stop()
        for each in (gate, siting):
            each.cancel_all()
        jobs.close()

    app = FastAPI(
        title="lifecircle",
        summary="Who reaches which service within 15 minutes, who does not, and why.",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for each in (
        router,
        need_router,
        place_router,
        table_router,
        site_router,
        features_router,
        processes_router,
        batch_router,
    ):
        app.include_router(each)
    app.state.studies, app.state.gate, app.state.siting = studies, gate, siting
    app.state.settings, app.state.jobs = settings, jobs
    app.openapi = _document_of(app, studies, settings)  # type: ignore[method-assign]
    _answer_errors(app)
    _guard(app, settings)
    return app


def _guard(app: FastAPI, settings: Settings) -> None:
    """Put the guards before the paths; the last is the first that a request meets."""
    app.add_middleware(StudyPath)
    app.add_middleware(Bounds, deadline_seconds=settings.deadline_seconds)
    app.add_middleware(Keys, keys=read_keys(settings.keys))
    app.add_middleware(Sending)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=["ETag", "Link", "Location", "Retry-After", "Content-Crs"],
        )
    if settings.hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False)
    app.add_middleware(RequestLog, path=settings.request_log)


def _document_of(app: FastAPI, studies: Studies, settings: Settings) -> Callable[[], dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}

    def document() -> dict[str, Any]:
        service = studies.get(None)
        cases = [] if service is None else [each.id for each in service.cases]
        key = " ".join(cases)
        if key not in made:
            made[key] = describe(app, cases=cases, max_minutes=settings.max_minutes)
        return made[key]

    return document


def _answer_errors(app: FastAPI) -> None:
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(NotHereError, _not_here)
    app.add_exception_handler(InputError, _wrong_input)
    app.add_exception_handler(LifecircleError, _our_fault)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(UnsupportedError, _unsupported)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(ClientGoneError, _nobody_waits)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_fault)


async def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    details = [{**detail, "loc": detail["loc"][1:] or detail["loc"]} for detail in found[: 4 * MOST_FAULTS]]
    faults = faults_of_details(details, _Nothing)
    more = len(found) - len(details)
    return problem_response(request.scope, 400, "invalid-parameter", None, faults, more=more)


async def _wrong_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    return problem_response(request.scope, 400, "invalid-parameter", None, error.faults)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    return problem_response(request.scope, 404, error.faults[0].code, None, error.faults)


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotFoundError)
    return problem_response(request.scope, 404, "not-found", error.said)


async def _unsupported(request: Request, error: Exception) -> Response:
    assert isinstance(error, UnsupportedError)
    return problem_response(request.scope, 415, "unsupported-media-type", error.said)


async def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, BusyError)
    after = Text(f"ask again in {error.seconds} seconds", f"请在 {error.seconds} 秒后重试")
    said = (
        after if error.said is None else Text(f"{error.said.en}; {after.en}", f"{error.said.zh}，{after.zh}")
    )
    headers = {"Retry-After": str(error.seconds)}
    return problem_response(request.scope, 503, "busy", said, headers=headers)


async def _nobody_waits(request: Request, error: Exception) -> Response:
    del error
    return problem_response(request.scope, 503, "client-gone")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not-found", 405: "method-not-allowed"}
    code = codes.get(error.status_code, "http-error")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods_of(request))
    return problem_response(request.scope, error.status_code, code, headers=headers)


def _methods_of(request: Request) -> list[str]:
    """Return every method that a path takes; the router names those of the first route alone."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return sorted(
        method.upper()
        for template, item in request.app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)), path)
        for method in item
    )


async def _our_fault(request: Request, error: Exception) -> Response:
    """Answer without details of the error: they are in the log of the server only."""
    del error
    said = Text("the log of the service says why", "原因见服务日志")
    return problem_response(request.scope, 500, "server-error", said)
