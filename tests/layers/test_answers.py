"""What a clerk answers in the sheet of questions becomes lines of the study, from end to end in Chinese."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from api.check import check_study
from api.cli.main import main
from api.run import run_study
from geo.errors import InputError
from layers.answers import read_answers
from tests.support.town import STUDY, at, rows, write_town

CHINESE = 'language = "zh"\n' + STUDY.replace('id = "people"', 'id = "people"\nname = "居民"')
PEOPLE = rows(
    "编号,经度,纬度,常住人口", f"a,{at(100, 50)},10", f"b,{at(300, 250)},约二十户", f"c,{at(200, 200)},"
)


def command(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["check", *map(str, words)])
    return int(ended.value.code or 0)


def answer(workbook: Path, answers: dict[str, str]) -> Path:
    """Write answers into the sheet 待确认, by what stands in its columns 行 and 现有内容."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["待确认"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "图层")
    at_column = {cell.value: cell.column for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        said = {name: str(sheet.cell(row[0].row, column).value or "") for name, column in at_column.items()}
        for key in (said.get("行", ""), said.get("现有内容", ""), said["问题"]):
            for asked, text in answers.items():
                if key and (key == asked or (len(asked) > 4 and asked in key)):
                    sheet.cell(row[0].row, at_column["答复"]).value = text
    target = workbook.with_name("答复.xlsx")
    book.save(target)
    return target


def test_answers_about_cells_are_counted_by_the_next_run_and_the_sheet_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": PEOPLE})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"3": "60", "4": "5"})
    capsys.readouterr()
    assert command(folder, "--answers", told) == 0
    assert capsys.readouterr().out.startswith("已将 2 条答复写入 study.fixed.toml\n")
    fixed = folder / "study.fixed.toml"
    assert '{row = 3, column = "常住人口", value = "60"}' in fixed.read_text("utf-8")
    assert run_study(fixed).first.people.sum() == 75
    assert (folder / "people.csv").read_text("utf-8") == PEOPLE
    assert check_study(fixed).layers[1].report.rejected == 0


def test_an_answer_for_the_whole_layer_becomes_its_key(tmp_path: Path) -> None:
    study = CHINESE.replace('source = "people.csv"\ncrs = "EPSG:4326"', 'source = "people.csv"')
    folder = write_town(tmp_path / "t", study=study, files={"people.csv": PEOPLE})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"未声明坐标系": "EPSG:4326"})
    assert read_answers(told)
    assert command(folder, "--answers", told) == 0
    assert 'crs = "EPSG:4326"' in (folder / "study.fixed.toml").read_text("utf-8").split("居民")[1]


def test_a_category_answered_once_holds_for_all_its_rows(tmp_path: Path) -> None:
    study = CHINESE.replace('category = "station"', 'category = { column = "类别" }').replace(
        'kind = "station"', 'kind = "facility"'
    )
    stations = rows(
        "编号,名称,经度,纬度,类别",
        f"1,甲,{at(0, 0)},便民点",
        f"2,乙,{at(100, 0)},便民点",
        f"3,丙,{at(200, 0)},药店",
    )
    folder = write_town(tmp_path / "t", study=study, files={"stations.csv": stations})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"便民点": "药店"})
    assert command(folder, "--answers", told) == 0
    text = (folder / "study.fixed.toml").read_text("utf-8")
    assert '"便民点" = "pharmacy"' in text or '便民点 = "pharmacy"' in text
    assert len(run_study(folder / "study.fixed.toml").layers.facilities) == 3


def test_an_answer_as_a_line_of_the_study_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": PEOPLE})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"3": 'values = { group = "居民" }'})
    assert command(folder, "--answers", told) == 0
    assert 'group = "居民"' in (folder / "study.fixed.toml").read_text("utf-8")


def test_answers_that_cannot_be_used_are_said_one_by_one_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": PEOPLE})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"3": "20", "4": "无误"})
    (folder / "people.csv").write_text(PEOPLE.replace("约二十户", "20"), "utf-8")
    capsys.readouterr()
    assert command(folder, "--answers", told) == 2
    said = capsys.readouterr().out
    assert "已将 0 条答复写入" in said
    assert "2 条答复无法采用" in said
    assert "当前检查已不再提出此问题" in said
    assert "答复未给出新的内容" in said


def test_an_answer_for_a_row_that_is_gone_stops_the_layer(tmp_path: Path) -> None:
    study = CHINESE.replace(
        'source = "people.csv"',
        'source = "people.csv"\ncells = [{ row = 99, column = "people", value = "1" }]',
    )
    folder = write_town(tmp_path / "t", study=study)
    with pytest.raises(InputError, match="a cell that is not there"):
        run_study(folder)


def test_a_check_does_not_write_over_answers(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": PEOPLE})
    command(folder)
    shutil.move(answer(folder / "out" / "check.xlsx", {"3": "60"}), folder / "out" / "check.xlsx")
    command(folder)
    assert not read_answers(folder / "out" / "check.xlsx")
    assert [each.answer for each in read_answers(folder / "out" / "check.answered.xlsx")] == ["60"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", None])
def test_a_workbook_that_is_none_is_one_sentence(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_town(tmp_path / "t", study=CHINESE)
    path = folder / "答复.xlsx"
    if content is not None:
        path.write_bytes(content)
    assert command(folder, "--answers", path) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("said", "people"), [("千分位", 1234 + 2500 + 987), ("小数", 1.234 + 2.5 + 987)])
def test_what_points_in_a_column_mean_is_answered_once(tmp_path: Path, said: str, people: float) -> None:
    counts = rows(
        "编号,经度,纬度,常住人口",
        f"a,{at(100, 50)},1.234",
        f"b,{at(300, 250)},2.500",
        f"c,{at(200, 200)},987",
    )
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": counts})
    assert command(folder) == 2
    told = answer(folder / "out" / "check.xlsx", {"是千分位还是小数": said})
    assert command(folder, "--answers", told) == 0
    assert run_study(folder / "study.fixed.toml").first.people.sum() == pytest.approx(people)


def test_an_answer_about_points_that_is_neither_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = rows("编号,经度,纬度,常住人口", f"a,{at(100, 50)},1.234")
    folder = write_town(tmp_path / "t", study=CHINESE, files={"people.csv": counts})
    command(folder)
    told = answer(folder / "out" / "check.xlsx", {"是千分位还是小数": "不清楚"})
    assert command(folder, "--answers", told) == 2
    assert "请填写“千分位”或“小数”" in capsys.readouterr().out
