"""Siting questions over HTTP: the same numbers as on the command line, and what is refused."""

from __future__ import annotations

import threading
import warnings

import pytest

from api import site
from api.http.app import create_app
from api.http.site_answers import site_answer
from api.http.site_models import SiteAnswer
from api.http.site_routes import within_bounds
from api.run import run_study
from api.settings import Settings
from geo.siting import solve
from layers.study.siting.question import SiteQuestion, site_question
from tests.support.town import STUDY, at, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

PLOTS = rows(
    "id,name,lon,lat,cost", f"a,North,{at(300, 300)},5", f"b,South,{at(200, 0)},1", f"c,East,{at(300, 100)},4"
)
"""Within three minutes, 180 m: a and c reach the 20 people far away, b the 10 near that have a station."""

PLOTS_LAYER = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    return write_town(folder, study=STUDY + PLOTS_LAYER, files={"plots.csv": PLOTS})


@pytest.fixture(scope="module")
def result(town):
    return run_study(town)


@pytest.fixture(scope="module")
def client(town, result):
    with TestClient(create_app(Settings(study=town, max_minutes=60), result)) as client:
        yield client


def ask(client, status=200, **asked):
    answer = client.post("/site", json={"minutes": 3, **asked})
    assert answer.status_code == status, answer.text
    return answer.json()


def same(told, known):
    """Compare all but how long the search took and how it went."""
    told, known = (one.model_dump() for one in (SiteAnswer.model_validate(told), known))
    for one in (told, known):
        one.pop("seconds")
        one["found"] = [line for line in one["found"] if line["name_en"] != "Search"]
    return told == known


# What is answered ----------------------------------------------------------------------------------


def test_one_new_site_by_hand(client):
    told = ask(client, new=1)
    assert told["headline_en"].startswith("With 1 new site, 100 % of 30 people reach a service station")
    assert told["headline_zh"].startswith("新增 1 个点位后")
    assert (told["status"], told["value"], told["bound"], told["gap"]) == ("optimal", 30, 30, 0)
    assert told["coverage"] == {
        "people": 30, "before": 10, "after": 30, "gained": 20, "left_out": 0,
        "share_before": pytest.approx(1 / 3), "share_after": 1,
    }  # fmt: skip
    [site] = told["chosen"]
    assert (site["id"], site["served"], site["added"]) in [("plots:a", 20, 20), ("plots:c", 20, 20)]
    assert [step["people"] for step in told["curve"]][:3] == [10, 30, 30]
    assert [plan["people"] for plan in told["alternatives"]] == [30, 30]
    assert "Candidates" in [line["name_en"] for line in told["assumed"]]


def test_groups_and_polygons_sum_to_all(client):
    told = ask(client, new=1)
    for table in (told["by_group"], told["by_polygon"]):
        for column in ("people", "before", "after", "gained"):
            assert sum(row[column] for row in table) == pytest.approx(told["coverage"][column])


def test_the_chosen_sites_are_geojson(client):
    told = ask(client, new=1, forbid=["plots:a"])
    assert told["sites"]["type"] == "FeatureCollection"
    [feature] = told["sites"]["features"]
    lon, lat = map(float, at(300, 100).split(","))
    assert feature["id"] == "plots:c"
    assert feature["geometry"] == {"type": "Point", "coordinates": [pytest.approx(lon), pytest.approx(lat)]}
    assert (feature["properties"]["name"], feature["properties"]["cost"]) == ("East", 4)


def test_no_new_site_is_an_answer_too(client):
    told = ask(client, new=0)
    assert (told["chosen"], told["sites"]["features"]) == ([], [])
    assert told["coverage"]["gained"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"new": 1},
        {"cover": 1.0},
        {"budget": 4.0, "curve": 0},
        {"new": 2, "goal": "minutes"},
        {"new": 1, "goal": "worst", "alternatives": 0},
        {"new": 1, "fair": "grid"},
        {"new": 1, "keep": ["plots:b"]},
        {"new": 2, "candidates": "junctions"},
        {"new": 1, "candidates": "grid", "spacing_metres": 100},
        {"new": 1, "on": "2027-06-01", "category": "station"},
    ],
)
def test_the_numbers_are_those_of_the_command(client, town, asked):
    question = within_bounds(site_question({"minutes": 3, **asked}), max_minutes=60)
    assert same(ask(client, **asked), site_answer(site.site_study(town, question)))


def test_a_question_left_alone_is_that_of_the_command():
    question = SiteQuestion(new=1)
    served = within_bounds(question, max_minutes=60)
    differ = {name for name in SiteQuestion.model_fields if getattr(served, name) != getattr(question, name)}
    assert differ == {"curve", "time_limit_seconds"}  # bounded, since somebody waits


def test_what_was_written_is_kept():
    served = within_bounds(SiteQuestion(new=1, curve=0, time_limit_seconds=60), max_minutes=60)
    assert (served.curve, served.time_limit_seconds) == (0, 60)


