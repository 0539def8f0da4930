"""Layers kept in PostGIS: one table or one SELECT, read in a transaction that cannot write.

The table's name is looked up and quoted as an identifier, never pasted into a statement. An SQL text of the
study is sent as one prepared statement, which a server refuses when it holds several, inside a read-only
transaction with a time limit; give the database user no more than the right to read.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg import sql as pg

from geo.text import Text
from layers.catalogue.schema import nearest_names
from layers.read.raw_table import MAX_ROWS, RawTable, input_error
from layers.study.paths import without_password

TIMEOUT_SECONDS = 300
CONNECT_SECONDS = 10
_GEOMETRY_TYPES = ("geometry", "geography")


def read_postgis(url: str, *, table: str | None = None, sql: str | None = None) -> RawTable:
    """Read one table, or the rows of one SELECT.

    Parameters
    ----------
    url
        ``postgresql://user@host/database``; the password is better left to ``PGPASSWORD`` or ``~/.pgpass``.
    table
        ``table`` or ``schema.table``.
    sql
        A SELECT instead of a table.

    Raises
    ------
    InputError
        Where the server cannot be reached, the table is not there, or the statement fails.
    """
    source = without_password(url)
    try:
        with _connect(url) as connection:
            if table is not None:
                return _read(connection, _select(connection, table, source), source, {"table": table})
            return _read(connection, (sql or "").encode(), source, {})
    except psycopg.Error as error:
        plain = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        what = Text(f"the database says: {without_password(plain)}", f"数据库提示：{without_password(plain)}")
        fix = Text("Check address, rights and statement", "请检查地址、权限与语句")
        raise input_error(source, what, fix, code="database") from None


def _connect(url: str) -> psycopg.Connection[Any]:
    conninfo = "postgresql://" + url.split("://", 1)[1]
    options = f"-c default_transaction_read_only=on -c statement_timeout={TIMEOUT_SECONDS * 1000}"
    return psycopg.connect(conninfo, connect_timeout=CONNECT_SECONDS, options=options, autocommit=False)


def _select(connection: psycopg.Connection[Any], table: str, source: str) -> pg.Composed:
    """Return the SELECT over a table that is there, its name quoted."""
    schema, _, name = table.rpartition(".") if not _exists(connection, None, table) else ("", "", table)
    if not _exists(connection, schema or None, name):
        rows = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 500"
        ).fetchall()
        there = [str(row[0]) for row in rows]
        near = nearest_names(table, there) or tuple(there[:10])
        what = Text("the database has no such table", "数据库中没有该表")
        fix = Text(f"There are: {', '.join(near)}", f"现有：{'、'.join(near)}")
        raise input_error(source, what, fix, code="table", value=table)
    parts = (schema, name) if schema else (name,)
    return pg.SQL("SELECT * FROM {}").format(pg.Identifier(*parts))


def _exists(connection: psycopg.Connection[Any], schema: str | None, name: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = %s "
        "AND (table_schema = %s OR (%s::text IS NULL AND table_schema = ANY (current_schemas(false))))",
        (name, schema, schema),
    ).fetchone()
    return row is not None


def _read(
    connection: psycopg.Connection[Any], statement: pg.Composed | bytes, source: str, details: dict[str, str]
) -> RawTable:
    types = _geometry_oids(connection)
    with connection.cursor() as cursor:
        # Prepared: the protocol then carries one statement only, so that none can follow a semicolon.
        cursor.execute(statement, prepare=True)
        if cursor.description is None:
            what = Text("the statement returns no rows", "语句没有返回结果")
            raise input_error(source, what, Text("Give a SELECT", "请使用 SELECT"), code="sql")
        rows = cursor.fetchmany(MAX_ROWS + 1)
        columns = [(column.name, column.type_code) for column in cursor.description]
    if len(rows) > MAX_ROWS:
        what = Text(f"more than {MAX_ROWS:,} rows", f"超过 {MAX_ROWS:,} 行")
        raise input_error(source, what, Text("Narrow the SELECT", "请缩小查询范围"), code="too_large")
    cells = pd.DataFrame(rows, columns=[name for name, _ in columns], dtype=object)
    places = [name for name, oid in columns if oid in types]
    numbers = np.arange(1, len(cells) + 1, dtype=np.int64)
    if not places:
        return RawTable(cells, numbers, source=source, details=details)
    shapes = shapely.from_wkb(cells[places[0]].to_numpy(dtype=object), on_invalid="ignore")
    return RawTable(
        cells.drop(columns=places),
        numbers,
        geometry=gpd.GeoSeries(shapely.force_2d(shapes)),
        crs=_srid(connection, shapes),
        source=source,
        details=details,
    )


def _geometry_oids(connection: psycopg.Connection[Any]) -> set[int]:
    rows = connection.execute("SELECT oid FROM pg_type WHERE typname = ANY (%s)", (list(_GEOMETRY_TYPES),))
    return {int(row[0]) for row in rows}


def _srid(connection: psycopg.Connection[Any], shapes: Any) -> str | None:
    """Return the system the geometries state by their SRID; None where they state none, or several."""
    srids = np.unique(shapely.get_srid(shapes[~shapely.is_missing(shapes)]))
    srids = srids[srids > 0]
    if len(srids) != 1:
        return None
    row = connection.execute(
        "SELECT auth_name || ':' || auth_srid FROM spatial_ref_sys WHERE srid = %s", (int(srids[0]),)
    ).fetchone()
    return str(row[0]) if row and row[0] else None
