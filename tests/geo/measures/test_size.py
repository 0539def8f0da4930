"""Least sizes: what counts where sizes are known, where some are, and where none is."""

import numpy as np
import pandas as pd

from geo.measures.size import of_size, untested_sizes
from geo.measures.standard import Requirement, Standard
from geo.text import Text

NAME = Text("park", "公园")
FOUND = {"park": np.array([0, 1, 2])}


def standard(**sizes):
    return Standard("s", NAME, (Requirement("park", NAME, **sizes),))


def counted(columns, **sizes):
    return of_size(pd.DataFrame(columns), standard(**sizes), FOUND)["park"].tolist()


def test_what_is_too_small_does_not_count():
    assert counted({"site_area": [3999.0, 4000.0, 50_000.0]}, site_area=4000) == [1, 2]


def test_a_place_of_unknown_size_does_not_count_beside_known_ones():
    assert counted({"site_area": [4000.0, np.nan, 4001.0]}, site_area=4000) == [0, 2]


def test_every_size_must_be_had():
    columns = {"site_area": [5000.0, 5000.0, 100.0], "width": [30.0, 29.0, 80.0]}
    assert counted(columns, site_area=4000, width=30) == [0]


def test_where_no_size_is_known_all_count_and_it_is_said():
    frame = pd.DataFrame({"site_area": [np.nan] * 3})
    assert counted(frame, site_area=4000) == [0, 1, 2]
    assert [r.category for r in untested_sizes(frame, standard(site_area=4000), FOUND)] == ["park"]
    known = frame.assign(site_area=[1.0, np.nan, 2.0])
    assert untested_sizes(known, standard(site_area=4000), FOUND) == ()


def test_a_limit_that_hangs_on_the_size_cannot_be_tested_without_it():
    frame = pd.DataFrame({"name": ["a", "b", "c"]})
    assert of_size(frame, standard(site_area=5000, size_decides=True), FOUND) == {}
