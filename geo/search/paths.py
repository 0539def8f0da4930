"""The shortest path between two places as a line, with its time and length.

A plain Dijkstra search over junctions: paths are asked for one at a time, and it needs no shortcuts to be
unpacked. Its times are those of `geo.search.reach` to the millisecond.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import shapely

from geo.limits import MILLISECONDS_PER_SECOND
from geo.network.arrays import NO_TIME, Adjacency
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search._engine import check_joined
from geo.search.reach import travel_times
from geo.types import Floats, Index32

_NO_EDGE = -1
"""Stands for the edge by which one passes the gate of an estate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A shortest path.

    Attributes
    ----------
    seconds
        Travel time, the walks at both ends included; equal to that of `geo.search.reach.travel_times`.
    metres
        Length along the streets, without the walks at the ends.
    line
        From the street place of the origin to that of the destination, WGS84.
    ends
        The place of the origin and that of the destination, which may each have several.
    """

    seconds: float
    metres: float
    line: shapely.LineString
    ends: tuple[AccessPoints, AccessPoints]


def shortest_path(network: StreetNetwork, origin: AccessPoints, destination: AccessPoints) -> Path | None:
    """Return the shortest path from one place to another; None where no path exists.

    Parameters
    ----------
    origin, destination
        One place each, as `geo.network.snap.snap` makes them.

    Raises
    ------
    ValueError
        When there is not one origin and one destination.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> shortest_path(street, west, east).seconds
    400.0
    """
    if len(origin) != 1 or len(destination) != 1:
        msg = f"one origin and one destination, got {len(origin)} and {len(destination)}"
        raise ValueError(msg)
    check_joined(network, origin, destination)
    if origin.further is not None or destination.further is not None:
        return _best_of_several(network, origin.every_place()[0], destination.every_place()[0])
    if not (origin.snapped[0] and destination.snapped[0]):
        return None
    walks_ms = int(origin.access_ms[0]) + int(destination.access_ms[0])
    direct_ms = _ms_along_edge(origin, destination)
    around_ms, arcs = _search_junctions(network, origin, destination, limit_ms=direct_ms)
    best_ms = min(direct_ms, around_ms)
    if best_ms >= NO_TIME:
        return None
    if direct_ms <= around_ms:
        pieces = [
            _edge_coordinates(
                network, int(origin.edge[0]), float(origin.edge_metres[0]), float(destination.edge_metres[0])
            )
        ]
    else:
        pieces = _path_coordinates(network, origin, destination, arcs)
    line = np.concatenate(pieces)
    metres = _path_metres(network, origin, destination, arcs)
    return Path(
        seconds=(best_ms + walks_ms) / MILLISECONDS_PER_SECOND,
        metres=metres,
        line=shapely.LineString(_without_repeats(line)),
        ends=(origin, destination),
    )


def _best_of_several(
    network: StreetNetwork, origins: AccessPoints, destinations: AccessPoints
) -> Path | None:
    """Return the path between the two places, of several at either end, that are nearest to each other."""
    here, there = (
        grid.ravel() for grid in np.meshgrid(range(len(origins)), range(len(destinations)), indexing="ij")
    )
    seconds = travel_times(network, origins.take(here), destinations.take(there))
    best = int(np.argmin(seconds))
    return shortest_path(network, origins.take(here[[best]]), destinations.take(there[[best]]))


def _ms_along_edge(origin: AccessPoints, destination: AccessPoints) -> int:
    """Return the time along the common edge of both places; `NO_TIME` without one, or where not allowed."""
    if origin.edge[0] != destination.edge[0]:
        return NO_TIME
    best_ms = NO_TIME
    here, there = int(origin.from_source_ms[0]), int(destination.from_source_ms[0])
    if origin.edge_metres[0] <= destination.edge_metres[0] and NO_TIME not in (here, there):
        best_ms = there - here
    here, there = int(origin.to_source_ms[0]), int(destination.to_source_ms[0])
    if origin.edge_metres[0] >= destination.edge_metres[0] and NO_TIME not in (here, there):
        best_ms = min(best_ms, here - there)
    return best_ms


def _search_junctions(
    network: StreetNetwork, origin: AccessPoints, destination: AccessPoints, *, limit_ms: int
) -> tuple[int, list[tuple[int, int]]]:
    """Return the time of the shortest path over junctions below `limit_ms`, and its junctions in order.

    Each junction comes with the edge it was entered by. Walks between points and streets are not counted.
    """
    out: Adjacency = network.outward
    doors = _doors(network)
    entered: dict[tuple[int, bool], tuple[tuple[int, bool], int]] = {}
    start = (-1, False)
    last = _ms_of_ends(network, destination, destination.from_source_ms, destination.from_target_ms)
    queue = [
        (ms, (node, False), start, int(origin.edge[0]))
        for node, ms in _ms_of_ends(network, origin, origin.to_source_ms, origin.to_target_ms).items()
    ]
    heapq.heapify(queue)
    best_ms, end = limit_ms, start
    while queue and queue[0][0] < best_ms:
        ms, here, before, by = heapq.heappop(queue)
        if here in entered:
            continue
        entered[here] = before, by
        node, arrived = here
        if ms + last.get(node, NO_TIME) < best_ms:
            best_ms, end = ms + last[node], here
        for a in range(out.start[node], out.start[node + 1]):
            step = (ms + int(out.milliseconds[a]), (int(out.head[a]), arrived), here, int(out.edge[a]))
            heapq.heappush(queue, step)
        if not arrived:
            for door, into in doors.get(node, ()):
                heapq.heappush(queue, (ms, (door, into), here, _NO_EDGE))
    if end == start:
        return NO_TIME, []
    arcs = []
    while end != start:
        before, by = entered[end]
        arcs.append((end[0], by))
        end = before
    return best_ms, arcs[::-1]


def _doors(network: StreetNetwork) -> dict[int, list[tuple[int, bool]]]:
    """Return where estates are left and entered: nodes at the same place, and whether one is then inside.

    Whoever has entered an estate does not leave it again (`geo.joins.estates`).
    """
    doors: dict[int, list[tuple[int, bool]]] = {}
    inside = np.repeat(np.arange(network.node_count), np.diff(network.gate_start))
    rows = (inside, network.gate_node, network.gate_leave_ms, network.gate_enter_ms)
    for inner, outer, leave, enter in zip(*(row.tolist() for row in rows), strict=True):
        if leave == 0:
            doors.setdefault(inner, []).append((outer, False))
        if enter == 0:
            doors.setdefault(outer, []).append((inner, True))
    return doors


def _ms_of_ends(
    network: StreetNetwork, place: AccessPoints, by_source: Index32, by_target: Index32
) -> dict[int, int]:
    """Return the ends of the edge of a place, and the milliseconds between it and each where allowed."""
    e = int(place.edge[0])
    ms_of_end: dict[int, int] = {}
    for node, ms in ((network.edge_source[e], by_source[0]), (network.edge_target[e], by_target[0])):
        if ms != NO_TIME:
            ms_of_end[int(node)] = min(int(ms), ms_of_end.get(int(node), NO_TIME))
    return ms_of_end


def _path_coordinates(
    network: StreetNetwork, origin: AccessPoints, destination: AccessPoints, arcs: list[tuple[int, int]]
) -> list[Floats]:
    """Return the coordinates of the path, edge by edge."""
    first, e = arcs[0]
    pieces = [
        _edge_coordinates(
            network, e, float(origin.edge_metres[0]), _leaving_metres(network, e, first, origin)
        )
    ]
    for node, edge in arcs[1:]:
        if edge == _NO_EDGE:
            continue
        ahead = int(network.edge_target[edge]) == node
        whole = (0.0, float(network.edge_metres[edge]))
        pieces.append(_edge_coordinates(network, edge, *(whole if ahead else whole[::-1])))
    g = int(destination.edge[0])
    pieces.append(
        _edge_coordinates(
            network,
            g,
            _entering_metres(network, g, arcs[-1][0], destination),
            float(destination.edge_metres[0]),
        )
    )
    return pieces


def _leaving_metres(network: StreetNetwork, e: int, node: int, origin: AccessPoints) -> float:
    """Return where along its edge the origin leaves it; the shorter end where the edge is a loop."""
    by_source = int(network.edge_source[e]) == node and origin.to_source_ms[0] != NO_TIME
    by_target = int(network.edge_target[e]) == node and origin.to_target_ms[0] != NO_TIME
    if by_source and (not by_target or origin.to_source_ms[0] <= origin.to_target_ms[0]):
        return 0.0
    return float(network.edge_metres[e])


def _entering_metres(network: StreetNetwork, e: int, node: int, destination: AccessPoints) -> float:
    """Return where along its edge the destination is entered."""
    by_source = int(network.edge_source[e]) == node and destination.from_source_ms[0] != NO_TIME
    by_target = int(network.edge_target[e]) == node and destination.from_target_ms[0] != NO_TIME
    if by_source and (not by_target or destination.from_source_ms[0] <= destination.from_target_ms[0]):
        return 0.0
    return float(network.edge_metres[e])


def _path_metres(
    network: StreetNetwork, origin: AccessPoints, destination: AccessPoints, arcs: list[tuple[int, int]]
) -> float:
    here, there = float(origin.edge_metres[0]), float(destination.edge_metres[0])
    if not arcs:
        return abs(here - there)
    e, g = int(origin.edge[0]), int(destination.edge[0])
    whole = sum(float(network.edge_metres[edge]) for _, edge in arcs[1:] if edge != _NO_EDGE)
    first = abs(here - _leaving_metres(network, e, arcs[0][0], origin))
    return whole + first + abs(there - _entering_metres(network, g, arcs[-1][0], destination))


def _edge_coordinates(network: StreetNetwork, e: int, begin: float, end: float) -> Floats:
    """Return the coordinates of edge `e` between two places in metres along it, from first to second."""
    span = slice(int(network.vertex_start[e]), int(network.vertex_start[e + 1]))
    metres = network.vertex_metres[span]
    low, high = min(begin, end), max(begin, end)
    inner = metres[(metres > low) & (metres < high)]
    at = np.concatenate([[low], inner, [high]])
    xy = np.column_stack(
        [np.interp(at, metres, axis[span]) for axis in (network.vertex_lon, network.vertex_lat)]
    )
    return xy if begin <= end else xy[::-1]


def _without_repeats(line: Floats) -> Floats:
    """Return the line without a point that repeats the one before it; always at least two points."""
    kept = np.append(True, (line[1:] != line[:-1]).any(axis=1))
    return line[kept] if kept.sum() > 1 else line[[0, -1]]
