"""Published examples of the peers, on their own input: the same answers, or both where meanings differ.

Expected numbers are those that a peer's documentation or test suite prints; the peer itself is asked as
well where it is installed. Weights become seconds. Nodes of a peer are places on our streets, joined by
`snap`, because a node on the way through is no junction of ours.
"""

from __future__ import annotations

from math import cos, inf, radians, sin

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.csgraph import shortest_path as scipy_shortest_path

from geo.network.build import build_network
from geo.network.graphs import network_from_graph, network_to_graph
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.network.toys import drawn
from geo.search.paths import shortest_path
from geo.search.reach import nearest, reachable, reachable_nodes, sums, travel_times
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network

Edge = tuple[int, int, float]


def abstract(count: int, edges: list[Edge], *, directed: bool = False) -> tuple[StreetNetwork, AccessPoints]:
    """A graph without places as streets: nodes on a circle, where no three lie on one line."""
    turns = [radians(10 + 360 * i / count) for i in range(count)]
    lon, lat = [0.01 * cos(turn) for turn in turns], [0.01 * sin(turn) for turn in turns]
    source, target, seconds = zip(*edges, strict=True)
    frame = pd.DataFrame({"source": source, "target": target, "seconds": seconds}).astype({"seconds": float})
    frame = frame.assign(seconds_back=np.nan if directed else frame["seconds"])
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    network = build_network(nodes, frame)
    return network, snap(network, (lon, lat))


def matrix(
    network: StreetNetwork, origins: AccessPoints, places: AccessPoints, limit: float = 1e5
) -> np.ndarray:
    """Seconds between all, ``inf`` beyond the limit."""
    found = reachable(network, origins, places, max_seconds=limit)
    out = np.full((len(origins), len(places)), inf)
    row = np.repeat(np.arange(len(origins)), np.diff(found.start))
    out[row, found.place] = found.milliseconds / 1000
    return out


def place(network: StreetNetwork, at: dict[str, tuple[float, float]], name: str) -> AccessPoints:
    return snap(network, ([at[name][0]], [at[name][1]]))


# scipy.sparse.csgraph ------------------------------------------------------------------------------

SCIPY_DIJKSTRA = [(0, 1, 1), (0, 2, 2), (1, 3, 1), (2, 3, 3)]


def scipy_graph(edges: list[Edge]) -> csr_array:
    source, target, weight = zip(*edges, strict=True)
    return csr_array((weight, (source, target)), shape=(4, 4))


def test_scipy_dijkstra_as_its_docstring_prints():
    network, nodes = abstract(4, SCIPY_DIJKSTRA)
    assert matrix(network, nodes.take([0]), nodes)[0].tolist() == [0, 1, 2, 2]


def test_scipy_shortest_path_from_two_sources_as_its_docstring_prints():
    network, nodes = abstract(4, [(0, 2, 7), (1, 2, 8), (1, 3, 5)])
    assert matrix(network, nodes.take([0, 2]), nodes).tolist() == [[0, 15, 7, 20], [7, 8, 0, 13]]


def test_scipy_floyd_warshall_of_a_one_way_graph_both_ways_and_as_directed():
    """The docstring's graph has 0 to 2 and back; undirected as printed there, directed as scipy computes."""
    edges = [(0, 1, 1), (0, 2, 2), (1, 3, 1), (2, 0, 2), (2, 3, 3)]
    network, nodes = abstract(4, edges)
    assert matrix(network, nodes, nodes).tolist() == [[0, 1, 2, 2], [1, 0, 3, 1], [2, 3, 0, 3], [2, 1, 3, 0]]
    network, nodes = abstract(4, edges, directed=True)
    weights = scipy_graph(edges)
    assert matrix(network, nodes, nodes).tolist() == scipy_shortest_path(weights).tolist()


def test_scipy_dijkstra_min_only_is_our_nearest_of_several_with_its_source():
    """``min_only`` names the nearest source of every node; so does one search from all facilities."""
    network, nodes = abstract(4, SCIPY_DIJKSTRA)
    weights = scipy_graph(SCIPY_DIJKSTRA)
    distance, _, source = dijkstra(
        weights, directed=False, indices=[2, 1], min_only=True, return_predecessors=True
    )
    found = nearest(network, nodes, nodes.take([2, 1]))
    assert found.seconds[:, 0].tolist() == distance.tolist() == [1, 0, 0, 1]
    assert np.array([2, 1])[found.index[:, 0]].tolist() == source.tolist() == [1, 1, 2, 1]


