"""Streets that one-way traffic cuts off are the last that a place is joined to, and are counted."""

from __future__ import annotations

import numpy as np
import pytest

from geo.assessment.joins import join_counts
from geo.joins.doubt import Doubt
from geo.network.build import network_from_streets
from geo.network.network import StreetNetwork
from geo.network.snap import plain_nearest, snap
from geo.network.toys import drawn
from geo.search.reach import travel_times
from layers.catalogue.profiles import read_profile
from tests.support.streets import STREET, streets

# A block of 400 m a side; from B a one-way street leads out of it, and another from F into it at D.
PICTURE = """
A---B---C
|   .   |
H   E   D---F
|       |
G-------I
"""
RING = ["ABCDIGHA"]


def block(*ways: str, one_way: tuple[str, ...]) -> tuple[StreetNetwork, dict[str, tuple[float, float]]]:
    return drawn(PICTURE, [*RING, *ways], grid_metres=50, one_way=one_way)


def cut(network: StreetNetwork) -> list[float]:
    return network.edge_metres[network.edge_scrap].round().tolist()


def test_a_dead_end_is_cut_off_that_leads_only_out_or_only_in() -> None:
    assert cut(block("BE", "FD", one_way=("BE", "FD"))[0]) == pytest.approx([100, 200], abs=1)


def test_none_is_where_both_directions_are_allowed() -> None:
    assert cut(block("BE", "FD", one_way=())[0]) == []


def test_a_one_way_street_through_the_block_is_entered_and_left() -> None:
    assert cut(block("BED", one_way=("BED",))[0]) == []


def test_a_place_is_joined_to_a_street_that_can_be_left_and_reached() -> None:
    network, at = block("BE", one_way=("BE",))
    station, home = ([at["E"][0]], [at["E"][1]]), ([at["A"][0]], [at["A"][1]])
    near, far = plain_nearest(network, station), snap(network, station)
    homes = snap(network, home)
    assert (near.snap_metres.round().tolist(), far.snap_metres.round().tolist()) == ([0.0], [100.0])
    assert far.doubt.tolist() == [0]
    assert np.isfinite(travel_times(network, homes, near))[0]
    assert np.isinf(travel_times(network, near, homes))[0]
    assert np.isfinite(travel_times(network, far, homes))[0]


def test_what_has_no_other_street_is_joined_to_it_and_said() -> None:
    network, at = block("BE", one_way=("BE",))
    access = snap(network, ([at["E"][0]], [at["E"][1]]), max_snap_metres=40)
    assert Doubt(int(access.doubt[0])) is Doubt.SCRAP
    assert join_counts(network, access, max_snap_metres=40).isolated == 1


def test_an_estate_is_entered_and_left_by_its_gates() -> None:
    # Two gates to a block of open streets, one of which is one-way: nothing of the estate is cut off.
    nodes = {1: (0, 0), 2: (400, 0), 3: (400, 400), 4: (0, 400), 5: (100, 100), 6: (300, 100)}
    own = {"highway": "service", "access": "private"}
    ways = [([1, 2, 3, 4, 1], STREET), ([1, 5, 6, 2], own), ([3, 7], STREET | {"oneway": "yes"})]
    network = network_from_streets(streets(ways, nodes | {7: (500, 400)}), read_profile("bicycle"))
    assert network.gate_node.size > 0
    assert cut(network) == pytest.approx([100], abs=1)
