"""Pairs are neither lost nor mixed up, however small the buffers and however many search at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from geo.network.snap import at_nodes
from geo.network.toys import grid
from geo.search import _buffers
from geo.search.reach import Reachable, reachable, reachable_nodes

NETWORK = grid(30, 30, metres=60)
EVERY = np.arange(NETWORK.node_count)


def rows(found: Reachable) -> list[list[tuple[int, int]]]:
    """Places and times of each origin, sorted."""
    spans = zip(found.start[:-1], found.start[1:], strict=True)
    return [
        sorted(zip(found.place[a:b].tolist(), found.milliseconds[a:b].tolist(), strict=True))
        for a, b in spans
    ]


@pytest.mark.parametrize("pairs", [1, 900, 1000, 5000])
@pytest.mark.parametrize("threads", [1, 2])
def test_buffers_of_any_size_give_the_same(pairs: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(reachable_nodes(NETWORK, EVERY, max_seconds=600))
    monkeypatch.setattr(_buffers, "_BUFFER_PAIRS", pairs)
    monkeypatch.setattr(_buffers, "_spare", _buffers.deque(maxlen=2))
    assert rows(reachable_nodes(NETWORK, EVERY, max_seconds=600, threads=threads)) == whole


def test_a_buffer_too_small_for_another_network_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_buffers, "_BUFFER_PAIRS", 1)
    monkeypatch.setattr(_buffers, "_spare", _buffers.deque(maxlen=4))
    small = grid(3, 3, metres=60)
    assert len(rows(reachable_nodes(small, [0], max_seconds=9999))[0]) == small.node_count
    assert len(rows(reachable_nodes(NETWORK, [0], max_seconds=9999))[0]) == NETWORK.node_count


def test_searches_at_the_same_time_do_not_share_buffers() -> None:
    points = at_nodes(NETWORK, EVERY)
    limits = [60.0, 180.0, 300.0, 420.0] * 3
    alone = [rows(reachable(NETWORK, points, points, max_seconds=limit, threads=2)) for limit in limits]
    with ThreadPoolExecutor(4) as callers:
        together = callers.map(
            lambda limit: rows(reachable(NETWORK, points, points, max_seconds=limit, threads=2)), limits
        )
        assert list(together) == alone


def test_a_result_is_not_written_over_by_the_next_search() -> None:
    first = reachable_nodes(NETWORK, EVERY, max_seconds=300)
    kept = rows(first)
    reachable_nodes(NETWORK, EVERY[::-1], max_seconds=600)
    assert rows(first) == kept
