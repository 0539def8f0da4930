"""Streets on hills: times by hand both ways, bridges, voids, and networkx with slopes of its own."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from math import exp, inf

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from geo.network.build import build_network, network_from_streets
from geo.network.elevation import rise_metres, with_elevation
from geo.network.profiles import way_speed
from geo.network.snap import at_nodes
from geo.network.streets import StreetGraph
from geo.search.reach import nearest_at_nodes, reachable_nodes
from layers.catalogue.profiles import list_profiles, read_profile
from layers.osm.streets_read import read_streets
from tests.support.streets import METRE, STREET, streets

WALK = read_profile("walk")
BRIDGE = {"highway": "footway", "bridge": "yes"}
LINE = {number: (100 * (number - 1), 0) for number in range(1, 6)}


def on(graph: StreetGraph, *metres: float) -> StreetGraph:
    return with_elevation(graph, np.array(metres))


def there_and_back(graph: StreetGraph, profile=WALK) -> tuple[float, float]:
    """Seconds from the westmost to the eastmost node, and back."""
    network = network_from_streets(graph, profile)
    west, east = int(network.node_lon.argmin()), int(network.node_lon.argmax())
    found = [nearest_at_nodes(network, at_nodes(network, [goal])).seconds[:, 0] for goal in (east, west)]
    return float(found[0][west]), float(found[1][east])


# A hill, by hand -----------------------------------------------------------------------------------


def test_a_hill_up_and_down_by_hand():
    """100 m at +10 %, 100 m level, 100 m at -20 %: at 1 m/s, each over Tobler's factor on the level."""
    up10, down10, up20, down20 = (exp(-3.5 * (abs(s + 0.05) - 0.05)) for s in (0.1, -0.1, 0.2, -0.2))
    assert (up10, down10, up20, down20) == pytest.approx((0.7047, 1.0, 0.4966, 0.7047), abs=1e-4)
    graph = on(streets([([1, 2, 3, 4], STREET)], LINE_OF_4), 0, 10, 10, -10)
    there = 100 / up10 + 100 + 100 / down20
    back = 100 / up20 + 100 + 100 / down10
    assert there_and_back(graph) == pytest.approx((there, back), abs=0.02)


LINE_OF_4 = {number: LINE[number] for number in range(1, 5)}


def test_without_elevation_nothing_is_steep():
    assert there_and_back(streets([([1, 2, 3, 4], STREET)], LINE_OF_4)) == pytest.approx((300, 300), abs=0.01)


@pytest.mark.parametrize("profile", ["bicycle", "ebike", "wheelchair", "metres"])
def test_who_does_not_heed_slopes(profile):
    graph = streets([([1, 2, 3, 4], STREET)], LINE_OF_4)
    assert there_and_back(on(graph, 0, 20, 40, 0), read_profile(profile)) == there_and_back(
        graph, read_profile(profile)
    )


def test_all_who_walk_heed_slopes():
    heed = {name for name in list_profiles() if read_profile(name).slope == "tobler"}
    assert heed == {"walk", "adult", "child", "older", "mobility_limited", "pram"}


def test_steps_have_the_climb_in_their_own_pace():
    graph = streets([([1, 2, 3], STREET), ([3, 4], {"highway": "steps"})], LINE_OF_4)
    steep = on(graph, 0, 0, 0, 50)
    assert there_and_back(steep) == pytest.approx(there_and_back(graph), abs=0.001)


def test_a_cliff_in_the_data_is_no_wall():
    """Rise over run is believed up to 1: a factor of exp(-3.5)."""
    graph = on(streets([([1, 2, 3, 4], STREET)], LINE_OF_4), 0, 0, 0, 3000)
    assert there_and_back(graph)[0] == pytest.approx(200 + 100 * exp(3.5), abs=0.02)
    assert rise_metres(np.array([0.0, -300.0]), np.array([0]), np.array([1]), np.array([40.0])) == [-40]


# Bridges, tunnels and voids ------------------------------------------------------------------------


def elevations(graph: StreetGraph) -> list[float]:
    assert graph.node_elevation is not None
    return graph.node_elevation.tolist()


@pytest.mark.parametrize("tags", [BRIDGE, {"highway": "footway", "tunnel": "yes"}])
def test_a_bridge_does_not_dive_into_the_valley(tags):
    graph = streets([([1, 2], STREET), ([2, 3, 4], tags), ([4, 5], STREET)], LINE)
    assert elevations(on(graph, 10, 10, -40, 20, 20)) == pytest.approx([10, 10, 15, 20, 20], abs=1e-6)


