"""Where searches put the pairs they find until all are found: a few large arrays, used again.

Fresh memory is given by the system a page at a time, and that takes as long as finding the pairs that fill
it; so a search of a thousand origins would lose a third of its time to it (BENCHMARKS.md).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress

import numpy as np

from geo.types import Index32

_PAIRS = 1 << 20
_SPARE = 2 * (os.cpu_count() or 1)


class Room:
    """Room for the pairs of one thread, filled from the front."""

    def __init__(self, pairs: int) -> None:
        self.place = np.empty(pairs, np.int32)
        self.milliseconds = np.empty(pairs, np.int32)
        self.filled = 0

    @property
    def left(self) -> tuple[Index32, Index32]:
        """What is still free."""
        return self.place[self.filled :], self.milliseconds[self.filled :]

    def take(self, pairs: int) -> tuple[Index32, Index32]:
        """Return what was just written, and count it as filled."""
        span = slice(self.filled, self.filled + pairs)
        self.filled += pairs
        return self.place[span], self.milliseconds[span]


_spare: deque[Room] = deque(maxlen=_SPARE)
"""Rooms that nobody uses, shared by all threads: taking and giving back are single steps."""


class Rooms:
    """The rooms of one call, one at a time for each thread.

    Parameters
    ----------
    row_pairs
        The most pairs that one origin can have: they always fit a new room.
    """

    def __init__(self, row_pairs: int) -> None:
        self._row_pairs = row_pairs
        self._thread = threading.local()
        self._first: deque[Room] = deque()

    def current(self) -> Room:
        """Return the room this thread is filling."""
        room: Room | None = getattr(self._thread, "room", None)
        return self.renewed() if room is None else room

    def renewed(self) -> Room:
        """Return an empty room, because the one in use is too full for the next origin."""
        room = self._spare_room()
        if len(self._first) < _SPARE:
            self._first.append(room)
        self._thread.room = room
        return room

    def _spare_room(self) -> Room:
        with suppress(IndexError):
            room = _spare.pop()
            if room.place.size >= self._row_pairs:
                return room
        return Room(max(_PAIRS, self._row_pairs))

    def give_back(self) -> None:
        """Leave the rooms to other calls; nothing of them may be in use any more."""
        for room in self._first:
            room.filled = 0
            _spare.append(room)
