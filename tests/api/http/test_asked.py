"""Places in declared systems, warnings where none is said, minutes that do not contradict their limits."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import shapely

from geo.coordinates.china import wgs84_to_gcj02
from tests.support.town import STUDY, place, write_town

LON, LAT = place(200, 0)


def shifted(lon: float, lat: float) -> tuple[float, float]:
    east, north = wgs84_to_gcj02([lon], [lat])
    return float(east[0]), float(north[0])


def test_the_place_is_echoed_as_it_was_understood(served):
    # The town lies outside China, where the systems are the same.
    here = served().get(f"/coverage?lon={LON}&lat={LAT}&crs=gcj02").json()
    assert here["place"] == {"lon": LON, "lat": LAT, "crs": "gcj02", "wgs84": [LON, LAT]}
    assert here["warnings"] == []


def test_every_answer_names_run_data_standard_profile_and_source(served):
    client = served()
    run = client.get("/ready").json()["run"]
    for path in (
        f"/coverage?lon={LON}&lat={LAT}",
        f"/isochrone?lon={LON}&lat={LAT}&minutes=5",
        "/assessment",
        "/layers/demand",
        "/collections/demand/items",
    ):
        about = client.get(path).json()["about"]
        assert (about["run"], about["standard"], about["licences"]) == (run, "demo", ["ODbL 1.0", "own"])
        assert about["attributions"] == ["© OpenStreetMap contributors", "us"]


def test_isochrones_say_area_people_and_direction(served):
    rings = served().get(f"/isochrone?lon={LON}&lat={LAT}&contours_minutes=10,3").json()["features"]
    said = [ring["properties"] for ring in rings]
    assert [each["contour"] for each in said] == [3, 10]
    # Near is 100 + 50 m from here and far 100 + 250 m.
    assert [each["people"] for each in said] == [10, 30]
    assert {each["direction"] for each in said} == {"from"}
    assert 0 < said[0]["area_square_metres"] < said[1]["area_square_metres"]
    coordinates = shapely.get_coordinates(shapely.geometry.shape(rings[0]["geometry"])).ravel()
    assert all(round(value, 6) == value for value in coordinates.tolist())


@pytest.mark.parametrize("kind", ["csv", "json", "geojson"])
def test_many_places_are_asked_at_once(served, kind):
    client = served()
    far = place(5_000, 0)
    bodies = {
        "csv": ("text/csv", f"编号,经度,纬度\r\nhere,{LON},{LAT}\r\nfar,{far[0]},{far[1]}\r\n".encode()),
        "json": (
            "application/json",
            f'{{"ids": ["here", "far"], "points": [[{LON}, {LAT}], [{far[0]}, {far[1]}]]}}'.encode(),
        ),
        "geojson": (
            "application/geo+json",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {"type": "Feature", "id": key, "geometry": {"type": "Point", "coordinates": where}}
                        for key, where in (("here", (LON, LAT)), ("far", far))
                    ],
                }
            ).encode(),
        ),
    }
    media, body = bodies[kind]
    answer = client.post("/batch?contours_minutes=3,10&f=csv", content=body, headers={"content-type": media})
    assert answer.status_code == 200, answer.text
    here, there = csv.DictReader(io.StringIO(answer.text))
    assert (here["id"], here["station_minutes"]) == ("here", "3.34")
    assert (here["people_within_3"], here["people_within_10"]) == ("10.0", "30.0")
    assert (there["id"], there["on_streets"], there["station_minutes"]) == ("far", "false", "")
    single = client.get(f"/coverage?lon={LON}&lat={LAT}").json()["categories"][0]["minutes"]
    assert single == float(here["station_minutes"])


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("text/csv", b"a,b\r\n1,2\r\n", 400),
        ("text/csv", b"lon,lat\r\n1,x\r\n", 400),
        ("text/csv", b"lon,lat\r\n1,nan\r\n", 400),
        ("text/csv", b"", 400),
        ("text/csv", b"\xff\xfe", 400),
        ("application/json", b'{"points": []}', 400),
        ("application/json", b"[" * 50_000, 400),
        ("application/json", b'{"points": [[200, 0]]}', 400),
        ("application/geo+json", b'{"type": "FeatureCollection", "features": [{}]}', 400),
        ("text/xml", b"<a/>", 415),
    ],
)
def test_a_batch_that_is_not_understood_is_refused(served, media, body, status):
    answer = served().post("/batch", content=body, headers={"content-type": media})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


CHINA = (121.4737, 31.2304)


@pytest.fixture(scope="module")
def shanghai(tmp_path_factory):
    """The town with its corner moved to Shanghai, where map providers shift."""
    from api.http.app import create_app
    from api.run import run_study
    from api.settings import Settings
    from tests.api.http.conftest import TestClient
    from tests.support.town import PEOPLE, SOUTH, STATIONS, WEST, streets

    east, north = CHINA[0] - WEST, CHINA[1] - SOUTH

    def moved(text: str) -> str:
        text = re.sub(r"24\.9\d*", lambda found: f"{float(found[0]) + east:.7f}", text)
        return re.sub(r"60\.2\d*", lambda found: f"{float(found[0]) + north:.7f}", text)

    files = {"town.osm": moved(streets()), "stations.csv": moved(STATIONS), "people.csv": moved(PEOPLE)}
    folder = write_town(tmp_path_factory.mktemp("shanghai"), study=STUDY, files=files)
    with TestClient(create_app(Settings(study=folder), run_study(folder))) as client:
        yield client


def test_a_providers_place_is_understood_where_it_is_declared(shanghai):
    lon, lat = shifted(*CHINA)
    here = shanghai.get(f"/coverage?lon={lon}&lat={lat}&crs=gcj02").json()
    assert here["place"]["wgs84"] == pytest.approx(CHINA, abs=1e-6)
    assert here["categories"][0]["minutes"] == pytest.approx(0, abs=0.02)
    assert here["warnings"] == []


def test_a_place_that_fits_only_after_conversion_is_told_so(shanghai):
    lon, lat = shifted(*CHINA)
    told = shanghai.get(f"/coverage?lon={lon}&lat={lat}")
    assert told.status_code == 404
    assert "crs=gcj02" in told.json()["faults"][0]["fix_en"]


def test_a_place_in_china_without_a_system_is_answered_with_a_warning(shanghai):
    here = shanghai.get(f"/coverage?lon={CHINA[0]}&lat={CHINA[1]}").json()
    assert [each["code"] for each in here["warnings"]] == ["crs-not-said"]
    assert shanghai.get(f"/coverage?lon={CHINA[0]}&lat={CHINA[1]}&crs=wgs84").json()["warnings"] == []
