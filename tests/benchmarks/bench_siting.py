"""Maximal covering and p-median on the streets of a city, beside spopt on the same input.

Run: ``python tests/benchmarks/bench_siting.py EXTRACT [--spopt]`` with an OpenStreetMap extract of
some size (Greater Porto: 300,000 walkable nodes). Candidates and demand are random street nodes. Dense towns
are tried by ``bench_siting_dense``.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.siting import Demand, Goal, Problem, Rules, Run, Sites, TravelTimes, solve

METRES = 1200.0
WALKING_METRES_PER_MS = 80.0 / 60_000.0


@dataclass(frozen=True, slots=True)
class Case:
    """One measured question."""

    candidates: int
    demand: int
    new: int
    goal: Goal = "cover_most"
    gap: float = 0.0
    repeats: int = 3


CASES = (
    Case(1_000, 5_000, 10), Case(5_000, 5_000, 10), Case(5_000, 50_000, 10), Case(5_000, 50_000, 50),
    Case(20_000, 300_000, 10, repeats=1), Case(20_000, 300_000, 50, gap=0.01, repeats=1),
    Case(1_000, 20_000, 20, "least_minutes", 0.001, 1),
)  # fmt: skip


def street_graph(extract: Path) -> csr_matrix:
    """Return the largest piece of the walkable streets, in metres."""
    numbers: dict[int, int] = {}
    places: list[tuple[float, float]] = []
    pairs: list[tuple[int, int]] = []
    ways = osmium.FileProcessor(str(extract)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    for way in ways:
        if not way.is_way() or way.tags["highway"] in ("motorway", "motorway_link", "trunk", "trunk_link"):
            continue
        found = [node for node in way.nodes if node.location.valid()]
        for node in found:
            if numbers.setdefault(node.ref, len(places)) == len(places):
                places.append((node.location.lon, node.location.lat))
        refs = [numbers[node.ref] for node in found]
        pairs += [(min(p), max(p)) for p in pairwise(refs) if p[0] != p[1]]
    one, two = np.unique(np.array(pairs), axis=0).T
    lon, lat = np.radians(np.array(places)).T
    metres = 6_371_008.8 * np.hypot((lon[one] - lon[two]) * np.cos(lat[one]), lat[one] - lat[two])
    graph = csr_matrix((np.maximum(metres, 0.01), (one, two)), shape=(len(places), len(places)))
    graph = graph + graph.T
    piece = connected_components(graph)[1]
    largest = np.flatnonzero(piece == np.bincount(piece).argmax())
    return graph[largest][:, largest].tocsr()


def instance(graph: csr_matrix, case: Case, seed: int = 0) -> Problem:
    """Return random candidates and people on the street nodes, with the times between them."""
    rng, nodes = np.random.default_rng(seed), graph.shape[0]
    sites = rng.choice(nodes, case.candidates, replace=False)
    homes = rng.choice(nodes, case.demand, replace=False)
    people = rng.integers(1, 101, case.demand).astype(float)
    limit = METRES if case.goal == "cover_most" else np.inf
    counts, points, times = [0], [], []
    for part in range(0, sites.size, 50):
        for row in dijkstra(graph, indices=sites[part : part + 50], limit=limit):
            near = np.flatnonzero(np.isfinite(row[homes]))
            points.append(near.astype(np.int32))
            times.append(np.rint(row[homes[near]] / WALKING_METRES_PER_MS).astype(np.int32))
            counts.append(near.size)
    start = np.cumsum(counts).astype(np.int64)
    table = TravelTimes(start, np.concatenate(points), np.concatenate(times), case.demand)
    return Problem(table, Sites(case.candidates), Demand(people))


def spopt_value(problem: Problem, new: int, limit_seconds: float) -> tuple[float, float]:
    """Return people covered by spopt's MCLP, and its seconds (it needs the full table)."""
    from pulp import HiGHS
    from spopt.locate import MCLP

    times = problem.times
    begun = time.perf_counter()
    full = np.full((times.points, times.sites), 1e9)
    site = np.repeat(np.arange(times.sites), np.diff(times.start))
    full[times.point, site] = times.milliseconds / 1000.0
    model = MCLP.from_cost_matrix(full, problem.demand.people, limit_seconds, p_facilities=new)
    model.solve(HiGHS(msg=False), results=False)
    return float(model.problem.objective.value()), time.perf_counter() - begun


def main() -> None:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description="Siting on a real street network.")
    parser.add_argument("extract", type=Path)
    parser.add_argument("--spopt", action="store_true", help="solve the smaller cases with spopt too")
    arguments = parser.parse_args()
    graph = street_graph(arguments.extract)
    limit = METRES / WALKING_METRES_PER_MS / 1000.0
    print(
        "goal candidates demand p | value bound gap % status | median wall s, cpu s, peak GB | spopt value, s"
    )
    for case in CASES:
        problem, walls, cpus = instance(graph, case), [], []
        rules = Rules(new=case.new, limit_seconds=limit if case.goal == "cover_most" else None)
        for _ in range(case.repeats):
            wall, cpu = time.perf_counter(), time.process_time()
            plan = solve(problem, case.goal, rules, Run(gap=case.gap, time_limit_seconds=60))
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        beside = ""
        small = case.demand * case.candidates <= 5_000_000
        if arguments.spopt and case.goal == "cover_most" and small:
            beside = "{:.0f} {:.1f}".format(*spopt_value(problem, case.new, limit))
        spent = f"{statistics.median(walls):.2f} {statistics.median(cpus):.2f} {peak:.2f}"
        proof = f"{plan.value:.0f} {plan.bound:.0f} {100 * plan.gap:.4f} {plan.status}"
        print(
            case.goal, case.candidates, case.demand, case.new, "|", proof, "|", spent, "|", beside, flush=True
        )


if __name__ == "__main__":
    main()