def test_bridge_no_is_a_street():
    graph = streets([([1, 2, 3], STREET | {"bridge": "no"})], {n: LINE[n] for n in (1, 2, 3)})
    assert elevations(on(graph, 10, -40, 10)) == [10, -40, 10]


def test_a_bridge_of_several_ways_is_one_stretch_shared_by_length():
    nodes = LINE | {3: (130, 0), 4: (180, 0)}
    graph = streets([([1, 2], STREET), ([2, 3], BRIDGE), ([3, 4, 5], BRIDGE)], nodes)
    ends_on_a_bridge = elevations(on(graph, 0, 0, -9, -9, -9))
    assert ends_on_a_bridge == pytest.approx([0, 0, 0, 0, 0], abs=1e-6)
    grounded = streets([([1, 2], STREET), ([2, 3], BRIDGE), ([3, 4], BRIDGE), ([4, 5], STREET)], nodes)
    assert elevations(on(grounded, 0, 0, -9, 8, 8))[2] == pytest.approx(8 * 30 / 80, abs=1e-4)


def test_a_forking_bridge_weighs_its_three_ends_by_nearness():
    """Ends of 0, 10 and 40 m at 50, 100 and 100 m from the fork: (0/50 + 10/100 + 40/100) / (4/100)."""
    nodes = {1: (0, 0), 2: (50, 0), 3: (150, 0), 4: (50, 100), 5: (-50, 0), 6: (250, 0), 7: (50, 200)}
    ways = [([2, 1], BRIDGE), ([2, 3], BRIDGE), ([2, 4], BRIDGE)]
    ways += [([1, 5], STREET), ([3, 6], STREET), ([4, 7], STREET)]
    found = elevations(on(streets(ways, nodes), 0, -90, 10, 40, 0, 10, 40))
    # A metre drawn northwards on the equator is 0.7 % shorter on the ellipsoid.
    assert found[1] == pytest.approx(50 / 4, abs=0.1)


def test_voids_are_bridged_and_beyond_the_last_known_node_it_is_level():
    graph = streets([([1, 2, 3, 4, 5], STREET)], LINE)
    assert elevations(on(graph, np.nan, 10, np.nan, 30, np.nan)) == pytest.approx([10, 10, 20, 30, 30])


def test_what_meets_no_known_ground_is_level():
    graph = streets([([1, 2], STREET), ([3, 4], STREET)], LINE_OF_4)
    found = on(graph, 0, 5, np.nan, np.nan)
    assert np.isnan(found.node_elevation[2:]).all()
    times = network_from_streets(found, WALK)
    level = np.flatnonzero(times.edge_forward_ms == times.edge_backward_ms)
    assert times.edge_forward_ms[level].tolist() == [100_000]


def test_one_elevation_a_node():
    with pytest.raises(ValueError, match="one elevation a node"):
        with_elevation(streets([([1, 2], STREET)], {1: (0, 0), 2: (9, 0)}), np.zeros(3))


# Frames of nodes and edges -------------------------------------------------------------------------


def frames(elevation: list[float], **columns: list[float]) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    points = gpd.points_from_xy([0, 100 * METRE, 200 * METRE], [0, 0, 0])
    nodes = gpd.GeoDataFrame({"elevation_metres": elevation}, geometry=points, crs=4326)
    return nodes, pd.DataFrame({"source": [0, 2], "target": [1, 1], "metres": [100.0, 100.0]} | columns)


def both_ways(nodes: gpd.GeoDataFrame, edges: pd.DataFrame) -> tuple[float, float]:
    network = build_network(nodes, edges, speed_kph=3.6)
    ends = [int(np.flatnonzero(network.node_id == end)[0]) for end in (0, 2)]
    times = [nearest_at_nodes(network, at_nodes(network, [goal])).seconds[:, 0] for goal in ends[::-1]]
    return float(times[0][ends[0]]), float(times[1][ends[1]])


def test_nodes_with_elevation_make_edges_directed():
    """Up 10 % and then up 5 %; the second edge is drawn downhill."""
    there = 100 / exp(-3.5 * 0.1) + 100 / exp(-3.5 * 0.05)
    back = 100 / exp(-3.5 * (0.0 - 0.05)) + 100 / exp(-3.5 * (0.05 - 0.05))
    assert both_ways(*frames([0, 10, 15])) == pytest.approx((there, back), abs=0.002)


