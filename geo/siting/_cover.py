"""Questions of covering everyone, or a share: the fewest sites, whether so many are enough, and how soon.

The least worst time (p-center) is the smallest one within which a plan covers everyone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.siting import _kernels as kernels
from geo.siting._branch import Enough, Search, Watch
from geo.siting._engines import (
    NO_ANSWER,
    Answer,
    by_model,
    close_no_more,
    finish,
    most_nodes,
    open_required,
    resource,
)
from geo.siting._highs import INFINITE, Model
from geo.siting._losses import (
    LossTable,
    dominated_sites,
    implied_demand,
    merge_demand,
)
from geo.siting._prepared import Case
from geo.types import Bools, Floats, Index


def cover_everyone(case: Case, watch: Watch, *, seed: int, gap: float) -> Answer:
    """Answer the set cover problem (Toregas et al. 1971): fewest sites, or least cost, for all."""
    costs = case.problem.sites.costs[case.choices]
    table, _, required = open_required(case, replace(case.table(), size=costs), 0.0)
    must = np.flatnonzero(required)
    left = table.only(np.flatnonzero(~required))
    rows = np.flatnonzero(~required)
    thin, kept, counts = thin_cover(left)
    chosen, value, bound, stopped = _set_cover(thin, watch, seed=seed, gap=gap)
    base = float(costs[must].sum())
    sites = case.choices[np.concatenate([must, rows[kept[chosen]]])]
    return Answer(
        sites, value + base, bound + base, stopped, not np.isfinite(value) and not stopped, None, counts
    )


def thin_cover(table: LossTable) -> tuple[LossTable, Index, dict[str, int]]:
    """Drop demand that is covered whenever other demand is, and sites dominated by others, in turn."""
    counts = {"candidates": table.sites, "demand": int(table.weight.size)}
    kept = np.arange(table.sites)
    table = _demand_only(table, (table.cap > 0) & (table.weight > 0))
    for _ in range(4):
        before = (table.sites, table.weight.size)
        table = _demand_only(table, ~implied_demand(table.start, table.demand, table.weight.size))
        thin = np.flatnonzero(~dominated_sites(table))
        table, kept = table.only(thin), kept[thin]
        if (table.sites, table.weight.size) == before:
            break
    counts |= {"candidates_left": table.sites, "demand_left": int(table.weight.size)}
    return table, kept, counts


def _demand_only(table: LossTable, stays: Bools) -> LossTable:
    """Return the table without some demand."""
    inside = stays[table.demand]
    before = np.concatenate([[0], np.cumsum(inside)])
    number = np.cumsum(stays) - 1
    return replace(
        table, start=before[table.start], demand=number[table.demand[inside]].astype(np.int32),
        loss=table.loss[inside] if table.loss.size else table.loss, weight=table.weight[stays],
        cap=table.cap[stays],
    )  # fmt: skip


def _set_cover(table: LossTable, watch: Watch, *, seed: int, gap: float) -> tuple[Index, float, float, str]:
    if not table.weight.size:
        return np.empty(0, dtype=np.int64), 0.0, 0.0, ""
    first = kernels.greedy(
        table.start, table.demand, table.loss, table.weight, table.cap, table.size, np.inf, table.sites
    )
    model = Model()
    x = model.columns(table.sites, cost=table.size, whole=True)
    row = np.repeat(x, np.diff(table.start))
    model.rows(1.0, INFINITE, table.demand.astype(np.int64), row, 1.0, table.weight.size)
    start = (x, np.isin(x, first).astype(float))
    out = model.solve(watch, gap=gap, seed=seed, start=start)
    if out.infeasible:
        return np.empty(0, dtype=np.int64), np.inf, np.inf, ""
    if out.x is None:
        return first, float(table.size[first].sum()), max(out.bound, 0.0), out.stopped_by
    bound = out.bound
    if (table.size == np.rint(table.size)).all() and np.isfinite(bound):
        bound = min(float(np.ceil(bound - 1e-6)), out.objective)
    return np.flatnonzero(out.x[x] > 0.5), out.objective, bound, out.stopped_by


def can_cover(case: Case, most: int, watch: Watch, *, seed: int) -> Answer:
    """Answer whether everyone who counts can be reached within some milliseconds under one resource."""
    allowed, size, room = resource(case)
    table, room, required = open_required(case, replace(case.table(most=most), size=size), room)
    if room < -1e-9 or (required & ~allowed).any():
        return NO_ANSWER
    rows = np.flatnonzero(allowed & ~required & (size <= room + 1e-9))
    must = np.flatnonzero(required)
    near = _demand_only(table.only(rows), (table.weight > 0) & (table.cap > 0))
    quick = kernels.greedy(
        near.start, near.demand, near.loss, near.weight, near.cap, near.size, room, near.sites
    )
    if near.value(quick) <= 0.0:
        return Answer(close_no_more(case, case.choices[np.concatenate([must, rows[quick]])]), 0.0, 0.0)
    thin, kept, _ = thin_cover(near)
    thin = replace(thin, weight=np.ones(thin.weight.size))
    if not thin.weight.size:
        return Answer(close_no_more(case, case.choices[must]), 0.0, 0.0)
    if np.bincount(thin.demand, minlength=thin.weight.size).min() == 0:
        return NO_ANSWER
    outcome = Search(thin, room, watch, enough=Enough(goal=0.0), seed=seed).run(
        most_nodes=min(most_nodes(thin.size, room), 20_000) // 10
    )
    opened, value, stopped = outcome.opened, outcome.value, outcome.stopped_by
    if stopped == "nodes":
        model = Model()
        x = model.columns(thin.sites, cost=thin.size, whole=True)
        row = np.repeat(x, np.diff(thin.start))
        model.rows(1.0, INFINITE, thin.demand.astype(np.int64), row, 1.0, thin.weight.size)
        out = model.solve(
            watch, seed=seed, stage="deciding",
            enough=lambda best, bound: best <= room + 1e-9 or bound > room + 1e-6,
        )  # fmt: skip
        fits = out.x is not None and out.objective <= room + 1e-6
        opened = np.flatnonzero(out.x[x] > 0.5) if fits and out.x is not None else opened
        value = 0.0 if fits else 1.0
        stopped = "" if fits or out.infeasible or out.bound > room + 1e-6 else out.stopped_by or "time"
    if value > 0.0:
        return replace(NO_ANSWER, infeasible=not stopped, stopped_by=stopped)
    sites = case.choices[np.concatenate([must, rows[kept[opened]]])]
    return Answer(close_no_more(case, sites), 0.0, 0.0)


def cover_share(case: Case, watch: Watch, *, seed: int) -> Answer:
    """Answer how few sites cover a share of the people: the least count whose best coverage is enough."""
    table, _, required = open_required(case, case.table(), 0.0)
    must, rows = np.flatnonzero(required), np.flatnonzero(~required)
    small, _, _ = merge_demand(table.only(rows))
    goal = (1.0 - case.rules.share) * case.total + 1e-9 * case.total
    order = kernels.greedy(
        small.start, small.demand, small.loss, small.weight, small.cap, small.size, np.inf, small.sites
    )
    enough = [k for k in range(order.size + 1) if small.value(order[:k]) <= goal][:1]
    if not enough:
        return NO_ANSWER
    low, high, chosen, stopped = 0, enough[0], order[: enough[0]], ""
    while low < high:
        # Close to the greedy count a proof is dear and a better plan likely: look from above first.
        count = max((low + 3 * high) // 4 - 1, low) if high - low > 3 else (low + high) // 2
        outcome = Search(small, float(count), watch, enough=Enough(goal=goal), seed=seed).run(
            most_nodes=1_000
        )
        if outcome.value > goal and outcome.stopped_by == "nodes":
            outcome = finish(small, float(count), outcome, watch, seed=seed, enough=Enough())
        if outcome.value <= goal:
            high, chosen = outcome.opened.size, outcome.opened
        elif outcome.stopped_by and outcome.bound <= goal:
            stopped = outcome.stopped_by
            break
        else:
            low = count + 1
    sites = case.choices[np.concatenate([must, rows[chosen]])]
    counts = {"candidates": small.sites, "demand_merged": int(small.weight.size)}
    return Answer(sites, float(must.size + high), float(must.size + low), stopped, False, None, counts)


def least_worst_answer(case: Case, watch: Watch, *, seed: int) -> Answer:
    """Halve the range of possible worst times; each is one question of covering (Minieka 1970)."""
    best = _first_plan(case)
    possible = _possible_times(case, np.inf if best is None else _worst(case, best))
    low, high = 0, possible.size - 1
    if best is None:
        best = _within_time(case, int(possible[high]), watch, seed)
        if not _is_plan(best):
            return best
        high = min(high, int(np.searchsorted(possible, _worst(case, best))))
    stopped = ""
    while low < high:
        middle = (low + high) // 2
        answer = _within_time(case, int(possible[middle]), watch, seed)
        if _is_plan(answer):
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


def _is_plan(answer: Answer) -> bool:
    return not answer.infeasible and bool(np.isfinite(answer.value))


def _within_time(case: Case, most: int, watch: Watch, seed: int) -> Answer:
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
