"""Ways read in bulk: the same as osmium's own objects say, whatever the tags, the disk and the user do."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import numpy as np
import osmium
import pytest

from geo.errors import InputError
from geo.squares.surfaces import FIRST_ADDED_ID
from layers.osm import way_lines
from layers.osm.streets_read import read_streets
from tests.support.town import streets as town

CURIOUS = ("a b,c=d%20%", "石子路", "🚶 x1y2N3,n4", "tab\tline\nend", '"quoted"', "Tway N", "\\n", "é" * 100)


def by_objects(extract):
    """Identifiers, nodes and places of all ways with highway, one object of osmium's after another."""
    ways = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    return [
        (way.id, [(node.ref, node.location.lon, node.location.lat) for node in way.nodes])
        for way in ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        if "highway" in way.tags and all(node.location.valid() for node in way.nodes)
    ]


def by_arrays(graph):
    """The same of streets, without the stops on outlines and the ways across squares, which no file holds."""
    lon, lat = graph.node_lon.tolist(), graph.node_lat.tolist()
    mapped = ~graph.way_is_across
    spans = zip(
        graph.way_id[mapped].tolist(), graph.way_start[:-1][mapped], graph.way_start[1:][mapped], strict=True
    )
    return [
        (
            way,
            [
                (int(graph.node_id[n]), lon[n], lat[n])
                for n in graph.way_node[start:end]
                if graph.node_id[n] < FIRST_ADDED_ID
            ],
        )
        for way, start, end in spans
    ]


def test_ways_nodes_and_places_are_those_of_osmium_to_the_last_bit(helsinki):
    found = dict(by_arrays(read_streets(helsinki)))
    expected = dict(by_objects(helsinki))
    assert len(expected) > 1000
    assert {way: found[way] for way in expected} == expected


def write_way(path, value: str) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for number in (1, 2):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(24.9 + number / 1000, 60.2)))
        tags = {"name": value, "highway": "path", "surface": value, "lit": value}
        writer.add_way(osmium.osm.mutable.Way(id=7, nodes=[1, 2], tags=tags))


@pytest.mark.parametrize("value", CURIOUS)
def test_a_value_comes_back_as_it_was_tagged(tmp_path, value):
    write_way(tmp_path / "way.osm.pbf", value)
    graph = read_streets(tmp_path / "way.osm.pbf")
    assert graph.tag_sets == ({"highway": "path", "surface": value},)
    assert graph.node_id.tolist() == [1, 2]


def test_blocks_of_any_size_give_the_same_streets(helsinki, monkeypatch):
    whole = read_streets(helsinki)
    monkeypatch.setattr(way_lines, "_BLOCK_BYTES", 20_000)
    parts = read_streets(helsinki)
    assert parts.tag_sets == whole.tag_sets
    for name in ("node_id", "node_lon", "node_lat", "way_id", "way_start", "way_node", "way_tags"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name), err_msg=name)


def test_a_way_of_very_many_nodes(tmp_path):
    count = 100_000
    with osmium.SimpleWriter(str(tmp_path / "long.osm.pbf")) as writer:
        for number in range(1, count + 1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(-178 - number / 1e6, -60.1234567)))
        tags = {"highway": "track"}
        writer.add_way(osmium.osm.mutable.Way(id=7, nodes=range(1, count + 1), tags=tags))
    graph = read_streets(tmp_path / "long.osm.pbf")
    assert graph.way_node.tolist() == list(range(count))


def test_nothing_temporary_stays_when_the_user_stops_the_reading(tmp_path, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "kept").mkdir()
    path = tmp_path / "town.osm"
    path.write_text(town().replace("</way>", '<tag k="bridge" v="yes"/></way>'), "utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "kept"))
    monkeypatch.setattr(way_lines._Pulse, "way", stop)
    with pytest.raises(KeyboardInterrupt):
        read_streets(path)
    assert not list((tmp_path / "kept").iterdir())


FULL_DISK = """
import sys, tempfile, pathlib
from layers.osm import streets_read
from geo.errors import InputError
from geo.squares.surfaces import FIRST_ADDED_ID
whole = streets_read.write_ways
streets_read.write_ways = lambda extract, lines, *a, **k: whole(extract, pathlib.Path("/dev/full"), *a, **k)
for _ in range(2):
    try:
        streets_read.read_streets(pathlib.Path(sys.argv[1]))
    except InputError as error:
        print(error.faults[0].code, error)
print("alive")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a full device is a thing of Linux")
@pytest.mark.parametrize("nodes", [5, 200_000])
def test_a_full_disk_is_a_fault_and_ends_nothing_else(tmp_path, nodes):
    extract = tmp_path / "long.osm.pbf"
    with osmium.SimpleWriter(str(extract)) as writer:
        for number in range(1, nodes + 1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(number / 1e4, 60)))
        for number in range(1, nodes, 2):
            tags = {"highway": "track"}
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=[number, number + 1], tags=tags))
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(extract)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("no-room long.osm.pbf: no room for the temporary files of reading") == 2
    assert run.stdout.endswith("alive\n")


def test_a_place_off_the_globe_and_a_signal_are_told_apart_in_one_extract(tmp_path):
    place = '<node id="6" lat="60.2008975" lon="24.9018030"'
    signal = f'{place}><tag k="highway" v="traffic_signals"/></node>'
    text = town().replace('lat="60.2000000"', 'lat="95"', 1)
    assert place in text
    (tmp_path / "town.osm").write_text(text.replace(f"{place}/>", signal), "utf-8")
    graph = read_streets(tmp_path / "town.osm")
    assert graph.node_id.tolist() == list(range(2, 17))
    assert graph.node_id[graph.tagged_node].tolist() == [6]


def test_a_place_off_the_globe_early_in_a_long_extract(tmp_path):
    extract = tmp_path / "long.osm.pbf"
    with osmium.SimpleWriter(str(extract)) as writer:
        for number in range(1, 200_001):
            at = (number / 1e4, 60 if number > 2 else 95)
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at))
        for number in range(1, 200_000, 2):
            tags = {"highway": "track"}
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=[number, number + 1], tags=tags))
    graph = read_streets(extract)
    assert (graph.way_id.size, graph.way_id[0], graph.node_id[0]) == (99_999, 3, 3)


def test_a_folder_that_cannot_hold_temporary_files_is_a_fault(helsinki, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(InputError, match="no room for the temporary files"):
        read_streets(helsinki)
