"""The path of the HTTP service that answers siting questions, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from api.http.routes import TheService
from api.http.site_answers import refusal, site_answer
from api.http.site_models import SiteAnswer, SiteRefusal
from api.site import site_result
from geo.errors import Fault, InputError
from geo.text import Text
from layers.study.faults import faults_of_details
from layers.study.siting.question import CODE, SiteQuestion
from maps.words.refusal import INFEASIBLE, NO_PLAN_YET

RETRY_SECONDS = 10
SHORTER = {"curve": 5, "time_limit_seconds": 20.0}
"""Defaults of the service, smaller than those of the command: the client waits for the answer."""

MOST = {"new": 50, "close": 50, "move": 50, "curve": 20, "alternatives": 10, "time_limit_seconds": 60.0}
LEAST = {"spacing_metres": 25.0}
"""Bounds of a question here, narrower than those of the command: one search takes all processors."""

_NO_PLAN = frozenset({INFEASIBLE, NO_PLAN_YET})
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {
        "model": SiteRefusal,
        "description": "No question, or one that cannot be asked of this study",
    },
    422: {
        "model": SiteRefusal,
        "description": "No plan keeps the rules; the faults are what stands in the way",
    },
    503: {"model": SiteRefusal, "description": "Another question is being answered; see Retry-After"},
}


class SiteRoute(APIRoute):
    """A route that refuses a body that is no question in the form in which all questions are refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route, faults of the body named in the words of the JSON question."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                details = [{**detail, "loc": detail["loc"][1:]} for detail in error.errors()]
                return _refuse(400, "InvalidParameter", *faults_of_details(details, SiteQuestion))

        return answer


router = APIRouter(route_class=SiteRoute)


def get_lock(request: Request) -> Lock:
    """Return the lock that lets one search run at a time: each takes all the processors it can have."""
    lock: Lock = request.app.state.siting
    return lock


TheLock = Annotated[Lock, Depends(get_lock)]
Asked = Annotated[
    SiteQuestion,
    Body(
        description="a siting question; at most "
        + ", ".join(f"{field} {most:g}" for field, most in MOST.items())
        + "; at least "
        + ", ".join(f"{field} {least:g}" for field, least in LEAST.items())
        + "; where left out "
        + ", ".join(f"{field} {value:g}" for field, value in SHORTER.items())
    ),
]


# Not a coroutine: FastAPI runs it on a thread, so that other questions are answered during the search.
@router.post("/site", response_model=SiteAnswer, responses=_REFUSALS)
def propose_sites(service: TheService, lock: TheLock, question: Asked) -> SiteAnswer | Response:
    """Say where the next sites go, with a proof: the numbers of ``lifecircle site``."""
    try:
        question = within_bounds(question, max_minutes=service.max_minutes)
        with _only_one(lock) as free:
            return site_answer(site_result(service.result, question)) if free else _busy()
    except InputError as error:
        no_plan = all(fault.code in _NO_PLAN for fault in error.faults)
        code, status = ("NoPlan", 422) if no_plan else (type(error).__name__, 400)
        return _refuse(status, code, *error.faults)


def within_bounds(question: SiteQuestion, *, max_minutes: float) -> SiteQuestion:
    """Return a question with the service's own values for what is left out.

    Raises
    ------
    InputError
        With every field beyond the bounds of the service.
    """
    shorter = {name: value for name, value in SHORTER.items() if name not in question.model_fields_set}
    question = question.model_copy(update=shorter)
    faults = [
        *(
            _beyond(question, field, Text(f"must be at most {most:g} here", f"此处最多为 {most:g}"))
            for field, most in {**MOST, "minutes": max_minutes}.items()
            if (getattr(question, field) or 0) > most
        ),
        *(
            _beyond(question, field, Text(f"must be at least {least:g} here", f"此处最少为 {least:g}"))
            for field, least in LEAST.items()
            if getattr(question, field) < least
        ),
    ]
    if sum(question.phases) > MOST["new"]:
        what = Text(f"must be at most {MOST['new']:g} in all here", f"此处合计最多为 {MOST['new']:g}")
        fix = Text("Change the numbers", "请修改数值")
        faults.append(Fault(what, fix, source="phases", value=f"{sum(question.phases)}", code=CODE))
    if faults:
        raise InputError(faults)
    return question


@contextmanager
def _only_one(lock: Lock) -> Iterator[bool]:
    """Hold the lock where it is free; yields whether it was."""
    free = lock.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            lock.release()


def _beyond(question: SiteQuestion, field: str, what: Text) -> Fault:
    value = f"{getattr(question, field):g}"
    return Fault(what, Text("Change the number", "请修改数值"), source=field, value=value, code=CODE)


def _busy() -> Response:
    what = Text("another siting question is being answered", "正在求解另一项选址")
    fix = Text(f"Ask again in {RETRY_SECONDS} seconds", f"请在 {RETRY_SECONDS} 秒后重试")
    answer = _refuse(503, "Busy", Fault(what, fix, code="siting.busy"))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _refuse(status: int, code: str, *faults: Fault) -> Response:
    return JSONResponse(refusal(code, faults).model_dump(), status_code=status)
