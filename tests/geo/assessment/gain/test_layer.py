"""Where one more place would help most: junction by junction what a run with a place there says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from api.run import run_study
from geo.assessment.gain.layer import at_junctions, gain_layers
from layers.study.changes import parse_change
from maps.result import StudyResult
from tests.support.town import at, rows, write_town

MINUTES = 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(7)
    homes = [
        f"h{n},{at(*rng.uniform(0, 300, 2).tolist())},{people}"
        for n, people in enumerate(rng.integers(1, 30, 40))
    ]
    files: dict[str, str | bytes] = {"people.csv": rows("id,lon,lat,people", *homes)}
    return write_town(tmp_path_factory.mktemp("town"), files=files)


@pytest.fixture(scope="module")
def town(folder: Path) -> StudyResult:
    return run_study(folder)


def covered(result: StudyResult) -> float:
    table = result.tables.within
    return float(table.loc[table["minutes"] == MINUTES, "covered"].sum())


def test_gain_at_a_junction_is_what_a_run_with_a_place_there_adds(town: StudyResult, folder: Path) -> None:
    (layer,) = [each for each in town.gain if each.minutes == MINUTES]
    network = town.network
    for node in (0, 7, int(np.argmax(layer.people)), network.node_count - 1):
        lon, lat = round(float(network.node_lon[node]), 7), round(float(network.node_lat[node]), 7)
        row = {"id": "n", "category": "station", "lon": lon, "lat": lat}
        more = run_study(folder, change=parse_change({"name": "more", "open": [row]}))
        assert layer.people[node] == covered(more) - covered(town)
    assert layer.people.max() > 0


def test_who_may_not_be_shown_is_not_told_by_the_gain(town: StudyResult) -> None:
    nobody = np.zeros(len(town.layers.demand), dtype=np.bool_)
    layers = gain_layers(
        town.ground, town.cases, shown=nobody, barriers=town.layers.barriers, max_snap_metres=200
    )
    assert all((layer.people == 0).all() for layer in layers)


def test_of_more_layers_than_there_is_room_for_the_first_are_kept(town: StudyResult) -> None:
    room = 2 * town.network.node_count
    layers = gain_layers(
        town.ground,
        town.cases,
        shown=np.ones(len(town.layers.demand), dtype=np.bool_),
        barriers=town.layers.barriers,
        max_snap_metres=200,
        most_values=room,
    )
    assert len(town.gain) > len(layers) == 2


def test_every_junction_is_joined_where_it_stands(town: StudyResult) -> None:
    places = at_junctions(town.network, barriers=town.layers.barriers, max_snap_metres=200)
    assert places.snapped.all()
    assert places.access_ms.max() <= 1
