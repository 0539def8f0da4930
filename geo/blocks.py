"""Long work in blocks on threads, with progress, bounded memory and a clean interrupt."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Called with the number of items done and the number of all."""


def _thread_count(threads: int | None) -> int:
    """Return the number of threads to use: the given one, else one for each processor."""
    return max(1, threads if threads is not None else os.cpu_count() or 1)


class _ThisThread(threading.local):
    """Whether a thread belongs to a pool: nested work runs in it, or the pool would wait for itself."""

    is_worker = False


_this_thread = _ThisThread()


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Return a pool that is kept between calls: new threads, with new memory, cost as much as a search."""
    return ThreadPoolExecutor(workers, thread_name_prefix="lifecircle", initializer=_mark_worker)


# A process that parts from this one has none of its threads.
os.register_at_fork(after_in_child=_pool.cache_clear)


def _mark_worker() -> None:
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

    At most two blocks a thread are running or waiting to be read, so memory stays bounded however
    slowly results are taken. An interrupt waits for the running blocks and cancels the rest.
    """
    blocks = [(first, min(first + block, count)) for first in range(0, count, block)]
    workers = min(_thread_count(threads), max(len(blocks), 1))
    if workers == 1 or _this_thread.is_worker:
        for first, last in blocks:
            yield work(first, last)
            if progress is not None:
                progress(last, count)
        return
    pool = _pool(workers)
    pending: dict[int, Future[Result]] = {}
    submitted = 0
    try:
        for number, (_, last) in enumerate(blocks):
            while submitted < len(blocks) and len(pending) < 2 * workers:
                pending[submitted] = pool.submit(work, *blocks[submitted])
                submitted += 1
            yield pending.pop(number).result()
            if progress is not None:
                progress(last, count)
    finally:
        for future in pending.values():
            future.cancel()
        wait(pending.values())
