"""The form of a siting question on the map: what it saves is what `lifecircle site` takes as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.run import run_study
from api.site import site_study
from layers.study.siting.file import read_question
from layers.study.siting.question import site_question
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import IN_BROWSER, PHONE
from tests.support.town import STUDY, at, rows, write_town

pytestmark = IN_BROWSER

PLOTS = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plots = rows("id,name,lon,lat,cost", f"a,North,{at(300, 300)},5", f"b,South,{at(200, 0)},1")
    return write_town(
        tmp_path_factory.mktemp("town"), study='language = "zh"\n' + STUDY + PLOTS, files={"plots.csv": plots}
    )


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return render_map(map_content(run_study(folder)))


def opened(reader: Any, html: str) -> Any:
    """Return a page with the form and all its parts open."""
    page = reader(html)
    page.page.click(".question summary")
    page.page.wait_for_selector(".question details")
    for part in page.page.query_selector_all(".question details:not([open]) summary"):
        part.click()
    return page


def saved(page: Any, tmp_path: Path) -> Path:
    with page.page.expect_download() as download:
        page.page.click(".save-question")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    return file


def field(name: str) -> str:
    return f'[data-question="{name}"]'


def test_a_question_as_it_opens(reader: Any, html: str, folder: Path, tmp_path: Path) -> None:
    page = opened(reader, html)
    file = saved(page, tmp_path)
    assert file.name == "服务站点选址.toml"
    written = read_question(file)
    minutes = page.run("() => lifecircle.model.minutes")
    assert (written.name, written.fields) == (
        "服务站点选址", {"category": "station", "new": 1, "minutes": minutes}
    )  # fmt: skip
    assert site_study(folder, site_question(written.fields)).plan.status == "optimal"


def test_every_rule_of_the_form_is_written(reader: Any, html: str, tmp_path: Path) -> None:
    page = opened(reader, html)
    page.page.fill(field("name"), "两处 / 迁一处")
    page.page.fill(field("new"), "2")
    page.page.fill(field("minutes"), "3.5")
    page.page.select_option(field("candidates"), "layer")
    for name, value in (("each_area", "1"), ("grid_floor", "10"), ("apart_metres", "50"), ("move", "1")):
        page.page.fill(field(name), value)
    page.page.select_option(field("fair"), "grid")
    page.page.check(field("capacity"))
    page.page.fill(field("must_close"), "stations:s")
    page.page.press(field("must_close"), "Tab")
    page.page.fill(field("time_limit_seconds"), "20")
    fields = read_question(saved(page, tmp_path)).fields
    station = page.run("() => lifecircle.model.facilities.id[0]")
    assert fields == {
        "category": "station", "new": 2, "minutes": 3.5, "each_area": 1, "grid_floor": {"*": 0.1},
        "apart_metres": 50, "move": 1, "time_limit_seconds": 20, "fair": "grid", "candidates": "layer",
        "capacity": "limits", "must_close": ("stations:s",),
    }  # fmt: skip
    fields["must_close"] = (station,)
    assert site_question(fields).closed == 1


def test_what_does_not_go_with_the_goal_is_neither_asked_nor_written(
    reader: Any, html: str, tmp_path: Path
) -> None:
    page = opened(reader, html)
    page.page.select_option(field("fair"), "grid")
    page.page.select_option(field("copies"), "2")
    page.page.select_option(field("goal"), "worst")
    assert page.page.locator(field("fair")).count() == page.page.locator(field("copies")).count() == 0
    fields = read_question(saved(page, tmp_path)).fields
    assert set(fields) == {"category", "new", "minutes", "goal"}


def test_a_missing_number_is_said_and_nothing_is_saved(reader: Any, html: str) -> None:
    page = opened(reader, html)
    page.page.select_option(field("asked"), "cover")
    page.page.click(".save-question")
    assert page.text(".question .wrong") == "请填写标出的项。"
    assert page.run("() => document.activeElement.getAttribute('data-question')") == "cover"


def test_the_form_speaks_the_language_of_the_page_and_keeps_what_is_written(reader: Any, html: str) -> None:
    page = opened(reader, html)
    page.page.fill(field("new"), "7")
    page.run("() => lifecircle.model.set({ language: 'en' })")
    assert page.text(".question summary") == "Ask where the next sites go"
    assert page.run("() => lifecircle.model.word('question_save')") == "Save the question"
    assert page.page.input_value(field("new")) == "7"


def test_the_form_fits_a_phone(reader: Any, html: str) -> None:
    page = reader(html, PHONE)
    page.page.click(".fold")
    page.page.click(".question summary")
    wide = page.run(
        "() => document.querySelector('.more').scrollWidth - document.querySelector('.more').clientWidth"
    )
    assert wide == 0


def test_a_place_typed_last_is_written_when_save_is_clicked_at_once(
    reader: Any, html: str, tmp_path: Path
) -> None:
    page = opened(reader, html)
    page.page.fill(field("forbid"), "plots:a")
    assert read_question(saved(page, tmp_path)).fields["forbid"] == ("plots:a",)


def test_a_wrong_number_in_a_folded_part_is_shown(reader: Any, html: str) -> None:
    page = opened(reader, html)
    page.page.fill(field("gap"), "150")
    page.page.click(".question .fields > details:last-of-type summary")
    page.page.click(".save-question")
    assert page.page.is_visible(field("gap"))
    assert page.run("() => document.activeElement.getAttribute('data-question')") == "gap"


def test_years_and_their_money_are_written(reader: Any, html: str, tmp_path: Path) -> None:
    page = opened(reader, html)
    page.page.select_option(field("asked"), "years")
    assert page.page.locator(field("close")).count() == 0
    page.page.fill(field("phases"), "2，1 ，1")
    page.page.fill(field("phase_budgets"), "10.5, 3,4")
    fields = read_question(saved(page, tmp_path)).fields
    assert (fields["phases"], fields["phase_budgets"]) == ((2, 1, 1), (10.5, 3, 4))
    assert "new" not in fields
