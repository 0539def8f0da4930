"""Streets read from extracts: formats, what is kept, gaps, and files that are no extract."""

from __future__ import annotations

import bz2
import gzip

import numpy as np
import osmium
import pytest

from geo.errors import InputError
from geo.network.build import network_from_streets
from layers.catalogue.profiles import read_profile
from layers.osm.streets_read import read_streets
from tests.support.town import streets as town

NODES = """
<node id="1" lat="60.200" lon="24.900"/><node id="2" lat="60.200" lon="24.901"/>
<node id="3" lat="60.200" lon="24.902"><tag k="highway" v="traffic_signals"/><tag k="name" v="x"/></node>
<node id="4" lat="60.200" lon="24.903"/><node id="5" lat="60.200" lon="24.904"/>
"""


@pytest.fixture
def read(tmp_path):
    """Write the body of an extract and read its streets."""

    def make(body: str):
        path = tmp_path / "case.osm"
        path.write_text(f'<osm version="0.6">{body}</osm>', "utf-8")
        return read_streets(path)

    return make


def way(number: int, *refs: int, **tags: str) -> str:
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}">{nodes}{said}</way>'


def lines(graph) -> list[list[int]]:
    """Node identifiers of every way."""
    return [
        graph.node_id[graph.way_node[start:end]].tolist()
        for start, end in zip(graph.way_start, graph.way_start[1:], strict=False)
    ]


# Formats -------------------------------------------------------------------------------------------


def write_pbf(path, text):
    source = path.with_suffix(".osm")
    source.write_text(text, "utf-8")
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)


FORMATS = {
    "town.osm": lambda path, text: path.write_text(text, "utf-8"),
    "town.osm.gz": lambda path, text: path.write_bytes(gzip.compress(text.encode())),
    "town.osm.bz2": lambda path, text: path.write_bytes(bz2.compress(text.encode())),
    "town.osm.pbf": write_pbf,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_network(tmp_path, name):
    (tmp_path / "plain.osm").write_text(town(), "utf-8")
    FORMATS[name](tmp_path / name, town())
    one, two = (
        network_from_streets(read_streets(tmp_path / file), read_profile("walk"))
        for file in ("plain.osm", name)
    )
    for field in (
        "node_id",
        "node_lon",
        "edge_source",
        "edge_target",
        "edge_metres",
        "edge_forward_ms",
        "vertex_x",
    ):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field), err_msg=field)


def test_the_town_is_read_whole(tmp_path):
    (tmp_path / "town.osm").write_text(town(), "utf-8")
    graph = read_streets(tmp_path / "town.osm")
    assert (graph.node_id.size, graph.way_id.size, graph.way_node.size) == (16, 8, 32)
    assert graph.node_lon.min() == pytest.approx(24.90)


def test_the_real_extract_has_footways_and_steps(helsinki):
    graph = read_streets(helsinki)
    classes = {graph.tag_sets[code].get("highway") for code in graph.way_tags}
    assert {"footway", "steps", "residential", "pedestrian"} <= classes


# What is kept --------------------------------------------------------------------------------------


def test_a_way_keeps_the_tags_that_matter(read):
    graph = read(NODES + way(7, 1, 2, highway="steps", foot="yes", name="Stairs", lit="no"))
    assert graph.tag_sets[graph.way_tags[0]] == {"highway": "steps", "foot": "yes"}


def test_a_tagged_node_of_a_way_keeps_its_tags(read):
    graph = read(NODES + way(7, 1, 3, 5, highway="residential"))
    assert graph.node_id[graph.tagged_node].tolist() == [3]
    assert graph.tag_sets[graph.tagged_node_tags[0]] == {"highway": "traffic_signals"}


