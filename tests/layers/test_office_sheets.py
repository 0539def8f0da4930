"""Sheets as offices write them: each value is read rightly, or its row or layer is asked about."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geo.assessment.case import housing
from layers.load import Layers, load_layers
from layers.study.model import parse_study

PLACES = ("121.471234,31.231234", "121.472345,31.232345", "121.473456,31.233456", "121.474567,31.234567")
PEOPLE = "kind = 'demand'"
BUILDINGS = "kind = 'demand', people = { method = 'buildings' }"
DWELLINGS = "kind = 'demand', people = { method = 'dwellings', persons = 2 }"
STATIONS = "kind = 'station'"
Read = Callable[..., Layers]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads one layer from a file's bytes."""

    def run(layer: str, data: bytes, name: str = "a.csv", crs: str = "EPSG:4326") -> Layers:
        (tmp_path / name).write_bytes(data)
        (tmp_path / "town.osm").write_text("<osm/>")
        text = (
            f"name = 'x'\nstreets = {{ extract = 'town.osm' }}\n"
            f"layer = [{{ id = 'L', source = '{name}', crs = '{crs}', "
            f"licence = 'a', attribution = 'b', {layer} }}]"
        )
        return load_layers(parse_study(text, tmp_path), strict=False)

    return run


def table(headers: str, *cells: str, above: str = "") -> bytes:
    """Rows 甲0, 甲1 ... with places, and a cell or more each."""
    rows = [f"甲{number},{PLACES[number % 4]},{cell}" for number, cell in enumerate(cells)]
    return "\n".join([*([above] if above else []), f"名称,经度,纬度,{headers}", *rows, ""]).encode()


def book(rows: list[list[Any]], change: Callable[[Any, Any], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(workbook, sheet)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def people(layers: Layers) -> list[float | None]:
    counted = {row["name"]: round(row.people, 3) for _, row in layers.demand.iterrows()}
    return [counted.get(f"甲{number}") for number in range(layers.reports[0].read)]


def codes(layers: Layers) -> set[str]:
    report = layers.reports[0]
    return {fault.code for fault in (*report.faults, *report.row_faults, *report.notes)}


# Units ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cell", "count"),
    [
        ("人口（百人）", "35", 3500),
        ("人口（千）", "3.5", 3500),
        ("人口[百万人]", "0.0035", 3500),
        ("常住人口（单位：万人）", "0.35", 3500),
        ("人口/万人", "0.35", 3500),
        ("常住人口万人", "0.35", 3500),
        ("人口（萬人）", "0.35", 3500),
        ("population (thousands)", "3.5", 3500),
        ("population ('000)", "3.5", 3500),
        ("人口（2020年）", "300", 300),
        ("人口（万人）", "3500人", 3500),
        ("人口", "3.5w人", 35000),
    ],
)
def test_units_of_people(read: Read, header: str, cell: str, count: float) -> None:
    assert people(read(PEOPLE, table(header, cell))) == [count]


@pytest.mark.parametrize("header", ["人口（万辆）", "人口（户）", "人口(dozen)"])
def test_a_unit_that_is_not_understood_stops_the_layer(read: Read, header: str) -> None:
    assert [fault.code for fault in read(PEOPLE, table(header, "3")).faults] == ["unknown_unit"]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("各小区人口,,,单位：万人", 3500),
        ("计量单位为千人,,,", 350),
        ("各小区人口统计（万人）,,,", 3500),
        ("Unit: thousand persons,,,", 350),
        ("填报单位：幸福街道办事处,,,", 0.35),
        ("单位：幸福街道,,,", 0.35),
    ],
)
def test_units_of_the_lines_above(read: Read, line: str, count: float) -> None:
    assert people(read(PEOPLE, table("人口", "0.35", above=line))) == [count]


def test_unit_row_below_the_headers(read: Read) -> None:
    data = f"名称,经度,纬度,人口\n,（度）,（度）,（万人）\n甲0,{PLACES[0]},0.35\n".encode()
    assert people(read(PEOPLE, data)) == [3500]


def test_the_unit_of_the_header_wins_over_the_line_above(read: Read) -> None:
    assert people(read(PEOPLE, table("人口（人）", "35", above="单位：万人,,,"))) == [35]


@pytest.mark.parametrize(
    ("unit", "value"),
    [("平方公里", 0.0035), ("km²", 0.0035), ("公顷", 0.35), ("亩", 5.25), ("万平方米", 0.35), ("㎡", 3500)],
)
def test_units_of_floor_area(read: Read, unit: str, value: float) -> None:
    found = people(read(BUILDINGS, table(f"建筑面积（{unit}）", str(value))))
    assert found == [pytest.approx(100)]


