"""What the page says of a change: to the person what the engine says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

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

OUTCOMES = """([changes, count, minutes]) => {
    const { model, trial } = lifecircle;
    model.set({ minutes: model.content.minutes.indexOf(minutes) });
    const question = { ...trial.desk.question(), count };
    const empty = { name: "", open: [], close: [], move: [], extend: [], hours: [] };
    return changes.map((change) => {
        const base = { name: "", capacity: null };
        const open = change.open.map((row) => ({ ...base, ...row, categories: [row.category] }));
        const places = trial.desk.places.changes({ ...empty, ...change, open }, question);
        const outcome = trial.desk.whatIf.outcome(question, places);
        return { ...outcome, polygons: [...outcome.polygons] };
    });
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
    outcomes = page.page.evaluate(OUTCOMES, [changes, count, MINUTES])
    expected = [covered(town, parse_change(change), count) for change in changes]
    assert len(set(expected)) > 20
    assert [outcome["after"] for outcome in outcomes] == expected
    today = covered(town, parse_change({"name": "today"}), count)
    for outcome in outcomes:
        assert outcome["before"] == today
        assert outcome["after"] - today == sum(outcome["gained"]) - sum(outcome["lost"])
        # The grid parts the town: what its cells gain and lose is what all gain and lose.
        assert sum(outcome["polygons"]) == outcome["after"] - today


def test_every_service_case_and_minute_is_today_what_the_run_says(reader: Any, demo: StudyResult) -> None:
    page = reader(render_map(map_content(demo)))
    said = page.run("""() => {
        const { model, trial } = lifecircle;
        const empty = { opened: [], closed: [], moved: [] };
        return model.content.totals.map(([shown, category, minutes, people, covered, full]) => {
            model.set({ case: shown, category, minutes });
            const question = trial.desk.question();
            const { before, people: all } = trial.desk.whatIf.outcome(question, empty);
            return [all, people, before, covered + full];
        });
    }""")
    assert len(said) > 20
    for everybody, people, reached, counted in said:
        assert everybody == pytest.approx(people, rel=1e-6)
        assert reached == pytest.approx(counted, rel=1e-6)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    from api.cli.demo import make_demo

    return run_study(make_demo(tmp_path_factory.mktemp("demo")))


def pin(page: Any, lon: float, lat: float) -> None:
    """Drop a new place by the tools of the desk."""
    page.page.click(".dock-opener") if page.page.is_visible(".dock-opener") else None
    page.page.click(".try-new")
    page.click(lon, lat)


def figures(page: Any) -> tuple[int, int]:
    """The people before and after, as the desk says them."""
    said = page.text(".try-people").replace("people", "").split("→")
    before, after = (int(each.replace(",", "")) for each in said)
    return before, after


def at_five_minutes(page: Any) -> None:
    page.run(
        f"() => lifecircle.model.set({{ minutes: lifecircle.model.content.minutes.indexOf({MINUTES}) }})"
    )


def saved(page: Any, folder: Path) -> Path:
    with page.page.expect_download() as download:
        page.page.click(".save-change")
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def people_of(result: StudyResult) -> float:
    totals = map_content(result).totals
    assert totals is not None
    return float(totals.loc[totals["minutes"] == MINUTES, "people_covered"].sum())


def test_what_is_dropped_and_closed_and_moved_is_run_to_the_same_people(
    reader: Any, town: StudyResult, folder: Path, tmp_path: Path
) -> None:
    page = reader(render_map(map_content(town)))
    at_five_minutes(page)
    pin(page, *place(290, 250))
    page.run("() => lifecircle.actions.facility(2)")
    page.page.click("[data-card=close]")
    page.run("() => lifecircle.actions.facility(1)")
    page.page.click("[data-card=move]")
    page.run(f"() => lifecircle.trial.desk.drop('stations:s1', {list(place(200, 120))})")
    before, after = figures(page)
    file = saved(page, tmp_path)

    assert set(tomllib.loads(file.read_text())) == {"name", "open", "close", "move"}
    assert people_of(town) == before
    assert people_of(run_study(folder, change=read_change(file))) == after
    assert before != after


def test_figures_follow_a_pin_that_is_dragged(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    at_five_minutes(page)
    pin(page, *place(10, 10))
    first = figures(page)
    box = page.page.locator(".try-pin").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    seen = set()
    for step in range(1, 9):
        page.page.mouse.move(x + 30 * step, y - 30 * step)
        seen.add(figures(page))
        assert page.run("() => lifecircle.trial.desk.dragged !== null")
    page.page.mouse.up()
    assert len(seen) > 2
    assert figures(page) != first
    # The last move and the drop come to the same.
    assert figures(page) in seen
    page.page.click("[data-try=undo]")
    assert figures(page) == first


def test_arrow_keys_move_a_pin_and_delete_takes_it_away(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    pin(page, *place(150, 150))
    page.page.focus(".try-pin")
    at_first = page.run("() => lifecircle.trial.desk.draft.open[0]")
    page.page.keyboard.press("ArrowRight")
    moved = page.run("() => lifecircle.trial.desk.draft.open[0]")
    assert moved["lon"] > at_first["lon"]
    assert moved["lat"] == pytest.approx(at_first["lat"], abs=1e-5)
    page.page.keyboard.press("Delete")
    assert page.page.query_selector(".try-pin") is None


def test_scenarios_are_kept_compared_taken_up_and_deleted(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    at_five_minutes(page)
    for number, where in enumerate([(290, 250), (150, 290)], start=1):
        pin(page, *place(*where))
        page.page.fill("[data-try=keep-name]", f"Plan {number}")
        page.page.click("[data-try=keep]")
        page.page.click("[data-try=clear]")
    lines = page.text(".try-compared tbody").splitlines()
    assert [line.split("\t")[0][:6] for line in lines] == ["Today", "Plan 1", "Plan 2"]
    page.page.click("[data-try=load-0]")
    assert page.page.locator(".try-pin").count() == 1
    page.page.click("[data-try=forget-1]")
    assert "Plan 2" not in page.text(".try-compared")


def test_a_reload_loses_nothing(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    at_five_minutes(page)
    pin(page, *place(290, 250))
    page.page.fill("[data-try=keep-name]", "站 & <b>")
    page.page.click("[data-try=keep]")
    page.page.click(".language")
    page.page.wait_for_timeout(300)
    before = figures_zh(page), page.run("() => location.hash"), page.run("() => lifecircle.map.getZoom()")
    page.page.reload()
    page.page.wait_for_selector("body.ready")
    page.page.wait_for_timeout(300)
    assert (
        figures_zh(page),
        page.run("() => location.hash"),
        page.run("() => lifecircle.map.getZoom()"),
    ) == before
    assert "站 & <b>" in page.text(".try-compared")


def figures_zh(page: Any) -> str:
    return page.text(".try-people")


MARKUP = '[{"name":"<img src=x onerror=hacked=1>","open":[{"id":"a","categories":["<b>"],"lon":1,"lat":2}]}]'
NUMBERS = '[{"open":[{"id":"a","category":"station","lon":1e999,"lat":2},{"__proto__":{"hacked":1}}]}]'
STRANGERS = '[{"close":[{"id":"no such place"}],"move":[{"id":"x","lon":24.9,"lat":60.2}]}]'
HOSTILE = [
    "#w=" + quote(MARKUP),
    "#w=" + quote(NUMBERS),
    "#w=" + quote(STRANGERS),
    "#w=%5B%5B%5B&at=NaN,Infinity,99&c=99&m=-1&s=__proto__&l=xx&u=toString",
    "#" + "w=" * 20_000,
    "#place=" + quote("<script>window.hacked=1</script>"),
    "#%E0%A4%A",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_hostile_addresses_are_inert(reader: Any, town: StudyResult, address: str) -> None:
    page = reader(render_map(map_content(town)))
    page.run(f"() => {{ location.hash = {json.dumps(address)}; }}")
    page.page.wait_for_timeout(200)
    assert page.run("() => window.hacked") is None
    assert page.run("() => ({}).hacked") is None
    assert page.page.query_selector("img[src=x]") is None


def test_a_file_is_loaded_again_and_a_broken_one_refused(
    reader: Any, town: StudyResult, tmp_path: Path
) -> None:
    page = reader(render_map(map_content(town)))
    at_five_minutes(page)
    pin(page, *place(290, 250))
    page.page.fill("[data-try=name]", 'A "站"')
    page.page.keyboard.press("Enter")
    draft = page.run("() => lifecircle.trial.desk.draft")
    file = saved(page, tmp_path)
    page.page.click("[data-try=clear]")
    page.page.set_input_files("[data-try=file]", file)
    page.page.wait_for_selector(".try-rows")
    loaded = page.run("() => lifecircle.trial.desk.draft")
    assert loaded["open"] == draft["open"]
    broken = tmp_path / "broken.toml"
    broken.write_text("[[open]\n")
    page.page.set_input_files("[data-try=file]", broken)
    page.page.wait_for_function("() => document.querySelector('.try-files .note').textContent")
    assert page.text(".try-files .note") == "This is no change file."
    assert page.run("() => lifecircle.trial.desk.draft.open.length") == 1


SEARCHES = """() => {
    const { answers, trial } = lifecircle;
    const { search } = answers.router(0);
    const run = search.run.bind(search);
    let searches = 0;
    search.run = (...given) => { searches += 1; run(...given); };
    trial.desk.whatIf.outcome(trial.desk.question(), { opened: [], closed: [0], moved: [] });
    return searches;
}"""


def test_places_of_a_service_are_searched_together(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    # Once from the three that stand and once from the two that are left.
    assert page.run(SEARCHES) == 2


def test_the_desk_says_who_is_not_counted(reader: Any, tmp_path: Path) -> None:
    people = rows("id,lon,lat,people,group", f"a,{at(50, 50)},40,residents", f"b,{at(100, 50)},2,disabled")
    page = reader(render_map(map_content(run_study(write_town(tmp_path, files={"people.csv": people})))))
    page.run("() => lifecircle.actions.facility(0)")
    page.page.click("[data-card=close]")
    assert "2 people of small groups" in page.text(".try-outcome")
