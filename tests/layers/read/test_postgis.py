"""Layers out of a real PostGIS; the address of an empty database stands in LIFECIRCLE_TEST_POSTGIS."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest

from geo.errors import InputError
from layers.load import Layers
from layers.read.postgis import read_postgis

URL = os.environ.get("LIFECIRCLE_TEST_POSTGIS", "")
pytestmark = [
    pytest.mark.postgis,
    pytest.mark.skipif(not URL, reason="LIFECIRCLE_TEST_POSTGIS does not name a database with PostGIS"),
]
ODD = 'Stations "2024"; DROP TABLE merchants; --'


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("DROP SCHEMA IF EXISTS test_lifecircle CASCADE")
        connection.execute("CREATE SCHEMA test_lifecircle")
        connection.execute(
            "CREATE TABLE test_lifecircle.merchants (id int, 名称 text, 人数 int, geom geometry(Point, 4490))"
        )
        connection.execute(
            "INSERT INTO test_lifecircle.merchants VALUES "
            "(7, '真仁堂药业', 3, ST_SetSRID(ST_MakePoint(121.25, 31.38), 4490)), "
            "(8, '嘉隆388广场', NULL, NULL)"
        )
        quoted = ODD.replace('"', '""')
        statement = f'CREATE TABLE test_lifecircle."{quoted}" AS TABLE test_lifecircle.merchants'
        connection.execute(statement.encode())
    yield URL
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute("DROP SCHEMA test_lifecircle CASCADE")


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM test_lifecircle.merchants").fetchone()
    assert row is not None
    return int(row[0])


def test_table_with_its_geometry_and_system(url: str) -> None:
    table = read_postgis(url, table="test_lifecircle.merchants")
    assert table.crs == "EPSG:4490"
    assert table.cells["名称"].tolist() == ["真仁堂药业", "嘉隆388广场"]
    assert table.geometry is not None
    assert table.geometry.iloc[0].coords[0] == (121.25, 31.38)
    assert table.geometry.isna().tolist() == [False, True]


def test_sql_of_the_study(url: str) -> None:
    table = read_postgis(
        url, sql="SELECT 名称 AS name, 121.5 AS lon, 31.2 AS lat FROM test_lifecircle.merchants WHERE id = 7"
    )
    assert table.geometry is None
    assert table.cells.iloc[0].tolist()[0] == "真仁堂药业"


def test_sqlalchemy_address_is_understood(url: str) -> None:
    assert (
        len(read_postgis(url.replace("://", "+psycopg://", 1), table="test_lifecircle.merchants").cells) == 2
    )


def test_name_of_a_table_is_never_sql(url: str) -> None:
    assert len(read_postgis(url, table=f"test_lifecircle.{ODD}").cells) == 2
    with pytest.raises(InputError, match=r"no such table.*merchants"):
        read_postgis(url, table="test_lifecircle.merchants; DROP TABLE test_lifecircle.merchants")
    assert count(url) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM test_lifecircle.merchants RETURNING *",
        "SELECT 1; DELETE FROM test_lifecircle.merchants",
        "SELECT 1; COMMIT; DROP TABLE test_lifecircle.merchants",
        "SET default_transaction_read_only = off",
        "COMMIT",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT nonsense",
        "",
    ],
)
def test_nothing_can_be_written(url: str, sql: str) -> None:
    with pytest.raises(InputError):
        read_postgis(url, sql=sql)
    assert count(url) == 2


def test_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(InputError, match="the database says") as caught:
        read_postgis("postgresql://me:secret@127.0.0.1:1/x", table="a")
    assert "secret" not in str(caught.value)


def test_study_over_a_database(url: str, load: Callable[..., Layers]) -> None:
    body = f'[[layer]]\nid = "m"\nkind = "merchant"\nsource = "{url}"\ntable = "test_lifecircle.merchants"\n'
    layers = load(body)
    assert layers.facilities[["id", "name", "category"]].to_numpy().tolist() == [
        ["m:7", "真仁堂药业", "merchant"]
    ]
    report = layers.report("m")
    assert (report.read, report.rejected, report.crs.used) == (2, 1, "EPSG:4490")
