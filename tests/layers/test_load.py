import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import InputError
from layers.load import Layers
from layers.rows.frames import COLUMNS

Load = Callable[..., Layers]
EXTENT = (121.2, 31.3, 121.3, 31.4)
STATIONS = '[[layer]]\nid = "s"\nkind = "station"\nsource = "s.csv"\ncrs = "EPSG:4326"\n'
FACILITIES = STATIONS.replace('"station"', '"facility"')
AREA = STATIONS.replace('"station"', '"area"').replace("s.csv", "s.geojson")
DEMAND = STATIONS.replace('"station"', '"demand"')


def codes(layers: Layers) -> list[str]:
    return [fault.code for fault in layers.faults]


def test_station_sheet_becomes_a_facility_frame(load: Load) -> None:
    sheet = (
        "编号,名称,经度,纬度,层级,服务功能,状态,启用日期,开放时间,容量,备注\n"
        "A1,一号站,121.25,31.38,街道,政务服务、健康服务,在建,2025年1月1日,周一至周五9:00-17:00,50人,x\n"
        "A2,二号站,121.26,31.39,,,,,,,\n"
    )
    frame = load(STATIONS, s__csv=sheet).facilities
    assert tuple(frame.columns[: len(COLUMNS["facilities"])]) == COLUMNS["facilities"]
    first = frame.iloc[0]
    assert (first.id, first["name"], first.kind, first.category) == ("s:A1", "一号站", "station", "station")
    assert (first.tier, first.functions, first.status) == (
        "subdistrict",
        ("government", "health"),
        "building",
    )
    assert (first.opens_on, first.capacity, first.layer) == (date(2025, 1, 1), 50.0, "s")
    assert first.opening_hours == "Mo-Fr 09:00-17:00"
    second = frame.iloc[1]
    assert (second.tier, second.functions, second.status, second.opening_hours) == (None, (), "unknown", None)
    assert np.isnan(second.capacity)
    assert frame["备注"].tolist()[0] == "x"
    assert (frame.crs.to_epsg(), frame.index.equals(pd.RangeIndex(2))) == (4326, True)


def test_refused_hours_keep_their_rows_and_are_asked_about(load: Load) -> None:
    said = ["周一闭馆", "9:00-5:00", "9:00-17:00", "", "周三休息", "电话预约"]
    lines = [f"站{n},121.25,31.3{n},{hours}\n" for n, hours in enumerate(said)]
    layers = load(STATIONS, s__csv="名称,经度,纬度,开放时间\n" + "".join(lines))
    frame, report = layers.facilities, layers.report("s")
    assert frame.opening_hours.tolist() == [None, None, "09:00-17:00", None, None, None]
    assert frame.hours_state.tolist() == ["refused", "refused", "known", "missing", "refused", "refused"]
    assert (report.accepted, report.rejected) == (6, 0)
    asked = {note.code: note for note in report.notes if note.code.startswith("hours")}
    assert set(asked) == {"hours-times", "hours-ambiguous", "hours-appointment"}
    times = asked["hours-times"]
    assert times.what.zh == "2 行：未写明起止时间"
    assert (times.column, times.value) == ("开放时间", "周一闭馆")
    assert "第 2、6 行" in times.fix.zh
    (missing,) = (note for note in report.notes if note.code == "no_hours")
    assert missing.what.zh == "6 行中有 1 行没有开放时间，另有 4 行的开放时间无法识别"


def test_gbk_gcj02_merchants_are_moved_and_said(load: Load) -> None:
    sheet = "名称,经度,纬度,类型\n真仁堂药业,121.249439,31.381136,药店\n".encode("gbk")
    body = FACILITIES.replace('"facility"', '"merchant"').replace("EPSG:4326", "gcj02")
    layers = load(body, s__csv=sheet)
    assert layers.facilities.geometry.iloc[0].distance(shapely.Point(121.245, 31.38309)) < 1e-5
    assert layers.facilities.category.tolist() == ["pharmacy"]
    report = layers.report("s")
    assert (report.details["encoding"], report.crs.used, report.crs.steps) == (
        "gb18030",
        "gcj02",
        ("GCJ-02 to WGS84",),
    )


