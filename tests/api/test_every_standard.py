"""Every built-in standard asked through every door, in a town with services that no standard asks for."""

import base64
import csv
import gzip
import json
import re
import warnings
from functools import lru_cache

import docx
import geopandas as gpd
import openpyxl
import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.report import make_report
from api.run import run_study
from api.settings import Settings
from layers.catalogue.standards import BUILT_IN
from maps.page.payload import map_data
from maps.page.run import map_content
from maps.words.summary import no_gaps, summary
from maps.words.unassessed import not_looked_for, unassessed
from tests.support.paths import ROOT
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

ALL = sorted(path.stem for path in BUILT_IN.glob("*.toml"))
AT_ONCE = ("tdt1062-2021", "sdg-11", "embedded-2023", "guangzhou-2014")
"""One with minutes and levels, one in metres alone, one without limits, one without clauses."""
(MEASURES,) = re.findall(
    r"```toml\n(\[accessibility\].*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
)
OWN = ("甲号柜", "乙号亭")
"""What the two services are called that the layers hold and no standard asks for."""
FREE = "".join(
    f'[[category]]\nid = "{key}"\nzh = "{zh}"\nen = "a {key}"\n'
    for key, zh in zip(("locker", "kiosk"), OWN, strict=True)
)
PLACES = """
[[layer]]
id = "places"
kind = "facility"
source = "places.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
CLINICS = PLACES.replace("places", "clinics") + 'category = "clinic"\nvalues = { service_capacity = 40 }\n'
SERVED = rows(
    "name,lon,lat,category",
    f"柜,{at(0, 0)},locker",
    f"亭,{at(300, 300)},kiosk",
    f"幼儿园,{at(0, 300)},kindergarten",
    f"公园,{at(300, 300)},park",
    f"药店,{at(200, 300)},pharmacy",
    f"超市,{at(200, 0)},supermarket",
)
FILES = {"places.csv": SERVED, "clinics.csv": rows("name,lon,lat", f"诊所,{at(300, 0)}")}
NO_GAPS = re.compile("(?<!以下)(?:未发现|没有|无|不存在)短板|未低于目标")


@pytest.fixture(
    scope="module",
    params=[name if name in AT_ONCE else pytest.param(name, marks=pytest.mark.slow) for name in ALL],
)
def asked(request, tmp_path_factory):
    """A study under a built-in standard with the README's measures, its results written."""
    study = f'language = "zh"\n{STUDY}{PLACES}{CLINICS}{FREE}{MEASURES}'
    folder = write_town(tmp_path_factory.mktemp("town"), study=study, files=FILES)
    return written(folder, request.param)


def written(folder, name):
    result = run_study(folder, standard=name)
    write_results(result)
    make_report(result.study.out_folder)
    return result


@lru_cache(maxsize=1)
def page_of(result):
    body = gzip.decompress(base64.b64decode(map_data(map_content(result))))
    return json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])["content"]


def free(text):
    """Whether a text names one of the services that are not asked for."""
    return any(name in str(text) for name in OWN)


