"""The small map of a layer on the page of a check: plain path data, made of numbers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from geo.text import Language, Text
from geo.types import Floats
from layers.catalogue.schema import polygon_kinds, schema_of

MOST_POINTS: Final = 5_000
MOST_SHAPES: Final = 3_000
"""Points and polygons drawn on one small map; what is beyond is spread evenly over the layer and said."""

_MOST_STREETS: Final = 40_000
_FEW: Final = 300
"""So many points are drawn larger."""

WIDTH: Final = 1_400
"""Units across a small map: about half a pixel on a screen, a tenth of a millimetre in print."""

_WIDEST, _TALLEST = 2.4, 0.9
_HIDDEN = Text(
    "Requests and wishes are not drawn one by one: their positions are personal.",
    "需求涉及个人位置，不逐点绘出。",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world all small maps show, and how degrees become units of the drawing."""

    west: float
    north: float
    across: float
    up: float
    height: int

    def units(self, coordinates: Floats) -> NDArray[np.int64]:
        """Return places of degrees in units of the drawing."""
        x = (coordinates[:, 0] - self.west) * self.across
        y = (self.north - coordinates[:, 1]) * self.up
        # The other side of the world needs no more digits than this.
        return np.rint(np.clip(np.column_stack([x, y]), -9_999_999, 9_999_999)).astype(np.int64)

    def shows(self, units: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which places are in the picture."""
        x, y = units.T
        inside: NDArray[np.bool_] = (x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= self.height)
        return inside

    def meets(self, bounds: Floats) -> NDArray[np.bool_]:
        """Return which boxes of degrees reach into the picture."""
        low, high = self.units(bounds[:, [0, 3]]), self.units(bounds[:, [2, 1]])
        meets: NDArray[np.bool_] = (
            (low[:, 0] <= WIDTH) & (high[:, 0] >= 0) & (low[:, 1] <= self.height) & (high[:, 1] >= 0)
        )
        return meets


def frame_of(streets: NDArray[np.object_] | None, layers: Sequence[gpd.GeoSeries]) -> Frame | None:
    """Return the frame around the streets, or around what was accepted where there are none."""
    if streets is not None and len(streets):
        bounds = shapely.total_bounds(streets)
    else:
        boxes = [accepted.total_bounds for accepted in layers if len(accepted)]
        bounds = np.array([*_lowest(boxes), *_highest(boxes)]) if boxes else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return None
    west, south, east, north = (float(value) for value in bounds)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    width = max((east - west) * shrink, (north - south) / _TALLEST, 1e-3) * 1.06
    height = max((north - south) * 1.06, width / _WIDEST)
    across = WIDTH / width
    return Frame(
        west=(west + east) / 2 - width / shrink / 2,
        north=(south + north) / 2 + height / 2,
        across=across * shrink,
        up=across,
        height=math.ceil(height * across),
    )


def _lowest(boxes: list[Floats]) -> Floats:
    return np.nanmin(np.array(boxes)[:, :2], axis=0)


def _highest(boxes: list[Floats]) -> Floats:
    return np.nanmax(np.array(boxes)[:, 2:], axis=0)


def street_paths(streets: NDArray[np.object_] | None, frame: Frame | None) -> Markup:
    """Return the streets as path data, shapes finer than the drawing left out."""
    if streets is None or frame is None:
        return Markup("")
    lines = streets
    if len(lines) > _MOST_STREETS:
        longest = np.argsort(-shapely.length(lines), kind="stable")[:_MOST_STREETS]
        lines = lines[np.sort(longest)]
    return Markup("".join(_paths(shapely.simplify(lines, 1.5 / frame.up), frame)))


def _paths(lines: NDArray[np.object_], frame: Frame, *, closed: bool = False) -> list[str]:
    """Return path data of each line; one that comes to less than a unit is left out."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    units = frame.units(coordinates)
    fresh = np.ones(len(units), dtype=bool)
    fresh[1:] = (np.diff(units, axis=0) != 0).any(axis=1) | (np.diff(owner) != 0)
    units, owner = units[fresh], owner[fresh]
    starts = np.searchsorted(owner, np.arange(len(lines) + 1))
    points = units.tolist()
    paths = []
    for first, last in pairwise(starts.tolist()):
        if last - first > 1:
            text = " ".join(f"{x},{y}" for x, y in points[first:last])
            paths.append(f"M{text}{'Z' if closed else ''}")
    return paths


def small_map(
    accepted: gpd.GeoSeries, kind: str, frame: Frame | None, language: Language
) -> dict[str, Any] | None:
    """Return what is drawn of a layer, and the words under it; None where there is nothing to show."""
    geometry = np.asarray(accepted.array, dtype=object)
    geometry = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    if frame is None or not len(geometry):
        return None
    if schema_of(kind).ledger:
        return {"hidden": _HIDDEN.to(language)}
    polygons = kind in polygon_kinds()
    drawn = _spread(geometry, MOST_SHAPES if polygons else MOST_POINTS)
    caption = Text(f"{len(geometry):,} accepted", f"采用 {len(geometry):,}")
    parts = [caption.to(language)]
    if len(drawn) < len(geometry):
        fewer = Text(f"{len(drawn):,} of them drawn, spread evenly", f"均匀抽取 {len(drawn):,} 个绘出")
        parts.append(fewer.to(language))
    outside = int((~frame.meets(shapely.bounds(geometry))).sum())
    if outside:
        parts.append(Text(f"{outside:,} lie outside this picture", f"{outside:,} 个在图外").to(language))
    return {
        "points": Markup("") if polygons else _dots(drawn, frame),
        "shapes": _outlines(drawn, frame) if polygons else Markup(""),
        "few": " few" if len(drawn) <= _FEW else "",
        "caption": ("，" if language == "zh" else "; ").join(parts),
        "hidden": "",
    }


def _spread(geometry: NDArray[np.object_], most: int) -> NDArray[np.object_]:
    """Return at most so many of them, evenly spaced in their order, so that two pages are the same."""
    if len(geometry) <= most:
        return geometry
    return geometry[np.linspace(0, len(geometry) - 1, most).astype(np.int64)]


def _dots(geometry: NDArray[np.object_], frame: Frame) -> Markup:
    units = frame.units(shapely.get_coordinates(shapely.point_on_surface(geometry)))
    return Markup("".join(f"M{x},{y}h0" for x, y in units[frame.shows(units)].tolist()))


def _outlines(geometry: NDArray[np.object_], frame: Frame) -> Markup:
    rings = shapely.get_rings(shapely.get_parts(geometry))
    return Markup("".join(_paths(rings, frame, closed=True)))
