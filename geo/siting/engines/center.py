"""The least worst time (vertex p-center): the smallest one within which a plan covers everyone.

Whether a time is enough is a question of covering (Minieka 1970), asked of a few people at a time: where
they cannot all be reached nobody can reach all, and where a plan leaves others behind, those farthest
away are asked for too (Chen & Handler 1987; Contardo, Iori & Kramer 2019).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.siting.engines import kernels
from geo.siting.engines.choose import by_model, resource
from geo.siting.engines.cover import can_cover
from geo.siting.engines.proof import Answer, Record, Verdict, Watch
from geo.siting.prepared import Case
from geo.siting.rules import milliseconds_to, nearest_of
from geo.types import Bools, Floats, Index

#: Exchanges in vain after which a few people, and everyone, are left to the linear programme and to HiGHS.
_IDLE_ASKED, _IDLE = 15_000, 120_000


def least_worst_answer(case: Case, watch: Watch, record: Record, *, seed: int) -> str:
    """Halve the range of possible worst times; each is one question of covering (Minieka 1970).

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    first = _first_plan(case)
    possible = _possible_times(case, np.inf if first is None else _worst(case, first))
    low, high = 0, possible.size - 1
    record.prove(float(possible[low]))
    if first is not None:
        record.offer(first.sites, float(possible[high]))
    else:
        answer = _within_time(case, int(possible[high]), watch, seed)
        match answer.exists:
            case Verdict.NO:
                record.prove(np.inf)
                return ""
            case Verdict.UNKNOWN:
                return answer.stopped_by or "engine"
        high = min(high, int(np.searchsorted(possible, _worst(case, answer))))
        record.offer(answer.sites, float(possible[high]), answer.flow)
    bracket = _Bracket(case, record, possible, low, high)
    if case.has_side_rules:
        return _halve(bracket, watch, seed)
    return _halve_asked(bracket, watch, seed) or _close(bracket, watch, seed)


class _Bracket:
    """The possible worst times that are left: none below ``low`` is enough, a plan keeps ``high``."""

    def __init__(self, case: Case, record: Record, possible: NDArray[np.int32], low: int, high: int) -> None:
        self.case, self.record, self.possible = case, record, possible
        self.low, self.high = low, high

    @property
    def open(self) -> bool:
        """Whether value and bound are still apart."""
        return self.low < self.high

    def offer(self, answer: Answer, at: int | None = None) -> float:
        """Take over a plan, known to keep the time ``at`` where people are sent; return its worst time."""
        worst = _worst(self.case, answer)
        if worst < self.possible[self.high]:
            self._lower(int(np.searchsorted(self.possible, worst)), answer)
        if answer.flow is not None and at is not None:
            self._lower(at, answer)
        return worst

    def _lower(self, high: int, answer: Answer) -> None:
        self.high = max(min(high, self.high), self.low)
        self.record.offer(answer.sites, float(self.possible[self.high]), answer.flow)

    def refuse(self, index: int) -> None:
        """Note that a time is not enough."""
        self.low = max(self.low, min(index + 1, self.high))
        self.record.prove(float(self.possible[self.low]))


def _halve(bracket: _Bracket, watch: Watch, seed: int) -> str:
    """Ask for everyone at once, and of the whole model where there are rules beyond the resource."""
    while bracket.open:
        middle = (bracket.low + bracket.high) // 2
        answer = _within_time(bracket.case, int(bracket.possible[middle]), watch, seed)
        match answer.exists:
            case Verdict.YES:
                bracket.offer(answer, middle)
            case Verdict.NO:
                bracket.refuse(middle)
            case Verdict.UNKNOWN:
                return answer.stopped_by or "engine"
        watch.report("bounding", bracket.record.value, bracket.record.bound)
    return ""


def _halve_asked(bracket: _Bracket, watch: Watch, seed: int) -> str:
    """Ask for a few people at a time, and leave it at what exchanges and the linear programme say of them.

    Returns
    -------
    str
        Why the clock or the user ended it, else empty.
    """
    asked = _Asked(bracket.case, bracket.record.sites)
    doubtful = bracket.low
    while max(doubtful, bracket.low) < bracket.high:
        middle = (max(doubtful, bracket.low) + bracket.high) // 2
        most = int(bracket.possible[middle])
        answer = asked.within(most, watch, seed)
        match answer.exists:
            case Verdict.YES:
                if bracket.offer(answer) > most:
                    asked.add(answer.sites, most)
            case Verdict.NO:
                bracket.refuse(middle)
            case Verdict.UNKNOWN if answer.stopped_by != "nodes":
                return answer.stopped_by or "engine"
            case Verdict.UNKNOWN:
                doubtful = middle + 1
        bracket.record.counts |= {
            "demand": int(bracket.case.weight.size), "demand_asked": int(asked.entries.size),
        }  # fmt: skip
        watch.report("bounding", bracket.record.value, bracket.record.bound)
    return ""


