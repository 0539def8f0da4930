"""A local server that answers as Overpass and Nominatim do, from a real extract, and misbehaves at will."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import osmium

KLUUVI = {
    "display_name": "Kluuvi, Helsinki",
    "lat": "60.172",
    "lon": "24.944",
    "class": "boundary",
    "type": "administrative",
    "importance": 0.5,
    "osm_type": "relation",
    "osm_id": 1,
    "place_id": 1,
    "boundingbox": ["60.168", "60.176", "24.938", "24.950"],
    "geojson": {
        "type": "Polygon",
        "coordinates": [
            [[24.938, 60.168], [24.950, 60.168], [24.950, 60.176], [24.938, 60.176], [24.938, 60.168]]
        ],
    },
}
POINT = {**KLUUVI, "display_name": "A square", "geojson": {"type": "Point", "coordinates": [24.944, 60.172]}}
PLACES = {"Kluuvi": [KLUUVI], "Square": [POINT], "Nowhere": []}


class Town:
    """The elements of an extract, and the answers to Overpass's questions about them."""

    def __init__(self, extract: Path) -> None:
        self.nodes, self.ways, self.relations = {}, {}, {}
        for thing in osmium.FileProcessor(str(extract)):
            element = {"id": thing.id, "tags": dict(thing.tags)}
            if isinstance(thing, osmium.osm.Node):
                self.nodes[thing.id] = {"type": "node", "lat": thing.lat, "lon": thing.lon, **element}
            elif isinstance(thing, osmium.osm.Way):
                refs = [node.ref for node in thing.nodes]
                self.ways[thing.id] = {"type": "way", "nodes": refs, **element}
            else:
                kinds = {"n": "node", "w": "way", "r": "relation"}
                members = [{"type": kinds[m.type], "ref": m.ref, "role": m.role} for m in thing.members]
                self.relations[thing.id] = {"type": "relation", "members": members, **element}

    def answer(self, query: str) -> dict:
        numbers = [float(each) for each in re.search(r"poly:'([^']+)'", query)[1].split()]
        south, north, west, east = (
            min(numbers[::2]),
            max(numbers[::2]),
            min(numbers[1::2]),
            max(numbers[1::2]),
        )
        inside = {
            number
            for number, node in self.nodes.items()
            if south <= node["lat"] <= north and west <= node["lon"] <= east
        }
        if '(way["highway"]' in query:
            wanted = [("highway", None)]
            nodes, relations = [], []
        else:
            wanted = [
                (key, value or None) for key, value in re.findall(r"node\['([^'=]+)'(?:='([^']+)')?\]", query)
            ]
            nodes = [self.nodes[number] for number in inside if self._has(self.nodes[number], wanted)]
            relations = [each for each in self.relations.values() if self._has(each, wanted)]
            relations = [each for each in relations if self._touches(each, inside)]
        ways = [
            way for way in self.ways.values() if self._has(way, wanted) and inside.intersection(way["nodes"])
        ]
        members = [
            self.ways[m["ref"]] for each in relations for m in each["members"] if m["ref"] in self.ways
        ]
        refs = [self.nodes[ref] for way in (*ways, *members) for ref in way["nodes"] if ref in self.nodes]
        return {"version": 0.6, "elements": [*nodes, *refs, *ways, *members, *relations]}

    def _touches(self, relation: dict, inside: set[int]) -> bool:
        ways = [self.ways[member["ref"]] for member in relation["members"] if member["ref"] in self.ways]
        return any(inside.intersection(way["nodes"]) for way in ways)

    @staticmethod
    def _has(element: dict, wanted: list) -> bool:
        return any(key in element["tags"] and value in (None, element["tags"][key]) for key, value in wanted)


class Server(ThreadingHTTPServer):
    """Counts what it is asked; does the next of `mishaps` instead of answering, then goes on as it should."""

    daemon_threads = True

    def __init__(self, town: Town) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.town = town
        self.mishaps: list[str] = []
        self.always = ""
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Say nothing when a client goes away."""


class Handler(BaseHTTPRequestHandler):
    """Answers the three addresses that are asked."""

    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        address = urlparse(self.path)
        if address.path.endswith("/status"):
            return self._send(
                200, "Connected as: 1\nCurrent time: x\nAnnounced\nRate limit: 2\n2 slots available now.\n"
            )
        name = parse_qs(address.query)["q"][0]
        self.server.asked.append(name)
        return None if self._misbehave() else self._send(200, json.dumps(PLACES.get(name, [])))

    def do_POST(self) -> None:
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        self.server.asked.append(query)
        if not self._misbehave():
            self._send(200, json.dumps(self.server.town.answer(query)))

    def _misbehave(self) -> bool:
        mishap = self.server.mishaps.pop(0) if self.server.mishaps else self.server.always
        whole = json.dumps({"elements": []})
        if mishap == "timeout":
            threading.Event().wait(3)
            self.close_connection = True
        elif mishap == "hang up":
            self.close_connection = True
        elif mishap == "cut":
            self._send(200, whole[:9])
        elif mishap == "short":
            self._send(200, whole[:9], length=5000)
            self.close_connection = True
        elif mishap == "html":
            self._send(200, "<html>Welcome to the hotel's network</html>")
        elif mishap == "list":
            self._send(200, json.dumps({"no": "list"}) if "search" in self.path else "[]")
        elif mishap == "remark":
            self._send(200, json.dumps({"elements": [], "remark": "runtime error: Query timed out"}))
        elif mishap:
            self._send(int(mishap), "<html>sorry</html>")
        return bool(mishap)

    def _send(self, status: int, text: str, length: int | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(town: Town) -> Iterator[Server]:
    """Run a server in a thread."""
    server = Server(town)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
