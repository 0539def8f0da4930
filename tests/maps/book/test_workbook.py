"""The workbook and the CSV as an office opens them: text stays text, numbers stay numbers."""

import csv
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geo.assessment.gaps import gaps_table, gaps_with_causes
from geo.errors import OutputError
from geo.measures.areas import area_shares
from geo.measures.causes import Evidence, causes_by_area, causes_table, find_causes
from geo.measures.coverage import coverage_by_area, coverage_table
from geo.measures.hourly import shift_table, working_shifts
from geo.measures.provision import quota_balance
from geo.measures.requirements import NearestMetres, NearestTimes, assess
from geo.text import Text
from layers.catalogue.standards import read_standard
from layers.write.workbook import Column, Sheet, Table, write_csv, write_workbook
from maps.book.content import AssessmentBook
from maps.book.files import write_assessment, write_assessment_csv
from maps.book.sheets import assessment_sheets

HOSTILE = ["=1+1", "+SUM(A1)", "@cmd", "-2", "http://x.y", "{=1}", "<b>", "\t=1", "'", "\x01\x0b", "12"]
NAME = Column("name", Text("Name", "名称"))


def sheet(frame, *columns, name="表"):
    return Sheet(
        Text(name, name), Text("Title", "标题"), Text("unit", "单位"), (Table(columns or (NAME,), frame),)
    )


def opened(path):
    return openpyxl.load_workbook(path)


def book():
    """A town of three grids, two standards' lines, causes and hours."""
    standard = read_standard("gb50180-2018").completed({"station": Text("station", "=服务站")}, minutes=15)
    homes = gpd.GeoDataFrame(geometry=[Point(i + 0.5, 0.5) for i in range(3)], crs=4326)
    areas = gpd.GeoDataFrame(
        {"id": ["g1", "g2", "g3"], "name": ["嘉定新城一网格", "=1+1", "<b>三"]},
        geometry=[box(i, 0, i + 1, 1) for i in range(3)],
        crs=4326,
    )
    people = np.array([1200.0, 830, 57])
    seconds, index = np.array([[200.0], [900], [np.inf]]), np.array([[0], [0], [-1]])
    times = {c: NearestTimes(c, seconds, index, 1) for c in ("kindergarten", "station", "primary_school")}
    metres = [NearestMetres("kindergarten", seconds, index, "straight", 1)]
    done = assess(standard, times, metres)
    by_area = coverage_by_area(done.results, people, area_shares(homes, areas), areas)
    evidence = Evidence(
        seconds_now=seconds[:, 0],
        seconds_any_hour=seconds[:, 0],
        seconds_when_built=seconds[:, 0],
        straight_metres=np.array([150.0, 500, 4000]),
        connected=np.array([True, True, False]),
    )
    causes = [find_causes(r.requirement, evidence, people, speed_metres_per_second=1) for r in done.reach]
    gaps = gaps_with_causes(gaps_table(by_area), causes_by_area(causes, area_shares(homes, areas), areas))
    hours = pd.DataFrame({"hour": range(168), "total": 2087.0, "category": "station"})
    office = hours["hour"].mod(24).between(9, 16) & (hours["hour"] < 120)
    hours = hours.assign(covered=np.where(office, 2030.0, 0), name_en="station", name_zh="服务站")
    shifts = shift_table(hours["covered"].to_numpy(), 2030, 2087, working_shifts())
    return AssessmentBook(
        Text("Three grids", "嘉定三网格生活圈评估"),
        coverage_table(done.results, people),
        by_area,
        gaps,
        date(2026, 11, 21),
        office="规划科",
        profile=Text("on foot, 1.0 m/s", "步行 1.0 米/秒"),
        standard=standard.title,
        tier_names={tier.id: tier.name for tier in standard.tiers},
        causes=causes_table(causes),
        by_hour=hours,
        shifts=shifts.assign(category_zh="服务站", category_en="station"),
        quotas=quota_balance(standard.quotas, {"park:c5:m²": 1500}, 2087),
        notes=(
            (
                Text("Streets", "道路"),
                Text("© OpenStreetMap contributors, ODbL", "© OpenStreetMap 贡献者,ODbL"),
            ),
            (Text("Unverified", "未核实条文"), Text("in italics", "斜体标注,结论不得据此称“达标”")),
        ),
    )