def test_scipy_limit_is_inclusive_like_ours():
    network, nodes = abstract(4, SCIPY_DIJKSTRA)
    assert matrix(network, nodes.take([0]), nodes, limit=1)[0].tolist() == [0, 1, inf, inf]
    weights = scipy_graph(SCIPY_DIJKSTRA)
    assert dijkstra(weights, directed=False, indices=0, limit=1).tolist() == [0, 1, inf, inf]


# networkx ------------------------------------------------------------------------------------------

PATH = [(i, i + 1, 1) for i in range(4)]
"""nx.path_graph(5)"""


def test_networkx_single_source_dijkstra_as_its_docstring_prints():
    network, nodes = abstract(5, PATH)
    assert matrix(network, nodes.take([0]), nodes)[0].tolist() == [0, 1, 2, 3, 4]


def test_networkx_multi_source_dijkstra_as_its_docstring_prints():
    """Lengths 0 1 2 1 0 from sources 0 and 4, node 1 from 0 and node 3 from 4; a tie goes to the first."""
    network, nodes = abstract(5, PATH)
    found = nearest(network, nodes, nodes.take([0, 4]))
    assert found.seconds[:, 0].tolist() == [0, 1, 2, 1, 0]
    assert found.index[:, 0].tolist() == [0, 0, 0, 1, 1]


def test_networkx_cutoff_is_inclusive_like_ours():
    network, nodes = abstract(5, PATH)
    within = nx.single_source_dijkstra_path_length(nx.path_graph(5), 0, cutoff=3)
    mine = matrix(network, nodes.take([0]), nodes, limit=3)[0]
    assert {i: t for i, t in enumerate(mine.tolist()) if t < inf} == within == {0: 0, 1: 1, 2: 2, 3: 3}


def test_networkx_parallel_edges_take_the_shorter_as_its_docstring_prints():
    """``dijkstra_path`` on a multigraph: 1 to 2 by the edge of 0.5 and on to 3, before the edge of 1.5."""
    edges = [(0, 1, 0.75), (0, 1, 0.5), (1, 2, 0.5), (0, 2, 1.5)]
    network, nodes = abstract(3, edges, directed=True)
    assert matrix(network, nodes.take([0]), nodes)[0].tolist() == [0, 0.5, 1]


def test_networkx_dijkstra_on_a_directed_path_does_not_go_back():
    network, nodes = abstract(5, PATH, directed=True)
    assert matrix(network, nodes.take([2]), nodes)[0].tolist() == [inf, inf, 0, 1, 2]


# igraph and networkit ------------------------------------------------------------------------------

IGRAPH = [(0, 1, 2), (0, 2, 1), (1, 3, 5), (2, 3, 4), (2, 4, 7), (3, 5, 3), (4, 5, 2)]
NETWORKIT_DIRECTED = [(0, 6), (0, 2), (3, 2), (5, 3), (6, 5), (5, 7), (4, 5), (2, 4), (2, 1)]
NETWORKIT = [(0, 2), (1, 2), (2, 3), (2, 4), (3, 5), (4, 5), (5, 6), (5, 7), (0, 6)]


def test_igraph_tutorial_on_shortest_paths():
    """The tutorial's way from 0 to 5 runs along edges 1, 3 and 5: by nodes 2 and 3, 1 + 4 + 3 long."""
    network, nodes = abstract(6, IGRAPH)
    assert matrix(network, nodes.take([0]), nodes)[0].tolist() == [0, 2, 1, 5, 8, 8]
    way = shortest_path(network, nodes.take([0]), nodes.take([5]))
    assert way is not None
    passed = [
        i
        for i in range(6)
        if any(np.allclose(c, (nodes.lon[i], nodes.lat[i]), atol=1e-7) for c in way.line.coords)
    ]
    assert passed == [0, 2, 3, 5]


