"""Paths of the tables of a run: those that it writes as CSV, small counts kept back as there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as FromPath

from api.http.place_models import Words
from api.http.problems import NotFoundError
from api.http.routes import TheService
from api.http.tables.models import TableAnswer, TableColumn, TableSummary
from geo.text import Text
from maps.book.ledgers.answers import plain_rows

router = APIRouter(tags=["assessment"])
TableKey = Annotated[str, FromPath(description="key of a table, as /tables lists them")]


@router.get("/tables")
def list_tables(service: TheService, request: Request) -> list[TableSummary]:
    """List the tables: matches of resources, functions of stations, enterprises, places and all others."""
    return [
        TableSummary(
            key=key,
            caption=Words.model_validate(table.caption),
            rows=len(table.frame),
            href=str(request.url_for("read_table", key=key)),
        )
        for key, table in service.tables.items()
    ]


@router.get("/tables/{key}")
def read_table(service: TheService, key: TableKey) -> TableAnswer:
    """Return one table, its rows by the keys of its columns."""
    if key not in service.tables:
        known = ", ".join(service.tables)
        said = f"there is no table {key[:80]!r}; there are {known}"
        raise NotFoundError(Text(said, f"没有表格“{key[:80]}”；可用：{known}"))
    table = service.tables[key]
    return TableAnswer(
        key=key,
        caption=Words.model_validate(table.caption),
        columns=[
            TableColumn(key=each.key, header=Words.model_validate(each.header), kind=each.kind)
            for each in table.columns
        ],
        rows=plain_rows(table),
    )
