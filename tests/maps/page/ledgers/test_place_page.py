"""The page of one place: by its address, from its card, on one sheet of paper, with a code that is read."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest

from geo.text import Text
from maps.page.web_map import MapContent, render_map
from maps.words.ledgers.place_cards import (
    Around,
    Counted,
    NearestStation,
    PeopleWithin,
    PlaceCard,
)
from tests.maps.conftest import HOSTILE
from tests.support.browser import IN_BROWSER

pytestmark = IN_BROWSER


@pytest.fixture
def card() -> PlaceCard:
    within = (
        PeopleWithin(
            minutes=15.0,
            people=6200,
            groups=(Counted(Text("workers", "职工"), 3100), Counted(Text("residents", "居民"), 3100)),
            shifts=(),
        ),
    )
    return PlaceCard(
        id="shops:m1",
        kind="merchant",
        layer=Text("Partners", "区域合伙人"),
        name=HOSTILE[3],
        category=Text("pharmacy", "药店"),
        offer=HOSTILE[0],
        agreement=("载体共建",),
        since="2025-03-01",
        case="walk",
        case_name=Text("on foot", "步行"),
        circle=15.0,
        within=within,
        stations=(NearestStation(tier=None, id="s1", name="汇旺阵地", minutes=7),),
        around=tuple(
            Around(
                role="service", category=Text(f"kind {n}", f"类 {n}"), count=2, name=f"place {n}", minutes=n
            )
            for n in range(30)
        ),
        outside=None,
        said=(Text("6,200 people within 15 minutes", "本店 15 分钟内 6,200 人，其中职工 3,100"),),
    )


@pytest.fixture
def page(reader: Any, content: MapContent, card: PlaceCard) -> Any:
    facilities = content.facilities.assign(id=content.facilities["id"].replace("m1", "shops:m1"))
    return reader(render_map(replace(content, facilities=facilities, places=(card,))))


def test_an_address_opens_the_page_of_a_place(page: Any) -> None:
    page.run("() => { location.hash = '#place=shops:m1' }")
    page.page.wait_for_selector(".place-page h1")
    assert page.text(".place-page h1") == HOSTILE[3]
    assert page.text(".place-page .said.first") == "6,200 people within 15 minutes"
    assert page.text(".place-page .within tbody tr") == "within 15 min\t6,200\t3,100\t3,100"
    assert HOSTILE[0] in page.text(".place-page dl")
    assert "汇旺阵地\t7" in page.text(".place-page .stations")
    assert "10 more categories" in page.text(".place-page")


def test_a_card_leads_to_the_page_and_back(page: Any) -> None:
    page.run("() => lifecircle.actions.facility(3)")
    page.page.click(".open-place")
    assert page.text(".place-page h1") == HOSTILE[3]
    assert page.run("() => location.hash") == "#place=shops:m1"
    page.page.keyboard.press("Escape")
    assert page.page.is_hidden(".place-page")
    page.page.wait_for_function("() => !location.hash.includes('place=')")


def test_a_place_that_is_not_there_is_said(page: Any) -> None:
    page.run("() => { location.hash = '#place=<img src=x>' }")
    assert page.text(".place-page article") == "The map has no such place."


def test_the_page_is_printed_on_one_sheet(page: Any) -> None:
    page.run("() => { location.hash = '#place=shops:m1' }")
    page.page.wait_for_selector(".place-page h1")
    printed = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_the_code_leads_to_the_page(page: Any) -> None:
    zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the code")
    image = pytest.importorskip("PIL.Image")
    page.run("() => { location.hash = '#place=shops:m1' }")
    page.page.wait_for_selector(".place-page .qr")
    picture = image.open(io.BytesIO(page.page.locator(".place-page .qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == page.run("() => location.href")
