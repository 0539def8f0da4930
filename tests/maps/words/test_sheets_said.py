"""What is said of places whose state or opening date a sheet leaves open."""

from __future__ import annotations

from pathlib import Path

from layers.load import Layers, load_layers
from layers.study.model import read_study
from maps.words.sheets_said import not_applied_words, not_yet_words, state_words
from tests.support.town import STUDY, at, rows, write_town


def read(folder: Path, *, stations: str, people: str) -> Layers:
    write_town(folder, study=STUDY, files={"stations.csv": stations, "people.csv": people})
    return load_layers(read_study(folder / "study.toml"))


def test_places_without_a_known_state_or_day_are_counted(tmp_path: Path) -> None:
    layers = read(
        tmp_path,
        stations=rows(
            "id,name,lon,lat,状态,启用日期",
            f"a,A,{at(0, 0)},看情况,",
            f"b,B,{at(100, 0)},开放,待定",
            f"c,C,{at(200, 0)},在建,待定",
            f"d,D,{at(300, 0)},开放,",
        ),
        people=rows("id,lon,lat,people", f"h,{at(100, 50)},10"),
    )
    places, undated = (each.zh for each in state_words(layers))
    assert places == "运营状态为空、状态或启用日期无法识别的设施不视为开放，不计其服务：“stations”2处"
    assert undated == "规划和在建且启用日期无法识别的，任何日期均不计入：“stations”1处"


def test_nothing_is_said_where_states_and_days_are_known(tmp_path: Path) -> None:
    layers = read(
        tmp_path,
        stations=rows("id,name,lon,lat,状态,启用日期", f"a,A,{at(0, 0)},开放,2020-01-01"),
        people=rows("id,lon,lat,people", f"h,{at(100, 50)},10"),
    )
    assert list(state_words(layers)) == []


def test_what_is_not_counted_before_its_day_is_said(tmp_path: Path) -> None:
    layers = read(
        tmp_path,
        stations=rows(
            "id,name,lon,lat,状态,启用日期",
            f"a,A,{at(0, 0)},开放,2099-01-01",
            f"b,B,{at(100, 0)},开放,2020-01-01",
        ),
        people=rows("id,lon,lat,people,状态", f"h,{at(100, 50)},10,在建", f"i,{at(0, 50)},5,已入住"),
    )
    (said,) = not_yet_words(layers)
    assert said.zh == (
        "“stations”1 行：启用日期晚于运行当日：项目设有日期（on）时自启用之日起计入，否则不计入；"
        "“people”1 行：在建、规划或已停用的住房，其10人在项目设有日期（on）时自入住之日起计入，否则不计入"
    )


def capacity_town(folder: Path, *, limits: str) -> Layers:
    study = STUDY.replace('category = "station"', f'category = "station"\n{limits}')
    stations = rows("id,name,lon,lat,可服务人数", f"a,A,{at(0, 0)},40")
    write_town(folder, study=study, files={"stations.csv": stations})
    return load_layers(read_study(folder / "study.toml"))


def test_a_capacity_that_is_declared_and_does_not_limit_is_said(tmp_path: Path) -> None:
    (said,) = not_applied_words(capacity_town(tmp_path, limits=""))
    assert "项目未设定按容量限制，各项覆盖均不计容量：“stations”" in said.zh


def test_a_capacity_that_limits_needs_no_word(tmp_path: Path) -> None:
    assert list(not_applied_words(capacity_town(tmp_path, limits='capacity = "limits"'))) == []
