"""A town for which the map has every control: services, cases, week, tiers, functions, grids and areas."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.town import STUDY, at, place, rows, write_town

HOSTILE = '<img src=x onerror="window.hacked=1">'
HEAD = """language = "en"
standard = "own.toml"
minutes = [3, 5, 10]
week = true
targets = { station = 0.9 }
"""
MORE = """
[[case]]
id = "any"
[[case]]
id = "evening"
at = "Tue 20:00"
[[case]]
id = "older"
name = "Older people"
profile = "older"
[[layer]]
id = "lockers"
kind = "facility"
source = "lockers.csv"
crs = "EPSG:4326"
category = "locker"
licence = "own"
attribution = "us"
[[layer]]
id = "clinics"
kind = "facility"
source = "clinics.csv"
crs = "EPSG:4326"
category = "clinic"
licence = "own"
attribution = "us"
[[layer]]
id = "areas"
kind = "area"
source = "areas.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[category]]
id = "locker"
zh = "快递柜"
en = "a locker"
"""
OWN = """id = "own"
title = { en = "Our own", zh = "本区标准" }
[[tier]]
id = "t5"
name = { en = "five minutes", zh = "五分钟" }
minutes = 5
[[tier]]
id = "t10"
name = { en = "ten minutes", zh = "十分钟" }
minutes = 10
[[requirement]]
category = "station"
name = { en = "a service station", zh = "服务站点" }
tier = "t5"
[[requirement]]
category = "clinic"
name = { en = "a clinic", zh = "诊所" }
tier = "t5"
[[requirement]]
category = "library"
name = { en = "a library", zh = "图书馆" }
minutes = 10
"""
PEOPLE = [(20, 0), (100, 50), (0, 100), (180, 200), (300, 120), (250, 300), (300, 250), (40, 300)]
"""Ten, twenty, thirty ... people, east and north of the corner in metres."""


def areas() -> str:
    """The town's two halves."""

    def half(name: str, south: float, north: float) -> dict[str, object]:
        ring = [
            place(*corner)
            for corner in ((-20, south), (320, south), (320, north), (-20, north), (-20, south))
        ]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"id": name, "name": name}, "geometry": shape}

    features = [half("South", -20, 150), half("North", 150, 320)]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write_map_town(folder: Path, head: str = HEAD) -> Path:
    """Write the town into a folder and return it."""
    stations = rows(
        "id,name,lon,lat,capacity,opening_hours,tier,functions,status",
        f"alpha,Alpha 服务站,{at(0, 0)},,Mo-Fr 09:00-17:00,district,政务服务,open",
        f"beta,{HOSTILE.replace(chr(34), chr(39))},{at(300, 300)},,24/7,community,文体活动,open",
        f"later,Later,{at(300, 0)},,24/7,community,,planned",
    )
    people = [
        f"p{number},{at(*where)},{10 * number},residents" for number, where in enumerate(PEOPLE, start=1)
    ]
    files: dict[str, str | bytes] = {
        "own.toml": OWN,
        "stations.csv": stations,
        "clinics.csv": rows("id,name,lon,lat,opening_hours", f"c,Clinic,{at(100, 0)},24/7"),
        "lockers.csv": rows(
            "id,name,lon,lat,opening_hours", f"l,Locker,{at(0, 0)},24/7", f"k,Other,{at(200, 100)},24/7"
        ),
        "people.csv": rows("id,lon,lat,people,group", *people),
        "areas.geojson": areas(),
    }
    return write_town(folder, study=head + STUDY + MORE, files=files)
