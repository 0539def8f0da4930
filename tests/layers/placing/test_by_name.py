"""Rows of a sheet that stand where the place of another layer does that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InputError
from layers.load import Layers, load_layers
from layers.study.model import read_study
from tests.support.town import STUDY, at, place, rows, write_town

NEEDS = """
[[layer]]
id = "needs"
kind = "need"
source = "needs.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
HOMES = rows("编号,楼栋名称,lon,lat,people", f"D1,1号楼,{at(0, 50)},30", f"D2,2号楼,{at(150, 50)},10")


def read(folder: Path, needs: str, *, rule: str = '{ column = "楼栋", layer = "people" }') -> Layers:
    study = STUDY + NEEDS + f"place = {rule}\n"
    write_town(folder, study=study, files={"people.csv": HOMES, "needs.csv": needs})
    return load_layers(read_study(folder / "study.toml"))


def test_a_need_stands_where_its_building_does(tmp_path: Path) -> None:
    needs = read(tmp_path, rows("编号,楼栋,办理状态", "a,2号楼,办结", "b,１# 楼,督办")).needs
    assert needs["place_id"].tolist() == ["people:D2", "people:D1"]
    assert [(p.x, p.y) for p in needs.geometry] == [place(150, 50), place(0, 50)]
    assert needs["status"].tolist() == ["settled", "supervised"]


def test_a_name_that_is_not_known_counts_without_a_place_and_is_asked_about(tmp_path: Path) -> None:
    layers = read(tmp_path, rows("编号,楼栋", "a,3号楼", "b,", "c,1号楼"))
    report = layers.report("needs")
    assert (report.accepted, report.rejected) == (3, 0)
    assert layers.needs.geometry.isna().tolist() == [True, True, False]
    (asked,) = report.questions
    assert (asked.row, asked.column, asked.value) == (2, "楼栋", "3号楼")
    assert "“1号楼”" in asked.fix.zh
    assert report.rejects["编号"].tolist() == ["a"]
    assert {"unknown_place", "no_place_named"} <= {note.code for note in report.notes}


def test_columns_are_tried_in_their_order_and_a_polygon_gives_no_point(tmp_path: Path) -> None:
    rule = '[{ column = "楼栋", layer = "people" }, { column = "网格", layer = "grid" }]'
    needs = rows("编号,楼栋,网格", "a,1号楼,r1c1", "b,无,r1c1", "c,无,无")
    layers = read(tmp_path, needs, rule=rule)
    assert layers.needs["place_layer"].tolist() == ["people", "grid", None]
    assert layers.needs.geometry.isna().tolist() == [False, True, True]


def test_own_coordinates_come_first(tmp_path: Path) -> None:
    needs = rows("编号,楼栋,lon,lat", f"a,1号楼,{at(10, 10)}", "b,1号楼,,", "c,1号楼,不详,60.2")
    layers = read(tmp_path, needs)
    assert [(p.x, p.y) for p in layers.needs.geometry] == [place(10, 10), place(0, 50), place(0, 50)]
    assert layers.needs["place_id"].tolist() == [None, "people:D1", "people:D1"]
    assert layers.report("needs").rejected == 0


def test_a_ledger_without_any_place_stops_nothing(tmp_path: Path) -> None:
    write_town(tmp_path, study=STUDY + NEEDS, files={"needs.csv": rows("编号,办理状态", "a,办结", "b,督办")})
    layers = load_layers(read_study(tmp_path / "study.toml"))
    assert len(layers.needs) == 2
    assert layers.needs.geometry.isna().all()


def test_what_is_not_a_role_of_a_need_stays_in_the_sheet(tmp_path: Path) -> None:
    needs = read(tmp_path, rows("编号,楼栋,姓名,电话", "a,1号楼,张三,13800000000")).needs
    assert not {"姓名", "电话", "楼栋"} & set(needs.columns)


def test_stations_need_a_point(tmp_path: Path) -> None:
    rule = 'category = "station"\nplace = { column = "楼栋", layer = "grid" }'
    study = STUDY.replace('category = "station"', rule)
    stations = rows("id,name,楼栋", "s,A,r1c1", "t,B,无")
    write_town(tmp_path, study=study, files={"people.csv": HOMES, "stations.csv": stations})
    with pytest.raises(InputError) as error:
        load_layers(read_study(tmp_path / "study.toml"))
    assert "不可用" in error.value.faults[0].what.zh


def test_a_station_stands_at_its_building(tmp_path: Path) -> None:
    rule = 'category = "station"\nplace = { column = "楼栋", layer = "people" }'
    study = STUDY.replace('category = "station"', rule)
    stations = rows("id,name,楼栋", "s,A,2号楼", "t,B,9号楼")
    write_town(tmp_path, study=study, files={"people.csv": HOMES, "stations.csv": stations})
    layers = load_layers(read_study(tmp_path / "study.toml"))
    assert [(p.x, p.y) for p in layers.facilities.geometry] == [place(150, 50)]
    assert [fault.code for fault in layers.report("stations").row_faults] == ["unknown_place"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('{ column = "楼栋", layer = "peple" }', "没有该图层"),
        ('{ column = "楼栋", layer = "needs" }', "该图层自身没有点位"),
        ('{ column = "楼栋" }', "缺少此项"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_a_fault_of_the_study(tmp_path: Path, rule: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, rows("编号,楼栋", "a,1号楼"), rule=rule)
    assert [fault.what.zh for fault in error.value.faults] == [f"图层“needs”：{said}"]


def test_layers_that_wait_for_each_other_are_told(tmp_path: Path) -> None:
    study = STUDY.replace(
        'source = "people.csv"', 'source = "people.csv"\nplace = { column = "网格", layer = "grid" }'
    )
    write_town(tmp_path, study=study, files={})
    with pytest.raises(InputError) as error:
        read_study(tmp_path / "study.toml")
    assert "互相等待" in error.value.faults[0].what.zh
