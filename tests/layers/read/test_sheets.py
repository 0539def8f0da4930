import zipfile
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest

from geo.errors import InputError
from layers.read.sheets import read_workbook


def office_sheet(path: Path) -> Path:
    """Write a sheet as an office does: merged title, note, headers with units, merged cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "站点"
    sheet["A1"] = "嘉定工业区服务阵地一览表"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "填表单位：某某街道　　2024年5月"
    sheet.append(["街道", "阵地名称", "经度", "纬度", "服务人数（人）", "启用日期"])
    sheet.append(["甲街道", "一号站", 121.25, 31.38, "１，２００", date(2024, 5, 1)])
    sheet.append([None, "二号站", "121.26", "31.39", "300人", None])
    sheet.merge_cells("A4:A5")
    sheet.append([None, None, None, None, None, None])
    sheet.append(["乙街道", "三号站", 121.27, 31.4, 50, None])
    book.save(path)
    return path


def test_title_rows_are_skipped_and_merged_cells_spread(tmp_path: Path) -> None:
    table = read_workbook(office_sheet(tmp_path / "a.xlsx"))
    assert table.details == {"sheet": "站点", "header row": "3", "merged cells spread": "1"}
    assert table.cells["街道"].tolist() == ["甲街道", "甲街道", "", "乙街道"]
    assert table.cells["启用日期"].iloc[0] == "2024-05-01"
    assert table.rows.tolist() == [4, 5, 6, 7]


def test_sheet_by_name_by_number_or_a_question(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name"])
    book.create_sheet("第二").append(["名称"])
    book.create_sheet("空")
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert list(read_workbook(path, sheet="第二").cells) == ["名称"]
    assert list(read_workbook(path, sheet=1).cells) == ["name"]
    with pytest.raises(InputError, match=r"several sheets.*Sheet, 第二"):
        read_workbook(path)
    with pytest.raises(InputError, match="no such sheet"):
        read_workbook(path, sheet="第三")
    with pytest.raises(InputError, match="has 3 sheets"):
        read_workbook(path, sheet=9)
    with pytest.raises(InputError, match="the sheet is empty"):
        read_workbook(path, sheet="空")


def test_header_row_of_the_study_is_obeyed(tmp_path: Path) -> None:
    table = read_workbook(office_sheet(tmp_path / "a.xlsx"), header_row=4)
    assert "一号站" in table.cells.columns


def test_times_and_numbers_are_texts_a_person_sees(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "code", "open", "flag"])
    book.active.append(["甲", 7.0, time(9, 30), True])
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx").cells.iloc[0].tolist() == ["甲", "7", "09:30", "true"]


def test_formula_that_was_never_computed_stands_as_itself_and_is_never_run(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "lon"])
    book.active.append(["甲", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx").cells["lon"].tolist() == ["=1+1"]


def test_stray_cell_in_the_last_row_does_not_cost_a_million(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "lon"])
    book.active.append(["甲", 1])
    book.active["A1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert len(read_workbook(tmp_path / "a.xlsx").cells) < 10_000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old .xls"),
        (b"name,lon\n", r"not a workbook \(XLSX\)"),
        (b"PK\x03\x04junk", r"not a workbook \(XLSX\)"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_workbook(path)


def test_archive_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(InputError, match="workbook cannot be read"):
        read_workbook(tmp_path / "a.xlsx")


def test_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = office_sheet(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/bomb.xml", b"0" * 50_000_000)
    with pytest.raises(InputError, match="would unpack to"):
        read_workbook(path)


def test_an_empty_workbook_is_told_and_no_sheet_is_asked_for(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match=r"the workbook is empty\. Save the table into it"):
        read_workbook(tmp_path / "a.xlsx")
