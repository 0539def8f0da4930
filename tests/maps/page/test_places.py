"""How places stand through the week, on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.run import run_study
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import IN_BROWSER, PHONE
from tests.support.town import STUDY, at, rows, write_town

pytestmark = IN_BROWSER

TUESDAY_TEN, TUESDAY_TWENTY = 34, 44

STANDINGS = """(hour) => {
    const { model } = lifecircle;
    model.set({ hour });
    return [...model.facilities.id.map((_, i) => model.standing(i)), model.countOpen()];
}"""


def test_an_hour_shows_open_closed_and_unknown_places_apart(reader: Any, tmp_path: Path) -> None:
    stations = rows(
        "id,name,lon,lat,opening_hours", f"a,A,{at(0, 0)},Mo-Fr 09:00-17:00", f"b,B,{at(100, 0)},"
    )
    town = write_town(tmp_path, study="week = true\n" + STUDY, files={"stations.csv": stations})
    page = reader(render_map(map_content(run_study(town))))
    # B, whose hours nobody knows, is counted for nobody at any hour of the week: it is not among the open.
    assert page.page.evaluate(STANDINGS, TUESDAY_TEN) == ["open", "unknown", 1]
    assert page.page.evaluate(STANDINGS, TUESDAY_TWENTY) == ["closed", "unknown", 0]


def test_a_form_on_a_card_is_in_view_with_its_card(reader: Any, tmp_path: Path) -> None:
    page = reader(render_map(map_content(run_study(write_town(tmp_path)))), PHONE)
    page.run("() => lifecircle.actions.showFacility(0)")
    page.page.click("[data-card=hours]")
    page.page.wait_for_timeout(400)
    popup = page.page.locator(".card-popup").bounding_box()
    apply = page.page.locator(".try-form [type=submit]").bounding_box()
    card = page.page.locator(".card-popup .leaflet-popup-content").bounding_box()
    assert popup["y"] >= 0
    assert apply["y"] + apply["height"] <= card["y"] + card["height"] + 1
