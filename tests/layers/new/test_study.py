"""A place, a box or an extract to a study that runs; servers that misbehave; nothing half-written."""

from __future__ import annotations

import socket
from dataclasses import replace

import numpy as np
import osmnx as ox
import pandas as pd
import pytest
import shapely

from geo.errors import InputError, OutputError
from layers.load import load_layers
from layers.new.study import new_study
from layers.osm.basemap import read_basemap
from layers.osm.cut import cut_extract
from layers.osm.features import read_features
from layers.osm.online.download import download_extract, find_place
from layers.osm.online.service import Service
from layers.study.model import read_study
from tests.support.osm_server import KLUUVI, PLACES, Town, serving
from tests.support.town import streets, with_areas

BOX = (24.940, 60.168, 24.949, 60.174)
MISHAPS = ["timeout", "hang up", "cut", "short", "html", "list", "remark", "500", "429", "504"]


@pytest.fixture(scope="module")
def town(helsinki):
    return Town(helsinki)


@pytest.fixture
def server(town, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with serving(town) as running:
        yield running


@pytest.fixture
def service(server, tmp_path):
    return Service(
        overpass_url=f"{server.url}/api",
        nominatim_url=server.url,
        timeout_seconds=60,
        cache_folder=tmp_path / "cache",
    )


def impatient(service: Service, mishap: str) -> Service:
    """Give up waiting soon where waiting is the test; elsewhere a slow machine must not spoil it."""
    return replace(service, timeout_seconds=1.2) if mishap == "timeout" else service


def ids(extract, box=BOX):
    found = read_features(extract, {"a": {"shop": True, "amenity": True, "leisure": True, "building": True}})[
        "a"
    ]
    return set(found.osm_id[found.geometry.intersects(shapely.box(*box))])


def test_a_download_holds_what_the_extract_has_there(service, helsinki, tmp_path):
    path = download_extract(tmp_path / "a.osm.pbf", BOX, service)
    assert ids(path) == ids(helsinki)
    streets, whole = read_basemap(path).clipped(BOX).streets, read_basemap(helsinki).clipped(BOX).streets
    assert shapely.length(streets.geometry).sum() == pytest.approx(
        shapely.length(whole.geometry).sum(), rel=1e-6
    )
    assert read_basemap(path).bounds == pytest.approx(BOX)


@pytest.mark.parametrize("mishap", MISHAPS)
def test_each_mishap_is_overcome_and_told(server, service, tmp_path, mishap):
    told = []
    server.mishaps = [mishap]
    patience = impatient(service, mishap)
    path = download_extract(tmp_path / "a.osm.pbf", BOX, patience, progress=lambda *step: told.append(step))
    assert len(ids(path)) > 100
    assert any("again" in what.en or "waiting" in what.en for _, _, what in told)


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_server_that_never_behaves_is_given_up_and_nothing_is_left(server, service, tmp_path, mishap):
    server.always = mishap
    with pytest.raises(InputError, match="what was downloaded is kept") as caught:
        new_study(tmp_path / "study", bbox=BOX, service=replace(impatient(service, mishap), tries=2, waits=3))
    assert caught.value.faults[0].code == "download"
    assert {path.name for path in tmp_path.iterdir()} == {"cache"}
    assert len(server.asked) <= 4


def test_no_server_at_all(service, tmp_path):
    with pytest.raises(InputError, match="--proxy"):
        download_extract(tmp_path / "a.osm.pbf", BOX, replace(service, overpass_url="http://127.0.0.1:9/api"))
    assert not (tmp_path / "a.osm.pbf").exists()


def test_a_broken_download_goes_on_where_it_stopped(server, service, tmp_path):
    server.mishaps = ["", "500", "500"]
    with pytest.raises(InputError):
        download_extract(tmp_path / "a.osm.pbf", BOX, replace(service, tries=2))
    first = server.asked[0]
    server.asked.clear()
    download_extract(tmp_path / "a.osm.pbf", BOX, service)
    assert server.asked
    assert first not in server.asked
    server.asked.clear()
    download_extract(tmp_path / "b.osm.pbf", BOX, service)
    assert not server.asked


def test_an_answer_cut_off_in_the_cache_is_asked_for_again(server, service, tmp_path):
    download_extract(tmp_path / "a.osm.pbf", BOX, service)
    answer = sorted(service.cache_folder.glob("*/*.json"))[0]
    answer.write_text(answer.read_text()[:1000])
    server.asked.clear()
    path = download_extract(tmp_path / "b.osm.pbf", BOX, service)
    assert len(server.asked) == 1
    assert ids(path) == ids(tmp_path / "a.osm.pbf")


def test_a_large_box_is_asked_for_in_tiles(server, service, tmp_path):
    steps = []
    box = (24.85, 60.10, 25.05, 60.22)
    path = download_extract(tmp_path / "a.osm.pbf", box, service, progress=lambda *step: steps.append(step))
    assert len(server.asked) == 8
    assert [done for done, _, _ in steps] == list(range(9))
    assert {total for _, total, _ in steps} == {8}
    assert len(ids(path, box)) > 1000


def test_what_osmnx_and_the_process_had_is_put_back(service, tmp_path):
    before = (
        ox.settings.overpass_url,
        ox.settings.cache_only_mode,
        ox.settings.cache_folder,
        socket.getaddrinfo,
    )
    download_extract(tmp_path / "a.osm.pbf", BOX, service)
    after = (
        ox.settings.overpass_url,
        ox.settings.cache_only_mode,
        ox.settings.cache_folder,
        socket.getaddrinfo,
    )
    assert before == after


def test_a_proxy_is_used(server, service, tmp_path):
    through = replace(service, overpass_url="http://overpass.invalid/api", proxy=server.url)
    assert len(ids(download_extract(tmp_path / "a.osm.pbf", BOX, through))) > 100


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ((24.0, 60.0, 26.0, 61.0), "box-too-large"),
        ((25, 60, 24, 61), "box"),
        ((60, 24.9, 60.1, 241), "box"),
        ((np.nan, 60, 25, 61), "box"),
        ((20.0, 50.0, 20.01, 50.01), "box-empty"),
    ],
)
def test_boxes_that_are_none(service, tmp_path, box, code):
    with pytest.raises(InputError) as caught:
        download_extract(tmp_path / "a.osm.pbf", box, service)
    assert caught.value.faults[0].code == code


