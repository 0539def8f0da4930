"""Points on the border of several areas, and distances that a standard measures otherwise."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.measures.areas import area_shares
from geo.measures.requirements import NearestMetres, compliance_result
from geo.measures.standard import Requirement
from geo.text import Text


def test_each_point_on_a_border_belongs_to_one_area():
    """The second and the third stand on it; the first is inside."""
    points = gpd.GeoSeries.from_xy([0.5, 1.0, 1.0], [0.5, 0.2, 0.8], crs=4326)
    areas = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326)
    assert area_shares(points, areas).toarray().tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(("asked", "measured"), [("straight", "network"), ("network", "straight")])
def test_metres_measured_otherwise_than_the_standard_asks_are_refused(asked, measured):
    requirement = Requirement("clinic", Text("clinic", "诊所"), metres=500, measure=asked)
    distances = NearestMetres("clinic", np.array([[100.0]]), np.zeros((1, 1), int), measured)
    with pytest.raises(ValueError, match=f"asks for {asked} metres, not {measured}"):
        compliance_result(requirement, distances)
