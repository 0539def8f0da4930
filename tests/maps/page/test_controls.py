"""Every control of the panel and of the map: used as a reader uses it, and its effect seen."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import IN_BROWSER, Reader
from tests.support.map_town import HOSTILE
from tests.support.town import place

pytestmark = IN_BROWSER

KNOWN = (
    ".fold", "[data-control]", "[data-tab]", "[data-score]", "[data-layer]", "[data-gaps]", "[data-try]",
    "[data-card]", "[data-question]", ".save-question", ".question summary", ".finder input", ".found button",
    ".gap-list button", ".gap-table td button", ".hint button", ".language", ".to-sheet", ".to-png",
    ".leaflet-control-zoom a", ".leaflet-popup-close-button", ".leaflet-control-attribution a",
    ".leaflet-container", ".dock-opener", ".try-here", ".to-grid", ".reached button", ".try-form *",
    ".try-pin", ".divider", ".sheet-buttons button",
)  # fmt: skip
"""What a reader can use; tested here, in test_desk.py, test_question_form.py or test_sheet.py."""

FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]"
"""What takes the focus."""


def state(page: Reader, key: str) -> Any:
    return page.run(f"() => lifecircle.model.state.{key}")


def where(page: Reader) -> list[float]:
    found: list[float] = page.run(
        """() => {
            const { lat, lng } = lifecircle.map.getCenter();
            return [lng, lat, lifecircle.map.getZoom()];
        }"""
    )
    return found


def picture(page: Reader) -> str:
    return str(page.run("() => lifecircle.below.canvas.toDataURL() + lifecircle.above.canvas.toDataURL()"))


def shown(page: Reader) -> set[str]:
    """Names of the places that were drawn."""
    return set(page.run("() => lifecircle.marks.hits.map(({ i }) => lifecircle.model.facilities.name[i])"))


def test_no_control_is_without_a_test(reader: Any, html: str) -> None:
    page = reader(html)
    views = [
        "() => lifecircle.model.set({ tab: 'layers', compare: 'swipe', hour: 20 })",
        "() => lifecircle.model.set({ tab: 'gaps' })",
        "() => lifecircle.actions.facility(0)",
        "() => lifecircle.actions.grid(0)",
        f"() => lifecircle.actions.here({', '.join(map(str, place(50, 50)))})",
        "() => lifecircle.trial.desk.open([24.9, 60.2])",
        "() => lifecircle.trial.desk.keep('one')",
        "() => lifecircle.actions.sheet(true)",
    ]
    unknown = f"""() => [...document.querySelectorAll("{FOCUSABLE}")]
        .filter((node) => !node.matches("{", ".join(KNOWN)}")).map((node) => node.outerHTML.slice(0, 90))"""
    assert page.run(unknown) == []
    for view in views:
        page.run(view)
        assert page.run(unknown) == []


# The panel ------------------------------------------------------------------------------------------


def test_rows_of_the_overview_are_the_services_and_become_the_map(reader: Any, html: str) -> None:
    page = reader(html)
    lines = [line.split("\t") for line in page.text(".scorecard >> nth=0").splitlines()]
    cells = [text for line in lines for text in line if text.strip()]
    assert cells[cells.index("clinic") :][:4] == ["clinic", "5", "28 %", "260"]
    assert cells[cells.index("service station") :][:5] == ["service station", "5", "100 %", "of 90 %", "0"]
    before = picture(page)
    page.page.click("[data-score='0']")
    assert page.text(".headline").startswith("All 360 residents reach a service station within 5 minutes")
    assert picture(page) != before
    assert page.page.get_attribute("[data-score='0']", "aria-pressed") == "true"
    # The focus is where it was, on a row that was drawn anew.
    assert page.run("() => document.activeElement.dataset.score") == "0"


def test_services_beside_the_standard_unfold(reader: Any, html: str) -> None:
    page = reader(html)
    assert not page.page.is_visible("[data-score='2']")
    page.page.click("summary[data-score=beside]")
    page.page.click("[data-score='2']")
    assert "a locker" in page.text(".headline")
    assert page.page.is_visible("[data-score='2']")


def test_worst_polygons_lead_to_their_cards(reader: Any, html: str) -> None:
    page = reader(html)
    name = page.text(".worst button span >> nth=0").splitlines()[0]
    page.page.click(".worst button >> nth=0")
    assert page.text(".card h2") == name
    assert state(page, "grid") >= 0


def test_tabs_open_by_click_and_arrow_keys(reader: Any, html: str) -> None:
    page = reader(html)
    for tab, part in (("layers", ".legend"), ("gaps", ".gap-table"), ("overview", ".scorecard")):
        page.page.click(f"[data-tab={tab}]")
        assert page.page.is_visible(part)
        assert page.page.get_attribute(f"[data-tab={tab}]", "aria-selected") == "true"
    page.page.keyboard.press("ArrowRight")
    assert state(page, "tab") == "layers"
    assert page.run("() => document.activeElement.dataset.tab") == "layers"
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowLeft")
    assert state(page, "tab") == "gaps"


def test_service_minutes_traveller_hour_and_unit(reader: Any, html: str) -> None:
    page = reader(html)
    page.page.select_option("[data-control=category]", label="service station")
    assert state(page, "minutes") == 1
    page.page.click("[data-control=minutes-0]")
    assert page.text(".headline").startswith("67 % of 360 residents reach a service station within 3 minutes")
    page.page.select_option("[data-control=hour]", index=1)
    assert page.text(".headline").startswith("50 % of 360")
    page.page.select_option("[data-control=profile]", index=1)
    assert page.text(".headline").startswith("47 % of 360")
    before = picture(page)
    page.page.select_option("[data-control=unit]", label="Area")
    assert "areas" in page.text(".headline")
    assert picture(page) != before


def test_filters_choose_the_places_drawn(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.select_option("[data-control=category]", label="service station")
    everything = shown(page)
    assert {"Alpha 服务站", "Later"} < everything
    page.page.select_option("[data-control=filter-tier]", index=2)
    assert shown(page) == {"Alpha 服务站"}
    page.page.select_option("[data-control=filter-tier]", index=0)
    page.page.select_option("[data-control=filter-function]", index=1)
    assert len(shown(page)) == 1
    page.page.select_option("[data-control=filter-function]", index=0)
    page.page.check("[data-control=filter-open]")
    assert shown(page) == everything - {"Later"}
    page.page.select_option("[data-control=hour]", index=1)
    assert shown(page) == everything - {"Later", "Alpha 服务站"}


def test_other_places_are_shown_on_demand(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    assert shown(page) == {"Clinic"}
    page.page.check("[data-layer=others]")
    assert {"Clinic", "Alpha 服务站", "Locker"} <= shown(page)


@pytest.mark.parametrize("layer", ["coverage", "gaps", "isochrones", "demand", "facility"])
def test_each_layer_of_the_legend_is_drawn_or_not(reader: Any, html: str, layer: str) -> None:
    page = reader(html)
    page.open_part("layers")
    box = f"[data-layer={layer}]"
    was = page.page.is_checked(box)
    before = picture(page)
    page.page.set_checked(box, checked=not was)
    assert picture(page) != before
    page.page.set_checked(box, checked=was)
    assert picture(page) == before


def test_the_week_is_moved_through_hour_by_hour(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.select_option("[data-control=category]", label="service station")
    page.page.focus("[data-control=hour][type=range]")
    page.run("() => { document.querySelector('input[type=range]').value = 10; }")
    page.page.keyboard.press("ArrowRight")
    assert state(page, "hour") == 11
    assert page.text(".week-said").startswith("Mon 11:00: 2 open, 100 % covered (360 people).")
    page.run("() => lifecircle.model.set({ hour: 20 })")
    assert page.text(".week-said").startswith("Mon 20:00: 1 open, 83 % covered (300 people).")
    page.page.click("[data-control=hour-back]")
    assert state(page, "hour") == -1


def test_cases_are_compared_as_a_change(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.select_option("[data-control=category]", label="service station")
    page.page.click("[data-control=compare-change]")
    assert page.text(".compare-said").endswith("60 people fewer are covered.")
    before = picture(page)
    page.page.select_option("[data-control=compare-with]", index=1)
    assert page.text(".compare-said").startswith("Older people: 80 people fewer")
    assert picture(page) != before
    page.page.click("[data-control=compare-none]")
    assert page.page.query_selector(".compare-said") is None


def test_the_divider_is_dragged_and_moved_by_keys(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.click("[data-control=compare-swipe]")
    box = page.page.locator(".divider").bounding_box()
    page.page.mouse.move(box["x"] + 12, 300)
    page.page.mouse.down()
    page.page.mouse.move(1000, 300, steps=4)
    page.page.mouse.up()
    assert state(page, "divider") == pytest.approx(1000 / 1440, abs=0.01)
    page.page.focus(".divider")
    page.page.keyboard.press("ArrowLeft")
    assert state(page, "divider") < 1000 / 1440 - 0.01
    assert int(page.page.get_attribute(".divider", "aria-valuenow")) == round(100 * state(page, "divider"))


def test_two_cases_side_by_side_move_together(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.click("[data-control=compare-side]")
    assert page.page.is_visible(".second-map canvas >> nth=0")
    page.page.click(".leaflet-control-zoom-in")
    page.page.wait_for_function("() => !lifecircle.map._animatingZoom")
    canvases = page.run(
        "() => [...document.querySelectorAll('.second-map canvas')].map((c) => c.toDataURL().length)"
    )
    assert min(canvases) > 1000
    page.page.click("[data-control=compare-none]")
    assert not page.page.is_visible(".second-map")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("服务站", "Alpha 服务站"), ("fuwuzhan", "Alpha 服务站"), ("fwz", "Alpha 服务站"), ("north", "North")],
)
def test_search_by_characters_pinyin_initials_and_area(reader: Any, html: str, typed: str, name: str) -> None:
    page = reader(html)
    page.page.fill(".finder input", typed)
    assert page.text(".found button >> nth=0").splitlines()[0] == name
    page.page.press(".finder input", "Enter")
    assert page.text(".card h2") == name
    page.page.press(".finder input", "Escape")
    assert page.page.input_value(".finder input") == ""
    assert page.text(".found") == ""


def test_hostile_names_are_text_everywhere(reader: Any, html: str) -> None:
    page = reader(html)
    name = HOSTILE.replace('"', "'")
    page.page.fill(".finder input", "onerror")
    assert name in page.text(".found")
    page.page.click(".found button")
    assert page.text(".card h2") == name
    page.page.click("[data-card=close]")
    assert name in page.text(".try-rows")
    page.page.fill("[data-try=keep-name]", HOSTILE)
    page.page.click("[data-try=keep]")
    assert HOSTILE in page.text(".try-compared")
    assert page.page.query_selector("img[src=x]") is None


# The table of gaps --------------------------------------------------------------------------------


def column(page: Reader, name: str) -> list[str]:
    cells = f"document.querySelectorAll('.gap-table td.{name}')"
    return list(page.run(f"() => [...{cells}].map((td) => td.innerText)"))


def test_gaps_are_sorted_by_any_column(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("gaps")
    assert column(page, "people") == ["80", "70", "60", "50"]
    page.page.click("[data-gaps=people]")
    assert column(page, "people") == ["50", "60", "70", "80"]
    assert page.page.get_attribute(".gap-table th >> nth=0", "aria-sort") == "ascending"
    page.page.click("[data-gaps=place]")
    names = column(page, "place")
    assert names == sorted(names)
    page.page.click("[data-gaps=place]")
    assert column(page, "place") == names[::-1]
    assert page.run("() => document.activeElement.dataset.gaps") == "place"
    page.page.click("[data-gaps=cause]")
    causes = column(page, "cause")
    assert causes == sorted(causes)


def test_gaps_of_all_services_and_back(reader: Any, html: str) -> None:
    page = reader(html)
    page.run("() => lifecircle.model.set({ case: 1 })")
    page.open_part("gaps")
    one = len(column(page, "people"))
    page.page.click("[data-gaps=gaps_every]")
    assert set(column(page, "service")) == {"clinic", "service station"}
    assert len(column(page, "people")) > one
    page.page.click("[data-gaps=service]")
    services = column(page, "service")
    assert services == sorted(services)
    page.page.click(".gap-table td button >> nth=-1")
    assert state(page, "category") == 0
    assert page.text(".card h2") == column(page, "place")[-1]


def test_gaps_are_saved_as_an_office_program_reads_them(reader: Any, html: str, tmp_path: Path) -> None:
    page = reader(html)
    page.open_part("gaps")
    with page.page.expect_download() as download:
        page.page.click("[data-gaps=save]")
    file = tmp_path / "gaps.csv"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert lines[0] == ["Where", "Service", "Minutes", "Left out", "Cause"]
    assert [line[3] for line in lines[1:]] == ["80", "70", "60", "50"]
    assert {line[2] for line in lines[1:]} == {"5"}


# The map itself -----------------------------------------------------------------------------------


def zoomed(page: Reader, button: str) -> float:
    """Press a button of the map and return the zoom it comes to."""
    before = where(page)[2]
    page.page.click(button)
    page.page.wait_for_function(
        f"() => lifecircle.map.getZoom() !== {before} && !lifecircle.map._animatingZoom"
    )
    return where(page)[2]


def test_buttons_of_the_map(reader: Any, html: str) -> None:
    page = reader(html)
    home = where(page)
    assert zoomed(page, ".leaflet-control-zoom-in") > home[2]
    zoomed(page, ".leaflet-control-zoom-out")
    assert zoomed(page, ".leaflet-control-zoom-out") < home[2]
    page.page.click(".whole")
    assert where(page) == pytest.approx(home, abs=1e-6)


def test_the_language_is_switched_and_switched_back(reader: Any, html: str) -> None:
    page = reader(html)
    page.page.click(".language")
    assert page.text("[data-tab=overview]") == "总览"
    assert page.run("() => document.documentElement.lang") == "zh-CN"
    assert page.page.get_attribute(".leaflet-control-zoom-in", "aria-label") == "放大"
    page.page.click(".language")
    assert page.text("[data-tab=overview]") == "Overview"


def test_a_picture_of_the_view_is_saved(reader: Any, html: str, tmp_path: Path) -> None:
    from PIL import Image

    page = reader(html)
    with page.page.expect_download() as download:
        page.page.click(".to-png")
    assert download.value.suggested_filename == "Town.png"
    file = tmp_path / "view.png"
    download.value.save_as(file)
    with Image.open(file) as image:
        assert image.width == 1440
        assert image.height > 900
        # Title and headline stand above the map, and the dark of the unserved is in it.
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
    dark = (154, 99, 53)
    assert any(max(abs(a - b) for a, b in zip(colour, dark, strict=True)) <= 1 for colour in colours)


def test_a_click_anywhere_says_what_is_reached_who_comes_and_by_which_way(reader: Any, html: str) -> None:
    page = reader(html)
    before = picture(page)
    page.click(*place(150, 20))
    assert page.text(".card h2") == "From here"
    rows = page.run("() => [...document.querySelectorAll('.reached tr')].map((tr) => tr.innerText)")
    # 20 m to the street and 50 along it to the clinic; five people's homes lie within 300 m by the streets.
    (clinic,) = (row for row in rows if row.startswith("clinic"))
    assert "Clinic" in clinic
    assert [int(n) for n in clinic.split("\t")[1:4]] == [1, 1, 1]
    (people,) = (row for row in rows if row.startswith("residents"))
    assert people.split("\t")[1:4] == ["30", "150", "360"]
    assert page.run("() => lifecircle.model.state.here !== null")
    assert picture(page) != before
    page.page.click(".card .reached button >> nth=0")
    assert page.text(".card .kind").split(" · ")[0] in ("Facility", "Service station")


def test_a_click_leads_on_to_the_figures_of_the_cell(reader: Any, html: str) -> None:
    page = reader(html)
    page.click(*place(50, 50))
    page.page.click(".to-grid")
    assert page.text(".card .kind") == "60 residents"
    assert "All services here" in page.text(".card")
    assert page.page.query_selector(".card .parts, .card .scorecard") is not None


def test_from_the_keyboard_alone_the_middle_is_asked_and_the_card_closed(reader: Any, html: str) -> None:
    page = reader(html)
    page.page.focus(".folium-map")
    page.page.keyboard.press("Enter")
    assert page.text(".card h2") == "From here"
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(".card", state="detached")
    assert state(page, "here") is None
    assert page.run("() => document.activeElement.classList.contains('folium-map')")


def test_the_hint_asks_about_the_middle(reader: Any, html: str) -> None:
    page = reader(html)
    page.open_part("layers")
    page.page.click(".hint button")
    assert page.text(".card h2") == "From here"


def test_the_keyboard_comes_to_every_control_in_sight_and_the_focus_is_seen(reader: Any, html: str) -> None:
    page = reader(html)
    met: list[str] = []
    for _ in range(60):
        page.page.keyboard.press("Tab")
        look = page.run(
            """() => {
                const node = document.activeElement;
                const style = getComputedStyle(node);
                const { control, score } = node.dataset;
                const own = node === document.body ? "BODY" : node.className;
                const name = own || control || score || node.tagName;
                return [String(name), style.outlineStyle !== "none" || style.boxShadow !== "none"];
            }"""
        )
        met.append(look[0])
        if look[0] != "BODY":
            assert look[1], look[0]
    wanted = [
        "fold",
        "category",
        "minutes-0",
        "hour",
        "unit",
        "language",
        "to-sheet",
        "to-png",
        "dock-opener",
    ]
    assert [name for name in wanted if name not in met] == []


def test_a_card_opened_by_keys_has_the_focus_and_gives_it_back(reader: Any, html: str) -> None:
    page = reader(html)
    page.page.focus(".worst button >> nth=0")
    page.page.keyboard.press("Enter")
    assert page.run("() => document.activeElement.closest('.leaflet-popup') !== null")
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(".card", state="detached")
    assert page.run("() => document.activeElement.closest('.worst') !== null")
