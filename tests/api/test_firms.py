"""Enterprises of a study from the sheet to the workbook: grids, officers, organisations, visits."""

from __future__ import annotations

import json

import openpyxl

from api.outputs import write_results
from api.run import run_study
from tests.support.town import STUDY, at, place, rows, write_town

LAYERS = """
[[layer]]
id = "own_grid"
kind = "grid"
source = "own_grid.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[layer]]
id = "firms"
kind = "enterprise"
source = "firms.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[case]]
id = "day"
on = 2025-04-01
"""
GRID = '[[layer]]\nid = "grid"\nkind = "grid"\nsource = "grid"\ncell_metres = 150\n'


def cell(name: str, west: float, staff: int) -> dict:
    corners = ((0, -50), (200, -50), (200, 350), (0, 350), (0, -50))
    shape = {"type": "Polygon", "coordinates": [[place(west + east, north) for east, north in corners]]}
    return {"type": "Feature", "properties": {"网格名称": name, "网格员": staff}, "geometry": shape}


def test_grids_firms_and_staff_in_a_sentence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    firms = [
        f"Q1,甲厂,40,是,有,专员1,2025-03-20,{at(50, 0)}",
        f"Q2,乙厂,60,是,无,专员1,2025-01-20,{at(100, 0)}",
        f"Q3,丙厂,10,否,无,专员2,,{at(100, 100)}",
        f"Q4,丁厂,30,是,有,专员2,2025-03-31,{at(300, 0)}",
    ]
    head = "企业编号,企业名称,职工数,规上企业,党组织,服务专员,最近走访日期,lon,lat"
    grids = {"type": "FeatureCollection", "features": [cell("东", 200.5, 3), cell("西", 0, 4)]}
    files = {"firms.csv": rows(head, *firms), "own_grid.geojson": json.dumps(grids)}
    study = 'language = "zh"\n' + STUDY.replace(GRID, "") + LAYERS
    result = run_study(write_town(tmp_path, study=study, files=files))
    write_results(result)
    book = openpyxl.load_workbook(result.study.out_folder / "assessment.xlsx")
    said = [row[0].value for row in book["企业网格"]]
    assert "2 格 4 家 7 人：每格 1 至 3 家" in said
    assert "规上企业 3 家，有党组织 2 家（覆盖率 67%）" in said
    # Of the second nothing is as recent, of the third no visit is known.
    assert {row[0].value for row in book["未走访企业"]} >= {"乙厂", "丙厂"}
    assert not {row[0].value for row in book["未走访企业"]} & {"甲厂", "丁厂"}