def test_igraph_itself_on_its_tutorial():
    igraph = pytest.importorskip("igraph", reason="igraph comes with `make bench`")
    graph = igraph.Graph(6, [edge[:2] for edge in IGRAPH])
    network, nodes = abstract(6, IGRAPH)
    assert matrix(network, nodes, nodes).tolist() == graph.distances(weights=[w for *_, w in IGRAPH])


def test_networkit_directed_dijkstra_as_its_tests_expect():
    network, nodes = abstract(8, [(a, b, 1) for a, b in NETWORKIT_DIRECTED], directed=True)
    assert matrix(network, nodes.take([0]), nodes)[0].tolist() == [0, 2, 1, 3, 2, 2, 1, 3]


def test_networkit_itself_on_the_undirected_graph_of_its_tests():
    nk = pytest.importorskip("networkit", reason="networkit comes with `make bench`")
    graph = nk.Graph(8, weighted=True)
    for a, b in NETWORKIT:
        graph.addEdge(a, b)
    search = nk.distance.Dijkstra(graph, 5)
    search.run()
    network, nodes = abstract(8, [(a, b, 1) for a, b in NETWORKIT])
    assert matrix(network, nodes.take([5]), nodes)[0].tolist() == search.getDistances()


# Valhalla: streets from a drawing ------------------------------------------------------------------


def test_valhalla_matrix_without_traffic():
    """3.2 km at 100 km/h: its tests expect 115 s in whole seconds, ours are 115.2 s."""
    network, at = drawn(
        "A-------1---B-----C-----D-----E-----F---2------G",
        ["AB", "BC", "CD", "DE", "EF", "FG"],
        speed_kph=100,
    )
    one, two = (place(network, at, name) for name in "12")
    assert travel_times(network, one, two).tolist() == [115.2]
    assert travel_times(network, two, one).tolist() == [115.2]
    assert round(115.2) == 115


DEAD_ENDS = """
       I
       |
    A--B--C
       |  |
       |  D
       E
      1|
       |
       F--H
       .
       G
"""


def test_valhalla_dead_ends_where_a_walker_turns_left_and_a_car_may_not():
    """Its tests drive 1.5 km from A to I, round by D, since a left turn is forbidden; on foot it is 500 m."""
    ways = ["AB", "BC", "CD", "BE", "EF", "FH", "FG", "BI"]
    network, at = drawn(DEAD_ENDS, ways, one_way={"AB"})
    a, c, d, i = (place(network, at, name) for name in "ACDI")
    assert travel_times(network, a, i).tolist() == [500]
    by_the_turn_at_d = [travel_times(network, *pair)[0] for pair in ((a, d), (d, i))]
    assert sum(by_the_turn_at_d) == 1500
    assert travel_times(network, c, a).tolist() == [inf]


def test_valhalla_matched_points_do_not_count_the_walk_to_the_street():
    """Its trace along points 1 to 5 is 100 m; ours adds the 10 m from each end point to its street."""
    picture = "      1    \n    A---2B-3-4C\n              |\n              |5\n              D"
    network, at = drawn(picture, ["AB", "BC", "CD"], grid_metres=10)
    start, end = (place(network, at, name) for name in "15")
    assert travel_times(network, start, end) == pytest.approx([120], abs=0.1)
    assert travel_times(network, start, end) - (start.access_ms + end.access_ms) / 1000 == pytest.approx(
        [100]
    )


# R5: a scene in metres -----------------------------------------------------------------------------


