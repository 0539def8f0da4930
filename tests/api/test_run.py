"""One run of the demo's real extract with two cases: conservation, and the same numbers by every door."""

import csv
import json
import re
import warnings
from dataclasses import replace
from datetime import datetime

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from shapely import box

from api.check import check_study
from api.cli.demo import make_demo
from api.cli.main import main
from api.http.app import create_app
from api.made_of import run_made_of
from api.outputs import RESULT_FILES, write_results
from api.record import run_record
from api.run import run_study
from api.settings import Settings
from geo.assessment.access import NO_ACCESS
from geo.coordinates.crs import metric_crs
from geo.errors import InputError
from geo.search.reach import nearest
from layers.study.cases import open_then, read_cases
from layers.study.model import parse_study
from maps.book.notes import trust_notes
from maps.geodata.run import run_layers
from maps.page.run import map_content
from maps.words.caveats import caveats
from maps.words.check import check_text
from tests.support.town import STUDY, at, rows, streets, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


def holidays_said(result):
    """The caveat on holidays; None where there is none."""
    return next((each.text for each in caveats(result) if each.kind == "holidays"), None)


CASES = """
language = "zh"
office = "=规划科"
on = 2027-06-01

[[case]]
id = "day"
at = "周二 14:00"

[[case]]
id = "evening"
name = "<b>傍晚</b>"
profile = "older"
at = "Tue 20:30"

[accessibility]
measures = ["nearest", "k_nearest_mean", "cumulative", "gravity", "2sfca", "e2sfca", "gaussian_2sfca"]
minutes = 15

[streets]"""

MERCHANTS = 'category = { system = "osm" }\n'
"""As the demo's layers of merchants and of care say it. They get room for all, the stations say nothing."""
LAND = """
[[layer]]
id = "blocks"
kind = "land"
source = "blocks.geojson"
licence = "made up"
attribution = "made up"
"""
CAPACITY = "values = { capacity = 100000 }\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = make_demo(tmp_path_factory.mktemp("study"))
    text = (folder / "study.toml").read_text("utf-8").replace('language = "en"', "#")
    text = text.replace("[streets]", CASES, 1).replace(MERCHANTS, MERCHANTS + CAPACITY)
    (folder / "study.toml").write_text(text + LAND, "utf-8")
    blocks = [box(24.9375, 60.1675, 24.9445, 60.1712), box(24.9461, 60.1681, 24.9502, 60.1702)]
    gpd.GeoSeries(blocks, crs=4326).to_file(folder / "blocks.geojson", driver="GeoJSON")
    return folder


@pytest.fixture(scope="module")
def result(folder):
    return run_study(folder)


@pytest.fixture(scope="module")
def written(result):
    write_results(result)
    return result.study.out_folder


@pytest.fixture(scope="module")
def client(result, folder):
    with TestClient(create_app(Settings(study=folder), result)) as client:
        yield client


def test_every_result_is_written_and_nothing_else(written):
    assert {path.name for path in written.iterdir()} == {*RESULT_FILES, "accessibility.csv", "places.csv"}


def test_covered_and_causes_sum_to_everybody_by_every_cut(result):
    tables, everybody = result.tables, result.layers.demand["people"].sum()
    reach = tables.coverage[tables.coverage["test"] == "reach"]
    left = tables.causes[tables.causes["cause"] != "covered"].groupby(["case", "requirement"])["people"].sum()
    for row in reach.itertuples():
        assert row.covered + left[row.case, row.requirement] == pytest.approx(everybody)
    keys = ["case", "kind", "requirement", "area_id"]
    there = tables.causes_by_area.groupby(keys)["people"].sum()
    areas = tables.by_area[tables.by_area["test"] == "reach"].set_index(keys)["total"]
    assert there.reindex(areas.index).fillna(0).to_numpy() == pytest.approx(areas.to_numpy())


def test_grids_sum_to_the_study(result):
    tables = result.tables
    keys = ["case", "requirement", "test"]
    grids = tables.by_area[tables.by_area["kind"] == "grid"].groupby(keys)[["total", "covered"]].sum()
    study = tables.coverage.set_index(keys)[["total", "covered"]]
    assert grids.reindex(study.index).to_numpy() == pytest.approx(study.to_numpy())


def test_causes_of_points_agree_with_the_tables(result):
    (points,) = (table.frame for table in run_layers(result) if table.key == "demand")
    table = result.tables.causes
    mine = table[(table["case"] == "day") & (table["requirement"] == "pharmacy")]
    said = mine[(mine["people"] > 0) & (mine["cause"] != "covered")].set_index("cause")["people"]
    assert points.groupby("pharmacy_cause")["people"].sum().to_dict() == pytest.approx(said.to_dict())


