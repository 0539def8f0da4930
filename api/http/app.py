"""The HTTP application: its routes and its handlers of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Lock

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.http.need_routes import router as need_router
from api.http.place_routes import router as place_router
from api.http.routes import router
from api.http.service import Service
from api.http.site_routes import router as site_router
from api.http.table_routes import router as table_router
from api.run import run_study
from api.settings import Settings
from geo.errors import InputError, LifecircleError
from layers.study.faults import key_path
from maps.result import StudyResult

_STATUS: dict[type[Exception], int] = {InputError: 400, LifecircleError: 500}


def create_app(settings: Settings, result: StudyResult | None = None) -> FastAPI:
    """Build the service of one study.

    Parameters
    ----------
    settings
        Which study, and the limits of the service.
    result
        A run of the study; without it the study is run when the service starts.

    Raises
    ------
    InputError
        On start, with every fault of the study.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        finished = result or run_study(settings.study, cache=settings.cache)
        app.state.service = Service.of(finished, settings)
        yield

    app = FastAPI(
        title="lifecircle",
        summary="Who reaches which service within 15 minutes, who does not, and why.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(router)
    app.include_router(need_router)
    app.include_router(place_router)
    app.include_router(table_router)
    app.include_router(site_router)
    app.state.siting = Lock()
    for error, status in _STATUS.items():
        app.add_exception_handler(error, _answer_with(status))
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_fault)
    return app


def _answer_with(status: int):  # type: ignore[no-untyped-def]
    async def answer(request: Request, error: Exception) -> Response:
        del request
        return JSONResponse({"code": type(error).__name__, "message": str(error)}, status_code=status)

    return answer


async def _bad_request(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, RequestValidationError)
    faults = [f"{key_path(fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()]
    return JSONResponse({"code": "InvalidParameter", "message": "; ".join(faults)}, status_code=400)


async def _http_error(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    code = "NotFound" if error.status_code == 404 else "HttpError"
    return JSONResponse(
        {"code": code, "message": error.detail}, status_code=error.status_code, headers=error.headers
    )


async def _our_fault(request: Request, error: Exception) -> Response:
    """Answer without details of the error: they are in the log of the server only."""
    del request, error
    return JSONResponse(
        {"code": "ServerError", "message": "the service failed; its log says why"}, status_code=500
    )
