"""Timing several ways of doing one job in turn, so that a noisy machine is as noisy for each."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from geo.network.network import StreetNetwork


def machine() -> str:
    """Return a line on the machine and the interpreter."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def compare(
    title: str, jobs: Mapping[str, Callable[[], object]], *, rounds: int = 5, once: tuple[str, ...] = ()
) -> dict[str, float]:
    """Run every job `rounds` times in turn (those in `once` a single time) and print medians and ratios.

    The first job is ours; ratios say how many times as long the others take.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for name, job in jobs.items():
        if name not in once:
            job()
    for turn in range(rounds):
        for name, job in jobs.items():
            if name in once and turn:
                continue
            begun = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    ours = next(iter(medians.values()))
    print(f"\n## {title}\n")
    print("| | median | fastest | times ours |\n|---|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {_time(median)} | {_time(min(seconds[name]))} | {median / ours:.1f} |")
    return medians


def _time(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def peak_megabytes() -> float:
    """Return the highest memory this process has held since it was started."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage counts what the process that started this one held as well.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bandwidth_gigabytes_per_second() -> float:
    """Return how fast this machine copies memory, counting what is read and written."""
    block = np.zeros(1 << 26, np.uint8)
    target = np.empty_like(block)
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        np.copyto(target, block)
        taken.append(time.perf_counter() - begun)
    return 2 * block.nbytes / statistics.median(taken) / 1e9


def random_places(network: StreetNetwork, count: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes scattered some 30 m about the streets."""
    rng = np.random.default_rng(seed)
    on = rng.integers(0, network.vertex_lon.size, count)
    return network.vertex_lon[on] + rng.normal(0, 3e-4, count), network.vertex_lat[on] + rng.normal(
        0, 3e-4, count
    )


def print_limit(touched: str, megabytes: float, seconds: float) -> None:
    """Print what it would take to touch so much memory once at the speed of copying, and how far we are."""
    least = megabytes / 1000 / bandwidth_gigabytes_per_second()
    print(f"\nTo touch {touched}, {megabytes:,.1f} MB, takes {least * 1000:,.2f} ms at the speed of memory; "
          f"we take {seconds / least:,.0f} times that.")  # fmt: skip
