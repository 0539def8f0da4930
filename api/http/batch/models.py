"""Many places at once: what is asked and what is answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geo.coordinates.declared import System

MOST_PLACES = 100_000

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class BatchQuestion(BaseModel):
    """Places as JSON; a CSV with a header, or a GeoJSON FeatureCollection of points, is taken too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: tuple[tuple[Longitude, Latitude], ...] = Field(
        min_length=1,
        max_length=MOST_PLACES,
        description="longitude and latitude of each place",
        examples=[[[24.94, 60.17], [24.95, 60.16]]],
    )
    ids: tuple[str, ...] | None = Field(
        default=None, description="an identifier for each; its number where left out"
    )
    crs: System | None = Field(default=None, description="system of the places; wgs84 where left out")
