"""What the page answers where one clicks: to the millisecond what the engine says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyproj
import pytest

from api.run import run_study
from geo.network.arrays import NO_TIME
from geo.network.snap import AccessPoints, snap
from geo.search.reach import reachable
from maps.page.reach import STEPS, guessed_metres, is_symmetric, metres_per_step, steps_of
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult
from tests.support.browser import IN_BROWSER
from tests.support.town import STUDY, at, place, rows, write_town

pytestmark = IN_BROWSER

PLACES = 1000
LIMIT_SECONDS = 900
NEVER = 2**31 - 1
"""What the page says of a place that is not reached."""

JOINS = {
    "edge": "edge",
    "access": "access_ms",
    "fromSource": "from_source_ms",
    "fromTarget": "from_target_ms",
    "toSource": "to_source_ms",
    "toTarget": "to_target_ms",
    "doubt": "doubt",
}
ANSWERS = """([lon, lat]) => {
    const router = lifecircle.answers.router(0);
    return lon.map((x, i) => {
        const joined = router.join(x, lat[i]);
        if (!joined) return null;
        return {
            joined,
            to: [...router.facilityTimes(joined, 900000)],
            from: [...router.demandTimes([joined], 900000)],
        };
    });
}"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    from api.cli.demo import make_demo

    return run_study(make_demo(tmp_path_factory.mktemp("city")))


