"""Two standards side by side: where they differ, in both languages, and what a study answers under each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from geo.assessment.tables import of_case
from geo.measures.standard import AreaRule, Quota, Requirement, Standard
from geo.text import Text
from layers.write.cells import width_of
from maps.result import StudyResult

Line = Requirement | Quota | AreaRule
NOT_ASKED = Text("not asked for", "未作要求")


def compare_text(first: Standard, second: Standard) -> str:
    """Return a table of what two standards ask for differently: one row a service, in English and Chinese.

    A service is compared by its category, or by what is accepted for it where the categories have other
    names; the tier it stands in is no difference by itself.
    """
    left, right = _asked(first), _asked(second)
    same = [key for key in left if left[key] == right.get(key)]
    head = [("", first.id, second.id)]
    rows = [
        (_name(key, first, second), left.get(key, NOT_ASKED), right.get(key, NOT_ASKED))
        for key in dict.fromkeys([*left, *right])
        if left.get(key) != right.get(key)
    ]
    english = _table([*head, *((name.en, a.en, b.en) for name, a, b in rows)])
    chinese = _table([*head, *((name.zh, a.zh, b.zh) for name, a, b in rows)])
    said = Text(
        f"{len(rows)} services differ, {len(same)} are asked for alike",
        f"{len(rows)}类设施要求不同，{len(same)}类相同",
    )
    titles = [f"{s.id}: {s.title.en} / {s.title.zh}" for s in (first, second)]
    return "\n".join([*titles, "", said.en, english, "", said.zh, chinese])


def answers_text(first: StudyResult, second: StudyResult) -> str:
    """Return what one study answers under two standards: shares of people covered, service by service."""
    shares = [_shares(result) for result in (first, second)]
    both = list(zip(shares, (first, second), strict=True))
    names: dict[str, Text] = {}
    for result in (second, first):
        for requirement in result.standard.requirements:
            if requirement.by_standard:
                names[requirement.category] = requirement.name
    rows = [
        (names[key], *(each.get(key) or _silent(result, key) for each, result in both))
        for key in names
        if any(key in each for each in shares)
    ]
    ids = ("", first.standard.id, second.standard.id)
    left = [(result.standard.id, f"{len(share)} / {_categories(result)}") for share, result in both]
    return "\n".join(
        [
            f"{first.study.name}: share of people covered (services assessed of those asked for: "
            f"{'; '.join(f'{name}: {count}' for name, count in left)})",
            _table([ids, *((name.en, a.en, b.en) for name, a, b in rows)]),
            "",
            f"{first.study.name}：人口覆盖率（已评估类别数 / 标准要求类别数，"
            f"{'；'.join(f'{name} 为 {count}' for name, count in left)}）",
            _table([ids, *((name.zh, a.zh, b.zh) for name, a, b in rows)]),
        ]
    )


def _silent(result: StudyResult, category: str) -> Text:
    """Return why there is no share: the standard does not ask for the service, or it was not assessed."""
    asked = any(r.by_standard and r.category == category for r in result.standard.requirements)
    return Text("not assessed", "未评估") if asked else NOT_ASKED


def limit_text(line: Line, conditions: Mapping[str, Text] | None = None) -> Text:
    """Return what a line of a standard asks for, without its tier.

    Parameters
    ----------
    conditions
        What the conditions of the standard are called.
    """
    if isinstance(line, Quota):
        return _amount(line)
    if isinstance(line, AreaRule):
        return _rule(line)
    parts = [
        Text(f"{line.minutes:g} min", f"{line.minutes:g} 分钟") if line.minutes is not None else None,
        _distance(line) if line.metres is not None else None,
        Text(f"the nearest {line.count}", f"最近{line.count}处") if line.count > 1 else None,
        *(_SIZES[name](size) for name, size in line.sizes.items()),
        _where(line.condition, conditions or {}) if line.condition else None,
        None if line.required else Text("optional", "按需"),
    ]
    said = [part for part in parts if part is not None]
    if not said or (len(said) == 1 and not line.required):
        said.insert(0, Text("present", "配置即可"))
    return Text(", ".join(part.en for part in said), "，".join(part.zh for part in said))


_SIZES: Mapping[str, Callable[[float], Text]] = {
    "floor_area": lambda size: Text(f"floor area {size:,g} m²", f"建筑面积不小于 {size:,g} 平方米"),
    "site_area": lambda size: Text(f"site {size:,g} m²", f"用地面积不小于 {size:,g} 平方米"),
    "width": lambda size: Text(f"{size:g} m wide", f"宽度不小于 {size:g} 米"),
}


def _where(condition: str, names: Mapping[str, Text]) -> Text:
    name = names.get(condition, Text(condition, condition))
    return Text(f"where: {name.en}", f"适用于{name.zh}")


def _distance(line: Requirement) -> Text:
    how = Text("straight", "直线") if line.measure == "straight" else Text("along streets", "步行")
    return Text(f"{line.metres:g} m {how.en}", f"{how.zh}距离 {line.metres:g} 米")


def _amount(line: Quota) -> Text:
    most = f"-{line.per_thousand_max:g}" if line.per_thousand_max is not None else ""
    of = Text("households", "户") if line.of == "households" else Text("people", "人")
    amount = f"{line.per_thousand_min:g}{most}"
    unit = {"m²": "平方米"}.get(line.unit, line.unit)
    return Text(f"{amount} {line.unit} per 1,000 {of.en}", f"每千{of.zh} {amount} {unit}")


def _rule(line: AreaRule) -> Text:
    level = _LEVELS.get(line.level or "", Text(line.level or "area", line.level or "片区"))
    more = (
        Text(f", one for {line.people_per:,.0f} people", f"，每{line.people_per:,.0f}人一处")
        if line.people_per
        else Text("", "")
    )
    return Text(
        f"{line.minimum} in every {level.en}{more.en}", f"每{level.zh}不少于{line.minimum}处{more.zh}"
    )


_LEVELS: Mapping[str, Text] = {
    "subdistrict": Text("subdistrict", "街道（镇）"),
    "community": Text("community", "社区"),
    "district": Text("district", "区（县）"),
    "unit": Text("unit", "单元"),
}


def _asked(standard: Standard) -> dict[str, Text]:
    """Return by category what is asked for, tests, amounts and rules each under a key of their own."""
    names = {condition.id: condition.name for condition in standard.conditions}
    lines: dict[str, list[Text]] = {}
    for requirement in standard.requirements:
        lines.setdefault(requirement.category, []).append(limit_text(requirement, names))
    for quota in standard.quotas:
        lines.setdefault(f"{quota.category}:{quota.unit}", []).append(_in_tier(quota, standard))
    for rule in standard.area_rules:
        lines.setdefault(rule.key, []).append(limit_text(rule))
    return {key: _joined(texts) for key, texts in lines.items()}


def _in_tier(quota: Quota, standard: Standard) -> Text:
    """Return an amount with the tier it is asked for in: several tiers may ask for the same."""
    amount = limit_text(quota)
    tier = next((tier.name for tier in standard.tiers if tier.id == quota.tier), None)
    return amount if tier is None else Text(f"{tier.en}: {amount.en}", f"{tier.zh}{amount.zh}")


def _joined(texts: Iterable[Text]) -> Text:
    texts = list(dict.fromkeys(texts))
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))


def _name(key: str, *standards: Standard) -> Text:
    for standard in standards:
        lines: list[Line] = [*standard.requirements, *standard.quotas, *standard.area_rules]
        for line in lines:
            named = f"{line.category}:{line.unit}" if isinstance(line, Quota) else line.key
            if key == (line.category if isinstance(line, Requirement) else named):
                return line.name
    return Text(key, key)


def _shares(result: StudyResult) -> dict[str, Text]:
    table = of_case(result.tables.coverage, result.first.case.id)
    said: dict[str, list[Text]] = {}
    for row in table[table["by_standard"].astype(bool)].to_dict("records") if len(table) else []:
        timed = row["test"] == "reach"
        limit = row["minutes_limit"] if timed else row["metres_limit"]
        share = f"{row['share']:.0%}" if pd.notna(row["share"]) else "-"
        unit = Text("min", "分钟") if timed else Text("m", "米")
        text = Text(f"{share} in {limit:g} {unit.en}", f"{limit:g} {unit.zh} {share}")
        said.setdefault(str(row["category"]), []).append(text)
    return {category: _joined(texts) for category, texts in said.items()}


def _categories(result: StudyResult) -> int:
    return len({r.category for r in result.standard.requirements if r.by_standard})


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows in columns of one width, where a Chinese character takes two places of a screen."""
    rows = list(rows)
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
