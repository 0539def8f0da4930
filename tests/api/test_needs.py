"""Ledgers of needs from the sheet to workbook, CSV and screen."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from api.outputs import write_results
from api.run import run_study
from maps.result import StudyResult
from maps.words.summary import summary
from tests.support.town import STUDY, at, rows, write_town

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
