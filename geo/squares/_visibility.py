"""Compiled kernel that finds which points of a polygon with holes see each other."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array

_TOUCH_METRES = 0.001
SPARE_METRES = 1.0
SPARE_AT_STOPS_METRES = 5.0
"""A straight way that saves no more than this over others is left out."""

_ENTRANCE, _CORNER, _STOP, _INNER = range(4)
_MOST_INNER_A_SIDE = 3


@njit(cache=True, nogil=True)
def ways_across(
    start: Array,
    after: Array,
    x: Array,
    y: Array,
    node: Array,
    kind: Array,
    square_metres: Array,
    inner_from: int,
    inner_from_square_metres: float,
    most_entrances: int,
    most_corners: int,
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the ends of the ways across each surface, its number, and the stops inside (x, y, surface).

    The points of surface ``s`` are ``start[s]:start[s + 1]``; its sides lead from each to `after`.
    """
    ends = np.empty((256, 2), np.int64)
    owner = np.empty(256, np.int64)
    filled = 0
    inner_x, inner_y = np.empty(start.size * 9), np.empty(start.size * 9)
    inner_surface = np.empty(start.size * 9, np.int64)
    inner = 0
    before = np.empty_like(after)
    for i in range(after.size):
        before[after[i]] = i
    for s in range(start.size - 1):
        first, last = start[s], start[s + 1]
        points, thinned = _terminals(first, last, kind, most_entrances, most_corners)
        if points.size == 0:
            continue
        px, py, pn = x[points], y[points], node[points]
        if square_metres[s] >= inner_from_square_metres:
            ix, iy = _inner_stops(first, last, after, x, y, square_metres[s])
            inner_x[inner : inner + ix.size], inner_y[inner : inner + ix.size] = ix, iy
            inner_surface[inner : inner + ix.size] = s
            px, py = np.append(px, ix), np.append(py, iy)
            pn = np.append(pn, inner_from + inner + np.arange(ix.size))
            inner += ix.size
        by_ring = _along_outline(points, first, last, after, x, y, px.size)
        pairs, metres = _seen(
            points, thinned, px, py, pn, by_ring, first, last, before, after, x, y, node, kind
        )
        is_stop = np.ones(px.size, np.bool_)
        for i in range(points.size):
            is_stop[i] = kind[points[i]] == _STOP
        for k in _worth_while(pairs, metres, by_ring, is_stop):
            if filled == owner.size:
                ends, owner = _doubled(ends, owner)
            ends[filled, 0], ends[filled, 1], owner[filled] = pn[pairs[k, 0]], pn[pairs[k, 1]], s
            filled += 1
    return (
        ends[:filled].copy(),
        owner[:filled].copy(),
        inner_x[:inner].copy(),
        inner_y[:inner].copy(),
        inner_surface[:inner].copy(),
    )