def test_counts_add_up_and_rejects_can_be_fed_back(load: Load, folder: Path) -> None:
    sheet = "名称,经度,纬度\n甲,121.25,31.38\n乙,x,31.38\n,121.25,31.38\n丁,1,2,3\n"
    report = load(STATIONS, s__csv=sheet).report("s")
    assert (report.read, report.accepted, report.rejected) == (4, 1, 3)
    assert report.rejects["row"].tolist() == [3, 4, 5]
    mended = report.rejects.iloc[[0]].assign(经度="121.26")
    mended.to_csv(folder / "s.csv", index=False)
    again = load(STATIONS)
    assert again.facilities["name"].tolist() == ["乙"]


def test_undeclared_coordinates_stop_with_the_choices(load: Load) -> None:
    layers = load(STATIONS.replace('crs = "EPSG:4326"\n', ""), s__csv="name,lon,lat\na,121.25,31.38\n")
    assert codes(layers) == ["no_crs"]
    assert "gcj02" in layers.faults[0].fix.en
    assert layers.report("s").accepted == 1
    assert layers.facilities.empty


def test_unknown_crs_names_the_layer_file(load: Load) -> None:
    layers = load(STATIONS.replace("EPSG:4326", "EPSG:999999"), s__csv="name,lon,lat\na,121.25,31.38\n")
    assert layers.faults[0].source == "s.csv"


def test_strict_raises_all_layers_together(load: Load) -> None:
    body = STATIONS + STATIONS.replace('"s"', '"t"').replace("s.csv", "t.csv")
    with pytest.raises(InputError) as caught:
        load(body, strict=True, s__csv="name\na\n", t__csv="lon,lat\n1,2\n")
    assert {fault.source for fault in caught.value.faults} == {"s.csv", "t.csv"}


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("name,lon,lat\n", "empty_layer"),
        ("name,lon,lat\na,x,y\n", "empty_layer"),
        ("id,name,lon,lat\n1,a,121.25,31.38\n1,b,121.26,31.38\n", "duplicate_id"),
        ("lon,lat\n121.25,31.38\n", "missing_column"),
        ("name,lon,lat\na,31.38,121.25\n", "swapped"),
        ("name,lon,lat\na,24.9,60.1\n", "outside_study"),
        ("name,lon,lat\na,51.25,31.38\nb,51.2,31.3\n", "outside_study"),
    ],
)
def test_unusable_layers_say_why(load: Load, sheet: str, code: str) -> None:
    assert codes(load(STATIONS, s__csv=sheet, extent=EXTENT)) == [code]


def test_swapped_axes_below_ninety_are_seen_by_the_extent(load: Load) -> None:
    layers = load(STATIONS, s__csv="name,lon,lat\na,60.17,24.94\n", extent=(24.9, 60.1, 25.0, 60.2))
    assert codes(layers) == ["swapped"]


def test_doubles_strangers_and_missing_hours_are_noted(load: Load) -> None:
    sheet = "name,lon,lat\na,121.25,31.38\na,121.2501,31.38\na,121.26,31.38\nb,121.25,31.38\nc,120,31\n"
    notes = {note.code: note.fix.en for note in load(STATIONS, s__csv=sheet, extent=EXTENT).report("s").notes}
    assert notes["double"].startswith("Row 3.")
    assert notes["outside_study"].startswith("Row 6.")
    assert "no_hours" in notes


def test_illegible_optional_value_keeps_the_row_and_is_noted(load: Load) -> None:
    layers = load(STATIONS, s__csv="名称,经度,纬度,容量,开放时间\n甲,121.25,31.38,很多,随缘\n")
    assert len(layers.facilities) == 1
    noted = {note.column: note.code for note in layers.report("s").notes if note.column}
    assert noted == {"开放时间": "hours-word", "容量": "bad_value"}


