"""A second real place: central Shanghai, a study written by hand over sheets and streets of others."""

from __future__ import annotations

import contextlib
import io
import json
import re

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from api.outputs import write_results
from api.run import run_study
from maps.words.summary import summary
from tests.support.street_oracle import times as oracle_times
from tests.support.street_oracle import with_points

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

STUDY = """\
name = "上海中心城区：步行可达的医疗与教育"
language = "zh"
minutes = [5, 10, 15]

[streets]
extract = "{data}/shanghai_center.osm"

[[layer]]
id = "medical"
kind = "facility"
name = "医疗机构"
source = "{data}/poi/medical.csv"
crs = "EPSG:4326"
category = {{ system = "amap" }}
licence = "test use only"
attribution = "map provider"

[[layer]]
id = "primary"
kind = "facility"
name = "小学"
source = "{data}/poi/primary_schools.csv"
crs = "EPSG:4326"
category = "primary_school"
licence = "test use only"
attribution = "map provider"

[[layer]]
id = "metro"
kind = "station"
name = "轨道站点"
source = "{data}/poi/metro_stations.csv"
crs = "EPSG:4326"
category = "station"
licence = "test use only"
attribution = "map provider"

[[layer]]
id = "kindergartens"
kind = "demand"
name = "幼儿园在园儿童"
source = "{data}/poi/kindergartens.csv"
crs = "EPSG:4326"
values = {{ people = 250, group = "children" }}
licence = "test use only"
attribution = "map provider"

[[layer]]
id = "districts"
kind = "area"
name = "行政区"
source = "{data}/districts_gcj02.json"
crs = "gcj02"
licence = "test use only"
attribution = "map provider"
"""


@pytest.fixture(scope="module")
def result(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shanghai")
    (folder / "study.toml").write_text(STUDY.format(data=shared_data / "shanghai"), "utf-8")
    return run_study(folder)


def test_the_streets_are_those_on_both_sides_of_the_river(result):
    assert 3_000 < result.network.node_count < 5_000
    east_of_the_river, *small = result.network.pieces[1:]
    assert east_of_the_river > 500
    assert max(small) < 10
    west, south, east, north = result.network.bounds
    assert 121.3 < west < east < 121.7
    assert 31.1 < south < north < 31.4


def test_every_row_of_every_sheet_is_accounted_for(result):
    for report in result.layers.reports:
        assert report.read == report.accepted + report.rejected + report.left_out
    assert result.layers.report("medical").read == 2590
    assert result.layers.report("districts").accepted == 16


def test_animals_are_not_counted_as_patients(result):
    facilities = result.layers.facilities
    animals = facilities["name"].str.contains("宠物|动物", regex=True) & (facilities["layer"] == "medical")
    assert animals.sum() > 50
    assert facilities.loc[animals, "category"].isin(["veterinary", "pet_service"]).mean() > 0.95


def test_the_children_are_all_in_one_district(result):
    people = result.layers.demand["people"].sum()
    assert people == 250 * result.layers.report("kindergartens").accepted
    table = result.tables.by_area
    for _, rows in table.groupby("category"):
        assert rows["total"].sum() == pytest.approx(people)
        assert (rows["covered"] + rows["left_out"]).to_numpy() == pytest.approx(rows["total"].to_numpy())


def test_districts_said_to_be_gcj02_meet_the_official_ones(result, shared_data):
    official = gpd.read_file(shared_data / "shanghai" / "districts_cgcs2000.geojson").to_crs(32651)
    ours = result.layers.areas.to_crs(32651).set_index("name")
    name = next(name for name in official.columns if (official[name] == "黄浦区").any())
    official = official.set_index(name)
    shift = ours.loc["黄浦区"].geometry.centroid.distance(official.loc["黄浦区"].geometry.centroid)
    assert shift < 100


def test_travel_times_equal_networkx(result):
    chosen = np.random.default_rng(7).choice(len(result.layers.demand), 25, replace=False)
    for category in ("station", "pharmacy"):
        found = result.times[category]
        facilities = np.flatnonzero(
            (result.layers.facilities["category"] == category).to_numpy()
            # Metro stations being built have no trains.
            & (result.layers.facilities["status"] == "open").to_numpy()
        )
        graph = with_points(
            result.network,
            people=result.joined.demand.take(chosen),
            there=result.joined.facilities.take(facilities),
        )
        for row, person in enumerate(chosen):
            if not result.joined.demand.snapped[person]:
                continue
            expected = oracle_times(graph, ("people", row), "there", len(facilities)).min()
            assert found.seconds[person, 0] == pytest.approx(expected, rel=1e-6)


def test_points_are_joined_where_a_street_is_near_and_only_there(result):
    network = result.network
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.vertex_start))
    lines = shapely.linestrings(np.column_stack([network.vertex_lon, network.vertex_lat]), indices=owner)
    streets = gpd.GeoSeries(lines, crs=4326).to_crs(32651).union_all()
    metres = result.layers.demand.geometry.to_crs(32651).distance(streets).to_numpy()
    snapped = result.joined.demand.snapped
    assert (snapped == (metres <= result.study.max_snap_metres))[abs(metres - 200) > 1].all()
    joins = result.joined.demand
    assert joins.nearest_metres[snapped] == pytest.approx(metres[snapped], rel=1e-3, abs=0.1)
    moved = joins.edge != joins.nearest_edge
    assert (joins.snap_metres[moved] > joins.nearest_metres[moved]).all()
    assert np.array_equal(joins.snap_metres[~moved & snapped], joins.nearest_metres[~moved & snapped])
    assert 0 < moved.sum() < 0.02 * len(joins)


