"""Who is covered is the same sum in sheets, CSV, GeoPackage, parquet, map and API, room counted or not."""

import base64
import csv
import gzip
import json
import warnings

import geopandas as gpd
import pandas as pd
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from geo.assessment.points import column_name
from layers.write.read_back import read_book
from maps.page.payload import map_data
from maps.page.run import map_content
from tests.support.gis_town import STUDY, write_gis_town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

ROOM = 'capacity = "limits"\n'


@pytest.fixture(scope="module", params=["room", "no room"])
def result(request, tmp_path_factory):
    """A town of two cases, grids and areas; stations serve as many as they hold, or everybody."""
    folder = write_gis_town(tmp_path_factory.mktemp("sums") / "town")
    if request.param == "no room":
        (folder / "study.toml").write_text(STUDY.replace(ROOM, ""), "utf-8")
    result = run_study(folder)
    write_results(result)
    assert any(case.methods for case in result.cases) == (request.param == "room")
    return result


@pytest.fixture(scope="module")
def expected(result):
    """Total and covered by case, requirement and test, as the assessment counts them."""
    return {
        (row["case"], row["requirement"], row["test"]): (row["total"], row["covered"])
        for row in result.tables.coverage.to_dict("records")
    }


def close(value):
    return pytest.approx(value, abs=1e-6)


def test_what_is_compared_is_worth_it(expected):
    """Three tests in two cases; nobody is covered by chance, and not everybody is."""
    assert len(expected) == 6
    assert any(0 < covered < total for total, covered in expected.values())


def test_rows_of_sheets(result, expected):
    book = read_book(result.study.out_folder / "assessment.xlsx")
    cases = {case.case.name.zh: case.case.id for case in result.cases}
    names = {each.requirement.name.zh: each.requirement.key for each in result.assessment.results}
    found = {}
    for key, test in (("reach", "reach"), ("compliance", "compliance")):
        table = book.tables[key].table
        frame = table.frame.rename(columns={column.key: column.header.zh for column in table.columns})
        for row in frame.to_dict("records"):
            found[cases[row["情景"]], names[row["设施类别"]], test] = (row["总量"], row["已覆盖"])
    assert found == {key: close(value) for key, value in expected.items()}


def test_rows_of_csv_and_their_parts_by_grid_and_area(result, expected):
    cases = {case.case.name.zh: case.case.id for case in result.cases}
    names = {each.requirement.name.zh: each.requirement.key for each in result.assessment.results}
    whole, parts = {}, {}
    for file, found, layers in (("coverage.csv", whole, ("",)), ("by_area.csv", parts, ("grid", "quarters"))):
        with (result.study.out_folder / file).open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.DictReader(opened):
                test = "reach" if row["时限（分钟）"] else "compliance"
                layer = row.get("网格/片区编号", "").partition(":")[0]
                assert layer in layers
                key = (cases[row["情景"]], names[row["设施类别"]], test, layer)
                total, covered = found.get(key, (0.0, 0.0))
                found[key] = (total + float(row["总量"]), covered + float(row["已覆盖"]))
    assert whole == {(*key, ""): close(value) for key, value in expected.items()}
    assert parts == {
        (*key, layer): close(value) for key, value in expected.items() for layer in ("grid", "quarters")
    }


def test_layers_of_the_geopackage(result, expected):
    path = result.study.out_folder / "results.gpkg"
    for (case, requirement, test), (_, covered) in expected.items():
        end = "" if case == result.first.case.id else f"_{case}"
        column = f"{column_name(requirement)}_{'covered' if test == 'reach' else 'complying'}"
        for layer in ("人口点", "网格覆盖", "片区覆盖"):
            assert gpd.read_file(path, layer=layer + end)[column].sum() == close(covered), (layer, column)


def test_points_of_the_parquet(result, expected):
    points = pd.read_parquet(result.study.out_folder / "results.parquet")
    for (case, requirement, test), (total, covered) in expected.items():
        mine = points[points["case"] == case]
        column = f"{column_name(requirement)}_{'covered' if test == 'reach' else 'complying'}"
        assert (mine["people_counted"].sum(), mine[column].sum()) == close((total, covered))


def test_totals_of_the_map(result, expected):
    body = gzip.decompress(base64.b64decode(map_data(map_content(result))))
    size = int.from_bytes(body[:4], "little")
    page = json.loads(body[4 : 4 + size])["content"]
    cases = [each.case.id for each in result.cases]
    shown = {
        (cases[case], page["categories"][category]["id"], page["minutes"][minutes]): (people, covered)
        for case, category, minutes, people, covered, *_ in page["totals"]
    }
    timed = result.tables.coverage.query("test == 'reach'").to_dict("records")
    assert {(row["case"], row["category"], row["minutes_limit"]) for row in timed} <= set(shown)
    for row in timed:
        key = (row["case"], row["category"], row["minutes_limit"])
        assert shown[key] == close(expected[row["case"], row["requirement"], "reach"])


def test_answers_of_the_service(result, expected):
    found = {}
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        for case in result.cases:
            answer = client.get("/assessment", params={"case": case.case.id}).json()
            for row in answer["coverage"]:
                found[case.case.id, row["requirement"], row["test"]] = (row["total"], row["covered"])
    assert found == {key: close(value) for key, value in expected.items()}
