"""How long and how exactly to search, and how far a search is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """How far a run is: stage, seconds, value of the best plan so far, and bound, both in the goal's unit."""

    stage: str
    seconds: float
    value: float
    bound: float


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
    """

    time_limit_seconds: float = 60.0
    gap: float = 0.0
    seed: int = 0
    progress: Callable[[SearchProgress], None] | None = None
    deadline: float = float("inf")
    clock: Callable[[], float] = time.perf_counter

    @property
    def left(self) -> float:
        """Seconds that one question of this run may still take."""
        # Without a deadline the clock is not looked at: one that counts its looks stays in step.
        if self.deadline == float("inf"):
            return max(self.time_limit_seconds, 0.0)
        return max(min(self.time_limit_seconds, self.deadline - self.clock()), 0.0)

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline < float("inf") and self.deadline <= self.clock()

    def begin(self) -> Run:
        """Return this run with one deadline over all questions: the time limit, from now on."""
        end = self.clock() + self.time_limit_seconds
        return replace(self, deadline=min(self.deadline, end))

    def part(self, share: float) -> Run:
        """Return the run of a part: it gets a share of the time left; what it leaves is for the others."""
        seconds = share * self.left
        return replace(self, time_limit_seconds=seconds, deadline=min(self.deadline, self.clock() + seconds))