@pytest.mark.parametrize(
    ("cell", "code"), [("0.35", "people_few"), ("12.5", "people_fraction"), ("5000000", "people_many")]
)
def test_implausible_people_are_noted_with_their_rows(read: Read, cell: str, code: str) -> None:
    layers = read(PEOPLE, table("人口", cell, "40"))
    note = next(note for note in layers.reports[0].notes if note.code == code)
    assert note.fix.en.startswith("Row 2.")


# Numbers -------------------------------------------------------------------------------------------


def test_points_between_thousands_are_asked_about(read: Read) -> None:
    layers = read(PEOPLE, table("人口", "1.234", "2.500", "987"))
    assert [fault.code for fault in layers.faults] == ["thousands_or_decimals"]


def test_where_points_are_said_to_be_thousands_another_point_rejects_its_row(read: Read) -> None:
    study = PEOPLE + ", points = { '人口' = 'thousands' }"
    assert people(read(study, table("人口", "1.234", "12.5", "2.500.000"))) == [1234, None, 2_500_000]


def test_spaces_and_apostrophes_between_thousands(read: Read) -> None:
    cells = ("1\u00a0234", "1 234", "1'234", "1’234")
    assert people(read(PEOPLE, table("人口", *cells))) == [1234] * 4


@pytest.mark.parametrize(
    "cell", ["约300", "300左右", "300-400", "300+", "近300", "三百", "-5", "同上", "#N/A"]
)
def test_what_is_no_number_of_people_rejects_its_row(read: Read, cell: str) -> None:
    assert people(read(PEOPLE, table("人口", "120", cell))) == [120, None]


def test_formats_of_cells_are_read(read: Read) -> None:
    def formats(_: Any, sheet: Any) -> None:
        for row, code in enumerate(('0.00"万人"', '0"人"', '0.0,"千"', '0!.0,"万"'), start=2):
            sheet.cell(row, 4).number_format = code

    rows = [["名称", "经度", "纬度", "人口"]]
    rows += [[f"甲{n}", 121.471234, 31.231234, value] for n, value in enumerate((0.35, 35, 3500, 35000))]
    assert people(read(PEOPLE, book(rows, formats), "a.xlsx")) == [3500, 35, 3500, 35000]


def test_formulas_that_failed_or_were_never_computed(read: Read) -> None:
    rows = [["名称", "经度", "纬度", "人口"], ["甲0", 121.471234, 31.231234, "=D3*2"]]
    rows += [["甲1", 121.472345, 31.232345, 5], ["甲2", 121.473456, 31.233456, "#REF!"]]
    layers = read(PEOPLE, book(rows), "a.xlsx")
    assert people(layers) == [None, 5, None]
    assert [fault.code for fault in layers.reports[0].row_faults] == ["broken_formula"] * 2


# Occupancy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cells", "counts"),
    [
        ("入住率", ("80%", "８０％", "0.8", "80 %"), [160] * 4),
        ("入住率", ("80", "90"), [160, 180]),
        ("入住率", ("80", "1"), [160, None]),
        ("入住率（%）", ("80", "100"), [160, 200]),
        ("入住率(%)", ("0.8", "80"), [None, 160]),
        ("入住率", ("80%", ""), [160, None]),
        ("入住率", ("80%", "八成"), [160, None]),
        ("入住率", ("80%", "约80%"), [160, None]),
        ("入住率", ("80%", "满"), [160, None]),
        ("入住率", ("80%", "90%以上"), [160, None]),
        ("入住率", ("80%", "120%"), [160, None]),
    ],
)
def test_occupancy_is_understood_or_asked_about(
    read: Read, header: str, cells: tuple[str, ...], counts: list[float | None]
) -> None:
    data = table(f"户数,{header}", *(f"100,{cell}" for cell in cells))
    assert people(read(DWELLINGS, data)) == counts


def test_occupancy_in_percent_by_the_format_of_its_cell(read: Read) -> None:
    def percent(_: Any, sheet: Any) -> None:
        sheet["E2"].number_format = "0.0%"

    rows = [["名称", "经度", "纬度", "户数", "入住率(%)"], ["甲0", 121.471234, 31.231234, 1000, 0.827]]
    assert people(read(DWELLINGS, book(rows, percent), "a.xlsx")) == [1654]


