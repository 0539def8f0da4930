"""What a plan says in words: its answer, its proof, its value, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo.text import Text
from geo.types import Floats
from layers.study.siting.problem import farthest_seconds
from layers.study.siting.question import GOAL_WORDS, SiteQuestion
from maps.result import SitingResult
from maps.words.caveats import caveats
from maps.words.people import people_words
from maps.words.siting_notes import further_rules, listed, money, reach_notes

Note = tuple[Text, Text]

_FAIR = {
    "none": Text("not asked for", "未要求"),
    "grid": Text(
        "the worst covered grid cell as good as can be, then the second worst, and so on",
        "先改善覆盖最差的网格，再依次改善次差的网格",
    ),
    "area": Text(
        "the worst covered area as good as can be, then the second worst, and so on",
        "先改善覆盖最差的片区，再依次改善次差的片区",
    ),
    "group": Text(
        "the worst covered group as good as can be, then the second worst, and so on",
        "先改善覆盖最差的人群，再依次改善次差的人群",
    ),
}
_COUNTED = {
    "candidates": Text("candidates", "备选点位"),
    "candidates_kept": Text("after leaving out the surely worse", "除去明显劣于其他点位者后"),
    "candidates_left": Text("still to be decided one by one", "仍须逐一比较的备选点位"),
    "demand": Text("places of people", "人口点"),
    "demand_merged": Text("after merging those alike", "合并相同者后"),
    "nodes": Text("groups of plans compared", "比较的方案组数"),
    "demand_asked": Text("of them asked one by one", "其中须逐一核对的人口点"),
    "columns": Text("unknowns of the model", "模型变量数"),
    "areas_to_settle": Text("parts to be settled one after the other", "须依次确定的部分"),
    "areas_settled": Text("settled", "已确定的部分"),
}
_PARTS = {
    "none": Text("case", "情景"),
    "grid": Text("grid cell", "网格"),
    "area": Text("area", "片区"),
    "group": Text("group", "人群"),
}
_SOURCES = {
    "layer": Text("the candidate layer of the study", "项目中的备选点位图层"),
    "junctions": Text("every street junction", "所有道路交叉口"),
    "grid": Text("the middle of every grid square", "各网格方格中心"),
}


def answer(result: SitingResult) -> Text:
    """Return the answer in one sentence."""
    if result.question.aim in ("minutes", "worst"):
        return _answer_in_minutes(result)
    plan, minutes = result.plan, f"{result.minutes:g}"
    total = result.people.sum()
    everybody = people_words(result.layers, result.people)
    before, after = result.covered(result.before).sum(), result.covered(result.after).sum()
    has, still = _has_it(result, minutes), _still_left(result, total - after)
    if not plan.opened and not plan.closed:
        why = plan.no_new_site or Text("No new site is opened", "未新增点位")
        return Text(
            f"{why.en}: {_percent(after, total)} of {everybody.en} {has.en}; {still.en}",
            f"{why.zh}：{everybody.zh}中 {_percent(after, total, '%')} {has.zh}；{still.zh}",
        )
    gained = after - before
    compared, opening = _compared(gained, before, total), _opening(result)
    return Text(
        f"With {opening.en}, {_percent(after, total)} of {everybody.en} {has.en}, {compared.en}; {still.en}",
        f"{opening.zh}后，{everybody.zh}中 {_percent(after, total, '%')} {has.zh}，{compared.zh}；{still.zh}",
    )


def _compared(gained: float, before: float, total: float) -> Text:
    """Return how many more are covered than today."""
    share, share_zh = _percent(before, total), _percent(before, total, "%")
    if abs(gained) < _SOMEBODY:
        return Text(f"as many as today ({share})", f"与现状（{share_zh}）持平")
    more, zh = ("more", "增加") if gained > 0 else ("fewer", "减少")
    return Text(
        f"{abs(gained):,.0f} {more} than the {share} of today",
        f"比现状（{share_zh}）{zh} {abs(gained):,.0f} 人",
    )


def _has_it(result: SitingResult, minutes: str) -> Text:
    """Return what those counted have: the service in reach, with room or backups where these count."""
    named, copies = result.name, result.question.copies
    won = Text("", "")
    if result.question.competitors:
        won = Text(" and have no competitor as near", "且没有同样近或更近的竞争设施")
    if result.as_asked is None:
        return Text(
            f"reach {named.en} within {minutes} minutes{won.en}", f"在 {minutes} 分钟内可达{named.zh}{won.zh}"
        )
    if copies > 1:
        return Text(
            f"reach {named.en} at {copies} or more places within {minutes} minutes{won.en}",
            f"在 {minutes} 分钟内可达 {copies} 处及以上{named.zh}{won.zh}",
        )
    return Text(
        f"are covered (they reach {named.en} within {minutes} minutes and find room)",
        f"已覆盖（{minutes} 分钟内可达{named.zh}且有余量）",
    )


def _still_left(result: SitingResult, left: float) -> Text:
    """Return who is left out with the plan, those who find no room apart from those who get nowhere."""
    reached = result.as_asked is None and not result.question.competitors
    without = "不可达" if reached else "未覆盖"
    if left < _SOMEBODY:
        return Text("nobody is left out", f"无人{without}")
    one = f"{left:,.0f}" == "1"
    verb = ("does" if one else "do") if result.as_asked is None or result.question.copies > 1 else (
        "is" if one else "are")  # fmt: skip
    still = Text(f"{left:,.0f} still {verb} not", f"仍有 {left:,.0f} 人{without}")
    full = float(result.without_room(result.after).sum())
    if full < _SOMEBODY:
        return still
    return Text(
        f"{still.en}, {full:,.0f} of them for want of room",
        f"{still.zh}，其中 {full:,.0f} 人可达但容量已满",
    )


_SOMEBODY = 0.5
"""People: fewer are nobody once they are rounded."""


def counted(number: float, one: str, many: str = "") -> str:
    """Return a number with its English noun, in the singular for one.

    Examples
    --------
    >>> counted(0, "new site"), counted(1, "new site"), counted(2, "new site"), counted(1, "person", "people")
    ('0 new sites', '1 new site', '2 new sites', '1 person')
    """
    noun = one if f"{number:,.0f}" == "1" else many or (f"{one}s" if one else "")
    return f"{number:,.0f} {noun}".strip()


def _opening(result: SitingResult) -> Text:
    """Return what is done: so many sites opened, closed or moved."""
    opened, closed = len(result.plan.opened), len(result.plan.closed)
    if not closed:
        return Text(counted(opened, "new site"), f"新增 {opened} 个点位")
    shut = Text(f"{counted(closed, 'site')} of today closed", f"关闭 {closed} 个现有点位")
    if not opened:
        return shut
    return Text(f"{counted(opened, 'new site')} and {shut.en}", f"新增 {opened} 个点位并{shut.zh}")


def _answer_in_minutes(result: SitingResult) -> Text:
    """Return the answer where minutes are what counts: the mean or the longest way, today and then."""
    plan, named = result.plan, result.name
    before, after = (_minutes_of(result, seconds) for seconds in (result.before, result.after))
    worst = result.question.aim == "worst"
    what = Text("the longest way to", "最远出行时间") if worst else Text("the mean way to", "人均出行时间")
    if not plan.opened and not plan.closed:
        why = plan.no_new_site or Text("No new site is opened", "未新增点位")
        return Text(
            f"{why.en}: {what.en} {named.en} is {after.en}", f"{why.zh}：到{named.zh}的{what.zh}为 {after.zh}"
        )
    opening = _opening(result)
    return Text(
        f"With {opening.en}, {what.en} {named.en} is {after.en}; today it is {before.en}",
        f"{opening.zh}后，到{named.zh}的{what.zh}为 {after.zh}；现状为 {before.zh}",
    )


def _minutes_of(result: SitingResult, seconds: Floats) -> Text:
    """Return the mean or the longest way of those who count, whoever reaches nothing as the goal has it."""
    people = np.asarray(result.blocks[0].people)
    there = people > 0
    if not there.any():
        return Text("0 minutes", "0 分钟")
    ways = seconds[there] / 60.0
    if result.question.aim == "worst":
        longest = float(ways.max())
        if not np.isfinite(longest):
            return Text("endless for some", "部分人不可达")
        return Text(f"{longest:,.1f} minutes", f"{longest:,.1f} 分钟")
    most = farthest_seconds(result.minutes) / 60.0
    mean = float(np.average(np.minimum(ways, most), weights=people[there]))
    return Text(f"{mean:,.1f} minutes", f"{mean:,.1f} 分钟")


def proof(result: SitingResult) -> Text:
    """Return how far the plan is proven: optimal, within so much, or stopped."""
    plan = result.plan
    half_way = result.rules.fair is not None and bool(plan.stopped_by)
    if plan.status == "optimal" and not half_way:
        return Text("Optimal: it is proven that no plan is better", "最优：已证明没有更好的方案")
    gap = f"{100 * plan.gap:.1f}" if np.isfinite(plan.gap) and plan.gap >= 0.001 else "0.1"
    known = np.isfinite(plan.gap)
    within = (
        Text(f"within {gap} % of the best possible", f"与最优方案的差距不超过 {gap}%")
        if known
        else Text("how far from the best possible is not known", "与最优方案的差距未知")
    )
    if half_way:
        # The gap speaks of the worst part alone; the parts after it were still being weighed.
        within = Text("not proven for all parts", "尚未对所有部分证明")
    elif plan.status == "within":
        return Text(f"{within.en[0].upper()}{within.en[1:]}", within.zh)
    stopped = {
        "user": Text("Stopped by you", "由用户中止"),
        "time": Text("Stopped by the time limit", "达到时间上限"),
    }.get(plan.stopped_by, Text("Stopped before the proof was complete", "证明完成前停止"))
    return Text(
        f"{stopped.en}: the best plan so far, {within.en}", f"{stopped.zh}：目前最好的方案，{within.zh}"
    )


def value_words(result: SitingResult, value: float) -> Text:
    """Return a value of the goal with its unit."""
    if not np.isfinite(value):
        return Text("none", "无")
    fair = result.rules.fair
    if fair == "gini":
        return Text(f"Gini coefficient {value:.3f}", f"基尼系数 {value:.3f}")
    if fair is None:
        return goal_words(result, value)
    part = _PARTS[result.question.fair]
    share = f"{100 * value:.1f}"
    return Text(f"{share} % in the worst {part.en}", f"最不利{part.zh} {share}%")


def goal_words(result: SitingResult, value: float) -> Text:
    """Return a value of the goal itself with its unit, fairness left aside as on the curve."""
    if not np.isfinite(value):
        return Text("none", "无")
    question = result.question
    if question.aim == "people":
        weighted = result.rules.group_weights or question.shift_weights or question.case_weights
        if weighted or question.decay != "none":
            by = "权重" if question.decay == "none" else "权重与距离衰减" if weighted else "距离衰减"
            return Text(f"{value:,.1f} people, as they count", f"{value:,.1f} 人（按{by}计）")
        if len(result.cases) * len(result.categories) > 1:
            return Text(
                f"{value:,.0f} people, counted once for each case and service",
                f"{value:,.0f} 人（各情景、各类设施分别计数）",
            )
        return Text(counted(value, "person", "people"), f"{value:,.0f} 人")
    if question.aim == "cover":
        if question.budget is None:
            return Text(counted(value, "new site"), f"新增 {value:,.0f} 个点位")
        spent = money(result.study, value)
        return Text(f"cost {spent}", f"费用 {spent}")
    if question.aim == "worst":
        return Text(f"{value:,.1f} minutes", f"{value:,.1f} 分钟")
    mean = value / result.counted
    return Text(
        f"{value:,.0f} person-minutes ({mean:,.1f} a person)", f"{value:,.0f} 人·分钟（人均 {mean:,.1f}）"
    )


def question_notes(result: SitingResult) -> Iterator[Note]:
    """Yield what was asked, an option a row."""
    question = result.question
    goal = GOAL_WORDS[question.aim]
    if question.aim == "cover" and question.budget is not None:
        goal = Text("least cost for a share of the people", "以最低费用覆盖指定比例的人口")
    yield Text("Goal", "目标"), goal
    if question.aim == "cover":
        share = f"{100 * question.share:g}"
        yield Text("Share to be covered", "覆盖比例要求"), Text(f"{share} %", f"{share}%")
    if question.new_in_all is not None:
        yield Text("New sites at most", "新增点位上限"), _same(f"{question.new_in_all}")
    if question.budget_in_all is not None:
        yield Text("Budget", "预算"), _same(money(result.study, question.budget_in_all))
    yield Text("Minutes", "出行时间阈值（分钟）"), _same(f"{result.minutes:g}")
    yield Text("Fairness", "公平"), _fairness(question)
    yield from _limits(result)
    yield from further_rules(result)


def _fairness(question: SiteQuestion) -> Text:
    if question.fair == "none" or question.fair_by == "worst":
        return _FAIR[question.fair]
    share = f"{100 * question.give_up:g}"
    return Text(
        f"least Gini coefficient of coverage over {_PARTS[question.fair].en}s for at most {share} % of it",
        f"各{_PARTS[question.fair].zh}覆盖率的基尼系数最小，覆盖损失不超过 {share}%",
    )


def _limits(result: SitingResult) -> Iterator[Note]:
    question = result.question
    if question.keep:
        yield Text("Insisted on", "指定点位"), listed(result, question.keep)
    if question.forbid:
        yield Text("Forbidden", "排除点位"), listed(result, question.forbid)
    if question.within:
        yield (
            Text("Candidates only in", "备选点位限于"),
            Text(", ".join(question.within), "、".join(question.within)),
        )
    if question.gap:
        share = f"{100 * question.gap:g}"
        yield Text("May stay unproven", "允许的未证明差距"), Text(f"{share} %", f"{share}%")
    if question.on is not None:
        yield Text("Date that counts", "评估日期"), _same(question.on.isoformat())
    if question.apart_metres is not None:
        metres = f"{question.apart_metres:,.0f}"
        yield (
            Text("Least distance between sites", "点位最小间距"),
            Text(f"{metres} m in a straight line, those of today included", f"直线 {metres} 米，含现有点位"),
        )


def answer_notes(result: SitingResult) -> Iterator[Note]:
    """Yield the answer: what was found, and how far it is proven; how long it took is in the record alone."""
    plan = result.plan
    yield Text("Answer", "结论"), answer(result)
    yield Text("Proof", "证明"), proof(result)
    yield Text("Value", "目标值"), value_words(result, plan.value)
    yield Text("No plan is better than", "任何方案均不优于"), value_words(result, plan.bound)
    gap = f"{100 * plan.gap:.2f}"
    percent = Text(f"{gap} %", f"{gap}%") if np.isfinite(plan.gap) else Text("not known", "未知")
    yield Text("The best possible may be better by", "最优方案至多再优"), percent
    yield from reach_notes(result)
    if result.insisted is not None:
        yield Text("Price of the sites insisted on", "指定点位的效益损失"), insisting_words(result)


def insisting_words(result: SitingResult) -> Text:
    """Return what the sites insisted on cost against the best plan without them."""
    regret = result.insisted
    if regret is None or not np.isfinite(regret.loss):
        return Text("not known", "未知")
    if not regret.proven or not np.isfinite(regret.share):
        return regret.sentence
    best, kept = value_words(result, regret.best.value), value_words(result, regret.insisted.value)
    share = f"{100 * regret.share:.1f}"
    if share in ("0.0", "-0.0"):
        return Text(f"nothing: {kept.en} with them and without", f"无损失：包含与不包含时均为 {kept.zh}")
    return Text(
        f"{share} % of the gain: {kept.en} with them, {best.en} without",
        f"增益的 {share}%：包含时 {kept.zh}，不包含时 {best.zh}",
    )


def assumption_notes(result: SitingResult) -> Iterator[Note]:
    """Yield what the answer rests on."""
    study, profile = result.study, result.case.profile
    existing = int(result.sites["existing"].sum())
    people, places = people_words(result.layers, result.people), len(result.people)
    yield (
        Text("Travel", "出行方式"),
        Text(
            f"{profile.name.en}, {result.case.hour.en}. Speed: {profile.source.en}",
            f"{profile.name.zh}，{result.case.hour.zh}。速度依据：{profile.source.zh}",
        ),
    )
    yield (
        Text("Sites of today", "现有点位"),
        Text(
            f"{existing:,} counted, {len(result.plan.closed):,} of them closed by the plan; "
            f"{result.not_counted:,} not counted (closed, not open yet on the day, or not open at the hour)",
            f"计入 {existing:,} 处，其中方案关闭 {len(result.plan.closed):,} 处；"
            f"另有 {result.not_counted:,} 处未计入（已关闭、当日尚未启用或该时段不开放）",
        ),
    )
    source = _SOURCES[_source(result)]
    yield (
        Text("Candidates", "备选点位"),
        Text(
            f"{result.candidates:,} from {source.en}; {result.off_street:,} farther than "
            f"{study.max_snap_metres:g} m from any street and left out",
            f"{result.candidates:,} 处，来自{source.zh}；{result.off_street:,} 处距道路超过 "
            f"{study.max_snap_metres:g} 米，剔除",
        ),
    )
    yield from _thinned(result)
    yield (
        Text("People", "人口"),
        Text(f"{people.en} at {places:,} places", f"{places:,} 处共 {people.zh}"),
    )
    if result.question.aim == "minutes":
        yield Text("Whoever reaches nothing", "不可达人口"), Text(
            f"counts as {farthest_seconds(result.minutes) / 60:g} minutes",
            f"按 {farthest_seconds(result.minutes) / 60:g} 分钟计",
        )  # fmt: skip
    if result.beyond > 0:
        yield Text("Left out of the goal", "未计入目标"), Text(
            f"{result.beyond:,.0f} people whom no site reaches", f"没有任何点位可达的 {result.beyond:,.0f} 人"
        )  # fmt: skip
    if result.question.capacity == "limits":
        yield (
            Text("Room of the sites", "点位容量"),
            Text(
                "a site serves no more people than its capacity; candidates that do not say theirs have no "
                "limit, places of today that are limited and do not say theirs serve nobody",
                "每个点位服务人数不超过其容量；备选点位未注明容量的不设限；"
                "现有设施按容量计算而容量未知的，不计其服务",
            ),
        )
    else:
        yield (
            Text("Room and opening hours of the new sites", "新增点位的容量与开放时间"),
            Text("not limited: everybody in reach is served", "不设限：可达者均计为服务对象"),
        )
    yield (
        Text("Streets", "路网"),
        Text(study.streets.attribution, study.streets.attribution),
    )


def caveat_notes(result: SitingResult) -> Iterator[Note]:
    """Yield what changes a number of the plan, the same as for a run."""
    yield from ((each.title, each.text) for each in caveats(result))


def _thinned(result: SitingResult) -> Iterator[Note]:
    counts = result.plan.counts
    if counts:
        named = [(_COUNTED.get(name, _same(name.replace("_", " "))), count) for name, count in counts.items()]
        yield (
            Text("How the search was shortened, the best plan kept", "求解规模（精简不影响最优方案）"),
            Text(
                "; ".join(f"{name.en}: {count:,}" for name, count in named),
                "；".join(f"{name.zh}：{count:,}" for name, count in named),
            ),
        )


def _source(result: SitingResult) -> str:
    return result.question.candidates or ("layer" if len(result.layers.candidates) else "junctions")


def _percent(part: float, whole: float, sign: str = " %") -> str:
    """Return a share as a person says it; never all or nothing while somebody is left out or in."""
    share = 100 * part / whole if whole > 0 else 0.0
    fine = 99 <= share < 100 or 0 < share < 1
    return f"{min(max(share, 0.1), 99.9):.1f}{sign}" if fine else f"{share:.0f}{sign}"


def _same(text: str) -> Text:
    return Text(text, text)
