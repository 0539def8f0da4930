"""The sheets of a run as an office opens them, and the recipe for a new one."""

import shutil
import subprocess
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from shapely import Point, box

from geo.assessment.gaps import gaps_table, gaps_with_causes
from geo.measures.areas import area_shares
from geo.measures.causes import Evidence, causes_by_area, causes_table, find_causes
from geo.measures.coverage import coverage_by_area, coverage_table
from geo.measures.hourly import shift_table, working_shifts
from geo.measures.provision import quota_balance
from geo.measures.requirements import NearestMetres, NearestTimes, assess
from geo.text import Text
from layers.catalogue.standards import read_standard
from layers.write.csv_table import write_csv
from layers.write.table import NONE, Column
from layers.write.workbook import write_workbook
from maps.book.gaps import clauses, projects, with_cause
from maps.book.layouts import one_table
from maps.book.sheets import SHEETS, edition_of
from maps.book.spec import SheetSpec, TableSpec, csv_tables, sheet_of_one, titled, workbook_sheets
from tests.support.results import result_of, town_result, with_tables

NAME = Column("name", Text("Name", "名称"))


def opened(path):
    return openpyxl.load_workbook(path)


def book():
    """A town of three grids, two standards' lines, causes and hours."""
    standard = read_standard("gb50180-2018").completed({"station": Text("station", "=服务站")}, minutes=15)
    # As if somebody had confirmed the kindergarten.
    read = (replace(r, verified=r.category == "kindergarten") for r in standard.requirements)
    standard = replace(standard, requirements=tuple(read))
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
        way_metres=seconds[:, 0],
        connected=np.array([True, True, False]),
    )
    causes = [find_causes(r.requirement, evidence, people, speed_metres_per_second=1) for r in done.reach]
    gaps = gaps_with_causes(gaps_table(by_area), causes_by_area(causes, area_shares(homes, areas), areas))
    hours = pd.DataFrame({"hour": range(168), "total": 2087.0, "category": "station"})
    office = hours["hour"].mod(24).between(9, 16) & (hours["hour"] < 120)
    hours = hours.assign(covered=np.where(office, 2030.0, 0), name_en="station", name_zh="服务站")
    hours = hours.assign(covered_if_open=hours["covered"])
    shifts = shift_table(hours["covered"].to_numpy(), 2030, 2087, working_shifts())
    shifts = shifts.assign(covered_mean_if_open=shifts["covered_mean"])
    case = town_result().first.case.named
    result = result_of(
        coverage=coverage_table(done.results, people).assign(without_room=0.0, **case),
        by_area=by_area.assign(kind="grid", **case),
        gaps=gaps.assign(kind="grid", **case),
        causes=causes_table(causes).assign(**case),
        quotas=quota_balance(standard.quotas, {"park:c5:m²": 1500}, 2087),
        by_hour=hours,
        shifts=shifts.assign(category_zh="服务站", category_en="station"),
    )
    study = result.study.model_copy(update={"name": "嘉定三网格生活圈评估", "office": "规划科"})
    return replace(result, study=study, standard=standard)


def sheets_of(result, language="zh"):
    return workbook_sheets(replace(edition_of(result), language=language))


def written(path, result, language="zh"):
    return write_workbook(path, sheets_of(result, language), language=language)


def test_a_page_to_sign_then_a_table_a_sheet_with_frozen_header_and_filter(tmp_path):
    done = opened(written(tmp_path / "assessment.xlsx", book()))
    assert done.sheetnames == [
        "评估结论", "短板清单", "项目清单", "可达与容量", "未覆盖原因（人数）", "服务半径覆盖率", "千人指标",
        "分网格短板", "分网格", "分时段", "整点覆盖率", "整点覆盖率 图", "阵地", "基本情况", "数据来源",
        "数据与说明",
        *ANNEXES,
    ]  # fmt: skip
    for page in done:
        assert any(str(merged).startswith("A1:") for merged in page.merged_cells.ranges)
        assert page["A1"].value.startswith("嘉定三网格生活圈评估")
        if page.title not in ("评估结论", "整点覆盖率 图"):
            assert page.freeze_panes
            assert page.auto_filter.ref
            assert page.page_setup.orientation == "landscape"
    assert "统计口径：人口（人）" in done["可达与容量"]["A2"].value