def test_empty_occupancy_is_filled_only_by_the_study(read: Read) -> None:
    layer = "kind = 'demand', people = { method = 'dwellings', persons = 2, occupancy = 0.5 }"
    assert people(read(layer, table("户数,入住率", "100,", "100,满", "100,80%"))) == [100, None, 160]


def test_persons_come_from_the_sheet(read: Read) -> None:
    layer = "kind = 'demand', people = { method = 'dwellings' }"
    assert people(read(layer, table("户数,入住率,户均人口", "100,50%,3.2", "100,50%,三"))) == [160, None]
    assert [fault.code for fault in read(layer, table("户数", "100")).faults] == ["missing_column"]


# States --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("已关停", "closed"),
        ("暂停服务", "closed"),
        ("停", "closed"),
        ("筹建中", "planned"),
        ("拟启用", "planned"),
        ("将开放", "planned"),
        ("未开放", "planned"),
        ("装修中", "building"),
        ("营业（8月起停业）", "unknown"),
        ("正常（拟关停）", "unknown"),
        ("装修完毕", "unknown"),
        ("看情况", "unknown"),
        ("", "unknown"),
        ("正常营业", "open"),
        ("營業中", "open"),
    ],
)
def test_a_state_is_understood_or_not_open(read: Read, cell: str, state: str) -> None:
    layers = read(STATIONS, table("状态", cell, "开放"))
    assert layers.facilities["status"].tolist() == [state, "open"]


def test_a_date_in_a_state_is_the_opening_date(read: Read) -> None:
    layers = read(STATIONS, table("状态", "规划2026年6月", "在建（2026.10）", "2027年3月停业"))
    assert layers.facilities["status"].tolist() == ["planned", "building", "closed"]
    assert layers.facilities["opens_on"].tolist() == [date(2026, 6, 1), date(2026, 10, 1), None]


def test_a_month_typed_as_a_number_is_asked_about(read: Read) -> None:
    rows = [["名称", "经度", "纬度", "状态", "启用日期"]]
    rows += [["甲", 121.471234, 31.231234, "在建", 2026.1], ["乙", 121.472345, 31.232345, "在建", 2026.11]]
    layers = read(STATIONS, book(rows), "a.xlsx")
    assert layers.facilities["opens_on"].tolist() == [None, date(2026, 11, 1)]
    assert [(fault.row, fault.value) for fault in layers.reports[0].questions] == [(2, "2026.1")]


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("待定", "unknown"),
        ("明年", "unknown"),
        ("2026.1", "unknown"),
        ("预计2099年三季度", "unknown"),
        ("2099-03-01", "planned"),
        ("2019-03-01", "open"),
        ("已开放", "open"),
        ("", "open"),
        ("-", "open"),
    ],
)
def test_a_place_whose_opening_date_is_not_understood_is_not_taken_to_be_open(
    read: Read, cell: str, state: str
) -> None:
    layers = read(STATIONS, table("启用日期", cell, "2020-01-01"))
    assert layers.facilities["status"].tolist() == [state, "open"]


def test_a_state_that_is_known_outweighs_an_opening_date_that_is_not(read: Read) -> None:
    rows = ["名称,经度,纬度,状态,启用日期", "甲0,121.471234,31.231234,在建,待定"]
    rows += ["甲1,121.472345,31.232345,已关停,待定", "甲2,121.473456,31.233456,开放,待定"]
    layers = read(STATIONS, "\n".join(rows).encode())
    assert layers.facilities["status"].tolist() == ["building", "closed", "unknown"]


def test_homes_count_from_the_day_their_people_move_in(read: Read) -> None:
    cells = ["5,已入住,", "7,在建,2099-06-01", "11,规划,", "13,,2099-06-01", "17,开放,2019-06-01", "19,,"]
    layers = read(PEOPLE, table("人数,状态,启用日期", *cells))
    frame = layers.demand
    assert frame["status"].tolist() == ["open", "building", "planned", "planned", "open", "open"]
    assert housing(frame, on=None).tolist() == [True, False, False, False, True, True]
    assert housing(frame, on=date(2099, 6, 1)).tolist() == [True, True, False, True, True, True]
    (note,) = (note for note in layers.reports[0].notes if note.code == "homes_not_yet")
    assert note.what.zh.startswith("3 行：在建、规划或已停用的住房，其31人")


@pytest.mark.parametrize(
    ("cell", "housed"),
    [
        ("未交付", False),
        ("尚未入住", False),
        ("2099年6月交付", False),
        ("已拆迁", False),
        ("2019年6月交付", True),
    ],
)
def test_words_of_homes_are_understood(read: Read, cell: str, housed: bool) -> None:
    layers = read(PEOPLE, table("人数,交付状态", f"5,{cell}"))
    assert not [fault for fault in layers.reports[0].questions if fault.code == "bad_value"]
    assert housing(layers.demand, on=date(2026, 1, 1)).tolist() == [housed]


