"""Nearest, travel times, isochrones and paths of frames, on a street whose times are counted by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo.errors import InputError
from geo.library.toy import clinics, homes, streets
from geo.network.graphs import network_to_graph
from geo.network.snap import snap
from geo.network.toys import line
from geo.search import reach


def moved(frame: gpd.GeoDataFrame, degrees: float) -> gpd.GeoDataFrame:
    return frame.set_geometry(frame.geometry.translate(degrees, 0))


def test_the_two_nearest_stand_side_by_side_on_the_callers_index():
    found = geo.nearest(streets(), homes(), clinics(), k=2)
    assert found.index.equals(homes().index)
    assert found["facility_1"].tolist() == ["old", "new"]
    assert found["facility_2"].tolist() == ["new", "old"]
    assert found["minutes_2"].tolist() == [3.0, 4.0]


def test_a_facility_beyond_the_limit_is_missing_and_whole_labels_stay_whole():
    found = geo.nearest(streets(), homes(), clinics().set_index(pd.Index([17, 18])), max_minutes=1)
    assert found["facility"].tolist() == [17, pd.NA]
    assert found["minutes"].isna().tolist() == [False, True]


def test_more_facilities_than_there_are_is_missing():
    assert geo.nearest(streets(), homes(), clinics(), k=3)["facility_3"].isna().all()


def test_rows_of_any_order_keep_their_answers():
    turned = homes().iloc[::-1]
    assert geo.nearest(streets(), turned, clinics())["facility"].to_dict() == {"b": "new", "a": "old"}


def test_an_index_that_repeats_is_kept_for_origins_and_refused_for_facilities():
    twice = homes().set_index(pd.Index([5, 5]))
    assert geo.nearest(streets(), twice, clinics()).index.tolist() == [5, 5]
    with pytest.raises(InputError, match="facilities: the label 5 stands twice"):
        geo.nearest(streets(), homes(), twice)


def test_travel_times_are_those_of_the_arrays():
    """Against single pairs, which are searched by another routine."""
    times = geo.travel_times(streets(), homes(), clinics())
    a, b = (snap(streets(), frame) for frame in (homes(), clinics()))
    pairs = reach.travel_times(streets(), a.take(np.array([0, 0, 1, 1])), b.take(np.array([0, 1, 0, 1])))
    assert (times.to_numpy() * 60).tolist() == pairs.tolist()
    assert times.index.tolist() == [("a", "old"), ("a", "new"), ("b", "old"), ("b", "new")]


def test_many_origins_and_few_destinations_are_the_same_turned_round(helsinki):
    """Searched from the fewer, where the streets are alike both ways; each pair against its own search."""
    lon, lat = np.random.default_rng(7).uniform((24.93, 60.165), (24.95, 60.175), (30, 2)).T
    many = gpd.GeoSeries.from_xy(lon, lat, crs=4326)
    for network in (geo.street_network(helsinki), geo.street_network(network_to_graph(streets()))):
        here = many if network.profile == "walk" else homes().geometry
        few = here.iloc[:3] if network.profile == "walk" else here.iloc[:1]
        times = geo.travel_times(network, here, few)
        joined = snap(network, here)
        for (origin, destination), minutes in times.items():
            a, b = (joined.take(np.array([here.index.get_loc(label)])) for label in (origin, destination))
            assert minutes * 60 == pytest.approx(reach.travel_times(network, a, b)[0], abs=1e-9)
        assert len(times) >= len(few)


def test_a_time_of_none_is_a_time():
    assert geo.travel_times(streets(), homes(), homes())["a", "a"] == 0.0


def test_isochrones_carry_the_label_of_their_place():
    rings = geo.isochrones(streets(), clinics(), minutes=[1, 2])
    assert rings.index.tolist() == ["old", "old", "new", "new"]
    assert rings.index.name == "clinic"
    assert rings.loc["old"].geometry.iloc[0].distance(clinics().geometry["old"]) < 1e-12


def test_isochrones_together_are_one_a_limit():
    assert len(geo.isochrones(streets(), clinics(), minutes=[1, 2], together=True)) == 2


def test_paths_are_paired_by_row():
    ways = geo.path(streets(), homes(), clinics())
    assert ways["destination"].tolist() == ["old", "new"]
    assert ways["metres"].round(1).tolist() == [60.0, 120.0]
    assert ways.crs == 4326


def test_one_origin_goes_to_several():
    ways = geo.path(streets(), homes().iloc[:1], clinics())
    assert ways.index.tolist() == ["old", "new"]
    assert ways["minutes"].tolist() == [1.0, 3.0]


def test_a_path_that_is_not_there_is_missing():
    one_way = line([60.0, 60.0, 60.0, 60.0, 60.0], one_way=True)
    way = geo.path(one_way, homes().loc[["b"]], clinics().loc[["old"]])
    assert way["minutes"].isna().all()
    assert way.geometry.isna().all()


def test_paths_of_unequal_numbers_are_refused():
    three = pd.concat([homes(), homes().iloc[:1]])
    with pytest.raises(InputError, match="3 origins and 2 destinations cannot be paired"):
        geo.path(streets(), three, clinics())


def test_points_joined_to_another_network_are_refused():
    joined = snap(streets(), homes())
    with pytest.raises(InputError, match="joined to another street network"):
        reach.nearest(line([60.0, 60.0]), joined, joined)


def test_a_network_built_again_knows_its_points():
    joined = snap(streets(), homes())
    assert reach.nearest(streets(), joined, joined).seconds.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (homes().set_crs(None, allow_override=True), "has no coordinate system"),
        (moved(homes(), 50), "lie somewhere else than the streets"),
        (homes().set_geometry(shapely.box([0, 0], 0, 1, 1), crs=4326), "holds a Polygon"),
        (homes().set_geometry([None, homes().geometry.iloc[1]], crs=4326), "1 rows have no point (a)"),
        (pd.DataFrame({"x": [0.0]}), "is a DataFrame, not a GeoDataFrame"),
    ],
)
def test_points_that_cannot_be_meant_are_refused(frame, said):
    with pytest.raises(InputError) as refused:
        geo.nearest(streets(), frame, clinics())
    assert said in str(refused.value)
    assert "origins" in str(refused.value)


def test_swapped_coordinates_are_said(helsinki):
    network = geo.street_network(helsinki)
    swapped = gpd.GeoSeries.from_xy([60.17], [24.94], crs=4326)
    with pytest.raises(InputError, match="longitude and latitude have changed places"):
        geo.nearest(network, swapped, swapped)


def test_points_in_metres_and_in_degrees_are_the_same():
    metric = homes().to_crs(streets().metric_crs)
    assert geo.nearest(streets(), metric, clinics()).equals(geo.nearest(streets(), homes(), clinics()))
