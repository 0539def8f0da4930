"""A park with two gates, in a town counted by hand: the same on every door."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.check import check_study
from api.compare import compare_plans
from api.http.app import create_app
from api.run import run_study
from api.settings import Settings
from api.site import site_study
from layers.study.siting.question import SiteQuestion
from tests.support.town import STUDY, at, place, rows, streets, write_town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

LAYER = """
[[layer]]
id = "{id}"
kind = "{kind}"
source = "{source}"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
PARKS = LAYER.format(id="parks", kind="facility", source="parks.geojson") + 'category = "park"\n'
GATES = LAYER.format(id="gates", kind="entrance", source="gates.csv")
WEST_AND_EAST = rows("名称,所属设施,lon,lat", f"西门,Green,{at(110, 150)}", f"东门,Green,{at(190, 150)}")
"""Each 10 m from a street that runs north."""


def polygon(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return shapely.Polygon([place(*corner) for corner in corners])


def parks(shape: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """The park lies in the middle block, 10 m from the streets around it."""
    shape = polygon(110, 110, 190, 190) if shape is None else shape
    return gpd.GeoDataFrame({"id": ["1"], "name": ["Green"]}, geometry=[shape], crs=4326)


def town(folder, *, more: str = "", files=None):
    given = {"parks.geojson": parks().to_json(drop_id=True), "gates.csv": WEST_AND_EAST, **(files or {})}
    return write_town(folder, study=STUDY + PARKS + GATES + more, files=given)


def seconds(result, category="park"):
    first = result.first
    return first.traveller.times(category, result.ground.wanted[category], k=1).seconds[:, 0]


@pytest.mark.parametrize("name", ["parks.gpkg", "parks.geojson", "parks.shp"])
def test_a_park_is_reached_by_its_gates_from_every_kind_of_file(tmp_path, name):
    folder = town(tmp_path)
    (folder / "parks.geojson").unlink()
    parks().to_file(folder / name)
    study = (folder / "study.toml").read_text().replace("parks.geojson", name)
    (folder / "study.toml").write_text(study)
    # near: 100 m north to the height of the gates and 10 m on. far: 50 m south, 100 m west, 50 m south and
    # 50 m more, and 10 m.
    assert seconds(run_study(folder)).round().tolist() == [110, 210]


def test_the_answer_over_http_names_the_gate(tmp_path):
    folder = town(tmp_path)
    with TestClient(create_app(Settings(study=folder, max_minutes=60), run_study(folder))) as client:
        for east, gate in ((100, "西门"), (200, "东门")):
            lon, lat = place(east, 50)
            here = client.get(f"/coverage?lon={lon}&lat={lat}").json()
            park = next(each for each in here["categories"] if each["category"] == "park")
            assert (park["nearest"]["entrance"], park["minutes"]) == (gate, pytest.approx(110 / 60, abs=0.01))


def test_a_park_that_moves_leaves_its_outline_and_gates_behind(tmp_path):
    lon, lat = place(300, 300)
    change = f'name = "p"\n[[move]]\nid = "parks:1"\nlon = {lon}\nlat = {lat}\n'
    folder = town(tmp_path, files={"plan.toml": change})
    compared = compare_plans(folder, ("today", str(folder / "plan.toml")), category="park", minutes=3)
    assert compared.seconds[0].round().tolist() == [110, 210]
    # near: 50 m north, 200 m east and 200 m more; far: 50 m.
    assert compared.seconds[1].round().tolist() == [450, 50]


def test_a_candidate_that_is_an_area_is_reached_by_its_gates(tmp_path):
    plots = LAYER.format(id="plots", kind="candidate", source="plots.geojson")
    people = rows("id,lon,lat,people", f"west,{at(100, 150)},10", f"north,{at(150, 200)},500")
    given = {
        "plots.geojson": parks().to_json(drop_id=True),
        "people.csv": people,
        "gates.csv": rows("名称,所属设施,lon,lat", f"西门,plots:1,{at(110, 150)}"),
    }
    folder = town(tmp_path, more=plots, files=given)
    result = site_study(folder, SiteQuestion(category="station", minutes=1.0, new=1))
    # Only the west is within a minute of the western gate: 10 m. The north is 10 m from the outline, but
    # 100 m and 10 m from the gate.
    assert [result.sites["id"].iloc[site] for site in result.plan.opened] == ["plots:1"]
    assert result.plan.people_covered == 10


def test_a_hall_with_two_gates_serves_its_people_once(tmp_path):
    hall = parks().assign(可服务人数=[15.0])
    given = {
        "parks.geojson": hall.to_json(drop_id=True),
        "people.csv": rows("id,lon,lat,people", f"west,{at(100, 150)},10", f"east,{at(200, 150)},10"),
    }
    folder = town(tmp_path, files=given)
    study = (folder / "study.toml").read_text().replace('"park"\n', '"park"\ncapacity = "limits"\n', 1)
    (folder / "study.toml").write_text(study)
    coverage = run_study(folder).tables.coverage.set_index("category").loc["park"]
    # Both homes are 10 m from a gate; 15 of the 20 people find room.
    assert (coverage["covered"], coverage["without_room"]) == (15, 5)


def test_the_check_measures_areas_as_the_run_joins_them(tmp_path):
    folder = town(tmp_path)
    (figures,) = (each.snap for each in check_study(folder).layers if each.report.id == "parks")
    joined = run_study(folder).first.traveller.facilities
    at_gate = joined.snap_metres[run_study(folder).layers.facilities["layer"] == "parks"]
    assert figures.median_metres == pytest.approx(10, abs=0.1)
    assert np.allclose(at_gate, figures.median_metres)


def test_a_home_far_from_every_street_lies_outside_though_the_box_of_the_streets_holds_it(tmp_path):
    # A street 20 km to the north east makes the box of the streets as wide.
    far = [(20_000, 20_000), (20_100, 20_000)]
    nodes = "".join(
        '<node id="{}" lat="{:.7f}" lon="{:.7f}"/>'.format(9000 + n, *place(*corner)[::-1])
        for n, corner in enumerate(far)
    )
    way = '<way id="9000"><nd ref="9000"/><nd ref="9001"/><tag k="highway" v="residential"/></way>'
    extract = streets().replace("<way", f"{nodes}<way", 1).replace("</osm>", f"{way}</osm>")
    people = rows("id,lon,lat,people", f"near,{at(100, 50)},10", f"away,{at(10_000, 10_000)},20")
    folder = town(tmp_path, files={"town.osm": extract, "people.csv": people})
    report = run_study(folder).layers.report("people")
    (note,) = (note for note in report.notes if note.code == "outside_study")
    assert note.fix.en.startswith("Row 3.")
    assert report.accepted == 2


def test_a_gate_of_the_study_opens_a_wall(tmp_path):
    # A walled home in the middle of a block; the study knows of a gate in the wall's eastern side.
    ring = [(140, 140), (160, 140), (160, 160), (140, 160), (140, 140)]
    nodes = "".join(
        '<node id="{}" lat="{:.7f}" lon="{:.7f}"/>'.format(9000 + n, *place(*corner)[::-1])
        for n, corner in enumerate(ring)
    )
    refs = "".join(f'<nd ref="{9000 + n}"/>' for n in range(len(ring)))
    wall = f'<way id="9000">{refs}<tag k="barrier" v="wall"/></way>'
    extract = streets().replace("<way", f"{nodes}<way", 1).replace("</osm>", f"{wall}</osm>")
    people = rows("id,lon,lat,people", f"in,{at(148, 150)},10")
    doubts = []
    for gate in ((160, 150), (10, 10)):
        gates = rows("名称,lon,lat", f"门,{at(*gate)}")
        folder = town(
            tmp_path / str(gate[0]), files={"town.osm": extract, "people.csv": people, "gates.csv": gates}
        )
        joins = run_study(folder).first.traveller.demand
        doubts.append((int(joins.doubt[0]), round(float(joins.snap_metres[0]))))
    # Through the gate 52 m to the eastern street; else over the wall 48 m to the western one.
    assert doubts == [(0, 52), (2, 48)]


ESTATES = LAYER.format(id="people", kind="demand", source="people.geojson")


def estate(folder, *, gates: str, extract: str | None = None, columns=None):
    """The people live in the middle block, drawn as an area 10 m from the streets around it."""
    people = parks().assign(name="Estate", **(columns or {"people": [100.0]}))
    old = STUDY[STUDY.index('id = "people"') - len("[[layer]]\n") : STUDY.index('[[layer]]\nid = "grid"')]
    return write_town(
        folder,
        study=STUDY.replace(old, ESTATES) + GATES,
        files={
            "people.geojson": people.to_json(drop_id=True),
            "gates.csv": gates,
            **({"town.osm": extract} if extract else {}),
        },
    )


def test_people_of_an_estate_leave_it_by_its_gate(tmp_path):
    folder = estate(tmp_path, gates=rows("名称,lon,lat", f"东门,{at(190, 150)}"))
    result = run_study(folder)
    # 40 m from the middle to the gate, 10 m to the street, 150 m south, 200 m west.
    assert seconds(result, "station").round().tolist() == [400]
    assert result.first.people.tolist() == [100]
    assert result.joins_of(result.first)[0].people.doubtful == 0


def test_people_of_an_estate_with_two_gates_leave_by_the_better_one(tmp_path):
    folder = estate(tmp_path, gates=rows("名称,lon,lat", f"东门,{at(190, 150)}", f"西门,{at(110, 150)}"))
    # 40 m to the western gate, 10 m, 150 m south, 100 m west.
    assert seconds(run_study(folder), "station").round().tolist() == [300]


def test_a_plan_and_http_leave_the_estate_as_the_run_does(tmp_path):
    folder = estate(tmp_path, gates=rows("名称,lon,lat", f"东门,{at(190, 150)}"))
    plan = site_study(folder, SiteQuestion(category="station", minutes=7.0, new=0))
    assert plan.plan.people_covered == 100
    assert site_study(folder, SiteQuestion(category="station", minutes=6.6, new=0)).plan.people_covered == 0
    with TestClient(create_app(Settings(study=folder, max_minutes=60), run_study(folder))) as client:
        (row,) = client.get("/layers/demand").json()["features"]
        assert row["properties"]["station_minutes"] == pytest.approx(400 / 60, abs=0.01)
