"""Plans for a piece of Matosinhos, recounted by networkx, and every other plan tried beside them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from api.run import run_study
from api.site import site_result
from geo.errors import InputError
from layers.joined import join_layer
from layers.osm.cut import cut_extract
from layers.study.siting.question import site_question
from maps.result import SitingResult
from tests.support.street_oracle import times, with_points

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

BOX = (-8.695, 41.176, -8.672, 41.190)
HOMES, STATIONS, PLOTS = 70, 4, 12
MINUTES = 7.0

LAYER = """
[[layer]]
id = "{id}"
kind = "{kind}"
source = "{source}"
crs = "EPSG:4326"
{more}licence = "test use only"
attribution = "others"
"""


@pytest.fixture(scope="module")
def run(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("matosinhos")
    cut_extract(shared_data / "porto" / "porto_portugal.osm.pbf", folder / "piece.osm.pbf", BOX)
    rng = np.random.default_rng(20)
    west, south, east, north = BOX

    def strewn(name: str, count: int, **columns: Any) -> None:
        ids = [f"{name[0]}{n}" for n in range(count)]
        frame = pd.DataFrame({"id": ids, "name": ids, **columns})
        frame["lon"] = rng.uniform(west + 0.003, east - 0.003, count).round(6)
        frame["lat"] = rng.uniform(south + 0.002, north - 0.002, count).round(6)
        frame.to_csv(folder / f"{name}.csv", index=False)

    groups = ["elderly" if n % 3 == 0 else "residents" for n in range(HOMES)]
    strewn("homes", HOMES, people=rng.integers(5, 60, HOMES), group=groups)
    strewn("stations", STATIONS, capacity=rng.integers(100, 300, STATIONS))
    strewn("plots", PLOTS, capacity=rng.integers(60, 300, PLOTS), cost=rng.integers(1, 9, PLOTS))
    strewn("rivals", 3)
    middle = (south + north) / 2
    halves = {"s": (south, middle), "n": (middle, north)}
    (folder / "halves.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": name}, "geometry": {"type": "Polygon", "coordinates": [
            [[west, low], [east, low], [east, high], [west, high], [west, low]]]}}
        for name, (low, high) in halves.items()
    ]}), "utf-8")  # fmt: skip
    study = 'name = "Matosinhos"\nminutes = [7]\n[streets]\nextract = "piece.osm.pbf"\n'
    for name, kind in (("homes", "demand"), ("stations", "station"), ("plots", "candidate")):
        more = 'category = "station"\n' if kind == "station" else ""
        study += LAYER.format(id=name, kind=kind, source=f"{name}.csv", more=more)
    study += LAYER.format(id="rivals", kind="merchant", source="rivals.csv", more='category = "station"\n')
    study += LAYER.format(id="halves", kind="area", source="halves.geojson", more="")
    (folder / "study.toml").write_text(study, "utf-8")
    return run_study(folder)


@pytest.fixture(scope="module")
def ask(run: Any) -> Callable[..., tuple[SitingResult, np.ndarray]]:
    seconds: dict[bool, np.ndarray] = {}

    def asked(**fields: Any) -> tuple[SitingResult, np.ndarray]:
        """Return the answer, and the seconds by networkx from each home to each site, a row a site."""
        question = {"category": "station", "minutes": MINUTES, "curve": 0, "alternatives": 0, **fields}
        result = site_result(run, site_question(question))
        won = bool(result.question.competitors)
        if won not in seconds:
            seconds[won] = by_networkx(run, result)
        return result, seconds[won]

    return asked


def by_networkx(run: Any, result: SitingResult) -> np.ndarray:
    """Return the seconds from each home to each site; endless where a competitor is as near or nearer."""
    rivals = run.layers.facilities[run.layers.facilities["layer"].isin(result.question.competitors)]
    graph = with_points(
        run.network,
        homes=result.people_access,
        sites=join_layer(run.study, run.network, run.layers, result.sites),
        rivals=join_layer(run.study, run.network, run.layers, rivals.reset_index(drop=True)),
    )
    rows = []
    for home in range(HOMES):
        there = times(graph, ("homes", home), "sites", len(result.sites))
        rival = times(graph, ("homes", home), "rivals", len(rivals)).min(initial=np.inf)
        rows.append(np.where(there < rival, there, np.inf))
    return np.array(rows).T


def sets_of(result: SitingResult, new: int, close: int = 0) -> Iterator[tuple[int, ...]]:
    """Yield all sets of open sites of at most so many new ones."""
    old = np.flatnonzero(result.sites["existing"]).tolist()
    plots = np.flatnonzero(~result.sites["existing"]).tolist()
    for gone in combinations(old, close):
        for many in range(new + 1):
            for some in combinations(plots, many):
                yield tuple(sorted({*old, *some} - {*gone}))


def within(seconds: np.ndarray, sites: tuple[int, ...], copies: int = 1) -> np.ndarray:
    return (seconds[list(sites)] <= MINUTES * 60).sum(axis=0) >= copies


def with_room(people: np.ndarray, seconds: np.ndarray, room: np.ndarray, sites: tuple[int, ...]) -> int:
    """Return how many people find room: the largest flow from homes to sites."""
    graph = nx.DiGraph()
    for site in sites:
        graph.add_edge(("site", site), "end", capacity=int(room[site]))
        for home in np.flatnonzero(seconds[site] <= MINUTES * 60):
            graph.add_edge(("home", home), ("site", site))
    for home in {node[1] for node in list(graph) if node[0] == "home"}:
        graph.add_edge("start", ("home", home), capacity=int(people[home]))
    return int(nx.maximum_flow_value(graph, "start", "end")) if "start" in graph else 0


def test_the_piece_is_one_to_plan_for(ask: Any) -> None:
    result, seconds = ask(new=3)
    assert len(result.sites) == STATIONS + PLOTS + 3
    assert 0.2 < within(seconds, tuple(np.flatnonzero(result.sites["existing"]))).mean() < 0.8
    assert result.people.sum() > 1000


@pytest.mark.parametrize("rules", [{}, {"competitors": ["rivals"]}, {"copies": 2}, {"close": 1}])
def test_people_covered_are_those_of_the_best_of_all_plans(ask: Any, rules: dict[str, Any]) -> None:
    result, seconds = ask(new=3, **rules)
    people, copies = result.people, rules.get("copies", 1)
    best = max(
        people[within(seconds, each, copies)].sum() for each in sets_of(result, 3, rules.get("close", 0))
    )
    assert result.plan.status == "optimal"
    assert result.plan.value == pytest.approx(best)
    there = within(seconds, result.plan.open_sites, copies)
    assert result.covered(result.after) == pytest.approx(people * there)


def test_room_is_shared_out_as_the_largest_flow(ask: Any) -> None:
    result, seconds = ask(new=2, capacity="limits", competitors=["rivals"])
    room = result.sites["capacity"].to_numpy(dtype=float)
    best = max(with_room(result.people, seconds, room, each) for each in sets_of(result, 2))
    assert (result.plan.status, round(result.plan.value)) == ("optimal", best)
    assert with_room(result.people, seconds, room, result.plan.open_sites) == best
    moved = pd.DataFrame(result.plan.assignment, columns=["site", "home", "people"])
    for site, served in moved.groupby("site")["people"].sum().items():
        assert served <= room[site] + 1e-6
    assert (seconds[moved["site"], moved["home"]] <= MINUTES * 60).all()


def test_decay_counts_each_at_the_nearest(ask: Any) -> None:
    result, seconds = ask(new=3, decay="gaussian", decay_minutes=3)

    def worth(sites: tuple[int, ...]) -> float:
        nearest = seconds[list(sites)].min(axis=0)
        share = np.where(nearest <= MINUTES * 60, np.exp(-(nearest**2) / (2 * 180.0**2)), 0.0)
        return float(share @ result.people)

    best = max(worth(each) for each in sets_of(result, 3))
    assert result.plan.value == pytest.approx(best, rel=1e-9) == pytest.approx(worth(result.plan.open_sites))


def test_floors_of_areas_and_groups_hold_and_no_plan_with_them_covers_more(ask: Any, run: Any) -> None:
    free, seconds = ask(new=3)
    people, demand = free.people, run.layers.demand
    north = demand.geometry.y.to_numpy() > (BOX[1] + BOX[3]) / 2
    old = (demand["group"] == "elderly").to_numpy()

    def share(sites: tuple[int, ...], part: np.ndarray) -> float:
        return float(people[within(seconds, sites) & part].sum() / people[part].sum())

    every = list(sets_of(free, 3))
    for name, part in (("n", north), ("s", ~north)):
        best, most = share(free.plan.open_sites, part), max(share(each, part) for each in every)
        # Halfway between what the best plan gives to a half and what any plan can, and something for the old.
        floor, least = (best + most) / 2, share(free.plan.open_sites, old) - 0.1
        result, _ = ask(new=3, area_floor={f"halves:{name}": floor}, group_floor={"elderly": least})
        kept = [
            each for each in every if share(each, part) >= floor - 1e-9 and share(each, old) >= least - 1e-9
        ]
        assert result.plan.status == "optimal"
        assert result.plan.open_sites in kept
        assert result.plan.value == pytest.approx(max(people[within(seconds, each)].sum() for each in kept))
        beyond = min(most + 0.03, 1.0)
        missing = (beyond - most) * people[part].sum()
        if missing > 1e-6:
            with pytest.raises(InputError, match=f"{math.ceil(missing - 1e-6)} "):
                ask(new=3, area_floor={f"halves:{name}": beyond})


def test_the_longest_way_and_the_minutes_of_all(ask: Any) -> None:
    result, seconds = ask(new=2, goal="minutes")
    hour = 3600.0

    def minutes(sites: tuple[int, ...]) -> float:
        return float(np.minimum(seconds[list(sites)].min(axis=0), hour) @ result.people) / 60

    assert result.plan.value == pytest.approx(min(minutes(each) for each in sets_of(result, 2)))
    result, seconds = ask(new=2, goal="worst")
    asked = np.isfinite(seconds).any(axis=0)

    def longest(sites: tuple[int, ...]) -> float:
        return float(seconds[list(sites)][:, asked].min(axis=0).max()) / 60

    assert result.plan.value == pytest.approx(min(longest(each) for each in sets_of(result, 2)))


def test_the_fewest_for_a_share(ask: Any) -> None:
    free, _ = ask(new=3)
    share = free.plan.value / free.people.sum() - 1e-9
    result, seconds = ask(cover=share)
    enough = [
        len(each) for each in sets_of(result, 3)
        if result.people[within(seconds, each)].sum() >= share * result.people.sum() - 1e-6
    ]  # fmt: skip
    assert len(result.plan.open_sites) == min(enough)
