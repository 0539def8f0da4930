"""One word, one number: the same town asked through every door, with room, hours and a row that is wrong."""

import base64
import csv
import gzip
import io
import json
import re
import warnings

import geopandas as gpd
import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from maps.page.payload import map_data
from maps.page.run import map_content
from maps.words.caveats import caveat_line, caveats
from maps.words.summary import summary
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

MINUTES = (5.0, 10.0)
ROOM = 'category = "station"\n'
HEAD = """language = "zh"
standard = "own.toml"
minutes = [5, 10]
week = true
"""
LOCKERS = """
[[case]]
id = "any"
[[case]]
id = "day"
at = "Tue 10:00"
[[layer]]
id = "lockers"
kind = "facility"
source = "lockers.csv"
crs = "EPSG:4326"
category = "locker"
licence = "own"
attribution = "us"
[[category]]
id = "locker"
zh = "快递柜"
en = "a locker"
"""
OWN = """id = "own"
title = "本区标准"
[[tier]]
id = "t5"
name = "五分钟"
minutes = 5
[[tier]]
id = "t10"
name = "十分钟"
minutes = 10
[[requirement]]
category = "station"
name = { en = "a service station", zh = "服务站点" }
tier = "t5"
[[requirement]]
category = "station"
name = { en = "a service station", zh = "服务站点" }
tier = "t10"
verified = true
[[requirement]]
category = "library"
name = { en = "a library", zh = "图书馆" }
minutes = 10
"""
FILES = {
    "own.toml": OWN,
    "stations.csv": rows(
        "id,name,lon,lat,capacity,opening_hours",
        f"alpha,Alpha,{at(0, 0)},12,Mo-Fr 09:00-17:00",
        f"beta,Beta,{at(300, 300)},8,",
        f"gamma,Gamma,{at(0, 300)},,Mo-Fr 09:00-17:00",
    ),
    "lockers.csv": rows("id,name,lon,lat", f"l,L,{at(0, 0)}"),
    "people.csv": rows(
        "id,lon,lat,people",
        f"near,{at(100, 50)},10",
        f"also,{at(0, 100)},9.5",
        f"far,{at(300, 250)},20",
        f"wrong,{at(200, 200)},many",
    ),
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    town = write_town(
        tmp_path_factory.mktemp("town"),
        study=HEAD + STUDY.replace(ROOM, ROOM + 'capacity = "limits"\n') + LOCKERS,
        files=FILES,
    )
    result = run_study(town)
    write_results(result)
    return result


@pytest.fixture(scope="module")
def client(result):
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        yield client


@pytest.fixture(scope="module")
def page(result):
    body = gzip.decompress(base64.b64decode(map_data(map_content(result))))
    size = int.from_bytes(body[:4], "little")
    return json.loads(body[4 : 4 + size])["content"]


@pytest.fixture(scope="module")
def expected(result):
    """Total, covered, reachable but full (or not known to have room) by case, service and minutes."""
    table = result.tables.within
    return {
        (row["case"], row["category"], row["minutes"]): (
            row["total"],
            row["covered"],
            row["without_room"] + row["room_unknown"],
        )
        for row in table.to_dict("records")
    }


def test_the_numbers_by_hand(expected):
    """Alpha has room for 12 of the 19.5 near it; whether gamma, in reach of some in ten minutes, has any is
    not known; beta has room for 8 of 20 and does not say when it is open."""
    assert expected["any", "station", 5] == (39.5, pytest.approx(20), pytest.approx(19.5))
    assert expected["day", "station", 5] == (39.5, pytest.approx(12), pytest.approx(7.5))
    assert expected["any", "locker", 5] == (39.5, 19.5, 0)


def test_what_is_not_known_is_said_beside_the_number(result):
    row = result.tables.coverage.query("case == 'day' and requirement == 'station@t5'").iloc[0]
    assert (row["hours_unknown_places"], row["more_if_open"]) == (1, pytest.approx(8))
    assert "另有1处设施该时段是否开放未知，如均开放，可再覆盖8人" in "".join(
        line.zh for _, line in _lines(result, "day")
    )


def _lines(result, case):
    from dataclasses import replace

    from maps.words.summary import headlines

    cases = tuple(sorted(result.cases, key=lambda each: each.case.id != case))
    return headlines(replace(result, cases=cases))


def test_the_page(result, page, expected):
    cases = [each.case.id for each in result.cases]
    shown = {
        (cases[case], page["categories"][category]["id"], page["minutes"][minutes]): (people, covered, full)
        for case, category, minutes, people, covered, full, *_ in page["totals"]
    }
    assert shown == expected


def test_the_polygons_of_the_page_sum_to_it(result, expected):
    table = result.tables.grid_minutes
    sums = table.groupby(["case", "category", "minutes"])[
        ["people", "people_covered", "people_without_room"]
    ].sum()
    assert {key: tuple(row) for key, row in zip(sums.index, sums.to_numpy(), strict=True)} == {
        key: pytest.approx(value) for key, value in expected.items()
    }


def test_http(client, expected):
    for case in ("any", "day"):
        answer = client.get("/assessment", params={"case": case}).json()
        for row in answer["within"]:
            said = row["total"], row["covered"], row["without_room"] + row["room_unknown"]
            assert said == expected[case, row["category"], row["minutes"]]
        for row in answer["coverage"]:
            said = row["total"], row["covered"], row["without_room"] + row["room_unknown"]
            assert said == expected[case, row["category"], row["minutes_limit"]]


def test_csv(result, expected):
    names = {each.case.name.zh: each.case.id for each in result.cases}
    with (result.study.out_folder / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 6
    for line in lines:
        category = {"服务站点": "station", "快递柜": "locker"}[line["设施类别"]]
        full = float(line["其中：可达但容量已满"]) + float(line["其中：可达但容量未知"])
        said = float(line["总量"]), float(line["已覆盖"]), full
        assert said == expected[names[line["情景"]], category, float(line["时限（分钟）"])]


def test_workbook(result, expected):
    names = {each.case.name.zh: each.case.id for each in result.cases}
    book = openpyxl.load_workbook(result.study.out_folder / "assessment.xlsx")["可达与容量"]
    cells = [[cell.value for cell in row] for row in book.iter_rows()]
    start = [row[0] for row in cells].index("情景")
    heads = cells[start]
    seen = 0
    for row in cells[start + 1 :]:
        if row[0] in names and row[1] in ("服务站点",) and row[3] == "应配":
            line = dict(zip(heads, row, strict=True))
            full = line["其中：可达但容量已满"] + line["其中：可达但容量未知"]
            key = names[row[0]], "station", float(line["时限（分钟）"])
            assert (line["总量"], line["已覆盖"], full) == pytest.approx(expected[key])
            seen += 1
    assert seen == 4


def test_geopackage_polygons_and_points(result, expected):
    path = result.study.out_folder / "results.gpkg"
    rows = gpd.read_file(path, layer="分网格分片区明细")
    rows = rows.assign(category=rows["requirement"].str.partition("@")[0])
    sums = rows.groupby(["case", "category", "minutes_limit"])[["total", "covered"]].sum()
    for key, (total, covered) in zip(sums.index, sums.to_numpy(), strict=True):
        assert (total, covered) == pytest.approx(expected[key][:2])
    for end, case in (("", "any"), ("_day", "day")):
        for layer in ("人口点", "网格覆盖"):
            table = gpd.read_file(path, layer=layer + end)
            for tier, minutes in (("t5", 5.0), ("t10", 10.0)):
                full = table[f"station_{tier}_full"].sum() + table[f"station_{tier}_room_unknown"].sum()
                said = table[f"station_{tier}_covered"].sum(), full
                assert said == pytest.approx(expected[case, "station", minutes][1:])


def test_record(result, expected):
    record = json.loads((result.study.out_folder / "run.json").read_text("utf-8"))
    for case in ("any", "day"):
        causes = record["cases"][case]["people_by_cause"]
        for tier, minutes in (("t5", 5.0), ("t10", 10.0)):
            mine = causes[f"station@{tier}"]
            full = mine.get("full", 0) + mine.get("room_unknown", 0)
            assert (mine["covered"], full) == pytest.approx(expected[case, "station", minutes][1:], abs=2e-3)
    assert record["cases"]["any"]["room_assigned_by"]


def test_screen(result, expected):
    said = summary(result, seconds={})
    total, covered, full = expected["any", "station", 5.0]
    assert (
        f"{covered / total:.0%}已覆盖（步行5分钟内可达服务站点且有余量）；{full:.0f}人可达但容量已满" in said
    )
    table = said[said.index("时限内覆盖率") :]
    shares = re.search(r"服务站点 +(\d+)% +(\d+)%", table).groups()
    assert [int(share) for share in shares] == [
        round(100 * expected["any", "station", minutes][1] / total) for minutes in MINUTES
    ]


def test_caveats_are_the_same_on_every_door(result, page, client):
    out = result.study.out_folder
    said = caveats(result)
    assert {"rejected", "hours_unknown", "capacity_unknown", "unverified", "not_assessed"} <= {
        each.kind for each in said
    }
    lines = [caveat_line(each).zh for each in said]
    texts = [each.text.zh for each in said]
    screen = summary(result, seconds={})
    assert all(line in screen for line in lines)
    assert [note["zh"] for note in page["notes"]] == lines
    answer = client.get("/assessment").json()["caveats"]
    assert [each["text_zh"] for each in answer] == texts
    record = json.loads((out / "run.json").read_text("utf-8"))["caveats"]
    assert [each["zh"] for each in record] == texts
    table = gpd.read_file(out / "results.gpkg", layer="须知")
    assert table["note"].tolist() == texts
    with io.StringIO((out / "caveats.csv").read_text("utf-8-sig")) as file:
        assert [row["说明"] for row in csv.DictReader(file)] == texts
    for name in ("assessment.xlsx", "coverage.xlsx"):
        book = openpyxl.load_workbook(out / name)
        first = [cell.value for row in book["评估结论"].iter_rows(max_col=1) for cell in row if cell.value]
        heeded = {each.title.zh for each in said if each.kind not in ("confirmed", "beside_standard")}
        assert heeded == {line[2:].partition("：")[0] for line in first if line.startswith("※ ")}
        notes = {row[1].value for row in book["数据与说明"].iter_rows(max_col=2)}
        assert set(texts) <= notes


def test_a_service_beside_the_standard_ranks_nothing_and_is_no_gap(result, page):
    assert set(result.tables.gaps["category"]) == {"station"}
    assert [each["byStandard"] for each in page["categories"]] == [True, False]
    block = summary(result, seconds={}).split("自选设施（标准未作要求")[1]
    assert "快递柜" in block
    assert not any(line.confirmed or line.verified for line in result.standard.requirements[3:])


def test_every_sentence_is_whole(result):
    said = summary(result, seconds={})
    assert not re.search(r"None|nan|r\d+c\d+|[A-Za-z]{4,}(?! )", re.sub(r"“people”|Town", "", said))
