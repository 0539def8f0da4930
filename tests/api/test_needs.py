"""Ledgers of needs from the sheet to workbook, CSV and screen."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import warnings
from pathlib import Path

import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from maps.page.payload import map_data
from maps.page.run import map_content
from maps.result import StudyResult
from maps.words.summary import summary
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

NEEDS = """
[[layer]]
id = "needs"
kind = "need"
source = "needs.csv"
licence = "own"
attribution = "us"
crs = "EPSG:4326"
place = { column = "楼栋", layer = "people" }
"""
HOMES = rows("编号,楼栋名称,lon,lat,people", f"D1,1号楼,{at(0, 50)},30", f"D2,2号楼,{at(250, 50)},10")
HEADER = "编号,清单,楼栋,提出日期,办理状态,责任部门,办结日期,姓名"


def case(number: int, home: str) -> str:
    closed = number < 9
    state, day = ("销号", "2025-01-11") if closed else ("督办", "")
    return f"N{number},问题诉求,{home},2025-01-01,{state},交通局,{day},张三丰"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("needs")
    cases = [case(number, "1号楼" if number < 12 else "9号楼") for number in range(13)]
    study = 'language = "zh"\n' + STUDY + NEEDS
    write_town(folder, study=study, files={"people.csv": HOMES, "needs.csv": rows(HEADER, *cases)})
    result = run_study(folder)
    write_results(result)
    return result


def test_the_screen_says_how_many_are_settled(result: StudyResult) -> None:
    said = summary(result, seconds={})
    assert "需求共13件，办结9件（69%）" in said
    assert "1件需求未能落位" in said


def test_the_workbook_has_them_by_list_state_department_and_month(result: StudyResult) -> None:
    sheet = openpyxl.load_workbook(result.study.out_folder / "assessment.xlsx")["需求台账"]
    cells = [[cell.value for cell in row] for row in sheet]
    head = next(row for row in cells if "统计维度" in row)
    body = [dict(zip(head, row, strict=True)) for row in cells[cells.index(head) + 1 :] if row[0]]
    found = {(row["统计维度"], row["名称"]): (row["提出（件）"], row["办结（件）"]) for row in body}
    assert found[("合计", "全部需求")] == (13, 9)
    assert found[("办理状态", "销号")] == (9, 9)
    assert found[("责任部门", "交通局")] == (13, 9)
    assert found[("提出月份", "2025-01")] == (13, 9)


def test_small_counts_by_place_leave_in_no_file(result: StudyResult) -> None:
    out = result.study.out_folder
    with (out / "needs_by_place.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines
    # 12 cases stand at one building, 3 of them open: neither they nor their neighbours are shown.
    assert {(line["提出（件）"], line["不公布"]) for line in lines} == {("", "是")}


def test_no_name_of_a_person_leaves_in_any_file(result: StudyResult) -> None:
    for path in Path(result.study.out_folder).rglob("*"):
        if path.is_file() and path.name != "rejects.xlsx":
            assert "张三丰".encode() not in path.read_bytes()
            if path.suffix == ".xlsx":
                book = openpyxl.load_workbook(path)
                assert not any("张三丰" in str(c.value) for sheet in book for row in sheet for c in row)


SERVED = """
[[layer]]
id = "clinics"
kind = "facility"
source = "clinics.csv"
licence = "own"
attribution = "us"
crs = "EPSG:4326"
"""
CLINICS = rows("id,名称,类型,lon,lat", f"c,诊所,诊所,{at(0, 0)}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """In a circle of five minutes: six needs of a clinic beside one, six 450 m away; six of a pool."""
    folder = tmp_path_factory.mktemp("served")
    homes = ["1号楼"] * 6 + ["2号楼"] * 6
    cases = [f"N{n},诊所,{home},2025-01-01,转办,卫健委" for n, home in enumerate(homes)]
    cases += [f"P{n},游泳池子,1号楼,2025-01-01,直办,体育局" for n in range(6)]
    files = {
        "people.csv": rows(
            "编号,楼栋名称,lon,lat,people", f"D1,1号楼,{at(0, 50)},30", f"D2,2号楼,{at(300, 150)},9"
        ),
        "needs.csv": rows("编号,需求类型,楼栋,提出日期,办理状态,责任部门", *cases),
        "clinics.csv": CLINICS,
    }
    study = 'language = "zh"\nminutes = [5]\n' + STUDY + NEEDS + SERVED
    result = run_study(write_town(folder, study=study, files=files))
    write_results(result)
    return result


def test_the_numbers_of_needs_are_the_same_in_workbook_map_and_answer(served: StudyResult) -> None:
    book = openpyxl.load_workbook(served.study.out_folder / "assessment.xlsx")
    rows_of = {name: table_of(book[name]) for name in ("需求分布", "圈内无服务需求", "吹哨报到")}
    with TestClient(create_app(Settings(study=served.study.folder), served)) as client:
        answer = client.get("/needs").json()
    by_service = {row["需求类别"]: row for row in rows_of["圈内无服务需求"]}
    clinic = by_service["诊所"]
    counts = ("已落位（件）", "圈内有服务（件）", "圈内无服务（件）")
    # Six and six, told in fives; 300 m east and 150 m north of the clinic: 7.5 minutes.
    assert [clinic[key] for key in counts] == [12, 5, 5]
    assert (clinic["最近可提供的设施"], clinic["平均时间（分钟）"]) == ("诊所", 8)
    assert by_service["游泳池子"]["圈内无服务（件）"] == 6
    for row in answer["services"]:
        assert by_service[row["value_name"]["zh"]]["圈内无服务（件）"] == row["unserved"]
    assert [(row["责任部门"], row["吹哨（件）"]) for row in rows_of["吹哨报到"]] == [("卫健委", 12)]
    assert [(row["department"], row["called"]) for row in answer["departments"]] == [("卫健委", 12)]
    body = gzip.decompress(base64.b64decode(map_data(map_content(served))))
    needs = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])["content"]["needs"]
    ids = served.polygons["id"].tolist()
    shown = dict(zip((ids[grid] for grid in needs["grid"]), needs["raised"], strict=True))
    listed = {row["id"]: row["raised"] for row in answer["places"]}
    assert listed == shown
    assert sorted(filter(None, listed.values())) == sorted(row["提出（件）"] for row in rows_of["需求分布"])


def table_of(sheet) -> list[dict]:  # type: ignore[no-untyped-def]
    cells = [[cell.value for cell in row] for row in sheet]
    head = next(row for row in cells[2:] if sum(map(bool, row)) > 2)
    return [dict(zip(head, row, strict=True)) for row in cells[cells.index(head) + 1 :] if row[0]]
