"""The reach engine beside its peers, in one run, on one graph.

    python -m tests.benchmarks.bench_reach EXTRACT [--only nearest,reachable,...]

Every engine gets the same contracted walking graph and the same random facilities. Peers that
cannot take a limit or several sources are used in the way their documentation recommends.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import igraph
import networkit
import networkx as nx
import numpy as np
import pandana
import pandas as pd
import rustworkx
import scipy.sparse as sp
import shapely
from scipy.sparse import csgraph

from geo.blocks import run_blocks
from geo.network.build import network_from_streets
from geo.network.contraction.hierarchy import build_hierarchy
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, at_nodes, snap
from geo.search.isochrones import Outline, isochrones
from geo.search.reach import nearest_at_nodes, reachable_nodes, sums
from layers.catalogue.profiles import read_profile
from layers.osm.barriers import read_barriers
from layers.osm.streets import open_network
from layers.osm.streets_read import read_streets
from tests.benchmarks.side_by_side import (
    bandwidth_gigabytes_per_second,
    compare,
    machine,
    peak_megabytes,
    print_limit,
    random_places,
)

CATEGORIES = 10
FACILITIES = 200
PANDANA_LIMIT = 3750.0


def main() -> None:
    """Run the jobs that were asked for and print Markdown tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extract", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    network = network_from_streets(read_streets(given.extract), read_profile("walk"))
    print(f"{machine()}\n\n{network!r}\n\nMemory is copied at {bandwidth_gigabytes_per_second():.1f} GB/s.")
    jobs: dict[str, Callable[[StreetNetwork, Path, int], None]] = {
        "nearest": nearest_job,
        "three": three_job,
        "reachable": reachable_job,
        "sums": sums_job,
        "snap": snap_job,
        "isochrones": isochrone_job,
        "open": open_job,
        "extract": extract_job,
        "tiles": tiles_job,
    }
    for name in given.only.split(",") if given.only else jobs:
        jobs[name](network, given.extract, given.rounds)
        print(f"\npeak memory of the process so far: {peak_megabytes():,.0f} MB")


def draw_facilities(network: StreetNetwork, seed: int = 1) -> list[np.ndarray]:
    """Return random junctions for each category."""
    rng = np.random.default_rng(seed)
    return [np.sort(rng.choice(network.node_count, FACILITIES, replace=False)) for _ in range(CATEGORIES)]


def matrix_of(network: StreetNetwork) -> sp.csr_array:
    """Return the graph for scipy in seconds, the faster of parallel edges."""
    arcs = network.outward
    tail = np.repeat(np.arange(network.node_count), np.diff(arcs.start))
    frame = pd.DataFrame({"tail": tail, "head": arcs.head, "ms": arcs.milliseconds})
    frame = frame[frame["tail"] != frame["head"]].groupby(["tail", "head"], as_index=False)["ms"].min()
    shape = (network.node_count, network.node_count)
    return sp.csr_array((np.maximum(frame["ms"], 1e-6) / 1000.0, (frame["tail"], frame["head"])), shape=shape)