def test_a_tagged_node_on_no_way_is_left(read):
    assert read(NODES + way(7, 1, 2, highway="residential")).tagged_node.size == 0


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"highway": "residential"}, True),
        ({"route": "ferry"}, True),
        ({"man_made": "pier"}, True),
        ({"railway": "platform"}, True),
        ({"public_transport": "platform"}, True),
        ({"railway": "rail"}, False),
        ({"route": "bus"}, False),
        ({"waterway": "river"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_ways_that_carry_people(read, tags, kept):
    base = way(8, 1, 2, highway="residential")
    assert (7 in read(NODES + way(7, 4, 5, **tags) + base).way_id) == kept


def test_the_outline_of_a_square_mapped_as_a_relation_is_a_street(read):
    relation = (
        '<relation id="9"><member type="way" ref="7" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/></relation>'
    )
    graph = read(NODES + way(7, 1, 2, 3, 1) + way(8, 4, 5, highway="residential") + relation)
    assert sorted(graph.way_id.tolist()) == [7, 8]
    assert graph.tag_sets[graph.way_tags[1]] == {"highway": "pedestrian"}


# Squares -------------------------------------------------------------------------------------------


CORNERS = "".join(
    f'<node id="{number}" lat="{60.2 + north / 1e4:.4f}" lon="{24.9 + east / 1e4:.4f}"/>'
    for number, (east, north) in {
        1: (0, 0), 2: (20, 0), 3: (20, 20), 4: (0, 20), 5: (-9, 0), 6: (29, 20),
        11: (8, 8), 12: (12, 8), 13: (12, 12), 14: (8, 12),
    }.items()
)  # fmt: skip
ROADS = way(8, 5, 1, highway="residential") + way(9, 3, 6, highway="residential")


def member(ref: int, role: str) -> str:
    return f'<member type="way" ref="{ref}" role="{role}"/>'


def relation(*members: str, number: int = 9, **tags: str) -> str:
    said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<relation id="{number}">{"".join(members)}<tag k="type" v="multipolygon"/>{said}</relation>'


def crossed(graph) -> bool:
    return bool(graph.way_is_across is not None and graph.way_is_across.any())


@pytest.mark.parametrize(
    ("tags", "is_surface"),
    [
        ({"highway": "pedestrian", "area": "yes"}, True),
        ({"highway": "footway", "area": "yes"}, True),
        ({"highway": "pedestrian", "place": "square"}, True),
        ({"highway": "pedestrian"}, False),
        ({"highway": "residential"}, False),
        ({"railway": "platform"}, True),
        ({"public_transport": "platform"}, True),
        ({"highway": "platform", "area": "no"}, False),
        ({"man_made": "pier"}, True),
    ],
)
def test_which_closed_ways_are_walked_across(read, tags, is_surface):
    graph = read(CORNERS + way(7, 1, 2, 3, 4, 1, **tags) + ROADS)
    assert crossed(graph) is is_surface


def test_a_square_of_several_ways_with_a_hole(read):
    ring = way(1, 1, 2, 3) + way(2, 1, 4, 3) + way(3, 11, 12, 13, 14, 11, building="yes")
    body = relation(member(1, "outer"), member(2, "outer"), member(3, "inner"), highway="pedestrian")
    network = network_from_streets(read(CORNERS + ring + ROADS + body), read_profile("walk"))
    assert network.pieces.size == 1
    assert (network.edge_surface == 0).any()


@pytest.mark.parametrize("inner", ["inner", "outer"])
def test_the_edge_of_a_hole_is_no_street_by_itself(read, inner):
    ring = way(1, 1, 2, 3, 4, 1) + way(3, 11, 12, 13, 14, 11, building="yes")
    body = relation(member(1, "outer"), member(3, inner), highway="pedestrian")
    graph = read(CORNERS + ring + body + way(8, 5, 6, highway="residential"))
    assert (len(graph.way_id) == 2) == (inner == "inner")


def test_a_square_that_an_extract_yields_twice_is_one(read):
    ring = way(1, 1, 2, 3, 4, 1)
    body = relation(member(1, "outer"), highway="pedestrian", area="yes")
    once, twice = (read(CORNERS + ring + ROADS + body * count) for count in (1, 2))
    assert twice.way_id.tolist() == once.way_id.tolist()


def test_a_way_that_an_extract_yields_twice_is_one(read):
    square = way(7, 1, 2, 3, 4, 1, highway="pedestrian", area="yes")
    once, twice = (read(CORNERS + square * count + ROADS * count) for count in (1, 2))
    assert twice.way_id.tolist() == once.way_id.tolist()


def test_the_outer_way_of_a_relation_does_not_cross_its_holes(read):
    tags = {"highway": "pedestrian", "area": "yes"}
    ring = way(1, 1, 2, 3, 4, 1, **tags) + way(3, 11, 12, 13, 14, 11)
    body = relation(member(1, "outer"), member(3, "inner"), **tags)
    network = network_from_streets(read(CORNERS + ring + ROADS + body), read_profile("walk"))
    diagonal = float(np.hypot(20 * 55.3, 20 * 111.4) / 10)
    assert not (np.abs(network.edge_metres - diagonal) < 1).any()


@pytest.mark.parametrize(
    "ring",
    [
        way(1, 1, 2, 3, 99, 4, 1, highway="pedestrian", area="yes"),
        way(1, 1, 2, 3, 2, 4, 1, highway="pedestrian", area="yes"),
        way(1, 1, 2, 1, highway="pedestrian", area="yes"),
        way(1, 1, 2, 3) + relation(member(1, "outer"), member(98, "outer"), highway="pedestrian"),
        way(1, 1, 2, 99, 3) + relation(member(1, "outer"), highway="pedestrian"),
    ],
)
def test_of_a_square_that_is_cut_off_the_outline_is_left(read, ring):
    graph = read(CORNERS + ring + ROADS)
    assert 1 in graph.way_id
    assert not crossed(graph)


def test_a_corner_that_is_named_twice_in_a_row_is_one(read):
    graph = read(CORNERS + way(7, 1, 2, 2, 3, 4, 1, highway="pedestrian", area="yes") + ROADS)
    assert crossed(graph)


# Ways cut to pieces --------------------------------------------------------------------------------


def test_a_way_of_one_node_is_no_street(read):
    graph = read(NODES + way(7, 1, highway="residential") + way(8, 2, 3, highway="residential"))
    assert graph.way_id.tolist() == [8]


# Ways cut by the border of the extract -------------------------------------------------------------


def test_no_street_leads_across_nodes_that_are_not_in_the_extract(read):
    graph = read(NODES + way(7, 1, 2, 99, 98, 4, 5, highway="residential"))
    assert lines(graph) == [[1, 2], [4, 5]]
    assert graph.way_id.tolist() == [7, 7]


@pytest.mark.parametrize(
    ("refs", "kept"),
    [
        ((99, 1, 2), [[1, 2]]),
        ((1, 2, 99), [[1, 2]]),
        ((99, 1, 98, 2, 3), [[2, 3]]),
        ((1, 99, 2, 98, 3), []),
    ],
)
def test_what_is_left_of_a_way_with_missing_nodes(read, refs, kept):
    graph = read(NODES + way(7, *refs, highway="residential") + way(8, 4, 5, highway="residential"))
    assert lines(graph) == [*kept, [4, 5]]


def test_a_place_off_the_globe_is_no_node(read):
    nodes = NODES.replace('id="3" lat="60.200"', 'id="3" lat="95"')
    assert lines(read(nodes + way(7, 1, 2, 3, 4, 5, highway="residential"))) == [[1, 2], [4, 5]]


# Files that are no extract -------------------------------------------------------------------------


XML = town().encode()
BROKEN = {
    "empty.osm.pbf": b"",
    "empty.osm": b"",
    "empty.osm.gz": b"",
    "empty.osm.bz2": b"",
    "text.pbf": b"hello world\n" * 100,
    "text.osm.pbf": b"id,name\n1,a\n",
    "cut.osm": XML[: len(XML) // 2],
    "cut.osm.gz": gzip.compress(XML)[:-20],
    "cut.osm.bz2": bz2.compress(XML)[:-20],
    "plain.osm.bz2": XML,
    "page.osm": b"<html><body>404 Not Found</body></html>",
    "streets.csv": XML,
    "streets": XML,
    "old.osm": XML.replace(b'version="0.6"', b'version="0.5"'),
    "words.osm": XML.replace(b'lat="60.2000000"', b'lat="north"'),
    "huge.osm": XML.replace(b'id="1"', b'id="99999999999999999999"'),
    "entity.osm": b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/hostname">]><osm version="0.6">&a;</osm>',
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_extract_is_a_fault_that_names_the_file(tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(InputError) as caught:
        read_streets(tmp_path / name)
    [fault] = caught.value.faults
    assert (fault.source, fault.code) == (name, "extract-unreadable")
    assert str(tmp_path) not in fault.what.en


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_real_extract_that_was_cut_short(helsinki, tmp_path, share):
    data = helsinki.read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match="the extract cannot be read"):
        read_streets(tmp_path / "cut.osm.pbf")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_real_extract_with_a_byte_flipped(helsinki, tmp_path, share):
    data = bytearray(helsinki.read_bytes())
    data[int(len(data) * share)] ^= 0x55
    (tmp_path / "flipped.osm.pbf").write_bytes(data)
    with pytest.raises(InputError, match="the extract cannot be read"):
        read_streets(tmp_path / "flipped.osm.pbf")


@pytest.mark.parametrize("body", ["", NODES, NODES + way(7, 1, 2, waterway="river")])
def test_an_extract_without_streets(read, body):
    with pytest.raises(InputError, match=r"case\.osm: the extract holds no streets"):
        read(body)


def test_a_folder_is_no_extract(tmp_path):
    (tmp_path / "folder.osm").mkdir()
    with pytest.raises(InputError, match=r"no such file: folder\.osm"):
        read_streets(tmp_path / "folder.osm")


def test_ways_of_which_single_nodes_are_left_are_no_streets(read):
    with pytest.raises(InputError, match="holds no streets"):
        read(NODES + way(7, 1, 99, 2, 98, 3, highway="residential"))
