"""The map of a run as a picture for a sheet: areas by the share who get there, streets, water, stations."""

from __future__ import annotations

import io
import math
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

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
_METRES_PER_DEGREE: Final = 111_320.0
"""Of latitude."""
_SCALE_PART = 5
_POLYGON: Final = 3

_Image = NDArray[np.uint8]


def map_picture(result: StudyResult) -> Picture | None:
    """Return the map of the first headline's service as a PNG; None where there is nothing to frame."""
    bounds = _bounds(result)
    if bounds is None:
        return None
    west, south, east, north = bounds
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    down = max(round(_ACROSS * (north - south) / ((east - west) * shrink)), 1)
    image = np.empty((down, _ACROSS, 3), dtype=np.uint8)
    image[:] = _rgb(style.LAND)
    scale = np.array([_ACROSS / (east - west), down / (north - south)])

    def draw(frame: gpd.GeoDataFrame, colour: str, *, wide: float = 0.0, share: float = 1.0) -> None:
        shapes = np.asarray(frame.geometry.cx[west:east, south:north].array)
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        if not len(shapes):
            return
        # In pixels a circle is a circle, whatever the latitude.
        shapes = shapely.transform(shapes, lambda places: (places - (west, north)) * (scale * (1, -1)))
        shapes = shapely.buffer(shapes, wide / 2) if wide else shapes
        _blend(image, _mask(shapes, _ACROSS, down), colour, share)

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
    legend.append((style.INK, _draw_scale(image, (north - south) * _METRES_PER_DEGREE / down)))
    _draw_frame_and_north(image)
    return Picture(_png(image), _ACROSS, down, tuple(legend))


def _draw_scale(image: _Image, metres_per_pixel: float) -> Text:
    """Draw a bar of a round length in the lower left corner; return what it stands for."""
    most = metres_per_pixel * image.shape[1] / _SCALE_PART
    step = 10.0 ** math.floor(math.log10(most))
    metres = max(each * step for each in (1, 2, 5) if each * step <= most)
    across = round(metres / metres_per_pixel)
    image[-62:-30, 30 : across + 46] = _rgb(style.HALO)
    image[-54:-38, 38 : across + 38] = _rgb(style.INK)
    image[-50:-42, 38 + across // 2 : across + 34] = _rgb(style.HALO)
    km = Text(f"{metres / 1000:g} km", f"{metres / 1000:g} 公里")
    said = km if metres >= 1000 else Text(f"{metres:g} m", f"{metres:g} 米")
    return Text(f"scale bar {said.en}", f"比例尺 {said.zh}")


def _draw_frame_and_north(image: _Image) -> None:
    """Draw a frame, and an arrow to the north in the upper right corner."""
    down, across = image.shape[:2]
    ink = _rgb(style.INK)
    image[:3], image[-3:], image[:, :3], image[:, -3:] = ink, ink, ink, ink
    right, top = across - 60, 30
    for colour, arrow in (
        (style.HALO, [(-30, 80), (0, -16), (30, 80), (0, 62)]),
        (style.INK, [(-20, 68), (0, 0), (20, 68), (0, 52)]),
    ):
        shape = shapely.Polygon([(right + x, top + y) for x, y in arrow])
        _blend(image, _mask(np.array([shape], dtype=object), across, down), colour, 1.0)


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
    said = headlines(result)
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


def _mask(shapes: NDArray[np.object_], across: int, down: int) -> NDArray[np.bool_]:
    """Return the pixels that polygons cover, in pixels from the upper left corner."""
    polygons = shapely.get_parts(shapes)
    polygons = polygons[shapely.get_type_id(polygons) == _POLYGON]
    holed = shapely.get_num_interior_rings(polygons) > 0
    covered = _filled([shapely.get_exterior_ring(each) for each in polygons[~holed]], across, down)
    for polygon in polygons[holed]:
        outer, holes = [polygon.exterior], list(polygon.interiors)
        covered |= _filled(outer, across, down) & ~_filled(holes, across, down)
    return covered


def _filled(rings: list[shapely.LinearRing], across: int, down: int) -> NDArray[np.bool_]:
    sheet = Image.new("1", (across, down))
    pencil = ImageDraw.Draw(sheet)
    for ring in rings:
        # A pixel is covered where its middle is.
        pencil.polygon((shapely.get_coordinates(ring) - 0.5).ravel().tolist(), fill=1)
    return np.asarray(sheet, dtype=np.bool_).copy()


def _png(image: _Image) -> bytes:
    written = io.BytesIO()
    Image.fromarray(image).save(written, format="PNG", optimize=True)
    return written.getvalue()
