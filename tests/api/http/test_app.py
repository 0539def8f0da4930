"""The HTTP service: every path, what it refuses, and a real server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import warnings

import httpx
import pytest
import shapely
from fastapi import FastAPI
from fastapi.openapi.models import OpenAPI
from pydantic import TypeAdapter

from api.http.app import create_app
from api.http.models import CoverageHere, Health, LayerSummary
from api.http.problems import Problem
from api.run import run_study
from api.settings import Settings
from geo.errors import InputError
from tests.support.town import PROGRAM, STATIONS, STUDY, environment, place, rows, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

LON, LAT = place(200, 0)
HERE = f"lon={LON}&lat={LAT}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(study=write_town(tmp_path_factory.mktemp("served")), max_minutes=60)


@pytest.fixture(scope="module")
def result(settings):
    return run_study(settings.study)


@pytest.fixture(scope="module")
def client(settings, result):
    with TestClient(create_app(settings, result)) as client:
        yield client


def get(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer


# What is answered ----------------------------------------------------------------------------------


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(("path", "headers"), [("/", BROWSER), ("/?f=html", {}), ("/map", {})])
def test_the_map_is_one_page(client, path, headers):
    answer = client.get(path, headers=headers)
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>Town" in answer.text


def test_health_names_the_study(client):
    assert Health.model_validate(get(client, "/health").json()) == Health(status="ok", study="Town")


def test_every_layer_listed_can_be_fetched_and_is_geojson(client):
    listed = TypeAdapter(list[LayerSummary]).validate_python(get(client, "/layers").json())
    assert {"facilities", "demand", "grid_coverage", "isochrones", "cut_off"} <= {
        layer.id for layer in listed
    }
    for layer in listed:
        answer = get(client, layer.href)
        assert answer.headers["content-type"] == "application/geo+json"
        features = answer.json()["features"]
        assert len(features) == layer.features
        assert {shapely.geometry.shape(each["geometry"]).geom_type for each in features} <= {layer.geometry}
        assert layer.attributions


def test_a_layer_keeps_the_values_read(client):
    features = get(client, "/layers/demand").json()["features"]
    assert sorted(feature["properties"]["people"] for feature in features) == [10, 20]
    assert sorted(feature["properties"]["station_minutes"] for feature in features) == pytest.approx(
        [150 / 60, 550 / 60], abs=0.02
    )


def test_coverage_of_a_place_is_what_a_hand_counts(client):
    here = CoverageHere.model_validate(get(client, f"/coverage?{HERE}").json())
    assert (here.profile, here.minutes, here.metres_to_street) == (
        "walk",
        (5, 10, 15),
        pytest.approx(0, abs=0.1),
    )
    [station] = [found for found in here.categories if found.category == "station"]
    assert station.minutes == pytest.approx(200 / 60, abs=0.02)
    assert station.within == [5, 10, 15]
    assert station.nearest.name == "Alpha"


def test_coverage_names_the_grid_of_the_place(client, result):
    centre = result.polygons.geometry.iloc[0].representative_point()
    here = get(client, f"/coverage?lon={centre.x}&lat={centre.y}").json()
    assert [grid["id"] for grid in here["grids"]] == [result.polygons["id"].iloc[0]]


def test_coverage_says_which_places_of_unknown_hours_were_left_out(tmp_path):
    stations = rows(
        "id,name,lon,lat,opening_hours", f"a,A,{LON},{LAT},24/7", "b,B,{},{},".format(*place(100, 0))
    )
    study = STUDY.replace('name = "Town"', 'name = "Town"\nat = "Tue 10:00"', 1)
    folder = write_town(tmp_path, study=study, files={"stations.csv": stations})
    with TestClient(create_app(Settings(study=folder), run_study(folder))) as client:
        (reach,) = CoverageHere.model_validate(get(client, f"/coverage?{HERE}").json()).categories
    assert (reach.hours_unknown_places, reach.limit_unknown_places) == (1, 0)
    assert reach.left_out_en == "1 place left out: not known to be open at the hour"


def test_coverage_says_which_places_of_unknown_room_cover_nobody(tmp_path):
    stations = rows(
        "id,name,lon,lat,service_capacity", f"a,A,{LON},{LAT},50", "b,B,{},{},".format(*place(100, 0))
    )
    study = STUDY.replace('category = "station"', 'category = "station"\ncapacity = "limits"', 1)
    folder = write_town(tmp_path, study=study, files={"stations.csv": stations})
    with TestClient(create_app(Settings(study=folder), run_study(folder))) as client:
        (reach,) = CoverageHere.model_validate(get(client, f"/coverage?{HERE}").json()).categories
    assert (reach.hours_unknown_places, reach.limit_unknown_places) == (0, 1)


def test_coverage_counts_the_walk_to_the_street(client):
    lon, lat = place(250, 30)
    here = CoverageHere.model_validate(get(client, f"/coverage?lon={lon}&lat={lat}").json())
    assert here.metres_to_street == pytest.approx(30, abs=0.2)
    [station] = [found for found in here.categories if found.category == "station"]
    assert station.minutes == pytest.approx(280 / 60, abs=0.02)


def test_isochrones_are_nested_and_keep_their_minutes(client):
    rings = get(client, f"/isochrone?{HERE}&minutes=3&minutes=1&minutes=2").json()["features"]
    areas = {ring["properties"]["minutes"]: shapely.geometry.shape(ring["geometry"]) for ring in rings}
    assert set(areas) == {1, 2, 3}
    assert areas[1].difference(areas[2]).area + areas[2].difference(areas[3]).area < 1e-12
    assert areas[1].contains(shapely.Point(LON, LAT))


def test_an_isochrone_reaches_as_far_as_its_time(client):
    [ring] = get(client, f"/isochrone?lon={place(0, 0)[0]}&lat={place(0, 0)[1]}&minutes=2.5").json()[
        "features"
    ]
    ground = shapely.geometry.shape(ring["geometry"])
    assert ground.contains(shapely.Point(place(149, 0)))
    assert not ground.contains(shapely.Point(place(190, 0)))


# What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/coverage", 400, "lon: missing"),
        (f"/coverage?lat={LAT}", 400, "lon: missing"),
        (f"/coverage?lon=nan&lat={LAT}", 400, "lon: a finite number"),
        (f"/coverage?lon=inf&lat={LAT}", 400, "lon: "),
        (f"/coverage?lon=181&lat={LAT}", 400, "lon: must be <= 180 (181)"),
        (f"/coverage?lon={LON}&lat=-90.1", 400, "lat: "),
        (f"/coverage?lon=&lat={LAT}", 400, "lon: "),
        (f"/coverage?lon=east&lat={LAT}", 400, "lon: a number is wanted here (east)"),
        (f"/coverage?{HERE}&crs=mars", 400, "crs: "),
        (f"/coverage?{HERE}&case=nonsense", 400, "the study has no such case (nonsense). There are study"),
        (f"/coverage?lon={LAT}&lat={LON}", 404, "no street lies within 200 m of this place"),
        ("/coverage?lon=0&lat=0", 404, "longitude first"),
        (f"/isochrone?{HERE}", 400, "minutes: give limits, in one way"),
        (f"/isochrone?{HERE}&minutes=5&contours_minutes=5", 400, "minutes: give limits, in one way"),
        (f"/isochrone?{HERE}&contours_minutes=5;drop", 400, "contours_minutes: "),
        (f"/isochrone?{HERE}&contours_minutes=0,5", 400, "a limit is above zero"),
        (f"/isochrone?{HERE}&minutes=0", 400, "minutes[1]: must be > 0"),
        (f"/isochrone?{HERE}&minutes=5&minutes=nan", 400, "minutes[2]: "),
        (f"/isochrone?{HERE}&minutes=-5", 400, "minutes[1]: "),
        (f"/isochrone?{HERE}&minutes=61", 400, "at most 60 minutes"),
        (f"/isochrone?{HERE}" + "".join(f"&minutes={i}" for i in range(1, 14)), 400, "minutes: "),
        ("/isochrone?lon=0&lat=0&minutes=5", 404, "no street lies within"),
        ("/layers/nonsense", 404, "there is no layer 'nonsense'; there are grid_coverage"),
        ("/layers/..%2f..%2fetc%2fpasswd", 404, ""),
        ("/studies/nonsense/coverage", 404, "There are "),
        ("/nonsense", 404, "There is no such thing here"),
        ("/docs", 404, "There is no such thing here"),
    ],
)
def test_what_cannot_be_answered_is_refused_as_a_problem(client, path, status, words):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate(answer.json())
    assert (problem.status, problem.detail) == (status, problem.detail_en)
    assert words in problem.detail


def test_a_refusal_speaks_the_language_that_is_asked_for(client):
    answer = client.get("/coverage?lon=0&lat=0", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert answer.headers["content-language"] == "zh"
    assert (answer.json()["title"], answer.json()["detail"]) == (
        "此处没有所请求的内容",
        "lon, lat：该位置 200 米内没有道路（0.0, 0.0）。请给出项目范围内的位置，经度在前",
    )


def test_another_method_is_refused_as_a_problem(client):
    answer = client.post("/coverage")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


def test_our_own_fault_is_json_and_says_nothing_of_the_machine(settings, result, monkeypatch):
    def fail(*_args):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("api.http.service.Service.coverage_at", fail)
    with TestClient(create_app(settings, result), raise_server_exceptions=False) as client:
        answer = client.get(f"/coverage?{HERE}")
    assert (answer.status_code, answer.json()["code"]) == (500, "server-error")
    assert "secret" not in answer.text


# Hostile text --------------------------------------------------------------------------------------


def test_hostile_names_come_back_as_they_were_written(tmp_path):
    name = "<img src=x onerror=alert(1)>`${1}\\</script>"
    quoted = name.replace('"', '""')
    files = {"stations.csv": rows("id,name,lon,lat", f'a,"{quoted}",{place(0, 0)[0]},{place(0, 0)[1]}')}
    with TestClient(create_app(Settings(study=write_town(tmp_path, files=files)))) as client:
        [station] = client.get("/layers/facilities").json()["features"]
        assert station["properties"]["name"] == name
        assert client.get(f"/coverage?{HERE}").json()["categories"][0]["nearest"]["name"] == name
        assert "<img src=x" not in client.get("/map").text


# One process, several applications -----------------------------------------------------------------


def test_two_applications_do_not_share_state(settings, result, tmp_path):
    other = write_town(tmp_path, study=STUDY.replace("Town", "Other"), files={"stations.csv": STATIONS})
    with (
        TestClient(create_app(settings, result)) as one,
        TestClient(create_app(Settings(study=other))) as two,
    ):
        assert [client.get("/health").json()["study"] for client in (one, two, one)] == [
            "Town",
            "Other",
            "Town",
        ]
        assert one.app.state is not two.app.state


def test_questions_asked_at_once_get_their_own_answers(client):
    places = [place(east, 0) for east in (0, 60, 120, 180, 240, 300)] * 4
    answers: dict[int, float] = {}

    def ask(number: int) -> None:
        lon, lat = places[number]
        answers[number] = client.get(f"/coverage?lon={lon}&lat={lat}").json()["categories"][0]["minutes"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(places))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[number] for number in range(24)] == pytest.approx([0, 1, 2, 3, 4, 5] * 4, abs=0.02)


def test_nothing_is_built_at_import(tmp_path):
    code = (
        "import gc, api.http.app, fastapi, numpy\n"
        "from geo.network.network import StreetNetwork\n"
        "assert not any(isinstance(thing, (fastapi.FastAPI, StreetNetwork)) for thing in gc.get_objects())\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        env=environment(LIFECIRCLE_CACHE=str(tmp_path)),
    )
    assert not list(tmp_path.iterdir())


def test_an_application_reads_nothing_before_it_starts(tmp_path):
    application = create_app(Settings(study=tmp_path / "nowhere"))
    assert isinstance(application, FastAPI)
    with pytest.raises(InputError, match="the study cannot be read"), TestClient(application):
        pass


def test_a_run_that_is_given_is_not_made_again(settings, result, monkeypatch):
    monkeypatch.setattr("api.http.studies.run_study", lambda *_args, **_more: pytest.fail("run again"))
    with TestClient(create_app(settings, result)) as client:
        assert client.get("/health").status_code == 200


def test_links_honour_the_path_of_a_proxy(settings, result):
    with TestClient(create_app(settings, result), root_path="/city") as client:
        assert client.get("/layers").json()[0]["href"].endswith("/city/layers/grid_coverage")


# The OpenAPI document ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(client):
    return get(client, "/openapi.json").json()


def test_the_openapi_document_is_valid(document):
    parsed = OpenAPI.model_validate(document)
    assert parsed.openapi.startswith("3.")
    assert {"/", "/health", "/layers", "/layers/{layer_id}", "/coverage", "/isochrone", "/site"} <= set(
        parsed.paths
    )


def test_every_reference_of_the_document_leads_somewhere(document):
    def references(thing):
        if isinstance(thing, dict):
            if "$ref" in thing:
                yield thing["$ref"]
            thing = list(thing.values())
        for inner in thing if isinstance(thing, list) else ():
            yield from references(inner)

    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_path_and_all_its_parameters_are_described(document):
    operations = [
        (path, operation) for path, item in document["paths"].items() for operation in item.values()
    ]
    assert all(len(operation["description"]) > 10 for _, operation in operations)
    named = [(path, given) for path, operation in operations for given in operation.get("parameters", ())]
    assert [(path, given["name"]) for path, given in named if not given.get("description")] == []


# A real server -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The program serving on a free port, as a process of its own; yields it and its address."""
    folder = write_town(tmp_path_factory.mktemp("server"))
    with subprocess.Popen(
        [*PROGRAM, "serve", str(folder), "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            address = process.stderr.readline().strip()
            assert address.startswith("http://127.0.0.1:"), address + process.stderr.read()
            yield process, address
        finally:
            process.kill()


def test_a_real_server_answers_and_stops_when_told(server):
    process, address = server
    transport = httpx.HTTPTransport(retries=5)
    with httpx.Client(base_url=address, transport=transport, timeout=30, trust_env=False) as client:
        assert client.get("/health").json() == {"status": "ok", "study": "Town"}
        assert "run" in client.get("/ready").json()
        assert client.get(f"/coverage?{HERE}").json()["categories"][0]["nearest"]["id"] == "stations:alpha"
        assert client.get("/coverage?lon=nan&lat=0").status_code == 400
        assert client.get("/map").text.startswith("<!DOCTYPE html>")
        layer = client.get("/layers").json()[0]["href"]
        assert json.loads(client.get(layer).content)["type"] == "FeatureCollection"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