def triples(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each street once."""
    upper = sp.triu(matrix).tocoo()
    return upper.row, upper.col, upper.data


def pandana_of(network: StreetNetwork, matrix: sp.csr_array) -> pandana.Network:
    """Return pandana's network, contracted."""
    row, column, seconds = triples(matrix)
    return pandana.Network(
        pd.Series(network.node_lon), pd.Series(network.node_lat), pd.Series(row), pd.Series(column),
        pd.DataFrame({"seconds": seconds}),
    )  # fmt: skip


def networkx_of(matrix: sp.csr_array) -> nx.Graph:
    """Return a networkx graph."""
    graph = nx.Graph()
    graph.add_nodes_from(range(matrix.shape[0]))
    graph.add_weighted_edges_from(zip(*(part.tolist() for part in triples(matrix)), strict=True))
    return graph


def nearest_job(network: StreetNetwork, _: Path, rounds: int) -> None:
    """Nearest facility for every junction, ten categories."""
    facilities = draw_facilities(network)
    points = [at_nodes(network, nodes) for nodes in facilities]
    matrix = matrix_of(network)
    graph = networkx_of(matrix)
    row, column, seconds = triples(matrix)
    ig = igraph.Graph(n=network.node_count, edges=np.column_stack([row, column]).tolist())
    rx = rustworkx.PyGraph()
    rx.add_nodes_from(range(network.node_count + 1))
    rx.add_edges_from(list(zip(row.tolist(), column.tolist(), seconds.tolist(), strict=True)))
    nk = networkit.Graph(network.node_count, weighted=True)
    for u, v, w in zip(row.tolist(), column.tolist(), seconds.tolist(), strict=True):
        nk.addEdge(u, v, w)
    pdn = pandana_of(network, matrix)

    def ours(threads: int) -> list[object]:
        return list(
            run_blocks(CATEGORIES, 1, lambda i, _: nearest_at_nodes(network, points[i]), threads=threads)
        )

    def by_scipy() -> list[object]:
        return [csgraph.dijkstra(matrix, indices=nodes, min_only=True) for nodes in facilities]

    def by_networkit() -> list[object]:
        out = []
        for nodes in facilities:
            hub = nk.addNode()
            for node in nodes.tolist():
                nk.addEdge(hub, node, 0.0)
            search = networkit.distance.Dijkstra(nk, hub, storePaths=False)
            search.run()
            out.append(search.getDistances())
            nk.removeNode(hub)
        return out

    def by_igraph() -> list[object]:
        out = []
        for nodes in facilities:
            hubbed = ig.copy()
            hubbed.add_vertices(1)
            hubbed.add_edges([(network.node_count, node) for node in nodes.tolist()])
            weights = [*seconds.tolist(), *([0.0] * nodes.size)]
            out.append(hubbed.distances(source=network.node_count, weights=weights)[0])
        return out

    def by_rustworkx() -> list[object]:
        out = []
        hub = network.node_count
        for nodes in facilities:
            added = rx.add_edges_from([(hub, int(node), 0.0) for node in nodes])
            out.append(rustworkx.dijkstra_shortest_path_lengths(rx, hub, edge_cost_fn=float))
            for edge in added:
                rx.remove_edge_from_index(edge)
        return out

    def by_networkx() -> list[object]:
        return [nx.multi_source_dijkstra_path_length(graph, set(nodes.tolist())) for nodes in facilities]

    def by_pandana() -> list[object]:
        out = []
        for i, nodes in enumerate(facilities):
            lon, lat = network.node_lon[nodes], network.node_lat[nodes]
            pdn.set_pois(str(i), PANDANA_LIMIT, 1, pd.Series(lon), pd.Series(lat))
            out.append(pdn.nearest_pois(PANDANA_LIMIT, str(i), num_pois=1))
        return out

    medians = compare(
        "Nearest facility of every junction, ten categories of 200",
        {
            "lifecircle, two threads": lambda: ours(2),
            "lifecircle, one thread": lambda: ours(1),
            "scipy dijkstra(min_only)": by_scipy,
            "networkit": by_networkit,
            "igraph": by_igraph,
            "rustworkx": by_rustworkx,
            "networkx": by_networkx,
            f"pandana within {PANDANA_LIMIT:g} (after contraction)": by_pandana,
            "pandana contraction": lambda: pandana_of(network, matrix),
            "lifecircle hierarchy, once a network": lambda: build_hierarchy(network.outward, network.inward),
        },
        rounds=rounds,
        once=("networkx", "pandana contraction"),
    )
    print_limit("every arc and label once", sweep_megabytes(network, 1), medians["lifecircle, one thread"])
    check = csgraph.dijkstra(matrix, indices=facilities[0], min_only=True)
    mine = nearest_at_nodes(network, points[0]).seconds[:, 0]
    both = np.isfinite(check) & np.isfinite(mine)
    print(f"Largest difference from scipy: {np.abs(check[both] - mine[both]).max():.2e} s; "
          f"reached by one alone: {(np.isfinite(check) != np.isfinite(mine)).sum()}")  # fmt: skip


def three_job(network: StreetNetwork, _: Path, rounds: int) -> None:
    """Three nearest with ids, ten categories."""
    facilities = draw_facilities(network)
    points = [at_nodes(network, nodes) for nodes in facilities]
    pdn = pandana_of(network, matrix_of(network))

    def ours(threads: int) -> list[object]:
        return list(
            run_blocks(CATEGORIES, 1, lambda i, _: nearest_at_nodes(network, points[i], k=3), threads=threads)
        )

    def by_pandana() -> list[object]:
        out = []
        for i, nodes in enumerate(facilities):
            lon, lat = network.node_lon[nodes], network.node_lat[nodes]
            pdn.set_pois(f"three{i}", PANDANA_LIMIT, 3, pd.Series(lon), pd.Series(lat))
            out.append(pdn.nearest_pois(PANDANA_LIMIT, f"three{i}", num_pois=3, include_poi_ids=True))
        return out

    medians = compare(
        "Three nearest with their ids, ten categories of 200",
        {
            "lifecircle, two threads": lambda: ours(2),
            "lifecircle, one thread": lambda: ours(1),
            f"pandana within {PANDANA_LIMIT:g} (after contraction)": by_pandana,
        },
        rounds=rounds,
    )
    print_limit("every arc and label once", sweep_megabytes(network, 3), medians["lifecircle, one thread"])


def sweep_megabytes(network: StreetNetwork, k: int) -> float:
    """Return what ten categories must touch: arcs and starts, labels up, down and out, times and ids."""
    held = network.hierarchy
    labels = network.node_count * k * (2 * 8 + 8 + 8 + 4)
    return CATEGORIES * (held.outward.nbytes + held.start.nbytes + held.position.nbytes + labels) / 1e6


def reachable_job(network: StreetNetwork, _: Path, rounds: int) -> None:
    """All junctions within a limit of 1,000 origins."""
    origins = np.random.default_rng(2).choice(network.node_count, 1000, replace=False)
    matrix = matrix_of(network)
    graph = networkx_of(matrix)
    pdn = pandana_of(network, matrix)
    for limit in (1200.0, 3750.0):

        def by_scipy(limit: float = limit) -> list[object]:
            out = []
            for first in range(0, 1000, 50):
                times = csgraph.dijkstra(matrix, indices=origins[first : first + 50], limit=limit)
                out.append(np.nonzero(np.isfinite(times)))
            return out

        pairs = reachable_nodes(network, origins, max_seconds=limit).place.size
        medians = compare(
            f"Junctions within {limit:g} s of 1,000 origins ({pairs:,} pairs)",
            {
                "lifecircle, two threads": lambda limit=limit: reachable_nodes(
                    network, origins, max_seconds=limit, threads=2
                ),
                "lifecircle, one thread": lambda limit=limit: reachable_nodes(
                    network, origins, max_seconds=limit, threads=1
                ),
                "scipy in chunks": by_scipy,
                "pandana nodes_in_range": lambda limit=limit: pdn.nodes_in_range(origins.tolist(), limit),
                "networkx": lambda limit=limit: [
                    nx.single_source_dijkstra_path_length(graph, int(origin), cutoff=limit)
                    for origin in origins
                ],
            },
            rounds=rounds,
            once=("networkx",),
        )
        each = medians["lifecircle, two threads"] / pairs * 1e9
        print(f"\n{each:.0f} ns a pair on two threads, 8 bytes a pair")
        held = network.hierarchy
        arcs = held.outward.nbytes / network.node_count
        # A pair's time written, read and cleaned, its arcs and identifier, and the pair written twice.
        print_limit("every pair once", pairs * (3 * 4 + 2 * 4 + arcs + 2 * 8) / 1e6,
                    medians["lifecircle, one thread"])  # fmt: skip


def sums_job(network: StreetNetwork, _: Path, rounds: int) -> None:
    """People within 1,200 s of every junction."""
    people = np.random.default_rng(3).random(network.node_count)
    every = np.arange(network.node_count)
    pdn = pandana_of(network, matrix_of(network))
    pdn.set(pd.Series(every), pd.Series(people), name="people")
    kept = reachable_nodes(network, every, max_seconds=1200)
    places = at_nodes(network, every)
    ready = pandana_of(network, matrix_of(network))
    ready.set(pd.Series(every), pd.Series(people), name="people")
    ready.precompute(1200)
    medians = compare(
        f"People within 1,200 s of every junction ({kept.place.size:,} pairs)",
        {
            "lifecircle, pairs kept": lambda: kept.sums(people, limits_seconds=[1200]),
            "lifecircle, from nothing": lambda: reachable_nodes(network, every, max_seconds=1200).sums(
                people, limits_seconds=[1200]
            ),
            "lifecircle, from nothing, no pairs held": lambda: sums(
                network, places, places, people, limits_seconds=[1200]
            ),
            "lifecircle, three limits at once, pairs kept": lambda: kept.sums(
                people, limits_seconds=[300, 600, 1200]
            ),
            "pandana aggregate": lambda: pdn.aggregate(1200, type="sum", decay="flat", name="people"),
            "pandana aggregate after precompute": lambda: ready.aggregate(
                1200, type="sum", decay="flat", name="people"
            ),
            "pandana precompute": lambda: pandana_of(network, matrix_of(network)).precompute(1200),
        },
        rounds=rounds,
        once=("pandana precompute",),
    )
    print_limit(
        "every pair and its weight once", kept.place.size * 16 / 1e6, medians["lifecircle, pairs kept"]
    )


def snap_job(network: StreetNetwork, extract: Path, rounds: int) -> None:
    """Join 100,000 points to their streets, past the barriers of the extract."""
    at = random_places(network, 100_000)
    barriers = read_barriers(extract)
    print(f"{len(barriers):,} pieces of barrier, {len(barriers.openings):,} openings")
    pdn = pandana_of(network, matrix_of(network))
    compare(
        "100,000 points joined to the street network",
        {
            "lifecircle, onto edges": lambda: snap(network, at),
            "lifecircle, onto edges past barriers": lambda: snap(network, at, barriers=barriers),
            "pandana get_node_ids, onto nodes": lambda: pdn.get_node_ids(*at),
        },
        rounds=rounds,
    )


def isochrone_job(network: StreetNetwork, _: Path, rounds: int) -> None:
    """Polygons of 5, 10 and 15 minutes."""
    places = snap(network, random_places(network, 100))
    plain, exact = Outline(clip=False), Outline(method="exact")
    some = places.take(np.arange(20))
    fast = isochrones(network, places, outline=plain)
    compare(
        "5, 10 and 15 minutes around 100 facilities",
        {
            "lifecircle, fast, two threads": lambda: isochrones(network, places, outline=plain, threads=2),
            "lifecircle, fast and clipped, two threads": lambda: isochrones(network, places, threads=2),
            "lifecircle, fast, one thread": lambda: isochrones(network, places, outline=plain, threads=1),
            "union of buffers, 20 of them, two threads": lambda: isochrones(network, some, outline=exact),
        },
        rounds=rounds,
        once=("union of buffers, 20 of them, two threads",),
    )
    each = _seconds_each(network, places, plain)
    median, worst = np.median(each) * 1000, each.max() * 1000
    print(f"\none facility on one thread: median {median:.1f} ms, worst {worst:.1f} ms")
    union = isochrones(network, some, outline=exact).to_crs(network.metric_crs)
    for name, frame in (("fast", fast), ("fast and clipped", isochrones(network, some))):
        mine = frame.head(len(union)).to_crs(network.metric_crs)
        overlap = shapely.area(shapely.intersection(mine.geometry.values, union.geometry.values))
        whole = shapely.area(shapely.union(mine.geometry.values, union.geometry.values))
        share = overlap / whole
        print(
            f"IoU with the union of buffers, {name}: median {np.median(share):.4f}, worst {share.min():.4f}"
        )


def _seconds_each(network: StreetNetwork, places: AccessPoints, outline: Outline) -> np.ndarray:
    import time

    taken = []
    for i in range(len(places)):
        one = places.take([i])
        begun = time.perf_counter()
        isochrones(network, one, outline=outline, threads=1)
        taken.append(time.perf_counter() - begun)
    return np.array(taken)


def open_job(network: StreetNetwork, extract: Path, rounds: int) -> None:
    """Open a network that was built before."""
    graph = networkx_of(matrix_of(network))
    with tempfile.TemporaryDirectory() as folder:
        profile = read_profile("walk")
        open_network(extract, profile, cache=Path(folder))
        pickled = Path(folder) / "graph.pickle"
        pickled.write_bytes(pickle.dumps(graph))
        medians = compare(
            "Open a built network again",
            {
                "lifecircle, memory-mapped, checked": lambda: open_network(
                    extract, profile, cache=Path(folder)
                ),
                "networkx, pickled": lambda: pickle.loads(pickled.read_bytes()),
            },
            rounds=rounds,
        )
        stored = sum(file.stat().st_size for file in Path(folder).glob("*/*.npy")) / 1e6
        print_limit("every stored byte once", stored, medians["lifecircle, memory-mapped, checked"])


def extract_job(_: StreetNetwork, extract: Path, rounds: int) -> None:
    """From the extract to a network that can be searched."""
    import pyrosm
    import routx

    def by_pyrosm() -> object:
        osm = pyrosm.OSM(str(extract))
        nodes, edges = osm.get_network(network_type="walking", nodes=True)
        return osm.to_graph(nodes, edges, graph_type="igraph")

    def by_routx() -> object:
        graph = routx.Graph()
        graph.add_from_osm_file(str(extract), routx.OsmProfile.FOOT)
        return graph

    compare(
        "From the extract to a network",
        {
            "lifecircle": lambda: network_from_streets(read_streets(extract), read_profile("walk")),
            "routx": by_routx,
            "pyrosm into igraph": by_pyrosm,
        },
        rounds=rounds,
        once=("pyrosm into igraph",),
    )


def tiles_job(_: StreetNetwork, extract: Path, rounds: int) -> None:
    """How time and memory grow with the network: each size in a process of its own."""
    print("\n## Ten categories in the same city side by side\n\n| junctions | ms | peak MB |\n|---|---|---|")
    for tiles in (1, 4, 8, 30):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            nodes, seconds, peak = fresh.submit(one_size, extract, tiles, rounds).result()
        print(f"| {nodes:,} | {seconds * 1000:,.0f} | {peak:,.0f} |")


def one_size(extract: Path, tiles: int, rounds: int) -> tuple[int, float, float]:
    """Return junctions, median seconds for ten categories on two threads, and the peak of this process."""
    import time

    big = tiled(network_from_streets(read_streets(extract), read_profile("walk")), tiles)
    facilities = [
        at_nodes(big, np.random.default_rng(i).choice(big.node_count, FACILITIES * tiles, replace=False))
        for i in range(CATEGORIES)
    ]
    taken = []
    for _turn in range(rounds):
        begun = time.perf_counter()
        for _found in run_blocks(CATEGORIES, 1, lambda i, _: nearest_at_nodes(big, facilities[i]), threads=2):
            pass
        taken.append(time.perf_counter() - begun)
    return big.node_count, float(np.median(taken)), peak_megabytes()


def tiled(network: StreetNetwork, tiles: int) -> StreetNetwork:
    """Return copies of a network side by side, each joined to the next by one street."""
    from geo.network.build import Segments, network_from_segments

    width = network.bounds[2] - network.bounds[0] + 0.01
    count = network.node_count
    source, target, metres, ahead, back = [], [], [], [], []
    for tile in range(tiles):
        source.append(network.edge_source + tile * count)
        target.append(network.edge_target + tile * count)
        metres.append(network.edge_metres)
        ahead.append(np.where(network.edge_forward_ms >= 0, network.edge_forward_ms / 1000, np.inf))
        back.append(np.where(network.edge_backward_ms >= 0, network.edge_backward_ms / 1000, np.inf))
    seam = np.arange(tiles - 1, dtype=np.int32) * count
    source.append(seam)
    target.append(seam + count)
    for costs in (metres, ahead, back):
        costs.append(np.full(tiles - 1, 900.0))
    segments = Segments(
        node_id=np.arange(tiles * count),
        node_lon=np.concatenate([network.node_lon + (tile % 6) * width for tile in range(tiles)]),
        node_lat=np.concatenate([network.node_lat + (tile // 6) * width for tile in range(tiles)]),
        source=np.concatenate(source).astype(np.int32),
        target=np.concatenate(target).astype(np.int32),
        metres=np.concatenate(metres),
        forward_seconds=np.concatenate(ahead),
        backward_seconds=np.concatenate(back),
    )
    return network_from_segments(segments, profile="tiled", metres_per_second=1.0)


if __name__ == "__main__":
    main()
