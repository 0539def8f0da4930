"""Candidates: junctions, grids, layers, and what they are called."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.coordinates.crs import WGS84
from geo.network.profiles import Profile
from layers.candidates import at_junctions, named_by_streets, on_grid
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network
from layers.rows.frames import empty_frame
from layers.siting_asked import offered

NOWHERE = gpd.GeoSeries([], crs=WGS84)


def places(*lon_lat: tuple[float, float], **columns: object) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([x for x, _ in lon_lat], [y for _, y in lon_lat])
    values = {"id": [f"c{k}" for k in range(len(lon_lat))], "name": None, "category": None, **columns}
    return gpd.GeoDataFrame(values, geometry=points, crs=WGS84)


@pytest.fixture(scope="module")
def town_network(tmp_path_factory):
    from tests.support.town import write_town

    folder = write_town(tmp_path_factory.mktemp("town") / "study")
    profile: Profile = read_profile("walk")
    return open_network(folder / "town.osm", profile, cache=folder / "cache")


def test_a_town_of_sixteen_corners_has_twelve_junctions(town_network):
    found = at_junctions(town_network, NOWHERE)
    assert len(found) == 12  # four corners of the town only turn
    assert list(found.columns) == list(empty_frame("candidates").columns)
    assert found["id"].is_unique
    assert found["id"].str.startswith("node:").all()


def test_junctions_lie_in_the_polygons(town_network):
    from tests.support.town import place

    lon, lat = place(150, 150)
    west = gpd.GeoSeries([shapely.box(lon - 1, lat - 1, lon, lat)], crs=WGS84)
    found = at_junctions(town_network, west)
    assert len(found) == 3  # of the four south-western corners one only turns
    assert (found.geometry.x < lon).all()


def test_squares_of_a_grid_lie_in_the_polygon():
    polygon = gpd.GeoSeries([shapely.Point(24.9, 60.2).buffer(0.01)], crs=WGS84)
    found = on_grid(polygon, spacing_metres=200)
    assert len(found) > 10
    assert found.within(polygon.iloc[0]).all()
    assert list(found.index) == list(range(len(found)))
    assert found["id"].is_unique


def test_a_candidate_of_another_service_is_not_offered():
    frame = places((0, 0), (0, 1), (0, 2), category=pd.Series(["clinic", None, "school"], dtype=object))
    assert offered(frame, "clinic")["id"].tolist() == ["c0", "c1"]


def test_candidates_are_called_by_the_two_nearest_streets():
    lines = [shapely.LineString([(0, y), (1, y)]) for y in (0.0, 0.0001, 0.0002)]
    streets = gpd.GeoDataFrame({"name": ["A", "B", "C"]}, geometry=lines, crs=WGS84)
    frame = places(
        (0.5, 0.00006), (0.5, 0.5), (0.5, 0.0), name=pd.Series([None, None, "Plot 7"], dtype=object)
    )
    assert named_by_streets(frame, streets)["name"].tolist() == ["B / A", None, "Plot 7"]
    assert frame["name"].tolist() == [None, None, "Plot 7"]


def test_streets_without_names_give_none():
    streets = gpd.GeoDataFrame({"name": [None]}, geometry=[shapely.LineString([(0, 0), (1, 0)])], crs=WGS84)
    assert named_by_streets(places((0.5, 0.0)), streets)["name"].tolist() == [None]
