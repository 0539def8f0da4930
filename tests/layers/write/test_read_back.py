"""A workbook read back, as it was written or as an office has changed it since."""

import openpyxl
import pandas as pd
import pytest

from geo.errors import InputError
from geo.text import Text
from layers.write.read_back import read_book
from layers.write.table import Column, Properties, Sheet, Table
from layers.write.workbook import write_workbook

COLUMNS = (
    Column("name", Text("Name", "名称")),
    Column("people", Text("People", "人口（人）"), "count"),
    Column("share", Text("Share", "可达率"), "share"),
    Column("unit", Text("Unit in charge", "责任单位"), to_fill=True),
)
FRAME = pd.DataFrame(
    {"name": ["甲", "乙"], "people": [1200.0, 30], "share": [0.8125, None], "sure": [True, False]}
)


@pytest.fixture
def path(tmp_path):
    table = Table(COLUMNS, FRAME, doubt="sure", total=("people",), key="towns")
    sheet = Sheet(Text("Towns", "各区"), Text("t", "标题"), Text("u", "口径"), table, (Text("r", "一句话"),))
    properties = Properties(title="评估", author="某局", run="0a1b2c3d")
    return write_workbook(tmp_path / "a.xlsx", [sheet], properties=properties)


def test_a_table_is_found_by_its_key_with_kinds_numbers_sum_and_doubt(path):
    book = read_book(path)
    table = book.tables["towns"].table
    assert [column.header.zh for column in table.columns] == ["名称", "人口（人）", "可达率", "责任单位"]
    assert [column.kind for column in table.columns] == ["text", "count", "share", "text"]
    assert table.frame.iloc[:, :3].to_numpy().tolist() == [["甲", 1200, 0.8125], ["乙", 30, None]]
    assert table.total == (table.columns[1].key,)
    assert table.frame[table.doubt].tolist() == [True, False]
    assert (book.title, book.author, book.comments) == ("评估", "某局", "运行编号 0a1b2c3d")
    assert book.first == ("一句话",)


def test_what_an_office_filled_in_is_read(path):
    book = openpyxl.load_workbook(path)
    book["各区"]["D5"] = "街道办"
    book.save(path)
    assert read_book(path).tables["towns"].table.frame.iloc[:, 3].tolist() == ["街道办", None]


def test_a_file_that_is_no_workbook_of_ours_is_refused(tmp_path):
    (tmp_path / "broken.xlsx").write_bytes(b"PK no")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    for name in ("broken.xlsx", "other.xlsx"):
        with pytest.raises(InputError):
            read_book(tmp_path / name)