@lru_cache(maxsize=2)
def book_of(result, name="assessment.xlsx"):
    book = openpyxl.load_workbook(result.study.out_folder / name)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def lines_of(result, name):
    with (result.study.out_folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def paragraphs_of(result):
    return docx.Document(str(result.study.out_folder / "report.docx")).paragraphs


def test_the_screen_names_them_in_their_block_alone(asked):
    said, _, beside = summary(asked, seconds={}).partition("自选设施（标准未作要求")
    assert all(name in beside for name in OWN)
    assert [line for line in said.splitlines() if free(line) and not line.startswith("自选设施：")] == []


def test_the_map_ranks_and_lists_what_is_asked_alone(asked):
    page = page_of(asked)
    shown = page["categories"]
    assert {each["name"]["zh"]: (each["byStandard"], each["demanded"]) for each in shown if free(each)} == (
        dict.fromkeys(OWN, (False, False))
    )
    assert {shown[category]["demanded"] for _, category, _ in page["gaps"]["choice"]} <= {True}
    first = shown[page["first"]["category"]]
    assert first["byStandard"] or not any(each["byStandard"] for each in shown)
    table = asked.tables.coverage
    means = table[table["by_standard"] & table["required"] & (table["test"] == "reach")]
    assert len(page["ranking"]) == (2 if len(means) else 0)


def test_sheets_name_them_in_annexes_of_their_own(asked):
    for name in ("assessment.xlsx", "coverage.xlsx"):
        for title, cells in book_of(asked, name).items():
            if "自选设施" in str(cells[0][0]) or "自选设施" in title:
                continue
            named = [str(cell) for row in cells for cell in row if free(cell)]
            assert [cell for cell in named if "标准未作要求" not in cell] == [], title


def test_the_page_to_sign_says_nothing_of_them(asked):
    first = next(iter(book_of(asked).values()))
    assert not any(free(cell) for row in first for cell in row)
    points = [row[0] for row in first if re.match(r"\d+\. ", str(row[0]))]
    assert points


def test_the_report_says_nothing_of_them_but_where_they_stand_apart(asked):
    part, apart = "", []
    for each in paragraphs_of(asked):
        part = each.text if each.style.name.startswith("Heading") else part
        if free(each.text) and "自选设施" not in part:
            apart.append(each.text)
    assert apart == []


def test_files_mark_them_and_hold_no_gap_of_them(asked):
    for name in ("coverage.csv", "by_area.csv"):
        mine = [line for line in lines_of(asked, name) if free(line["设施类别"])]
        assert {line["配置要求"] for line in mine} == {"自选"}
        assert {line["已与标准原文核对"] for line in mine} == {""}
    assert not any(free(line["设施类别"]) for line in lines_of(asked, "gaps.csv"))


def test_layers_for_a_gis_rank_by_what_is_asked(asked):
    path = asked.study.out_folder / "results.gpkg"
    cells = gpd.read_file(path, layer="网格覆盖")
    assert not any(free(worst) for worst in cells.get("worst", []))
    assert gpd.read_file(path, layer="设施")["people_limit"].isna().all()
    names = gpd.list_layers(path)["name"].tolist()
    if "短板清单" in names:
        assert not any(free(name) for name in gpd.read_file(path, layer="短板清单")["name"])


def test_http_and_record_count_what_was_not_assessed(asked):
    with TestClient(create_app(Settings(study=asked.study.folder), asked)) as client:
        answer = client.get("/assessment").json()
    mine = [row for row in answer["coverage"] if free(row["name_zh"])]
    assert {(row["by_standard"], row["verified"]) for row in mine} == {(False, False)}
    assert not any(free(row["name_zh"]) for row in answer["gaps"])
    left = unassessed(asked)
    assert (answer["asked"], answer["not_assessed"]) == (left.asked, left.count)
    said = json.loads((asked.study.out_folder / "run.json").read_text("utf-8"))
    assert said["standard"] == asked.standard.id
    assert sum(len(keys) for keys in said["not_assessed_by_reason"].values()) == left.count


def test_the_measures_of_the_readme_are_given_under_every_standard(asked):
    assert set(asked.access.summary["category"]) == {"clinic"}


def test_what_was_not_assessed_is_counted_beside_the_headline(asked):
    left, page = unassessed(asked), page_of(asked)
    facts = {row[0]: row[1] for row in book_of(asked)["基本情况"]}
    figures = [int(facts[name]) for name in ("标准要求项数", "已评估项数")]
    assert figures == [left.asked, left.asked - left.count]
    if left.count:
        count = f"标准要求共{left.asked}项"
        assert page["beside"]["zh"] == f"{count}，其中{left.count}项未能评估。"
        assert count in summary(asked, seconds={})
        assert any(count in str(row[0]) for row in next(iter(book_of(asked).values())))


def test_no_gaps_is_only_said_where_some_could_have_been_found(asked):
    sought = not_looked_for(asked) is None
    assert sought == any(r.requirement.demanded for r in asked.assessment.results)
    assert (page_of(asked)["unlooked"] is None) == sought
    if sought:
        return
    doors = [
        summary(asked, seconds={}),
        *(str(cell) for cells in book_of(asked).values() for row in cells for cell in row),
        *(paragraph.text for paragraph in paragraphs_of(asked)),
    ]
    assert [text for text in doors if NO_GAPS.search(text)] == []
    assert any("无法查找短板" in text for text in doors)


@pytest.fixture(scope="module", params=["tdt1062-2021", "hangzhou-2016", "bruno-2024", "guangzhou-2014"])
def unplaced(request, tmp_path_factory):
    """The same without grids and areas."""
    head = STUDY.partition('[[layer]]\nid = "grid"')[0]
    folder = write_town(
        tmp_path_factory.mktemp("bare"),
        study=f'language = "zh"\n{head}{PLACES}{FREE}',
        files=FILES,
    )
    return written(folder, request.param)


def test_without_polygons_gaps_are_not_denied_on_any_door(unplaced):
    doors = [
        summary(unplaced, seconds={}),
        *(str(cell) for cells in book_of(unplaced).values() for row in cells for cell in row),
        *(paragraph.text for paragraph in paragraphs_of(unplaced)),
    ]
    table = unplaced.tables.coverage
    left = table[table["by_standard"] & table["required"]]["left_out"].sum() if len(table) else 0
    assert page_of(unplaced)["unlooked"] is not None
    assert no_gaps(unplaced) is not None
    if left or not any(r.requirement.demanded for r in unplaced.assessment.results):
        assert [text for text in doors if NO_GAPS.search(text)] == []


def test_a_rule_of_subdistricts_is_not_assessed_on_cells(asked):
    levels = [rule for rule in asked.standard.area_rules if rule.level]
    found = [rule for rule in unassessed(asked).left.get("no_level", ()) if rule.level]
    assert set(levels) == set(found)
    tested = asked.tables.area_rules
    assert not len(tested) or not set(tested["category"]) & {rule.category for rule in levels}
