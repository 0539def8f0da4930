"""A new run is taken up without a restart; several studies and several processes answer from their runs."""

from __future__ import annotations

import signal
import time

import httpx
import pytest

from api.http.studies import Studies
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from tests.support.serving import serving
from tests.support.town import STUDY, at, place, rows, write_town

LON, LAT = place(200, 0)


def test_a_new_run_takes_the_place_of_the_old_and_those_who_hold_it_keep_it(tmp_path):
    folder = write_town(tmp_path / "town")
    studies = Studies(Settings(study=folder))
    studies.load()
    old = studies.get(None)
    assert studies.take_up() == []
    (folder / "stations.csv").write_text(rows("id,name,lon,lat", f"beta,Beta,{at(300, 300)}"))
    write_results(run_study(folder))
    assert studies.take_up() == ["town"]
    new = studies.get(None)
    assert [each.layers["facilities"].ids for each in (old, new)] == [["stations:alpha"], ["stations:beta"]]
    assert old.run_id != new.run_id
    assert studies.take_up() == []


def test_a_study_that_cannot_be_run_now_is_answered_from_its_last_run(tmp_path):
    folder = write_town(tmp_path / "town")
    studies = Studies(Settings(study=folder))
    studies.load()
    held = studies.get(None)
    write_results(run_study(folder))
    (folder / "stations.csv").write_text("nothing")
    said: list[str] = []
    assert not studies.take_up_said(said.append)
    assert said == ["new run not taken up: InputError"]
    assert studies.get(None) is held


@pytest.mark.slow
def test_processes_answer_from_one_run_are_replaced_and_end_in_time(tmp_path):
    folder = write_town(tmp_path / "one")
    other = write_town(tmp_path / "other", study=STUDY.replace("Town", "Other"))
    with serving(folder, other, "--workers", "2") as (process, address):
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            names = {each["id"]: each["name"] for each in client.get("/studies").json()}
            assert names == {"one": "Town", "other": "Other"}
            assert client.get("/studies/other/health").json()["study"] == "Other"
            assert client.get(f"/coverage?lon={LON}&lat={LAT}").json()["categories"][0]["minutes"] == 3.34
            job = client.post(
                "/processes/reach/execution",
                json={"inputs": {"lon": LON, "lat": LAT}},
                headers={"prefer": "respond-async"},
            ).json()["jobID"]
            # Whichever process is asked knows the job.
            for _ in range(10):
                with httpx.Client(base_url=address, trust_env=False) as again:
                    assert again.get(f"/jobs/{job}").status_code == 200
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        assert time.monotonic() - begun < 10
