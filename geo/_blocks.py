"""Long work in blocks, on threads, with progress, and stopped cleanly by Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""


def thread_count(threads: int | None) -> int:
    """Return the number of threads to use: as asked, else one for each processor."""
    return max(1, threads if threads is not None else os.cpu_count() or 1)


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
    if workers == 1:
        for first, last in spans:
            yield work(first, last)
            if progress is not None:
                progress(last, count)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: dict[int, Future[Result]] = {}
        ahead = 0
        try:
            for turn, (_, last) in enumerate(spans):
                while ahead < len(spans) and len(waiting) < 2 * workers:
                    waiting[ahead] = pool.submit(work, *spans[ahead])
                    ahead += 1
                wait([waiting[turn]], return_when=FIRST_COMPLETED)
                yield waiting.pop(turn).result()
                if progress is not None:
                    progress(last, count)
        finally:
            for future in waiting.values():
                future.cancel()
