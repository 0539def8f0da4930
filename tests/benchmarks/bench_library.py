"""What the verbs of `geo` cost over the arrays they stand on, and over what peers take for the same task.

Run ``python -m tests.benchmarks.bench_library EXTRACT [--rows 100000]``. The time beside each verb is that of
the same work on arrays, joins included in both. The page docs/library.md has the peers' side.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

import geo
from geo.measures.access import demand_on, gravity
from geo.measures.decay import within_minutes
from geo.network.network import StreetNetwork
from geo.network.snap import snap
from geo.search import reach
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network

ROUNDS = 5
FACILITIES = 200


def points(network: StreetNetwork, count: int, seed: int) -> gpd.GeoDataFrame:
    """Return points within 100 m of vertices of streets drawn by chance."""
    rng = np.random.default_rng(seed)
    at = rng.integers(network.vertex_lon.size, size=count)
    lon, lat = (axis[at] + rng.normal(0, 3e-4, count) for axis in (network.vertex_lon, network.vertex_lat))
    people = rng.integers(1, 50, count)
    index = pd.Index(rng.permutation(count) + 1_000_000, name="id")
    return gpd.GeoDataFrame({"people": people}, geometry=gpd.points_from_xy(lon, lat), index=index, crs=4326)


def best(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest of some rounds, in seconds."""
    spent = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def main() -> None:
    """Measure verbs and arrays in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    chosen = parser.parse_args()
    network = open_network(chosen.extract, read_profile("walk"))
    homes, shops = points(network, chosen.rows, 1), points(network, FACILITIES, 2)
    supply, people = shops["people"], homes["people"]
    joined_homes, joined_shops = snap(network, homes), snap(network, shops)
    times = geo.travel_times(network, homes, shops, max_minutes=15)
    matrix = reach.reachable(network, joined_homes, joined_shops, max_seconds=900).to_scipy()
    print(
        f"{network}; {chosen.rows:,} homes, {FACILITIES} facilities, {len(times):,} pairs within 15 minutes"
    )

    def two_step() -> object:
        asking = demand_on(matrix, people.to_numpy(), within_minutes(15))
        share = np.divide(supply.to_numpy(), asking, out=np.zeros(asking.size), where=asking > 0)
        return gravity(matrix, share, within_minutes(15))

    def search(maximum: float) -> object:
        a, b = snap(network, homes), snap(network, shops)
        return reach.reachable(network, a, b, max_seconds=maximum).to_scipy()

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "nearest": (
            lambda: geo.nearest(network, homes, shops),
            lambda: reach.nearest(network, snap(network, homes), snap(network, shops)),
        ),
        "travel_times": (
            lambda: geo.travel_times(network, homes, shops, max_minutes=15),
            lambda: search(900),
        ),
        "cumulative": (
            lambda: geo.cumulative(times, supply),
            lambda: gravity(matrix, supply.to_numpy(), within_minutes(15)),
        ),
        "two_step": (lambda: geo.two_step(times, people, supply), two_step),
    }
    for name, (verb, arrays) in pairs.items():
        # In turn, so that both meet the same other work of the machine.
        turns = [(best(verb, 1), best(arrays, 1)) for _ in range(ROUNDS)]
        with_labels, without = (min(side) for side in zip(*turns, strict=True))
        more = with_labels - without
        print(
            f"{name:14s} {with_labels * 1000:8.1f} ms, arrays {without * 1000:8.1f} ms: {more * 1000:+.1f} ms"
        )


if __name__ == "__main__":
    main()
