"""The ground that two outlines share: rectangles and round ends by hand, shapely's areas, real streets."""

from __future__ import annotations

import json
from math import pi

import numpy as np
import pytest
from geopandas import GeoSeries

from geo.network.snap import at_nodes, snap
from geo.network.toys import drawn, line, square
from geo.search.agreement import EXACT, FAST, isochrone_agreement
from geo.search.isochrones import Outline, isochrones
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network


def test_the_area_of_a_buffered_street_by_hand():
    """300 m of street with 30 m around it: a rectangle and, at each end, half a circle."""
    street = line([1000])
    [row] = isochrone_agreement(street, at_nodes(street, [0]), minutes=[5]).itertuples()
    by_hand = 300 * 60 + pi * 30**2
    # A buffer of shapely draws a quarter of a circle in eight chords, which loses 0.64 % of the circle.
    assert row.reference_square_metres == pytest.approx(by_hand, rel=0.002)
    assert row.square_metres == pytest.approx(by_hand, rel=0.01)
    assert 0.98 < row.iou < 1


def test_an_outline_agrees_with_itself():
    block = square(200)
    found = isochrone_agreement(block, at_nodes(block, [0, 1]), outline=EXACT, reference=EXACT)
    assert found["iou"].tolist() == pytest.approx([1] * 6)
    assert found[["place", "minutes"]].values.tolist() == [[p, m] for p in (0, 1) for m in (5, 10, 15)]


def test_towards_and_away_differ_on_a_one_way_street():
    """From B only the eastern 600 m are reached; B is reached from both sides, from 1200 m of street."""
    network, at = drawn("A-----B-----C", ["AB", "BC"], one_way={"AB"})
    middle = snap(network, tuple([v] for v in at["B"]))
    away, towards = (
        isochrone_agreement(network, middle, minutes=[10], towards=way).iloc[0] for way in (False, True)
    )
    assert away["reference_square_metres"] == pytest.approx(600 * 60 + pi * 900, rel=0.002)
    assert towards["reference_square_metres"] == pytest.approx(1200 * 60 + pi * 900, rel=0.002)
    assert min(away["iou"], towards["iou"]) > 0.98


def test_coarser_cells_agree_less():
    block = square(200)
    fine, coarse = (
        isochrone_agreement(
            block, at_nodes(block, [0]), minutes=[5], outline=Outline(clip=False, cell_metres=metres)
        )["iou"][0]
        for metres in (5, 25)
    )
    assert coarse < fine - 0.01


def test_the_measure_is_that_of_the_polygons_themselves(helsinki):
    network = open_network(helsinki, read_profile("walk"))
    places = at_nodes(network, [40, 900])
    found = isochrone_agreement(network, places, minutes=[5, 3])
    fast, exact = (
        isochrones(network, places, minutes=[3, 5], outline=way).to_crs(network.metric_crs)
        for way in (FAST, EXACT)
    )
    both = fast.intersection(exact, align=False).area
    assert found["iou"].to_numpy() == pytest.approx((both / fast.union(exact, align=False).area).to_numpy())
    assert found["minutes"].tolist() == [3, 5, 3, 5]
    assert (found["iou"] > 0.98).all()


def test_clipping_leaves_ground_out_on_purpose(helsinki):
    network = open_network(helsinki, read_profile("walk"))
    places = at_nodes(network, [40])
    clipped, whole = (
        isochrone_agreement(network, places, minutes=[5], outline=Outline(clip=clip)).iloc[0]
        for clip in (True, False)
    )
    assert clipped["square_metres"] < whole["square_metres"]
    assert clipped["iou"] < whole["iou"]


def test_a_place_on_no_street_has_no_agreement():
    block = square(100)
    nowhere = snap(block, GeoSeries.from_xy([1.0], [1.0], crs=4326))
    found = isochrone_agreement(block, nowhere, minutes=[5])
    assert np.isnan(found["iou"]).all()
    assert found["square_metres"].tolist() == [0]


def test_no_places_make_an_empty_table():
    block = square(100)
    assert isochrone_agreement(block, at_nodes(block, []), minutes=[5]).empty


def test_unequal_buffers_are_refused():
    block = square(100)
    with pytest.raises(ValueError, match="buffers must be equal, got 20 and 30"):
        isochrone_agreement(block, at_nodes(block, [0]), outline=Outline(buffer_metres=20))


def test_the_record_of_a_run_gives_the_agreement_of_one_station(demo):
    record = json.loads((demo.folder / "out" / "run.json").read_text("utf-8"))
    found = record["isochrones"]
    assert (found["method"], found["buffer_metres"], found["cell_metres"], found["clip"]) == (
        "fast",
        30,
        10,
        True,
    )
    [sample] = found["unclipped_intersection_over_union_with_exact"]
    assert sample["minutes"] == 3
    assert 0.98 < sample["iou"] < 1