def test_no_time_beats_the_straight_line(result):
    people, facilities = (
        frame.to_crs(32651).geometry for frame in (result.layers.demand, result.layers.facilities)
    )
    found = result.times["station"]
    reached = np.isfinite(found.seconds[:, 0])
    straight = people[reached].distance(facilities.iloc[found.facility_index[reached, 0]], align=False)
    assert (found.seconds[reached, 0] * result.profile.metres_per_second >= straight * 0.998 - 1).all()
    assert reached[result.joined.demand.snapped].mean() > 0.98


def test_the_other_side_of_the_river_is_not_reached_by_air(result):
    graph = nx.Graph(
        zip(result.network.edge_source.tolist(), result.network.edge_target.tolist(), strict=True)
    )
    inside = np.repeat(np.arange(result.network.node_count), np.diff(result.network.gate_start))
    graph.add_edges_from(zip(inside.tolist(), result.network.gate_node.tolist(), strict=True))
    assert sorted(map(len, nx.connected_components(graph)), reverse=True) == result.network.pieces.tolist()


def test_the_summary_is_chinese_and_sensible(result):
    text = summary(result, seconds={})
    shares = re.findall(r"^(.+?) +(\d+)% +(\d+)% +(\d+)%$", text, re.MULTILINE)
    assert {"药店", "医疗机构"} <= {name for name, *_ in shares}
    assert all(int(five) <= int(ten) <= int(fifteen) for _, five, ten, fifteen in shares)
    assert re.search(r"中，\d+%步行\d+分钟内可达", text)
    assert not re.search(r"[a-z]{4}", text.split("用时")[0].replace("walk", ""))


def test_results_are_written_whole(result):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        paths = write_results(result)
    assert said.getvalue() == ""
    assert {path.name for path in paths} >= {"map.html", "results.gpkg", "coverage.xlsx", "run.json"}
    page = paths[0].read_text("utf-8")
    assert "上海中心城区" in page
    assert 'lang="zh' in page
    record = json.loads((result.study.out_folder / "run.json").read_text("utf-8"))
    assert len(record["inputs"]) == 6
