"""Lines of a road layer joined where they meet: shared nodes, by a stated tolerance and a stated rule.

Ends within the tolerance of each other are one node; an end within the tolerance of another line is a node of
that line. Where lines cross on one level they are joined, also without a common vertex, unless the study says
``crossings = "ends"``. On different levels, as bridges, tunnels and levels say, they are joined at ends
alone: what passes above or below is not met.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.types import Bools, Floats, Index

GAP_METRES = 10.0
"""How near to a street a line may stop without meeting it before that is said."""
_SAME_METRES = 0.01
"""Crossings nearer than this are one: coordinates of seven decimals are a centimetre apart."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NodedLines:
    """Lines over shared nodes.

    Attributes
    ----------
    xy
        Metres of each node.
    start, node
        The nodes of line ``i`` are ``node[start[i]:start[i + 1]]``.
    counts
        What was joined and what was not, by name.
    gaps
        Metres of ends that stop near another line without meeting it.
    """

    xy: Floats
    start: Index
    node: Index
    counts: dict[str, int] = field(default_factory=dict)
    gaps: Floats = field(default_factory=lambda: np.empty((0, 2)))


def node_lines(
    lines: npt.NDArray[np.object_],
    level: Index,
    apart: Bools,
    *,
    tolerance_metres: float,
    join_crossings: bool = True,
) -> NodedLines:
    """Return lines over shared nodes.

    Parameters
    ----------
    lines
        LineStrings in metres, none empty.
    level
        The level each lies on, 0 on the ground.
    apart
        Lines that cross others above or below although their level does not say so: they are joined at
        common vertices and ends alone.
    tolerance_metres
        How far ends that are meant to meet may be apart.
    join_crossings
        Whether lines of one level that cross without a common vertex are joined.
    """
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)])
    end_line = np.tile(np.arange(len(lines)), 2)
    met = _meetings(lines, level, apart, tolerance_metres, join_crossings)
    near = _near_ends(lines, ends, end_line, level, tolerance_metres)
    # Points that are nodes: the ends, then the meetings, then the ends that lie beside another line.
    node_xy = np.concatenate([ends, met.xy])
    pairs = [
        _pairs_within(ends, tolerance_metres),
        _same_meetings(met, len(ends)),
        met.at_ends(ends),
    ]
    union = np.concatenate(pairs)
    size = len(node_xy)
    _, group = connected_components(
        coo_array((np.ones(len(union), bool), (union[:, 0], union[:, 1])), (size, size)), directed=False
    )
    inserted_line = np.concatenate([met.a, met.b, near.line])
    inserted_node = np.concatenate([len(ends) + np.arange(len(met.xy))] * 2 + [near.end]).astype(np.int64)
    xy, start, node = _assembled(lines, node_xy, group, inserted_line, inserted_node)
    degree = np.bincount(group[: len(ends)], minlength=group.max(initial=-1) + 1)
    meets = np.zeros(degree.size, bool)
    meets[group[inserted_node]] = True
    loose = np.flatnonzero((degree[group[: len(ends)]] == 1) & ~meets[group[: len(ends)]])
    gaps = _gaps(lines, ends, end_line, loose, tolerance_metres)
    moved = np.hypot(*(ends - xy[node[np.concatenate([start[:-1], start[1:] - 1])]]).T) > _SAME_METRES
    counts = {
        "crossings_joined": met.joined,
        "crossings_apart": met.apart,
        "crossings_not_joined": met.unjoined,
        "ends_moved": int(moved.sum()),
        "ends_on_lines": len(np.unique(near.end[near.metres > _SAME_METRES])),
        "gaps": len(gaps),
    }
    return NodedLines(xy=xy, start=start, node=node, counts=counts, gaps=ends[gaps])


@dataclass(frozen=True, slots=True, eq=False)
class _Meetings:
    """Places at which two lines share a node, and how many crossings were joined or kept apart."""

    xy: Floats
    a: Index
    b: Index
    level: Index
    joined: int
    apart: int
    unjoined: int
    tolerance: float

    def at_ends(self, ends: Floats) -> Index:
        """Return pairs of an end and a meeting that lies on it."""
        count = len(ends) // 2
        pairs = []
        for line in (self.a, self.b):
            for end in (line, line + count):
                on = np.flatnonzero(np.hypot(*(ends[end] - self.xy).T) <= self.tolerance)
                pairs.append(np.column_stack([end[on], len(ends) + on]))
        return np.concatenate(pairs).astype(np.int64)


def _meetings(
    lines: npt.NDArray[np.object_], level: Index, apart: Bools, tolerance: float, join_crossings: bool
) -> _Meetings:
    tree = shapely.STRtree(lines)
    a, b = tree.query(lines, predicate="intersects")
    once = a < b
    a, b = a[once].astype(np.int64), b[once].astype(np.int64)
    xy, pair = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]), return_index=True)
    a, b = a[pair], b[pair]
    if not len(xy):
        empty = np.empty(0, np.int64)
        return _Meetings(xy.reshape(-1, 2), empty, empty, empty, 0, 0, 0, tolerance)
    points = shapely.points(xy)
    end_a, end_b = (_at_end(lines[each], xy, tolerance) for each in (a, b))
    vertex = _at_vertex(lines[a], points) & _at_vertex(lines[b], points)
    level_a, level_b = level[a], level[b]
    same = level_a == level_b
    # The end of a bridge or a tunnel lies on the ground: it meets what is there.
    by_end = (end_a & end_b) | (end_a & (same | (level_b == 0))) | (end_b & (same | (level_a == 0)))
    inner = ~end_a & ~end_b
    separated = apart[a] != apart[b]
    plain = inner & same & ~vertex
    by_vertex = inner & same & vertex
    crossing = plain & ~separated & join_crossings
    keep = by_end | by_vertex | crossing
    return _Meetings(
        xy[keep],
        a[keep],
        b[keep],
        np.where(end_a, level_b, level_a)[keep],
        int(crossing.sum()),
        int((inner & (~same | (plain & separated))).sum()),
        int((plain & ~separated).sum()) if not join_crossings else 0,
        tolerance,
    )