ANNEXES = [
    "附表 出行时间可达（自选设施）",
    "附表 未覆盖原因（人数）（自选设施）",
    "附表 分网格（自选设施）",
]


def test_the_first_sheet_is_one_upright_page_with_sentences_verdicts_map_and_signatures(tmp_path):
    content = book()
    study = content.study.model_copy(update={"targets": {"kindergarten": 0.5, "primary_school": 0.99}})
    page = opened(written(tmp_path / "a.xlsx", replace(content, study=study)))["评估结论"]
    assert page.page_setup.orientation == "portrait"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight in (None, 1)
    assert len(page._images) == 1
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    said = [str(row[0]) for row in rows if row[0]]
    assert any(text.startswith("1. ") for text in said)
    assert any(text.startswith("编制：") for text in said)
    (start,) = [number for number, row in enumerate(rows) if row[0] == "评估要求"]
    heads = rows[start]
    assert heads.index("容量内覆盖率") == heads.index("可达率") + 1
    target, verdict = heads.index("目标"), heads.index("是否达到目标")
    met = {row[0]: (row[target], row[verdict]) for row in rows[start + 1 :] if row[target]}
    # 1200 and 830 of 2087 people are in time of a kindergarten: 97 %; some 57 % within its 300 m. The station
    # is beside the standard, which gives no verdict on it.
    assert met == {"幼儿园": (0.5, "达到"), "小学": (0.99, "未达到")}


def test_what_meets_its_target_is_no_gap_and_every_gap_has_a_cause():
    content = book()
    everything = {each.category: 0.01 for each in content.standard.requirements}
    study = content.study.model_copy(update={"targets": everything})
    content = with_tables(content, by_area=content.tables.by_area)
    assert len(clauses(content))
    assert not len(clauses(replace(content, study=study)))
    assert all(cause.zh for cause in clauses(content)["cause"])
    assert with_cause(content.tables.gaps)["cause_zh"].notna().all()


def test_people_gained_by_projects_sum_to_those_left_out_of_each_clause():
    content = book()
    rows = projects(content)
    timed = content.tables.coverage.query("test == 'reach'").set_index("requirement")["left_out"]
    left = rows.groupby("requirement")["people"].sum()
    assert left.to_numpy() == pytest.approx(timed.reindex(left.index).to_numpy())


def test_numbers_are_numbers_with_formats_and_equal_the_frame(tmp_path):
    content = book()
    page = opened(written(tmp_path / "a.xlsx", content))["分网格短板"]
    heads = [cell.value for cell in page[3]]
    left = [row[heads.index("未覆盖人口")] for row in page.iter_rows(min_row=4)]
    assert [cell.value for cell in left] == content.tables.gaps["left_out"].tolist()
    assert {cell.number_format for cell in left} == {"#,##0"}
    rows = list(page.iter_rows(min_row=4))
    shares = [[row[heads.index(name)] for name in ("可达率", "服务半径覆盖率")] for row in rows]
    found = [next(cell for cell in both if isinstance(cell.value, int | float)) for both in shares]
    assert [cell.value for cell in found] == pytest.approx(content.tables.gaps["share"].tolist())
    assert {cell.number_format for cell in found} == {"0.0%"}


def test_reach_and_compliance_stand_on_sheets_of_their_own(tmp_path):
    done = opened(written(tmp_path / "a.xlsx", book()))
    words = {page.title: [cell.value for row in page.iter_rows() for cell in row] for page in done}
    assert "时限（分钟）" in words["可达与容量"]
    assert "距离要求（米）" not in words["可达与容量"]
    assert "距离要求（米）" in words["服务半径覆盖率"]
    assert "时限（分钟）" not in words["服务半径覆盖率"]


