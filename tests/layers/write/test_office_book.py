"""An office's own workbook: what is named is filled, everything else stays."""

import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName

from geo.errors import InputError
from geo.text import Text
from layers.write.office_book import Figure, fill_book, unknown_names
from layers.write.table import Column, Table

FIGURES = {"项目名称": Figure(value="=甲"), "可达率_卫生站（甲）": Figure(value=0.8125, kind="share")}
TABLE = Table(
    (Column("name", Text("Name", "名称")), Column("people", Text("People", "人口（人）"), "count")),
    pd.DataFrame({"name": ["甲", "乙"], "people": [1200.0, 30]}),
)


@pytest.fixture
def template(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "上报 表"
    page["B2"], page["A5"], page["B5"] = "=B3*100", "人口（人）", "名称"
    page.add_chart(BarChart(), "H3")
    page._charts[0].add_data(Reference(page, min_col=1, min_row=6, max_row=7))
    for name, place in {
        "项目名称": "$B$1", "可达率_卫生站甲": "$B$3", "各区": "$A$6:$B$6", "项目名": "$D$1",
    }.items():  # fmt: skip
        book.defined_names[name] = DefinedName(name, attr_text=f"'上报 表'!{place}")
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def filled(template, **tables):
    path = template.with_name("done.xlsx")
    left = fill_book(path, template, figures=FIGURES, tables=tables or {"各区": TABLE}, language="zh")
    return openpyxl.load_workbook(path)["上报 表"], left


def test_figures_fill_their_cells_as_numbers_in_their_format_and_never_as_formulas(template):
    page, _ = filled(template)
    assert (page["B1"].value, page["B1"].data_type) == ("=甲", "s") or page["B1"].data_type == "inlineStr"
    assert (page["B3"].value, page["B3"].number_format) == (0.8125, "0.0%")


def test_a_table_fills_the_columns_that_the_headings_name_in_their_order(template):
    page, _ = filled(template)
    assert [[cell.value for cell in row] for row in page["A5:B7"]] == [
        ["人口（人）", "名称"], [1200, "甲"], [30, "乙"],
    ]  # fmt: skip


def test_formulas_and_charts_of_the_template_stay(template):
    page, _ = filled(template)
    assert page["B2"].value == "=B3*100"
    assert len(page._charts) == 1


def test_an_unknown_name_is_left_and_said_with_what_it_may_mean(template):
    _, left = filled(template)
    assert left == ("项目名",)
    assert "项目名（项目名称?）" in unknown_names(left, iter(FIGURES)).zh


def test_a_heading_that_the_table_lacks_and_a_row_in_the_way_are_refused(template):
    book = openpyxl.load_workbook(template)
    book["上报 表"]["B5"], book["上报 表"]["A7"] = "名称称", "合计"
    book.save(template)
    with pytest.raises(InputError) as caught:
        filled(template)
    assert {fault.code for fault in caught.value.faults} == {"book.heading", "book.room"}


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("xl/worksheets/sheet1.xml", lambda xml: xml[:200]),
        ("xl/workbook.xml", lambda xml: xml.replace(b"spreadsheetml/2006", b"spreadsheetml/strict")),
        ("xl/styles.xml", lambda xml: xml[:200]),
    ],
)
def test_a_damaged_or_unknown_part_is_refused(template, part, damage):
    with zipfile.ZipFile(template) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(template, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, damage(content) if name == part else content)
    with pytest.raises(InputError, match="not an XLSX"):
        filled(template)


def test_no_template_at_all_is_refused(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"no archive")
    with pytest.raises(InputError):
        fill_book(tmp_path / "a.xlsx", tmp_path / "t.xlsx", figures={}, tables={}, language="zh")
