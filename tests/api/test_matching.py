"""Resources matched to rooms in a town, from the sheets to the workbook, by hand."""

from __future__ import annotations

import warnings
from dataclasses import replace

import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from maps.result import StudyResult
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

LAYERS = """
[[layer]]
id = "rooms"
kind = "venue"
source = "rooms.csv"
place = { column = "所属站点", layer = "stations" }
licence = "own"
attribution = "us"
[[layer]]
id = "offers"
kind = "resource"
source = "offers.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
FILES = {
    "stations.csv": rows(
        "id,name,lon,lat", f"a,A站,{at(0, 0)}", f"b,B站,{at(300, 300)}", f"c,C站,{at(300, 0)}"
    ),
    # Within five minutes, 300 m: of A the ten workers, of B the thirty, of C both.
    "people.csv": rows(
        "id,lon,lat,people,人群",
        f"w,{at(100, 0)},10,职工",
        f"x,{at(300, 200)},30,职工",
        f"r,{at(0, 100)},50,居民",
    ),
    "rooms.csv": rows(
        "空间编号,空间名称,所属站点,可容纳人数,每周可约时段,已约时段",
        "K1,会议室,A站,20,4,1",
        "K2,教室,B站,40,10,10",
        "K3,书房,C站,,5,4",
    ),
    "offers.csv": rows(
        "项目编号,项目名称,资方单位,服务类别,每月场次,面向人群,每场人数,结束日期,可外出服务时间,lon,lat",
        "R1,义诊,卫健委,医疗,1,职工,,,,,",
        "R2,讲座,司法局,法律,1,居民,15,,,,",
        "R3,大讲堂,文旅局,文化,1,居民,30,,,,",
        "R4,旧项目,文旅局,文化,2,居民,,2020-01-01,,,",
        f"R5,上门,民政局,养老,1,居民,,,1,{at(300, 300)}",
        "R6,外出,民政局,养老,1,居民,,,10,,",
    ),
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    study = 'language = "zh"\nminutes = [5]\n' + STUDY + LAYERS
    result = run_study(write_town(tmp_path_factory.mktemp("matching"), study=study, files=FILES))
    write_results(result)
    return result


@pytest.fixture(scope="module")
def sheets(result: StudyResult) -> dict[str, list[dict]]:
    book = openpyxl.load_workbook(result.study.out_folder / "assessment.xlsx")
    return {name: table_of(book[name]) for name in ("对接表", "未对接", "无资源阵地", "空间利用")}


def table_of(sheet) -> list[dict]:  # type: ignore[no-untyped-def]
    cells = [[cell.value for cell in row] for row in sheet]
    head = next(row for row in cells if row[0] in ("项目", "服务站点", "空间"))
    return [dict(zip(head, row, strict=True)) for row in cells[cells.index(head) + 1 :] if row[0]]


def test_each_offer_goes_where_most_of_its_audience_is(sheets: dict[str, list[dict]]) -> None:
    """The clinic reaches 40 workers from C; residents are at A alone, whose room seats fifteen."""
    found = {row["项目"]: (row["空间"], row["服务站点"], row["圈内面向人口"]) for row in sheets["对接表"]}
    assert found == {"义诊": ("书房", "C站", 40), "讲座": ("会议室", "A站", 50)}


def test_what_finds_no_room_says_why(sheets: dict[str, list[dict]]) -> None:
    """B is booked out, C does not say its seats, A has twenty; B is the only one within a minute of R5."""
    found = {row["项目"]: (row["未对接场次"], row["原因"]) for row in sheets["未对接"]}
    assert found == {
        "大讲堂": (1, "时段已满"),
        "旧项目": (2, "已过期"),
        "上门": (1, "时段已满"),
        "外出": (1, "限定外出时间而未落位"),
    }


def test_stations_without_and_rooms_in_use(sheets: dict[str, list[dict]]) -> None:
    assert [row["服务站点"] for row in sheets["无资源阵地"]] == ["B站"]
    used = {row["空间"]: (row["利用率"], row["对接场次（每月）"]) for row in sheets["空间利用"]}
    assert used == {"会议室": (0.25, 1), "教室": (1, 0), "书房": (0.8, 1)}


def test_it_is_proven(result: StudyResult) -> None:
    assert result.matches is not None
    assert (result.matches.proven, result.matches.reached) == (True, 90)


def test_tables_are_answered_with_the_numbers_of_the_workbook(
    result: StudyResult, sheets: dict[str, list[dict]]
) -> None:
    with TestClient(create_app(Settings(study=result.study.folder), result)) as client:
        listed = {each["key"]: each["rows"] for each in client.get("/tables").json()}
        assert listed["matches"] == 2
        rows_of = client.get("/tables/matches").json()["rows"]
        assert [(row["name"], row["venue"], row["people"]) for row in rows_of] == [
            (row["项目"], row["空间"], row["圈内面向人口"]) for row in sheets["对接表"]
        ]
        used = client.get("/tables/rooms").json()["rows"]
        assert [row["share"] for row in used] == [row["利用率"] for row in sheets["空间利用"]]
        assert {row["reason_name"]["zh"] for row in client.get("/tables/unmatched").json()["rows"]} == {
            row["原因"] for row in sheets["未对接"]
        }
        for key in listed:
            assert client.get(f"/tables/{key}").status_code == 200, key
        assert client.get("/tables/none").status_code == 404


def test_tables_of_layers_that_stay_in_the_house_are_not_answered(result: StudyResult) -> None:
    layers = [
        layer.model_copy(update={"publish": False}) if layer.id == "offers" else layer
        for layer in result.study.layers
    ]
    kept = replace(result, study=result.study.model_copy(update={"layers": tuple(layers)}))
    with TestClient(create_app(Settings(study=result.study.folder), kept)) as client:
        listed = {each["key"] for each in client.get("/tables").json()}
        assert "coverage" in listed
        assert not listed & {"matches", "unmatched", "places", "rooms"}
        assert client.get("/tables/matches").status_code == 404