def test_a_value_not_understood_says_how_to_write_it_and_what_it_counts_as(load: Load) -> None:
    sheet = "名称,经度,纬度,状态,启用日期,容量,开放时间\n甲,121.25,31.38,看情况,明年3月,约百人,随缘\n"
    layers = load(STATIONS, s__csv=sheet)
    fixes = {note.column: note.fix.zh for note in layers.report("s").notes if note.column}
    assert layers.facilities["status"].tolist() == ["unknown"]
    assert fixes["状态"].endswith("请填 开放、在建、规划、关闭 之一；在此之前状态按未知计，不作可用设施")
    assert fixes["启用日期"].endswith("请写成 2027-03-01；在此之前是否开放按未知计，不作可用设施")
    assert fixes["容量"].endswith("请只填数字，如 120；该行保留，此值留空")
    assert fixes["开放时间"].endswith("请另列备注；该行保留，开放时间未知，按时段统计时不计其覆盖")


def test_what_a_file_cannot_state_is_not_said_to_agree(load: Load) -> None:
    square = [[[121.24, 31.37], [121.26, 31.37], [121.26, 31.39], [121.24, 31.37]]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": square}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]})
    notes = {
        declared: load(AREA.replace("EPSG:4326", declared), s__geojson=text).report("s").crs.note.en
        for declared in ("gcj02", "EPSG:4326")
    }
    assert notes["gcj02"] == "declared by the study; no file can state it"
    assert notes["EPSG:4326"] == "the study and the file agree"


def test_facilities_need_a_category(load: Load) -> None:
    assert codes(load(FACILITIES, s__csv="name,lon,lat\na,121.25,31.38\n")) == ["no_category"]


def test_categories_not_understood_are_rejected_with_the_nearest(load: Load) -> None:
    sheet = "name,lon,lat,type\na,121.25,31.38,幼儿园所\nb,121.25,31.39,医疗保健服务;诊所;诊所\n"
    report = load(FACILITIES, s__csv=sheet).report("s")
    assert report.unknown_categories[0][:2] == ("幼儿园所", 1)
    assert "kindergarten" in report.unknown_categories[0][2]
    assert (report.accepted, report.rejected) == (1, 1)


def test_category_rule_maps_keeps_and_leaves_out(load: Load) -> None:
    sheet = "name,lon,lat,type\na,121.25,31.38,甲类\nb,121.25,31.39,乙类\nc,121.25,31.37,药店\n"
    rule = 'category = { column = "type", map = { "甲类" = "clinic" }, other = "shop", only = ["clinic", '
    rule += '"shop"] }\n'
    layers = load(FACILITIES + rule, s__csv=sheet)
    assert layers.facilities.category.tolist() == ["clinic", "shop"]
    assert layers.report("s").left_out == 1


def test_animal_clinics_filed_as_hospitals_are_not(load: Load) -> None:
    sheet = "name,lon,lat,type\n芭比堂动物医院,121.25,31.38,医疗保健服务;专科医院;眼科医院\n"
    assert load(FACILITIES, s__csv=sheet).facilities.category.tolist() == ["veterinary"]


def test_extract_layers_by_tags(load: Load) -> None:
    body = '[[layer]]\nid = "c"\nkind = "facility"\nsource = "extract"\n'
    body += 'tags = { amenity = ["clinic", "veterinary"] }\n'
    body += '[[layer]]\nid = "d"\nkind = "demand"\nsource = "extract"\ntags = { building = true }\n'
    layers = load(body + 'people = { method = "buildings" }\n')
    assert layers.facilities[["id", "category"]].to_numpy().tolist() == [
        ["c:n5", "clinic"],
        ["c:n6", "veterinary"],
    ]
    assert layers.facilities.iloc[0][["name", "opening_hours", "address"]].tolist() == [
        "甲诊所",
        "Mo-Fr 09:00-17:00",
        "汇源路",
    ]
    # 95.12 m x 110.88 m (0.001 degrees at 31.38 N) x 7 storeys / 35 m2
    assert layers.demand.people.tolist() == pytest.approx([95.12 * 110.88 * 7 / 35], rel=1e-3)
    assert layers.demand.iloc[0][["group", "shift"]].tolist() == ["residents", "all"]


def test_buildings_without_storeys_are_rejected_or_filled_as_the_study_says(load: Load) -> None:
    square = gpd.GeoSeries([shapely.box(121.25, 31.38, 121.251, 31.381)]).to_json()
    body = DEMAND.replace("s.csv", "s.geojson") + 'people = { method = "buildings"%s }\n'
    assert codes(load(body % "", s__geojson=square)) == ["empty_layer"]
    filled = load(body % ", default_levels = 7", s__geojson=square)
    assert filled.demand.people[0] == pytest.approx(95.12 * 110.88 * 7 / 35, rel=1e-3)
    assert "default_levels" in {note.code for note in filled.report("s").notes}


def test_a_building_whose_floor_area_is_known_has_no_note_of_assumed_storeys(load: Load) -> None:
    square = shapely.box(121.25, 31.38, 121.251, 31.381)
    known = gpd.GeoDataFrame({"floor_area": [3500.0]}, geometry=[square]).to_json()
    body = DEMAND.replace("s.csv", "s.geojson") + 'people = { method = "buildings", default_levels = 7 }\n'
    found = load(body, s__geojson=known)
    assert found.demand.people.tolist() == [3500 / 35]
    assert "default_levels" not in {note.code for note in found.report("s").notes}


def test_dwellings_with_occupancy(load: Load) -> None:
    sheet = "名称,经度,纬度,套数,入住率\n人才公寓,121.25,31.38,3500,82.7%\n别墅,121.25,31.38,10,八成\n"
    layers = load(DEMAND + 'people = { method = "dwellings", persons = 1 }\n', s__csv=sheet)
    assert layers.demand.people.tolist() == [pytest.approx(2894.5)]
    assert [fault.row for fault in layers.report("s").row_faults] == [3]


@pytest.mark.parametrize(
    ("columns", "cells", "people"),
    [
        ("空置率", "20%", 2800), ("空置率（%）", "20", 2800), ("入住户数", "900", 3150),
        ("入住率,空置率", "70%,90%", 2450),
        ("空置率", "两成", None), ("空置率", "", None), ("入住户数", "1200", None), ("入住户数", "", None),
    ],
)  # fmt: skip
def test_occupancy_by_what_is_empty_or_lived_in(load: Load, columns: str, cells: str, people: int) -> None:
    sheet = f"名称,经度,纬度,套数,{columns}\n楼,121.25,31.38,1000,{cells}\n"
    layers = load(DEMAND + 'people = { method = "dwellings", persons = 3.5 }\n', s__csv=sheet)
    assert layers.demand.people.tolist() == ([pytest.approx(people)] if people else [])


def test_dwellings_lived_in_need_no_others(load: Load) -> None:
    sheet = "名称,经度,纬度,入住户数\n楼,121.25,31.38,900\n"
    layers = load(DEMAND + 'people = { method = "dwellings", persons = 2 }\n', s__csv=sheet)
    assert layers.demand.people.tolist() == [1800]
    assert "no_occupancy" not in {note.code for note in layers.report("s").notes}


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [("是否启用", "是", "否"), ("经营状态", "存续", "注销"), ("开放情况", "正常开放", "暂停开放")],
)
def test_a_place_not_in_use_is_not_open_whatever_its_column_is_called(
    load: Load, header: str, yes: str, no: str
) -> None:
    sheet = f"名称,经度,纬度,{header}\n甲,121.25,31.38,{yes}\n乙,121.25,31.38,{no}\n"
    assert load(STATIONS, s__csv=sheet).facilities.status.tolist() == ["open", "closed"]