def test_r5_converging_walks():
    """Footpaths of its walk-limit test: S1 to W 156 m, S2 to W 556 m, W to V 78 m, V to D 200 m, at 1.3 m/s.

    Its test says 434 m, about 5.5 minutes, from S1 to D, and 834 m from S2; a limit of ten minutes lets
    S1 reach D and not S2. Its search by best total time loses the way by S1; ours keeps one label a
    facility, so the nearer is found.
    """
    metres = {
        "S1": (1000, 100),
        "S2": (1000, 500),
        "K": (1156, 500),
        "W": (1156, 100),
        "V": (1234, 100),
        "D": (1434, 100),
    }
    names = list(metres)
    ways = [("S1", "W"), ("S2", "K"), ("K", "W"), ("W", "V"), ("V", "D")]
    at = np.array(list(metres.values())) / 111_319.49
    length = [float(np.hypot(*np.subtract(metres[a], metres[b]))) for a, b in ways]
    edges = pd.DataFrame(
        {
            "source": [names.index(a) for a, _ in ways],
            "target": [names.index(b) for _, b in ways],
            "metres": length,
        }
    )
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at.T), crs=4326)
    network = build_network(nodes, edges, speed_kph=1.3 * 3.6)
    places = snap(network, (at[:, 0], at[:, 1]))
    s1, s2, d = (places.take([names.index(name)]) for name in ("S1", "S2", "D"))
    assert travel_times(network, s1, d) == pytest.approx([434 / 1.3], abs=0.01)
    assert travel_times(network, s1, d)[0] / 60 == pytest.approx(5.5, abs=0.1)
    assert travel_times(network, s2, d) == pytest.approx([(556 + 78 + 200) / 1.3], abs=0.01)
    both = places.take([names.index("S1"), names.index("S2")])
    assert nearest(network, d, both, k=2, max_seconds=600).index.tolist() == [[0, -1]]
    assert nearest(network, d, both, k=2, max_seconds=720).index.tolist() == [[0, 1]]


# PySAL spaghetti -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def geodanet():
    """Streets, crimes and schools that spaghetti's docstrings use, in feet of a plane; one foot a second."""
    examples = pytest.importorskip("libpysal").examples
    lines, crimes, schools = (
        gpd.read_file(examples.get_path(f"{name}.shp")).set_crs(32612, allow_override=True)
        for name in ("streets", "crimes", "schools")
    )
    xy, owner = lines.get_coordinates(), None
    owner = xy.index.to_numpy()
    corner, number = np.unique(xy.to_numpy().round(5), axis=0, return_inverse=True)
    on = np.flatnonzero(owner[1:] == owner[:-1])
    ends = corner[number[on]], corner[number[on + 1]]
    edges = pd.DataFrame(
        {"source": number[on], "target": number[on + 1], "metres": np.hypot(*(ends[1] - ends[0]).T)}
    ).drop_duplicates(["source", "target"])
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*corner.T), crs=32612)
    network = build_network(nodes, edges)
    return network, *(snap(network, points, max_snap_metres=5000) for points in (crimes, schools))


def along_the_streets(network: StreetNetwork, origins: AccessPoints, places: AccessPoints) -> np.ndarray:
    """Times without the walks to the street: spaghetti's ``snap_dist`` is off unless asked for."""
    walks = origins.access_ms[:, None] / 1000 + places.access_ms[None, :] / 1000
    return matrix(network, origins, places) - walks


def test_spaghetti_all_neighbour_distances_as_its_docstring_prints(geodanet):
    network, crimes, schools = geodanet
    assert along_the_streets(network, crimes.take([1]), crimes.take([0]))[0] == pytest.approx(
        [3105.18948], abs=0.02
    )
    found = along_the_streets(network, crimes.take([0, 1]), schools.take([0]))[:, 0]
    assert found == pytest.approx([4520.72354, 6340.42297], abs=0.02)


def test_spaghetti_leaves_out_the_point_itself_where_we_count_it(geodanet):
    """Its nearest neighbours of crime 11 are 18 and 19, both 165.33982 away; of 18 it is 19, at no distance.

    Ours are facilities of the same places, so each point is its own nearest.
    """
    network, crimes, _ = geodanet
    times = along_the_streets(network, crimes.take([11, 18]), crimes)
    assert times[[0, 1], [11, 18]].tolist() == pytest.approx([0, 0], abs=2.1 * crimes.access_ms.max() / 1000)
    others = np.where(np.arange(len(crimes)) == np.array([[11], [18]]), inf, times)
    assert np.flatnonzero(others[0] < others[0].min() + 0.01).tolist() == [18, 19]
    assert others[0].min() == pytest.approx(165.33982, abs=0.01)
    assert (others[1].argmin(), others[1].min()) == (19, pytest.approx(0, abs=0.01))


# OSMnx ---------------------------------------------------------------------------------------------


