"""Answers of the HTTP service about the tables of a run."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.http.place_models import Words


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class TableSummary(_Answer):
    """One table that a run writes as CSV."""

    key: str
    caption: Words
    rows: int
    href: str


class TableColumn(_Answer):
    """One column: its key in the rows, its heading, and what its numbers are."""

    key: str
    header: Words
    kind: str


Cell = str | float | int | bool | list[str] | Words | None
"""A text in both languages is an object, a number is not rounded, nothing known is null."""


class TableAnswer(_Answer):
    """One table: the numbers of its CSV file and of its sheet in the workbook."""

    key: str
    caption: Words
    columns: list[TableColumn]
    rows: list[dict[str, Cell]]