@njit(cache=True, nogil=True)
def _seen(
    points: Array, thinned: bool, px: Array, py: Array, pn: Array, by_ring: Array,
    first: int, last: int, before: Array, after: Array, x: Array, y: Array, node: Array, kind: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the pairs of points between which a straight way leads that is shorter than the outline."""
    pairs = np.empty((points.size * px.size, 2), np.int64)
    metres = np.empty(points.size * px.size)
    found = 0
    for i in range(points.size):
        for j in range(i + 1, px.size):
            length = np.hypot(px[j] - px[i], py[j] - py[i])
            if by_ring[i, j] <= length + SPARE_METRES:
                continue
            if not thinned and not (
                _touches(points[i], px[j], py[j], before, after, x, y, kind)
                and (j >= points.size or _touches(points[j], px[i], py[i], before, after, x, y, kind))
            ):
                continue
            if _sees(first, last, after, x, y, node, px[i], py[i], pn[i], px[j], py[j], pn[j]):
                pairs[found, 0], pairs[found, 1] = i, j
                metres[found] = length
                found += 1
    return pairs[:found], metres[:found]


@njit(cache=True, nogil=True)
def _along_outline(
    points: Array, first: int, last: int, after: Array, x: Array, y: Array, size: int
) -> Array:
    """Return the way along the outline between any two points; ``inf`` between rings and to places inside."""
    metres = np.full((size, size), np.inf)
    at = np.empty(last - first)
    ring = np.empty(last - first, np.int64)
    length = np.empty(last - first)
    begin = first
    while begin < last:
        i, gone = begin, 0.0
        while True:
            at[i - first], ring[i - first] = gone, begin
            gone += np.hypot(x[after[i]] - x[i], y[after[i]] - y[i])
            i = after[i]
            if i == begin:
                break
        end = begin
        while end < last and (end == begin or after[end - 1] == end):
            length[end - first] = gone
            end += 1
        begin = end
    for i in range(size):
        metres[i, i] = 0.0
    for i in range(points.size):
        for j in range(i):
            a, b = points[i] - first, points[j] - first
            if ring[a] == ring[b]:
                apart = abs(at[a] - at[b])
                metres[i, j] = metres[j, i] = min(apart, length[a] - apart)
    return metres


@njit(cache=True, nogil=True)
def _worth_while(pairs: Array, metres: Array, known: Array, is_stop: Array) -> Array:
    """Return the straight ways, the shortest first, that save something over the outline and those before.

    `known` holds the shortest ways between the points and is lowered.
    """
    kept = np.empty(metres.size, np.int64)
    count = 0
    size = known.shape[0]
    for k in np.argsort(metres):
        i, j, length = pairs[k, 0], pairs[k, 1], metres[k]
        spare = SPARE_AT_STOPS_METRES if is_stop[i] or is_stop[j] else SPARE_METRES
        if known[i, j] <= length + spare:
            continue
        kept[count] = k
        count += 1
        for a in range(size):
            # One of the two ends is nearer; the way over the line enters there.
            near, far = (i, j) if known[a, i] < known[a, j] else (j, i)
            gone = known[a, near] + length
            if gone >= known[a, far]:
                continue
            for b in range(size):
                by_this = gone + known[far, b]
                if by_this < known[a, b]:
                    known[a, b] = by_this
    return kept[:count]


@njit(cache=True, nogil=True)
def _doubled(ends: Array, owner: Array) -> tuple[Array, Array]:
    more_ends = np.empty((2 * owner.size, 2), np.int64)
    more = np.empty(2 * owner.size, np.int64)
    more_ends[: owner.size], more[: owner.size] = ends, owner
    return more_ends, more


@njit(cache=True, nogil=True)
def _terminals(
    first: int, last: int, kind: Array, most_entrances: int, most_corners: int
) -> tuple[Array, bool]:
    """Return the points of a surface that are joined, evenly thinned, and whether corners were thinned."""
    count = np.zeros(3, np.int64)
    for i in range(first, last):
        if kind[i] >= 0:
            count[kind[i]] += 1
    if count[_ENTRANCE] == 0:
        return np.empty(0, np.int64), False
    step = np.ones(3, np.int64)
    step[_ENTRANCE] = (count[_ENTRANCE] + most_entrances - 1) // most_entrances
    step[_CORNER] = max(1, (count[_CORNER] + most_corners - 1) // most_corners)
    seen = np.zeros(3, np.int64)
    points = np.empty(count.sum(), np.int64)
    taken = 0
    for i in range(first, last):
        k = kind[i]
        if k < 0:
            continue
        if seen[k] % step[k] == 0:
            points[taken] = i
            taken += 1
        seen[k] += 1
    return points[:taken], step[_CORNER] > 1


@njit(cache=True, nogil=True)
def _touches(
    i: int, qx: float, qy: float, before: Array, after: Array, x: Array, y: Array, kind: Array
) -> bool:
    """Whether a line from point `i` to another may be part of a shortest way: at a corner it must touch."""
    if kind[i] != _CORNER:
        return True
    one = _side_of(x[i], y[i], qx, qy, x[before[i]], y[before[i]])
    other = _side_of(x[i], y[i], qx, qy, x[after[i]], y[after[i]])
    return (one >= -_TOUCH_METRES and other >= -_TOUCH_METRES) or (
        one <= _TOUCH_METRES and other <= _TOUCH_METRES
    )


@njit(cache=True, nogil=True)
def _side_of(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    """Return how far a point lies to the left of the line from a to b, in metres."""
    length = np.hypot(bx - ax, by - ay)
    if length == 0:
        return 0.0
    return ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / length


@njit(cache=True, nogil=True)
def _sees(
    first: int, last: int, after: Array, x: Array, y: Array, node: Array,
    px: float, py: float, pn: int, qx: float, qy: float, qn: int,
) -> bool:  # fmt: skip
    """Whether the straight line between two points of a surface lies inside and is no side of it.

    A line that touches a third point is left to the two lines that meet there.
    """
    middle_x, middle_y = (px + qx) / 2, (py + qy) / 2
    west, east = min(px, qx) - _TOUCH_METRES, max(px, qx) + _TOUCH_METRES
    south, north = min(py, qy) - _TOUCH_METRES, max(py, qy) + _TOUCH_METRES
    if pn == qn or (east - west < 3 * _TOUCH_METRES and north - south < 3 * _TOUCH_METRES):
        return False
    dx, dy = qx - px, qy - py
    touch = _TOUCH_METRES * np.hypot(dx, dy)
    inside = False
    for a in range(first, last):
        b = after[a]
        ax, ay, bx, by = x[a], y[a], x[b], y[b]
        if (ay > middle_y) != (by > middle_y) and middle_x < ax + (middle_y - ay) / (by - ay) * (bx - ax):
            inside = not inside
        at_a, at_b = node[a] == pn or node[a] == qn, node[b] == pn or node[b] == qn
        if at_a and at_b:
            return False
        if at_a or at_b:
            continue
        if max(ax, bx) < west or min(ax, bx) > east or max(ay, by) < south or min(ay, by) > north:
            continue
        one = dx * (ay - py) - dy * (ax - px)
        other = dx * (by - py) - dy * (bx - px)
        if min(one, other) > touch or max(one, other) < -touch:
            continue
        one, other = _side_of(ax, ay, bx, by, px, py), _side_of(ax, ay, bx, by, qx, qy)
        if min(one, other) > _TOUCH_METRES or max(one, other) < -_TOUCH_METRES:
            continue
        return False
    return inside


@njit(cache=True, nogil=True)
def _inner_stops(
    first: int, last: int, after: Array, x: Array, y: Array, square_metres: float
) -> tuple[Array, Array]:
    """Return up to nine places inside a surface, on a lattice in the middle of the box around it."""
    xs, ys = x[first:last], y[first:last]
    west, south, wide, high = xs.min(), ys.min(), xs.max() - xs.min(), ys.max() - ys.min()
    apart = max(25.0, np.sqrt(square_metres) / _MOST_INNER_A_SIDE)
    # Odd numbers, so that one lies in the middle.
    columns = min((max(int((wide + 1.0) // apart), 1) - 1) // 2 * 2 + 1, 9)
    rows = min((max(int((high + 1.0) // apart), 1) - 1) // 2 * 2 + 1, (9 // columns - 1) // 2 * 2 + 1)
    out_x, out_y = np.empty(columns * rows), np.empty(columns * rows)
    found = 0
    for c in range(columns):
        for r in range(rows):
            cx, cy = west + (c + 0.5) * wide / columns, south + (r + 0.5) * high / rows
            if _well_inside(first, last, after, x, y, cx, cy):
                out_x[found], out_y[found] = cx, cy
                found += 1
    return out_x[:found], out_y[:found]


@njit(cache=True, nogil=True)
def _well_inside(first: int, last: int, after: Array, x: Array, y: Array, cx: float, cy: float) -> bool:
    """Whether a place lies on a surface and a metre or more from its sides."""
    inside = False
    for a in range(first, last):
        b = after[a]
        dx, dy = x[b] - x[a], y[b] - y[a]
        if (y[a] > cy) != (y[b] > cy) and cx < x[a] + (cy - y[a]) / dy * dx:
            inside = not inside
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(max(((cx - x[a]) * dx + (cy - y[a]) * dy) / length, 0.0), 1.0)
        if np.hypot(x[a] + share * dx - cx, y[a] + share * dy - cy) < 1.0:
            return False
    return inside
