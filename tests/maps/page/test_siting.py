"""The map of a plan: what it carries, and how a reader meets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.text import Text
from maps.page.web_map import MapCase, MapContent, MapSiting, render_map

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = '<img src=x onerror="window.hacked=1">'
FOOT, ANY = Text("on foot", "步行"), Text("at any hour", "不限时段")


@pytest.fixture
def plan(content: MapContent) -> MapContent:
    """Return the town with one new clinic: 20 of 150 more people within 5 minutes."""
    before = content.coverage.assign(case="before")
    after = content.coverage.assign(case="after")
    gains = (after["category"] == "clinic") & (after["minutes"] == 5) & (after["grid_id"] == "g2")
    after.loc[gains, "people_covered"] = 20.0
    new = gpd.GeoDataFrame(
        {
            "id": ["n1", "n2"],
            "name": ["1 · " + HOSTILE, "Passed over"],
            "kind": ["chosen", "rejected"],
            "category": "clinic",
            "served": [20.0, None],
            "added": [20.0, None],
            "alone": [20.0, 7.0],
        },
        geometry=[shapely.Point(24.946, 60.1712), shapely.Point(24.9424, 60.1732)],
        crs=4326,
    )
    places = pd.concat([content.facilities, new], ignore_index=True)
    assert content.gaps is not None
    assert content.isochrones is not None
    return replace(
        content,
        facilities=gpd.GeoDataFrame(places, geometry="geometry", crs=4326),
        coverage=pd.concat([before, after], ignore_index=True),
        gaps=content.gaps.assign(case="before"),
        isochrones=content.isochrones.assign(case="after"),
        cases=(MapCase("before", FOOT, ANY), MapCase("after", FOOT, ANY)),
        siting=MapSiting(
            before="before",
            after="after",
            new=1,
            proof=Text("Optimal: it is proven that no plan is better", "最优：已证明没有更好的方案"),
            curve=((0, 40.0, 40.0), (1, 60.0, 60.0), (2, float("nan"), 61.0)),
            curve_unit=Text("people within 5 minutes", "5分钟内覆盖人口"),
        ),
        first_minutes=5.0,
    )


def test_a_map_without_a_plan_carries_none(content: MapContent, unpack: Any, data_of: Any) -> None:
    document, _ = unpack(data_of(render_map(content)))
    assert document["siting"] is None
    assert "served" not in document["facilities"]


def test_a_plan_is_carried_by_position(plan: MapContent, unpack: Any, data_of: Any) -> None:
    document, _ = unpack(data_of(render_map(plan)))
    assert (document["siting"]["before"], document["siting"]["after"]) == (0, 1)
    assert document["siting"]["curve"] == [[0, 40.0, 40.0], [1, 60.0, 60.0], [2, None, 61.0]]
    assert document["facilities"]["alone"][-2:] == [20.0, 7.0]
    assert document["facilities"]["alone"][0] is None


def test_a_plan_of_an_unknown_case_is_refused(plan: MapContent) -> None:
    assert plan.siting is not None
    with pytest.raises(ValueError, match="nowhere"):
        render_map(replace(plan, siting=replace(plan.siting, after="nowhere")))


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}: apt-get install chromium")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_reader_switches_between_today_and_the_plan(plan: MapContent, tmp_path: Path, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    (tmp_path / "map.html").write_text(render_map(plan), "utf-8")
    troubles: list[str] = []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox"])
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text))
        page.goto((tmp_path / "map.html").as_uri())
        page.wait_for_selector("body.ready")
        if width < 700:
            page.click(".fold")
        assert "With one new site" in page.inner_text(".headline")
        assert "20 more than before" in page.inner_text(".headline")
        assert "Optimal" in page.inner_text(".plan")
        assert page.locator(".plan svg polyline").count() == 2
        page.click('[data-control="site-before"]')
        assert "more than before" not in page.inner_text(".headline")
        assert page.get_attribute('[data-control="site-before"]', "aria-pressed") == "true"
        page.click('[data-control="site-after"]')
        page.evaluate("() => lifecircle.actions.showFacility(6)")
        card = page.inner_text(".card-popup")
        assert HOSTILE in card
        assert card.count("20 people") == 3
        page.evaluate("() => lifecircle.model.set({ language: 'zh' })")
        assert "比现状增加20人" in page.inner_text(".headline")
        assert page.evaluate("() => window.hacked") is None
        chromium.close()
    assert troubles == []
