"""The least worst minute: the smallest travel time within which a plan can reach everyone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.siting import _kernels as kernels
from geo.siting._branch import Watch
from geo.siting._cover import can_cover
from geo.siting._engines import Answer, by_model, resource
from geo.siting._prepared import Case
from geo.types import Floats, Index


def least_worst_answer(case: Case, watch: Watch, *, seed: int) -> Answer:
    """Halve the range of possible worst times; each is one question of covering (Minieka 1970)."""
    best = _first_plan(case)
    possible = _possible_times(case, np.inf if best is None else _worst(case, best))
    low, high = 0, possible.size - 1
    if best is None:
        best = _test(case, int(possible[high]), watch, seed)
        if not _found(best):
            return best
        high = min(high, int(np.searchsorted(possible, _worst(case, best))))
    stopped = ""
    while low < high:
        middle = (low + high) // 2
        answer = _test(case, int(possible[middle]), watch, seed)
        if _found(answer):
            best = answer
            high = min(middle, int(np.searchsorted(possible, _worst(case, answer))))
        elif answer.infeasible:
            low = middle + 1
        else:
            stopped = answer.stopped_by or "time"
            break
    return replace(best, value=float(possible[high]), bound=float(possible[low]), stopped_by=stopped)


def _first_plan(case: Case) -> Answer | None:
    """Return the plan of least minutes by greedy choice, where it serves everyone and no side rule holds."""
    if case.has_side_rules or case.required.size or case.rules.close:
        return None
    allowed, size, room = resource(case)
    table = case.table(goal="least_minutes").only(np.flatnonzero(allowed))
    rows = kernels.greedy(
        table.start, table.demand, table.loss, table.weight, table.cap, size[allowed], room, table.sites
    )
    answer = Answer(case.choices[allowed][rows], 0.0, 0.0)
    return answer if np.isfinite(_worst(case, answer)) else None


def _found(answer: Answer) -> bool:
    return not answer.infeasible and bool(np.isfinite(answer.value))


def _test(case: Case, most: int, watch: Watch, seed: int) -> Answer:
    if case.has_side_rules:
        return by_model(case, watch, seed=seed, gap=0.99, radius=most)
    return can_cover(case, most, watch, seed=seed)


def _usable_times(case: Case, sites: Index) -> Floats:
    """Return the least time of each entry that counts, over some sites."""
    start, demand, milliseconds = case.reach
    never = np.full(case.weight.size, np.inf)
    least, _, _ = kernels.two_best(start, demand, milliseconds, never, sites)
    return np.asarray(least[case.weight > 0], dtype=float)


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
