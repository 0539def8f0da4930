"""What `lifecircle check` writes: a page and workbooks that say what the reports say."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from api.check import check_study, write_check_files
from api.cli.main import main
from geo.errors import OutputError
from tests.support.town import PEOPLE, STUDY, at, place, rows, write_town

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def check(capsys):
    """Run `check` in this process; return its exit code, its stdout and its stderr."""

    def call(folder: Path) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["check", str(folder)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


def table(path: Path, sheet: int) -> list[dict[str, object]]:
    """The rows of a sheet under its header, which follows the title and the line on units."""
    lines = [
        [cell.value for cell in line] for line in openpyxl.load_workbook(path).worksheets[sheet].iter_rows()
    ]
    head = next(n for n, line in enumerate(lines) if line[0] == "Layer")
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :] if line[0]]


def test_a_sound_study_leaves_a_page_and_a_workbook(check, tmp_path):
    code, out, err = check(write_town(tmp_path))
    assert (code, err) == (0, "")
    assert "town.osm: 2.4 km in 20 stretches between 12 junctions, all connected\n" in out
    written = [tmp_path / "out" / name for name in ("check.html", "check.xlsx")]
    assert out.splitlines()[-2:] == [str(path) for path in written]
    assert sorted((tmp_path / "out").iterdir()) == written
    assert "The study can be run." in written[0].read_text("utf-8")


def test_numbers_are_those_of_the_reports(check, tmp_path):
    write_town(
        tmp_path, files={"people.csv": PEOPLE + rows(f"bad,nan,{place(0, 0)[1]},10", f"x,{at(700, 0)},5")}
    )
    assert check(tmp_path)[0] == 0
    result = check_study(tmp_path)
    page = (tmp_path / "out" / "check.html").read_text("utf-8")
    layers = table(tmp_path / "out" / "check.xlsx", 0)
    for one, row in zip(result.layers, layers, strict=True):
        counts = [one.report.read, one.report.accepted, one.report.rejected, one.report.left_out]
        assert [row[key] for key in ("Rows read", "Accepted", "Rejected", "Left out")] == counts
        cells = "\n".join(f'<td class="n">{count:,}</td>' for count in counts)
        assert "".join(cells.split()) in "".join(page.split())
    assert [layer["Rows read"] for layer in layers] == [1, 4, layers[2]["Rows read"]]
    people = result.layers[1]
    # Two stand on a street; the third is 400 m beyond the last corner.
    assert people.snap is not None
    assert (people.snap.points, people.snap.beyond) == (3, 1)
    assert people.snap.median_metres == pytest.approx(0, abs=0.1)
    assert people.snap.most_metres == pytest.approx(400, abs=1)
    assert layers[1]["95 % within metres of a street"] == pytest.approx(people.snap.most_metres)
    assert layers[1]["Too far from any street"] == 1
    assert "1 of 3 beyond 200 m" in page


def test_every_fault_is_on_the_page_and_in_the_workbook(check, tmp_path):
    write_town(tmp_path, files={"people.csv": PEOPLE + rows("bad,nan,60.2,10", f"worse,{at(0, 0)},-5")})
    check(tmp_path)
    page = (tmp_path / "out" / "check.html").read_text("utf-8")
    found = table(tmp_path / "out" / "check.xlsx", 1)
    faults = [fault for one in check_study(tmp_path).layers for fault in one.report.row_faults]
    assert [fault.row for fault in faults] == [4, 5]
    for fault in faults:
        assert str(fault.row) in {row["Row"] for row in found}
        assert f"<td>{fault.row}</td>" in page
        assert f"<td>{fault.value}</td>" in page
    assert (tmp_path / "out" / "rejects.xlsx").is_file()


def test_a_failing_study_is_written_too(check, tmp_path):
    study = 'standard = "nonsense"\n' + STUDY
    files = {"town.osm": b"", "people.csv": "id,lon,lat\n1,24.9,60.2\n"}
    code, out, err = check(write_town(tmp_path, study=study, files=files))
    assert code == 2
    assert "cannot be run" in err
    assert str(tmp_path / "out" / "check.html") in out
    page = (tmp_path / "out" / "check.html").read_text("utf-8")
    faults = {row["What is wrong"] for row in table(tmp_path / "out" / "check.xlsx", 1)}
    for words in ("no such standard", "the extract cannot be read", "no column holds the people"):
        assert words in page
        assert any(words in fault for fault in faults)


def test_hostile_names_stand_literally(check, tmp_path):
    study = STUDY.replace('"Town"', f"'{HOSTILE}'").replace('"us"', f"'{HOSTILE}'")
    people = f"id,lon,lat,people,{HOSTILE.replace(chr(34), '')}\n{HOSTILE.replace(chr(34), '')},x,60.2,5\n"
    check(write_town(tmp_path, study=study, files={"people.csv": people}))
    page = (tmp_path / "out" / "check.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page
    assert "<td>&lt;script&gt;alert(x)&lt;/script&gt;</td>" in page


def test_a_chinese_study_is_written_in_chinese(check, tmp_path):
    write_town(tmp_path, study='language = "zh"\n' + STUDY, files={"people.csv": PEOPLE + "bad,nan,60.2,1\n"})
    code, out, _ = check(tmp_path)
    assert code == 0
    assert "可以运行" in out
    assert "people → 人数（自动识别，请确认）" in out
    assert "people（人口数据，people.csv）：读取 3 行，采用 2，剔除 1，略去 0" in out
    assert "读取行数" in (tmp_path / "out" / "check.html").read_text("utf-8")
    assert openpyxl.load_workbook(tmp_path / "out" / "check.xlsx").sheetnames[0] == "图层"


def test_where_nothing_can_be_written_the_report_is_still_printed(check, tmp_path):
    write_town(tmp_path)
    (tmp_path / "out").write_text("in the way")
    code, out, err = check(tmp_path)
    assert code == 2
    assert "2 rows read, 2 accepted" in out
    assert "results cannot be written here" in err
    assert (tmp_path / "out").read_text() == "in the way"


def test_nothing_is_left_half_written(tmp_path, monkeypatch):
    write_town(tmp_path)
    result = check_study(tmp_path)
    before = {path.name: path.read_bytes() for path in write_check_files(result)}

    def full(*_args: object, **_more: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.check.render_check", full)
    with pytest.raises(OutputError, match="No space left"):
        write_check_files(result)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_mended_rows_that_a_layer_reads_are_not_written_over(check, tmp_path):
    write_town(tmp_path, files={"people.csv": PEOPLE + "bad,nan,60.2,1\n"})
    check(tmp_path)
    mended = (tmp_path / "out" / "rejects.xlsx").read_bytes()
    more = '[[layer]]\nid = "mended"\nkind = "demand"\nsource = "out/rejects.xlsx"\ncrs = "EPSG:4326"\n'
    (tmp_path / "study.toml").write_text(STUDY + more + 'licence = "own"\nattribution = "us"\n')
    _, out, _ = check(tmp_path)
    assert (tmp_path / "out" / "rejects.xlsx").read_bytes() == mended
    assert str(tmp_path / "out" / "rejects-2.xlsx") in out


def test_two_checks_write_the_same_page(check, tmp_path):
    write_town(tmp_path)
    check(tmp_path)
    first = (tmp_path / "out" / "check.html").read_bytes()
    check(tmp_path)
    assert (tmp_path / "out" / "check.html").read_bytes() == first


MEASURES = "[accessibility]\nmeasures = ['2sfca']\ncategories = [{}]\n[streets]"


def test_measures_that_a_run_would_refuse_are_refused_by_the_check(check, tmp_path):
    study = STUDY.replace("[streets]", MEASURES.format("'station', 'zoo'"))
    write_town(tmp_path, study=study)
    code, out, _ = check(tmp_path)
    assert code == 2
    assert "accessibility.categories" in out
    assert "no layer holds this category (zoo). Known: " in out
    assert re.search(r"2SFCA cannot be computed: capacity is missing for .*station \(1 of 1\)", out)
    assert "capacity is missing" in (tmp_path / "out" / "check.html").read_text("utf-8")


def test_measures_that_a_run_would_take_pass_the_check(check, tmp_path):
    study = STUDY.replace("[streets]", MEASURES.format("'station'"))
    write_town(
        tmp_path,
        study=study.replace('category = "station"', 'category = "station"\nvalues = { capacity = 5 }'),
    )
    assert check(tmp_path)[0] == 0


def test_without_its_layer_a_category_of_the_measures_is_not_called_unknown(check, tmp_path):
    study = STUDY.replace("[streets]", MEASURES.format("'station'")).replace("stations.csv", "gone.csv")
    write_town(tmp_path, study=study)
    code, out, _ = check(tmp_path)
    assert code == 2
    assert "accessibility" not in out
