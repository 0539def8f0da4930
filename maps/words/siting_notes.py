"""What stands beside a plan in words: what can be reached at all, what is left, which rules hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from geo.text import Text
from layers.load import words_of
from layers.study.model import Study
from layers.study.siting.question import EVERY, SiteQuestion
from maps.result import SitingResult
from maps.siting_loads import equal_candidates, plan_cost, site_names

Note = tuple[Text, Text]

_OVER_CASES = {
    "sum": Text("the weighted sum", "加权求和"),
    "worst": Text("the worst of them as good as can be", "最不利情景尽可能好"),
    "longest": Text("the longest way in any of them", "各情景中的最远者"),
}
_DECAYS = {"gaussian": "exp(-t²/2s²)", "exponential": "2^(-t/s)"}


def reach_notes(result: SitingResult) -> Iterator[Note]:
    """Yield what can be reached at all, cost and budget, why there are fewer sites, and what was left out."""
    yield from _most_share(result)
    yield from _money(result)
    fewer = fewer_words(result)
    if fewer is not None:
        yield Text("Fewer sites than allowed", "少于允许的数量"), fewer
    if result.rules.missing_sites:
        count = result.rules.missing_sites
        noun = "site is" if count == 1 else "sites are"
        yield (
            Text("Areas without their sites", "未满足的片区"),
            Text(
                f"{count} {noun} missing; the empty areas were filled first",
                f"还差 {count} 个；已优先填补空白片区",
            ),
        )  # fmt: skip
    names = site_names(result)
    for site, equal in equal_candidates(result).items():
        if equal:
            name, others = list(names.values())[site], [names[key] for key in equal]
            yield (
                Text("Equally good", "等效点位"),
                Text(f"{', '.join(others)} in place of {name}", f"{'、'.join(others)}可替换{name}"),
            )
    for text in left_out_words(result):
        yield Text("Not searched", "未求解"), text


def _most_share(result: SitingResult) -> Iterator[Note]:
    plan = result.plan
    if result.question.aim not in ("people", "cover") or not np.isfinite(plan.most_share):
        return
    share = f"{np.floor(1000 * plan.most_share) / 10:g}"
    more = (
        Text("; more minutes would reach more", "；放宽时间可增加覆盖人口")
        if plan.minutes_help
        else Text("; more minutes would not reach more", "；放宽时间不能增加覆盖人口")
    )
    name = Text("Largest share that can be reached", "最大可覆盖比例")
    if result.question.capacity == "limits":
        name = Text("Largest share within reach, room aside", "最大可达比例（不计容量）")
        more = Text(more.en, more.zh.replace("覆盖人口", "可达人口"))
    yield (
        name,
        Text(
            f"{share} %, with every usable candidate open{more.en}",
            f"全部可用备选点位开放时为 {share}%{more.zh}",
        ),
    )


def _money(result: SitingResult) -> Iterator[Note]:
    cost, budget = plan_cost(result), result.question.budget_in_all
    if not np.isfinite(cost) or (not cost and budget is None):
        return
    spent = money(result.study, cost)
    text = Text(spent, spent)
    if budget is not None:
        allowed = money(result.study, budget)
        text = Text(f"{_number(cost)} of {allowed}", f"{spent}（预算 {allowed}）")
    yield Text("Total cost", "总费用"), text


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def money(study: Study, value: float) -> str:
    """Return a sum of money in the unit of the study, where it names one."""
    return _number(value) if study.cost_unit is None else f"{_number(value)} {study.cost_unit}"


def listed(result: SitingResult, sites: Iterable[str]) -> Text:
    """Return sites that a question names, by what they are called."""
    called = site_names(result)
    names = [called.get(name, name) for name in sites]
    return Text(", ".join(names), "、".join(names))


def fewer_words(result: SitingResult) -> Text | None:
    """Return why a plan opens fewer sites than it may; None where it does not."""
    question, plan = result.question, result.plan
    most = question.new_in_all
    if most is None or question.aim == "cover" or not plan.opened or len(plan.opened) >= most:
        return None
    if plan.stopped_by:
        return Text("the search ended before more were weighed", "求解中止，未再考虑更多点位")
    if question.aim == "people" and plan.people_covered >= plan.people_reachable * (1 - 1e-9):
        return Text("all who can be reached at all are covered by fewer", "更少的点位即可覆盖全部可覆盖人口")
    free = ~result.problem.sites.flag("existing") & ~result.problem.sites.flag("forbidden")
    free[list(plan.opened)] = False
    if not free.any():
        return Text("there are no more candidates", "没有更多备选点位")
    budget, cost = question.budget_in_all, plan_cost(result)
    cheapest = result.problem.sites.costs[free].min()
    if budget is not None and cost + cheapest > budget * (1 + 1e-9):
        return Text("the budget does not pay for another", "预算不足以再建一处")
    if result.problem.sites.too_close is not None:
        return Text(
            "no candidate that is far enough from the others would add anybody",
            "间距足够的备选点位均不能再新增覆盖",
        )
    return Text("no further candidate would improve the goal", "其余备选点位均不能再改善目标")


def left_out_words(result: SitingResult) -> Iterator[Text]:
    """Yield what of curve, alternatives and years the time was too short for."""
    numbers = result.curve.left_out
    if numbers:
        which = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        yield Text(
            f"the curve for {which} new {'site' if which == '1' else 'sites'} (the time was up)",
            f"边际曲线中新增 {which} 个点位的部分（时间已到）",
        )
    parts = result.near.left_out
    if parts:
        yield Text(
            f"{parts:,} {'part' if parts == 1 else 'parts'} of the near-equal plans (one may be missing)",
            f"近似最优方案的 {parts:,} 个部分（可能缺少同样好的方案）",
        )
    yield from _years_left_out(result)


def _years_left_out(result: SitingResult) -> Iterator[Text]:
    phasing, question = result.phasing, result.question
    if phasing is None:
        if question.phases or question.phase_budgets:
            yield Text(
                "the years (no order is known that keeps the rules in every year)",
                "分期（尚未找到各年均满足规则的次序）",
            )
        return
    unknown = [number for number, stage in enumerate(phasing.stages, start=1) if not stage.proven]
    if unknown:
        years = ", ".join(map(str, unknown)), "、".join(map(str, unknown))
        yield Text(
            f"the best plan for the end of year {years[0]} alone is not proven (the price is not known)",
            f"第 {years[1]} 年单独的最优方案未证明（分期的效益损失未知）",
        )
    orders = phasing.left_out
    if orders:
        yield Text(
            f"{orders:,} {'order' if orders == 1 else 'orders'} of the years (the time was up)",
            f"{orders:,} 种分期次序（时间已到）",
        )


def further_rules(result: SitingResult) -> Iterator[Note]:
    """Yield the rules that were asked for beyond number, money and minutes."""
    question = result.question
    for name, table in (
        (Text("Floor for each grid cell", "各网格覆盖下限"), question.grid_floor),
        (Text("Floor for each area", "各片区覆盖下限"), question.area_floor),
        (Text("Floor for each group", "各人群覆盖下限"), question.group_floor),
    ):
        if table:
            yield name, _table(table, _called(result), share=True)
    for name, table in (
        (Text("Weights of groups", "人群权重"), question.group_weights),
        (Text("Weights of shifts", "班次权重"), question.shift_weights),
        (Text("Weights of cases", "情景权重"), question.case_weights),
    ):
        if table:
            yield name, _table(table, _called(result))
    if question.copies > 1:
        count = question.copies
        yield (
            Text("Backup", "备份覆盖"),
            Text(f"{count} sites in reach of each person", f"每人可达 {count} 个点位"),
        )
    if question.decay != "none":
        scale = f"{question.decay_minutes or result.minutes / 3:.3g}"
        minutes = "minute" if scale == "1" else "minutes"
        formula = _DECAYS[question.decay]
        yield (
            Text("Decay", "距离衰减"),
            Text(f"{formula}, s = {scale} {minutes}", f"{formula}，s = {scale} 分钟"),
        )
    yield from _named_sites(result)
    yield from _years(question)
    if question.each_area:
        yield Text("Least sites in each area", "每片区最少点位"), _same(f"{question.each_area}")
    if question.each_thousand is not None:
        yield Text("Least sites per 1,000 people", "每千人最少点位"), _same(f"{question.each_thousand:g}")
    if question.competitors:
        layers = question.competitors
        yield Text("Competitors", "竞争设施"), Text(", ".join(layers), "、".join(layers))
    if len(result.cases) > 1:
        names = Text(
            "; ".join(case.name.en for case in result.cases), "；".join(case.name.zh for case in result.cases)
        )
        rule = _OVER_CASES["longest" if question.aim == "worst" else question.robust]
        yield Text("Cases", "情景"), names
        yield Text("Over the cases", "多情景准则"), rule
        first = result.cases[0].name
        yield (
            Text("Map and tables", "地图和表格"),
            Text(
                f"show the case {first.en}; each case has its row in the table of cases",
                f"显示情景“{first.zh}”；各情景的覆盖情况见情景表",
            ),
        )


def _years(question: SiteQuestion) -> Iterator[Note]:
    for name, given in (
        (Text("New sites each year", "每年新增点位数"), question.phases),
        (Text("Money each year", "每年预算"), question.phase_budgets),
    ):
        if given:
            numbers = [_number(each) for each in given]
            yield name, Text(", ".join(numbers), "、".join(numbers))


def _named_sites(result: SitingResult) -> Iterator[Note]:
    question = result.question
    if question.move:
        yield Text("Sites of today to move", "迁移现有点位"), _same(f"{question.move}")
    if question.closed > question.move:
        yield Text("Sites of today to close", "关闭现有点位"), _same(f"{question.closed - question.move}")
    for name, sites in (
        (Text("Must be closed", "必须关闭"), question.must_close),
        (Text("Only these may be closed", "仅可从中关闭"), question.may_close),
    ):
        if sites:
            yield name, listed(result, sites)


def _called(result: SitingResult) -> dict[str, Text]:
    """Return what the labels of tables of numbers are called: groups, shifts, cases, polygons, all."""
    words, polygons = words_of(result.study), result.polygons
    named = polygons[polygons["name"].notna()]
    called = {str(key): Text(name, name) for key, name in zip(named["id"], named["name"], strict=True)}
    terms = {**words.groups.terms, **words.shifts.terms}
    called |= {key: term.name for key, term in terms.items()}
    called |= {case.id: case.name for case in result.cases}
    return called | {EVERY: Text("all", "全部")}


def _table(table: Mapping[str, float], called: Mapping[str, Text], *, share: bool = False) -> Text:
    def written(value: float, sign: str) -> str:
        return f"{100 * value:g}{sign}" if share else f"{value:g}"

    return Text(
        "; ".join(f"{called[k].en if k in called else k}: {written(v, ' %')}" for k, v in table.items()),
        "；".join(f"{called[k].zh if k in called else k}：{written(v, '%')}" for k, v in table.items()),
    )


def _same(text: str) -> Text:
    return Text(text, text)
