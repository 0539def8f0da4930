"""Regions of a chequered field: connected, as even as the bound where that can be."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ledgers.regions import balanced_regions, least_spread, shared_out


def field(columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Middles of squares of 100 m, and which share a side."""
    numbers = np.arange(columns * rows).reshape(rows, columns)
    pairs = [*zip(numbers[:, :-1].ravel(), numbers[:, 1:].ravel(), strict=True)]
    pairs += [*zip(numbers[:-1].ravel(), numbers[1:].ravel(), strict=True)]
    at = np.column_stack([numbers.ravel() % columns, numbers.ravel() // columns]) * 100.0
    return at, np.array(pairs)


def test_forty_eight_firms_on_a_field_make_twelve_grids_of_four() -> None:
    at, pairs = field(8, 6)
    found = balanced_regions(np.ones(48), at, pairs, 12, seconds=40)
    assert found.bound == 0
    assert found.spread == 0
    assert found.loads.tolist() == [4.0] * 12
    are_connected(found.region, pairs, 12)


def are_connected(region: np.ndarray, pairs: np.ndarray, count: int) -> None:
    graph = nx.Graph(map(tuple, pairs.tolist()))
    for each in range(count):
        members = np.flatnonzero(region == each).tolist()
        assert members
        assert nx.is_connected(graph.subgraph(members))


def test_a_heavy_piece_is_said_in_the_bound() -> None:
    at, pairs = field(4, 1)
    found = balanced_regions(np.array([9.0, 1, 1, 1]), at, pairs, 3, seconds=5)
    assert (found.spread, found.bound) == (8, 8)


def test_pieces_that_do_not_hang_together_are_refused() -> None:
    with pytest.raises(ValueError, match="hang together"):
        balanced_regions(np.ones(3), np.zeros((3, 2)), np.array([[0, 1]]), 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=3, max_size=6), st.integers(2, 3))
def test_no_way_to_part_the_pieces_is_below_the_bound(loads: list[int], count: int) -> None:
    ways = np.stack(np.meshgrid(*[range(count)] * len(loads))).reshape(len(loads), -1).T
    sums = np.stack([(np.array(loads) * (ways == each)).sum(axis=1) for each in range(count)])
    assert least_spread(np.array(loads, float), count) <= (sums.max(axis=0) - sums.min(axis=0)).min()


def test_staff_are_shared_out_whole() -> None:
    assert shared_out(7, np.array([1.0, 5.0, 0.0])).tolist() == [2, 4, 1]
    assert shared_out(2, np.array([1.0, 5.0, 3.0])).sum() == 2