def test_people_of_homes_whose_state_is_not_understood_count_and_are_asked_about(read: Read) -> None:
    layers = read(PEOPLE, table("人数,状态,建成时间", "5,看情况,1998", "7,,2099-01-01"))
    assert housing(layers.demand, on=None).tolist() == [True, True]
    assert [(each.row, each.code) for each in layers.reports[0].questions] == [
        (2, "bad_value"),
        (3, "no_status"),
    ]
    assert "按已入住计" in layers.reports[0].questions[0].fix.zh


def test_a_sheet_of_people_without_a_state_is_as_it_was(read: Read) -> None:
    layers = read(PEOPLE, table("人数", "5"))
    assert not {"status", "opens_on"} & set(layers.demand.columns)


# Merged, hidden, ditto -----------------------------------------------------------------------------

HOUSES = [
    ["小区", "名称", "经度", "纬度", "人口", "层数"],
    ["A", "甲0", 121.471234, 31.231234, 300, 6],
    [None, "甲1", 121.472345, 31.232345, None, None],
    ["B", "甲2", 121.473456, 31.233456, 50, 3],
]


def test_people_in_a_merged_cell_count_once(read: Read) -> None:
    def merge(_: Any, sheet: Any) -> None:
        for area in ("A2:A3", "E2:E3", "F2:F3"):
            sheet.merge_cells(area)

    layers = read(PEOPLE, book(HOUSES, merge), "a.xlsx")
    assert people(layers) == [300, None, 50]
    assert [fault.code for fault in layers.reports[0].row_faults] == ["merged_number"]


def test_words_in_a_merged_cell_hold_for_all_its_rows(read: Read) -> None:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_cells("D2:D3")
        sheet.merge_cells("E2:E3")

    rows = [["名称", "经度", "纬度", "状态", "容量"], ["甲", 121.471234, 31.231234, "在建", 30]]
    layers = read(STATIONS, book([*rows, ["乙", 121.472345, 31.232345, None, None]], merge), "a.xlsx")
    assert layers.facilities["status"].tolist() == ["building"] * 2
    assert layers.facilities["capacity"].fillna(-1).tolist() == [30, -1]


