import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from layers.load import Layers
from layers.write.workbook import write_workbook
from maps.book.spec import workbook_sheets
from maps.check.sheets import check_edition, rejects_sheets
from maps.check.tables import categories_table, columns_table, faults_table, summary_table
from maps.result import CheckResult, LayerCheck
from tests.support.results import town_result

Load = Callable[..., Layers]
BODY = '[[layer]]\nid = "m"\nkind = "facility"\nsource = "m.csv"\ncrs = "EPSG:4326"\n'
SHEET = (
    "名称,经度,纬度,类型,备注\n"
    "=HYPERLINK(A1),121.25,31.38,药店,+1\n"
    "-2+3,x,31.38,药店,@SUM(A1)\n"
    "丙,121.25,31.38,太空站,=1+1\n"
)


@pytest.fixture
def layers(load: Load) -> Layers:
    return load(BODY, m__csv=SHEET)


def write_check(layers: Layers, folder: Path) -> list[Path]:
    """Write ``check.xlsx`` and, where rows were rejected, ``rejects.xlsx``."""
    checks = tuple(LayerCheck(report=each, accepted=layers.facilities.geometry) for each in layers.reports)
    result = CheckResult(study=town_result().study, faults=(), layers=checks)
    books = {"check.xlsx": workbook_sheets(check_edition(result)), "rejects.xlsx": rejects_sheets(result)}
    return [write_workbook(folder / name, sheets, language="zh") for name, sheets in books.items() if sheets]


def test_tables_say_counts_places_and_remedies(layers: Layers) -> None:
    assert summary_table(layers.reports)[["read", "accepted", "rejected"]].to_numpy().tolist() == [[3, 1, 2]]
    faults = faults_table(layers.reports)
    rows = faults[[grade.zh == "该行剔除" for grade in faults.grade]]
    assert rows[["row", "column", "value"]].to_numpy().tolist() == [
        ["3", "经度", "x"],
        ["4", "类型", "太空站"],
    ]
    columns = columns_table(layers.reports)
    assert [how.en for how in columns.loc[columns.header == "备注", "how"]] == ["not used, kept as it is"]
    assert categories_table(layers.reports)[["text", "rows"]].to_numpy().tolist() == [["太空站", 1]]


def test_what_was_found_of_a_file_is_said_in_both_languages(layers: Layers) -> None:
    (found,) = summary_table(layers.reports)["found"]
    assert found.zh == "编码 utf-8，分隔符 逗号，表头所在行 1"
    assert found.en == "Encoding utf-8, Delimiter comma, Header row 1"


def test_no_cell_of_a_written_workbook_is_a_formula(layers: Layers, tmp_path: Path) -> None:
    for path in write_check(layers, tmp_path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert b"<f>" not in archive.read(name)
        book = openpyxl.load_workbook(path)
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_rejects_can_be_mended_and_fed_back(layers: Layers, tmp_path: Path, load: Load) -> None:
    _, rejects = write_check(layers, tmp_path)
    book = openpyxl.load_workbook(rejects)
    for row in book.active.iter_rows():
        for cell in row:
            if cell.value in ("x", "太空站"):
                cell.value = {"x": 121.26, "太空站": "便利店"}[cell.value]
    book.save(tmp_path / "mended.xlsx")
    again = load(BODY.replace("m.csv", "mended.xlsx"))
    assert again.facilities[["name", "category"]].to_numpy().tolist() == [
        ["-2+3", "pharmacy"],
        ["丙", "convenience_store"],
    ]


def test_clean_layers_need_no_rejects(load: Load, tmp_path: Path) -> None:
    layers = load(BODY, m__csv="name,lon,lat,type\na,121.25,31.38,药店\n")
    assert [path.name for path in write_check(layers, tmp_path)] == ["check.xlsx"]
