"""Why a question has no answer: each rule is let give way alone, and how far it has to is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.siting._branch import Watch
from geo.siting._milp import FAMILIES, SitingModel
from geo.siting._prepared import Case
from geo.siting.plan import Culprit
from geo.text import Text
from geo.types import Floats


@dataclass(frozen=True, slots=True)
class _Family:
    unit: str
    what: Text


_WORDS = {
    "new": _Family("sites", Text("{amount:g} more new sites are needed", "还需增加 {amount:g} 个新站点")),
    "budget": _Family("money", Text("The budget is {amount:,.2f} too small", "预算还差 {amount:,.2f}")),
    "close": _Family(
        "sites",
        Text("{amount:g} of the sites to close must stay", "计划关闭的站点中有 {amount:g} 个必须保留"),
    ),
    "least_sites": _Family(
        "sites",
        Text(
            "{amount:g} sites are missing for the least number per area", "各片区最低站点数还差 {amount:g} 个"
        ),
    ),
    "too_close": _Family(
        "pairs", Text("{amount:g} pairs would stand too close", "有 {amount:g} 对站点间距不足")
    ),
    "area_floor": _Family(
        "people",
        Text(
            "{amount:,.1f} people are missing for the floor of an area", "片区覆盖下限还差 {amount:,.1f} 人"
        ),
    ),
    "group_floor": _Family(
        "people",
        Text(
            "{amount:,.1f} people are missing for the floor of a group", "人群覆盖下限还差 {amount:,.1f} 人"
        ),
    ),
    "capacity": _Family(
        "people", Text("Room for {amount:,.1f} people is missing", "容量还差 {amount:,.1f} 人")
    ),
    "share": _Family(
        "people", Text("{amount:,.1f} people more would have to be covered", "还需多覆盖 {amount:,.1f} 人")
    ),
    "reach": _Family(
        "people",
        Text("{amount:,.1f} people cannot be served as asked", "有 {amount:,.1f} 人无法按要求得到服务"),
    ),
}


def unreachable(case: Case, most: int | None = None) -> Culprit | None:
    """Return the demand that no usable site reaches, where all have to be reached."""
    rules = case.rules
    everyone = {
        "cover_all": rules.share >= 1.0, "cover_most": False, "least_worst": True,
        "least_minutes": rules.unserved_seconds is None,
    }[case.goal]  # fmt: skip
    if not everyone:
        return None
    start, demand, milliseconds = case.reach
    usable = np.union1d(case.kept, case.choices)
    copies = np.zeros(case.weight.size, dtype=np.int64)
    for site in usable:
        inside = slice(start[site], start[site + 1])
        near = milliseconds[inside] <= (np.iinfo(np.int32).max if most is None else most)
        copies[demand[inside][near]] += 1
    lost = np.flatnonzero((case.weight > 0) & (copies < rules.copies))
    if not lost.size:
        return None
    people = float(case.weight[lost].sum())
    many = f" {rules.copies}" if rules.copies > 1 else ""
    return Culprit(
        "reach", people, "people",
        Text(
            f"No{many} usable site reaches {people:,.1f} people at {lost.size} places in time",
            f"{lost.size} 处共 {people:,.1f} 人，没有可用站点能按时到达",
        ),
        tuple(lost.tolist()),
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
        Text(f"{len(wrong)} pairs of required or standing sites are too close",
             f"有 {len(wrong)} 对必选或现有站点间距不足"),
        (), sites,
    )  # fmt: skip


def culprits(case: Case, watch: Watch, *, radius: int | None = None, seed: int = 0) -> tuple[Culprit, ...]:
    """Name the rules that make a question infeasible, and by how much each would have to give way.

    Rules that are enough alone come each as one culprit; where none is, the least that all have to give
    together (each slack in its own unit, added up).
    """
    direct = [found for found in (unreachable(case, radius), pinned_too_close(case)) if found is not None]
    if direct:
        return tuple(direct)
    present = [family for family in FAMILIES if family in SitingModel(case, radius=radius).slack]
    alone = [_measure(case, frozenset([family]), watch, radius, seed) for family in present]
    named = [culprit for found in alone for culprit in found]
    if named:
        return tuple(named)
    together = _measure(case, frozenset(present), watch, radius, seed)
    return tuple(Culprit(c.rule, c.amount, c.unit, c.what, c.demand, c.sites, alone=False) for c in together)


def _measure(
    case: Case, families: frozenset[str], watch: Watch, radius: int | None, seed: int
) -> list[Culprit]:
    made = SitingModel(case, elastic=families, radius=radius)
    costs = np.zeros(made.model.width)
    for family in families:
        for columns, scale in made.slack.get(family, []):
            costs[columns] += scale
    out = made.model.solve(watch, cost=costs, seed=seed, stage="diagnosing")
    if out.x is None:
        return []
    return [
        culprit for family in FAMILIES if family in families
        for culprit in [_culprit(case, made, family, out.x)] if culprit is not None
    ]  # fmt: skip


def _culprit(case: Case, made: SitingModel, family: str, x: Floats) -> Culprit | None:
    blocks = made.slack.get(family, [])
    amount = sum(float(x[columns] @ scale) for columns, scale in blocks)
    if amount <= 1e-6:
        return None
    words = _WORDS[family]
    lost: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    if family == "reach":
        lost = tuple(_left_out(case, case.choices[x[made.x] > 0.5], made.radius))
    if family == "too_close":
        columns = np.concatenate([columns for columns, _ in blocks])
        sites = tuple(int(site) for site in np.unique(case.pairs[x[columns] > 0.5]))
    what = Text(words.what.en.format(amount=amount), words.what.zh.format(amount=amount))
    return Culprit(family, amount, words.unit, what, lost, sites)


def _left_out(case: Case, chosen: np.ndarray, radius: int | None) -> list[int]:
    """Return the demand that a plan does not reach as often as asked."""
    start, demand, milliseconds = case.reach
    copies = np.zeros(case.weight.size, dtype=np.int64)
    for site in np.union1d(case.kept, chosen):
        inside = slice(start[site], start[site + 1])
        near = milliseconds[inside] <= (np.iinfo(np.int32).max if radius is None else radius)
        copies[demand[inside][near]] += 1
    lost: list[int] = np.flatnonzero((case.weight > 0) & (copies < case.rules.copies)).tolist()
    return lost
