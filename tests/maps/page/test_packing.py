import base64
import gzip
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maps.page.packing import WORLD_BITS, Pack, project, ragged, to_steps, varints, zigzag


def test_position_agrees_with_the_projection_of_tiled_maps() -> None:
    place = gpd.GeoSeries([shapely.Point(121.4737, 31.2304)], crs=4326)
    metres = place.to_crs(3857).iloc[0]
    half = np.pi * 6378137.0
    expected = [(metres.x + half) / (2 * half), (half - metres.y) / (2 * half)]
    steps = to_steps(np.array([[121.4737, 31.2304]]))[0]
    assert steps / 2**WORLD_BITS == pytest.approx(expected, abs=1e-12)


def test_a_step_is_less_than_a_third_of_a_metre() -> None:
    east = to_steps(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert 111_320 / (east[1, 0] - east[0, 0]) < 1 / 3


def test_beyond_the_edge_of_the_map_is_its_edge() -> None:
    assert to_steps(np.array([[0.0, 90.0]]))[0, 1] == pytest.approx(0.0, abs=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hnp.arrays(np.int64, st.integers(0, 40), elements=st.integers(-(2**27), 2**27)))
def test_whole_numbers_come_back(unpack, values: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    pack.whole_numbers("n", values)
    _, sections = unpack(pack.text({}))
    assert sections["n"] == values.tolist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2**27), st.integers(0, 2**27)), max_size=30))
def test_positions_come_back(unpack, places: list[tuple[int, int]]) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    pack.positions("p", np.array(places, dtype=np.int64).reshape(-1, 2))
    _, sections = unpack(pack.text({}))
    assert sections["p"] == [value for place in places for value in place]


def test_shapes_are_moved_by_half_a_step_at_most(unpack) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    pack.shapes("s", np.array([shapely.LineString([(10.4, 20.6), (11.5, 19.51)])], dtype=object))
    _, sections = unpack(pack.text({}))
    assert sections["s.at"] == [10, 21, 12, 20]


def test_varints_match_a_table_worked_by_hand() -> None:
    assert varints(np.array([0, 127, 128, 16384], dtype=np.uint64)).hex() == "007f8001808001"


def test_zigzag_keeps_small_numbers_small() -> None:
    assert zigzag(np.array([3, -3])).tolist() == [6, 5]


def test_decimals_come_back_and_missing_stays_missing(unpack) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    pack.whole_numbers("odd", np.array([1]))
    pack.decimals("after", np.array([0.5, np.nan]))
    _, sections = unpack(pack.text({"a": "汉"}))
    assert sections["after"][0] == 0.5
    assert np.isnan(sections["after"][1])


def test_every_section_is_aligned_for_the_browser() -> None:
    pack = Pack()
    pack.whole_numbers("odd", np.array([1]))
    pack.decimals("after", np.array([0.5]))
    body = gzip.decompress(base64.b64decode(pack.text({"title": "汉"})))
    size = int.from_bytes(body[:4], "little")
    offsets = [offset for _, offset, _ in json.loads(body[4 : 4 + size])["sections"].values()]
    assert (4 + size) % 4 == 0
    assert [offset % 4 for offset in offsets] == [0, 0]


def test_packing_twice_gives_the_same_text() -> None:
    def text() -> str:
        pack = Pack()
        pack.whole_numbers("n", np.arange(9))
        return pack.text({"title": "x"})

    assert text() == text()


def test_hole_runs_the_other_way_round() -> None:
    outer, hole = shapely.box(0, 0, 9, 9), shapely.box(3, 3, 6, 6)
    for shape in (outer - hole, shapely.reverse(outer - hole)):
        vertices, per_ring, per_shape = ragged(np.array([shape]))
        rings = np.split(vertices, np.cumsum(per_ring)[:-1])
        signs = [np.sign(signed_area(ring)) for ring in rings]
        assert per_shape.tolist() == [2]
        assert signs[0] == -signs[1]


def signed_area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def test_every_outer_ring_runs_the_same_way() -> None:
    boxes = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1, ccw=False)])
    vertices, _, _ = ragged(boxes)
    assert np.sign(signed_area(vertices[:5])) == np.sign(signed_area(vertices[5:]))


def test_mixed_missing_and_many_part_geometries_keep_their_order() -> None:
    line = shapely.LineString([(0, 0), (1, 1), (2, 0)])
    shapes = np.array([line, None, shapely.MultiPolygon([shapely.box(0, 0, 1, 1)] * 2), shapely.Polygon()])
    vertices, per_ring, per_shape = ragged(shapes)
    assert per_shape.tolist() == [1, 0, 2, 0]
    assert per_ring.tolist() == [3, 5, 5]
    assert vertices[:3].tolist() == [[0, 0], [1, 1], [2, 0]]


def test_nothing_packs_as_nothing(unpack) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    pack.shapes("none", project(gpd.GeoSeries([], crs=4326)))
    _, sections = unpack(pack.text({}))
    assert sections == {"none.at": [], "none.ring": [], "none.shape": []}


def test_more_vertices_than_a_district_has_are_written_to_two_steps(
    unpack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.page.packing.FINE_VERTICES", 3)
    pack = Pack()
    pack.shapes("few", np.array([shapely.LineString([(1, 3), (5, 8)])]))
    pack.shapes("many", np.array([shapely.LineString([(1, 3), (5, 8), (9, 9), (10, 10)])]))
    _, sections = unpack(pack.text({}))
    assert sections["few.at"] == [1, 3, 5, 8]
    # In twos: 1 and 3 are rounded to the even half.
    assert sections["many.at"] == [0, 4, 4, 8, 8, 8, 10, 10]
