"""OGC API - Processes: at once and as jobs, with progress, results, failure and dismissal."""

from __future__ import annotations

import time

import pytest

from tests.support.town import place

LON, LAT = place(200, 0)
HERE = {"lon": LON, "lat": LAT}
ASYNC = {"prefer": "respond-async"}


def ended(client, job):
    until = time.monotonic() + 60
    while True:
        state = client.get(f"/jobs/{job}").json()
        if state["status"] not in ("accepted", "running"):
            return state
        assert time.monotonic() < until, state
        time.sleep(0.05)


def ask(client, process, inputs, **headers):
    return client.post(f"/processes/{process}/execution", json={"inputs": inputs}, headers=headers)


def test_every_process_is_listed_and_described(served):
    client = served()
    listed = {each["id"] for each in client.get("/processes").json()["processes"]}
    assert listed == {"reach", "coverage", "isochrone", "site", "assess"}
    for process in listed:
        described = client.get(f"/processes/{process}").json()
        assert described["inputs"]
        assert described["outputs"]["result"]
        assert {"sync-execute", "async-execute", "dismiss"} == set(described["jobControlOptions"])


def test_a_process_answers_as_its_path_does(served):
    client = served()
    assert ask(client, "reach", HERE).json() == client.get(f"/coverage?lon={LON}&lat={LAT}").json()
    drawn = client.get(f"/isochrone?lon={LON}&lat={LAT}&contours_minutes=1,2").json()
    assert ask(client, "isochrone", {**HERE, "minutes": [1, 2]}).json() == drawn


def test_a_job_ends_and_its_result_is_kept(served):
    client = served()
    told = ask(client, "coverage", {"points": [[LON, LAT]] * 3}, **ASYNC)
    assert told.status_code == 201
    job = told.json()["jobID"]
    assert told.headers["location"].endswith(f"/jobs/{job}")
    state = ended(client, job)
    assert (state["status"], state["progress"]) == ("successful", 100)
    assert len(client.get(f"/jobs/{job}/results").json()["features"]) == 3
    assert job in {each["jobID"] for each in client.get("/jobs").json()["jobs"]}
    assert client.delete(f"/jobs/{job}").json()["status"] == "dismissed"
    assert client.get(f"/jobs/{job}").status_code == 404


def test_a_change_is_assessed_as_the_command_does(served):
    client = served()
    lon, lat = place(300, 300)
    opened = {"id": "new", "category": "station", "lon": lon, "lat": lat}
    answer = ask(client, "assess", {"change": {"name": "second", "open": [opened]}})
    assert answer.status_code == 200, answer.text
    before = client.get("/assessment").json()["within"][0]
    after = answer.json()["within"][0]
    # Far is 550 m from alpha and 50 m from the new one: within five minutes only of that.
    assert (before["covered"], after["covered"]) == (10, 30)


def test_a_job_that_cannot_be_done_says_why(served):
    client = served()
    job = ask(client, "assess", {"change": {"name": "x", "close": [{"id": "nobody"}]}}, **ASYNC).json()[
        "jobID"
    ]
    state = ended(client, job)
    assert state["status"] == "failed"
    assert "nobody" in state["message"]
    assert client.get(f"/jobs/{job}/results").status_code == 400


@pytest.mark.parametrize(
    ("process", "inputs", "status"),
    [
        ("reach", {}, 400),
        ("reach", {**HERE, "nonsense": 1}, 400),
        ("reach", {"lon": 0, "lat": 0}, 404),
        ("nonsense", {}, 404),
        ("coverage", {"points": []}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(served, process, inputs, status):
    answer = ask(served(), process, inputs)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_job_that_waits_is_dismissed(served):
    client = served()
    jobs = [
        ask(client, "coverage", {"points": [[LON, LAT]] * 5000}, **ASYNC).json()["jobID"] for _ in range(3)
    ]
    assert client.delete(f"/jobs/{jobs[-1]}").json()["status"] == "dismissed"
    assert ended(client, jobs[-1])["status"] == "dismissed"
    assert ended(client, jobs[0])["status"] == "successful"
    assert client.get("/jobs/../etc").status_code == 404