def test_a_place_by_its_boundary_or_as_a_box_around_a_point(service):
    kluuvi, square = find_place("Kluuvi", service), find_place("Square", service)
    assert kluuvi.has_boundary
    assert kluuvi.bounds == (24.938, 60.168, 24.95, 60.176)
    assert not square.has_boundary
    assert square.bounds == pytest.approx((24.899, 60.1496, 24.989, 60.1944), abs=1e-3)


def test_a_place_that_is_nowhere(service):
    with pytest.raises(InputError, match="no such place"):
        find_place("Nowhere", service)


@pytest.mark.parametrize("mishap", MISHAPS)
def test_mishaps_while_the_place_is_asked_for(server, service, mishap):
    server.mishaps = [mishap]
    assert find_place("Kluuvi", impatient(service, mishap)).has_boundary


def test_a_study_of_a_place_holds_its_layers_and_its_boundary(service, tmp_path):
    path = new_study(tmp_path / "kluuvi", place="Kluuvi", service=service)
    study = read_study(path)
    assert (study.name, study.language) == ("Kluuvi", "en")
    layers = load_layers(study)
    assert {report.id for report in layers.reports} >= {"stations", "merchants", "dwellings", "grid", "place"}
    assert all(report.accepted for report in layers.reports)
    assert layers.demand.people.sum() > 1000


def test_a_study_of_an_extract_is_whole_and_the_extract_stays(helsinki, tmp_path):
    before = helsinki.read_bytes()
    study = read_study(new_study(tmp_path / "a" / "b", extract=helsinki))
    assert study.extract.read_bytes() == before == helsinki.read_bytes()
    assert load_layers(study).demand.people.sum() > 1000


def test_a_study_of_a_part_of_an_extract(helsinki, tmp_path):
    study = read_study(new_study(tmp_path / "part", extract=helsinki, bbox=BOX, language="zh"))
    assert ids(study.extract) == ids(helsinki)
    assert len(read_basemap(study.extract).streets) < len(read_basemap(helsinki).streets)
    assert study.language == "zh"


def test_where_nobody_knows_the_people_places_count_and_the_study_says_so(tmp_path):
    extract = tmp_path / "bare.osm"
    nodes = "".join(f'<node id="{i}" version="1" lon="{121.4 + i / 1000}" lat="31.2"/>' for i in range(1, 12))
    refs = "".join(f'<nd ref="{i}"/>' for i in range(1, 12))
    way = f'<way id="1" version="1">{refs}<tag k="highway" v="residential"/></way>'
    extract.write_text(f'<osm version="0.6">{nodes}{way}</osm>')
    path = new_study(tmp_path / "study", extract=extract)
    starts = pd.read_csv(path.with_name("start_points.csv"))
    assert len(starts) == 10  # 953 m of street
    assert (starts.people == 1).all()
    assert "并非人口" in path.read_text(encoding="utf-8")
    assert load_layers(read_study(path)).demand.people.sum() == 10


HOUSES = [((10 + 30 * i, 10, 20 + 30 * i, 20), "building=house") for i in range(9)]


def test_people_of_a_new_study_live_in_houses_alone(tmp_path):
    """Nine houses of 100 m2 on the usual three floors beside a works, a car park and a hospital's grounds."""
    others = [
        ((10, 110, 90, 190), "building=industrial man_made=works building:levels=4"),
        ((110, 110, 190, 190), "building=yes amenity=parking building:levels=5"),
        ((200, 110, 290, 190), "amenity=hospital"),
        ((210, 120, 280, 180), "building=yes building:levels=9"),
    ]
    extract = tmp_path / "town.osm"
    extract.write_text(with_areas(streets(), *HOUSES, *others), encoding="utf-8")
    path = new_study(tmp_path / "study", extract=extract)
    assert "People are ESTIMATED: floor area (footprint x storeys) of 9 buildings" in path.read_text()
    layers = load_layers(read_study(path))
    assert layers.demand.people.tolist() == pytest.approx([300 / 35] * 9, rel=2e-3)


