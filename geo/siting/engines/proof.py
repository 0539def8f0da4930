"""What a search has proven, whatever ended it: a bracket of value and bound, and the clock it ran on.

Nothing here says "stopped, therefore no". Whether a plan exists, or one as good as asked for, follows from
the bracket alone and has three values; why a search ended is kept beside it and proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn

import numpy as np

from geo.types import Floats, Index

Flow = tuple[Index, Index, Floats, Floats]
"""Site, entry of demand, share of its people sent there, and the part of that which counts as covered."""


class Verdict(Enum):
    """Yes and no are proven; anything else is unknown."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        msg = "a verdict has three values: compare it with `is`"
        raise TypeError(msg)


def is_there(value: float, bound: float, goal: float = np.inf) -> Verdict:
    """Return whether there is a plan that loses no more than ``goal``; by default, any plan at all.

    Parameters
    ----------
    value
        Loss of a plan in hand, ``inf`` where there is none.
    bound
        A loss below which no plan goes; ``inf`` where no plan exists, ``-inf`` where nothing is known.

    Examples
    --------
    >>> is_there(5.0, 3.0, 4.0), is_there(4.0, 3.0, 4.0), is_there(5.0, 4.5, 4.0)
    (<Verdict.UNKNOWN: 'unknown'>, <Verdict.YES: 'yes'>, <Verdict.NO: 'no'>)
    """
    if value <= goal and value < np.inf:
        return Verdict.YES
    return Verdict.NO if bound > goal or bound == np.inf else Verdict.UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best plan so far as a loss or cost, and the bound that holds for every plan.

    Attributes
    ----------
    sites
        Open choices (numbers of sites).
    value, bound
        Loss of the plan (``inf``: none in hand), and a loss below which no plan goes (``inf``: proven that
        there is none).
    stopped_by
        Why the search ended before it came to its end: "time", "user", "nodes", "engine"; else empty.
    """

    sites: Index
    value: float
    bound: float
    stopped_by: str = ""
    flow: Flow | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def exists(self) -> Verdict:
        """Whether any plan keeps the rules."""
        return is_there(self.value, self.bound)


NO_ANSWER = Answer(np.empty(0, dtype=np.int64), np.inf, np.inf)
"""Proven: no plan keeps the rules."""


class Record:
    """The best plan and the best bound so far; both survive an interrupt at any moment.

    Plan and value change in one assignment, so they always belong together.

    Parameters
    ----------
    bound
        A loss below which no plan goes.
    """

    def __init__(self, bound: float = -np.inf) -> None:
        self._best: tuple[float, Index, Flow | None] = (np.inf, np.empty(0, dtype=np.int64), None)
        self._bound = bound
        self.counts: dict[str, int] = {}
        #: Sites worth showing though not known to keep every rule, where no other plan is in hand.
        self.fallback: Index | None = None

    @property
    def value(self) -> float:
        """Loss of the best plan, ``inf`` where there is none."""
        return self._best[0]

    @property
    def sites(self) -> Index:
        """Open choices of the best plan."""
        return self._best[1]

    @property
    def flow(self) -> Flow | None:
        """Who goes where in the best plan, where sites can run out of room."""
        return self._best[2]

    @property
    def bound(self) -> float:
        """A loss below which no plan goes; never above the value of a plan in hand."""
        return min(self._bound, self._best[0])

    def offer(self, sites: Index, value: float, flow: Flow | None = None) -> None:
        """Keep a plan that keeps all the rules, if it is the best so far."""
        if value < self._best[0]:
            self._best = (value, np.asarray(sites, dtype=np.int64), flow)

    def replace(self, sites: Index, value: float, flow: Flow | None = None) -> None:
        """Keep a plan that is better in what the value does not say, or as good."""
        self._best = (value, np.asarray(sites, dtype=np.int64), flow)

    def prove(self, bound: float) -> None:
        """Raise the bound."""
        if bound > self._bound:
            self._bound = bound

    def answer(self, stopped_by: str = "") -> Answer:
        """Return what is known now."""
        value, sites, flow = self._best
        return Answer(sites, value, self.bound, stopped_by, flow, dict(self.counts))


@dataclass(slots=True)
class Watch:
    """The clock of one run, whom to tell how far it is, and whether the user has had enough.

    Attributes
    ----------
    seconds
        How long may be searched from now on.
    clock
        Seconds that only rise; a test may give one that counts how often it is looked at.
    whole
        The watch that this one is a part of; an interrupt ends both.
    stop
        Says whether the user has asked to end, where that comes not as an interrupt.
    """

    seconds: float
    tell: Callable[[str, float, float, float], None] | None = None
    clock: Callable[[], float] = time.perf_counter
    whole: Watch | None = None
    stop: Callable[[], bool] | None = None
    begun: float = field(init=False)
    interrupted: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    @property
    def spent(self) -> float:
        """Seconds since the run began."""
        return self.clock() - self.begun

    @property
    def left(self) -> float:
        """Seconds until the limit; 0 after an interrupt."""
        return 0.0 if self.stopped_by_user else max(self.seconds - self.spent, 0.0)

    @property
    def over(self) -> bool:
        """Whether the search has to end now."""
        return self.left <= 0.0

    @property
    def stopped_by_user(self) -> bool:
        """Whether the user has interrupted the run."""
        if self.stop is not None and self.stop():
            return True
        return self.interrupted or (self.whole is not None and self.whole.stopped_by_user)

    @property
    def why(self) -> str:
        """What has ended the search, where it is over."""
        return "user" if self.stopped_by_user else "time"

    def interrupt(self) -> None:
        """End this run and those it is a part of."""
        self.interrupted = True
        if self.whole is not None:
            self.whole.interrupt()

    def part(self, share: float, most: float = np.inf) -> Watch:
        """Return the watch of a part of the run: a share of what is left, at most so many seconds."""
        return Watch(min(share * self.left, most), self.tell, self.clock, self)

    def report(self, stage: str, value: float, bound: float) -> None:
        """Tell the caller how far the run is."""
        if self.tell is not None:
            self.tell(stage, self.spent, value, bound)
