"""Which engine answers which question, and how their bounds are put together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from geo.siting import _kernels as kernels
from geo.siting._branch import Enough, Outcome, Search, Watch
from geo.siting._highs import INFINITE, Model
from geo.siting._losses import (
    LossTable,
    dominated_sites,
    merge_demand,
)
from geo.siting._milp import SitingModel, add_losses
from geo.siting._prepared import Case
from geo.types import Bools, Floats, Index

#: Branches our own search may look at before HiGHS takes over what is left, for many sites and for few:
#: with few the gap is wide, which branching closes and linear programmes do not.
_NODES, _NODES_FEW, _FEW = 3_000, 100_000, 20


def most_nodes(size: Floats, room: float) -> int:
    """Return how many branches to look at, by how many sites the resource allows."""
    few = bool(size.size) and room <= _FEW * float(np.median(size))
    return _NODES_FEW if few else _NODES


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Open choices (numbers of sites), value and bound as a loss or cost, and how the search ended."""

    sites: Index
    value: float
    bound: float
    stopped_by: str = ""
    infeasible: bool = False
    flow: tuple[Index, Index, Floats] | None = None
    counts: dict[str, int] = field(default_factory=dict)


NO_ANSWER = Answer(np.empty(0, dtype=np.int64), np.inf, np.inf, infeasible=True)


def resource(case: Case) -> tuple[Bools, Floats, float]:
    """Return which choices the one resource allows, what each takes of it, and how much there is."""
    old = case.closable[case.choices]
    costs = case.problem.sites.costs[case.choices]
    if case.rules.new is not None:
        return ~old, np.ones(old.size), float(case.rules.new)
    if case.rules.budget is not None:
        return ~old, costs, float(case.rules.budget)
    return old, np.ones(old.size), float(old.sum() - case.rules.close)


def open_required(case: Case, table: LossTable, room: float) -> tuple[LossTable, float, Bools]:
    """Open the required sites for good; return what is left of table and room, and which rows they were."""
    required = np.isin(case.choices, case.required)
    cap = table.cap.copy()
    for row in np.flatnonzero(required):
        kernels.open_site(table.start, table.demand, table.loss, cap, row)
    return replace(table, cap=cap), room - float(table.size[required].sum()), required


def choose_most(case: Case, watch: Watch, *, seed: int, gap: float, cutoff: float = np.inf) -> Answer:
    """Answer coverage or least minutes under one resource: bounds, reductions, branching, then HiGHS."""
    allowed, size, room = resource(case)
    table, room, required = open_required(case, replace(case.table(), size=size), room)
    if room < -1e-9 or (required & ~allowed).any():
        return NO_ANSWER
    rows = np.flatnonzero(allowed & ~required & (size <= room + 1e-9))
    small, _, _ = merge_demand(table.only(rows))
    thin = ~dominated_sites(small)
    rows = rows[thin]
    small = small.only(np.flatnonzero(thin))
    total = case.total if case.goal == "cover_most" else 0.0
    enough = Enough(gap=gap, total=total, cutoff=cutoff)
    outcome = Search(small, room, watch, enough=enough, seed=seed).run(
        most_nodes=most_nodes(small.size, room)
    )
    if outcome.stopped_by == "nodes":
        outcome = finish(small, room, outcome, watch, seed=seed, enough=enough)
    counts = {
        "candidates": int(allowed.sum()), "candidates_kept": int(rows.size),
        "candidates_left": int(outcome.left.size),
        "demand": int(case.weight.size), "demand_merged": int(small.weight.size), "nodes": outcome.nodes,
    }  # fmt: skip
    chosen = case.choices[np.concatenate([np.flatnonzero(required), rows[outcome.opened]])]
    chosen = close_no_more(case, chosen)
    none = not np.isfinite(outcome.value) or outcome.value >= cutoff
    if none and not outcome.stopped_by:
        return replace(NO_ANSWER, bound=outcome.bound, counts=counts)
    return Answer(
        chosen,
        outcome.value,
        outcome.bound,
        outcome.stopped_by,
        none and not outcome.stopped_by,
        None,
        counts,
    )


