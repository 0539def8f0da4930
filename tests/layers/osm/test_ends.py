"""Where streets stop because an extract was cut."""

from __future__ import annotations

import osmium
import pytest

from geo.errors import InputError
from layers.osm.cut import cut_extract
from layers.osm.ends import read_street_ends

NODES = "".join(f'<node id="{n}" lat="0.0" lon="{n / 1000:.3f}"/>' for n in (1, 2, 3, 4))


def extract(path, refs, tags='<tag k="highway" v="residential"/>', head=""):
    inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    path.write_text(f'<osm version="0.6">{head}{NODES}<way id="1">{inside}{tags}</way></osm>', "utf-8")
    return path


@pytest.mark.parametrize(
    ("refs", "ends"),
    [
        ((1, 2, 3), []),
        ((1, 2, 99), [[0.002, 0.0]]),
        ((98, 1, 2, 99), [[0.001, 0.0], [0.002, 0.0]]),
        ((99, 98), []),
    ],
)
def test_a_street_stops_before_the_node_that_is_missing(tmp_path, refs, ends):
    assert read_street_ends(extract(tmp_path / "a.osm", refs)).tolist() == ends


def test_what_is_no_street_stops_nowhere(tmp_path):
    fence = '<tag k="barrier" v="fence"/>'
    assert len(read_street_ends(extract(tmp_path / "a.osm", (1, 99), fence))) == 0


def test_a_street_stops_where_it_crosses_the_box_it_was_cut_by(tmp_path):
    whole = extract(tmp_path / "a.osm", (1, 2, 3, 4))
    cut = cut_extract(whole, tmp_path / "b.osm.pbf", (0.0005, -0.001, 0.0025, 0.001))
    assert read_street_ends(cut).round(7).tolist() == [[0.0025, 0.0]]


def test_an_extract_that_holds_the_whole_island_ends_nowhere(tmp_path):
    whole = extract(tmp_path / "a.osm", (1, 2, 3, 4))
    cut = cut_extract(whole, tmp_path / "b.osm.pbf", (-1.0, -1.0, 1.0, 1.0))
    with osmium.io.Reader(str(cut), osmium.osm.NOTHING) as reader:
        assert reader.header().box().valid()
    assert len(read_street_ends(cut)) == 0


def test_an_extract_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_street_ends(tmp_path / "none.osm")
