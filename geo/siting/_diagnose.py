"""Why a question has no answer: each rule is let give way alone, and how far it has to is measured.

A rule is named alone only where a plan was found that keeps all the others, counted afresh.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from geo.limits import NO_LIMIT_MS
from geo.siting.engines.choose import flow_of
from geo.siting.engines.milp import FAMILIES, SitingModel
from geo.siting.engines.proof import Watch
from geo.siting.plan import Culprit
from geo.siting.prepared import Case
from geo.siting.recount import recount
from geo.siting.rules import ROUNDING
from geo.text import Text
from geo.types import Bools, Floats, Index


@dataclass(frozen=True, slots=True)
class _Family:
    """The unit of a rule, and how it is said to be broken: by one and by many in English, in Chinese."""

    unit: str
    one: str
    many: str
    zh: str

    def say(self, amount: float) -> Text:
        # People and sites are whole; rounded up, so that giving way by what is said is enough.
        number = f"{amount:,.2f}" if self.unit == "money" else f"{_whole(amount):,}"
        en = self.one if number == "1" else self.many
        return Text(en.format(number), self.zh.format(number))


_WORDS = {
    "new": _Family(
        "sites", "{} more new site is needed", "{} more new sites are needed", "还需新增 {} 个点位"
    ),
    "budget": _Family("money", "", "The budget is {} too small", "预算还差 {}"),
    "close": _Family(
        "sites",
        "{} site fewer can be closed than is asked for",
        "{} sites fewer can be closed than are asked for",
        "可关闭的点位比要求少 {} 个",
    ),
    "least_sites": _Family(
        "sites",
        "{} site is missing for the least number in each area",
        "{} sites are missing for the least number in each area",
        "各片区最低点位数还差 {} 个",
    ),
    "too_close": _Family(
        "pairs", "{} pair would stand too close", "{} pairs would stand too close", "有 {} 对点位间距不足"
    ),
    "area_floor": _Family(
        "people",
        "{} person is missing for the floor of an area",
        "{} people are missing for the floors of areas",
        "片区覆盖下限还差 {} 人",
    ),
    "cell_floor": _Family(
        "people",
        "{} person is missing for the floor of a grid cell",
        "{} people are missing for the floors of grid cells",
        "网格覆盖下限还差 {} 人",
    ),
    "part_floor": _Family(
        "people",
        "{} person is missing for the share of each part",
        "{} people are missing for the share of each part",
        "各部分的覆盖比例还差 {} 人",
    ),
    "group_floor": _Family(
        "people",
        "{} person is missing for the floor of a group",
        "{} people are missing for the floors of groups",
        "人群覆盖下限还差 {} 人",
    ),
    "capacity": _Family(
        "people", "Room for {} person is missing", "Room for {} people is missing", "容量还差 {} 人"
    ),
    "share": _Family(
        "people",
        "{} person more would have to be covered",
        "{} people more would have to be covered",
        "还需多覆盖 {} 人",
    ),
    "reach": _Family(
        "people",
        "{} person cannot be served as asked",
        "{} people cannot be served as asked",
        "有 {} 人无法按要求得到服务",
    ),
}


def _whole(amount: float) -> int:
    """Return a number rounded up, but for the rounding of sums."""
    return math.ceil(amount - 1e-6)


def unreachable(case: Case, most: int | None = None) -> Culprit | None:
    """Return the demand that no usable site reaches, where all have to be reached."""
    rules = case.rules
    if not _serves_everyone(case):
        return None
    lost = np.flatnonzero(_left_out(case, case.choices, most))
    if not lost.size:
        return None
    people = float(np.asarray(case.problem.demand.people, dtype=float)[lost].sum())
    number, places = _whole(people), lost.size
    people_en, places_en = "person" if number == 1 else "people", "place" if places == 1 else "places"
    who = f"{number:,} {people_en} at {places:,} {places_en}"
    site, zh = "No usable site reaches", "时限内无可用点位可达"
    if rules.copies > 1:
        site, zh = (
            f"Fewer than {rules.copies} usable sites reach",
            f"时限内可达的可用点位不足 {rules.copies} 个",
        )
    return Culprit(
        "reach", people, "people",
        Text(f"{site} {who} in time", f"{places:,} 处共 {number:,} 人，{zh}"),
        tuple(lost.tolist()), minutes_help=_later(case, lost),
    )  # fmt: skip


def pinned_too_close(case: Case) -> Culprit | None:
    """Return the required sites that stand too close to one that stays."""
    pairs = case.pairs_given
    fixed = np.isin(pairs, case.kept) | np.isin(pairs, case.required)
    wrong = pairs[fixed.all(axis=1) & np.isin(pairs, case.required).any(axis=1)]
    if not len(wrong):
        return None
    sites = tuple(int(site) for site in np.unique(wrong))
    return Culprit(
        "too_close", float(len(wrong)), "pairs",
        Text("1 pair of required or standing sites is too close" if len(wrong) == 1
             else f"{len(wrong)} pairs of required or standing sites are too close",
             f"有 {len(wrong)} 对指定点位或现有点位间距不足"),
        (), sites,
    )  # fmt: skip


def culprits(case: Case, watch: Watch, *, radius: int | None = None, seed: int = 0) -> tuple[Culprit, ...]:
    """Name the rules that make a question infeasible, and by how much each would have to give way.

    Rules that are enough alone come each as one culprit; where none is, the least that all have to give
    together (each slack in its own unit, added up). Where the time is too short to tell, what is known to
    be wrong is named, not as enough alone.
    """
    wide = Case(case.problem, case.rules, case.goal, near_too=True)
    lost, pinned = unreachable(case, radius), pinned_too_close(case)
    if lost is not None and pinned is None and not wide.near_kept.any() and _enough(case, radius):
        return (lost,)
    known = tuple(replace(found, alone=False) for found in (lost, pinned) if found is not None)
    if watch.over:
        return (*known, _no_time())
    present = [family for family in FAMILIES if family in SitingModel(wide, radius=radius).slack]
    alone = []
    for number, family in enumerate(present):
        if _may_help(wide, family, lost, pinned):
            part = watch.part(1.0 / (len(present) + 1 - number))
            alone += _measure(wide, frozenset([family]), part, radius, seed)
    if alone:
        return tuple(_in_plain_words(culprit, lost, pinned) for culprit in alone)
    together = _measure(wide, frozenset(present), watch, radius, seed)
    if not together:
        return (*known, _no_time())
    return tuple(replace(_in_plain_words(culprit, lost, pinned), alone=False) for culprit in together)


def _may_help(case: Case, family: str, lost: Culprit | None, pinned: Culprit | None) -> bool:
    """Return whether a rule can be enough alone: those that no site reaches, and fixed pairs, stay."""
    if lost is not None:
        return family == "reach" or (family == "too_close" and bool(case.near_kept.any()))
    return pinned is None or family == "too_close"


def _enough(case: Case, radius: int | None) -> bool:
    """Return whether a plan is at hand that leaves out only those whom no site reaches: all sites open."""
    if case.has_capacity:
        return False
    amounts = _shortages(case, case.choices, radius)
    return all(amount <= 0 or family == "reach" for family, amount in amounts.items())


def _in_plain_words(culprit: Culprit, lost: Culprit | None, pinned: Culprit | None) -> Culprit:
    """Say who is meant where the amount is just that of those whom no site reaches, or of fixed pairs."""
    for known in (lost, pinned):
        if known is None or known.rule != culprit.rule:
            continue
        if abs(known.amount - culprit.amount) <= 1e-9 * max(known.amount, 1.0):
            return replace(known, alone=culprit.alone)
        if known is lost:
            what = Text(
                f"{culprit.what.en}; of them no usable site reaches {_whole(lost.amount):,}",
                f"{culprit.what.zh}，其中 {_whole(lost.amount):,} 人无可用点位可达",
            )
            return replace(culprit, what=what)
    return culprit


def _no_time() -> Culprit:
    return Culprit(
        "time", float("nan"), "",
        Text("The search ended before the reason was found", "求解中止前尚未查明原因"), alone=False,
    )  # fmt: skip


def _measure(
    case: Case, families: frozenset[str], watch: Watch, radius: int | None, seed: int
) -> list[Culprit]:
    """Return by how much some rules have to give way; empty where no plan was found that keeps the others."""
    made = SitingModel(case, elastic=families, radius=radius)
    costs = np.zeros(made.model.width)
    for family in families:
        for columns, scale in made.slack.get(family, []):
            costs[columns] += scale
    out = made.model.solve(watch, cost=costs, seed=seed, stage="diagnosing")
    if out.x is None:
        return []
    sites = case.choices[out.x[made.x] > 0.5]
    if flow_of(made, out.x) is not None:
        amounts = {family: _slack(made, family, out.x) for family in families}
    else:
        amounts = _shortages(case, sites, radius)
    if any(amount > 0 and family not in families for family, amount in amounts.items()):
        return []
    return [
        _culprit(case, made, family, amounts[family], sites, out.x)
        for family in FAMILIES if family in families and amounts.get(family, 0.0) > 1e-9
    ]  # fmt: skip


def _slack(made: SitingModel, family: str, x: Floats) -> float:
    amount = sum(float(x[columns] @ scale) for columns, scale in made.slack.get(family, []))
    return amount if amount > 1e-6 else 0.0


def _shortages(case: Case, sites: Index, radius: int | None) -> dict[str, float]:
    """Return by how much a plan breaks each rule, in the rule's unit, counted afresh (without capacities)."""
    rules, money = case.rules, case.money
    fresh = sites[np.isin(sites, case.candidates)]
    every = np.union1d(case.kept, sites)
    short: dict[str, float] = {}
    if rules.new is not None or (case.goal != "cover_all" and rules.budget is None):
        short["new"] = float(fresh.size - (rules.new or 0))
    if rules.budget is not None:
        over = float(money.units[fresh].sum()) > money.budget
        cost = Decimal(repr(money.worth(float(money.units[fresh].sum()))))
        short["budget"] = float(cost - Decimal(repr(float(rules.budget)))) if over else 0.0
    closed = int(case.closable.sum()) - int(np.isin(np.flatnonzero(case.closable), sites).sum())
    short["close"] = float(case.closing - closed)
    names, area = case.area_of_sites()
    counts = np.bincount(area[every][area[every] >= 0], minlength=len(names))
    missing = sum(max(rules.least_sites[n] - int(c), 0) for n, c in zip(names, counts, strict=True))
    short["least_sites"] = float(max(missing - rules.missing_sites, 0))
    short["too_close"] = float(np.isin(case.pairs, every).all(axis=1).sum())
    people = np.asarray(case.problem.demand.people, dtype=float)
    if _serves_everyone(case):
        short["reach"] = float(people[_left_out(case, sites, radius)].sum())
    covered = recount(case, every).covered
    if case.goal == "cover_all" and rules.share < 1.0:
        lacking = rules.share * case.total - float(case.weight @ covered)
        short["share"] = lacking if lacking > ROUNDING * max(case.total, 1.0) else 0.0
    for family, _, inside, share in case.floors:
        less = share * float(people[inside].sum()) - float((covered * people)[inside].sum())
        misses = less > ROUNDING * max(float(people.sum()), 1.0)
        short[family] = short.get(family, 0.0) + (less if misses else 0.0)
    return short