def _close(bracket: _Bracket, watch: Watch, seed: int) -> str:
    """Ask for everyone: halve while exchanges or the linear programme decide, then prove from above.

    A time close to the best is hard to prove enough or not enough. So from then on everyone is asked to
    be served just sooner than by the best plan, until that is refuted: as a rule one hard proof instead
    of one at every halving.
    """
    from_above = False
    while bracket.open:
        index = bracket.high - 1 if from_above else (bracket.low + bracket.high) // 2
        answer = can_cover(
            bracket.case, int(bracket.possible[index]), watch, seed=seed, shallow=not from_above,
            idle=_IDLE if from_above else _IDLE_ASKED,
        )  # fmt: skip
        match answer.exists:
            case Verdict.YES:
                bracket.offer(answer)
            case Verdict.NO:
                bracket.refuse(index)
            case Verdict.UNKNOWN if from_above or answer.stopped_by != "nodes":
                return answer.stopped_by or "engine"
            case Verdict.UNKNOWN:
                from_above = True
        watch.report("deciding", bracket.record.value, bracket.record.bound)
    return ""


class _Asked:
    """The people who are asked whether a time is enough: a few at first, more where a plan forgets some.

    Parameters
    ----------
    sites
        A plan; the first asked are those it serves worst.
    """

    def __init__(self, case: Case, sites: Index) -> None:
        self.case = case
        self.usable: Bools = case.weight > 0
        self.entries: Index = np.empty(0, dtype=np.int64)
        self.part = case
        self.add(sites, -1)

    def add(self, sites: Index, most: int) -> None:
        """Ask for those a plan serves too late as well: of each site the one who is farthest."""
        case = self.case
        opened = np.union1d(case.kept, sites)
        first, nearest = nearest_of(case, opened)
        late = np.flatnonzero(self.usable & (first > most))
        farthest = late[np.lexsort((-first[late], nearest[late]))]
        once = np.unique(nearest[farthest], return_index=True)[1]
        self.entries = np.union1d(self.entries, farthest[once])
        self.part = case.among(self.entries)

    def within(self, most: int, watch: Watch, seed: int) -> Answer:
        """Answer whether those asked can be reached within some milliseconds."""
        return can_cover(self.part, most, watch, seed=seed, shallow=True, idle=_IDLE_ASKED)


def _first_plan(case: Case) -> Answer | None:
    """Return the plan of least minutes by greedy choice, where it serves everyone and no side rule holds."""
    if case.has_side_rules or case.required.size or case.closing:
        return None
    allowed, size, room = resource(case)
    table = case.table(goal="least_minutes").only(np.flatnonzero(allowed))
    rows = kernels.greedy(
        table.start, table.demand, table.loss, table.weight, table.cap, size[allowed], room, table.sites
    )
    answer = Answer(case.choices[allowed][rows], 0.0, 0.0)
    return answer if np.isfinite(_worst(case, answer)) else None


def _within_time(case: Case, most: int, watch: Watch, seed: int) -> Answer:
    """Answer whether everyone who counts can be reached within some milliseconds, under all rules."""
    if not case.has_side_rules:
        return can_cover(case, most, watch, seed=seed)
    record = Record(0.0)
    stopped = by_model(case, watch, record, seed=seed, gap=0.0, radius=most)
    return record.answer(stopped)


def _usable_times(case: Case, sites: Index) -> Floats:
    """Return the least time of each entry that counts, over some sites."""
    return milliseconds_to(case, sites)[case.weight > 0]


def _worst(case: Case, answer: Answer) -> float:
    """Return the worst time of a plan; with capacities people may be sent farther than the nearest site."""
    if answer.flow is not None:
        return np.inf
    return float(_usable_times(case, np.union1d(case.kept, answer.sites)).max(initial=0.0))


def _possible_times(case: Case, most: float) -> NDArray[np.int32]:
    """Return the times that can be the worst one: none below that of the worst-placed person."""
    _, _, milliseconds = case.reach
    if not milliseconds.size:
        return np.zeros(1, dtype=np.int32)
    floor = _usable_times(case, np.union1d(case.kept, case.choices)).max(initial=0.0)
    inside = np.sort(milliseconds[(milliseconds >= floor) & (milliseconds <= most)])
    return inside[np.concatenate([[True], inside[1:] != inside[:-1]])]
