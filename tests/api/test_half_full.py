"""One demand point, half of whose people find room, asked about at every door: 12 of 20, everywhere."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import warnings

import geopandas as gpd
import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from api.site import site_study
from geo.measures.point_state import POINT_STATES
from layers.study.siting.question import SiteQuestion
from maps.geodata.siting import siting_tables
from maps.page.payload import map_data
from maps.page.run import map_content
from maps.page.siting import siting_map
from maps.words.siting import answer
from maps.words.summary import summary
from tests.support.town import STUDY, at, rows, write_town
from tests.support.words import faults_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

ROOM = 'category = "station"\n'
TOWN = 'language = "zh"\nstandard = "own.toml"\nminutes = [5, 10]\n' + STUDY.replace(
    ROOM, ROOM + 'capacity = "limits"\n'
)
OWN = """id = "own"
title = "本区标准"
[[requirement]]
category = "station"
name = { en = "a service station", zh = "服务站点" }
minutes = 5
"""
FILES = {
    "own.toml": OWN,
    "stations.csv": rows("id,name,lon,lat,service_capacity", f"alpha,Alpha,{at(0, 0)},12"),
    "people.csv": rows("id,lon,lat,people", f"half,{at(100, 50)},20", f"far,{at(300, 250)},7"),
}
"""Alpha has room for 12. Half, 150 m from it, has 20 people; far, 550 m from it, has 7."""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    result = run_study(write_town(tmp_path_factory.mktemp("town"), study=TOWN, files=FILES))
    write_results(result)
    return result


@pytest.fixture(scope="module")
def plan(result):
    return site_study(result.study.folder, SiteQuestion(new=0, close=0, minutes=5, capacity="limits"))


def content_of(page):
    body = gzip.decompress(base64.b64decode(map_data(page)))
    return json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])["content"]


def test_the_point_says_the_same_in_geopackage_parquet_and_over_http(result):
    out = result.study.out_folder
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        served = client.get("/layers/demand").json()["features"]
        whole = client.get("/assessment").json()["coverage"][0]
    files = [gpd.read_file(out / "results.gpkg", layer="人口点"), gpd.read_parquet(out / "results.parquet")]
    name = "station"
    said = [
        each.set_index("id").loc["people:half", [f"{name}_state", f"{name}_covered"]].tolist()
        for each in files
    ]
    half = next(each["properties"] for each in served if each["properties"]["id"] == "people:half")
    assert said == [["covered_in_part", 12], ["covered_in_part", 12]]
    assert (half[f"{name}_state"], half[f"{name}_covered"], half[f"{name}_full"]) == (
        "covered_in_part",
        12,
        8,
    )
    assert [each[f"{name}_covered"].sum() for each in files] == [12, 12] == [whole["covered"]] * 2


def test_workbook_csv_screen_and_map_count_its_people(result):
    out = result.study.out_folder
    with (out / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        line = next(csv.DictReader(file))
    assert [float(line[name]) for name in ("已覆盖", "其中：可达但容量已满")] == [12, 8]
    cells = [[c.value for c in row] for row in openpyxl.load_workbook(out / "assessment.xlsx")["可达与容量"]]
    heads = next(row for row in cells if "已覆盖" in row and "其中：可达但容量已满" in row)
    row = dict(zip(heads, next(row for row in cells[cells.index(heads) + 1 :] if row[0]), strict=True))
    assert (row["已覆盖"], row["其中：可达但容量已满"]) == (12, 8)
    assert "8人可达但容量已满" in summary(result, seconds={})
    totals = content_of(map_content(result))["totals"]
    assert [row[3:6] for row in totals if row[2] == 0] == [[27, 12, 8]]


def test_siting_begins_where_the_assessment_ends(plan):
    people = next(each.frame for each in siting_tables(plan) if each.key == "people").set_index("id")
    assert people.loc["people:half", ["people_covered_before", "state_before"]].tolist() == [
        12,
        "covered_in_part",
    ]
    assert people.loc["people:far", ["people_covered_before", "state_before"]].tolist() == [0, "left_out"]
    totals = content_of(siting_map(plan))["totals"]
    assert [row[3:6] for row in totals if (row[0], row[2]) == (0, 0)] == [[27, 12, 8]]
    assert "44% 已覆盖（5 分钟内可达服务站点且有余量）" in answer(plan).zh
    assert answer(plan).zh.endswith("15 人未覆盖，其中 8 人可达但容量已满")


def test_states_are_words_of_both_languages():
    assert [faults_of(text.zh) for text in POINT_STATES.values()] == [[], [], []]
