"""How fast GCJ-02 and BD-09 are undone, beside two published implementations.

Run it alone on a quiet machine: ``python tests/benchmarks/bench_china.py [--points 4000000] [--rounds 7]``.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence

import coord_convert.transform as coord_convert
import numba
import numpy as np
import prcoords

from geo.coordinates import china
from geo.coordinates.crs import segment_metres

SINGLY = 20_000  # points for the implementations that take one at a time


def main() -> None:
    """Measure, and print medians, ratios, accuracy, memory and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(73.6, 134.7, given.points), rng.uniform(18.2, 53.5, given.points)
    print(
        f"machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}; "
        f"{given.points:,} points, median of {given.rounds}"
    )
    inverse("GCJ-02 -> WGS84", china.wgs84_to_gcj02, china.gcj02_to_wgs84, (lon, lat), given.rounds, (
        ("coord-convert", lambda x, y: coord_convert.gcj2wgs(x, y)),
        ("prcoords bored", lambda x, y: prcoords.gcj_wgs_bored((y, x))[::-1]),
    ))  # fmt: skip
    inverse("BD-09 -> WGS84", china.wgs84_to_bd09, china.bd09_to_wgs84, (lon, lat), given.rounds, (
        ("coord-convert", lambda x, y: coord_convert.bd2wgs(x, y)),
        ("prcoords bored", lambda x, y: prcoords.bd_wgs_bored((y, x))[::-1]),
    ))  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the whole process: {peak:,.0f} MB")


def inverse(
    title: str,
    forward: Callable,
    ours: Callable,
    truth: tuple[np.ndarray, np.ndarray],
    rounds: int,
    others: Sequence[tuple[str, Callable]],
) -> None:
    """Time an inverse and those of the others on the same points."""
    shifted = forward(*truth)
    ours(shifted[0][:100], shifted[1][:100])  # compiled before it is timed
    rate, back = timed(lambda: ours(*shifted), truth[0].size, rounds)
    worst = float(segment_metres(*truth, *back).max()) * 1000
    print(f"{title}: lifecircle {rate / 1e6:.2f} million points/s, worst error {worst:.6f} mm")
    points = list(zip(*(axis[:SINGLY].tolist() for axis in shifted), strict=True))
    for name, function in others:
        theirs, result = timed(lambda function=function: [function(x, y) for x, y in points], SINGLY, rounds)
        lon, lat = np.array(result).T
        error = float(segment_metres(truth[0][:SINGLY], truth[1][:SINGLY], lon, lat).max()) * 1000
        print(
            f"  {name}: {theirs / 1e6:.4f} million points/s, ratio {rate / theirs:,.0f}, worst {error:.3f} mm"
        )


def timed(run: Callable, count: int, rounds: int) -> tuple[float, object]:
    """Return the median rate in points a second, and the last result."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    return count / statistics.median(seconds), result


if __name__ == "__main__":
    main()
