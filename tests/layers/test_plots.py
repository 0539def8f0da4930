"""Plots and buildings as candidates: area, cost and entrance, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.site import site_study
from layers.plots import OUTLINE, measure_plots
from layers.siting_asked import offers_of
from layers.study.siting.question import SiteQuestion
from tests.support.town import STUDY, place, rows, write_town

PLOTS = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


def box(west, south, east, north):
    corners = [place(west, south), place(east, south), place(east, north), place(west, north)]
    return shapely.Polygon(corners)


def test_area_and_cost():
    roles = pd.DataFrame({"cost": [np.nan, 7.0, np.nan], "cost_per_square_metre": [2.0, 2.0, 3.0]})
    shapes = gpd.GeoSeries([box(0, 0, 10, 20), box(0, 0, 10, 20), shapely.Point(*place(0, 0))], crs=4326)
    measure_plots(roles, shapes)
    assert roles["floor_area"].iloc[0] == pytest.approx(200, rel=0.01)
    assert roles["cost"].iloc[0] == pytest.approx(400, rel=0.01)
    assert roles["cost"].iloc[1] == 7
    assert np.isnan(roles["cost"].iloc[2])
    assert [each is not None for each in roles[OUTLINE]] == [True, True, False]


def test_a_plot_is_entered_from_the_nearest_street(tmp_path):
    # From 10 m to 40 m north of the street along the southern edge, between two corners.
    plot = box(240, 10, 260, 40)
    folder = write_town(
        tmp_path / "study",
        study=STUDY + PLOTS,
        files={"plots.csv": rows("id,name,geometry,cost_per_square_metre", f'p,Plot,"{plot.wkt}",2')},
    )
    result = site_study(folder, SiteQuestion(new=1, budget=1300.0, minutes=9.0))
    assert result.sites["cost"].iloc[1] == pytest.approx(1200, rel=0.01)
    south = place(0, 10)[1]
    assert result.sites.geometry.iloc[1].y == pytest.approx(south, abs=1e-6)


def test_what_a_candidate_lists_is_what_it_may_offer():
    sites = gpd.GeoDataFrame(
        {
            "existing": [True, False, False, False],
            "category": ["clinic", None, None, "park"],
            "functions": [(), ("clinic", "park"), (), ("clinic",)],
        },
        geometry=gpd.points_from_xy([0, 0, 0, 0], [0, 0, 0, 0]),
        crs=4326,
    )

    offers = offers_of(sites, SimpleNamespace(accepted={}), "clinic", "park", "school")
    assert offers.tolist() == [
        [True, False, False], [True, True, False], [True, True, True], [True, True, False],
    ]  # fmt: skip
