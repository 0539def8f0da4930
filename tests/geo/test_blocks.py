"""Blocks come in order, in bounded number, and stop cleanly."""

from __future__ import annotations

import threading
import time

import pytest

from geo.blocks import run_blocks


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_blocks_cover_everything_in_order(threads):
    assert list(run_blocks(10, 4, lambda a, b: (a, b), threads=threads)) == [(0, 4), (4, 8), (8, 10)]


def test_nothing_to_do_yields_nothing():
    assert list(run_blocks(0, 4, lambda a, b: (a, b))) == []


def test_results_wait_for_the_reader_in_bounded_number():
    begun = []
    blocks = run_blocks(100, 1, lambda a, _: begun.append(a), threads=2)
    next(blocks)
    time.sleep(0.2)
    assert len(begun) <= 5
    blocks.close()


def test_an_error_in_a_block_reaches_the_caller():
    def work(first: int, _: int) -> int:
        if first == 3:
            raise ValueError("block 3")
        return first

    blocks = run_blocks(10, 1, work, threads=2)
    with pytest.raises(ValueError, match="block 3"):
        list(blocks)


def test_a_reader_who_stops_leaves_no_thread_behind():
    before = threading.active_count()
    for _ in run_blocks(50, 1, lambda a, _: a, threads=4):
        break
    assert threading.active_count() <= before + 4


def test_progress_is_told_in_order():
    told = []
    list(
        run_blocks(10, 4, lambda a, _: a, threads=2, progress=lambda done, total: told.append((done, total)))
    )
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_work_inside_work_does_not_wait_for_itself():
    def outer(first: int, last: int) -> list[int]:
        return list(run_blocks(last - first, 1, lambda a, _: first + a, threads=2))

    assert list(run_blocks(8, 2, outer, threads=2)) == [[0, 1], [2, 3], [4, 5], [6, 7]]
