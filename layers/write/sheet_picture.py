"""A picture on a sheet, and its legend."""

from __future__ import annotations

import io
import math

from xlsxwriter.worksheet import Worksheet

from geo.text import Language
from layers.write.cells import LINE_POINTS
from layers.write.styles import Styles, write_merged
from layers.write.table import Picture

LEGEND_POINTS = 2 * LINE_POINTS
_LEAST_PICTURE_PIXELS, _MOST_PICTURE_PIXELS = 250.0, 560.0


def put_picture(
    page: Worksheet, row: int, picture: Picture, widths: list[float], *, most_points: float
) -> int:
    """Place a picture as wide as the table, no higher than what the page has left; return the row below.

    Where hardly anything is left it takes a quarter of a page, and the page is shrunk.
    """
    most = sum(7 * width + 5 for width in widths)
    high = min(max((most_points - 2 * LINE_POINTS) / 0.75, _LEAST_PICTURE_PIXELS), _MOST_PICTURE_PIXELS)
    scale = min(most / picture.width, high / picture.height)
    left = int(max(most - picture.width * scale, 0) / 2)
    place = {"image_data": io.BytesIO(picture.png), "x_scale": scale, "y_scale": scale, "x_offset": left}
    page.insert_image(row, 0, "map.png", place)
    rows = math.ceil(picture.height * scale * 0.75 / LINE_POINTS) + 1
    for each in range(row, row + rows):
        page.set_row(each, LINE_POINTS)
    return row + rows


def write_legend(
    page: Worksheet, row: int, across: int, picture: Picture, styles: Styles, language: Language
) -> None:
    """Write the colours of a picture as squares with their words, in one row."""
    parts: list[object] = []
    for colour, words in picture.legend:
        parts += [styles.mark(colour), "■", styles.line, f" {words.to(language)}   "]
    write_merged(page, row, across, "", styles.line)
    page.write_rich_string(row, 0, *parts, styles.line)
    page.set_row(row, LEGEND_POINTS)