def test_a_new_study_counts_places_where_buildings_are_few(tmp_path):
    extract = tmp_path / "town.osm"
    extract.write_text(with_areas(streets(), *HOUSES[:2]), encoding="utf-8")
    path = new_study(tmp_path / "study", extract=extract)
    assert "the extract has 2 buildings along 2 km of residential streets" in path.read_text()
    layers = load_layers(read_study(path))
    assert [report.estimate.method for report in layers.reports if report.estimate] == ["places"]
    assert set(layers.demand.group) == {"places along the streets (not people)"}


@pytest.mark.parametrize("title", ['a"b\\c\nd', '"""\n[x]', "嘉定工业区", "\x7f\u2028x", "'''", "a\udcffb"])
def test_any_name_is_only_a_name(service, tmp_path, title):
    asked = title.encode("utf-8", "replace").decode()
    PLACES[asked] = PLACES[title] = [KLUUVI]
    study = read_study(new_study(tmp_path / "s", place=title, service=service))
    assert study.name == asked.strip()
    assert len(study.layers) >= 6


@pytest.mark.parametrize(
    ("question", "match"),
    [
        ({}, "Nothing says where"),
        ({"place": "a", "bbox": BOX}, "Both a place and a box"),
        ({"place": " "}, "no name"),
        ({"bbox": (3, 2, 1, 0)}, "no box"),
    ],
)
def test_questions_that_are_none(tmp_path, question, match):
    with pytest.raises(InputError, match=match):
        new_study(tmp_path / "a", **question)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(helsinki, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="there already"):
        new_study(tmp_path, extract=helsinki)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made(helsinki, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        new_study(tmp_path / "file" / "study", extract=helsinki)


def test_an_interrupted_run_leaves_nothing(helsinki, tmp_path):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        new_study(tmp_path / "study", extract=helsinki, progress=stop)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_removed_by_the_next(helsinki, tmp_path):
    left = tmp_path / ".study.new-killed"
    (left / "new").mkdir(parents=True)
    (left / "lock").touch()
    new_study(tmp_path / "study", extract=helsinki)
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_a_broken_extract_leaves_nothing(tmp_path):
    (tmp_path / "a.osm.pbf").write_bytes(b"no extract")
    with pytest.raises(InputError, match="damaged"):
        new_study(tmp_path / "study", extract=tmp_path / "a.osm.pbf")
    assert [path.name for path in tmp_path.iterdir()] == ["a.osm.pbf"]


def test_a_place_in_an_extract_or_the_nearest_names(tmp_path):
    extract = tmp_path / "a.osm"
    corners = [(0, 0), (0.02, 0), (0.02, 0.02), (0, 0.02)]
    nodes = "".join(
        f'<node id="{i}" version="1" lon="{x}" lat="{y}"/>' for i, (x, y) in enumerate(corners, 1)
    )
    area = '<nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>'
    named = '<tag k="place" v="suburb"/><tag k="name" v="嘉定工业区"/><tag k="name:en" v="Jiading"/>'
    ways = f'<way id="1" version="1">{area}{named}</way>'
    ways += '<way id="2" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential"/></way>'
    extract.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    study = read_study(new_study(tmp_path / "s", extract=extract, place="嘉定工业区, 上海"))
    assert study.layer("place").kind == "area"
    assert read_study(new_study(tmp_path / "t", extract=extract, place="jiading")).language == "en"
    with pytest.raises(InputError, match="jiading"):
        new_study(tmp_path / "u", extract=extract, place="Jiadin")


def test_a_cut_keeps_ways_whole_and_leaves_out_the_rest(tmp_path):
    extract = tmp_path / "a.osm"
    nodes = "".join(f'<node id="{i}" version="1" lon="{i}" lat="0"/>' for i in range(1, 6))
    shop = '<node id="9" version="1" lon="4.5" lat="0"><tag k="shop" v="a"/></node>'
    ways = "".join(
        f'<way id="{i}" version="1"><nd ref="{i}"/><nd ref="{i + 1}"/><tag k="highway" v="path"/></way>'
        for i in range(1, 5)
    )
    extract.write_text(f'<osm version="0.6">{nodes}{shop}{ways}</osm>')
    path = cut_extract(extract, tmp_path / "b.osm.pbf", (1.5, -1, 2.5, 1))
    found = read_features(path, {"a": {"highway": True}, "b": {"shop": True}})
    assert list(found["a"].osm_id) == ["w1", "w2"]
    assert found["b"].empty
    assert found["a"].total_bounds.tolist() == [1, 0, 3, 0]
