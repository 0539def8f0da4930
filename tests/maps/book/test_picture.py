"""The picture of a sheet: which pixels polygons cover."""

from __future__ import annotations

import io

import numpy as np
import shapely
from PIL import Image

from maps.book.picture import _mask, _png


def covered(*shapes: shapely.Geometry) -> int:
    return int(_mask(np.array(shapes, dtype=object), 40, 20).sum())


def test_a_square_covers_its_pixels():
    mask = _mask(np.array([shapely.box(10, 5, 20, 10)], dtype=object), 40, 20)
    assert mask[5:10, 10:20].all()
    assert mask.sum() <= 11 * 6, "the outline, at most, is drawn beyond it"


def test_a_hole_is_left_out_and_an_island_in_it_is_not():
    outer, hole, island = (shapely.box(a, a, 19 - a, 19 - a) for a in (1, 4, 7))
    ring = shapely.difference(outer, hole)
    assert covered(ring) < covered(outer)
    assert covered(shapely.union(ring, island)) == covered(ring) + covered(island)


def test_a_hole_of_one_takes_nothing_from_another():
    ring = shapely.difference(shapely.box(1, 1, 18, 18), shapely.box(5, 5, 14, 14))
    assert covered(ring, shapely.box(2, 2, 17, 17)) == covered(shapely.box(1, 1, 18, 18))


def test_lines_and_what_lies_outside_cover_nothing():
    assert covered(shapely.LineString([(0, 0), (9, 9)])) == covered(shapely.box(50, 50, 60, 60)) == 0


def test_the_picture_is_a_png_of_its_pixels():
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    assert np.asarray(Image.open(io.BytesIO(_png(image)))).tolist() == image.tolist()
