"""Order and chance about lines."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString

from geo.coordinates.alignment import STREETS, Lines, alignments, digits_of_evidence

RNG = np.random.default_rng(2)
STREETS_AT = np.cumsum(RNG.uniform(90, 260, 40))


@pytest.fixture(scope="module")
def lines():
    return Lines([LineString([(0, y), (6000, y)]) for y in STREETS_AT], STREETS)


def _beside(count: int, metres: float) -> np.ndarray:
    return np.column_stack([RNG.uniform(1000, 5000, count), RNG.choice(STREETS_AT[10:30], count) + metres])


@pytest.mark.parametrize("metres", [0, 15, 30])
def test_points_in_order_are_told_from_the_same_points_pushed(lines, metres):
    points = _beside(200, metres)
    here, there = alignments(lines, [points, points + np.array([130, 470])])
    assert here.evidence > 5
    assert there.evidence < 4
    assert here.median_metres == pytest.approx(metres, abs=2)
    assert here.covered == 1


def test_chance_is_rarely_taken_for_order(lines):
    points = [
        np.column_stack([RNG.uniform(1000, 5000, 150), RNG.uniform(1500, 4500, 150)]) for _ in range(60)
    ]
    evidence = [alignments(lines, [each])[0].evidence for each in points]
    assert max(evidence) < 3
    assert np.mean(np.array(evidence) > 1) < 0.35


def test_too_few_points_say_nothing(lines):
    fit = alignments(lines, [_beside(19, 15)])[0]
    assert np.isnan(fit.order)
    assert fit.median_metres == pytest.approx(15, abs=2)


def test_points_far_from_every_line_are_not_covered(lines):
    fit = alignments(lines, [_beside(30, 15) + np.array([50_000, 0])])[0]
    assert fit.covered == 0
    assert np.isnan(fit.median_metres)


def test_distances_are_right_to_the_step_and_inf_beyond(lines):
    distance = lines.metres(np.array([[3000.0, STREETS_AT[0] - 100], [3000.0, STREETS_AT[0] - 400]]))
    assert distance[0] == pytest.approx(100, abs=0.5)
    assert np.isinf(distance[1])


def test_evidence_goes_on_where_the_tail_underflows():
    before, after = digits_of_evidence(1400, 4), digits_of_evidence(1500, 4)
    assert after - before == pytest.approx(100 / 2 / np.log(10), rel=0.01)
    assert np.isnan(digits_of_evidence(float("nan"), 4))
