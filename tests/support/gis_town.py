"""A town in Chinese with grids, areas, room and three kinds of places: what a GIS is given to draw."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.town import at, place, rows, streets, write_town

STUDY = """\
name = "示范镇公共服务设施评估"
language = "zh"
office = "示范镇规划所"
standard = "own.toml"
minutes = [3, 5]
on = 2026-05-01
crs_out = "EPSG:3067"
[streets]
extract = "town.osm"
attribution = "示范数据"
[[layer]]
id = "stations"
kind = "station"
source = "stations.csv"
crs = "EPSG:4326"
category = "station"
capacity = "limits"
licence = "own"
attribution = "示范镇"
[[layer]]
id = "shops"
kind = "merchant"
source = "shops.csv"
crs = "EPSG:4326"
category = "convenience_store"
licence = "own"
attribution = "示范镇"
[[layer]]
id = "people"
kind = "demand"
source = "people.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "示范镇"
[[layer]]
id = "grid"
kind = "grid"
source = "grid"
cell_metres = 150
[[layer]]
id = "quarters"
kind = "area"
source = "quarters.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "示范镇"
[[case]]
id = "any"
[[case]]
id = "evening"
at = "周二 20:30"
"""

STANDARD = """\
id = "own"
title = "本区标准"
[[requirement]]
category = "station"
name = { en = "a service station", zh = "服务站点" }
minutes = 5
metres = 300
measure = "straight"
[[requirement]]
category = "convenience_store"
name = { en = "a convenience store", zh = "便利店" }
minutes = 3
"""

SIDE = 6


def _people() -> str:
    homes = [
        f"h{row}{column},{at(60 + column * 90, 50 + row * 90)},{10 + 7 * ((3 * row + column) % 5)}"
        for row in range(SIDE)
        for column in range(SIDE)
    ]
    return rows("id,lon,lat,people", *homes)


def _quarter(name: str, west: float, south: float, east: float, north: float) -> dict[str, object]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [list(place(*corner)) for corner in corners]
    return {
        "type": "Feature",
        "properties": {"id": name, "name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write_gis_town(folder: Path) -> Path:
    """Write the town into a folder and return it."""
    quarters = [_quarter("西片区", -20, -20, 270, 560), _quarter("东片区", 270, -20, 560, 560)]
    files: dict[str, str | bytes] = {
        "own.toml": STANDARD,
        "town.osm": streets(SIDE),
        "stations.csv": rows(
            "id,name,lon,lat,service_capacity,opening_hours",
            f"a,西站,{at(100, 100)},150,Mo-Su 08:00-22:00",
            f"b,东站,{at(400, 400)},400,Mo-Fr 09:00-17:00",
        ),
        "shops.csv": rows(
            "id,name,lon,lat,opening_hours",
            f"s,东街便利店,{at(300, 100)},24/7",
            f"t,北街便利店,{at(200, 400)},24/7",
        ),
        "people.csv": _people(),
        "quarters.geojson": json.dumps(
            {"type": "FeatureCollection", "features": quarters}, ensure_ascii=False
        ),
    }
    return write_town(folder, study=STUDY, files=files)
