"""From OSMnx graphs and back, and over hand-made ones."""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import pytest

from geo.network.graphs import network_from_graph, network_to_graph
from geo.search.reach import reachable_nodes
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network

METRE = 1 / 111_319.49079327358


def _graph(edges, oneway=()):
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for u, v, length in edges:
        for node in (u, v):
            graph.add_node(node, x=node * 100 * METRE, y=(node % 3) * 50 * METRE)
        graph.add_edge(u, v, length=length, highway="residential", oneway=(u, v) in oneway)
        if (u, v) not in oneway:
            graph.add_edge(v, u, length=length, highway="residential", oneway=False, reversed=True)
    return graph


def times(network, *, every: int = 1) -> dict[tuple[int, int], float]:
    """Seconds between junctions by their identifiers, from those whose identifier `every` divides."""
    origins = np.flatnonzero(network.node_id % every == 0)
    found = reachable_nodes(network, origins, max_seconds=1e6)
    rows = np.repeat(network.node_id[origins], np.diff(found.start))
    pairs = zip(rows.tolist(), network.node_id[found.place].tolist(), strict=True)
    return dict(zip(pairs, (found.milliseconds / 1000).tolist(), strict=True))


def test_reciprocal_edges_become_one_street():
    network = network_from_graph(_graph([(1, 2, 120.0), (2, 3, 110.0)]))
    assert network.edge_count == 1
    assert network.symmetric


def test_a_way_without_a_way_back_stays_one_way():
    graph = _graph([(1, 2, 120.0), (2, 3, 110.0), (3, 4, 130.0)], oneway={(2, 3)})
    found = times(network_from_graph(graph))
    assert found[1, 4] == 360.0
    assert (4, 1) not in found


def test_a_profile_reads_the_tags():
    graph = _graph([(1, 2, 120.0), (2, 3, 110.0)], oneway={(1, 2)})
    walking = network_from_graph(graph, read_profile("walk"))
    riding = network_from_graph(graph, read_profile("bicycle"))
    assert not riding.symmetric
    assert walking.profile == "walk"


def test_a_graph_without_a_crs_is_refused():
    with pytest.raises(ValueError, match="needs a CRS"):
        network_from_graph(nx.MultiDiGraph())


@pytest.mark.parametrize("profile", ["walk", "bicycle"])
def test_there_and_back_keeps_every_time(helsinki, profile):
    network = open_network(helsinki, read_profile(profile))
    unique = ~pd.Index(network.node_id).duplicated(keep=False)
    back = network_from_graph(network_to_graph(network), speed_kph=read_profile(profile).speed_kph)
    mine, theirs = times(network, every=23), times(back, every=23)
    once = set(network.node_id[unique].tolist())
    shared = {pair for pair in mine.keys() & theirs.keys() if once.issuperset(pair)}
    # Parallel edges joined to rings lose their junctions; every pair that both know agrees.
    assert len(shared) > 0.9 * len(mine)
    assert max(abs(mine[pair] - theirs[pair]) for pair in shared) < 0.05


def test_an_osmnx_graph_of_the_real_extract_gives_networkx_times(helsinki, tmp_path):
    xml = tmp_path / "helsinki.osm"
    import osmium

    there = set()
    with osmium.SimpleWriter(str(xml)) as writer:
        for thing in osmium.FileProcessor(str(helsinki)):
            if thing.is_node():
                there.add(thing.id)
                writer.add(thing)
            elif thing.is_way() and "highway" in thing.tags:
                writer.add(thing.replace(nodes=[node.ref for node in thing.nodes if node.ref in there]))
    graph = ox.graph_from_xml(xml, bidirectional=True, simplify=True, retain_all=True)
    network = network_from_graph(graph, speed_kph=3.6)
    source = next(iter(graph.nodes))
    expected = nx.single_source_dijkstra_path_length(graph, source, weight="length")
    position = int(np.flatnonzero(network.node_id == source)[0])
    found = reachable_nodes(network, [position], max_seconds=1e6)
    mine = dict(zip(network.node_id[found.place].tolist(), (found.milliseconds / 1000).tolist(), strict=True))
    assert mine.keys() <= expected.keys()
    assert max(abs(mine[node] - expected[node]) for node in mine) < 0.05
