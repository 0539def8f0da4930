"""Out of a walled estate by its gate, though the gate is not on the straight line to the street."""

import numpy as np
import pytest

from geo.joins.barriers import Barriers
from geo.joins.doubt import Doubt
from geo.network.build import network_from_streets
from geo.network.snap import snap
from layers.catalogue.profiles import read_profile
from tests.support.streets import METRE, STREET, streets

# A street along y = 0, and an estate of 200 m by 60 m north of it whose wall stands 20 m from the street.
CORNERS = [(0, 20), (200, 20), (200, 80), (0, 80)]
WALL = [(*a, *b) for a, b in zip(CORNERS, [*CORNERS[1:], CORNERS[0]], strict=True)]


def home(*gates, limit=200):
    network = network_from_streets(
        streets([([1, 2], STREET)], {1: (-500, 0), 2: (700, 0)}), read_profile("walk")
    )
    walls = Barriers(
        lines=np.array(WALL, float) * METRE,
        kind=np.full(4, Doubt.WALL, np.uint16),
        openings=np.array(gates, float).reshape(-1, 2) * METRE,
    )
    at = ([50 * METRE], [40 * METRE])
    return snap(network, at, max_snap_metres=limit, barriers=walls)


def test_without_a_gate_the_wall_is_crossed_and_doubted():
    joined = home()
    assert joined.doubt[0] == Doubt.WALL
    assert joined.snap_metres[0] == pytest.approx(40, abs=1)


def test_through_the_gate_with_the_length_of_the_walk():
    joined = home((150, 20))
    assert joined.doubt[0] == 0
    # 100 m east and 20 m south to the gate, 20 m on to the street.
    assert joined.snap_metres[0] == pytest.approx(np.hypot(100, 20) + 20, abs=1)
    assert joined.lon[0] / METRE == pytest.approx(150, abs=0.5)
    assert joined.access_ms[0] == pytest.approx(joined.snap_metres[0] * 1000, abs=1)
    # What the nearest would have been is still told.
    assert joined.nearest_metres[0] == pytest.approx(40, abs=1)


def test_through_the_nearer_of_two_gates():
    assert home((150, 20), (100, 20)).lon[0] / METRE == pytest.approx(100, abs=0.5)


def test_a_gate_beyond_the_limit_is_not_used():
    assert home((150, 20), limit=100).doubt[0] == Doubt.WALL


def test_a_gate_behind_another_wall_is_not_used():
    assert home((150, 300)).doubt[0] == Doubt.WALL
