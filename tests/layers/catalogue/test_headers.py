import pytest

from layers.catalogue.headers import find_header_row, find_headers, match_columns, plain_header
from layers.catalogue.schema import all_roles, all_schemas, kinds, schema_of
from layers.catalogue.units import unit_of


def matched(headers: list[str], kind: str = "station", **columns: str) -> dict[str, tuple[str, str]]:
    found = match_columns(headers, schema_of(kind), columns, {}, "a.csv")
    assert not found.faults
    return {match.role: (match.header, match.how) for match in found.matches}


def test_office_headers_are_recognised() -> None:
    headers = [
        "序号",
        "阵地名称",
        "详细地址",
        "联系电话",
        "经度(东经)",
        "纬度",
        "开放时间",
        "阵地级别",
        "备注",
    ]
    assert {role: header for role, (header, _) in matched(headers).items()} == {
        "name": "阵地名称",
        "address": "详细地址",
        "phone": "联系电话",
        "opening_hours": "开放时间",
        "tier": "阵地级别",
        "lon": "经度(东经)",
        "lat": "纬度",
    }


def test_study_wins_and_is_not_recognised_twice() -> None:
    found = matched(["name", "title", "x", "y"], name="title", lon="x", lat="y")
    assert found["name"] == ("title", "study")
    assert found["lon"] == ("x", "study")


def test_mapped_place_switches_recognition_of_places_off() -> None:
    assert set(matched(["坐标", "lon", "lat", "name"], coordinates="坐标")) == {"coordinates", "name"}


@pytest.mark.parametrize("header", ["ＬＯＮ", " Lon ", "lon*", "Lon（WGS84）"])
def test_header_is_found_however_it_is_dressed(header: str) -> None:
    assert matched([header, "lat", "name"])["lon"][0] == header


def test_missing_mapped_header_names_near_ones() -> None:
    found = match_columns(
        ["经度X", "纬度"], schema_of("station"), {"lon": "经度", "lat": "纬度"}, {}, "a.csv"
    )
    assert [(fault.column, fault.code) for fault in found.faults] == [("经度", "missing_column")]


def test_settled_role_takes_no_column() -> None:
    found = match_columns(["type", "name"], schema_of("facility"), {}, {}, "a", settled=("category",))
    assert found.unused == ("type",)


def test_header_row_without_known_headers_is_first_with_several_cells() -> None:
    assert find_header_row([["Report"], ["a", "b"], ["1", "2"]]) == 1
    assert find_header_row([["only"], ["1"]]) == 0


@pytest.mark.parametrize(
    ("header", "plain", "unit"),
    [
        ("人数（人）", "人数", "人"),
        ("建筑面积/㎡", "建筑面积/m2", "m2"),
        ("人口[万人]", "人口", "万人"),
        ("层数", "层数", ""),
    ],
)
def test_units_are_read_from_headers(header: str, plain: str, unit: str) -> None:
    assert (plain_header(header), unit_of(header)) == (plain, unit)


def test_schema_is_whole() -> None:
    for schema in all_schemas().values():
        assert set(schema.required) <= {role.id for role in schema.roles}
    assert all(role.headers and role.name.zh and role.name.en for role in all_roles().values())


@pytest.mark.parametrize("kind", kinds())
def test_no_header_is_claimed_by_two_roles_with_the_same_first_word(kind: str) -> None:
    firsts = [plain_header(role.headers[0]) for role in schema_of(kind).roles]
    assert len(set(firsts)) == len(firsts)


def test_headers_in_two_rows_are_stacked() -> None:
    title = ["某某一览表", "", "", "", ""]
    upper, lower = ["名称", "坐标", "", "人数", "备注"], ["", "经度", "纬度", "", ""]
    assert find_headers([title, upper, lower, ["甲", "121", "31", "5", ""]]) == (
        2,
        ["名称", "经度", "纬度", "人数", "备注"],
    )
    groups = ["基本情况", "", "位置", "", "容量"]
    lower = ["名称", "地址", "经度", "纬度", ""]
    assert find_headers([title, groups, lower])[1] == ["名称", "地址", "经度", "纬度", "容量"]


@pytest.mark.parametrize(
    ("above", "below", "headers"),
    [
        (["小区", "位置", "", "人口（万人）", ""], ["", "经度", "纬度", "常住", "户籍"],
         ["小区", "经度", "纬度", "常住人口（万人）", "户籍 人口（万人）"]),
        (["小区", "人口", "", ""], ["", "男", "女", "合计"], ["小区", "男 人口", "女 人口", "人口"]),
        (["小区", "经度", "人口"], ["单位", "°", "万人"], ["小区", "经度", "人口(万人)"]),
        (["小区", "经度", "人口"], ["計量單位", "/", "百人"], ["小区", "经度", "人口(百人)"]),
    ],
)  # fmt: skip
def test_parts_of_a_group_and_rows_of_units_are_headers(
    above: list[str], below: list[str], headers: list[str]
) -> None:
    assert find_headers([above, below, ["甲", "121.4", "35", "1", "2"]]) == (1, headers)


def test_words_below_a_column_without_a_header_are_data() -> None:
    rows = [["小区", "人口", ""], ["甲", "35", "已核"], ["乙", "12", ""]]
    assert find_headers(rows) == (0, ["小区", "人口", ""])


def test_row_of_data_is_no_second_header_row() -> None:
    assert find_headers([["名称", "类型", "经度", "纬度"], ["", "类型", "", ""]])[0] == 1
    assert find_headers([["名称", "类型", "经度", "纬度"], ["甲", "药店", "", ""]])[0] == 0


def test_row_named_by_the_study_is_taken_alone() -> None:
    assert find_headers([["a"], ["名称"], ["x"]], at=0) == (0, ["a"])
