"""A browser, and a reader of maps in it who notes everything that goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.run import run_study
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult
from tests.support.browser import CHROMIUM, DESKTOP, FLAGS, PHONE, Reader
from tests.support.map_town import write_map_town


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    """Return a function that opens a map; at the end of the test nothing may have gone wrong on it."""
    opened: list[Reader] = []

    def open_map(html: str, size: tuple[int, int] = DESKTOP) -> Reader:
        file = tmp_path / f"map{len(opened)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, offline=True, has_touch=size == PHONE
        )
        context.set_default_timeout(10_000)
        page = Reader(context.new_page())
        opened.append(page)
        page.page.goto(file.as_uri())
        page.page.wait_for_selector("body.ready", timeout=20_000)
        return page

    yield open_map
    for page in opened:
        assert page.troubles == []
        assert page.run("() => window.hacked") is None
        page.page.context.close()


@pytest.fixture(scope="module")
def map_town(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """A run of the town for which the map has every control."""
    return run_study(write_map_town(tmp_path_factory.mktemp("map-town")))


@pytest.fixture(scope="module")
def html(map_town: StudyResult) -> str:
    return render_map(map_content(map_town))
