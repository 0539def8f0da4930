"""Several processes that answer from one run: parted from the one that made it, they share its memory."""

from __future__ import annotations

import gc
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Final

from fastapi import FastAPI

from api.http.studies import LOOKS_SECONDS, Studies

END_SECONDS: Final = 9.0
_STEP_SECONDS: Final = 0.1
_STOPS: Final = (signal.SIGTERM, signal.SIGINT)

Serve = Callable[[socket.socket, FastAPI], None]


class Workers:
    """Processes that answer, and the one that watches over them.

    A process that ends is replaced. When a study has a new run, new processes answer from it, and those that
    answer from the old one end when they have answered.
    """

    def __init__(
        self, listening: socket.socket, make: Callable[[], FastAPI], serve: Serve, *, count: int
    ) -> None:
        self._listening, self._make, self._serve, self._count = listening, make, serve, count
        self._current: set[int] = set()
        self._leaving: set[int] = set()
        self._stopped = False

    def run(self, studies: Studies, *, say: Callable[[str], object], take_up: bool = True) -> None:
        """Answer until told to stop."""
        before = {each: signal.signal(each, self._stop) for each in _STOPS}
        gc.collect()
        # The collector shall not touch, and so copy, what the processes share.
        gc.freeze()
        looked = time.monotonic()
        try:
            while not self._stopped:
                self._reap()
                while len(self._current) < self._count:
                    self._current.add(self._part())
                if take_up and time.monotonic() - looked > LOOKS_SECONDS:
                    if studies.take_up_said(say):
                        self._renew()
                    looked = time.monotonic()
                time.sleep(_STEP_SECONDS)
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, *_: object) -> None:
        self._stopped = True

    def _renew(self) -> None:
        old, self._current = self._current, {self._part() for _ in range(self._count)}
        _tell(old, signal.SIGTERM)
        self._leaving |= old

    def _part(self) -> int:
        """Start a process that answers; return its number."""
        child = os.fork()
        if child:
            return child
        for each in _STOPS:
            signal.signal(each, signal.SIG_DFL)
        code = 1
        try:
            self._serve(self._listening, self._make())
            code = 0
        finally:
            # What the parent has open is the parent's to close.
            os._exit(code)

    def _reap(self) -> None:
        for known in (self._current, self._leaving):
            for process in tuple(known):
                if os.waitpid(process, os.WNOHANG)[0] == process:
                    known.discard(process)

    def _end(self) -> None:
        _tell(self._current | self._leaving, signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        while (self._current or self._leaving) and time.monotonic() < until:
            self._reap()
            time.sleep(_STEP_SECONDS)
        _tell(self._current | self._leaving, signal.SIGKILL)
        for process in self._current | self._leaving:
            os.waitpid(process, 0)


def _tell(processes: set[int], number: signal.Signals) -> None:
    for process in processes:
        os.kill(process, number)
