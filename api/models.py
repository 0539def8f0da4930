"""Answers of the HTTP service."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Health(_Answer):
    """The service is up."""

    status: str
    study: str


class LayerSummary(_Answer):
    """One layer that can be fetched as GeoJSON."""

    id: str
    features: int
    geometry: str
    href: str


class NearestFacility(_Answer):
    """A facility."""

    id: str
    name: str | None
    lon: float
    lat: float


class CategoryReach(_Answer):
    """How far the nearest facility of a category is, and within which of the study's minutes."""

    category: str
    name_en: str
    name_zh: str
    minutes: float | None
    within: list[float]
    nearest: NearestFacility | None


class GridHere(_Answer):
    """A grid or area that holds the place."""

    id: str
    name: str | None
    kind: str


class CoverageHere(_Answer):
    """What is reachable from a place."""

    lon: float
    lat: float
    metres_to_street: float
    profile: str
    minutes: tuple[float, ...]
    grids: list[GridHere]
    categories: list[CategoryReach]
