"""An office's own document: names give way to values in the style they stand in, chapters to their blocks."""

import docx
import pytest

from geo.errors import InputError
from layers.write.word.blocks import Chapter, Paragraph, Report
from layers.write.word.template import write_in_template

REPORT = Report(
    title="t", office="o", made_on="d", run="0a1b2c3d",
    chapters=(Chapter(name="短板", title="四、短板", blocks=(Paragraph("幼儿园缺两处"),)),),
    values={"项目名称": "甲{{统计人口}}", "统计人口": "2,087"},
)  # fmt: skip


def template(tmp_path, *texts):
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(tmp_path / "t.docx")
    return tmp_path / "t.docx"


def filled(path):
    return docx.Document(str(write_in_template(path.with_name("r.docx"), REPORT, path, language="zh")))


def test_a_name_split_over_runs_takes_the_style_of_its_first(tmp_path):
    path = template(tmp_path, "共")
    document = docx.Document(str(path))
    first, second = (document.paragraphs[0].add_run(text) for text in ("{{统计", "人口}}人"))
    first.bold = True
    document.save(str(path))
    runs = filled(path).paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs] == [("共", None), ("2,087", True), ("人", None)]
    assert second.bold is None


def test_a_value_with_braces_is_not_looked_at_again(tmp_path):
    assert filled(template(tmp_path, "{{ 项目名称 }}")).paragraphs[0].text == "甲{{统计人口}}"


def test_names_in_cells_headers_and_footers_are_filled(tmp_path):
    path = template(tmp_path, "x")
    document = docx.Document(str(path))
    document.add_table(1, 1).cell(0, 0).text = "{{统计人口}}"
    document.sections[0].header.paragraphs[0].text = "{{统计人口}}"
    document.save(str(path))
    done = filled(path)
    assert done.tables[0].cell(0, 0).text == done.sections[0].header.paragraphs[0].text == "2,087"


def test_a_chapter_takes_the_place_of_its_paragraph(tmp_path):
    done = filled(template(tmp_path, "前", "{{短板}}", "后"))
    assert [each.text for each in done.paragraphs] == ["前", "幼儿园缺两处", "后"]


def test_all_names_that_stand_for_nothing_are_said_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        filled(template(tmp_path, "{{统计人囗}}", "见{{短板}}"))
    assert [fault.code for fault in caught.value.faults] == ["report.name", "report.chapter"]
    assert "统计人口" in caught.value.faults[0].fix.zh
