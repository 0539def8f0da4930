"""The desk on which changes are tried: each of its controls, its effect, and what a reload keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import IN_BROWSER, Reader
from tests.support.town import place

pytestmark = IN_BROWSER

STATION = "() => lifecircle.model.set({ category: 0, minutes: 0, case: %d })"
"""Service stations within three minutes: 240 of 360 people at any hour, 180 on Tuesday at 20:00."""


def desk(reader: Any, html: str, case: int = 0) -> Reader:
    page: Reader = reader(html)
    page.run(STATION % case)
    page.page.click(".dock-opener")
    return page


def drop(page: Reader, east: float, north: float) -> None:
    page.page.click("[data-try=new]")
    page.click(*place(east, north))


def draft(page: Reader) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = page.run("() => lifecircle.trial.desk.draft")
    return found


def people(page: Reader) -> tuple[int, int]:
    before, after = page.text(".try-people").replace("people", "").split("→")
    return int(before), int(after)


def card(page: Reader, name: str) -> None:
    page.page.fill(".finder input", name)
    page.page.click(".found button")


def trying(page: Reader) -> str:
    return str(page.run("() => document.querySelector('.leaflet-trying-pane canvas').toDataURL()"))


def test_it_opens_takes_the_focus_and_gives_it_back(reader: Any, html: str) -> None:
    page = desk(reader, html)
    assert page.page.is_visible(".dock")
    assert page.run("() => document.activeElement.closest('.dock') !== null")
    page.page.keyboard.press("Escape")
    assert not page.page.is_visible(".dock")
    assert page.run("() => document.activeElement.className") == "dock-opener"
    page.page.click(".dock-opener")
    page.page.click(".dock-close")
    assert not page.page.is_visible(".dock")


def test_a_pin_is_dropped_and_says_what_it_brings(reader: Any, html: str) -> None:
    page = desk(reader, html)
    before = trying(page)
    drop(page, 180, 190)
    assert len(draft(page)["open"]) == 1
    # The forty at (180, 200) were 320 m from any station; nobody else comes within three minutes.
    assert people(page) == (240, 280)
    assert "+40 gained" in page.text(".try-change")
    assert "+40" in page.text(".try-polygons")
    assert trying(page) != before
    drop(page, 5, 5)
    assert people(page) == (240, 280)


def test_placing_is_given_up_by_escape(reader: Any, html: str) -> None:
    page = desk(reader, html)
    page.page.click("[data-try=new]")
    assert page.page.get_attribute("[data-try=new]", "aria-pressed") == "true"
    page.page.focus(".folium-map")
    page.page.keyboard.press("Escape")
    assert page.page.get_attribute("[data-try=new]", "aria-pressed") == "false"
    assert page.page.is_visible(".dock")


def test_what_a_new_place_offers_is_chosen(reader: Any, html: str) -> None:
    page = desk(reader, html)
    page.page.click("[data-try=offers]")
    page.page.check("[data-try=offer-clinic]")
    page.page.uncheck("[data-try=offer-station]")
    drop(page, 180, 190)
    assert draft(page)["open"][0]["categories"] == ["clinic"]
    assert "Nobody is gained or lost" in page.text(".try-outcome")
    page.run("() => lifecircle.model.set({ category: 1 })")
    before, after = people(page)
    assert after > before


def test_the_best_place_gains_the_most_and_the_gain_is_drawn(reader: Any, html: str) -> None:
    page = desk(reader, html, case=1)
    page.run("() => lifecircle.model.set({ minutes: 1 })")
    before = trying(page)
    page.page.click("[data-try=gain]")
    assert page.page.get_attribute("[data-try=gain]", "aria-pressed") == "true"
    assert page.page.is_visible(".try-gain-key")
    assert trying(page) != before
    # On Tuesday evening sixty are left out, the homes at the south-western corner: one place covers all.
    page.page.click("[data-try=best]")
    assert people(page) == (300, 360)
    page.page.click("[data-try=best]")
    assert page.page.is_visible(".try-best-said")
    page.page.click("[data-try=gain]")
    assert not page.page.is_visible(".try-gain-key")


def test_changes_are_listed_named_given_room_and_taken_back(reader: Any, html: str) -> None:
    page = desk(reader, html)
    drop(page, 180, 190)
    page.page.fill("[data-try=name]", "North <b>hall</b>")
    page.page.press("[data-try=name]", "Enter")
    assert "New: North <b>hall</b>" in page.text(".try-rows")
    page.page.fill("[data-try=capacity]", "80")
    page.page.press("[data-try=capacity]", "Tab")
    assert draft(page)["open"][0]["capacity"] == 80
    page.page.click("[data-try=row-0]")
    assert page.run("() => lifecircle.trial.desk.pin") == draft(page)["open"][0]["id"]
    page.page.click("[data-try=remove-0]")
    assert draft(page)["open"] == []
    assert page.page.locator(".try-pin").count() == 0


def test_undo_redo_and_clear(reader: Any, html: str) -> None:
    page = desk(reader, html)
    assert page.page.is_disabled("[data-try=undo]")
    drop(page, 180, 190)
    drop(page, 20, 280)
    page.page.click("[data-try=undo]")
    assert len(draft(page)["open"]) == 1
    page.page.click("[data-try=redo]")
    assert len(draft(page)["open"]) == 2
    page.page.click("[data-try=clear]")
    assert draft(page)["open"] == []
    page.page.click("[data-try=undo]")
    assert len(draft(page)["open"]) == 2


def test_a_place_is_closed_moved_extended_and_given_other_hours_on_its_card(reader: Any, html: str) -> None:
    page = desk(reader, html)
    card(page, "Alpha")
    page.page.click("[data-card=close]")
    assert page.page.query_selector(".card") is None
    assert people(page) == (240, 180)
    page.page.click("[data-try=clear]")
    card(page, "Alpha")
    page.page.click("[data-card=room]")
    page.page.fill(".try-form input", "55")
    page.page.press(".try-form input", "Enter")
    assert draft(page)["extend"] == [{"id": "stations:alpha", "capacity": 55}]
    assert "left to the program" in page.text(".try-rows")
    card(page, "Alpha")
    page.page.click("[data-card=move]")
    assert [row["id"] for row in draft(page)["move"]] == ["stations:alpha"]
    assert page.page.locator(".try-pin").count() == 1


def test_longer_hours_cover_those_of_the_evening(reader: Any, html: str) -> None:
    page = desk(reader, html, case=1)
    card(page, "Alpha")
    page.page.click("[data-card=hours]")
    page.page.select_option(".try-form select", "Mo-Fr")
    page.page.fill(".try-form input >> nth=0", "09:00")
    page.page.fill(".try-form input >> nth=1", "21:00")
    page.page.click(".try-form button")
    assert people(page) == (180, 240)
    assert "Mon–Fri 9:00–21:00" in page.text(".try-rows")


def test_minutes_walker_and_hour_change_what_a_draft_comes_to(reader: Any, html: str) -> None:
    page = desk(reader, html)
    drop(page, 180, 190)
    seen = [people(page)]
    page.page.click("[data-control=minutes-1]")
    seen.append(people(page))
    page.page.select_option("[data-control=hour]", index=1)
    seen.append(people(page))
    page.page.select_option("[data-control=profile]", index=1)
    seen.append(people(page))
    assert seen[:2] == [(240, 280), (360, 360)]
    assert seen[2][0] == 300
    assert seen[3][0] == 280
    assert "older" in page.text(".try-share")


def test_a_card_of_anywhere_puts_a_place_there(reader: Any, html: str) -> None:
    page = desk(reader, html)
    page.click(*place(180, 190))
    # The map moves so that the card is in view; a button that moves may be missed by the mouse.
    page.page.wait_for_function("() => !lifecircle.map._panAnim?._inProgress")
    page.page.click(".try-here")
    page.page.wait_for_function("() => lifecircle.trial.desk.draft.open.length > 0")
    assert len(draft(page)["open"]) == 1
    assert page.page.query_selector(".card") is None


def test_files_are_saved_and_loaded_again(reader: Any, html: str, tmp_path: Path) -> None:
    page = desk(reader, html)
    assert page.page.is_disabled("[data-try=save]")
    drop(page, 180, 190)
    card(page, "Alpha")
    page.page.click("[data-card=close]")
    after = people(page)
    with page.page.expect_download() as download:
        page.page.click("[data-try=save]")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    written = tomllib.loads(file.read_text("utf-8"))
    assert set(written) == {"name", "open", "close"}
    page.page.click("[data-try=clear]")
    page.page.set_input_files("[data-try=file]", file)
    page.page.wait_for_selector(".try-rows")
    assert people(page) == after


def test_a_link_opens_the_same_elsewhere(reader: Any, html: str) -> None:
    page = desk(reader, html)
    drop(page, 180, 190)
    page.page.fill("[data-try=keep-name]", "One")
    page.page.click("[data-try=keep]")
    page.page.click("[data-try=link]")
    page.page.wait_for_function("() => document.querySelector('.try-files .note').textContent")
    page.page.wait_for_timeout(200)
    other = reader(html)
    other.run(f"() => {{ location.hash = {page.run('() => location.hash')!r}; }}")
    other.page.wait_for_selector(".try-compared")
    assert people(other) == people(page)
    assert other.text(".try-compared") == page.text(".try-compared")


def test_a_pin_far_from_any_street_counts_nothing_and_says_so(reader: Any, html: str) -> None:
    page = desk(reader, html)
    page.run("() => lifecircle.trial.desk.open([24.95, 60.25])")
    assert people(page) == (240, 240)
    assert "no street within 200 m" in page.text(".try-rows")


@pytest.mark.parametrize("case", [0, 1, 2])
def test_no_change_is_no_difference(reader: Any, html: str, case: int) -> None:
    page = desk(reader, html, case)
    said = page.run(
        """() => {
            const { trial } = lifecircle;
            const { before, after } = trial.desk.outcome();
            return [before, after];
        }"""
    )
    assert said[0] == said[1] > 0
