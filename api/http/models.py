"""Answers of the HTTP service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Health(_Answer):
    """The service is up."""

    status: str = Field(examples=["ok"])
    study: str


class Ready(_Answer):
    """Whether the service can answer, and which run it answers from."""

    status: Literal["ready", "preparing"]
    study: str
    run: str = Field(description="id of the run", examples=["1f3a9c04"])


class About(_Answer):
    """What an answer rests on: the run, its data, its standard, and whose data it is."""

    study: str
    run: str = Field(description="id of the run; every part of an answer is of one", examples=["1f3a9c04"])
    data_date: str = Field(description="day the data are of: that of the study, else of its newest file")
    standard: str = Field(description="id of the standard")
    profile: str | None = Field(default=None, description="travel profile of the case that was asked for")
    licences: list[str]
    attributions: list[str]


class StudySummary(_Answer):
    """One study of the service, and where its paths begin."""

    id: str
    name: str
    run: str
    href: str


class LayerSummary(_Answer):
    """One layer that can be fetched as GeoJSON."""

    id: str
    name_en: str
    name_zh: str
    features: int
    geometry: str
    licences: list[str]
    attributions: list[str]
    href: str


class CaseSummary(_Answer):
    """One case: who travels, when, how many are counted, and how they were reckoned if they were not."""

    id: str
    name_en: str
    name_zh: str
    profile: str
    hour_en: str
    hour_zh: str
    shift: str
    people: float
    estimated_en: str | None
    estimated_zh: str | None


class CauseCount(_Answer):
    """People who are left out for one reason, and its remedy."""

    cause: str
    name_en: str
    name_zh: str
    remedy_en: str
    remedy_zh: str
    people: float


class RequirementCoverage(_Answer):
    """How many people have what one line of the standard asks for; covered and causes sum to the total."""

    requirement: str
    category: str
    name_en: str
    name_zh: str
    tier: str | None
    test: str
    minutes_limit: float | None
    metres_limit: float | None
    count: int
    combine: str
    required: bool
    by_standard: bool
    total: float
    covered: float
    without_room: float
    room_unknown: float
    left_out: float
    share: float | None
    hours_unknown_places: int
    more_if_open: float
    room_unknown_places: int
    more_if_room: float
    share_slower: float | None
    share_faster: float | None
    verified: bool
    causes: list[CauseCount]


class WithinRow(_Answer):
    """How many people are covered at one of the study's minutes, as the requirement of the service counts."""

    category: str
    minutes: float
    requirement: str
    count: int
    combine: str
    by_standard: bool
    total: float
    covered: float
    without_room: float
    room_unknown: float
    left_out: float
    share: float | None
    hours_unknown_places: int
    more_if_open: float
    room_unknown_places: int
    more_if_room: float


class CaveatRow(_Answer):
    """What a reader must know to trust the figures."""

    kind: str
    text_en: str
    text_zh: str


class GapRow(_Answer):
    """People left out in one polygon, the main cause and its remedy."""

    requirement: str
    name_en: str
    name_zh: str
    test: str
    kind: str
    area_id: str
    area_name: str | None
    total: float
    covered: float
    left_out: float
    cause: str | None
    remedy_en: str | None
    remedy_zh: str | None


class DenominatorCoverage(_Answer):
    """How much of what is counted beside people (dwellings, floor area, residential land) is covered."""

    denominator: str
    denominator_en: str
    denominator_zh: str
    requirement: str
    name_en: str
    name_zh: str
    test: str
    minutes_limit: float | None
    metres_limit: float | None
    total: float
    covered: float
    left_out: float
    share: float | None
    verified: bool


class AccessRow(_Answer):
    """One measure of accessibility of one category, over people: its mean and the worst-off tenth."""

    category: str
    name_en: str
    name_zh: str
    measure: str
    measure_en: str
    measure_zh: str
    unit_en: str
    unit_zh: str
    minutes_limit: float | None
    people: float
    without: float
    mean: float | None
    worst_tenth_from: float | None
    worst_tenth_mean: float | None


class OverallRow(_Answer):
    """A figure over all categories of a framework."""

    figure: str
    name_en: str
    name_zh: str
    unit: str
    minutes_limit: float
    categories: int
    value: float | None


class AssessmentAnswer(_Answer):
    """What an assessment says of one case: the numbers of the workbook.

    `asked` is how many lines the standard requires, `not_assessed` how many of them could not be assessed.
    """

    about: About
    study: str
    standard: str
    case: CaseSummary
    asked: int
    not_assessed: int
    overall: list[OverallRow]
    caveats: list[CaveatRow]
    coverage: list[RequirementCoverage]
    within: list[WithinRow]
    gaps_total: int = Field(description="how many gaps there are; `gaps` may be cut")
    gaps: list[GapRow]
    denominators: list[DenominatorCoverage]
    accessibility: list[AccessRow]


class NearestFacility(_Answer):
    """A facility, and the name of the entrance by which it is reached where it is known."""

    id: str
    name: str | None
    lon: float
    lat: float
    entrance: str | None = None


class CategoryReach(_Answer):
    """How far the nearest facility of a category is, and within which of the study's minutes.

    Places whose hours are not known where the case asks for an hour are left out, and counted. Those of
    which it is not known how many people they serve, where others of the category say so, are counted too:
    they are named here and cover nobody in the assessment. `left_out` says so in words; null where nothing
    is.
    """

    category: str
    name_en: str
    name_zh: str
    minutes: float | None = Field(description="rounded up to hundredths, so never below a limit it misses")
    within: list[float]
    nearest: NearestFacility | None
    withheld: bool = Field(default=False, description="the layer of the nearest is not published")
    hours_unknown_places: int
    limit_unknown_places: int
    left_out_en: str | None
    left_out_zh: str | None


class GridHere(_Answer):
    """A grid or area that holds the place."""

    id: str
    name: str | None
    kind: str


class Warned(_Answer):
    """What a client should look at, though it got an answer."""

    code: str
    text_en: str
    text_zh: str


class PlaceAsked(_Answer):
    """A place as it was given and as it was understood."""

    lon: float = Field(description="longitude as given")
    lat: float = Field(description="latitude as given")
    crs: Literal["wgs84", "gcj02", "bd09"] = Field(description="system it was taken to be in")
    wgs84: tuple[float, float] = Field(description="longitude and latitude understood, WGS84")


class CoverageHere(_Answer):
    """What is reachable from a place; `lon` and `lat` are WGS84.

    `connected` is false where the street of the place leads nowhere else, `cause` says so. `truncated` is
    true where the streets of the extract end within the longest minutes: what lies beyond is not known.
    """

    about: About
    place: PlaceAsked
    warnings: list[Warned]
    lon: float
    lat: float
    metres_to_street: float
    connected: bool
    cause_en: str | None
    cause_zh: str | None
    truncated: bool
    minutes_to_end: float | None = Field(description="minutes to where the streets of the extract end")
    case: str
    profile: str
    minutes: tuple[float, ...]
    grids: list[GridHere]
    categories: list[CategoryReach]
