"""What is to be built: projects of a plan and of the change it leaves, their people and costs by hand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from api.outputs import write_siting
from api.run import run_study
from api.site import site_study
from geo.text import Text
from layers.study.changes import parse_change, read_change
from layers.study.siting.question import site_question
from maps.book.gaps import projects
from maps.siting_projects import change_projects, cost_header
from tests.support.town import STUDY, at, rows, write_town

PLOTS = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plots = rows("id,name,lon,lat,cost", f"a,North,{at(300, 300)},5", f"b,South,{at(200, 0)},1")
    homes = rows("id,lon,lat,people", f"far,{at(300, 250)},20", f"near,{at(200, 50)},10", f"old,{at(0, 0)},7")
    return write_town(
        tmp_path_factory.mktemp("projects") / "town",
        study='language = "zh"\ncost_unit = "万元"\n' + STUDY + PLOTS,
        files={
            "plots.csv": plots,
            "people.csv": homes,
            "stations.csv": rows("id,name,lon,lat", f"s,First,{at(0, 0)}"),
        },
    )


@pytest.fixture(scope="module")
def plan(town: Path) -> Path:
    question = site_question({"phases": [1, 1], "minutes": 3, "curve": 0, "alternatives": 0})
    write_siting(site_study(town, question), "two")
    return town / "out" / "siting" / "two"


def test_a_plan_lists_its_projects_with_people_cost_unit_year_and_totals(plan: Path) -> None:
    sheet = openpyxl.load_workbook(plan / "siting.xlsx")["项目清单"]
    lines = [row[:7] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert lines[0] == (
        "序号", "项目或措施", "设施类别", "所在区域", "受益人口（人）", "费用（万元）", "建设时序"
    )  # fmt: skip
    assert [(row[1], row[2], row[4], row[5], row[6]) for row in lines[1:3]] == [
        ("新增点位：North", "服务站点", 20, 5, "第 1 年"),
        ("新增点位：South", "服务站点", 10, 1, "第 2 年"),
    ]
    assert lines[3][0] == "合计"
    assert (lines[3][4], lines[3][5]) == (30, 6)


def test_a_run_with_the_plan_as_its_change_lists_them_first(town: Path, plan: Path) -> None:
    change = read_change(plan / "change.toml")
    assert change.cost_unit == "万元"
    listed = projects(run_study(town, change=change))
    assert listed["remedy_zh"].tolist()[:2] == ["新增点位：North", "新增点位：South"]
    assert listed["people"].tolist()[:2] == [20, 10]
    assert listed["cost"].tolist()[:2] == [5, 1]
    assert listed["number"].tolist() == [*range(1, len(listed) + 1)]


def test_what_a_change_closes_moves_and_extends_are_projects_without_a_cost() -> None:
    change = parse_change(
        {
            "name": "by hand",
            "close": [{"id": "s:a"}],
            "move": [{"id": "s:b", "lon": 1, "lat": 2}],
            "extend": [{"id": "s:c", "capacity": 9}],
        }
    )
    table = change_projects(change, {}, {"s:a": "老站"})
    assert [text.zh for text in table["remedy"]] == ["关闭：老站", "迁移：s:b", "扩容：s:c"]
    assert table["cost"].isna().all()


def test_the_unit_stands_in_the_header_where_it_is_known() -> None:
    assert (cost_header(None), cost_header("万元").zh) == (Text("Cost", "费用"), "费用（万元）")
