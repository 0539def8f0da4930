"""The map of a run as a picture for a sheet: areas by the share who get there, streets, water, stations."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds

from geo.assessment.tables import of_case
from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.write.table import Picture
from maps import style
from maps.book.verdict import with_both_shares
from maps.published import published_facilities
from maps.result import StudyResult
from maps.words.summary import headlines

_ACROSS: Final = 1600
_TALLEST = 0.7
_MARK_PIXELS = 9.0
_UNKNOWN = "#d9d9d9"
_MOST_MARKS = 3000

_Image = NDArray[np.uint8]


def map_picture(result: StudyResult) -> Picture | None:
    """Return the map of the first headline's service as a PNG; None where there is nothing to frame."""
    bounds = _bounds(result)
    if bounds is None:
        return None
    west, south, east, north = bounds
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    down = max(round(_ACROSS * (north - south) / ((east - west) * shrink)), 1)
    transform = from_bounds(0, 0, _ACROSS, down, _ACROSS, down)
    image = np.empty((down, _ACROSS, 3), dtype=np.uint8)
    image[:] = _rgb(style.LAND)
    scale = np.array([_ACROSS / (east - west), down / (north - south)])

    def draw(frame: gpd.GeoDataFrame, colour: str, *, wide: float = 0.0, share: float = 1.0) -> None:
        shapes = np.asarray(frame.geometry.cx[west:east, south:north].array)
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        if not len(shapes):
            return
        # In pixels a circle is a circle, whatever the latitude.
        shapes = shapely.transform(shapes, lambda places: (places - (west, south)) * scale)
        shapes = shapely.buffer(shapes, wide / 2) if wide else shapes
        mask = rasterize(shapes, out_shape=(down, _ACROSS), transform=transform, dtype="uint8")
        _blend(image, mask.astype(bool), colour, share)

    base = result.basemap
    draw(base.green, style.GREEN)
    draw(base.water, style.WATER)
    draw(base.sea, style.WATER)
    legend: list[tuple[str, Text]] = []
    category, shares = _shares(result)
    if category is not None:
        polygons = result.polygons
        bands = [*style.COVERAGE_COLOURS, _UNKNOWN]
        values = polygons["id"].astype(str).map(shares).to_numpy(float)
        index = np.where(
            np.isnan(values), len(bands) - 1, np.searchsorted(style.COVERAGE_LIMITS, values, "right")
        )
        for band, colour in enumerate(bands):
            draw(polygons[index == band], colour, share=style.COVERAGE_OPACITY)
        edges = [0.0, *style.COVERAGE_LIMITS, 1.0]
        said = [f"{low:.0%}–{high:.0%}" for low, high in pairwise(edges)]
        legend += [
            (
                colour,
                Text(
                    f"{category.en} {words}" if n == 0 else words,
                    f"{category.zh} {words}" if n == 0 else words,
                ),
            )
            for n, (colour, words) in enumerate(zip(style.COVERAGE_COLOURS, said, strict=True))
        ]
        if np.isnan(values).any():
            legend.append((_UNKNOWN, Text("nobody counted", "无统计人口")))
    main = base.streets[~base.streets["class"].isin(("footway", "path", "steps", "service", "track"))]
    draw(main, style.STREET_CASING, wide=3.0)
    draw(main, style.STREET, wide=1.6)
    if category is not None:
        outlines = result.polygons.assign(geometry=result.polygons.boundary)
        draw(outlines, style.QUIET_INK, wide=1.2)
    stations = published_facilities(result.study, result.layers)
    stations = stations[stations["kind"].isin(("station", "centre"))].head(_MOST_MARKS)
    if len(stations):
        draw(stations, style.STREET, wide=2 * _MARK_PIXELS + 4)
        draw(stations, style.ACCENT, wide=2 * _MARK_PIXELS)
        legend.append((style.ACCENT, Text("stations and centres", "服务站点、邻里中心")))
    return Picture(_png(image), _ACROSS, down, tuple(legend))


def _bounds(result: StudyResult) -> tuple[float, float, float, float] | None:
    """Return the box of the people within the polygons, with a margin, no taller than a picture may be."""
    boxes = [frame.total_bounds for frame in (result.polygons, result.layers.demand) if len(frame)]
    if not boxes or not np.isfinite(boxes).all():
        return None
    # Polygons may reach far beyond the people of the study.
    low, high = np.max(boxes, axis=0), np.min(boxes, axis=0)
    west, south, east, north = float(low[0]), float(low[1]), float(high[2]), float(high[3])
    if west >= east or south >= north:
        west, south, east, north = (float(value) for value in boxes[0])
    middle = (south + north) / 2
    shrink = max(math.cos(math.radians(middle)), 0.01)
    up = max(north - south, 1e-3) * 1.05
    across = max((east - west) * shrink * 1.05, up / _TALLEST)
    up = max(up, across * 0.4)
    centre = (west + east) / 2
    return centre - across / shrink / 2, middle - up / 2, centre + across / shrink / 2, middle + up / 2


def _shares(result: StudyResult) -> tuple[Text | None, dict[str, float]]:
    """Return the first headline's service with its limit, and the share who get there by polygon."""
    said = headlines(result) or headlines(result, by_standard=False)
    table = of_case(result.tables.by_area, result.first.case.id)
    if not said or not len(table):
        return None, {}
    rows = table[(table["category"] == said[0][0]) & (table["area_id"] != OUTSIDE)]
    timed = rows[rows["test"] == "reach"]
    rows = timed if len(timed) else rows
    if not len(rows):
        return None, {}
    rows = with_both_shares(result, rows[rows["requirement"] == rows["requirement"].iloc[0]])
    first = rows.iloc[0]
    if len(timed):
        limit, column = (
            Text(f"{first['minutes_limit']:g} min", f"{first['minutes_limit']:g} 分钟"),
            "reach_share",
        )
        share = Text("share within reach", "可达率")
    else:
        limit, column = Text(f"{first['metres_limit']:g} m", f"{first['metres_limit']:g} 米"), "metres_share"
        share = Text("share within the distance", "服务半径覆盖率")
    title = Text(f"{first['name_en']}, {limit.en}, {share.en}:", f"{first['name_zh']} {limit.zh}{share.zh}：")
    return title, dict(zip(rows["area_id"].astype(str), rows[column].astype(float), strict=True))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _blend(image: _Image, mask: NDArray[np.bool_], colour: str, share: float) -> None:
    image[mask] = np.rint(image[mask] * (1 - share) + np.array(_rgb(colour)) * share).astype(np.uint8)


def _png(image: _Image) -> bytes:
    size: dict[str, Any] = {"height": image.shape[0], "width": image.shape[1], "count": 3, "dtype": "uint8"}
    with warnings.catch_warnings(), MemoryFile() as memory:
        # A picture of a sheet needs no place on the earth.
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with memory.open(driver="PNG", **size) as written:
            written.write(np.moveaxis(image, 2, 0))
        return bytes(memory.read())
