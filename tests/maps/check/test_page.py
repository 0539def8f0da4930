"""The page of `check`: what it says, what it draws, and that nobody's text becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.headers import ColumnMatch
from layers.rows.report import CrsReport, LayerReport
from maps.check.content import CheckContent
from maps.check.page import render_check
from maps.check.small_map import MOST_POINTS
from maps.result import LayerCheck, SnapFigures

HOSTILE = '</td><script>alert(1)</script><img src=x onerror="hacked()">{{ 7 * 7 }}&lt;'
VOID = {"meta", "img", "br", "path", "use"}


class Reader(HTMLParser):
    """Collects the text of a page and its tags, and fails where tags are not balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def named(self, tag: str, name: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and name in (a.get("class") or "").split()]


def fault(words: str, **more: object) -> Fault:
    return Fault(Text(words, f"中{words}"), Text(f"mend {words}", f"改{words}"), **more)  # type: ignore[arg-type]


def points(*places: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(place) for place in places], crs=4326)


REPORT = LayerReport(
    id="shops",
    kind="merchant",
    name="Shops",
    source="shops.xlsx",
    read=1_234,
    accepted=1_220,
    rejected=9,
    left_out=5,
    faults=(fault("stopped"),),
    row_faults=(fault("bad", source="shops.xlsx", sheet="S1", row=77, column="lon", value="12x"),),
    notes=(
        fault("twins", code="double"),
        fault("strays", code="outside_study"),
        fault("shut", code="no_hours"),
    ),
    mapping=(ColumnMatch("name", "店名", "recognised"),),
    unused=("remark",),
    crs=CrsReport("EPSG:4326", "EPSG:4490", "EPSG:4326", ("step one",), 0.5, Text("the evidence", "证据")),
    details={"encoding": "gb18030"},
    rejects=pd.DataFrame(),
    unknown_categories=(("moonbase", 3, ("clinic", "pharmacy")),),
)
LAYER = LayerCheck(
    report=REPORT,
    accepted=points((24.901, 60.201), (24.902, 60.202)),
    snap=SnapFigures(points=1220, beyond=4, median_metres=12.4, most_metres=88.6),
)


@pytest.fixture
def content() -> CheckContent:
    streets = np.array([shapely.LineString([(24.90, 60.20), (24.91, 60.20), (24.91, 60.21)])], dtype=object)
    return CheckContent(
        title="Town",
        language="en",
        sound=False,
        verdict="No.",
        faults=(fault("no standard"),),
        layers=(LAYER,),
        streets=streets,
        streets_said="1 km",
        max_snap_metres=200.0,
    )


def with_layer(content: CheckContent, geometry: gpd.GeoSeries, **more: object) -> CheckContent:
    layer = replace(LAYER, accepted=geometry, report=replace(REPORT, **more))  # type: ignore[arg-type]
    return replace(content, layers=(layer,))


def test_a_layer_is_told_in_full(content: CheckContent) -> None:
    text = Reader(render_check(content)).text
    for words in (
        *("1,234", "1,220", "9", "5", "stopped", "mend stopped", "no standard"),
        *("shops.xlsx", "S1", "77", "lon", "12x", "bad", "mend bad"),
        *("twins. mend twins", "strays. mend strays", "shut. mend shut"),
        *("店名", "recognised, to be confirmed", "remark", "gb18030"),
        *(
            "used: EPSG:4326; said by the study: EPSG:4326; said by the file: EPSG:4490",
            "evidence: the evidence",
        ),
        *("median 12 m, 95 % within 89 m; 4 of 1,220 beyond 200 m (not joined)",),
        *("moonbase", "clinic, pharmacy", "2 accepted"),
    ):
        assert words in text
    assert re.search(r"\b8\s+further rejected rows are not listed", text)


def test_chinese(content: CheckContent) -> None:
    page = render_check(replace(content, language="zh"))
    assert '<html lang="zh-CN">' in page
    for words in ("读取行数", "中bad", "改bad", "合作商户", "自动识别，请确认", "中位数 12 m", "证据"):
        assert words in page
    assert "Rows read" not in page


def test_nothing_but_style_may_be_loaded_and_nothing_runs(content: CheckContent) -> None:
    page = Reader(render_check(content))
    policy = [a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "form"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert (attributes.get("href") or "#").startswith("#")


def test_hostile_text_is_shown_as_it_stands(content: CheckContent) -> None:
    bad = fault(HOSTILE, source=HOSTILE, sheet=HOSTILE, row=1, column=HOSTILE, value=HOSTILE)
    report = replace(
        REPORT,
        **dict.fromkeys(("id", "name", "source"), HOSTILE),
        **dict.fromkeys(("faults", "row_faults", "notes"), (bad,)),
        mapping=(ColumnMatch("name", HOSTILE, "study"),),
        unused=(HOSTILE,),
        crs=CrsReport(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), None, Text(HOSTILE, HOSTILE)),
        details={HOSTILE: HOSTILE},
        unknown_categories=((HOSTILE, 1, (HOSTILE,)),),
    )
    given = replace(
        content,
        **dict.fromkeys(("title", "verdict", "streets_said"), HOSTILE),
        attributions=(HOSTILE,),
        faults=(bad,),
        layers=(replace(LAYER, report=report),),
    )
    plain, hostile = Reader(render_check(content)), Reader(render_check(given))
    assert {tag for tag, _ in hostile.tags} <= {tag for tag, _ in plain.tags} | {"p"}
    assert hostile.text.count(HOSTILE) > 25


