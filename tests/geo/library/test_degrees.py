"""Frames in shifted and registered systems as WGS84."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import geo
from geo.coordinates.china import gcj02_to_wgs84, wgs84_to_bd09
from geo.errors import InputError

SHOPS = gpd.GeoDataFrame(
    {"name": ["甲", "乙"]}, geometry=gpd.points_from_xy([121.249439, 121.3], [31.381136, 31.3]), index=[8, 3]
)


@pytest.mark.parametrize("crs", [None, 4326])
def test_gcj02_is_undone_point_by_point_and_the_frame_stays(crs):
    frame = SHOPS.set_crs(crs)
    placed = geo.to_wgs84(frame, crs="gcj02")
    lon, lat = gcj02_to_wgs84(frame.geometry.x, frame.geometry.y)
    assert placed.geometry.x.tolist() == lon.tolist()
    assert placed.geometry.y.tolist() == lat.tolist()
    assert placed.index.tolist() == [8, 3]
    assert placed["name"].tolist() == ["甲", "乙"]
    assert placed.crs == 4326
    assert frame.crs == crs
    assert frame.geometry.x.iloc[0] == 121.249439


def test_bd09_areas_are_moved_with_all_their_corners():
    here = gpd.GeoSeries.from_xy([121.4], [31.2]).buffer(0.001)
    corners = here.get_coordinates()
    there = gpd.GeoSeries.from_xy(*wgs84_to_bd09(corners.x, corners.y))
    moved = gpd.GeoSeries([type(here.iloc[0])(list(zip(there.x, there.y, strict=True)))])
    assert geo.to_wgs84(moved, crs="bd09").iloc[0].hausdorff_distance(here.iloc[0]) < 1e-9


def test_registered_systems_are_left_to_proj():
    assert geo.to_wgs84(SHOPS.set_crs(4326).to_crs(3857)).geometry.x.iloc[0] == pytest.approx(121.249439)
    assert geo.to_wgs84(SHOPS, crs="EPSG:4490").crs == 4326


def test_converted_once_is_converted():
    once = geo.to_wgs84(SHOPS, crs="gcj02")
    with pytest.raises(InputError, match="was converted from gcj02 before"):
        geo.to_wgs84(once, crs="gcj02")


@pytest.mark.parametrize(
    ("frame", "crs", "said"),
    [
        (SHOPS, None, "has no coordinate system"),
        (SHOPS.set_crs(4326), "EPSG:3857", "the frame says EPSG:4326, and EPSG:3857 is named"),
        (SHOPS.set_crs(4326).to_crs(3857), "gcj02", "the frame says EPSG:3857, and gcj02 is named"),
        (gpd.GeoSeries.from_xy([31.2], [121.4]), "gcj02", "longitude and latitude have changed places"),
        (gpd.GeoSeries.from_xy([350_000], [3_460_000]), "gcj02", "coordinates are no degrees"),
    ],
)
def test_what_cannot_be_meant_is_refused(frame, crs, said):
    with pytest.raises(InputError, match=said):
        geo.to_wgs84(frame, crs=crs)


def test_an_empty_frame_stays_empty():
    assert len(geo.to_wgs84(gpd.GeoSeries([], crs=4326))) == 0
    assert pd.isna(geo.to_wgs84(gpd.GeoSeries([None], crs=4326)).iloc[0])