def test_who_finds_a_place_full_has_a_column_where_somebody_does():
    def headers(full):
        coverage = book().tables.coverage
        full_somewhere = coverage.assign(without_room=[full] + [0.0] * (len(coverage) - 1))
        content = with_tables(book(), coverage=full_somewhere)
        return [column.header.zh for column in sheet_named(content, "可达与容量").table.columns]

    assert "其中：可达但容量已满" in headers(12.0)
    assert "其中：可达但容量已满" not in headers(0.0)


def test_people_of_every_cause_sum_to_everybody(tmp_path):
    page = opened(written(tmp_path / "a.xlsx", book()))["未覆盖原因（人数）"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    start = rows[0].index("已覆盖")
    assert rows[0][start : start + 3] == ["已覆盖", "与设施之间无可通行道路", "直线距离近但绕行过远"]
    numbers = [[cell for cell in row[start:] if isinstance(cell, int | float)] for row in rows[1:]]
    assert [sum(row) for row in numbers if row] == [2087] * 2


def test_a_long_list_of_gaps_shows_the_largest_and_says_where_all_are():
    one = book()
    gaps = pd.concat([one.tables.gaps] * 150, ignore_index=True)
    gaps = gaps.assign(left_out=np.arange(len(gaps), 0, -1.0))
    table = sheet_named(with_tables(one, gaps=gaps), "分网格短板").table
    assert table.frame["left_out"].tolist() == gaps["left_out"].tolist()[:100]
    assert f"共 {len(gaps):,} 条，列前 100 条，全部见 gaps.csv" in table.caption.zh


def test_compliance_gaps_have_no_cause_of_time():
    gaps = book().tables.gaps
    assert gaps.loc[gaps["test"] == "compliance", "cause"].isna().all()
    assert gaps.loc[gaps["test"] == "reach", "cause"].notna().all()


def test_unverified_rows_are_marked(tmp_path):
    done = opened(written(tmp_path / "a.xlsx", book()))
    pages = (done["服务半径覆盖率"], done["千人指标"])
    marked = {
        page.cell(row, 1).value: page.cell(row, 1).font.italic for page in pages for row in range(4, 30)
    }
    assert marked["幼儿园"] is False
    assert marked["配套设施用地面积"] is True


def sheet_named(content, name):
    return next(sheet for sheet in sheets_of(content) if sheet.name.zh == name)


def test_english_book(tmp_path):
    done = opened(written(tmp_path / "a.xlsx", book(), "en"))
    assert done.sheetnames[0] == "Conclusion"
    assert "covers" not in done["Gaps"]["A1"].value


def test_writing_leaves_nothing_beside(tmp_path):
    written(tmp_path / "a.xlsx", book())
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_assessment_csv_holds_the_same_numbers(tmp_path):
    content = book()
    tables = csv_tables(edition_of(content))
    assert list(tables) == ["coverage.csv", "gaps.csv", "by_area.csv", "places.csv", "caveats.csv"]
    table = pd.read_csv(write_csv(tmp_path / "coverage.csv", tables["coverage.csv"]))
    assert table["未覆盖"].tolist() == pytest.approx(content.tables.coverage["left_out"].tolist(), abs=5e-4)


def test_frames_are_not_written_into():
    content = book()
    tables = content.tables
    before = tables.coverage.copy(), tables.gaps.copy(), tables.by_area.copy()
    sheets_of(content)
    for frame, kept in zip((tables.coverage, tables.gaps, tables.by_area), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_title_and_header_are_printed_on_every_page(tmp_path):
    page = opened(written(tmp_path / "a.xlsx", book()))["整点覆盖率"]
    (header,) = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == "时刻"]
    assert page.print_title_rows == f"$1:${header}"


def test_hours_of_several_cases_have_a_sheet_each(tmp_path):
    content = book()
    both = [content.week.by_hour.assign(case=c, case_en=c, case_zh=f"情景{c}") for c in "ab"]
    cases = replace(content, week=replace(content.week, by_hour=pd.concat(both, ignore_index=True)))
    done = opened(written(tmp_path / "a.xlsx", cases))
    pages = [page for page in done if "整点覆盖率" in page.title and not page.title.endswith("图")]
    assert [page["A1"].value.split(" · ")[1] for page in pages] == ["整点覆盖率，情景a", "整点覆盖率，情景b"]
    for page in pages:
        rows = [[cell.value for cell in row] for row in page.iter_rows(max_col=2)]
        assert rows[rows.index(["时刻", "服务站点"]) + 10 if ["时刻", "服务站点"] in rows else 12] == [
            "周一 09:00", 2030 / 2087,
        ]  # fmt: skip


def test_coverage_of_several_cases_is_one_table_with_the_case_in_front():
    content = book()
    both = [content.tables.coverage.assign(case=c, case_en=c, case_zh=f"情景{c}") for c in "ab"]
    table = pd.concat([*both, content.tables.coverage], ignore_index=True)
    shown = sheet_named(with_tables(content, coverage=table), "可达与容量").table
    assert shown.columns[0].header.zh == "情景"


PARKS = SheetSpec(
    key="parks",
    name=Text("Parks", "公园"),
    title=titled("parks", "公园"),
    unit=lambda _: Text("hectares", "公顷"),
    short=True,
    tables=(
        TableSpec(
            key="parks",
            caption=Text("Parks", "公园"),
            frame=lambda result: pd.DataFrame({"name": [result.study.name], "hectares": [2.5]}),
            columns=(NAME, Column("hectares", Text("Hectares", "公顷"), "amount")),
            notes=lambda _: [(Text("Parks", "公园"), Text("counted by hand", "人工统计"))],
        ),
    ),
    csv=(
        TableSpec(
            key="parks",
            caption=Text("Parks", "公园"),
            frame=lambda result: pd.DataFrame({"name": [result.study.name]}),
            columns=(NAME,),
            layout=one_table,
        ),
    ),
)


@pytest.mark.parametrize("short", [False, True])
def test_a_new_sheet_is_one_entry(tmp_path, short):
    edition = replace(edition_of(book(), short=short), sheets=(*SHEETS, PARKS))
    done = opened(write_workbook(tmp_path / "a.xlsx", workbook_sheets(edition)))
    rows = [[cell.value for cell in row] for row in done["公园"].iter_rows()]
    assert rows[0][0] == "嘉定三网格生活圈评估 · 公园"
    assert rows[2:] == [["名称", "公顷"], ["嘉定三网格生活圈评估", 2.5]]
    notes = [[cell.value for cell in row] for row in done["数据与说明"].iter_rows()]
    assert ["公园", "人工统计"] in notes
    assert list(csv_tables(edition))[-1] == "parks.csv"


def test_keys_of_sheets_and_of_the_tables_on_them_are_unique():
    sheets = [sheet.key for sheet in SHEETS]
    tables = [table.key for sheet in SHEETS for table in sheet.tables]
    assert len(set(sheets)) == len(sheets)
    assert len(set(tables)) == len(tables)


def test_an_empty_optional_csv_is_not_written():
    assert "accessibility.csv" not in csv_tables(edition_of(book()))


@pytest.mark.slow
def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = written(tmp_path / "assessment.xlsx", book())
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert (tmp_path / "assessment.pdf").stat().st_size > 10_000
    # LibreOffice says this of its own missing Java, whatever it opens.
    said = [line for line in done.stderr.splitlines() if "javaldx" not in line]
    assert said == []


def test_a_sheet_without_rows_says_so_or_is_left_out():
    table = TableSpec(key="k", caption=Text("k", "表"), frame=lambda _: pd.DataFrame(), columns=(NAME,))
    spec = sheet_of_one(table, title=titled("k", "表"), unit=lambda _: Text("", ""))
    edition = replace(edition_of(town_result()), sheets=(spec,), first=None)
    (empty,) = workbook_sheets(edition)
    assert (empty.table, empty.remarks) == (None, (NONE,))
    assert workbook_sheets(replace(edition, sheets=(replace(spec, optional=True),))) == ()
