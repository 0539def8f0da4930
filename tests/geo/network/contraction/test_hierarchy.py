"""The elimination keeps every shortest time, whatever the graph, and the searches on it find them all."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph

from geo.network.arrays import INFINITE_MS, SweepGraph
from geo.network.build import build_network
from geo.network.contraction import eliminate
from geo.network.contraction.hierarchy import MAX_DEGREE, build_hierarchy
from geo.network.network import StreetNetwork
from geo.network.snap import at_nodes
from geo.network.toys import grid
from geo.search.reach import nearest_at_nodes, reachable_nodes, travel_times


def graph_network(
    source: np.ndarray, target: np.ndarray, seconds: np.ndarray, back: np.ndarray
) -> StreetNetwork:
    """Any graph as a network; every node gets a stub, so that none is contracted away."""
    count = int(max(source.max(), target.max())) + 1
    lon = np.append(np.arange(count), np.arange(count)) * 1e-4
    lat = np.append(np.zeros(count), np.full(count, 1e-4))
    stub = np.arange(count)
    edges = pd.DataFrame(
        {
            "source": np.append(source, stub),
            "target": np.append(target, stub + count),
            "metres": 1.0,
            "seconds": np.append(seconds, np.ones(count)),
            "seconds_back": np.append(back, np.ones(count)),
        }
    )
    return build_network(gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326), edges)


def random_graph(seed: int, nodes: int, edges: int, *, one_way: float) -> StreetNetwork:
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, nodes, (2, edges))
    seconds = rng.integers(0, 2000, edges) / 1000.0
    back = np.where(rng.random(edges) < one_way, np.nan, seconds + (rng.random(edges) < one_way))
    return graph_network(source, target, seconds, back)


def streets_of_a_grid(seed: int, side: int, *, one_way: float) -> StreetNetwork:
    """A grid with a tenth of its streets missing: dead ends, gaps, cells below and a core above."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    source = np.append(number[:, :-1], number[:-1, :])
    target = np.append(number[:, 1:], number[1:, :])
    kept = rng.random(source.size) > 0.1
    seconds = rng.integers(0, 90_000, kept.sum()) / 1000.0
    back = np.where(rng.random(kept.sum()) < one_way, np.nan, seconds)
    return graph_network(source[kept], target[kept], seconds, back)


def matrix_of(network: StreetNetwork) -> sp.csr_array:
    """Milliseconds as travelled; scipy takes a stored zero for no arc, so a zero becomes a millionth."""
    arcs = network.outward
    tail = np.repeat(np.arange(network.node_count), np.diff(arcs.start))
    frame = pd.DataFrame({"tail": tail, "head": arcs.head, "ms": arcs.milliseconds})
    frame = frame[frame["tail"] != frame["head"]].groupby(["tail", "head"], as_index=False).min()
    shape = (network.node_count, network.node_count)
    return sp.csr_array((np.maximum(frame["ms"], 1e-6), (frame["tail"], frame["head"])), shape=shape)


def all_times(network: StreetNetwork) -> np.ndarray:
    return np.round(csgraph.dijkstra(matrix_of(network)))


NETWORKS = {
    "grid, both ways": lambda seed: streets_of_a_grid(seed, 14, one_way=0.0),
    "grid, one-ways": lambda seed: streets_of_a_grid(seed, 14, one_way=0.3),
    "random, not planar": lambda seed: random_graph(seed, 120, 400, one_way=0.2),
    "random, in pieces": lambda seed: random_graph(seed, 150, 120, one_way=0.0),
    "complete": lambda seed: random_graph(seed, 20, 900, one_way=0.1),
}