def test_notes_name_the_header_of_the_file(load: Load) -> None:
    sheet = "站点名称,经度,纬度\n甲站（装修中）,121.25,31.38\n"
    (note,) = [n for n in load(STATIONS, s__csv=sheet).report("s").notes if n.code == "not_open_by_name"]
    assert note.column == "站点名称"


def test_people_by_group_and_shift(load: Load) -> None:
    sheet = (
        "lon,lat,人数,人群,时段\n121.25,31.38,1.2万,职工,八小时内\n121.25,31.38,0,骑手,\n121.25,31.38,-1,,\n"
    )
    layers = load(DEMAND, s__csv=sheet)
    assert layers.demand[["people", "group", "shift"]].to_numpy().tolist() == [
        [12000.0, "workers", "in"],
        [0.0, "骑手", "all"],
    ]
    assert layers.report("s").rejected == 1


def test_generated_grid_holds_the_demand(load: Load) -> None:
    body = DEMAND + '[[layer]]\nid = "g"\nkind = "grid"\nsource = "grid"\n'
    layers = load(body, s__csv="lon,lat,people\n121.25,31.38,3\n121.26,31.39,4\n")
    assert len(layers.grids) == 2
    assert layers.grids.id.str.match(r"g:r\d+c\d+").all()
    joined = gpd.sjoin(layers.demand, layers.grids, predicate="within")
    assert joined.people.sum() == 7


