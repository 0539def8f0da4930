"""Ctrl-C while a search runs: the first asks it to end with the best plan so far, the second breaks off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from geo.siting import Run


@contextmanager
def ends_with_the_best(run: Run) -> Iterator[None]:
    """Have an interrupt from the keyboard end the searches of a run, and lose nothing that was found.

    Between two searches an exception would lose the plan in hand; so the first Ctrl-C only asks. Where
    others than the main thread search, as behind HTTP, or the program was started to ignore interrupts,
    as in the background of a script, nothing changes.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield
        return

    def asked(number: int, frame: FrameType | None) -> None:
        again = run.halt.asked
        run.halt.ask(run.clock())
        if again and callable(before):
            before(number, frame)

    signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
