"""Street networks from OSMnx graphs, and as OSMnx graphs (networkx)."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.limits import MILLISECONDS_PER_SECOND
from geo.network.build import build_network
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile, way_speed

_MILLIMETRES_PER_METRE = 1000


def network_from_graph(
    graph: nx.MultiDiGraph, profile: Profile | None = None, *, speed_kph: float = 3.6
) -> StreetNetwork:
    """Build a network from a graph as OSMnx makes them.

    Two edges that are each other's reverse become one edge with two directions.

    Parameters
    ----------
    graph
        Nodes with ``x`` and ``y`` in the CRS of ``graph.graph["crs"]``; edges with ``length`` in
        metres and, where they are not straight, ``geometry``.
    profile
        Gives speeds by the edges' tags; of a tag with several values the first counts. Without a
        profile, each edge is used as directed, in its ``travel_time`` (seconds) or else at `speed_kph`.

    Raises
    ------
    ValueError
        When nodes lack positions or the graph has no CRS.
    """
    nodes = _node_frame(graph)
    edges = _both_ways(_edge_frame(graph, profile, speed_kph))
    return build_network(
        nodes,
        edges,
        speed_kph=speed_kph if profile is None else profile.speed_kph,
        profile="graph" if profile is None else profile.id,
    )


def network_from_directed(
    nodes: gpd.GeoDataFrame, edges: pd.DataFrame, *, speed_kph: float = 3.6
) -> StreetNetwork:
    """Build a network from the frames of ``osmnx.graph_to_gdfs``, each edge in its own direction.

    Parameters
    ----------
    nodes
        Points with a CRS, by identifier.
    edges
        By ``u``, ``v`` and ``key``; columns ``length`` (metres), ``geometry``, and ``travel_time`` (seconds)
        where it is not walked at `speed_kph`.

    Raises
    ------
    ValueError
        When nodes have no CRS, or edges name unknown nodes.
    """
    length = edges["length"].to_numpy(np.float64)
    frame = pd.DataFrame(
        {
            "source": edges.index.get_level_values("u"),
            "target": edges.index.get_level_values("v"),
            "metres": length,
            "seconds": edges["travel_time"].to_numpy(np.float64)
            if "travel_time" in edges
            else length / speed_kph * 3.6,
            "geometry": np.asarray(edges["geometry"].array),
        }
    )
    return build_network(nodes[[nodes.geometry.name]], _both_ways(frame), speed_kph=speed_kph)


def network_to_graph(network: StreetNetwork) -> nx.MultiDiGraph:
    """Return the network as an OSMnx graph: one edge a direction.

    Edges carry ``length`` (metres), ``travel_time`` (seconds), ``geometry`` and ``edge``, their number.
    A blocked node (a closed gate) is several nodes of one identifier in the network; all but the first
    get a negative identifier, so that the graph does not join them again. So are the gates of estates that
    could be passed through (`geo.joins.estates`): a graph cannot say that one may only leave or enter there.
    """
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    node_ids = _unique_node_ids(network)
    nodes = zip(node_ids.tolist(), network.node_lon.tolist(), network.node_lat.tolist(), strict=True)
    graph.add_nodes_from((node, {"x": lon, "y": lat}) for node, lon, lat in nodes)
    lines = _edge_lines(network)
    for e in range(network.edge_count):
        u, v = int(node_ids[network.edge_source[e]]), int(node_ids[network.edge_target[e]])
        length = float(network.edge_metres[e])
        for tail, head, ms, line in (
            (u, v, network.edge_forward_ms[e], lines[e]),
            (v, u, network.edge_backward_ms[e], shapely.reverse(lines[e])),
        ):
            if ms >= 0:
                graph.add_edge(
                    tail, head, length=length, travel_time=ms / MILLISECONDS_PER_SECOND, geometry=line, edge=e
                )
    return graph


def _unique_node_ids(network: StreetNetwork) -> npt.NDArray[np.int64]:
    node_ids: npt.NDArray[np.int64] = network.node_id.copy()
    repeated = pd.Index(node_ids).duplicated()
    node_ids[repeated] = -1 - np.flatnonzero(repeated)
    return node_ids


def _edge_lines(network: StreetNetwork) -> npt.NDArray[np.object_]:
    """Return the shape of every edge as a LineString in WGS84, from its source to its target."""
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.vertex_start))
    lines: npt.NDArray[np.object_] = shapely.linestrings(
        np.column_stack([network.vertex_lon, network.vertex_lat]), indices=owner
    )
    return lines


def _node_frame(graph: nx.MultiDiGraph) -> gpd.GeoDataFrame:
    if "crs" not in graph.graph:
        msg = "the graph needs a CRS: set graph.graph['crs']"
        raise ValueError(msg)
    try:
        at = [(data["x"], data["y"]) for _, data in graph.nodes(data=True)]
    except KeyError as error:
        msg = f"every node of the graph needs {error.args[0]!r}"
        raise ValueError(msg) from None
    xy = np.array(at, np.float64).reshape(-1, 2)
    return gpd.GeoDataFrame(
        index=list(graph.nodes), geometry=gpd.points_from_xy(*xy.T), crs=graph.graph["crs"]
    )


def _edge_frame(graph: nx.MultiDiGraph, profile: Profile | None, speed_kph: float) -> pd.DataFrame:
    rows = []
    for u, v, data in graph.edges(data=True):
        ends = [(graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in (u, v)]
        line = data.get("geometry") or shapely.LineString(ends)
        rows.append((u, v, float(data["length"]), _seconds(data, profile, speed_kph), line))
    frame = pd.DataFrame(rows, columns=["source", "target", "metres", "seconds", "geometry"])
    return frame[np.isfinite(frame["seconds"])].reset_index(drop=True)


def _seconds(data: dict[str, Any], profile: Profile | None, speed_kph: float) -> float:
    """Return the time along one directed edge; ``inf`` where the traveller may not use it."""
    length = float(data["length"])
    if profile is None:
        return float(data.get("travel_time", length / speed_kph * 3.6))
    tags = {key: str(value[0] if isinstance(value, list) else value) for key, value in data.items()}
    tags |= {"oneway": "yes" if data.get("oneway") in (True, "yes", "1") else "no"}
    speed = way_speed(profile, tags)
    against = bool(data.get("reversed")) and tags["oneway"] == "no"
    kph = speed.backward_kph if against else speed.forward_kph
    return length / kph * 3.6 if kph > 0 else float("inf")


def _both_ways(edges: pd.DataFrame) -> pd.DataFrame:
    """Join each edge with its reverse: same ends, same length, same line turned round."""
    low = np.minimum(edges["source"], edges["target"])
    middle = shapely.line_interpolate_point(edges["geometry"].to_numpy(), 0.5, normalized=True)
    key = pd.DataFrame(
        {
            "low": low,
            "high": np.maximum(edges["source"], edges["target"]),
            "length": np.rint(edges["metres"] * _MILLIMETRES_PER_METRE).astype(np.int64),
            "x": np.round(shapely.get_x(middle), 7),
            "y": np.round(shapely.get_y(middle), 7),
        }
    )
    ahead = (edges["source"] == low).to_numpy()
    key["turn"] = key.assign(ahead=ahead).groupby([*key.columns, "ahead"]).cumcount()
    pair = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    loop = (edges["source"] == edges["target"]).to_numpy()
    pair = np.where(loop, pair.max(initial=0) + 1 + np.arange(pair.size), pair)
    there, back = edges[ahead | loop], edges[~ahead & ~loop]
    there, back = there.set_index(pair[ahead | loop]), back.set_index(pair[~ahead & ~loop])
    joined = there.assign(seconds_back=back["seconds"].reindex(there.index))
    alone = back[~back.index.isin(there.index)].assign(seconds_back=np.nan)
    return pd.concat([joined, alone], ignore_index=True)
