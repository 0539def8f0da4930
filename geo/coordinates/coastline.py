"""The sea inside a box, from coastlines, which OpenStreetMap draws with the land on their left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

_SIDE_DEGREES = 1e-6
"""How far beside the coastline land and sea are looked up: about 0.1 m."""

_FARTHEST_LINK = 0.1
"""Longest link from a loose end of a coastline to the edge, as a share of the box's diagonal."""

_MOST_MIXED = 0.1
"""Share of the coastline with the same piece on both sides above which nothing is called sea."""


def sea_in(
    bounds: tuple[float, float, float, float],
    coastlines: Sequence[BaseGeometry],
    *,
    on_land: Sequence[BaseGeometry] = (),
) -> MultiPolygon:
    """Return the sea inside a box.

    The box is cut along the coastlines; each piece is sea when most of the coastline beside it, by length,
    has the piece on its right. A coastline that ends inside the box, as in an extract cut along a border, is
    led straight to an edge no farther than a tenth of the box's diagonal: the one to which it crosses
    the fewest things on land, then the nearest. One that still ends inside cuts nothing off: the piece beside
    it lies on its right and left alike, land and sea cannot be told apart, and nothing is called sea.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    coastlines
        Lines with the land on the left (wiki.openstreetmap.org/wiki/Tag:natural=coastline).
    on_land
        Geometries known to be on land, such as streets.

    Returns
    -------
    shapely.MultiPolygon
        Empty where there is no coastline in the box, or one too broken.

    Examples
    --------
    >>> northward = shapely.LineString([(1, -1), (1, 3)])
    >>> sea_in((0, 0, 3, 2), [northward]).bounds
    (1.0, 0.0, 3.0, 2.0)
    """
    box = shapely.box(*bounds)
    inside = shapely.get_parts(shapely.intersection(np.array(coastlines, dtype=object), box))
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(inside), directed=True))
    lines = lines[shapely.get_dimensions(lines) == 1]
    if lines.size == 0:
        return MultiPolygon()
    edges = [*lines, *_led_to_edge(lines, box, shapely.STRtree(on_land)), box.exterior]
    pieces = shapely.get_parts(shapely.polygonize([shapely.union_all(edges)]))
    right, left = _beside(lines, pieces)
    mixed = np.minimum(right, left).sum() > _MOST_MIXED * (right + left).sum()
    return MultiPolygon() if mixed else _merged(pieces[right > left])


def _led_to_edge(
    lines: NDArray[np.object_], box: shapely.Polygon, on_land: shapely.STRtree
) -> list[shapely.LineString]:
    """Return straight lines from the loose ends of coastlines to an edge of the box, where one is near."""
    open_lines = lines[~shapely.is_closed(lines)]
    ends = np.concatenate([shapely.get_point(open_lines, 0), shapely.get_point(open_lines, -1)])
    corners = shapely.get_coordinates(box)
    sides = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    farthest = _FARTHEST_LINK * float(np.hypot(*(corners.max(axis=0) - corners.min(axis=0))))
    links = []
    for end in ends:
        near = [line for line in shapely.shortest_line(end, sides) if shapely.length(line) <= farthest]
        if near:
            links.append(min(near, key=lambda line: (on_land.query(line, "intersects").size, line.length)))
    return [link for link in links if link.length > 0]


def _beside(
    lines: NDArray[np.object_], pieces: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each piece, the length of coastline that has it on its right and on its left."""
    start, end = _segments(lines)
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    aside = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None] * _SIDE_DEGREES
    tree = shapely.STRtree(pieces)

    def votes(beside: NDArray[np.float64]) -> NDArray[np.float64]:
        segment, piece = tree.query(shapely.points(beside), predicate="within")
        return np.bincount(piece, weights=length[segment], minlength=pieces.size).astype(np.float64)

    middle = (start + end) / 2
    return votes(middle + aside), votes(middle - aside)


def _segments(lines: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    joined = (line[1:] == line[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    return xy[:-1][joined], xy[1:][joined]


def _merged(pieces: NDArray[np.object_]) -> MultiPolygon:
    whole = shapely.union_all(pieces)
    return MultiPolygon([part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"])
