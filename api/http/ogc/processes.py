"""OGC API - Processes: reach, coverage, isochrone, site and assess, at once or as jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi import Path as FromPath
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.http.asked import MOST_LIMITS, Place
from api.http.batch.models import BatchQuestion
from api.http.batch.routes import batch_answer
from api.http.guard.gate import Token
from api.http.ogc.asked import known_only
from api.http.ogc.jobs import Jobs
from api.http.ogc.links import JSON, link
from api.http.problems import NotFoundError, problem_response
from api.http.routes import GEOJSON, TheGate, TheService
from api.http.service import Service
from api.http.site_routes import WatchedSteps, site_plan, within_bounds
from api.run import run_study
from geo.coordinates.declared import System
from geo.text import Text
from layers.study.changes import Change
from layers.study.faults import faults_of
from layers.study.siting.question import SiteQuestion
from maps.served.batch import places_of_points

router = APIRouter(tags=["processes"])
REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/"


class _Inputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReachInputs(_Inputs):
    """A place."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False, description="longitude in degrees")
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="latitude in degrees")
    crs: System | None = Field(default=None, description="system of the place: wgs84, gcj02 or bd09")
    case: str | None = Field(default=None, max_length=200, description="id of a case")


class IsochroneInputs(ReachInputs):
    """A place and limits."""

    minutes: tuple[Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)], ...] = Field(
        min_length=1, max_length=MOST_LIMITS, description="limits in minutes"
    )
    towards: bool = Field(default=False, description="true: the ground from which the place is reached")


class CoverageInputs(BatchQuestion):
    """Many places."""

    case: str | None = Field(default=None, max_length=200, description="id of a case")


class AssessInputs(_Inputs):
    """A change of the study, as a change file has it."""

    change: Change = Field(description="what opens, closes, moves or is extended")
    case: str | None = Field(default=None, max_length=200, description="id of a case")
    gaps: int = Field(default=100, ge=0, le=10_000, description="how many gaps to list")


Run = Callable[[Service, Any, Token], str]


def _reach(service: Service, asked: ReachInputs, _: Token) -> str:
    return service.coverage_at(_place(asked), asked.case).model_dump_json()


def _isochrone(service: Service, asked: IsochroneInputs, _: Token) -> str:
    limits = tuple(sorted(set(asked.minutes)))
    return service.isochrone_at(_place(asked), limits, asked.case, towards=asked.towards)


def _coverage(service: Service, asked: CoverageInputs, token: Token) -> str:
    places, limits = places_of_points(asked.points, asked.ids), service.result.study.minutes
    system = asked.crs or "wgs84"
    return batch_answer(service, places, system, limits, case=asked.case, wanted="geojson", token=token)


def _site(service: Service, asked: SiteQuestion, token: Token) -> str:
    question = within_bounds(asked, max_minutes=service.max_minutes)
    return site_plan(service, question, token).model_dump_json()


def _assess(service: Service, asked: AssessInputs, token: Token) -> str:
    service.case_of(asked.case)
    changed = run_study(service.result.study, change=asked.change, steps=WatchedSteps(token))
    again = Service.without_map(changed, max_minutes=service.max_minutes)
    return again.assessment(asked.case, asked.gaps).model_dump_json()


def _place(asked: ReachInputs) -> Place:
    return Place(lon=asked.lon, lat=asked.lat, crs=asked.crs)


_PROCESSES: Final[Mapping[str, tuple[str, str, type[BaseModel], Run]]] = {
    "reach": ("What is reached from a place", JSON, ReachInputs, _reach),
    "coverage": ("Minutes and people at many places", GEOJSON, CoverageInputs, _coverage),
    "isochrone": ("The ground within minutes of a place", GEOJSON, IsochroneInputs, _isochrone),
    "site": ("Where the next sites go, with a proof", JSON, SiteQuestion, _site),
    "assess": ("The study under a change", JSON, AssessInputs, _assess),
}


async def get_jobs(request: Request) -> Jobs:
    """Return the jobs of the service."""
    jobs: Jobs = request.app.state.jobs
    return jobs


TheJobs = Annotated[Jobs, Depends(get_jobs)]
ProcessId = Annotated[str, FromPath(description="id of a process, as /processes lists them")]
JobId = Annotated[str, FromPath(description="id of a job")]


class Execute(BaseModel):
    """What a process is asked: its inputs by name."""

    inputs: dict[str, Any] = Field(default={}, description="inputs of the process")
    outputs: dict[str, Any] | None = Field(default=None, description="not needed: a process has one output")
    response: str = Field(default="raw", pattern="^(raw|document)$", description="raw or document")


@router.get("/processes")
async def list_processes(
    request: Request, limit: Annotated[int, Query(ge=1, le=1000, description="most to list")] = 100
) -> JSONResponse:
    """List what can be asked as a process."""
    known_only(request, {"limit", "f"})
    listed = [_summary(request, key) for key in list(_PROCESSES)[:limit]]
    return JSONResponse({"processes": listed, "links": [_link(request, "/processes", "self")]})


