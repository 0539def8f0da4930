"""Every place from its own side: figures by hand, and the same ones through every door."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import warnings

import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from maps.page.payload import map_data
from maps.page.run import map_content
from maps.result import StudyResult
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HEAD = 'language = "zh"\nminutes = [2, 5]\n'
LAYERS = """
[[layer]]
id = "shops"
kind = "merchant"
source = "shops.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[layer]]
id = "sites"
kind = "candidate"
source = "sites.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
FILES = {
    "stations.csv": rows(
        "id,name,层级,lon,lat", f"alpha,Alpha,街道,{at(0, 0)}", f"beta,Beta,社区,{at(300, 300)}"
    ),
    "shops.csv": rows(
        "商户编号,商户名称,业态,优惠内容,签约日期,合作内容,lon,lat",
        f"H1,真仁堂,药店,会员价9折,2025-03-01,载体共建、资源共享,{at(100, 0)}",
        f"H2,便利蜂,便利店,免费热水,2025-03-01,,{at(200, 0)}",
    ),
    "sites.csv": rows("id,name,lon,lat", f"S1,空地,{at(300, 0)}"),
    "people.csv": rows(
        "id,lon,lat,people,group,shift",
        f"near,{at(100, 50)},10,职工,8小时内",
        f"mid,{at(200, 250)},30,居民,全天",
        f"few,{at(200, 100)},2,老年人,全天",
        f"also,{at(200, 110)},3,老年人,全天",
    ),
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = write_town(tmp_path_factory.mktemp("places"), study=HEAD + STUDY + LAYERS, files=FILES)
    result = run_study(folder)
    write_results(result)
    return result


@pytest.fixture(scope="module")
def client(result: StudyResult):  # type: ignore[no-untyped-def]
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        yield client


@pytest.fixture(scope="module")
def shop(client: TestClient) -> dict:
    return client.get("/places/shops:H1").json()


def test_people_within_the_minutes(shop: dict) -> None:
    """Near is 50 m away. The few are counted with the others at (200, 110), 210 m: within five minutes."""
    two, five = shop["within"]
    assert (two["minutes"], two["people"], five["people"]) == (2, 10, 15)
    groups = {each["name"]["zh"]: each["people"] for each in five["groups"]}
    assert groups == {"职工": 10, "居民": 0, "老年人": 5}
    assert {each["name"]["zh"]: each["people"] for each in five["shifts"]} == {"8 小时内": 10, "全天": 5}


def test_the_few_are_told_at_no_door_by_a_difference(client: TestClient) -> None:
    """The second shop has the few at 100 m and the others at 110 m: two minutes hold both or none."""
    two, _ = client.get("/places/shops:H2").json()["within"]
    assert {each["name"]["zh"]: each["people"] for each in two["groups"]}["老年人"] == 5


def test_minutes_to_the_nearest_station_of_each_tier(shop: dict) -> None:
    """Alpha 100 m, beta 500 m: 1.67 and 8.33 minutes, rounded up."""
    said = {each["tier"] and each["tier"]["zh"]: (each["name"], each["minutes"]) for each in shop["stations"]}
    assert said == {None: ("Alpha", 2), "街道级": ("Alpha", 2), "社区级": ("Beta", 9)}


def test_a_station_is_not_its_own_nearest(client: TestClient) -> None:
    stations = client.get("/places/stations:alpha").json()["stations"]
    assert [(each["name"], each["minutes"]) for each in stations] == [("Beta", 10), ("Beta", 10)]


def test_what_is_in_the_circle(shop: dict) -> None:
    """Within 300 m: the other shop at 100 m and Alpha."""
    found = [(each["role"], each["count"], each["name"], each["minutes"]) for each in shop["around"]]
    assert found == [("partner", 1, "便利蜂", 2), ("station", 1, "Alpha", 2)]


def test_who_is_near_and_held_off(shop: dict) -> None:
    """Mid is 269 m away in a straight line and 350 m by the streets."""
    held = shop["outside"]
    assert (held["people"], held["cause"]["zh"]) == (30, "绕行过远")
    assert (held["metres"], held["minutes"]) == (270, 6)


def test_the_sentence_of_a_partner(shop: dict) -> None:
    assert shop["said"][0]["zh"] == "本店 5 分钟内 15 人，其中职工 10、老年人 5；距Alpha 2 分钟"
    assert (shop["offer"], shop["agreement"], shop["since"]) == (
        "会员价9折",
        ["载体共建", "资源共享"],
        "2025-03-01",
    )


def test_a_place_that_is_not_there(client: TestClient) -> None:
    assert client.get("/places/shops:H9").status_code == 404


def test_every_place_has_the_same_numbers_in_workbook_csv_map_and_answers(
    result: StudyResult, client: TestClient
) -> None:
    out = result.study.out_folder
    with (out / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {line["编号"]: line for line in csv.DictReader(file)}
    book = openpyxl.load_workbook(out / "assessment.xlsx")
    sheets = [table_of(book[name]) for name in ("合伙人", "阵地", "备选点位服务圈")]
    by_name = {row["名称"]: row for sheet in sheets for row in sheet}
    body = gzip.decompress(base64.b64decode(map_data(map_content(result))))
    content = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])["content"]
    pages = {page["id"]: page["cases"][0] for page in content["places"]}
    places = client.get("/places").json()
    assert {each["id"] for each in places} == {
        "stations:alpha", "stations:beta", "shops:H1", "shops:H2", "sites:S1",
    }  # fmt: skip
    for each in places:
        answer = client.get(f"/places/{each['id']}").json()
        row, line, page = by_name[each["name"]], listed[each["id"]], pages[each["id"]]
        for at_minutes, within in enumerate(answer["within"]):
            heading = f"{within['minutes']:g} 分钟内人口"
            assert row[heading] == int(line[heading]) == page["within"][at_minutes][1] == within["people"]
        for group in answer["within"][1]["groups"]:
            heading = f"5 分钟内：{group['name']['zh']}"
            assert row[heading] == int(line[heading]) == group["people"]
        held = answer["outside"]
        assert row["近而不达（人）"] == (held["people"] if held else 0)
        assert (page["outside"] or [0])[0] == (held["people"] if held else 0)
        assert [text["zh"] for text in page["said"]] == [text["zh"] for text in answer["said"]]
        assert row["最近服务站点（分钟）"] == page["stations"][0][2] == answer["stations"][0]["minutes"]


def table_of(sheet) -> list[dict]:  # type: ignore[no-untyped-def]
    cells = [[cell.value for cell in row] for row in sheet]
    head = next(row for row in cells if "名称" in row)
    return [dict(zip(head, row, strict=True)) for row in cells[cells.index(head) + 1 :] if row[0]]