def close_no_more(case: Case, chosen: Index) -> Index:
    """Keep existing sites open that nobody would miss, until no more are closed than asked."""
    if not case.rules.close:
        return chosen
    closable = np.flatnonzero(case.closable)
    staying = closable.size - case.rules.close
    spare = np.setdiff1d(closable, chosen)
    more = max(staying - int(np.isin(closable, chosen).sum()), 0)
    return np.concatenate([chosen, spare[:more]])


def finish(
    table: LossTable, room: float, outcome: Outcome, watch: Watch, *, seed: int, enough: Enough
) -> Outcome:
    """Let HiGHS prove what is left after the root, on levels that grow until none beyond them is used.

    A shortened list of levels charges the next loss to whoever is served beyond it, which is never more
    than the truth; so its optimum is a bound of the whole problem, and exact once it is nobody's.
    """
    left, _, _ = merge_demand(table.only(outcome.left))
    reach = _levels_within(left, 8) if left.loss.size else left.cap.copy()
    best, value, bound, stopped = outcome.opened, outcome.value, outcome.bound, "time"
    while watch.left > 0.0:
        model = Model()
        x = model.columns(left.sites, whole=True)
        model.row(-INFINITE, room, x, left.size)
        short = left.only(np.arange(left.sites), reach)
        terms = add_losses(model, x, short, np.arange(reach.size), np.zeros(reach.size, dtype=bool))
        costs, constant = terms.cost(left.weight, model.width)
        position = np.searchsorted(outcome.left, best)
        inside = np.isin(best, outcome.left).all() and best.size > 0
        start = (x, np.isin(x, position).astype(float)) if inside else None
        out = model.solve(watch, cost=costs, gap=enough.gap, seed=seed, start=start)
        if out.x is None:
            stopped = out.stopped_by
            break
        opened = outcome.left[np.flatnonzero(out.x[x] > 0.5)]
        truth = table.value(opened)
        if truth < value:
            best, value = opened, truth
        bound = max(bound, min(out.bound + constant, outcome.value))
        stopped = out.stopped_by
        first, _, _ = kernels.two_best(
            left.start, left.demand, left.loss, left.cap, np.flatnonzero(out.x[x] > 0.5)
        )
        beyond = first > reach + 1e-12
        if stopped or not beyond.any() or value - bound <= 1e-9 * abs(value):
            break
        reach = np.where(beyond, np.minimum(first * 1.2 + 1e-9, left.cap), reach)
    if not stopped:
        bound = max(bound, value) if not enough.gap else bound
    return Outcome(best, value, min(bound, value), stopped, outcome.left, outcome.nodes)


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
    case: Case, watch: Watch, *, seed: int, gap: float, start: Index | None = None, radius: int | None = None
) -> Answer:
    """Answer any question by the whole model in HiGHS."""
    made = SitingModel(case, radius=radius)
    width = made.model.width
    costs, constant = goal_cost(made)
    warm = None if start is None else (made.x, np.isin(case.choices, start).astype(float))
    out = made.model.solve(watch, cost=costs, gap=gap, seed=seed, start=warm)
    counts = {"candidates": int(case.choices.size), "demand": int(case.weight.size), "columns": width}
    if out.x is None:
        return Answer(
            np.empty(0, dtype=np.int64),
            np.inf,
            out.bound + constant,
            out.stopped_by,
            out.infeasible,
            None,
            counts,
        )
    sites = case.choices[out.x[made.x] > 0.5]
    return Answer(
        sites,
        out.objective + constant,
        out.bound + constant,
        out.stopped_by,
        False,
        flow_of(made, out.x),
        counts,
    )


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


def flow_of(made: SitingModel, x: Floats) -> tuple[Index, Index, Floats] | None:
    """Return the assigned shares of a solved model with capacities."""
    if made.flow is None:
        return None
    site, demand, column = made.flow
    return site, demand, x[column]
