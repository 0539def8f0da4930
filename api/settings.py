"""Settings of the HTTP service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings, from arguments or from environment variables that begin with ``LIFECIRCLE_``."""

    model_config = SettingsConfigDict(env_prefix="LIFECIRCLE_", frozen=True)

    study: Path = Field(description="the study's folder or its study.toml")
    more_studies: tuple[Path, ...] = Field(
        default=(), description="further studies, served under /studies/ID"
    )
    cache: Path | None = Field(default=None, description="where built networks are kept")
    root_path: str = Field(default="", description="path under which a proxy serves the application")
    max_minutes: float = Field(
        default=60.0, gt=0, le=240, description="longest isochrone that may be asked for"
    )
    deadline_seconds: float = Field(default=30.0, gt=0, description="seconds to an answer of a common path")
    slots: int | None = Field(
        default=None, ge=1, description="heavy answers at once; the processors if left out"
    )
    hosts: tuple[str, ...] = Field(default=(), description="names the service is called by; any if left out")
    origins: tuple[str, ...] = Field(default=(), description="web pages elsewhere that may ask (CORS); none")
    keys: Path | None = Field(default=None, description="file of hashed keys; without it everybody may ask")
    request_log: Path | None = Field(
        default=None, description="file that a line is written to for each request"
    )
    jobs: Path | None = Field(default=None, description="folder of the jobs, shared by all processes")
    take_up: bool = Field(default=True, description="whether a new run of a study is taken up")

    @property
    def all_studies(self) -> tuple[Path, ...]:
        """Every study, the one without a prefix first."""
        return (self.study, *self.more_studies)