def test_six_sheets_with_title_unit_and_frozen_header(tmp_path):
    done = opened(write_assessment(tmp_path / "assessment.xlsx", book()))
    assert done.sheetnames == ["覆盖率", "达标率", "短板清单", "分网格", "分时段", "数据与说明"]
    for page in done:
        assert any(str(merged).startswith("A1:") for merged in page.merged_cells.ranges)
        assert page["A1"].value.startswith("嘉定三网格生活圈评估")
        assert page.freeze_panes
        assert page.page_setup.orientation == "landscape"
    assert "统计口径:人口(人)" in done["覆盖率"]["A2"].value


def test_numbers_are_numbers_with_formats_and_equal_the_frame(tmp_path):
    content = book()
    page = opened(write_assessment(tmp_path / "a.xlsx", content))["短板清单"]
    heads = [cell.value for cell in page[3]]
    left = [row[heads.index("影响人数")] for row in page.iter_rows(min_row=4)]
    assert [cell.value for cell in left] == content.gaps["left_out"].tolist()
    assert {cell.number_format for cell in left} == {"#,##0"}
    share = page.cell(4, heads.index("覆盖率") + 1)
    assert (share.value, share.number_format) == (content.gaps["share"].iloc[0], "0.0%")


def test_reach_and_compliance_stand_on_sheets_of_their_own(tmp_path):
    done = opened(write_assessment(tmp_path / "a.xlsx", book()))
    words = {page.title: [cell.value for row in page.iter_rows() for cell in row] for page in done}
    assert "时限(分钟)" in words["覆盖率"]
    assert "距离要求(米)" not in words["覆盖率"]
    assert "距离要求(米)" in words["达标率"]
    assert "时限(分钟)" not in words["达标率"]


def test_who_finds_a_place_full_has_a_column_where_somebody_does():
    def headers(full):
        coverage = book().coverage
        content = replace(book(), coverage=coverage.assign(without_room=[full] + [0.0] * (len(coverage) - 1)))
        return [column.header.zh for column in assessment_sheets(content)[0].tables[0].columns]

    assert "其中：可到达但容量已满" in headers(12.0)
    assert "其中：可到达但容量已满" not in headers(0.0)


