"""Questions of covering everyone, or a share: the fewest sites, whether so many are enough, and how soon.

The least worst time (p-center) is the smallest one within which a plan covers everyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.siting.engines import kernels
from geo.siting.engines.branch import Enough, Outcome, Search, rounded_up
from geo.siting.engines.choose import (
    by_model,
    close_no_more,
    finish,
    most_nodes,
    open_required,
    resource,
)
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import (
    LossTable,
    dominated_sites,
    implied_demand,
    merge_demand,
)
from geo.siting.engines.proof import NO_ANSWER, Answer, Record, Verdict, Watch
from geo.siting.prepared import Case
from geo.siting.rules import ROUNDING, milliseconds_to
from geo.types import Bools, Floats, Index


def cover_everyone(case: Case, watch: Watch, record: Record, *, seed: int, gap: float) -> str:
    """Answer the set cover problem (Toregas et al. 1971): fewest sites, or least cost, for all.

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    units = case.money.units[case.choices]
    table, _, required = open_required(case, replace(case.table(), size=units), 0.0)
    must, rows = np.flatnonzero(required), np.flatnonzero(~required)
    base = float(units[must].sum())
    thin, kept, counts = thin_cover(table.only(rows))
    record.counts |= counts
    record.prove(case.money.worth(base))

    def offer(chosen: Index) -> None:
        sites = case.choices[np.concatenate([must, rows[kept[chosen]]])]
        record.offer(sites, case.money.worth(base + float(thin.size[chosen].sum())))

    first = kernels.greedy(
        thin.start, thin.demand, thin.loss, thin.weight, thin.cap, thin.size, np.inf, thin.sites
    )
    if thin.value(first) > 0.0:
        # Greedy choice goes on while anybody can still be covered.
        record.prove(np.inf)
        return ""
    offer(first)
    if not thin.weight.size:
        return ""
    model, x = _set_cover(thin)
    most = max(float(thin.size.sum()), 1.0)
    start = (x, np.isin(x, first).astype(float))
    near = gap * (float(thin.size[first].sum()) + base)
    out = model.solve(
        watch, cost=_costs(model, x, thin.size / most), seed=seed, start=start,
        enough=lambda value, bound: bool(np.isfinite(value)) and (value - bound) * most <= near,
    )  # fmt: skip
    bound = rounded_up(out.bound * most, 1.0)
    record.prove(case.money.worth(base + bound) if bound < np.inf else bound)
    if out.x is not None:
        chosen = np.flatnonzero(out.x[x] > 0.5)
        if thin.value(chosen) <= 0.0:
            offer(chosen)
    return "" if out.stopped_by == "enough" else out.stopped_by


def _set_cover(table: LossTable) -> tuple[Model, Index]:
    """Return the model of covering all demand of a table, and its columns of sites."""
    model = Model()
    x = model.columns(table.sites, cost=table.size, whole=True)
    row = np.repeat(x, np.diff(table.start))
    model.rows(1.0, INFINITE, table.demand.astype(np.int64), row, 1.0, table.weight.size)
    return model, x


def _costs(model: Model, x: Index, size: Floats) -> Floats:
    costs = np.zeros(model.width)
    costs[x] = size
    return costs


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


def can_cover(case: Case, most: int, watch: Watch, *, seed: int) -> Answer:
    """Answer whether everyone who counts can be reached within some milliseconds under one resource.

    The value is 0 for a plan that does it; the bound is ``inf`` where it is proven that none can.
    """
    allowed, size, room = resource(case)
    table, room, required = open_required(case, replace(case.table(most=most), size=size), room)
    if room < 0 or (required & ~allowed).any():
        return NO_ANSWER
    rows = np.flatnonzero(allowed & ~required & (size <= room))
    must = np.flatnonzero(required)
    near = _demand_only(table.only(rows), (table.weight > 0) & (table.cap > 0))

    def done(chosen: Index) -> Answer:
        return Answer(close_no_more(case, case.choices[np.concatenate([must, rows[chosen]])]), 0.0, 0.0)

    quick = kernels.greedy(
        near.start, near.demand, near.loss, near.weight, near.cap, near.size, room, near.sites
    )
    if near.value(quick) <= 0.0:
        return done(quick)
    thin, kept, _ = thin_cover(near)
    thin = replace(thin, weight=np.ones(thin.weight.size))
    if np.bincount(thin.demand, minlength=thin.weight.size).min() == 0:
        return NO_ANSWER
    outcome = Search(thin, room, watch, enough=Enough(goal=0.0), seed=seed).run(
        most_nodes=min(most_nodes(thin.size, room), 20_000) // 10
    )
    match outcome.reaches(0.0):
        case Verdict.YES:
            return done(kept[outcome.opened])
        case Verdict.NO:
            return NO_ANSWER
    unknown = replace(NO_ANSWER, bound=0.0, stopped_by=outcome.stopped_by)
    if outcome.stopped_by != "nodes":
        return unknown
    model, x = _set_cover(thin)
    scale = max(float(thin.size.sum()), 1.0)
    # Sizes are whole numbers, so half of one more than the room separates yes from no.
    limit = (room + 0.5) / scale
    out = model.solve(
        watch, cost=_costs(model, x, thin.size / scale), seed=seed, stage="deciding",
        enough=lambda best, bound: best <= limit or bound > limit,
    )  # fmt: skip
    if out.x is not None:
        chosen = np.flatnonzero(out.x[x] > 0.5)
        if float(thin.size[chosen].sum()) <= room and thin.value(chosen) <= 0.0:
            return done(kept[chosen])
    return NO_ANSWER if out.bound > limit else replace(unknown, stopped_by=out.stopped_by or "engine")


