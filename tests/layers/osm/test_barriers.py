"""What is read as a barrier, and where it is open."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import InputError
from geo.joins.doubt import Doubt
from layers.osm.barriers import barrier_of, is_opening, read_barriers

TOWN = """\
<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
<node id="1" lat="0.000" lon="0.000"/>
<node id="2" lat="0.000" lon="0.001"/>
<node id="3" lat="0.001" lon="0.001"/>
<node id="4" lat="0.001" lon="0.000"><tag k="barrier" v="gate"/></node>
<node id="5" lat="0.002" lon="0.000"><tag k="barrier" v="gate"/><tag k="access" v="no"/></node>
<node id="6" lat="0.003" lon="0.000"><tag k="railway" v="level_crossing"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="natural" v="water"/></way>
<way id="2"><nd ref="3"/><nd ref="4"/><nd ref="5"/><tag k="barrier" v="wall"/></way>
<way id="3"><nd ref="4"/><nd ref="6"/><tag k="railway" v="rail"/></way>
<way id="4"><nd ref="4"/><nd ref="6"/><tag k="railway" v="tram"/></way>
<way id="5"><nd ref="1"/><nd ref="6"/><tag k="waterway" v="stream"/></way>
<way id="6"><nd ref="2"/><nd ref="6"/><tag k="highway" v="motorway"/></way>
<way id="7"><nd ref="2"/><nd ref="6"/><tag k="highway" v="residential"/></way>
<relation id="1"><member type="way" ref="8" role="outer"/><tag k="type" v="multipolygon"/>
<tag k="natural" v="water"/></relation>
<way id="8"><nd ref="3"/><nd ref="4"/><nd ref="6"/><nd ref="3"/></way>
</osm>
"""


def test_water_walls_rails_and_motorways_are_read_with_their_openings(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(TOWN, "utf-8")
    found = read_barriers(path)
    kinds = {kind: int((found.kind == kind).sum()) for kind in (Doubt.WATER, Doubt.WALL, Doubt.RAILWAY)}
    assert kinds == {Doubt.WATER: 3 + 3, Doubt.WALL: 2, Doubt.RAILWAY: 1}
    assert int((found.kind == Doubt.MOTORWAY).sum()) == len(found) - 9 == 1
    assert found.openings.tolist() == [[0.0, 0.001], [0.0, 0.003]]
    wall = found.lines[found.kind == Doubt.WALL]
    assert wall.tolist() == [[0.001, 0.001, 0.0, 0.001], [0.0, 0.001, 0.0, 0.002]]


def test_an_extract_without_barriers_has_none(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="0" lon="0"/></osm>', "utf-8")
    found = read_barriers(path)
    assert (len(found), found.lines.shape, found.openings.shape) == (0, (0, 4), (0, 2))
    assert found.kind.dtype == np.uint16


def test_an_extract_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_barriers(tmp_path / "none.osm")


@pytest.mark.parametrize(
    ("tags", "closed", "kind"),
    [
        ({"natural": "water"}, True, Doubt.WATER),
        ({"natural": "water", "tunnel": "culvert"}, True, None),
        ({"natural": "coastline"}, False, Doubt.WATER),
        ({"waterway": "canal"}, False, Doubt.WATER),
        ({"waterway": "river", "intermittent": "yes"}, False, None),
        ({"waterway": "ditch"}, False, None),
        ({"railway": "rail"}, False, Doubt.RAILWAY),
        ({"railway": "subway", "tunnel": "yes"}, False, None),
        ({"railway": "light_rail", "bridge": "viaduct"}, False, None),
        ({"railway": "tram"}, False, None),
        ({"barrier": "retaining_wall"}, False, Doubt.WALL),
        ({"barrier": "hedge"}, True, Doubt.WALL),
        ({"barrier": "guard_rail"}, False, Doubt.WALL),
        ({"natural": "cliff"}, False, Doubt.WALL),
        ({"railway": "subway", "layer": "-2"}, False, None),
        ({"barrier": "kerb"}, False, None),
        ({"highway": "motorway"}, False, Doubt.MOTORWAY),
        ({"highway": "motorway", "bridge": "yes"}, False, None),
        ({"highway": "trunk"}, False, None),
        ({"highway": "trunk", "foot": "no"}, False, Doubt.MOTORWAY),
        ({"highway": "trunk", "motorroad": "yes"}, False, Doubt.MOTORWAY),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, False, None),
    ],
)
def test_what_stands_in_the_way(tags, closed, kind):
    assert barrier_of(tags, closed=closed) == kind


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no"}, False),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, True),
        ({"barrier": "wall"}, False),
        ({"railway": "crossing"}, True),
        ({"railway": "switch"}, False),
    ],
)
def test_where_it_is_open(tags, open_):
    assert is_opening(tags) is open_
