"""Why a question has no plan, naming the fields of the question that stand in the way."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import Fault, InputError
from geo.siting import Culprit, Plan
from geo.text import Text
from layers.load import Layers
from layers.study.siting.question import SiteQuestion

INFEASIBLE = "siting.infeasible"
NO_PLAN_YET = "siting.no-plan-yet"


def must_have_plan(question: SiteQuestion, plan: Plan, sites: gpd.GeoDataFrame, layers: Layers) -> None:
    """Raise where there is no plan, with what stands in the way."""
    if plan.status == "infeasible":
        raise InputError([_culprit(question, culprit, plan, sites, layers) for culprit in plan.culprits])
    if not np.isfinite(plan.value):
        what = Text("no plan was found before the search ended", "求解结束前没有找到方案")
        fix = Text("Raise `time_limit_seconds`", "请增大 `time_limit_seconds`")
        raise InputError([Fault(what, fix, source="time_limit_seconds", code=NO_PLAN_YET)])


_FIELDS = {
    "share": "cover",
    "too_close": "apart_metres",
    "cell_floor": "grid_floor",
    "part_floor": "cover",
    "reach": "minutes",
    "time": "time_limit_seconds",
}
_REMEDIES = {
    "new": Text("Allow more new sites", "请放宽新增点位数"),
    "budget": Text("Raise the budget", "请提高预算"),
    "share": Text("Ask for a smaller share", "请降低覆盖比例"),
    "too_close": Text("Allow sites nearer to each other, or keep fewer", "请减小间距或减少指定点位"),
    "reach": Text("Add candidates, or ask for a share with `cover`", "请增加备选点位，或用 `cover` 指定比例"),
    "time": Text("Raise `time_limit_seconds`", "请增大 `time_limit_seconds`"),
}  # fmt: skip
_MORE_MINUTES = Text("Allow more minutes", "请放宽分钟数")
_ANY_REMEDY = Text("Let this rule give way", "请放宽此项")
_SHOWN = 5


def _culprit(
    question: SiteQuestion, culprit: Culprit, plan: Plan, sites: gpd.GeoDataFrame, layers: Layers
) -> Fault:
    names = [*_first(sites["id"], culprit.sites), *_first(layers.demand["id"], culprit.demand)]
    fix = _REMEDIES.get(culprit.rule, _ANY_REMEDY)
    if culprit.minutes_help:
        or_else = Text(f"{fix.en[0].lower()}{fix.en[1:]}", fix.zh.removeprefix("请"))
        fix = Text(f"{_MORE_MINUTES.en}, or {or_else.en}", f"{_MORE_MINUTES.zh}，或{or_else.zh}")
    if culprit.rule == "share":
        # Rounded down, so that the share can be asked for as it stands.
        share = f"{np.floor(1000 * plan.most_share) / 10:g}"
        fix = Text(f"{fix.en}; at most {share} % can be reached", f"{fix.zh}；最多可达 {share}%")
    if not culprit.alone and culprit.rule != "time":
        fix = Text(f"{fix.en}, together with the others", f"{fix.zh}（须与其他各项一并放宽）")
    field = _field(question, culprit.rule)
    return Fault(culprit.what, fix, source=field, value=", ".join(names), code=INFEASIBLE)


def _field(question: SiteQuestion, rule: str) -> str:
    """Return the field of a question that asks for a rule of the engine."""
    if rule == "least_sites":
        return "each_area" if question.each_area else "each_thousand"
    if rule == "close":
        return "close" if question.close else "move" if question.move else "must_close"
    if rule in ("new", "budget"):
        years = {"new": "phases", "budget": "phase_budgets"}[rule]
        return years if getattr(question, years) else rule
    return _FIELDS.get(rule, rule)


def _first(ids: pd.Series, positions: tuple[int, ...]) -> Iterator[str]:
    yield from (str(ids.iloc[position]) for position in positions[:_SHOWN])
    if len(positions) > _SHOWN:
        yield "…"
