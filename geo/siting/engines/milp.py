"""The whole question as a mixed-integer programme: every rule a row, every family able to give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.siting.engines import kernels
from geo.siting.engines.highs import INFINITE, Model
from geo.siting.engines.losses import (
    LossTable,
    merge_demand,
    sums,
)
from geo.siting.prepared import Case
from geo.types import Bools, Floats, Index

#: Families of rules that may be asked to give way where a question has no answer.
FAMILIES = (
    "new", "budget", "close", "least_sites", "too_close", "area_floor", "cell_floor", "group_floor",
    "part_floor", "capacity", "share", "reach",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Loss per person as a sum over columns, for demand merged by ``group``.

    ``loss[j] = base[g] + sum(amount * x[column])`` over the columns whose ``demand`` is ``g = group[j]``.
    """

    base: Floats
    column: Index
    demand: Index
    amount: Floats
    group: Index

    def cost(self, weight: Floats, width: int) -> tuple[Floats, float]:
        """Return the weighted loss as one cost per column of the model, and a constant."""
        merged = sums(self.group, weight, self.base.size)
        costs = sums(self.column, self.amount * merged[self.demand], width)
        return costs, float(self.base @ merged)


def add_losses(
    model: Model,
    x: Index,
    table: LossTable,
    group: Index,
    must: Bools,
    slack: float = 0.0,
    *,
    exact: bool = False,
) -> Terms:
    """Add the losses of a table as a chain of levels per demand (Elloumi 2010).

    ``z`` of level ``k`` is 1 where no site up to that level is open, so a demand loses the least level
    plus every step up to the one it is served at. Where ``must`` holds, the last ``z`` is at most ``slack``.
    With ``exact`` a ``z`` cannot stay 1 though a site is open, for goals that gain by worse coverage.
    """
    at, row, entry = kernels.turn(table.start, table.demand, table.weight.size)
    owner = np.repeat(np.arange(table.weight.size), np.diff(at))
    loss = table.loss[entry] if table.loss.size else np.zeros(entry.size)
    order = np.lexsort((loss, owner))
    row, loss = row[order], loss[order]
    fresh = np.ones(order.size, dtype=bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (loss[1:] != loss[:-1])
    level, head, value = np.cumsum(fresh) - 1, owner[fresh], loss[fresh]
    first = np.ones(head.size, dtype=bool)
    first[1:] = head[1:] != head[:-1]
    last = np.roll(first, -1)
    above = np.where(last, table.cap[head], np.roll(value, -1))
    z = model.columns(head.size, upper=np.where(last & must[head], slack, 1.0))
    # z[k] + (sites of level k) >= z[k - 1], where z before the first level is 1.
    number = np.arange(head.size)
    later = number[~first]
    model.rows(
        first.astype(float), INFINITE, np.concatenate([level, number, later]),
        np.concatenate([x[row], z, z[later - 1]]),
        np.concatenate([np.ones(row.size + head.size), -np.ones(later.size)]), head.size,
    )  # fmt: skip
    if exact:
        # z[k] + x <= 1 for each site of level k, and z[k] <= z[k - 1].
        entries = np.arange(row.size)
        model.rows(-INFINITE, 1.0, np.tile(entries, 2), np.concatenate([x[row], z[level]]), 1.0, row.size)
        steps = np.arange(later.size)
        model.rows(
            -INFINITE, 0.0, np.tile(steps, 2), np.concatenate([z[later], z[later - 1]]),
            np.repeat([1.0, -1.0], later.size), later.size,
        )  # fmt: skip
    base = table.cap.copy()
    base[head[first]] = value[first]
    return Terms(base, z, head, above - value, group)


class SitingModel:
    """A model of one case; families in ``elastic`` may give way, which their slack columns measure.

    Parameters
    ----------
    case
        The question.
    elastic
        Families that may give way.
    radius
        Milliseconds within which everyone must be served (least worst minute), or None.
    """

    def __init__(
        self, case: Case, *, elastic: frozenset[str] = frozenset(), radius: int | None = None
    ) -> None:
        self.case, self.elastic, self.radius = case, elastic, radius
        self.model = Model()
        #: People of those who count in the goal: what "reach" gives way by, however they are weighted.
        self.counted = np.where(case.weight > 0, np.asarray(case.problem.demand.people, dtype=float), 0.0)
        self.slack: dict[str, list[tuple[Index, Floats]]] = {}
        must = np.isin(case.choices, case.required)
        self.x = self.model.columns(case.choices.size, lower=must.astype(float), whole=True)
        self.column = np.full(case.problem.sites.count, -1, dtype=np.int64)
        self.column[case.choices] = self.x
        self.flow: tuple[Index, Index, Index, Floats] | None = None
        self.tight: Index = np.empty(0, dtype=np.int64)
        self.cover: Terms | None = None
        self.minutes: Terms | None = None
        self._count_rules()
        self._place_rules()
        if case.has_capacity:
            self._assign()
        else:
            self._levels()
        self._coverage_rules()

    def _give(self, family: str, count: int, scale: Floats | float = 1.0, *, whole: bool = False) -> Index:
        """Return slack columns of a family, fixed at 0 where it may not give way."""
        columns = self.model.columns(count, upper=INFINITE if family in self.elastic else 0.0, whole=whole)
        self._gives(family, columns, np.broadcast_to(np.asarray(scale, dtype=float), (count,)))
        return columns

    def _gives(self, family: str, columns: Index, scale: Floats) -> None:
        self.slack.setdefault(family, []).append((columns, scale))

    def _count_rules(self) -> None:
        case, rules, model = self.case, self.case.rules, self.model
        fresh = self.column[case.candidates]
        new = 0 if case.rules.new is None and case.goal != "cover_all" and rules.budget is None else rules.new
        if new is not None:
            slack = self._give("new", 1, whole=True)
            model.row(-INFINITE, new, np.concatenate([fresh, slack]), [*[1.0] * fresh.size, -1.0])
        if rules.budget is not None:
            self._within_budget(fresh)
        if case.closing:
            old = self.column[np.flatnonzero(case.closable)]
            slack = self._give("close", 1, whole=True)
            # Too few closable sites is the only way to fail, so the slack stands for closing fewer.
            stay = int(case.closable.sum()) - case.closing
            model.row(stay, stay, np.concatenate([old, slack]), [*[1.0] * old.size, -1.0])

    def _within_budget(self, fresh: Index) -> None:
        """Money as a share of all there is to spend, which keeps the numbers small for HiGHS."""
        money = self.case.money
        units = money.units[self.case.candidates]
        most = max(float(units.sum()), 1.0)
        slack = self._give("budget", 1, money.worth(most))
        # Costs are whole units, so half a unit more than the budget excludes nothing and admits nothing.
        limit = (money.budget + 0.5) / most
        self.model.row(-INFINITE, limit, np.concatenate([fresh, slack]), [*(units / most), -1.0])

    def _place_rules(self) -> None:
        case = self.case
        names, area = case.area_of_sites()
        short = [np.empty(0, dtype=np.int64)]
        for number, name in enumerate(names):
            here = np.flatnonzero(area == number)
            columns = self.column[here][self.column[here] >= 0]
            least = case.rules.least_sites[name] - int(np.isin(here, case.kept).sum())
            slack = self._give("least_sites", 1, whole=True)
            given_up = self.model.columns(1, upper=float(case.rules.missing_sites), whole=True)
            short.append(given_up)
            self.model.row(least, INFINITE, np.concatenate([columns, slack, given_up]), 1.0)
        if case.rules.missing_sites and names:
            self.model.row(-INFINITE, case.rules.missing_sites, np.concatenate(short), 1.0)
        pairs = case.pairs
        if len(pairs):
            slack = self._give("too_close", len(pairs))
            place = self.column[pairs]
            row = np.repeat(np.arange(len(pairs)), 2).reshape(-1, 2)
            decided = place >= 0
            columns = np.concatenate([place[decided], slack])
            value = np.concatenate([np.ones(int(decided.sum())), -np.ones(len(pairs))])
            # A site that stays takes up the only place of its pair.
            room = decided.sum(axis=1) - 1.0
            rows = np.concatenate([row[decided], np.arange(len(pairs))])
            self.model.rows(-INFINITE, room, rows, columns, value, len(pairs))

    @property
    def wants_cover(self) -> bool:
        """Whether the goal or a floor asks for coverage."""
        rules = self.case.rules
        return bool(rules.floors) or (self.radius is None and self.case.goal in ("cover_all", "cover_most"))

    @property
    def all_covered(self) -> bool:
        """Whether all who count must be covered."""
        return self.case.goal == "cover_all" and self.case.rules.share >= 1.0

    def _levels(self) -> None:
        """Losses without capacities: everyone goes to the best open site."""
        case = self.case
        give = 1.0 if "reach" in self.elastic else 0.0
        if self.radius is not None:
            table, _, group = merge_demand(case.table(most=self.radius))
            terms = add_losses(self.model, self.x, table, group, table.cap > 0, give)
            self._served(terms, sums(group, self.counted))
        elif case.goal == "least_minutes":
            table = case.table()
            must = (table.cap >= case.unserved) & (case.rules.unserved_seconds is None)
            everyone = np.arange(table.weight.size)
            self.minutes = add_losses(self.model, self.x, table, everyone, must, give)
            last = self.minutes.demand != np.roll(self.minutes.demand, -1)
            if last.size:
                last[-1] = True
            self._served(self.minutes, np.where(must, self.counted, 0.0), last)
        if self.wants_cover:
            self.cover = self._backup_levels() if case.rules.copies > 1 else self._cover_levels(give)

    def _served(self, terms: Terms, weight: Floats, last: Bools | None = None) -> None:
        last = np.ones(terms.column.size, dtype=bool) if last is None else last
        self._gives("reach", terms.column[last], weight[terms.demand[last]])

    def _cover_levels(self, give: float) -> Terms:
        """Coverage by one site, in part where it decays; people left out are the loss."""
        case = self.case
        table = case.cover_table()
        label = np.unique(table.cap, return_inverse=True)[1].reshape(-1)
        if self.all_covered:
            label = label * 2 + (case.weight > 0)
        table, _, group = merge_demand(table, label=label)
        weight = np.bincount(group, weights=case.weight)
        must = (table.cap > 0) & (weight > 0) & self.all_covered
        exact = case.rules.fair == "gini"
        terms = add_losses(self.model, self.x, table, group, must, give, exact=exact)
        if self.all_covered:
            self._served(terms, np.where(must, sums(group, self.counted), 0.0))
        return terms

    def _backup_levels(self) -> Terms:
        """Coverage by several sites: ``need * z + open sites in reach >= need``, z whole."""
        case = self.case
        start, demand, _ = case.cover
        kept = np.zeros(case.weight.size, dtype=np.int64)
        for site in case.kept:
            kept[demand[start[site] : start[site + 1]]] += 1
        need = np.maximum(case.rules.copies - kept, 0)
        table = case.cover_table(nothing_kept=True)
        table, _, group = merge_demand(table, label=need * 2 + (case.weight > 0))
        need = need[np.unique(group, return_index=True)[1]]
        weight = np.bincount(group, weights=case.weight)
        must = (weight > 0) & (need > 0) & self.all_covered
        z = self.model.columns(
            need.size, upper=np.where(must & ("reach" not in self.elastic), 0.0, 1.0), whole=True
        )
        row = np.repeat(np.arange(table.sites), np.diff(table.start))
        self.model.rows(
            need, INFINITE, np.concatenate([table.demand, np.arange(need.size)]),
            np.concatenate([self.x[row], z]), np.concatenate([np.ones(row.size), need]), need.size,
        )  # fmt: skip
        if case.rules.fair == "gini":
            # z must be 0 where enough are open: open sites + (all - need + 1) z <= all.
            every = np.bincount(table.demand, minlength=need.size)
            self.model.rows(
                -INFINITE, np.maximum(every, need), np.concatenate([table.demand, np.arange(need.size)]),
                np.concatenate([self.x[row], z]),
                np.concatenate([np.ones(row.size), np.maximum(every, need) - need + 1.0]), need.size,
            )  # fmt: skip
        terms = Terms(np.zeros(need.size), z, np.arange(need.size), (need > 0).astype(float), group)
        if self.all_covered:
            self._served(terms, np.where(must, sums(group, self.counted), 0.0))
        return terms

    def _assign(self) -> None:
        """Capacities: people are shared out over the open sites that have room for them."""
        case, model = self.case, self.model
        timed = case.goal == "least_minutes" or self.radius is not None
        # A floor counts those too who have no weight in the goal.
        timed_by = case.everyone if case.rules.floors else case.reach
        start, entry, milliseconds = timed_by if timed else case.cover
        demand = entry.astype(np.int64)
        site = np.repeat(np.arange(start.size - 1), np.diff(start))
        use = (self.column[site] >= 0) | np.isin(site, case.kept)
        if self.radius is not None:
            use &= (milliseconds <= self.radius) | (case.weight[demand] <= 0)
        site, demand, milliseconds = site[use], demand[use], milliseconds[use]
        u = model.columns(site.size)
        people = np.asarray(case.problem.demand.people, dtype=float)
        self._room(site, demand, u, people)
        decided = np.flatnonzero(self.column[site] >= 0)
        model.rows(
            -INFINITE, 0.0, np.tile(np.arange(decided.size), 2),
            np.concatenate([u[decided], self.column[site[decided]]]),
            np.repeat([1.0, -1.0], decided.size), decided.size,
        )  # fmt: skip
        count = people.size
        left = model.columns(count)
        model.rows(
            1.0, 1.0, np.concatenate([demand, np.arange(count)]), np.concatenate([u, left]), 1.0, count
        )
        self._assigned_terms(site, demand, milliseconds, u, left)

    def _room(self, site: Index, demand: Index, u: Index, people: Floats) -> None:
        case = self.case
        capacity = case.problem.sites.capacities
        tight = np.flatnonzero(
            np.isfinite(capacity) & ((self.column >= 0) | np.isin(np.arange(capacity.size), case.kept))
        )
        self.tight = tight
        number = np.full(capacity.size, -1, dtype=np.int64)
        number[tight] = np.arange(tight.size)
        here = number[site] >= 0
        slack = self._give("capacity", tight.size)
        decided = self.column[tight] >= 0
        self.model.rows(
            -INFINITE, np.where(decided, 0.0, capacity[tight]),
            np.concatenate([number[site[here]], np.arange(tight.size), np.flatnonzero(decided)]),
            np.concatenate([u[here], slack, self.column[tight[decided]]]),
            np.concatenate([people[demand[here]], -np.ones(tight.size), -capacity[tight[decided]]]),
            tight.size,
        )  # fmt: skip

    def _assigned_terms(self, site: Index, demand: Index, milliseconds: Any, u: Index, left: Index) -> None:
        case, everyone = self.case, np.arange(left.size)
        unserved = 0.0
        must = (case.weight > 0) & (self.radius is not None or self.all_covered)
        if case.goal == "least_minutes" and self.radius is None:
            must = (case.weight > 0) & (case.rules.unserved_seconds is None)
            unserved = case.unserved
            self.minutes = Terms(
                np.zeros(left.size), np.concatenate([u, left]), np.concatenate([demand, everyone]),
                np.concatenate([milliseconds.astype(float), np.where(must, 0.0, unserved)]), everyone,
            )  # fmt: skip
        if must.any():
            self._gives("reach", left[must], self.counted[must])
            if "reach" not in self.elastic:
                self.model.row(0.0, 0.0, left[must], 1.0)
        inside = milliseconds <= case.limit[demand]
        share = case.partial(milliseconds[inside])
        counts = np.zeros(u.size)
        counts[inside] = share
        self.flow = (site, demand, u, counts)
        self.cover = Terms(np.ones(left.size), u[inside], demand[inside], -share, everyone)

    def _coverage_rules(self) -> None:
        """Floors by label, and the share that has to be covered."""
        case, rules = self.case, self.case.rules
        if self.cover is None:
            return
        people = np.asarray(case.problem.demand.people, dtype=float)
        for family, _, entries, share in case.floors:
            inside = np.zeros(people.size)
            inside[entries] = people[entries]
            if share > 0 and inside.any():
                self._at_most(family, inside, (1.0 - share) * float(inside.sum()))
        if case.goal == "cover_all" and rules.share < 1.0:
            self._at_most("share", case.weight, (1.0 - rules.share) * case.total)

    def _at_most(self, family: str, weight: Floats, most: float) -> None:
        assert self.cover is not None
        slack = self._give(family, 1)
        costs, constant = self.cover.cost(weight, self.model.width)
        column = np.flatnonzero(costs)
        # Shares are fractions of people: leave room for their rounding, far below one person.
        tolerance = 1e-9 * max(float(weight.sum()), 1.0)
        self.model.row(
            -INFINITE, most - constant + tolerance, np.concatenate([column, slack]), [*costs[column], -1.0]
        )
