"""The tables of a study that stand by themselves: own categories, tiers and functions, cases, measures."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from geo.measures.access import AccessMeasure

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[\w][\w.-]{0,63}$")]


def as_text(value: object) -> object:
    """Let a TOML number, date or flag stand where a word is asked for: ``capacity = 20``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | date | datetime | time) else value


class StudyTable(BaseModel):
    """A table that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, allow_inf_nan=False)


class OwnCategory(StudyTable):
    """``[[category]]``: a category of the study's own, or more names for a built-in one."""

    id: Identifier = Field(description="id of the category")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")
    amap: tuple[Words, ...] = Field(default=(), description="Amap paths that mean it, from the left")
    osm: tuple[Words, ...] = Field(default=(), description="OSM tags that mean it, as key=value")


class OwnTier(StudyTable):
    """``[[tier]]``: a tier of the study's own."""

    id: Identifier = Field(description="id of the tier")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")
    minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="how far a station of this tier reaches; the longest minutes if left out"
    )


class OwnFunction(StudyTable):
    """``[[function]]``: a function of the study's own catalogue."""

    id: Identifier = Field(description="id of the function")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")


class CaseRow(StudyTable):
    """``[[case]]``: who travels, at which hour and on which date; every result is given for each case."""

    id: Identifier = Field(description="id of the case, unique in the study")
    name: Words | None = Field(
        default=None, description="name shown to people; made of profile and hour if left out"
    )
    profile: Words | None = Field(default=None, description="who travels; that of the study where left out")
    at: Annotated[str, BeforeValidator(as_text)] | None = Field(
        default=None,
        description="moment the services are used at: 'Tue 20:30', '周二 20:30' or a date and time",
    )
    on: date | None = Field(
        default=None, description="date: what is planned or built counts from the day it opens"
    )
    shift: Literal["in", "out", "all"] = Field(
        default="all", description="people within (in) or outside (out) the eight working hours, or all"
    )


class Accessibility(StudyTable):
    """``[accessibility]``: measures of accessibility for every demand point; without the table none."""

    measures: tuple[AccessMeasure, ...] = Field(
        default=("nearest", "k_nearest_mean", "cumulative", "gravity"),
        min_length=1,
        description="nearest, k_nearest_mean (minutes); cumulative, gravity (supply within the catchment); "
        "2sfca, e2sfca, gaussian_2sfca (capacity per 1,000 people; every facility must give its capacity)",
    )
    categories: tuple[Words, ...] = Field(
        default=(), description="categories to measure; all that are assessed where left out"
    )
    minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="catchment in minutes; the longest minutes of the study where left out"
    )
    k: int = Field(default=3, ge=1, le=50, description="how many nearest k_nearest_mean takes")
    supply: Literal["places", "capacity"] = Field(
        default="places", description="what cumulative and gravity add up: places, or their capacity"
    )
    decay: Literal["gaussian", "exponential", "power"] = Field(
        default="gaussian",
        description="decay of gravity: exp(-t²/2s²), 2^(-t/h), or t^-power with t in minutes, 1 at least",
    )
    decay_minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="s of gaussian, h of exponential; a third of the catchment where left out"
    )
    power: float = Field(default=1.0, gt=0, le=10, description="exponent of the power decay")
    weights: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(1.0, 0.68, 0.22),
        min_length=1,
        max_length=24,
        description="e2sfca: weights of equally wide zones of the catchment, the nearest first",
    )
