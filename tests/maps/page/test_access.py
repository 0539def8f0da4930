"""The map for those who use a screen reader or a keyboard: axe-core finds nothing serious."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import DESKTOP, IN_BROWSER, PHONE, Reader
from tests.support.paths import ROOT
from tests.support.town import place

pytestmark = IN_BROWSER

AXE = ROOT / "maps" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
VIEWS = {
    "overview": "() => 0",
    "service": "() => lifecircle.model.set({ category: 0, tab: 'layers', hour: 20, compare: 'swipe' })",
    "gaps": "() => lifecircle.model.set({ tab: 'gaps' })",
    "cell": "() => lifecircle.actions.grid(0)",
    "place": "() => lifecircle.actions.facility(0)",
    "here": f"() => lifecircle.actions.here({', '.join(map(str, place(150, 20)))})",
    "desk": """() => {
        const { desk } = lifecircle.trial;
        desk.open([24.9, 60.2]);
        desk.keep("One");
        desk.show({ gain: true });
    }""",
    "sheet": "() => lifecircle.actions.sheet(true)",
}


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: python page_build.py lint brings it")
    return Path(AXE).read_text("utf-8")


def troubles(page: Reader, axe: str) -> list[str]:
    """What axe-core holds to be serious or critical, with the first place of each."""
    # By the debugger, which the page's own policy does not forbid.
    page.run(axe)
    found = page.page.evaluate("(rules) => axe.run(document, rules)", RULES)["violations"]
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]} {each['nodes'][0]['any'][:1]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_serious(reader: Any, html: str, axe: str, view: str, size: tuple[int, int]) -> None:
    page = reader(html, size)
    page.run(VIEWS[view])
    assert troubles(page, axe) == []


def test_a_phone_with_its_panel_open(reader: Any, html: str, axe: str) -> None:
    page = reader(html, PHONE)
    page.page.click(".fold")
    assert troubles(page, axe) == []


def test_the_check_finds_what_is_wrong(reader: Any, html: str, axe: str) -> None:
    page = reader(html)
    page.run("() => document.querySelector('.headline').style.color = '#eee'")
    page.run("() => document.querySelector('.fold').removeAttribute('aria-label')")
    page.run("() => document.querySelector('.fold').removeAttribute('title')")
    assert {line.split(":")[0] for line in troubles(page, axe)} == {"button-name", "color-contrast"}
