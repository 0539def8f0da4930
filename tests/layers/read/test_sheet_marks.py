from pathlib import Path
from typing import Any

import openpyxl
import pytest

from layers.read.sheet_marks import read_marks

PART = "xl/worksheets/sheet1.xml"


def save(path: Path, fill: Any) -> Path:
    book = openpyxl.Workbook()
    fill(book.active)
    book.save(path / "a.xlsx")
    return path / "a.xlsx"


def test_what_cells_do_not_show(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["a", "=B2*2", 3])
        sheet.append(["b", "=SUM(A1:A2)", "=1+1"])
        sheet.merge_cells("A1:A2")
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.auto_filter.ref = "A1:C2"

    marks = read_marks(save(tmp_path, fill), PART)
    assert marks.merges == [(1, 1, 1, 2)]
    assert (marks.hidden_rows, marks.hidden_columns, marks.filtered) == ({2}, {3}, True)
    assert marks.unfinished == {(1, 2): "=B2*2", (2, 2): "=SUM(A1:A2)", (2, 3): "=1+1"}


@pytest.mark.parametrize("chunk", [200, 977, 1 << 20])
def test_pieces_of_any_size_give_the_same_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    def fill(sheet: Any) -> None:
        for row in range(1, 60):
            sheet.append([f"name {row}", f"=B{row + 1}", row])
            sheet.row_dimensions[row].hidden = row % 3 == 0

    monkeypatch.setattr("layers.read.sheet_marks._CHUNK", chunk)
    monkeypatch.setattr("layers.read.sheet_marks._OVERLAP", 600)
    marks = read_marks(save(tmp_path, fill), PART)
    assert marks.hidden_rows == set(range(3, 60, 3))
    assert marks.unfinished == {(row, 2): f"=B{row + 1}" for row in range(1, 60)}
