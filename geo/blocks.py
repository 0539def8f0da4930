"""Long work in blocks, on threads, with progress, and stopped cleanly by Ctrl-C."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""


def thread_count(threads: int | None) -> int:
    """Return the number of threads to use: as asked, else one for each processor."""
    return max(1, threads if threads is not None else os.cpu_count() or 1)


class _ThisThread(threading.local):
    """Whether a thread belongs to a pool: work inside work runs where it is, or the pool waits for itself."""

    is_worker = False


_this_thread = _ThisThread()


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Return the threads that are kept between calls: new ones, with new memory, cost as much as a search."""
    return ThreadPoolExecutor(workers, thread_name_prefix="lifecircle", initializer=_become_worker)


def _become_worker() -> None:
    _this_thread.is_worker = True


def run_blocks(
    count: int,
    block: int,
    work: Callable[[int, int], Result],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield ``work(first, last)`` for consecutive blocks of ``range(count)``, in order.

    At most two blocks a thread are under way or waiting to be read, so memory stays bounded
    however slowly results are taken. An interrupt waits for the blocks in hand and drops the rest.
    """
    spans = [(first, min(first + block, count)) for first in range(0, count, block)]
    workers = min(thread_count(threads), max(len(spans), 1))
    if workers == 1 or _this_thread.is_worker:
        for first, last in spans:
            yield work(first, last)
            if progress is not None:
                progress(last, count)
        return
    pool = _pool(workers)
    waiting: dict[int, Future[Result]] = {}
    ahead = 0
    try:
        for turn, (_, last) in enumerate(spans):
            while ahead < len(spans) and len(waiting) < 2 * workers:
                waiting[ahead] = pool.submit(work, *spans[ahead])
                ahead += 1
            yield waiting.pop(turn).result()
            if progress is not None:
                progress(last, count)
    finally:
        for future in waiting.values():
            future.cancel()
        wait(waiting.values())