def _culprit(case: Case, made: SitingModel, family: str, amount: float, sites: Index, x: Floats) -> Culprit:
    words = _WORDS[family]
    lost = np.empty(0, dtype=np.int64)
    concerned = np.empty(0, dtype=np.int64)
    if family == "reach":
        lost = np.flatnonzero(_left_out(case, sites, made.radius))
    if family == "too_close":
        pairs = case.pairs
        concerned = np.unique(pairs[np.isin(pairs, np.union1d(case.kept, sites)).all(axis=1)])
    if family == "capacity":
        columns = np.concatenate([columns for columns, _ in made.slack[family]])
        concerned = made.tight[x[columns] > 1e-6]
    later = _later(case, lost) if family == "reach" else family == "share" and _later(case, None)
    return Culprit(
        family,
        amount,
        words.unit,
        words.say(amount),
        tuple(lost.tolist()),
        tuple(concerned.tolist()),
        minutes_help=later,
    )


def _serves_everyone(case: Case) -> bool:
    """Whether everyone who counts has to be reached."""
    rules = case.rules
    return {
        "cover_all": rules.share >= 1.0, "cover_most": False, "least_worst": True,
        "least_minutes": rules.unserved_seconds is None,
    }[case.goal]  # fmt: skip


def _left_out(case: Case, chosen: Index, most: int | None) -> Bools:
    """Return which demand a plan does not reach as often as asked."""
    start, demand, milliseconds = case.reach
    copies = np.zeros(case.weight.size, dtype=np.int64)
    for site in np.union1d(case.kept, chosen):
        inside = slice(start[site], start[site + 1])
        near = milliseconds[inside] <= (NO_LIMIT_MS if most is None else most)
        copies[demand[inside][near]] += 1
    lost: Bools = (case.weight > 0) & (copies < case.rules.copies)
    return lost


def _later(case: Case, lost: Index | None) -> bool:
    """Return whether usable sites reach some of those left out in more time, as far as times are listed."""
    if case.goal not in ("cover_all", "cover_most"):
        return False
    free = Case(case.problem, replace(case.rules, limit_seconds=None), case.goal)
    usable = np.union1d(free.kept, free.choices)
    more = recount(free, usable).covered > recount(case, usable).covered
    return bool((more & (case.weight > 0)).any() if lost is None else more[lost].any())
