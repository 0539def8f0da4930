"""The map as a reader meets it: Debian's chromium, from a file, with nothing to ask."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.text import Text
from maps.page.web_map import MapContent, render_map
from tests.support.browser import DESKTOP, IN_BROWSER, PHONE, Reader

pytestmark = IN_BROWSER


def test_headline_is_said_before_any_click(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    expected = "80 % of 150 residents reach a clinic within 15 minutes on foot; 30 in one grid cell do not."
    assert page.text(".headline") == expected


def test_users_words_are_shown_as_they_are(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    assert page.text("h1") == content.title
    for place, row in content.facilities.iterrows():
        page.run(f"() => lifecircle.actions.facility({place})")
        assert page.text(".card h2") == row["name"]
    page.run("() => lifecircle.actions.grid(1)")
    assert page.text(".card h2") == content.grids["name"][1]
    assert "cut off by <water>" in page.text(".card .gap")
    assert "© OpenStreetMap <contributors>" in page.text(".leaflet-control-attribution")


def test_card_holds_what_a_visitor_needs(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.run("() => lifecircle.actions.facility(0)")
    card = page.text(".card")
    for part in (
        "Service station",
        "district",
        "政务服务",
        "<b>bold</b>",
        "Mon–Fri 9:00–17:00",
        "021-1234",
        "40",
    ):
        assert part in card
    assert page.page.get_attribute(".card a", "href") == "https://example.com/a?b=1&c=%3Cx%3E"
    assert page.page.get_attribute(".card a", "rel") == "noopener noreferrer"


def test_card_calls_tiers_and_functions_by_their_names(reader: Any, content: MapContent) -> None:
    terms = {"district": Text("district level", "区级"), "政务服务": Text("government desk", "政务服务")}
    page = reader(render_map(replace(content, terms=terms)))
    page.run("() => lifecircle.actions.facility(0)")
    assert "district level" in page.text(".card")
    assert "government desk" in page.text(".card")
    page.page.click(".language")
    assert "区级" in page.text(".card")
    assert "<b>bold</b>" in page.text(".card")


def test_only_web_links_can_be_followed(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.run("() => lifecircle.actions.facility(1)")
    assert page.page.query_selector(".card a") is None
    assert "javascript:window.hacked=1" in page.text(".card")
    assert "planned" in page.text(".card .kind")


def test_click_on_the_map_finds_station_and_cell(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.open_part("layers")
    page.page.check("[data-layer=others]")
    station = content.facilities.geometry.iloc[0]
    page.click(station.x, station.y)
    assert page.text(".card .kind") == "Service station"
    page.page.keyboard.press("Escape")
    page.click(24.9469, 60.1735)
    assert page.text(".card .kind") == "50 residents"
    assert page.text(".card .gap") == "30 left out · cut off by <water>"
    assert page.text(".card .bars").split() == ["5", "min", "0", "%", "15", "min", "40", "%"]


def test_colours_on_the_map_are_those_of_the_legend(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.open_part("layers")
    swatches = page.run(
        "() => [...document.querySelectorAll('.scale i')].map((step) => step.style.backgroundColor)"
    )
    for lon, step in ((24.9432, 4), (24.9469, 2)):
        told = [int(value) for value in re.findall(r"\d+", swatches[step])]
        assert page.pixel(lon, 60.1733) == pytest.approx(told, abs=1)


def test_choice_of_minutes_and_service_changes_everything(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.run("() => lifecircle.actions.grid(0)")
    page.page.click("text='5' >> nth=0")
    assert page.text(".headline").startswith("27 % of 150 residents reach a clinic within 5 minutes")
    assert "60 left out" in page.text(".card .gap")
    page.page.select_option("[data-control=category]", label="Schools")
    assert page.text(".headline") == "None of 150 residents reaches Schools within 5 minutes on foot."
    page.page.click("text='15'")
    assert page.text(".headline") == "All 150 residents reach Schools within 15 minutes on foot."
    page.open_part("gaps")
    assert "No gap for this choice" in page.text(".gap-table")


def test_layers_switch(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.open_part("layers")
    page.page.check("[data-layer=others]")
    before = page.pixel(24.9432, 60.1733)
    page.page.uncheck("[data-layer=coverage]")
    bare = page.pixel(24.9432, 60.1733)
    assert before != bare
    for layer in ("station", "centre", "merchant", "facility", "gaps", "isochrones", "demand"):
        page.page.set_checked(f"[data-layer={layer}]", checked=layer in ("isochrones", "demand"))
    assert page.run("() => lifecircle.marks.hits.length") == 0
    page.page.check("[data-layer=station]")
    assert page.run("() => lifecircle.marks.hits.map((hit) => hit.i).sort()") == [0, 1]


def test_facilities_are_those_of_the_service_chosen(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.open_part("layers")
    assert "Facilities: Clinics" in page.text(".legend")
    page.page.select_option("[data-control=category]", label="Schools")
    assert page.run("() => lifecircle.marks.hits.map((hit) => hit.i).includes(5)")
    assert not page.run("() => lifecircle.marks.hits.map((hit) => hit.i).includes(4)")


def test_a_service_without_facilities_has_no_row_in_the_legend(reader: Any, content: MapContent) -> None:
    without = content.facilities[content.facilities["category"] != "school"]
    page = reader(render_map(replace(content, facilities=without)))
    page.open_part("layers")
    assert "Facilities: Clinics" in page.text(".legend")
    page.page.select_option("[data-control=category]", label="Schools")
    assert "Facilities" not in page.text(".legend")


def test_circles_of_grid_cells_are_as_large_beside_areas(reader: Any, content: MapContent) -> None:
    widths = "() => [...document.querySelectorAll('.legend .circle')].map((each) => each.style.width)"

    def shown(opened: Reader) -> Any:
        opened.open_part("layers")
        opened.run("() => lifecircle.map.setMinZoom(8).setZoom(11, { animate: false })")
        return opened.run(widths)

    alone = shown(reader(render_map(content)))
    assert alone
    area = content.grids.iloc[:1].assign(id="a1", name="District", kind="area")
    row = {"grid_id": "a1", "category": "clinic", "minutes": 15.0}
    figure = pd.DataFrame([{**row, "people": 50_000.0, "people_covered": 0.0}])
    gap = pd.DataFrame([{**row, "people_left_out": 50_000.0, "cause": None}])
    beside = replace(
        content,
        grids=pd.concat([content.grids, area], ignore_index=True),
        coverage=pd.concat([content.coverage, figure], ignore_index=True),
        gaps=pd.concat([content.gaps, gap], ignore_index=True),
    )
    assert shown(reader(render_map(beside))) == alone


def test_chinese_and_english(reader: Any, content: MapContent) -> None:
    page = reader(render_map(replace(content, language="zh")))
    assert page.text(".headline") == "150名居民中，80%步行15分钟内可达诊所；1个网格内还有30人不可达。"
    assert page.run("() => document.documentElement.lang") == "zh-CN"
    page.page.click(".language")
    assert page.text(".headline").startswith("80 % of 150 residents")
    assert page.run("() => document.documentElement.lang") == "en"


def test_profile_and_hour_have_one_control_each(reader: Any, two_cases: MapContent) -> None:
    page = reader(render_map(two_cases))
    assert page.page.query_selector("[data-control=profile]") is None
    assert "on foot (at noon)" in page.text(".headline")
    page.page.select_option("[data-control=hour]", label="at night")
    assert (
        page.text(".headline")
        == "None of 150 residents reaches a clinic within 15 minutes on foot (at night)."
    )


def test_each_case_counts_its_own_people(reader: Any, two_cases: MapContent) -> None:
    page = reader(render_map(two_cases))
    dots = "() => [0, 1].map((i) => lifecircle.model.peopleAt(i))"
    assert "150 workers reach" in page.text(".headline")
    assert page.run(dots) == [100, 0]
    page.page.select_option("[data-control=hour]", label="at night")
    assert page.run(dots) == [100, 50]
    page.page.select_option("[data-control=hour]", label="at noon")
    page.page.click(".language")
    assert page.text(".headline").startswith("150名职工中")


def test_search_finds_a_place_by_part_of_its_name(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.page.fill("input[type=search]", "新站")
    page.page.click(".found button")
    assert page.text(".card h2") == content.facilities["name"][3]
    page.page.fill("input[type=search]", "nowhere")
    assert page.text(".found") == "Nothing of this name"


def test_on_a_phone_what_was_found_is_in_view(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content), PHONE)
    page.page.click(".fold")
    page.page.fill("input[type=search]", "c")
    box = page.page.locator(".found button").first.bounding_box()
    assert box["y"] + box["height"] <= PHONE[1]


def test_list_of_gaps_leads_to_the_cell(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.open_part("gaps")
    page.page.click(".gap-table td button")
    assert page.text(".card .kind") == "50 residents"


def boxes(page: Reader, selectors: list[str]) -> list[dict[str, float]]:
    found = [page.page.query_selector(selector).bounding_box() for selector in selectors]
    return [box for box in found if box]


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
    return across and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (1024, 600)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overlaps_or_leaves_the_window(
    reader: Any, content: MapContent, size: tuple[int, int], language: str
) -> None:
    page = reader(render_map(replace(content, language=language)), size)
    parts = [".panel", ".leaflet-control-zoom", ".leaflet-control-scale", ".leaflet-control-attribution"]
    found = boxes(page, [*parts, ".review-number"])
    assert len(found) == 5
    for i, box in enumerate(found):
        assert not any(overlap(box, other) for other in found[i + 1 :])
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 0.5
        assert box["y"] + box["height"] <= size[1] + 0.5
    assert page.run("() => document.documentElement.scrollWidth <= innerWidth")


def test_panel_folds_away(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    page.page.click(".fold")
    assert not page.page.is_visible(".controls")
    assert page.page.is_visible(".headline")
    page.page.click(".fold")
    assert page.page.is_visible(".controls")


def test_phone_opens_with_headline_and_map(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content), PHONE)
    assert page.page.is_visible(".headline")
    assert not page.page.is_visible(".controls")
    panel = page.page.query_selector(".panel").bounding_box()
    assert panel["y"] > PHONE[1] / 2
    page.page.tap(".fold")
    assert page.page.is_visible(".controls")
    page.run("() => lifecircle.actions.showFacility(0)")
    card, panel = boxes(page, [".leaflet-popup", ".panel"])
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= PHONE[0]
    assert not overlap(card, panel)


def test_study_is_in_view_beside_the_panel(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    corners = page.run(
        """() => [[60.17, 24.94], [60.174, 24.948]].map((at) => {
            const p = lifecircle.map.latLngToContainerPoint(at); return [p.x, p.y]; })"""
    )
    panel = page.page.query_selector(".panel").bounding_box()
    assert min(x for x, _ in corners) > panel["x"] + panel["width"]
    assert max(x for x, _ in corners) < DESKTOP[0]


def test_sheet_carries_what_a_printed_map_must(reader: Any, content: MapContent, tmp_path: Path) -> None:
    page = reader(render_map(content, view="sheet"))
    words = page.text(".sheet")
    for part in (
        "80 % of 150",
        "GS(2026)1",
        "Office & Co",
        "2026-11-21",
        "<contributors>",
        "unverified",
        "N\n",
    ):
        assert part in words
    assert page.page.is_visible(".sheet-scale")
    assert re.search(r"Scale 1:[\d,]+ \(A3\)", words)
    assert not page.page.is_visible(".panel")
    pdf = page.page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page\n") + pdf.count(b"/Type /Page ") == 1
    assert b"/MediaBox [0 0 1191" in pdf


def test_printing_the_map_prints_the_sheet_and_comes_back(reader: Any, content: MapContent) -> None:
    page = reader(render_map(content))
    view = page.run("() => [lifecircle.map.getZoom(), lifecircle.map.getCenter().lng]")
    pdf = page.page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 1191" in pdf
    assert page.page.is_visible(".panel")
    after = page.run("() => [lifecircle.map.getZoom(), lifecircle.map.getCenter().lng]")
    assert after == pytest.approx(view, abs=1e-6)


def test_map_of_streets_alone_opens(reader: Any, content: MapContent) -> None:
    bare = replace(
        content,
        facilities=content.facilities.iloc[:0],
        grids=content.grids.iloc[:0],
        coverage=content.coverage.iloc[:0],
        categories=(),
        minutes=(),
        gaps=None,
        isochrones=None,
        demand=None,
    )
    page = reader(render_map(bare))
    assert page.text("h1") == content.title
    assert not page.page.is_visible(".headline")
    page.run("() => lifecircle.actions.sheet(true)")


def test_a_study_without_grid_or_areas_has_its_headline(reader: Any, content: MapContent) -> None:
    by = [name for name in ("category", "minutes", "case") if name in content.coverage]
    totals = content.coverage.groupby(by, as_index=False)[["people", "people_covered"]].sum()
    bare = replace(
        content, grids=content.grids.iloc[:0], coverage=content.coverage.iloc[:0], gaps=None, totals=totals
    )
    page = reader(render_map(bare))
    assert "minutes" in page.text(".headline")
    assert "grid" not in page.text(".headline")


def test_a_browser_that_is_too_old_says_so(browser: Any, content: MapContent, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(content), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(file.as_uri())
    assert "too old" in page.inner_text(".old-browser")
    page.close()
