"""Published p-median and p-center optima of the OR-Library (Beasley 1985), proven and timed.

Run: ``python tests/benchmarks/bench_orlib.py FOLDER`` with ``pmed*.txt`` and ``optima.csv``; with
``--random`` on graphs of the same make instead, up to 900 nodes, whose optima nobody has published.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from geo.siting import Demand, Plan, Problem, Rules, Run, Sites, TravelTimes, least_minutes, least_worst


def all_pairs(nodes: int, edges: np.ndarray) -> np.ndarray:
    """Shortest ways between all nodes; of an edge given twice the last counts."""
    full = np.zeros((nodes, nodes))
    for one, two, length in edges:
        full[one - 1, two - 1] = full[two - 1, one - 1] = length
    return shortest_path(csr_matrix(full), directed=False)


def read_instance(path: Path) -> tuple[int, np.ndarray]:
    """Return p and the distances of one file."""
    head, *lines = path.read_text().split("\n")
    nodes, _, p = map(int, head.split())
    return p, all_pairs(nodes, np.array([list(map(int, line.split())) for line in lines if line.strip()]))


def random_graph(nodes: int, seed: int) -> np.ndarray:
    """Distances of a random graph made as the published ones: nodes**2 / 50 edges of 1 to 100."""
    rng = np.random.default_rng(seed)
    path = np.column_stack([np.arange(1, nodes), np.arange(2, nodes + 1)])
    pairs = rng.integers(1, nodes + 1, (nodes * nodes // 50 - nodes + 1, 2))
    pairs = np.concatenate([path, pairs[pairs[:, 0] != pairs[:, 1]]])
    return all_pairs(nodes, np.column_stack([pairs, rng.integers(1, 101, len(pairs))]))


def problem_of(distance: np.ndarray) -> Problem:
    """Every node a site and a demand of one person; a unit of length is a millisecond."""
    nodes = len(distance)
    start, point = np.arange(nodes + 1) * nodes, np.tile(np.arange(nodes, dtype=np.int32), nodes)
    times = TravelTimes(start, point, np.rint(distance).astype(np.int32).ravel(), nodes)
    return Problem(times, Sites(nodes), Demand(np.ones(nodes)))


def instances(folder: Path) -> Iterator[tuple[str, int, np.ndarray, int, int]]:
    """Yield name, p, distances and the two published optima."""
    with (folder / "optima.csv").open() as file:
        for row in csv.DictReader(file):
            p, distance = read_instance(folder / f"{row['instance']}.txt")
            yield row["instance"], p, distance, int(row["p_median"]), int(row["p_center"])


def grown() -> Iterator[tuple[str, int, np.ndarray, int, int]]:
    """Yield random graphs of the sizes of the second half of the set."""
    for nodes in (500, 600, 700, 800, 900):
        for p in (5, 10, nodes // 10, nodes // 5, nodes // 3):
            yield f"random {nodes}", p, random_graph(nodes, p), -1, -1


def units(plan: Plan) -> int:
    """Value in the units of the file."""
    return round(plan.value * 60_000)


def main() -> None:
    """Print a line per instance."""
    parser = argparse.ArgumentParser(description="p-median and p-center on the instances of OR-Library.")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("folder", type=Path, nargs="?", help="with pmed1.txt ... and optima.csv")
    given.add_argument("--random", action="store_true", help="random graphs of the same kind instead")
    arguments = parser.parse_args()
    source = grown() if arguments.random else instances(arguments.folder)
    print("instance nodes p | p-median status wall s cpu s | p-center status wall s cpu s | published")
    for name, p, distance, median, center in source:
        problem, cells = problem_of(distance), []
        for answer in (least_minutes, least_worst):
            wall, cpu = time.perf_counter(), time.process_time()
            plan = answer(problem, Rules(new=p), Run(time_limit_seconds=60))
            spent = f"{time.perf_counter() - wall:.2f} {time.process_time() - cpu:.2f}"
            cells.append(f"{units(plan)} {plan.status} {spent}")
        published = "" if median < 0 else f"{median} {center}"
        print(name, len(distance), p, "|", cells[0], "|", cells[1], "|", published, flush=True)


if __name__ == "__main__":
    main()
