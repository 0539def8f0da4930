"""The doubtful joins on the page of a check: a list, a map of where they are, and a close-up of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from geo.joins.doubt import Doubt
from geo.text import Language, Text
from geo.types import Floats
from maps.check.small_map import Frame
from maps.result import CheckResult
from maps.words.joins import doubtful_listed
from maps.words.sheets_said import number_of

MOST_DRAWN: Final = 48
"""Joins drawn from close by, the most people and the worst doubts first; the list holds more."""

MOST_LISTED: Final = 500
"""Joins listed on the page; ``check.xlsx`` lists all."""

WIDE: Final = 600
"""Units across a close-up."""
TALL: Final = 400

_LEAST_HALF_METRES: Final = 60.0
_METRES_A_DEGREE: Final = 111_320.0
_SAME_METRES: Final = 0.5
_KINDS: Final = {
    Doubt.WATER: "water",
    Doubt.RAILWAY: "railway",
    Doubt.MOTORWAY: "motorway",
    Doubt.WALL: "wall",
}


def joins_section(
    result: CheckResult, streets: NDArray[np.object_] | None, frame: Frame | None, language: Language
) -> dict[str, Any] | None:
    """Return what the page shows of doubtful joins; None where there are none."""
    table = doubtful_listed(result)
    if not len(table) and not result.private_joins:
        return None
    pictures = _pictures(table.head(MOST_DRAWN), result.barrier_lines, streets, language)
    return {
        "rows": [_row(row, language) for row in table.head(MOST_LISTED).to_dict("records")],
        "unlisted": max(len(table) - MOST_LISTED, 0),
        "undrawn": max(len(table) - MOST_DRAWN, 0),
        "private": _private_words(result.private_joins).to(language) if result.private_joins else "",
        "points": _points(table, frame),
        "few": " few" if len(table) <= 300 else "",
        "pictures": pictures,
        "size": (WIDE, TALL),
    }


def _private_words(count: int) -> Text:
    joins = number_of(count, "join of small groups is", "joins of small groups are")
    return Text(
        f"{joins} counted and shown nowhere: their places are personal.",
        f"另有{count:,}处属小规模特殊人群，涉及个人位置，已计入统计，不予列出。",
    )


def _row(row: Mapping[Any, Any], language: Language) -> dict[str, str]:
    people = row["people"]
    return {
        "layer": str(row["layer_name"]),
        "called": str(row["called"]),
        "people": f"{people:,.0f}" if math.isfinite(people) else "",
        "doubts": row["doubts"].to(language),
        "metres": f"{row['metres']:,.0f}",
        "nearest": _nearest_words(row).to(language),
    }


def _nearest_words(row: Mapping[Any, Any]) -> Text:
    """Return how far the plain nearest street is, or that it is the one taken."""
    if abs(row["metres"] - row["nearest_metres"]) < _SAME_METRES:
        return Text("the same", "同一处")
    return Text(f"{row['nearest_metres']:,.0f} m", f"{row['nearest_metres']:,.0f} 米")


def _points(table: pd.DataFrame, frame: Frame | None) -> Markup:
    if frame is None or not len(table):
        return Markup("")
    units = frame.units(table[["lon", "lat"]].to_numpy(np.float64))
    return Markup("".join(f"M{x},{y}h0" for x, y in units[frame.shows(units)].tolist()))


def _pictures(
    table: pd.DataFrame,
    barriers: tuple[Floats, NDArray[np.uint16]],
    streets: NDArray[np.object_] | None,
    language: Language,
) -> list[dict[str, Any]]:
    if streets is None or not len(table):
        return []
    corners, kind = barriers
    walls = shapely.linestrings(corners.reshape(-1, 2, 2)) if len(corners) else np.empty(0, object)
    of_streets, of_walls = shapely.STRtree(streets), shapely.STRtree(walls)
    pictures = []
    for row in table.to_dict("records"):
        view = _View.around(row)
        near = np.sort(of_streets.query(view.box))
        crossed = np.sort(of_walls.query(view.box))
        taken, plain = view.path(row, "street"), view.path(row, "nearest")
        same = abs(row["metres"] - row["nearest_metres"]) < _SAME_METRES
        doubts, nearest = row["doubts"], _nearest_words(row)
        caption = Text(
            f"{doubts.en}; {row['metres']:,.0f} m to the street taken, nearest {nearest.en}",
            f"{doubts.zh}；所接道路 {row['metres']:,.0f} 米，直线最近：{nearest.zh}",
        )
        people = row["people"]
        who = Text(f", {people:,.0f} people", f"，{people:,.0f}人") if math.isfinite(people) else Text("", "")
        pictures.append(
            {
                "title": f"{row['layer_name']} · {row['called']}{who.to(language)}",
                "caption": caption.to(language),
                "streets": view.lines(streets[near]),
                "barriers": [
                    (name, drawn)
                    for bit, name in _KINDS.items()
                    if (drawn := view.lines(walls[crossed[kind[crossed] == bit]]))
                ],
                "taken": taken,
                "nearest": Markup("") if same else plain,
                "point": view.dot(row["lon"], row["lat"]),
            }
        )
    return pictures


class _View:
    """A window of some metres around a join, and how degrees become units of its picture."""

    def __init__(self, lon: float, lat: float, half_metres: float) -> None:
        self.shrink = max(math.cos(math.radians(lat)), 0.01)
        self.units_a_degree = _METRES_A_DEGREE * TALL / (2 * half_metres)
        self.west = lon - WIDE / 2 / self.units_a_degree / self.shrink
        self.north = lat + TALL / 2 / self.units_a_degree
        east, south = 2 * lon - self.west, 2 * lat - self.north
        self.box = shapely.box(self.west, south, east, self.north)

    @classmethod
    def around(cls, row: Mapping[Any, Any]) -> _View:
        """Return the window that shows the point and both joins with a margin."""
        lon = [row[key] for key in ("lon", "street_lon", "nearest_lon") if math.isfinite(row[key])]
        lat = [row[key] for key in ("lat", "street_lat", "nearest_lat") if math.isfinite(row[key])]
        middle = (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2
        up = (max(lat) - min(lat)) / 2 * _METRES_A_DEGREE
        across = (max(lon) - min(lon)) / 2 * _METRES_A_DEGREE * math.cos(math.radians(middle[1]))
        return cls(*middle, max(1.5 * up, 1.5 * across * TALL / WIDE, _LEAST_HALF_METRES))

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        """Return a place in units of the picture."""
        return (
            round((lon - self.west) * self.units_a_degree * self.shrink),
            round((self.north - lat) * self.units_a_degree),
        )

    def path(self, row: Mapping[Any, Any], end: str) -> Markup:
        """Return the line from the point to its street as path data."""
        if not math.isfinite(row[f"{end}_lon"]):
            return Markup("")
        x, y = self.place(row["lon"], row["lat"])
        to_x, to_y = self.place(row[f"{end}_lon"], row[f"{end}_lat"])
        return Markup(f"M{x},{y}L{to_x},{to_y}")

    def dot(self, lon: float, lat: float) -> tuple[int, int]:
        """Return where the point is drawn."""
        return self.place(lon, lat)

    def lines(self, shapes: NDArray[np.object_]) -> Markup:
        """Return lines as path data, cut at the window."""
        if not len(shapes):
            return Markup("")
        cut = shapely.get_parts(shapely.clip_by_rect(shapes, *self.box.bounds))
        paths = []
        for line in cut[shapely.get_type_id(cut) == 1]:
            at = [self.place(x, y) for x, y in shapely.get_coordinates(line).tolist()]
            paths.append("M" + " ".join(f"{x},{y}" for x, y in dict.fromkeys(at)))
        return Markup("".join(path for path in paths if " " in path))