@router.get("/processes/{process_id}")
async def read_process(request: Request, process_id: ProcessId) -> JSONResponse:
    """Describe a process: its inputs as JSON Schema, and its output."""
    title, kind, model, _ = _known(process_id)
    schema = model.model_json_schema(by_alias=True)
    shared, needed = schema.get("$defs", {}), schema.get("required", [])
    inputs = {
        name: {
            "title": name,
            "description": of.get("description", ""),
            "minOccurs": int(name in needed),
            "schema": {**of, **({"$defs": shared} if shared else {})},
        }
        for name, of in schema["properties"].items()
    }
    result = {"title": title, "schema": {"type": "object", "contentMediaType": kind}}
    return JSONResponse(_summary(request, process_id) | {"inputs": inputs, "outputs": {"result": result}})


@router.post(
    "/processes/{process_id}/execution", response_class=Response, responses={201: {"content": {JSON: {}}}}
)
async def execute(
    request: Request,
    service: TheService,
    gate: TheGate,
    jobs: TheJobs,
    process_id: ProcessId,
    asked: Annotated[Execute, Body()],
) -> Response:
    """Ask a process: the answer itself, or with ``Prefer: respond-async`` a job."""
    title, kind, model, run = _known(process_id)
    del title
    try:
        inputs = model.model_validate(asked.inputs)
    except ValidationError as error:
        return problem_response(request.scope, 400, "invalid-parameter", None, faults_of(error, model))
    if "respond-async" in request.headers.get("prefer", ""):
        state = jobs.start(process_id, lambda token: run(service, inputs, token))
        where = str(request.base_url).rstrip("/") + f"/jobs/{state['jobID']}"
        headers = {"Location": where, "Preference-Applied": "respond-async"}
        return JSONResponse(_status(request, state), status_code=201, headers=headers)
    found = await gate.run(request, lambda token: run(service, inputs, token))
    if asked.response == "document":
        return Response(f'{{"result":{found}}}', media_type=JSON)
    return Response(found, media_type=kind)


@router.get("/jobs")
async def list_jobs(request: Request, jobs: TheJobs) -> JSONResponse:
    """List the jobs, the newest first."""
    states = [_status(request, each) for each in jobs.states()]
    body = {"jobs": states, "numberMatched": len(states), "links": [_link(request, "/jobs", "self")]}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/jobs/{job_id}")
async def read_job(request: Request, jobs: TheJobs, job_id: JobId) -> JSONResponse:
    """Say how far a job is."""
    state = jobs.state(job_id)
    if state is None:
        raise _no_job()
    return JSONResponse(_status(request, state), headers={"Cache-Control": "no-store"})


@router.delete("/jobs/{job_id}")
async def dismiss_job(request: Request, jobs: TheJobs, job_id: JobId) -> JSONResponse:
    """End a job, or forget one that has ended."""
    state = jobs.dismiss(job_id)
    if state is None:
        raise _no_job()
    return JSONResponse(_status(request, state))


@router.get(
    "/jobs/{job_id}/results", response_class=Response, responses={200: {"content": {JSON: {}, GEOJSON: {}}}}
)
async def read_results(request: Request, jobs: TheJobs, job_id: JobId) -> Response:
    """Return the result of a job that has succeeded; it is kept for an hour."""
    state, found = jobs.state(job_id), jobs.result(job_id)
    if state is None or state["status"] == "dismissed":
        raise _no_job()
    if state["status"] == "failed":
        said = state["problem"]
        return JSONResponse(said, status_code=said["status"], media_type="application/problem+json")
    if found is None:
        said = Text(f"the job is {state['status']}", "任务尚未完成")
        return problem_response(request.scope, 404, "result-not-ready", said)
    return Response(found, media_type=_PROCESSES[state["processID"]][1])


def _known(process: str) -> tuple[str, str, type[BaseModel], Run]:
    if process not in _PROCESSES:
        known = ", ".join(_PROCESSES)
        raise NotFoundError(
            Text(f"there is no process {process[:80]!r}; there are {known}", f"可用：{known}")
        )
    return _PROCESSES[process]


def _no_job() -> NotFoundError:
    return NotFoundError(
        Text("there is no such job; results are kept for an hour", "没有该任务；结果保留一小时")
    )


def _summary(request: Request, process: str) -> dict[str, Any]:
    title, _, _, _ = _PROCESSES[process]
    return {
        "id": process,
        "title": title,
        "version": "1.0.0",
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
        "outputTransmission": ["value"],
        "links": [
            _link(request, f"/processes/{process}", "self"),
            _link(request, f"/processes/{process}/execution", f"{REL}execute"),
        ],
    }


def _status(request: Request, state: Mapping[str, Any]) -> dict[str, Any]:
    job = state["jobID"]
    links = [_link(request, f"/jobs/{job}", "self")]
    if state["status"] == "successful":
        links.append(_link(request, f"/jobs/{job}/results", f"{REL}results"))
    return {**{key: value for key, value in state.items() if key != "problem"}, "links": links}


def _link(request: Request, path: str, rel: str) -> dict[str, Any]:
    return link(request, path, rel).model_dump(exclude_none=True)
