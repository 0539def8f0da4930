"""The matrix of functions and the guides: the standard's own words, embedded services, codes that work."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from api.ledgers.guides import write_guides
from api.outputs import write_results
from api.run import run_study
from maps.guides.page import render_guides
from maps.result import StudyResult
from tests.support.browser import CHROMIUM
from tests.support.town import STUDY, at, rows, write_town

OWN = """id = "own"
title = "四加五"
[[requirement]]
category = "station"
name = { en = "a station", zh = "服务站点" }
minutes = 15
[[function]]
id = "f0"
name = { en = "party", zh = "党群" }
[[function]]
id = "f1"
name = { en = "health", zh = "健康服务" }
[[function]]
id = "f2"
name = { en = "youth", zh = "青年中心" }
"""
LAYERS = """
[[layer]]
id = "embedded"
kind = "facility"
source = "embedded.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[layer]]
id = "items"
kind = "service"
source = "items.csv"
place = { column = "所属站点", layer = "stations" }
licence = "own"
attribution = "us"
"""
FILES = {
    "own.toml": OWN,
    "stations.csv": rows(
        "id,name,lon,lat,服务功能,功能分区,开放时间,工作人员,联系电话,服务指南",
        f"a,A站,{at(0, 0)},党群、健康,大厅、书房,周一至周五 8:30-17:30,5,021-5916,https://example.cn/a",
        f"b,B站,{at(300, 300)},党群,,,,,javascript:alert(1)",
    ),
    "embedded.csv": rows(
        "id,名称,类型,lon,lat,开放时间",
        f"e,青年中心,文化活动站,{at(300, 300)},周六至周日 9:00-17:00",
        f"s,<b>公交</b>站,公交站,{at(100, 0)},",
    ),
    "items.csv": rows(
        "编号,服务名称,所属站点,办理窗口,服务渠道,开放时间,网址",
        "1,居住证办理,A站,3号窗口,一网通办、线下,周一至周五 9:00-11:30,https://example.cn/1",
        "2,别处的,C站,,,,",
    ),
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    study = 'language = "zh"\nstandard = "own.toml"\n' + STUDY + LAYERS
    return run_study(write_town(tmp_path_factory.mktemp("guides"), study=study, files=FILES))


def test_the_matrix_is_in_the_standards_own_words(result: StudyResult) -> None:
    write_results(result)
    sheet = openpyxl.load_workbook(result.study.out_folder / "assessment.xlsx")["功能矩阵"]
    cells = [[cell.value for cell in row] for row in sheet]
    head = next(row for row in cells if "功能具备率" in row)
    first, second, last = cells[cells.index(head) + 1 :][:3]
    assert head[2:6] == ["健康服务", "青年中心", "功能具备率", "缺少的功能"]
    assert first[:6] == ["A站", "✓", "✓", "缺", pytest.approx(2 / 3), "青年中心"]
    # The youth centre in the building of B is one of its functions.
    assert second[:7] == ["B站", "✓", "缺", "✓", pytest.approx(2 / 3), "健康服务", "青年中心"]
    assert last[:4] == ["具备率", "100%", "50%", "50%"]


def test_a_guide_has_functions_services_windows_zones_staff_and_the_way(result: StudyResult) -> None:
    page = render_guides(result)
    first, second = page.split("<article")[1:]
    parts = (
        "✓ 党群", "大厅、书房", "周一至周五 8:30–17:30", "5 人", "021-5916", "居住证办理", "3号窗口",
        "一网通办、线下", "周一至周五 9:00–11:30", "（公交车站）2 分钟", "本站 15 分钟内 30 人",
    )  # fmt: skip
    for part in parts:
        assert part in first, part
    assert "别处的" not in page
    assert "周六、周日 9:00–17:00" in second


def test_what_users_wrote_is_text_and_only_the_web_is_a_code(result: StudyResult) -> None:
    page = render_guides(result)
    assert "<b>公交" not in page
    assert "javascript:" not in page
    assert "<script" not in page
    assert page.count("<svg") == 2


def test_the_code_of_a_guide_leads_to_its_page_of_the_map(result: StudyResult) -> None:
    zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the code")
    page = render_guides(result, link="https://example.cn/map.html")
    assert "https://example.cn/map.html#place=stations:b" in page
    assert read(zxingcpp, page) == "https://example.cn/map.html#place=stations:b"


def read(zxingcpp, page: str) -> str:  # type: ignore[no-untyped-def]
    """The text of the last code of a page, drawn by its path: moves and lines of whole modules."""
    from PIL import Image, ImageDraw

    svg = page[page.rindex("<svg") :]
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    picture = Image.new("L", (size * 8, size * 8), 255)
    draw = ImageDraw.Draw(picture)
    x = y = 0.0
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        values = [float(each) for each in re.findall(r"-?[\d.]+", numbers)]
        if step == "h":
            draw.rectangle([x * 8, (y - 0.5) * 8, (x + values[0]) * 8 - 1, (y + 0.5) * 8 - 1], fill=0)
            x += values[0]
        elif step == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    out = io.BytesIO()
    picture.save(out, "png")
    (found,) = zxingcpp.read_barcodes(Image.open(out))
    return str(found.text)


@pytest.mark.skipif(not (CHROMIUM.exists() and shutil.which("chromium")), reason="no chromium")
def test_the_guides_are_a_page_each_as_pdf(result: StudyResult) -> None:
    paths = write_guides(result)
    assert [path.name for path in paths] == ["guides.html", "guides.pdf"]
    pages = Path(paths[1]).read_bytes().count(b"/Type /Page\n")
    assert pages == 2
