"""Questions of covering everyone, or a share: the fewest sites, and whether so many are enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.siting.engines import kernels
from geo.siting.engines.branch import Enough, Outcome, Search, rounded_up
from geo.siting.engines.choose import (
    close_no_more,
    finish,
    open_required,
    resource,
)
from geo.siting.engines.highs import Model
from geo.siting.engines.losses import (
    LossTable,
    dominated_sites,
    implied_demand,
    merge_demand,
)
from geo.siting.engines.proof import NO_ANSWER, Answer, Record, Verdict, Watch
from geo.siting.engines.setcover import Squeeze, set_cover_model
from geo.siting.prepared import Case
from geo.siting.rules import ROUNDING
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
    near = gap * (float(thin.size[first].sum()) + base)
    squeezed = Squeeze(thin, first, seed).run(watch.part(0.5))
    offer(squeezed.opened)
    least = min(rounded_up(squeezed.bound, 1.0), squeezed.value)
    record.prove(case.money.worth(base + least))
    if squeezed.value - least <= near:
        return ""
    # Sizes are whole numbers: a smaller cover is smaller by one at least, and holds none of the others.
    rows_left = np.flatnonzero(~squeezed.spare(squeezed.value - 0.5))
    record.counts["candidates_left"] = int(rows_left.size)
    left = thin.only(rows_left)
    if np.bincount(left.demand, minlength=left.weight.size).min() == 0:
        record.prove(case.money.worth(base + squeezed.value))
        return ""
    model, x = set_cover_model(left)
    most = _unit(thin.size)
    inside = np.isin(squeezed.opened, rows_left).all()
    start = (x, np.isin(rows_left, squeezed.opened).astype(float)) if inside else None
    out = model.solve(
        watch, cost=_costs(model, x, left.size / most), seed=seed, start=start,
        enough=lambda value, bound: min(value * most, squeezed.value) - max(bound * most, least) <= near,
    )  # fmt: skip
    proven = min(rounded_up(out.bound * most, 1.0), squeezed.value)
    record.prove(case.money.worth(base + max(least, proven)))
    if out.x is not None:
        chosen = rows_left[np.flatnonzero(out.x[x] > 0.5)]
        if thin.value(chosen) <= 0.0:
            offer(chosen)
    return "" if out.stopped_by == "enough" else out.stopped_by


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
    asked = _demand_only(table.only(rows), (table.weight > 0) & (table.cap > 0))

    def done(chosen: Index) -> Answer:
        return Answer(close_no_more(case, case.choices[np.concatenate([must, rows[chosen]])]), 0.0, 0.0)

    quick = kernels.greedy(
        asked.start, asked.demand, asked.loss, asked.weight, asked.cap, asked.size, room, asked.sites
    )
    if asked.value(quick) <= 0.0:
        return done(quick)
    thin, kept, _ = thin_cover(asked)
    thin = replace(thin, weight=np.ones(thin.weight.size))
    if np.bincount(thin.demand, minlength=thin.weight.size).min() == 0:
        return NO_ANSWER
    greedy = kernels.greedy(
        thin.start, thin.demand, thin.loss, thin.weight, thin.cap, thin.size, np.inf, thin.sites
    )
    squeezed = Squeeze(thin, greedy, seed).run(watch, goal=room)
    if squeezed.value <= room:
        return done(kept[squeezed.opened])
    if squeezed.bound - max(1e-6, 1e-9 * squeezed.bound) > room:
        return NO_ANSWER
    unknown = replace(NO_ANSWER, bound=0.0, stopped_by=watch.why)
    if watch.over:
        return unknown
    # Sizes are whole numbers, so anything between the room and one more separates yes from no.
    rows_left = np.flatnonzero(~squeezed.spare(room + 0.5))
    left = thin.only(rows_left)
    if np.bincount(left.demand, minlength=left.weight.size).min() == 0:
        return NO_ANSWER
    model, x = set_cover_model(left)
    scale = _unit(thin.size)
    limit = (room + 0.25) / scale
    out = model.solve(
        watch, cost=_costs(model, x, left.size / scale), seed=seed, stage="deciding", plans_known=True,
        below=(room + 0.5) / scale, enough=lambda best, bound: best <= limit or bound > limit,
    )  # fmt: skip
    if out.x is not None:
        chosen = rows_left[np.flatnonzero(out.x[x] > 0.5)]
        if float(thin.size[chosen].sum()) <= room and thin.value(chosen) <= 0.0:
            return done(kept[chosen])
    return NO_ANSWER if out.bound > limit else replace(unknown, stopped_by=out.stopped_by or "engine")


def _unit(size: Floats) -> float:
    """Return what to divide sizes by for HiGHS: the common one, by which it counts sites, else their sum."""
    largest = float(size.max(initial=0.0))
    return max(largest if (size == largest).all() else float(size.sum()), 1.0)


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
