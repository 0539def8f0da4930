"""The answer to a siting question as JSON over HTTP; the question is `layers.study.siting.question`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api.http.models import CaveatRow
from geo.siting import Status
from layers.study.siting.question import GoalName


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChosenSite(_Answer):
    """A chosen site: the people it serves, those it brings, and those covered only by it.

    Each person counts once, in the first case: `served` have it as their nearest, `gained` are newly
    covered and have it as their nearest new site (these sum to the gain of the plan where nobody loses),
    `added` would be left out if it alone were not built, `alone` is what it would bring without the
    other new sites.
    """

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
    gained: float
    minutes_saved: float | None
    kept: bool
    capacity: float | None
    year: float | None
    equal: list[str]


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


class Load(_Answer):
    """What an open site does: people within the minutes, who goes there (once each), how full it is."""

    id: str
    name: str | None
    new: bool
    in_reach: float
    served: float
    capacity: float | None
    use: float | None
    mean_minutes: float | None
    farthest_minutes: float | None


class PassedOver(_Answer):
    """A candidate that was not chosen, and why, in the language of the study."""

    id: str
    name: str | None
    cost: float | None
    alone: float
    beyond: float
    reason: str | None


class Year(_Answer):
    """What is built in a year; `price` is what keeping the years before costs, as a share of the gain."""

    year: int
    new: int
    opened: list[str]
    cost: float | None
    people: float | None
    share: float | None
    value: float | None
    best_people: float | None
    price: float | None
    proven: bool


class CaseCovered(_Answer):
    """People within the minutes in one of the cases that the plan is to suit."""

    id: str
    people: float
    before: float
    after: float
    gained: float
    share_before: float | None
    share_after: float | None


class LeftOut(_Answer):
    """What the time was too short for: numbers of the curve, parts of the alternatives, orders of years."""

    curve: list[int]
    alternatives: int
    years: int


class Note(_Answer):
    """A line of what was asked, found or assumed, with its name."""

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
    the value. A number that is not known is null. `most_share` is the largest share that can be reached at
    all, `price_of_insisting` a share of the gain where it is proven, `change` the plan as a change file.
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
    most_share: float | None
    more_minutes_help: bool
    cost: float | None
    cost_unit: str | None
    budget: float | None
    missing_sites: int
    price_of_insisting: float | None
    closed: list[str]
    not_searched: LeftOut
    loads: list[Load]
    passed_over: list[PassedOver]
    years: list[Year]
    cases: list[CaseCovered]
    change: dict[str, Any]
    chosen: list[ChosenSite]
    caveats: list[CaveatRow]
    coverage: Gained
    by_group: list[GainedByGroup]
    by_polygon: list[GainedByPolygon]
    curve: list[CurveStep]
    alternatives: list[NearPlan]
    asked: list[Note]
    found: list[Note]
    assumed: list[Note]
    sites: SiteFeatures
