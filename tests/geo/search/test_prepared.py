"""Searches made once give what a search for every place gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.search.prepared import PreparedNearest
from geo.search.reach import nearest
from tests.support.streets import random_network, random_points


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_prepared_is_searched_to_the_millisecond(seed, one_way):
    network = random_network(seed, one_way=0.3 if one_way else 0.0)
    facilities, points = random_points(network, seed, 5), random_points(network, seed + 1, 20)
    prepared = PreparedNearest.of(network, facilities).nearest(points)
    searched = nearest(network, points, facilities)
    assert prepared.seconds.tolist() == searched.seconds.tolist()
    assert prepared.index.tolist() == searched.index.tolist()


def test_of_no_facility_nothing_is_reached():
    network = random_network(1)
    none = random_points(network, 1, 3).take(np.zeros(0, dtype=np.int64))
    found = PreparedNearest.of(network, none).nearest(random_points(network, 2, 2))
    assert (found.index.tolist(), found.seconds.tolist()) == ([[-1], [-1]], [[np.inf], [np.inf]])
