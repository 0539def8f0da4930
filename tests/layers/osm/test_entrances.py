"""Entrances and gates of an extract by which visitors come in, and those of the people who live there."""

import pytest

from layers.osm.entrances import lets_residents_in, lets_visitors_in, read_entrances

EXTRACT = """<?xml version='1.0'?><osm version="0.6">
<node id="1" version="1" lat="31.2" lon="121.2"><tag k="entrance" v="main"/><tag k="name" v="东门"/></node>
<node id="2" version="1" lat="31.3" lon="121.3"><tag k="barrier" v="gate"/></node>
<node id="3" version="1" lat="31.4" lon="121.4"><tag k="barrier" v="gate"/>
<tag k="access" v="private"/></node>
<node id="4" version="1" lat="31.5" lon="121.5"><tag k="barrier" v="bollard"/></node>
</osm>"""


def test_gates_with_their_names(tmp_path):
    (tmp_path / "a.osm").write_text(EXTRACT, encoding="utf-8")
    found = read_entrances(tmp_path / "a.osm", language="zh")
    assert [(point.x, point.y) for point in found.points] == [(121.2, 31.2), (121.3, 31.3), (121.4, 31.4)]
    assert found.name.tolist() == ["东门", None, None]
    assert found.private.tolist() == [False, False, True]
    assert len(found.for_visitors().points) == 2


def test_no_extract_no_entrances(tmp_path):
    assert read_entrances(tmp_path / "absent.osm").points.size == 0


@pytest.mark.parametrize(
    "tags",
    [
        {"entrance": "emergency"},
        {"entrance": "service"},
        {"entrance": "yes", "access": "no"},
        {"barrier": "gate", "locked": "yes"},
    ],
)
def test_visitors_stay_out(tags):
    assert not lets_visitors_in(tags)


@pytest.mark.parametrize(
    ("tags", "there"),
    [
        ({"entrance": "staircase"}, True),
        ({"barrier": "gate", "access": "residents"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"entrance": "emergency"}, False),
        ({"barrier": "gate", "access": "no"}, False),
        ({"barrier": "gate", "access": "private", "locked": "yes"}, False),
    ],
)
def test_residents_have_doors_of_their_own(tags, there):
    assert lets_residents_in(tags) is there


def test_a_private_gate_open_on_foot_counts():
    assert lets_visitors_in({"barrier": "gate", "access": "private", "foot": "yes"})
