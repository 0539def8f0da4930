"""How places stand through the week, on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.run import run_study
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import IN_BROWSER
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
