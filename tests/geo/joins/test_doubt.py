"""Doubts have an order, and are counted."""

from __future__ import annotations

import numpy as np

from geo.joins.doubt import Doubt, doubt_counts


def test_the_worst_has_the_greatest_value():
    order = (Doubt.WATER, Doubt.MOTORWAY, Doubt.SCRAP, Doubt.RAILWAY, Doubt.BELOW, Doubt.ABOVE, Doubt.WALL)
    assert sorted(Doubt, reverse=True) == [*order, Doubt.PRIVATE]


def test_joins_and_the_people_behind_them_are_counted_by_doubt():
    doubt = np.array([0, Doubt.WALL, Doubt.WALL | Doubt.WATER], np.uint16)
    assert doubt_counts(doubt)["wall"] == 2
    people = doubt_counts(doubt, np.array([100.0, 20.0, 3.0]))
    assert (people["any"], people["wall"], people["water"], people["scrap"]) == (23, 23, 3, 0)