def test_hidden_rows_columns_and_sheets_are_said(read: Read) -> None:
    def hide(workbook: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["F"].hidden = True
        old = workbook.create_sheet("旧")
        old.append(HOUSES[0])
        old.sheet_state = "hidden"

    layers = read(PEOPLE, book(HOUSES, hide), "a.xlsx")
    assert {"hidden_rows", "hidden_columns", "hidden_sheet"} <= codes(layers)
    assert layers.reports[0].read == 3


def test_ditto_marks_are_the_cell_above(read: Read) -> None:
    layers = read(STATIONS, table("层级,状态", "社区,在建", "〃,同上", "同上,″", ",在建"))
    assert layers.facilities["tier"].tolist() == ["community"] * 3 + [None]
    assert layers.facilities["status"].tolist() == ["building"] * 4
    assert "ditto_empty" in codes(layers)


# Tables --------------------------------------------------------------------------------------------


def test_tables_side_by_side(read: Read) -> None:
    head = "名称,经度,纬度,人口"
    data = f"{head},,{head}\n甲0,{PLACES[0]},1,,甲1,{PLACES[1]},2\n甲2,{PLACES[2]},3,,,,,\n".encode()
    layers = read(PEOPLE, data)
    assert people(layers) == [1, 2, 3]
    assert layers.demand["id"].is_unique


def test_one_header_over_different_numbers_stops_the_layer(read: Read) -> None:
    layers = read(PEOPLE, table("人口,人口", "100,200"))
    assert [fault.code for fault in layers.faults] == ["duplicate_header"]


def test_headers_in_three_rows(read: Read) -> None:
    rows = [["人口统计表"], ["小区", "坐标", None, "人口"], [None, "经度", "纬度", "常住人口"]]
    rows += [[None, "（度）", "（度）", "（万人）"], ["甲0", 121.471234, 31.231234, 0.35]]
    layers = read("kind = 'demand', columns = { name = '小区' }", book(rows), "a.xlsx")
    assert people(layers) == [3500]


def test_the_same_header_of_two_years_is_asked_about(read: Read) -> None:
    rows = [["名称", "经度", "纬度", "2024年", None, "2025年", None]]
    rows += [[None, None, None, "人口", "户数", "人口", "户数"], ["甲0", 121.47, 31.23, 100, 5, 200, 6]]
    assert [fault.code for fault in read(PEOPLE, book(rows), "a.xlsx").faults] == ["missing_column"]


def test_headings_totals_and_repeated_headers_are_no_rows(read: Read) -> None:
    head = "名称,经度,纬度,人口"
    east = f"一、东片区,,,\n{head}\n甲0,{PLACES[0]},1\n小计,,,1\n"
    data = f"{east}二、西片区,,,\n{head}\n甲1,{PLACES[1]},2\n合 计,,,3\n"
    layers = read(PEOPLE, data.encode())
    assert people(layers) == [1, 2]
    assert layers.reports[0].details["headings and totals skipped"] == "4"


def test_an_average_with_a_place_is_rejected(read: Read) -> None:
    layers = read(PEOPLE, f"名称,经度,纬度,人口\n甲0,{PLACES[0]},100\n平均,{PLACES[1]},100\n".encode())
    assert [(fault.row, fault.code) for fault in layers.reports[0].row_faults] == [(3, "total_row")]


def test_traditional_characters(read: Read) -> None:
    data = f"名稱,經度,緯度,類型,營業時間\n甲,{PLACES[0]},藥店,週一至週五 9:00-17:00\n".encode()
    facilities = read("kind = 'merchant'", data).facilities
    assert facilities["category"].tolist() == ["pharmacy"]
    assert facilities["opening_hours"].tolist() == ["Mo-Fr 09:00-17:00"]


# Places and identifiers ----------------------------------------------------------------------------


def test_coordinates_of_few_decimals_are_noted(read: Read) -> None:
    layers = read(
        STATIONS,
        "名称,坐标\n甲,“121.47 31.23”\n乙,121.472345 31.232345\n".replace("“", '"')
        .replace("”", '"')
        .encode(),
    )
    note = next(note for note in layers.reports[0].notes if note.code == "rough_place")
    assert (note.what.en, note.fix.en[:6]) == (
        "1 row: coordinates of 2 decimals: somewhere within 1 km",
        "Row 2.",
    )


def test_decimal_commas_in_degrees_and_metres(read: Read) -> None:
    degrees = read(STATIONS, "名称;经度;纬度\n甲;121,2510513;31,380451\n".encode()).facilities
    assert (degrees.geometry.x[0], degrees.geometry.y[0]) == (121.2510513, 31.380451)
    metres = read(STATIONS, "名称;经度;纬度\n甲;354.321,25;3.456.789,5\n".encode(), crs="EPSG:32651")
    plain = read(STATIONS, "名称;经度;纬度\n甲;354321.25;3456789.5\n".encode(), crs="EPSG:32651")
    assert metres.facilities.geometry[0].equals(plain.facilities.geometry[0])


def test_digits_that_a_spreadsheet_lost_are_asked_about(read: Read) -> None:
    layers = read(STATIONS, table("电话", "1.38E+10", "13812345678"))
    assert layers.facilities["phone"].tolist() == [None, "13812345678"]
    layers = read(STATIONS, f"编号,名称,经度,纬度\n3.10114E+17,甲,{PLACES[0]}\n".encode())
    assert "shortened_id" in codes(layers)


@pytest.mark.parametrize("header", ["座位数", "可容纳人数", "床位数", "容量", "可服务人数"])
def test_capacity_is_shown_and_limits_nobody(read: Read, header: str) -> None:
    facilities = read(STATIONS, table(header, "30")).facilities
    assert facilities["capacity"].tolist() == [30]
    assert facilities["people_limit"].eq(float("inf")).all()


def test_only_a_declared_service_capacity_limits(read: Read) -> None:
    limits = "kind = 'station', capacity = 'limits'"
    assert read(limits, table("可服务人数", "30")).facilities["people_limit"].tolist() == [30]
    assert [fault.code for fault in read(limits, table("座位数", "30")).faults] == ["no_limit"]
    mapped = limits + ", columns = { service_capacity = '座位数' }"
    assert read(mapped, table("座位数", "30")).facilities["people_limit"].tolist() == [30]


def test_ten_thousand_spaces_cost_nothing(read: Read) -> None:
    blank = " " * 10_000
    data = f"名称,经度,纬度,人口\n甲0,121{blank}30x,31{blank}1,1{blank}x\n甲1,{PLACES[0]},5\n".encode()
    assert people(read(PEOPLE, data)) == [None, 5]