def test_grid_without_demand_covers_the_streets(load: Load) -> None:
    body = '[[layer]]\nid = "g"\nkind = "grid"\nsource = "grid"\ncell_metres = 50\n'
    assert load(body).grids.union_all().contains(shapely.box(121.25, 31.38, 121.251, 31.381))


def test_residential_land_is_polygons_and_a_street_between_blocks_is_no_gap(load: Load) -> None:
    ring = shapely.box(121.25, 31.38, 121.26, 31.39).difference(shapely.box(121.253, 31.383, 121.257, 31.387))
    body = STATIONS.replace("s.csv", "s.geojson")
    both = gpd.GeoSeries([ring, shapely.box(121.254, 31.384, 121.256, 31.386)], crs=4326).to_json()
    layers = load(body.replace('"station"', '"land"'), s__geojson=both)
    assert layers.land["id"].tolist() == ["s:0", "s:1"]
    assert layers.land.geometry.iloc[0].equals_exact(ring, 1e-9, normalize=True)
    assert [note.code for note in layers.report("s").notes if note.code == "gap"] == []
    areas = load(body.replace('"station"', '"area"'), s__geojson=both)
    assert [note.code for note in areas.report("s").notes if note.code == "gap"] == ["gap"]


@pytest.mark.parametrize(("permit", "found"), [("", ["overlap"]), ("overlap = true\n", [])])
def test_overlapping_areas_stop_unless_permitted(load: Load, permit: str, found: list[str]) -> None:
    boxes = gpd.GeoDataFrame(
        {"name": ["a", "b"]},
        geometry=[shapely.box(121, 31, 121.1, 31.1), shapely.box(121.05, 31, 121.2, 31.1)],
    )
    body = STATIONS.replace('"station"', '"area"').replace("s.csv", "s.geojson")
    assert codes(load(body + permit, s__geojson=boxes.to_json())) == found


def test_points_are_no_areas_and_areas_may_be_stations(load: Load) -> None:
    shapes = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[shapely.Point(1, 2), shapely.box(3, 4, 5, 6)])
    body = STATIONS.replace("s.csv", "s.geojson")
    areas = load(body.replace('"station"', '"area"'), s__geojson=shapes.to_json())
    assert [fault.code for fault in areas.report("s").row_faults] == ["not_polygon"]
    stations = load(body, s__geojson=shapes.to_json())
    assert stations.facilities.geometry.iloc[1].within(shapely.box(3, 4, 5, 6))
    assert "area_as_point" in {note.code for note in stations.report("s").notes}


