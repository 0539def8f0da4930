"""Answers of the HTTP service about single places."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Words(_Read):
    """A text in both languages."""

    en: str
    zh: str

    @model_validator(mode="before")
    @classmethod
    def _of_cell(cls, value: Any) -> Any:
        """Take the text of a table, which is a pair once it is plain."""
        return {"en": value[0], "zh": value[1]} if isinstance(value, list | tuple) else value


class PlaceSummary(_Read):
    """One place that is looked at from its own side."""

    id: str
    kind: str
    name: str
    href: str


class GroupCount(_Read):
    """People of a group or shift."""

    name: Words
    people: int


class WithinMinutes(_Read):
    """People who get to the place within some minutes; small groups are counted together."""

    minutes: float
    people: int
    groups: list[GroupCount]
    shifts: list[GroupCount]


class StationNear(_Read):
    """The nearest station of a tier, of any where the tier is missing; whole minutes, rounded up."""

    tier: Words | None
    id: str
    name: str
    minutes: int


class CategoryAround(_Read):
    """Partners, stations or services of one category within the circle, and the nearest of them."""

    role: str
    category: Words
    count: int
    name: str
    minutes: int


class NearAndOutside(_Read):
    """People near as the crow flies and outside the circle; minutes are missing where there is no way."""

    people: int
    cause: Words
    area: str
    metres: int
    minutes: int | None


class PlaceAnswer(_Read):
    """A place from its own side, in one case: the numbers of its row and of its page on the map."""

    id: str
    kind: str
    layer: Words
    name: str
    category: Words
    offer: str
    agreement: list[str]
    since: str
    case: str
    case_name: Words
    circle: float
    within: list[WithinMinutes]
    stations: list[StationNear]
    around: list[CategoryAround]
    outside: NearAndOutside | None
    estimated: Words | None = Field(description="how the people were reckoned; null where they were counted")
    said: list[Words]