def test_characters_that_hide_or_turn_text_are_made_visible(content: CheckContent) -> None:
    page = render_check(replace(content, title="a\u202eb\x00c\ud800d\x1be"))
    assert "a\ufffdb\ufffdc\ufffdd\ufffde" in page
    page.encode("utf-8")


def test_streets_are_drawn_once_and_used_by_every_map(content: CheckContent) -> None:
    page = Reader(render_check(replace(content, layers=(LAYER, LAYER))))
    assert len(page.named("path", "street")) == 1
    assert len(page.named("svg", "map")) == 2
    assert [a["href"] for t, a in page.tags if t == "use"] == ["#streets"] * 2
    assert page.named("path", "street")[0]["d"]


def test_a_point_stands_where_it_lies(content: CheckContent) -> None:
    middle, corner = (24.905, 60.205), (24.91, 60.20)
    page = Reader(render_check(with_layer(content, points(middle, corner))))
    width, height = map(int, (page.named("svg", "map")[0]["viewbox"] or "").split()[2:])
    dots = re.findall(r"M(-?\d+),(-?\d+)h0", page.named("path", "dots")[0]["d"] or "")
    (x, y), (east, south) = [(int(a), int(b)) for a, b in dots]
    assert (x, y) == (pytest.approx(width / 2, abs=1), pytest.approx(height / 2, abs=1))
    assert (east > x, south > y) == (True, True)
    # A hundredth of a degree of longitude is cos(60.2) = 0.497 of one of latitude.
    assert (east - x) / (south - y) == pytest.approx(0.497, abs=0.005)


def test_many_points_are_thinned_and_that_is_said(content: CheckContent) -> None:
    many = gpd.GeoSeries(shapely.points(np.linspace(24.90, 24.91, 12_000), 60.205), crs=4326)
    page = Reader(render_check(with_layer(content, many)))
    assert (page.named("path", "dots")[0]["d"] or "").count("M") == MOST_POINTS
    assert "12,000 accepted; 5,000 of them drawn, spread evenly" in page.text


def test_points_outside_the_picture_are_counted(content: CheckContent) -> None:
    page = Reader(render_check(with_layer(content, points((24.905, 60.205), (-179.0, -80.0), (25.9, 60.2)))))
    assert "3 accepted; 2 lie outside this picture" in page.text
    assert (page.named("path", "dots")[0]["d"] or "").count("M") == 1


def test_polygons_are_drawn_as_polygons(content: CheckContent) -> None:
    cells = gpd.GeoSeries([shapely.box(24.90, 60.20, 24.905, 60.205)], crs=4326)
    page = Reader(render_check(with_layer(content, cells, kind="grid")))
    assert re.fullmatch(r"M(-?\d+,-?\d+ ?){5}Z", page.named("path", "shapes")[0]["d"] or "")
    assert not page.named("path", "dots")


def test_wishes_are_never_drawn(content: CheckContent) -> None:
    page = Reader(render_check(with_layer(content, points((24.905, 60.205)), kind="need")))
    assert not page.named("svg", "map")
    assert "positions are personal" in page.text


@pytest.mark.parametrize("streets", [True, False])
def test_nothing_accepted(content: CheckContent, streets: bool) -> None:
    empty = with_layer(content, points(), accepted=0)
    page = Reader(render_check(empty if streets else replace(empty, streets=None)))
    assert not page.named("svg", "map")
    assert "nothing to draw" in page.text


def test_without_streets_the_points_make_the_picture(content: CheckContent) -> None:
    page = Reader(render_check(replace(content, streets=None)))
    assert (page.named("path", "dots")[0]["d"] or "").count("M") == 2
    assert "Outside the study\nnot known" in re.sub(r"\n\s*\n", "\n", page.text)


def test_far_points_are_said_as_far(content: CheckContent) -> None:
    far = SnapFigures.of(np.array([3.0, np.inf]), max_snap_metres=200)
    assert far == SnapFigures(points=2, beyond=1, median_metres=3.0, most_metres=np.inf)
    page = render_check(replace(content, layers=(replace(LAYER, snap=far),)))
    assert "median 3 m, 95 % within &gt; 2,000 m; 1 of 2 beyond 200 m" in page
    assert SnapFigures.of(np.array([]), max_snap_metres=200) is None
