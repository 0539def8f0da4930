"""What stops a service without bounds: large and slow bodies, unknown keys, abandoned connections."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time

import httpx
import pytest

from tests.support.serving import serving
from tests.support.town import STUDY, at, place, rows, streets, write_town

LON, LAT = place(200, 0)
HERE = f"lon={LON}&lat={LAT}"
PLOTS = rows("id,lon,lat", *(f"p{n},{at(20 * n, 100)}" for n in range(15)))
CANDIDATES = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    files = {"plots.csv": PLOTS, "town.osm": streets(12)}
    folder = write_town(tmp_path_factory.mktemp("attacked"), study=STUDY + CANDIDATES, files=files)
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server[1], timeout=60, trust_env=False) as client:
        yield client


def raw(server) -> socket.socket:
    host, port = server[1].removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def alive(client, seconds: float = 5.0) -> None:
    begun = time.monotonic()
    assert client.get(f"/coverage?{HERE}").status_code == 200
    assert time.monotonic() - begun < seconds


def test_a_body_that_says_it_is_huge_is_refused_before_it_is_sent(server, client):
    with raw(server) as connection:
        connection.sendall(b"POST /site HTTP/1.1\r\nHost: a\r\nContent-Length: 600000000\r\n\r\n{")
        said = connection.recv(4096)
    assert said.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in said
    alive(client)


def test_a_body_without_an_end_is_refused_where_it_is_too_large(client):
    answer = client.post("/site", content=(b" " * 65536 for _ in range(64)))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    alive(client)


def test_thousands_of_unknown_keys_are_counted_and_not_read_one_by_one(client):
    body = json.dumps({f"key{number}": 0 for number in range(15_000)})
    begun = time.monotonic()
    answer = client.post("/site", content=body, headers={"content-type": "application/json"})
    assert time.monotonic() - begun < 10
    assert answer.status_code == 400
    assert len(answer.json()["faults"]) == 20
    assert answer.json()["more_faults"] > 14_000
    assert len(answer.content) < 100_000


def test_an_address_without_an_end_is_refused(client):
    assert client.get("/coverage?lon=" + "1" * 20_000).status_code == 414


@pytest.mark.slow
def test_half_sent_headers_and_silence_do_not_keep_others_waiting(server, client):
    connections = [raw(server) for _ in range(200)]
    try:
        for connection in connections[:100]:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        alive(client)
        # Longer than headers may take.
        connections[0].settimeout(20)
        connections[150].settimeout(20)
        assert connections[0].recv(100) == b""
        assert connections[150].recv(100) == b""
    finally:
        for connection in connections:
            connection.close()


def test_headers_without_an_end_are_cut_off(server, client):
    with raw(server) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        assert cut_off(connection, b"X-Long: " + b"a" * 8192 + b"\r\n")
    alive(client)


def cut_off(connection: socket.socket, line: bytes) -> bool:
    """Whether the other side closes a connection on which a line is sent again and again."""
    try:
        for _ in range(200):
            connection.sendall(line)
        return connection.recv(100) == b""
    except ConnectionError:
        return True


@pytest.mark.slow
def test_isochrones_that_nobody_waits_for_are_not_drawn(server, client):
    limits = "".join(f"&minutes={n}" for n in range(49, 61))
    request = f"GET /isochrone?{HERE}{limits} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    for _ in range(100):
        with raw(server) as connection:
            connection.sendall(request)
    alive(client, 10)
    begun = time.monotonic()
    while client.get(f"/isochrone?{HERE}&minutes=5").status_code == 503:
        assert time.monotonic() - begun < 15
        time.sleep(0.2)


@pytest.mark.slow
def test_more_than_the_queue_holds_are_told_to_come_again(server, client):
    limits = "".join(f"&minutes={n}" for n in range(49, 61))
    statuses: list[tuple[int, str | None]] = []

    def ask() -> None:
        answer = httpx.get(f"{server[1]}/isochrone?{HERE}{limits}", timeout=60, trust_env=False)
        statuses.append((answer.status_code, answer.headers.get("retry-after")))

    threads = [threading.Thread(target=ask) for _ in range(120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in statuses} <= {200, 503}
    assert all(after is not None for status, after in statuses if status == 503)
    alive(client, 10)


def test_a_search_that_nobody_waits_for_ends(server, client):
    body = json.dumps({"new": 5, "goal": "worst", "curve": 20, "alternatives": 10, "time_limit_seconds": 60})
    head = f"POST /site HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with raw(server) as connection:
        connection.sendall(f"{head}\r\n\r\n{body}".encode())
        time.sleep(0.5)
    begun = time.monotonic()
    while client.post("/site", json={"new": 1, "curve": 0}).status_code == 503:
        assert time.monotonic() - begun < 20
        time.sleep(0.2)


@pytest.mark.slow
def test_it_ends_within_ten_seconds_whatever_it_is_doing(server):
    process, _ = server
    limits = "".join(f"&minutes={n}" for n in range(49, 61))
    connections = [raw(server) for _ in range(20)]
    for connection in connections:
        connection.sendall(f"GET /isochrone?{HERE}{limits} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
    assert time.monotonic() - begun < 10
    for connection in connections:
        connection.close()
