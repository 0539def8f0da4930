"""Published instances and another library on the same input."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from geo.siting import Problem, Rules, Sites, TravelTimes, cover_all, cover_most, least_minutes, least_worst
from tests.benchmarks.bench_orlib import problem_of, random_graph, read_instance, units
from tests.support.paths import SHARED_DATA
from tests.support.siting_questions import plane

ORLIB = SHARED_DATA / "orlib"


@pytest.mark.shared_data
@pytest.mark.slow
@pytest.mark.skipif(not ORLIB.is_dir(), reason="the OR-Library instances are not in ../shared/data/orlib")
@pytest.mark.parametrize("number", range(1, 21))
def test_published_optima(number: int) -> None:
    with (ORLIB / "optima.csv").open() as file:
        row = {r["instance"]: r for r in csv.DictReader(file)}[f"pmed{number}"]
    p, distance = read_instance(ORLIB / f"pmed{number}.txt")
    for answer, key in ((least_minutes, "p_median"), (least_worst, "p_center")):
        plan = answer(problem_of(distance), Rules(new=p))
        assert (units(plan), plan.status) == (int(row[key]), "optimal")


def test_of_an_edge_given_twice_the_last_counts(tmp_path: Path) -> None:
    (tmp_path / "pmed.txt").write_text(" 3 3 1\n 1 2 50\n 2 3 7\n 1 2 5\n")
    p, distance = read_instance(tmp_path / "pmed.txt")
    plan = least_minutes(problem_of(distance), Rules(new=p))
    assert (plan.opened, units(plan)) == ((1,), 12)


@pytest.mark.parametrize(("nodes", "p"), [(60, 3), (60, 12), (90, 5)])
def test_random_graphs_agree_with_the_plain_programme(nodes: int, p: int) -> None:
    # A budget beside the number sends the question to the whole model in HiGHS.
    problem = problem_of(random_graph(nodes, p))
    for answer in (least_minutes, least_worst):
        ours, plain = answer(problem, Rules(new=p)), answer(problem, Rules(new=p, budget=1e6))
        assert units(ours) == units(plain)
        assert ours.status == plain.status == "optimal"


@pytest.mark.skipif(importlib.util.find_spec("spopt") is None, reason="spopt is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_spopt(seed: int) -> None:
    import pulp
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    problem = plane(25, 120, seed=seed)
    start, table = problem.times.start, problem.times
    seconds = np.full((120, 25), 1e6)
    for site in range(25):
        part = slice(start[site], start[site + 1])
        seconds[table.point[part], site] = table.milliseconds[part] / 1000
    people, solver = problem.demand.people, pulp.PULP_CBC_CMD(msg=False)
    theirs = (
        MCLP.from_cost_matrix(seconds, people, 200, p_facilities=4).solve(solver).problem.objective.value()
    )
    assert cover_most(problem, Rules(new=4, limit_seconds=200)).value == pytest.approx(theirs)
    theirs = PMedian.from_cost_matrix(seconds, people, p_facilities=4).solve(solver).problem.objective.value()
    assert least_minutes(problem, Rules(new=4)).value * 60 == pytest.approx(theirs)
    theirs = PCenter.from_cost_matrix(seconds, p_facilities=4).solve(solver).problem.objective.value()
    assert least_worst(problem, Rules(new=4)).value * 60 == pytest.approx(theirs)
    theirs = LSCP.from_cost_matrix(seconds, 400).solve(solver).problem.objective.value()
    assert cover_all(problem, Rules(limit_seconds=400)).value == pytest.approx(theirs)


def test_large_ranges_of_time_stay_exact() -> None:
    # Three hours in milliseconds times a hundred thousand people: beyond float32, within float64.
    times = TravelTimes.from_matrix([[10_800.001, 0.001], [0.002, 10_800.0]])
    from geo.siting import Demand

    problem = Problem(times, Sites(2), Demand(np.array([100_000.0, 100_000.0])))
    assert least_minutes(problem, Rules(new=1)).opened in ((0,), (1,))
    assert least_minutes(problem, Rules(new=1)).value == pytest.approx(100_000 * 10_800.002 / 60, rel=1e-12)
