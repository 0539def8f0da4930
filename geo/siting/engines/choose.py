"""Which engine answers which question, and how their bounds are put together.

Every engine writes what it finds into a :class:`Record`, so that whatever ends it, the best plan and the
best bound so far are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geo.siting.engines import kernels
from geo.siting.engines.branch import Enough, Outcome, Search, rounded_up
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import (
    LossTable,
    dominated_sites,
    merge_demand,
)
from geo.siting.engines.milp import SitingModel, add_losses
from geo.siting.engines.proof import Flow, Record, Watch
from geo.siting.prepared import Case
from geo.siting.rules import breaks, closes_right, loss_of
from geo.types import Bools, Floats, Index

#: Branches our own search may look at before HiGHS takes over what is left, for many sites and for few:
#: with few the gap is wide, which branching closes and linear programmes do not.
_NODES, _NODES_FEW, _FEW = 3_000, 100_000, 20


def most_nodes(size: Floats, room: float) -> int:
    """Return how many branches to look at, by how many sites the resource allows."""
    few = bool(size.size) and room <= _FEW * float(np.median(size))
    return _NODES_FEW if few else _NODES


def resource(case: Case) -> tuple[Bools, Floats, float]:
    """Return which choices the one resource allows, what each takes of it, and how much there is.

    All three are whole numbers: sites, or money in its smallest unit.
    """
    old = case.closable[case.choices]
    if case.only_closes:
        return old, np.ones(old.size), float(old.sum() - case.closing)
    if case.rules.new is not None:
        return ~old, np.ones(old.size), float(case.rules.new)
    return ~old, case.money.units[case.choices], case.money.budget


def open_required(case: Case, table: LossTable, room: float) -> tuple[LossTable, float, Bools]:
    """Open the required sites for good; return what is left of table and room, and which rows they were."""
    required = np.isin(case.choices, case.required)
    cap = table.cap.copy()
    for row in np.flatnonzero(required):
        kernels.open_site(table.start, table.demand, table.loss, cap, row)
    return replace(table, cap=cap), room - float(table.size[required].sum()), required


def choose_most(
    case: Case, watch: Watch, record: Record, *, seed: int, gap: float, cutoff: float = np.inf
) -> str:
    """Answer coverage or least minutes under one resource: bounds, reductions, branching, then HiGHS.

    Rules beyond the resource are not looked at: what is proven holds with them, a plan may not.

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    allowed, size, room = resource(case)
    table, room, required = open_required(case, replace(case.table(), size=size), room)
    if room < 0 or (required & ~allowed).any():
        record.prove(np.inf)
        return ""
    rows = np.flatnonzero(allowed & ~required & (size <= room))
    small, _, _ = merge_demand(table.only(rows))
    thin = ~dominated_sites(small)
    rows = rows[thin]
    small = small.only(np.flatnonzero(thin))
    # With all of them open nobody loses more than the least possible.
    record.prove(rounded_up(small.value(np.arange(small.sites)) * (1.0 - 1e-12), small.step))
    total = case.total if case.goal == "cover_most" else 0.0
    enough = Enough(gap=gap, total=total, cutoff=cutoff)
    outcome = Search(small, room, watch, enough=enough, seed=seed).run(
        most_nodes=most_nodes(small.size, room)
    )

    def note(found: Outcome) -> None:
        record.prove(found.bound)
        if found.value < np.inf:
            chosen = case.choices[np.concatenate([np.flatnonzero(required), rows[found.opened]])]
            record.offer(close_no_more(case, chosen), found.value)

    note(outcome)
    if outcome.stopped_by == "nodes":
        outcome = finish(small, room, outcome, watch, seed=seed, enough=enough)
        note(outcome)
    record.counts |= {
        "candidates": int(allowed.sum()), "candidates_kept": int(rows.size),
        "candidates_left": int(outcome.left.size),
        "demand": int(case.weight.size), "demand_merged": int(small.weight.size), "nodes": outcome.nodes,
    }  # fmt: skip
    return outcome.stopped_by


def close_no_more(case: Case, chosen: Index) -> Index:
    """Keep existing sites open that nobody would miss, until no more are closed than asked."""
    if not case.closing:
        return chosen
    closable = np.flatnonzero(case.closable)
    staying = closable.size - case.closing
    spare = np.setdiff1d(closable, chosen)
    more = max(staying - int(np.isin(closable, chosen).sum()), 0)
    return np.concatenate([chosen, spare[:more]])


