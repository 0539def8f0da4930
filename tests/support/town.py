"""A town of sixteen corners, 100 m apart, in which every walk is counted by hand."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEST, SOUTH = 24.90, 60.20
"""The south-western corner, where the station stands."""

_NORTH_METRE = 1 / 111_415.0
_EAST_METRE = 1 / (111_415.0 * math.cos(math.radians(SOUTH)) * 1.00169)
"""Degrees a metre at this latitude, on the ellipsoid."""

STUDY = """\
name = "Town"
[streets]
extract = "town.osm"
[[layer]]
id = "stations"
kind = "station"
source = "stations.csv"
crs = "EPSG:4326"
category = "station"
licence = "own"
attribution = "us"
[[layer]]
id = "people"
kind = "demand"
source = "people.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[layer]]
id = "grid"
kind = "grid"
source = "grid"
cell_metres = 150
"""


def place(east_metres: float, north_metres: float) -> tuple[float, float]:
    """Longitude and latitude of a place in the town."""
    return round(WEST + east_metres * _EAST_METRE, 7), round(SOUTH + north_metres * _NORTH_METRE, 7)


def streets(side: int = 4) -> str:
    """The town's extract: streets run east and north through every corner."""
    corners = [(row, column) for row in range(side) for column in range(side)]
    numbers = {corner: number for number, corner in enumerate(corners, start=1)}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for (row, column), number in numbers.items():
        lon, lat = place(column * 100, row * 100)
        lines.append(f'<node id="{number}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
    rows = [[numbers[row, column] for column in range(side)] for row in range(side)]
    for way, refs in enumerate([*rows, *zip(*rows, strict=True)], start=101):
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{way}">{nodes}<tag k="highway" v="residential"/></way>')
    return "\n".join([*lines, "</osm>\n"])


def with_areas(extract: str, *areas: tuple[tuple[float, float, float, float], str]) -> str:
    """The extract with rectangles: west, south, east, north in metres, and tags ``key=value key=value``."""
    lines = []
    for number, ((west, south, east, north), tags) in enumerate(areas):
        ring = [(west, south), (east, south), (east, north), (west, north)]
        refs = [10_000 + 4 * number + corner for corner in range(4)]
        for ref, corner in zip(refs, ring, strict=True):
            lon, lat = place(*corner)
            lines.append(f'<node id="{ref}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in [*refs, refs[0]])
        pairs = (tag.split("=", 1) for tag in tags.split())
        said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in pairs)
        lines.append(f'<way id="{1001 + number}">{nodes}{said}</way>')
    # Nodes come before ways, as in every extract.
    nodes, ways = (
        "\n".join(line for line in lines if line.startswith(f"<{kind}")) for kind in ("node", "way")
    )
    head, tail = extract.split("<way", 1)
    return f"{head}{nodes}\n<way{tail}".replace("</osm>", f"{ways}\n</osm>")


def rows(header: str, *lines: str) -> str:
    """A small table as CSV."""
    return "\n".join([header, *lines]) + "\n"


def at(east_metres: float, north_metres: float) -> str:
    """Longitude and latitude of a place as two cells."""
    return "{},{}".format(*place(east_metres, north_metres))


STATIONS = rows("id,name,lon,lat", f"alpha,Alpha,{at(0, 0)}")
PEOPLE = rows("id,lon,lat,people", f"near,{at(100, 50)},10", f"far,{at(300, 250)},20")
"""From the station, near is 150 m away and far 550 m: 2.5 and 9.2 minutes at one metre a second."""


def write_town(folder: Path, *, study: str = STUDY, files: dict[str, str | bytes] | None = None) -> Path:
    """Write the town into a folder, some of its files replaced, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    given: dict[str, str | bytes] = {
        "study.toml": study,
        "town.osm": streets(),
        "stations.csv": STATIONS,
        "people.csv": PEOPLE,
        **(files or {}),
    }
    for name, content in given.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


PROGRAM = (sys.executable, "-c", "from api.cli import start; start()")


def environment(**more: str) -> dict[str, str]:
    """The environment of a real process of the program."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **more}


def lifecircle(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, off a terminal."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=cwd,
        env=environment(),
    )