def test_an_edge_with_missing_elevation_is_level():
    assert both_ways(*frames([0, 10, np.nan]))[0] == pytest.approx(100 / exp(-3.5 * 0.1) + 100, abs=0.002)


def test_times_that_are_given_stay_as_given():
    assert both_ways(*frames([0, 10, 15], seconds=[7.0, 8.0])) == (15, 15)
    given_back = frames([0, 5, 5], seconds_back=[9.0, inf])
    assert both_ways(*given_back)[1] == pytest.approx(100 + 9, abs=0.002)


def test_vertices_of_an_edge_lie_on_its_even_slope():
    nodes, edges = frames([0, 10, 10])
    edges = edges.iloc[:1].assign(
        geometry=gpd.GeoSeries.from_wkt([f"LINESTRING (0 0, {30 * METRE} 0, {100 * METRE} 0)"], crs=4326)
    )
    network = build_network(nodes, edges, speed_kph=3.6)
    up = 100 / exp(-3.5 * 0.1)
    along = network.vertex_forward_ms if network.edge_forward_ms[0] > 120_000 else network.vertex_backward_ms
    shares = np.sort(np.abs(along - along[0]) / 1000)
    assert shares[-1] == pytest.approx(up, abs=0.01)
    assert shares[1] in (pytest.approx(0.3 * up, abs=0.01), pytest.approx(0.7 * up, abs=0.01))


# Against networkx ----------------------------------------------------------------------------------


def test_a_hilly_city_equals_networkx_with_slopes_of_its_own(helsinki):
    """Every mapped segment of the extract on a made-up hill, its slope weighed apart from our code."""
    from pyproj import Geod

    graph = dataclasses.replace(
        read_streets(helsinki), tagged_node=np.zeros(0, np.int32), tagged_node_tags=np.zeros(0, np.int32)
    )
    hill = 60 * np.sin(graph.node_lon * 700) * np.cos(graph.node_lat * 900)
    graph = dataclasses.replace(graph, node_elevation=hill)
    walk = dataclasses.replace(WALK, private=True)
    network = network_from_streets(graph, walk)
    geod, mapped = Geod(ellps="WGS84"), nx.DiGraph()
    for w in range(graph.way_id.size):
        tags = graph.tag_sets[graph.way_tags[w]]
        speed = way_speed(walk, tags).forward_kph / 3.6
        nodes = graph.way_node[graph.way_start[w] : graph.way_start[w + 1]].tolist()
        for a, b in pairwise(nodes):
            metres = geod.line_length(graph.node_lon[[a, b]], graph.node_lat[[a, b]])
            if not speed or a == b:
                continue
            for tail, head in ((a, b), (b, a)):
                slope = max(-1.0, min(1.0, (hill[head] - hill[tail]) / metres)) if metres else 0.0
                tobler = 6 * exp(-3.5 * abs(slope + 0.05)) / (6 * exp(-3.5 * 0.05))
                pace = metres / speed / (1.0 if tags.get("highway") in ("steps", "elevator") else tobler)
                pace += 60.0 if tags.get("highway") == "elevator" else 0.0
                if pace < mapped.get_edge_data(tail, head, {"s": inf})["s"]:
                    mapped.add_edge(tail, head, s=pace)
    at = {int(node): i for i, node in enumerate(graph.node_id)}
    junctions = [at[int(node)] for node in network.node_id]
    for source in np.random.default_rng(3).choice(network.node_count, 4, replace=False):
        lengths, paths = nx.single_source_dijkstra(mapped, junctions[source], weight="s")
        expected = np.array([lengths.get(junction, inf) for junction in junctions])
        hops = np.array([len(paths.get(junction, ())) for junction in junctions])
        found = reachable_nodes(network, [source], max_seconds=inf)
        mine = np.full(network.node_count, inf)
        mine[found.place] = found.milliseconds / 1000
        assert np.array_equal(np.isinf(mine), np.isinf(expected))
        reached = np.isfinite(mine)
        apart = np.abs(mine[reached] - expected[reached])
        assert (apart <= 0.0005 * hops[reached] + 2e-6 * expected[reached]).all()
    level = network_from_streets(dataclasses.replace(graph, node_elevation=None), walk)
    assert network.edge_forward_ms.sum() > 1.1 * level.edge_forward_ms.sum()