@pytest.fixture(scope="module")
def ridden(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The demo by electric bicycle, whose streets take unequal times both ways."""
    from api.cli.demo import make_demo

    folder = make_demo(tmp_path_factory.mktemp("ridden"))
    file = folder / "study.toml"
    text = re.sub(r"(?m)^profile = .*\n", "", file.read_text("utf-8"))
    file.write_text('profile = "ebike"\n' + text, "utf-8")
    result = run_study(folder)
    assert not is_symmetric(result.network)
    return result


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(write_town(tmp_path_factory.mktemp("town")))


def test_steps_are_those_of_openstreetmap_and_keep_what_lies_between() -> None:
    steps, rest = steps_of(np.array([24.9384, -0.12345678912]))
    assert steps.tolist() == [249384000, -1234568]
    assert rest.tolist() == [0, 10_880]


def test_lengths_are_added_up_edge_by_edge() -> None:
    lon, lat = np.array([0, 3, 3, 0, 0]), np.array([0, 4, 10, 0, 1])
    start = np.array([0, 3, 5])
    assert guessed_metres(lon, lat, start, np.array([1.0, 0, 1, 0, 0])).tolist() == [0, 5, 11, 0, 1]


def test_a_degree_is_as_long_as_on_the_ellipsoid_and_shorter_further_north() -> None:
    geod = pyproj.Geod(ellps="WGS84")
    for latitude in (-35.0, 0.0, 31.2, 60.17):
        east, east_more, north, north_more, middle = metres_per_step(round(latitude * STEPS))
        for away in (0.0, 0.2):
            _, _, metres = geod.inv(0, latitude + away, 0.001, latitude + away)
            assert (east + east_more * away * STEPS) * 1e4 == pytest.approx(metres, rel=2e-5)
            _, _, metres = geod.inv(0, latitude + away - 5e-4, 0, latitude + away + 5e-4)
            assert (north + north_more * away * STEPS) * 1e4 == pytest.approx(metres, rel=2e-5)
        assert middle == round(latitude * STEPS)


def times(result: StudyResult, origins: AccessPoints, places: AccessPoints) -> np.ndarray:
    """Milliseconds from every origin to every place, `NEVER` beyond the limit."""
    found = reachable(result.network, origins, places, max_seconds=LIMIT_SECONDS)
    table = np.full((len(origins), len(places)), NEVER)
    row = np.repeat(np.arange(len(origins)), np.diff(found.start))
    table[row, found.place] = found.milliseconds
    return table


@pytest.mark.parametrize(
    "study",
    [
        "town",
        "gated",
        pytest.param("city", marks=pytest.mark.slow),
        pytest.param("ridden", marks=pytest.mark.slow),
    ],
)
def test_a_thousand_places_are_joined_and_answered_as_by_the_engine(
    request: pytest.FixtureRequest, reader: Any, study: str
) -> None:
    result: StudyResult = request.getfixturevalue(study)
    rng = np.random.default_rng(15)
    west, south, east, north = result.network.bounds
    lon = np.round(rng.uniform(west, east, PLACES), 7)
    lat = np.round(rng.uniform(south, north, PLACES), 7)
    page = reader(render_map(map_content(result)))
    answers = page.page.evaluate(ANSWERS, [lon.tolist(), lat.tolist()])

    joined = snap(result.network, (lon, lat), max_snap_metres=200, barriers=result.layers.barriers)
    assert [answer is not None for answer in answers] == joined.snapped.tolist()
    kept = np.flatnonzero(joined.snapped)
    answers = [answers[i] for i in kept]
    joined = joined.take(kept)
    for said, known in JOINS.items():
        expected = getattr(joined, known).astype(np.int64)
        expected[expected == NO_TIME] = -1
        assert [answer["joined"][said] for answer in answers] == expected.tolist(), said
    to_facilities = times(result, joined, result.joined.facilities)
    from_demand = times(result, result.joined.demand, joined).T
    assert (to_facilities < NEVER).any() and (from_demand < NEVER).any()  # noqa: PT018
    assert np.array_equal([answer["to"] for answer in answers], to_facilities)
    assert np.array_equal([answer["from"] for answer in answers], from_demand)


def test_card_says_what_is_reached_and_who_comes(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    # 50 m from the station; from near it is 100 m, from far 500 m, at one metre a second.
    page.click(*place(50, 0))
    assert page.text(".card h2") == "From here"
    reached, people = (
        [row.split() for row in page.text(f".card table:nth-of-type({n})").splitlines()] for n in (1, 2)
    )
    assert reached[0][-4:] == ["5", "10", "15", "min"]
    assert "Alpha 0.8 min" in page.text(".card table")
    assert people[1] == ["residents", "10", "30", "30"]


def test_enter_on_the_map_asks_about_its_middle_and_escape_closes(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    page.page.focus(".leaflet-container")
    page.page.keyboard.press("Enter")
    assert page.text(".card h2") == "From here"
    page.page.keyboard.press("Escape")
    assert page.page.query_selector(".card") is None


def test_a_button_asks_about_the_middle_in_both_languages(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    page.page.click(".hint button")
    assert page.text(".card h2") == "From here"
    page.page.click(".language")
    assert page.text(".card h2") == "此处"
    assert page.text(".hint button") == "查询地图中心"


def test_a_place_far_from_every_street_is_told_so(reader: Any, town: StudyResult) -> None:
    page = reader(render_map(map_content(town)))
    lon, lat = place(900, 900)
    page.run(f"() => lifecircle.actions.here({lon}, {lat})")
    assert page.text(".card .kind") == "No street within 200 m"


def test_a_map_without_streets_opens_the_polygon(reader: Any, content: Any) -> None:
    page = reader(render_map(content))
    page.click(24.9469, 60.1735)
    assert page.text(".card .kind") == "50 residents"


GATES = """
[[layer]]
id = "parks"
kind = "facility"
source = "parks.csv"
crs = "EPSG:4326"
category = "park"
licence = "own"
attribution = "us"
[[layer]]
id = "gates"
kind = "entrance"
source = "gates.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The town with a park of two gates, one of three, and one that is reached along its outline."""
    lines, gates = [], []
    for key, (west, south) in {"Green": (110, 110), "Blue": (10, 210), "Red": (210, 10)}.items():
        corners = [(west, south), (west + 80, south), (west + 80, south + 80), (west, south + 80)]
        ring = ",".join("{} {}".format(*place(*corner)) for corner in [*corners, corners[0]])
        lines.append(f'{key},{key},"POLYGON(({ring}))"')
        sides = [(west, south + 40, "west"), (west + 80, south + 40, "east"), (west + 40, south, "south")]
        count = {"Green": 2, "Blue": 3, "Red": 0}[key]
        gates += [f"{key} {name},{key},{at(east, north)}" for east, north, name in sides[:count]]
    files = {
        "parks.csv": rows("id,name,wkt", *lines),
        "gates.csv": rows("name,所属设施,lon,lat", *gates),
    }
    return run_study(write_town(tmp_path_factory.mktemp("gated"), study=STUDY + GATES, files=files))


def test_card_names_the_gate(reader: Any, gated: StudyResult) -> None:
    page = reader(render_map(map_content(gated)))
    # 100 m south of the height of the gate, and 10 m to it.
    lon, lat = place(100, 50)
    page.run(f"() => lifecircle.actions.here({lon}, {lat})")
    assert "Green 1.8 min by Green west" in page.text(".card table")
    page.page.click(".language")
    assert "经Green west" in page.text(".card table")
