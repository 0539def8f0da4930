"""Compiling the kernels of network and search ahead of their first use."""

from __future__ import annotations

import time
from collections.abc import Callable

from geo.kernels import is_on_disk
from geo.network.build import contraction_is_compiled
from geo.network.snap import at_nodes, snap
from geo.network.toys import line, square
from geo.search import _isochrone, _label_search, _places
from geo.search.isochrones import isochrones
from geo.search.reach import nearest, reachable, reachable_nodes, sums, travel_times
from geo.search.ways import nearest_ways
from geo.squares.surfaces import compile_crossings, crossings_are_compiled


def compile_kernels() -> float:
    """Run every kernel once on toy streets; compiled code is kept on disk. Returns the seconds it took."""
    begun = time.perf_counter()
    compile_crossings()
    for network in (square(), line([100.0, 100.0], one_way=True)):
        ends = at_nodes(network, [0, 1])
        snap(network, ([0.0], [0.0]), level=[-1])
        for k in (1, 2):
            nearest(network, ends, ends, k=k)
        nearest_ways(network, ends, ends)
        reachable(network, ends, ends, max_seconds=10)
        reachable_nodes(network, [0, 1], max_seconds=10)
        sums(network, ends, ends, [1.0, 1.0], limits_seconds=[5, 10])
        travel_times(network, ends, ends)
        isochrones(network, ends, minutes=[1])
    return time.perf_counter() - begun


def announce_compilation(say: Callable[[str], object]) -> None:
    """Tell the user that the first run takes longer, when kernels have still to be compiled."""
    kernels = (_label_search.search_core_labels, _places.reach_places, _isochrone.reached_stretches)
    if not (contraction_is_compiled() and crossings_are_compiled() and all(map(is_on_disk, kernels))):
        say("compiling the search kernels (once, some 20 seconds)")
