"""Buffers in which searches collect the pairs they find: a few large arrays, used again.

The operating system hands out fresh memory page by page, which takes about as long as finding the pairs
that fill it: a third of a search of a thousand origins (BENCHMARKS.md).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress

import numpy as np

from geo.types import Index32

_BUFFER_PAIRS = 1 << 20
"""Pairs a buffer holds: 8 MB."""

_MOST_SPARE = 2 * (os.cpu_count() or 1)
"""Buffers kept between calls: one in use and one spare for each thread."""


class PairBuffer:
    """A buffer for the pairs of one thread, filled from the front."""

    def __init__(self, capacity: int) -> None:
        self.place = np.empty(capacity, np.int32)
        self.milliseconds = np.empty(capacity, np.int32)
        self._filled = 0

    @property
    def capacity(self) -> int:
        """How many pairs it holds."""
        return int(self.place.size)

    @property
    def free(self) -> tuple[Index32, Index32]:
        """The part that is not filled yet."""
        return self.place[self._filled :], self.milliseconds[self._filled :]

    def commit(self, pairs: int) -> tuple[Index32, Index32]:
        """Count the first `pairs` of the free part as filled, and return them."""
        span = slice(self._filled, self._filled + pairs)
        self._filled += pairs
        return self.place[span], self.milliseconds[span]

    def clear(self) -> None:
        """Make the whole buffer free."""
        self._filled = 0


_spare: deque[PairBuffer] = deque(maxlen=_MOST_SPARE)
"""Cleared buffers that no call uses, shared by all threads: append and pop of a deque are atomic."""


class PairBuffers:
    """The buffers of one call, each filled by one thread.

    Parameters
    ----------
    row_pairs
        The most pairs that one origin can have: they always fit a fresh buffer.
    """

    def __init__(self, row_pairs: int) -> None:
        self._row_pairs = row_pairs
        self._thread = threading.local()
        self._reusable: deque[PairBuffer] = deque()

    def current(self) -> PairBuffer:
        """Return the buffer this thread is filling."""
        buffer: PairBuffer | None = getattr(self._thread, "buffer", None)
        return self.fresh() if buffer is None else buffer

    def fresh(self) -> PairBuffer:
        """Return an empty buffer for this thread, in place of one too full for the next origin."""
        buffer = self._take_spare()
        if len(self._reusable) < _MOST_SPARE:
            self._reusable.append(buffer)
        self._thread.buffer = buffer
        return buffer

    def _take_spare(self) -> PairBuffer:
        with suppress(IndexError):
            buffer = _spare.pop()
            if buffer.capacity >= self._row_pairs:
                return buffer
        return PairBuffer(max(_BUFFER_PAIRS, self._row_pairs))

    def release(self) -> None:
        """Leave the buffers to other calls; the caller must have copied what it needs of them."""
        for buffer in self._reusable:
            buffer.clear()
            _spare.append(buffer)
