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
    asked = None if case.has_side_rules else _Asked(case, record.sites)
    while low < high:
        middle = (low + high) // 2
        most = int(possible[middle])
        answer = _within_time(case, most, watch, seed) if asked is None else asked.within(most, watch, seed)
        worst = np.inf if answer.exists is not Verdict.YES else _worst(case, answer)
        if worst < possible[high]:
            high = max(int(np.searchsorted(possible, worst)), low)
            record.offer(answer.sites, float(possible[high]), answer.flow)
        match answer.exists:
            case Verdict.YES if answer.flow is not None:
                high = min(high, middle)
                record.offer(answer.sites, float(possible[high]), answer.flow)
            case Verdict.YES if asked is not None and worst > most:
                asked.add(answer.sites, most)
            case Verdict.YES:
                pass
            case Verdict.NO:
                low = middle + 1
                record.prove(float(possible[low]))
            case Verdict.UNKNOWN:
                return answer.stopped_by or "engine"
        if asked is not None:
            record.counts |= {"demand": int(case.weight.size), "demand_asked": int(asked.entries.size)}
        watch.report("bounding", record.value, record.bound)
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
        return can_cover(self.part, most, watch, seed=seed)


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
