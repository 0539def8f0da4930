"""docs/results.md knows every column of every file that a run and a plan write."""

import csv
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest

from api.outputs import write_results
from api.run import run_study
from geo.assessment.points import column_name
from layers.write.read_back import read_book
from tests.support.gis_town import STUDY, write_gis_town
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text("utf-8")
MEASURES = """
[accessibility]
measures = ["nearest", "cumulative", "2sfca"]
categories = ["station"]
minutes = 5
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A town with areas, grids, room, two cases, the week and measures of accessibility."""
    folder = write_gis_town(tmp_path_factory.mktemp("documented") / "town")
    text = STUDY.replace('language = "zh"\n', 'language = "zh"\nweek = true\n')
    (folder / "study.toml").write_text(text + MEASURES, "utf-8")
    result = run_study(folder)
    write_results(result)
    return result


def section(title: str) -> str:
    """The part of the page below a heading of any level, as far as the next of that level or above."""
    (start,) = list(re.finditer(rf"^(#+) {re.escape(title)}(?: \(.*\))?$", PAGE, re.MULTILINE))
    end = re.search(rf"^#{{1,{len(start[1])}}} ", PAGE[start.end() :], re.MULTILINE)
    return PAGE[start.end() : start.end() + end.start() if end else None]


def keys_in(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def known(column: str, documented: set[str], result) -> bool:
    """Whether a column is documented, as it stands or as one of a requirement or category."""
    requirements = {column_name(each.requirement.key) for each in result.assessment.results}
    of = [("REQUIREMENT", requirements), ("CATEGORY", set(result.ground.wanted))]
    spelled = {
        f"{word}_{column.removeprefix(f'{name}_')}"
        for word, names in of
        for name in names
        if column.startswith(f"{name}_")
    }
    measured = any(
        column == f"{row['category']}_{row['measure']}" for row in result.access.summary.to_dict("records")
    )
    return (
        column in documented or bool(spelled & documented) or (measured and "CATEGORY_MEASURE" in documented)
    )


VARIES = re.compile("MINUTES|GROUP|TIER")


def is_one_of(header: str, words: set[str]) -> bool:
    """Whether a header varies from study to study: words in capitals stand for minutes, groups and tiers."""
    for each in words:
        if VARIES.search(each):
            pattern = (
                re.escape(each).replace("MINUTES", r"[\d.]+").replace("GROUP", ".+").replace("TIER", ".+")
            )
            if re.fullmatch(pattern, header):
                return True
    return False


def test_every_column_of_the_geopackage_is_documented(run):
    path = run.study.out_folder / "results.gpkg"
    layers = section("Layers: results.gpkg")
    titles = {name: key for key, name in re.findall(r"^### (\w+) / (\w+)", layers, re.MULTILINE)}
    for layer, _ in pyogrio.list_layers(path):
        if layer == "layer_styles":
            continue
        base = layer.partition("_")[0]
        documented = keys_in(section(f"{titles[base]} / {base}"))
        columns = set(pyogrio.read_info(path, layer=layer)["fields"])
        assert {name for name in columns if not known(name, documented, run)} == set(), layer


def test_every_column_of_the_parquet_is_documented_and_described_in_the_file(run):
    documented = keys_in(section("demand / 人口点")) | keys_in(section("Points: results.parquet"))
    schema = pq.read_schema(run.study.out_folder / "results.parquet")
    columns = [column for column in schema if column.name != "geometry"]
    assert {each.name for each in columns if not known(each.name, documented, run)} == set()
    assert all(b"name" in (each.metadata or {}) for each in columns)
    told = schema.field("station_minutes").metadata
    assert told[b"unit"].decode() == "分钟"
    assert "最短时间" in told[b"description"].decode()


def test_every_header_of_a_csv_is_documented(run):
    for path in sorted(run.study.out_folder.glob("*.csv")):
        words = {
            row.split(" | ")[2]
            for row in section(path.name).splitlines()
            if row.startswith(("| `", "| one a "))
        }
        with path.open(encoding="utf-8-sig", newline="") as file:
            headers = next(csv.reader(file))
        if path.name == "accessibility.csv":
            headers, words = (
                [each for each in headers if "：" not in each],
                words - {"CATEGORY: MEASURE （单位）"},
            )
        assert {each for each in headers if each not in words and not is_one_of(each, words)} == set(), (
            path.name
        )
        assert {each for each in words if not VARIES.search(each)} <= set(headers), path.name


def test_every_header_of_a_sheet_is_documented(run):
    rows = re.findall(r"^\| (?:`\w+`|one a \w+) \| [^|]+ \| ([^|]+) \|", PAGE, re.MULTILINE)
    plain = {row.strip() for row in rows}
    ends = tuple(row.split(" ", 1)[1] for row in plain if row.split(" ")[0] in ("REQUIREMENT", "CASE"))
    hours = {f"{name} {limit}" for name, limit in (("服务站点", "5 分钟"), ("便利店", "3 分钟"))}
    causes = set(run.tables.causes["cause_zh"]) if len(run.tables.causes) else set()
    book = read_book(run.study.out_folder / "assessment.xlsx")
    headers = {column.header.zh for sheet in book.tables.values() for column in sheet.table.columns}
    assert len(headers) > 40
    unknown = {h for h in headers if h not in plain | hours | causes and not h.endswith(ends)}
    unknown = {h for h in unknown if not is_one_of(h, plain)}
    assert unknown == set()


def test_columns_of_a_csv_are_the_same_in_every_run(run, tmp_path):
    """A town without room, areas, hours and further cases writes the columns that a full one writes."""
    folder = write_gis_town(tmp_path / "town")
    text = STUDY.partition("[[case]]")[0].replace('capacity = "limits"\n', "")
    (folder / "study.toml").write_text(text, "utf-8")
    plain = run_study(folder)
    write_results(plain)
    for name in ("coverage.csv", "by_area.csv", "gaps.csv", "caveats.csv"):
        heads = [
            (result.study.out_folder / name).read_text("utf-8-sig").splitlines()[0] for result in (run, plain)
        ]
        assert heads[0] == heads[1], name


def test_shares_of_a_csv_are_rounded_as_sheets_show_them(run):
    with (run.study.out_folder / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        values = [row["可达率"] for row in csv.DictReader(file) if row["可达率"]]
    assert values
    assert all(re.fullmatch(r"[01]\.\d{1,3}|[01]", value) for value in values)


def test_gdal_reads_the_geopackage_without_a_word(run, recwarn):
    path = run.study.out_folder / "results.gpkg"
    for layer, shape in pyogrio.list_layers(path):
        frame = (
            gpd.read_file(path, layer=layer)
            if shape is not None
            else pyogrio.read_dataframe(path, layer=layer)
        )
        assert len(frame) > 0
    assert [str(each.message) for each in recwarn] == []
    assert Path(path).stat().st_size < 3_000_000
    assert openpyxl.load_workbook(run.study.out_folder / "assessment.xlsx").properties.title
