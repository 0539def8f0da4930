"""What a sheet holds beside the known roles leaves the house by no door."""

from __future__ import annotations

import base64
import gzip
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from tests.support.town import at, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SECRET = "31010119900101123X"
STATIONS = rows("id,name,lon,lat,身份证号,备注", f"alpha,Alpha,{at(0, 0)},{SECRET},{SECRET}")
PEOPLE = rows(
    "id,lon,lat,people,身份证号", f"near,{at(100, 50)},10,{SECRET}", f"far,{at(300, 250)},20,{SECRET}"
)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    files = {"stations.csv": STATIONS, "people.csv": PEOPLE}
    return run_study(write_town(tmp_path_factory.mktemp("private") / "study", files=files))


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, unpacked where it is packed."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from map(book.read, book.namelist())
    elif path.suffix == ".parquet":
        yield gpd.read_parquet(path).to_csv().encode()
    elif path.suffix == ".html":
        page = path.read_bytes()
        packed = re.search(rb'id="lifecircle-data">(.*?)</script>', page, re.DOTALL)
        yield from (page, gzip.decompress(base64.b64decode(packed[1])))
    else:
        yield path.read_bytes()


def test_no_file_of_a_run_holds_a_column_of_the_users_own(result):
    assert "身份证号" in result.layers.facilities
    paths = write_results(result)
    assert not [path.name for path in paths if any(SECRET.encode() in part for part in contents(path))]
    (gpkg,) = (path for path in paths if path.suffix == ".gpkg")
    fields = pyogrio.read_info(gpkg, layer="facilities")["fields"].tolist()
    assert {"id", "name", "kind", "category"} <= set(fields)
    assert not {"身份证号", "备注"} & set(fields)


def test_no_answer_of_the_service_holds_one(result):
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        paths = [f"/layers/{layer['id']}" for layer in client.get("/layers").json()]
        assert "/layers/facilities" in paths
        for path in ("/", "/layers", "/cases", "/assessment", *paths):
            assert SECRET not in client.get(path).text, path