def test_candidates_and_needs(load: Load) -> None:
    body = STATIONS.replace('"station"', '"candidate"')
    body += STATIONS.replace('"station"', '"need"').replace('"s"', '"n"').replace("s.csv", "n.csv")
    layers = load(
        body,
        s__csv="name,lon,lat,造价(万元),容量\n甲,121.25,31.38,30,200\n",
        n__csv="lon,lat,需求类型,日期,办理状态,满意度\n121.25,31.38,洗衣店,2024-05-01,已办结,95%\n",
    )
    assert layers.candidates.iloc[0][["cost", "capacity"]].tolist() == [300_000.0, 200.0]
    assert layers.needs.iloc[0][["category", "date", "status", "satisfaction"]].tolist() == [
        "laundry",
        date(2024, 5, 1),
        "settled",
        pytest.approx(0.95),
    ]


def test_empty_frames_have_their_columns(load: Load) -> None:
    layers = load(STATIONS, s__csv="name,lon,lat\na,121.25,31.38\n")
    for name, frame in (
        ("demand", layers.demand),
        ("candidates", layers.candidates),
        ("needs", layers.needs),
    ):
        assert tuple(frame.columns) == (*COLUMNS[name], "geometry")
        assert frame.crs.to_epsg() == 4326


def test_user_columns_called_like_ours_are_renamed(load: Load) -> None:
    frame = load(STATIONS, s__csv="name,lon,lat,kind,fid,layer\na,121.25,31.38,x,7,y\n").facilities
    assert frame.loc[0, ["kind", "kind (file)", "fid (file)", "layer (file)"]].tolist() == [
        "station",
        "x",
        "7",
        "y",
    ]


def test_file_that_says_another_system_is_noted_and_the_study_believed(load: Load) -> None:
    shapes = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(121.25, 31.38)], crs=4490).to_json()
    layers = load(STATIONS.replace("s.csv", "s.geojson").replace("EPSG:4326", "EPSG:4549"), s__geojson=shapes)
    assert "crs_differs" in {note.code for note in layers.report("s").notes}


def test_same_study_twice_gives_the_same_frames(load: Load) -> None:
    sheet = "name,lon,lat\nb,121.25,31.38\na,121.26,31.38\n"
    first, second = load(STATIONS, s__csv=sheet), load(STATIONS, s__csv=sheet)
    pd.testing.assert_frame_equal(pd.DataFrame(first.facilities), pd.DataFrame(second.facilities))


@pytest.mark.slow
def test_a_million_points_stay_cheap(load: Load) -> None:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(121, 122, 1_000_000), rng.uniform(31, 32, 1_000_000)
    pairs = enumerate(zip(lon, lat, strict=True))
    sheet = "名称,经度,纬度,类型\n" + "".join(f"设施{i},{x:.6f},{y:.6f},诊所\n" for i, (x, y) in pairs)
    layers = load(FACILITIES.replace("EPSG:4326", "gcj02"), s__csv=sheet)
    assert len(layers.facilities) == 1_000_000


def test_a_layer_of_entrances_says_whose_they_are_and_areas_keep_their_outline(load: Load) -> None:
    ring = "121.25 31.38,121.26 31.38,121.26 31.39,121.25 31.39,121.25 31.38"
    park = f'name,wkt,category\n大公园,"POLYGON(({ring}))",park\n'
    body = FACILITIES + (
        '\n[[layer]]\nid = "e"\nkind = "entrance"\nname = "出入口"\nsource = "e.csv"\ncrs = "EPSG:4326"\n'
    )
    layers = load(body, s__csv=park, e__csv="名称,所属设施,经度,纬度\n东门,大公园,121.261,31.385\n")
    assert layers.approaches.outlines.index.tolist() == [layers.facilities["id"].iloc[0]]
    assert layers.approaches.outlines.iloc[0].area == pytest.approx(1e-4)
    doors = layers.approaches.entrances
    assert (doors.name[0], doors.owner[0], doors.points[0].x) == ("东门", "大公园", 121.261)
