"""The steps of a run: shown as they go, timed for the record."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geo.blocks import Progress as OnProgress


@dataclass
class Steps:
    """A stopwatch that also tells the user what is going on.

    On a terminal a step is a bar; elsewhere it is one line when it ends. Quiet steps say nothing.
    """

    quiet: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    _console: Console = field(default_factory=lambda: Console(file=sys.stderr))

    @contextmanager
    def step(self, name: str) -> Iterator[OnProgress]:
        """Time a step; yields a function to call with how much is done and how much there is."""
        begun = time.perf_counter()
        if self.quiet or not self._console.is_terminal:
            yield _say_nothing
        else:
            with self._bar() as bar:
                task = bar.add_task(name, total=None)
                yield lambda done, total: bar.update(task, completed=done, total=total)
        self.seconds[name] = time.perf_counter() - begun
        if not self.quiet and not self._console.is_terminal:
            print(f"{name}: {self.seconds[name]:.2f} s", file=sys.stderr)  # noqa: T201

    def _bar(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )


def _say_nothing(done: int, total: int) -> None:
    del done, total