def _at_end(lines: npt.NDArray[np.object_], xy: Floats, tolerance: float) -> Bools:
    ends = [shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)]
    return np.asarray(np.minimum(*(np.hypot(*(end - xy).T) for end in ends)) <= tolerance)


def _at_vertex(lines: npt.NDArray[np.object_], points: npt.NDArray[np.object_]) -> Bools:
    xy, of_line = shapely.get_coordinates(lines, return_index=True)
    vertices = shapely.multipoints(shapely.points(xy), indices=of_line)
    return np.asarray(shapely.distance(vertices, points) <= _SAME_METRES)


def _same_meetings(met: _Meetings, offset: int) -> Index:
    """Return pairs of meetings at one place and level: more than two lines may cross there."""
    if not len(met.xy):
        return np.empty((0, 2), np.int64)
    in_space = np.column_stack([met.xy, met.level * 1e4])
    return offset + _pairs_within(in_space, _SAME_METRES)


def _pairs_within(points: Floats, metres: float) -> Index:
    """Return pairs of points that chain up all within a distance; of equal ones only as many as needed."""
    distinct, first, inverse = np.unique(points, axis=0, return_index=True, return_inverse=True)
    near = cKDTree(distinct).query_pairs(metres, output_type="ndarray") if len(distinct) else np.empty((0, 2))
    equal = np.column_stack([np.arange(len(points)), first[inverse.ravel()]])
    return np.concatenate([equal, first[near.astype(np.int64)].reshape(-1, 2)]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _NearEnds:
    """Ends that lie beside another line without touching it, that line, and how far away it is."""

    end: Index
    line: Index
    metres: Floats


def _near_ends(
    lines: npt.NDArray[np.object_], ends: Floats, end_line: Index, level: Index, tolerance: float
) -> _NearEnds:
    points = shapely.points(ends)
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=tolerance)
    other = (line != end_line[end]) & (shapely.distance(points[end], lines[line]) > 0)
    other &= (level[line] == 0) | (level[line] == level[end_line[end]])
    end, line = end[other].astype(np.int64), line[other].astype(np.int64)
    # Two ends beside each other are one node already.
    xy = ends[end]
    beside_end = _at_end(lines[line], xy, tolerance) if len(end) else np.empty(0, bool)
    end, line = end[~beside_end], line[~beside_end]
    return _NearEnds(end, line, np.asarray(shapely.distance(points[end], lines[line])))


def _gaps(
    lines: npt.NDArray[np.object_], ends: Floats, end_line: Index, loose: Index, tolerance: float
) -> Index:
    """Return loose ends that stop beside another line, farther than the tolerance and within `GAP_METRES`."""
    points = shapely.points(ends[loose])
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=GAP_METRES)
    other = line != end_line[loose[end]]
    far = shapely.distance(points[end], lines[line]) > tolerance
    return np.unique(loose[end[other & far]])


def _assembled(
    lines: npt.NDArray[np.object_],
    node_xy: Floats,
    group: Index,
    inserted_line: Index,
    inserted_node: Index,
) -> tuple[Floats, Index, Index]:
    """Return nodes and the lines over them, inserted ones put in where they lie along the line."""
    coords, of_line = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(of_line, np.arange(len(lines)))
    last = np.append(first[1:], len(coords)) - 1
    groups = int(group.max(initial=-1)) + 1
    place = np.full((groups, 2), np.nan)
    place[group[::-1]] = node_xy[::-1]
    step = np.hypot(*np.diff(coords, axis=0, prepend=coords[:1]).T)
    step[first] = 0.0
    along = np.cumsum(step)
    along -= along[first][of_line]
    vertex = groups + np.arange(len(coords))
    count = len(first)
    vertex[first], vertex[last] = group[:count], group[count : 2 * count]
    at = shapely.line_locate_point(lines[inserted_line], shapely.points(node_xy[inserted_node]))
    length = along[last]
    # A node that is the line's own end stands there already.
    own = (group[inserted_node] == vertex[first[inserted_line]]) | (
        group[inserted_node] == vertex[last[inserted_line]]
    )
    line = np.concatenate([of_line, inserted_line[~own]])
    distance = np.concatenate([along, np.clip(at[~own], 0, length[inserted_line[~own]])])
    node = np.concatenate([vertex, group[inserted_node[~own]]])
    # Ends stay outermost whatever rounding says of inserted ones.
    distance[first], distance[last] = -1.0, np.inf
    order = np.lexsort((node >= groups, distance, line))
    line, node, distance = line[order], node[order], distance[order]
    xy = np.concatenate([place, coords])
    here = xy[node]
    # The vertex at which another line was met is its node; repeated ones count once.
    beside = np.zeros(len(node), bool)
    beside[1:] = (line[1:] == line[:-1]) & (
        (node[1:] == node[:-1])
        | ((np.hypot(*(here[1:] - here[:-1]).T) <= _SAME_METRES) & (node[1:] >= groups))
    )
    beside[:-1] |= (
        (line[1:] == line[:-1])
        & (np.hypot(*(here[1:] - here[:-1]).T) <= _SAME_METRES)
        & (node[:-1] >= groups)
        & (node[1:] < groups)
    )
    line, node = line[~beside], node[~beside]
    used, node = np.unique(node, return_inverse=True)
    start = np.searchsorted(line, np.arange(count + 1))
    return xy[used], start.astype(np.int64), node.ravel().astype(np.int64)