def test_osmnx_isochrone_notebook_on_the_real_extract(helsinki):
    """Notebook 13: 4.5 km/h on foot, nodes within 5 to 25 minutes by ``ego_graph``, inclusive too."""
    graph = network_to_graph(open_network(helsinki, read_profile("walk")))
    metres_per_minute = 4.5 * 1000 / 60
    for *_, data in graph.edges(data=True):
        # Whole milliseconds, so that a sum of exactly 10 minutes is 10 minutes to both.
        data["time"] = round(data["length"] / metres_per_minute * 60_000)
        data["travel_time"] = data["time"] / 1000
    network = network_from_graph(graph)
    centre = max(graph.nodes, key=graph.degree)
    start = int(np.flatnonzero(network.node_id == centre)[0])
    for minutes in (5, 10, 15, 20, 25):
        theirs = set(nx.ego_graph(graph, centre, radius=minutes * 60_000, distance="time").nodes)
        mine = reachable_nodes(network, [start], max_seconds=minutes * 60).place
        assert set(network.node_id[mine].tolist()) == theirs & set(network.node_id.tolist())
        assert len(mine) > 0.95 * len(theirs) > 500


# pandana -------------------------------------------------------------------------------------------


@pytest.fixture
def pandana_street():
    """A street of 100 m and one of 300 m end to end, as pandana and as we see it."""
    pdna = pytest.importorskip("pandana", reason="pandana comes with `make bench`")
    x = np.array([0, 100, 400]) / 111_319.49
    theirs = pdna.Network(
        pd.Series(x),
        pd.Series([0.0] * 3),
        pd.Series([0, 1]),
        pd.Series([1, 2]),
        pd.DataFrame({"m": [100.0, 300.0]}),
    )
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, [0] * 3), crs=4326)
    ours = build_network(nodes, pd.DataFrame({"source": [0, 1], "target": [1, 2], "metres": [100.0, 300.0]}))
    return theirs, ours, snap(ours, (x, np.zeros(3)))


def test_pandana_nearest_pois_has_its_maximum_where_we_have_infinity(pandana_street):
    theirs, ours, nodes = pandana_street
    theirs.set_pois("shop", 250, 2, pd.Series([0.0]), pd.Series([0.0]))
    assert theirs.nearest_pois(250, "shop", num_pois=1)[1].tolist() == [0, 100, 250]
    assert nearest(ours, nodes, nodes.take([0]), max_seconds=250).seconds[:, 0].tolist() == [0, 100, inf]


def test_pandana_nodes_in_range_is_inclusive_like_ours(pandana_street):
    theirs, ours, nodes = pandana_street
    found = theirs.nodes_in_range([0], 100.0)
    assert dict(zip(found["destination"], found["m"], strict=True)) == {0: 0, 1: 100}
    assert matrix(ours, nodes.take([0]), nodes, limit=100)[0].tolist() == [0, 100, inf]


def test_pandana_aggregate_counts_and_sums_as_ours(pandana_street):
    theirs, ours, nodes = pandana_street
    theirs.set(pd.Series([0, 1, 2]), variable=pd.Series([1.0, 10.0, 100.0]))
    for limit, expected in ((100, [11, 11, 100]), (300, [11, 111, 110]), (400, [111, 111, 111])):
        assert theirs.aggregate(limit, type="sum", decay="flat").tolist() == expected
        assert sums(ours, nodes, nodes, [1, 10, 100], limits_seconds=limit)[:, 0].tolist() == expected


def test_pandana_moves_shops_to_nodes_where_we_leave_them_on_the_street(pandana_street):
    """Four shops along one street (its issue 43): it sees them at both ends, we see each where it is."""
    theirs, ours, nodes = pandana_street
    at = np.array([110, 160, 240, 390]) / 111_319.49
    theirs.set_pois("shop", 1000, 4, pd.Series(at), pd.Series(np.zeros(4)))
    assert theirs.nearest_pois(1000, "shop", num_pois=4).loc[0].tolist() == [100, 100, 100, 400]
    found = nearest(ours, nodes.take([0]), snap(ours, (at, np.zeros(4))), k=4)
    assert found.seconds[0] == pytest.approx([110, 160, 240, 390], abs=0.01)