def test_evening_closes_doors_and_age_slows(result):
    day, evening = result.cases
    assert evening.usable.now.sum() < day.usable.now.sum()
    assert (day.usable.any_hour == evening.usable.any_hour).all()
    assert (
        day.times["park"].seconds.mean() < evening.times["park"].seconds.mean()
        or np.isinf(evening.times["park"].seconds).any()
    )
    causes = result.tables.causes.groupby(["case", "cause"])["people"].sum()
    assert causes["evening", "closed_then"] > causes["day", "closed_then"]


def test_the_same_numbers_in_python_xlsx_csv_parquet_record_and_api(result, written, client):
    table = result.tables.coverage
    wanted = table[table["case"] == "evening"]["covered"].tolist()
    book = openpyxl.load_workbook(written / "assessment.xlsx")
    pages = [page for page in book if page.title in ("可达与容量", "附表 出行时间可达（自选设施）")]
    rows = [[cell.value for cell in row] for page in pages for row in page.iter_rows()]
    start = [row[0] for row in rows].index("情景")
    heads = rows[start]
    need = heads.index("配置要求")
    # The services of the standard, and in a table of their own those that it does not ask for.
    needs = ("应配", "按需", "自选")
    kept = [row for row in rows[start + 1 :] if row[0] == "<b>傍晚</b>" and row[need] in needs]
    assert [row[heads.index("已覆盖")] for row in kept] == pytest.approx(wanted, rel=1e-12)
    assert [row[need] for row in kept] == sorted((row[need] for row in kept), key=needs.index)
    with (written / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [row for row in csv.DictReader(file) if row["情景"] == "<b>傍晚</b>"]
    lines = [row for row in lines if row["统计口径"] == "人口（人）"]
    assert [float(line["已覆盖"]) for line in lines] == pytest.approx(wanted, abs=5e-4)
    answer = client.get("/assessment", params={"case": "evening"}).json()
    assert [row["covered"] for row in answer["coverage"]] == wanted
    assert all(
        row["covered"] + sum(cause["people"] for cause in row["causes"]) == pytest.approx(row["total"])
        for row in answer["coverage"]
    )
    record = json.loads((written / "run.json").read_text("utf-8"))["cases"]["evening"]["people_by_cause"]
    assert [record[row["requirement"]].get("covered", 0.0) for row in answer["coverage"]] == pytest.approx(
        wanted, abs=0.001
    )
    points = gpd.read_parquet(written / "results.parquet")
    points = points[points["case"] == "evening"]
    covered = [points[f"{row['requirement']}_covered"].sum() for row in answer["coverage"]]
    assert covered == pytest.approx(wanted)


def test_residential_land_is_the_same_by_every_door_and_grids_sum_to_it(result, written, client):
    land = result.land.coverage
    assert set(land["denominator"]) == {"residential_land"}
    keys = ["case", "requirement", "test"]
    cells = result.land.by_polygon.groupby(keys)[["total", "covered"]].sum()
    whole = land.set_index(keys)[["total", "covered"]]
    assert cells.reindex(whole.index).to_numpy() == pytest.approx(whole.to_numpy())
    metres = result.layers.land.to_crs(metric_crs(result.layers.land))
    assert whole["total"].to_numpy() == pytest.approx(metres.area.sum() / 10_000)
    row = land[(land["case"] == "evening") & (land["covered"].between(0.01, land["total"] - 0.01))].iloc[0]
    page = openpyxl.load_workbook(written / "assessment.xlsx")["按住宅与居住用地统计"]
    cells = [[cell.value for cell in line] for line in page.iter_rows()]
    said = "居住用地（公顷）"
    shown = next(line for line in cells if line[:3] == ["<b>傍晚</b>", said, row["name_zh"]])
    heads = next(line for line in cells if line[0] == "情景")
    known = [shown[heads.index(name)] for name in ("总量", "已覆盖", "未覆盖", "可达率")]
    assert known == pytest.approx(row[["total", "covered", "left_out", "share"]].tolist())
    with (written / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["统计口径"] == said]
    mine = [line for line in lines if (line["情景"], line["设施类别"]) == ("<b>傍晚</b>", row["name_zh"])]
    assert [float(line["已覆盖"]) for line in mine] == pytest.approx([row["covered"]], abs=5e-4)
    answer = client.get("/assessment", params={"case": "evening"}).json()["denominators"]
    (told,) = [one for one in answer if one["requirement"] == row["requirement"]]
    assert (told["covered"], told["denominator_zh"]) == (row["covered"], said)
    pieces = gpd.read_file(written / "results.gpkg", layer="居住用地_evening")
    assert pieces["hectares"][pieces[f"{row['requirement']}_met"]].sum() == pytest.approx(row["covered"])


def test_measures_are_the_same_by_every_door(result, written, client):
    summary = result.access.summary
    row = summary[(summary["case"] == "evening") & (summary["measure"] == "e2sfca")].iloc[0]
    column = f"{row['category']}_e2sfca"
    points = gpd.read_parquet(written / "results.parquet")
    mine = points[points["case"] == "evening"]
    assert np.average(mine[column], weights=mine["people_counted"]) == pytest.approx(row["mean"])
    layer = gpd.read_file(written / "results.gpkg", layer="人口点_evening")
    assert layer[column].to_numpy() == pytest.approx(mine[column].to_numpy())
    with (written / "accessibility.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["情景"] == "<b>傍晚</b>"]
    head = f"{row['name_zh']}：{row['measure_zh']}（{row['unit_zh']}）"
    assert [float(line[head]) for line in lines] == mine[column].tolist()
    page = openpyxl.load_workbook(written / "assessment.xlsx")["可达性指标"]
    cells = [[cell.value for cell in line] for line in page.iter_rows()]
    shown = next(line for line in cells if line[:3] == ["<b>傍晚</b>", row["name_zh"], row["measure_zh"]])
    assert shown[7:10] == pytest.approx(row[["mean", "worst_tenth_from", "worst_tenth_mean"]].tolist())
    answer = client.get("/assessment", params={"case": "evening"}).json()["accessibility"]
    (said,) = [a for a in answer if (a["category"], a["measure"]) == (row["category"], "e2sfca")]
    assert (said["mean"], said["worst_tenth_mean"]) == (row["mean"], row["worst_tenth_mean"])
    features = client.get("/layers/demand_evening").json()["features"]
    assert [one["properties"][column] for one in features] == pytest.approx(mine[column].tolist())


def test_measures_of_an_earlier_run_do_not_stay_beside_one_without(result):
    study = result.study.model_copy(update={"out": "without", "accessibility": None})
    study.out_folder.mkdir()
    for name in ("accessibility.csv", "mine.csv"):
        (study.out_folder / name).touch()
    write_results(replace(result, study=study, access=NO_ACCESS))
    assert {path.name for path in study.out_folder.iterdir()} == {*RESULT_FILES, "places.csv", "mine.csv"}


def test_the_command_line_says_the_same_share(result, folder, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["run", str(folder), "--quiet"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    table = result.tables.coverage
    day = table[(table["case"] == "day") & table["by_standard"] & table["share"].between(0.01, 0.99)]
    row = day.sort_values("left_out", kind="stable").iloc[-1]
    assert re.search(rf"{row['share']:.0%}步行{row['minutes_limit']:g}分钟内可达{row['name_zh']}", out)
    assert "打开路网" in out
    asked = "case == 'day' and category == 'pharmacy' and measure == '2sfca'"
    row = result.access.summary.query(asked).iloc[0]
    assert f"两步移动搜索法（2SFCA）: {row['mean']:,.2f}; {row['worst_tenth_mean']:,.2f}" in out


def test_a_place_is_asked_for_in_every_case(client):
    where = {"lon": 24.94, "lat": 60.17}
    day = client.get("/coverage", params=where).json()
    evening = client.get("/coverage", params=where | {"case": "evening"}).json()
    assert [day["case"], evening["case"]] == ["day", "evening"]
    minutes = [{one["category"]: one["minutes"] for one in answer["categories"]} for answer in (day, evening)]
    known = [key for key in minutes[1] if minutes[1][key] is not None]
    assert known
    assert all(minutes[0][key] < minutes[1][key] for key in known)
    assert client.get("/coverage", params=where | {"case": "no"}).status_code == 400
    assert [case["id"] for case in client.get("/cases").json()] == ["day", "evening"]


def test_map_holds_every_case_and_no_markup_of_the_user(written):
    page = (written / "map.html").read_text("utf-8")
    assert "<b>傍晚</b>" not in page


def test_the_workbook_begins_with_the_page_to_sign_and_the_short_one_too(written):
    whole = openpyxl.load_workbook(written / "assessment.xlsx", read_only=True).sheetnames
    assert whole[:2] == ["评估结论", "短板清单"]
    assert {"可达与容量", "分网格用地", "数据与说明"} <= set(whole)
    assert sum(name.startswith("分网格 ") and not name.endswith("图") for name in whole) == 2
    short = openpyxl.load_workbook(written / "coverage.xlsx", read_only=True).sheetnames
    assert short[:2] == ["评估结论", "短板清单"]
    assert "分网格用地" not in short


def test_people_of_grids_sum_to_the_same_in_sheet_csv_and_geopackage(result, written):
    """The 合计 row of the sheet, the rows of the CSV and those who are counted in the GeoPackage."""
    table = result.tables.by_area
    rows = table[(table["case"] == "evening") & (table["kind"] == "grid") & (table["test"] == "reach")]
    first = rows[rows["requirement"] == rows["requirement"].iloc[0]]
    pages = openpyxl.load_workbook(written / "assessment.xlsx")
    ours = [page for page in pages if page.title.startswith("分网格 ")]
    page = next(page for page in ours if "傍晚" in page["A1"].value)
    lines = [[cell.value for cell in line] for line in page.iter_rows()]
    heads = next(line for line in lines if "人口（人）" in line)
    total = next(line for line in lines if line[0] == "合计")[heads.index("人口（人）")]
    assert total == pytest.approx(first["total"].sum())
    with (written / "by_area.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [line for line in csv.DictReader(file) if line["情景"] == "<b>傍晚</b>"]
    name, minutes = first["name_zh"].iloc[0], first["minutes_limit"].iloc[0]
    mine = [
        line
        for line in listed
        if (line["设施类别"], line["统计口径"]) == (name, "人口（人）")
        and line["时限（分钟）"] == f"{minutes:g}"
    ]
    mine = [line for line in mine if line["网格/片区编号"] in {"", *first["area_id"].astype(str)}]
    assert sum(float(line["总量"]) for line in mine) == pytest.approx(total)
    points = gpd.read_file(written / "results.gpkg", layer="人口点_evening")
    assert points["people_counted"].sum() == pytest.approx(total)


def test_the_short_id_of_a_run_stands_on_sheets_map_and_in_the_record(result, written):
    run = json.loads((written / "run.json").read_text("utf-8"))["run_id"]
    assert len(run) == 8
    book = openpyxl.load_workbook(written / "assessment.xlsx")
    assert all(page.oddFooter.right.text == f"运行编号 {run}" for page in book)
    assert book.properties.description == f"运行编号 {run}"
    assert run_made_of(result).id == run
    assert map_content(replace(result, run_id=run)).sheet.run == run


def test_csv_begins_with_a_byte_order_mark(written):
    for name in ("coverage.csv", "gaps.csv", "by_area.csv"):
        assert (written / name).read_bytes().startswith(b"\xef\xbb\xbf")


def test_points_stay_in_the_order_of_the_layer(result, written):
    points = pd.read_parquet(written / "results.parquet", columns=["id", "case"])
    assert points["id"].tolist() == result.layers.demand["id"].tolist() * 2


def study(text, folder):
    (folder / "x.osm.pbf").touch()
    layers = '[[layer]]\nid = "a"\nkind = "grid"\nsource = "grid"\n'
    return parse_study(f'name = "s"\n{text}\n[streets]\nextract = "x.osm.pbf"\n{layers}', folder)


def test_without_cases_there_is_one_of_the_study(tmp_path):
    (only,) = read_cases(study('profile = "older"\nat = "2027-05-04 20:30"', tmp_path))
    assert (only.profile.id, only.on.isoformat(), only.moment.hour) == ("older", "2027-05-04", 20)
    assert only.hour.zh == "2027-05-04 周二 20:30"


def test_a_day_of_the_week_is_no_date(tmp_path):
    (only,) = read_cases(study('at = "周二 20:30"', tmp_path))
    assert only.on is None
    assert only.hour.en == "Tue 20:30"


def test_all_faults_of_cases_are_said_at_once(tmp_path):
    text = """holidays = "XX"
[[case]]
id = "a"
at = "soon"
[[case]]
id = "a"
profile = "horse"
"""
    with pytest.raises(InputError) as found:
        read_cases(study(text, tmp_path))
    assert [fault.source for fault in found.value.faults] == [
        "case[2].id",
        "holidays",
        "case[1].at",
        "case[2].profile",
    ]


def test_the_map_shows_a_facility_under_the_category_it_is_asked_for_as(result):
    content = map_content(result)
    shown = {category.id for category in content.categories}
    assert set(content.facilities["category"]) <= shown


def test_holidays_that_are_not_published_yet_are_said(result):
    study = result.study.model_copy(update={"holidays": "CN"})

    def with_year(year):
        moment = datetime(year, 10, 1, 10)
        case = replace(result.first, case=replace(result.first.case, moment=moment))
        return holidays_said(replace(result, study=study, cases=(case,)))

    assert with_year(2026) is None
    assert "本版本未收录2091年" in with_year(2091).zh
    assert "not known to this version" in with_year(2091).en


def test_a_study_can_bring_its_own_holidays(tmp_path):
    study = 'holidays = "holidays.csv"\nat = "2031-05-06 10:00"\n' + STUDY
    files = {
        "holidays.csv": "日期,类型\n2031-05-06,放假\n2031-06-02,放假\n",
        "stations.csv": rows("id,name,lon,lat,开放时间", f"alpha,Alpha,{at(0, 0)},工作日9:00-17:00"),
    }
    town = write_town(tmp_path / "town", study=study, files=files)
    run = run_study(town)
    assert holidays_said(run) is None
    assert not open_then(run.study, run.first.case, run.layers.facilities).any()
    assert "holidays.csv" in json.loads(run_record(run))["inputs"]


def test_a_service_that_several_tiers_ask_for_is_named_once_in_the_notes(tmp_path):
    result = run_study(write_town(tmp_path, study='standard = "gb50180-2018"\n' + STUDY))
    notes = {what.en: note for what, note in trust_notes(result)}
    asked = [quota for quota in result.standard.quotas if quota.name.zh == "配套设施用地面积"]
    assert len(asked) == 4
    assert notes["Not assessed"].zh.count("配套设施用地面积") == 1


def test_the_map_knows_what_tiers_and_functions_are_called(tmp_path):
    stations = rows("id,name,lon,lat,tier,functions", f"alpha,Alpha,{at(0, 0)},社区级,政务服务;下棋")
    result = run_study(write_town(tmp_path, files={"stations.csv": stations}))
    shown = map_content(result)
    assert (shown.facilities["tier"].tolist(), shown.facilities["functions"].tolist()) == (
        ["community"],
        [("government", "下棋")],
    )
    assert {key: name.zh for key, name in shown.terms.items()} == {
        "community": "社区级",
        "government": "政务服务",
    }


def test_a_run_can_be_verified_and_a_map_made_later_is_in_the_record(tmp_path, capsys):
    folder = write_town(tmp_path / "study")
    for command in (["run", "-q"], ["map", "-q"], ["verify"]):
        with pytest.raises(SystemExit) as end:
            main([*command, str(folder)])
        assert not end.value.code
    assert "files are as the run wrote them" in capsys.readouterr().out
    (folder / "out" / "map.html").write_text("changed")
    with pytest.raises(SystemExit) as end:
        main(["verify", str(folder / "out")])
    assert end.value.code == 2
    assert "map.html" in capsys.readouterr().err


# Streets that close --------------------------------------------------------------------------------


NIGHTLY = """
[[case]]
id = "any"
[[case]]
id = "day"
at = "Tue 12:00"
[[case]]
id = "night"
at = "Tue 23:00"
"""


def test_a_street_closed_at_night_is_walked_round_in_the_case_of_the_night(tmp_path):
    """The southern street is closed at night: 150 m by day, 50 + 100 + 100 m round by night."""
    plain = '<tag k="highway" v="residential"/></way>'
    closed = f'<tag k="access:conditional" v="no @ (22:00-06:00)"/>{plain}'
    town = streets().replace(plain, closed, 1)
    folder = write_town(tmp_path / "study", study=STUDY + NIGHTLY, files={"town.osm": town})
    result = run_study(folder, cache=tmp_path / "cache")
    seconds = [
        nearest(case.traveller.network, case.traveller.demand, case.traveller.facilities).seconds[0, 0]
        for case in result.cases
    ]
    assert seconds == pytest.approx([150, 150, 250], abs=0.1)
    assert [case.case.streets == "walk" for case in result.cases] == [True, True, False]
    assert result.cases[0].traveller is result.cases[1].traveller
    assert json.loads(run_record(result))["streets"]["closed_at_the_hour"] == ["night"]


def test_check_says_how_many_streets_have_hours(tmp_path):
    town = streets().replace(
        '<tag k="highway" v="residential"/></way>',
        '<tag k="highway" v="residential"/><tag k="opening_hours" v="06:00-22:00"/></way>', 2,
    )  # fmt: skip
    result = check_study(write_town(tmp_path / "study", files={"town.osm": town}), cache=tmp_path / "cache")
    assert "2 streets or gates are open at some hours only" in check_text(result)
