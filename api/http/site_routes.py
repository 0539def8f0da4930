"""The path of the HTTP service that answers siting questions, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from api.http.guard.gate import BusyError, ClientGoneError, Gate, Token
from api.http.problems import MOST_FAULTS, Problem, problem_response
from api.http.routes import TheService
from api.http.service import Service
from api.http.site_answers import site_answer
from api.http.site_models import SiteAnswer
from api.site import site_result
from api.steps import Steps
from geo.blocks import Progress
from geo.errors import Fault, InputError
from geo.siting import Halt
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
    422: {
        "model": Problem,
        "description": "No plan keeps the rules; the faults are what stands in the way",
    },
}


class SiteRoute(APIRoute):
    """A route that refuses a body that is no question in the words of the JSON question."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                found = error.errors()
                # What is not listed is only counted: each fault costs a search for the nearest names.
                details = [{**detail, "loc": detail["loc"][1:]} for detail in found[: 4 * MOST_FAULTS]]
                faults = faults_of_details(details, SiteQuestion)
                return problem_response(
                    request.scope, 400, "invalid-parameter", None, faults, more=len(found) - len(details)
                )

        return answer


router = APIRouter(route_class=SiteRoute)


async def get_site_gate(request: Request) -> Gate:
    """Return what lets one search run at a time: each takes all the processors it can have."""
    gate: Gate = request.app.state.siting
    return gate


TheSiteGate = Annotated[Gate, Depends(get_site_gate)]
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


@router.post("/site", response_model=SiteAnswer, responses=_REFUSALS, tags=["siting"])
async def propose_sites(
    request: Request, service: TheService, gate: TheSiteGate, question: Asked
) -> SiteAnswer | Response:
    """Say where the next sites go, with a proof: the numbers of ``lifecircle site``."""
    try:
        asked = within_bounds(question, max_minutes=service.max_minutes)
        return await gate.run(request, lambda token: site_plan(service, asked, token), busy=_busy())
    except InputError as error:
        no_plan = all(fault.code in _NO_PLAN for fault in error.faults)
        status, code = (422, "no-plan") if no_plan else (400, "invalid-parameter")
        return problem_response(request.scope, status, code, None, error.faults)


def site_plan(service: Service, question: SiteQuestion, token: Token) -> SiteAnswer:
    """Return the plan of a question, searched until nobody waits for it any more."""
    halt = Halt()

    def end() -> None:
        # Asked twice a search ends at once.
        halt.ask(time.perf_counter())
        halt.ask(time.perf_counter())

    token.on_cancel(end)
    return site_answer(site_result(service.result, question, steps=WatchedSteps(token), halt=halt))


class WatchedSteps(Steps):
    """Steps that end between two parts of their work when nobody waits for it."""

    def __init__(self, token: Token) -> None:
        super().__init__(quiet=True)
        self._token = token

    @contextmanager
    def step(self, name: str) -> Iterator[Progress]:
        """Time a step."""

        def told(done: int, total: int) -> None:
            self._token.tell(done, total)
            if self._token.cancelled:
                raise ClientGoneError

        if self._token.cancelled:
            raise ClientGoneError
        with super().step(name):
            yield told


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


def _beyond(question: SiteQuestion, field: str, what: Text) -> Fault:
    value = f"{getattr(question, field):g}"
    return Fault(what, Text("Change the number", "请修改数值"), source=field, value=value, code=CODE)


def _busy() -> BusyError:
    return BusyError(RETRY_SECONDS, Text("another siting question is being answered", "正在求解另一项选址"))
