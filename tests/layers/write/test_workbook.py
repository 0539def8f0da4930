"""The workbook and the CSV as an office opens them: text stays text, numbers stay numbers."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.errors import OutputError
from geo.text import Text
from layers.write.table import Column, Sheet, Table
from layers.write.workbook import write_workbook

HOSTILE = ["=1+1", "+SUM(A1)", "@cmd", "-2", "http://x.y", "{=1}", "<b>", "\t=1", "'", "\x01\x0b", "12"]
NAME = Column("name", Text("Name", "名称"))


def opened(path):
    return openpyxl.load_workbook(path)


def sheet(frame, *columns, name="表"):
    return Sheet(
        Text(name, name), Text("Title", "标题"), Text("unit", "单位"), Table(columns or (NAME,), frame)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path, text):
    path = write_workbook(tmp_path / "a.xlsx", [sheet(pd.DataFrame({"name": [text]}))])
    cell = opened(path).worksheets[0]["A4"]
    assert cell.data_type in {"s", "inlineStr"}
    assert cell.hyperlink is None


def test_hostile_names_do_not_become_sheets(tmp_path):
    sheets = [sheet(pd.DataFrame(), name=name) for name in ("a/b:c", "A b c", "'" * 9, "长" * 60)]
    names = opened(write_workbook(tmp_path / "a.xlsx", sheets)).sheetnames
    assert len({name.lower() for name in names}) == 4
    assert max(map(len, names)) <= 31


def test_missing_and_infinite_are_empty_cells(tmp_path):
    columns = Column("n", Text("n", "n"), "minutes")
    frame = pd.DataFrame({"n": [1.5, np.nan, np.inf, None]})
    page = opened(write_workbook(tmp_path / "a.xlsx", [sheet(frame, columns)])).worksheets[0]
    assert [page.cell(row, 1).value for row in range(4, 8)] == [1.5, None, None, None]


def test_empty_table_says_so(tmp_path):
    page = opened(write_workbook(tmp_path / "a.xlsx", [sheet(pd.DataFrame({"name": []}))])).worksheets[0]
    assert page["A4"].value == "（无）"


def test_long_text_is_cut_not_lost(tmp_path):
    frame = pd.DataFrame({"name": ["长" * 40_000]})
    page = opened(write_workbook(tmp_path / "a.xlsx", [sheet(frame)])).worksheets[0]
    assert len(page["A4"].value) == 32_767


def test_too_many_rows_are_refused_before_writing(tmp_path):
    frame = pd.DataFrame({"name": np.broadcast_to("x", 1_048_576)})
    with pytest.raises(OutputError, match="rows"):
        write_workbook(tmp_path / "a.xlsx", [sheet(frame)])
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_workbook(tmp_path / "no" / "a.xlsx", [sheet(pd.DataFrame())])
