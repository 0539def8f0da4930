"""Keys: their rights and rates, the file that holds their hashes, and listening beyond this machine."""

from __future__ import annotations

import pytest

from api.http.guard.keys import new_key, read_keys
from api.http.server.serving import must_be_guarded
from geo.errors import InputError
from tests.support.town import lifecircle, place

LON, LAT = place(200, 0)
HERE = f"lon={LON}&lat={LAT}"


@pytest.fixture
def keys(tmp_path):
    made = {
        "viewer": new_key("viewer", ("map",)),
        "partner": new_key("partner", ("read",), rate=3),
        "planner": new_key("planner", ("map", "read", "site")),
    }
    file = tmp_path / "keys"
    file.write_text("# keys\n" + "\n".join(line for _, line in made.values()) + "\n")
    return file, {name: {"authorization": f"Bearer {key}"} for name, (key, _) in made.items()}


def test_only_who_has_a_key_is_answered_and_the_file_does_not_hold_it(served, keys):
    file, headers = keys
    client = served(keys=file)
    assert client.get(f"/coverage?{HERE}").status_code == 401
    wrong = client.get(f"/coverage?{HERE}", headers={"authorization": "Bearer x"})
    assert (wrong.status_code, wrong.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert client.get(f"/coverage?{HERE}", headers=headers["planner"]).status_code == 200
    assert client.get("/health").status_code == 200
    assert headers["planner"]["authorization"].removeprefix("Bearer ") not in file.read_text()


def test_a_key_may_what_its_rights_say(served, keys):
    file, headers = keys
    client = served(keys=file)
    assert client.get("/map", headers=headers["viewer"]).status_code == 200
    assert client.get(f"/coverage?{HERE}", headers=headers["viewer"]).status_code == 403
    assert client.get("/map", headers=headers["partner"]).status_code == 403
    assert client.get("/?f=html", headers=headers["partner"]).headers["content-type"] == "application/json"
    assert client.post("/site", json={}, headers=headers["partner"]).status_code == 403
    assert client.post("/site", json={}, headers=headers["planner"]).status_code == 400


def test_a_key_may_ask_as_often_as_its_rate_says(served, keys):
    file, headers = keys
    client = served(keys=file)
    statuses = [client.get("/cases", headers=headers["partner"]).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert int(client.get("/cases", headers=headers["partner"]).headers["retry-after"]) >= 1
    assert client.get("/cases", headers=headers["planner"]).status_code == 200


@pytest.mark.parametrize("text", ["", "a map 600 sha256:00", "a fly 600 sha256:" + "0" * 64])
def test_a_file_without_a_sound_key_is_refused(tmp_path, text):
    (tmp_path / "keys").write_text(text)
    with pytest.raises(InputError):
        read_keys(tmp_path / "keys")


def test_the_command_makes_a_key_that_opens(served, tmp_path):
    said = lifecircle("key", tmp_path / "keys", "partner", "--rights", "read")
    headers = {"authorization": f"Bearer {said.stdout.strip()}"}
    assert served(keys=tmp_path / "keys").get("/cases", headers=headers).status_code == 200


def test_nobody_listens_beyond_this_machine_without_a_key_unless_told_twice(tmp_path):
    with pytest.raises(InputError, match="everybody who reaches this machine could ask"):
        must_be_guarded("0.0.0.0", guarded=False, open_to_all=False)
    for host, guarded, opened in (("127.0.0.1", 0, 0), ("::1", 0, 0), ("0.0.0.0", 1, 0), ("0.0.0.0", 0, 1)):
        must_be_guarded(host, guarded=bool(guarded), open_to_all=bool(opened))
    assert lifecircle("serve", tmp_path, "--host", "0.0.0.0").returncode != 0


def test_a_request_leaves_a_line_without_place_and_key(served, keys, tmp_path):
    file, headers = keys
    log = tmp_path / "requests.log"
    served(keys=file, request_log=log).get(f"/coverage?{HERE}", headers=headers["planner"])
    line = log.read_text()
    assert '"key": "planner"' in line
    assert '"status": 200' in line
    assert str(LON) not in line
    assert headers["planner"]["authorization"][7:] not in line


def test_only_names_of_the_service_are_answered(served):
    client = served(hosts=("maps.example",))
    assert client.get("/health").status_code == 400
    assert client.get("/health", headers={"host": "maps.example"}).status_code == 200