def cover_share(case: Case, watch: Watch, record: Record, *, seed: int) -> str:
    """Answer how few sites cover a share of the people: the least count whose best coverage is enough.

    Each count is one question of yes, no or not known; only a proven no raises the bound.

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    table, _, required = open_required(case, case.table(), 0.0)
    must, rows = np.flatnonzero(required), np.flatnonzero(~required)
    small, _, _ = merge_demand(table.only(rows))
    record.counts |= {"candidates": small.sites, "demand_merged": int(small.weight.size)}
    goal = (1.0 - case.rules.share) * case.total + ROUNDING * max(case.total, 1.0)
    order = kernels.greedy(
        small.start, small.demand, small.loss, small.weight, small.cap, small.size, np.inf, small.sites
    )
    enough = next((k for k in range(order.size + 1) if small.value(order[:k]) <= goal), None)
    if enough is None:
        record.prove(np.inf)
        return ""
    low, high = min(_fewest(small, goal), enough), enough

    def note(chosen: Index, low: int) -> None:
        sites = case.choices[np.concatenate([must, rows[chosen]])]
        record.offer(sites, case.cost_of(sites))
        record.prove(case.cost_of(sites) + float(low - chosen.size))

    chosen = order[:high]
    note(chosen, low)
    for count, outcome in _quickly(small, goal, low, high, watch.part(0.4), seed):
        if outcome.reaches(goal) is Verdict.YES and outcome.opened.size < high:
            high, chosen = outcome.opened.size, outcome.opened
        elif outcome.reaches(goal) is Verdict.NO:
            low = max(low, count + 1)
        note(chosen, low)
    while low < high:
        # Close to the greedy count a proof is dear and a better plan likely: look from above first.
        count = max((low + 3 * high) // 4 - 1, low) if high - low > 3 else (low + high) // 2
        outcome = Search(small, float(count), watch, enough=Enough(goal=goal), seed=seed).run(
            most_nodes=1_000
        )
        if outcome.reaches(goal) is Verdict.UNKNOWN and outcome.stopped_by == "nodes":
            outcome = finish(small, float(count), outcome, watch, seed=seed, enough=Enough(goal=goal))
        match outcome.reaches(goal):
            case Verdict.YES:
                high, chosen = outcome.opened.size, outcome.opened
            case Verdict.NO:
                low = count + 1
            case Verdict.UNKNOWN:
                return outcome.stopped_by or "engine"
        note(chosen, low)
    return ""


def _quickly(
    table: LossTable, goal: float, low: int, high: int, watch: Watch, seed: int
) -> Iterator[tuple[int, Outcome]]:
    """Yield what bounds and exchanges alone say: of counts from the middle down, then from the top down."""

    def look(count: int) -> Outcome:
        return Search(table, float(count), watch, enough=Enough(goal=goal), seed=seed).run(most_nodes=0)

    top = high
    while low < top and not watch.over:
        count = (low + top) // 2
        outcome = look(count)
        yield count, outcome
        verdict = outcome.reaches(goal)
        if verdict is Verdict.NO:
            low = count + 1
        else:
            # What is not known may still be refuted for fewer sites.
            top = count
            high = outcome.opened.size if verdict is Verdict.YES else high
    while low < high and not watch.over:
        outcome = look(high - 1)
        yield high - 1, outcome
        if outcome.reaches(goal) is not Verdict.YES:
            return
        high = outcome.opened.size


def _fewest(table: LossTable, goal: float) -> int:
    """Return a count of sites that fewer cannot do with: the gains of each alone, the largest first."""
    alone = np.sort(kernels.gains(table.start, table.demand, table.loss, table.weight, table.cap))[::-1]
    most = np.concatenate([[0.0], np.cumsum(alone)])
    needed = float(table.weight @ table.cap) - goal
    return int(np.searchsorted(most, needed - 1e-9 * abs(needed)))


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
    while low < high:
        middle = (low + high) // 2
        answer = _within_time(case, int(possible[middle]), watch, seed)
        match answer.exists:
            case Verdict.YES:
                high = min(middle, int(np.searchsorted(possible, _worst(case, answer))))
                record.offer(answer.sites, float(possible[high]), answer.flow)
            case Verdict.NO:
                low = middle + 1
                record.prove(float(possible[low]))
            case Verdict.UNKNOWN:
                return answer.stopped_by or "engine"
    return ""


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
