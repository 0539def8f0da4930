"""A siting question and its answer as JSON over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.siting import Status
from layers.study.siting import Fairness, GoalName, SiteQuestion, Source

Count = Annotated[int, Field(strict=True, ge=0)]
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Above = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Named = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=1000)]


class SiteAsked(BaseModel):
    """A siting question; what is left out is decided as by the command ``lifecircle site``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"new": 3, "minutes": 15}]}
    )

    new: Count | None = Field(None, le=50, description="most new sites")
    cover: Above | None = Field(None, le=1, description="share of the people to be covered, such as 0.95")
    budget: Amount | None = Field(None, description="most money, in the unit of the candidates' cost")
    minutes: Above | None = Field(
        None, le=240, description="within which people are covered; the study's 15, or its longest below"
    )
    category: str | None = Field(
        None, min_length=1, max_length=200, description="the service; needed where a study has several"
    )
    goal: GoalName | None = Field(
        None, description="fewest sites, most people, least minutes together, or least worst minute"
    )
    fair: Fairness = Field("none", description="help the worst covered grid cell or group first")
    candidates: Source | None = Field(
        None, description="the study's layer where it has one, else all junctions; or a grid"
    )
    within: Named = Field((), description="areas or grid cells (id or name) in which candidates may lie")
    spacing_metres: Above = Field(250.0, ge=25, le=100_000, description="between candidates on a grid")
    keep: Named = Field((), description="ids of candidates that must be chosen")
    forbid: Named = Field((), description="ids of candidates that must not be chosen")
    apart_metres: Amount | None = Field(
        None, le=100_000, description="least distance in a straight line between two sites"
    )
    curve: Count = Field(5, le=20, description="up to how many new sites the curve goes; 0: no curve")
    alternatives: Count = Field(3, le=10, description="how many near-equal plans at most, beside the best")
    time_limit_seconds: Above = Field(
        20.0, le=60, description="for the search; each point of the curve and each alternative may take 20 s"
    )
    seed: Count = Field(0, le=2**31 - 1, description="of what is left to chance")
    on: date | None = Field(None, description="day for which places under construction are counted")

    def question(self) -> SiteQuestion:
        """Return the question as the engine knows it.

        Raises
        ------
        InputError
            Where its parts contradict each other.
        """
        return SiteQuestion(**{name: getattr(self, name) for name in type(self).model_fields})


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SiteFault(_Answer):
    """One thing that stands in the way, where it is, and what would mend it."""

    code: str
    field: str
    value: str
    what_en: str
    what_zh: str
    fix_en: str
    fix_zh: str


class SiteRefusal(_Answer):
    """Why a siting question has no answer."""

    code: str
    message: str
    faults: list[SiteFault]


class ChosenSite(_Answer):
    """A chosen site: whom it serves, and who would be left out without it."""

    number: int
    id: str
    name: str | None
    place: str | None
    lon: float
    lat: float
    cost: float | None
    served: float
    added: float
    alone: float
    minutes_saved: float | None
    kept: bool


class Gained(_Answer):
    """People who are covered before and after."""

    people: float
    before: float
    after: float
    gained: float
    left_out: float
    share_before: float | None
    share_after: float | None


class GainedByGroup(Gained):
    """The same for a group of people."""

    group: str | None


class GainedByPolygon(Gained):
    """The same for a grid cell, an area, or what lies outside of all."""

    id: str
    name: str
    kind: str


class CurveStep(_Answer):
    """What so many new sites bring: chosen at once, and (nested) added one by one."""

    new: int
    people: float | None
    share: float | None
    more: float | None
    value: float | None
    nested_people: float | None
    nested_share: float | None
    nested_value: float | None
    gap: float | None


class NearPlan(_Answer):
    """A plan about as good as the best; `instead` are its sites that the best does not have."""

    rank: int
    value: float
    people: float
    sites: list[str]
    instead: list[str]
    gap: float | None


class Said(_Answer):
    """A line of what was found or assumed, with its name."""

    name_en: str
    name_zh: str
    text_en: str
    text_zh: str


class PointGeometry(_Answer):
    """A GeoJSON point: longitude and latitude, WGS84."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class SiteFeature(_Answer):
    """A chosen site as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: PointGeometry
    properties: dict[str, Any]


class SiteFeatures(_Answer):
    """The chosen sites as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[SiteFeature]


class SiteAnswer(_Answer):
    """A plan for the next sites, how far it is proven, and what it rests on.

    `value`, `bound` and `gap` are of the goal: people, person-minutes, worst minutes, number of new sites or
    their cost; with `fair` the share of the worst part. No plan is better than `bound`; `gap` is a share of
    the value. A number that is not known is null.
    """

    study: str
    headline_en: str
    headline_zh: str
    proof_en: str
    proof_zh: str
    status: Status
    stopped_by: str
    goal: GoalName
    category: str
    name_en: str
    name_zh: str
    minutes: float
    value: float | None
    bound: float | None
    gap: float | None
    seconds: float
    chosen: list[ChosenSite]
    coverage: Gained
    by_group: list[GainedByGroup]
    by_polygon: list[GainedByPolygon]
    curve: list[CurveStep]
    alternatives: list[NearPlan]
    asked: list[Said]
    found: list[Said]
    assumed: list[Said]
    sites: SiteFeatures
