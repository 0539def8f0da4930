"""A town of two cells, small enough to know every number of it by heart."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.coordinates.crs import WGS84
from geo.text import Text
from layers.osm.basemap import Basemap
from maps.page.web_map import MapCase, MapCategory, MapContent, Sheet

HOSTILE = [
    '<img src=x onerror="window.hacked=1">',
    "${window.hacked=1}`${alert(1)}`",
    '</script><script>window.hacked=1</script>" onload="x',
    "C:\\2024\\新站 & 'co' 🏠 {{ 7*7 }} {% raw %}",
]
WEST, SOUTH = 24.94, 60.17
STEP = 0.004


def point(column: float, row: float) -> shapely.Point:
    return shapely.Point(WEST + column * STEP, SOUTH + row * STEP)


def cell(column: int, row: int) -> shapely.Polygon:
    return shapely.box(
        WEST + column * STEP, SOUTH + row * STEP, WEST + (column + 1) * STEP, SOUTH + (row + 1) * STEP
    )


def parts(shapes: list[Any], kinds: list[str], names: list[str | None]) -> gpd.GeoDataFrame:
    columns = {
        "class": pd.Series(kinds, dtype="str"),
        "name": pd.Series(names, dtype="object"),
        "tunnel": pd.Series([False] * len(shapes), dtype=bool),
        "bridge": pd.Series([False] * len(shapes), dtype=bool),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WGS84))


@pytest.fixture
def basemap() -> Basemap:
    streets = [
        shapely.LineString([point(0, 0.5), point(1, 0.5)]),
        shapely.LineString([point(1, 0.5), point(2, 0.5)]),
        shapely.LineString([point(1, 0), point(1, 1)]),
        shapely.LineString([point(0.2, 0.1), point(1.8, 0.1)]),
    ]
    nothing = parts([], [], [])
    return Basemap(
        streets=parts(
            streets, ["primary", "primary", "residential", "path"], ["长街", "长街", HOSTILE[0], None]
        ),
        squares=nothing,
        rail=parts([shapely.LineString([point(0, 0.9), point(2, 0.9)])], ["rail"], [None]),
        waterways=nothing,
        water=parts([point(0.3, 0.8).buffer(0.0004)], ["water"], [None]),
        green=parts([point(1.6, 0.8).buffer(0.0005)], ["park"], ["Park"]),
        buildings=parts(
            [point(0.4, 0.3).buffer(0.0002, quad_segs=1), point(1.4, 0.3).buffer(0.0003, quad_segs=1)],
            ["yes"] * 2,
            [None] * 2,
        ),
        coastline=nothing,
        sea=nothing,
        bounds=(WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP),
    )


@pytest.fixture
def facilities() -> gpd.GeoDataFrame:
    rows = [
        ("s1", HOSTILE[0], "station", "station", "district", "open", point(0.5, 0.52)),
        ("s2", HOSTILE[2], "station", "station", "community", "planned", point(1.5, 0.52)),
        ("c1", HOSTILE[1], "centre", "centre", None, "open", point(0.2, 0.3)),
        ("m1", HOSTILE[3], "merchant", "shop", None, "open", point(1.2, 0.7)),
        ("f1", "Clinic", "facility", "clinic", None, "open", point(0.8, 0.7)),
        ("f2", "School", "facility", "school", None, "open", point(1.8, 0.2)),
    ]
    columns = ["id", "name", "kind", "category", "tier", "status", "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=WGS84)
    return frame.assign(
        functions=[("政务服务", "<b>bold</b>"), *[()] * 5],
        opens_on=[None, date(2027, 3, 1), *[None] * 4],
        opening_hours=["Mo-Fr 09:00-17:00", *[None] * 5],
        capacity=[40.0, *[float("nan")] * 5],
        address=["1 <i>Long</i> Street", *[None] * 5],
        phone=["021-1234", *[None] * 5],
        website=["https://example.com/a?b=1&c=<x>", "javascript:window.hacked=1", *[None] * 4],
        secret=["never shown"] * 6,
    )


@pytest.fixture
def content(basemap: Basemap, facilities: gpd.GeoDataFrame) -> MapContent:
    """Return the town: 100 people in the western cell, 50 in the eastern."""
    grids = gpd.GeoDataFrame(
        {"id": ["g1", "g2"], "name": ["West", HOSTILE[0]], "kind": "grid"},
        geometry=[cell(0, 0), cell(1, 0)],
        crs=WGS84,
    )
    covered = {("clinic", 5.0): (40, 0), ("clinic", 15.0): (100, 20), ("school", 5.0): (0, 0)}
    covered |= {("school", 15.0): (100, 50)}
    coverage = pd.DataFrame(
        [
            (grid, category, minutes, people, float(values[place]))
            for (category, minutes), values in covered.items()
            for place, (grid, people) in enumerate((("g1", 100.0), ("g2", 50.0)))
        ],
        columns=["grid_id", "category", "minutes", "people", "people_covered"],
    )
    gaps = coverage[coverage["people_covered"] < coverage["people"]]
    gaps = gaps.assign(people_left_out=gaps["people"] - gaps["people_covered"])
    gaps = gaps[["grid_id", "category", "minutes", "people_left_out"]].assign(
        cause=[Text("cut off by <water>", "被水域隔断") if grid == "g2" else None for grid in gaps["grid_id"]]
    )
    isochrones = gpd.GeoDataFrame(
        {"facility_id": ["s1", "s1"], "minutes": [5.0, 15.0]},
        geometry=[point(0.5, 0.5).buffer(0.001), point(0.5, 0.5).buffer(0.003)],
        crs=WGS84,
    )
    demand = gpd.GeoDataFrame(
        {"id": ["d1", "d2"], "people": [100.0, 50.0]}, geometry=[point(0.5, 0.4), point(1.5, 0.4)], crs=WGS84
    )
    return MapContent(
        title="Two cells " + HOSTILE[2],
        language="en",
        basemap=basemap,
        facilities=facilities,
        grids=grids,
        coverage=coverage,
        categories=(
            MapCategory("clinic", Text("Clinics", "诊所"), Text("a clinic", "诊所")),
            MapCategory("school", Text("Schools", "学校")),
        ),
        minutes=(5.0, 15.0),
        isochrones=isochrones,
        gaps=gaps,
        demand=demand,
        attributions=("© OpenStreetMap <contributors>",),
        notes=(Text("One clause is unverified", "一条条文未与标准原文核对"),),
        sheet=Sheet(unit="Office & Co", date=date(2026, 11, 21), review_number="GS(2026)1"),
        tier_order=("district", "community"),
    )


WORKERS = Text("workers", "职工")


@pytest.fixture
def two_cases(content: MapContent) -> MapContent:
    """Return the town by day, with its workers, and by night; at night nobody reaches anything."""
    cases = (
        MapCase("day", Text("on foot", "步行"), Text("at noon", "中午"), WORKERS, np.array([100.0, 0.0])),
        MapCase("night", Text("on foot", "步行"), Text("at night", "夜间")),
    )
    night = content.coverage.assign(case="night", people_covered=0.0)
    coverage = pd.concat([content.coverage.assign(case="day"), night], ignore_index=True)
    assert content.gaps is not None
    assert content.isochrones is not None
    return replace(
        content,
        cases=cases,
        coverage=coverage,
        gaps=content.gaps.assign(case="day"),
        isochrones=content.isochrones.assign(case="day"),
    )


@pytest.fixture
def unpack() -> Any:
    """Return a reader of packed text, written apart from the page's own: the header, and each section."""

    def read(text: str) -> tuple[dict[str, Any], dict[str, list[float]]]:
        body = gzip.decompress(base64.b64decode(text))
        size = int.from_bytes(body[:4], "little")
        header = json.loads(body[4 : 4 + size])
        sections = {
            name: section(body[4 + size + offset :], kind, count)
            for name, (kind, offset, count) in header["sections"].items()
        }
        return header["content"], sections

    return read


def section(data: bytes, kind: str, count: int) -> list[float]:
    if kind == "float":
        return [float(value) for value in memoryview(data[: 4 * count]).cast("f")]
    values, place = [], 0
    for _ in range(2 * count if kind.startswith("delta") else count):
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        values.append(value // 2 if value % 2 == 0 else -(value // 2) - 1)
    if kind.startswith("delta"):
        for i in range(2, len(values)):
            values[i] += values[i - 2]
        values = [int(kind.removeprefix("delta") or 1) * value for value in values]
    return [float(value) for value in values]


@pytest.fixture
def data_of() -> Any:
    """Return the packed text inside a map's HTML."""

    def find(html: str) -> str:
        found = re.search(r'<script type="text/plain" id="lifecircle-data">([^<]*)</script>', html)
        assert found
        return found.group(1)

    return find