def test_the_body_is_the_question_itself(client):
    body = client.get("/openapi.json").json()["paths"]["/site"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert schema["$ref"].endswith("/SiteQuestion")


def test_nothing_is_read_again(client, monkeypatch):
    for name in ("read_study", "load_layers", "open_network", "read_basemap", "read_cases"):
        monkeypatch.setattr(site, name, lambda *_given, **_more: pytest.fail("read again"))
    ask(client, new=1)


# What is refused -----------------------------------------------------------------------------------


def test_a_question_without_a_plan_names_its_culprits(client):
    told = ask(client, 422, cover=1.0, forbid=["plots:a", "plots:c"])
    assert (told["code"], told["type"]) == ("no-plan", "urn:lifecircle:no-plan")
    [fault] = [fault for fault in told["faults"] if "people:far" in fault["value"]]
    assert (fault["code"], fault["field"]) == ("siting.infeasible", "minutes")
    assert "20" in fault["what_en"]
    assert fault["what_zh"]
    assert "--" not in str(told)


def test_giving_way_by_the_culprit_gives_a_plan(client):
    assert "new" in [fault["field"] for fault in ask(client, 422, cover=1.0, new=0)["faults"]]
    assert ask(client, cover=1.0, new=1)["status"] == "optimal"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"new": 1, "category": "nonsense"}, "category: the study has no such category (nonsense)"),
        ({"new": 1, "within": ["nowhere"]}, "within: no area or grid cell"),
        ({"new": 1, "keep": ["nothing"]}, "keep: no candidate has this id"),
        ({"budget": 1.0, "candidates": "junctions"}, "budget: "),
        ({"new": 51}, "new: must be at most 50 here (51)"),
        ({"new": 1, "time_limit_seconds": 61}, "time_limit_seconds: must be at most 60 here (61)"),
        ({"new": 1, "curve": 21}, "curve: must be at most 20 here (21)"),
        ({"new": 1, "alternatives": 11}, "alternatives: must be at most 10 here (11)"),
        ({"new": 1, "spacing_metres": 1}, "spacing_metres: must be at least 25 here (1)"),
        ({"new": 1, "minutes": 61}, "minutes: must be at most 60 here (61)"),
    ],
)
def test_a_question_the_study_cannot_answer(client, asked, words):
    told = ask(client, 400, **asked)
    assert told["code"] == "invalid-parameter"
    assert words in told["detail"]
    assert told["faults"][0]["fix_zh"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "{}",
            'not limited. Add "new": 3 or "budget": 500000, or ask for "cover": 0.95',
        ),
        ('{"new": 1, "cover": 0.5, "goal": "people"}', 'cover: a share is used only with "goal": "cover"'),
        ('{"new": -1}', "new: must be >= 0 (-1)"),
        ('{"new": true}', "new: "),
        ('{"new": "3"}', "new: "),
        ('{"new": 1, "minutes": NaN}', "minutes: "),
        ('{"budget": Infinity}', "budget: "),
        ('{"cover": 95}', "cover: "),
        ('{"new": 1, "goal": "best"}', "goal: "),
        ('{"new": 1, "on": "soon"}', "on: "),
        ('{"new": 1, "path": "/etc/passwd"}', "path: unknown key"),
        ("[]", "a table is wanted here"),
        ("{", "not valid JSON"),
        ("", "missing"),
    ],
)
def test_what_is_no_question_is_refused_as_everywhere(client, body, words):
    answer = client.post("/site", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-parameter")
    assert words in answer.json()["detail"]
    assert answer.json()["faults"][0]["what_zh"]


# One at a time -------------------------------------------------------------------------------------


def test_a_second_question_is_told_to_come_back_and_others_are_answered(client, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given):
        begun.set()
        assert go_on.wait(60)
        return solve(*given)

    monkeypatch.setattr("geo.siting.compare.solve", slow)
    first: list[object] = []
    thread = threading.Thread(target=lambda: first.append(ask(client, new=1)["status"]))
    thread.start()
    try:
        assert begun.wait(60)
        answer = client.post("/site", json={"new": 1})
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/health").status_code == 200
    finally:
        go_on.set()
        thread.join()
    assert first == ["optimal"]
    assert ask(client, new=1)["status"] == "optimal"


def test_a_refused_question_leaves_the_way_free(client):
    for _ in range(2):
        ask(client, 422, cover=1.0, new=0)
    ask(client, new=1)


# Real streets --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("source", ["junctions", "grid"])
def test_the_demo_answers_as_the_command_does(tmp_path_factory, source):
    from api.cli.demo import make_demo

    folder = make_demo(tmp_path_factory.mktemp("demo") / "study")
    text = (folder / "study.toml").read_text("utf-8").replace("week = true", "week = false")
    (folder / "study.toml").write_text(text, "utf-8")
    asked = {"new": 3, "minutes": 5, "category": "healthcare", "candidates": source, "curve": 0}
    with TestClient(create_app(Settings(study=folder))) as client:
        told = ask(client, **asked)
    known = site.site_study(folder, within_bounds(site_question(asked), max_minutes=60))
    assert same(told, site_answer(known))
    assert (told["status"], len(told["chosen"])) == ("optimal", 3)
    assert told["coverage"]["gained"] > 0
