"""Heavy work: as much at once as there are processors, a short queue, and none for clients that have gone."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from fastapi import Request

from geo.text import Text

Answer = TypeVar("Answer")

RETRY_SECONDS: Final = 2
WAITING_A_SLOT: Final = 16
"""Requests that wait for each that is worked on; more are told to come again."""


class BusyError(Exception):
    """There is no room in the queue; the client is to come again in some seconds."""

    def __init__(self, seconds: int = RETRY_SECONDS, said: Text | None = None) -> None:
        self.seconds = seconds
        self.said = said
        super().__init__(seconds)


class ClientGoneError(Exception):
    """The client closed its connection: nobody waits for the answer."""


class Token:
    """Whether an answer is still wanted; `on_cancel` tells whoever works on it."""

    def __init__(self) -> None:
        self._gone = threading.Event()
        self._told: list[Callable[[], object]] = []
        self.share = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._gone.is_set()

    def tell(self, done: int, total: int) -> None:
        """Say how much of the work is done."""
        self.share = done / max(total, 1)

    def on_cancel(self, tell: Callable[[], object]) -> None:
        """Have something called when the answer is no longer wanted."""
        self._told.append(tell)

    def cancel(self) -> None:
        """Say that nobody waits any more."""
        self._gone.set()
        for tell in self._told:
            tell()


class Gate:
    """Lets some work through at a time."""

    def __init__(self, slots: int | None = None, *, waiting: int | None = None) -> None:
        self.slots = slots or len(os.sched_getaffinity(0))
        self._most = self.slots + (self.slots * WAITING_A_SLOT if waiting is None else waiting)
        self._inside = 0
        self._tokens: set[Token] = set()
        self._pool = ThreadPoolExecutor(self.slots, thread_name_prefix="heavy")
        self._free: asyncio.Semaphore | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether anything is being worked on or waits."""
        return self._inside > 0

    def cancel_all(self) -> None:
        """Tell everything that is being worked on that nobody waits."""
        for token in tuple(self._tokens):
            token.cancel()

    async def run(
        self, request: Request, work: Callable[[Token], Answer], *, busy: BusyError | None = None
    ) -> Answer:
        """Return what some work gives, made on a thread of its own when there is room.

        Raises
        ------
        BusyError
            When too many wait already.
        ClientGoneError
            When the client leaves first; what waits is dropped, what runs is told.
        """
        if self._inside >= self._most:
            raise busy or BusyError()
        self._free = self._free or asyncio.Semaphore(self.slots)
        self._inside += 1
        token = Token()
        self._tokens.add(token)
        leaving = asyncio.ensure_future(_left(request))
        try:
            await _first(asyncio.ensure_future(self._free.acquire()), leaving)
        except BaseException:
            self._leave(token)
            leaving.cancel()
            raise
        running = asyncio.get_running_loop().run_in_executor(self._pool, work, token)
        # The thread holds its slot until it ends, whoever still waits for it.
        running.add_done_callback(lambda _: self._done(token))
        try:
            return await _first(running, leaving, keep=True)
        except (ClientGoneError, asyncio.CancelledError):
            token.cancel()
            raise
        finally:
            leaving.cancel()

    def start(self, work: Callable[[], object]) -> None:
        """Have some work done when there is room, whoever waits for it.

        Raises
        ------
        BusyError
            When too many wait already.
        """
        if self._inside >= self._most:
            raise BusyError
        self._inside += 1
        task = asyncio.get_running_loop().create_task(self._alone(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _alone(self, work: Callable[[], object]) -> None:
        self._free = self._free or asyncio.Semaphore(self.slots)
        try:
            async with self._free:
                await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._inside -= 1

    def _done(self, token: Token) -> None:
        assert self._free is not None
        self._free.release()
        self._leave(token)

    def _leave(self, token: Token) -> None:
        self._inside -= 1
        self._tokens.discard(token)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _first(
    wanted: asyncio.Future[Answer], leaving: asyncio.Future[None], *, keep: bool = False
) -> Answer:
    """Return what is wanted, unless the client leaves before."""
    both: list[asyncio.Future[Any]] = [wanted, leaving]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        if not keep:
            wanted.cancel()
        raise
    if wanted.done():
        return wanted.result()
    if keep:
        # What it ends with is of no interest to anybody.
        wanted.add_done_callback(lambda done: done.cancelled() or done.exception())
    else:
        wanted.cancel()
    raise ClientGoneError
