"""Building networks: contraction, barriers, one-ways, waits, pieces, and real extracts against networkx."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from geo.network.build import build_network, network_from_streets
from geo.network.profiles import Profile, way_speed
from geo.network.snap import at_nodes
from geo.network.streets import StreetGraph
from geo.search.reach import nearest_at_nodes, reachable_nodes
from geo.text import Text
from layers.catalogue.profiles import list_profiles, read_profile
from layers.osm.streets_read import read_streets
from tests.support.street_oracle import junction_graph, mapped_graph
from tests.support.streets import STREET, streets

LINE = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0)}


def seconds_end_to_end(graph: StreetGraph, profile: str | Profile = "walk") -> float:
    """Travel time from the westmost to the eastmost node."""
    network = network_from_streets(graph, read_profile(profile) if isinstance(profile, str) else profile)
    west, east = int(network.node_lon.argmin()), int(network.node_lon.argmax())
    found = nearest_at_nodes(network, at_nodes(network, [east]))
    return float(found.seconds[west, 0])


def test_a_chain_becomes_one_edge_and_keeps_its_vertices():
    network = network_from_streets(streets([([1, 2, 3, 4], STREET)], LINE), read_profile("walk"))
    assert (network.node_count, network.edge_count) == (2, 1)
    assert network.edge_metres[0] == pytest.approx(300, abs=1e-3)
    assert network.vertex_forward_ms.tolist() == [0, 100_000, 200_000, 300_000]


def test_a_ring_without_a_junction_is_kept():
    ring = {1: (0, 0), 2: (100, 0), 3: (100, 100)}
    network = network_from_streets(streets([([1, 2, 3, 1], STREET)], ring), read_profile("walk"))
    assert (network.node_count, network.edge_count) == (1, 1)
    assert network.edge_source.tolist() == network.edge_target.tolist()


def test_steps_are_slower_and_closed_to_wheelchairs():
    graph = streets([([1, 2], STREET), ([2, 3], {"highway": "steps"}), ([3, 4], STREET)], LINE)
    mean_pace = (1 / 0.5 + 1 / 0.65) / 2
    assert seconds_end_to_end(graph) == pytest.approx(200 + 100 * mean_pace, abs=0.01)
    assert seconds_end_to_end(graph, "wheelchair") == np.inf


def test_a_wall_parts_the_street_and_a_gate_does_not():
    ways = [([1, 2, 3, 4], STREET)]
    assert seconds_end_to_end(streets(ways, LINE, {2: {"barrier": "wall"}})) == np.inf
    assert seconds_end_to_end(streets(ways, LINE, {2: {"barrier": "gate"}})) == pytest.approx(300, abs=0.01)
    closed = {2: {"barrier": "gate", "foot": "no"}}
    assert seconds_end_to_end(streets(ways, LINE, closed)) == np.inf


def test_a_signal_costs_its_wait_once():
    graph = streets([([1, 2, 3, 4], STREET)], LINE, {2: {"highway": "traffic_signals"}})
    assert seconds_end_to_end(graph, "adult") == pytest.approx(300 / 1.24 + 30, abs=0.01)
    assert seconds_end_to_end(graph, "walk") == pytest.approx(300, abs=0.01)


def test_one_way_binds_a_bicycle_but_not_a_walker():
    graph = streets([([4, 3, 2, 1], {"highway": "residential", "oneway": "yes"})], LINE)
    assert seconds_end_to_end(graph, "bicycle") == np.inf
    assert seconds_end_to_end(graph, "walk") == pytest.approx(300, abs=0.01)


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, True),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes", "sidewalk": "both"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "residential", "access": "no"}, False),
        ({"highway": "residential", "foot": "no", "access": "yes"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "construction"}, False),
        ({"railway": "platform"}, True),
        ({"railway": "rail"}, False),
    ],
)
def test_who_may_walk_where(tags, open_):
    assert (way_speed(read_profile("walk"), tags).forward_kph > 0) is open_


def test_no_profile_is_faster_than_the_law_allows_an_electric_bicycle():
    for name in list_profiles():
        profile = read_profile(name)
        assert way_speed(profile, {"highway": "residential"}).forward_kph <= 25


def test_slope_scales_walking_by_tobler():
    none = Text("", "")
    hill = Profile(
        id="hill",
        name=none,
        speed_kph=3.6,
        source=none,
        verified=True,
        access_keys=("foot",),
        ways={"residential": "yes"},
        slope="tobler",
    )
    graph = streets([([1, 2], STREET)], {1: (0, 0), 2: (100, 0)})
    uphill = StreetGraph(
        **{name: getattr(graph, name) for name in graph.__dataclass_fields__ if name != "node_elevation"},
        node_elevation=np.array([0.0, 10.0]),
    )
    network = network_from_streets(uphill, hill)
    up = 100 / np.exp(-3.5 * (0.15 - 0.05))
    down = 100 / np.exp(-3.5 * (0.05 - 0.05))
    assert sorted([network.edge_forward_ms[0], network.edge_backward_ms[0]]) == pytest.approx(
        sorted([up * 1000, down * 1000]), abs=2
    )
    assert not network.symmetric


def test_pieces_are_kept_and_the_largest_comes_first():
    nodes = {1: (0, 0), 2: (100, 0), 3: (0, 500), 4: (100, 500), 5: (200, 500), 6: (100, 600)}
    graph = streets([([1, 2], STREET), ([3, 4, 5], STREET), ([4, 6], STREET)], nodes)
    network = network_from_streets(graph, read_profile("walk"))
    assert network.pieces.tolist() == [4, 2]


def test_parallel_edges_loops_and_zero_lengths_are_welcome():
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 0.001, 0.001, 0], [0, 0, 0, 0.001]), crs=4326)
    edges = pd.DataFrame(
        {"source": [0, 0, 1, 1, 0], "target": [1, 1, 1, 2, 3], "metres": [50.0, 80.0, 30.0, 0.0, 7.0]}
    )
    network = build_network(nodes, edges, speed_kph=3.6)
    start = int(np.flatnonzero(network.node_id == 3)[0])
    found = reachable_nodes(network, [start], max_seconds=1000)
    by_node = dict(zip(network.node_id[found.place].tolist(), found.milliseconds.tolist(), strict=True))
    assert by_node == {3: 0, 0: 7_000, 1: 57_000, 2: 57_000}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": [0, 9]}, "not among the nodes"),
        ({"metres": [10.0, -1.0]}, "negative"),
        ({"seconds": [np.nan, np.nan]}, "no street may be used"),
    ],
)
def test_bad_frames_are_refused(change, message):
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 0.001, 0.002], [0, 0, 0]), crs=4326)
    edges = pd.DataFrame({"source": [0, 1], "target": [1, 2], "metres": [10.0, 10.0]} | change)
    with pytest.raises(ValueError, match=message):
        build_network(nodes, edges)


def test_nodes_need_a_crs():
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [0]))
    with pytest.raises(ValueError, match="need a CRS"):
        build_network(nodes, pd.DataFrame({"source": [], "target": []}))


def assert_equals_uncontracted(path, profile_name: str, *, sources: int) -> None:
    """Times between junctions equal those over every mapped segment, to half a millisecond an edge."""
    profile = replace(read_profile(profile_name), private=True)
    graph = read_streets(path)
    if profile.delays_seconds or any("barrier" in tags for tags in graph.tag_sets):
        keep = np.zeros(0, np.int32)
        graph = StreetGraph(
            **{
                name: getattr(graph, name)
                for name in graph.__dataclass_fields__
                if name not in {"tagged_node", "tagged_node_tags"}
            },
            tagged_node=keep,
            tagged_node_tags=keep,
        )
    network = network_from_streets(graph, profile)
    mapped = mapped_graph(graph, lambda tags: way_speed(profile, tags), profile.lift_seconds)
    rng = np.random.default_rng(1)
    at = {int(node): i for i, node in enumerate(graph.node_id)}
    junctions = [at[int(node)] for node in network.node_id]
    for source in rng.choice(network.node_count, sources, replace=False):
        lengths, paths = nx.single_source_dijkstra(mapped, junctions[source], weight="s")
        expected = np.array([lengths.get(junction, np.inf) for junction in junctions])
        hops = np.array([len(paths.get(junction, ())) for junction in junctions])
        found = reachable_nodes(network, [source], max_seconds=np.inf)
        mine = np.full(network.node_count, np.inf)
        mine[found.place] = found.milliseconds / 1000
        assert np.array_equal(np.isinf(mine), np.isinf(expected))
        reached = np.isfinite(mine)
        apart = np.abs(mine[reached] - expected[reached])
        assert (apart <= 0.0005 * hops[reached] + 1e-6 * expected[reached]).all()


@pytest.mark.parametrize("profile", ["walk", "bicycle"])
def test_times_on_the_real_extract_equal_networkx_over_every_mapped_segment(helsinki, profile):
    assert_equals_uncontracted(helsinki, profile, sources=5)


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize("profile", ["walk", "wheelchair", "bicycle"])
def test_times_on_monaco_equal_networkx_over_every_mapped_segment(shared_data, profile):
    assert_equals_uncontracted(shared_data / "monaco" / "monaco.osm.pbf", profile, sources=5)


@pytest.mark.slow
@pytest.mark.shared_data
def test_times_on_porto_equal_networkx_on_the_same_graph(shared_data):
    network = network_from_streets(
        read_streets(shared_data / "porto" / "porto_portugal.osm.pbf"), read_profile("walk")
    )
    graph = junction_graph(network)
    estates = set(np.flatnonzero(np.diff(network.gate_start)).tolist())
    for source in (0, 31_000):
        expected = nx.single_source_dijkstra_path_length(graph, source, weight="ms", cutoff=3_750_000)
        found = reachable_nodes(network, [source], max_seconds=3750)
        mine = dict(zip(found.place.tolist(), found.milliseconds.tolist(), strict=True))
        assert source not in estates
        assert {node: ms for node, ms in mine.items() if node not in estates} == expected