def test_people_of_every_cause_sum_to_everybody(tmp_path):
    page = opened(write_assessment(tmp_path / "a.xlsx", book()))["覆盖率"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(number for number, row in enumerate(rows) if row[0] == "未覆盖原因(人数)")
    assert rows[start + 1][3:6] == ["已覆盖", "未连入路网", "可达设施容量已满"]
    assert [sum(row[3:10]) for row in rows[start + 2 :]] == [2087] * 3


def test_a_long_list_of_gaps_shows_the_largest_and_says_where_all_are():
    one = book()
    gaps = pd.concat([one.gaps] * 150, ignore_index=True)
    gaps = gaps.assign(left_out=np.arange(len(gaps), 0, -1.0))
    (table,) = assessment_sheets(replace(one, gaps=gaps))[2].tables
    assert table.frame["left_out"].tolist() == gaps["left_out"].tolist()[:100]
    assert f"共 {len(gaps):,} 条，列前 100 条，全部见 gaps.csv" in table.caption.zh


def test_compliance_gaps_have_no_cause_of_time():
    gaps = book().gaps
    assert gaps.loc[gaps["test"] == "compliance", "cause"].isna().all()
    assert gaps.loc[gaps["test"] == "reach", "cause"].notna().all()


def test_unverified_rows_are_marked(tmp_path):
    page = opened(write_assessment(tmp_path / "a.xlsx", book()))["达标率"]
    marked = {page.cell(row, 1).value: page.cell(row, 1).font.italic for row in range(4, 30)}
    assert marked["幼儿园"] is False
    assert marked["配套设施用地面积"] is True


def test_english_book(tmp_path):
    done = opened(write_assessment(tmp_path / "a.xlsx", book(), language="en"))
    assert done.sheetnames[0] == "Coverage"
    assert "covers" not in done["Gaps"]["A1"].value


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
    assert page["A4"].value == "(无)"


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
    with pytest.raises(OutputError, match="cannot be written"):
        write_csv(tmp_path / "no" / "a.csv", Table((NAME,), pd.DataFrame()))


def test_writing_leaves_nothing_beside(tmp_path):
    write_assessment(tmp_path / "a.xlsx", book())
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_csv_opens_in_excel(tmp_path):
    frame = pd.DataFrame({"name": ["=1+1", "嘉定"], "n": [-1.5, np.nan], "m": [3.0, 4.0]})
    columns = (NAME, Column("n", Text("n", "数"), "amount"), Column("m", Text("m", "个"), "count"))
    raw = write_csv(tmp_path / "a.csv", Table(columns, frame)).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows == [["名称", "数", "个"], ["'=1+1", "-1.5", "3"], ["嘉定", "", "4"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_csv_never_holds_a_formula(tmp_path, texts):
    write_csv(tmp_path / "a.csv", Table((NAME,), pd.DataFrame({"name": texts})))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file) if row][1:]
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@"}]


def test_assessment_csv_holds_the_same_numbers(tmp_path):
    content = book()
    paths = write_assessment_csv(tmp_path, content)
    assert [path.name for path in paths] == ["coverage.csv", "gaps.csv", "by_area.csv"]
    table = pd.read_csv(paths[0])
    assert table["未覆盖"].tolist() == content.coverage["left_out"].tolist()


def test_frames_are_not_written_into():
    content = book()
    before = content.coverage.copy(), content.gaps.copy(), content.by_area.copy()
    assessment_sheets(content)
    for frame, kept in zip((content.coverage, content.gaps, content.by_area), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_the_header_of_a_long_last_table_is_printed_on_every_page(tmp_path):
    page = opened(write_assessment(tmp_path / "a.xlsx", book()))["分时段"]
    (header,) = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == "时刻"]
    assert page.print_title_rows == f"${header}:${header}"
    assert [each.id for each in page.row_breaks.brk] == [header - 2]


def test_hours_of_several_cases_have_one_header_repeated_over_them_all(tmp_path):
    content = book()
    both = [content.by_hour.assign(case=c, case_en=c, case_zh=f"情景{c}") for c in "ab"]
    cases = replace(content, by_hour=pd.concat(both, ignore_index=True))
    page = opened(write_assessment(tmp_path / "a.xlsx", cases))["分时段"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(max_col=2)]
    heads = [number for number, row in enumerate(rows, start=1) if row == ["时刻", "服务站"]]
    assert len(heads) == 2
    assert page.print_title_rows == f"${heads[0]}:${heads[0]}"
    assert [rows[head - 2][0] for head in heads] == ["整点覆盖率，情景a", "整点覆盖率，情景b"]
    assert [rows[head + 9] for head in heads] == [["周一 09:00", 2030 / 2087]] * 2


def test_small_tables_share_a_page_and_what_does_not_fit_begins_one(tmp_path):
    sizes = (5, 8, 60, 3)
    tables = tuple(
        Table(
            (Column(f"c{n}", Text("c", f"列{n}")),),
            pd.DataFrame({f"c{n}": ["x"] * size}),
            Text("t", f"表{n}"),
        )
        for n, size in enumerate(sizes)
    )
    whole = Sheet(Text("s", "表"), Text("t", "题"), Text("u", "位"), tables)
    page = opened(write_workbook(tmp_path / "a.xlsx", [whole])).active
    captions = {row[0].value: row[0].row for row in page.iter_rows(max_col=1)}
    assert [each.id for each in page.row_breaks.brk] == [captions["表2"] - 1, captions["表3"] - 1]


def test_what_fills_more_than_a_page_is_parted_so_that_each_page_has_its_header(tmp_path):
    content = book()
    many = pd.concat([content.coverage] * 9, ignore_index=True)
    both = [many.assign(case=c, case_en=c, case_zh=f"情景{c}") for c in "ab"]
    page = opened(
        write_assessment(tmp_path / "a.xlsx", replace(content, coverage=pd.concat(both, ignore_index=True)))
    )["覆盖率"]
    first = [row[0].value for row in page.iter_rows(max_col=1)]
    assert [text for text in first if str(text).startswith("出行时间可达")] == [
        "出行时间可达：情景a",
        "出行时间可达：情景b",
    ]
    assert first.count("设施类别") >= 2
    assert "情景" not in first


@pytest.mark.slow
def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = write_assessment(tmp_path / "assessment.xlsx", book())
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert (tmp_path / "assessment.pdf").stat().st_size > 10_000
    # LibreOffice says this of its own missing Java, whatever it opens.
    said = [line for line in done.stderr.splitlines() if "javaldx" not in line]
    assert said == []