def finish(
    table: LossTable, room: float, outcome: Outcome, watch: Watch, *, seed: int, enough: Enough
) -> Outcome:
    """Let HiGHS prove what is left after the root, on levels that grow until none beyond them is used.

    A shortened list of levels charges the next loss to whoever is served beyond it, which is never more
    than the truth; so its optimum is a bound of the whole problem, and exact once it is nobody's. Of the
    sites that were ruled out it says nothing: with those, plans lose ``outcome.beyond`` or more.
    """
    left, _, _ = merge_demand(table.only(outcome.left))
    reach = _levels_within(left, 8) if left.loss.size else left.cap.copy()
    best, value, bound, stopped = outcome.opened, outcome.value, outcome.bound, watch.why
    while not watch.over:
        model = Model()
        x = model.columns(left.sites, whole=True)
        model.row(-INFINITE, room, x, left.size)
        short = left.only(np.arange(left.sites), reach)
        terms = add_losses(model, x, short, np.arange(reach.size), np.zeros(reach.size, dtype=bool))
        costs, constant = terms.cost(left.weight, model.width)
        position = np.searchsorted(outcome.left, best)
        inside = np.isin(best, outcome.left).all() and best.size > 0
        start = (x, np.isin(x, position).astype(float)) if inside else None
        out = model.solve(watch, cost=costs, seed=seed, start=start, enough=_decides(enough, constant))
        known = min(out.bound + constant, outcome.beyond)
        bound = max(bound, rounded_up(known, table.step))
        stopped = "" if out.stopped_by == "enough" else out.stopped_by
        if out.x is None:
            break
        chosen = np.flatnonzero(out.x[x] > 0.5)
        opened = outcome.left[chosen]
        if float(table.size[opened].sum()) <= room:
            truth = table.value(opened)
            if truth < value:
                best, value = opened, truth
        first, _, _ = kernels.two_best(left.start, left.demand, left.loss, left.cap, chosen)
        beyond = first > reach + 1e-12
        if stopped or not beyond.any() or value - bound <= 1e-9 * abs(value):
            break
        reach = np.where(beyond, np.minimum(first * 1.2 + 1e-9, left.cap), reach)
    return replace(outcome, opened=best, value=value, bound=min(bound, value), stopped_by=stopped)


def _decides(enough: Enough, constant: float) -> Callable[[float, float], bool]:
    """Return when HiGHS may stop, given its value and bound: asked for a goal, or for a gap of the answer."""

    def look(value: float, bound: float) -> bool:
        value, bound = value + constant, bound + constant
        if np.isfinite(enough.goal):
            return value <= enough.goal or bound > enough.goal + 1e-9 * abs(enough.goal)
        return bool(np.isfinite(value)) and value - bound <= enough.gap * abs(enough.total - value)

    return look


def _levels_within(table: LossTable, count: int) -> Floats:
    """Return a loss per demand below which about ``count`` of its sites lie."""
    at, _, entry = kernels.turn(table.start, table.demand, table.weight.size)
    owner = np.repeat(np.arange(table.weight.size), np.diff(at))
    loss = table.loss[entry]
    order = np.lexsort((loss, owner))
    place = at[:-1] + count
    reach: Floats = np.where(place < at[1:], loss[order][np.minimum(place, max(loss.size - 1, 0))], table.cap)
    return np.minimum(reach, table.cap)


