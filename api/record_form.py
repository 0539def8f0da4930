"""The form of ``run.json``: what every record of a run and of a plan holds, as a published schema.

``docs/run.schema.json`` is written from here, and `lifecircle verify` holds every record against it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Final = 1
"""Rises when a key changes its meaning or goes; new keys do not raise it."""

SCHEMA_FILE: Final = "run.schema.json"

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Details = dict[str, Any]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class Said(_Form):
    """What must be known beside the figures, in both languages."""

    kind: str = Field(description="what it is about")
    en: str
    zh: str


class LayerRecord(_Form):
    """A layer: how many rows were read, how its columns and its places were understood."""

    read: int = Field(ge=0, description="rows read")
    accepted: int = Field(ge=0, description="rows used")
    rejected: int = Field(ge=0, description="rows with a fault, kept in rejects.xlsx")
    left_out: int = Field(ge=0, description="rows left out by a setting of the study")
    mapping: dict[str, Details] = Field(
        default={}, description="by role: the header that fills it, and how that is known"
    )
    crs: Details = Field(default={}, description="declared, in the file, used; steps to WGS84; evidence")
    reading: dict[str, str] = Field(default={}, description="encoding, delimiter, sheet, header row ...")
    categories: dict[str, str] = Field(default={}, description="what each text was taken for as a category")
    people: Details | None = Field(default=None, description="how people were reckoned, where they were")


class MadeOfRecord(_Form):
    """What both kinds of record hold: of what the results were made, and what they are."""

    schema_: Literal["run.schema.json"] = Field(alias="schema", description="this schema")
    schema_version: Literal[1] = Field(description="its version")
    run_id: str = Field(
        pattern="^[0-9a-f]{8}$",
        description="short id on every sheet, page and map: of study, inputs, standard, question, version",
    )
    study: str = Field(description="title of the study")
    made_on: date = Field(description="day of the run, which every date in the results follows")
    finished: datetime = Field(description="when the results were complete, UTC")
    versions: dict[str, str] = Field(description="of the program, of Python and of libraries")
    study_resolved: Details = Field(
        description="the study as it was understood, every key with its value; files as they would lie in "
        "its folder"
    )
    study_sha256: Sha256 = Field(description="of study_resolved: JSON, keys sorted, UTF-8")
    standard: str = Field(description="id of the standard")
    inputs: dict[str, Sha256] = Field(description="hash of every input, by its name in the study's folder")
    joins: Details = Field(description="how the rows of each layer are joined to the streets")
    joins_decided_by_the_study: list[Any] = Field(description="joins that the study itself decides")
    caveats: list[Said] = Field(description="what must be known beside the figures")
    outputs: dict[str, Sha256] = Field(description="hash of every file of the results")


class RunRecord(MadeOfRecord):
    """The record of a run."""

    standard_resolved: Details = Field(description="the standard as it was applied: every line with limits")
    standard_sha256: Sha256 = Field(description="of standard_resolved")
    change: Details | None = Field(description="the change the study was run with; null for none")
    profile: Details = Field(description="who travels in the first case")
    rules: dict[str, float] = Field(description="limits that neither study nor standard sets")
    methods: Details = Field(description="ways of computing that depend on size, and which was taken")
    streets: Details = Field(description="nodes, edges, length, pieces, elevations, what is closed")
    isochrones: Details = Field(description="how isochrones are drawn, and how near to exact ones they are")
    layers: dict[str, LayerRecord] = Field(description="by id of the layer")
    people: Details = Field(description="how many, who reach none, whether and how estimated")
    doubtful_joins: Details = Field(description="people and facilities by what speaks against their join")
    residential_land_hectares: Details = Field(description="land, and land not joined to a street")
    facilities_not_joined_to_a_street: int
    facilities_without_hours: int
    facilities_with_unread_hours: int
    not_assessed: list[str] = Field(description="requirements for which no layer holds anything")
    not_assessed_by_reason: dict[str, list[str]]
    sizes_not_tested: list[str] = Field(description="requirements whose least size could not be tested")
    overall: list[str] = Field(description="figures over all categories, in words")
    not_verified: list[str] = Field(description="requirements nobody has compared with the published text")
    confirmed: dict[str, str] = Field(description="who has compared a requirement with the text, and when")
    beside_the_standard: list[str] = Field(description="services shown that the standard does not ask for")
    accessibility: Details | None = Field(description="measures of accessibility asked for")
    cases: dict[str, Details] = Field(
        description="by id of the case: traveller, moment, people by requirement and cause, method for room"
    )
    seconds: dict[str, float] = Field(description="by step")


class SiteRecord(MadeOfRecord):
    """The record of a plan for the next sites."""

    name: str = Field(description="name of the plan, as in change.toml")
    question: Details = Field(description="what was asked")
    minutes: float
    categories: list[str]
    cases: list[str]
    streets: Details
    candidates: int
    candidates_off_street: int
    answer: dict[str, str] = Field(description="in words, both languages")
    proof: dict[str, str] = Field(description="how far it is proven, in words")
    status: str = Field(description="optimal, stopped ...")
    stopped_by: str | None = Field(description="what stopped the search before it was proven")
    value: float | None
    bound: float | None = Field(description="no plan can be better than this")
    gap: float | None
    opened: list[str]
    closed: list[str]
    people: float
    people_before: float
    people_after: float
    most_share: float | None
    cost: float | None
    budget: float | None
    missing_sites: int
    not_searched: list[str]
    seconds: float


Record = RunRecord | SiteRecord


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of both kinds of record."""
    schemas = {form: form.model_json_schema(by_alias=True) for form in (RunRecord, SiteRecord)}
    definitions: dict[str, Any] = {}
    for form, schema in schemas.items():
        definitions |= schema.pop("$defs", {})
        definitions[form.__name__] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_FILE,
        "title": "run.json of lifecircle",
        "description": "The record of a run (it has `standard_resolved`) or of a siting plan (`question`).",
        "anyOf": [{"$ref": f"#/$defs/{form.__name__}"} for form in schemas],
        "$defs": definitions,
    }
