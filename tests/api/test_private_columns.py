"""What a sheet holds beside the known roles leaves by no door; what a layer publishes, and no more, does."""

from __future__ import annotations

import base64
import gzip
import json
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from api.http.app import create_app
from api.outputs import write_results, write_siting
from api.run import run_study
from api.settings import Settings
from api.site import site_study
from geo.errors import InputError
from layers.study.siting.question import SiteQuestion
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SECRET = "31010119900101123X"
MOBILE = "138 1234 5678"
STATIONS = rows(
    "id,name,lon,lat,身份证号,备注,联系电话,offer",
    f"alpha,Qualpha,{at(0, 0)},{SECRET},{SECRET},{MOBILE},{SECRET}",
    f"beta,Beta,{at(300, 300)},{SECRET},{SECRET},021-59931234,{SECRET}",
)
PEOPLE = rows(
    "id,lon,lat,people,group,身份证号",
    f"near,{at(100, 50)},10,,{SECRET}",
    f"far,{at(300, 250)},20,,{SECRET}",
    f"few,{at(213, 247)},2,disabled,{SECRET}",
)
NEEDS = rows("id,name,lon,lat,category,姓名", f"{SECRET},{SECRET},{at(100, 0)},clinic,{SECRET}")
"""Even the id of a need is not shown."""

WISHES = """
[[layer]]
id = "wishes"
kind = "need"
source = "needs.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
MEASURED = '\n[accessibility]\nmeasures = ["cumulative"]\n'


def town(folder: Path, study: str = STUDY) -> Path:
    files = {"stations.csv": STATIONS, "people.csv": PEOPLE, "needs.csv": NEEDS}
    return write_town(folder / "study", study=study + WISHES + MEASURED, files=files)


def publishing(value: str, layer: str = "stations") -> str:
    return STUDY.replace(f'id = "{layer}"', f'id = "{layer}"\npublish = {value}')


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run_study(town(tmp_path_factory.mktemp("private")))


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, as it is and unpacked where it is packed."""
    raw = path.read_bytes()
    yield raw
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield from map(book.read, book.namelist())
    elif path.suffix == ".parquet":
        yield gpd.read_parquet(path).to_csv().encode()
    elif path.suffix == ".gpkg":
        for layer, _ in pyogrio.list_layers(path):
            yield pyogrio.read_dataframe(path, layer=layer).to_csv().encode()
    elif path.suffix == ".html":
        for packed in re.findall(rb'id="lifecircle-data">(.*?)</script>', raw, re.DOTALL):
            yield gzip.decompress(base64.b64decode(packed))


def leaking(paths: tuple[Path, ...], secret: str) -> list[str]:
    return [path.name for path in paths if any(secret.encode() in part for part in contents(path))]


def answers(result) -> dict[str, str]:
    """Every answer of the service, by its path."""
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        layers = [f"/layers/{layer['id']}" for layer in client.get("/layers").json()]
        assert "/layers/grid_coverage" in layers
        lon, lat = at(100, 0).split(",")
        place = f"lon={lon}&lat={lat}"
        asked = ("/map", "/layers", "/cases", "/assessment", f"/coverage?{place}", *layers)
        return {path: client.get(path).text for path in asked}


def test_no_file_of_a_run_holds_a_column_of_the_users_own(result):
    assert "身份证号" in result.layers.facilities
    paths = write_results(result)
    assert {path.suffix for path in paths} >= {".html", ".xlsx", ".csv", ".gpkg", ".parquet", ".json"}
    assert leaking(paths, SECRET) == []
    (gpkg,) = (path for path in paths if path.suffix == ".gpkg")
    fields = pyogrio.read_info(gpkg, layer="facilities")["fields"].tolist()
    assert {"id", "name", "kind", "category"} <= set(fields)
    assert not {"身份证号", "备注", "offer"} & set(fields)
    assert [path for path, text in answers(result).items() if SECRET in text] == []


def test_the_search_would_find_one(result):
    paths = write_results(result)
    assert {"map.html", "results.gpkg"} <= set(leaking(paths, "Qualpha"))
    assert "results.parquet" in leaking(paths, "people:near")
    assert {"assessment.xlsx", "coverage.csv"} <= set(leaking(paths, "station"))


def test_what_a_merchant_offers_is_for_everybody(tmp_path):
    shops = rows("id,name,lon,lat,category,优惠", f"m,M,{at(0, 0)},pharmacy,ten off")
    layer = STUDY[STUDY.index("[[layer]]") : STUDY.index('[[layer]]\nid = "people"')]
    layer = layer.replace("stations", "shops").replace('kind = "station"', 'kind = "merchant"')
    layer = layer.replace('category = "station"\n', "")
    result = run_study(write_town(tmp_path, study=STUDY + layer, files={"shops.csv": shops}))
    assert '"ten off"' in answers(result)["/layers/facilities"]


def test_a_mobile_number_is_a_persons_and_a_landline_is_not(result):
    layer = answers(result)["/layers/facilities"]
    assert ("59931234" in layer, "5678" in layer) == (True, False)
    assert leaking(write_results(result), MOBILE) == []


def test_a_layer_publishes_what_it_names(tmp_path):
    named = publishing('["备注", "phone"]')
    result = run_study(town(tmp_path, named))
    [alpha, _] = json.loads(answers(result)["/layers/facilities"])["features"]
    assert (alpha["properties"]["备注"], alpha["properties"]["phone"]) == (SECRET, MOBILE)
    assert "身份证号" not in alpha["properties"]


def test_a_column_that_is_not_there_cannot_be_published(tmp_path):
    with pytest.raises(InputError, match="`publish` names a column that the layer does not have"):
        run_study(town(tmp_path, publishing('["备 考"]')))


def test_a_layer_that_is_not_published_is_counted_with_and_stays_in_the_house(tmp_path, result):
    kept_in = run_study(town(tmp_path, publishing("false")))
    assert kept_in.tables.coverage["covered"].tolist() == result.tables.coverage["covered"].tolist()
    for_others = ("map.html", "results.gpkg", "results.parquet", "coverage.xlsx", ".csv")
    paths = tuple(path for path in write_results(kept_in) if path.name.endswith(for_others))
    assert [name for word in ("Qualpha", "stations:alpha") for name in leaking(paths, word)] == []
    told = answers(kept_in).items()
    assert [path for path, text in told if "Qualpha" in text or "stations:alpha" in text] == []


def test_people_that_are_not_published_leave_as_counts_by_polygon_alone(tmp_path):
    study = publishing("false", "people")
    result = run_study(town(tmp_path, study))
    paths = tuple(path for path in write_results(result) if path.suffix != ".json")
    assert leaking(paths, "people:near") == []
    assert "people:near" not in "".join(answers(result).values())
    assert '"people":' in answers(result)["/layers/grid_coverage"].replace(" ", "")


def test_few_people_of_a_group_leave_no_place(result):
    lon, _ = at(213, 247).split(",")
    assert leaking(write_results(result), "people:few") == []
    assert [path for path, text in answers(result).items() if lon in text or "people:few" in text] == []


def test_a_plan_holds_none_of_them_either(tmp_path):
    folder = town(tmp_path, publishing("false"))
    plan = site_study(folder, SiteQuestion(new=1, category="station", time_limit_seconds=5))
    paths = write_siting(plan, to=tmp_path / "plan")
    assert leaking(tuple(path for path in paths if path.suffix in (".gpkg", ".html")), "Qualpha") == []
    assert leaking(paths, MOBILE) == []
