"""Independent engines that answer the same questions the slow way."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np

from geo.network.arrays import NO_TIME
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.network.streets import StreetGraph


def junction_graph(network: StreetNetwork) -> nx.DiGraph:
    """The network's own edges as a networkx graph, in milliseconds, the faster of parallel edges."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.node_count))
    for u, v, ahead, back in zip(
        network.edge_source.tolist(),
        network.edge_target.tolist(),
        network.edge_forward_ms.tolist(),
        network.edge_backward_ms.tolist(),
        strict=True,
    ):
        for tail, head, cost in ((u, v, ahead), (v, u, back)):
            if cost >= 0 and cost < graph.get_edge_data(tail, head, {"ms": np.inf})["ms"]:
                graph.add_edge(tail, head, ms=cost)
    return graph


def with_points(network: StreetNetwork, **groups: AccessPoints) -> nx.DiGraph:
    """The network's graph with every street cut at every point: nodes are ``(group, number)``.

    Each arc has its milliseconds and its metres; of two between the same nodes the quicker is kept, then
    the shorter.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.node_count))
    stops: dict[int, list[tuple[float, object, int, int]]] = {e: [] for e in range(network.edge_count)}
    for group, points in groups.items():
        for i in np.flatnonzero(points.snapped):
            e = int(points.edge[i])
            ahead, back = int(points.from_source_ms[i]), int(points.to_source_ms[i])
            place = ("street", group, int(i))
            if points.edge_metres[i] in (0.0, float(network.edge_metres[e])):
                # At the very end of a street one stands on the junction, whatever its direction.
                source, target = int(network.edge_source[e]), int(network.edge_target[e])
                end = source if points.edge_metres[i] == 0.0 else target
                _shorter(graph, place, end, 0, 0.0)
                _shorter(graph, end, place, 0, 0.0)
            stops[e].append((float(points.edge_metres[i]), place, ahead, back))
            walk = {"ms": int(points.access_ms[i]), "metres": float(points.snap_metres[i])}
            graph.add_edge((group, int(i)), place, **walk)
            graph.add_edge(place, (group, int(i)), **walk)
    for e, on_edge in stops.items():
        forward, backward = int(network.edge_forward_ms[e]), int(network.edge_backward_ms[e])
        row = [
            (-1.0, int(network.edge_source[e]), 0, 0),
            *sorted(on_edge, key=lambda stop: stop[0]),
            (np.inf, int(network.edge_target[e]), forward, backward),
        ]
        for (a_at, a, a_ahead, a_back), (b_at, b, b_ahead, b_back) in pairwise(row):
            metres = min(b_at, float(network.edge_metres[e])) - max(a_at, 0.0)
            if a_at == b_at:
                _shorter(graph, a, b, 0, 0.0)
                _shorter(graph, b, a, 0, 0.0)
            if forward >= 0 and NO_TIME not in (a_ahead, b_ahead):
                _shorter(graph, a, b, b_ahead - a_ahead, metres)
            if backward >= 0 and NO_TIME not in (a_back, b_back):
                _shorter(graph, b, a, b_back - a_back, metres)
    return graph


def _shorter(graph: nx.DiGraph, tail: object, head: object, ms: int, metres: float) -> None:
    known = graph.get_edge_data(tail, head, {"ms": np.inf, "metres": np.inf})
    if (ms, metres) < (known["ms"], known["metres"]):
        graph.add_edge(tail, head, ms=ms, metres=metres)


def lengths(graph: nx.DiGraph, source: object, group: str, count: int) -> np.ndarray:
    """Metres of the quickest ways from a node to all points of a group, the shortest of them, by networkx."""
    # Whole numbers of any size: a millisecond outweighs every length.
    far = nx.single_source_dijkstra_path_length(
        graph, source, weight=lambda _, __, arc: arc["ms"] * 10**13 + round(arc["metres"] * 10**4)
    )
    return np.array([far[group, i] % 10**13 / 10**4 if (group, i) in far else np.inf for i in range(count)])


def times(graph: nx.DiGraph, source: object, group: str, count: int) -> np.ndarray:
    """Seconds from one node to all points of a group, by networkx."""
    found = nx.single_source_dijkstra_path_length(graph, source, weight="ms")
    return np.array([found.get((group, i), np.inf) for i in range(count)]) / 1000.0


def mapped_graph(streets: StreetGraph, speed_of_tags, lift_seconds: float = 0.0) -> nx.DiGraph:
    """Every mapped segment, uncontracted, in seconds; closed nodes taken out; a lift costs its wait."""
    graph = nx.DiGraph()
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    for w in range(streets.way_id.size):
        tags = streets.tag_sets[streets.way_tags[w]]
        wait = lift_seconds if tags.get("highway") == "elevator" else 0.0
        nodes = streets.way_node[streets.way_start[w] : streets.way_start[w + 1]]
        for a, b in pairwise(nodes.tolist()):
            metres = geod.line_length(streets.node_lon[[a, b]], streets.node_lat[[a, b]])
            for tail, head, speed in zip((a, b), (b, a), speed_of_tags(tags), strict=True):
                if (
                    speed
                    and metres / speed * 3.6 + wait < graph.get_edge_data(tail, head, {"s": np.inf})["s"]
                ):
                    graph.add_edge(tail, head, s=metres / speed * 3.6 + wait)
    return graph


def visible_metres(rings: list[list[tuple[float, float]]], a, b, stand=()) -> float:
    """Length of the shortest way inside a polygon with holes, by GEOS and networkx, in metres."""
    import shapely

    polygon = shapely.Polygon(rings[0], rings[1:])
    room = polygon.buffer(1e-6, join_style="mitre")
    spots = [a, b, *(point for ring in rings for point in ring), *stand]
    graph = nx.Graph()
    graph.add_nodes_from(range(len(spots)))
    for i, p in enumerate(spots):
        for j, q in enumerate(spots[:i]):
            line = shapely.LineString([p, q])
            if room.covers(line):
                graph.add_edge(i, j, m=line.length)
    return float(nx.shortest_path_length(graph, 0, 1, weight="m"))
