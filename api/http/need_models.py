"""Answers of the HTTP service about ledgers of needs: counts alone, small ones by place kept back."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.http.place_models import Words


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class NeedFigures(_Row):
    """How the cases of one value stand: of all, or of a list, category, department, month or state."""

    cut: str
    value: str | None
    cut_name: Words
    value_name: Words
    raised: int
    settled: int
    settled_share: float | None
    due: int
    on_time: int
    on_time_share: float | None
    mean_days: float | None
    open: int
    mean_open_days: float | None
    judged: int
    satisfaction: float | None


class NeedPlace(_Row):
    """Cases in one polygon; missing where they are kept back."""

    id: str
    name: str | None
    kind_name: Words
    raised: float | None
    settled: float | None
    settled_share: float | None
    kept_back: bool


class NeedService(_Row):
    """Needs of one category that have their service in the circle, and those that do not, in fives."""

    category: str
    value_name: Words
    placed: int
    served: float
    unserved: float
    nearest_id: str | None
    nearest_name: str | None
    minutes: float | None
    rounded: bool


class NeedDepartment(_Row):
    """Cases passed on to one department, and how long they lay there."""

    department: str
    called: int
    came: int
    mean_days_to_come: float | None
    settled: int
    mean_days: float | None
    open: int
    mean_open_days: float | None
    longest_open_days: float | None


class NeedsAnswer(_Row):
    """What the ledgers of needs come to: the numbers of the workbook."""

    said: list[Words]
    figures: list[NeedFigures]
    places: list[NeedPlace]
    services: list[NeedService]
    departments: list[NeedDepartment]
