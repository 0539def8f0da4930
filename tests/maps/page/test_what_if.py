"""What the page says of a change: to the person what the engine says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.run import run_study
from geo.network.snap import snap
from geo.search.reach import reachable
from layers.change import changed
from layers.study.changes import Change, parse_change, read_change
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult
from tests.support.browser import IN_BROWSER
from tests.support.town import at, place, rows, write_town

pytestmark = IN_BROWSER

CHANGES = 200
MINUTES = 5
SIDE = 300
"""Metres from the south-western corner to the far ones."""

OUTCOMES = """([changes, count]) => {
    const { model, answers, whatIf } = lifecircle;
    model.set({ minutes: model.content.minutes.indexOf(5) });
    const router = answers.router(0);
    const join = ({ lon, lat }) => router.join(lon, lat);
    const index = (id) => model.facilities.id.indexOf(id);
    const { state, minutes } = model;
    const question = { shown: state.case, category: state.category, limit: minutes * 60000, count };
    return changes.map(({ open, close, move }) => whatIf.whatIf.outcome(question, {
        opened: open.map(join),
        closed: close.map(({ id }) => index(id)),
        moved: move.map((row) => ({ facility: index(row.id), to: join(row) })),
    }));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of three stations and eighty homes at random places."""
    rng = np.random.default_rng(15)
    homes = [
        f"h{n},{at(*rng.uniform(0, SIDE, 2).tolist())},{people}"
        for n, people in enumerate(rng.integers(1, 30, 80))
    ]
    stations = [f"s{n},S{n},{at(*where)}" for n, where in enumerate([(0, 0), (40, 0), (0, 150)])]
    files: dict[str, str | bytes] = {
        "people.csv": rows("id,lon,lat,people", *homes),
        "stations.csv": rows("id,name,lon,lat", *stations),
    }
    return write_town(tmp_path_factory.mktemp("town"), files=files)


@pytest.fixture(scope="module")
def town(folder: Path) -> StudyResult:
    return run_study(folder)


def random_change(rng: np.random.Generator, number: int) -> dict[str, Any]:
    """One to three places open, close or move."""

    def anywhere() -> dict[str, float]:
        lon, lat = place(*rng.uniform(0, SIDE, 2).tolist())
        return {"lon": lon, "lat": lat}

    standing = rng.permutation([f"stations:s{n}" for n in range(3)]).tolist()
    opened, closed, moved = ((number % 7) + 1) % 3, number % 3, (number // 3) % 2
    return {
        "name": f"change {number}",
        "open": [{"id": f"n{n}", "category": "station", **anywhere()} for n in range(opened)],
        "close": [{"id": each} for each in standing[:closed]],
        "move": [{"id": each, **anywhere()} for each in standing[closed : closed + moved]],
    }


def covered(result: StudyResult, change: Change, count: int) -> float:
    """People with so many stations within the minutes, once the layers are changed and searched anew."""
    places = changed(result.study, result.layers, change).facilities
    if places.empty:
        return 0.0
    points = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    joined = snap(result.network, points, max_snap_metres=200, barriers=result.layers.barriers)
    found = reachable(result.network, result.joined.demand, joined, max_seconds=60 * MINUTES)
    return float(result.layers.demand["people"].to_numpy()[np.diff(found.start) >= count].sum())


@pytest.mark.parametrize("count", [1, 2])
def test_two_hundred_changes_are_those_of_the_engine(reader: Any, town: StudyResult, count: int) -> None:
    rng = np.random.default_rng(200)
    changes = [random_change(rng, number) for number in range(CHANGES)]
    page = reader(render_map(map_content(town)))
    outcomes = page.page.evaluate(OUTCOMES, [changes, count])
    expected = [covered(town, parse_change(change), count) for change in changes]
    assert len(set(expected)) > 20
    assert [outcome["after"] for outcome in outcomes] == expected
    today = covered(town, parse_change({"name": "today"}), count)
    for outcome in outcomes:
        assert outcome["before"] == today
        assert outcome["after"] - today == sum(outcome["gained"]) - sum(outcome["lost"])


@pytest.mark.parametrize("kind", ["open", "close"])
def test_saved_file_is_run_to_the_same_people(
    reader: Any, town: StudyResult, folder: Path, tmp_path: Path, kind: str
) -> None:
    page = reader(render_map(map_content(town)))
    page.run(
        f"() => lifecircle.model.set({{ minutes: lifecircle.model.content.minutes.indexOf({MINUTES}) }})"
    )
    lon, lat = place(290, 290)
    opening = f"() => lifecircle.actions.here({lon}, {lat})"
    page.run(opening if kind == "open" else "() => lifecircle.actions.facility(2)")
    page.page.click(".what-if button")
    said = page.text(".what-if p").split()
    before, after = int(said[0].replace(",", "")), int(said[-4].replace(",", ""))
    with page.page.expect_download() as download:
        page.page.click(".save-change")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    assert set(tomllib.loads(file.read_text())) == {"name", kind}
    totals = [map_content(each).totals for each in (town, run_study(folder, change=read_change(file)))]
    people = [t.loc[t["minutes"] == MINUTES, "people_covered"].sum() for t in totals if t is not None]
    assert [before, after] == people
    assert before != after


SEARCHES = """() => {
    const { model, answers, whatIf } = lifecircle;
    const { search } = answers.router(0);
    const run = search.run.bind(search);
    let searches = 0;
    search.run = (...given) => { searches += 1; run(...given); };
    whatIf.outcome({ opened: [], closed: [0], moved: [] });
    return searches;
}"""


def test_places_of_a_service_are_searched_together(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    # Once from the three that stand and once from the two that are left.
    assert page.run(SEARCHES) == 2


def test_card_of_a_place_says_who_is_not_counted(reader: Any, tmp_path: Path) -> None:
    people = rows("id,lon,lat,people,group", f"a,{at(50, 50)},40,residents", f"b,{at(100, 50)},2,disabled")
    page = reader(render_map(map_content(run_study(write_town(tmp_path, files={"people.csv": people})))))
    page.run("() => lifecircle.actions.facility(0)")
    page.page.click(".what-if button")
    assert "2 people of small groups" in page.text(".what-if")
