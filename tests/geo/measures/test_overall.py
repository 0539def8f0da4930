"""Figures over all categories, by hand."""

import numpy as np
import pytest
from scipy import sparse

from geo.measures.overall import fewest_hubs, overall_table
from geo.measures.requirements import NearestTimes, reach_result
from geo.measures.standard import Overall, Requirement
from geo.text import Text

NAME = Text("x", "某")
PEOPLE = np.array([10.0, 20.0, 30.0, 40.0])
SHOP = [300.0, 600.0, 1200.0, np.inf]
CLINIC = [600.0, 1200.0, 600.0, 300.0]


def results():
    return [
        reach_result(
            Requirement(name, NAME, minutes=15),
            NearestTimes(name, np.array(seconds)[:, None], np.zeros((4, 1), dtype=np.int64)),
        )
        for name, seconds in (("shop", SHOP), ("clinic", CLINIC))
    ]


def figures(overall):
    return overall_table(overall, results(), PEOPLE).set_index("figure")["value"]


def test_proximity_time_is_the_mean_over_categories_and_f15_its_share():
    # Means of 450, 900 and 900 s; the fourth point does not reach a shop.
    found = figures(Overall("mean_minutes", 15))
    assert found["mean_minutes"] == pytest.approx((10 * 7.5 + 20 * 15 + 30 * 15) / 60)
    assert found["share_within"] == pytest.approx(0.6)
    assert found["reach_none"] == 40


def test_all_within_asks_for_every_category():
    assert figures(Overall("all_within", 15))["all_within"] == pytest.approx(0.1)


def test_decay_is_the_mean_worth_of_categories():
    # 5 min full, 30 min none: 300 s is 1, 600 s 0.8, 1200 s 0.4.
    points = [(1 + 0.8) / 2, (0.8 + 0.4) / 2, (0.4 + 0.8) / 2, 0.5]
    by_hand = 100 * np.average(points, weights=PEOPLE)
    assert figures(Overall("decay", 30, full_minutes=5))["score"] == pytest.approx(by_hand)


def test_nothing_is_said_without_results():
    assert overall_table(Overall("all_within", 15), [], PEOPLE).empty


def test_hubs_are_put_where_they_bring_most_until_nine_in_ten_are_within_the_limit():
    """Of 100 people the first hub has 40 + 30, the second 10 more, the third 20."""
    reach = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]]))
    assert fewest_hubs(reach, np.array([40.0, 30, 10, 20])) == 2
    assert fewest_hubs(reach, np.array([40.0, 30, 11, 19])) == 3
    assert fewest_hubs(reach[:1], np.array([40.0, 30, 10, 20])) is None


def test_places_needed_are_said_by_thousand_people():
    table = overall_table(Overall("mean_minutes", 15), results(), PEOPLE, places_needed=40.0)
    assert table.set_index("figure")["value"]["places_needed"] == pytest.approx(400)
