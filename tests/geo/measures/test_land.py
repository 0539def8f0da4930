"""Residential land: cut into pieces that conserve its area, and tested as people are."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity, box

from geo.assessment.case import Case
from geo.assessment.land import assess_land
from geo.coordinates.crs import metric_crs
from geo.measures.land import sample_land
from tests.support.toy_street import METRE, PROFILE, WORD, answered, clinic, facilities, homes, standard


def land(*shapes):
    return gpd.GeoDataFrame({"id": [f"l{n}" for n in range(len(shapes))]}, geometry=list(shapes), crs=4326)


def strip(west, east, high=20):
    """A strip along the toy street, from so many metres to so many."""
    return box(west * METRE, 0, east * METRE, high * METRE)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=3, max_size=9), st.floats(0, 359))
def test_pieces_sum_to_the_area_of_each_polygon(corners, turn):
    ring = Polygon([(x * 1e-5 + 121.4, y * 1e-5 + 31.2) for x, y in corners]).convex_hull
    # A hundred square metres at least: of less, rounding of coordinates is seen in the ninth digit.
    assume(ring.geom_type == "Polygon" and ring.area > 1e-8)
    ring = affinity.rotate(ring, turn)
    hole = ring.difference(affinity.scale(ring, 0.4, 0.4, origin="centroid"))
    blocks = land(hole, affinity.translate(ring, 0.02, 0), affinity.translate(ring, 0.02, 0.02).union(ring))
    samples = sample_land(blocks)
    areas = blocks.to_crs(metric_crs(blocks)).area / 10_000
    assert samples.groupby("land_id")["hectares"].sum().tolist() == pytest.approx(areas.tolist(), rel=1e-9)
    assert samples["id"].is_unique


def test_no_piece_is_larger_than_a_cell():
    samples = sample_land(land(box(121.4, 31.2, 121.41, 31.21)))
    west, south, east, north = samples.to_crs(metric_crs(samples)).bounds.to_numpy().T
    # Straight in metres, hardly bent in degrees.
    assert max((east - west).max(), (north - south).max()) < 50.01
    assert len(samples) > 900 * 1100 / 2500


def test_no_land_has_no_samples():
    assert len(sample_land(land())) == 0


def assessed(blocks, *, cases=None, most=200, **how):
    ground, found = answered(homes([0], [1]), facilities([0], ["clinic"]), cases=cases, **how)
    cells = gpd.GeoDataFrame(
        {"id": ["g0", "g1"], "name": None, "kind": "grid"},
        geometry=[box(-METRE, -1, 300 * METRE, 1), box(300 * METRE, -1, 900 * METRE, 1)],
        crs=4326,
    )
    return assess_land(ground, found, blocks, grids=cells, areas=cells.iloc[:0], max_snap_metres=most)


def test_land_within_reach_by_hand():
    # Five minutes are 300 m: six of the twelve cells along the street, counted at their middle.
    result = assessed(land(strip(0, 600)))
    row = result.coverage.iloc[0]
    assert (row["share"], row["denominator"]) == (pytest.approx(0.5), "residential_land")
    assert row["total"] == pytest.approx(1.2, rel=0.01)
    by_cell = result.by_polygon.set_index("area_id")
    assert by_cell["share"].to_dict() == pytest.approx({"g0": 1, "g1": 0})
    assert by_cell["total"].sum() == pytest.approx(row["total"])
    assert by_cell["covered"].sum() == pytest.approx(row["covered"])


def test_compliance_counts_metres_along_the_street_or_straight():
    straight = clinic(tier="far", minutes=None, metres=400, measure="straight")
    asked = standard(clinic(minutes=None, metres=200), straight)
    table = assessed(land(strip(0, 600)), asked=asked).coverage
    assert table[["test", "metres_limit"]].to_numpy().tolist() == [["compliance", 200], ["compliance", 400]]
    assert table["share"].tolist() == pytest.approx([4 / 12, 8 / 12])


def test_land_far_from_every_street_is_counted_and_said():
    result = assessed(land(strip(0, 100), affinity.translate(strip(0, 100), 0, 900 * METRE)))
    assert result.coverage["share"].tolist() == pytest.approx([0.5], rel=0.01)
    assert result.off_streets == pytest.approx(0.2, rel=0.01)


def test_nobody_lives_at_work():
    cases = [Case("work", WORD, PROFILE, shift="in"), Case("home", WORD, PROFILE, shift="out")]
    result = assessed(land(strip(0, 600)), cases=cases)
    assert list(result.assessments) == ["home"]
    assert set(result.coverage["case"]) == {"home"}


def test_without_land_there_are_no_tables():
    result = assessed(land())
    assert (len(result.coverage), len(result.by_polygon), result.off_streets) == (0, 0, 0)
    assert np.array_equal(result.samples["hectares"], [])
