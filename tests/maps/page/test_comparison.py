"""Another case beside the one shown: what the legend says of it, and what paper shows."""

from __future__ import annotations

from typing import Any

import pytest

from maps.page.web_map import MapContent, render_map
from tests.support.browser import IN_BROWSER

pytestmark = IN_BROWSER

MIDDLE = "() => lifecircle.map.getCenter().lng"


def compare(page: Any, mode: str) -> None:
    page.run(f"() => lifecircle.model.set({{ tab: 'layers', compare: '{mode}' }})")


def test_the_legend_of_a_change_names_both_cases_and_no_gaps(reader: Any, two_cases: MapContent) -> None:
    page = reader(render_map(two_cases))
    compare(page, "none")
    assert page.page.query_selector("[data-layer=gaps]") is not None
    compare(page, "change")
    assert page.page.query_selector("[data-layer=gaps]") is None
    names = page.run("() => [0, 1].map((each) => lifecircle.model.caseName(each))")
    said = page.text("label.layer >> nth=0")
    assert said.startswith(f"Change in share covered, from {names[0]} to {names[1]}: ")


@pytest.mark.parametrize("mode", ["swipe", "side"])
def test_paper_shows_one_case(reader: Any, two_cases: MapContent, mode: str) -> None:
    page = reader(render_map(two_cases))
    compare(page, mode)
    middle = page.run(MIDDLE)
    page.run("() => lifecircle.actions.sheet(true)")
    for part in (".divider", ".case-label", ".second-map"):
        assert not page.page.is_visible(f"{part} >> nth=0")
    alone = page.run("() => lifecircle.below.canvas.toDataURL()")
    page.run("() => lifecircle.model.set({ compare: 'none' })")
    assert page.run("() => lifecircle.below.canvas.toDataURL()") == alone
    compare(page, mode)
    page.run("() => lifecircle.actions.sheet(false)")
    assert page.page.is_visible(".case-label >> nth=0")
    assert page.run(MIDDLE) == pytest.approx(middle, abs=1e-6)


def test_the_middle_of_the_map_stays_when_it_is_halved(reader: Any, two_cases: MapContent) -> None:
    page = reader(render_map(two_cases))
    middle = page.run(MIDDLE)
    compare(page, "side")
    assert page.run(MIDDLE) == pytest.approx(middle, abs=1e-5)
    compare(page, "none")
    assert page.run(MIDDLE) == pytest.approx(middle, abs=1e-5)
