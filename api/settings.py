"""Settings of the HTTP service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings, from arguments or from environment variables that begin with ``LIFECIRCLE_``."""

    model_config = SettingsConfigDict(env_prefix="LIFECIRCLE_", frozen=True)

    study: Path = Field(description="the study's folder or its study.toml")
    cache: Path | None = Field(default=None, description="where built networks are kept")
    root_path: str = Field(default="", description="path under which a proxy serves the application")
    max_minutes: float = Field(
        default=60.0, gt=0, le=240, description="longest isochrone that may be asked for"
    )