def by_model(
    case: Case, watch: Watch, record: Record, *, seed: int, gap: float, radius: int | None = None
) -> str:
    """Answer any question by the whole model in HiGHS, beginning with the plan on record.

    HiGHS keeps rules within tolerances, so each of its plans is counted afresh; one that breaks a rule is
    cut off, with all that must break it too, and the search goes on.

    Returns
    -------
    str
        Why the search ended early, else empty.
    """
    if watch.over:
        return watch.why
    made = SitingModel(case, radius=radius)
    costs, constant = goal_cost(made)
    record.counts |= {
        "candidates": int(case.choices.size), "demand": int(case.weight.size), "columns": made.model.width,
    }  # fmt: skip
    total = case.total if case.goal == "cover_most" else 0.0
    # To know that all can be served within a time any plan will do.
    decides = _decides(Enough(gap=gap, total=total) if radius is None else Enough(gap=1.0), constant)
    while True:
        warm = (made.x, np.isin(case.choices, record.sites).astype(float)) if record.value < np.inf else None
        out = made.model.solve(watch, cost=costs, seed=seed, start=warm, enough=decides)
        stopped = "" if out.stopped_by == "enough" else out.stopped_by
        record.prove(_cost_bound(case, out.bound) if case.goal == "cover_all" else out.bound + constant)
        if out.x is None:
            return stopped
        chosen = out.x[made.x] > 0.5
        sites = case.choices[chosen]
        if made.flow is not None:
            record.offer(sites, out.objective + constant, flow_of(made, out.x))
            return stopped
        broken = breaks(case, sites, most=radius)
        if not broken and closes_right(case, sites):
            record.offer(sites, loss_of(case, sites) if radius is None else case.cost_of(sites))
            return stopped
        if out.stopped_by == "engine" or watch.over:
            return watch.why if watch.over else "engine"
        cut_off(made, chosen, broken == "too much")


def _cost_bound(case: Case, bound: float) -> float:
    """Return a bound of the cost, rounded up to the smallest unit of money."""
    units = 10.0**case.money.places
    return rounded_up(bound * units, 1.0) / units if np.isfinite(bound) else bound


def cut_off(made: SitingModel, chosen: Bools, too_much: bool) -> None:
    """Bar a plan from a model, with all larger ones, or with all smaller ones."""
    if too_much:
        made.model.row(-INFINITE, float(chosen.sum()) - 1.0, made.x[chosen], 1.0)
    else:
        made.model.row(1.0, INFINITE, made.x[~chosen], 1.0)


def most_covered(
    case: Case, watch: Watch, record: Record, *, seed: int, gap: float, cutoff: float = np.inf
) -> str:
    """Answer coverage or least minutes under any rules: without the side rules first, where that is easy.

    What is proven without them holds with them, and a plan that happens to keep them is a start.
    """
    if not case.has_side_rules:
        loose = Record(record.bound)
        stopped = choose_most(case, watch, loose, seed=seed, gap=gap, cutoff=cutoff)
        return _taken(case, watch, record, loose, stopped, seed=seed, gap=gap)
    if case.closing:
        return by_model(case, watch, record, seed=seed, gap=gap)
    loose = Record(record.bound)
    stopped = choose_most(case, watch.part(0.3, 20.0), loose, seed=seed, gap=gap)
    return _taken(case, watch, record, loose, stopped, seed=seed, gap=gap)


def _taken(
    case: Case, watch: Watch, record: Record, loose: Record, stopped: str, *, seed: int, gap: float
) -> str:
    """Take over what was found without the side rules; go on with all of them where its plan breaks one."""
    record.prove(loose.bound)
    record.counts |= loose.counts
    if record.bound == np.inf:
        return ""
    if loose.value < np.inf and not case.has_capacity and not breaks(case, loose.sites):
        record.offer(loose.sites, loose.value if case.rules.copies == 1 else loss_of(case, loose.sites))
    done = record.value == loose.value
    if done and (not stopped or not case.has_side_rules):
        # Also where no plan is in hand: none beats the cutoff, or the clock ran out first.
        return stopped
    if watch.over:
        return watch.why
    return by_model(case, watch, record, seed=seed, gap=gap)


def goal_cost(made: SitingModel) -> tuple[Floats, float]:
    """Return the goal as costs of the model's columns, and a constant."""
    case, width = made.case, made.model.width
    costs = np.zeros(width)
    if case.goal == "cover_all" or made.radius is not None:
        fresh = np.isin(case.choices, case.candidates)
        costs[made.x[fresh]] = case.problem.sites.costs[case.choices[fresh]]
        return costs, 0.0
    terms = made.minutes if case.goal == "least_minutes" else made.cover
    assert terms is not None
    return terms.cost(case.weight, width)


def flow_of(made: SitingModel, x: Floats) -> Flow | None:
    """Return the assigned shares of a solved model with capacities."""
    if made.flow is None:
        return None
    site, demand, column, counts = made.flow
    return site, demand, x[column], counts
