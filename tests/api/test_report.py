"""The report of a run: every number as the workbook has it, our layout and an office's document."""

import shutil
import subprocess
import zipfile

import docx
import openpyxl
import pytest

from api.outputs import write_office_book, write_results
from api.report import make_report
from api.run import run_study
from geo.errors import InputError
from layers.write.read_back import read_book
from tests.support.town import STUDY, write_town

CHAPTERS = ["一、概况", "二、方法与数据", "三、现状评估", "四、短板", "五、项目", "附表"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = write_town(
        tmp_path_factory.mktemp("town"), study='language = "zh"\noffice = "规划科"\nweek = true\n' + STUDY
    )
    write_results(run_study(folder))
    return folder


@pytest.fixture(scope="module")
def report(town):
    return make_report(town)


def words_of(document):
    return [paragraph.text for paragraph in document.paragraphs]


def test_the_chapters_are_those_of_an_office(report):
    document = docx.Document(str(report.path))
    heads = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert [head for head in CHAPTERS if head in heads] == heads
    assert {"一、概况", "二、方法与数据", "三、现状评估", "四、短板"} <= set(heads)


def test_the_verdicts_are_those_of_the_workbook_digit_by_digit(town, report):
    page = openpyxl.load_workbook(town / "out" / "assessment.xlsx")["评估结论"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(number for number, row in enumerate(rows) if row[0] == "评估要求")
    column = rows[start].index("可达率")
    written = [f"{row[column]:.1%}" for row in rows[start + 1 :] if isinstance(row[column], float | int)]
    tables = docx.Document(str(report.path)).tables
    (verdicts,) = [table for table in tables if table.cell(0, 0).text == "评估要求"]
    at = [cell.text for cell in verdicts.rows[0].cells].index("可达率")
    assert written
    assert [row.cells[at].text for row in verdicts.rows[1:] if "%" in row.cells[at].text] == written


def test_the_run_stands_in_the_footer_and_the_properties(town, report):
    run = read_book(town / "out" / "assessment.xlsx").comments.split()[-1]
    document = docx.Document(str(report.path))
    assert run in document.sections[0].footer.paragraphs[0].text
    assert run in document.core_properties.comments


def test_the_map_and_a_chart_with_its_own_numbers_are_inside(report):
    with zipfile.ZipFile(report.path) as packed:
        names = packed.namelist()
    assert any(name.endswith(".png") for name in names)
    assert "word/charts/chart1.xml" in names
    assert "word/embeddings/chart_data1.xlsx" in names


def test_what_an_office_fills_in_stands_in_the_report_and_is_said(town, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(town / "out", out)
    book = openpyxl.load_workbook(out / "assessment.xlsx")
    page = book["项目清单"]
    heads = [cell.value for cell in page[3]]
    page.cell(4, heads.index("责任单位") + 1).value = "某街道办"
    book.save(out / "assessment.xlsx")
    made = make_report(out)
    assert made.filled_in
    document = docx.Document(str(made.path))
    assert any("经过填写或修改" in text for text in words_of(document))
    assert "某街道办" in {cell.text for table in document.tables for row in table.rows for cell in row.cells}


def test_the_offices_own_document_is_filled(town, tmp_path):
    template = docx.Document()
    template.add_paragraph("{{编制单位}}：统计人口{{统计人口}}人")
    template.add_paragraph("{{短板}}")
    template.save(tmp_path / "t.docx")
    made = make_report(town, template=tmp_path / "t.docx")
    people = openpyxl.load_workbook(town / "out" / "assessment.xlsx")["基本情况"]
    values = {row[0].value: row[1].value for row in people.iter_rows()}
    assert words_of(docx.Document(str(made.path)))[0] == f"规划科：统计人口{values['统计人口']}人"


def test_without_a_workbook_there_is_no_report(tmp_path):
    with pytest.raises(InputError, match="no workbook"):
        make_report(write_town(tmp_path))


def test_the_offices_own_workbook_lies_beside_the_results_and_in_the_record(tmp_path):
    template = openpyxl.Workbook()
    template.defined_names["统计人口"] = openpyxl.workbook.defined_name.DefinedName(
        "统计人口", attr_text="Sheet!$B$2"
    )
    book = 'language = "zh"\nbook = { template = "上报表.xlsx" }\n'
    folder = write_town(tmp_path, study=book + STUDY)
    template.save(folder / "上报表.xlsx")
    result = run_study(folder)
    write_results(result)
    path, left = write_office_book(result)
    assert path == folder / "out" / "上报表.xlsx"
    assert left is None
    assert openpyxl.load_workbook(path)["Sheet"]["B2"].value == pytest.approx(result.first.people.sum())
    assert '"上报表.xlsx"' in (folder / "out" / "run.json").read_text("utf-8")


@pytest.mark.slow
def test_libreoffice_opens_the_report(report, tmp_path):
    office = shutil.which("soffice")
    if office is None or not shutil.which("lowriter"):
        pytest.skip("LibreOffice Writer is not installed")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(report.path)]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
