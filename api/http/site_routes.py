"""The path of the HTTP service that answers siting questions, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response

from api.http.routes import TheService
from api.http.site_answers import refusal, site_answer
from api.http.site_models import SiteAnswer, SiteAsked, SiteRefusal
from api.site import site_result
from geo.errors import Fault, InputError
from geo.text import Text
from layers.study.siting import SiteQuestion
from maps.words.refusal import INFEASIBLE, NO_PLAN_YET

RETRY_SECONDS = 10
_NO_PLAN = frozenset({INFEASIBLE, NO_PLAN_YET})
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": SiteRefusal, "description": "The question cannot be asked of this study"},
    422: {
        "model": SiteRefusal,
        "description": "No plan keeps the rules; the faults are what stands in the way",
    },
    503: {"model": SiteRefusal, "description": "Another question is being answered; see Retry-After"},
}

router = APIRouter()


def get_lock(request: Request) -> Lock:
    """Return the lock that lets one search run at a time: each takes all the processors it can have."""
    lock: Lock = request.app.state.siting
    return lock


TheLock = Annotated[Lock, Depends(get_lock)]
Asked = Annotated[SiteAsked, Body(description="what is asked")]


# Not a coroutine: FastAPI runs it on a thread, so that other questions are answered during the search.
@router.post("/site", response_model=SiteAnswer, responses=_REFUSALS)
def propose_sites(service: TheService, lock: TheLock, asked: Asked) -> SiteAnswer | Response:
    """Say where the next sites go, with a proof: the numbers of ``lifecircle site``."""
    try:
        question = asked.question()
        _must_be_short(question, service.max_minutes)
        with _only_one(lock) as free:
            return site_answer(site_result(service.result, question)) if free else _busy()
    except InputError as error:
        no_plan = all(fault.code in _NO_PLAN for fault in error.faults)
        code, status = ("NoPlan", 422) if no_plan else (type(error).__name__, 400)
        return _refuse(status, code, *error.faults)


@contextmanager
def _only_one(lock: Lock) -> Iterator[bool]:
    """Hold the lock where it is free; yields whether it was."""
    free = lock.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            lock.release()


def _must_be_short(question: SiteQuestion, most: float) -> None:
    if question.minutes is not None and question.minutes > most:
        what = Text(f"must be at most {most:g} minutes here", f"此处最多 {most:g} 分钟")
        fix = Text("Ask for fewer minutes", "请减小分钟数")
        raise InputError([Fault(what, fix, source="minutes", value=f"{question.minutes:g}", code="siting")])


def _busy() -> Response:
    what = Text("another siting question is being answered", "正在求解另一个选址问题")
    fix = Text(f"Ask again in {RETRY_SECONDS} seconds", f"请在 {RETRY_SECONDS} 秒后重试")
    answer = _refuse(503, "Busy", Fault(what, fix, code="siting.busy"))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _refuse(status: int, code: str, *faults: Fault) -> Response:
    return JSONResponse(refusal(code, faults).model_dump(), status_code=status)
