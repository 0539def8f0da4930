"""Declared coordinate systems: the names, the one conversion, its provenance."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon

from geo.coordinates.china import wgs84_to_bd09, wgs84_to_gcj02
from geo.coordinates.crs import metric_crs, segment_metres
from geo.errors import InputError
from layers.rows.coordinates import differs, parse_crs, provenance, suggestions, to_wgs84
from tests.support.paths import SHARED_DATA

SHANGHAI = SHARED_DATA / "shanghai"
needs_shanghai = pytest.mark.skipif(not SHANGHAI.is_dir(), reason=f"{SHANGHAI} is absent")
HOUTAN = (121.4812, 31.1845)


def _metres(one: Point, other: Point) -> float:
    return float(segment_metres(one.x, one.y, other.x, other.y))


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("EPSG:4326", "EPSG:4326"),
        ("epsg: 4490", "EPSG:4490"),
        (4549, "EPSG:4549"),
        ("4550", "EPSG:4550"),
        ("WGS 84", "EPSG:4326"),
        ("gps", "EPSG:4326"),
        ("OGC:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4549", "EPSG:4549"),
        ("CGCS2000", "EPSG:4490"),
        ("国家2000", "EPSG:4490"),
        ("CGCS2000 CM 120E", "EPSG:4549"),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 120E", "EPSG:4549"),
        ("CGCS2000 / Gauss-Kruger CM 123E", "EPSG:4510"),
        ("国家2000 中央经线 123 度", "EPSG:4550"),
        ("CGCS2000 3-degree zone 40", "EPSG:4528"),
        ("国家2000 第40带", "EPSG:4528"),
        ("西安80", "EPSG:4610"),
        ("WGS 84 / UTM zone 51N", "EPSG:32651"),
        ("ESRI:54009", "ESRI:54009"),
        ("GCJ-02", "gcj02"),
        ("gcj_02", "gcj02"),
        ("高德", "gcj02"),
        ("BD-09", "bd09"),
        ("百度坐标", "bd09"),
        (pyproj.CRS(4549).to_wkt(), "EPSG:4549"),
        (pyproj.CRS(4549).to_wkt("WKT1_ESRI"), "EPSG:4549"),
    ],
)
def test_names(declared, name):
    assert parse_crs(declared).name == name


@pytest.mark.parametrize(("meridian", "code"), [(75, 4534), (120, 4549), (123, 4550), (135, 4554)])
def test_every_gauss_krueger_zone_has_the_meridian_it_is_named_by(meridian, code):
    assert parse_crs(f"CGCS2000 CM {meridian}").name == f"EPSG:{code}"
    parameters = pyproj.CRS(code).coordinate_operation.params
    assert next(each.value for each in parameters if "Longitude" in each.name) == meridian


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("gcj2", "gcj02"),
        ("wsg84", "EPSG:4326"),
        ("EPSG:449O", "EPSG:4490"),
        ("cgcs200", "EPSG:4490"),
        ("CGCS2000 CM 121E", "EPSG:4490"),
        ("", "EPSG:4326"),
        ("beijing", "EPSG:4214"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(wrong, near):
    with pytest.raises(InputError, match=near) as caught:
        parse_crs(wrong)
    assert caught.value.faults[0].code == "crs-unknown"
    assert caught.value.faults[0].value == wrong


@pytest.mark.parametrize(
    "hostile",
    ["+proj=longlat", "+init=epsg:4326", "/etc/passwd", "{}", "EPSG:-1", "9" * 500, "PROJCS[", "449.0"],
)
def test_what_is_no_name_is_refused(hostile):
    with pytest.raises(InputError):
        parse_crs(hostile)


@pytest.mark.parametrize("vertical", ["EPSG:5773", "EPSG:4978"])
def test_heights_and_earth_centred_systems_are_refused(vertical):
    with pytest.raises(InputError) as caught:
        parse_crs(vertical)
    assert caught.value.faults[0].code == "crs-not-horizontal"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused(text):
    try:
        name = parse_crs(text).name
    except InputError as error:
        name = error.to("zh")
    assert name


def test_suggestions_are_names_that_parse():
    for name in suggestions("shanghai"):
        assert parse_crs(name.split(" ")[0])


@pytest.mark.parametrize(("declared", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_shifted_points_come_back(declared, shift):
    shifted = gpd.GeoSeries.from_xy(*shift([HOUTAN[0]], [HOUTAN[1]]), index=["a"])
    result = to_wgs84(shifted, declared)
    assert result.crs == "EPSG:4326"
    assert list(result.index) == ["a"]
    assert _metres(result["a"], Point(HOUTAN)) < 1e-3


@pytest.mark.parametrize("code", [4490, 4549, 4550, 4528, 32651, 3857])
def test_proj_systems_come_back(code):
    there = gpd.GeoSeries([Point(HOUTAN)], crs=4326).to_crs(code)
    assert _metres(to_wgs84(there, f"EPSG:{code}").iloc[0], Point(HOUTAN)) < 1e-3


def test_the_declaration_wins_over_what_the_file_says():
    shifted = gpd.GeoSeries.from_xy(*wgs84_to_gcj02([HOUTAN[0]], [HOUTAN[1]]), crs=4326)
    assert _metres(to_wgs84(shifted, "gcj02").iloc[0], Point(HOUTAN)) < 1e-3
    assert to_wgs84(shifted, "EPSG:4326").iloc[0] == shifted.iloc[0]


def test_polygons_with_holes_missing_and_empty_geometries():
    ring = [(121.4, 31.1), (121.5, 31.1), (121.5, 31.2)]
    hole = [(121.45, 31.11), (121.47, 31.11), (121.47, 31.12)]
    original = gpd.GeoSeries([MultiPolygon([(ring, [hole])]), None, Polygon(), Point(121, 31, 7)])
    shifted = gpd.GeoSeries(
        shapely.transform(original.to_numpy(), lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))
    )
    back = to_wgs84(shifted, "gcj02")
    assert shapely.equals_exact(back.iloc[0], original.iloc[0], tolerance=1e-9)
    assert back.iloc[1] is None
    assert back.iloc[2].is_empty
    assert not back.iloc[3].has_z


def test_the_callers_series_is_not_touched():
    given_series = gpd.GeoSeries([Point(HOUTAN)])
    to_wgs84(given_series, "gcj02")
    assert given_series.iloc[0] == Point(HOUTAN)
    assert given_series.attrs == {}
    assert given_series.crs is None


def test_what_proj_cannot_convert_is_missing():
    result = to_wgs84(gpd.GeoSeries([Point(1e30, 1e30), Point(351000, 3451000)]), "EPSG:4549")
    assert result.iloc[0] is None
    assert result.iloc[1] is not None


def test_provenance_says_what_was_done():
    assert provenance(gpd.GeoSeries([Point(HOUTAN)])) is None
    kept = provenance(to_wgs84(gpd.GeoSeries([Point(HOUTAN)]), "百度"))
    assert kept is not None
    assert (kept.declared, kept.steps) == ("bd09", ("BD-09 to GCJ-02", "GCJ-02 to WGS84"))
    unchanged = provenance(to_wgs84(gpd.GeoSeries([Point(HOUTAN)]), "WGS84"))
    assert unchanged is not None
    assert unchanged.steps == ()


def test_provenance_owns_up_to_an_unknown_accuracy():
    kept = provenance(to_wgs84(gpd.GeoSeries([Point(HOUTAN)]), "EPSG:4610"))
    assert kept is not None
    assert kept.accuracy_metres is None
    assert "Ballpark" in kept.steps[0]


def test_a_second_conversion_is_refused():
    shops = gpd.GeoSeries([Point(HOUTAN)], crs=4326, index=["a"])
    once = to_wgs84(shops, "gcj02")
    for again in (once, once.copy(), once[once.index == "a"], once.reset_index(drop=True)):
        with pytest.raises(InputError, match="Convert them once only"):
            to_wgs84(again, "EPSG:4326")
    assert provenance(shops) is None


def test_a_converted_series_can_be_written(tmp_path):
    once = to_wgs84(gpd.GeoSeries([Point(HOUTAN)], crs=4490), "CGCS2000")
    assert json.dumps(once.attrs)
    gpd.GeoDataFrame({"name": ["a"]}, geometry=once).to_parquet(tmp_path / "a.parquet")
    assert gpd.read_parquet(tmp_path / "a.parquet").crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("declared", "file_crs", "expected"),
    [
        ("gcj02", 4326, False),
        ("gcj02", 4549, True),
        ("EPSG:4326", None, False),
        ("EPSG:4326", "OGC:CRS84", False),
        ("EPSG:4490", 4326, True),
    ],
)
def test_differs(declared, file_crs, expected):
    assert differs(parse_crs(declared), file_crs) is expected


@pytest.mark.shared_data
@needs_shanghai
def test_the_real_districts_agree_with_the_official_ones_after_conversion_alone():
    official = gpd.read_file(SHANGHAI / "districts_cgcs2000.geojson")
    undeclared = gpd.read_file(SHANGHAI / "districts_gcj02.json")
    converted = to_wgs84(undeclared.geometry, "gcj02")
    assert _outline_metres(undeclared, official) > 300
    assert _outline_metres(converted, official) < 30


def _outline_metres(outlines, official):
    """Return the median distance of the official outlines' vertices from some outlines."""
    crs = metric_crs(official)
    vertices = gpd.points_from_xy(*official.get_coordinates().to_numpy().T, crs=official.crs).to_crs(crs)
    return gpd.GeoSeries(vertices).distance(outlines.to_crs(crs).boundary.union_all()).median()