@pytest.mark.parametrize("kind", NETWORKS)
@given(seed=st.integers(0, 2**31))
@settings(max_examples=8, deadline=None)
def test_every_search_equals_scipy(kind: str, seed: int) -> None:
    network = NETWORKS[kind](seed)
    truth = all_times(network)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(network.node_count, 7, replace=False)
    places = at_nodes(network, chosen)

    times = np.sort(truth[:, chosen], axis=1)
    for k in (1, 3):
        found = np.round(nearest_at_nodes(network, places, k=k).seconds * 1000)
        assert np.array_equal(found, times[:, :k])

    limit_ms = float(np.floor(np.median(truth[np.isfinite(truth)])))
    reached = reachable_nodes(network, np.arange(network.node_count), max_seconds=limit_ms / 1000)
    dense = np.full_like(truth, np.inf)
    rows = np.repeat(np.arange(network.node_count), np.diff(reached.start))
    dense[rows, reached.place] = reached.milliseconds
    assert np.array_equal(dense, np.where(truth <= limit_ms, truth, np.inf))
    assert np.unique(rows * network.node_count + reached.place).size == rows.size, "each junction once"

    origins, destinations = rng.integers(0, network.node_count, (2, 60))
    pairs = travel_times(network, at_nodes(network, origins), at_nodes(network, destinations))
    assert np.array_equal(np.round(pairs * 1000), truth[origins, destinations])


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_core_alone_has_the_times_of_the_whole(kind: str) -> None:
    network = NETWORKS[kind](5)
    graph = network.hierarchy.forward
    core = network.hierarchy.core_count
    assert (core == 0) == (kind == "random, in pieces")
    tail = np.repeat(np.arange(core), np.diff(graph.start[: core + 1]))
    head, ms = graph.up[: tail.size].T
    open_ = ms < INFINITE_MS
    matrix = sp.csr_array((np.maximum(ms, 1e-6)[open_], (tail[open_], head[open_])), shape=(core, core))
    if core:
        alone = np.round(csgraph.dijkstra(matrix))
        assert np.array_equal(alone, all_times(network)[np.ix_(graph.node[:core], graph.node[:core])])


@pytest.mark.parametrize("kind", NETWORKS)
def test_positions_are_in_an_order_that_can_be_swept(kind: str) -> None:
    network = NETWORKS[kind](6)
    for graph in (network.hierarchy.forward, network.hierarchy.backward):
        assert_swept_in_order(graph)


def assert_swept_in_order(graph: SweepGraph) -> None:
    core = graph.border_start.size - 1
    position = np.repeat(np.arange(graph.node.size), np.diff(graph.start))
    head, ms = graph.up.T
    below = position >= core
    assert (head[below] < position[below]).all(), "a node takes its times from nodes that stand before it"
    inside = below & (head >= core)
    assert (graph.cell[head[inside]] == graph.cell[position[inside]]).all(), (
        "and in its own cell, or in the core"
    )
    assert (head[~below] < core).all()
    same = ~below[1:] & (position[1:] == position[:-1])
    assert (ms[1:][same] >= ms[:-1][same]).all(), "in the core the nearest come first"
    assert np.diff(graph.start)[core:].max(initial=0) <= MAX_DEGREE
    assert np.array_equal(graph.node[graph.position], np.arange(graph.node.size))
    assert np.array_equal(
        graph.cell_start[graph.cell[core:]] <= np.arange(core, graph.node.size),
        np.ones(graph.node.size - core, bool),
    )
    for n in range(core):
        borders = np.unique(graph.cell[position[below & (head == n)]])
        assert np.array_equal(
            np.sort(graph.border_cell[graph.border_start[n] : graph.border_start[n + 1]]), borders
        )


def test_too_little_room_is_said_and_not_overrun() -> None:
    arcs = grid(20, 20, metres=50).outward
    _, fits = eliminate.eliminate(
        arcs.start, arcs.head, arcs.milliseconds, arcs.milliseconds, 8, arcs.head.size
    )
    assert not fits


def test_a_dense_graph_stays_in_the_core() -> None:
    """Where taking nodes out would only add arcs, none is taken out."""
    network = random_graph(3, 60, 3000, one_way=0.0)
    found = build_hierarchy(network.outward, network.inward)
    assert found.core_count == 60


def test_a_way_of_twenty_days_is_no_way_in_any_search() -> None:
    """Times inside searches end at twelve days, and nothing runs over."""
    days = np.array([864_000.0, 864_000.0])
    network = graph_network(np.array([0, 1]), np.array([1, 2]), days, days)
    every = at_nodes(network, np.arange(network.node_count))
    for start in range(network.node_count):
        there = every.take([start] * network.node_count)
        pairs = travel_times(network, every, there)
        for k in (1, 2):
            assert np.array_equal(nearest_at_nodes(network, there, k=k).seconds[:, 0], pairs)
        assert np.isinf(pairs).any() or np.sort(pairs)[-1] < 864_010
