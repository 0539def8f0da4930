"""Siting in made-up dense towns, beside scipy.milp and spopt on the same input in the same run.

Run: ``python -m tests.benchmarks.bench_siting_dense [--full] [--seconds 60]``. Four in five sites and
people lie in 25 towns on a square of 30 km, the rest anywhere; a site reaches 1.2 km in 15 minutes. The
short form takes a few minutes, most of them the peers'; ``--full`` has 5,000 sites and 50,000 points
(2.3 million pairs), and the p-center of 1,000 sites and 20,000 points.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import time

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial import cKDTree

from geo.siting import Demand, Goal, Problem, Rules, Run, Sites, TravelTimes, solve
from tests.benchmarks.bench_siting import spopt_value

REACH_KM, LIMIT_SECONDS, MS_PER_KM = 1.2, 900, 900_000 / 1.2


def places(random: np.random.Generator, count: int, towns: np.ndarray) -> np.ndarray:
    """Return places in km, four in five of them in towns."""
    near = towns[random.integers(0, len(towns), count)] + random.normal(0.0, 1.5, (count, 2))
    return np.where(random.random(count)[:, None] < 0.8, near, random.random((count, 2)) * 30.0)


def dense(sites: int, points: int, *, reach_km: float = REACH_KM, seed: int = 1) -> Problem:
    """Return sites and people of towns, and the times within reach; who is in no reach has no weight."""
    random = np.random.default_rng(seed)
    towns = random.random((25, 2)) * 30.0
    where, homes = places(random, sites, towns), places(random, points, towns)
    near = [
        np.sort(np.array(found, dtype=np.int32)) for found in cKDTree(homes).query_ball_point(where, reach_km)
    ]
    far = [np.hypot(*(homes[row] - where[site]).T) for site, row in enumerate(near)]
    start = np.concatenate([[0], np.cumsum([row.size for row in near])]).astype(np.int64)
    point = np.concatenate(near)
    milliseconds = np.rint(np.concatenate(far) * MS_PER_KM).astype(np.int32)
    people = random.integers(1, 101, points) * np.isin(np.arange(points), point)
    return Problem(
        TravelTimes(start, point, milliseconds, points), Sites(sites), Demand(people.astype(float))
    )


def ours(name: str, problem: Problem, goal: Goal, rules: Rules, seconds: float) -> None:
    """Solve and print."""
    wall, cpu = time.perf_counter(), time.process_time()
    plan = solve(problem, goal, rules, Run(time_limit_seconds=seconds))
    spent = f"{time.perf_counter() - wall:.2f} s, {time.process_time() - cpu:.2f} cpu s"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{name}: {plan.value:.2f}, bound {plan.bound:.2f}, {100 * plan.gap:.3f} %, {plan.status}, {spent}, "
        f"{peak:.2f} GB",
        flush=True,
    )


def plain(problem: Problem, new: int | None, seconds: float) -> None:
    """Solve the plain programme by scipy.milp and print: maximal cover of ``new`` sites, or set cover."""
    times, people = problem.times, np.asarray(problem.demand.people)
    shape = (times.sites, times.points)
    matrix = sparse.csr_matrix((np.ones(times.point.size), times.point, times.start), shape).T.tocsr()
    matrix, people = matrix[people > 0], people[people > 0]
    wall, cpu = time.perf_counter(), time.process_time()
    sites, points = times.sites, people.size
    if new is None:
        cost, whole = np.ones(sites), np.ones(sites)
        rows = [LinearConstraint(matrix, 1.0, np.inf)]
    else:
        cost = np.concatenate([np.zeros(sites), -people])
        whole = np.concatenate([np.ones(sites), np.zeros(points)])
        count = sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(points)]))
        both = sparse.hstack([matrix, -sparse.eye(points)]).tocsr()
        rows = [LinearConstraint(both, 0.0, np.inf), LinearConstraint(count, 0.0, new)]
    out = milp(
        cost, constraints=rows, integrality=whole, bounds=Bounds(0, 1), options={"time_limit": seconds}
    )
    value = "no plan" if out.x is None else f"{abs(out.fun):.2f}, {100 * out.mip_gap:.3f} %"
    spent = f"{time.perf_counter() - wall:.2f} s, {time.process_time() - cpu:.2f} cpu s"
    print(f"  scipy.milp: {value}, {spent}", flush=True)


def main() -> None:
    """Print a line per question and solver."""
    parser = argparse.ArgumentParser(description="Siting in dense towns.")
    parser.add_argument("--full", action="store_true", help="the large instances too")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each search")
    arguments = parser.parse_args()
    seconds: float = arguments.seconds
    small = dense(200, 500)
    solve(small, "cover_all", Rules(limit_seconds=LIMIT_SECONDS))
    for sites, points in ((1_000, 5_000), (5_000, 50_000))[: 1 + arguments.full]:
        problem = dense(sites, points)
        for new in (10, 50):
            rules = Rules(new=new, limit_seconds=LIMIT_SECONDS)
            ours(f"MCLP {sites:,} x {points:,} p {new}", problem, "cover_most", rules, seconds)
            plain(problem, new, seconds)
            if sites * points <= 5_000_000 and importlib.util.find_spec("spopt"):
                value, spent = spopt_value(problem, new, LIMIT_SECONDS)
                print(f"  spopt: {value:.2f}, {spent:.2f} s", flush=True)
        rules = Rules(limit_seconds=LIMIT_SECONDS)
        ours(f"LSCP {sites:,} x {points:,}", problem, "cover_all", rules, seconds)
        plain(problem, None, seconds)
    for sites, points in ((200, 2_000), (1_000, 20_000))[: 1 + arguments.full]:
        problem = dense(sites, points, reach_km=100.0)
        ours(f"p-center {sites:,} x {points:,} p 20", problem, "least_worst", Rules(new=20), seconds)


if __name__ == "__main__":
    main()
