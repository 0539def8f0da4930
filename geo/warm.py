"""Compiling the search kernels ahead of their first use."""

from __future__ import annotations

import time
from collections.abc import Callable

from geo import _contract, _emit, _isochrone, _search
from geo.isochrones import isochrones
from geo.reach import nearest, reachable, reachable_nodes, sums, travel_times
from geo.snap import at_nodes
from geo.toys import line, square


def compile_kernels() -> float:
    """Run every kernel once on toy streets; compiled code is kept on disk. Returns the seconds it took."""
    begun = time.perf_counter()
    for network in (square(), line([100.0, 100.0], one_way=True)):
        ends = at_nodes(network, [0, 1])
        for k in (1, 2):
            nearest(network, ends, ends, k=k)
        reachable(network, ends, ends, max_seconds=10)
        reachable_nodes(network, [0, 1], max_seconds=10)
        sums(network, ends, ends, [1.0, 1.0], limits_seconds=[5, 10])
        travel_times(network, ends, ends)
        isochrones(network, ends, minutes=[1])
    return time.perf_counter() - begun


def is_cold() -> bool:
    """Whether no compiled kernel is on disk yet, so that the first search will take some seconds."""
    kernels = (_contract.walk_chains, _search.spread_labels, _emit.reach_places, _isochrone.reached_pieces)
    return any(not _on_disk(kernel) for kernel in kernels)


def _on_disk(kernel: object) -> bool:
    cache = getattr(kernel, "_cache", None)
    index = getattr(getattr(cache, "_cache_file", None), "_index_path", None)
    if index is None:
        return True
    try:
        with open(index, "rb"):  # noqa: PTH123 - numba gives a str
            return True
    except OSError:
        return False


def say_if_cold(say: Callable[[str], object]) -> None:
    """Tell the user why the first run takes longer, when it will."""
    if is_cold():
        say("compiling the search kernels (once, some 20 seconds)")
