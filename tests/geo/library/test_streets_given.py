"""Streets as an extract, a graph of OSMnx, frames and lines: one network, and what is refused."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import pytest
import shapely

import geo
from geo.errors import InputError
from geo.network.graphs import network_to_graph
from geo.network.toys import grid
from tests.support.paths import ROOT

METRE = 1 / 111_319.49079327358


def cross() -> gpd.GeoDataFrame:
    """Two streets of 200 m that cross in their middle, without a vertex there."""
    along = shapely.LineString([(-100 * METRE, 0), (100 * METRE, 0)])
    across = shapely.LineString([(0, -100 * METRE), (0, 100 * METRE)])
    return gpd.GeoDataFrame(geometry=[along, across], crs=4326)


def ends() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([100 * METRE, 0], [0, 100 * METRE]), crs=4326, index=["east", "north"]
    )


def test_lines_that_cross_are_joined():
    times = geo.travel_times(geo.street_network(cross()), ends(), ends())
    assert times["east", "north"] * 60 == pytest.approx(200, abs=1)


def test_lines_of_two_levels_are_not():
    bridge = cross().assign(level=[0, 1])
    assert ("east", "north") not in geo.travel_times(geo.street_network(bridge), ends(), ends()).index


def test_lines_are_walked_at_the_speed_that_is_given():
    times = geo.travel_times(geo.street_network(cross(), speed_kph=7.2), ends(), ends())
    assert times["east", "north"] * 60 == pytest.approx(100, abs=1)


def test_a_graph_of_osmnx_and_its_frames_are_one_network():
    graph = network_to_graph(grid(4, 3))
    by_graph = geo.street_network(graph)
    by_frames = geo.street_network(*ox.graph_to_gdfs(graph))
    assert by_graph.fingerprint == by_frames.fingerprint
    assert by_graph.street_metres == pytest.approx(grid(4, 3).street_metres)


def test_a_one_way_edge_of_osmnx_frames_stays_one_way():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 100 * METRE, "y": 0.0})])
    graph.add_edge(1, 2, length=100.0)
    streets = geo.street_network(*ox.graph_to_gdfs(graph, fill_edge_geometry=True))
    both = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 100 * METRE], [0, 0]), crs=4326, index=[1, 2])
    assert geo.travel_times(streets, both, both).index.tolist() == [(1, 1), (1, 2), (2, 2)]


def test_an_extract_is_read_for_a_profile(helsinki):
    slow = geo.street_network(helsinki, profile="wheelchair")
    assert slow.profile == "wheelchair"
    assert geo.street_network(str(helsinki)).profile == "walk"


def nodes() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 100 * METRE], [0, 0]), crs=4326)


def edge(line: shapely.LineString | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"source": [0], "target": [1]}, geometry=[line], crs=4326)


AHEAD = shapely.LineString([(0, 0), (50 * METRE, 20 * METRE), (100 * METRE, 0)])


def test_a_line_that_meets_its_nodes_is_taken():
    assert geo.street_network(nodes(), edge(AHEAD)).street_metres > 100


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (shapely.reverse(AHEAD), "runs from its target to its source"),
        (shapely.transform(AHEAD, lambda xy: xy + 0.01), "m from its nodes"),
        (shapely.transform(AHEAD, lambda xy: xy[:, ::-1]), "m from its nodes"),
        (None, "edge 0 has no single line"),
    ],
)
def test_a_line_that_does_not_meet_its_nodes_is_refused(line, said):
    with pytest.raises(ValueError, match=said):
        geo.street_network(nodes(), edge(line))


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ((nodes(), pd.DataFrame({"from": [0], "to": [1]})), {}, "no column source and target among from, to"),
        ((nodes(),), {}, "2 geometries are no lines, and no edges are given"),
        ((cross().set_crs(None, allow_override=True),), {}, "the lines have no coordinate system"),
        ((cross(),), {"profile": "walk"}, "frames of streets carry no tags"),
        (([1, 2],), {}, "a list is no street network"),
    ],
)
def test_what_is_no_street_network_is_refused(given, options, said):
    with pytest.raises(InputError, match=said):
        geo.street_network(*given, **options)


def test_geo_reads_no_file_by_itself():
    """The one place at which geo asks for layers does so by name, when a path is given."""
    asked = [
        path for path in (ROOT / "geo").rglob("*.py") if 'import_module("layers' in path.read_text("utf-8")
    ]
    assert [path.name for path in asked] == ["streets_given.py"]
    assert np.isfinite(geo.street_network(cross()).street_metres)
