"""How long and how exactly to search, how far a search is, and whether the user has had enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

GRACE_SECONDS = 2.0
"""Seconds after an interrupt for what an answer cannot do without: the years of a plan, its price."""


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """How far a run is: stage, seconds, value of the best plan so far, and bound, both in the goal's unit.

    ``share`` is how much of the work is done, or of the time, whichever ends it.
    """

    stage: str
    seconds: float
    value: float
    bound: float
    share: float = 0.0


@dataclass(slots=True)
class Halt:
    """Whether the user has had enough; what is left then takes no more than a moment."""

    until: float = float("inf")
    times: int = 0

    @property
    def asked(self) -> bool:
        """Whether the user has interrupted the run."""
        return self.until < float("inf")

    def ask(self, now: float) -> None:
        """End the run: within the grace, and at once where the user asks again."""
        self.until = now if self.asked else now + GRACE_SECONDS
        self.times += 1

    def watched(self) -> Callable[[], bool]:
        """Return what says whether the user has asked to end since now."""
        before = self.times
        return lambda: self.times > before


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How long and how exactly to search.

    Attributes
    ----------
    time_limit_seconds
        After this the best plan so far is returned with its proven bound.
    gap
        Share of the value that may stay unproven (0: to the optimum).
    seed
        Seed of every choice by chance; equal seeds give equal plans, but for the time limit.
    progress
        Called now and then; an interrupt from the keyboard ends the search and keeps the best plan.
    deadline
        Moment on the clock after which nothing is searched, however many questions share this run.
    clock
        Seconds that only rise.
    halt
        Shared by all parts of a run: once one is interrupted the others do no more than they must.
    """

    time_limit_seconds: float = 60.0
    gap: float = 0.0
    seed: int = 0
    progress: Callable[[SearchProgress], None] | None = None
    deadline: float = float("inf")
    clock: Callable[[], float] = time.perf_counter
    halt: Halt = field(default_factory=Halt)

    @property
    def left(self) -> float:
        """Seconds that one question of this run may still take."""
        # Without an end the clock is not looked at: one that counts its looks stays in step.
        end = min(self.deadline, self.halt.until)
        if end == float("inf"):
            return max(self.time_limit_seconds, 0.0)
        return max(min(self.time_limit_seconds, end - self.clock()), 0.0)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be searched that can be done without."""
        return self.halt.asked or (self.deadline < float("inf") and self.deadline <= self.clock())

    def begin(self) -> Run:
        """Return this run with one deadline over all questions: the time limit, from now on."""
        end = self.clock() + self.time_limit_seconds
        return replace(self, deadline=min(self.deadline, end))

    def part(self, share: float) -> Run:
        """Return the run of a part: it gets a share of the time left; what it leaves is for the others."""
        seconds = share * self.left
        return replace(self, time_limit_seconds=seconds, deadline=min(self.deadline, self.clock() + seconds))

    def step(self, number: int, count: int, stage: str = "") -> Run:
        """Return the run of one of so many steps, which tells how far all of them are.

        Parameters
        ----------
        stage
            What the steps are; that of the search where it is left out.
        """
        tell = self.progress
        if tell is None:
            return self

        def report(part: SearchProgress) -> None:
            tell(replace(part, stage=stage or part.stage, share=(number + part.share) / max(count, 1)))

        report(SearchProgress("", 0.0, float("nan"), float("nan")))
        return replace(self, progress=report)
